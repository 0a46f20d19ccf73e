//! Values made of others: lists, and what may be left out.

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
