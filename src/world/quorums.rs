//! Quorums: followed writes and reads, message by message, as regions and links are when each is sent and arrives.
//!
//! ```text
//!  WriteSent -> WriteArrives x N -> Acknowledged, the W-th: done -> ReadSent -> ReadArrives x N -> Responds, the R-th: judged
//!                     |  away                                                                           |  all, read repair
//!                     `-> kept as a hint --back in time--> Healed <--------------------------------------'
//! ```

mod healing;
mod reads;
mod replicas;

use super::{Event, Rank, World};
use crate::engine::random::Streams;
use crate::id::StoreId;
use crate::replication::quorum::Quorum;
use crate::scenario::Scenario;
use crate::trace::QuorumTally;
use crate::units::{Duration, Instant};
use replicas::{Replicas, Stage as KeyStage};

/// Stores that replicate by quorum, with the keys that are followed.
#[derive(Debug)]
pub(super) struct Quorums {
    all: Vec<Replicas>,
}

impl Quorums {
    pub fn new(scenario: &Scenario, streams: &Streams) -> Quorums {
        let stores = scenario.stores.iter().enumerate();
        let all = stores.filter_map(|(index, store)| {
            let quorum = store.replication.quorum()?;
            Some(Replicas::new(StoreId::at(index), store, quorum, streams))
        });
        Quorums { all: all.collect() }
    }

    /// The books of all followed operations.
    pub fn finish(self) -> Vec<QuorumTally> {
        self.all.into_iter().map(Replicas::finish).collect()
    }
}

/// A message of a followed operation. All counts by position: the store among quorum stores, the replica among those of a key.
#[derive(Clone, Copy, Debug)]
pub struct Message {
    pub store: u32,
    pub key: u32,
    pub replica: u32,
    /// The version that is written, or the number of the read.
    pub number: u32,
    pub step: Step,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    WriteSent,
    WriteArrives,
    Acknowledged,
    /// A version arrives that was kept for the replica, or that a read found missing.
    Healed,
    ReadSent,
    ReadArrives,
    Responds,
    /// All replicas are compared.
    Compared,
}

impl<'s> World<'s> {
    pub(super) fn start_quorums(&mut self) {
        for store in 0..self.quorums.all.len() {
            let (phase, sample) =
                (self.quorums.all[store].chance.share(), self.quorum(store).sample);
            let apart = self.stage.scenario.run.seconds() / sample.keys.max(1) as f64;
            for key in 0..sample.keys {
                let at = Duration::from_seconds_f64((key as f64 + phase) * apart);
                self.post(
                    at,
                    Message {
                        store: store as u32,
                        key: key as u32,
                        replica: 0,
                        number: 1,
                        step: Step::WriteSent,
                    },
                );
            }
            if let Some(every) = self.quorum(store).anti_entropy {
                let first = Duration::from_seconds_f64(
                    every.seconds() * self.quorums.all[store].chance.share(),
                );
                self.post(
                    first,
                    Message {
                        store: store as u32,
                        key: 0,
                        replica: 0,
                        number: 0,
                        step: Step::Compared,
                    },
                );
            }
        }
    }

