//! Objects that are copied to another bucket after they were written: one way or both, in a time that grows with their size.
//! Source: Amazon S3 User Guide, "Replicating objects": most objects within 15 min, large ones in hours; with Replication
//! Time Control 99.99% within 15 min. Deletes of a version never replicate and delete markers only by choice; of
//! concurrent writes of one key the latest time stamp is current, on both sides ("Amazon S3 data consistency model").
//!
//! ```text
//!  put 2 KiB  --seconds-------> there
//!  put 50 GiB --...............hours....> there     until then a reader of the other bucket gets the old version, or 404
//! ```

use super::shipping::{Deletes, Shipping, Ways};
use super::{Replicates, Tail};
use crate::family::Kind;
use crate::read::record;
use serde::Serialize;

record! {
    /// Objects are copied to other regions after they were written.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct ObjectReplication as "ObjectReplication" {
        /// How changes travel.
        pub shipping: Shipping = ObjectReplication::USUAL,
    }
}

impl ObjectReplication {
    pub const KIND: Kind = Kind {
        name: "ObjectReplication",
        summary: "objects are copied to other buckets after they were written, One way or Both; the time grows with their size, deletes stay behind (S3)",
        example: "ObjectReplication(ways: One, lag: Lognormal(p50: \"20s\", sigma: 1.2), transfer: Pareto(minimum: \"100ms\", shape: 1.2), deletes: Stay)",
    };

    /// What is usual, but for the lag.
    pub const USUAL: Shipping =
        Shipping { deletes: Deletes::Stay, ways: Ways::One, ..Shipping::PLAIN };
}

impl Replicates for ObjectReplication {
    fn tail(&self) -> Tail<'_> {
        Tail::Items(&self.shipping)
    }
}
