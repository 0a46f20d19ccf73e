//! Stores while they run: who takes writes, where application servers send them, what was
//! acknowledged when, and what a promoted replica lacks.
//!
//! Acknowledged writes are counts per step. Only when a replica is promoted are the instants of
//! the writes near the fault drawn, within their steps, and only as far back as something can be
//! missing.

mod addressing;
pub mod commits;
mod committing;
pub mod endpoints;
mod history;
mod lost;
mod promoting;
pub mod roles;
mod slots;
mod spikes;
pub mod switching;

use super::accounting::Slice;
use super::generation::Generation;
use super::regions::{Edge, Link};
use super::stage::Stage;
use crate::engine::random::{Stream, Streams};
use crate::fault::InstanceFails;
use crate::id::{FaultId, RegionId, StoreId};
use crate::law::Law;
use crate::replication::Store;
use crate::replication::quorum::Quorum;
use crate::scenario::Scenario;
use crate::trace::{Ending, FactId, Operation, Outcome};
use crate::units::{Duration, Instant, Rate, Share};
use commits::{Commits, Group};
use endpoints::Endpoints;
use history::History;
use roles::Roles;
use std::ops::Deref;

/// What the promotion of a store is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromotionState {
    Idle,
    Deciding,
    Promoting,
    Done,
}

/// All stores of the run. Their states are read everywhere, and changed by this part alone.
#[derive(Debug)]
pub struct Stores {
    states: Vec<StoreState>,
    /// Since when the name servers have not answered.
    silent_since: Option<Instant>,
}

impl Stores {
    pub fn new(stage: &Stage, streams: &Streams) -> Stores {
        let scenario = &stage.scenario;
        let state = |store| StoreState::new(store, scenario, &stage.one_way, streams);
        Stores { states: scenario.stores.iter().map(state).collect(), silent_since: None }
    }

    /// The instance that is the writer now dies, or its standby has taken over.
    pub fn instance_fails(&mut self, fault: FaultId, effect: InstanceFails, edge: Edge) {
        self.states[effect.store.index()].instance_fails(fault, effect, edge);
    }

    /// Users wrote for a while, and this share of their writes was acknowledged.
    pub fn acknowledged(&mut self, store: StoreId, slice: Slice, rate: Rate, served: Share) {
        self.states[store.index()].history.acknowledged(slice, rate, served);
    }

    /// A request was met by itself.
    pub fn wrote(&mut self, store: StoreId, operation: Operation, ending: Ending, now: Instant) {
        if let (Operation::Write, Outcome::Served { .. }) = (operation, ending.outcome) {
            self.states[store.index()].history.wrote(now);
        }
    }

    /// Closes a step with the number of writes that were drawn for each store.
    pub fn close_step(&mut self, acknowledged: &[u64]) {
        for (store, writes) in self.states.iter_mut().zip(acknowledged) {
            store.history.close_step(*writes);
        }
    }

    pub fn close_step_of(&mut self, store: StoreId, acknowledged: u64) {
        self.states[store.index()].history.close_step(acknowledged);
    }

    /// Writes a second that were taken before the run, for ever.
    pub fn remember(&mut self, store: StoreId, rate: f64, stream: Stream) {
        self.states[store.index()].history.remember(rate, stream);
    }
}

impl Deref for Stores {
    type Target = [StoreState];

    fn deref(&self) -> &[StoreState] {
        &self.states
    }
}

/// Who answers a request to a store.
#[derive(Clone, Copy, Debug)]
pub enum Serves<'s> {
    /// Regions that agree.
    Agreement(&'s Group),
    /// As many replicas as a rule says, of those in these regions.
    Quorum(&'s Quorum, &'s [RegionId]),
    /// A replica by itself, or the writer.
    Replicas,
}

/// One store in action.
#[derive(Clone, Debug)]
pub struct StoreState {
    pub writer: RegionId,
    /// By region: whether a replica there serves reads.
    pub serves_reads: Vec<bool>,
    /// By region: whether the replica there takes writes by itself, beside the writer.
    pub writes_here: Vec<bool>,
    /// Where applications send writes.
    pub endpoints: Endpoints,
    /// Where every replica takes writes: the rule, and the regions.
    members: Option<(Quorum, Vec<RegionId>)>,
    pub promotion: PromotionState,
    pub roles: Roles,
    /// Counts decisions, so that one that was called off is not mistaken for the next.
    pub decision: Generation,
    /// The fact that started the pending part of a promotion.
    pub pending: Option<FactId>,
    /// What the writer acknowledged, and how far it has been shipped.
    history: History,
    /// By region: since when the replica there gets nothing, and how far behind it is otherwise.
    replica_cut: Vec<Option<Instant>>,
    usual_lag: Vec<Duration>,
    /// The fact that last cut a replica off.
    pub cut_cause: Option<FactId>,
    /// What a commit waits for.
    pub commits: Commits,
    pub control: Stream,
}

