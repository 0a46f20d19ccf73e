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
use crate::read::Node;
use crate::read::{Fields, Reader};
use serde::Serialize;

/// `MultiWriter(conflicts: LastWriterWins(), lag: Lognormal(median: "700ms", sigma: 0.5))`
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MultiWriter {
    pub shipping: Shipping,
}

impl MultiWriter {
    pub const KIND: Kind = Kind {
        name: "MultiWriter",
        summary: "every replica takes writes and sends them on afterwards; a conflict policy settles what met (DynamoDB global tables, Cassandra)",
        example: "MultiWriter(conflicts: LastWriterWins(), lag: Lognormal(median: \"700ms\", sigma: 0.5), order: Unordered, waiting: Stored, anti_entropy: \"10min\")",
    };

    /// What is usual, but for the lag.
    pub const USUAL: Shipping = Shipping::PLAIN;

    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        Self::read_over(expr, reader, None)
    }

    /// Reads a family whose missing fields come from a preset.
    pub fn read_over(expr: &Node, reader: &mut Reader, base: Option<&MultiWriter>) -> Option<Self> {
        let mut fields = Fields::open(reader, expr, "MultiWriter")?;
        let usual = base.map_or(Self::USUAL, |base| base.shipping.clone());
        let shipping = Shipping::read(&mut fields, usual, base.is_some());
        fields.close();
        Some(MultiWriter { shipping: shipping? })
    }
}

impl Replicates for MultiWriter {
    fn tail(&self) -> Tail<'_> {
        Tail::Items(&self.shipping)
    }
}
