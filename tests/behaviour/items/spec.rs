//! Two regions, each with one busy user, and a store with a replica in both.

use mrsim::scenario::Scenario;
use mrsim::trace::Trace;
use mrsim::world::{self, Stage};
use std::sync::Arc;

pub struct Spec<'t> {
    /// The replication family; empty: MultiWriter with the lag below.
    pub family: &'t str,
    pub lag: &'t str,
    pub keys: &'t str,
    /// Writes a second in each region; reads are as many.
    pub writes: [f64; 2],
    pub faults: &'t str,
    pub fidelity: &'t str,
}

impl Default for Spec<'_> {
    fn default() -> Self {
        Spec {
            family: "",
            lag: "Exponential(mean: \"1s\")",
            keys: "count: 50, sample: 1_000_000",
            writes: [5.0, 5.0],
            faults: "",
            fidelity: "Cohorts",
        }
    }
}

impl Spec<'_> {
    pub fn text(&self) -> String {
        let Spec { keys, faults, fidelity, writes, .. } = self;
        let family = if self.family.is_empty() {
            format!("MultiWriter(conflicts: LastWriterWins(), lag: {})", self.lag)
        } else {
            self.family.into()
        };
        let user = |name: &str, place: &str, writes: f64| {
            format!(
                "Population(name: \"{name}\", place: \"{place}\", users: 1, writes: \"{writes} req/s\", reads: \"5 req/s\"),"
            )
        };
        format!(
            "Scenario(
    question: \"what becomes of writes?\", run: \"400s\", step: \"10s\", fidelity: {fidelity},
    regions: [\"ap-northeast-1\", \"us-east-1\"],
    links: [Link(from: \"ap-northeast-1\", to: \"us-east-1\", round_trip: \"0s\")],
    users: [{}{}],
    routing: Routing(ttl: \"60s\", policy: Latency(to: [To(region: \"ap-northeast-1\"), To(region: \"us-east-1\")])),
    stores: [Store(name: \"s\", regions: [\"ap-northeast-1\", \"us-east-1\"], replication: {family}, keys: Keys({keys}))],
    faults: [{faults}],
)",
            user("Japan", "japan", writes[0]),
            user("America", "north-america-east", writes[1])
        )
    }

    pub fn scenario(&self) -> Arc<Scenario> {
        let text = self.text();
        Arc::new(Scenario::parse(&text).unwrap_or_else(|problems| panic!("{text}\n{problems:#?}")))
    }

    pub fn runs(&self, runs: u64) -> impl Iterator<Item = Trace> {
        let stage = Stage::new(self.scenario());
        (0..runs).map(move |run| world::run(&stage, 1, run).expect("within the limits"))
    }

    pub fn run(&self, run: u64) -> Trace {
        self.runs(run + 1).last().expect("one run at least")
    }
}
