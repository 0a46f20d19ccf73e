//! Objects that are copied to another bucket after they were written: one way or both, in a time that grows with their size.
//! Source: Amazon S3 User Guide, "Replicating objects": most objects within 15 min, large ones in hours; with Replication
//! Time Control 99.99 % within 15 min. Deletes of a version never replicate and delete markers only by choice; of
//! concurrent writes of one key the latest time stamp is current, on both sides ("Amazon S3 data consistency model").
//!
//! ```text
//!  put 2 KiB  --seconds-------> there
//!  put 50 GiB --...............hours....> there     until then a reader of the other bucket gets the old version, or 404
//! ```

use super::shipping::Shipping;
use super::{Replicates, Tail};
use crate::family::Kind;
use crate::read::Node;
use crate::read::{Fields, Reader};
use serde::Serialize;

/// `ObjectReplication(ways: One, lag: Lognormal(median: "20s", sigma: 1.2), transfer: Pareto(minimum: "100ms", shape: 1.2))`
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ObjectReplication {
    pub shipping: Shipping,
}

impl ObjectReplication {
    pub const KIND: Kind = Kind {
        name: "ObjectReplication",
        summary: "objects are copied to other buckets after they were written, One way or Both; the time grows with their size, deletes stay behind (S3)",
        example: "ObjectReplication(ways: One, lag: Lognormal(median: \"20s\", sigma: 1.2), transfer: Pareto(minimum: \"100ms\", shape: 1.2), deletes: Stay)",
    };

    /// What is usual, but for the lag.
    pub const USUAL: Shipping =
        Shipping { deletes_travel: false, all_write: false, ..Shipping::PLAIN };

    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        Self::read_over(expr, reader, None)
    }

    /// Reads a family whose missing fields come from a preset.
    pub fn read_over(
        expr: &Node,
        reader: &mut Reader,
        base: Option<&ObjectReplication>,
    ) -> Option<Self> {
        let mut fields = Fields::open(reader, expr, "ObjectReplication")?;
        let usual = base.map_or(Self::USUAL, |base| base.shipping.clone());
        let shipping = Shipping::read(&mut fields, usual, base.is_some());
        fields.close();
        Some(ObjectReplication { shipping: shipping? })
    }
}

impl Replicates for ObjectReplication {
    fn tail(&self) -> Tail<'_> {
        Tail::Items(&self.shipping)
    }
}
