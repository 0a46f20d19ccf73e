//! Measures: numbers per run, read from a trace and from nothing else.
//!
//! ```text
//!  Trace --> Replay (who was served when) --+--> every Metric of every table: a Sample
//!                                           +--> phases, users, latency, timelines
//! ```
//!
//! A measure without an occasion gives `None`, never zero. A recovery that the run did not live to
//! see is censored: it counts as infinite in quantiles and is never dropped.

pub mod availability;
pub mod checks;
pub mod consistency;
pub mod latency;
pub mod loss;
pub mod metric;
pub mod phases;
pub mod quorum;
pub mod recovery;
pub mod replay;
pub mod timeline;
pub mod users;

pub use crate::trace::grid;
pub use metric::{Fold, Metric, Sample, Thing, Unit};
pub use replay::{Recovery, Replay, Scope, Served};

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

/// The numbers of the service in the order of the report.
pub const ALL: &[Metric] = &[
    recovery::RTO_SERVICE,
    recovery::RTO_READS,
    recovery::RTO_WRITES,
    recovery::LONGEST_INTERRUPTION,
    recovery::INTERRUPTIONS,
    users::READS_P99,
    users::READS_LAST,
    users::WRITES_P99,
    users::WRITES_LAST,
    recovery::DETECTION,
    recovery::PROMOTION,
    loss::RPO_SECONDS,
    loss::RPO_WRITES,
    availability::AVAILABILITY,
    availability::FAILED_REQUESTS,
    availability::USER_MINUTES,
];

/// The position of a measure in [`ALL`].
pub fn position(key: &str) -> Option<usize> {
    ALL.iter().position(|measure| measure.key == key)
}
