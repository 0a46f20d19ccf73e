//! Worked examples that vendors and measurements publish, through the whole simulator.

use mrsim::campaign::Quiet;
use mrsim::measure::{Recovery, Replay, Served};
use mrsim::scenario::Scenario;
use mrsim::trace::{Trace, What};
use mrsim::units::{Duration, Instant};
use mrsim::validation::vendors::{FAMILY, share_at};
use mrsim::validation::{self, Effort};
use mrsim::world::{Stage, run};
use std::sync::Arc;

fn traces(text: &str, runs: u64) -> Vec<Trace> {
    let scenario = Scenario::parse(text).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let stage = Stage::new(Arc::new(scenario));
    (0..runs).map(|index| run(&stage, 5, index).expect("no limit is reached")).collect()
}

/// Flavel's two points, Traffic Manager's example and Route 53's weights are cases of the validation dossier; here they run
/// at full size, with firm limits.
#[test]
fn published_examples_are_reproduced() {
    let dossier = validation::run(&[&FAMILY], Effort { scale: 1.0, threads: 0 }, &Quiet)
        .expect("no limit is reached");
    let ours = |id: &str| {
        dossier.rows().find(|row| row.id == id).unwrap_or_else(|| panic!("{id} is a case")).ours
    };
    // A standard error of at most 0.1 points: 100 runs of 1,000 caches.
    assert!(
        (ours("Flavel.60") - 0.10).abs() < 0.004,
        "{} still there after 60 s, published 10%",
        ours("Flavel.60")
    );
    assert!(
        (ours("Flavel.900") - 0.02).abs() < 0.002,
        "{} still there after 15 min, published 2%",
        ours("Flavel.900")
    );
    // The failure is met at a random moment of the interval: 100 s to 130 s until it is believed, then the TTL.
    assert_eq!(ours("TM.within"), 1.0, "between 130 s and 160 s");
    assert!((ours("TM.mean") - 145.0).abs() < 2.0, "mean {}", ours("TM.mean"));
    // 40 runs of 1,000 caches: a standard error of 0.25 points.
    let weights: Vec<_> = dossier.rows().filter(|row| row.id.starts_with("Weights.")).collect();
    assert_eq!(weights.len(), 6);
    for row in weights {
        assert!(
            (row.ours - row.expected).abs() < 0.01,
            "{}: {} of the users, expected {}",
            row.id,
            row.ours,
            row.expected
        );
    }
}

fn drill(change: &str) -> String {
    format!(
        r#"Scenario(
        question: "Does the drill move anybody?", run: "20min",
        regions: ["ap-northeast-1", "us-east-1"],
        users: [Population(name: "users", place: "japan", users: 1_000, reads: "1 req/s", resolvers: Resolvers(caches: 100))],
        health_checks: [HealthCheck(name: "tokyo", watches: "ap-northeast-1", preset: "route53-fast")],
        routing: Routing(ttl: "60s", policy: Failover(primary: To(region: "ap-northeast-1", check: "tokyo"), secondary: "us-east-1")),
        faults: [{change}(check: "tokyo", at: "5min", lasting: "10min")],
    )"#
    )
}

/// The popular drill "disable the health check" proves nothing: a disabled check counts as healthy. Inverting
/// it sends users away, and back (Route 53 Developer Guide, "Values that you specify when you create or update health checks").
#[test]
fn disabling_a_check_moves_nobody_and_inverting_it_does() {
    let at = |minute: u64| Instant::START + Duration::from_secs(60 * minute);
    for trace in traces(&drill("CheckDisabled"), 20) {
        assert!(
            !trace
                .facts
                .iter()
                .any(|fact| matches!(fact.what, What::UsersMoved { .. } | What::Published { .. })),
            "nothing happens"
        );
    }
    for trace in traces(&drill("CheckInverted"), 20) {
        assert_eq!(
            [
                share_at(&trace, "N. Virginia", at(4)),
                share_at(&trace, "N. Virginia", at(8)),
                share_at(&trace, "Tokyo", at(18))
            ],
            [0.0, 1.0, 1.0]
        );
        let replay = Replay::new(&trace);
        assert_eq!(
            replay.recovery(mrsim::measure::Scope::AllUsers, Served::All),
            Recovery::NoInterruption,
            "both regions are up: nobody notices"
        );
    }
}

/// A disabled check also hides a real outage.
#[test]
fn behind_a_disabled_check_an_outage_moves_nobody() {
    let text = drill("CheckDisabled")
        .replace("faults: [", "faults: [RegionOutage(region: \"ap-northeast-1\", at: \"6min\", lasting: \"1h\", how: BlackHole), ")
        .replace("lasting: \"10min\"", "lasting: \"1h\"");
    for trace in traces(&text, 10) {
        assert!(!trace.facts.iter().any(|fact| matches!(fact.what, What::UsersMoved { .. })));
    }
}
