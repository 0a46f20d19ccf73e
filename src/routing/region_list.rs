//! A list of regions that the application's clients hold themselves, by the viewer's country or continent: they try
//! its regions in order and know of no health check. A client moves on by its own timeouts alone, request by request.
//! Source: a pattern of applications, with no vendor's rule behind it; CloudFront hands the viewer's country on in the
//! header CloudFront-Viewer-Country (CloudFront Developer Guide, "Adding CloudFront request headers").

use super::location::{Location, judge_rules, matching};
use super::{Draw, Leads, Patience, Record, Routing, Stop, View};
use crate::family::Kind;
use crate::read::{self, Fields, Names, Node, Reader, Shape, Value, describe, record};
use crate::units::Duration;

/// What the clients hold.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct RegionList {
    pub lists: Vec<(Location, Vec<Record>)>,
    /// For clients elsewhere.
    pub default: Vec<Record>,
    pub patience: Patience,
}

record! {
    /// A list of regions that the application's clients hold themselves, by where they are: they try its regions in order and know
    /// of no health check.
    #[derive(Clone, Debug)]
    pub struct Written as "RegionList", check Written::judge {
        /// Lists by location, each location once.
        pub lists: Vec<(Location, Vec<Record>)> = Vec::new(),
        /// The regions, in order, that clients elsewhere try.
        pub default: Regions,
        /// How long a client waits for a connection or an answer before it tries the next region.
        pub timeout: Duration,
        /// Whether an error answer (5xx), too, sends a client to the next region; a refused connection always does.
        #[source("assumption: who moves on after a timeout does so after an error, too")]
        pub retries_errors: bool = true,
    }
}

impl RegionList {
    pub const KIND: Kind = Kind {
        name: "RegionList",
        summary: "a list of regions that clients hold and try in order, each until a timeout; no name, no health check",
        example: "RegionList(lists: [List(country: \"Japan\", regions: [\"ap-northeast-1\", \"us-east-1\"])], default: [\"us-east-1\", \"ap-northeast-1\"], timeout: \"3s\")",
    };

    /// As it is written.
    pub fn record() -> read::Record {
        Written::record()
    }
}

impl Written {
    fn judge(&mut self, fields: &mut Fields) {
        judge_rules(&self.lists, fields, "lists");
        if self.timeout.is_zero() {
            let help = "write how long it waits for a connection or an answer, such as \"3s\"";
            fields.reject("timeout", "a timeout of no time reaches no region", help);
        }
    }
}

impl Value for RegionList {
    const EXAMPLE: &'static str = Written::EXAMPLE;

    fn shape() -> Shape {
        Written::shape()
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let Written { lists, default, timeout, retries_errors } = Written::read(node, reader)?;
        let patience = Patience { connect: timeout, answer: timeout, tries: 1, retries_errors };
        Some(RegionList { lists, default: default.0, patience })
    }

    fn write(&self, names: &Names) -> Node {
        let RegionList { lists, default, patience } = self.clone();
        let Patience { connect: timeout, retries_errors, .. } = patience;
        Written { lists, default: Regions(default), timeout, retries_errors }.write(names)
    }
}

/// Names of regions or front doors, at least one, each once.
#[derive(Clone, Debug)]
pub struct Regions(pub Vec<Record>);

impl Value for Regions {
    const EXAMPLE: &'static str = "[\"us-east-1\", \"ap-northeast-1\"]";

    fn shape() -> Shape {
        Shape::List(Box::new(Stop::shape()))
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let mut records: Vec<Record> = Vec::new();
        for item in node.items() {
            if item.as_text().is_none() {
                let what = format!("{} is not the name of a region", describe(item));
                let help = "write \"us-east-1\": clients know neither health checks nor aliases";
                reader.problem(item.place, what, help);
                return None;
            }
            let record = Record::read(item, reader)?;
            if records.contains(&record) {
                let help = "keep one of them: a list is gone through once";
                reader.problem(item.place, "the list names a region twice", help);
            }
            records.push(record);
        }
        if records.is_empty() {
            let what = "the list is empty, so its clients have nowhere to go";
            reader.problem(node.place, what, "name at least one region");
            return None;
        }
        Some(Regions(records))
    }

    fn write(&self, names: &Names) -> Node {
        let name = |record: &Record| match &record.leads {
            Leads::Stop(stop) => stop.write(names),
            Leads::Alias(_) => unreachable!("clients know no aliases"),
        };
        Node::list(self.0.iter().map(name).collect())
    }
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
