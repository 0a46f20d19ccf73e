//! The chapter of seats: users of one population with one answer, and what their requests meet.

use super::World;
use super::outcomes::Ground;
use crate::health::Endpoint;
use crate::id::{AnswerId, DoorId, PopulationId, RegionId, SeatId, StoreId};
use crate::routing::{Answer, Patience, Stop, View};
use crate::scenario::Fidelity;
use crate::trace::{Ending, FactId, Mix, Operation, Seat, What};
use crate::units::{Duration, Share};

impl World<'_> {
    /// What name servers and front doors for one population go by.
    pub(super) fn view(&self, population: PopulationId) -> View<'_> {
        let index = population.index();
        View {
            believed_healthy: &self.published[self.stage.audience_of[index]],
            round_trip: &self.measured[index],
            distance_km: &self.stage.distance_km[index],
            asker: Some(self.stage.scenario.populations[index].place),
            rewritten: self.rewritten,
        }
    }

    /// The number of an answer, a new one if it was not met before.
    pub(super) fn answer_id(&mut self, answer: Answer) -> AnswerId {
        if let Some(known) = self.answer_ids.get(&answer) {
            return *known;
        }
        let fresh = AnswerId::at(self.answers.len());
        self.answers.push(answer.clone());
        self.answer_ids.insert(answer, fresh);
        fresh
    }

    /// The seat of users with an answer, a new one if it was not taken before.
    pub(super) fn seat_of(&mut self, population: PopulationId, answer: AnswerId) -> SeatId {
        if let Some(known) = self.seats.get(&(population, answer)) {
            return *known;
        }
        let seat = SeatId::at(self.trace.seats.len());
        self.seats.insert((population, answer), seat);
        let mixes = Operation::BOTH.map(|operation| self.mix(population, answer, operation));
        let stops = &self.answers[answer.index()].stops;
        self.trace.seats.push(Seat {
            population,
            label: self.label(stops),
            region: match stops.as_slice() {
                [Stop::Region(region) | Stop::Through(_, region)] => Some(*region),
                _ => None,
            },
            served_at_first: [mixes[0].served(), mixes[1].served()],
        });
        self.down_since
            .push(mixes.iter().all(|mix| mix.served() == Share::NONE).then_some(self.now));
        self.seated_by.push((population, answer));
        self.mixes.push(mixes);
        self.exposures.push(Default::default());
        self.clients.add_seat(self.now);
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
        self.ground(population).mix(&self.answers[answer.index()], operation)
    }

    /// What requests of a store meet that no client or front door has a part in.
    pub(super) fn ground_of(&self, store: Option<StoreId>) -> Ground<'_> {
        Ground {
            store: store.map(|store| &self.stores[store.index()]),
            ..self.ground(PopulationId(0))
        }
    }

    fn ground(&self, population: PopulationId) -> Ground<'_> {
        let spec = &self.stage.scenario.populations[population.index()];
        Ground {
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

    /// Whether something accepts a new connection that goes by this answer, be it only to answer with errors.
    pub(super) fn is_open(&mut self, population: PopulationId, answer: AnswerId) -> bool {
        let seat = self.seat_of(population, answer);
        self.is_accepted(seat)
    }

    fn is_accepted(&self, seat: SeatId) -> bool {
        let mixes = &self.mixes[seat.index()];
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
    pub(super) fn refresh_outcomes(&mut self, only: Option<StoreId>, cause: FactId) {
        self.count_periods();
        for index in 0..self.seated_by.len() {
            let (population, answer) = self.seated_by[index];
            if only.is_some() && self.stage.cast.populations[population.index()].store != only {
                continue;
            }
            let fresh = Operation::BOTH.map(|operation| self.mix(population, answer, operation));
            if fresh == self.mixes[index] {
                continue;
            }
            let seat = SeatId::at(index);
            self.settle(seat);
            let old = std::mem::replace(&mut self.mixes[index], fresh);
            for operation in Operation::BOTH {
                self.tell(seat, operation, &old[operation as usize], cause);
            }
            self.shake_connections(seat, cause);
        }
        self.refresh_checks(cause);
    }

    /// The same of writes alone that come through one region, whose applications have other addresses of a store now.
    pub(super) fn refresh_writes(&mut self, store: StoreId, region: RegionId, cause: FactId) {
        self.count_periods();
        for index in 0..self.seated_by.len() {
            let (population, answer) = self.seated_by[index];
            if self.stage.cast.populations[population.index()].store != Some(store)
                || !self.can_lead_to(answer, region)
            {
                continue;
            }
            let fresh = self.mix(population, answer, Operation::Write);
            if fresh == self.mixes[index][Operation::Write as usize] {
                continue;
            }
            let seat = SeatId::at(index);
            self.settle(seat);
            let old = std::mem::replace(&mut self.mixes[index][Operation::Write as usize], fresh);
            self.tell(seat, Operation::Write, &old, cause);
            self.shake_connections(seat, cause);
        }
        if self.is_probed_by_writes(store) {
            self.refresh_checks(cause);
        }
    }

    /// Whether requests that go by an answer may come to a region. Doors lead anywhere.
    fn can_lead_to(&self, answer: AnswerId, region: RegionId) -> bool {
        self.answers[answer.index()].stops.iter().any(|stop| match stop {
            Stop::Region(at) | Stop::Through(_, at) => *at == region,
            Stop::Door(_) => true,
        })
    }

    /// Notes that requests of a seat end differently, if they do.
    fn tell(&mut self, seat: SeatId, operation: Operation, old: &Mix, cause: FactId) {
        let index = seat.index();
        self.down_since[index] =
            if self.is_accepted(seat) { None } else { self.down_since[index].or(Some(self.now)) };
        let (served, main) = told(&self.mixes[index][operation as usize]);
        if told(old) != (served, main) {
            self.note(What::ServiceChanged { seat, operation, served, main }, Some(cause));
        }
    }

    /// Requests of a seat fail: open connections that lead there break, at once where they are refused,
    /// after a time-out where nothing comes back. A load balancer that answers with errors keeps them.
    fn shake_connections(&mut self, seat: SeatId, cause: FactId) {
        let (population, _) = self.seated_by[seat.index()];
        let Some(connections) =
            self.stage.scenario.populations[population.index()].client.connections
        else {
            return;
        };
        if self.mixes[seat.index()].iter().any(|mix| mix.served() > Share::NONE)
            || self.clients.users_at(seat) == 0
        {
            return;
        }
        let main = self.mixes[seat.index()][0].main();
        let endpoint = main.at.map_or(Endpoint::Silent, |region| self.regions.endpoint(region));
        let at_once = match endpoint {
            Endpoint::Refuses => true,
            Endpoint::Silent | Endpoint::Hangs(_) => false,
            _ => return,
        };
        if !at_once && self.is_by_request() {
            // The next request on each connection finds out.
            return;
        }
        let seated: Vec<_> = self
            .clients
            .of(population)
            .filter(|cohort| self.clients.seat(*cohort) == seat)
            .collect();
        self.answer_cause[population.index()].get_or_insert(cause);
        self.clients.meet(population);
        for cohort in seated {
            self.bring_up(cohort);
            self.clients.follow(cohort);
            let top = self.clients.depth(cohort) - 1;
            let entry = self.clients.entry(cohort, top);
            // By now the connection may lead elsewhere than when the users were last looked at, or be closed.
            if entry.holds(self.now) && !self.is_open(population, entry.answer) {
                let found_out = if at_once {
                    Some(self.now)
                } else {
                    self.clients.next_use(cohort, self.now, connections.timeout)
                };
                // Without another request the connection ends as it would have ended anyway.
                if let Some(found_out) = found_out {
                    let breaks = if at_once { found_out } else { found_out + connections.timeout };
                    self.await_break(cohort, entry.answer, breaks, cause);
                }
            }
            self.go_on(cohort);
        }
    }

    /// Books users' time up to now under the outcomes that held.
    pub(super) fn settle(&mut self, seat: SeatId) {
        let Some(slice) = self.clients.settle(seat, self.now) else { return };
        let (population, _) = self.seated_by[seat.index()];
        let cast = &self.stage.cast.populations[population.index()];
        let time = u128::from(slice.to.since(slice.from).as_nanos()) * u128::from(slice.users);
        for operation in Operation::BOTH {
            let list = &mut self.exposures[seat.index()][operation as usize];
            for (share, ending) in &self.mixes[seat.index()][operation as usize].parts {
                let exposed = time * u128::from(share.parts());
                match list.iter_mut().find(|(known, _)| known == ending) {
                    Some((_, sum)) => *sum += exposed,
                    None => list.push((*ending, exposed)),
                }
            }
        }
        let served = self.mixes[seat.index()][Operation::Write as usize].logged();
        if let (Some(store), true, false) =
            (cast.store, served > Share::NONE, self.stage.scenario.fidelity == Fidelity::Requests)
        {
            self.stores[store.index()].acknowledged(slice, cast.writes, served);
        }
    }
}

/// What is said of a mix when it changes.
fn told(mix: &Mix) -> (Share, Ending) {
    let main = mix.main();
    // Time lost to slowness is in the counts; only another fate is news.
    (mix.served(), Ending { lost: Duration::ZERO, ..main })
}
