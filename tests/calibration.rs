//! The timing of Route 53 health checks, as derived from the documented rule by a separate Monte
//! Carlo (20,000 runs): 16 uncoordinated checkers, the interval counted from the response, K results in a
//! row, unhealthy when at most 18 % still say healthy. Means and 5th and 95th percentiles in seconds.
//!
//! The recovery column assumes checkers spread evenly over one interval. That is so after a fast
//! failure, whose cycle is the interval. In a black hole the cycle is four seconds longer and all
//! checkers begin it within one interval of the fault, so the recovery depends on how long the outage
//! lasted modulo the cycle; the column is therefore compared after fast failures.
//!
//! `docs/route53-timing.md` is this table as the simulator has it. Regenerate it with
//! `cargo test --release --test calibration -- --ignored`.

use mrsim::scenario::Scenario;
use mrsim::trace::What;
use mrsim::units::{Duration, Instant};
use mrsim::world::{Stage, run};
use std::sync::Arc;

const RUNS: u64 = 2_000;
const OUTAGE: Duration = Duration::from_secs(600);

/// Times from the beginning and from the end of the outage to the change of belief, sorted.
fn detections(interval: u64, threshold: u64, how: &str) -> (Vec<f64>, Vec<f64>) {
    let text = format!(
        r#"Scenario(
            question: "When is it noticed?", run: "30min", regions: ["ap-northeast-1", "us-east-1"],
            users: [Population(name: "Japan", place: "japan", users: 1, reads: "1 req/s", resolvers: Resolvers(caches: 1))],
            health_checks: [HealthCheck(name: "tokyo", watches: "ap-northeast-1", preset: "route53-fast", interval: "{interval}s", threshold: {threshold})],
            routing: Routing(ttl: "60s", policy: Failover(primary: To(region: "ap-northeast-1", check: "tokyo"), secondary: "us-east-1")),
            faults: [RegionOutage(region: "ap-northeast-1", at: "5min", lasting: "{OUTAGE}", how: {how})],
        )"#
    );
    let stage = Stage::new(Arc::new(Scenario::parse(&text).unwrap_or_else(|problems| panic!("{problems:#?}"))));
    let began = Instant::START + Duration::from_secs(300);
    let (mut down, mut up) = (Vec::new(), Vec::new());
    for index in 0..RUNS {
        for fact in run(&stage, 7, index).expect("no limit is reached").facts {
            match fact.what {
                What::BeliefChanged { healthy: false, .. } => down.push(fact.at.since(began).seconds()),
                What::BeliefChanged { healthy: true, .. } => up.push(fact.at.since(began + OUTAGE).seconds()),
                _ => {}
            }
        }
    }
    down.sort_by(f64::total_cmp);
    up.sort_by(f64::total_cmp);
    assert_eq!((down.len(), up.len()), (RUNS as usize, RUNS as usize), "every outage is noticed once, and so is its end");
    (down, up)
}

fn mean(sorted: &[f64]) -> f64 {
    sorted.iter().sum::<f64>() / sorted.len() as f64
}

fn within(ours: f64, expected: f64, tolerance: f64, what: &str) {
    assert!((ours - expected).abs() <= tolerance, "{what}: {ours:.2} s, expected {expected} s within {tolerance} s");
}

/// interval, threshold; fast failure, black hole, connects late and hangs, recovery after a fast failure: means.
type Row = (u64, u64, f64, f64, f64, f64);

const TABLE: [Row; 7] = [
    (10, 1, 8.3, 12.2, 14.2, 1.9),
    (10, 2, 18.4, 26.2, 30.2, 12.0),
    (10, 3, 28.5, 40.2, 46.2, 22.1),
    (10, 10, 99.2, 138.2, 158.2, 92.8),
    (30, 1, 24.8, 28.7, 30.7, 5.4),
    (30, 3, 85.0, 96.7, 102.7, 65.6),
    (30, 10, 295.7, 334.7, 354.7, 276.3),
];

