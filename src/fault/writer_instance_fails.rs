//! The instance that is a store's writer dies, and a standby in the same region takes over. Nothing is lost; while it lasts there
//! are no writes, and no reads that need the writer. Older Aurora engines restart the readers of the other regions as well.
//! Source: Aurora User Guide, "High availability for Amazon Aurora" and "Limitations of Amazon Aurora global databases".

use super::{Breaks, Effect, InstanceFails, Window};
use crate::family::Kind;
use crate::id::{RegionId, StoreId};
use crate::read::Node;
use crate::read::{Fields, Reader};

/// `WriterInstanceFails(store: "orders", at: "5min", lasting: "12s", restarts_readers: true)`
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct WriterInstanceFails {
    pub store: StoreId,
    /// What the scenario calls it.
    pub name: String,
    pub window: Window,
    /// Whether the length is known: written, or taken from the store's standby.
    pub is_known: bool,
    /// The readers of the other regions restart, too, and serve nothing until it is over. Default false.
    pub restarts_readers: bool,
    /// Other instances in the writer's region go on serving reads. Default: as the store's standby says, else false.
    pub reads_go_on: Option<bool>,
}

impl WriterInstanceFails {
    pub const KIND: Kind = Kind {
        name: "WriterInstanceFails",
        summary: "the writer's instance dies and a standby in its region takes over (restarts_readers: those elsewhere restart, too); lasting: as the store's standby takes",
        example: "WriterInstanceFails(store: \"orders\", at: \"5min\", lasting: \"12s\", restarts_readers: true)",
    };

    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let mut fields = Fields::open(reader, expr, "WriterInstanceFails")?;
        let store: Option<StoreId> = fields.required("store");
        let window = Window::take_open(&mut fields);
        let restarts_readers = fields.or("restarts_readers", false);
        let reads_go_on = fields.optional("reads_go_on");
        let name = store.map(|store| fields.reader().names.stores[store.index()].name.clone());
        fields.close();
        let window = window?;
        Some(WriterInstanceFails {
            store: store?,
            name: name?,
            window: window.0,
            is_known: window.1,
            restarts_readers,
            reads_go_on,
        })
    }
}

impl Breaks for WriterInstanceFails {
    fn window(&self) -> &Window {
        &self.window
    }

    fn effects(&self) -> Vec<Effect> {
        vec![Effect::WriterInstance(InstanceFails {
            store: self.store,
            restarts_readers: self.restarts_readers,
            reads_go_on: self.reads_go_on.unwrap_or(false),
        })]
    }

    fn sentence(&self, _region_name: &dyn Fn(RegionId) -> String) -> String {
        let readers =
            if self.restarts_readers { ", and the readers of other regions restart" } else { "" };
        format!("the writer instance of {} fails{readers}", self.name)
    }
}
