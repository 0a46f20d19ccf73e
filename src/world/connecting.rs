//! The chapter of connecting: what a front door makes of a new connection, and how open ones that lead to
//! something dead break.

use super::caches::Entry;
use super::{Event, Rank, World};
use crate::front_door::Grip;
use crate::id::{AnswerId, CohortId, DoorId, RegionId};
use crate::routing::{Answer, Stop};
use crate::trace::FactId;
use crate::units::Instant;

impl World<'_> {
    pub(super) fn has_connections(&self, cohort: CohortId) -> bool {
        self.stage.scenario.populations[self.clients.population(cohort).index()]
            .client
            .connections
            .is_some()
    }

    /// Whether a connection by this answer is held to a region by a front door.
    pub(super) fn leads_through_a_door(&self, cohort: CohortId, answer: AnswerId) -> bool {
        self.gripping_door(answer)
            .is_some_and(|door| self.has_connections(cohort) || self.is_sticky(door))
    }

    fn is_sticky(&self, door: DoorId) -> bool {
        self.stage.scenario.doors[door.index()].behaviour().is_sticky()
    }

    fn gripping_door(&self, answer: AnswerId) -> Option<DoorId> {
        match self.answers[answer.index()].stops.first() {
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
    pub(super) fn ways_through(&mut self, cohort: CohortId, answer: AnswerId) -> Vec<AnswerId> {
        let Some(door) = self.gripping_door(answer) else { return vec![answer] };
        let view = self.view(self.clients.population(cohort));
        let ways = self.stage.scenario.doors[door.index()].behaviour().ways(&view, true);
        let regions: Vec<_> =
            ways.iter().filter_map(|(_, way)| way.legs.first()).map(|leg| leg.region).collect();
        let led = |region| through(&self.answers[answer.index()], door, region);
        let answers: Vec<Answer> = regions.into_iter().map(led).collect();
        answers.into_iter().map(|answer| self.answer_id(answer)).collect()
    }

    /// A new connection by this answer: the door picks the region.
    pub(super) fn connect(&mut self, cohort: CohortId, answer: AnswerId) -> AnswerId {
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
            Some(region) => self.answer_id(through(&self.answers[answer.index()], door, region)),
            None => answer,
        }
    }

    /// Where a request goes by this answer: a door that knows its users by their addresses leads each always alike.
    pub(super) fn led(&mut self, cohort: CohortId, answer: AnswerId) -> AnswerId {
        match self.gripping_door(answer) {
            Some(door) if self.is_sticky(door) && !self.has_connections(cohort) => {
                self.connect(cohort, answer)
            }
            _ => answer,
        }
    }

    /// Front doors see another health: connections through them stay, new ones go elsewhere.
    pub(super) fn reconsider_connections(&mut self, cause: FactId) {
        for cohort in (0..self.clients.len()).map(CohortId::at) {
            let settled = self.clients.settled(cohort);
            if !self.leads_through_a_door(cohort, settled) {
                continue;
            }
            self.answer_cause[self.clients.population(cohort).index()] = Some(cause);
            if self.clients.is_followed(cohort) {
                continue;
            }
            self.bring_up(cohort);
            self.clients.follow(cohort);
            self.go_on(cohort);
        }
    }

    /// The client of an open connection will give it up then, unless what it leads to comes back before.
    pub(super) fn await_break(
        &mut self,
        cohort: CohortId,
        answer: AnswerId,
        at: Instant,
        cause: FactId,
    ) {
        let seat = self.seat_of(self.clients.population(cohort), answer);
        if let Some(down_since) = self.down_since[seat.index()] {
            self.schedule(
                at,
                Rank::Cache,
                Event::ConnectionBreaks { cohort, answer, down_since, cause },
            );
        }
    }

    /// A connection that leads to something dead breaks, if it is still open and that is still dead.
    pub(super) fn connection_breaks(
        &mut self,
        cohort: CohortId,
        answer: AnswerId,
        down_since: Instant,
        cause: FactId,
    ) {
        let population = self.clients.population(cohort);
        let top = self.clients.depth(cohort) - 1;
        let seat = self.seat_of(population, answer);
        if self.down_since[seat.index()] != Some(down_since) {
            // It came back before the client gave up.
            return;
        }
        self.bring_up(cohort);
        let entry = self.clients.entry(cohort, top);
        if !entry.holds(self.now) || entry.answer != answer {
            return;
        }
        self.answer_cause[population.index()].get_or_insert(cause);
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
