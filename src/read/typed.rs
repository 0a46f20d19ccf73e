//! Values by their description: which structs may stand somewhere, and whether what somebody typed may.

use super::node::{Body, Written};
use super::path::{PathProblem, Target};
use super::{Node, Reader, Record, Shape, Value};
use crate::problem::instead;
use crate::units::{Duration, Rate, Share};

impl Shape {
    /// What the items of a list are.
    pub fn item(&self) -> Option<&Shape> {
        match self {
            Shape::List(item) => Some(item),
            Shape::Either(shapes) => shapes.iter().find_map(Shape::item),
            _ => None,
        }
    }

    /// The structs that a node may be; without one, or without its name, all that may stand there.
    pub fn records(&self, node: Option<&Node>) -> Vec<Record> {
        match self {
            Shape::Struct(record) => vec![record()],
            Shape::Choice(choice) => {
                let members = choice().members;
                let name = node.and_then(Node::name);
                // A text stands for none of several structs.
                if node.is_some_and(|node| !matches!(node.written, Written::Struct { .. })) {
                    return Vec::new();
                }
                let named = members.iter().filter(|(kind, _)| Some(kind.name) == name);
                let mut records: Vec<Record> = named.map(|(_, record)| record()).collect();
                if records.is_empty() {
                    records = members.iter().map(|(_, record)| record()).collect();
                }
                records
            }
            Shape::Either(shapes) => {
                // What is a plain value here is no short form of a struct.
                let is_plain = |shape: &Shape| shape.is_plain() && judge(shape, node).is_ok();
                if node.is_some() && shapes.iter().any(is_plain) {
                    return Vec::new();
                }
                shapes.iter().flat_map(|shape| shape.records(node)).collect()
            }
            Shape::List(item) => item.records(node),
            _ => Vec::new(),
        }
    }

    fn is_plain(&self) -> bool {
        !matches!(
            self,
            Shape::Struct(_) | Shape::Choice(_) | Shape::List(_) | Shape::Either(_) | Shape::Any
        )
    }
}

impl Node {
    /// Whether it has fields, or room for them.
    pub fn is_struct(&self) -> bool {
        matches!(&self.written, Written::Struct { body: Body::Fields(_), .. })
            || matches!(&self.written, Written::Struct { name: None, body: Body::Bare })
    }
}

impl Target {
    /// What somebody typed for it; quantities, texts and names may stand without quotes.
    pub fn typed(&self, text: &str) -> Result<Node, PathProblem> {
        let text = text.trim();
        let bare = super::tree(text, 0).ok().filter(|node| !self.is_meant_as_text(node));
        let quoted = Node::text(text);
        let is_read = |node: &Node| judge(&self.shape, Some(node));
        let node = match bare.map(|node| is_read(&node).map(|()| node)) {
            Some(Ok(node)) => node,
            Some(Err(problem)) => match is_read(&quoted) {
                Ok(()) => quoted,
                // What is wrong with a quantity is told as if it stood in quotes.
                Err(other) => return Err(if self.shape.takes_text() { other } else { problem }),
            },
            None => is_read(&quoted).map(|()| quoted)?,
        };
        self.within(&node)?;
        Ok(node)
    }

    /// Where anything may stand, a word in the place of a text is a text.
    fn is_meant_as_text(&self, node: &Node) -> bool {
        let is_word = matches!(&node.written, Written::Struct { body: Body::Bare, .. });
        let is_text = self.value.as_ref().is_some_and(|value| value.as_text().is_some());
        matches!(self.shape, Shape::Any) && is_word && is_text
    }

    fn within(&self, node: &Node) -> Result<(), PathProblem> {
        let Some((least, most)) = &self.range else { return Ok(()) };
        let end =
            |text: &str| super::tree(text, 0).ok().and_then(|node| amount(&self.shape, &node));
        match (end(least), amount(&self.shape, node), end(most)) {
            (Some(low), Some(value), Some(high)) if !(low..=high).contains(&value) => {
                let what = format!("{node} is out of range");
                Err(PathProblem::new(what, format!("write {least} to {most}")))
            }
            _ => Ok(()),
        }
    }
}

