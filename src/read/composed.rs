//! Values made of others: lists, and what may be left out.

use super::preset::Prose;
use super::{Declared, Names, Node, Reader, Shape, Value};

impl<T: Value> Value for Vec<T> {
    const EXAMPLE: &'static str = "[..]";
    fn shape() -> Shape {
        Shape::List(Box::new(T::shape()))
    }

    /// One thing stands for a list of one.
    fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let items = expr.items();
        let values: Vec<T> = items.iter().filter_map(|item| T::read(item, reader)).collect();
        (values.len() == items.len()).then_some(values)
    }

    fn write(&self, names: &Names) -> Node {
        Node::list(self.iter().map(|item| item.write(names)).collect())
    }
}

/// What may be left out.
impl<T: Value> Value for Option<T> {
    const EXAMPLE: &'static str = T::EXAMPLE;

    fn shape() -> Shape {
        T::shape()
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        T::read(node, reader).map(Some)
    }

    fn write(&self, names: &Names) -> Node {
        self.as_ref().map_or_else(|| Node::list(Vec::new()), |value| value.write(names))
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

/// What would hold itself without a box.
impl<T: Value> Value for Box<T> {
    const EXAMPLE: &'static str = T::EXAMPLE;

    fn shape() -> Shape {
        T::shape()
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        T::read(node, reader).map(Box::new)
    }

    fn write(&self, names: &Names) -> Node {
        T::write(self, names)
    }
}

/// An index of a thing that has a name.
pub trait Refers: Value {
    /// The things of its kind.
    fn things(names: &Names) -> &[Declared];

    fn position(&self) -> usize;
}

/// A thing by its index and its name, for whoever has to say it without the scenario at hand.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Named<T> {
    pub id: T,
    pub name: String,
}

impl<T: Refers> Value for Named<T> {
    const EXAMPLE: &'static str = T::EXAMPLE;

    fn shape() -> Shape {
        T::shape()
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let id = T::read(node, reader)?;
        let name = T::things(&reader.names)[id.position()].name.clone();
        Some(Named { id, name })
    }

    fn write(&self, names: &Names) -> Node {
        self.id.write(names)
    }
}

/// Whatever is written.
impl Value for Node {
    const EXAMPLE: &'static str = "(..)";

    fn shape() -> Shape {
        Shape::Any
    }

    fn read(node: &Node, _reader: &mut Reader) -> Option<Self> {
        Some(node.clone())
    }

    fn write(&self, _names: &Names) -> Node {
        self.clone()
    }
}

impl Value for Prose {
    const EXAMPLE: &'static str = "\"..\"";

    fn shape() -> Shape {
        Shape::Text
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        if let Some(text) = node.as_text() {
            return Some(Prose(text.to_string()));
        }
        reader.problem(
            node.place,
            format!("{} is not a text", node.describe()),
            "write it in quotes",
        );
        None
    }

    fn write(&self, _names: &Names) -> Node {
        Node::text(&self.0)
    }
}
