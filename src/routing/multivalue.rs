//! Route 53 multivalue answer routing: up to eight healthy records in random order; up to eight of the unhealthy ones
//! when none is healthy. Clients go through the answer in its order.
//! Source: Route 53 Developer Guide, "Multivalue answer routing"; API reference, `ResourceRecordSet`, `MultiValueAnswer`.

use super::simple::shuffled;
use super::{Draw, Leads, Record, Routing, View, judge_each, judge_number};
use crate::family::Kind;
use crate::read::{Fields, record};

record! {
    /// Up to eight healthy records in random order, and clients go through them.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct Multivalue as "Multivalue", check Multivalue::judge {
        /// Records, in any order; none can be an alias.
        pub to: Vec<Record>,
    }
}

/// Records in one answer.
const ANSWER_LIMIT: usize = 8;

impl Multivalue {
    pub const KIND: Kind = Kind {
        name: "Multivalue",
        summary: "up to eight healthy records in random order, and clients try the next when one fails (Route 53 multivalue answer)",
        example: "Multivalue(to: [To(region: \"ap-northeast-1\", check: \"tokyo\"), To(region: \"us-east-1\", check: \"virginia\")])",
    };

    fn judge(&mut self, fields: &mut Fields) {
        judge_number(&self.to, fields, "Multivalue", "To(region: .., check: ..)");
        judge_each(&self.to, fields, |record| {
            let is_alias =
                record.target_health.is_some() || matches!(record.leads, Leads::Alias(_));
            is_alias.then_some((
                "a multivalue answer record cannot be an alias",
                "use Weighted with equal weights, or give the record a check of its own",
            ))
        });
    }
}

impl Routing for Multivalue {
    fn records(&self) -> Vec<&Record> {
        self.to.iter().collect()
    }

    fn choose<'p>(&'p self, view: &View, draw: &mut Draw) -> Vec<&'p Record> {
        let healthy: Vec<&Record> =
            self.to.iter().filter(|record| view.is_healthy(record)).collect();
        shuffled(if healthy.is_empty() { self.records() } else { healthy }, ANSWER_LIMIT, draw)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{checked, chosen, view};
    use super::*;
    use std::collections::BTreeSet;

    fn of(healthy: &[bool], share: f64) -> BTreeSet<usize> {
        let policy = Multivalue { to: (0..healthy.len()).map(checked).collect() };
        chosen(&policy, &view(healthy), share).into_iter().collect()
    }

    #[test]
    fn healthy_records_alone_and_all_of_them_when_none_is() {
        assert_eq!(of(&[true, false, true], 0.3), BTreeSet::from([0, 2]));
        assert_eq!(of(&[false, false, false], 0.3), BTreeSet::from([0, 1, 2]));
    }

    #[test]
    fn an_answer_holds_eight_different_records_at_most() {
        for share in [0.01, 0.5, 0.99] {
            assert_eq!(of(&[true; 20], share).len(), 8);
            assert_eq!(of(&[false; 20], share).len(), 8);
        }
        assert!(of(&[true; 20], 0.99).contains(&19), "the last is as good as the first");
    }

    #[test]
    fn a_single_healthy_record_needs_no_draw() {
        let policy = Multivalue { to: vec![checked(0), checked(1)] };
        assert_eq!(
            policy.choose(&view(&[false, true]), &mut || panic!("nothing to draw")),
            [&policy.to[1]]
        );
    }
}
