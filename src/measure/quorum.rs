//! Consistency of a quorum store: how likely a read sees the last write so long after it, and how long operations take. Pooled
//! over all followed operations, whose messages are drawn on their own.
//!
//! A read's threshold is the time after the write from which that very read would have seen it, so one read tells about every
//! time at once: P(consistent at t) is the share of thresholds of t at most, and the time until 99.9% are consistent is a
//! quantile of the pooled thresholds. Trying one time after the other and stopping at the first that passes would be biased
//! low: a first passage of a noisy curve comes early.

use super::metric::{Fold, Metric, Unit, metric};
use crate::id::StoreId;
use crate::trace::{QuorumTally, Trace};
use crate::units::Duration;

/// The numbers of a quorum store, in the order of the report.
pub const STORE: &[Metric] = &[
    metric(
        "reads",
        Unit::Count,
        "followed reads",
        "reads that were answered",
        Fold::Total(|run, store| run.quorum(store).thresholds.len() as u64),
    ),
    metric(
        "writes",
        Unit::Count,
        "followed writes",
        "writes that were acknowledged",
        Fold::Total(|run, store| run.quorum(store).writes.len() as u64),
    ),
    metric(
        "at_once",
        Unit::Share,
        "visible at once",
        "share of reads, sent when the write is acknowledged, that see it by its own messages, without repair",
        Fold::Proportion(|run, store| run.quorum(store).seen(0)),
    )
    .on_screen("at once")
    .absent("no reads"),
    metric(
        "after_10_ms",
        Unit::Share,
        "visible 10 ms later",
        "share of reads, sent 10 ms after the acknowledgement, that see the write",
        Fold::Proportion(|run, store| run.quorum(store).seen(10)),
    )
    .on_screen("10 ms later")
    .absent("no reads"),
    metric(
        "after_100_ms",
        Unit::Share,
        "visible 100 ms later",
        "share of reads, sent 100 ms after the acknowledgement, that see the write",
        Fold::Proportion(|run, store| run.quorum(store).seen(100)),
    )
    .on_screen("100 ms later")
    .absent("no reads"),
    metric(
        "seen_p999_milliseconds",
        Unit::Milliseconds,
        "visible to 99.9% after",
        "how long after a write 99.9% of reads see it",
        Fold::Times(|run, store| run.quorum(store).thresholds.clone(), 0.999),
    )
    .on_screen("by 99.9% after")
    .absent("no reads")
    .beyond("never"),
    metric(
        "read_p50_milliseconds",
        Unit::Milliseconds,
        "read latency, p50",
        "latency from coordinator to quorum and back, without the path to the user",
        Fold::Times(|run, store| run.quorum(store).reads.clone(), 0.5),
    )
    .absent("no reads")
    .beyond("never"),
    metric(
        "read_p999_milliseconds",
        Unit::Milliseconds,
        "read latency, p99.9",
        "99.9th percentile of the latency of reads, from coordinator to quorum and back",
        Fold::Times(|run, store| run.quorum(store).reads.clone(), 0.999),
    )
    .on_screen("read p99.9")
    .absent("no reads")
    .beyond("never"),
    metric(
        "write_p50_milliseconds",
        Unit::Milliseconds,
        "write latency, p50",
        "latency of writes, from coordinator to quorum and back",
        Fold::Times(|run, store| run.quorum(store).writes.clone(), 0.5),
    )
    .absent("no writes")
    .beyond("never"),
    metric(
        "write_p999_milliseconds",
        Unit::Milliseconds,
        "write latency, p99.9",
        "99.9th percentile of the latency of writes, from coordinator to quorum and back",
        Fold::Times(|run, store| run.quorum(store).writes.clone(), 0.999),
    )
    .on_screen("write p99.9")
    .absent("no writes")
    .beyond("never"),
    metric(
        "share_stale",
        Unit::Share,
        "stale reads",
        "share of reads that did not see the last write when they came, hints and repairs included",
        Fold::Proportion(|run, store| run.quorum(store).stale()),
    )
    .absent("no reads"),
    metric(
        "share_unavailable_reads",
        Unit::Share,
        "reads refused: too few replicas",
        "share of reads that failed at once: too few replicas were in reach",
        Fold::Proportion(|run, store| {
            let (refused, answered) = (run.quorum(store).unavailable_reads, run.quorum(store).thresholds.len() as u64);
            (refused, refused + answered)
        }),
    )
    .absent("no reads"),
    metric(
        "share_unavailable_writes",
        Unit::Share,
        "writes refused: too few replicas",
        "share of writes that failed at once: too few replicas were in reach",
        Fold::Proportion(|run, store| {
            let (refused, answered) = (run.quorum(store).unavailable_writes, run.quorum(store).writes.len() as u64);
            (refused, refused + answered)
        }),
    )
    .absent("no writes"),
];

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

    /// Reads that would see the last write so many milliseconds after it, of all.
    fn seen(&self, milliseconds: u64) -> (u64, u64) {
        let after = Duration::from_millis(milliseconds);
        (self.consistent_at(after), self.thresholds.len() as u64)
    }

    /// Reads that did not see it at the moment at which they came, of all.
    fn stale(&self) -> (u64, u64) {
        (self.behind.iter().skip(1).sum(), self.thresholds.len() as u64)
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
