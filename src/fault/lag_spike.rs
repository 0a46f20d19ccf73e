//! Changes of a store travel slower: a burst of writes, a long transaction, a congested path. Lag is worst when things are
//! already going wrong, which is when a region dies: an average lag tells little about what is lost then.

use super::{Breaks, Effect, Window};
use crate::family::Kind;
use crate::id::{RegionId, StoreId};
use crate::read::Node;
use crate::read::{Fields, Reader};
use crate::units::Duration;

/// `LagSpike(store: "orders", adds: "30s", at: "4min", lasting: "2min")`
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct LagSpike {
    pub store: StoreId,
    /// To the lag of every change that is made meanwhile.
    pub adds: Duration,
    pub window: Window,
}

impl LagSpike {
    pub const KIND: Kind = Kind {
        name: "LagSpike",
        summary: "changes of a store travel slower for a while",
        example: "LagSpike(store: \"orders\", adds: \"30s\", at: \"4min\", lasting: \"2min\")",
    };

    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let mut fields = Fields::open(reader, expr, "LagSpike")?;
        let (store, adds) = (fields.required("store"), fields.required("adds"));
        let window = Window::take_fields(&mut fields, None);
        fields.close();
        Some(LagSpike { store: store?, adds: adds?, window: window? })
    }
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
