//! A front door itself answers no request, whatever stands behind it: the entry point that all regions share.
//! Source: Microsoft's review of Azure Front Door on 2025-10-29 (8 h, global); Google's of its load balancer on 2021-11-16 (2 h).

use super::{Breaks, Effect, Window};
use crate::family::Kind;
use crate::id::{DoorId, RegionId};
use crate::read::{Named, record};

record! {
    /// A front door answers no request, whatever stands behind it.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct FrontDoorOutage as "FrontDoorOutage" {
        /// The front door.
        pub door: Named<DoorId>,
        /// When, and for how long.
        pub window: Window,
    }
}

impl FrontDoorOutage {
    pub const KIND: Kind = Kind {
        name: "FrontDoorOutage",
        summary: "a front door answers no request, whatever stands behind it (Azure Front Door, 2025-10-29)",
        example: "FrontDoorOutage(door: \"www\", at: \"5min\", duration: \"8h\")",
    };
}

impl Breaks for FrontDoorOutage {
    fn window(&self) -> &Window {
        &self.window
    }

    fn effects(&self) -> Vec<Effect> {
        vec![Effect::DoorDown(self.door.id)]
    }

    fn sentence(&self, _region_name: &dyn Fn(RegionId) -> String) -> String {
        format!("the front door {} answers no request", self.door.name)
    }
}
