//! The answer as data: one `Report`, made once by a campaign, printed by every format.
//!
//! ```text
//!  campaign --> Report --+--> report::text      the screen
//!                        +--> serde_json        summary.json, --format json
//!                        +--> report::markdown  report.md
//!                        +--> chart             SVG, PNG
//! ```
//!
//! A [`comparison`] puts the parts of several reports side by side, with their differences.
//!
//! Field names end in their unit. `None` means that there was no occasion to measure, or that
//! the sample is too small to say; it never means zero. JSON writes it as `null`.

pub mod comparison;
pub mod consistency;
pub mod dossier;
pub mod markdown;
pub mod numbers;
pub mod pbs;
mod drawn;
mod quorum;
pub mod text;

pub use drawn::{AvailabilityPoint, ChartData, CurvePoint, Mark, RecoveryCurve, Whereabouts};
pub use quorum::QuorumRow;

use serde::Serialize;

/// The name and version of the JSON form. The number rises when a field changes its meaning or goes;
/// new fields do not raise it.
pub const SCHEMA: &str = "mrsim.result/1";

/// Everything that a campaign found out.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Always [`SCHEMA`].
    pub schema: &'static str,
    /// The version of mrsim that computed it.
    pub version: &'static str,
    /// The scenario's name: the file's stem.
    pub scenario: String,
    /// The question that the scenario asks, in its own words.
    pub question: String,
    /// The seed of the campaign; run k of this seed is always the same run.
    pub seed: u64,
    /// Runs that were asked for.
    pub runs_asked: u64,
    /// Runs that are in the numbers.
    pub runs_done: u64,
    /// True when the campaign was interrupted: `runs_done` runs are in the numbers.
    pub partial: bool,
    /// How long one run lasts in simulated time.
    pub run_seconds: f64,
    /// SHA-256 over the scenario, this report and, through it, the facts and counts of every run in run order. The file's name and
    /// the order of its lists do not count.
    pub digest: String,
    /// The confidence of every interval in this report, such as 0.95.
    pub confidence: f64,
    /// What breaks, when and for how long, a sentence each.
    pub faults: Vec<String>,
    /// What the scenario leaves out although the answer depends on it: the place in its text, what is left out, what to write.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// One verdict per objective of the scenario.
    pub verdicts: Vec<Verdict>,
    /// Numbers over runs, in the order of the registry of measures.
    pub measures: Vec<Estimate>,
    /// The law over users pooled over all runs; one entry each for reads and for writes.
    pub user_recovery: Vec<UserRecovery>,
    /// Where the time to recovery goes: all requests, reads, writes.
    pub budgets: Vec<Budget>,
    /// What became of the writes, one entry per store.
    pub ledgers: Vec<Ledger>,
    /// What readers and writers of stores that several regions write met, one entry per store.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub consistency: Vec<consistency::Consistency>,
    /// How far replicas that follow a log are behind over time, one entry per such store.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub log_lag: Vec<consistency::LogLag>,
    /// Latency of successful requests by population, operation and part of the run.
    pub latencies: Vec<Latency>,
    /// How soon each health check sees a fault, and how often one that is not there.
    pub checks: Vec<CheckRow>,
    /// Followed operations of stores that replicate by quorum; left out where there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub quorums: Vec<QuorumRow>,
    /// One entry per population of users.
    pub populations: Vec<PopulationRow>,
    /// What to look at next, most important first.
    pub next: Vec<String>,
    /// Defaults that were used and where each comes from.
    pub sources: Vec<Source>,
    /// What the charts draw.
    pub charts: ChartData,
}

/// Whether an objective holds, and how sure that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// Met in the asked share of runs, with the asked confidence.
    Met,
    NotMet,
    /// The interval straddles the asked share: more runs would decide.
    Undecided,
    /// No run gave an occasion to measure it.
    NoOccasion,
}

