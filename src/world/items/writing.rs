//! Stores that several regions write: single writes and reads of the sampled keys as events, changes that
//! travel between regions, and ways that shut and open.
//!
//! ```text
//!  a user writes --> the region that serves him takes it --> a message for each other region --> arrives
//!       `--> reads it back, from wherever his requests go by then
//! ```
//!
//! Which of all writes go to sampled keys is drawn as they come (a thinned Poisson process has the law of the whole), so
//! a store with a hundred thousand writes a second costs what its sample costs.

use super::{Await, Items};
use crate::conflict::WriteId;
use crate::fault::Effect;
use crate::id::{CohortId, RegionId, StoreId};
use crate::replication::Loss;
use crate::trace::{Ending, FactId, Operation, Outcome, What};
use crate::units::{Duration, Instant, Share};
use crate::world::regions::Link;
use crate::world::{Event, Rank, World};

/// By store: its sampled keys, where it has any.
#[derive(Debug, Default)]
pub(in crate::world) struct ItemStores {
    stores: Vec<Option<Askers>>,
    /// By store: the fact that last opened a way between its replicas.
    way_cause: Vec<Option<FactId>>,
}

impl ItemStores {
    /// Whether every write to a store is an event, and counted there.
    pub fn is_whole(&self, store: StoreId) -> bool {
        self.stores
            .get(store.index())
            .is_some_and(|askers| askers.as_ref().is_some_and(|askers| askers.items.is_whole()))
    }

    /// The step is over.
    pub fn close_step(&mut self, now: Instant) {
        for askers in self.stores.iter_mut().flatten() {
            askers.items.close_step(now);
        }
    }
}

/// The chance of one store's users.
#[derive(Debug)]
pub(in crate::world) struct Askers {
    pub items: Items,
    gaps: crate::engine::random::Stream,
    who: crate::engine::random::Stream,
    read_gaps: crate::engine::random::Stream,
    readers: crate::engine::random::Stream,
    read_back: crate::engine::random::Stream,
    transactions: crate::engine::random::Stream,
}

