//! Rewriting: a failover that changes records over the control plane, and waits while
//! that is impaired.

use crate::engine::random::{Stream, Streams};
use crate::fault::ControlPlane;
use crate::id::CheckId;
use crate::routing::Rewriting;
use crate::trace::{FactId, What};
use crate::world::generation::Generation;
use crate::world::reactions::Change;
use crate::world::{Event, Rank, World};

/// How far the rewriting of records has come.
#[derive(Debug)]
pub(in crate::world) struct RewritingState {
    stage: Progress,
    /// Counts decisions, so that one that was called off is not mistaken for the next.
    decision: Generation,
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
    pub(in crate::world) fn new(spec: Option<&Rewriting>, streams: &Streams) -> RewritingState {
        RewritingState {
            stage: Progress::Idle,
            decision: Generation::default(),
            cause: None,
            stream: spec.map(|_| streams.of("routing/rewriting", 0)),
        }
    }
}

impl World<'_> {
    pub(in crate::world) fn start_rewriting(&mut self, check: CheckId, belief: FactId) {
        let Some(spec) = self.stage.scenario.policy.rewriting() else { return };
        if spec.watches != check || self.names.rewriting.stage != Progress::Idle {
            return;
        }
        let Some(stream) = &mut self.names.rewriting.stream else { return };
        let decided = self.now + spec.decision.at(stream.share());
        self.names.rewriting.stage = Progress::Deciding;
        self.names.rewriting.cause = Some(belief);
        let decision = self.names.rewriting.decision.next();
        self.schedule(decided, Rank::Control, Event::RecordsDecided { decision });
    }

    /// The check is healthy again before the call was made.
    pub(in crate::world) fn call_off_rewriting(&mut self, check: CheckId) {
        let watched =
            self.stage.scenario.policy.rewriting().is_some_and(|spec| spec.watches == check);
        if watched && matches!(self.names.rewriting.stage, Progress::Deciding | Progress::Blocked) {
            self.names.rewriting.stage = Progress::Idle;
        }
    }

    pub(in crate::world) fn records_decided(&mut self, decision: Generation) {
        if self.names.rewriting.stage != Progress::Deciding
            || !decision.is_current(self.names.rewriting.decision)
        {
            return;
        }
        let ordered = self.note(What::RecordsOrdered, self.names.rewriting.cause);
        self.names.rewriting.cause = Some(ordered);
        self.call_control_plane();
    }

    fn call_control_plane(&mut self) {
        if self.regions.is_impaired(ControlPlane::Names) {
            self.names.rewriting.stage = Progress::Blocked;
            self.note(What::RecordsBlocked, self.names.rewriting.cause);
            return;
        }
        let Some(spec) = self.stage.scenario.policy.rewriting() else { return };
        let (Some(stream), Some(cause)) =
            (&mut self.names.rewriting.stream, self.names.rewriting.cause)
        else {
            return;
        };
        let done = self.now + spec.propagation.at(stream.share());
        self.names.rewriting.stage = Progress::Under;
        self.schedule(done, Rank::NameServers, Event::RecordsPropagated { cause });
    }

    /// The control plane works again: a call that was refused goes through.
    pub(in crate::world) fn records_tried_again(&mut self) {
        if self.names.rewriting.stage == Progress::Blocked
            && !self.regions.is_impaired(ControlPlane::Names)
        {
            self.call_control_plane();
        }
    }

    pub(in crate::world) fn records_propagated(&mut self, cause: FactId) {
        self.names.rewriting.stage = Progress::Done;
        self.names.rewritten = true;
        let fact = self.note(What::RecordsRewritten, Some(cause));
        self.changed(Change::Names, fact);
    }
}
