//! Values made of others: lists, what may be left out, references with their names.

use super::{Names, Node, Reader, Shape, Value};

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

impl<T: Value> Value for Box<T> {
    const EXAMPLE: &'static str = T::EXAMPLE;

    fn shape() -> Shape {
        T::shape()
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        T::read(node, reader).map(Box::new)
    }

    fn write(&self, names: &Names) -> Node {
        (**self).write(names)
    }
}

/// A reference, with the name that the scenario uses for it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Named<T> {
    pub id: T,
    pub name: String,
}

impl<T: Value> Value for Named<T> {
    const EXAMPLE: &'static str = T::EXAMPLE;

    fn shape() -> Shape {
        T::shape()
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let id = T::read(node, reader)?;
        Some(Named { id, name: node.as_text()?.to_string() })
    }

    fn write(&self, names: &Names) -> Node {
        self.id.write(names)
    }
}
