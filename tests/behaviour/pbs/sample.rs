//! Quorums as scenarios, their pooled operations, and the rules by which numbers agree.

use mrsim::campaign::Settings;
use mrsim::campaign::quorum::{followed, quantile};
use mrsim::id::StoreId;
use mrsim::measure::quorum::Pooled;
use mrsim::scenario::Scenario;
use mrsim::units::Duration;
use std::sync::Arc;

/// Keys of one run.
pub const KEYS: u64 = 10_000;
/// Of intervals that must hold the expected number: among some hundred none should miss by chance.
pub const CONFIDENCE: f64 = 0.9999;
const SEED: u64 = 8;

/// A store in one region, or in three that are 75 ms apart; `replication` is written as in a file.
pub fn text(preset: &str, is_wide: bool, replication: &str) -> String {
    let preset = if preset.is_empty() { String::new() } else { format!("preset: \"{preset}\",") };
    let regions =
        if is_wide { "\"us-east-1\", \"us-east-2\", \"us-west-2\"" } else { "\"us-east-1\"" };
    format!(
        "Scenario(
            question: \"a quorum\", run: \"1000s\", step: \"1000s\",
            regions: [\"us-east-1\", \"us-east-2\", \"us-west-2\"],
            links: [
                Link(from: \"us-east-1\", to: \"us-east-2\", round_trip: \"150ms\"),
                Link(from: \"us-east-1\", to: \"us-west-2\", round_trip: \"150ms\"),
                Link(from: \"us-east-2\", to: \"us-west-2\", round_trip: \"150ms\"),
            ],
            users: [Population(name: \"users\", place: \"japan\", users: 1, reads: \"1 req/min\")],
            routing: Routing(ttl: \"60s\", policy: Simple(to: [\"us-east-1\"])),
            stores: [Store(name: \"data\", {preset} regions: [{regions}], replication: {replication})],
        )"
    )
}

pub fn scenario(text: &str) -> Arc<Scenario> {
    Arc::new(Scenario::parse(text).unwrap_or_else(|problems| panic!("{text}\n{problems:#?}")))
}

/// The followed operations of so many runs.
pub fn pooled(text: &str, runs: u64) -> Pooled {
    let settings = Settings { seed: SEED, runs, threads: 0 };
    followed(&scenario(text), StoreId::at(0), &settings).expect("it stays within the limits")
}

/// A preset with R and W.
pub fn preset(preset: &str, read: u64, write: u64, runs: u64) -> Pooled {
    let replication =
        format!("Quorum(read_quorum: {read}, write_quorum: {write}, sample: Sample(keys: {KEYS}))");
    pooled(&text(preset, preset == "pbs-wan", &replication), runs)
}

pub fn milliseconds(milliseconds: f64) -> Duration {
    Duration::from_seconds_f64(milliseconds / 1_000.0)
}

/// The share that is consistent so many milliseconds after the write.
pub fn share(pooled: &Pooled, at: f64) -> f64 {
    pooled.consistent_at(milliseconds(at)) as f64 / pooled.thresholds.len() as f64
}

/// Whether a share agrees with an expected one of this standard error: within four of both.
pub fn is_share(ours: f64, n: usize, expected: f64, error: f64) -> bool {
    let own = (expected * (1.0 - expected) / n as f64).sqrt();
    // Where the expected share is 1 to its last digit, a few exceptions are too.
    (ours - expected).abs() <= 4.0 * (own * own + error * error).sqrt() + 1e-6
}

/// Whether a quantile agrees with an expected one of this standard error: our interval reaches its four.
pub fn is_quantile(values: &[u64], at: f64, expected: f64, error: f64) -> bool {
    let interval = quantile(&mut values.to_vec(), at, CONFIDENCE).expect("a sample");
    let (low, high) = (interval.low.expect("large enough"), interval.high.unwrap_or(f64::INFINITY));
    low <= expected + 4.0 * error && high >= expected - 4.0 * error
}
