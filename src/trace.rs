//! What happened in one run: facts in the past tense, each with its cause, and counts of requests
//! per step. Measures read a trace and nothing else.

use crate::id::{CheckId, CohortId, FaultId, PopulationId, RegionId, StoreId};
use crate::units::{Duration, Instant, Rate, Share};
use std::sync::Arc;

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    Read,
    Write,
}

impl Operation {
    pub const BOTH: [Operation; 2] = [Operation::Read, Operation::Write];

    /// "reads", "writes".
    pub fn plural(self) -> &'static str {
        match self {
            Operation::Read => "reads",
            Operation::Write => "writes",
        }
    }
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Answered; the data came from region `by`, `hop` (a round trip) away from the region asked.
    Served { by: RegionId, hop: Duration },
    /// An error at once: the client knows that nothing was done.
    Refused,
    /// No answer: the client cannot know whether a write was done.
    TimedOut,
}

impl Outcome {
    pub fn is_served(self) -> bool {
        matches!(self, Outcome::Served { .. })
    }
}

/// The position of a fact in its trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactId(pub u32);

/// Something that happened at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact {
    pub at: Instant,
    pub what: What,
    /// The fact without which this one would not have happened now.
    pub cause: Option<FactId>,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    FaultBegan {
        fault: FaultId,
    },
    FaultEnded {
        fault: FaultId,
    },
    /// The quorum of a check's checkers changed its mind.
    BeliefChanged {
        check: CheckId,
        healthy: bool,
    },
    /// The name servers have heard of it.
    Published {
        check: CheckId,
        healthy: bool,
    },
    /// The next request of a cohort goes to another region.
    UsersMoved {
        cohort: CohortId,
        from: RegionId,
        to: RegionId,
    },
    PromotionOrdered {
        store: StoreId,
        to: RegionId,
    },
    /// The check was healthy again before the order was given.
    PromotionCalledOff {
        store: StoreId,
    },
    /// The region to promote is down.
    PromotionFailed {
        store: StoreId,
        to: RegionId,
    },
    Promoted {
        store: StoreId,
        from: RegionId,
        to: RegionId,
    },
    /// Acknowledged writes that the promoted replica does not have. `age` counts back from the instant
    /// at which the old writer could ship no more.
    WritesLost {
        store: StoreId,
        writes: u64,
        age: Duration,
    },
    /// The application servers of a region now write to the new writer.
    EndpointMoved {
        store: StoreId,
        region: RegionId,
        writer: RegionId,
    },
    /// Requests of one kind that reach one region now end differently.
    ServiceChanged {
        group: usize,
        region: RegionId,
        operation: Operation,
        outcome: Outcome,
    },
}

/// A step: `[from, to)`. Steps are as wide as the scenario says, and cut where a fault begins or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub from: Instant,
    pub to: Instant,
}

/// Requests of one step with one fate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    pub step: u32,
    pub population: PopulationId,
    /// The region that was asked.
    pub region: RegionId,
    pub operation: Operation,
    pub outcome: Outcome,
    pub requests: u64,
}

/// Users x nanoseconds that users of all populations spent pointed at a region during a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presence {
    pub step: u32,
    pub region: RegionId,
    pub user_nanoseconds: u128,
}

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
    pub stores: Vec<String>,
    pub faults: Vec<String>,
    pub populations: Vec<PopulationCast>,
    pub cohorts: Vec<CohortCast>,
    /// Requests of populations of one group meet the same outcome in the same region: a group per store,
    /// and a last one for populations without a store, if there are any.
    pub groups: usize,
}

#[derive(Clone, Debug)]
pub struct PopulationCast {
    pub name: String,
    pub users: u64,
    pub reads: Rate,
    pub writes: Rate,
    pub group: usize,
    pub store: Option<StoreId>,
    /// Round trip to each region: median and 90th percentile.
    pub round_trip: Vec<(Duration, Duration)>,
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

impl Cast {
    /// The position of (group, region, operation) in a table of outcomes.
    pub fn service_index(&self, group: usize, region: RegionId, operation: Operation) -> usize {
        (group * self.regions.len() + region.index()) * 2 + operation as usize
    }
}

/// Everything that happened in one run.
#[derive(Clone, Debug)]
pub struct Trace {
    pub cast: Arc<Cast>,
    /// Where each cohort's requests went at the start.
    pub start_region: Vec<RegionId>,
    /// The outcome table at the start; see [`Cast::service_index`].
    pub start_outcome: Vec<Outcome>,
    pub facts: Vec<Fact>,
    pub steps: Vec<Step>,
    pub counts: Vec<Count>,
    pub presence: Vec<Presence>,
    /// Events that the engine went through.
    pub events: u64,
}

impl Trace {
    pub fn end(&self) -> Instant {
        Instant::START + self.cast.run
    }

    pub fn note(&mut self, at: Instant, what: What, cause: Option<FactId>) -> FactId {
        let id = FactId(u32::try_from(self.facts.len()).expect("the limit on events keeps facts below 2^32"));
        self.facts.push(Fact { at, what, cause });
        id
    }
}
