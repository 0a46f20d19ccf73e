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
mod sections;
pub mod table;
pub mod text;
mod values;

pub use crate::measure::latency::Window;
pub use crate::measure::phases::Phase as PhaseName;
pub use crate::measure::{Served, Unit};
pub use drawn::{
    AvailabilityPoint, ChartData, CurvePoint, Mark, MarkKind, RecoveryCurve, Whereabouts,
};
pub use values::{Numbers, Value};

use serde::{Deserialize, Serialize};

/// The name and version of the JSON form. The number rises when a field changes its meaning or goes;
/// new fields do not raise it.
pub const SCHEMA: &str = "mrsim.result/1";

/// Everything that a campaign found out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// The version of mrsim that computed it.
    pub version: String,
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
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// What was set beside the scenario's file, each a path and a value: `routing.ttl=20s`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<String>,
    /// One verdict per objective of the scenario.
    pub verdicts: Vec<Verdict>,
    /// Numbers over runs, in the order of the registry of measures.
    pub measures: Vec<Estimate>,
    /// The distribution over users, pooled over all runs; one entry each for reads and for writes.
    pub user_recovery: Vec<UserRecovery>,
    /// Where the time to recovery goes: all requests, reads, writes.
    pub budgets: Vec<Budget>,
    /// What became of the writes, one entry per store.
    pub ledgers: Vec<Ledger>,
    /// What readers and writers of multi-writer (active-active) stores met, one entry per store.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consistency: Vec<consistency::Consistency>,
    /// How far replicas that follow a log are behind over time, one entry per such store.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub log_lag: Vec<consistency::LogLag>,
    /// Latency of successful requests by population, operation and part of the run.
    pub latencies: Vec<Latency>,
    /// How soon each health check sees a fault, and how often one that is not there.
    pub checks: Vec<CheckRow>,
    /// Followed operations of stores that replicate by quorum.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quorums: Vec<QuorumRow>,
    /// One entry per population of users.
    pub populations: Vec<PopulationRow>,
    /// Recommendations, most important first.
    pub next: Vec<String>,
    /// Defaults that were used and where each comes from.
    pub sources: Vec<Source>,
    /// What the charts draw.
    pub charts: ChartData,
}

/// Whether an objective holds, and how sure that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// What an objective is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Objective {
    Rto,
    Rpo,
    Availability,
    ReadLatency,
}

impl Objective {
    pub fn label(self) -> &'static str {
        match self {
            Objective::Rto => "RTO",
            Objective::Rpo => "RPO",
            Objective::Availability => "availability",
            Objective::ReadLatency => "read latency",
        }
    }
}

/// One objective, judged.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Verdict {
    /// What it is about: see Words. Results of versions before 0.2 do not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Objective>,
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
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// `None` when the sample is too small for a lower bound at this confidence.
    pub low: Option<f64>,
    /// `None` when the estimate is censored: the truth is beyond the end of the run.
    pub estimate: Option<f64>,
    /// `None` when the sample is too small, or the upper bound is censored.
    pub high: Option<f64>,
}

/// One measure over runs: per-run numbers summed up.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Estimate {
    /// Stable key for programs, such as "rto_service".
    pub key: String,
    /// For people, such as "RTO, service (all requests)".
    pub label: String,
    /// What the numbers are: see Words.
    pub unit: Unit,
    /// True where a larger number is the better one: p90, p95 and p99 then count from the bad end, so that
    /// p95 is what 95% of the runs reach or exceed.
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
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UserRecovery {
    /// "reads" or "writes".
    pub operation: Served,
    /// Its numbers; intervals treat runs, not users, as independent.
    #[serde(flatten)]
    pub numbers: Numbers,
}

/// Where the time goes: phases along the critical path, mean over the runs that recovered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Budget {
    /// "reads", "writes" or "all requests".
    pub operation: Served,
    /// Runs that recovered and are in the means.
    pub runs: u64,
    /// In the order in which they happen. They sum to `total`.
    pub phases: Vec<Phase>,
    /// Mean recovery time, seconds.
    pub total: Interval,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Phase {
    /// "detect", "decide", "act", "propagate", "reconnect", "repair".
    pub name: PhaseName,
    /// Such as "fault to detection".
    pub meaning: String,
    /// Mean time in this phase.
    pub seconds: Interval,
}

/// What became of the writes offered to one store: means over runs, and extremes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ledger {
    /// The store's name.
    pub store: String,
    /// Its numbers.
    #[serde(flatten)]
    pub numbers: Numbers,
}

/// Latency of successful requests of one kind in one part of the run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Latency {
    /// Population name, or "all users".
    pub population: Users,
    /// "reads" or "writes".
    pub operation: Served,
    /// "before", "during" or "after" the interruption.
    pub window: Window,
    /// Its numbers.
    #[serde(flatten)]
    pub numbers: Numbers,
}

/// Whose requests.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Users {
    All(AllUsers),
    Population(String),
}

/// Serialises to the words for all users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum AllUsers {
    #[serde(rename = "all users")]
    All,
}

impl Users {
    pub const ALL: Users = Users::All(AllUsers::All);

    /// The name of the population, or words for all of them.
    pub fn label(&self) -> &str {
        match self {
            Users::All(_) => "all users",
            Users::Population(name) => name,
        }
    }
}

/// One health check over all runs. What counts is its status leaving what it was at the start, so an
/// inverted check is seen by turning healthy.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CheckRow {
    /// The check's name.
    pub name: String,
    /// Its numbers.
    #[serde(flatten)]
    pub numbers: Numbers,
}

/// Followed operations of one store that replicates by quorum, pooled over all runs; every operation counts as independent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct QuorumRow {
    /// The store's name.
    pub store: String,
    /// Its numbers.
    #[serde(flatten)]
    pub numbers: Numbers,
}

/// One population over all runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PopulationRow {
    /// The population's name.
    pub name: String,
    /// Its numbers.
    #[serde(flatten)]
    pub numbers: Numbers,
}

/// A default that the scenario used, and where it comes from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Source {
    /// Such as "health check preset route53-fast".
    pub what: String,
    /// The document, the measurement, or the reason.
    pub source: String,
    /// True when no source gives a number: our guess.
    pub assumption: bool,
}
