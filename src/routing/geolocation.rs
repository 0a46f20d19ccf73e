//! Route 53 geolocation routing: the record for the smallest location around the client: country, continent, default.
//! Nobody has an answer for who is in none of them. A record that is unhealthy is passed over for the next larger location.
//! Source: Route 53 Developer Guide, "Geolocation routing"; API reference, `ResourceRecordSet`, `HealthCheckId`, "Geolocation Routing".

use super::location::{Location, judge_rules, matching};
use super::{Draw, Record, Routing, View};
use crate::family::Kind;
use crate::read::{Fields, record};

record! {
    /// The record for the smallest location around the client: country, else continent, else the default.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct Geolocation as "Geolocation", check Geolocation::judge {
        /// Records by location, each location once, in any order.
        pub rules: Vec<(Location, Record)> = Vec::new(),
        /// For clients in none of the locations; without it they get no address.
        pub default: Option<Record>,
    }
}

impl Geolocation {
    pub const KIND: Kind = Kind {
        name: "Geolocation",
        summary: "by where the client is: country, else continent, else default, else no answer (Route 53 geolocation)",
        example: "Geolocation(rules: [Where(country: \"Japan\", to: To(region: \"ap-northeast-1\", check: \"tokyo\")), Where(continent: \"Asia\", to: \"us-east-1\")], default: \"us-east-1\")",
    };

    fn judge(&mut self, fields: &mut Fields) {
        judge_rules(&self.rules, fields, "rules");
        // Rules that could not be read are told already.
        if fields.expr("rules").is_none_or(|rules| rules.items().is_empty()) {
            let at = fields.place();
            let help = "list them in rules: [Where(country: \"Japan\", to: ..), ..]";
            fields.reader().problem(at, "Geolocation has no rule", help);
        }
    }
}

impl Routing for Geolocation {
    fn records(&self) -> Vec<&Record> {
        self.rules.iter().map(|(_, record)| record).chain(&self.default).collect()
    }

    fn choose<'p>(&'p self, view: &View, _draw: &mut Draw) -> Vec<&'p Record> {
        let mut candidates = matching(&self.rules, view.asker);
        candidates.extend(&self.default);
        let healthy = candidates.iter().find(|record| view.is_healthy(record));
        // Route 53 fails open when no record is healthy; that records for elsewhere do not count is an assumption.
        healthy.or(candidates.first()).copied().into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{checked, chosen, view};
    use super::*;
    use crate::places::user_place;

    fn policy(default: bool) -> Geolocation {
        // Written from large to small: the order of the rules does not matter.
        let rules = vec![
            (Location::Continent("Asia"), checked(1)),
            (Location::Country("Japan"), checked(0)),
        ];
        Geolocation { rules, default: default.then(|| checked(2)) }
    }

    fn answer(default: bool, place: &str, healthy: [bool; 3]) -> Vec<usize> {
        let asker = user_place(place);
        assert!(asker.is_some() || place == "nowhere", "{place} is known");
        chosen(&policy(default), &View { asker, ..view(&healthy) }, 0.5)
    }

    #[test]
    fn the_most_specific_location_wins_and_without_a_default_others_get_nothing() {
        let all = [true; 3];
        let of = |default, place| answer(default, place, all);
        assert_eq!(
            [of(true, "japan"), of(true, "korea"), of(true, "europe-west"), of(true, "nowhere")],
            [[0], [1], [2], [2]]
        );
        assert_eq!([of(false, "japan"), of(false, "korea")], [[0], [1]]);
        assert!(of(false, "europe-west").is_empty() && of(false, "nowhere").is_empty());
    }

    /// The order that the API reference gives, from the state over the country and the continent to the default.
    #[test]
    fn an_unhealthy_record_gives_way_to_the_next_larger_location() {
        let of = |healthy| answer(true, "japan", healthy);
        assert_eq!(
            [of([false, true, true]), of([false, false, true]), of([true, false, false])],
            [[1], [2], [0]]
        );
        assert_eq!(of([false, false, false]), [0], "fail-open: the most specific");
        assert_eq!(
            answer(false, "japan", [false, false, true]),
            [0],
            "a record for elsewhere is no way out"
        );
    }
}
