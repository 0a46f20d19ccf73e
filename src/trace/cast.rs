//! Who takes part in a run.

use super::Operation;
use crate::id::{PopulationId, StoreId};
use crate::units::{Duration, Instant, Rate, Share};

/// Who takes part: what is the same in every run of a scenario.
#[derive(Clone, Debug)]
pub struct Cast {
    pub run: Duration,
    pub step: Duration,
    pub threshold: Share,
    pub hold: Duration,
    pub first_fault: Option<Instant>,
    pub regions: Vec<String>,
    pub checks: Vec<String>,
    /// By check: whether nothing acts on it.
    pub is_observed: Vec<bool>,
    pub stores: Vec<String>,
    pub faults: Vec<String>,
    pub populations: Vec<PopulationCast>,
    pub cohorts: Vec<CohortCast>,
}

#[derive(Clone, Debug)]
pub struct PopulationCast {
    pub name: String,
    pub users: u64,
    pub reads: Rate,
    pub writes: Rate,
    pub store: Option<StoreId>,
    /// Round trip to each region: median and 90th percentile.
    pub round_trip: Vec<(Duration, Duration)>,
    /// Round trip to the nearest edge of a front door.
    pub edge_round_trip: (Duration, Duration),
    pub set_up: SetUp,
}

/// Shares of requests that need more than a round trip on an open connection. Zero where the scenario does not
/// say how long connections are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SetUp {
    /// Need a new connection.
    pub connects: f64,
    /// Of all requests: ask a resolver first.
    pub resolves: f64,
    /// Of all requests: that resolver has to ask on.
    pub asks_on: f64,
}

impl PopulationCast {
    pub fn rate(&self, operation: Operation) -> Rate {
        match operation {
            Operation::Read => self.reads,
            Operation::Write => self.writes,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct CohortCast {
    pub population: PopulationId,
    pub users: u64,
}
