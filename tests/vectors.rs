//! Closed forms against the whole simulator: every vector is written as a scenario, read, run through
//! the real event loop, and its number is read from the trace. No formula of a vector is used here.
//!
//! `data/vectors_abch.jsonl`: closed forms with independently checked values; each computed by a
//! second route, most by a separate Monte Carlo that replays events, the rest by a second exact
//! method. Families: A detection, B resolver caches, C lost writes, H end to end. `expected` is the
//! value, `sd_per_sample` the standard deviation that one sample contributes (for quantiles and
//! variances: of the estimator, times the root of n).
//!
//! A vector passes when it lies within 4 standard errors. Over the set the deviations have to look
//! like chance: some beyond 1, few beyond 2, of both signs. Scenarios that are wrong on purpose have
//! to be rejected by the same rule. `cargo test --test vectors -- --nocapture` prints the table.

#[path = "vectors/caching.rs"]
mod caching;
#[path = "vectors/controls.rs"]
mod controls;
#[path = "vectors/detection.rs"]
mod detection;
#[path = "vectors/end_to_end.rs"]
mod end_to_end;
#[path = "vectors/losses.rs"]
mod losses;
#[path = "vectors/noise.rs"]
mod noise;
#[path = "vectors/sample.rs"]
mod sample;
#[path = "vectors/spec.rs"]
mod spec;

use sample::{Adapter, Samples, Verdict, text};
use serde_json::Value;
use std::sync::LazyLock;

/// Beginnings of ids that the present model cannot express, and why.
const NOT_EXPRESSIBLE: &[(&str, &str)] = &[
    ("C5.", "share of replicas that have a write some time after it: reads have no staleness yet"),
    ("C6.", "stale reads of one key: reads have no staleness yet"),
    ("C8.", "quorums N/R/W: many reads of one run make a sample, and tests/pbs.rs runs them"),
];

/// Vectors whose `expected` is wrong in the data, with the right value and `sd_per_sample`: the integral
/// over the age of the oldest lost write was cut off near 40 s, and in 1 run of 350 it is older.
/// P(oldest <= x) = exp(-w E[(lag - x)+]) has a closed form for a lognormal lag; integrated to 10^5 s it
/// gives the mean age A here, and 1 + w A writes lost in order. A second route, sampling the ages without
/// the simulator (Poisson(40) lost writes, each of age U x length-biased lag), gives 7.822 +- 0.014.
const CORRECTED: [(&str, f64, f64); 2] = [("C2.oldest.lognorm.50", 7.814_477_485, 5.283_227), ("C3.prefix.lognorm.50", 391.723_874, 264.899_87)];

fn vectors() -> Vec<Value> {
    include_str!("data/vectors_abch.jsonl").lines().map(vector).collect()
}

fn vector(line: &str) -> Value {
    let mut vector: Value = serde_json::from_str(line).expect("each line is a vector");
    if let Some((_, expected, spread)) = CORRECTED.iter().find(|(id, _, _)| vector["id"] == *id) {
        vector["expected"] = (*expected).into();
        vector["sd_per_sample"] = (*spread).into();
    }
    vector
}

fn adapter(vector: &Value) -> Option<Adapter> {
    if let Some(adapter) = noise::adapter(vector) {
        return Some(adapter);
    }
    match text(&vector["family"]).as_str() {
        "A_detection" => detection::adapter(vector),
        "B_dns" => caching::adapter(vector),
        "C_rpo" => losses::adapter(vector),
        "H_e2e" => end_to_end::adapter(vector),
        other => panic!("there is no family {other}"),
    }
}

fn verdicts(family: &str) -> Vec<Verdict> {
    let mut samples = Samples::default();
    let of_family = vectors().into_iter().filter(|vector| vector["family"] == family);
    of_family.filter_map(|vector| adapter(&vector).map(|adapter| samples.judge(&vector, &adapter))).collect()
}

// Each family is worked out once, by whichever test asks first.
static DETECTION: LazyLock<Vec<Verdict>> = LazyLock::new(|| verdicts("A_detection"));
static CACHING: LazyLock<Vec<Verdict>> = LazyLock::new(|| verdicts("B_dns"));
static LOSSES: LazyLock<Vec<Verdict>> = LazyLock::new(|| verdicts("C_rpo"));
static END_TO_END: LazyLock<Vec<Verdict>> = LazyLock::new(|| verdicts("H_e2e"));

fn all_pass(verdicts: &[Verdict], count: usize) {
    let table: Vec<String> = verdicts.iter().map(|verdict| verdict.to_string()).collect();
    println!("{:24} {:>16} {:>16} {:>7} {:>8}\n{}", "id", "expected", "ours", "n", "z", table.join("\n"));
    assert_eq!(verdicts.len(), count, "every vector is judged");
    let rejected: Vec<String> = verdicts.iter().filter(|verdict| !verdict.passes).map(|verdict| verdict.to_string()).collect();
    assert!(rejected.is_empty(), "beyond 4 standard errors:\n{}", rejected.join("\n"));
}

#[test]
fn detection_follows_its_closed_forms() {
    all_pass(&DETECTION, 28);
}

#[test]
fn caches_follow_their_closed_forms() {
    all_pass(&CACHING, 44);
}

#[test]
fn lost_writes_follow_their_closed_forms() {
    all_pass(&LOSSES, 30);
}

#[test]
fn whole_failovers_follow_their_closed_forms() {
    all_pass(&END_TO_END, 29);
}

#[test]
fn no_vector_is_forgotten() {
    let all = vectors();
    for vector in &all {
        let id = text(&vector["id"]);
        let reasons = NOT_EXPRESSIBLE.iter().filter(|(beginning, _)| id.starts_with(beginning)).count();
        assert_eq!(reasons, usize::from(adapter(vector).is_none()), "{id} has either an adapter or one reason why not");
    }
    for (beginning, reason) in NOT_EXPRESSIBLE {
        assert!(all.iter().any(|vector| text(&vector["id"]).starts_with(beginning)), "{beginning} ({reason}) is in the data");
    }
}

/// 4 standard errors for each vector would let a simulator pass that is always a little high, or
/// one that does not vary at all.
#[test]
fn over_the_set_deviations_look_like_chance() {
    let families = [&DETECTION, &CACHING, &LOSSES, &END_TO_END];
    let z: Vec<f64> = families.iter().flat_map(|family| family.iter().filter_map(|verdict| verdict.z)).collect();
    let share = |is_it: &dyn Fn(f64) -> bool| z.iter().filter(|z| is_it(**z)).count() as f64 / z.len() as f64;
    let (beyond_2, beyond_1, positive) = (share(&|z| z.abs() > 2.0), share(&|z| z.abs() > 1.0), share(&|z| z > 0.0));
    let largest = z.iter().fold(0.0f64, |most, z| most.max(z.abs()));
    println!(
        "{} deviations: {:.1} % beyond 2, {:.1} % beyond 1, {:.1} % positive, largest {largest:.2}",
        z.len(),
        100.0 * beyond_2,
        100.0 * beyond_1,
        100.0 * positive
    );
    assert!(beyond_2 < 0.12, "{beyond_2} of the deviations lie beyond 2 standard errors; chance gives 0.05");
    assert!(beyond_1 > 0.1, "{beyond_1} of the deviations lie beyond 1 standard error; chance gives 0.32");
    assert!((0.25..=0.75).contains(&positive), "{positive} of the deviations are positive");
}
