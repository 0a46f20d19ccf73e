//! Cases of family C about readers: who has a write some time after it, and how many versions a read is behind.

use super::Mistake;
use super::case::Case;
use super::items::{ARRIVALS, EVERYWHERE, IDLE, Items, STALE, lag, law};
use super::plan::{Draw, Plan, Record};
use super::quorums::Quorums;

/// Regions besides the one that writes: users write and read in four, more only hold a replica.
pub const MOST_REPLICAS: u64 = 32;
/// Runs, each of some thousand writes or reads that are samples of their own.
const RUNS: u64 = 40;

/// How C5, C6 and C8 are measured.
pub fn plan(case: &Case) -> Option<Draw> {
    match case.group() {
        "C5" => Some(arrived(
            case,
            if case.second().starts_with("all") { EVERYWHERE } else { ARRIVALS },
        )),
        "C6" => Some(stale(case, lag(case))),
        "C8" => Some(behind(case)),
        _ => None,
    }
}

/// Writes that a replica elsewhere has, or all have, so long after them.
fn arrived(case: &Case, record: Record) -> Draw {
    let lag = law(
        Some(case.inputs["lag"].as_str().unwrap_or("exp")),
        case.number("mean_lag_ms") / 1_000.0,
        case.perhaps("sigma"),
    );
    let replicas = case.perhaps("replicas").unwrap_or(1.0) as usize;
    let by = case.number("t_ms") / 1_000.0;
    let items = Items { run: 200.0, reads: IDLE, ..Items::from_one(10.0, replicas, lag) };
    Draw::new(items.text(), RUNS, record).pick(move |row| Some(f64::from(row[0] < by)))
}

/// Reads far from where the writes are made, 5 s apart: each a sample of its own.
fn stale(case: &Case, lag: String) -> Draw {
    let items = Items {
        reads: 0.2,
        run: 2_500.0,
        ..Items::of(vec![case.number("key_write_rate"), 0.0], lag)
    };
    Draw::new(items.text(), RUNS, STALE)
}

/// By how many versions a read was behind.
const BEHIND: Record = Record {
    name: "behind",
    of: |trace| trace.quorums[0].reads.iter().map(|read| vec![f64::from(read.behind)]).collect(),
};

/// A key is written again and again, every write stays on the W replicas that had it first, and one read asks R.
fn behind(case: &Case) -> Draw {
    let k = case.number("k");
    let exponential = "Exponential(mean: \"1ms\")";
    let fields = format!(
        "propagates: false, write: {exponential}, ack: {exponential}, read: {exponential}, response: {exponential},"
    );
    let (read, write, copies) = (case.whole("R"), case.whole("W"), case.whole("N"));
    // The first write is seen only while there is none that is older: two more than are asked for are enough.
    let quorums = Quorums {
        copies,
        read,
        write,
        fields,
        keys: 2_000,
        versions: case.whole("k") + 2,
        ..Quorums::default()
    };
    Draw::new(quorums.text(), RUNS, BEHIND).pick(move |row| Some(f64::from(row[0] < k)))
}

/// Mistakes that these cases catch.
pub fn mistakes(case: &Case) -> Vec<Mistake> {
    let mistaken = |mistake, draw: Draw| vec![Mistake { mistake, plan: Plan::Drawn(draw) }];
    match case.id.as_str() {
        "C5.all3.100.200" => mistaken("all replicas are taken for one", arrived(case, ARRIVALS)),
        "C6.const.5" => mistaken(
            "readers wait half the lag",
            stale(case, law(None, case.number("mean_lag") / 2.0, None)),
        ),
        _ => Vec::new(),
    }
}
