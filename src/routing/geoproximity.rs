//! Route 53 geoproximity routing: the healthy region nearest to the client on the map, distances scaled by a bias: a
//! positive bias draws clients in, a negative one keeps them away. All count as healthy when none is (fail-open).
//! Source: Route 53 Developer Guide, "Geoproximity routing", "How Amazon Route 53 uses bias to route traffic".

use super::written::To;
use super::{Draw, Leads, Record, Routing, Stop, View, judge_number};
use crate::family::Kind;
use crate::read::{Fields, Names, Node, Reader, Shape, Value, record};

record! {
    /// The healthy region nearest to the client on the map, distances scaled by a bias.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct Geoproximity as "Geoproximity", check Geoproximity::judge {
        /// Records, each with the bias of its region. A front door stands at no place on the map.
        pub to: Vec<(Record, i64)>,
    }
}

impl Geoproximity {
    pub const KIND: Kind = Kind {
        name: "Geoproximity",
        summary: "the healthy region nearest to the client on the map; a bias of -99 to 99 pushes its border out or in (Route 53 geoproximity)",
        example: "Geoproximity(to: [To(region: \"ap-northeast-1\", check: \"tokyo\", bias: 20), To(region: \"us-east-1\", check: \"virginia\")])",
    };

    fn judge(&mut self, fields: &mut Fields) {
        judge_number(&self.to, fields, "Geoproximity", "To(region: .., bias: ..)");
    }
}

/// A record and the bias of its region; nothing written is none.
impl Value for (Record, i64) {
    const EXAMPLE: &'static str = "To(region: .., check: .., bias: ..)";

    fn shape() -> Shape {
        Record::shape()
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let (record, to) = To::read_with(node, reader, Some("bias"), None)?;
        if matches!(record.leads, Leads::Stop(Stop::Door(_))) {
            let help = "use Simple, Weighted or Failover for front doors";
            reader.problem(node.place, "a front door stands at no place on the map", help);
        }
        Some((record, to.bias.unwrap_or(0)))
    }

    fn write(&self, names: &Names) -> Node {
        let (record, bias) = self;
        To { bias: Some(*bias).filter(|bias| *bias != 0), ..To::from(record) }.write(names)
    }
}

/// The formula of the guide, for either sign. Its editions up to 2023 divided by 1 + bias/100 for a negative bias.
fn biased(distance_km: f64, bias: i64) -> f64 {
    distance_km * (1.0 - bias as f64 / 100.0)
}

/// From the client to the region of a record, or to the nearest one behind its alias (assumption: Route 53 asks for a location there, too).
fn distance_km(record: &Record, view: &View) -> f64 {
    match &record.leads {
        Leads::Stop(Stop::Region(region)) => view.distance_km[region.index()],
        Leads::Stop(_) => f64::MAX,
        Leads::Alias(policy) => policy
            .behaviour()
            .present(view)
            .into_iter()
            .map(|child| distance_km(child, view))
            .fold(f64::MAX, f64::min),
    }
}

impl Routing for Geoproximity {
    fn records(&self) -> Vec<&Record> {
        self.to.iter().map(|(record, _)| record).collect()
    }

    fn choose<'p>(&'p self, view: &View, _draw: &mut Draw) -> Vec<&'p Record> {
        let any_healthy = self.to.iter().any(|(record, _)| view.is_healthy(record));
        let candidates =
            self.to.iter().filter(|(record, _)| !any_healthy || view.is_healthy(record));
        let away = |(record, bias): &(Record, i64)| biased(distance_km(record, view), *bias);
        candidates
            .min_by(|a, b| away(a).total_cmp(&away(b)))
            .map(|(record, _)| record)
            .into_iter()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{checked, chosen, view};
    use super::*;

    fn answer(biases: [i64; 2], healthy: [bool; 2]) -> usize {
        let policy = Geoproximity {
            to: biases
                .into_iter()
                .enumerate()
                .map(|(index, bias)| (checked(index), bias))
                .collect(),
        };
        chosen(&policy, &View { distance_km: &[150.0, 100.0], ..view(&healthy) }, 0.5)[0]
    }

    /// The example of the guide: A at 150 km, B at 100 km; with a bias of 50 A counts as 75 km away.
    #[test]
    fn a_bias_of_50_halves_the_distance() {
        assert!((biased(150.0, 50) - 75.0).abs() < 1e-9);
        assert_eq!([answer([0, 0], [true; 2]), answer([50, 0], [true; 2])], [1, 0]);
    }

    #[test]
    fn a_negative_bias_keeps_askers_away() {
        assert!((biased(100.0, -50) - 150.0).abs() < 1e-9);
        assert_eq!([answer([0, -49], [true; 2]), answer([0, -51], [true; 2])], [1, 0]);
    }

    #[test]
    fn unhealthy_regions_are_passed_over_until_all_are() {
        assert_eq!([answer([0, 0], [true, false]), answer([0, 0], [false, false])], [0, 1]);
    }
}
