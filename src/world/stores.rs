//! Stores while they run: who takes writes, where application servers send them, what was
//! acknowledged when, and what a promoted replica lacks.
//!
//! Acknowledged writes are counts per step. Only when a replica is promoted are the instants of
//! the writes near the fault drawn, within their steps, and only as far back as something can be
//! missing.

pub mod roles;
mod spikes;

use super::clients::Slice;
use super::commits::Commits;
use crate::engine::counts::binomial;
use crate::engine::random::{Stream, Streams};
use crate::id::RegionId;
use crate::law::Law;
use crate::replication::async_log::LagVaries;
use crate::replication::quorum::Quorum;
use crate::replication::snapshots::Snapshots;
use crate::replication::{Channel, Loss, Store, Tail, Write};
use crate::scenario::Scenario;
use crate::trace::FactId;
use crate::units::{Duration, Instant, Rate, Share};
use roles::Roles;
use spikes::Spikes;

/// What the promotion of a store is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromotionState {
    Idle,
    Deciding,
    Promoting,
    Done,
}

/// A window and the number of writes expected in it.
type Slot = (Instant, Instant, f64);

/// Writes of one step that the present writer acknowledged.
#[derive(Clone, Debug)]
struct AckedStep {
    writes: u64,
    /// When they can have come: windows with the expected number of writes in each.
    slices: Vec<Slot>,
}

