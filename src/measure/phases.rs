//! Where the time goes: from the recovery back along the causes to the fault. Each link of the
//! chain is a phase, so the phases sum to the recovery time exactly.

use super::{Recovery, Replay};
use crate::trace::What;
use crate::units::Duration;
use serde::{Deserialize, Serialize};

/// A part of the way from fault to recovery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    Repair,
    Detect,
    Decide,
    Act,
    Propagate,
    Reconnect,
}

impl Phase {
    /// In the order in which they usually happen.
    pub const ALL: [Phase; 6] = [
        Phase::Repair,
        Phase::Detect,
        Phase::Decide,
        Phase::Act,
        Phase::Propagate,
        Phase::Reconnect,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Phase::Repair => "repair",
            Phase::Detect => "detect",
            Phase::Decide => "decide",
            Phase::Act => "act",
            Phase::Propagate => "propagate",
            Phase::Reconnect => "reconnect",
        }
    }

    pub fn meaning(self) -> &'static str {
        match self {
            Phase::Repair => "until the fault itself ends",
            Phase::Detect => "fault to detection",
            Phase::Decide => "detection to decision",
            Phase::Act => "failover execution",
            Phase::Propagate => "failover to users' caches",
            Phase::Reconnect => "failover to new connections",
        }
    }

    /// What shortens it.
    pub fn knob(self) -> &'static str {
        match self {
            Phase::Repair => {
                "nothing failed over before the fault ended: is there a health check on the route, a promotion in time?"
            }
            Phase::Detect => "health check interval, threshold, timeout",
            Phase::Decide => "the alarm's period, and who decides on the promotion",
            Phase::Act => "how long a promotion takes: a warm standby, fewer steps",
            Phase::Propagate => "the record's TTL, or a front door without DNS",
            Phase::Reconnect => {
                "how long clients keep connections and the writer's address, and their timeouts; a proxy before the database"
            }
        }
    }
}

/// The time in each phase, in the order of [`Phase::ALL`].
pub type Budget = [Duration; 6];

/// Splits a recovery along its critical path; `None` when there was none to split.
pub fn budget(run: &Replay, recovery: Recovery) -> Option<Budget> {
    let Recovery::After { time, fact, origin: fault } = recovery else { return None };
    let mut budget = [Duration::ZERO; 6];
    let mut book =
        |phase: Phase, length: Duration| budget[phase as usize] = budget[phase as usize] + length;
    let facts = &run.trace.facts;
    let mut current = fact;
    let mut until = fault + time;
    while let Some(fact) = current.map(|id| &facts[id.0 as usize]) {
        debug_assert!(fact.at <= until, "a cause comes before its effect");
        let began = fact.cause.map_or(fault, |cause| facts[cause.0 as usize].at).max(fault);
        book(phase_of(&fact.what), until.since(began));
        until = began;
        current = fact.cause;
    }
    book(Phase::Repair, until.since(fault));
    debug_assert_eq!(
        budget.iter().fold(Duration::ZERO, |sum, part| sum + *part),
        time,
        "phases sum to the recovery"
    );
    Some(budget)
}

/// The phase that ends with this fact.
fn phase_of(what: &What) -> Phase {
    match what {
        // A writer that waited in vain now believes that its replicas are gone.
        What::BeliefChanged { .. } | What::CommitsDegraded { .. } => Phase::Detect,
        What::PromotionOrdered { .. } | What::PromotionCalledOff { .. } | What::RecordsOrdered => {
            Phase::Decide
        }
        What::Published { .. }
        | What::Promoted { .. }
        | What::PromotionFailed { .. }
        | What::WritesLost { .. } => Phase::Act,
        // Replicas catch up, regions agree: work until it is done.
        What::PromotionUnsafe { .. } | What::CommitsResumed { .. } | What::LeaderElected { .. } => {
            Phase::Act
        }
        What::RecordsBlocked
        | What::RecordsRewritten
        | What::EndpointBlocked { .. }
        | What::EndpointRewritten { .. } => Phase::Act,
        What::SwitchoverBegan { .. } | What::SwitchoverRefused { .. } => Phase::Decide,
        What::SwitchedOver { .. }
        | What::SwitchoverFailed { .. }
        | What::Fenced { .. }
        | What::RebuildBegan { .. }
        | What::Rebuilt { .. } => Phase::Act,
        What::UsersMoved { reconnects: false, .. } => Phase::Propagate,
        What::UsersMoved { reconnects: true, .. } | What::EndpointMoved { .. } => Phase::Reconnect,
        // A change of service happens at the instant of its cause: it takes no time of its own.
        What::FaultBegan { .. } | What::FaultEnded { .. } | What::ServiceChanged { .. } => {
            Phase::Repair
        }
        What::ReplicationHeld { .. } | What::ReplicationResumed { .. } | What::CaughtUp { .. } => {
            Phase::Repair
        }
        // Nothing recovers by it.
        What::CommitsHang { .. }
        | What::LostFromBefore { .. }
        | What::LossIsLeast { .. }
        | What::Detoured { .. } => Phase::Repair,
    }
}
