//! The chapter of moving users: what the name servers answer, and how caches and their users follow.

use super::{Event, Rank, World};
use crate::id::{CheckId, CohortId, RegionId};
use crate::routing::View;
use crate::trace::{FactId, What};
use crate::units::{Duration, Instant};

impl World<'_> {
    pub(super) fn place_users(&mut self) {
        for index in 0..self.clients.len() {
            let cohort = CohortId::at(index);
            let region = self.answer_for(cohort);
            self.clients.place(cohort, region);
            self.trace.start_region.push(region);
            if self.answers_are_drawn(cohort) {
                // Under a drawn policy every fetch may move the cohort, so its cache is followed from the start.
                let expires = match self.clients.held(cohort, self.now, region) {
                    Some((_, expires)) => expires,
                    None => self.clients.refill(cohort, self.now, region),
                };
                self.await_expiry(cohort, expires);
            }
        }
    }

    /// Works out, for each population, what the name servers answer by the statuses that they hold.
    pub(super) fn refresh_answers(&mut self) {
        let policy = self.stage.scenario.policy.behaviour();
        let answer = |round_trip: &Vec<Duration>| {
            let view = View { believed_healthy: &self.published, round_trip };
            if policy.is_drawn(&view) { None } else { Some(policy.answer(&view, 0.5)) }
        };
        self.answers = self.stage.user_round_trip.iter().map(answer).collect();
    }

    /// What the name servers answer to this cohort's resolver now.
    fn answer_for(&mut self, cohort: CohortId) -> RegionId {
        let population = self.clients.population(cohort).index();
        if let Some(fixed) = self.answers[population] {
            return fixed;
        }
        let share = self.clients.share(cohort);
        let view = View { believed_healthy: &self.published, round_trip: &self.stage.user_round_trip[population] };
        self.stage.scenario.policy.behaviour().answer(&view, share)
    }

    /// True when each question of this cohort's resolver is answered by a fresh draw.
    fn answers_are_drawn(&self, cohort: CohortId) -> bool {
        self.answers[self.clients.population(cohort).index()].is_none()
    }

    /// A status reaches the name servers: their answers change, and caches follow as they expire.
    pub(super) fn name_servers_learn(&mut self, check: CheckId, healthy: bool, cause: FactId) {
        // Caches are brought up to date under the old answers before the new ones count.
        let before: Vec<(RegionId, bool)> = (0..self.clients.len()).map(|index| self.last_answer(CohortId::at(index))).collect();
        self.published[check.index()] = healthy;
        self.refresh_answers();
        let fact = self.note(What::Published { check, healthy }, Some(cause));
        let routed = self.stage.scenario.policy.behaviour().targets().iter().any(|target| target.check == Some(check));
        if !routed {
            return;
        }
        for (index, (old, was_drawn)) in before.into_iter().enumerate() {
            let cohort = CohortId::at(index);
            let drawn = self.answers_are_drawn(cohort);
            if !drawn && !was_drawn && self.answer_for(cohort) == old {
                continue;
            }
            let population = self.clients.population(cohort);
            self.answer_cause[population.index()] = Some(fact);
            self.follow_cache(cohort, old, was_drawn);
        }
    }

    /// The answer that this cohort's fetches got until now, and whether each was drawn.
    fn last_answer(&mut self, cohort: CohortId) -> (RegionId, bool) {
        let drawn = self.answers_are_drawn(cohort);
        let answer = if drawn { self.clients.region(cohort) } else { self.answer_for(cohort) };
        (answer, drawn)
    }

    fn follow_cache(&mut self, cohort: CohortId, old: RegionId, was_drawn: bool) {
        let held = self.clients.held(cohort, self.now, old);
        let drawn = self.answers_are_drawn(cohort);
        match held {
            Some((answer, expires)) => {
                self.move_users(cohort, answer);
                if drawn || was_drawn || answer != self.answer_for(cohort) {
                    self.await_expiry(cohort, expires);
                }
            }
            None => {
                let answer = self.answer_for(cohort);
                self.clients.will_fetch(cohort, answer);
                self.move_users(cohort, answer);
                if drawn {
                    let expires = self.clients.refill(cohort, self.now, answer);
                    self.await_expiry(cohort, expires);
                }
            }
        }
    }

    fn await_expiry(&mut self, cohort: CohortId, at: Instant) {
        if self.clients.await_expiry(cohort, at) {
            self.schedule(at, Rank::Cache, Event::CacheExpires { cohort });
        }
    }

    /// A cache lost its answer: the next request brings the one published now.
    pub(super) fn cache_expires(&mut self, cohort: CohortId) {
        if !self.clients.expiry_counts(cohort, self.now) {
            return;
        }
        let answer = self.answer_for(cohort);
        let expires = self.clients.refill(cohort, self.now, answer);
        self.move_users(cohort, answer);
        if self.answers_are_drawn(cohort) {
            self.await_expiry(cohort, expires);
        }
    }

    fn move_users(&mut self, cohort: CohortId, to: RegionId) {
        let from = self.clients.region(cohort);
        if from == to {
            return;
        }
        let population = self.clients.population(cohort);
        self.settle(population, from);
        self.settle(population, to);
        self.clients.point(cohort, to);
        let cause = self.answer_cause[population.index()];
        self.note(What::UsersMoved { cohort, from, to }, cause);
    }
}
