//! Route 53 weighted routing: a healthy record in proportion to its weight. Records of weight 0 are
//! used only when every other one is unhealthy, and all count as healthy when none is (fail-open).
//! Source: Route 53 Developer Guide, "Weighted routing" and "How Amazon Route 53 chooses records when health checking is configured".

use super::written::To;
use super::{Draw, Record, Routing, View, judge_number};
use crate::family::Kind;
use crate::read::{Fields, Names, Node, Reader, Shape, Value, record};

record! {
    /// A healthy record in proportion to its weight; weight 0 only when every other record is unhealthy.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct Weighted as "Weighted", check Weighted::judge {
        /// Records, each with its weight.
        pub to: Vec<(Record, u64)>,
    }
}

impl Weighted {
    pub const KIND: Kind = Kind {
        name: "Weighted",
        summary: "healthy regions in proportion to their weights; weight 0 only when all others are unhealthy (Route 53 weighted)",
        example: "Weighted(to: [To(region: \"ap-northeast-1\", check: \"tokyo\", weight: 70), To(region: \"us-east-1\", check: \"virginia\", weight: 30)])",
    };

    fn judge(&mut self, fields: &mut Fields) {
        judge_number(&self.to, fields, "Weighted", "To(region: .., weight: ..)");
    }

    /// The weight that counts for each record now: 0 for those not in use.
    fn weights(&self, view: &View) -> Vec<u64> {
        let any = |keep: &dyn Fn(&Record, u64) -> bool| {
            self.to.iter().any(|(target, weight)| keep(target, *weight))
        };
        let use_of = if any(&|target, weight| weight > 0 && view.is_healthy(target)) {
            Use::HealthyByWeight
        } else if any(&|target, _| view.is_healthy(target)) {
            Use::HealthyAlike
        } else if any(&|_, weight| weight > 0) {
            Use::AllByWeight
        } else {
            Use::AllAlike
        };
        let counts = |(target, weight): &(Record, u64)| match use_of {
            Use::HealthyByWeight if view.is_healthy(target) => *weight,
            Use::HealthyAlike if view.is_healthy(target) => 1,
            Use::HealthyByWeight | Use::HealthyAlike => 0,
            Use::AllByWeight => *weight,
            Use::AllAlike => 1,
        };
        self.to.iter().map(counts).collect()
    }
}

/// Which records are answered with, and how their weights count.
#[derive(Clone, Copy)]
enum Use {
    HealthyByWeight,
    /// Only records of weight 0 are healthy: each as often as the others.
    HealthyAlike,
    /// Nothing is healthy: fail-open.
    AllByWeight,
    AllAlike,
}

/// A record and its weight, which has to be written.
impl Value for (Record, u64) {
    const EXAMPLE: &'static str = "To(region: .., check: .., weight: ..)";

    fn shape() -> Shape {
        Record::shape()
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let needs = |fields: &mut Fields| {
            if !fields.is_written("weight") {
                fields.required::<u64>("weight");
            }
        };
        let (record, to) = To::read_with(node, reader, Some("weight"), Some(needs))?;
        Some((record, to.weight?))
    }

    fn write(&self, names: &Names) -> Node {
        let (record, weight) = self;
        To { weight: Some(*weight), ..To::from(record) }.write(names)
    }
}

impl Routing for Weighted {
    fn records(&self) -> Vec<&Record> {
        self.to.iter().map(|(record, _)| record).collect()
    }

    fn choose<'p>(&'p self, view: &View, draw: &mut Draw) -> Vec<&'p Record> {
        let weights = self.weights(view);
        let total: u64 = weights.iter().sum();
        let is_settled = weights.iter().filter(|weight| **weight > 0).count() < 2;
        let mut mark = if is_settled { 0 } else { ((draw() * total as f64) as u64).min(total - 1) };
        for (index, weight) in weights.into_iter().enumerate() {
            if mark < weight {
                return vec![&self.to[index].0];
            }
            mark -= weight;
        }
        unreachable!("the mark lies below the total weight");
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{checked, chosen, view};
    use super::*;

    fn records(weights: [u64; 3]) -> Weighted {
        Weighted {
            to: weights
                .into_iter()
                .enumerate()
                .map(|(index, weight)| (checked(index), weight))
                .collect(),
        }
    }

    /// Share of answers by region, over an even grid of drawn shares.
    fn shares(weights: [u64; 3], healthy: [bool; 3]) -> [u32; 3] {
        let mut counts = [0; 3];
        for draw in 0..300 {
            counts
                [chosen(&records(weights), &view(&healthy), (f64::from(draw) + 0.5) / 300.0)[0]] +=
                1;
        }
        counts
    }

    /// The example of the Route 53 Developer Guide: 10/20/20 with the third unhealthy gives the first 33%.
    #[test]
    fn unhealthy_records_hand_their_share_to_the_others() {
        assert_eq!(shares([10, 20, 20], [true, true, true]), [60, 120, 120]);
        assert_eq!(shares([10, 20, 20], [true, true, false]), [100, 200, 0]);
    }

    #[test]
    fn weight_zero_is_the_last_resort_and_everything_fails_open() {
        assert_eq!(shares([0, 20, 0], [true, true, true]), [0, 300, 0]);
        assert_eq!(shares([0, 20, 0], [true, false, true]), [150, 0, 150]);
        assert_eq!(shares([0, 20, 10], [false, false, false]), [0, 200, 100]);
    }
}
