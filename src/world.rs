//! The world: the parts that run, and the story of a failover.
//!
//! ```text
//!  fault ----> regions ----> checks ----> name servers ----> caches ----> users at another region
//!                 |             |
//!                 |             +--> decision --> promotion --> writer endpoints
//!                 +--> replication channel                            |
//!                 +--------------- what requests meet <---------------+
//! ```
//!
//! Parts never call one another. This file alone lets one part affect another, and writes down
//! each fact with the fact that caused it. What happens at one instant happens in this order:
//! faults begin, faults end, health checks, name servers, control, caches, steps (see [`Rank`]).

mod checks;
mod clients;
mod regions;
mod stage;
mod stores;

pub use stage::Stage;

use crate::engine::agenda::Agenda;
use crate::engine::counts::poisson;
use crate::engine::random::{Stream, Streams};
use crate::health::Endpoint;
use crate::id::{CheckId, CohortId, FaultId, PopulationId, RegionId, StoreId};
use crate::routing::View;
use crate::trace::{Count, FactId, Operation, Outcome, Presence, Step, Trace, What};
use crate::units::{Duration, Instant};
use checks::{Check, Probe};
use clients::{Clients, mean_requests};
use regions::Regions;
use stores::{PromotionState, StoreState};

/// Events of one run; more means that a time in the scenario is absurdly short.
pub const EVENT_LIMIT: u64 = 50_000_000;

/// The order of things that happen at one instant.
#[repr(u8)]
#[derive(Clone, Copy)]
enum Rank {
    FaultBegins,
    FaultEnds,
    Probe,
    NameServers,
    Control,
    Cache,
    Step,
}

/// What is pending.
#[derive(Clone, Copy, Debug)]
enum Event {
    FaultBegins(FaultId),
    FaultEnds(FaultId),
    Probe(Probe),
    Push { check: CheckId, healthy: bool, cause: FactId },
    PromotionDecided { store: StoreId },
    PromotionDone { store: StoreId },
    EndpointExpires { store: StoreId, region: RegionId, cause: FactId },
    CacheExpires { cohort: CohortId },
    StepEnds,
}

/// A run reached a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitReached {
    pub what: String,
    pub mend: String,
}

struct World<'s> {
    stage: &'s Stage,
    now: Instant,
    agenda: Agenda<Event>,
    trace: Trace,
    regions: Regions,
    checks: Vec<Check>,
    pushes: Vec<Stream>,
    /// By check: the status that the name servers hold.
    published: Vec<bool>,
    /// By population: what the name servers answer, or `None` while each answer is drawn.
    answers: Vec<Option<RegionId>>,
    clients: Clients,
    stores: Vec<StoreState>,
    /// What a request meets, by [`crate::trace::Cast::service_index`], and by what fact.
    outcomes: Vec<Outcome>,
    requests: Vec<Stream>,
    streams: Streams,
    step_began: Instant,
    /// The last change of what name servers answer: the cause of later moves of users.
    last_published: Option<FactId>,
}

/// Simulates one run of the stage's scenario.
pub fn run(stage: &Stage, seed: u64, run: u64) -> Result<Trace, LimitReached> {
    let mut world = World::new(stage, Streams::new(seed, run));
    let end = world.trace.end();
    while let Some((at, event)) = world.agenda.pop() {
        if at > end {
            break;
        }
        if world.agenda.scheduled() > EVENT_LIMIT {
            return Err(LimitReached {
                what: format!("run {run} needed more than {EVENT_LIMIT} events by {at}"),
                mend: "a time to live, an interval or a response time is far too short for the length of the run".into(),
            });
        }
        world.now = at;
        world.on(event);
    }
    world.now = end;
    world.cut_step();
    world.trace.events = world.agenda.scheduled();
    Ok(world.trace)
}

