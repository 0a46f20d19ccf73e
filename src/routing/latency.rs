//! Route 53 latency routing: the healthy region with the least measured latency from the asker; all
//! of them count as healthy when none is (fail-open). The latency is a past measurement, not the
//! present state. Source: Route 53 Developer Guide, "Latency-based routing".

use super::{Routing, Target, View};
use crate::family::Kind;
use crate::id::RegionId;
use crate::read::{Fields, Reader};
use ron2::ast::Expr;

/// `Latency(to: [To(region: .., check: ..), ..])`
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Latency {
    pub to: Vec<Target>,
}

impl Latency {
    pub const KIND: Kind = Kind {
        name: "Latency",
        summary: "the healthy region nearest to the asker by measured latency (Route 53 latency)",
        example: "Latency(to: [To(region: \"ap-northeast-1\", check: \"tokyo\"), To(region: \"us-east-1\", check: \"virginia\")])",
    };

    pub fn read(expr: &Expr, reader: &mut Reader) -> Option<Self> {
        let mut fields = Fields::open(reader, expr, "Latency")?;
        let to = fields.list("to", Target::read);
        if to.is_empty() {
            let at = fields.place();
            fields.reader().problem(at, "Latency has no region to answer with", "list them in to: [To(region: .., check: ..), ..]");
        }
        fields.close();
        (!to.is_empty()).then_some(Latency { to })
    }
}

impl Routing for Latency {
    fn targets(&self) -> Vec<Target> {
        self.to.clone()
    }

    fn answer(&self, view: &View, _share: f64) -> RegionId {
        let any_healthy = self.to.iter().any(|target| view.is_healthy(target));
        self.to
            .iter()
            .filter(|target| !any_healthy || view.is_healthy(target))
            .map(|target| target.region)
            .min_by_key(|region| view.round_trip[region.index()])
            .expect("reading asks for at least one target")
    }

    fn is_drawn(&self, _view: &View) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::CheckId;
    use crate::units::Duration;

    #[test]
    fn the_nearest_healthy_region_and_the_nearest_of_all_when_none_is() {
        let target = |index: usize| Target { region: RegionId::at(index), check: Some(CheckId::at(index)) };
        let policy = Latency { to: vec![target(2), target(0), target(1)] };
        let round_trip = [20, 10, 30].map(Duration::from_millis);
        let answer = |healthy: [bool; 3]| policy.answer(&View { believed_healthy: &healthy, round_trip: &round_trip }, 0.5).index();
        assert_eq!(answer([true, true, true]), 1);
        assert_eq!(answer([true, false, true]), 0);
        assert_eq!(answer([false, false, true]), 2);
        assert_eq!(answer([false, false, false]), 1);
    }
}
