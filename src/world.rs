//! The world: the parts that run, and the story of a failover.
//!
//! ```text
//!  fault ----> regions ----> checks ----> name servers, front doors ----> caches ----> users at another region
//!                 |             |
//!                 |             +--> decision --> promotion --> writer endpoints
//!                 +--> replication channel                            |
//!                 +--------------- what requests meet <---------------+
//! ```
//!
//! Parts never call one another. This file, with its chapters `noticing`, `moving`, `connecting`, `seating`, `promoting`, `addressing`,
//! `switching`, `committing`, `rewriting`, `metrics`, `counting`, `requests`, `writing`, `quorums` and `healing`, alone lets one part affect another, and
//! writes down each fact with the fact that caused it. What happens at one instant happens in this order: faults begin, faults end, health
//! checks, name servers, control, caches, requests, steps (see `Rank`).

mod addressing;
mod before;
mod caches;
mod checks;
mod clients;
mod cohorts;
mod commits;
mod committing;
mod connecting;
mod counting;
mod events;
mod items;
mod healing;
mod metrics;
mod moving;
mod noticing;
mod outcomes;
mod promoting;
mod quiet;
mod quorums;
mod regions;
mod replicas;
mod requests;
mod rewriting;
mod seating;
mod stage;
mod stores;
mod ways;
mod writing;
mod switching;

pub use stage::Stage;

use crate::engine::agenda::Agenda;
use crate::engine::random::{Stream, Streams};
use crate::fault::Effect;
use crate::id::{AnswerId, CheckId, FaultId, PopulationId, SeatId, StoreId};
use crate::routing::Answer;
use crate::trace::{Ending, FactId, Mix, Operation, Trace, What};
use crate::units::{Duration, Instant, Share};
use checks::Check;
use clients::Clients;
use events::{Event, Rank};
use metrics::MetricState;
use moving::Source;
use regions::{Detour, Regions};
use rewriting::RewritingState;
use std::collections::BTreeMap;
use stores::StoreState;

/// Events of one run; more means that a time in the scenario is absurdly short.
pub const EVENT_LIMIT: u64 = 50_000_000;

/// A run reached a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitReached {
    pub what: String,
    pub mend: String,
}

impl std::fmt::Display for LimitReached {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for LimitReached {}

struct World<'s> {
    stage: &'s Stage,
    now: Instant,
    agenda: Agenda<Event>,
    trace: Trace,
    regions: Regions,
    checks: Vec<Check>,
    pushes: Vec<Stream>,
    metrics: Vec<Option<MetricState>>,
    /// Checks that follow a metric.
    alarms: Vec<CheckId>,
    /// By audience, by check: the status that its name servers and front doors hold.
    published: Vec<Vec<bool>>,
    /// Answers that were met, by number.
    answers: Vec<Answer>,
    answer_ids: BTreeMap<Answer, AnswerId>,
    /// By population: what the name servers answer.
    sources: Vec<Source>,
    /// By population, by region: round trips as the name servers know them.
    measured: Vec<Vec<Duration>>,
    rewriting: RewritingState,
    rewritten: bool,
    /// Since when the name servers have not answered.
    silent_since: Option<Instant>,
    clients: Clients<'s>,
    seats: BTreeMap<(PopulationId, AnswerId), SeatId>,
    /// By seat: who sits there.
    seated_by: Vec<(PopulationId, AnswerId)>,
    /// By seat, by operation: what requests meet.
    mixes: Vec<[Mix; 2]>,
    /// By seat: since when nothing there accepts a connection.
    down_since: Vec<Option<Instant>>,
    /// By seat: users' time since the step began.
    exposures: Vec<counting::Exposure>,
    /// Requests since the step began, under `fidelity: Requests`.
    tally: BTreeMap<(SeatId, Operation, Ending), u64>,
    stores: Vec<StoreState>,
    /// By store: its sampled keys, where it has any.
    items: Vec<Option<writing::Askers>>,
    /// By store: the fact that last opened a way between its replicas.
    way_cause: Vec<Option<FactId>>,
    wrong_clocks: Vec<writing::WrongClock>,
    /// Stores that replicate by quorum, with the keys that are followed.
    quorums: Vec<replicas::Replicas>,
    requests: Vec<Stream>,
    streams: Streams,
    step_began: Instant,
    /// By population: the last change of what name servers answer it, the cause of its users' later moves.
    answer_cause: Vec<Option<FactId>>,
    /// By region, and one more for none: users x nanoseconds x parts of the open step that were booked before its end.
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
    world.close_destroyed();
    world.close_items();
    world.trace.events = world.agenda.scheduled();
    world.trace.quorums = world.quorums.into_iter().map(replicas::Replicas::finish).collect();
    Ok(world.trace)
}

