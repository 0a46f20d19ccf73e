//! Counting: users' time becomes numbers of requests at the end of every step, and acknowledged
//! writes become history of their store.

use super::World;
use super::clients::mean_requests;
use crate::engine::counts::poisson;
use crate::id::{PopulationId, RegionId, StoreId};
use crate::trace::{Count, Operation, Presence, Step};

impl World<'_> {
    /// Books users' time up to now under the outcomes that held.
    pub(super) fn settle(&mut self, population: PopulationId, region: RegionId) {
        let cast = &self.stage.cast.populations[population.index()];
        let index = self.stage.cast.service_index(cast.group, region, Operation::Read);
        let outcomes = [self.outcomes[index], self.outcomes[index + 1]];
        let slice = self.clients.settle(population, region, self.now, outcomes);
        if let (Some(slice), Some(store), true) = (slice, cast.store, outcomes[1].is_served()) {
            self.stores[store.index()].acknowledged(slice, cast.writes);
        }
    }

    /// Ends the counting step: draws how many requests there were, from the exact law of open-loop
    /// traffic (Poisson, split by outcome).
    pub(super) fn cut_step(&mut self) {
        if self.now == self.step_began {
            return;
        }
        let step = u32::try_from(self.trace.steps.len()).expect("the limit on steps keeps them below 2^32");
        self.trace.steps.push(Step { from: self.step_began, to: self.now });
        self.step_began = self.now;
        let mut acknowledged = vec![0u64; self.stores.len()];
        let regions = self.stage.scenario.regions.len();
        let mut presence = std::mem::replace(&mut self.presence_so_far, vec![0; regions]);
        for population in (0..self.stage.cast.populations.len()).map(PopulationId::at) {
            for region in (0..presence.len()).map(RegionId::at) {
                self.settle(population, region);
                presence[region.index()] += self.draw_requests(step, population, region, &mut acknowledged);
            }
        }
        for (store, writes) in self.stores.iter_mut().zip(acknowledged) {
            store.close_step(writes);
        }
        let present = presence.into_iter().enumerate().filter(|(_, time)| *time > 0);
        self.trace.presence.extend(present.map(|(region, user_nanoseconds)| Presence { step, region: RegionId::at(region), user_nanoseconds }));
    }

    /// Draws the requests of the open step up to now, of those who use this store alone.
    pub(super) fn count_writes_so_far(&mut self, store: StoreId) {
        let step = u32::try_from(self.trace.steps.len()).expect("the limit on steps keeps them below 2^32");
        let mut acknowledged = vec![0u64; self.stores.len()];
        for population in (0..self.stage.cast.populations.len()).map(PopulationId::at) {
            if self.stage.cast.populations[population.index()].store != Some(store) {
                continue;
            }
            for region in (0..self.stage.scenario.regions.len()).map(RegionId::at) {
                self.settle(population, region);
                let presence = self.draw_requests(step, population, region, &mut acknowledged);
                self.presence_so_far[region.index()] += presence;
            }
        }
        self.stores[store.index()].close_step(acknowledged[store.index()]);
    }

    fn draw_requests(&mut self, step: u32, population: PopulationId, region: RegionId, acknowledged: &mut [u64]) -> u128 {
        let cast = &self.stage.cast.populations[population.index()];
        let stream = &mut self.requests[population.index()];
        let counts = &mut self.trace.counts;
        self.clients.take_step(population, region, |operation, outcome, exposed| {
            let requests = poisson(mean_requests(exposed, cast.rate(operation)), &mut || stream.share());
            if requests == 0 {
                return;
            }
            if let (Operation::Write, true, Some(store)) = (operation, outcome.is_served(), cast.store) {
                acknowledged[store.index()] += requests;
            }
            counts.push(Count { step, population, region, operation, outcome, requests });
        })
    }
}
