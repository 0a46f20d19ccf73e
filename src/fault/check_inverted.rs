//! A drill: an operator inverts a health check, so a region that is well counts as unhealthy and traffic leaves it. The
//! documented way to force a failover without touching a record.
//! Source: Route 53 Developer Guide, "Values that you specify when you create or update health checks" (invert health check status).

use super::{Breaks, Effect, Window};
use crate::family::Kind;
use crate::id::{CheckId, RegionId};
use crate::read::Node;
use crate::read::{Fields, Reader};

/// `CheckInverted(check: "tokyo", at: "5min", lasting: "30min")`
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct CheckInverted {
    pub check: CheckId,
    /// What the scenario calls it.
    pub name: String,
    pub window: Window,
}

impl CheckInverted {
    pub const KIND: Kind = Kind {
        name: "CheckInverted",
        summary: "an operator inverts a health check: traffic leaves a healthy region, as in a failover drill (Route 53)",
        example: "CheckInverted(check: \"tokyo\", at: \"5min\", lasting: \"30min\")",
    };

    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let mut fields = Fields::open(reader, expr, "CheckInverted")?;
        let check: Option<CheckId> = fields.required("check");
        let window = Window::take_fields(&mut fields, None);
        let name = check.map(|check| fields.reader().names.checks[check.index()].name.clone());
        fields.close();
        Some(CheckInverted { check: check?, name: name?, window: window? })
    }
}

impl Breaks for CheckInverted {
    fn window(&self) -> &Window {
        &self.window
    }

    fn effects(&self) -> Vec<Effect> {
        vec![Effect::CheckInverted(self.check)]
    }

    fn sentence(&self, _region_name: &dyn Fn(RegionId) -> String) -> String {
        format!("the health check {} is inverted", self.name)
    }
}