impl StoreState {
    pub fn new(
        spec: &Store,
        scenario: &Scenario,
        one_way: &[Vec<Duration>],
        streams: &Streams,
    ) -> StoreState {
        let region = |index: usize| RegionId::at(index);
        let count = scenario.regions.len();
        let stream = |purpose: &str| streams.of(&format!("store/{}/{purpose}", spec.name), 0);
        StoreState {
            writer: spec.writer,
            writes_here: (0..count)
                .map(|index| spec.replication.items().is_some() && spec.takes_writes(region(index)))
                .collect(),
            serves_reads: (0..count)
                .map(|index| roles::serves_at_start(spec, region(index)))
                .collect(),
            endpoints: endpoints(spec, scenario, streams),
            members: spec.replication.quorum().map(|quorum| {
                (
                    quorum.clone(),
                    std::iter::once(spec.writer).chain(spec.readers.iter().copied()).collect(),
                )
            }),
            promotion: PromotionState::Idle,
            roles: Roles::new(spec),
            decision: Generation::default(),
            pending: None,
            history: History::new(spec, scenario.write_rate(spec), stream("log")),
            replica_cut: vec![None; count],
            usual_lag: (0..count).map(|index| usual_lag(spec, scenario, streams, index)).collect(),
            cut_cause: None,
            commits: Commits::new(spec, one_way, streams),
            control: stream("control"),
        }
    }

    /// Who answers a request.
    pub fn serves(&self) -> Serves<'_> {
        match (&self.commits.group, &self.members) {
            (Some(group), _) => Serves::Agreement(group),
            (None, Some((quorum, regions))) => Serves::Quorum(quorum, regions),
            (None, None) => Serves::Replicas,
        }
    }

    /// The way from the writer to the replica in a region came up or went down.
    pub fn replica_is(&mut self, region: RegionId, link: Link, now: Instant) {
        let cut = &mut self.replica_cut[region.index()];
        *cut = if link == Link::Up { None } else { cut.or(Some(now)) };
    }

    /// How far the replica in a region is behind the writer while nothing is wrong.
    pub fn usual_lag(&self, region: RegionId) -> Duration {
        self.usual_lag[region.index()]
    }

    /// By region.
    fn usual_lags(&self) -> &[Duration] {
        &self.usual_lag
    }

    /// How far the replica in a region is behind the writer: its usual lag, and the time since it was cut off.
    /// A replica that is reached again has caught up at once (assumption).
    pub fn lag(&self, region: RegionId, now: Instant) -> Duration {
        if region == self.writer {
            return Duration::ZERO;
        }
        self.usual_lag[region.index()]
            + self.history.added_lag()
            + self.replica_cut[region.index()].map_or(Duration::ZERO, |since| now.since(since))
    }

    /// How far the replica furthest behind is, of those that serve.
    pub fn largest_lag(&self, now: Instant) -> Duration {
        let replicas = self
            .serves_reads
            .iter()
            .enumerate()
            .filter(|(_, serves)| **serves)
            .map(|(index, _)| RegionId::at(index));
        replicas.map(|region| self.lag(region, now)).max().unwrap_or(Duration::ZERO)
    }

    /// When the lag in a region reaches a limit, as things are; `None`: it does not grow.
    pub fn lag_reaches(&self, region: RegionId, limit: Duration) -> Option<Instant> {
        let since = self.replica_cut[region.index()].filter(|_| region != self.writer)?;
        let usual = self.usual_lag[region.index()] + self.history.added_lag();
        Some(since + Duration::from_nanos(limit.as_nanos().saturating_sub(usual.as_nanos())))
    }

    /// The new writer starts a log of its own.
    pub fn promoted(&mut self, to: RegionId, now: Instant) {
        self.serves_reads[self.writer.index()] = false;
        self.writer = to;
        self.serves_reads[to.index()] = true;
        self.promotion = PromotionState::Done;
        self.history.begin_anew(now);
        self.commits.promoted(to, now);
    }
}

/// Everybody has the writer's address at the start.
fn endpoints(spec: &Store, scenario: &Scenario, streams: &Streams) -> Endpoints {
    let stream = |index: usize| endpoint_stream(spec, scenario, streams, index);
    Endpoints::new(
        spec.writer,
        spec.endpoint_ttl,
        spec.endpoint_caches,
        (0..scenario.regions.len()).map(stream).collect(),
    )
}

/// The stream of one region's application servers. Regions are told apart by where they are and not by
/// name or position, so that renaming them, or an idle one in front, changes no draw.
fn endpoint_stream(spec: &Store, scenario: &Scenario, streams: &Streams, index: usize) -> Stream {
    let near = scenario.regions[index].near.name;
    let twins = scenario.regions[..index].iter().filter(|other| other.near.name == near).count();
    streams.of(&format!("store/{}/endpoint/{near}", spec.name), twins as u64)
}

/// How far behind a replica is while nothing is wrong; nothing that is restored from copies follows the writer.
fn usual_lag(spec: &Store, scenario: &Scenario, streams: &Streams, index: usize) -> Duration {
    let drawn = |lag: &Law| lag.at(replica_stream(spec, scenario, streams, index).share());
    spec.replication.behaviour().lag().map_or(Duration::ZERO, drawn)
}

/// The stream of one region's replica; see [`endpoint_stream`].
fn replica_stream(spec: &Store, scenario: &Scenario, streams: &Streams, index: usize) -> Stream {
    let near = scenario.regions[index].near.name;
    let twins = scenario.regions[..index].iter().filter(|other| other.near.name == near).count();
    streams.of(&format!("store/{}/replica/{near}", spec.name), twins as u64)
}
