//! Changes of a store stop travelling while everything else works: a stuck stream, a full slot, a broken replica. What is
//! written meanwhile waits, and catches up when it ends.
//! Sources: RDS User Guide (a ReplicaLag of -1 is a broken replica, logs pile up on the source); the DynamoDB service event
//! of 2025-10-20 (global tables of other regions served on, replication to and from us-east-1 lagged until it was over).

use super::{Breaks, Effect, Window};
use crate::family::Kind;
use crate::id::{RegionId, StoreId};
use crate::read::record;

record! {
    /// Changes of a store stop travelling while everything else works; then they catch up.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct ReplicationStalled as "ReplicationStalled" {
        /// The store whose changes stop.
        pub store: StoreId,
        /// Only changes made in this region.
        pub from: Option<RegionId>,
        /// Only changes in flight to this region.
        pub to: Option<RegionId>,
        /// When, and for how long.
        pub window: Window,
    }
}

impl ReplicationStalled {
    pub const KIND: Kind = Kind {
        name: "ReplicationStalled",
        summary: "changes of a store stop travelling, from and to everywhere or one region, while everything else works; then they catch up",
        example: "ReplicationStalled(store: \"orders\", from: \"ap-northeast-1\", to: \"us-east-1\", at: \"5min\", duration: \"20min\")",
    };
}

impl Breaks for ReplicationStalled {
    fn window(&self) -> &Window {
        &self.window
    }

    fn effects(&self) -> Vec<Effect> {
        vec![Effect::Stalled { store: self.store, from: self.from, to: self.to }]
    }

    fn sentence(&self, region_name: &dyn Fn(RegionId) -> String) -> String {
        let from =
            self.from.map_or(String::new(), |region| format!(" from {}", region_name(region)));
        let to = self.to.map_or(String::new(), |region| format!(" to {}", region_name(region)));
        format!("replication{from}{to} stalls")
    }
}
