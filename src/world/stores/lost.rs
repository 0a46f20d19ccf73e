//! What a promoted replica lacks of what the old writer acknowledged, in the run and before it.
//!
//! ```text
//!              before the run               | steps of the run
//!  acked  -----------------------------------|..|..|..|..|X
//!               ^ everything up to here is applied       the writer is lost
//! ```
//!
//! A writer that was back before the promotion has lost writes from before it went, as old as they were when it went, and from
//! after its return, as old as they are at the promotion.
//!
//! The history of a store has a clock of its own, which has shown a long time already when the run begins. What was acknowledged
//! before is the same load, for ever: it is drawn only where something of it can be missing.

use super::history::History;
use super::slots::{Slot, expected, in_time_order, instant_at};
use crate::engine::counts::{LARGEST_MEAN, binomial, poisson};
use crate::engine::random::Stream;
use crate::replication::async_log::{AsyncLog, LagVaries, Order};
use crate::replication::snapshots::Snapshots;
use crate::replication::{Channel, Loss, Store, Tail, Write};
use crate::units::{Duration, Instant};
use crate::world::before::{LIMIT, Takes};

/// What the clock of a history shows when the run begins: 146 years.
const BEGIN: Duration = Duration::from_nanos(1 << 62);

/// An instant of the run on the clock of a store's history. [`Instant::START`] stays what is earlier than everything.
pub fn dated(now: Instant) -> Instant {
    now + BEGIN
}

/// What a writer acknowledged before the run: so many writes a second.
#[derive(Clone, Debug)]
pub struct Past {
    rate: f64,
    stream: Stream,
}

impl Past {
    /// The writes after `frontier` and before the run. Where nothing was ever applied, nobody knows how many.
    fn after(&mut self, frontier: Instant) -> Loss {
        if frontier == Instant::START {
            return Loss { is_least: true, ..Loss::default() };
        }
        let span = dated(Instant::START).since(frontier);
        let writes = self.count(self.rate * span.seconds());
        let oldest = (writes > 0).then(|| {
            frontier + Duration::from_seconds_f64(span.seconds() * self.stream.least_of(writes))
        });
        Loss { writes, oldest, before: writes, ..Loss::default() }
    }

    fn count(&mut self, mean: f64) -> u64 {
        poisson(mean.min(LARGEST_MEAN), &mut || self.stream.share())
    }

    /// In time order, the writes before the run that a log may not have applied when it began, looking back to `oldest`; `None`: not known.
    fn under_way(
        &mut self,
        log: &AsyncLog,
        floor: Duration,
        oldest: Instant,
    ) -> Option<Vec<Write>> {
        let begin = dated(Instant::START);
        let takes = Takes { laws: vec![log.lag], floor };
        let (span, rate) = (begin.since(oldest), self.rate);
        if span.is_zero() {
            return Some(Vec::new());
        }
        // A queue before the channel holds up what comes after: then all writes since it was last empty count.
        let expected =
            if log.ships.is_some() { rate * span.seconds() } else { rate * takes.at_most() };
        if oldest == Instant::START || expected > LIMIT {
            return None;
        }
        let stream = &mut self.stream;
        let mut writes: Vec<Write> = match log.ships {
            Some(_) => {
                let count = poisson(expected, &mut || stream.share());
                let at = |share: f64| oldest + Duration::from_seconds_f64(span.seconds() * share);
                (0..count)
                    .map(|_| Write { at: at(stream.share()), lag: takes.draw(stream) })
                    .collect()
            }
            None => takes
                .under_way(rate, stream)
                .into_iter()
                .map(|one| Write { at: begin - one.age, lag: one.takes })
                .collect(),
        };
        writes.sort_by_key(|write| write.at);
        Some(writes)
    }

    /// How many writes since `oldest` had arrived when the run began, and are missing because an older one is: as many as were made, less
    /// those that were under way.
    fn held_up(&mut self, log: &AsyncLog, floor: Duration, oldest: Instant) -> u64 {
        const PARTS: u32 = 4_096;
        let span = dated(Instant::START).since(oldest);
        let shares = (0..PARTS).map(|part| (f64::from(part) + 0.5) / f64::from(PARTS));
        let under_way =
            shares.map(|share| log.lag.at(share).max(floor).min(span).seconds()).sum::<f64>()
                / f64::from(PARTS);
        self.count(self.rate * (span.seconds() - under_way).max(0.0))
    }
}

impl History {
    /// The writer has acknowledged so many writes a second, for as long as anybody can tell.
    pub fn remember(&mut self, rate: f64, stream: Stream) {
        self.past = Some(Past { rate, stream });
    }

