//! Consistency of stores that several regions write: what the sampled keys of one run told, as numbers whose ratios are
//! taken over all runs.

use super::metric::{Fold, Metric, Part, Thing, Unit, metric};
use super::timeline::by_step;
use super::{Number, Replay};
use crate::trace::What;
use crate::trace::items::{Histogram, ItemTally, ReadTally, RegionTally, Sampled};

/// One store in one run.
#[derive(Clone, Debug)]
pub struct ConsistencyNumbers {
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

fn part(of: f64, whole: f64) -> Part {
    Part { of, whole }
}

/// What the sampled keys of a store told.
fn tally<'r>(run: &'r Replay, store: Thing) -> &'r ItemTally {
    &run.trace.items[store.0]
}

fn writes(tally: &ItemTally) -> f64 {
    tally.total(|region| region.writes)
}

/// Of the acknowledged writes, those of one kind.
fn of_writes(run: &Replay, store: Thing, kind: fn(&RegionTally) -> Sampled) -> Part {
    part(tally(run, store).total(kind), writes(tally(run, store)))
}

/// Of reads of one kind, those of another.
fn of_reads(run: &Replay, store: Thing, kinds: [fn(&ReadTally) -> u64; 2]) -> Part {
    let [of, whole] = kinds.map(|kind| tally(run, store).total_read(kind) as f64);
    part(of, whole)
}

/// Ratios over all runs, in the order of the report. On the screen stand those that are said even where nothing happened.
pub const RATIOS: &[Metric] = &[
    metric(
        "conflicts_per_second",
        Unit::PerSecond,
        "conflicts",
        "pairs of writes of one key in two regions, neither of which had reached the other's region when that write was made",
        Fold::RatioOfSums(|run, store| {
            let pairs = tally(run, store).total(|region| region.pairs);
            part(pairs, run.trace.cast.run.seconds())
        }),
    )
    .on_screen("conflicts")
    .noted("pairs of writes unaware of each other"),
    metric(
        "share_with_rival",
        Unit::Share,
        "writes in conflict",
        "acknowledged writes that are in at least one such pair",
        Fold::RatioOfSums(|run, store| of_writes(run, store, |region| region.with_rival)),
    )
    .noted("of acknowledged writes"),
    metric(
        "share_overwritten",
        Unit::Share,
        "writes overwritten",
        "acknowledged writes that are gone because another was kept whose writer had not seen them, or that came to nothing at once because a clock was wrong",
        Fold::RatioOfSums(|run, store| of_writes(run, store, |region| region.overwritten)),
    )
    .on_screen("")
    .noted("of acknowledged writes; no client got an error"),
    metric(
        "share_updates_lost",
        Unit::Share,
        "updates lost",
        "read-modify-writes (each adds 1 to what was read) that the value does not show once everything has arrived: with a write that is overwritten all updates are gone that it was built on and the kept one was not; who reads siblings goes on from the largest",
        Fold::RatioOfSums(|run, store| {
            let tally = tally(run, store);
            let updates = tally.updates.scaled(tally.rest_weight);
            part(updates - tally.counted.scaled(tally.rest_weight), updates)
        }),
    )
    .on_screen("updates lost")
    .noted("of changes to a value read before"),
    metric(
        "share_rejected",
        Unit::Share,
        "conditions that failed",
        "writes that their own region refused, because the condition or the policy did not allow them",
        Fold::RatioOfSums(|run, store| {
            let rejected = tally(run, store).total(|region| region.rejected);
            part(rejected, rejected + writes(tally(run, store)))
        }),
    )
    .called("refused")
    .noted("of writes, by their own region"),
    metric(
        "values_per_read",
        Unit::Count,
        "values a read finds",
        "values side by side, mean over reads that find any: 1 where nothing is in conflict",
        Fold::RatioOfSums(|run, store| of_reads(run, store, [|reads| reads.values, |reads| reads.found])),
    )
    .noted("mean; 1 without conflicts"),
    metric(
        "share_with_siblings",
        Unit::Share,
        "reads that find siblings",
        "reads that find more than one value and leave it to the application to choose",
        Fold::RatioOfSums(|run, store| of_reads(run, store, [|reads| reads.with_siblings, |reads| reads.found])),
    )
    .called("siblings read")
    .noted("of reads: the application has to choose"),
    metric(
        "share_stale",
        Unit::Share,
        "stale reads",
        "reads, by all users of any key, in whose region the newest acknowledged write of the key had not arrived",
        Fold::RatioOfSums(|run, store| of_reads(run, store, [|reads| reads.stale, |reads| reads.reads])),
    )
    .on_screen("stale reads")
    .noted("of reads: a newer write was elsewhere"),
    metric(
        "share_own_write_missed",
        Unit::Share,
        "own write missing",
        "users who read back what they wrote, from the region that serves them then, and do not find it: read-your-writes violations",
        Fold::RatioOfSums(|run, store| of_reads(run, store, [|reads| reads.missed_own, |reads| reads.read_back])),
    )
    .on_screen("own missed")
    .noted("of users who read back what they wrote"),
    metric(
        "transaction_in_halves",
        Unit::Seconds,
        "torn transactions",
        "how long another region shows one half of a transaction over two keys and not yet the other, mean over transactions and regions",
        Fold::RatioOfSums(|run, store| {
            let tally = tally(run, store);
            part(tally.torn as f64 * 1e-9, tally.transactions as f64)
        }),
    )
    .noted("mean, in each other region"),
    metric(
        "share_pending",
        Unit::Share,
        "writes still waiting",
        "acknowledged writes that a fault held up and that had not reached every region when the run ended",
        Fold::RatioOfSums(|run, store| of_writes(run, store, |region| region.pending)),
    )
    .called("still waiting")
    .noted("of acknowledged writes, when the run ended"),
];

/// Single numbers of such a store, in the order of the report.
pub const STORE: &[Metric] = &[
    metric(
        "caught_up_p50",
        Unit::Seconds,
        "caught up, p50",
        "from the repair until all that had waited had arrived, median over the runs with a repair",
        Fold::Quantile(|run, store| run.consistency(store).caught_up, 0.5),
    )
    .on_screen(""),
    metric(
        "caught_up_p95",
        Unit::Seconds,
        "caught up, p95",
        "time to catch up that 5% of the runs with a repair exceed",
        Fold::Quantile(|run, store| run.consistency(store).caught_up, 0.95),
    )
    .on_screen(""),
    metric(
        "most_siblings",
        Unit::Count,
        "most values side by side",
        "most values that any read found side by side, in any run",
        Fold::Most(|run, store| run.consistency(store).most_siblings),
    )
    .noted("by one read, in any run"),
    metric(
        "applied_twice",
        Unit::Count,
        "changes applied twice",
        "changes that arrived twice and were counted twice, mean over runs, of those simulated",
        Fold::Mean(|run, store| run.consistency(store).applied_twice),
    )
    .noted("in a run, of those simulated"),
    metric(
        "diverged_for_good",
        Unit::Count,
        "keys that differ for good",
        "keys whose replicas differ at the end although nothing is under way, mean over runs, of those simulated",
        Fold::Mean(|run, store| run.consistency(store).diverged_for_good),
    )
    .noted("in a run, of those simulated"),
];

/// The numbers of every store that several regions write, in the order of the trace.
pub fn consistency(run: &Replay) -> Vec<ConsistencyNumbers> {
    run.trace.items.iter().map(|tally| of_store(run, tally)).collect()
}

fn of_store(run: &Replay, tally: &ItemTally) -> ConsistencyNumbers {
    ConsistencyNumbers {
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
