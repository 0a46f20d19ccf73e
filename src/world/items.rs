//! The sampled keys of one store that several regions write: every version of every key, at every replica, by the policy's
//! real code. Knows nothing of users, regions that fail or time passing: it is told.
//!
//! ```text
//!  take(write at a replica) --> messages, one for each other replica --> arrive(message) --> what each replica shows
//!                                    |                                         |
//!                                    `-- wait while their way is shut          `-- notes: who has it, since when, whom it met
//! ```
//!
//! A write that has reached every replica and shows in none, and that nobody under way can bring back, gets its fate and is
//! forgotten, so that keys stay small however long a run is.

mod before;
mod fates;
mod readers;
pub mod sample;
mod travel;
mod ways;
pub mod writing;

use crate::conflict::{
    Conflict, Content, Dot, History, Op, Policy, Replica, Request, Update, WriteId,
};
use crate::engine::random::{Stream, Streams};
use crate::id::{RegionId, StoreId};
use crate::replication::Store;
use crate::replication::keys::Keys;
use crate::replication::shipping::Shipping;
use crate::trace::grid;
use crate::trace::items::ItemTally;
use crate::units::{Duration, Instant};
use before::Before;
use sample::{Plan, Sample};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use ways::Way;

/// What is known of a write that no replica knows.
#[derive(Clone, Debug)]
pub(super) struct Note {
    at: Instant,
    /// The replica that took it, by position.
    origin: usize,
    dot: Dot,
    /// Replicas that lack it, as bits.
    missing: u64,
    /// Of them, those to which the way was shut while it was to go there.
    held: u64,
    /// Those to which a fault held it up, and that were not destroyed meanwhile.
    was_held: u64,
    has_rival: bool,
    is_beaten: bool,
    /// When a change that brings it was lost on its way.
    dropped: Option<Instant>,
    /// The last write that was made when it was first seen to show nowhere.
    hidden_by: Option<WriteId>,
}

/// One key at all replicas.
#[derive(Clone, Debug)]
pub(super) struct Item {
    replicas: Vec<Replica>,
    history: History,
    notes: BTreeMap<WriteId, Note>,
    /// The newest acknowledged write.
    newest: Option<WriteId>,
    /// Writes that some replica lacks.
    lacking: u32,
    /// Messages.
    under_way: u32,
    /// Arrivals since fates were last looked for.
    news: u32,
    updates: u64,
}

/// A change on its way.
#[derive(Clone, Debug)]
struct Message {
    key: u32,
    id: WriteId,
    from: usize,
    to: usize,
    update: Arc<Update>,
    lag: Duration,
    /// Which of all departures was its last: an arrival that belongs to another is void. `None`: it waits.
    set_out: Option<u64>,
    comes_twice: bool,
}

/// A message that is to be awaited.
#[derive(Clone, Copy, Debug)]
pub struct Await {
    pub message: usize,
    pub set_out: u64,
    pub at: Instant,
}

/// A write that a replica took, and the messages that are to depart.
pub struct Taken {
    pub key: u32,
    pub id: WriteId,
    pub messages: Vec<usize>,
}

#[derive(Debug)]
pub struct Items {
    policy: Policy,
    shipping: Shipping,
    keys: Keys,
    sample: Sample,
    places: Vec<RegionId>,
    items: BTreeMap<u32, Item>,
    messages: Vec<Option<Message>>,
    free: Vec<usize>,
    departures: u64,
    /// From row to column.
    ways: Vec<Vec<Way>>,
    next_id: u64,
    /// Writes that some replica lacks, oldest first.
    open: BTreeSet<(Instant, u32, WriteId)>,
    /// The sum of their instants, nanoseconds.
    open_since: u128,
    /// When the run ends.
    end: Instant,
    /// By write: the transaction that it is half of. By transaction and place: since when one half is there.
    transactions: BTreeMap<WriteId, WriteId>,
    halves: BTreeMap<(WriteId, usize), Instant>,
    /// Keys with such a write.
    divergent: u32,
    /// Changes that a fault held up and that have not arrived yet.
    held: u64,
    is_destroyed: Vec<bool>,
    before: Before,
    pub tally: ItemTally,
    chance: Chance,
}

/// Streams for each purpose, so that another policy or another lag meets the same writes of the same keys.
#[derive(Debug)]
struct Chance {
    keys: Stream,
    operations: Stream,
    /// From row to column.
    lags: Vec<Vec<Stream>>,
    reads: Stream,
}

