//! Regions and the distances between them.

use crate::id::RegionId;
use crate::places;
use crate::problem::instead;
use crate::read::Node;
use crate::read::{Fields, Reader, Value, place};
use crate::units::Duration;

/// A region of the design: an AWS region by name, or any other place near one.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    pub name: String,
    /// The AWS region whose measured round trips stand for this one.
    pub near: &'static places::Region,
}

/// An own round trip between two regions, both ways, instead of the measured one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    pub from: RegionId,
    pub to: RegionId,
    pub round_trip: Duration,
}

impl Region {
    /// Reads `"ap-northeast-1"` or `Region(name: "our-dc", near: "eu-central-1")`.
    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Region> {
        let region = match expr.as_text() {
            Some(name) => {
                known(name, expr, reader).map(|near| Region { name: near.name.to_string(), near })
            }
            _ => {
                let mut fields = Fields::open(reader, expr, "Region")?;
                let name = fields.required::<String>("name");
                let near = fields.required_with("near", "\"eu-central-1\"", |expr, reader| {
                    let name = String::read(expr, reader)?;
                    known(&name, expr, reader)
                });
                fields.close();
                name.zip(near).map(|(name, near)| Region { name, near })
            }
        }?;
        reader.declare(|names| &mut names.regions, "region", &region.name, place(expr));
        if let Some(declared) = reader.names.regions.last_mut() {
            declared.also = region.called();
        }
        Some(region)
    }

    /// What people call an AWS region: by its city, or the last word of it.
    fn called(&self) -> Vec<String> {
        if self.name == self.near.name { called(self.near) } else { Vec::new() }
    }

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

fn known(name: &str, expr: &Node, reader: &mut Reader) -> Option<&'static places::Region> {
    let found = places::region(name);
    if found.is_none() {
        let city = by_city(name);
        let near =
            crate::problem::nearest(name, places::regions().iter().map(|region| region.name));
        let mend = match (city, near) {
            (Some(city), _) => format!("{name} is {0}: write \"{0}\"", city.name),
            (None, Some(near)) => format!("did you mean {near}?"),
            (None, None) => "write an AWS region (mrsim list regions), or Region(name: \"our-dc\", near: \"eu-central-1\") for any other place".to_string(),
        };
        reader.problem(place(expr), format!("\"{name}\" is not an AWS region"), mend);
        // Later references to the name should not be reported again.
        reader.declare(|names| &mut names.regions, "region", name, place(expr));
    }
    found
}

impl Link {
    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Link> {
        let mut fields = Fields::open(reader, expr, "Link")?;
        let from = fields.required("from");
        let to = fields.required("to");
        let round_trip = fields.required("round_trip");
        if from.is_some() && from == to {
            let at = fields.place_of("to");
            fields.reader().problem(
                at,
                "a link joins two different regions",
                "name another region",
            );
        }
        fields.close();
        Some(Link { from: from?, to: to?, round_trip: round_trip? })
    }
}

/// Names of known user places, for messages.
pub fn place_names() -> impl Iterator<Item = &'static str> {
    places::user_places().iter().map(|place| place.name)
}

/// Finds a place of users by its name.
pub fn user_place(expr: &Node, reader: &mut Reader) -> Option<&'static places::UserPlace> {
    let name = String::read(expr, reader)?;
    let found = places::user_place(&name);
    if found.is_none() {
        let lower = name.to_lowercase();
        let mend = match CALLED.iter().find(|(called, _)| *called == lower) {
            Some((_, place)) => format!("write \"{place}\"; {}", instead(&name, place_names())),
            None => instead(&name, place_names()),
        };
        reader.problem(place(expr), format!("there is no place of users \"{name}\""), mend);
    }
    found
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
