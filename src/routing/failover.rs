//! Route 53 failover: the primary while it is healthy, else the secondary; the primary again when
//! both are unhealthy (fail-open). No damping: it fails back by itself.
//! Source: Route 53 Developer Guide, "Active-active and active-passive failover" and "How Amazon
//! Route 53 determines whether a health check is healthy".

use super::{Draw, Record, Routing, View};
use crate::family::Kind;
use crate::read::Node;
use crate::read::{Fields, Reader};
use crate::units::Share;

/// `Failover(primary: To(region: .., check: ..), secondary: To(region: ..))`
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Failover {
    pub primary: Record,
    pub secondary: Record,
    /// Share of answers that name the secondary even while the primary is healthy, so that it stays
    /// warm. Google Cloud DNS has it ("trickle traffic"), Route 53 has not.
    pub trickle: Option<Share>,
}

impl Failover {
    pub const KIND: Kind = Kind {
        name: "Failover",
        summary: "the primary while healthy, else the secondary; both unhealthy: the primary (Route 53 failover; trickle as in Google Cloud DNS)",
        example: "Failover(primary: To(region: \"ap-northeast-1\", check: \"tokyo\"), secondary: To(region: \"us-east-1\"))",
    };

    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let mut fields = Fields::open(reader, expr, "Failover")?;
        let before = fields.problems();
        let primary = fields.required_with("primary", "To(region: .., check: ..)", Record::read);
        let secondary = fields.required_with("secondary", "To(region: ..)", Record::read);
        let trickle: Option<Share> = fields.optional("trickle");
        if let (Some(first), Some(second)) = (&primary, &secondary) {
            if first.leads == second.leads {
                let at = fields.place_of("secondary");
                fields.reader().problem(
                    at,
                    "primary and secondary are the same",
                    "name another region as secondary",
                );
            }
            if !first.can_fail() && fields.problems() == before {
                let at = fields.place_of("primary");
                fields.reader().problem(
                    at,
                    "the primary has no health check, so it counts as healthy for ever",
                    "add check: \"..\" to the primary",
                );
            }
        }
        if trickle.is_some_and(|share| share == Share::ALL) {
            let at = fields.place_of("trickle");
            fields.reader().problem(
                at,
                "a trickle of 100% leaves nothing for the primary",
                "write a small share, such as \"10%\"",
            );
        }
        fields.close();
        Some(Failover { primary: primary?, secondary: secondary?, trickle })
    }
}

impl Routing for Failover {
    fn records(&self) -> Vec<&Record> {
        vec![&self.primary, &self.secondary]
    }

    fn choose<'p>(&'p self, view: &View, draw: &mut Draw) -> Vec<&'p Record> {
        let secondary_is_healthy = view.is_healthy(&self.secondary);
        if !view.is_healthy(&self.primary) && secondary_is_healthy {
            return vec![&self.secondary];
        }
        match self.trickle {
            Some(share)
                if share > Share::NONE && secondary_is_healthy && draw() < share.as_f64() =>
            {
                vec![&self.secondary]
            }
            _ => vec![&self.primary],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{checked, chosen, unchecked, view};
    use super::*;

    #[test]
    fn both_unhealthy_means_the_primary() {
        let policy = Failover { primary: checked(0), secondary: checked(1), trickle: None };
        let answer = |healthy: [bool; 2]| chosen(&policy, &view(&healthy), 0.5)[0];
        assert_eq!(
            [
                answer([true, true]),
                answer([false, true]),
                answer([true, false]),
                answer([false, false])
            ],
            [0, 1, 0, 0]
        );
    }

    #[test]
    fn a_secondary_without_a_check_is_always_healthy() {
        let policy = Failover { primary: checked(0), secondary: unchecked(1), trickle: None };
        assert_eq!(chosen(&policy, &view(&[false]), 0.5), [1]);
    }

    #[test]
    fn a_trickle_goes_to_a_healthy_secondary_only() {
        let policy = Failover {
            primary: checked(0),
            secondary: checked(1),
            trickle: Some(Share::from_parts(100_000_000)),
        };
        let answer = |healthy: [bool; 2], share: f64| chosen(&policy, &view(&healthy), share)[0];
        assert_eq!(
            [
                answer([true, true], 0.09),
                answer([true, true], 0.11),
                answer([true, false], 0.09),
                answer([false, true], 0.5)
            ],
            [1, 0, 0, 1]
        );
    }
}
