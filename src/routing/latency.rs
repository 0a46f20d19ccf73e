//! Route 53 latency routing: the healthy region with the least measured latency from the client; all
//! of them count as healthy when none is (fail-open). The latency is a past measurement, not the
//! present state. Source: Route 53 Developer Guide, "Latency-based routing".

use super::{Draw, Leads, Record, Routing, Stop, View, judge_number};
use crate::family::Kind;
use crate::read::{Fields, record};
use crate::units::{Duration, Share};

record! {
    /// The healthy region with the least measured latency from the client.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct Latency as "Latency", check Latency::judge {
        /// Records, in any order.
        pub to: Vec<Record>,
        /// How far the vendor's measurements may be off: each is multiplied by a factor drawn once per run, even on
        /// 1 - drift .. 1 + drift. Without it routing goes by the medians of the table.
        pub drift: Share = Share::NONE,
    }
}

impl Latency {
    pub const KIND: Kind = Kind {
        name: "Latency",
        summary: "the healthy region nearest to the client by measured latency (Route 53 latency)",
        example: "Latency(to: [To(region: \"ap-northeast-1\", check: \"tokyo\"), To(region: \"us-east-1\", check: \"virginia\")])",
    };

    fn judge(&mut self, fields: &mut Fields) {
        judge_number(&self.to, fields, "Latency", "To(region: .., check: ..)");
    }
}

/// The measured latency of a record: of its region, or of the nearest one behind its alias.
fn round_trip(record: &Record, view: &View) -> Duration {
    match &record.leads {
        Leads::Stop(Stop::Region(region)) => view.round_trip[region.index()],
        Leads::Stop(_) => Duration::ZERO,
        Leads::Alias(policy) => policy
            .behaviour()
            .present(view)
            .into_iter()
            .map(|child| round_trip(child, view))
            .min()
            .unwrap_or(Duration::MAX),
    }
}

impl Routing for Latency {
    fn records(&self) -> Vec<&Record> {
        self.to.iter().collect()
    }

    fn drift(&self) -> Share {
        self.drift
    }

    fn choose<'p>(&'p self, view: &View, _draw: &mut Draw) -> Vec<&'p Record> {
        let any_healthy = self.to.iter().any(|record| view.is_healthy(record));
        let candidates = self.to.iter().filter(|record| !any_healthy || view.is_healthy(record));
        candidates.min_by_key(|record| round_trip(record, view)).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{checked, chosen, view};
    use super::*;

    #[test]
    fn the_nearest_healthy_region_and_the_nearest_of_all_when_none_is() {
        let policy = Latency { to: vec![checked(2), checked(0), checked(1)], drift: Share::NONE };
        let round_trip = [20, 10, 30].map(Duration::from_millis);
        let answer = |healthy: [bool; 3]| {
            chosen(&policy, &View { round_trip: &round_trip, ..view(&healthy) }, 0.5)[0]
        };
        assert_eq!(answer([true, true, true]), 1);
        assert_eq!(answer([true, false, true]), 0);
        assert_eq!(answer([false, false, true]), 2);
        assert_eq!(answer([false, false, false]), 1);
    }
}
