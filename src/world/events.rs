//! What is pending in a run, and in which order things happen that fall on one instant.

use super::generation::Generation;
use super::health::checks::Probe;
use super::items::Await;
use super::quorums;
use super::stores::switching;
use crate::conflict::WriteId;
use crate::id::{AnswerId, AudienceId, CheckId, CohortId, FaultId, RegionId, StoreId};
use crate::trace::FactId;
use crate::units::Instant;

/// The order of things that happen at one instant.
#[repr(u8)]
#[derive(Clone, Copy)]
pub(super) enum Rank {
    FaultBegins,
    FaultEnds,
    Probe,
    NameServers,
    Control,
    Cache,
    Request,
    Step,
}

/// What is pending.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    FaultBegins(FaultId),
    FaultEnds(FaultId),
    Probe(Probe),
    /// A replica may have fallen too far behind for a deep check.
    LagGrows {
        store: StoreId,
    },
    PeriodEnds {
        check: CheckId,
    },
    AlarmJudged {
        check: CheckId,
    },
    Push {
        check: CheckId,
        healthy: bool,
        audience: AudienceId,
        cause: FactId,
    },
    PromotionDecided {
        store: StoreId,
        decision: Generation,
    },
    PromotionDone {
        store: StoreId,
    },
    /// Caches of a store's address in a region ask anew.
    EndpointExpires {
        store: StoreId,
        region: RegionId,
    },
    /// Somebody writes to a sampled key.
    ItemWrite {
        store: StoreId,
    },
    ItemArrives {
        store: StoreId,
        awaited: Await,
    },
    ItemRead {
        store: StoreId,
    },
    ReadBack {
        store: StoreId,
        key: u32,
        write: WriteId,
        cohort: CohortId,
    },
    AntiEntropy {
        store: StoreId,
    },
    /// Commits of a store have waited long enough, a replica has caught up, or a leader is elected.
    CommitsDue {
        store: StoreId,
        plan: Generation,
    },
    Role {
        store: StoreId,
        due: switching::Due,
    },
    RecordsDecided {
        decision: Generation,
    },
    RecordsPropagated {
        cause: FactId,
    },
    CacheDue {
        cohort: CohortId,
    },
    /// If what it leads to has been down since then, without a break.
    ConnectionBreaks {
        cohort: CohortId,
        answer: AnswerId,
        down_since: Instant,
        cause: FactId,
    },
    /// Of an operation on a quorum that is followed.
    Quorum(quorums::Message),
    /// Under `fidelity: Requests`.
    Request {
        cohort: CohortId,
    },
    StepEnds,
}
