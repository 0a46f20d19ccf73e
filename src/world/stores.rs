//! Stores while they run: who takes writes, where application servers send them, what was
//! acknowledged when, and what a promoted replica lacks.
//!
//! Acknowledged writes are counts per step. Only when a replica is promoted are the instants of
//! the writes near the fault drawn, within their steps, and only as far back as something can be
//! missing.

mod addressing;
pub mod commits;
pub mod committing;
pub mod endpoints;
pub mod lost;
mod promoting;
pub mod roles;
mod slots;
mod spikes;
pub mod switching;

use super::accounting::Slice;
use super::generation::Generation;
use super::regions::{Edge, Link};
use crate::engine::random::{Stream, Streams};
use crate::fault::InstanceFails;
use crate::id::{FaultId, RegionId, StoreId};
use crate::law::Law;
use crate::replication::quorum::Quorum;
use crate::replication::{Channel, Store};
use crate::scenario::Scenario;
use crate::trace::{Ending, FactId, Operation, Outcome};
use crate::units::{Duration, Instant, Rate, Share};
use commits::Commits;
use endpoints::Endpoints;
use lost::{Past, dated};
use roles::Roles;
use slots::Slot;
use spikes::Spikes;
use std::ops::Deref;

/// What the promotion of a store is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromotionState {
    Idle,
    Deciding,
    Promoting,
    Done,
}

/// Writes of one step that the present writer acknowledged.
#[derive(Clone, Debug)]
struct AckedStep {
    writes: u64,
    /// When they can have come: windows with the expected number of writes in each.
    slots: Vec<Slot>,
}

/// All stores of the run. Their states are read everywhere, and changed by this part alone.
#[derive(Debug)]
pub struct Stores {
    states: Vec<StoreState>,
    /// Since when the name servers have not answered.
    silent_since: Option<Instant>,
}

impl Stores {
    pub fn new(scenario: &Scenario, streams: &Streams) -> Stores {
        let state = |store| StoreState::new(store, scenario, streams);
        Stores { states: scenario.stores.iter().map(state).collect(), silent_since: None }
    }

    /// The instance that is the writer now dies, or its standby has taken over.
    pub fn instance_fails(&mut self, fault: FaultId, effect: InstanceFails, edge: Edge) {
        self.states[effect.store.index()].instance_fails(fault, effect, edge);
    }

    /// Users wrote for a while, and this share of their writes was acknowledged.
    pub fn acknowledged(&mut self, store: StoreId, slice: Slice, rate: Rate, served: Share) {
        self.states[store.index()].acknowledged(slice, rate, served);
    }

    /// A request was met by itself.
    pub fn wrote(&mut self, store: StoreId, operation: Operation, ending: Ending, now: Instant) {
        if let (Operation::Write, Outcome::Served { .. }) = (operation, ending.outcome) {
            self.states[store.index()].wrote(now);
        }
    }

    /// Closes a step with the number of writes that were drawn for each store.
    pub fn close_step(&mut self, acknowledged: &[u64]) {
        for (store, writes) in self.states.iter_mut().zip(acknowledged) {
            store.close_step(*writes);
        }
    }

    pub fn close_step_of(&mut self, store: StoreId, acknowledged: u64) {
        self.states[store.index()].close_step(acknowledged);
    }

    /// Writes a second that were taken before the run, for ever.
    pub fn remember(&mut self, store: StoreId, rate: f64, stream: Stream) {
        self.states[store.index()].remember(rate, stream);
    }
}

impl Deref for Stores {
    type Target = [StoreState];

    fn deref(&self) -> &[StoreState] {
        &self.states
    }
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
    pub members: Option<(Quorum, Vec<RegionId>)>,
    pub promotion: PromotionState,
    pub roles: Roles,
    /// Counts decisions, so that one that was called off is not mistaken for the next.
    pub decision: Generation,
    /// The fact that started the pending part of a promotion.
    pub pending: Option<FactId>,
    /// On the clock of its history, as are the channel and the spikes: see [`dated`].
    acked: Vec<AckedStep>,
    open: Vec<Slot>,
    channel: Channel,
    channel_up_since: Option<Instant>,
    /// What the writer with which the run begins acknowledged before it.
    past: Option<Past>,
    /// When the writer's region last went down, and came back; `None`: it never went, or is not back.
    writer_down: Option<(Instant, Option<Instant>)>,
    /// By region: since when the replica there gets nothing, and how far behind it is otherwise.
    replica_cut: Vec<Option<Instant>>,
    usual_lag: Vec<Duration>,
    /// What faults add to every lag, up to now or to when the writer's region went down.
    spikes: Spikes,
    /// The fact that last cut a replica off.
    pub cut_cause: Option<FactId>,
    /// What a commit waits for; `None` until the run begins.
    pub commits: Option<Commits>,
    pub control: Stream,
    log_stream: Stream,
    /// Writes per second that users offer.
    write_rate: f64,
}

