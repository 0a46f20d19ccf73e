//! What can be written for a value, in words and for tools.

use super::record::{Choice, Record};

/// What can be written for a value.
#[derive(Clone, Debug)]
pub enum Shape {
    Text,
    Bool,
    /// A whole number from 0.
    Count,
    /// A whole number with a sign.
    Integer,
    /// A decimal number.
    Number,
    Duration,
    Share,
    Rate,
    /// The name of a thing that is declared elsewhere, by its kind: "region", "health check", ..
    Name(&'static str),
    /// The name of a preset, by its kind: "store preset", ..
    Preset(&'static str),
    /// Anything.
    Any,
    /// One of these words, each with its meaning.
    Words(fn() -> Vec<(&'static str, &'static str)>),
    Struct(fn() -> Record),
    /// One of several structs.
    Choice(fn() -> Choice),
    List(Box<Shape>),
    /// Values by knob paths: `{"routing.ttl": "20s"}`.
    Settings,
    /// Any of these.
    Either(Vec<Shape>),
}

impl std::fmt::Display for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Shape::Text => f.write_str("a text"),
            Shape::Bool => f.write_str("true or false"),
            Shape::Count => f.write_str("a count"),
            Shape::Integer => f.write_str("a whole number"),
            Shape::Number => f.write_str("a number"),
            Shape::Duration => f.write_str("a length of time"),
            Shape::Share => f.write_str("a share"),
            Shape::Rate => f.write_str("a rate"),
            Shape::Name(of) => {
                let article = if of.starts_with('A') { "an" } else { "a" };
                write!(f, "the name of {article} {of}")
            }
            Shape::Preset(of) => write!(f, "the name of a {of}"),
            Shape::Any => f.write_str("anything"),
            Shape::Words(words) => {
                let words: Vec<&str> = words().into_iter().map(|(word, _)| word).collect();
                f.write_str(&words.join(" or "))
            }
            Shape::Struct(record) => write!(f, "{}(..)", record().name),
            Shape::Choice(choice) => f.write_str(choice().what),
            Shape::List(item) => write!(f, "a list: {item}"),
            Shape::Settings => f.write_str("values by knob paths"),
            Shape::Either(shapes) => {
                let shapes: Vec<String> = shapes.iter().map(ToString::to_string).collect();
                f.write_str(&shapes.join(" or "))
            }
        }
    }
}
