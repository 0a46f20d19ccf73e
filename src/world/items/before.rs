//! Writes that were under way between the replicas when the run began. They are in no count of the run and in no state of a key: they are
//! there to be lost with a region that is destroyed.
//!
//! ```text
//!  made --------|the run begins -----> arrives, unless its way is shut, or what holds it is gone
//! ```
//!
//! Nothing happens when one of them arrives: whether it has is asked only when a way changes or a region is lost.

use super::Items;
use super::ways::{Pace, Way};
use crate::engine::counts::poisson;
use crate::engine::random::{Stream, Streams};
use crate::units::{Duration, Instant, Share};
use crate::world::before::{LIMIT, Takes, UnderWay};

/// A write made before the run.
#[derive(Clone, Debug)]
struct Earlier {
    /// How long before.
    age: Duration,
    origin: usize,
    /// Replicas that have it, as bits.
    has: u64,
    under_way: Vec<Leg>,
}

/// Its way to one replica.
#[derive(Clone, Copy, Debug)]
struct Leg {
    to: usize,
    takes: Duration,
    /// `None`: the way is shut, and it waits.
    arrives: Option<Instant>,
}

/// What is known of the time before the run.
#[derive(Clone, Debug, Default)]
pub struct Before {
    writes: Vec<Earlier>,
    /// More may have been under way than can be told.
    is_least: bool,
}

/// Where a write of one region goes: by replica, how long that takes.
type Legs<'l> = &'l [(usize, Takes)];

impl Before {
    /// What one region took: so many times a second so many writes at once. `ways`: those from it, where order or capacity let changes wait
    /// for one another.
    fn add(
        &mut self,
        origin: usize,
        (rate, at_once): (f64, usize),
        legs: Legs,
        ways: Option<(&mut [Way], Pace)>,
        stream: &mut Stream,
    ) {
        let places = legs.len() + 1;
        let all = u64::MAX >> (64 - places);
        let made = match ways {
            None => independent(rate, at_once, legs, stream),
            Some((ways, pace)) => queued(rate, at_once, legs, ways, pace, stream),
        };
        let Some(made) = made else {
            self.is_least = true;
            return;
        };
        for (age, under_way) in made.into_iter().filter(|(_, under_way)| !under_way.is_empty()) {
            let has = under_way.iter().fold(all, |has, leg| has & !(1 << leg.to));
            self.writes.push(Earlier { age, origin, has, under_way });
        }
    }

    /// Those that have arrived by now have.
    fn settle(&mut self, now: Instant) {
        for write in &mut self.writes {
            let has = &mut write.has;
            write.under_way.retain(|leg| {
                let is_there = leg.arrives.is_some_and(|arrives| arrives < now);
                *has |= u64::from(is_there) << leg.to;
                !is_there
            });
        }
    }

    /// Takes legs off by their ends.
    fn drop_legs(&mut self, is_dropped: impl Fn(usize, usize) -> bool) {
        for write in &mut self.writes {
            let origin = write.origin;
            write.under_way.retain(|leg| !is_dropped(origin, leg.to));
        }
    }
}

/// Made so long before the run, with the legs that are not over.
type Made = Vec<(Duration, Vec<Leg>)>;

fn leg(to: usize, one: UnderWay) -> Leg {
    Leg {
        to,
        takes: one.takes,
        arrives: Some(
            Instant::START + Duration::from_nanos(one.takes.as_nanos() - one.age.as_nanos()),
        ),
    }
}

/// Every change takes its own time: those to one replica are a Poisson field, and a write that is under way to several is counted with the
/// first of them.
fn independent(rate: f64, at_once: usize, legs: Legs, stream: &mut Stream) -> Option<Made> {
    let mean: f64 = legs.iter().map(|(_, takes)| takes.at_most()).sum::<f64>() * at_once as f64;
    if rate * mean > LIMIT {
        return None;
    }
    let changes: Vec<(usize, &(usize, Takes))> =
        (0..at_once).flat_map(|write| legs.iter().map(move |leg| (write, leg))).collect();
    let mut made = Vec::new();
    for (index, (of, (to, takes))) in changes.iter().enumerate() {
        for one in takes.under_way(rate, stream) {
            let mut under_way = vec![Vec::new(); at_once];
            under_way[*of].push(leg(*to, one));
            let mut is_first = true;
            for (other, (write, (to, takes))) in
                changes.iter().enumerate().filter(|(other, _)| *other != index)
            {
                let twin = UnderWay { age: one.age, takes: takes.draw(stream) };
                if twin.takes > one.age {
                    is_first &= other > index;
                    under_way[*write].push(leg(*to, twin));
                }
            }
            if is_first {
                made.extend(under_way.into_iter().map(|legs| (one.age, legs)));
            }
        }
    }
    Some(made)
}

