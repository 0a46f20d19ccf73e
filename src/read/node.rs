//! A scenario as it is written: a tree of texts, numbers, lists and structs, each with its place. What builds on presets or on
//! other files, what uses short forms or earlier names, becomes a plain tree first; then it is read.
//!
//! ```text
//!  text --ron2--> Node --overlay, short forms--> Node --Value::read--> values
//!                  ^                                                     |
//!                  +------------------- Value::write --------------------+
//! ```

use crate::problem::Place;
use ron2::ast::{Expr, StructBody, StructField};
use std::borrow::Cow;

/// A piece of a scenario, and where it is written. Two are equal when they say the same, wherever they stand.
#[derive(Clone, Debug)]
pub struct Node {
    pub written: Written,
    pub place: Place,
}

/// What is written.
#[derive(Clone, Debug, PartialEq)]
pub enum Written {
    Text(String),
    /// With its digits as they are written.
    Number(String),
    Bool(bool),
    List(Vec<Node>),
    Map(Vec<Entry>),
    /// `Name`, `Name(..)` or `(..)`.
    Struct {
        name: Option<String>,
        body: Body,
    },
    /// What no field of a scenario takes, in words.
    Other(&'static str),
}

/// What stands in the brackets of a struct.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// There are none.
    Bare,
    Fields(Vec<Entry>),
    Values(Vec<Node>),
}

/// A field of a struct, or an entry of a map.
#[derive(Clone, Debug)]
pub struct Entry {
    pub name: String,
    /// The place of the name.
    pub at: Place,
    pub value: Node,
}

impl PartialEq for Node {
    fn eq(&self, other: &Node) -> bool {
        self.written == other.written
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Entry) -> bool {
        (&self.name, &self.value) == (&other.name, &other.value)
    }
}

impl Entry {
    pub fn new(name: &str, value: Node) -> Entry {
        Entry { name: name.to_string(), at: value.place, value }
    }
}

impl Node {
    pub fn of(written: Written) -> Node {
        Node { written, place: Place::default() }
    }

    pub fn text(text: impl std::fmt::Display) -> Node {
        Node::of(Written::Text(text.to_string()))
    }

    pub fn number(number: impl std::fmt::Display) -> Node {
        Node::of(Written::Number(number.to_string()))
    }

    pub fn list(items: Vec<Node>) -> Node {
        Node::of(Written::List(items))
    }

    /// A plain word such as `BlackHole`.
    pub fn word(name: &str) -> Node {
        Node::of(Written::Struct { name: Some(name.to_string()), body: Body::Bare })
    }

    pub fn record(name: &str, fields: Vec<Entry>) -> Node {
        Node::of(Written::Struct { name: Some(name.to_string()), body: Body::Fields(fields) })
    }

    /// The name of a word or a struct, such as `Failover` in `Failover(primary: ..)`.
    pub fn name(&self) -> Option<&str> {
        match &self.written {
            Written::Struct { name, .. } => name.as_deref(),
            _ => None,
        }
    }

    /// The fields of a struct; of anything else there are none.
    pub fn fields(&self) -> &[Entry] {
        match &self.written {
            Written::Struct { body: Body::Fields(fields), .. } => fields,
            _ => &[],
        }
    }

    pub fn field(&self, name: &str) -> Option<&Node> {
        self.fields().iter().find(|field| field.name == name).map(|field| &field.value)
    }

