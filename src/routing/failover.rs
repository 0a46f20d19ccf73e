//! Route 53 failover: the primary while it is healthy, else the secondary; the primary again when
//! both are unhealthy (fail-open). No damping: it fails back by itself.
//! Source: Route 53 Developer Guide, "Active-active and active-passive failover" and "How Amazon
//! Route 53 determines whether a health check is healthy".

use super::{Draw, Record, Routing, View};
use crate::family::Kind;
use crate::read::{Fields, record};
use crate::units::Share;

record! {
    /// The primary while it is healthy, else the secondary; the primary again when both are unhealthy.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct Failover as "Failover", check Failover::judge {
        /// The record that is answered with while it is healthy. It needs a health check.
        pub primary: Record,
        /// The record that takes over; without a check it always counts as healthy.
        pub secondary: Record,
        /// Share of answers that name the secondary even while the primary is healthy, so that it stays warm. Google Cloud DNS
        /// has it (trickle traffic), Route 53 has not.
        pub trickle: Option<Share>,
    }
}

impl Failover {
    pub const KIND: Kind = Kind {
        name: "Failover",
        summary: "the primary while healthy, else the secondary; both unhealthy: the primary (Route 53 failover; trickle as in Google Cloud DNS)",
        example: "Failover(primary: To(region: \"ap-northeast-1\", check: \"tokyo\"), secondary: To(region: \"us-east-1\"))",
    };

    fn judge(&mut self, fields: &mut Fields) {
        if self.primary.leads == self.secondary.leads {
            let help = "name another region as secondary";
            fields.reject("secondary", "primary and secondary are the same", help);
        } else if !self.primary.can_fail() {
            let what = "the primary has no health check, so it counts as healthy for ever";
            fields.reject("primary", what, "add check: \"..\" to the primary");
        }
        if self.trickle == Some(Share::ALL) {
            let help = "write a small share, such as \"10%\"";
            fields.reject("trickle", "a trickle of 100% leaves nothing for the primary", help);
        }
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
