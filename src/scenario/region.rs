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
        Some(region)
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

fn known(name: &str, expr: &Node, reader: &mut Reader) -> Option<&'static places::Region> {
    let found = places::region(name);
    if found.is_none() {
        let mend = match crate::problem::nearest(name, places::regions().iter().map(|region| region.name)) {
            Some(near) => format!("did you mean {near}?"),
            None => "write an AWS region, or Region(name: \"our-dc\", near: \"eu-central-1\") for any other place".to_string(),
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
        reader.problem(
            place(expr),
            format!("there is no place of users \"{name}\""),
            instead(&name, place_names()),
        );
    }
    found
}
