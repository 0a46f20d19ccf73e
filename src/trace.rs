//! What happened in one run: facts in the past tense, each with its cause, and counts of requests
//! per step. Measures read a trace and nothing else.

mod cast;
mod ending;
pub mod grid;
pub mod items;
mod quorum;

pub use cast::{Cast, CohortCast, PopulationCast, SetUp};
pub use ending::{Ending, Mix, Outcome};
pub use quorum::{QuorumRead, QuorumTally};

use crate::id::{AudienceId, CheckId, CohortId, FaultId, PopulationId, RegionId, SeatId, StoreId};
use crate::units::{Duration, Instant, Share};
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
    /// The status of a check changed, as an audience sees it. The first audience hears every checker.
    BeliefChanged {
        check: CheckId,
        healthy: bool,
        audience: AudienceId,
    },
    /// That audience's name servers and front doors have heard of it.
    Published {
        check: CheckId,
        healthy: bool,
        audience: AudienceId,
    },
    /// The records are to be rewritten.
    RecordsOrdered,
    /// The control plane is impaired: they cannot be.
    RecordsBlocked,
    /// The name servers have the new records.
    RecordsRewritten,
    /// The next request of a cohort goes another way: a cache lost what it held, or (`reconnects`) a connection ended.
    UsersMoved {
        cohort: CohortId,
        from: SeatId,
        to: SeatId,
        reconnects: bool,
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
    /// The region to promote sees too few other replicas to know of every acknowledged write.
    PromotionUnsafe {
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
    /// Of the writes just lost so many were acknowledged before the run began: they are in no count of requests.
    LostFromBefore {
        store: StoreId,
        writes: u64,
    },
    /// What the writer had acknowledged before the run began is not known, and more of it may be lost: age and number are at least so much.
    LossIsLeast {
        store: StoreId,
    },
    /// The link between two regions is cut, and their traffic goes by a third: there and back in `round_trip`, over the link in `usual`.
    Detoured {
        between: (RegionId, RegionId),
        by: RegionId,
        round_trip: Duration,
        usual: Duration,
    },
    /// Changes of a store no longer travel between two regions: they wait.
    ReplicationHeld {
        store: StoreId,
        from: RegionId,
        to: RegionId,
    },
    /// They travel again.
    ReplicationResumed {
        store: StoreId,
        from: RegionId,
        to: RegionId,
    },
    /// Everything that had waited has arrived.
    CaughtUp {
        store: StoreId,
    },
    /// The record of a store's endpoint cannot be changed: the control plane is impaired.
    EndpointBlocked {
        store: StoreId,
    },
    /// After that it was changed.
    EndpointRewritten {
        store: StoreId,
        writer: RegionId,
    },
    /// Applications in a region learned the new address: this share of the caches there leads to the writer now.
    EndpointMoved {
        store: StoreId,
        region: RegionId,
        writer: RegionId,
        share: Share,
    },
    /// Too few replicas confirm, or all are too far behind: commits wait.
    CommitsHang {
        store: StoreId,
    },
    /// They waited long enough: the writer goes on alone, and nobody is told.
    CommitsDegraded {
        store: StoreId,
    },
    /// Replicas are in reach and in step: commits go on as they should.
    CommitsResumed {
        store: StoreId,
    },
    /// The regions of a store agreed on another leader.
    LeaderElected {
        store: StoreId,
        from: RegionId,
        to: RegionId,
    },
    /// The old writer takes no more writes.
    Fenced {
        store: StoreId,
        region: RegionId,
    },
    /// The old writer's region is up again: a replica is made from the new writer's data; what only the old one had is discarded.
    RebuildBegan {
        store: StoreId,
        region: RegionId,
    },
    Rebuilt {
        store: StoreId,
        region: RegionId,
    },
    /// The writer takes no more writes until the replica is in sync. Without a cause: it was planned.
    SwitchoverBegan {
        store: StoreId,
        to: RegionId,
    },
    /// The writer or the replica cannot be reached: nothing changes.
    SwitchoverRefused {
        store: StoreId,
        to: RegionId,
    },
    /// It was lost on the way: the writer stays.
    SwitchoverFailed {
        store: StoreId,
        to: RegionId,
    },
    SwitchedOver {
        store: StoreId,
        from: RegionId,
        to: RegionId,
    },
    /// Requests of one kind from one seat now end differently: this share is served, most end so.
    ServiceChanged {
        seat: SeatId,
        operation: Operation,
        served: Share,
        main: Ending,
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
    pub operation: Operation,
    pub ending: Ending,
    pub requests: u64,
}

/// Users x nanoseconds that users of all populations spent with requests that end at a region during a
/// step; `None`: at no region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presence {
    pub step: u32,
    pub region: Option<RegionId>,
    pub user_nanoseconds: u128,
}

/// Users of one population with one answer of the name servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    pub population: PopulationId,
    /// Where the answer leads: "Tokyo", "www", "Tokyo, then N. Virginia", "no address".
    pub label: String,
    /// The only region that the answer names, if it names just one.
    pub region: Option<RegionId>,
    /// By operation: the share of requests served when the seat was first taken.
    pub served_at_first: [Share; 2],
}

/// Everything that happened in one run.
#[derive(Clone, Debug)]
pub struct Trace {
    pub cast: Arc<Cast>,
    /// Seats, in the order in which they were first taken.
    pub seats: Vec<Seat>,
    /// Where each cohort was at the start.
    pub start_seat: Vec<SeatId>,
    /// By cohort: its users in this run.
    pub users: Vec<u64>,
    pub facts: Vec<Fact>,
    pub steps: Vec<Step>,
    pub counts: Vec<Count>,
    pub presence: Vec<Presence>,
    /// Of the stores whose replicas are simulated item by item.
    pub items: Vec<items::ItemTally>,
    /// By store that follows a log: how far the replica furthest behind was at the end of each step.
    pub log_lag: Vec<Option<Vec<Duration>>>,
    /// By quorum store: operations that were followed message by message.
    pub quorums: Vec<QuorumTally>,
    /// Events that the engine went through.
    pub events: u64,
}

impl Trace {
    /// Nothing has happened yet. `logs`: by store, whether its lag is written down.
    pub fn new(cast: Arc<Cast>, logs: Vec<bool>) -> Trace {
        Trace {
            start_seat: Vec::with_capacity(cast.cohorts.len()),
            cast,
            seats: Vec::new(),
            users: Vec::new(),
            facts: Vec::new(),
            steps: Vec::new(),
            counts: Vec::new(),
            presence: Vec::new(),
            items: Vec::new(),
            log_lag: logs.into_iter().map(|is_log| is_log.then(Vec::new)).collect(),
            quorums: Vec::new(),
            events: 0,
        }
    }

    pub fn end(&self) -> Instant {
        Instant::START + self.cast.run
    }

    pub fn note(&mut self, at: Instant, what: What, cause: Option<FactId>) -> FactId {
        let id = FactId(
            u32::try_from(self.facts.len()).expect("the limit on events keeps facts below 2^32"),
        );
        self.facts.push(Fact { at, what, cause });
        id
    }
}
