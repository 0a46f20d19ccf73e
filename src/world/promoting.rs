//! The chapter of promotion: belief, decision, order, a new writer, what it lacks, and how applications
//! find it.

use super::stores::PromotionState;
use super::{Event, Rank, World};
use crate::id::{CheckId, RegionId, StoreId};
use crate::trace::{FactId, What};
use crate::units::Duration;

impl World<'_> {
    pub(super) fn start_promotions(&mut self, check: CheckId, belief: FactId) {
        for index in 0..self.stores.len() {
            let Some(promotion) = &self.stage.scenario.stores[index].promotion else { continue };
            let state = &mut self.stores[index];
            if promotion.watches != check || state.promotion != PromotionState::Idle {
                continue;
            }
            state.promotion = PromotionState::Deciding;
            state.pending = Some(belief);
            let decided = self.now + promotion.decision.at(state.control.share());
            self.schedule(decided, Rank::Control, Event::PromotionDecided { store: StoreId::at(index) });
        }
    }

    pub(super) fn promotion_decided(&mut self, store: StoreId) {
        let Some(promotion) = &self.stage.scenario.stores[store.index()].promotion else { return };
        let cause = self.stores[store.index()].pending;
        if self.checks[promotion.watches.index()].believed_healthy {
            self.note(What::PromotionCalledOff { store }, cause);
            self.stores[store.index()].promotion = PromotionState::Idle;
            return;
        }
        let ordered = self.note(What::PromotionOrdered { store, to: promotion.to }, cause);
        let state = &mut self.stores[store.index()];
        state.promotion = PromotionState::Promoting;
        state.pending = Some(ordered);
        let done = self.now + promotion.duration.at(state.control.share());
        self.schedule(done, Rank::Control, Event::PromotionDone { store });
    }

    /// Automation tries again, after as long as it took to decide and at least a second.
    fn retry_promotion(&mut self, store: StoreId, failed: FactId) {
        let Some(promotion) = &self.stage.scenario.stores[store.index()].promotion else { return };
        let state = &mut self.stores[store.index()];
        state.promotion = PromotionState::Deciding;
        state.pending = Some(failed);
        let again = self.now + promotion.decision.at(state.control.share()).max(Duration::from_secs(1));
        self.schedule(again, Rank::Control, Event::PromotionDecided { store });
    }

    /// The replica becomes the writer; what it had not applied is lost; endpoints follow as they expire.
    pub(super) fn promotion_done(&mut self, store: StoreId) {
        let spec = &self.stage.scenario.stores[store.index()];
        let Some(promotion) = &spec.promotion else { return };
        let cause = self.stores[store.index()].pending;
        let (from, to) = (self.stores[store.index()].writer, promotion.to);
        if !self.regions.is_up(to) {
            let failed = self.note(What::PromotionFailed { store, to }, cause);
            self.retry_promotion(store, failed);
            return;
        }
        self.count_writes_so_far(store);
        let promoted = self.note(What::Promoted { store, from, to }, cause);
        // Lag is never less than the way between the regions, whatever law the store has.
        let floor = self.stage.one_way[from.index()][to.index()];
        let (loss, age) = self.stores[store.index()].loss(spec, self.now, floor);
        self.note(What::WritesLost { store, writes: loss.writes, age }, Some(promoted));
        self.stores[store.index()].promoted(to, self.now);
        for index in 0..self.stage.scenario.regions.len() {
            let left = Duration::from_seconds_f64(spec.endpoint_ttl.seconds() * self.stores[store.index()].endpoint_share(index));
            let event = Event::EndpointExpires { store, region: RegionId::at(index), cause: promoted };
            self.schedule(self.now + left, Rank::Control, event);
        }
        self.refresh_channels();
        self.refresh_outcomes(promoted);
    }

    pub(super) fn endpoint_expires(&mut self, store: StoreId, region: RegionId, cause: FactId) {
        let writer = self.stores[store.index()].writer;
        self.stores[store.index()].endpoint[region.index()] = writer;
        let fact = self.note(What::EndpointMoved { store, region, writer }, Some(cause));
        self.refresh_outcomes(fact);
    }
}