/// One store in action.
#[derive(Clone, Debug)]
pub struct StoreState {
    pub writer: RegionId,
    /// By region: whether a replica there serves reads.
    pub serves_reads: Vec<bool>,
    /// By region: whether the replica there takes writes by itself, beside the writer.
    pub writes_here: Vec<bool>,
    /// By region: where the application servers there send writes.
    pub endpoint: Vec<RegionId>,
    /// Where every replica takes writes: the rule, and the regions.
    pub members: Option<(Quorum, Vec<RegionId>)>,
    pub promotion: PromotionState,
    pub roles: Roles,
    /// Counts decisions, so that one that was called off is not mistaken for the next.
    pub decision: u32,
    /// The fact that started the pending part of a promotion.
    pub pending: Option<FactId>,
    acked: Vec<AckedStep>,
    open: Vec<Slot>,
    channel: Channel,
    channel_up_since: Option<Instant>,
    /// Since when the writer's region has been down.
    writer_down_since: Option<Instant>,
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
    endpoint_streams: Vec<Stream>,
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
            writes_here: (0..count).map(|index| spec.replication.items().is_some() && spec.takes_writes(region(index))).collect(),
            serves_reads: (0..count).map(|index| roles::serves_at_start(spec, region(index))).collect(),
            endpoint: vec![spec.writer; count],
            members: spec.replication.quorum().map(|quorum| (quorum.clone(), std::iter::once(spec.writer).chain(spec.readers.iter().copied()).collect())),
            promotion: PromotionState::Idle,
            roles: Roles::new(spec),
            decision: 0,
            pending: None,
            acked: Vec::new(),
            open: Vec::new(),
            channel: Channel::default(),
            channel_up_since: spec.heir().map(|_| Instant::START),
            writer_down_since: None,
            replica_cut: vec![None; count],
            usual_lag: (0..count).map(|index| usual_lag(spec, scenario, streams, index)).collect(),
            spikes: Spikes::none(),
            cut_cause: None,
            commits: None,
            control: stream("control"),
            endpoint_streams: (0..count).map(|index| endpoint_stream(spec, scenario, streams, index)).collect(),
            log_stream: stream("log"),
            write_rate: scenario.write_rate(spec),
        }
    }

    /// The channel from the writer to the replica that may be promoted came up or went down.
    pub fn channel_is(&mut self, up: bool, now: Instant) {
        match (self.channel_up_since, up) {
            (Some(since), false) => {
                self.channel.up.push((since, now));
                self.channel_up_since = None;
            }
            (None, true) => self.channel_up_since = Some(now),
            _ => {}
        }
    }

    /// From now on every change takes so much longer.
    pub fn slower_is(&mut self, adds: Duration, now: Instant) {
        self.spikes.add(adds, now);
    }

    /// The way from the writer to the replica in a region came up or went down.
    pub fn replica_is(&mut self, region: RegionId, up: bool, now: Instant) {
        let cut = &mut self.replica_cut[region.index()];
        *cut = if up { None } else { cut.or(Some(now)) };
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
        self.usual_lag[region.index()] + self.spikes.now() + self.replica_cut[region.index()].map_or(Duration::ZERO, |since| now.since(since))
    }

    /// How far the replica furthest behind is, of those that serve.
    pub fn largest_lag(&self, now: Instant) -> Duration {
        let replicas = self.serves_reads.iter().enumerate().filter(|(_, serves)| **serves).map(|(index, _)| RegionId::at(index));
        replicas.map(|region| self.lag(region, now)).max().unwrap_or(Duration::ZERO)
    }

    /// When the lag in a region reaches a limit, as things are; `None`: it does not grow.
    pub fn lag_reaches(&self, region: RegionId, limit: Duration) -> Option<Instant> {
        let since = self.replica_cut[region.index()].filter(|_| region != self.writer)?;
        let usual = self.usual_lag[region.index()] + self.spikes.now();
        Some(since + Duration::from_nanos(limit.as_nanos().saturating_sub(usual.as_nanos())))
    }

    /// The writer's region came up or went down.
    pub fn writer_is(&mut self, up: bool, now: Instant) {
        self.writer_down_since = if up { None } else { self.writer_down_since.or(Some(now)) };
    }

    /// Users wrote to this store for a while, and this share of their writes was acknowledged.
    pub fn acknowledged(&mut self, slice: Slice, rate: Rate, served: Share) {
        let expected = slice.users as f64 * slice.to.since(slice.from).seconds() * rate.per_second() * served.as_f64();
        if expected > 0.0 {
            self.open.push((slice.from, slice.to, expected));
        }
    }

    /// One write was acknowledged at this instant.
    pub fn wrote(&mut self, now: Instant) {
        self.acked.push(AckedStep { writes: 1, slices: vec![(now, now + Duration::from_nanos(1), 1.0)] });
    }

    /// Closes a step with the number of writes that were drawn for it.
    pub fn close_step(&mut self, writes: u64) {
        let slices = std::mem::take(&mut self.open);
        if writes > 0 {
            self.acked.push(AckedStep { writes, slices });
        }
    }

    /// A share from the stream that dates the move of the writer's endpoint in one region.
    pub fn endpoint_share(&mut self, region: usize) -> f64 {
        self.endpoint_streams[region].share()
    }

    /// What the promoted replica lacks at `now`, and the age of its oldest write when the old writer was lost:
    /// when its region went down, or now, if it is up and only loses its role.
    pub fn loss(&mut self, spec: &Store, now: Instant, floor: Duration) -> (Loss, Duration) {
        let mut channel = self.channel.clone();
        if let Some(since) = self.channel_up_since {
            channel.up.push((since, now));
        }
        let loss = match spec.replication.behaviour().tail() {
            Tail::Items(_) => Loss::default(),
            // Nobody is promoted, so nothing is left behind.
            Tail::Quorum(_) => Loss::default(),
            Tail::Snapshots(snapshots) => {
                let newest = self.newest_copy(snapshots, &channel, now);
                self.lost_after(newest)
            }
            Tail::Confirmed => {
                let known = self.commits.as_ref().map(|commits| commits.known);
                self.lost_after(known)
            }
            Tail::Log(log) if log.lag_varies == LagVaries::Stream => {
                let lag = log.lag.at(self.log_stream.share()).max(floor);
                let frontier = self.spikes.frontier(|adds| frontier(&channel, lag + adds, now));
                self.lost_after(frontier)
            }
            Tail::Log(log) => {
                let lookback = log.lookback(self.write_rate).max(floor) + self.spikes.most();
                let oldest = frontier(&channel, lookback, now).unwrap_or(Instant::START);
                let shipped_until = channel.up.last().map_or(Instant::START, |(_, end)| *end);
                let (mut writes, never_shipped) = self.drawn_writes(oldest, shipped_until, |share| log.lag.at(share).max(floor));
                writes.iter_mut().for_each(|write| write.lag = write.lag + self.spikes.at(write.at));
                log.queue(&mut writes, || self.log_stream.share());
                let mut loss = log.missing(&writes, &channel, now);
                loss.oldest = loss.oldest.or(never_shipped.oldest);
                loss.writes += never_shipped.writes;
                loss
            }
        };
        let age = loss.oldest.map_or(Duration::ZERO, |oldest| self.writer_down_since.unwrap_or(now).since(oldest));
        (loss, age)
    }

    /// When the newest snapshot was taken of which a whole copy is elsewhere at `now`; `None`: there is none.
    fn newest_copy(&mut self, snapshots: &Snapshots, channel: &Channel, now: Instant) -> Option<Instant> {
        let period = snapshots.every.as_nanos().max(1);
        let phase = (self.log_stream.share() * period as f64) as u64;
        let shipped_until = channel.up.last().map_or(Instant::START, |(_, end)| (*end).min(now));
        let mut taken = phase + shipped_until.as_nanos().saturating_sub(phase) / period * period;
        while taken <= shipped_until.as_nanos() {
            let snapshot = Write { at: Instant::from_nanos(taken), lag: snapshots.copy.at(self.log_stream.share()) };
            if channel.applied(snapshot).is_some_and(|copied| copied <= now) {
                return Some(snapshot.at);
            }
            taken = taken.checked_sub(period)?;
        }
        None
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
        self.channel_up_since = Some(now);
        self.writer_down_since = None;
        self.spikes = Spikes::none();
        if let Some(commits) = &mut self.commits {
            commits.promoted(to, now);
        }
    }

    /// Acknowledged writes after `frontier` (all, when nothing was ever applied): whole steps as
    /// counted, the step in between by the binomial law of its writes, the oldest by its own law.
    fn lost_after(&mut self, frontier: Option<Instant>) -> Loss {
        let frontier = frontier.unwrap_or(Instant::START);
        let mut loss = Loss::default();
        for step in self.acked.iter().filter(|step| step.slices.iter().any(|(_, to, _)| *to > frontier)) {
            let total: f64 = step.slices.iter().map(|(_, _, expected)| expected).sum();
            let late: Vec<Slot> = step.slices.iter().filter_map(|slice| after(*slice, frontier)).collect();
            let share = (late.iter().map(|(_, _, expected)| expected).sum::<f64>() / total).min(1.0);
            let writes = if late == step.slices { step.writes } else { binomial(step.writes, share, &mut || self.log_stream.share()) };
            if writes == 0 {
                continue;
            }
            if loss.oldest.is_none() {
                let way = self.log_stream.least_of(writes);
                loss.oldest = Some(instant_at(&in_time_order(&late), way));
            }
            loss.writes += writes;
        }
        loss
    }

    /// The writes between two instants, each with its instant and lag, in time order; and how many came
    /// later, after the channel was down for good: they are missing whatever their lag.
    fn drawn_writes(&mut self, from: Instant, to: Instant, lag: impl Fn(f64) -> Duration) -> (Vec<Write>, Loss) {
        let mut writes = Vec::new();
        let mut later = Loss::default();
        for step in self.acked.iter().filter(|step| step.slices.iter().any(|(_, end, _)| *end > from)) {
            let windows = in_time_order(&step.slices);
            let expected = |windows: &[Slot]| windows.iter().map(|(_, _, expected)| expected).sum::<f64>();
            let since: Vec<Slot> = windows.iter().filter_map(|slot| after(*slot, from)).collect();
            let beyond: Vec<Slot> = windows.iter().filter_map(|slot| after(*slot, to)).collect();
            let stream = &mut self.log_stream;
            let share = |part: f64, whole: f64| if whole > 0.0 { (part / whole).min(1.0) } else { 0.0 };
            let recent = binomial(step.writes, share(expected(&since), expected(&windows)), &mut || stream.share());
            let gone = binomial(recent, share(expected(&beyond), expected(&since)), &mut || stream.share());
            for _ in gone..recent {
                let way = stream.share() * (1.0 - share(expected(&beyond), expected(&since)));
                writes.push(Write { at: instant_at(&since, way), lag: lag(stream.share()) });
            }
            if gone > 0 && later.oldest.is_none() {
                later.oldest = Some(instant_at(&beyond, stream.least_of(gone)));
            }
            later.writes += gone;
        }
        writes.sort_by_key(|write| write.at);
        (writes, later)
    }
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

