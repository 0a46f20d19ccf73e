//! Where an client is, as rules by place see it: in a country, or on a continent. Not a policy itself: geolocation
//! routing and lists that clients hold both go by it.

use super::Record;
use super::region_list::Regions;
use crate::places::{self, UserPlace};
use crate::problem::instead;
use crate::read::{Fields, Names, Node, Reader, Shape, Value, record};
use std::collections::BTreeSet;

/// A part of the world; the smaller comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub enum Location {
    Country(&'static str),
    Continent(&'static str),
}

impl Location {
    fn of(country: Option<Country>, continent: Option<Continent>) -> Option<Location> {
        let country = country.map(|country| Location::Country(country.0));
        country.or(continent.map(|continent| Location::Continent(continent.0)))
    }

    /// As it is written.
    fn written(self) -> (Option<Country>, Option<Continent>) {
        match self {
            Location::Country(name) => (Some(Country(name)), None),
            Location::Continent(name) => (None, Some(Continent(name))),
        }
    }

    /// Whether the client is in it; an client whose place is unknown is in none.
    pub fn holds(self, asker: Option<&UserPlace>) -> bool {
        asker.is_some_and(|asker| match self {
            Location::Country(country) => asker.country == Some(country),
            Location::Continent(continent) => asker.continent == continent,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Location::Country(name) | Location::Continent(name) => name,
        }
    }
}

/// What the rules say that hold for an client: for the country first, then for the continent around it.
pub fn matching<'r, T>(rules: &'r [(Location, T)], asker: Option<&UserPlace>) -> Vec<&'r T> {
    let mut held: Vec<&(Location, T)> =
        rules.iter().filter(|(location, _)| location.holds(asker)).collect();
    held.sort_by_key(|(location, _)| *location);
    held.into_iter().map(|(_, says)| says).collect()
}

record! {
    /// A rule of Geolocation: the record for one country or for one continent.
    #[derive(Clone, Debug)]
    pub struct Where as "Where", check Where::judge {
        /// The country that clients are in.
        pub country: Option<Country>,
        /// The continent that clients are on.
        pub continent: Option<Continent>,
        /// The record that they are answered with.
        pub to: Record,
    }
}

record! {
    /// A list that the clients in one country, or on one continent, hold.
    #[derive(Clone, Debug)]
    pub struct List as "List", check List::judge {
        /// The country that clients are in.
        pub country: Option<Country>,
        /// The continent that clients are on.
        pub continent: Option<Continent>,
        /// The regions that they try, in this order.
        pub regions: Regions,
    }
}

/// A rule is for one location.
fn judge_location(fields: &mut Fields) {
    if fields.is_written("country") == fields.is_written("continent") {
        let at = fields.place();
        let help = "write country: \"Japan\" or continent: \"Asia\"";
        fields.reader().problem(at, "a rule is for one country or for one continent", help);
    }
}

impl Where {
    fn judge(&mut self, fields: &mut Fields) {
        judge_location(fields);
    }
}

impl List {
    fn judge(&mut self, fields: &mut Fields) {
        judge_location(fields);
    }
}

/// Notes which rules of a list are for a location that another is for.
pub fn judge_rules<T>(rules: &[(Location, T)], fields: &mut Fields, list: &'static str) {
    let Some(nodes) = fields.expr(list) else { return };
    for (index, ((location, _), node)) in rules.iter().zip(nodes.items()).enumerate() {
        if rules[..index].iter().any(|(earlier, _)| earlier == location) {
            let what = format!("{list} has two rules for {}", location.name());
            fields.reader().problem(node.place, what, "keep one of them");
        }
    }
}

impl Value for (Location, Record) {
    const EXAMPLE: &'static str = "Where(country: \"Japan\", to: ..)";

    fn shape() -> Shape {
        Where::shape()
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let Where { country, continent, to } = Where::read(node, reader)?;
        Some((Location::of(country, continent)?, to))
    }

    fn write(&self, names: &Names) -> Node {
        let (country, continent) = self.0.written();
        Where { country, continent, to: self.1.clone() }.write(names)
    }
}

impl Value for (Location, Vec<Record>) {
    const EXAMPLE: &'static str = "List(country: \"Japan\", regions: [..])";

    fn shape() -> Shape {
        List::shape()
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let List { country, continent, regions } = List::read(node, reader)?;
        Some((Location::of(country, continent)?, regions.0))
    }

    fn write(&self, names: &Names) -> Node {
        let (country, continent) = self.0.written();
        List { country, continent, regions: Regions(self.1.clone()) }.write(names)
    }
}

/// A country in the words of the tables of places.
#[derive(Clone, Copy, Debug)]
pub struct Country(&'static str);

/// A continent in the words of the tables of places.
#[derive(Clone, Copy, Debug)]
pub struct Continent(&'static str);

/// Names that are looked up in a table of places.
macro_rules! looked_up {
    ($($place:ident, $kind:literal, $known:expr, $example:literal;)*) => {$(
        impl Value for $place {
            const EXAMPLE: &'static str = $example;

            fn shape() -> Shape {
                Shape::Name($kind)
            }

            fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
                read_name(node, reader, $kind, &$known).map($place)
            }

            fn write(&self, _names: &Names) -> Node {
                Node::text(self.0)
            }
        }
    )*};
}

looked_up! {
    Country, "country", countries(), "\"Japan\"";
    Continent, "continent", places::CONTINENTS.iter().map(|(_, name)| *name).collect(), "\"Asia\"";
}

/// Countries in the words of the tables of places.
fn countries() -> BTreeSet<&'static str> {
    let of_users = places::user_places().iter().filter_map(|place| place.country);
    places::regions().iter().map(|region| region.country).chain(of_users).collect()
}

fn read_name(
    node: &Node,
    reader: &mut Reader,
    kind: &str,
    known: &BTreeSet<&'static str>,
) -> Option<&'static str> {
    let name = String::read(node, reader)?;
    let found = known.get(name.as_str()).copied();
    if found.is_none() {
        let coded = places::CONTINENTS
            .iter()
            .chain(&COUNTRIES)
            .find(|(code, place)| *code == name && known.contains(place));
        let help = match coded {
            Some((_, place)) => format!("{name} is {place}: write \"{place}\""),
            None => instead(&name, known.iter().copied()),
        };
        reader.problem(node.place, format!("there is no {kind} \"{name}\""), help);
    }
    found
}

/// Codes of countries that people write.
const COUNTRIES: [(&str, &str); 9] = [
    ("JP", "Japan"),
    ("US", "United States"),
    ("DE", "Germany"),
    ("GB", "United Kingdom"),
    ("UK", "United Kingdom"),
    ("IE", "Ireland"),
    ("IN", "India"),
    ("FR", "France"),
    ("CA", "Canada"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_country_comes_before_the_continent_and_a_place_of_several_countries_is_in_none() {
        let rules = [
            (Location::Continent("Asia"), 1),
            (Location::Country("Japan"), 2),
            (Location::Continent("Europe"), 3),
        ];
        let of = |place: &str| {
            matching(&rules, places::user_place(place)).into_iter().copied().collect::<Vec<i32>>()
        };
        assert_eq!(of("japan"), [2, 1]);
        assert_eq!(of("korea"), [1]);
        assert_eq!(of("southeast-asia"), [1]);
        assert_eq!(of("europe-west"), [3]);
        assert!(of("oceania").is_empty());
        assert!(matching(&rules, None).is_empty(), "an unknown place is nowhere");
    }
}