    /// What a list holds; anything else counts as a list of itself.
    pub fn items(&self) -> &[Node] {
        match &self.written {
            Written::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    pub fn as_text(&self) -> Option<&str> {
        match &self.written {
            Written::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value in `Name(value)`.
    pub fn only_value(&self) -> Option<&Node> {
        match &self.written {
            Written::Struct { name: Some(_), body: Body::Values(values) } if values.len() == 1 => {
                values.first()
            }
            _ => None,
        }
    }

    /// The same with other places.
    pub fn with_places(&self, place: &dyn Fn(Place) -> Place) -> Node {
        let entries = |entries: &[Entry]| {
            let entry = |entry: &Entry| Entry {
                name: entry.name.clone(),
                at: place(entry.at),
                value: entry.value.with_places(place),
            };
            entries.iter().map(entry).collect()
        };
        let nodes = |nodes: &[Node]| nodes.iter().map(|node| node.with_places(place)).collect();
        let written = match &self.written {
            Written::List(items) => Written::List(nodes(items)),
            Written::Map(map) => Written::Map(entries(map)),
            Written::Struct { name, body } => Written::Struct {
                name: name.clone(),
                body: match body {
                    Body::Bare => Body::Bare,
                    Body::Fields(fields) => Body::Fields(entries(fields)),
                    Body::Values(values) => Body::Values(nodes(values)),
                },
            },
            other => other.clone(),
        };
        Node { written, place: place(self.place) }
    }

    /// The same in the file of this number.
    pub fn in_file(self, file: u16) -> Node {
        if file == 0 { self } else { self.with_places(&|place| Place { file, ..place }) }
    }

    /// What it is, for messages.
    pub fn describe(&self) -> String {
        match &self.written {
            Written::Text(text) => format!("{:?}", shortened(text)),
            Written::Number(number) => number.clone(),
            Written::Bool(value) => value.to_string(),
            Written::List(_) => "a list".into(),
            Written::Map(_) => "a map".into(),
            Written::Struct { name: Some(name), .. } => name.clone(),
            Written::Struct { name: None, body: Body::Values(_) } => "a tuple".into(),
            Written::Struct { name: None, body: Body::Bare } => "()".into(),
            Written::Struct { name: None, body: Body::Fields(_) } => "a group of fields".into(),
            Written::Other(what) => (*what).into(),
        }
    }

    /// From the tree of the parser.
    pub fn from_expr(expr: &Expr) -> Node {
        let written = match expr {
            Expr::Unit(_) => Written::Struct { name: None, body: Body::Bare },
            Expr::Bool(value) => Written::Bool(value.value),
            Expr::Number(number) => Written::Number(number.raw.to_string()),
            Expr::String(text) => Written::Text(text.value.clone()),
            Expr::Seq(list) => {
                Written::List(list.items.iter().map(|item| Node::from_expr(&item.expr)).collect())
            }
            Expr::Map(map) => Written::Map(map.entries.iter().map(map_entry).collect()),
            Expr::Tuple(tuple) => {
                let values = tuple.elements.iter().map(|value| Node::from_expr(&value.expr));
                Written::Struct { name: None, body: Body::Values(values.collect()) }
            }
            Expr::AnonStruct(group) => {
                Written::Struct { name: None, body: Body::Fields(entries(&group.fields)) }
            }
            Expr::Struct(named) => Written::Struct {
                name: Some(named.name.name.to_string()),
                body: match &named.body {
                    None => Body::Bare,
                    Some(StructBody::Fields(body)) => Body::Fields(entries(&body.fields)),
                    Some(StructBody::Tuple(body)) if body.elements.is_empty() => {
                        Body::Fields(Vec::new())
                    }
                    Some(StructBody::Tuple(body)) => Body::Values(
                        body.elements.iter().map(|value| Node::from_expr(&value.expr)).collect(),
                    ),
                },
            },
            Expr::Option(_) => Written::Other("an option"),
            Expr::Char(_) | Expr::Byte(_) | Expr::Bytes(_) => {
                Written::Other("a character or byte literal")
            }
            Expr::Error(_) => Written::Other("something unreadable"),
        };
        Node { written, place: place_of(expr) }
    }
}

fn entries(fields: &[StructField]) -> Vec<Entry> {
    let entry = |field: &StructField| {
        let span = &field.name.span;
        Entry {
            name: field.name.name.to_string(),
            at: Place {
                file: 0,
                line: span.start.line,
                column: span.start.col,
                start: span.start_offset,
                end: span.end_offset,
            },
            value: Node::from_expr(&field.value),
        }
    };
    fields.iter().map(entry).collect()
}

fn map_entry(entry: &ron2::ast::MapEntry) -> Entry {
    let key = Node::from_expr(&entry.key);
    let name = key.as_text().map_or_else(|| key.describe(), str::to_string);
    Entry { name, at: key.place, value: Node::from_expr(&entry.value) }
}

fn place_of(expr: &Expr) -> Place {
    let span = expr.span();
    Place {
        file: 0,
        line: span.start.line,
        column: span.start.col,
        start: span.start_offset,
        end: span.end_offset,
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= 40 {
        text.to_string()
    } else {
        text.chars().take(40).chain("...".chars()).collect()
    }
}

/// A struct in its long form: a bare text, or the only value in the brackets, stands for its main field.
pub fn in_full<'n>(node: &'n Node, name: &str, short: Option<&'static str>) -> Cow<'n, Node> {
    let Some(short) = short else { return Cow::Borrowed(node) };
    let value = match (&node.written, node.only_value()) {
        (Written::Text(_) | Written::Number(_) | Written::List(_), _) => node.clone(),
        (_, Some(value)) if node.name() == Some(name) => value.clone(),
        _ => return Cow::Borrowed(node),
    };
    let entry = Entry::new(short, value);
    Cow::Owned(Node { place: node.place, ..Node::record(name, vec![entry]) })
}