/// The part of a slice after `frontier`.
fn after((from, to, expected): Slot, frontier: Instant) -> Option<Slot> {
    if to <= frontier {
        return None;
    }
    let start = from.max(frontier);
    Some((start, to, expected * to.since(start).seconds() / to.since(from).seconds()))
}

/// The same expected writes as windows in time order that do not overlap: populations write at the same time.
fn in_time_order(slices: &[Slot]) -> Vec<Slot> {
    let mut edges: Vec<Instant> = slices.iter().flat_map(|(from, to, _)| [*from, *to]).collect();
    edges.sort();
    edges.dedup();
    let expected_between = |begin: Instant, end: Instant| -> f64 {
        let part = |(from, to, expected): &Slot| {
            if *from <= begin && end <= *to { expected * end.since(begin).seconds() / to.since(*from).seconds() } else { 0.0 }
        };
        slices.iter().map(part).sum()
    };
    edges.windows(2).map(|edge| (edge[0], edge[1], expected_between(edge[0], edge[1]))).collect()
}

/// The instant at this share of the expected writes of windows in time order.
fn instant_at(windows: &[Slot], share: f64) -> Instant {
    let total: f64 = windows.iter().map(|(_, _, expected)| expected).sum();
    let mut mark = share * total;
    for (from, to, expected) in windows {
        if mark < *expected {
            return *from + Duration::from_seconds_f64(to.since(*from).seconds() * mark / expected);
        }
        mark -= expected;
    }
    windows.last().map_or(Instant::START, |(_, to, _)| *to)
}

/// With one lag for all writes: the instant up to which everything is applied at `now`; `None`: nothing is.
fn frontier(channel: &Channel, lag: Duration, now: Instant) -> Option<Instant> {
    channel
        .up
        .iter()
        .map(|(begin, end)| (*begin, (*end).min(now)))
        .filter(|(begin, end)| end.since(*begin) >= lag && begin <= end)
        .map(|(_, end)| end - lag)
        .max()
}
