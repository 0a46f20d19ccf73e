//! What became of the operations of a quorum store that were followed message by message.

use crate::id::{RegionId, StoreId};
use crate::units::{Duration, Instant};

/// The followed operations of one store in one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuorumTally {
    pub store: StoreId,
    /// From sending to the acknowledgement that completed the quorum, in the order in which writes were acknowledged.
    pub writes: Vec<Duration>,
    /// Reads that were answered, in the order of their answers.
    pub reads: Vec<QuorumRead>,
    /// Operations for which too few replicas could be reached when they began.
    pub unavailable_writes: u64,
    pub unavailable_reads: u64,
    /// Operations without an answer by the end of the run.
    pub unfinished: u64,
}

/// An answered read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuorumRead {
    pub sent: Instant,
    /// Since the last write of the key was acknowledged.
    pub since_write: Duration,
    /// The least such time at which this read, its messages as slow as they were, would have been sure to see the last write by
    /// its own messages alone; [`Duration::MAX`]: at none.
    pub threshold: Duration,
    pub latency: Duration,
    /// How many versions newer than the one seen were acknowledged when the read was sent; 0: the read is consistent.
    pub behind: u32,
    /// Where the coordinators of the last write and of the read stood.
    pub written_at: RegionId,
    pub read_at: RegionId,
}

impl QuorumTally {
    pub fn new(store: StoreId) -> QuorumTally {
        QuorumTally {
            store,
            writes: Vec::new(),
            reads: Vec::new(),
            unavailable_writes: 0,
            unavailable_reads: 0,
            unfinished: 0,
        }
    }
}
