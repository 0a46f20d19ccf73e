//! Addresses: a store has another writer, the record of its endpoint is changed over the control plane, and the caches
//! of each region's applications find out one by one.
//!
//! ```text
//!  new writer --> control plane well? --> record changed --> a cache's time is over --> name servers answer? --> it leads to the writer
//!                      | no: waits until it is                                              | no: keeps what it has, asks when they do
//! ```

use super::roles::Fence;
use crate::fault::ControlPlane;
use crate::id::{RegionId, StoreId};
use crate::trace::{FactId, What};
use crate::units::Instant;
use crate::world::reactions::Change;
use crate::world::{Event, Rank, World};

impl World<'_> {
    /// The writer has moved: the record of the endpoint follows, at once or when the control plane works again.
    pub(in crate::world) fn move_endpoints(&mut self, store: StoreId, cause: FactId) {
        if self.regions.is_impaired(ControlPlane::Names) {
            let blocked = self.note(What::EndpointBlocked { store }, Some(cause));
            self.stores.states[store.index()].endpoints.blocked = Some(blocked);
            return;
        }
        self.rewrite_endpoint(store, cause);
    }

    /// The control plane works again: records that had to wait are changed.
    pub(in crate::world) fn endpoints_tried_again(&mut self) {
        if self.regions.is_impaired(ControlPlane::Names) {
            return;
        }
        for store in (0..self.stores.len()).map(StoreId::at) {
            let state = &mut self.stores.states[store.index()];
            let Some(blocked) = state.endpoints.blocked.take() else { continue };
            let writer = state.writer;
            let fact = self.note(What::EndpointRewritten { store, writer }, Some(blocked));
            self.rewrite_endpoint(store, fact);
        }
    }

    fn rewrite_endpoint(&mut self, store: StoreId, cause: FactId) {
        let state = &mut self.stores.states[store.index()];
        state.endpoints.record = state.writer;
        if self.stores.silent_since.is_some() {
            return;
        }
        for index in 0..self.stage.scenario.regions.len() {
            if let Some(next) =
                self.stores.states[store.index()].endpoints.caches[index].follow(self.now, cause)
            {
                self.await_expiry(store, RegionId::at(index), next);
            }
        }
    }

    fn await_expiry(&mut self, store: StoreId, region: RegionId, next: Instant) {
        self.schedule(next, Rank::Control, Event::EndpointExpires { store, region });
    }

    pub(in crate::world) fn endpoint_expires(&mut self, store: StoreId, region: RegionId) {
        let endpoints = &mut self.stores.states[store.index()].endpoints;
        let (record, caches) = (endpoints.record, &mut endpoints.caches[region.index()]);
        if !caches.is_awaited(self.now) {
            return;
        }
        let (learned, next) = caches.ask(self.now, record);
        let cause = caches.cause;
        if let Some(next) = next {
            self.await_expiry(store, region, next);
        }
        if learned {
            self.addresses_learned(store, region, cause);
        }
    }

    /// The name servers fall silent: no cache learns anything.
    pub(in crate::world) fn name_servers_are_silent(&mut self) {
        if self.stores.silent_since.is_none() {
            self.stores.silent_since = Some(self.now);
            let caches =
                self.stores.states.iter_mut().flat_map(|state| &mut state.endpoints.caches);
            caches.for_each(|caches| caches.pause());
        }
    }

    /// They answer again, and those ask that could not.
    pub(in crate::world) fn name_servers_are_back(&mut self, cause: FactId) {
        let Some(since) = self.stores.silent_since.take() else { return };
        for store in (0..self.stores.len()).map(StoreId::at) {
            self.addresses_asked_for(store, since, cause);
        }
    }

    fn addresses_asked_for(&mut self, store: StoreId, since: Instant, cause: FactId) {
        for region in (0..self.stage.scenario.regions.len()).map(RegionId::at) {
            let endpoints = &mut self.stores.states[store.index()].endpoints;
            let caches = &mut endpoints.caches[region.index()];
            let (learned, next) = caches.resume(since, self.now, endpoints.record);
            caches.cause = Some(cause);
            if let Some(next) = next {
                self.await_expiry(store, region, next);
            }
            if learned {
                self.addresses_learned(store, region, Some(cause));
            }
        }
    }

    /// Caches of a region lead to the present record: writes there fare differently.
    fn addresses_learned(&mut self, store: StoreId, region: RegionId, cause: Option<FactId>) {
        let endpoints = &self.stores.states[store.index()].endpoints;
        let (writer, share) =
            (endpoints.record, endpoints.caches[region.index()].share_of(endpoints.record));
        let fact = self.note(What::EndpointMoved { store, region, writer, share }, cause);
        self.changed(Change::Writes(store, region), fact);
        let roles = &self.stores.states[store.index()].roles;
        if let Fence::AwaitsAddresses { attempt, cause } = roles.fence {
            self.fenced(store, attempt, cause);
        }
    }
}
