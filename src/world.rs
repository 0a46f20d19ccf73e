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
//! Each part is a folder with its own state and events. None calls another: what a part changes it says as a `Change`, and `reactions` alone
//! says who reacts, and in which order. Each fact is written down with the fact that caused it. What happens at one instant happens in this
//! order: faults begin, faults end, health checks, name servers, control, caches, requests, steps (see `Rank`).

mod accounting;
mod before;
mod clients;
mod events;
mod generation;
mod health;
mod items;
mod names;
mod quorums;
mod reactions;
mod regions;
mod requests;
mod stage;
mod stores;
mod ways;

pub use stage::Stage;

use crate::engine::agenda::Agenda;
use crate::engine::random::Streams;
use crate::id::FaultId;
use crate::scenario::{Fidelity, Scenario};
use crate::trace::{FactId, Trace, What};
use crate::units::Instant;
use accounting::Accounting;
use clients::Clients;
use events::{Event, Rank};
use health::Health;
use items::writing::ItemStores;
use names::Names;
use quorums::Quorums;
use regions::{Edge, Regions};
use requests::Requests;
use stores::Stores;

/// Events of one run; more means that a time in the scenario is absurdly short.
pub const EVENT_LIMIT: u64 = 50_000_000;

/// A run reached a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitReached {
    pub what: String,
    pub help: String,
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
    streams: Streams,
    regions: Regions,
    health: Health,
    names: Names,
    clients: Clients<'s>,
    requests: Requests,
    accounting: Accounting,
    stores: Stores,
    items: ItemStores,
    quorums: Quorums,
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
                help: "a TTL, an interval or a response time is far too short for the length of the run".into(),
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
    world.trace.quorums = world.quorums.finish();
    Ok(world.trace)
}

/// By store: whether it follows a log that somebody reads.
fn logs(scenario: &Scenario) -> Vec<bool> {
    let is_log = |store: &crate::replication::Store| {
        store.replication.log().is_some() && !store.readers.is_empty()
    };
    scenario.stores.iter().map(is_log).collect()
}

impl<'s> World<'s> {
    fn new(stage: &'s Stage, streams: Streams) -> Self {
        let scenario = &*stage.scenario;
        let mut world = World {
            now: Instant::START,
            agenda: Agenda::new(),
            trace: Trace::new(stage.cast.clone(), logs(scenario)),
            regions: Regions::new(&stage.one_way, &scenario.transit, stage.ranks()),
            health: Health::new(stage, &streams),
            names: Names::new(stage, &streams),
            clients: Clients::new(stage, streams),
            requests: Requests::default(),
            accounting: Accounting::new(stage, &streams),
            stores: Stores::new(stage, &streams),
            items: ItemStores::default(),
            quorums: Quorums::new(scenario, &streams),
            streams,
            stage,
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

    fn is_by_request(&self) -> bool {
        self.stage.scenario.fidelity == Fidelity::Requests
    }

    fn schedule(&mut self, at: Instant, rank: Rank, event: Event) {
        self.agenda.schedule(at, rank as u8, event);
    }

    fn note(&mut self, what: What, cause: Option<FactId>) -> FactId {
        self.trace.note(self.now, what, cause)
    }

    fn on(&mut self, event: Event) {
        match event {
            Event::FaultBegins(fault) => self.fault_changes(fault, Edge::Begins),
            Event::FaultEnds(fault) => self.fault_changes(fault, Edge::Ends),
            Event::Probe(probe) => self.probe(probe),
            Event::LagGrows { store } => self.lag_grows(store),
            Event::PeriodEnds { check } => self.period_ends(check),
            Event::AlarmJudged { check } => self.alarm_judged(check),
            Event::Push { check, healthy, audience, cause } => {
                self.publish(check, healthy, audience, cause)
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
}
