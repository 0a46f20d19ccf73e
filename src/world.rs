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
//! Parts never call one another. This file, with its chapters `moving`, `promoting` and `counting`,
//! alone lets one part affect another, and writes down each fact with the fact that caused it. What happens at one instant happens in this order:
//! faults begin, faults end, health checks, name servers, control, caches, steps (see `Rank`).

mod checks;
mod clients;
mod counting;
mod moving;
mod outcomes;
mod promoting;
mod regions;
mod stage;
mod stores;

pub use stage::Stage;

use crate::engine::agenda::Agenda;
use crate::engine::random::{Stream, Streams};
use crate::id::{CheckId, CohortId, FaultId, PopulationId, RegionId, StoreId};
use crate::trace::{FactId, Operation, Outcome, Trace, What};
use crate::units::Instant;
use checks::{Check, Probe};
use clients::Clients;
use regions::Regions;
use std::ops::Range;
use stores::StoreState;

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
    PromotionDecided { store: StoreId, decision: u32 },
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
    /// By population: the last change of what name servers answer it, the cause of its users' later moves.
    answer_cause: Vec<Option<FactId>>,
    /// By region: users x nanoseconds of the open step that were booked before its end.
    presence_so_far: Vec<u128>,
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
            answer_cause: vec![None; scenario.populations.len()],
            presence_so_far: vec![0; scenario.regions.len()],
            stage,
            trace,
        };
        world.outcomes = outcomes::all(stage, &world.regions, &world.stores);
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
            Event::PromotionDecided { store, decision } => self.promotion_decided(store, decision),
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
        self.refresh_outcomes(0..self.stage.cast.groups, 0..self.stage.scenario.regions.len(), cause);
    }

    /// The channel to a replica is up while both ends are up and a way is left between them.
    fn refresh_channels(&mut self) {
        for (index, state) in self.stores.iter_mut().enumerate() {
            let Some(promotion) = &self.stage.scenario.stores[index].promotion else { continue };
            let ends_up = self.regions.is_up(state.writer) && self.regions.is_up(promotion.to);
            state.writer_is(self.regions.is_up(state.writer), self.now);
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
        if healthy {
            self.call_off_promotions(check, fact);
        } else {
            self.start_promotions(check, fact);
        }
    }

    // ---- what requests meet ----

    /// Recomputes what requests of some groups meet in some regions, books the time under the old
    /// outcomes, and notes what changed.
    fn refresh_outcomes(&mut self, groups: Range<usize>, regions: Range<usize>, cause: FactId) {
        for group in groups {
            for region in regions.clone().map(RegionId::at) {
                let index = self.stage.cast.service_index(group, region, Operation::Read);
                let fresh = Operation::BOTH.map(|operation| outcomes::outcome(&self.regions, self.stores.get(group), region, operation));
                if fresh == self.outcomes[index..index + 2] {
                    continue;
                }
                for population in (0..self.stage.cast.populations.len()).filter(|at| self.stage.cast.populations[*at].group == group) {
                    self.settle(PopulationId::at(population), region);
                }
                for operation in Operation::BOTH {
                    let at = index + operation as usize;
                    if fresh[operation as usize] != self.outcomes[at] {
                        self.note(What::ServiceChanged { group, region, operation, outcome: fresh[operation as usize] }, Some(cause));
                        self.outcomes[at] = fresh[operation as usize];
                    }
                }
            }
        }
    }
}