/// Accepts at the end of the connect timeout and then says nothing: the longest that a failing HTTP probe lasts.
const HANG: &str = "Hang(accepts_after: \"4s\")";

fn page() -> String {
    let mut rows = String::new();
    for interval in [10, 30] {
        for threshold in [1, 2, 3, 10] {
            let shown = |sorted: &[f64]| {
                let at = |percent: usize| sorted[sorted.len() * percent / 100];
                format!("{:.1} [{:.1}, {:.1}]", mean(sorted), at(5), at(95))
            };
            let (refused, back) = detections(interval, threshold, "FastFail");
            let (silent, _) = detections(interval, threshold, "BlackHole");
            let (hanging, _) = detections(interval, threshold, HANG);
            rows += &format!("| {interval} s | {threshold} | {} | {} | {} | {} |\n", shown(&refused), shown(&silent), shown(&hanging), shown(&back));
        }
    }
    format!(
        "# How long Route 53 health checks take to notice

Seconds from the failure until the check is unhealthy, and from the repair until it is healthy again: mean [5th, 95th percentile] over {RUNS} runs
of the whole simulator with the preset `route53-fast` and another interval and threshold. Without the push to the name servers and without any cache.

| interval | threshold | fast failure (refused, 5xx) | black hole (4 s to connect) | connects late and hangs (4 s + 2 s) | healthy again after a fast failure |
|---|---|---|---|---|---|
{rows}
The rule (Route 53 Developer Guide, \"How Amazon Route 53 determines whether a health check is healthy\"): 16 checkers that do not coordinate, the interval counted from
the response, as many equal results in a row as the threshold says, unhealthy when at most 18 % of the checkers still say healthy. So a probe that has to time out
stretches the cycle, failures are noticed by the 14th of 16 checkers and recoveries by the 3rd: detection is not interval x threshold.

Regenerate this page: `cargo test --release --test calibration -- --ignored`
"
    )
}

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/route53-timing.md");

#[test]
#[ignore = "writes docs/route53-timing.md"]
fn regenerate_the_page() {
    std::fs::write(PAGE, page()).expect("docs can be written");
}

#[test]
fn the_page_is_what_the_simulator_says() {
    let written = std::fs::read_to_string(PAGE).expect("the page is there");
    assert_eq!(written, page(), "regenerate it: cargo test --release --test calibration -- --ignored");
}

#[test]
fn detection_takes_what_the_documented_rule_takes() {
    for (interval, threshold, fast, dark, hang, recovery) in TABLE {
        let (refused, back) = detections(interval, threshold, "FastFail");
        let (silent, _) = detections(interval, threshold, "BlackHole");
        // The table is rounded to 0.1 s; the standard error of our mean is at most 0.06 s.
        within(mean(&refused), fast, 0.3, &format!("fast failure at {interval} s x {threshold}"));
        within(mean(&silent), dark, 0.3, &format!("black hole at {interval} s x {threshold}"));
        within(mean(&back), recovery, 0.3, &format!("recovery at {interval} s x {threshold}"));
        let (hanging, _) = detections(interval, threshold, HANG);
        within(mean(&hanging), hang, 0.3, &format!("hang at {interval} s x {threshold}"));
    }
}

#[test]
fn the_spread_is_that_of_the_fourteenth_and_the_third_checker() {
    let (down, _) = detections(10, 3, "BlackHole");
    let (_, up) = detections(10, 3, "FastFail");
    let at = |sorted: &[f64], percent: usize| sorted[sorted.len() * percent / 100];
    within(at(&down, 5), 38.5, 0.2, "5th percentile of detection");
    within(at(&down, 95), 41.5, 0.2, "95th percentile of detection");
    within(at(&up, 5), 20.8, 0.2, "5th percentile of recovery");
    within(at(&up, 95), 23.7, 0.2, "95th percentile of recovery");
}