impl StoreState {
    pub fn new(spec: &Store, scenario: &Scenario, streams: &Streams) -> StoreState {
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
            acked: Vec::new(),
            open: Vec::new(),
            channel: Channel::default(),
            channel_up_since: spec.heir().map(|_| Instant::START),
            past: None,
            writer_down: None,
            replica_cut: vec![None; count],
            usual_lag: (0..count).map(|index| usual_lag(spec, scenario, streams, index)).collect(),
            spikes: Spikes::none(),
            cut_cause: None,
            commits: None,
            control: stream("control"),
            log_stream: stream("log"),
            write_rate: scenario.write_rate(spec),
        }
    }

    /// The channel from the writer to the replica that may be promoted came up or went down.
    pub fn channel_is(&mut self, link: Link, now: Instant) {
        let now = dated(now);
        match (self.channel_up_since, link) {
            (Some(since), Link::Down) => {
                self.channel.up.push((since, now));
                self.channel_up_since = None;
            }
            (None, Link::Up) => self.channel_up_since = Some(now),
            _ => {}
        }
    }

    /// From now on every change takes so much longer.
    pub fn slower_is(&mut self, adds: Duration, now: Instant) {
        self.spikes.add(adds, dated(now));
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

    /// How far the replica in a region is behind the writer: its usual lag, and the time since it was cut off.
    /// A replica that is reached again has caught up at once (assumption).
    pub fn lag(&self, region: RegionId, now: Instant) -> Duration {
        if region == self.writer {
            return Duration::ZERO;
        }
        self.usual_lag[region.index()]
            + self.spikes.now()
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
        let usual = self.usual_lag[region.index()] + self.spikes.now();
        Some(since + Duration::from_nanos(limit.as_nanos().saturating_sub(usual.as_nanos())))
    }

    /// The writer's region came up or went down.
    pub fn writer_is(&mut self, link: Link, now: Instant) {
        self.writer_down = match (self.writer_down, link) {
            (Some((since, None)), Link::Up) => Some((since, Some(now))),
            (None | Some((_, Some(_))), Link::Down) => Some((now, None)),
            (known, _) => known,
        };
    }

    /// Users wrote to this store for a while, and this share of their writes was acknowledged.
    pub fn acknowledged(&mut self, slice: Slice, rate: Rate, served: Share) {
        let expected = slice.users as f64
            * slice.to.since(slice.from).seconds()
            * rate.per_second()
            * served.as_f64();
        if expected > 0.0 {
            self.open.push(Slot { from: dated(slice.from), to: dated(slice.to), expected });
        }
    }

    /// One write was acknowledged at this instant.
    pub fn wrote(&mut self, now: Instant) {
        let now = dated(now);
        let slot = Slot { from: now, to: now + Duration::from_nanos(1), expected: 1.0 };
        self.acked.push(AckedStep { writes: 1, slots: vec![slot] });
    }

    /// Closes a step with the number of writes that were drawn for it.
    pub fn close_step(&mut self, writes: u64) {
        let slots = std::mem::take(&mut self.open);
        if writes > 0 {
            self.acked.push(AckedStep { writes, slots });
        }
    }

    /// The new writer starts a log of its own.
    pub fn promoted(&mut self, to: RegionId, now: Instant) {
        self.serves_reads[self.writer.index()] = false;
        self.writer = to;
        self.serves_reads[to.index()] = true;
        self.promotion = PromotionState::Done;
        self.acked.clear();
        self.open.clear();
        self.channel = Channel::default();
        self.channel_up_since = Some(dated(now));
        self.past = None;
        self.writer_down = None;
        self.spikes = Spikes::none();
        if let Some(commits) = &mut self.commits {
            commits.promoted(to, now);
        }
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
