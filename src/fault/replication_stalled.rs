//! Changes of a store stop travelling while everything else works: a stuck stream, a full slot, a broken replica. What is
//! written meanwhile waits, and catches up when it ends.
//! Sources: RDS User Guide (a ReplicaLag of -1 is a broken replica, logs pile up on the source); the DynamoDB service event
//! of 2025-10-20 (global tables of other regions served on, replication to and from us-east-1 lagged until it was over).

use super::{Breaks, Effect, Window};
use crate::family::Kind;
use crate::id::{RegionId, StoreId};
use crate::read::Node;
use crate::read::{Fields, Reader};

/// `ReplicationStalled(store: "orders", from: "ap-northeast-1", to: "us-east-1", at: "5min", lasting: "20min")`
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct ReplicationStalled {
    pub store: StoreId,
    /// Changes made here; `None`: anywhere.
    pub from: Option<RegionId>,
    /// On their way to here; `None`: anywhere.
    pub to: Option<RegionId>,
    pub window: Window,
}

impl ReplicationStalled {
    pub const KIND: Kind = Kind {
        name: "ReplicationStalled",
        summary: "changes of a store stop travelling, from and to everywhere or one region, while everything else works; then they catch up",
        example: "ReplicationStalled(store: \"orders\", from: \"ap-northeast-1\", to: \"us-east-1\", at: \"5min\", lasting: \"20min\")",
    };

    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let mut fields = Fields::open(reader, expr, "ReplicationStalled")?;
        let store = fields.required("store");
        let (from, to) = (fields.optional("from"), fields.optional("to"));
        let window = Window::take_fields(&mut fields, None);
        fields.close();
        Some(ReplicationStalled { store: store?, from, to, window: window? })
    }
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
