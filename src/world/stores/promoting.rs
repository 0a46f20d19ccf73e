//! Promotion: belief, decision, order, a new writer, and what it lacks. How applications find it is
//! `addressing`.

use super::PromotionState;
use crate::id::{CheckId, StoreId};
use crate::replication::{Replication, Tail};
use crate::trace::{FactId, What};
use crate::units::Duration;
use crate::world::generation::Generation;
use crate::world::reactions::Change;
use crate::world::regions::Link;
use crate::world::{Event, Rank, World};

impl World<'_> {
    pub(in crate::world) fn start_promotions(&mut self, check: CheckId, belief: FactId) {
        for index in 0..self.stores.len() {
            let Some(promotion) = &self.stage.scenario.stores[index].promotion else { continue };
            if promotion.watches != check
                || self.stores.states[index].promotion != PromotionState::Idle
                || self.stores.states[index].writer == promotion.to
            {
                continue;
            }
            self.decide(StoreId::at(index), belief, Duration::ZERO);
        }
    }

    /// Starts a decision: it takes as long as the store's law says, and at least `least`.
    fn decide(&mut self, store: StoreId, cause: FactId, least: Duration) {
        let Some(promotion) = &self.stage.scenario.stores[store.index()].promotion else { return };
        let state = &mut self.stores.states[store.index()];
        state.promotion = PromotionState::Deciding;
        state.pending = Some(cause);
        let decision = state.decision.next();
        let decided = self.now + promotion.decision.at(state.control.share()).max(least);
        let event = Event::PromotionDecided { store, decision };
        self.schedule(decided, Rank::Control, event);
    }

    /// The check is healthy again: whoever is still deciding stops. An order that was given stands.
    pub(in crate::world) fn call_off_promotions(&mut self, check: CheckId, belief: FactId) {
        for index in 0..self.stores.len() {
            let watched = self.stage.scenario.stores[index]
                .promotion
                .as_ref()
                .is_some_and(|promotion| promotion.watches == check);
            if watched && self.stores.states[index].promotion == PromotionState::Deciding {
                self.stores.states[index].promotion = PromotionState::Idle;
                self.note(What::PromotionCalledOff { store: StoreId::at(index) }, Some(belief));
            }
        }
    }

    pub(in crate::world) fn promotion_decided(&mut self, store: StoreId, decision: Generation) {
        let Some(promotion) = &self.stage.scenario.stores[store.index()].promotion else { return };
        let state = &self.stores.states[store.index()];
        if state.promotion != PromotionState::Deciding || !decision.is_current(state.decision) {
            return;
        }
        if state.writer == promotion.to {
            // A switchover came first.
            self.stores.states[store.index()].promotion = PromotionState::Idle;
            return;
        }
        let cause = state.pending;
        let ordered = self.note(What::PromotionOrdered { store, to: promotion.to }, cause);
        let state = &mut self.stores.states[store.index()];
        state.promotion = PromotionState::Promoting;
        state.pending = Some(ordered);
        let duration = promotion.duration.at(state.control.share());
        let done = self.now + duration + self.instance_first(store);
        self.schedule(done, Rank::Control, Event::PromotionDone { store });
    }

    /// The replica becomes the writer; what it had not applied is lost; endpoints follow as they expire.
    pub(in crate::world) fn promotion_done(&mut self, store: StoreId) {
        let spec = &self.stage.scenario.stores[store.index()];
        let Some(promotion) = &spec.promotion else { return };
        let cause = self.stores.states[store.index()].pending;
        let (from, to) = (self.stores.states[store.index()].writer, promotion.to);
        if from == to {
            self.stores.states[store.index()].promotion = PromotionState::Idle;
            return;
        }
        if !self.regions.is_up(to) {
            let failed = self.note(What::PromotionFailed { store, to }, cause);
            // Automation tries again, after as long as a decision takes and at least a second.
            self.decide(store, failed, Duration::from_secs(1));
            return;
        }
        if !self.is_safe_to_promote(store, to) {
            let unsafe_now = self.note(What::PromotionUnsafe { store, to }, cause);
            self.decide(store, unsafe_now, Duration::from_secs(1));
            return;
        }
        if let Some(cause) = cause {
            self.fail_switchover(store, cause);
        }
        self.book_writes(store);
        self.gather_survivors(store, to);
        let promoted = self.note(What::Promoted { store, from, to }, cause);
        // Lag is never less than the way between the regions, whatever law the store has.
        let floor = self.stage.one_way[from.index()][to.index()];
        let state = &mut self.stores.states[store.index()];
        let known = Some(state.commits.known);
        let (loss, age) = state.history.loss(spec, known, self.now, floor);
        let lost = self.note(What::WritesLost { store, writes: loss.writes, age }, Some(promoted));
        self.note_loss_before(store, &loss, lost);
        self.stores.states[store.index()].promoted(to, self.now);
        self.demote(store, from, promoted);
        self.move_endpoints(store, promoted);
        self.refresh_channels(promoted);
        self.changed(Change::Store(store), promoted);
    }

    /// The run is over: what a writer acknowledged whose region is destroyed, and that no replica has, is lost without a promotion too.
    pub(in crate::world) fn close_destroyed(&mut self) {
        for store in (0..self.stores.len()).map(StoreId::at) {
            let spec = &self.stage.scenario.stores[store.index()];
            let writer = self.stores.states[store.index()].writer;
            let has_one_writer = matches!(
                spec.replication.behaviour().tail(),
                Tail::Log(_) | Tail::Snapshots(_) | Tail::Confirmed
            );
            if !has_one_writer
                || matches!(spec.replication, Replication::StrongRegions(_))
                || !self.regions.is_destroyed(writer)
            {
                continue;
            }
            let promotion_target = spec.promotion_target();
            promotion_target
                .into_iter()
                .for_each(|promotion_target| self.gather_survivors(store, promotion_target));
            let floor = promotion_target.map_or(Duration::ZERO, |promotion_target| {
                self.stage.one_way[writer.index()][promotion_target.index()]
            });
            let state = &mut self.stores.states[store.index()];
            let known = Some(state.commits.known);
            let (loss, age) = state.history.loss(spec, known, self.now, floor);
            let lost = self.note(What::WritesLost { store, writes: loss.writes, age }, None);
            self.note_loss_before(store, &loss, lost);
        }
    }

    /// The channel to a replica is up while both ends are up and a way is left between them.
    pub(in crate::world) fn refresh_channels(&mut self, cause: FactId) {
        for (index, state) in self.stores.states.iter_mut().enumerate() {
            let spec = &self.stage.scenario.stores[index];
            let is_up = self.regions.is_up(state.writer);
            state.history.writer_is(if is_up { Link::Up } else { Link::Down }, self.now);
            let (writer, store) = (state.writer, StoreId::at(index));
            if self.regions.is_up(writer) {
                state.history.slower_is(self.regions.slower(store), self.now);
            }
            for reader in
                spec.readers.iter().chain([&spec.writer]).filter(|reader| **reader != writer)
            {
                let link = self.regions.channel(store, writer, *reader);
                let is_returning = state.is_returning(*reader);
                state.replica_is(*reader, if is_returning { Link::Down } else { link }, self.now);
                state.cut_cause = Some(cause);
            }
            let Some(promotion_target) = spec.promotion_target() else { continue };
            state
                .history
                .channel_is(self.regions.channel(store, writer, promotion_target), self.now);
        }
        self.reconsider_commits(cause);
        self.changed(Change::Lag, cause);
        self.follow_roles(cause);
    }
}
