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

/// What people call the AWS region of this name beside that: "N. Virginia", "Virginia".
pub fn called_by(name: &str) -> Vec<String> {
    places::region(name).map_or_else(Vec::new, called)
}

/// Cities that AWS names by the land around them.
const NICKNAMES: [(&str, &str); 5] = [
    ("Dublin", "eu-west-1"),
    ("Portland", "us-west-2"),
    ("Columbus", "us-east-2"),
    ("Kuala Lumpur", "ap-southeast-5"),
    ("Bangkok", "ap-southeast-7"),
];

/// What people call a region beside its name: "N. Virginia", "Virginia".
fn called(region: &places::Region) -> Vec<String> {
    let last = region.city.rsplit(' ').next().filter(|last| *last != region.city);
    let nicknames =
        NICKNAMES.iter().filter(|(_, name)| *name == region.name).map(|(city, _)| *city);
    std::iter::once(region.city).chain(last).chain(nicknames).map(str::to_string).collect()
}

/// An AWS region by its city: a hint for whoever writes the city.
fn by_city(name: &str) -> Option<&'static places::Region> {
    let is = |city: &String| city.to_lowercase() == name.to_lowercase();
    places::regions().iter().find(|region| called(region).iter().any(is))
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
        let near = nearest(name, places::regions().iter().map(|region| region.name));
        let help = match (by_city(name), near) {
            (Some(city), _) => format!("{name} is {0}: write \"{0}\"", city.name),
            (None, Some(near)) => format!("did you mean {near}?"),
            (None, None) => "write an AWS region (mrsim list regions), or Region(name: \"our-dc\", near: \"eu-central-1\") for any other place".to_string(),
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
            let lower = name.to_lowercase();
            let known = instead(&name, places::user_places().iter().map(|place| place.name));
            let help = match CALLED.iter().find(|(called, _)| *called == lower) {
                Some((_, place)) => format!("write \"{place}\"; {known}"),
                None => known,
            };
            let what = format!("there is no place of users \"{name}\"");
            reader.problem(node.place, what, help);
        }
        found
    }

    fn write(&self, _names: &Names) -> Node {
        Node::text(self.name)
    }
}

/// What people call places of users.
const CALLED: [(&str, &str); 8] = [
    ("us", "north-america"),
    ("usa", "north-america"),
    ("na", "north-america"),
    ("america", "north-america"),
    ("eu", "europe"),
    ("uk", "europe-west"),
    ("australia", "oceania"),
    ("singapore", "southeast-asia"),
];
