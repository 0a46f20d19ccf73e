//! What a promoted replica lacks: how many acknowledged writes, and how old the oldest was when the writer was lost.
//!
//! ```text
//!  writer   =======|  down  |====|            acknowledged, and again after its return
//!  replica  ====                 | promoted
//!               |--|             the oldest from before: its age when the region went down
//!                           |----|  the oldest from after its return: its age at the promotion
//! ```

use super::{Slot, StoreState};
use crate::engine::counts::binomial;
use crate::engine::random::Stream;
use crate::replication::async_log::{AsyncLog, LagVaries, Order};
use crate::replication::snapshots::Snapshots;
use crate::replication::{Channel, Loss, Store, Tail, Write};
use crate::units::{Duration, Instant};

/// Writes that are lost.
#[derive(Clone, Copy, Debug, Default)]
struct Lost {
    writes: u64,
    /// When the oldest was acknowledged.
    oldest: Option<Instant>,
    /// The same of those from after the return of the writer's region.
    oldest_since_return: Option<Instant>,
}

impl Lost {
    /// More of them, later than those so far.
    fn then(self, later: Lost) -> Lost {
        Lost {
            writes: self.writes + later.writes,
            oldest: self.oldest.or(later.oldest),
            oldest_since_return: self.oldest_since_return.or(later.oldest_since_return),
        }
    }
}

impl StoreState {
    /// How many writes the promoted replica lacks at `now`, and the age of the oldest when the old writer was lost: when its region
    /// went down, or now, if it is up and only loses its role.
    pub fn loss(&mut self, spec: &Store, now: Instant, floor: Duration) -> (u64, Duration) {
        let lost = self.lost(spec, now, floor);
        let before = |oldest: Option<Instant>, end: Instant| oldest.map_or(Duration::ZERO, |oldest| end.since(oldest));
        let age = match self.writer_down {
            Some((since, None)) => before(lost.oldest, since),
            Some((since, Some(_))) => before(lost.oldest, since).max(before(lost.oldest_since_return, now)),
            None => before(lost.oldest, now),
        };
        (lost.writes, age)
    }

    fn lost(&mut self, spec: &Store, now: Instant, floor: Duration) -> Lost {
        let mut channel = self.channel.clone();
        if let Some(since) = self.channel_up_since {
            channel.up.push((since, now));
        }
        match spec.replication.behaviour().tail() {
            Tail::Items(_) => Lost::default(),
            // Nobody is promoted, so nothing is left behind.
            Tail::Quorum(_) => Lost::default(),
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
                missing(log, &writes, &channel, now, self.returned()).then(never_shipped)
            }
        }
    }

    /// When the writer's region came back from where it was lost; `None`: it never went, or is not back.
    fn returned(&self) -> Option<Instant> {
        self.writer_down.and_then(|(_, back)| back)
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

    /// Acknowledged writes after `frontier` (all, when nothing was ever applied): whole steps as
    /// counted, the step in between by the binomial law of its writes, the oldest by its own law.
    fn lost_after(&mut self, frontier: Option<Instant>) -> Lost {
        let frontier = frontier.unwrap_or(Instant::START);
        let (mut lost, returned) = (Lost::default(), self.returned());
        for step in self.acked.iter().filter(|step| step.slices.iter().any(|(_, to, _)| *to > frontier)) {
            let total: f64 = step.slices.iter().map(|(_, _, expected)| expected).sum();
            let late: Vec<Slot> = step.slices.iter().filter_map(|slice| after(*slice, frontier)).collect();
            let share = (late.iter().map(|(_, _, expected)| expected).sum::<f64>() / total).min(1.0);
            let writes = if late == step.slices { step.writes } else { binomial(step.writes, share, &mut || self.log_stream.share()) };
            if writes == 0 {
                continue;
            }
            lost = lost.then(oldest_of(writes, &in_time_order(&late), lost, returned, &mut self.log_stream));
        }
        lost
    }

    /// The writes between two instants, each with its instant and lag, in time order; and how many came
    /// later, after the channel was down for good: they are missing whatever their lag.
    fn drawn_writes(&mut self, from: Instant, to: Instant, lag: impl Fn(f64) -> Duration) -> (Vec<Write>, Lost) {
        let mut writes = Vec::new();
        let (mut later, returned) = (Lost::default(), self.returned());
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
            if gone > 0 {
                later = later.then(oldest_of(gone, &beyond, later, returned, stream));
            }
        }
        writes.sort_by_key(|write| write.at);
        (writes, later)
    }
}

/// When the oldest of some writes of one step was acknowledged, unless older ones are known. Steps end where a region goes down or
/// comes back.
fn oldest_of(writes: u64, windows: &[Slot], known: Lost, returned: Option<Instant>, stream: &mut Stream) -> Lost {
    let is_since_return = returned.is_some_and(|back| windows.first().is_some_and(|(from, ..)| *from >= back));
    if known.oldest.is_some() && (known.oldest_since_return.is_some() || !is_since_return) {
        return Lost { writes, ..Lost::default() };
    }
    let oldest = Some(instant_at(windows, stream.least_of(writes)));
    Lost { writes, oldest, oldest_since_return: oldest.filter(|_| is_since_return) }
}

/// What a log lacks of these writes, which are in time order.
fn missing(log: &AsyncLog, writes: &[Write], channel: &Channel, now: Instant, returned: Option<Instant>) -> Lost {
    let Loss { writes: count, oldest } = log.missing(writes, channel, now);
    let since_return = |back: Instant| {
        let since = &writes[writes.partition_point(|write| write.at < back)..];
        match log.order {
            // Whatever came after a missing write is missing.
            Order::InOrder => oldest.and_then(|oldest| since.iter().find(|write| write.at >= oldest)).map(|write| write.at),
            Order::Unordered => log.missing(since, channel, now).oldest,
        }
    };
    Lost { writes: count, oldest, oldest_since_return: returned.and_then(since_return) }
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
