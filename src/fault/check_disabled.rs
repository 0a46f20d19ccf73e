//! A drill: an operator disables a health check. Route 53 takes a disabled check for healthy, so traffic stays, or comes
//! back to a region that is down. To move traffic away, invert the check.
//! Source: Route 53 Developer Guide, "Values that you specify when you create or update health checks" (disabled).

use super::{Breaks, Effect, Window};
use crate::family::Kind;
use crate::id::{CheckId, RegionId};
use crate::read::{Named, record};

record! {
    /// An operator disables a health check: it counts as healthy.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct CheckDisabled as "CheckDisabled" {
        /// The check that is disabled.
        pub check: Named<CheckId>,
        /// When, and for how long.
        pub window: Window,
    }
}

impl CheckDisabled {
    pub const KIND: Kind = Kind {
        name: "CheckDisabled",
        summary: "an operator disables a health check: it counts as healthy, so no client is moved away (Route 53)",
        example: "CheckDisabled(check: \"tokyo\", at: \"5min\", duration: \"30min\")",
    };
}

impl Breaks for CheckDisabled {
    fn window(&self) -> &Window {
        &self.window
    }

    fn effects(&self) -> Vec<Effect> {
        vec![Effect::CheckDisabled(self.check.id)]
    }

    fn sentence(&self, _region_name: &dyn Fn(RegionId) -> String) -> String {
        format!("the health check {} is disabled", self.check.name)
    }
}