/// Round trips as the name servers know them: the table, each off by as much as the policy's drift allows.
fn measured(stage: &Stage, streams: &Streams) -> Vec<Vec<Duration>> {
    let drift = stage.scenario.policy.drift();
    if drift == Share::NONE {
        return stage.user_round_trip.clone();
    }
    let of_population = |(population, trips): (&crate::scenario::Population, &Vec<Duration>)| {
        let off = |(region, trip): (&crate::scenario::Region, &Duration)| {
            let share = streams
                .of(&format!("routing/drift/{}/{}", population.place.name, region.near.name), 0)
                .share();
            Duration::from_seconds_f64(
                trip.seconds() * (1.0 + drift.as_f64() * (2.0 * share - 1.0)),
            )
        };
        stage.scenario.regions.iter().zip(trips).map(off).collect()
    };
    stage.scenario.populations.iter().zip(&stage.user_round_trip).map(of_population).collect()
}

impl<'s> World<'s> {
    fn new(stage: &'s Stage, streams: Streams) -> Self {
        let scenario = &*stage.scenario;
        let cast = stage.cast.clone();
        let trace = Trace {
            start_seat: Vec::with_capacity(cast.cohorts.len()),
            users: Vec::new(),
            seats: Vec::new(),
            facts: Vec::new(),
            steps: Vec::new(),
            counts: Vec::new(),
            presence: Vec::new(),
            items: Vec::new(),
            quorums: Vec::new(),
            log_lag: scenario
                .stores
                .iter()
                .map(|store| {
                    (store.replication.log().is_some() && !store.readers.is_empty()).then(Vec::new)
                })
                .collect(),
            events: 0,
            cast,
        };
        let push_stream = |check: &crate::health::HealthCheck| {
            streams.of(&format!("check/{}/push", check.name), 0)
        };
        let request_stream = |population: &crate::scenario::Population| {
            streams.of(&format!("population/{}/requests", population.name), 0)
        };
        let populations = scenario.populations.len();
        let mut world = World {
            now: Instant::START,
            agenda: Agenda::new(),
            regions: Regions::new(&stage.one_way, &scenario.transit, stage.ranks()),
            checks: scenario
                .health_checks
                .iter()
                .map(|check| Check::new(check, stage.audiences.len(), &streams))
                .collect(),
            pushes: scenario.health_checks.iter().map(push_stream).collect(),
            metrics: scenario
                .health_checks
                .iter()
                .map(|check| MetricState::new(check, &streams))
                .collect(),
            alarms: metrics::alarms(&scenario.health_checks),
            published: Vec::new(),
            answers: vec![Answer::default()],
            answer_ids: BTreeMap::from([(Answer::default(), AnswerId(0))]),
            sources: vec![Source::Fixed(AnswerId(0)); populations],
            measured: measured(stage, &streams),
            rewriting: RewritingState::new(scenario.policy.rewriting(), &streams),
            rewritten: false,
            silent_since: None,
            clients: Clients::new(stage, streams),
            seats: BTreeMap::new(),
            seated_by: Vec::new(),
            mixes: Vec::new(),
            down_since: Vec::new(),
            exposures: Vec::new(),
            tally: BTreeMap::new(),
            stores: scenario
                .stores
                .iter()
                .map(|store| StoreState::new(store, scenario, &streams))
                .collect(),
            items: Vec::new(),
            way_cause: vec![None; scenario.stores.len()],
            wrong_clocks: Vec::new(),
            quorums: quorums::all(scenario, &streams),
            requests: scenario.populations.iter().map(request_stream).collect(),
            streams,
            step_began: Instant::START,
            answer_cause: vec![None; populations],
            presence_so_far: vec![0; scenario.regions.len() + 1],
            stage,
            trace,
        };
        world.trace.users = world.clients.all_users();
        world.start_commits();
        world.start_checks();
        world.refresh_sources();
        world.place_users();
        world.plan_faults();
        world.plan_switchovers();
        world.start_requests();
        world.start_items();
        world.remember();
        world.start_quorums();
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
            Event::LagGrows { store } => self.lag_grows(store),
            Event::PeriodEnds { check } => self.period_ends(check),
            Event::AlarmJudged { check } => self.alarm_judged(check),
            Event::Push { check, healthy, audience, cause } => {
                self.published(check, healthy, audience, cause)
            }
            Event::PromotionDecided { store, decision } => self.promotion_decided(store, decision),
            Event::PromotionDone { store } => self.promotion_done(store),
            Event::EndpointExpires { store, region } => self.endpoint_expires(store, region),
            Event::ItemWrite { store } => self.item_write(store),
            Event::ItemArrives { store, awaited } => self.item_arrives(store, awaited),
            Event::ItemRead { store } => self.item_read(store),
            Event::ReadBack { store, key, write, cohort } => {
                self.item_read_back(store, key, write, cohort)
            }
            Event::AntiEntropy { store } => self.anti_entropy(store),
            Event::CommitsDue { store, plan } => self.commits_due(store, plan),
            Event::Role { store, due } => self.role_due(store, due),
            Event::RecordsDecided { decision } => self.records_decided(decision),
            Event::RecordsPropagated { cause } => self.records_propagated(cause),
            Event::CacheDue { cohort } => self.cache_due(cohort),
            Event::ConnectionBreaks { cohort, answer, down_since, cause } => {
                self.connection_breaks(cohort, answer, down_since, cause)
            }
            Event::Quorum(message) => self.quorum_message(message),
            Event::Request { cohort } => self.request(cohort),
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
            let mut stream = self.stage.fault_stream(&self.streams, index);
            for begins in window.beginnings() {
                let lasting = window.lasting.at(stream.share());
                self.schedule(begins, Rank::FaultBegins, Event::FaultBegins(FaultId::at(index)));
                self.schedule(
                    begins + lasting,
                    Rank::FaultEnds,
                    Event::FaultEnds(FaultId::at(index)),
                );
            }
        }
    }

    /// A fault begins or ends: the truth changes, and with it what probes, replication and requests meet.
    fn fault_changes(&mut self, fault: FaultId, begins: bool) {
        self.cut_step();
        self.count_periods();
        let what = if begins { What::FaultBegan { fault } } else { What::FaultEnded { fault } };
        let cause = self.note(what, None);
        let effects = self.stage.scenario.faults[fault.index()].behaviour().effects();
        let detours = self.regions.detours();
        for effect in &effects {
            self.regions.set(fault, effect, begins);
        }
        for Detour { between, by, round_trip, usual } in
            self.regions.detours().into_iter().filter(|detour| !detours.contains(detour))
        {
            self.note(What::Detoured { between, by, round_trip, usual }, Some(cause));
        }
        self.data_changed(fault, &effects, begins);
        self.strike_instances(fault, &effects, begins);
        self.refresh_channels(cause);
        self.refresh_ways(cause);
        self.refresh_quorums();
        self.refresh_outcomes(None, cause);
        for effect in &effects {
            match effect {
                Effect::Unheard { .. } => self.hearing_changed(cause),
                Effect::EmptyAnswers => self.names_changed(cause),
                Effect::NameServersDown => {
                    self.names_changed(cause);
                    self.name_servers_are(!self.regions.is_active(&Effect::NameServersDown), cause);
                }
                Effect::CheckDisabled(check) => self.check_switched(*check, cause),
                Effect::CheckInverted(check) => self.check_switched(*check, cause),
                Effect::ControlPlane(_) if !begins => {
                    self.records_tried_again(cause);
                    self.endpoints_tried_again();
                }
                _ => {}
            }
        }
    }

    /// The channel to a replica is up while both ends are up and a way is left between them.
    fn refresh_channels(&mut self, cause: FactId) {
        for (index, state) in self.stores.iter_mut().enumerate() {
            let spec = &self.stage.scenario.stores[index];
            state.writer_is(self.regions.is_up(state.writer), self.now);
            let (writer, store) = (state.writer, StoreId::at(index));
            if self.regions.is_up(writer) {
                state.slower_is(self.regions.slower(store), self.now);
            }
            for reader in
                spec.readers.iter().chain([&spec.writer]).filter(|reader| **reader != writer)
            {
                let ends_up = self.regions.is_up(writer) && self.regions.is_up(*reader);
                let is_up = ends_up
                    && self.regions.one_way(writer, *reader).is_some()
                    && !self.regions.is_stalled(store, writer, *reader);
                state.replica_is(*reader, is_up && !state.is_returning(*reader), self.now);
                state.cut_cause = Some(cause);
            }
            let Some(heir) = spec.heir() else { continue };
            let ends_up = self.regions.is_up(writer) && self.regions.is_up(heir);
            let is_stalled = self.regions.is_stalled(store, writer, heir);
            state.channel_is(
                ends_up && self.regions.one_way(writer, heir).is_some() && !is_stalled,
                self.now,
            );
        }
        self.reconsider_commits(cause);
        self.await_lag();
        self.follow_roles(cause);
    }
}
