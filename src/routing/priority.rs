//! Priority routing: an ordered list, and the first healthy record of it; the first of all when none is healthy, as
//! all of them count as healthy then. Route 53's failover has two levels only.
//! Source: Azure Traffic Manager, "Traffic Manager routing methods" (priority) and "Traffic Manager endpoint monitoring"
//! (all endpoints degraded).

use super::{Draw, Record, Routing, View, judge_number};
use crate::family::Kind;
use crate::read::{Fields, record};

record! {
    /// The first healthy record of an ordered list; the first of all when none is healthy.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct Priority as "Priority", check Priority::judge {
        /// Records, the preferred first; each but the last needs a health check.
        pub to: Vec<Record>,
    }
}

impl Priority {
    pub const KIND: Kind = Kind {
        name: "Priority",
        summary: "the first healthy region of an ordered list, the first of all when none is (Azure Traffic Manager priority)",
        example: "Priority(to: [To(region: \"ap-northeast-1\", check: \"tokyo\"), To(region: \"us-east-1\", check: \"virginia\"), \"eu-west-1\"])",
    };

    fn judge(&mut self, fields: &mut Fields) {
        judge_number(&self.to, fields, "Priority", "To(region: .., check: ..)");
        let to = &self.to;
        let endless =
            to.iter().position(|record| !record.can_fail()).filter(|index| index + 1 < to.len());
        if let Some(index) = endless {
            let what = format!(
                "record {} has no health check, so it counts as healthy for ever and those after it are never answered with",
                index + 1
            );
            fields.reject("to", what, "add check: \"..\" to it, or put it last");
        }
    }
}

impl Routing for Priority {
    fn records(&self) -> Vec<&Record> {
        self.to.iter().collect()
    }

    fn choose<'p>(&'p self, view: &View, _draw: &mut Draw) -> Vec<&'p Record> {
        self.to
            .iter()
            .find(|record| view.is_healthy(record))
            .or(self.to.first())
            .into_iter()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{checked, chosen, view};
    use super::*;

    #[test]
    fn the_first_healthy_one_in_the_order_written() {
        let policy = Priority { to: vec![checked(2), checked(0), checked(1)] };
        let answer = |healthy: [bool; 3]| chosen(&policy, &view(&healthy), 0.5)[0];
        assert_eq!(
            [
                answer([true, true, true]),
                answer([true, true, false]),
                answer([false, true, false]),
                answer([false; 3])
            ],
            [2, 0, 1, 2]
        );
    }
}
