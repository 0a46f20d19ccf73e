//! Single requests, for scenarios that ask for `fidelity: Requests`: every request is an event, asks
//! the caches on its way, and meets one ending. What the counts of cohorts are drawn from by law happens here
//! one by one; both have the same laws.

use super::caches::{Entry, Lifetime};
use crate::health::Endpoint;
use crate::id::{AnswerId, CohortId};
use crate::trace::{FactId, Operation};
use crate::units::{Duration, Instant};
use crate::world::{Event, Rank, World};

impl World<'_> {
    pub(in crate::world) fn start_requests(&mut self) {
        if !self.is_by_request() {
            return;
        }
        for cohort in (0..self.clients.len()).map(CohortId::at) {
            self.await_request(cohort);
        }
    }

    pub(in crate::world) fn await_request(&mut self, cohort: CohortId) {
        let population = self.clients.population(cohort);
        let cast = &self.stage.cast.populations[population.index()];
        let rate = (cast.reads.per_second() + cast.writes.per_second())
            * self.clients.users(cohort) as f64;
        let wait = Duration::from_seconds_f64(self.clients.arrivals(cohort).exponential() / rate);
        self.schedule(self.now + wait, Rank::Request, Event::Request { cohort });
    }

    /// A request finds its way: the uppermost cache that holds an answer, or the name servers.
    pub(in crate::world) fn ask_caches(&mut self, cohort: CohortId) {
        let top = self.clients.depth(cohort) - 1;
        let entry = self.clients.entry(cohort, top);
        if entry.holds(self.now) {
            self.use_connection(cohort, top, entry);
        } else if top == 0 {
            self.fetch(cohort, 0, entry.answer);
        } else {
            self.ask(cohort, top);
        }
        self.go_on(cohort);
    }

    /// A connection in use stays open for its idle time; one that leads to silence is given up after the timeout.
    fn use_connection(&mut self, cohort: CohortId, top: usize, entry: Entry) {
        let Lifetime::Connection { idle, .. } = self.clients.law(cohort, top).lifetime else {
            return;
        };
        self.clients.set_entry(
            cohort,
            top,
            Entry { expires: (self.now + idle).min(entry.cut), ..entry },
        );
        let population = self.clients.population(cohort);
        let seat = self.clients.seat(cohort);
        let main = self.requests.mix(seat, Operation::Read).main();
        let is_silent = matches!(
            main.at.map_or(Endpoint::Silent, |region| self.regions.endpoint(region)),
            Endpoint::Silent | Endpoint::Hangs(_)
        );
        let Some(kept) = self.stage.scenario.populations[population.index()].client.connections
        else {
            return;
        };
        if is_silent && !self.is_open(population, entry.answer) {
            let cause = self.clients.answer_cause[population.index()].or(self
                .trace
                .facts
                .len()
                .checked_sub(1)
                .map(|last| FactId(last as u32)));
            if let Some(cause) = cause {
                self.await_break(cohort, entry.answer, self.now + kept.timeout, cause);
            }
        }
    }

    /// A cache is asked now: by a request, or by the cache above it.
    pub(in crate::world) fn fetch(&mut self, cohort: CohortId, layer: usize, answer: AnswerId) {
        let entry = self.clients.fill(cohort, layer, self.now, answer);
        if layer == 0 {
            self.set_resolver(cohort, entry);
            // Those who share the resolver hold this answer too, and will lose it when it expires.
            for peer in self.clients.peers(cohort).filter(|peer| *peer != cohort) {
                if self.clients.is_followed(peer) {
                    self.go_on(peer);
                }
            }
        }
        if let (true, Lifetime::Connection { idle, at_most, .. }) =
            (self.is_by_request(), &self.clients.law(cohort, layer).lifetime)
        {
            let lasts = at_most.map_or(*idle, |most| most.min(*idle));
            self.clients.set_entry(cohort, layer, Entry { expires: self.now + lasts, ..entry });
        }
    }

    /// A cache lost what it held: it asks with its next question, which here is the next request.
    pub(in crate::world) fn empty(
        &mut self,
        cohort: CohortId,
        layer: usize,
        answer: AnswerId,
    ) -> Entry {
        if !self.is_by_request() {
            return self.clients.refill(cohort, layer, self.now, answer);
        }
        let entry =
            Entry { answer, fetched: Instant::NEVER, expires: Instant::NEVER, cut: Instant::NEVER };
        self.clients.set_entry(cohort, layer, entry);
        entry
    }

    /// Caches that are empty at the start wait for requests, not for questions drawn by law; connections that are open last as
    /// long as no request comes, and each request prolongs them.
    pub(in crate::world) fn forget_questions(&mut self, cohort: CohortId) {
        if !self.is_by_request() {
            return;
        }
        for layer in 0..self.clients.depth(cohort) {
            let entry = self.clients.entry(cohort, layer);
            if !entry.holds(self.now) {
                self.empty(cohort, layer, entry.answer);
            } else if let Lifetime::Connection { quiet, .. } =
                &self.clients.law(cohort, layer).lifetime
            {
                let left = quiet.left(self.clients.stream(cohort, layer));
                self.clients.set_entry(
                    cohort,
                    layer,
                    Entry { expires: (self.now + left).min(entry.cut), ..entry },
                );
            }
        }
    }
}