    pub(super) fn quorum(&self, store: usize) -> &'s Quorum {
        let spec = &self.stage.scenario.stores[self.quorums.all[store].store.index()];
        spec.replication.quorum().expect("only quorums are followed")
    }

    pub(super) fn post(&mut self, after: Duration, message: Message) {
        self.schedule(self.now + after, Rank::Request, Event::Quorum(message));
    }

    pub(super) fn quorum_message(&mut self, message: Message) {
        match message.step {
            Step::WriteSent => self.write_sent(message),
            Step::WriteArrives => self.write_arrives(message),
            Step::Acknowledged => self.acknowledged(message),
            Step::Healed => self.healed(message),
            Step::ReadSent => self.read_sent(message),
            Step::ReadArrives => self.read_arrives(message),
            Step::Responds => self.responds(message),
            Step::Compared => self.compared(message),
        }
    }

    /// The way of a message between two regions of a store; `None`: it does not get there.
    pub(super) fn way(&self, store: usize, from: usize, to: usize) -> Option<Duration> {
        let replicas = &self.quorums.all[store];
        let is_there = replicas.away[from][to].is_none();
        is_there
            .then(|| self.regions.one_way(replicas.regions[from], replicas.regions[to]))
            .flatten()
    }

    /// A coordinator in a region that is up, from which enough replicas are in reach; otherwise the operation fails at once.
    fn coordinator(&mut self, store: usize, needed: u64) -> Option<usize> {
        let (regions, quorum) = (&self.regions, self.quorum(store));
        let home = self.quorums.all[store].draw_region(|region| regions.is_up(region))?;
        let replicas = &self.quorums.all[store];
        let is_in_reach =
            |to: usize| replicas.away[home][to].is_none() && replicas.away[to][home].is_none();
        let in_reach = |region: usize| if is_in_reach(region) { quorum.copies } else { 0 };
        quorum.is_enough(needed, home, replicas.regions.len(), in_reach).then_some(home)
    }

    // ---- writes ----

    fn write_sent(&mut self, message: Message) {
        let (store, key) = (message.store as usize, message.key as usize);
        let quorum = self.quorum(store);
        let Some(home) = self.coordinator(store, quorum.write_quorum) else {
            self.quorums.all[store].tally.unavailable_writes += 1;
            self.quorums.all[store].keys[key].stage = KeyStage::Over;
            return;
        };
        let now = self.now;
        let state = &mut self.quorums.all[store].keys[key];
        (state.stage, state.written_at, state.version, state.sent) =
            (KeyStage::Writing, home, message.number, now);
        for replica in 0..self.quorums.all[store].per_key {
            let replicas = &mut self.quorums.all[store];
            let region = replicas.region_of(replica);
            let out = drawn(replicas, &quorum.messages.write);
            let back = drawn(replicas, &quorum.messages.ack);
            let way = self.way(store, home, region);
            let home_again = self.way(store, region, home).unwrap_or(Duration::ZERO);
            let copy = self.quorums.all[store].copy(key, replica);
            copy.arrives = way.map_or(Instant::NEVER, |way| now + way + out);
            copy.back = back + home_again;
        }
        if !quorum.propagates {
            self.keep_to_the_first(store, key, home);
        }
        for replica in 0..self.quorums.all[store].per_key {
            let arrives = self.quorums.all[store].copies_of(key)[replica].arrives;
            let region = self.quorums.all[store].region_of(replica);
            if arrives != Instant::NEVER {
                self.post(
                    arrives.since(now),
                    Message { replica: replica as u32, step: Step::WriteArrives, ..message },
                );
            } else if self.quorums.all[store].away[home][region].is_some() {
                self.missed(store, key, replica, message.number);
            }
        }
    }

    /// The write goes to those alone whose acknowledgements complete the quorum.
    fn keep_to_the_first(&mut self, store: usize, key: usize, home: usize) {
        let quorum = self.quorum(store);
        let replicas = &mut self.quorums.all[store];
        let mut order: Vec<(Instant, usize)> = replicas
            .copies_of(key)
            .iter()
            .enumerate()
            .map(|(replica, copy)| (copy.arrives + copy.back, replica))
            .collect();
        order.sort();
        let mut answered = vec![0; replicas.regions.len()];
        for (_, replica) in order {
            if quorum
                .is_enough(quorum.write_quorum, home, answered.len(), |region| answered[region])
            {
                replicas.copy(key, replica).arrives = Instant::NEVER;
            }
            answered[replicas.region_of(replica)] += 1;
        }
    }

    fn missed(&mut self, store: usize, key: usize, replica: usize, version: u32) {
        let quorum = self.quorum(store);
        let replicas = &mut self.quorums.all[store];
        let away =
            replicas.away_for(replicas.keys[key].written_at, replicas.region_of(replica), self.now);
        let copy = replicas.copy(key, replica);
        copy.arrives = Instant::NEVER;
        if quorum.keeps_hint(away) {
            copy.hinted = version;
        }
    }

    fn write_arrives(&mut self, message: Message) {
        let (store, key, replica) =
            (message.store as usize, message.key as usize, message.replica as usize);
        let replicas = &mut self.quorums.all[store];
        let (home, region) = (replicas.keys[key].written_at, replicas.region_of(replica));
        if replicas.away[home][region].is_some() {
            self.missed(store, key, replica, message.number);
            return;
        }
        let copy = replicas.copy(key, replica);
        copy.version = copy.version.max(message.number);
        let back = copy.back;
        self.post(back, Message { step: Step::Acknowledged, ..message });
    }

    fn acknowledged(&mut self, message: Message) {
        let (store, key, replica) =
            (message.store as usize, message.key as usize, message.replica as usize);
        let (quorum, now) = (self.quorum(store), self.now);
        let replicas = &mut self.quorums.all[store];
        let state = replicas.keys[key];
        let is_lost = replicas.away[replicas.region_of(replica)][state.written_at].is_some();
        if is_lost || state.stage != KeyStage::Writing || state.version != message.number {
            return;
        }
        replicas.copy(key, replica).acked = message.number;
        let acked =
            |region: usize| replicas.count(key, region, |copy| copy.acked == message.number);
        if !quorum.is_enough(quorum.write_quorum, state.written_at, replicas.regions.len(), acked) {
            return;
        }
        replicas.tally.writes.push(now.since(state.sent));
        let state = &mut replicas.keys[key];
        (state.stage, state.acknowledged) = (KeyStage::Resting, now);
        if u64::from(message.number) < quorum.sample.versions {
            self.post(
                Duration::ZERO,
                Message { number: message.number + 1, step: Step::WriteSent, ..message },
            );
            return;
        }
        self.await_read(message, 1);
    }

    fn await_read(&mut self, message: Message, number: u32) {
        let store = message.store as usize;
        let rest = self.quorum(store).sample.read_after.at(self.quorums.all[store].chance.share());
        self.post(rest, Message { number, step: Step::ReadSent, ..message });
    }
}

pub(super) fn drawn(replicas: &mut Replicas, law: &crate::law::mixture::Mixture) -> Duration {
    let within = replicas.chance.share();
    law.at(|| replicas.chance.share(), within)
}
