//! Consistency of stores that several regions write: what the sampled keys of one run told, as numbers whose ratios are
//! taken over all runs.

use super::timeline::by_step;
use super::{Number, Replay};
use crate::trace::What;
use crate::trace::items::{Histogram, ItemTally, Sampled};

/// A ratio of two sums: so many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Part {
    pub of: f64,
    pub whole: f64,
}

/// One store in one run.
#[derive(Clone, Debug)]
pub struct ConsistencyNumbers {
    /// In the order of [`ROWS`].
    pub parts: [Part; ROWS.len()],
    /// Every key is simulated; keys in all, and simulated; writes simulated.
    pub is_whole: bool,
    pub keys: u64,
    pub keys_simulated: u64,
    pub writes_simulated: f64,
    pub arrivals: Watched,
    pub everywhere: Watched,
    pub staleness: Watched,
    /// From the first opening of a shut way until all that had waited had arrived.
    pub caught_up: Option<Number>,
    /// At the end of each step: writes that some region lacks, the sum of their ages in seconds, keys.
    pub waiting: Vec<f64>,
    pub waited: Vec<f64>,
    pub divergent: Vec<f64>,
    pub most_siblings: u64,
    pub applied_twice: u64,
    pub diverged_for_good: u64,
}

/// How long things took, and how long each was watched: a write at the end of a run says nothing about what takes longer than was left.
#[derive(Clone, Debug, Default)]
pub struct Watched {
    pub took: Histogram,
    /// Of all, and of those that happened. Empty: all were watched until they happened.
    pub all: Histogram,
    pub happened: Histogram,
}

/// What a ratio is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowUnit {
    Share,
    PerSecond,
    /// A mean number.
    Mean,
    /// A mean time.
    Seconds,
}

/// A ratio that the report shows.
#[derive(Clone, Copy)]
pub struct Row {
    pub key: &'static str,
    pub label: &'static str,
    pub meaning: &'static str,
    pub unit: RowUnit,
    of: fn(&ItemTally, f64) -> Part,
}

fn part(of: f64, whole: f64) -> Part {
    Part { of, whole }
}

fn writes(tally: &ItemTally) -> f64 {
    tally.total(|region| region.writes)
}

/// Every ratio, in the order of the report. `f64`: the length of the run in seconds.
pub const ROWS: [Row; 11] = [
    Row {
        key: "conflicts_per_second",
        label: "conflicts",
        meaning: "pairs of writes of one key in two regions, neither of which had reached the other's region when that write was made",
        unit: RowUnit::PerSecond,
        of: |tally, seconds| part(tally.total(|region| region.pairs), seconds),
    },
    Row {
        key: "share_with_rival",
        label: "writes in conflict",
        meaning: "acknowledged writes that are in at least one such pair",
        unit: RowUnit::Share,
        of: |tally, _| part(tally.total(|region| region.with_rival), writes(tally)),
    },
    Row {
        key: "share_overwritten",
        label: "writes overwritten",
        meaning: "acknowledged writes that are gone because another was kept whose writer had not seen them, or that came to nothing at once because a clock was wrong",
        unit: RowUnit::Share,
        of: |tally, _| part(tally.total(|region| region.overwritten), writes(tally)),
    },
    Row {
        key: "share_updates_lost",
        label: "updates lost",
        meaning: "read-modify-writes (each adds 1 to what was read) that the value does not show once everything has arrived: with a write that is overwritten all updates are gone that it was built on and the kept one was not; who reads siblings goes on from the largest",
        unit: RowUnit::Share,
        of: |tally, _| {
            let updates = tally.updates.scaled(tally.rest_weight);
            part(updates - tally.counted.scaled(tally.rest_weight), updates)
        },
    },
    Row {
        key: "share_rejected",
        label: "conditions that failed",
        meaning: "writes that their own region refused, because the condition or the policy did not allow them",
        unit: RowUnit::Share,
        of: |tally, _| {
            let rejected = tally.total(|region| region.rejected);
            part(rejected, rejected + writes(tally))
        },
    },
    Row {
        key: "values_per_read",
        label: "values a read finds",
        meaning: "values side by side, mean over reads that find any: 1 where nothing is in conflict",
        unit: RowUnit::Mean,
        of: |tally, _| {
            part(
                tally.total_read(|reads| reads.values) as f64,
                tally.total_read(|reads| reads.found) as f64,
            )
        },
    },
    Row {
        key: "share_with_siblings",
        label: "reads that find siblings",
        meaning: "reads that find more than one value and leave it to the application to choose",
        unit: RowUnit::Share,
        of: |tally, _| {
            part(
                tally.total_read(|reads| reads.with_siblings) as f64,
                tally.total_read(|reads| reads.found) as f64,
            )
        },
    },
    Row {
        key: "share_stale",
        label: "stale reads",
        meaning: "reads, by all users of any key, in whose region the newest acknowledged write of the key had not arrived",
        unit: RowUnit::Share,
        of: |tally, _| {
            part(
                tally.total_read(|reads| reads.stale) as f64,
                tally.total_read(|reads| reads.reads) as f64,
            )
        },
    },
    Row {
        key: "share_own_write_missed",
        label: "own write not found",
        meaning: "users who read back what they wrote, from the region that serves them then, and do not find it: read-your-writes violations",
        unit: RowUnit::Share,
        of: |tally, _| {
            part(
                tally.total_read(|reads| reads.missed_own) as f64,
                tally.total_read(|reads| reads.read_back) as f64,
            )
        },
    },
    Row {
        key: "transaction_in_halves",
        label: "transactions in halves",
        meaning: "how long another region shows one half of a transaction over two keys and not yet the other, mean over transactions and regions",
        unit: RowUnit::Seconds,
        of: |tally, _| part(tally.torn as f64 * 1e-9, tally.transactions as f64),
    },
    Row {
        key: "share_pending",
        label: "writes still waiting",
        meaning: "acknowledged writes that a fault held up and that had not reached every region when the run ended",
        unit: RowUnit::Share,
        of: |tally, _| part(tally.total(|region| region.pending), writes(tally)),
    },
];

