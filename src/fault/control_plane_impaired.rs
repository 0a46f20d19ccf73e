//! Nothing can be changed over a control plane; what was configured before goes on working, answers and health checks
//! included. Records that should change meanwhile, those of stores whose writer has moved among them, change when it ends.
//! Global services keep their control planes in one region, so the loss of that region is felt everywhere.
//! Source: AWS summary of 2021-12-07 (Route 53 APIs in us-east-1 impaired for 7 h, answers not); "AWS Fault Isolation Boundaries".

use super::{Breaks, ControlPlane, Effect, Window};
use crate::family::Kind;
use crate::id::RegionId;
use crate::read::record;

record! {
    /// Nothing can be changed over a control plane; what was configured before goes on working.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct ControlPlaneImpaired as "ControlPlaneImpaired" {
        /// The control plane.
        pub plane: ControlPlane,
        /// When, and for how long.
        pub window: Window,
    }
}

impl ControlPlaneImpaired {
    pub const KIND: Kind = Kind {
        name: "ControlPlaneImpaired",
        summary: "records and health checks cannot be changed; answers and checks go on (Route 53's control plane in us-east-1; 7 h on 2021-12-07)",
        example: "ControlPlaneImpaired(plane: Names, at: \"5min\", duration: \"7h\")",
    };
}

impl Breaks for ControlPlaneImpaired {
    fn window(&self) -> &Window {
        &self.window
    }

    fn effects(&self) -> Vec<Effect> {
        vec![Effect::ControlPlane(self.plane)]
    }

    fn sentence(&self, _region_name: &dyn Fn(RegionId) -> String) -> String {
        let what = match self.plane {
            ControlPlane::Names => "records and health checks",
        };
        format!("{what} cannot be changed (control plane)")
    }
}