impl<'s> World<'s> {
    fn new(stage: &'s Stage, streams: Streams) -> Self {
        let scenario = &*stage.scenario;
        let cast = stage.cast.clone();
        let trace = Trace {
            start_region: Vec::with_capacity(cast.cohorts.len()),
            start_outcome: Vec::new(),
            facts: Vec::new(),
            steps: Vec::new(),
            counts: Vec::new(),
            presence: Vec::new(),
            events: 0,
            cast,
        };
        let push_stream = |check: &crate::health::HealthCheck| streams.of(&format!("check/{}/push", check.name), 0);
        let request_stream = |population: &crate::scenario::Population| streams.of(&format!("population/{}/requests", population.name), 0);
        let mut world = World {
            now: Instant::START,
            agenda: Agenda::new(),
            regions: Regions::new(&stage.one_way),
            checks: scenario.health_checks.iter().map(|check| Check::new(check, &streams)).collect(),
            pushes: scenario.health_checks.iter().map(push_stream).collect(),
            published: vec![true; scenario.health_checks.len()],
            answers: Vec::new(),
            clients: Clients::new(stage, streams),
            stores: scenario.stores.iter().map(|store| StoreState::new(store, scenario, &streams)).collect(),
            outcomes: Vec::new(),
            requests: scenario.populations.iter().map(request_stream).collect(),
            streams,
            step_began: Instant::START,
            last_published: None,
            stage,
            trace,
        };
        world.outcomes = world.all_outcomes();
        world.trace.start_outcome = world.outcomes.clone();
        world.refresh_answers();
        world.place_users();
        world.plan_faults();
        world.schedule(world.now + scenario.step, Rank::Step, Event::StepEnds);
        world
    }

    fn schedule(&mut self, at: Instant, rank: Rank, event: Event) {
        self.agenda.schedule(at, rank as u8, event);
    }

    fn note(&mut self, what: What, cause: Option<FactId>) -> FactId {
        self.trace.note(self.now, what, cause)
    }

    fn on(&mut self, event: Event) {
        match event {
            Event::FaultBegins(fault) => self.fault_changes(fault, true),
            Event::FaultEnds(fault) => self.fault_changes(fault, false),
            Event::Probe(probe) => self.probe(probe),
            Event::Push { check, healthy, cause } => self.name_servers_learn(check, healthy, cause),
            Event::PromotionDecided { store } => self.promotion_decided(store),
            Event::PromotionDone { store } => self.promotion_done(store),
            Event::EndpointExpires { store, region, cause } => self.endpoint_expires(store, region, cause),
            Event::CacheExpires { cohort } => self.cache_expires(cohort),
            Event::StepEnds => {
                self.cut_step();
                let next = self.now + self.stage.scenario.step;
                self.schedule(next, Rank::Step, Event::StepEnds);
            }
        }
    }

    // ---- the fault ----

    fn plan_faults(&mut self) {
        for (index, fault) in self.stage.scenario.faults.iter().enumerate() {
            let window = fault.behaviour().window();
            let lasting = window.lasting.at(self.stage.fault_stream(&self.streams, index).share());
            let begins = window.begins();
            self.schedule(begins, Rank::FaultBegins, Event::FaultBegins(FaultId::at(index)));
            self.schedule(begins + lasting, Rank::FaultEnds, Event::FaultEnds(FaultId::at(index)));
        }
    }

    /// A fault begins or ends: the truth changes, and with it what probes, replication and requests meet.
    fn fault_changes(&mut self, fault: FaultId, begins: bool) {
        self.cut_step();
        let what = if begins { What::FaultBegan { fault } } else { What::FaultEnded { fault } };
        let cause = self.note(what, None);
        for effect in self.stage.scenario.faults[fault.index()].behaviour().effects() {
            self.regions.set(effect, begins);
        }
        for index in 0..self.checks.len() {
            self.wake_checkers(CheckId::at(index), cause);
        }
        self.refresh_channels();
        self.refresh_outcomes(cause);
    }

    /// The channel to a replica is up while both ends are up and a way is left between them.
    fn refresh_channels(&mut self) {
        for (index, state) in self.stores.iter_mut().enumerate() {
            let Some(promotion) = &self.stage.scenario.stores[index].promotion else { continue };
            let ends_up = self.regions.is_up(state.writer) && self.regions.is_up(promotion.to);
            state.channel_is(ends_up && self.regions.one_way(state.writer, promotion.to).is_some(), self.now);
        }
    }

    // ---- noticing it ----

    fn wake_checkers(&mut self, check: CheckId, cause: FactId) {
        let spec = &self.stage.scenario.health_checks[check.index()];
        let endpoint = self.regions.endpoint(spec.watches);
        let agenda = &mut self.agenda;
        self.checks[check.index()].truth_changed(spec, self.now, endpoint, cause, |at, checker| {
            agenda.schedule(at, Rank::Probe as u8, Event::Probe(Probe::Start { check, checker }));
        });
    }

    fn probe(&mut self, probe: Probe) {
        match probe {
            Probe::Start { check, checker } => {
                let spec = &self.stage.scenario.health_checks[check.index()];
                if let Some((done, passed, next)) = self.checks[check.index()].probe_due(spec, self.now, checker) {
                    self.schedule(done, Rank::Probe, Event::Probe(Probe::Result { check, checker, passed }));
                    self.schedule(next, Rank::Probe, Event::Probe(Probe::Start { check, checker }));
                }
            }
            Probe::Result { check, checker, passed } => {
                let spec = &self.stage.scenario.health_checks[check.index()];
                if self.checks[check.index()].result(spec, checker, passed) {
                    self.belief_changed(check);
                }
            }
        }
    }

