//! A list of regions that the application's clients hold themselves, by the viewer's country or continent: they try
//! its regions in order and know of no health check. A client moves on by its own time-outs alone, request by request.
//! Source: a pattern of applications, with no vendor's rule behind it; CloudFront hands the viewer's country on in the
//! header CloudFront-Viewer-Country (CloudFront Developer Guide, "Adding CloudFront request headers").

use super::location::{Location, matching, read_rules};
use super::{Draw, Patience, Record, Routing, View};
use crate::family::Kind;
use crate::read::Node;
use crate::read::{Fields, Reader, describe, place};
use crate::units::Duration;

/// `RegionList(lists: [List(country: "Japan", regions: [..]), ..], default: [..], timeout: "3s", retries_errors: true)`
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct RegionList {
    pub lists: Vec<(Location, Vec<Record>)>,
    /// For clients elsewhere.
    pub default: Vec<Record>,
    pub patience: Patience,
}

impl RegionList {
    pub const KIND: Kind = Kind {
        name: "RegionList",
        summary: "a list of regions that clients hold and try in order, each until a time-out; no name, no health check",
        example: "RegionList(lists: [List(country: \"Japan\", regions: [\"ap-northeast-1\", \"us-east-1\"])], default: [\"us-east-1\", \"ap-northeast-1\"], timeout: \"3s\")",
    };

    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let mut fields = Fields::open(reader, expr, "RegionList")?;
        let lists = read_rules(&mut fields, "lists", read_list);
        let default =
            fields.required_with("default", "[\"us-east-1\", \"ap-northeast-1\"]", read_regions);
        let timeout: Option<Duration> = fields.required("timeout");
        // An application that moves on after a time-out does so after an error, too (assumption).
        let retries_errors = fields.or("retries_errors", true);
        if timeout.is_some_and(Duration::is_zero) {
            let at = fields.place_of("timeout");
            fields.reader().problem(
                at,
                "a client that waits for no time reaches nobody",
                "write how long it waits for a connection or an answer, such as \"3s\"",
            );
        }
        fields.close();
        let timeout = timeout?;
        Some(RegionList {
            lists,
            default: default?,
            patience: Patience { connect: timeout, answer: timeout, tries: 1, retries_errors },
        })
    }
}

fn read_list(expr: &Node, reader: &mut Reader) -> Option<(Location, Vec<Record>)> {
    let mut fields = Fields::open(reader, expr, "List")?;
    let location = Location::read(&mut fields);
    let regions =
        fields.required_with("regions", "[\"ap-northeast-1\", \"us-east-1\"]", read_regions);
    fields.close();
    location.zip(regions)
}

/// Names of regions or front doors, at least one, each once.
fn read_regions(expr: &Node, reader: &mut Reader) -> Option<Vec<Record>> {
    let mut records: Vec<Record> = Vec::new();
    for item in expr.items() {
        if item.as_text().is_none() {
            let what = format!("{} is not the name of a region", describe(item));
            reader.problem(
                place(item),
                what,
                "write \"us-east-1\": clients know neither health checks nor aliases",
            );
            return None;
        }
        let record = Record::read(item, reader)?;
        if records.contains(&record) {
            reader.problem(
                place(item),
                "the list names a region twice",
                "keep one of them: a list is gone through once",
            );
        }
        records.push(record);
    }
    if records.is_empty() {
        reader.problem(
            place(expr),
            "the list is empty, so its clients have nowhere to go",
            "name at least one region",
        );
        return None;
    }
    Some(records)
}

impl Routing for RegionList {
    fn records(&self) -> Vec<&Record> {
        self.lists.iter().flat_map(|(_, records)| records).chain(&self.default).collect()
    }

    fn choose<'p>(&'p self, view: &View, _draw: &mut Draw) -> Vec<&'p Record> {
        matching(&self.lists, view.asker).first().copied().unwrap_or(&self.default).iter().collect()
    }

    fn patience(&self) -> Option<Patience> {
        Some(self.patience)
    }

    fn is_resolved(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{chosen, unchecked, view};
    use super::*;
    use crate::places::user_place;

    #[test]
    fn a_client_has_the_list_of_its_country_else_of_its_continent_else_the_default() {
        let list = |regions: [usize; 2]| regions.map(unchecked).to_vec();
        let lists = vec![
            (Location::Continent("Asia"), list([1, 0])),
            (Location::Country("Japan"), list([0, 1])),
        ];
        let wait = Duration::from_secs(3);
        let patience = Patience { connect: wait, answer: wait, tries: 1, retries_errors: true };
        let policy = RegionList { lists, default: list([2, 0]), patience };
        let of =
            |place: &str| chosen(&policy, &View { asker: user_place(place), ..view(&[]) }, 0.5);
        assert_eq!([of("japan"), of("korea"), of("europe-west")], [[0, 1], [1, 0], [2, 0]]);
        assert_eq!((policy.patience(), policy.is_resolved()), (Some(patience), false));
    }
}
