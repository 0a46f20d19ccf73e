//! Counting: users' time becomes numbers of requests at the end of every step, and acknowledged
//! writes become history of their store.

use super::World;
use super::clients::mean_requests;
use crate::engine::counts::poisson;
use crate::id::{RegionId, SeatId, StoreId};
use crate::trace::{Count, Ending, Operation, Outcome, Presence, Step};
use crate::units::Share;

/// By operation: how requests ended, and users x nanoseconds x parts of a share, since the step began.
pub(super) type Exposure = [Vec<(Ending, u128)>; 2];

impl World<'_> {
    /// Ends the counting step: draws how many requests there were, from the exact law of open-loop
    /// traffic (Poisson, split by outcome).
    pub(super) fn cut_step(&mut self) {
        if self.now == self.step_began {
            return;
        }
        let step = self.open_step();
        self.trace.steps.push(Step { from: self.step_began, to: self.now });
        self.step_began = self.now;
        let mut acknowledged = vec![0u64; self.stores.len()];
        for seat in (0..self.seated_by.len()).map(SeatId::at) {
            self.settle(seat);
            self.draw_requests(step, seat, &mut acknowledged);
        }
        for (store, writes) in self.stores.iter_mut().zip(acknowledged) {
            store.close_step(writes);
        }
        self.take_tally(step);
        for askers in self.items.iter_mut().flatten() {
            askers.items.close_step(self.now);
        }
        for (lags, store) in self.trace.log_lag.iter_mut().zip(&self.stores) {
            if let Some(lags) = lags {
                lags.push(store.largest_lag(self.now));
            }
        }
        let regions = self.stage.scenario.regions.len();
        let presence = std::mem::replace(&mut self.presence_so_far, vec![0; regions + 1]);
        let parts = u128::from(Share::ALL.parts());
        let present = presence.into_iter().enumerate().filter(|(_, time)| *time >= parts);
        self.trace.presence.extend(present.map(|(at, time)| Presence {
            step,
            region: (at < regions).then(|| RegionId::at(at)),
            user_nanoseconds: time / parts,
        }));
    }

    fn open_step(&self) -> u32 {
        u32::try_from(self.trace.steps.len()).expect("the limit on steps keeps them below 2^32")
    }

    /// Draws the requests of the open step up to now, of those who use this store alone.
    pub(super) fn count_writes_so_far(&mut self, store: StoreId) {
        let step = self.open_step();
        let mut acknowledged = vec![0u64; self.stores.len()];
        for seat in (0..self.seated_by.len()).map(SeatId::at) {
            let (population, _) = self.seated_by[seat.index()];
            if self.stage.cast.populations[population.index()].store == Some(store) {
                self.settle(seat);
                self.draw_requests(step, seat, &mut acknowledged);
            }
        }
        self.stores[store.index()].close_step(acknowledged[store.index()]);
    }

    fn draw_requests(&mut self, step: u32, seat: SeatId, acknowledged: &mut [u64]) {
        let (population, _) = self.seated_by[seat.index()];
        let cast = &self.stage.cast.populations[population.index()];
        let exposure = std::mem::take(&mut self.exposures[seat.index()]);
        let nowhere = self.stage.scenario.regions.len();
        for (ending, exposed) in &exposure[Operation::Read as usize] {
            self.presence_so_far[ending.at.map_or(nowhere, |region| region.index())] += exposed;
        }
        if self.is_by_request() {
            return;
        }
        // Where every key is simulated each write is an event, and counted there.
        let is_whole = |store: StoreId| {
            self.items
                .get(store.index())
                .is_some_and(|askers| askers.as_ref().is_some_and(|askers| askers.items.is_whole()))
        };
        let by_event = cast.store.is_some_and(is_whole);
        let stream = &mut self.requests[population.index()];
        for (operation, list) in Operation::BOTH.into_iter().zip(exposure) {
            if operation == Operation::Write && by_event {
                continue;
            }
            for (ending, exposed) in list {
                let mean =
                    mean_requests(exposed as f64 / Share::ALL.parts() as f64, cast.rate(operation));
                let requests = poisson(mean, &mut || stream.share());
                if requests == 0 {
                    continue;
                }
                if let (Operation::Write, Outcome::Served { .. }, Some(store)) =
                    (operation, ending.outcome, cast.store)
                {
                    acknowledged[store.index()] += requests;
                }
                self.trace.counts.push(Count { step, population, operation, ending, requests });
            }
        }
    }
}
