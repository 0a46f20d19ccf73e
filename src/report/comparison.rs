//! Designs side by side: one `Comparison`, made once by a campaign over the common random numbers, printed by every format.
//!
//! ```text
//!  campaign::compare --> Comparison --+--> comparison::text      the screen
//!                                     +--> serde_json            comparison.json
//!                                     +--> comparison::markdown  comparison.md
//!                                     `--> chart                 comparison.svg
//! ```
//!
//! Run k of every design draws the same random numbers, so designs are compared run by run: what chance
//! does to both cancels, and a difference that is small beside the spread of either is still seen.

mod consistency;
mod differences;
pub mod markdown;
mod tables;
pub mod text;

pub use tables::{budget, failed_share, phase_names};

use super::consistency::Consistency;
use super::{Budget, Estimate, Interval, Latency, Ledger, Unit, UserRecovery, Verdict};
use serde::{Deserialize, Serialize};

/// The name and version of the JSON form. The number rises when a field changes its meaning or goes;
/// new fields do not raise it.
pub const SCHEMA: &str = "mrsim.comparison/1";

/// Everything that a comparison found out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Comparison {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// The version of mrsim that computed it.
    pub version: String,
    /// The seed of all campaigns; run k of this seed draws the same random numbers in every design.
    pub seed: u64,
    /// Runs of each design that were asked for.
    pub runs_asked: u64,
    /// Runs of each design that are in the numbers.
    pub runs_done: u64,
    /// True when the comparison was interrupted: the first `runs_done` runs of every design are in the numbers.
    pub partial: bool,
    /// SHA-256 over the scenarios, this comparison and, through the digests of the designs, over every run of each. The files'
    /// names and the order of their lists do not count.
    pub digest: String,
    /// The confidence of the intervals of differences: that of the first design.
    pub confidence: f64,
    /// In what, besides the design, the scenarios differ: whatever makes a difference hard to read.
    pub notes: Vec<String>,
    /// In the order in which they were named; the first is what the others are compared with.
    pub designs: Vec<Design>,
    /// One entry per measure and design after the first, measure by measure.
    pub pairs: Vec<Pair>,
}

/// What a campaign found out about one design: the parts of its report that are compared.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Design {
    /// The scenario's name: the file's stem, or its path where two stems are alike.
    pub scenario: String,
    /// The question that the scenario asks, in its own words.
    pub question: String,
    /// The digest of the report that `mrsim run` would write of it.
    pub digest: String,
    /// How long one run lasts in simulated time.
    pub run_seconds: f64,
    /// How long a run goes on after its first fault; `None` when nothing breaks.
    pub observed_seconds: Option<f64>,
    /// The confidence of the intervals of this design.
    pub confidence: f64,
    /// What breaks, when and for how long, a sentence each.
    pub faults: Vec<String>,
    /// What was set beside the scenario's file, each a path and a value: `routing.ttl=20s`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<String>,
    /// One verdict per objective of the scenario.
    pub verdicts: Vec<Verdict>,
    /// Numbers over runs, in the order of the registry of measures.
    pub measures: Vec<Estimate>,
    /// What 5% of the interrupted runs stay within: the service is back, seconds from the fault.
    pub rto_service_p05_seconds: Option<f64>,
    /// The distribution over users, pooled over all runs; one entry each for reads and for writes.
    pub user_recovery: Vec<UserRecovery>,
    /// Where the time to recovery goes: all requests, reads, writes.
    pub budgets: Vec<Budget>,
    /// What became of the writes, one entry per store.
    pub ledgers: Vec<Ledger>,
    /// What readers and writers of multi-writer (active-active) stores met, one entry per store.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consistency: Vec<Consistency>,
    /// Latency of successful requests of all users, by operation and part of the run.
    pub latencies: Vec<Latency>,
}

impl Design {
    /// A measure by its key.
    pub fn measure(&self, key: &str) -> Option<&Estimate> {
        self.measures.iter().find(|measure| measure.key == key)
    }
}

/// What the differences of one measure over the runs show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Of the runs that differ, more than half are better with this design, with the asked confidence (sign test; an
    /// undecided run counts against either).
    Better,
    /// More than half are worse.
    Worse,
    /// No run differs.
    Equal,
    /// Neither is shown: more runs may decide.
    NotShown,
    /// No run gave an occasion to measure it, in either design.
    NoOccasion,
}

/// One measure of one design against the first, run by run. Every run is in exactly one of `better`,
/// `equal`, `worse`, `undecided` and `neither`. A run that ended before the service was back counts as infinite; so does, with the
/// other sign, a service that was not interrupted at all beside one that was. A run that ends without a promotion counts as an RPO
/// of 0 beside one that lost writes. Times within a microsecond are equal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pair {
    /// The measure's key, such as "rto_service"; less of it is better.
    pub key: String,
    /// For people, such as "RTO, service (all requests)".
    pub label: String,
    /// What the difference is: see Words.
    pub unit: Unit,
    /// The index in `designs`, from 0, of the design that is compared with the first.
    pub design: usize,
    /// Its name.
    pub scenario: String,
    /// What the differences show: see Words.
    pub standing: Standing,
    /// Median over runs of this design's number less the first's, with its order-statistic interval, in
    /// which an undecided run may lie anywhere. Negative is better. `None` within where the number is infinite or the sample too small.
    pub difference: Option<Interval>,
    /// The same for the mean, with Student's t interval; `None` when a difference is infinite or undecided.
    pub mean_difference: Option<Interval>,
    /// Runs in which this design is better than the first.
    pub better: u64,
    /// Runs in which both have the same number.
    pub equal: u64,
    /// Runs in which it is worse.
    pub worse: u64,
    /// Runs in which both numbers lie beyond the end of the run, or one beyond the end of a shorter run than the
    /// other's: which is larger is not known.
    pub undecided: u64,
    /// Runs in which neither design gave an occasion to measure.
    pub neither: u64,
    /// Of `better`, runs without a finite difference: only the first was not back within the run, or only the
    /// first was interrupted at all.
    pub better_beyond: u64,
    /// Of `worse`, the same the other way round.
    pub worse_beyond: u64,
}
