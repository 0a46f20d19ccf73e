//! Followed reads: sent to the replicas, answered by enough of them, and judged by the newest version among the answers.

use super::replicas::{Replicas, Stage as KeyStage};
use super::{Message, Step, drawn};
use crate::replication::quorum::{Quorum, REPLICA_LIMIT};
use crate::trace::QuorumRead;
use crate::units::{Duration, Instant};
use crate::world::World;

impl World<'_> {
    pub(super) fn read_sent(&mut self, message: Message) {
        let (store, key, now) = (message.store as usize, message.key as usize, self.now);
        let quorum = self.quorum(store);
        let Some(home) = self.coordinator(store, quorum.read_quorum) else {
            self.quorums.all[store].tally.unavailable_reads += 1;
            self.read_is_over(message);
            return;
        };
        let mut answers: Vec<Answer> = Vec::with_capacity(self.quorums.all[store].per_key);
        for replica in 0..self.quorums.all[store].per_key {
            let replicas = &mut self.quorums.all[store];
            let region = replicas.region_of(replica);
            let out = drawn(replicas, &quorum.messages.read);
            let back = drawn(replicas, &quorum.messages.response);
            let way = self.way(store, home, region).filter(|_| quorum.reads_from(home, region));
            let home_again = self.way(store, region, home).unwrap_or(Duration::ZERO);
            let copy = self.quorums.all[store].copy(key, replica);
            (copy.has_answered, copy.seen, copy.back) = (false, 0, back + home_again);
            let Some(way) = way else { continue };
            answers.push(Answer {
                after: way + out + back + home_again,
                looks_after: way + out,
                replica,
            });
        }
        for answer in &answers {
            self.post(
                answer.looks_after,
                Message { replica: answer.replica as u32, step: Step::ReadArrives, ..message },
            );
        }
        let under_way = answers.len() as u32;
        let threshold = threshold(&self.quorums.all[store], quorum, key, home, answers);
        let state = &mut self.quorums.all[store].keys[key];
        (state.stage, state.read_at, state.sent, state.reads) =
            (KeyStage::Reading, home, now, message.number);
        (state.threshold, state.under_way, state.is_answered) = (threshold, under_way, false);
    }

    pub(super) fn read_arrives(&mut self, message: Message) {
        let (store, key, replica) =
            (message.store as usize, message.key as usize, message.replica as usize);
        let replicas = &mut self.quorums.all[store];
        let (home, region) = (replicas.keys[key].read_at, replicas.region_of(replica));
        if replicas.away[home][region].is_some() {
            self.one_less_under_way(message);
            return;
        }
        let copy = replicas.copy(key, replica);
        copy.seen = copy.version;
        let back = copy.back;
        self.post(back, Message { step: Step::Responds, ..message });
    }

    pub(super) fn responds(&mut self, message: Message) {
        let (store, key, replica) =
            (message.store as usize, message.key as usize, message.replica as usize);
        let quorum = self.quorum(store);
        let replicas = &mut self.quorums.all[store];
        let state = replicas.keys[key];
        if replicas.away[replicas.region_of(replica)][state.read_at].is_none() {
            replicas.copy(key, replica).has_answered = true;
            let answered = |region: usize| replicas.count(key, region, |copy| copy.has_answered);
            if !state.is_answered
                && quorum.is_enough(
                    quorum.read_quorum,
                    state.read_at,
                    replicas.regions.len(),
                    answered,
                )
            {
                self.judge(store, key);
            }
        }
        self.one_less_under_way(message);
    }

    /// Enough replicas have answered: the newest version among their answers is what the reader sees.
    fn judge(&mut self, store: usize, key: usize) {
        let now = self.now;
        let replicas = &mut self.quorums.all[store];
        let newest = replicas
            .copies_of(key)
            .iter()
            .filter(|copy| copy.has_answered)
            .map(|copy| copy.seen)
            .max()
            .unwrap_or(0);
        let state = &mut replicas.keys[key];
        state.is_answered = true;
        let read = QuorumRead {
            sent: state.sent,
            since_write: state.sent.since(state.acknowledged),
            threshold: state.threshold,
            latency: now.since(state.sent),
            behind: state.version.saturating_sub(newest),
            written_at: replicas.regions[state.written_at],
            read_at: replicas.regions[state.read_at],
        };
        replicas.tally.reads.push(read);
    }

    /// The last answer of a read is in, or lost: stale replicas are repaired, and the key rests until its next read.
    fn one_less_under_way(&mut self, message: Message) {
        let (store, key) = (message.store as usize, message.key as usize);
        let state = &mut self.quorums.all[store].keys[key];
        state.under_way -= 1;
        if state.under_way > 0 {
            return;
        }
        if self.quorum(store).read_repair {
            self.repair(message);
        }
        self.read_is_over(message);
    }

    fn read_is_over(&mut self, message: Message) {
        let (store, key) = (message.store as usize, message.key as usize);
        let is_last = u64::from(message.number) >= self.quorum(store).sample.reads;
        self.quorums.all[store].keys[key].stage =
            if is_last { KeyStage::Over } else { KeyStage::Resting };
        if !is_last {
            self.await_read(message, message.number + 1);
        }
    }
}

/// A replica's part in a read.
struct Answer {
    after: Duration,
    looks_after: Duration,
    replica: usize,
}

/// From the acknowledgement of the last write: when this read, its messages as slow as they are, would first have met the
/// write at one of the replicas that it waits for.
fn threshold(
    replicas: &Replicas,
    quorum: &Quorum,
    key: usize,
    home: usize,
    mut answers: Vec<Answer>,
) -> Duration {
    answers.sort_by_key(|answer| (answer.after, answer.replica));
    let acknowledged = replicas.keys[key].acknowledged;
    let mut answered = [0u64; REPLICA_LIMIT as usize];
    let mut least = Duration::MAX;
    for answer in answers {
        if quorum
            .is_enough(quorum.read_quorum, home, replicas.regions.len(), |region| answered[region])
        {
            break;
        }
        answered[replicas.region_of(answer.replica)] += 1;
        let arrives = replicas.copies_of(key)[answer.replica].arrives;
        let after = if arrives == Instant::NEVER {
            Duration::MAX
        } else {
            arrives.since(acknowledged + answer.looks_after)
        };
        least = least.min(after);
    }
    least
}