impl Shape {
    fn takes_text(&self) -> bool {
        match self {
            Shape::Text | Shape::Duration | Shape::Share | Shape::Rate => true,
            Shape::Either(shapes) => shapes.iter().any(Shape::takes_text),
            Shape::List(item) => item.takes_text(),
            _ => false,
        }
    }
}

/// Reads a plain value, or says why it cannot be read.
fn read<T: Value>(node: &Node) -> Result<T, PathProblem> {
    let mut reader = Reader::default();
    let value = T::read(node, &mut reader);
    value.ok_or_else(|| {
        let problem = reader.problems.into_iter().next();
        problem.map_or_else(
            || PathProblem::new(format!("{} cannot be read", node.describe()), T::EXAMPLE),
            |problem| PathProblem::new(problem.what, problem.help),
        )
    })
}

/// A quantity or a number, to compare it with others of its kind.
fn amount(shape: &Shape, node: &Node) -> Option<f64> {
    match shape {
        Shape::Duration => read::<Duration>(node).ok().map(|time| time.as_nanos() as f64),
        Shape::Share => read::<Share>(node).ok().map(|share| share.parts() as f64),
        Shape::Rate => read::<Rate>(node).ok().map(|rate| rate.nano_hertz() as f64),
        Shape::Count => read::<u64>(node).ok().map(|count| count as f64),
        Shape::Integer => read::<i64>(node).ok().map(|count| count as f64),
        Shape::Number => read::<f64>(node).ok(),
        Shape::Either(shapes) => shapes.iter().find_map(|shape| amount(shape, node)),
        _ => None,
    }
}

/// Whether a node may stand where this is expected: plain values in full, of structs only which they are.
fn judge(shape: &Shape, node: Option<&Node>) -> Result<(), PathProblem> {
    let Some(node) = node else { return Ok(()) };
    let wrong =
        |help: String| Err(PathProblem::new(format!("{} is not {shape}", node.describe()), help));
    let is_short = |record: &Record| {
        let is_value =
            matches!(&node.written, Written::Text(_) | Written::Number(_) | Written::List(_));
        record.short.is_some() && is_value
    };
    match shape {
        Shape::Any | Shape::Settings => Ok(()),
        Shape::Text | Shape::Name(_) | Shape::Preset(_) => read::<String>(node).map(drop),
        Shape::Bool => read::<bool>(node).map(drop),
        Shape::Count => read::<u64>(node).map(drop),
        Shape::Integer => read::<i64>(node).map(drop),
        Shape::Number => read::<f64>(node).map(drop),
        Shape::Duration => read::<Duration>(node).map(drop),
        Shape::Share => read::<Share>(node).map(drop),
        Shape::Rate => read::<Rate>(node).map(drop),
        Shape::Words(words) => {
            let known: Vec<&str> = words().into_iter().map(|(word, _)| word).collect();
            let typed = node.name().or(node.as_text()).unwrap_or("");
            if node.name().is_some_and(|name| known.contains(&name)) {
                return Ok(());
            }
            wrong(instead(typed, known))
        }
        Shape::Struct(record) => {
            let record = record();
            let is_it = node.name().is_none_or(|name| name == record.name);
            match &node.written {
                Written::Struct { .. } if is_it => Ok(()),
                _ if is_short(&record) => Ok(()),
                _ => wrong(format!("write {}(..)", record.name)),
            }
        }
        Shape::Choice(choice) => {
            let members = choice().members;
            let known = || members.iter().map(|(kind, _)| kind.name);
            match &node.written {
                Written::Struct { name: None, .. } => Ok(()),
                Written::Struct { name: Some(name), .. } if known().any(|kind| kind == name) => {
                    Ok(())
                }
                _ => wrong(instead(node.name().unwrap_or(""), known())),
            }
        }
        Shape::List(item) => node.items().iter().try_for_each(|node| judge(item, Some(node))),
        Shape::Either(shapes) => {
            let mut results = shapes.iter().map(|shape| judge(shape, Some(node)));
            let first = results.next().unwrap_or(Ok(()));
            if first.is_ok() || results.any(|result| result.is_ok()) { Ok(()) } else { first }
        }
    }
}
