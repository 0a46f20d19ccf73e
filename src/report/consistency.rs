//! Consistency of stores that several regions write, as part of a report.

use super::{Interval, Unit};
use serde::Serialize;

/// One store over all runs.
#[derive(Clone, Debug, Serialize)]
pub struct Consistency {
    /// The store's name.
    pub store: String,
    /// The conflict policy, such as "LastWriterWins".
    pub policy: &'static str,
    /// Every key was simulated in every run.
    pub is_whole: bool,
    /// Keys in all, and those simulated in one run.
    pub keys: u64,
    /// Of `keys`, those simulated in one run.
    pub keys_simulated: u64,
    /// Writes simulated one by one, mean over runs.
    pub writes_simulated: f64,
    /// Ratios over all runs, with intervals in which runs, not requests, are independent.
    pub rows: Vec<ConsistencyRow>,
    /// Time from acknowledgement to one other region, pooled over changes and runs, seconds.
    pub arrival: Quantiles,
    /// The same to all other regions.
    pub everywhere: Quantiles,
    /// Age of what stale readers missed, seconds.
    pub staleness: Quantiles,
    /// From the repair until all that had waited had arrived, seconds: median over runs with an occasion.
    pub caught_up_p50: Option<Interval>,
    /// The same, what the worst 5 % of those runs exceed.
    pub caught_up_p95: Option<Interval>,
    /// Most values that any read found side by side.
    pub most_siblings: u64,
    /// Changes that were applied twice, mean over runs, of those simulated.
    pub applied_twice: f64,
    /// Keys whose replicas differ at the end although nothing is under way, mean over runs, of those simulated.
    pub diverged_for_good: f64,
    /// Share of changes that another region has by a time after the acknowledgement.
    pub consistent_by: Vec<ConsistentBy>,
    /// Replication lag over time.
    pub lag: Vec<LagPoint>,
}

/// One ratio.
#[derive(Clone, Debug, Serialize)]
pub struct ConsistencyRow {
    /// Stable key for programs.
    pub key: &'static str,
    /// For people.
    pub label: &'static str,
    /// One line: what it means.
    pub meaning: &'static str,
    /// What the numbers are: see Words.
    pub unit: Unit,
    /// Over all runs.
    pub value: Interval,
}

/// Quantiles of a pooled law.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Quantiles {
    /// Seconds; `None`: nothing to measure, or not within the run.
    pub p50: Option<Interval>,
    /// The same for 99 %.
    pub p99: Option<Interval>,
    /// The same for 99.9 %.
    pub p999: Option<Interval>,
}

/// One point of P(consistent at t).
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ConsistentBy {
    /// Since the acknowledgement.
    pub seconds: f64,
    /// Share of changes that had reached one other region.
    pub share: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

/// A store that follows a log, over time.
#[derive(Clone, Debug, Serialize)]
pub struct LogLag {
    /// The store's name.
    pub store: String,
    /// How far the replica furthest behind is, of those that serve.
    pub lag: Vec<LagPoint>,
}

/// How far replicas are behind at the end of a step.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct LagPoint {
    /// Seconds from the first fault.
    pub seconds: f64,
    /// Of a log, how far the replica furthest behind is, mean over runs; where several regions write, the mean age of the writes that
    /// some region lacks, over all of them in all runs. Seconds.
    pub lag: f64,
    /// Of a log, what the worst 5 % of the runs exceed.
    pub lag_p95: f64,
    /// Keys that some region has not the newest of, as a share of those simulated, mean over runs.
    pub divergent: f64,
}
