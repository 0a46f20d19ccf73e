//! The four models of the paper, every R and W of three: whole curves, their 99.9% point, and quantiles of latency.

use super::sample::{is_quantile, is_share, preset, share};
use mrsim::measure::quorum::Pooled;

pub const REFERENCE: &str = include_str!("../../data/pbs_reference.txt");
/// Standard error of the shares in the reference.
pub const ERROR: f64 = 1.1e-4;
const RUNS: u64 = 20;
/// Milliseconds after the write at which the reference looks.
pub const AT: [f64; 11] = [0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 75.0, 100.0, 200.0, 500.0];

/// A row of the reference: model, words, numbers.
pub fn rows(kind: &str) -> Vec<(&'static str, [&'static str; 2], Vec<f64>)> {
    let rows = REFERENCE
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .filter(|words| words.first() == Some(&kind));
    rows.map(|words| {
        (
            words[1],
            [words[2], words[3]],
            words[4..].iter().map(|word| word.parse().expect("a number")).collect(),
        )
    })
    .collect()
}

pub fn preset_of(model: &str) -> &'static str {
    match model {
        "LNKD-SSD" => "pbs-lnkd-ssd",
        "LNKD-DISK" => "pbs-lnkd-disk",
        "YMMR-3.50" => "pbs-ymmr",
        "YMMR-3.35" => "pbs-ymmr-printed",
        "WAN" => "pbs-wan",
        other => panic!("{other} is no model"),
    }
}

fn size(word: &str) -> u64 {
    word.parse().expect("a number of replicas")
}

/// What of a sample disagrees with a reference curve.
pub fn differences(pooled: &Pooled, expected: &[f64]) -> Vec<String> {
    let n = pooled.thresholds.len();
    let points = AT
        .iter()
        .zip(expected)
        .filter(|(at, expected)| !is_share(share(pooled, **at), n, **expected, ERROR));
    let mut wrong: Vec<String> = points
        .map(|(at, expected)| format!("{} at {at} ms, not {expected}", share(pooled, *at)))
        .collect();
    let [_, seen, error] = expected[AT.len()..] else { panic!("t99, t99.9 and its error") };
    if !is_quantile(&pooled.thresholds, 0.999, seen, error + 0.005) {
        wrong.push(format!("99.9% not after {seen} ms"));
    }
    wrong
}

#[test]
fn every_curve_is_that_of_the_reference() {
    let mut wrong = Vec::new();
    for (model, [read, write], expected) in rows("curve") {
        let pooled = preset(preset_of(model), size(read), size(write), RUNS);
        assert_eq!(
            (pooled.unavailable_reads, pooled.unavailable_writes),
            (0, 0),
            "{model}: nothing is refused"
        );
        // The keys of a run's last second, ten of 10,000, may be cut off by its end, and hardly another.
        assert!(pooled.unfinished <= 10 * RUNS, "{model}: {} keys are dropped", pooled.unfinished);
        wrong.extend(
            differences(&pooled, &expected)
                .into_iter()
                .map(|difference| format!("{model} {read}, {write}: {difference}")),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn overlapping_quorums_see_every_write_at_once() {
    for model in ["LNKD-DISK", "WAN"] {
        for (read, write) in [(1, 3), (2, 2), (3, 1)] {
            let pooled = preset(preset_of(model), read, write, 2);
            assert_eq!(pooled.thresholds.iter().max(), Some(&0), "{model} {read}, {write}");
            assert_eq!(pooled.behind, [pooled.thresholds.len() as u64], "{model} {read}, {write}");
        }
    }
}

/// Latency depends on the size of its own quorum alone, so the diagonal R = W tells about all.
#[test]
fn operations_take_as_long_as_in_the_reference() {
    let rows = rows("latency");
    let mut wrong = Vec::new();
    for model in ["LNKD-SSD", "LNKD-DISK", "YMMR-3.50", "YMMR-3.35", "WAN"] {
        for quorum in 1..=3u64 {
            let pooled = preset(preset_of(model), quorum, quorum, RUNS);
            for (operation, latencies) in [("read", &pooled.reads), ("write", &pooled.writes)] {
                let is_it = |(of, words, _): &&(&str, [&str; 2], Vec<f64>)| {
                    *of == model && *words == [operation, &quorum.to_string()]
                };
                let (.., expected) = rows.iter().find(is_it).expect("a row");
                for (at, expected, error) in [
                    (0.5, expected[0], 1e-4),
                    (0.9, expected[1], 2e-3 * expected[1]),
                    (0.99, expected[2], 2e-3 * expected[2]),
                    (0.999, expected[3], expected[4]),
                ] {
                    if !is_quantile(latencies, at, expected, error) {
                        wrong.push(format!(
                            "{model} {operation} {quorum}: {at} not at {expected} ms"
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
