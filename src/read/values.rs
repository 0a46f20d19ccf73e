//! How each kind of value is read from an expression of the scenario.

use super::composed::Refers;
use super::node::Written;
use super::spelled::{decimal, exact, exact_rate, exact_share, grouped};
use super::{Declared, Names, Node, Reader, Shape, Value, Within, describe, place, variant};
use crate::id::{CheckId, DoorId, RegionId, StoreId};
use crate::problem::instead;
use crate::units::{DURATION_FITS, Duration, RATE_FITS, Rate, SHARE_FITS, Share, UnitError};

/// Text in quotes, or a problem; a bare number is told which units fit.
fn text<'e>(expr: &'e Node, reader: &mut Reader, kind: &str, fits: &str) -> Option<&'e str> {
    match &expr.written {
        Written::Text(text) => Some(text),
        Written::Number(number) => {
            reader.problem(
                place(expr),
                format!("{number} has no unit"),
                format!("write {kind} in quotes with its unit: {fits}"),
            );
            None
        }
        _ => {
            let is_drawn = super::distributions()
                .members
                .iter()
                .any(|(distribution, _)| variant(expr) == Some(distribution.name));
            let write = if is_drawn { "this is not drawn: write one" } else { "write it" };
            reader.problem(
                place(expr),
                format!("{} is not {kind}", describe(expr)),
                format!("{write} in quotes with its unit: {fits}"),
            );
            None
        }
    }
}

fn unit<T: std::str::FromStr<Err = UnitError>>(
    expr: &Node,
    reader: &mut Reader,
    kind: &str,
    fits: &str,
) -> Option<T> {
    match text(expr, reader, kind, fits)?.parse() {
        Ok(value) => Some(value),
        Err(error) => {
            reader.problem(place(expr), error.what, error.help);
            None
        }
    }
}

impl Value for Duration {
    const EXAMPLE: &'static str = "\"30s\"";

    fn shape() -> Shape {
        Shape::Duration
    }

    fn write(&self, _names: &Names) -> Node {
        Node::text(exact(*self))
    }

    fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        unit(expr, reader, "a length of time", DURATION_FITS)
    }
}

impl Value for Share {
    const EXAMPLE: &'static str = "\"99.9%\"";

    fn shape() -> Shape {
        Shape::Share
    }

    fn write(&self, _names: &Names) -> Node {
        Node::text(exact_share(*self))
    }

    fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        unit(expr, reader, "a share", SHARE_FITS)
    }
}

impl Value for Rate {
    const EXAMPLE: &'static str = "\"6 req/min\"";

    fn shape() -> Shape {
        Shape::Rate
    }

    fn write(&self, _names: &Names) -> Node {
        Node::text(exact_rate(*self))
    }

    fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        unit(expr, reader, "a rate", RATE_FITS)
    }
}

impl Value for String {
    const EXAMPLE: &'static str = "\"a name\"";

    fn shape() -> Shape {
        Shape::Text
    }

    fn write(&self, _names: &Names) -> Node {
        Node::text(self)
    }

    fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let Written::Text(text) = &expr.written else {
            reader.problem(
                place(expr),
                format!("{} is not a text", describe(expr)),
                "write it in quotes",
            );
            return None;
        };
        if text.chars().any(char::is_control) {
            reader.problem(place(expr), "the text has control characters", "write plain text");
            return None;
        }
        if text.chars().count() > 400 {
            reader.problem(place(expr), "the text is longer than 400 characters", "shorten it");
            return None;
        }
        Some(text.clone())
    }
}

impl Value for u64 {
    const EXAMPLE: &'static str = "1_000";

    fn shape() -> Shape {
        Shape::Count
    }

    fn write(&self, _names: &Names) -> Node {
        Node::number(grouped(*self))
    }

    fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let parsed = match &expr.written {
            Written::Number(number) => number.replace('_', "").parse().ok(),
            _ => None,
        };
        if parsed.is_none() {
            let what = format!("{} is not a whole number from 0 to {}", describe(expr), u64::MAX);
            reader.problem(place(expr), what, "write digits, such as 1_000");
        }
        parsed
    }
}

impl Value for i64 {
    const EXAMPLE: &'static str = "-20";

    fn shape() -> Shape {
        Shape::Integer
    }

    fn write(&self, _names: &Names) -> Node {
        Node::number(self)
    }

    fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let parsed = match &expr.written {
            Written::Number(number) => number.replace('_', "").parse().ok(),
            _ => None,
        };
        if parsed.is_none() {
            reader.problem(
                place(expr),
                format!("{} is not a whole number", describe(expr)),
                "write digits, with a minus sign where it is below zero, such as -20",
            );
        }
        parsed
    }
}

impl Value for f64 {
    const EXAMPLE: &'static str = "0.5";

    fn shape() -> Shape {
        Shape::Number
    }

    fn write(&self, _names: &Names) -> Node {
        Node::number(decimal(*self))
    }

    fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let parsed: Option<f64> = match &expr.written {
            Written::Number(number) => number.replace('_', "").parse().ok(),
            _ => None,
        };
        match parsed {
            Some(number) if number.is_finite() => Some(number),
            _ => {
                reader.problem(
                    place(expr),
                    format!("{} is not a plain number", describe(expr)),
                    "write a decimal number, such as 0.5",
                );
                None
            }
        }
    }
}

/// Resolves a name in quotes against a list of declared names.
fn resolve(
    expr: &Node,
    reader: &mut Reader,
    kind: &str,
    list: fn(&super::Names) -> &Vec<Declared>,
) -> Option<usize> {
    let name = String::read(expr, reader)?;
    let declared = list(&reader.names);
    if let Some(index) = declared.iter().position(|candidate| candidate.name == name) {
        return Some(index);
    }
    let called = |declared: &&Declared| {
        declared.also.iter().any(|also| also.to_lowercase() == name.to_lowercase())
    };
    let help = match declared.iter().find(called) {
        Some(meant) => format!("{name} is {0}: write \"{0}\"", meant.name),
        None => instead(&name, declared.iter().map(|candidate| candidate.name.as_str())),
    };
    reader.problem(place(expr), format!("there is no {kind} \"{name}\""), help);
    None
}

/// Things that are named elsewhere in the scenario.
macro_rules! named {
    ($($id:ident, $kind:literal, $list:ident, $example:literal;)*) => {$(
        impl Value for $id {
            const EXAMPLE: &'static str = $example;

            fn shape() -> Shape {
                Shape::Name($kind)
            }

            fn write(&self, names: &Names) -> Node {
                Node::text(&names.$list[self.index()].name)
            }

            fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
                resolve(expr, reader, $kind, |names| &names.$list).map($id::at)
            }
        }

        impl Refers for $id {
            fn things(names: &Names) -> &[Declared] {
                &names.$list
            }

            fn position(&self) -> usize {
                self.index()
            }
        }
    )*};
}

named! {
    RegionId, "region", regions, "\"us-east-1\"";
    CheckId, "health check", checks, "\"the name of a health check\"";
    StoreId, "store", stores, "\"the name of a store\"";
    DoorId, "front door", doors, "\"the name of a front door\"";
}

impl Value for bool {
    const EXAMPLE: &'static str = "true";

    fn shape() -> Shape {
        Shape::Bool
    }

    fn write(&self, _names: &Names) -> Node {
        Node::of(Written::Bool(*self))
    }

    fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let Written::Bool(value) = &expr.written else {
            reader.problem(
                place(expr),
                format!("{} is neither true nor false", describe(expr)),
                "write true or false",
            );
            return None;
        };
        Some(*value)
    }
}

macro_rules! ordered {
    ($($plain:ty),*) => {
        $(
            impl Within<$plain> for $plain {
                fn within(&self, least: &$plain, most: &$plain) -> bool {
                    (least..=most).contains(&self)
                }
            }

            impl Within<$plain> for Option<$plain> {
                fn within(&self, least: &$plain, most: &$plain) -> bool {
                    self.is_none_or(|value| value.within(least, most))
                }
            }
        )*
    };
}

ordered!(Duration, Share, Rate, u64, i64, f64);

/// Reads one of a few plain words, such as `BlackHole`.
pub fn word<T: Copy>(expr: &Node, reader: &mut Reader, known: &[(&'static str, T)]) -> Option<T> {
    let found = variant(expr).and_then(|name| known.iter().find(|(known, _)| *known == name));
    if found.is_none() {
        let help = instead(variant(expr).unwrap_or(""), known.iter().map(|(name, _)| *name));
        reader.problem(place(expr), format!("{} is not known here", describe(expr)), help);
    }
    found.map(|(_, value)| *value)
}
