//! Seats: users of one population with one answer, and what their requests meet.

mod outcomes;

use super::World;
use super::reactions::Change;
use crate::health::Endpoint;
use crate::id::{AnswerId, DoorId, PopulationId, RegionId, SeatId, StoreId};
use crate::routing::{Patience, Stop};
use crate::trace::{Ending, FactId, Mix, Operation, Seat, What};
use crate::units::{Duration, Instant, Share};
use outcomes::RequestContext;
use std::collections::BTreeMap;

/// Who asks alike, and what that meets.
#[derive(Debug, Default)]
pub(super) struct Requests {
    seats: BTreeMap<(PopulationId, AnswerId), SeatId>,
    /// By seat: who sits there.
    seated_by: Vec<(PopulationId, AnswerId)>,
    /// By seat, by operation: what requests meet.
    mixes: Vec<[Mix; 2]>,
    /// By seat: since when nothing there accepts a connection.
    down_since: Vec<Option<Instant>>,
}

impl Requests {
    pub fn seats(&self) -> impl Iterator<Item = SeatId> + use<> {
        (0..self.seated_by.len()).map(SeatId::at)
    }

    pub fn population(&self, seat: SeatId) -> PopulationId {
        self.seated_by[seat.index()].0
    }

    /// What requests of a seat meet.
    pub fn mix(&self, seat: SeatId, operation: Operation) -> &Mix {
        &self.mixes[seat.index()][operation as usize]
    }

    /// Whether some requests of a seat are served.
    pub fn is_served(&self, seat: SeatId) -> bool {
        self.mixes[seat.index()].iter().any(|mix| mix.served() > Share::NONE)
    }

    /// The seat of users with an answer, if it was taken before.
    pub fn known(&self, population: PopulationId, answer: AnswerId) -> Option<SeatId> {
        self.seats.get(&(population, answer)).copied()
    }

    /// Since when nothing there accepts a connection.
    pub fn down_since(&self, seat: SeatId) -> Option<Instant> {
        self.down_since[seat.index()]
    }
}

