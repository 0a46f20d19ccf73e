//! Worked examples that vendors and measurements publish, through the whole simulator.

use mrsim::measure::{Recovery, Replay, Served};
use mrsim::scenario::Scenario;
use mrsim::trace::{Trace, What};
use mrsim::units::{Duration, Instant};
use mrsim::world::{Stage, run};
use std::sync::Arc;

fn traces(text: &str, runs: u64) -> Vec<Trace> {
    let scenario = Scenario::parse(text).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let stage = Stage::new(Arc::new(scenario));
    (0..runs).map(|index| run(&stage, 5, index).expect("no limit is reached")).collect()
}

/// Share of all users who sit at a seat of this name at an instant.
fn share_at(trace: &Trace, label: &str, at: Instant) -> f64 {
    let mut seats = trace.start_seat.clone();
    for fact in trace.facts.iter().filter(|fact| fact.at <= at) {
        if let What::UsersMoved { cohort, to, .. } = fact.what {
            seats[cohort.index()] = to;
        }
    }
    let users =
        |is_it: &dyn Fn(usize) -> bool| -> u64 { (0..seats.len()).filter(|cohort| is_it(*cohort)).map(|cohort| trace.cast.cohorts[cohort].users).sum() };
    users(&|cohort| trace.seats[seats[cohort].index()].label == label) as f64 / users(&|_| true) as f64
}

/// Flavel, Mani, Maltz (IEEE LANMAN 2014): after a change of a record with a time to live of 20 s, 90 % of requests
/// had moved within 60 s, and 2 % had not after 15 min.
#[test]
fn flavels_two_points_are_met_by_the_preset() {
    let text = r#"Scenario(
        question: "Who follows a DNS change?", run: "30min", step: "1min",
        regions: ["ap-northeast-1", "us-east-1"],
        users: [Population(name: "users", place: "japan", users: 1_000_000, reads: "1 req/min", resolvers: Resolvers(caches: 1_000, preset: "flavel-2014"))],
        health_checks: [HealthCheck(name: "tokyo", watches: "ap-northeast-1", checkers: 1, threshold: 1, interval: "1s", response_time: "0s", first_probe: "0s", push: "0s")],
        routing: Routing(ttl: "20s", policy: Failover(primary: To(region: "ap-northeast-1", check: "tokyo"), secondary: "us-east-1")),
        faults: [RegionOutage(region: "ap-northeast-1", at: "5min", lasting: "10h", how: FastFail)],
    )"#;
    let traces = traces(text, 100);
    let after = |seconds: u64| {
        let of = |trace: &Trace| {
            let changed = trace.facts.iter().find(|fact| matches!(fact.what, What::Published { .. })).expect("it is noticed").at;
            share_at(trace, "Tokyo", changed + Duration::from_secs(seconds))
        };
        traces.iter().map(of).sum::<f64>() / traces.len() as f64
    };
    let (minute, quarter) = (after(60), after(900));
    // A standard error of at most 0.1 points: 100 runs of 1,000 caches.
    assert!((minute - 0.10).abs() < 0.004, "{minute} still there after 60 s, published 10 %");
    assert!((quarter - 0.02).abs() < 0.002, "{quarter} still there after 15 min, published 2 %");
}

/// Azure Traffic Manager's own example: probes every 30 s, 3 tolerated failures, 10 s time-out, time to live 30 s:
/// all compliant clients have moved 130 s to 160 s after the failure.
#[test]
fn traffic_managers_last_client_moves_between_130_and_160_seconds() {
    let text = r#"Scenario(
        question: "When has the last client moved?", run: "10min",
        regions: ["eu-west-1", "us-east-1"],
        users: [Population(name: "users", place: "europe-west", users: 1_000_000, reads: "1 req/s", resolvers: Resolvers(caches: 2_000))],
        health_checks: [HealthCheck(name: "primary", watches: "eu-west-1", preset: "azure-traffic-manager")],
        routing: Routing(ttl: "30s", policy: Priority(to: [To(region: "eu-west-1", check: "primary"), "us-east-1"])),
        faults: [RegionOutage(region: "eu-west-1", at: "3min", lasting: "10h", how: BlackHole)],
    )"#;
    let mut last: Vec<f64> = Vec::new();
    for trace in traces(text, 300) {
        let moved = trace.facts.iter().rfind(|fact| matches!(fact.what, What::UsersMoved { .. })).expect("users move");
        last.push(moved.at.since(Instant::START + Duration::from_secs(180)).seconds());
    }
    last.sort_by(f64::total_cmp);
    let mean = last.iter().sum::<f64>() / last.len() as f64;
    assert!(last[0] > 129.0 && last[last.len() - 1] <= 160.0, "from {} to {}", last[0], last[last.len() - 1]);
    // The failure is met at a random moment of the interval: 100 s to 130 s until it is believed, then the time to live.
    assert!((mean - 145.0).abs() < 2.0, "mean {mean}");
}

/// Route 53 Developer Guide, "How health checks work in simple configurations": weights 10, 20 and 20, the third
/// unhealthy: the first gets 33 % instead of 20 %.
#[test]
fn the_weights_of_unhealthy_records_go_to_the_others() {
    let text = r#"Scenario(
        question: "Who gets the share of the third?", run: "40min",
        regions: ["us-east-1", "us-west-2", "eu-west-1"],
        users: [Population(name: "users", place: "north-america-east", users: 1_000_000, reads: "1 req/s", resolvers: Resolvers(caches: 1_000))],
        health_checks: [HealthCheck(name: "third", watches: "eu-west-1", preset: "route53-fast")],
        routing: Routing(ttl: "60s", policy: Weighted(to: [To(region: "us-east-1", weight: 10), To(region: "us-west-2", weight: 20), To(region: "eu-west-1", check: "third", weight: 20)])),
        faults: [RegionOutage(region: "eu-west-1", at: "10min", lasting: "10h", how: FastFail)],
    )"#;
    let traces = traces(text, 40);
    let share = |label: &str, minute: u64| {
        let at = Instant::START + Duration::from_secs(60 * minute);
        traces.iter().map(|trace| share_at(trace, label, at)).sum::<f64>() / traces.len() as f64
    };
    // 40 runs of 1,000 caches: a standard error of 0.25 points.
    for (label, minute, expected) in
        [("N. Virginia", 9, 0.2), ("Oregon", 9, 0.4), ("Ireland", 9, 0.4), ("N. Virginia", 30, 1.0 / 3.0), ("Oregon", 30, 2.0 / 3.0), ("Ireland", 30, 0.0)]
    {
        let found = share(label, minute);
        assert!((found - expected).abs() < 0.01, "{label} has {found} of the users in minute {minute}, expected {expected}");
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
        assert!(!trace.facts.iter().any(|fact| matches!(fact.what, What::UsersMoved { .. } | What::Published { .. })), "nothing happens");
    }
    for trace in traces(&drill("CheckInverted"), 20) {
        assert_eq!([share_at(&trace, "N. Virginia", at(4)), share_at(&trace, "N. Virginia", at(8)), share_at(&trace, "Tokyo", at(18))], [0.0, 1.0, 1.0]);
        let replay = Replay::new(&trace);
        assert_eq!(replay.recovery(mrsim::measure::Scope::AllUsers, Served::All), Recovery::NoInterruption, "both regions are up: nobody notices");
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