    /// A quorum changed its mind: the name servers will hear of it, and automation that watches starts to decide.
    fn belief_changed(&mut self, check: CheckId) {
        let state = &self.checks[check.index()];
        let (healthy, cause) = (state.believed_healthy, state.endpoint_cause);
        let fact = self.note(What::BeliefChanged { check, healthy }, cause);
        let spec = &self.stage.scenario.health_checks[check.index()];
        let delay = spec.probing.push.at(self.pushes[check.index()].share());
        let arrives = (self.now + delay).max(self.checks[check.index()].last_push);
        self.checks[check.index()].last_push = arrives;
        self.schedule(arrives, Rank::NameServers, Event::Push { check, healthy, cause: fact });
        if !healthy {
            self.start_promotions(check, fact);
        }
    }

    // ---- sending users elsewhere ----

    fn place_users(&mut self) {
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
    fn refresh_answers(&mut self) {
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
    fn name_servers_learn(&mut self, check: CheckId, healthy: bool, cause: FactId) {
        // Caches are brought up to date under the old answers before the new ones count.
        let before: Vec<(RegionId, bool)> = (0..self.clients.len()).map(|index| self.last_answer(CohortId::at(index))).collect();
        self.published[check.index()] = healthy;
        self.refresh_answers();
        let fact = self.note(What::Published { check, healthy }, Some(cause));
        self.last_published = Some(fact);
        for (index, (old, was_drawn)) in before.into_iter().enumerate() {
            self.follow_cache(CohortId::at(index), old, was_drawn);
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
    fn cache_expires(&mut self, cohort: CohortId) {
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
        self.note(What::UsersMoved { cohort, from, to }, self.last_published);
    }

    // ---- promoting a replica ----

    fn start_promotions(&mut self, check: CheckId, belief: FactId) {
        for index in 0..self.stores.len() {
            let Some(promotion) = &self.stage.scenario.stores[index].promotion else { continue };
            let state = &mut self.stores[index];
            if promotion.watches != check || state.promotion != PromotionState::Idle {
                continue;
            }
            state.promotion = PromotionState::Deciding;
            state.pending = Some(belief);
            let decided = self.now + promotion.decision.at(state.control.share());
            self.schedule(decided, Rank::Control, Event::PromotionDecided { store: StoreId::at(index) });
        }
    }

    fn promotion_decided(&mut self, store: StoreId) {
        let Some(promotion) = &self.stage.scenario.stores[store.index()].promotion else { return };
        let cause = self.stores[store.index()].pending;
        if self.checks[promotion.watches.index()].believed_healthy {
            self.note(What::PromotionCalledOff { store }, cause);
            self.stores[store.index()].promotion = PromotionState::Idle;
            return;
        }
        let ordered = self.note(What::PromotionOrdered { store, to: promotion.to }, cause);
        let state = &mut self.stores[store.index()];
        state.promotion = PromotionState::Promoting;
        state.pending = Some(ordered);
        let done = self.now + promotion.duration.at(state.control.share());
        self.schedule(done, Rank::Control, Event::PromotionDone { store });
    }

    /// Automation tries again, after as long as it took to decide and at least a second.
    fn retry_promotion(&mut self, store: StoreId, failed: FactId) {
        let Some(promotion) = &self.stage.scenario.stores[store.index()].promotion else { return };
        let state = &mut self.stores[store.index()];
        state.promotion = PromotionState::Deciding;
        state.pending = Some(failed);
        let again = self.now + promotion.decision.at(state.control.share()).max(Duration::from_secs(1));
        self.schedule(again, Rank::Control, Event::PromotionDecided { store });
    }

    /// The replica becomes the writer; what it had not applied is lost; endpoints follow as they expire.
    fn promotion_done(&mut self, store: StoreId) {
        let spec = &self.stage.scenario.stores[store.index()];
        let Some(promotion) = &spec.promotion else { return };
        let cause = self.stores[store.index()].pending;
        let (from, to) = (self.stores[store.index()].writer, promotion.to);
        if !self.regions.is_up(to) {
            let failed = self.note(What::PromotionFailed { store, to }, cause);
            self.retry_promotion(store, failed);
            return;
        }
        self.cut_step();
        let promoted = self.note(What::Promoted { store, from, to }, cause);
        // Lag is never less than the way between the regions, whatever law the store has.
        let floor = self.stage.one_way[from.index()][to.index()];
        let (loss, age) = self.stores[store.index()].loss(spec, self.now, floor);
        self.note(What::WritesLost { store, writes: loss.writes, age }, Some(promoted));
        self.stores[store.index()].promoted(to, self.now);
        for index in 0..self.stage.scenario.regions.len() {
            let left = Duration::from_seconds_f64(spec.endpoint_ttl.seconds() * self.stores[store.index()].endpoint_share());
            let event = Event::EndpointExpires { store, region: RegionId::at(index), cause: promoted };
            self.schedule(self.now + left, Rank::Control, event);
        }
        self.refresh_channels();
        self.refresh_outcomes(promoted);
    }

    fn endpoint_expires(&mut self, store: StoreId, region: RegionId, cause: FactId) {
        let writer = self.stores[store.index()].writer;
        self.stores[store.index()].endpoint[region.index()] = writer;
        let fact = self.note(What::EndpointMoved { store, region, writer }, Some(cause));
        self.refresh_outcomes(fact);
    }

    // ---- what requests meet ----

    fn all_outcomes(&self) -> Vec<Outcome> {
        let regions = self.stage.scenario.regions.len();
        let mut outcomes = Vec::with_capacity(self.stage.cast.groups * regions * 2);
        for group in 0..self.stage.cast.groups {
            for region in (0..regions).map(RegionId::at) {
                outcomes.extend(Operation::BOTH.map(|operation| self.outcome(group, region, operation)));
            }
        }
        outcomes
    }

    /// What a request of this group meets in this region.
    fn outcome(&self, group: usize, region: RegionId, operation: Operation) -> Outcome {
        let at_door = match self.regions.endpoint(region) {
            Endpoint::Silent => Some(Outcome::TimedOut),
            Endpoint::Refuses => Some(Outcome::Refused),
            Endpoint::Answers => None,
        };
        let local = Outcome::Served { by: region, hop: Duration::ZERO };
        let Some(store) = self.stores.get(group) else { return at_door.unwrap_or(local) };
        if let Some(outcome) = at_door {
            return outcome;
        }
        match operation {
            Operation::Read if store.serves_reads[region.index()] => local,
            Operation::Read => self.remote(region, store.writer),
            Operation::Write if store.endpoint[region.index()] == store.writer => self.remote(region, store.writer),
            // The address that the application still has belongs to a replica that takes no writes.
            Operation::Write => match self.remote(region, store.endpoint[region.index()]) {
                Outcome::Served { .. } => Outcome::Refused,
                failed => failed,
            },
        }
    }

    /// A request goes on from the application's region to the database in another.
    fn remote(&self, from: RegionId, to: RegionId) -> Outcome {
        if from == to {
            return Outcome::Served { by: to, hop: Duration::ZERO };
        }
        match (self.regions.endpoint(to), self.regions.round_trip(from, to)) {
            (Endpoint::Answers, Some(hop)) => Outcome::Served { by: to, hop },
            (Endpoint::Refuses, Some(_)) => Outcome::Refused,
            _ => Outcome::TimedOut,
        }
    }

    /// Recomputes what requests meet, books the time under the old outcomes, and notes what changed.
    fn refresh_outcomes(&mut self, cause: FactId) {
        let fresh = self.all_outcomes();
        for group in 0..self.stage.cast.groups {
            for region in (0..self.stage.scenario.regions.len()).map(RegionId::at) {
                let index = self.stage.cast.service_index(group, region, Operation::Read);
                if fresh[index..index + 2] == self.outcomes[index..index + 2] {
                    continue;
                }
                for population in (0..self.stage.cast.populations.len()).filter(|at| self.stage.cast.populations[*at].group == group) {
                    self.settle(PopulationId::at(population), region);
                }
                for operation in Operation::BOTH {
                    let at = index + operation as usize;
                    if fresh[at] != self.outcomes[at] {
                        self.note(What::ServiceChanged { group, region, operation, outcome: fresh[at] }, Some(cause));
                        self.outcomes[at] = fresh[at];
                    }
                }
            }
        }
    }

    // ---- counting ----

    /// Books users' time up to now under the outcomes that held.
    fn settle(&mut self, population: PopulationId, region: RegionId) {
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
    fn cut_step(&mut self) {
        if self.now == self.step_began {
            return;
        }
        let step = u32::try_from(self.trace.steps.len()).expect("the limit on steps keeps them below 2^32");
        self.trace.steps.push(Step { from: self.step_began, to: self.now });
        self.step_began = self.now;
        let mut acknowledged = vec![0u64; self.stores.len()];
        let mut presence = vec![0u128; self.stage.scenario.regions.len()];
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
