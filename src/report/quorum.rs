//! What the report says of stores that replicate by quorum.

use super::Interval;
use serde::Serialize;

/// Followed operations of one store that replicates by quorum, pooled over all runs; every operation counts as independent.
#[derive(Clone, Debug, Serialize)]
pub struct QuorumRow {
    /// The store's name.
    pub store: String,
    /// Reads that were answered.
    pub reads: u64,
    /// Writes that were acknowledged.
    pub writes: u64,
    /// Share of reads, sent when the write is acknowledged, that see it by its own messages, without repair.
    pub at_once: Option<Interval>,
    /// The same 10 ms later.
    pub after_10_ms: Option<Interval>,
    /// The same 100 ms later.
    pub after_100_ms: Option<Interval>,
    /// How long after a write 99.9 % of reads see it.
    pub seen_p999_milliseconds: Option<Interval>,
    /// Latency from coordinator to quorum and back, without the way to the user.
    pub read_p50_milliseconds: Option<Interval>,
    /// The same for the 99.9th percentile.
    pub read_p999_milliseconds: Option<Interval>,
    /// The same for writes.
    pub write_p50_milliseconds: Option<Interval>,
    /// The same for the 99.9th percentile of writes.
    pub write_p999_milliseconds: Option<Interval>,
    /// Share of reads that did not see the last write when they came, hints and repairs included.
    pub share_stale: Option<Interval>,
    /// Share of reads that failed at once: too few replicas were in reach.
    pub share_unavailable_reads: Option<Interval>,
    /// The same for writes.
    pub share_unavailable_writes: Option<Interval>,
}
