//! Every replica takes writes and sends them to the others afterwards. A region that is cut off goes on serving; what it
//! took waits in it and arrives when it is back: late, not lost, unless the region is destroyed. What two regions wrote to
//! one key is settled by a conflict policy.
//! Sources: DynamoDB Developer Guide, "Global tables: how it works" (multi-Region eventual consistency: item by item, no order
//! between items, transactions arrive torn, conditions are checked in the local region only, pending writes of an isolated
//! region are propagated when it returns); Cassandra between data centers works so with hints for a time.
//!
//! ```text
//!  A: x=1 --------\ /-------- x=2 :B
//!                  X                     each was acknowledged before it knew of the other:
//!  A: x=2 <-------/ \-------> x=1 :B     the policy decides what stays
//! ```

use super::shipping::Shipping;
use super::{Replicates, Tail};
use crate::family::Kind;
use crate::read::record;
use serde::Serialize;

record! {
    /// Every replica takes writes and sends them to the others afterwards.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct MultiWriter as "MultiWriter" {
        /// How changes travel.
        pub shipping: Shipping = MultiWriter::USUAL,
    }
}

impl MultiWriter {
    pub const KIND: Kind = Kind {
        name: "MultiWriter",
        summary: "every replica takes writes and sends them on afterwards; a conflict policy settles what met (DynamoDB global tables, Cassandra)",
        example: "MultiWriter(conflicts: LastWriterWins(), lag: Lognormal(p50: \"700ms\", sigma: 0.5), order: Unordered, waiting: Stored, anti_entropy: \"10min\")",
    };

    /// What is usual, but for the lag.
    pub const USUAL: Shipping = Shipping::PLAIN;
}

impl Replicates for MultiWriter {
    fn tail(&self) -> Tail<'_> {
        Tail::Items(&self.shipping)
    }
}