impl World<'_> {
    /// A seat for users with an answer that none has had before.
    pub(super) fn open_seat(&mut self, population: PopulationId, answer: AnswerId) -> SeatId {
        let seat = SeatId::at(self.trace.seats.len());
        self.requests.seats.insert((population, answer), seat);
        let mixes = Operation::BOTH.map(|operation| self.mix(population, answer, operation));
        let stops = &self.names.answer(answer).stops;
        self.trace.seats.push(Seat {
            population,
            label: self.label(stops),
            region: match stops.as_slice() {
                [Stop::Region(region) | Stop::Through(_, region)] => Some(*region),
                _ => None,
            },
            served_at_first: [mixes[0].served(), mixes[1].served()],
        });
        self.requests
            .down_since
            .push(mixes.iter().all(|mix| mix.served() == Share::NONE).then_some(self.now));
        self.requests.seated_by.push((population, answer));
        self.requests.mixes.push(mixes);
        seat
    }

    /// "Tokyo", "www", "Tokyo via ga", "Tokyo, then N. Virginia".
    fn label(&self, stops: &[Stop]) -> String {
        let region = |region: RegionId| self.stage.scenario.regions[region.index()].short();
        let door = |door: DoorId| self.stage.scenario.doors[door.index()].behaviour().name();
        let names: Vec<String> = stops
            .iter()
            .map(|stop| match stop {
                Stop::Region(at) => region(*at).to_string(),
                Stop::Door(at) => door(*at).to_string(),
                Stop::Through(by, at) => format!("{} via {}", region(*at), door(*by)),
            })
            .collect();
        if names.is_empty() { "no address".into() } else { names.join(", then ") }
    }

    fn mix(&self, population: PopulationId, answer: AnswerId, operation: Operation) -> Mix {
        self.context(population).mix(self.names.answer(answer), operation)
    }

    /// What requests of a store meet that no client or front door has a part in.
    pub(super) fn context_of(&self, store: Option<StoreId>) -> RequestContext<'_> {
        RequestContext {
            store: store.map(|store| &self.stores[store.index()]),
            ..self.context(PopulationId(0))
        }
    }

    fn context(&self, population: PopulationId) -> RequestContext<'_> {
        let spec = &self.stage.scenario.populations[population.index()];
        RequestContext {
            regions: &self.regions,
            doors: &self.stage.scenario.doors,
            view: self.view(population),
            store: spec.store.map(|store| &self.stores[store.index()]),
            client: Patience {
                connect: spec.client.timeout,
                answer: spec.client.timeout,
                tries: 1,
                retries_errors: false,
            },
            writes: spec.writes,
            attempts: spec.client.attempts,
            gives_up: spec.client.gives_up,
        }
    }

    /// Whether something accepts a new connection of a seat, be it only to answer with errors.
    pub(super) fn is_accepted(&self, seat: SeatId) -> bool {
        let mixes = &self.requests.mixes[seat.index()];
        let accepts = |region| {
            !matches!(
                self.regions.endpoint(region),
                Endpoint::Refuses | Endpoint::Silent | Endpoint::Hangs(_)
            )
        };
        mixes.iter().any(|mix| mix.served() > Share::NONE)
            || mixes[0].main().at.is_some_and(accepts)
    }

    /// Recomputes what requests meet, of all users or of those of one store; books the time under the
    /// old outcomes, and notes what changed.
    pub(super) fn rework(&mut self, only: Option<StoreId>, cause: FactId) {
        self.book(&[]);
        for index in 0..self.requests.seated_by.len() {
            let (population, answer) = self.requests.seated_by[index];
            if only.is_some() && self.stage.cast.populations[population.index()].store != only {
                continue;
            }
            let fresh = Operation::BOTH.map(|operation| self.mix(population, answer, operation));
            if fresh == self.requests.mixes[index] {
                continue;
            }
            let seat = SeatId::at(index);
            self.book(&[seat]);
            let old = std::mem::replace(&mut self.requests.mixes[index], fresh);
            for operation in Operation::BOTH {
                self.note_ending(seat, operation, &old[operation as usize], cause);
            }
            self.changed(Change::Requests(seat), cause);
        }
    }

    /// The same of writes alone that come through one region, whose applications have other addresses of a store now.
    pub(super) fn rework_writes(&mut self, store: StoreId, region: RegionId, cause: FactId) {
        self.book(&[]);
        for index in 0..self.requests.seated_by.len() {
            let (population, answer) = self.requests.seated_by[index];
            if self.stage.cast.populations[population.index()].store != Some(store)
                || !self.can_lead_to(answer, region)
            {
                continue;
            }
            let fresh = self.mix(population, answer, Operation::Write);
            if fresh == self.requests.mixes[index][Operation::Write as usize] {
                continue;
            }
            let seat = SeatId::at(index);
            self.book(&[seat]);
            let old = std::mem::replace(
                &mut self.requests.mixes[index][Operation::Write as usize],
                fresh,
            );
            self.note_ending(seat, Operation::Write, &old, cause);
            self.changed(Change::Requests(seat), cause);
        }
    }

    /// Whether requests that go by an answer may come to a region. Doors lead anywhere.
    fn can_lead_to(&self, answer: AnswerId, region: RegionId) -> bool {
        self.names.answer(answer).stops.iter().any(|stop| match stop {
            Stop::Region(at) | Stop::Through(_, at) => *at == region,
            Stop::Door(_) => true,
        })
    }

    /// Notes that requests of a seat end differently, if they do.
    fn note_ending(&mut self, seat: SeatId, operation: Operation, old: &Mix, cause: FactId) {
        let index = seat.index();
        self.requests.down_since[index] = if self.is_accepted(seat) {
            None
        } else {
            self.requests.down_since[index].or(Some(self.now))
        };
        let (served, main) = shown(&self.requests.mixes[index][operation as usize]);
        if shown(old) != (served, main) {
            self.note(What::ServiceChanged { seat, operation, served, main }, Some(cause));
        }
    }
}

/// What is said of a mix when it changes.
fn shown(mix: &Mix) -> (Share, Ending) {
    let main = mix.main();
    // Time lost to slowness is in the counts; only another fate is news.
    (mix.served(), Ending { lost: Duration::ZERO, ..main })
}
