//! Failover by changing records: the name leads to one place until somebody, or a script, has called the name service's
//! control plane (ChangeResourceRecordSets), and to another from then on. It never goes back by itself.
//! Source: Route 53 Developer Guide, "Creating records" and "Amazon Route 53 best practices": changes reach all name
//! servers generally within 60 seconds. The control plane stands in us-east-1 ("Amazon Route 53 concepts").

use super::{DECISION, Draw, PROPAGATION, Record, Rewriting, Routing, View};
use crate::family::Kind;
use crate::read::{Fields, record};

record! {
    /// The name leads to one place until an operator changes the record over the control plane, and to another from then on.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct Rewritten as "Rewritten", check Rewritten::judge {
        /// The record as it stands, without checks: `trigger` alone decides.
        pub before: Record,
        /// The record after the change, without checks.
        pub after: Record,
        /// When it is changed, and by which check.
        pub rewriting: Rewriting,
    }
}

impl Rewritten {
    pub const KIND: Kind = Kind {
        name: "Rewritten",
        summary: "an operator changes the record over the control plane once a check is unhealthy, and it is not changed back (ChangeResourceRecordSets)",
        example: "Rewritten(before: \"ap-northeast-1\", after: \"us-east-1\", trigger: \"tokyo\", decision: Uniform(from: \"2min\", to: \"15min\"))",
    };

    fn judge(&mut self, fields: &mut Fields) {
        for (name, record) in [("before", &self.before), ("after", &self.after)] {
            if record.check.is_some() || record.target_health.is_some() {
                let help = "leave it out: trigger: \"..\" says which check the change waits for";
                fields.reject(name, "a check of this record would change no answer", help);
            }
        }
        if self.before.leads == self.after.leads {
            let help = "name another region as after";
            fields.reject("after", "before and after are the same", help);
        }
        let defaults = [
            (
                "decision",
                format!("decision to rewrite records: {DECISION}"),
                "only you can know it for your people: set decision",
            ),
            (
                "propagation",
                format!("propagation of rewritten records: {PROPAGATION}"),
                "Route 53 Developer Guide: generally within 60 s; the lower end is a guess",
            ),
        ];
        for (field, what, source) in defaults {
            if !fields.is_written(field) {
                fields.reader().sources.push((what, source, true));
            }
        }
    }
}

impl Routing for Rewritten {
    fn records(&self) -> Vec<&Record> {
        vec![&self.before, &self.after]
    }

    fn present(&self, view: &View) -> Vec<&Record> {
        vec![if view.rewritten { &self.after } else { &self.before }]
    }

    fn choose<'p>(&'p self, view: &View, _draw: &mut Draw) -> Vec<&'p Record> {
        vec![if view.rewritten { &self.after } else { &self.before }]
    }

    fn rewriting(&self) -> Option<&Rewriting> {
        Some(&self.rewriting)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{chosen, unchecked, view};
    use super::super::{Leads, Policy};
    use super::*;
    use crate::id::CheckId;
    use crate::routing::failover::Failover;

    fn rewritten(before: Record) -> Rewritten {
        let rewriting =
            Rewriting { watches: CheckId(0), decision: DECISION, propagation: PROPAGATION };
        Rewritten { before, after: unchecked(1), rewriting }
    }

    #[test]
    fn belief_moves_nobody_the_change_does() {
        let policy = rewritten(unchecked(0));
        let answer = |healthy: bool, rewritten: bool| {
            chosen(&policy, &View { rewritten, ..view(&[healthy]) }, 0.5)[0]
        };
        assert_eq!(
            [answer(true, false), answer(false, false), answer(false, true), answer(true, true)],
            [0, 0, 1, 1]
        );
    }

    /// What has not been written yet makes no branch healthy.
    #[test]
    fn a_branch_is_as_healthy_as_the_record_that_is_there() {
        let alias =
            |policy: Policy| Record { leads: Leads::Alias(Box::new(policy)), ..unchecked(0) };
        let checked =
            |index: u32| Record { check: Some(CheckId(index)), ..unchecked(index as usize) };
        let inner = Policy::Failover(Failover {
            primary: checked(0),
            secondary: checked(0),
            trickle: None,
        });
        let record = alias(Policy::Rewritten(rewritten(alias(inner))));
        let is_healthy = |healthy: bool, rewritten: bool| {
            View { rewritten, ..view(&[healthy]) }.is_healthy(&record)
        };
        assert_eq!(
            [is_healthy(true, false), is_healthy(false, false), is_healthy(false, true)],
            [true, false, true]
        );
    }
}
