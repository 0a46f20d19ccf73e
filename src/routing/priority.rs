//! Priority routing: an ordered list, and the first healthy record of it; the first of all when none is healthy, as
//! all of them count as healthy then. Route 53's failover has two levels only.
//! Source: Azure Traffic Manager, "Traffic Manager routing methods" (priority) and "Traffic Manager endpoint monitoring"
//! (all endpoints degraded).

use super::{Draw, Record, Routing, View};
use crate::family::Kind;
use crate::read::Node;
use crate::read::{Fields, Reader};

/// `Priority(to: [To(region: .., check: ..), To(region: .., check: ..), ..])`
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Priority {
    pub to: Vec<Record>,
}

impl Priority {
    pub const KIND: Kind = Kind {
        name: "Priority",
        summary: "the first healthy region of an ordered list, the first of all when none is (Azure Traffic Manager priority)",
        example: "Priority(to: [To(region: \"ap-northeast-1\", check: \"tokyo\"), To(region: \"us-east-1\", check: \"virginia\"), \"eu-west-1\"])",
    };

    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let mut fields = Fields::open(reader, expr, "Priority")?;
        let before = fields.problems();
        let to = Record::list(&mut fields, "Priority");
        let endless =
            to.iter().position(|record| !record.can_fail()).filter(|index| index + 1 < to.len());
        if let (Some(index), true) = (endless, fields.problems() == before) {
            let at = fields.place_of("to");
            let what = format!(
                "record {} has no health check, so it counts as healthy for ever and those after it are never answered with",
                index + 1
            );
            fields.reader().problem(at, what, "add check: \"..\" to it, or put it last");
        }
        fields.close();
        (!to.is_empty()).then_some(Priority { to })
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
