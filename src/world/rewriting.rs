//! The chapter of rewriting: a failover that changes records over the control plane, and waits while
//! that is impaired.

use super::{Event, Rank, World};
use crate::engine::random::{Stream, Streams};
use crate::fault::ControlPlane;
use crate::id::CheckId;
use crate::routing::Rewriting;
use crate::trace::{FactId, What};

/// How far the rewriting of records has come.
#[derive(Debug)]
pub(super) struct RewritingState {
    stage: Progress,
    /// Counts decisions, so that one that was called off is not mistaken for the next.
    decision: u32,
    cause: Option<FactId>,
    stream: Option<Stream>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    Idle,
    Deciding,
    /// Ordered, and the control plane refuses.
    Blocked,
    Under,
    Done,
}

impl RewritingState {
    pub(super) fn new(spec: Option<&Rewriting>, streams: &Streams) -> RewritingState {
        RewritingState {
            stage: Progress::Idle,
            decision: 0,
            cause: None,
            stream: spec.map(|_| streams.of("routing/rewriting", 0)),
        }
    }
}

impl World<'_> {
    pub(super) fn start_rewriting(&mut self, check: CheckId, belief: FactId) {
        let Some(spec) = self.stage.scenario.policy.rewriting() else { return };
        if spec.watches != check || self.rewriting.stage != Progress::Idle {
            return;
        }
        let Some(stream) = &mut self.rewriting.stream else { return };
        let decided = self.now + spec.decision.at(stream.share());
        self.rewriting.stage = Progress::Deciding;
        self.rewriting.decision += 1;
        self.rewriting.cause = Some(belief);
        let decision = self.rewriting.decision;
        self.schedule(decided, Rank::Control, Event::RecordsDecided { decision });
    }

    /// The check is healthy again before the call was made.
    pub(super) fn call_off_rewriting(&mut self, check: CheckId) {
        let watched =
            self.stage.scenario.policy.rewriting().is_some_and(|spec| spec.watches == check);
        if watched && matches!(self.rewriting.stage, Progress::Deciding | Progress::Blocked) {
            self.rewriting.stage = Progress::Idle;
        }
    }

    pub(super) fn records_decided(&mut self, decision: u32) {
        if self.rewriting.stage != Progress::Deciding || self.rewriting.decision != decision {
            return;
        }
        let ordered = self.note(What::RecordsOrdered, self.rewriting.cause);
        self.rewriting.cause = Some(ordered);
        self.call_control_plane();
    }

    fn call_control_plane(&mut self) {
        if self.regions.is_impaired(ControlPlane::Names) {
            self.rewriting.stage = Progress::Blocked;
            self.note(What::RecordsBlocked, self.rewriting.cause);
            return;
        }
        let Some(spec) = self.stage.scenario.policy.rewriting() else { return };
        let (Some(stream), Some(cause)) = (&mut self.rewriting.stream, self.rewriting.cause) else {
            return;
        };
        let done = self.now + spec.propagation.at(stream.share());
        self.rewriting.stage = Progress::Under;
        self.schedule(done, Rank::NameServers, Event::RecordsPropagated { cause });
    }

    /// The control plane works again: a call that was refused goes through.
    pub(super) fn records_tried_again(&mut self, cause: FactId) {
        if self.rewriting.stage == Progress::Blocked
            && !self.regions.is_impaired(ControlPlane::Names)
        {
            self.call_control_plane();
        }
        for check in (0..self.checks.len()).map(CheckId::at) {
            self.check_switched(check, cause);
        }
    }

    pub(super) fn records_propagated(&mut self, cause: FactId) {
        self.rewriting.stage = Progress::Done;
        self.rewritten = true;
        let fact = self.note(What::RecordsRewritten, Some(cause));
        self.names_changed(fact);
    }
}