/// Changes wait for those before them: they are sent one after the other from so long before that nothing older is left.
fn queued(
    rate: f64,
    at_once: usize,
    legs: Legs,
    ways: &mut [Way],
    pace: Pace,
    stream: &mut Stream,
) -> Option<Made> {
    let load = rate * at_once as f64 * pace.each.seconds();
    if load >= 1.0 {
        return None;
    }
    // The relaxation time of the queue, with room to spare.
    let relaxation = pace.each.seconds() / ((1.0 - load) * (1.0 - load));
    let longest = legs.iter().map(|(_, takes)| takes.longest()).max().unwrap_or(Duration::ZERO);
    let length = longest + Duration::from_seconds_f64(40.0 * relaxation);
    if rate * length.seconds() > LIMIT {
        return None;
    }
    let mut times: Vec<Duration> = (0..poisson(rate * length.seconds(), &mut || stream.share()))
        .map(|_| Duration::from_seconds_f64(length.seconds() * stream.share()))
        .collect();
    times.sort();
    let mut clocks = vec![Way::open(); ways.len()];
    let end = Instant::START + length;
    let mut made = Vec::new();
    for time in times {
        for _ in 0..at_once {
            let mut under_way = Vec::new();
            for (to, takes) in legs {
                let takes = takes.draw(stream);
                let arrives = clocks[*to].arrival(Instant::START + time, takes, pace);
                if arrives > end {
                    under_way.push(Leg {
                        to: *to,
                        takes,
                        arrives: Some(Instant::START + arrives.since(end)),
                    });
                }
            }
            made.push((end.since(Instant::START + time), under_way));
        }
    }
    legs.iter().for_each(|(to, _)| ways[*to].go_on(&clocks[*to], end));
    Some(made)
}

impl Items {
    /// The same load for ever before the run. `rates`: by position, writes a second that are taken there.
    pub fn remember(
        &mut self,
        rates: &[f64],
        floor: &dyn Fn(usize, usize) -> Duration,
        label: &dyn Fn(usize) -> String,
        store: &str,
        streams: &Streams,
    ) {
        if self.shipping.anti_entropy.is_some() {
            // The run begins as an exchange of everything ends.
            return;
        }
        let pace = self.pace();
        let waits = pace.in_order || !pace.each.is_zero();
        let laws: Vec<_> =
            std::iter::once(self.shipping.lag).chain(self.shipping.transfer).collect();
        let stays = if self.shipping.deletes_travel() { Share::NONE } else { self.keys.deletes };
        for (origin, rate) in rates.iter().enumerate().filter(|(_, rate)| **rate > 0.0) {
            let others = (0..self.places.len()).filter(|to| *to != origin);
            let legs: Vec<(usize, Takes)> = others
                .map(|to| (to, Takes { laws: laws.clone(), floor: floor(origin, to) }))
                .collect();
            let mut stream =
                streams.of(&format!("store/{store}/items/before/{}", label(origin)), 0);
            // Deletes that stay where they were made have been staying there for ever.
            self.before.is_least |= stays > Share::NONE;
            let travelling = rate * (1.0 - stays.as_f64());
            let pairs = self.keys.transactions.as_f64();
            for (share, at_once) in
                [(1.0 - pairs, 1), (pairs, 2)].into_iter().filter(|(share, _)| *share > 0.0)
            {
                let ways = waits.then_some((self.ways[origin].as_mut_slice(), pace));
                self.before.add(origin, (travelling * share, at_once), &legs, ways, &mut stream);
            }
        }
    }

    /// A way is shut: what was on it waits.
    pub(super) fn hold_earlier(&mut self, from: usize, to: usize, now: Instant) {
        self.before.settle(now);
        let legs = self
            .before
            .writes
            .iter_mut()
            .filter(|write| write.origin == from)
            .flat_map(|write| &mut write.under_way);
        legs.filter(|leg| leg.to == to).for_each(|leg| leg.arrives = None);
    }

    /// A way has opened: what waited sets out anew, the oldest first and before anything of the run.
    pub fn depart_earlier(
        &mut self,
        (from, to): (usize, usize),
        now: Instant,
        floor: Duration,
        slower: Duration,
    ) {
        let pace = self.pace();
        self.before.writes.sort_by_key(|write| std::cmp::Reverse(write.age));
        let way = &mut self.ways[from][to];
        let legs = self
            .before
            .writes
            .iter_mut()
            .filter(|write| write.origin == from)
            .flat_map(|write| &mut write.under_way);
        legs.filter(|leg| leg.to == to && leg.arrives.is_none()).for_each(|leg| {
            leg.arrives = Some(way.arrival(now, leg.takes.max(floor) + slower, pace))
        });
    }

    /// What waited in a region's memory, or was on its way from there, is gone.
    pub(super) fn drop_earlier(&mut self, from: usize, now: Instant) {
        self.before.settle(now);
        self.before.drop_legs(|origin, _| origin == from);
    }

    /// A region is destroyed: what no other has is lost.
    pub(super) fn lose_earlier(&mut self, place: usize, now: Instant) {
        self.before.settle(now);
        self.before.drop_legs(|origin, to| origin == place || to == place);
        self.tally.is_least |= self.before.is_least;
        let tally = &mut self.tally;
        self.before.writes.retain_mut(|write| {
            write.has &= !(1 << place);
            // Only its origin sends it, so what is on its way from a region that is up is there as well.
            if write.has != 0 {
                return true;
            }
            tally.lost_before += 1;
            tally.oldest_lost = tally.oldest_lost.max(Some(now.since(Instant::START) + write.age));
            false
        });
    }
}