/// The numbers of every store that several regions write, in the order of the trace.
pub fn consistency(run: &Replay) -> Vec<ConsistencyNumbers> {
    run.trace.items.iter().map(|tally| of_store(run, tally)).collect()
}

fn of_store(run: &Replay, tally: &ItemTally) -> ConsistencyNumbers {
    let seconds = run.trace.cast.run.seconds();
    ConsistencyNumbers {
        parts: ROWS.map(|row| (row.of)(tally, seconds)),
        is_whole: tally.is_whole,
        keys: (Sampled { hot: tally.hot_keys, rest: tally.rest_keys })
            .scaled(tally.rest_weight)
            .round() as u64,
        keys_simulated: tally.hot_keys + tally.rest_keys,
        writes_simulated: tally.regions.iter().map(|region| region.writes.scaled(1.0)).sum(),
        arrivals: Watched {
            took: tally.arrivals.clone(),
            all: tally.watched.clone(),
            happened: tally.arrived_watched.clone(),
        },
        everywhere: Watched {
            took: tally.everywhere.clone(),
            all: tally.watched_writes.clone(),
            happened: tally.everywhere_watched.clone(),
        },
        staleness: Watched { took: tally.staleness.clone(), ..Watched::default() },
        caught_up: caught_up(run, tally),
        waiting: by_step(run, &tally.waiting, |(writes, _)| *writes as f64),
        waited: by_step(run, &tally.waiting, |(_, ages)| *ages as f64 * 1e-9),
        divergent: by_step(run, &tally.divergent, |keys| f64::from(*keys)),
        most_siblings: tally.reads.iter().map(|reads| reads.most_siblings).max().unwrap_or(0),
        applied_twice: tally.applied_twice,
        diverged_for_good: tally.diverged_for_good,
    }
}

/// How long a store took to catch up after its ways opened; censored when it had not at the end.
fn caught_up(run: &Replay, tally: &ItemTally) -> Option<Number> {
    let facts = &run.trace.facts;
    let opened = facts.iter().find(
        |fact| matches!(fact.what, What::ReplicationResumed { store, .. } if store == tally.store),
    )?;
    let done = facts.iter().rfind(|fact| fact.what == What::CaughtUp { store: tally.store });
    let waits = tally.regions.iter().any(|region| !region.pending.is_none());
    match (done, waits) {
        (Some(done), false) if done.at >= opened.at => {
            Some(Number::exact(done.at.since(opened.at).seconds()))
        }
        (_, true) => {
            Some(Number { value: run.trace.end().since(opened.at).seconds(), is_censored: true })
        }
        _ => None,
    }
}