impl Items {
    pub fn new(
        id: StoreId,
        store: &Store,
        plan: &Plan,
        end: Instant,
        label: &dyn Fn(RegionId) -> String,
        streams: &Streams,
    ) -> Option<Items> {
        let (shipping, keys) = (store.replication.items()?.clone(), store.keys.clone()?);
        let places: Vec<RegionId> = store.replicas().collect();
        let stream =
            |purpose: &str| streams.of(&format!("store/{}/items/{purpose}", store.name), 0);
        let sample = plan.draw(&mut stream("sample"));
        let mut tally = ItemTally::new(id, places.clone());
        tally.is_whole = plan.is_whole;
        (tally.hot_keys, tally.rest_keys) =
            if plan.is_whole { (keys.count, 0) } else { (plan.hot, plan.rest) };
        tally.rest_weight = plan.rest_weight();
        let lag = |from: &RegionId, to: &RegionId| {
            stream(&format!("lag/{}/{}", label(*from), label(*to)))
        };
        Some(Items {
            policy: shipping.conflicts.clone(),
            sample,
            items: BTreeMap::new(),
            messages: Vec::new(),
            free: Vec::new(),
            departures: 0,
            ways: vec![vec![Way::open(); places.len()]; places.len()],
            next_id: 0,
            open: BTreeSet::new(),
            open_since: 0,
            end,
            transactions: BTreeMap::new(),
            halves: BTreeMap::new(),
            divergent: 0,
            held: 0,
            is_destroyed: vec![false; places.len()],
            before: Before::default(),
            tally,
            chance: Chance {
                keys: stream("keys"),
                operations: stream("operations"),
                lags: places
                    .iter()
                    .map(|from| places.iter().map(|to| lag(from, to)).collect())
                    .collect(),
                reads: stream("reads"),
            },
            shipping,
            keys,
            places,
        })
    }

    pub fn places(&self) -> &[RegionId] {
        &self.places
    }

    pub fn place_of(&self, region: RegionId) -> Option<usize> {
        self.places.iter().position(|place| *place == region)
    }

    /// Share of all writes that go to simulated keys.
    pub fn sampled_share(&self) -> f64 {
        self.sample.share()
    }

    /// Every write is simulated.
    pub fn is_whole(&self) -> bool {
        self.sample.plan().is_whole
    }

    pub fn anti_entropy(&self) -> Option<Duration> {
        self.shipping.anti_entropy
    }

    /// A write reaches a replica whose clock shows `wall`. `None`: the replica refuses it.
    pub fn take(&mut self, place: usize, wall: i64, now: Instant) -> Option<Taken> {
        let key = self.sample.written(self.chance.keys.share());
        let is_hot = self.sample.is_hot(key);
        let kind = self.chance.operations.share();
        let policy = self.policy.behaviour();
        let id = WriteId(self.next_id + 1);
        let item = self.items.entry(key).or_insert_with(|| Item::new(policy, &self.places));
        let reading = item.replicas[place].read(policy);
        let takes_away = kind < self.keys.deletes.as_f64();
        let op = operation(policy, &reading.content, takes_away, kind, wall);
        let stays = takes_away && !self.shipping.deletes_travel();
        // Who writes without looking replaces what stands there all the same.
        let request = Request { id, op, wall, seen: reading.context };
        let Ok((update, _)) = item.replicas[place].write(policy, &mut item.history, request) else {
            self.tally.regions[place].rejected.add(is_hot, 1);
            return None;
        };
        self.next_id += 1;
        let tally = &mut self.tally.regions[place];
        tally.writes.add(is_hot, 1);
        let write = item.history.write(id).expect("it was just made").clone();
        tally.ignored.add(
            is_hot,
            u64::from(
                policy.can_hide() && !policy.has_effect(item.replicas[place].state(), &write),
            ),
        );
        let mut note = Note {
            at: now,
            origin: place,
            dot: write.dot,
            missing: 0,
            held: 0,
            was_held: 0,
            has_rival: false,
            is_beaten: false,
            dropped: None,
            hidden_by: None,
        };
        for (other, rival) in
            item.notes.iter_mut().filter(|(_, rival)| rival.missing >> place & 1 == 1)
        {
            tally.pairs.add(is_hot, 1);
            (note.has_rival, rival.has_rival) = (true, true);
            let theirs = item.history.write(*other).expect("noted writes are remembered");
            note.is_beaten |= policy.overrides(theirs, &write);
            rival.is_beaten |= policy.overrides(&write, theirs);
        }
        if !stays {
            note.missing = (0..self.places.len())
                .filter(|to| *to != place && !self.is_destroyed[*to])
                .fold(0, |bits, to| bits | 1 << to);
        }
        if note.missing != 0 {
            self.open.insert((now, key, id));
            self.open_since += u128::from(now.as_nanos());
            let left = grid::cell(self.end.since(now).as_nanos() / 1_000);
            *self.tally.watched.entry(left).or_default() += u64::from(note.missing.count_ones());
            *self.tally.watched_writes.entry(left).or_default() += 1;
            self.divergent += u32::from(item.lacking == 0);
            item.lacking += 1;
        }
        item.newest = Some(id);
        item.updates += 1;
        item.notes.insert(id, note);
        let messages =
            if stays { Vec::new() } else { self.send(place, key, id, &Arc::new(update)) };
        Some(Taken { key, id, messages })
    }

