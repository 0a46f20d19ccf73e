//! Mistakes that a statistician or a reader of facts makes easily, each as a small story whose right number is known.

use mrsim::campaign::statistics::mean_interval;
use mrsim::campaign::{Quiet, Settings, run};
use mrsim::report::{Finding, Report};
use mrsim::scenario::Scenario;
use std::sync::Arc;

fn report(text: &str, runs: u64) -> Report {
    let scenario = Scenario::parse(text).unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"));
    run("story", &Arc::new(scenario), &Settings { seed: 1, runs, threads: 1 }, &Quiet)
        .expect("no limit is reached")
}

/// One region behind a plain record: it is out from 100 s to 200 s, and again from 210 s to 300 s.
fn twice_out(hold: &str, rto: &str) -> String {
    format!(
        r#"Scenario(
            question: "When is it back?", run: "10min", regions: ["ap-northeast-1"],
            users: [Population(name: "users", place: "japan", users: 10, reads: "1 req/s", resolvers: Resolvers(caches: 1))],
            routing: Routing(ttl: "60s", policy: Simple(to: ["ap-northeast-1"])),
            faults: [
                RegionOutage(region: "ap-northeast-1", at: "100s", lasting: "100s", how: FastFail),
                RegionOutage(region: "ap-northeast-1", at: "210s", lasting: "90s", how: FastFail),
            ],
            objectives: Objectives(rto: "{rto}", hold: "{hold}"),
        )"#
    )
}

fn finding(rto: &str, runs: u64) -> Finding {
    report(&twice_out("30s", rto), runs).verdicts[0].finding
}

/// 95% of runs have to meet an objective, and that has to be sure with 95%. All of n runs that meet it show a share of at least
/// 0.025^(1/n): 0.9495 of 71 runs, 0.9502 of 72. The estimate is 100% in both.
#[test]
fn an_objective_is_met_by_the_lower_bound_and_not_by_the_estimate() {
    assert_eq!([71, 72].map(|runs| finding("5min", runs)), [Finding::Undecided, Finding::Met]);
}

/// None of n runs that meets it shows a share of at most 1 - 0.025^(1/n): 0.975 of one run, 0.842 of two.
#[test]
fn an_objective_is_not_met_by_the_upper_bound_and_not_by_the_estimate() {
    assert_eq!([1, 2].map(|runs| finding("1min", runs)), [Finding::Undecided, Finding::NotMet]);
}

/// Three numbers leave two degrees of freedom: 1, 2, 3 have the mean 2 and the interval 2 +- 4.302653 x 1 / sqrt(3). Three degrees
/// would give 3.182446.
#[test]
fn a_mean_of_three_numbers_has_two_degrees_of_freedom() {
    let (low, mean, high) = mean_interval(&[1.0, 2.0, 3.0], 0.95).expect("three numbers");
    let half = 4.302_652_729_911 / 3.0f64.sqrt();
    assert_eq!(mean, 2.0);
    assert!(
        (low - (2.0 - half)).abs() < 1e-9 && (high - (2.0 + half)).abs() < 1e-9,
        "{low} to {high}"
    );
}

fn median(report: &Report, key: &str) -> Option<f64> {
    report
        .measures
        .iter()
        .find(|estimate| estimate.key == key)
        .and_then(|estimate| estimate.p50?.estimate)
}

/// Service that comes back for 10 s is not back where it has to hold for 30 s: one interruption, from 100 s to 300 s. Where 5 s
/// are enough there are two, of 100 s and of 90 s.
#[test]
fn a_service_is_back_when_it_has_held() {
    let held = report(&twice_out("30s", "1min"), 1);
    assert_eq!(
        ["rto_service", "longest_interruption", "interruptions"].map(|key| median(&held, key)),
        [Some(200.0), Some(200.0), Some(1.0)]
    );
    let brief = report(&twice_out("5s", "1min"), 1);
    assert_eq!(
        ["rto_service", "longest_interruption", "interruptions"].map(|key| median(&brief, key)),
        [Some(100.0), Some(100.0), Some(2.0)]
    );
}

/// A writer that dies at 100 s; its check sees it at 120 s (probes at 0, 10, .. s, the third failure), a person decides within 60 s, a
/// promotion takes 90 s, and servers hear of it at once. The store's log is 1 s behind, another store's 5 s.
fn two_stores() -> String {
    let store = |name: &str, lag: u64| {
        format!(
            r#"Store(name: "{name}", writer: "ap-northeast-1", readers: ["us-east-1"], endpoint_ttl: "0s", replication: AsyncLog(lag: "{lag}s"),
                promotion: Promotion(to: "us-east-1", watches: "tokyo", decision: "60s", duration: "90s"))"#
        )
    };
    let users = |store: &str| {
        format!(
            r#"Population(name: "{store}", place: "north-america-east", users: 100, writes: "10 req/s", store: "{store}")"#
        )
    };
    format!(
        r#"Scenario(
            question: "What is lost?", run: "15min", regions: ["ap-northeast-1", "us-east-1"],
            links: [Link(from: "ap-northeast-1", to: "us-east-1", round_trip: "0s")],
            users: [{}, {}],
            health_checks: [HealthCheck(
                name: "tokyo", watches: "ap-northeast-1", preset: "route53-fast", checkers: 1, cadence: Fixed, first_probe: "0s", response_time: "0s",
                push: "0s",
            )],
            routing: Routing(ttl: "0s", policy: Simple(to: ["us-east-1"])),
            stores: [{}, {}],
            faults: [RegionOutage(region: "ap-northeast-1", at: "100s", lasting: "30d", how: FastFail)],
        )"#,
        users("carts"),
        users("orders"),
        store("carts", 1),
        store("orders", 5),
    )
}

/// What is lost of a constant lag is as old as the lag, within the time between two of 1,000 writes a second. Of several stores the
/// largest is the RPO.
#[test]
fn the_rpo_of_several_stores_is_the_largest() {
    let report = report(&two_stores(), 3);
    let rpo = median(&report, "rpo_seconds").expect("both are promoted");
    assert!((4.95..=5.0).contains(&rpo), "{rpo} s");
    let of: Vec<f64> = report
        .ledgers
        .iter()
        .map(|ledger| ledger.numbers.maybe("rpo_p50").expect("it is promoted"))
        .collect();
    assert!((0.95..=1.0).contains(&of[0]) && (4.95..=5.0).contains(&of[1]), "{of:?} s");
}

/// Fault to detection 20 s, detection to decision 60 s, failover execution 90 s: 170 s. Phases come in the order in which they happen.
#[test]
fn each_phase_has_the_name_of_what_happens_in_it() {
    let report = report(&two_stores(), 3);
    let writes = report
        .budgets
        .iter()
        .find(|budget| budget.operation == mrsim::measure::Served::Writes)
        .expect("writes recover");
    let phases: Vec<(&str, &str, Option<f64>)> = writes
        .phases
        .iter()
        .map(|phase| (phase.name.name(), phase.meaning.as_str(), phase.seconds.estimate))
        .collect();
    let expected = [
        ("detect", "fault to detection", Some(20.0)),
        ("decide", "detection to decision", Some(60.0)),
        ("act", "failover execution", Some(90.0)),
    ];
    assert_eq!(phases, expected);
}
