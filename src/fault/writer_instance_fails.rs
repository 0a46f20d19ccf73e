//! The instance that is a store's writer dies, and a standby in the same region takes over. Nothing is lost; while it lasts there
//! are no writes, and no reads that need the writer. Older Aurora engines restart the readers of the other regions as well.
//! Source: Aurora User Guide, "High availability for Amazon Aurora" and "Limitations of Amazon Aurora global databases".

use super::{Breaks, Effect, InstanceFails, OpenWindow, Window};
use crate::family::Kind;
use crate::id::{RegionId, StoreId};
use crate::read::{Named, Names, Node, Reader, Record, Shape, Value, record};

/// The writer's instance of a store dies.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct WriterInstanceFails {
    pub store: Named<StoreId>,
    pub window: Window,
    /// Whether the length is known: written, or taken from the store's standby.
    pub is_known: bool,
    /// The readers of the other regions restart, too, and serve nothing until it is over.
    pub restarts_readers: bool,
    /// Other instances in the writer's region go on serving reads.
    pub reads_go_on: Option<bool>,
}

record! {
    /// The instance that is a store's writer dies, and a standby in its region takes over.
    #[derive(Clone, Debug)]
    struct Written as "WriterInstanceFails" {
        /// The store.
        store: Named<StoreId>,
        /// The readers of the other regions restart, too, and serve nothing until it is over.
        restarts_readers: bool = false,
        /// Other instances in the writer's region go on serving reads. Not written, as the store's standby says, else they do not.
        reads_go_on: Option<bool>,
        /// When, and for how long. Not written, it lasts as long as the store's standby takes.
        window: OpenWindow,
    }
}

impl Value for WriterInstanceFails {
    const EXAMPLE: &'static str = Written::EXAMPLE;

    fn shape() -> Shape {
        Written::shape()
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let Written { store, restarts_readers, reads_go_on, window } = Written::read(node, reader)?;
        let is_known = window.lasting.is_some();
        let window = window.closed();
        Some(WriterInstanceFails { store, window, is_known, restarts_readers, reads_go_on })
    }

    fn write(&self, names: &Names) -> Node {
        let window = OpenWindow::of(&self.window, self.is_known);
        let WriterInstanceFails { store, restarts_readers, reads_go_on, .. } = self.clone();
        Written { store, restarts_readers, reads_go_on, window }.write(names)
    }
}

impl WriterInstanceFails {
    pub const KIND: Kind = Kind {
        name: "WriterInstanceFails",
        summary: "the writer's instance dies and a standby in its region takes over (restarts_readers: those elsewhere restart, too); duration: as the store's standby takes",
        example: "WriterInstanceFails(store: \"orders\", at: \"5min\", duration: \"12s\", restarts_readers: true)",
    };

    pub fn record() -> Record {
        Written::record()
    }
}

impl Breaks for WriterInstanceFails {
    fn window(&self) -> &Window {
        &self.window
    }

    fn effects(&self) -> Vec<Effect> {
        vec![Effect::WriterInstance(InstanceFails {
            store: self.store.id,
            restarts_readers: self.restarts_readers,
            reads_go_on: self.reads_go_on.unwrap_or(false),
        })]
    }

    fn sentence(&self, _region_name: &dyn Fn(RegionId) -> String) -> String {
        let readers =
            if self.restarts_readers { ", and the readers of other regions restart" } else { "" };
        format!("the writer instance of {} fails{readers}", self.store.name)
    }
}
