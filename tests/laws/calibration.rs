//! The timing of Route 53 health checks, as derived from the documented rule by a separate Monte
//! Carlo (20,000 runs): 16 uncoordinated checkers, the interval counted from the response, K results in a
//! row, unhealthy when at most 18% still say healthy. Means and 5th and 95th percentiles in seconds.
//!
//! The recovery column assumes checkers spread evenly over one interval. That is so after a fast
//! failure, whose cycle is the interval. In a black hole the cycle is four seconds longer and all
//! checkers begin it within one interval of the fault, so the recovery depends on how long the outage
//! lasted modulo the cycle; the column is therefore compared after fast failures.
//!
//! `docs/route53-timing.md` is this table as the simulator has it. Regenerate it with
//! `cargo test --release --test laws -- --ignored calibration`.

use mrsim::scenario::Scenario;
use mrsim::validation::vendors::{FAMILY, NOTICED, route53};
use mrsim::world::{Stage, run};
use std::sync::Arc;

const RUNS: u64 = 2_000;

/// Times from the beginning and from the end of the outage to the change of belief, sorted.
fn detections(interval: u64, threshold: u64, how: &str) -> (Vec<f64>, Vec<f64>) {
    let text = route53(interval, threshold, how, "");
    let stage = Stage::new(Arc::new(
        Scenario::parse(&text).unwrap_or_else(|problems| panic!("{problems:#?}")),
    ));
    let of_run = |index| (NOTICED.of)(&run(&stage, 7, index).expect("no limit is reached"));
    let rows: Vec<Vec<f64>> = (0..RUNS).flat_map(of_run).collect();
    let sorted = |column: usize| {
        let mut times: Vec<f64> = rows.iter().map(|row| row[column]).collect();
        times.sort_by(f64::total_cmp);
        times
    };
    (sorted(0), sorted(1))
}

fn mean(sorted: &[f64]) -> f64 {
    sorted.iter().sum::<f64>() / sorted.len() as f64
}

fn within(ours: f64, expected: f64, tolerance: f64, what: &str) {
    assert!(
        (ours - expected).abs() <= tolerance,
        "{what}: {ours:.2} s, expected {expected} s within {tolerance} s"
    );
}

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
            rows += &format!(
                "| {interval} s | {threshold} | {} | {} | {} | {} |\n",
                shown(&refused),
                shown(&silent),
                shown(&hanging),
                shown(&back)
            );
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
the response, as many equal results in a row as the threshold says, unhealthy when at most 18% of the checkers still say healthy. So a probe that has to time out
stretches the cycle, failures are noticed by the 14th of 16 checkers and recoveries by the 3rd: detection is not interval x threshold.

Regenerate this page: `cargo test --release --test laws -- --ignored calibration`
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
    assert_eq!(
        written,
        page(),
        "regenerate it: cargo test --release --test laws -- --ignored calibration"
    );
}

/// The cases of the validation dossier, which takes other draws, at the size of the page and with firm limits: the table is
/// rounded to 0.1 s, and the standard error of our mean is at most 0.06 s.
#[test]
fn detection_takes_what_the_documented_rule_takes() {
    let mut means = 0;
    for case in FAMILY.read().iter().filter(|case| case.group() == "R53") {
        let (down, up) =
            detections(case.whole("interval"), case.whole("threshold"), case.text("how"));
        let sorted = if case.text("read") == "up" { up } else { down };
        match case.perhaps("quantile") {
            None => within(mean(&sorted), case.expected, 0.3, &case.id),
            Some(share) => {
                within(sorted[(sorted.len() as f64 * share) as usize], case.expected, 0.2, &case.id)
            }
        }
        means += usize::from(case.perhaps("quantile").is_none());
    }
    assert_eq!(means, 7 * 4, "seven settings; three failures and a recovery of each");
}
