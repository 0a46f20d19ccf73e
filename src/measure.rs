//! Measures: numbers per run, read from a trace and from nothing else.
//!
//! ```text
//!  Trace --> Replay (who was served when) --+--> every Measure in ALL: Option<Number>
//!                                           +--> phases, users, ledger, latency, checks, timeline
//! ```
//!
//! A measure without an occasion gives `None`, never zero. A recovery that the run did not live to
//! see is censored: it counts as infinite in quantiles and is never dropped.

pub mod availability;
pub mod checks;
pub mod consistency;
pub mod latency;
pub mod loss;
pub mod phases;
pub mod quorum;
pub mod recovery;
pub mod replay;
pub mod timeline;
pub mod users;

pub use crate::trace::grid;
pub use replay::{Recovery, Replay, Scope, Served};

use crate::report::Unit;

/// A number of one run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number {
    pub value: f64,
    /// The truth is larger: the run ended before it was reached.
    pub is_censored: bool,
}

impl Number {
    pub fn exact(value: f64) -> Number {
        Number { value, is_censored: false }
    }

    /// The value for ordering: infinite when censored.
    pub fn ordered(self) -> f64 {
        if self.is_censored { f64::INFINITY } else { self.value }
    }
}

/// A number that can be read from any run.
pub trait Measure: Sync {
    /// Stable key for programs.
    fn key(&self) -> &'static str;
    /// Name for people.
    fn label(&self) -> &'static str;
    /// One line: what it means.
    fn meaning(&self) -> &'static str;
    fn unit(&self) -> Unit;
    /// True where a larger number is the better one: quantiles then count from the bad end.
    fn higher_is_better(&self) -> bool {
        false
    }
    /// `None` when the run gave no occasion.
    fn of(&self, run: &Replay) -> Option<Number>;
}

/// All measures in the order of the report.
pub const ALL: &[&dyn Measure] = &[
    &recovery::RTO_SERVICE,
    &recovery::RTO_READS,
    &recovery::RTO_WRITES,
    &recovery::LongestInterruption,
    &recovery::Interruptions,
    &users::READS_P99,
    &users::READS_LAST,
    &users::WRITES_P99,
    &users::WRITES_LAST,
    &recovery::Detection,
    &recovery::Promotion,
    &loss::RpoSeconds,
    &loss::RpoWrites,
    &availability::Availability,
    &availability::FailedRequests,
    &availability::UserMinutes,
];

/// The position of a measure in [`ALL`].
pub fn position(key: &str) -> Option<usize> {
    ALL.iter().position(|measure| measure.key() == key)
}
