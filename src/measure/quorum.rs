//! Consistency of a quorum store: how likely a read sees the last write so long after it, and how long operations take. Pooled
//! over all followed operations, whose messages are drawn on their own.
//!
//! A read's threshold is the time after the write from which that very read would have seen it, so one read tells about every
//! time at once: P(consistent at t) is the share of thresholds of t at most, and the time until 99.9 % are consistent is a
//! quantile of the pooled thresholds. Trying one time after the other and stopping at the first that passes would be biased
//! low: a first passage of a noisy curve comes early.

use crate::id::StoreId;
use crate::trace::{QuorumTally, Trace};
use crate::units::Duration;

/// Followed operations of one store, pooled in run order. Times in nanoseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pooled {
    pub thresholds: Vec<u64>,
    pub reads: Vec<u64>,
    pub writes: Vec<u64>,
    /// By how many versions the value read was behind: reads. The first entry are consistent ones.
    pub behind: Vec<u64>,
    pub unavailable_reads: u64,
    pub unavailable_writes: u64,
    /// Keys whose operations had not all ended with the run.
    pub unfinished: u64,
}

impl Pooled {
    /// One store in one run.
    pub fn of(trace: &Trace, store: StoreId) -> Pooled {
        let mut pooled = Pooled::default();
        for tally in trace.quorums.iter().filter(|tally| tally.store == store) {
            pooled.add_tally(tally);
        }
        pooled
    }

    fn add_tally(&mut self, tally: &QuorumTally) {
        self.writes.extend(tally.writes.iter().map(|latency| latency.as_nanos()));
        for read in &tally.reads {
            self.thresholds.push(read.threshold.as_nanos());
            self.reads.push(read.latency.as_nanos());
            let behind = read.behind as usize;
            if self.behind.len() <= behind {
                self.behind.resize(behind + 1, 0);
            }
            self.behind[behind] += 1;
        }
        self.unavailable_reads += tally.unavailable_reads;
        self.unavailable_writes += tally.unavailable_writes;
        self.unfinished += tally.unfinished;
    }

    /// Adds the next run.
    pub fn add(&mut self, other: Pooled) {
        self.thresholds.extend(other.thresholds);
        self.reads.extend(other.reads);
        self.writes.extend(other.writes);
        if self.behind.len() < other.behind.len() {
            self.behind.resize(other.behind.len(), 0);
        }
        for (sum, reads) in self.behind.iter_mut().zip(other.behind) {
            *sum += reads;
        }
        self.unavailable_reads += other.unavailable_reads;
        self.unavailable_writes += other.unavailable_writes;
        self.unfinished += other.unfinished;
    }

    /// Reads that would see the last write so long after it; `None`: no read was answered.
    pub fn consistent_at(&self, after: Duration) -> u64 {
        self.thresholds.iter().filter(|threshold| **threshold <= after.as_nanos()).count() as u64
    }
}

/// The value of the given rank (1: the least), in nanoseconds; reorders what it looks at.
pub fn at_rank(values: &mut [u64], rank: u64) -> u64 {
    assert!(rank >= 1 && rank <= values.len() as u64, "a rank lies within the sample");
    *values.select_nth_unstable(rank as usize - 1).1
}
