//! What stores that several regions write cost: that of their sample, whatever there are of keys and writes, and how the cost
//! grows with the sample and with the conflict policy.

#[path = "support/ratio.rs"]
mod ratio;
#[path = "support/scenarios.rs"]
mod scenarios;

use criterion::Criterion;
use mrsim::scenario::Scenario;
use ratio::{Fastest, judge};
use scenarios::{changed, one_run};
use std::sync::Arc;
use std::time::Duration;

const PARTITION: &str = include_str!("../scenarios/dynamodb-partition.ron");
/// A million keys and 100,000 writes a second over a thousand keys and 100.
const SIZE_RATIO: f64 = 1.5;
/// Ten times the sample over the sample.
const SAMPLE_RATIO: f64 = 15.0;

/// So many keys, written to so often in a second by all users, of which so many writes are simulated.
fn scenario(keys: u64, writes_per_second: u64, sample: u64, policy: &str) -> Arc<Scenario> {
    let each = format!("writes: \"{} req/s\"", writes_per_second as f64 / 1_000_000.0);
    let keys = format!("Keys(count: {keys}, sample: {sample}, reads_first: \"100%\")");
    let changes = [
        ("writes: \"12 req/d\"", each.as_str()),
        ("Keys(count: 20_000, reads_first: \"100%\")", &keys),
        ("LastWriterWins()", policy),
    ];
    changed(PARTITION, &changes)
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    let wins = "LastWriterWins()";
    let small = one_run(
        &mut criterion,
        "keys/a thousand keys, 100 writes/s",
        scenario(1_000, 100, 2_000, wins),
    );
    let large = one_run(
        &mut criterion,
        "keys/a million keys, 100,000 writes/s",
        scenario(1_000_000, 100_000, 2_000, wins),
    );
    let sampled = one_run(
        &mut criterion,
        "keys/ten times the sample",
        scenario(1_000_000, 100_000, 20_000, wins),
    );
    let policies: Vec<(&str, Fastest)> = ["VectorClock()", "PnCounter()", "OrSet()"]
        .map(|policy| {
            (
                policy,
                one_run(
                    &mut criterion,
                    &format!("keys/{policy}"),
                    scenario(1_000_000, 100_000, 2_000, policy),
                ),
            )
        })
        .into();
    criterion.final_summary();
    println!("\nfastest batch of each");
    for (name, fastest) in
        [(wins, large)].into_iter().chain(policies).filter(|(_, fastest)| fastest.was_measured())
    {
        println!(
            "{:<58} {:>8.2} ms",
            format!("one run, 2,000 writes simulated, {name}"),
            fastest.seconds() * 1e3
        );
    }
    if small.was_measured() && large.was_measured() {
        judge(
            "a million keys and 100,000 writes/s over a thousand and 100",
            large.seconds() / small.seconds(),
            SIZE_RATIO,
            "x",
        );
    }
    if large.was_measured() && sampled.was_measured() {
        judge("ten times the sample", sampled.seconds() / large.seconds(), SAMPLE_RATIO, "x");
    }
}
