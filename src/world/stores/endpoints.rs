//! Where the applications of each region send the writes of a store. Every instance of an application (a task, a pod, a connection
//! pool) caches the address of the writer by itself and asks anew when its TTL is over, each at a phase of its own. So a
//! region changes over cache by cache, and the share that has the new address grows over one TTL.
//!
//! ```text
//!  record       Tokyo | Virginia
//!  caches  T T T T T T|V T T T V T|V T V V V T|V V V V V V
//! ```

use crate::engine::random::Stream;
use crate::id::RegionId;
use crate::trace::FactId;
use crate::units::{Duration, Instant, Share};

/// Caches are moved in at most so many groups, one event each: with more caches neighbours ask together.
const GROUPS: u64 = 100;
/// The last groups move when the last of their caches does, so that a threshold of 95% or more is crossed when it would be cache by
/// cache; the others at the middle one of theirs, so that the writes that fail are as many.
const LAST_GROUPS: u64 = 5;

/// The record of a store's endpoint, and who has read it.
#[derive(Clone, Debug)]
pub struct Endpoints {
    /// Where the record leads.
    pub record: RegionId,
    /// The fact that the record could not be changed, while it cannot.
    pub blocked: Option<FactId>,
    /// By region.
    pub caches: Vec<Caches>,
}

impl Endpoints {
    pub fn new(writer: RegionId, ttl: Duration, caches: u64, streams: Vec<Stream>) -> Endpoints {
        let caches =
            streams.into_iter().map(|stream| Caches::new(writer, ttl, caches, stream)).collect();
        Endpoints { record: writer, blocked: None, caches }
    }

    /// Everybody has the new address, without asking.
    pub fn set(&mut self, writer: RegionId) {
        self.record = writer;
        for caches in &mut self.caches {
            caches.held = vec![(writer, caches.all)];
            caches.ring.iter_mut().for_each(|group| group.holds = writer);
        }
    }

    /// Whether some cache leads to a region.
    pub fn lead_to(&self, region: RegionId) -> bool {
        self.caches.iter().any(|caches| caches.held.iter().any(|(to, _)| *to == region))
    }
}

/// The caches of one region.
#[derive(Clone, Debug)]
pub struct Caches {
    ttl: Duration,
    all: u64,
    /// Where they lead, and how many; those that asked last stand last.
    held: Vec<(RegionId, u64)>,
    /// In the order in which they ask, over and over. Empty until the first change: before that their phases make no difference.
    ring: Vec<Group>,
    /// Who asks next, if anybody is waited for, and when.
    next: usize,
    awaited: Option<Instant>,
    /// How many groups have not asked since the record last changed.
    left: usize,
    /// Why the record last changed.
    pub cause: Option<FactId>,
    stream: Stream,
}

/// Caches that ask together.
#[derive(Clone, Copy, Debug)]
struct Group {
    /// Nanoseconds into each TTL.
    phase: u64,
    caches: u64,
    holds: RegionId,
}

impl Caches {
    fn new(writer: RegionId, ttl: Duration, all: u64, stream: Stream) -> Caches {
        Caches {
            ttl,
            all,
            held: vec![(writer, all)],
            ring: Vec::new(),
            next: 0,
            awaited: None,
            left: 0,
            cause: None,
            stream,
        }
    }

