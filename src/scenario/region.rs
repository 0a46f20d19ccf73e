//! Regions and the distances between them, and places of users.

use crate::id::RegionId;
use crate::places;
use crate::problem::{instead, nearest};
use crate::read::{Fields, Names, Node, Reader, Shape, Value, record};
use crate::units::Duration;

/// A region of the design: an AWS region by name, or any other place near one.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    pub name: String,
    /// The AWS region whose measured round trips stand for this one.
    pub near: &'static places::Region,
}

record! {
    /// A region: an AWS region, for which its bare name is enough, or any other place near one.
    #[derive(Clone, Debug)]
    struct WrittenRegion as "Region", short name {
        /// The name by which everything else refers to it.
        name: String,
        /// The AWS region whose measured round trips stand for this one; not needed for an AWS region.
        near: Option<&'static places::Region>,
    }
}

record! {
    /// A round trip of your own between two regions, both ways, instead of the measured one.
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct Link as "Link", check Link::judge {
        /// The region at one end.
        pub from: RegionId,
        /// The region at the other end.
        pub to: RegionId,
        /// The round trip between them.
        pub round_trip: Duration,
    }
}

impl Value for Region {
    const EXAMPLE: &'static str = "\"ap-northeast-1\"";

    fn shape() -> Shape {
        WrittenRegion::shape()
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Region> {
        if let Some(name) = node.as_text() {
            let near = aws_region(name, node, reader)?;
            return Some(Region { name: near.name.to_string(), near });
        }
        let WrittenRegion { name, near } = Value::read(node, reader)?;
        let near = match near {
            Some(near) => near,
            None => aws_region(&name, node.field("name").unwrap_or(node), reader)?,
        };
        Some(Region { name, near })
    }

    fn write(&self, names: &Names) -> Node {
        if self.name == self.near.name {
            return Node::text(&self.name);
        }
        WrittenRegion { name: self.name.clone(), near: Some(self.near) }.write(names)
    }
}

impl Region {
    /// "Tokyo" for an AWS region, else its own name.
    pub fn short(&self) -> &str {
        if self.name == self.near.name { self.near.city } else { &self.name }
    }

    /// "Tokyo (ap-northeast-1)" for an AWS region, else its own name.
    pub fn label(&self) -> String {
        if self.name == self.near.name {
            format!("{} ({})", self.near.city, self.name)
        } else {
            self.name.clone()
        }
    }
}

/// An AWS region in the table of measured round trips.
impl Value for &'static places::Region {
    const EXAMPLE: &'static str = "\"eu-central-1\"";

    fn shape() -> Shape {
        Shape::Name("AWS region")
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let name = String::read(node, reader)?;
        aws_region(&name, node, reader)
    }

    fn write(&self, _names: &Names) -> Node {
        Node::text(self.name)
    }
}

fn aws_region(name: &str, node: &Node, reader: &mut Reader) -> Option<&'static places::Region> {
    let found = places::region(name);
    if found.is_none() {
        let help = match nearest(name, places::regions().iter().map(|region| region.name)) {
            Some(near) => format!("did you mean {near}?"),
            None => "write an AWS region, or Region(name: \"our-dc\", near: \"eu-central-1\") for any other place".to_string(),
        };
        reader.problem(node.place, format!("\"{name}\" is not an AWS region"), help);
    }
    found
}

impl Link {
    fn judge(&mut self, fields: &mut Fields) {
        if self.from == self.to {
            fields.reject("to", "a link joins two different regions", "name another region");
        }
    }
}

/// A place of users in the table of places.
impl Value for &'static places::UserPlace {
    const EXAMPLE: &'static str = "\"japan\"";

    fn shape() -> Shape {
        Shape::Name("place of users")
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let name = String::read(node, reader)?;
        let found = places::user_place(&name);
        if found.is_none() {
            let known = places::user_places().iter().map(|place| place.name);
            let what = format!("there is no place of users \"{name}\"");
            reader.problem(node.place, what, instead(&name, known));
        }
        found
    }

    fn write(&self, _names: &Names) -> Node {
        Node::text(self.name)
    }
}