/// One objective, judged.
#[derive(Clone, Debug, Serialize)]
pub struct Verdict {
    /// Such as "RTO (service) at most 1min".
    pub objective: String,
    /// Whether it holds: see Words.
    pub finding: Finding,
    /// Runs that met the objective, of `runs_with_occasion`.
    pub runs_met: u64,
    /// Runs in which the objective could be judged.
    pub runs_with_occasion: u64,
    /// Share of runs that met it, with its interval (Clopper-Pearson).
    pub share_met: Option<Interval>,
    /// The share of runs that has to meet it.
    pub share_asked: f64,
    /// One sentence: why, with the numbers that decided.
    pub because: String,
}

/// A point estimate with its interval; either end may be unknown.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// `None` when the sample is too small for a lower bound at this confidence.
    pub low: Option<f64>,
    /// `None` when the estimate is censored: the truth is beyond the end of the run.
    pub estimate: Option<f64>,
    /// `None` when the sample is too small, or the upper bound is censored.
    pub high: Option<f64>,
}

/// What a measure's numbers are, which says how to print them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Seconds,
    Milliseconds,
    /// 0 to 1, printed as per cent.
    Share,
    /// A number of things: requests, writes.
    Count,
    /// A number of things in a second.
    PerSecond,
}

/// One measure over runs: per-run numbers summed up.
#[derive(Clone, Debug, Serialize)]
pub struct Estimate {
    /// Stable key for programs, such as "rto_service".
    pub key: &'static str,
    /// For people, such as "RTO, service (all requests)".
    pub label: &'static str,
    /// What the numbers are: see Words.
    pub unit: Unit,
    /// True where a larger number is the better one: p90, p95 and p99 then count from the bad end, so that
    /// p95 is what 95 % of the runs reach or exceed.
    pub higher_is_better: bool,
    /// Runs in which the measure had an occasion.
    pub occasions: u64,
    /// Of those, runs in which the truth lies beyond the end of the run. They count as infinite in quantiles.
    pub censored: u64,
    /// Mean over runs with Student's t interval; `None` when any run is censored.
    pub mean: Option<Interval>,
    /// Quantiles of the per-run number with order-statistic intervals.
    pub p50: Option<Interval>,
    /// 90th percentile over runs.
    pub p90: Option<Interval>,
    /// 95th percentile over runs.
    pub p95: Option<Interval>,
    /// 99th percentile over runs.
    pub p99: Option<Interval>,
    /// Least value of any run.
    pub min: Option<f64>,
    /// Largest value of any run, when none is censored.
    pub max: Option<f64>,
}

/// How long users were without service, pooled over users and runs.
#[derive(Clone, Debug, Serialize)]
pub struct UserRecovery {
    /// "reads" or "writes".
    pub operation: &'static str,
    /// Users who lost service, as a share of all users, mean over runs.
    pub share_affected: f64,
    /// Pooled quantiles in seconds; intervals treat runs, not users, as independent.
    pub p50: Interval,
    /// The same for 95 %.
    pub p95: Interval,
    /// The same for 99 %.
    pub p99: Interval,
    /// Share of affected users who were back within the RTO objective.
    pub within_objective: Option<Interval>,
}

/// Where the time goes: phases along the critical path, mean over the runs that recovered.
#[derive(Clone, Debug, Serialize)]
pub struct Budget {
    /// "reads", "writes" or "all requests".
    pub operation: &'static str,
    /// Runs that recovered and are in the means.
    pub runs: u64,
    /// In the order in which they happen. They sum to `total`.
    pub phases: Vec<Phase>,
    /// Mean recovery time, seconds.
    pub total: Interval,
}

#[derive(Clone, Debug, Serialize)]
pub struct Phase {
    /// "detect", "decide", "act", "propagate", "reconnect", "repair".
    pub name: &'static str,
    /// Such as "fault to belief".
    pub meaning: &'static str,
    /// Mean time in this phase.
    pub seconds: Interval,
}

