//! Connecting: what a front door makes of a new connection, and how open ones that lead to
//! something dead break.

use super::caches::Entry;
use crate::front_door::Grip;
use crate::health::Endpoint;
use crate::id::{AnswerId, CohortId, DoorId, PopulationId, RegionId, SeatId};
use crate::routing::{Answer, Stop};
use crate::trace::{FactId, Operation};
use crate::units::Instant;
use crate::world::{Event, Rank, World};

impl World<'_> {
    pub(in crate::world) fn has_connections(&self, cohort: CohortId) -> bool {
        self.stage.scenario.populations[self.clients.population(cohort).index()]
            .client
            .connections
            .is_some()
    }

    /// Whether a connection by this answer is held to a region by a front door.
    pub(in crate::world) fn leads_through_a_door(
        &self,
        cohort: CohortId,
        answer: AnswerId,
    ) -> bool {
        self.gripping_door(answer)
            .is_some_and(|door| self.has_connections(cohort) || self.is_sticky(door))
    }

    fn is_sticky(&self, door: DoorId) -> bool {
        self.stage.scenario.doors[door.index()].behaviour().is_sticky()
    }

    fn gripping_door(&self, answer: AnswerId) -> Option<DoorId> {
        match self.names.answer(answer).stops.first() {
            Some(Stop::Door(door))
                if self.stage.scenario.doors[door.index()].behaviour().grip()
                    == Grip::Connection =>
            {
                Some(*door)
            }
            _ => None,
        }
    }

    /// The answers that new connections by an answer can come down to: itself, or one per way through its door.
    pub(in crate::world) fn ways_through(
        &mut self,
        cohort: CohortId,
        answer: AnswerId,
    ) -> Vec<AnswerId> {
        let Some(door) = self.gripping_door(answer) else { return vec![answer] };
        let view = self.view(self.clients.population(cohort));
        let ways = self.stage.scenario.doors[door.index()].behaviour().ways(&view, true);
        let regions: Vec<_> =
            ways.iter().filter_map(|(_, way)| way.legs.first()).map(|leg| leg.region).collect();
        let led = |region| through(self.names.answer(answer), door, region);
        let answers: Vec<Answer> = regions.into_iter().map(led).collect();
        answers.into_iter().map(|answer| self.names.id_of(answer)).collect()
    }

    /// A new connection by this answer: the door picks the region.
    pub(in crate::world) fn connect(&mut self, cohort: CohortId, answer: AnswerId) -> AnswerId {
        let Some(door) = self.gripping_door(answer) else { return answer };
        let spec = &self.stage.scenario.doors[door.index()];
        let population = self.clients.population(cohort);
        let is_drawn = spec.behaviour().ways(&self.view(population), true).len() > 1;
        let share = match is_drawn {
            false => 0.5,
            true if spec.behaviour().is_sticky() => self.clients.own_share(cohort),
            true => self.clients.share(cohort),
        };
        match spec.enter(&self.view(population), &mut || share) {
            Some(region) => self.names.id_of(through(self.names.answer(answer), door, region)),
            None => answer,
        }
    }

    /// Where a request goes by this answer: a door that knows its users by their addresses leads each always alike.
    pub(in crate::world) fn led(&mut self, cohort: CohortId, answer: AnswerId) -> AnswerId {
        match self.gripping_door(answer) {
            Some(door) if self.is_sticky(door) && !self.has_connections(cohort) => {
                self.connect(cohort, answer)
            }
            _ => answer,
        }
    }

    /// Whether something accepts a new connection that goes by this answer.
    pub(super) fn is_open(&mut self, population: PopulationId, answer: AnswerId) -> bool {
        let seat = self.seat_of(population, answer);
        self.is_accepted(seat)
    }

    /// Front doors see another health: connections through them stay, new ones go elsewhere.
    pub(in crate::world) fn reconsider_connections(&mut self, cause: FactId) {
        for cohort in (0..self.clients.len()).map(CohortId::at) {
            let settled = self.clients.settled(cohort);
            if !self.leads_through_a_door(cohort, settled) {
                continue;
            }
            let population = self.clients.population(cohort);
            self.clients.answer_cause[population.index()] = Some(cause);
            if self.clients.is_followed(cohort) {
                continue;
            }
            self.bring_up(cohort);
            self.clients.follow(cohort);
            self.go_on(cohort);
        }
    }

    /// The client of an open connection will give it up then, unless what it leads to comes back before.
    pub(in crate::world) fn await_break(
        &mut self,
        cohort: CohortId,
        answer: AnswerId,
        at: Instant,
        cause: FactId,
    ) {
        let seat = self.seat_of(self.clients.population(cohort), answer);
        if let Some(down_since) = self.requests.down_since(seat) {
            self.schedule(
                at,
                Rank::Cache,
                Event::ConnectionBreaks { cohort, answer, down_since, cause },
            );
        }
    }

    /// Requests of a seat fail: open connections that lead there break, at once where they are refused,
    /// after a timeout where nothing comes back. A load balancer that answers with errors keeps them.
    pub(in crate::world) fn shake_connections(&mut self, seat: SeatId, cause: FactId) {
        let population = self.requests.population(seat);
        let Some(connections) =
            self.stage.scenario.populations[population.index()].client.connections
        else {
            return;
        };
        if self.requests.is_served(seat) || self.clients.users_at(seat) == 0 {
            return;
        }
        let main = self.requests.mix(seat, Operation::Read).main();
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
        self.clients.answer_cause[population.index()].get_or_insert(cause);
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

    /// A connection that leads to something dead breaks, if it is still open and that is still dead.
    pub(in crate::world) fn connection_breaks(
        &mut self,
        cohort: CohortId,
        answer: AnswerId,
        down_since: Instant,
        cause: FactId,
    ) {
        let population = self.clients.population(cohort);
        let top = self.clients.depth(cohort) - 1;
        let seat = self.seat_of(population, answer);
        if self.requests.down_since(seat) != Some(down_since) {
            // It came back before the client gave up.
            return;
        }
        self.bring_up(cohort);
        let entry = self.clients.entry(cohort, top);
        if !entry.holds(self.now) || entry.answer != answer {
            return;
        }
        self.clients.answer_cause[population.index()].get_or_insert(cause);
        // The request that found out asks again at once.
        self.clients.follow(cohort);
        let retried = self.empty(cohort, top, answer);
        if !self.is_by_request() {
            self.clients.set_entry(cohort, top, Entry { fetched: self.now, ..retried });
        }
        self.ask(cohort, top);
        self.reseat(cohort, true, Some(cause));
        self.go_on(cohort);
    }
}

/// The answer, with its door entered: the other addresses stay.
fn through(answer: &Answer, door: DoorId, region: RegionId) -> Answer {
    let rest = answer.stops.iter().skip(1).copied();
    Answer {
        stops: std::iter::once(Stop::Through(door, region)).chain(rest).collect(),
        patience: answer.patience,
    }
}