    /// What the promoted replica lacks at `now`, and the age of the oldest write when the old writer was lost: when its region
    /// went down, or now, if it is up and only loses its role. `known`: up to when commits were confirmed that waited.
    pub fn loss(
        &mut self,
        spec: &Store,
        known: Option<Instant>,
        now: Instant,
        floor: Duration,
    ) -> (Loss, Duration) {
        let loss = self.lacks(spec, known, dated(now), floor);
        let before = |oldest: Option<Instant>, end: Instant| {
            oldest.map_or(Duration::ZERO, |oldest| dated(end).since(oldest))
        };
        let age = match self.writer_down {
            Some((since, None)) => before(loss.oldest, since),
            Some((since, Some(_))) => {
                before(loss.oldest, since).max(before(loss.oldest_since_return, now))
            }
            None => before(loss.oldest, now),
        };
        (loss, age)
    }

    /// When the writer's region came back from where it was lost, in the store's history; `None`: it never went, or is not back.
    fn returned(&self) -> Option<Instant> {
        self.writer_down.and_then(|(_, back)| back).map(dated)
    }

    /// What the promoted replica lacks; `now` is of the store's history.
    fn lacks(
        &mut self,
        spec: &Store,
        known: Option<Instant>,
        now: Instant,
        floor: Duration,
    ) -> Loss {
        let mut channel = self.channel.clone();
        if let Some(since) = self.channel_up_since {
            channel.up.push((since, now));
        }
        match spec.replication.behaviour().tail() {
            Tail::Items(_) => Loss::default(),
            // Nobody is promoted, so nothing is left behind.
            Tail::Quorum(_) => Loss::default(),
            Tail::Snapshots(snapshots) => {
                let newest = self.newest_copy(snapshots, &channel, now);
                self.lost_after(newest)
            }
            Tail::Confirmed => self.lost_after(known),
            Tail::Log(log) if log.lag_varies == LagVaries::Stream => {
                let lag = log.lag.at(self.stream.share()).max(floor);
                let frontier = self.spikes.frontier(|adds| frontier(&channel, lag + adds, now));
                self.lost_after(frontier)
            }
            Tail::Log(log) => self.lacks_each(log, &channel, now, floor),
        }
    }

    /// Where every write has a lag of its own.
    fn lacks_each(
        &mut self,
        log: &AsyncLog,
        channel: &Channel,
        now: Instant,
        floor: Duration,
    ) -> Loss {
        let lookback = log.lookback(self.write_rate).max(floor) + self.spikes.most();
        let oldest = frontier(channel, lookback, now).unwrap_or(Instant::START);
        let shipped_until = channel.up.last().map_or(Instant::START, |(_, end)| *end);
        let (mut writes, never_shipped) =
            self.drawn_writes(oldest, shipped_until, |share| log.lag.at(share).max(floor));
        let earlier = self
            .past
            .as_mut()
            .map_or_else(|| Some(Vec::new()), |past| past.under_way(log, floor, oldest));
        let (is_least, earlier) = (earlier.is_none(), earlier.unwrap_or_default());
        let begun = earlier.len();
        writes.splice(0..0, earlier);
        writes.iter_mut().for_each(|write| write.lag = write.lag + self.spikes.at(write.at));
        log.queue(&mut writes, || self.stream.share());
        let mut loss = log.missing(&writes, channel, now);
        loss.before = log.missing(&writes[..begun], channel, now).writes;
        if let (Some(past), Some(oldest), Order::InOrder, None) =
            (&mut self.past, loss.oldest.filter(|_| loss.before > 0), log.order, log.ships)
        {
            let held_up = past.held_up(log, floor, oldest);
            loss.before += held_up;
            loss.writes += held_up;
        }
        loss.oldest_since_return = self
            .returned()
            .and_then(|back| oldest_since(log, &writes, channel, now, back, loss.oldest));
        Loss { is_least, ..then(loss, never_shipped) }
    }

    /// When the newest snapshot was taken of which a whole copy is elsewhere at `now`; `None`: there is none.
    fn newest_copy(
        &mut self,
        snapshots: &Snapshots,
        channel: &Channel,
        now: Instant,
    ) -> Option<Instant> {
        let period = snapshots.every.as_nanos().max(1);
        let phase = (self.stream.share() * period as f64) as u64;
        let shipped_until = channel.up.last().map_or(Instant::START, |(_, end)| (*end).min(now));
        // Snapshots were taken before the run as well; a writer that took over began with the run's own.
        let first = dated(Instant::from_nanos(phase)).as_nanos();
        let earliest = if self.past.is_some() { first % period } else { first };
        let mut taken =
            earliest + shipped_until.as_nanos().checked_sub(earliest)? / period * period;
        loop {
            let snapshot = Write {
                at: Instant::from_nanos(taken),
                lag: snapshots.copy.at(self.stream.share()),
            };
            if channel.applied(snapshot).is_some_and(|copied| copied <= now) {
                return Some(snapshot.at);
            }
            taken = taken.checked_sub(period).filter(|taken| *taken >= earliest)?;
        }
    }