    /// Where writes go, with the share of each place; together the whole.
    pub fn shares(&self) -> impl Iterator<Item = (Share, RegionId)> + '_ {
        self.held.iter().map(|(to, caches)| (self.share(*caches), *to))
    }

    fn share(&self, caches: u64) -> Share {
        Share::from_parts(
            (u128::from(Share::ALL.parts()) * u128::from(caches) / u128::from(self.all)) as u64,
        )
    }

    /// The share of the caches that lead to a region.
    pub fn share_of(&self, region: RegionId) -> Share {
        self.share(self.held.iter().find(|(to, _)| *to == region).map_or(0, |(_, caches)| *caches))
    }

    /// The record has changed: when the next cache asks, unless that is awaited already.
    pub fn follow(&mut self, now: Instant, cause: FactId) -> Option<Instant> {
        self.draw(now);
        self.cause = Some(cause);
        self.left = self.ring.len();
        if self.awaited.is_some() {
            return None;
        }
        self.await_first(now)
    }

    /// Whether the caches that ask at this instant are those that are waited for.
    pub fn is_awaited(&self, now: Instant) -> bool {
        self.awaited == Some(now)
    }

    /// Those whose time is over ask. True if one of them learned something; and when the next will ask.
    pub fn ask(&mut self, now: Instant, record: RegionId) -> (bool, Option<Instant>) {
        let mut learned = false;
        while self.left > 0 && self.due(self.ring[self.next], now) == now {
            learned |= self.learn(self.next, record);
            self.next = (self.next + 1) % self.ring.len();
            self.left -= 1;
        }
        self.awaited = (self.left > 0).then(|| self.due(self.ring[self.next], now));
        (learned, self.awaited)
    }

    /// Nobody can ask any more: whoever would goes on with what it has.
    pub fn pause(&mut self) {
        (self.awaited, self.left) = (None, 0);
    }

    /// One can ask again: whose time was over meanwhile asks at once, the others when theirs is. As [`Caches::ask`].
    pub fn resume(
        &mut self,
        since: Instant,
        now: Instant,
        record: RegionId,
    ) -> (bool, Option<Instant>) {
        self.draw(now);
        let mut learned = false;
        for index in 0..self.ring.len() {
            if self.due(self.ring[index], since) <= now {
                learned |= self.learn(index, record);
                self.ring[index].phase = now.as_nanos() % self.ttl.as_nanos().max(1);
            }
        }
        self.ring.sort_by_key(|group| group.phase);
        self.left = if self.held.iter().all(|(to, _)| *to == record) { 0 } else { self.ring.len() };
        let next =
            (self.left > 0).then(|| self.await_first(now + Duration::from_nanos(1))).flatten();
        (learned, next)
    }

    fn await_first(&mut self, from: Instant) -> Option<Instant> {
        self.next = (0..self.ring.len()).min_by_key(|index| self.due(self.ring[*index], from))?;
        self.awaited = Some(self.due(self.ring[self.next], from));
        self.awaited
    }

    /// A group takes what the record says; false: it had that already.
    fn learn(&mut self, index: usize, record: RegionId) -> bool {
        let Group { caches, holds, .. } = self.ring[index];
        if holds == record {
            return false;
        }
        self.ring[index].holds = record;
        self.held.iter_mut().filter(|(to, _)| *to == holds).for_each(|(_, held)| *held -= caches);
        let known = self
            .held
            .iter()
            .position(|(to, _)| *to == record)
            .map_or(0, |at| self.held.remove(at).1);
        self.held.push((record, known + caches));
        self.held.retain(|(_, held)| *held > 0);
        true
    }

    /// When a group asks, at an instant or next after it.
    fn due(&self, group: Group, from: Instant) -> Instant {
        let ttl = self.ttl.as_nanos().max(1);
        from + Duration::from_nanos((group.phase + ttl - from.as_nanos() % ttl) % ttl)
    }

    /// What is left of the life of each cached address, at the first instant at which it matters: uniform within a TTL.
    fn draw(&mut self, now: Instant) {
        if !self.ring.is_empty() {
            return;
        }
        let holds = self.held[0].0;
        if self.ttl.is_zero() {
            self.ring = vec![Group { phase: 0, caches: self.all, holds }];
            return;
        }
        let ttl = self.ttl.seconds();
        let mut left: Vec<Duration> =
            (0..self.all).map(|_| Duration::from_seconds_f64(ttl * self.stream.share())).collect();
        left.sort_unstable();
        let groups = GROUPS.min(self.all);
        let beyond = |group: u64| (group * self.all).div_ceil(groups);
        self.ring = (0..groups)
            .map(|group| {
                let (first, end) = (beyond(group), beyond(group + 1));
                let asks =
                    if group + LAST_GROUPS >= groups { end - 1 } else { (first + end - 1) / 2 };
                Group {
                    phase: (now + left[asks as usize]).as_nanos() % self.ttl.as_nanos(),
                    caches: end - first,
                    holds,
                }
            })
            .collect();
    }
}
