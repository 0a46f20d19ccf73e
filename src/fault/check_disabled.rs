//! A drill: an operator disables a health check. Route 53 takes a disabled check for healthy, so traffic stays, or comes
//! back to a region that is down. To move traffic away, invert the check.
//! Source: Route 53 Developer Guide, "Values that you specify when you create or update health checks" (disabled).

use super::{Breaks, Effect, Window};
use crate::family::Kind;
use crate::id::{CheckId, RegionId};
use crate::read::Node;
use crate::read::{Fields, Reader};

/// `CheckDisabled(check: "tokyo", at: "5min", lasting: "30min")`
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct CheckDisabled {
    pub check: CheckId,
    /// What the scenario calls it.
    pub name: String,
    pub window: Window,
}

impl CheckDisabled {
    pub const KIND: Kind = Kind {
        name: "CheckDisabled",
        summary: "an operator disables a health check: it counts as healthy, so nobody is moved away (Route 53)",
        example: "CheckDisabled(check: \"tokyo\", at: \"5min\", lasting: \"30min\")",
    };

    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let mut fields = Fields::open(reader, expr, "CheckDisabled")?;
        let check: Option<CheckId> = fields.required("check");
        let window = Window::take_fields(&mut fields, None);
        let name = check.map(|check| fields.reader().names.checks[check.index()].name.clone());
        fields.close();
        Some(CheckDisabled { check: check?, name: name?, window: window? })
    }
}

impl Breaks for CheckDisabled {
    fn window(&self) -> &Window {
        &self.window
    }

    fn effects(&self) -> Vec<Effect> {
        vec![Effect::CheckDisabled(self.check)]
    }

    fn sentence(&self, _region_name: &dyn Fn(RegionId) -> String) -> String {
        format!("the health check {} is disabled", self.name)
    }
}
