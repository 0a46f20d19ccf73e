//! Failover by changing records: the name leads to one place until somebody, or a script, has called the name service's
//! control plane (ChangeResourceRecordSets), and to another from then on. It never goes back by itself.
//! Source: Route 53 Developer Guide, "Creating records" and "Amazon Route 53 best practices": changes reach all name
//! servers generally within 60 seconds. The control plane stands in us-east-1 ("Amazon Route 53 concepts").

use super::{Draw, Record, Rewriting, Routing, View};
use crate::family::Kind;
use crate::id::CheckId;
use crate::law::Law;
use crate::read::Node;
use crate::read::{Fields, Reader, place};
use crate::units::Duration;

/// `Rewritten(before: To(region: ..), after: To(region: ..), watches: "tokyo", decision: .., propagation: ..)`
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Rewritten {
    pub before: Record,
    pub after: Record,
    pub rewriting: Rewriting,
}

/// Somebody is called, looks, decides and makes the change (assumption).
const DECISION: Law = Law::Uniform { from: Duration::from_secs(120), to: Duration::from_secs(900) };
/// "Generally within 60 seconds"; that nothing is faster than 5 s is an assumption.
const PROPAGATION: Law = Law::Uniform { from: Duration::from_secs(5), to: Duration::from_secs(60) };

impl Rewritten {
    pub const KIND: Kind = Kind {
        name: "Rewritten",
        summary: "somebody changes the record over the control plane once a check is unhealthy, and nobody changes it back (ChangeResourceRecordSets)",
        example: "Rewritten(before: \"ap-northeast-1\", after: \"us-east-1\", watches: \"tokyo\", decision: Uniform(from: \"2min\", to: \"15min\"))",
    };

    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let mut fields = Fields::open(reader, expr, "Rewritten")?;
        let before = fields.required_with("before", "\"ap-northeast-1\"", read_record);
        let after = fields.required_with("after", "\"us-east-1\"", read_record);
        let watches: Option<CheckId> = fields.required("watches");
        let decision = fields.optional("decision");
        let propagation = fields.optional("propagation");
        if let (Some(before), Some(after)) = (&before, &after)
            && before.leads == after.leads
        {
            let at = fields.place_of("after");
            fields.reader().problem(
                at,
                "before and after are the same",
                "name another region as after",
            );
        }
        let defaults = [
            (
                decision.is_none(),
                format!("decision to rewrite records: {DECISION}"),
                "nobody can know it for your people: set decision",
            ),
            (
                propagation.is_none(),
                format!("propagation of rewritten records: {PROPAGATION}"),
                "Route 53 Developer Guide: generally within 60 s; the lower end is a guess",
            ),
        ];
        for (_, what, source) in defaults.into_iter().filter(|(is_default, ..)| *is_default) {
            fields.reader().sources.push((what, source, true));
        }
        fields.close();
        let rewriting = Rewriting {
            watches: watches?,
            decision: decision.unwrap_or(DECISION),
            propagation: propagation.unwrap_or(PROPAGATION),
        };
        Some(Rewritten { before: before?, after: after?, rewriting })
    }
}

/// A record that no health check of its own can take away: `watches` alone decides.
fn read_record(expr: &Node, reader: &mut Reader) -> Option<Record> {
    let record = Record::read(expr, reader)?;
    if record.check.is_some() || record.target_health.is_some() {
        reader.problem(
            place(expr),
            "a check of this record would change no answer",
            "leave it out: watches: \"..\" says which check the change waits for",
        );
    }
    Some(record)
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
