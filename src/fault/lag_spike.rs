//! Changes of a store travel slower: a burst of writes, a long transaction, a congested path. Lag is worst when things are
//! already going wrong, which is when a region dies: an average lag tells little about what is lost then.

use super::{Breaks, Effect, Window};
use crate::family::Kind;
use crate::id::{RegionId, StoreId};
use crate::read::record;
use crate::units::Duration;

record! {
    /// Changes of a store travel slower for a while.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct LagSpike as "LagSpike" {
        /// The store whose changes travel slower.
        pub store: StoreId,
        /// Added to the lag of every change that is made meanwhile.
        pub adds: Duration,
        /// When, and for how long.
        pub window: Window,
    }
}

impl LagSpike {
    pub const KIND: Kind = Kind {
        name: "LagSpike",
        summary: "changes of a store travel slower for a while",
        example: "LagSpike(store: \"orders\", adds: \"30s\", at: \"4min\", duration: \"2min\")",
    };
}

impl Breaks for LagSpike {
    fn window(&self) -> &Window {
        &self.window
    }

    fn effects(&self) -> Vec<Effect> {
        vec![Effect::Slower { store: self.store, adds: self.adds }]
    }

    fn sentence(&self, _region_name: &dyn Fn(RegionId) -> String) -> String {
        format!("replication takes {} longer", self.adds)
    }
}