/// What became of the writes offered to one store: means over runs, and the worst run.
#[derive(Clone, Debug, Serialize)]
pub struct Ledger {
    /// The store's name.
    pub store: String,
    /// Writes that users sent to it.
    pub offered: f64,
    /// Answered with success.
    pub acknowledged: f64,
    /// Answered with an error: known not to be done.
    pub refused: f64,
    /// Not answered: unknown to the client.
    pub timed_out: f64,
    /// Of the acknowledged.
    pub kept: f64,
    /// Gone for good.
    pub lost: f64,
    /// Back after a repair.
    pub late: f64,
    /// Overruled by another write.
    pub overwritten: f64,
    /// Taken by a side that was later discarded.
    pub forked: f64,
    /// Kept beside a concurrent write.
    pub sibling: f64,
    /// In how many runs acknowledged writes were lost.
    pub runs_with_loss: u64,
    /// Writes lost in the worst run.
    pub worst_loss: u64,
    /// Age of the oldest lost write, seconds: median over the runs in which something could be lost.
    pub rpo_p50: Option<Interval>,
    /// The same, what the worst 5 % of those runs exceed.
    pub rpo_p95: Option<Interval>,
}

/// Latency of successful requests of one kind in one part of the run.
#[derive(Clone, Debug, Serialize)]
pub struct Latency {
    /// Population name, or "all users".
    pub population: String,
    /// "reads" or "writes".
    pub operation: &'static str,
    /// "before", "during" or "after" the interruption.
    pub window: &'static str,
    /// Pooled over requests and runs; `None` when no request succeeded.
    pub p50_milliseconds: Option<f64>,
    /// The same for the 99th percentile.
    pub p99_milliseconds: Option<f64>,
    /// Share of requests in this window that failed.
    pub share_failed: Option<f64>,
}

/// One health check over all runs. What counts is its status leaving what it was at the start, so an
/// inverted check is seen by turning healthy.
#[derive(Clone, Debug, Serialize)]
pub struct CheckRow {
    /// The check's name.
    pub name: String,
    /// Nothing acts on it: it is there to be looked at.
    pub observed: bool,
    /// Runs with a fault before which the status had not changed, or had changed back.
    pub occasions: u64,
    /// Of those, runs in which the fault made the status change.
    pub seen: u64,
    /// `seen` as a share of `occasions` (Clopper-Pearson).
    pub share_seen: Option<Interval>,
    /// From the start of the first fault to that change, seconds: median over the occasions. Runs without it count as infinite.
    pub detection_p50: Option<Interval>,
    /// What the worst 5 % of the occasions exceed.
    pub detection_p95: Option<Interval>,
    /// Changes of status before the first fault, in all runs. One that swings counts each time.
    pub false_alarms: u64,
    /// Time before the first fault (the whole run where nothing breaks), in all runs.
    pub healthy_seconds: f64,
    /// False alarms in 30 days of such time, with the exact Poisson interval (Garwood), which takes alarms for independent.
    pub false_alarms_per_30_days: Option<Interval>,
}

/// One population over all runs.
#[derive(Clone, Debug, Serialize)]
pub struct PopulationRow {
    /// The population's name.
    pub name: String,
    /// How many users it has.
    pub users: u64,
    /// Median over runs of the service recovery time of this population's reads and writes, seconds.
    pub recovery_reads: Option<Interval>,
    /// The same for writes.
    pub recovery_writes: Option<Interval>,
    /// Failed requests over all requests, mean over runs.
    pub share_failed: f64,
    /// Mean over runs of users x minutes without service (reads or writes).
    pub user_minutes_lost: f64,
}

/// A default that the scenario used, and where it comes from.
#[derive(Clone, Debug, Serialize)]
pub struct Source {
    /// Such as "health check preset route53-fast".
    pub what: String,
    /// The document, the measurement, or the reason.
    pub source: String,
    /// True when nobody has published a number: our guess.
    pub assumption: bool,
}
