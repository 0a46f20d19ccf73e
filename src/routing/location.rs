//! Where an asker is, as rules by place see it: in a country, or on a continent. Not a policy itself: geolocation
//! routing and lists that clients hold both go by it.

use crate::places::{self, UserPlace};
use crate::problem::instead;
use crate::read::Node;
use crate::read::{Fields, Reader, Value, place};
use std::collections::BTreeSet;

/// A part of the world; the smaller comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub enum Location {
    Country(&'static str),
    Continent(&'static str),
}

impl Location {
    /// Reads `country: "Japan"` or `continent: "Asia"`, just one of them.
    pub fn read(fields: &mut Fields) -> Option<Location> {
        let before = fields.problems();
        let country =
            fields.with("country", |expr, reader| read_name(expr, reader, "country", &countries()));
        let continents = places::CONTINENTS.iter().map(|(_, name)| *name).collect();
        let continent = fields
            .with("continent", |expr, reader| read_name(expr, reader, "continent", &continents));
        match (country, continent) {
            (Some(country), None) => Some(Location::Country(country)),
            (None, Some(continent)) => Some(Location::Continent(continent)),
            _ => {
                if fields.problems() == before {
                    let at = fields.place();
                    fields.reader().problem(
                        at,
                        "a rule is for one country or for one continent",
                        "write country: \"Japan\" or continent: \"Asia\"",
                    );
                }
                None
            }
        }
    }

    /// Whether the asker is in it; an asker whose place is unknown is in none.
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

/// What the rules say that hold for an asker: for the country first, then for the continent around it.
pub fn matching<'r, T>(rules: &'r [(Location, T)], asker: Option<&UserPlace>) -> Vec<&'r T> {
    let mut held: Vec<&(Location, T)> =
        rules.iter().filter(|(location, _)| location.holds(asker)).collect();
    held.sort_by_key(|(location, _)| *location);
    held.into_iter().map(|(_, says)| says).collect()
}

/// The rules in a list of `owner`s; two for one location are a problem.
pub fn read_rules<'e, T>(
    fields: &mut Fields<'_, 'e>,
    list: &'static str,
    mut read: impl FnMut(&'e Node, &mut Reader) -> Option<(Location, T)>,
) -> Vec<(Location, T)> {
    let mut seen: Vec<Location> = Vec::new();
    fields.list(list, |expr, reader| {
        let (location, says) = read(expr, reader)?;
        if seen.contains(&location) {
            reader.problem(
                place(expr),
                format!("{list} has two rules for {}", location.name()),
                "keep one of them",
            );
        }
        seen.push(location);
        Some((location, says))
    })
}

/// Countries in the words of the tables of places.
fn countries() -> BTreeSet<&'static str> {
    let of_users = places::user_places().iter().filter_map(|place| place.country);
    places::regions().iter().map(|region| region.country).chain(of_users).collect()
}

fn read_name(
    expr: &Node,
    reader: &mut Reader,
    kind: &str,
    known: &BTreeSet<&'static str>,
) -> Option<&'static str> {
    let name = String::read(expr, reader)?;
    let found = known.get(name.as_str()).copied();
    if found.is_none() {
        let coded = CODES.iter().find(|(code, place)| *code == name && known.contains(place));
        let mend = match coded {
            Some((_, place)) => format!("{name} is {place}: write \"{place}\""),
            None => instead(&name, known.iter().copied()),
        };
        reader.problem(place(expr), format!("there is no {kind} \"{name}\""), mend);
    }
    found
}

/// Route 53's codes of continents, and common ones of countries.
const CODES: [(&str, &str); 16] = [
    ("AF", "Africa"),
    ("AN", "Antarctica"),
    ("AS", "Asia"),
    ("EU", "Europe"),
    ("NA", "North America"),
    ("OC", "Oceania"),
    ("SA", "South America"),
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