    /// Acknowledged writes after `frontier` (all, when nothing was ever applied): those before the run, whole steps as
    /// counted, the step in between by the binomial law of its writes, the oldest by its own law.
    fn lost_after(&mut self, frontier: Option<Instant>) -> Loss {
        let frontier = frontier.unwrap_or(Instant::START);
        let (mut loss, returned) = (
            self.past.as_mut().map_or_else(Loss::default, |past| past.after(frontier)),
            self.returned(),
        );
        for step in
            self.acked.iter().filter(|step| step.slots.iter().any(|slot| slot.to > frontier))
        {
            let total = expected(&step.slots);
            let late: Vec<Slot> =
                step.slots.iter().filter_map(|slot| slot.after(frontier)).collect();
            let share = (expected(&late) / total).min(1.0);
            let writes = if late == step.slots {
                step.writes
            } else {
                binomial(step.writes, share, &mut || self.stream.share())
            };
            if writes == 0 {
                continue;
            }
            loss = then(
                loss,
                oldest_of(writes, &in_time_order(&late), loss, returned, &mut self.stream),
            );
        }
        loss
    }

    /// The writes between two instants, each with its instant and lag, in time order; and how many came
    /// later, after the channel was down for good: they are missing whatever their lag.
    fn drawn_writes(
        &mut self,
        from: Instant,
        to: Instant,
        lag: impl Fn(f64) -> Duration,
    ) -> (Vec<Write>, Loss) {
        let mut writes = Vec::new();
        let (mut later, returned) = (Loss::default(), self.returned());
        for step in self.acked.iter().filter(|step| step.slots.iter().any(|slot| slot.to > from)) {
            let windows = in_time_order(&step.slots);
            let since: Vec<Slot> = windows.iter().filter_map(|slot| slot.after(from)).collect();
            let beyond: Vec<Slot> = windows.iter().filter_map(|slot| slot.after(to)).collect();
            let stream = &mut self.stream;
            let share =
                |part: f64, whole: f64| if whole > 0.0 { (part / whole).min(1.0) } else { 0.0 };
            let recent =
                binomial(step.writes, share(expected(&since), expected(&windows)), &mut || {
                    stream.share()
                });
            let gone = binomial(recent, share(expected(&beyond), expected(&since)), &mut || {
                stream.share()
            });
            for _ in gone..recent {
                let way = stream.share() * (1.0 - share(expected(&beyond), expected(&since)));
                writes.push(Write { at: instant_at(&since, way), lag: lag(stream.share()) });
            }
            if gone > 0 {
                later = then(later, oldest_of(gone, &beyond, later, returned, stream));
            }
        }
        writes.sort_by_key(|write| write.at);
        (writes, later)
    }
}

/// More lost writes, later than those so far.
fn then(so_far: Loss, later: Loss) -> Loss {
    Loss {
        writes: so_far.writes + later.writes,
        oldest: so_far.oldest.or(later.oldest),
        oldest_since_return: so_far.oldest_since_return.or(later.oldest_since_return),
        ..so_far
    }
}

/// When the oldest of some writes of one step was acknowledged, unless older ones are known. Steps end where a region goes down or
/// comes back.
fn oldest_of(
    writes: u64,
    windows: &[Slot],
    known: Loss,
    returned: Option<Instant>,
    stream: &mut Stream,
) -> Loss {
    let is_since_return =
        returned.is_some_and(|back| windows.first().is_some_and(|slot| slot.from >= back));
    if known.oldest.is_some() && (known.oldest_since_return.is_some() || !is_since_return) {
        return Loss { writes, ..Loss::default() };
    }
    let oldest = Some(instant_at(windows, stream.least_of(writes)));
    Loss {
        writes,
        oldest,
        oldest_since_return: oldest.filter(|_| is_since_return),
        ..Loss::default()
    }
}

/// The oldest of the writes since a return that a log lacks, of all in time order; `oldest` is the oldest that it lacks of all.
fn oldest_since(
    log: &AsyncLog,
    writes: &[Write],
    channel: &Channel,
    now: Instant,
    back: Instant,
    oldest: Option<Instant>,
) -> Option<Instant> {
    let since = &writes[writes.partition_point(|write| write.at < back)..];
    match log.order {
        // Whatever came after a missing write is missing.
        Order::InOrder => oldest
            .and_then(|oldest| since.iter().find(|write| write.at >= oldest))
            .map(|write| write.at),
        Order::Unordered => log.missing(since, channel, now).oldest,
    }
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
