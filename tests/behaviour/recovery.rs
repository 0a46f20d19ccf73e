//! When service is back, for all users and for most of them, and whether a promise about it was kept.

use crate::tokyo::{STORE, measure, parsed, report, tokyo};
use mrsim::measure::{Recovery, Replay, Scope, Served};
use mrsim::report::Finding;
use mrsim::units::Duration;
use mrsim::world::{self, Stage};

/// Recovery counts from the fault that users felt, not from an earlier one that none of them noticed.
#[test]
fn recovery_counts_from_the_fault_that_hurt() {
    let faults = r#"faults: [
        RegionOutage(region: "us-east-1", at: "60s", lasting: "10s"),
        RegionOutage(region: "ap-northeast-1", at: "20min", lasting: "20s", how: FastFail)],"#;
    let stage = Stage::new(parsed(&tokyo(&(STORE.to_string() + faults))));
    let trace = world::run(&stage, 1, 0).expect("no limit is reached");
    let recovery = Replay::new(&trace).recovery(Scope::AllUsers, Served::All);
    assert!(
        matches!(recovery, Recovery::After { time, .. } if time == Duration::from_secs(20)),
        "{recovery:?}"
    );
}

/// A service that comes back in time and fails again for longer is not within its objective.
#[test]
fn a_second_longer_interruption_breaks_the_promise() {
    let faults = r#"faults: [
        RegionOutage(region: "ap-northeast-1", at: "5min", lasting: "10s", how: FastFail),
        RegionOutage(region: "ap-northeast-1", at: "10min", lasting: "4h")],
        objectives: Objectives(rto: "1min"),"#;
    let report = report(&tokyo(&(STORE.to_string() + faults)), 20);
    assert_eq!(measure(&report, "rto_service").max, Some(10.0));
    assert_eq!(measure(&report, "interruptions").min, Some(2.0));
    assert!(measure(&report, "longest_interruption").min > Some(60.0));
    assert_eq!(report.verdicts[0].finding, Finding::NotMet, "{}", report.verdicts[0].because);
}

/// Users back within the objective are counted, not interpolated inside a cell of a histogram.
#[test]
fn everybody_back_at_the_limit_is_everybody_within_it() {
    let text = r#"Scenario(
        question: "Is 60 s within a minute?", run: "10min", regions: ["ap-northeast-1"],
        users: [Population(name: "Japan", place: "japan", users: 1_000, reads: "1 req/min")],
        routing: Routing(ttl: "60s", policy: Latency(to: ["ap-northeast-1"])),
        faults: [RegionOutage(region: "ap-northeast-1", at: "1min", lasting: "60s")],
        objectives: Objectives(rto: "1min"),
    )"#;
    let report = report(text, 50);
    let users = &report.user_recovery[0];
    assert_eq!(users.numbers.maybe("within_objective"), Some(1.0));
    assert_eq!(
        (users.numbers.maybe("p50"), users.numbers.maybe("p99")),
        (users.numbers.maybe("p95"), users.numbers.maybe("p50")),
        "one atom has one quantile"
    );
    assert!(users.numbers.maybe("p50").is_some_and(|seconds| (seconds - 60.0).abs() < 0.2));
}

/// A run weighs as much as the users that it affected.
#[test]
fn pooled_means_all_users_of_all_runs() {
    let text = r#"Scenario(
        question: "How long are users without service?", run: "1h", regions: ["eu-central-1", "eu-west-1"],
        users: [Population(name: "Europe", place: "europe-west", users: 1_000_000, reads: "1 req/min", resolvers: Resolvers(caches: 100))],
        routing: Routing(ttl: "60s", policy: Weighted(to: [To(region: "eu-central-1", weight: 10), To(region: "eu-west-1", weight: 90)])),
        faults: [RegionOutage(region: "eu-central-1", at: "5min", lasting: Lognormal(median: "2min", sigma: 1.0))],
    )"#;
    let runs = 100;
    let stage = Stage::new(parsed(text));
    let mut back: Vec<(u64, u64)> = Vec::new();
    for index in 0..runs {
        let trace = world::run(&stage, 1, index).expect("no limit is reached");
        let law = Replay::new(&trace).user_law(Served::Reads).clone();
        back.extend(law.recovered.iter().map(|(time, users)| (time.unwrap_or(u64::MAX), *users)));
    }
    back.sort_unstable();
    let all: u64 = back.iter().map(|(_, users)| users).sum();
    let mut sum = 0;
    let median = back
        .iter()
        .find(|(_, users)| {
            sum += users;
            2 * sum >= all
        })
        .map(|(time, _)| *time as f64 / 1e9)
        .expect("users were affected");
    let ours = report(text, runs).user_recovery[0].numbers.maybe("p50").expect("not censored");
    assert!((ours / median - 1.0).abs() < 0.005, "pooled median {median} s, reported {ours} s");
}

/// A run that ends without service has not kept its promise of availability.
#[test]
fn an_outage_beyond_the_run_is_no_availability() {
    let lines = r#"stores: [Store(name: "orders", preset: "aurora-global", writer: "ap-northeast-1", readers: ["us-east-1"])],
        faults: [RegionOutage(region: "ap-northeast-1", at: "5min", lasting: "100h")], objectives: Objectives(availability: "99.9%"),"#;
    let report = report(&tokyo(lines), 100);
    assert_eq!(report.verdicts[0].finding, Finding::NotMet, "{}", report.verdicts[0].because);
}
