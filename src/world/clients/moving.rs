//! Moving users: what the name servers answer, and how caches and their users follow.

use super::caches::Entry;
use crate::id::{AnswerId, CohortId};
use crate::routing::Answer;
use crate::trace::{FactId, What};
use crate::units::{Duration, Instant};
use crate::world::names::Source;
use crate::world::{Event, Rank, World};

/// How long a resolver waits before it asks silent name servers again (RFC 8767 suggests 30 s while it serves stale data).
const RECHECK: Duration = Duration::from_secs(30);
/// How long a failure to reach them is remembered (assumption; RFC 2308 allows up to 5 min).
const FAILURE_KEPT: Duration = Duration::from_secs(5);
/// A client that gets no connection tries again with its next request, but not more often than this (assumption).
const RETRY: Duration = Duration::from_secs(1);

impl World<'_> {
    pub(in crate::world) fn place_users(&mut self) {
        for cohort in (0..self.clients.len()).map(CohortId::at) {
            let answer = self.fresh_answer(cohort, AnswerId(0));
            self.clients.settle_on(cohort, answer, None);
            let seat_answer = if self.is_restless(cohort) {
                self.bring_up(cohort);
                self.effective(cohort)
            } else if self.leads_through_a_door(cohort, answer) {
                // There is one way: an open connection leads there, and so will the next one. Which are open is drawn when it matters.
                let led = self.connect(cohort, answer);
                self.clients.settle_on(cohort, answer, Some(led));
                led
            } else {
                answer
            };
            let seat_answer = self.led(cohort, seat_answer);
            let seat = self.seat_of(self.clients.population(cohort), seat_answer);
            self.clients.place(cohort, seat);
            self.trace.start_seat.push(seat);
            if self.is_restless(cohort) {
                self.clients.follow(cohort);
                self.forget_questions(cohort);
                self.go_on(cohort);
            }
        }
    }

    fn source(&self, cohort: CohortId) -> Source {
        self.names.sources()[self.clients.population(cohort).index()]
    }

    /// What a question of this cohort's resolver brings now; `held` is what it held last.
    fn fresh_answer(&mut self, cohort: CohortId, held: AnswerId) -> AnswerId {
        let population = self.clients.population(cohort);
        match self.source(cohort) {
            Source::Fixed(answer) => answer,
            Source::Unreachable if self.stage.serves_stale[cohort.index()] => held,
            Source::Unreachable => self.names.id_of(Answer::default()),
            Source::Drawn => {
                // The chance is taken aside while the view of the world is borrowed.
                let mut stream = self.clients.take_chance(cohort);
                let view = self.view(population);
                let answer = self.stage.scenario.policy.answer(&view, &mut || stream.share());
                self.clients.put_chance_back(cohort, stream);
                let client = &self.stage.scenario.populations[population.index()].client;
                self.names.id_of_tried(answer, client.attempts)
            }
        }
    }

    /// Whether the cohort's caches have to be followed even while nothing changes: answers are drawn, or
    /// every new connection is led somewhere else by chance.
    fn is_restless(&mut self, cohort: CohortId) -> bool {
        if self.is_by_request() {
            return true;
        }
        match self.source(cohort) {
            Source::Drawn | Source::Unreachable => true,
            // An answer without an address has a TTL of its own.
            Source::Fixed(answer) if self.is_empty(answer) => true,
            Source::Fixed(answer) => {
                self.has_connections(cohort) && self.ways_through(cohort, answer).len() > 1
            }
        }
    }

    pub(in crate::world) fn is_empty(&self, answer: AnswerId) -> bool {
        self.names.answer(answer).stops.is_empty()
    }

    /// What the name servers answer has changed from what it was: caches follow as they expire.
    pub(in crate::world) fn follow_names(&mut self, before: &[Source], cause: FactId) {
        for cohort in (0..self.clients.len()).map(CohortId::at) {
            let population = self.clients.population(cohort).index();
            let (old, new) = (before[population], self.names.sources()[population]);
            if old == new && new != Source::Drawn {
                continue;
            }
            self.clients.answer_cause[population] = Some(cause);
            self.bring_up(cohort);
            let resolver = self.clients.entry(cohort, 0);
            if !resolver.holds(self.now) {
                let answer = self.fresh_answer(cohort, resolver.answer);
                // How long it will be kept depends on whether there is an address in it.
                let entry = if self.is_empty(resolver.answer) == self.is_empty(answer) {
                    Entry { answer, ..resolver }
                } else {
                    self.empty(cohort, 0, answer)
                };
                self.set_resolver(cohort, entry);
            }
            self.clients.follow(cohort);
            self.go_on(cohort);
        }
    }

    /// Brings the caches of a cohort that nobody followed up to now.
    pub(in crate::world) fn bring_up(&mut self, cohort: CohortId) {
        if self.clients.is_followed(cohort) {
            return;
        }
        let settled = self.clients.settled(cohort);
        self.clients.catch_up(cohort, self.now);
        let top = self.clients.depth(cohort) - 1;
        let entry = self.clients.entry(cohort, top);
        if top > 0 && self.clients.law(cohort, top).is_connection() && entry.answer == settled {
            let answer =
                self.clients.settled_lead(cohort).unwrap_or_else(|| self.connect(cohort, settled));
            self.clients.set_entry(cohort, top, Entry { answer, ..entry });
        }
    }

    /// The answer that the next request goes by: that of the uppermost cache that holds one.
    fn effective(&self, cohort: CohortId) -> AnswerId {
        let layers = (0..self.clients.depth(cohort)).rev();
        let held = layers
            .map(|layer| self.clients.entry(cohort, layer))
            .find(|entry| entry.holds(self.now));
        held.unwrap_or_else(|| self.clients.entry(cohort, 0)).answer
    }

    /// An event of a followed cohort: caches that are due lose what they hold, or ask.
    pub(in crate::world) fn cache_due(&mut self, cohort: CohortId) {
        if !self.clients.was_awaited(cohort, self.now) || !self.clients.is_followed(cohort) {
            return;
        }
        let resolver = self.clients.entry(cohort, 0);
        if resolver.expires <= self.now {
            let answer = self.fresh_answer(cohort, resolver.answer);
            let entry = self.empty(cohort, 0, answer);
            self.set_resolver(cohort, entry);
        }
        let mut reconnects = false;
        for layer in 1..self.clients.depth(cohort) {
            let entry = self.clients.entry(cohort, layer);
            if entry.expires <= self.now {
                self.empty(cohort, layer, entry.answer);
                reconnects |= self.clients.law(cohort, layer).is_connection();
            } else if entry.fetched == self.now {
                self.ask(cohort, layer);
            }
        }
        self.reseat(cohort, reconnects, None);
        self.go_on(cohort);
    }

    /// A client's cache asks those below it, which ask on while they are empty.
    pub(in crate::world) fn ask(&mut self, cohort: CohortId, layer: usize) {
        let holder =
            (0..layer).rev().find(|below| self.clients.entry(cohort, *below).holds(self.now));
        let answer = self.clients.entry(cohort, holder.unwrap_or(0)).answer;
        let first_asked = holder.map_or(0, |holder| holder + 1);
        for below in first_asked..layer {
            self.fetch(cohort, below, answer);
            if self.clients.entry(cohort, below).expires <= self.now {
                // Good for this question only: it is empty again at once.
                self.empty(cohort, below, answer);
            }
        }
        let is_connection = self.clients.law(cohort, layer).is_connection();
        let led = if is_connection { self.connect(cohort, answer) } else { answer };
        let fails = self.is_empty(led)
            || is_connection && !self.is_open(self.clients.population(cohort), led);
        let entry = self.clients.entry(cohort, layer);
        if fails && self.is_by_request() {
            // Nothing to hold: the next request tries again.
            self.empty(cohort, layer, led);
        } else if fails {
            self.clients.refill(cohort, layer, self.now + RETRY, led);
        } else if self.is_by_request() {
            self.fetch(cohort, layer, led);
        } else {
            self.clients.set_entry(cohort, layer, Entry { answer: led, ..entry });
        }
    }

    /// A resolver's entry, with the lifetime that such an answer has there.
    pub(in crate::world) fn set_resolver(&mut self, cohort: CohortId, entry: Entry) {
        let is_empty = self.is_empty(entry.answer);
        let unreachable = self.source(cohort) == Source::Unreachable;
        let lasts = match (unreachable, is_empty) {
            (true, true) => Some(FAILURE_KEPT),
            (true, false) => Some(RECHECK),
            (false, true) => Some(self.stage.scenario.negative_ttl),
            (false, false) => None,
        };
        // A resolver that serves stale data or failed has asked just now, not at the next question.
        let fetched = if unreachable { self.now } else { entry.fetched };
        let expires = lasts.map_or(entry.expires, |lasts| fetched + lasts);
        self.clients.set_entry(cohort, 0, Entry { fetched, expires, ..entry });
    }

    /// Seats the users by what their caches hold, then waits for the next thing that can change it, or stops
    /// following when nothing can.
    pub(in crate::world) fn go_on(&mut self, cohort: CohortId) {
        self.reseat(cohort, false, None);
        let is_restless = self.is_restless(cohort);
        if let (Source::Fixed(answer), false) = (self.source(cohort), is_restless)
            && self.is_up_to_date(cohort, answer)
        {
            let led = if self.has_connections(cohort) {
                Some(self.connect(cohort, answer))
            } else {
                None
            };
            self.clients.settle_on(cohort, answer, led);
            return;
        }
        let next = (0..self.clients.depth(cohort)).map(|layer| {
            let entry = self.clients.entry(cohort, layer);
            if entry.expires <= self.now {
                // Between two client caches, one that lost its entry waits until it is asked.
                Instant::NEVER
            } else if layer > 0 && entry.fetched > self.now {
                entry.fetched
            } else {
                entry.expires
            }
        });
        let next = next.min().unwrap_or(Instant::NEVER);
        if next < Instant::NEVER && self.clients.awaits(cohort, next) {
            self.schedule(next, Rank::Cache, Event::CacheDue { cohort });
        }
    }

    /// Whether every cache holds what it would get now, or nothing. Caches that hold nothing are told what they will get.
    fn is_up_to_date(&mut self, cohort: CohortId, answer: AnswerId) -> bool {
        let led = if self.has_connections(cohort) { self.connect(cohort, answer) } else { answer };
        let depth = self.clients.depth(cohort);
        let is_open =
            !self.has_connections(cohort) || self.is_open(self.clients.population(cohort), led);
        let is_connection =
            |layer: usize| layer > 0 && self.clients.law(cohort, layer).is_connection();
        let right: Vec<AnswerId> =
            (0..depth).map(|layer| if is_connection(layer) { led } else { answer }).collect();
        let current = |layer: usize| {
            let entry = self.clients.entry(cohort, layer);
            !entry.holds(self.now) || entry.answer == right[layer]
        };
        if !is_open || !(0..depth).all(current) {
            return false;
        }
        for (layer, answer) in right.into_iter().enumerate() {
            let entry = self.clients.entry(cohort, layer);
            self.clients.set_entry(cohort, layer, Entry { answer, ..entry });
        }
        true
    }

    /// Users go where their caches now lead; the cause is the last change of their answer, unless something later made them go.
    pub(in crate::world) fn reseat(
        &mut self,
        cohort: CohortId,
        reconnects: bool,
        made_by: Option<FactId>,
    ) {
        let population = self.clients.population(cohort);
        let answer = self.effective(cohort);
        let answer = self.led(cohort, answer);
        let (from, to) = (self.clients.seat(cohort), self.seat_of(population, answer));
        if from == to {
            return;
        }
        let booked = self.book(&[from, to]);
        self.clients.move_to(cohort, to, booked);
        // Of a broken connection and a changed answer the later one made them go now.
        let cause = made_by.max(self.clients.answer_cause[population.index()]);
        self.note(What::UsersMoved { cohort, from, to, reconnects }, cause);
    }
}
