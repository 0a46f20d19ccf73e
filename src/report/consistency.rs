//! Consistency of multi-writer (active-active) stores, as part of a report.

use super::{Interval, Numbers, Unit};
use serde::{Deserialize, Serialize};

/// One store over all runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Consistency {
    /// The store's name.
    pub store: String,
    /// The conflict policy, such as "LastWriterWins".
    pub policy: String,
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
    /// Single numbers.
    #[serde(flatten)]
    pub numbers: Numbers,
    /// Share of changes that another region has by a time after the acknowledgement.
    pub consistent_by: Vec<ConsistentBy>,
    /// Replication lag over time.
    pub lag: Vec<LagPoint>,
}

/// One ratio.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConsistencyRow {
    /// Stable key for programs.
    pub key: String,
    /// For people.
    pub label: String,
    /// One line: what it means.
    pub meaning: String,
    /// What the numbers are: see Words.
    pub unit: Unit,
    /// Over all runs.
    pub value: Interval,
}

/// Quantiles of a pooled distribution.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Quantiles {
    /// Seconds; `None`: nothing to measure, or not within the run.
    pub p50: Option<Interval>,
    /// The same for 99%.
    pub p99: Option<Interval>,
    /// The same for 99.9%.
    pub p999: Option<Interval>,
}

/// One point of P(consistent at t).
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
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
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LogLag {
    /// The store's name.
    pub store: String,
    /// How far the replica furthest behind is, of those that serve.
    pub lag: Vec<LagPoint>,
}

/// How far replicas are behind at the end of a step.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct LagPoint {
    /// Seconds from the first fault.
    pub seconds: f64,
    /// Of a log, how far the replica furthest behind is, mean over runs; of a multi-writer store, the mean age of the writes that
    /// some region lacks, over all of them in all runs. Seconds.
    pub lag: f64,
    /// Of a log, what 5% of the runs exceed.
    pub lag_p95: f64,
    /// Keys that some region has not the newest of, as a share of those simulated, mean over runs.
    pub divergent: f64,
}
