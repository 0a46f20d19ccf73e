//! A front door itself answers nobody, whatever stands behind it: the entry point that all regions share.
//! Source: Microsoft's review of Azure Front Door on 2025-10-29 (8 h, global); Google's of its load balancer on 2021-11-16 (2 h).

use super::{Breaks, Effect, Window};
use crate::family::Kind;
use crate::id::{DoorId, RegionId};
use crate::read::Node;
use crate::read::{Fields, Reader};

/// `FrontDoorOutage(door: "www", at: "5min", lasting: "8h")`
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct FrontDoorOutage {
    pub door: DoorId,
    /// What the scenario calls it.
    pub name: String,
    pub window: Window,
}

impl FrontDoorOutage {
    pub const KIND: Kind = Kind {
        name: "FrontDoorOutage",
        summary: "a front door answers nobody, whatever stands behind it (Azure Front Door, 2025-10-29)",
        example: "FrontDoorOutage(door: \"www\", at: \"5min\", lasting: \"8h\")",
    };

    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let mut fields = Fields::open(reader, expr, "FrontDoorOutage")?;
        let door: Option<DoorId> = fields.required("door");
        let window = Window::take_fields(&mut fields, None);
        let name = door.map(|door| fields.reader().names.doors[door.index()].name.clone());
        fields.close();
        Some(FrontDoorOutage { door: door?, name: name?, window: window? })
    }
}

impl Breaks for FrontDoorOutage {
    fn window(&self) -> &Window {
        &self.window
    }

    fn effects(&self) -> Vec<Effect> {
        vec![Effect::DoorDown(self.door)]
    }

    fn sentence(&self, _region_name: &dyn Fn(RegionId) -> String) -> String {
        format!("the front door {} answers nobody", self.name)
    }
}