    /// Two writes are one transaction.
    pub fn bind(&mut self, first: WriteId, second: WriteId) {
        self.transactions.insert(first, first);
        self.transactions.insert(second, first);
    }

    /// Half of a transaction has arrived at a place: the first, or the one that makes it whole.
    fn half_arrived(&mut self, write: WriteId, place: usize, now: Instant) {
        let Some(transaction) = self.transactions.get(&write).copied() else { return };
        match self.halves.remove(&(transaction, place)) {
            Some(since) => {
                self.tally.transactions += 1;
                self.tally.torn += u128::from(now.since(since).as_nanos());
            }
            None => {
                self.halves.insert((transaction, place), now);
            }
        }
    }

    fn item(&mut self, key: u32) -> &mut Item {
        self.items.get_mut(&key).expect("a key that was written is there")
    }

    /// At the end of a step: what some replica lacks.
    pub fn close_step(&mut self, now: Instant) {
        let waiting = self.open.len() as u64;
        let ages = u128::from(now.as_nanos()) * u128::from(waiting) - self.open_since;
        self.tally.waiting.push((waiting, ages));
        self.tally.divergent.push(self.divergent);
    }
}

impl Item {
    fn new(policy: &dyn Conflict, places: &[RegionId]) -> Item {
        Item {
            replicas: places.iter().map(|place| Replica::new(policy, *place)).collect(),
            history: History::new(),
            notes: BTreeMap::new(),
            newest: None,
            lacking: 0,
            under_way: 0,
            news: 0,
            updates: 0,
        }
    }
}

/// What a writer does to a key with this content: whatever the policy takes. Registers count the updates, so that a lost
/// one shows; a reader of siblings goes on from the largest.
fn operation(
    policy: &dyn Conflict,
    content: &Content,
    takes_away: bool,
    share: f64,
    wall: i64,
) -> Op {
    let element = (share * 4096.0) as u64 % ELEMENTS;
    let next = match content {
        Content::Values(values) => values.iter().max().copied().unwrap_or(0) + 1,
        _ => 1,
    };
    let grown = [
        Op::Put(next),
        Op::PutVersion {
            value: next,
            version: u64::try_from(wall.div_euclid(MILLISECOND) + EPOCH)
                .expect("no clock is a century off"),
        },
        Op::Increment(1),
        Op::Insert(element),
        Op::Within(0, Box::new(Op::Increment(1))),
    ];
    let shrunk = [Op::Delete, Op::Decrement(1), Op::Remove(element)];
    let wanted = if takes_away { shrunk.into_iter().find(|op| policy.takes(op)) } else { None };
    wanted
        .or_else(|| grown.into_iter().find(|op| policy.takes(op)))
        .expect("every policy takes one of these")
}

/// Elements that one set may have: few, so that they meet.
const ELEMENTS: u64 = 8;
/// Versions of conditional writes are times in milliseconds, as applications like to write them.
const MILLISECOND: i64 = 1_000_000;
/// What clocks show when a run begins, in milliseconds: a run is not at the beginning of time, so a clock that is behind shows a time as well.
const EPOCH: i64 = 100 * 366 * 86_400_000;
