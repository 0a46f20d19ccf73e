//! Nothing can be changed over a control plane; what was configured before goes on working, answers and health checks
//! included. Records that should change meanwhile, those of stores whose writer has moved among them, change when it ends.
//! Global services keep their control planes in one region, so the loss of that region is felt everywhere.
//! Source: AWS summary of 2021-12-07 (Route 53 APIs in us-east-1 impaired for 7 h, answers not); "AWS Fault Isolation Boundaries".

use super::{Breaks, ControlPlane, Effect, Window};
use crate::family::Kind;
use crate::id::RegionId;
use crate::read::Node;
use crate::read::{Fields, Reader, word};

/// `ControlPlaneImpaired(plane: Names, at: "5min", lasting: "7h")`
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct ControlPlaneImpaired {
    pub plane: ControlPlane,
    pub window: Window,
}

impl ControlPlaneImpaired {
    pub const KIND: Kind = Kind {
        name: "ControlPlaneImpaired",
        summary: "records and health checks cannot be changed; answers and checks go on (Route 53's control plane in us-east-1; 7 h on 2021-12-07)",
        example: "ControlPlaneImpaired(plane: Names, at: \"5min\", lasting: \"7h\")",
    };

    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let mut fields = Fields::open(reader, expr, "ControlPlaneImpaired")?;
        let known = [("Names", ControlPlane::Names)];
        let plane =
            fields.required_with("plane", "Names", |expr, reader| word(expr, reader, &known));
        let window = Window::take_fields(&mut fields, None);
        fields.close();
        Some(ControlPlaneImpaired { plane: plane?, window: window? })
    }
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