impl World<'_> {
    pub(in crate::world) fn start_items(&mut self) {
        self.items.way_cause = vec![None; self.stage.scenario.stores.len()];
        for (index, store) in self.stage.scenario.stores.iter().enumerate() {
            let label = |region: RegionId| self.stage.region_label(region);
            let plan = self.stage.item_plans[index].as_ref();
            let items = plan.and_then(|plan| {
                Items::new(StoreId::at(index), store, plan, self.trace.end(), &label, &self.streams)
            });
            let stream = |purpose: &str| {
                self.streams.of(&format!("store/{}/items/{purpose}", store.name), 0)
            };
            self.items.stores.push(items.map(|items| Askers {
                items,
                gaps: stream("gaps"),
                who: stream("who"),
                read_gaps: stream("read gaps"),
                readers: stream("readers"),
                read_back: stream("read back"),
                transactions: stream("transactions"),
            }));
        }
        for store in (0..self.items.stores.len()).map(StoreId::at) {
            let Some(askers) = &self.items.stores[store.index()] else { continue };
            if let Some(every) = askers.items.anti_entropy() {
                self.schedule(self.now + every, Rank::Control, Event::AntiEntropy { store });
            }
            if !self.is_by_request() {
                self.await_item_write(store);
                self.await_item_read(store);
            }
        }
    }

    /// Writes to sampled keys a second.
    fn sampled_writes(&self, store: StoreId) -> f64 {
        let share = self.items.stores[store.index()]
            .as_ref()
            .map_or(0.0, |askers| askers.items.sampled_share());
        self.stage.askers[store.index()][Operation::Write as usize].total() * share
    }

    /// As many reads are looked at as writes, or all there are.
    fn sampled_reads(&self, store: StoreId) -> f64 {
        let Some(keys) = &self.stage.scenario.stores[store.index()].keys else { return 0.0 };
        let all = self.stage.askers[store.index()][Operation::Read as usize].total();
        all.min(keys.sample as f64 / self.stage.scenario.run.seconds())
    }

    fn await_item_write(&mut self, store: StoreId) {
        let rate = self.sampled_writes(store);
        let Some(askers) = self.items.stores[store.index()].as_mut().filter(|_| rate > 0.0) else {
            return;
        };
        let wait = Duration::from_seconds_f64(askers.gaps.exponential() / rate);
        self.schedule(self.now + wait, Rank::Request, Event::ItemWrite { store });
    }

    fn await_item_read(&mut self, store: StoreId) {
        let rate = self.sampled_reads(store);
        let Some(askers) = self.items.stores[store.index()].as_mut().filter(|_| rate > 0.0) else {
            return;
        };
        let wait = Duration::from_seconds_f64(askers.read_gaps.exponential() / rate);
        self.schedule(self.now + wait, Rank::Request, Event::ItemRead { store });
    }

    /// One of all users writes to a sampled key.
    pub(in crate::world) fn item_write(&mut self, store: StoreId) {
        let Some(askers) = &mut self.items.stores[store.index()] else { return };
        let (who, how) = (askers.who.share(), askers.who.share());
        let is_whole = askers.items.is_whole();
        let cohort = self.stage.askers[store.index()][Operation::Write as usize].at(who);
        let ending = self.met(cohort, Operation::Write, how);
        if is_whole {
            self.book_request(cohort, Operation::Write, ending);
        }
        self.item_written(store, cohort, ending);
        self.await_item_write(store);
    }

    /// Under `fidelity: Requests`: a write of a user, which may be one of a sampled key.
    pub(in crate::world) fn request_to_items(
        &mut self,
        store: StoreId,
        cohort: CohortId,
        operation: Operation,
        ending: Ending,
    ) {
        let all = self.stage.askers[store.index()][Operation::Read as usize].total();
        let reads = self.sampled_reads(store);
        let Some(askers) = &mut self.items.stores[store.index()] else { return };
        match operation {
            Operation::Write if askers.gaps.share() < askers.items.sampled_share() => {
                self.item_written(store, cohort, ending)
            }
            Operation::Read if askers.read_gaps.share() * all < reads => {
                self.item_seen(store, ending)
            }
            _ => {}
        }
    }

    /// How a request of a cohort ends, at this share of the endings that it may meet.
    fn met(&self, cohort: CohortId, operation: Operation, share: f64) -> Ending {
        self.requests.mix(self.clients.seat(cohort), operation).at(share)
    }

    fn item_written(&mut self, store: StoreId, cohort: CohortId, ending: Ending) {
        let Outcome::Served { by: Some(region), .. } = ending.outcome else { return };
        let wall = self.regions.wall(region, self.now);
        let now = self.now;
        let transactions = self.stage.scenario.stores[store.index()]
            .keys
            .as_ref()
            .map_or(Share::NONE, |keys| keys.transactions);
        let Some(askers) = &mut self.items.stores[store.index()] else { return };
        let back = self.stage.scenario.stores[store.index()]
            .keys
            .as_ref()
            .map_or(Duration::ZERO, |keys| keys.reads_back.at(askers.read_back.share()));
        let Some(place) = askers.items.place_of(region) else { return };
        let Some(taken) = askers.items.take(place, wall, now) else { return };
        // The other half of a transaction, of another key or by chance of the same.
        let is_transaction =
            transactions > Share::NONE && askers.transactions.share() < transactions.as_f64();
        let other = if is_transaction { askers.items.take(place, wall, now) } else { None };
        if let Some(other) = &other {
            askers.items.bind(taken.id, other.id);
        }
        self.depart(store, &taken.messages);
        if let Some(other) = other {
            self.depart(store, &other.messages);
        }
        self.schedule(
            now + back,
            Rank::Request,
            Event::ReadBack { store, key: taken.key, write: taken.id, cohort },
        );
    }

    /// Messages set out.
    fn depart(&mut self, store: StoreId, messages: &[usize]) {
        let slower = self.regions.slower(store);
        for message in messages {
            let Some(askers) = &mut self.items.stores[store.index()] else { return };
            let (from, to) = askers.items.journey(*message);
            let (from, to) = (askers.items.places()[from], askers.items.places()[to]);
            let floor = self.regions.one_way(from, to).unwrap_or(Duration::ZERO);
            if let Some(awaited) = askers.items.depart(*message, self.now, floor, slower) {
                self.schedule(awaited.at, Rank::Control, Event::ItemArrives { store, awaited });
            }
        }
    }

    pub(in crate::world) fn item_arrives(&mut self, store: StoreId, awaited: Await) {
        let now = self.now;
        if self.items.stores[store.index()]
            .as_mut()
            .is_some_and(|askers| askers.items.arrive(awaited, now))
        {
            self.note(What::CaughtUp { store }, self.items.way_cause[store.index()]);
        }
    }

    pub(in crate::world) fn anti_entropy(&mut self, store: StoreId) {
        let now = self.now;
        let Some(askers) = &mut self.items.stores[store.index()] else { return };
        let Some(every) = askers.items.anti_entropy() else { return };
        if askers.items.exchange(now) {
            self.note(What::CaughtUp { store }, self.items.way_cause[store.index()]);
        }
        self.schedule(now + every, Rank::Control, Event::AntiEntropy { store });
    }

    /// One of all users reads any key.
    pub(in crate::world) fn item_read(&mut self, store: StoreId) {
        let Some(askers) = &mut self.items.stores[store.index()] else { return };
        let (who, how) = (askers.readers.share(), askers.readers.share());
        let cohort = self.stage.askers[store.index()][Operation::Read as usize].at(who);
        let ending = self.met(cohort, Operation::Read, how);
        self.item_seen(store, ending);
        self.await_item_read(store);
    }

    fn item_seen(&mut self, store: StoreId, ending: Ending) {
        let now = self.now;
        let Outcome::Served { by: Some(region), .. } = ending.outcome else { return };
        let Some(askers) = &mut self.items.stores[store.index()] else { return };
        if let Some(place) = askers.items.place_of(region) {
            askers.items.read(place, now);
        }
    }

    /// Who wrote reads back, from wherever his requests go now.
    pub(in crate::world) fn item_read_back(
        &mut self,
        store: StoreId,
        key: u32,
        write: WriteId,
        cohort: CohortId,
    ) {
        let Some(askers) = &mut self.items.stores[store.index()] else { return };
        let how = askers.read_back.share();
        let Outcome::Served { by: Some(region), .. } =
            self.met(cohort, Operation::Read, how).outcome
        else {
            return;
        };
        let Some(askers) = &mut self.items.stores[store.index()] else { return };
        if let Some(place) = askers.items.place_of(region) {
            askers.items.read_back(place, key, write);
        }
    }

    /// What a region stored is gone.
    pub(in crate::world) fn destroy_items(&mut self, region: RegionId) {
        for askers in self.items.stores.iter_mut().flatten() {
            if let Some(place) = askers.items.place_of(region) {
                askers.items.destroyed(place, self.now);
            }
        }
    }

    /// Ways between replicas shut and open with regions, links and stalls.
    pub(in crate::world) fn refresh_ways(&mut self, cause: FactId) {
        for store in (0..self.items.stores.len()).map(StoreId::at) {
            let Some(places) = self.items.stores[store.index()]
                .as_ref()
                .map(|askers| askers.items.places().to_vec())
            else {
                continue;
            };
            for (place, region) in places.iter().enumerate() {
                if let Some(askers) = self.items.stores[store.index()]
                    .as_mut()
                    .filter(|_| !self.regions.is_up(*region))
                {
                    askers.items.region_failed(place, self.now);
                }
            }
            for (from, to) in (0..places.len())
                .flat_map(|from| (0..places.len()).map(move |to| (from, to)))
                .filter(|(from, to)| from != to)
            {
                let (a, b) = (places[from], places[to]);
                let link = self.regions.channel(store, a, b);
                self.refresh_way(store, (from, to), link, cause);
            }
        }
    }

    fn refresh_way(
        &mut self,
        store: StoreId,
        (from, to): (usize, usize),
        link: Link,
        cause: FactId,
    ) {
        let Some(askers) = &mut self.items.stores[store.index()] else { return };
        let (a, b) = (askers.items.places()[from], askers.items.places()[to]);
        if !askers.items.set_way(from, to, link, self.now) {
            return;
        }
        if link == Link::Down {
            self.note(What::ReplicationHeld { store, from: a, to: b }, Some(cause));
            return;
        }
        let floor = self.regions.one_way(a, b).unwrap_or(Duration::ZERO);
        askers.items.depart_earlier((from, to), self.now, floor, self.regions.slower(store));
        let waiting = askers.items.waiting(from, to);
        let resumed = self.note(What::ReplicationResumed { store, from: a, to: b }, Some(cause));
        self.items.way_cause[store.index()] = Some(resumed);
        self.depart(store, &waiting);
    }

    /// Where a region can be destroyed, what was under way when the run began can be lost. `taken`: by region, writes a second.
    pub(in crate::world) fn remember_items(&mut self, store: StoreId, taken: &[f64]) {
        let stage = self.stage;
        let effects = || stage.scenario.faults.iter().flat_map(|fault| fault.behaviour().effects());
        let Some(askers) = &mut self.items.stores[store.index()] else { return };
        let places = askers.items.places().to_vec();
        if !askers.items.is_whole()
            || !effects().any(
                |effect| matches!(effect, Effect::Destroyed(region) if places.contains(&region)),
            )
        {
            return;
        }
        let rates: Vec<f64> = places.iter().map(|place| taken[place.index()]).collect();
        let floor =
            |from: usize, to: usize| stage.one_way[places[from].index()][places[to].index()];
        let label = |place: usize| stage.region_label(places[place]);
        askers.items.remember(
            &rates,
            &floor,
            &label,
            &stage.scenario.stores[store.index()].name,
            &self.streams,
        );
    }

    /// The books of all sampled keys are closed, and go into the trace.
    pub(in crate::world) fn close_items(&mut self) {
        for askers in std::mem::take(&mut self.items.stores).into_iter().flatten() {
            let mut items = askers.items;
            items.close();
            let tally = items.tally;
            if tally.could_lose {
                let (writes, age) = (
                    tally.total(|region| region.lost).round() as u64 + tally.lost_before,
                    tally.oldest_lost.unwrap_or(Duration::ZERO),
                );
                let lost = self.note(What::WritesLost { store: tally.store, writes, age }, None);
                let loss = Loss {
                    writes,
                    before: tally.lost_before,
                    is_least: tally.is_least,
                    ..Loss::default()
                };
                self.note_loss_before(tally.store, &loss, lost);
            }
            self.trace.items.push(tally);
        }
    }
}
