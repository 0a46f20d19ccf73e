//! A drill: an operator inverts a health check, so a region that is well counts as unhealthy and traffic leaves it. The
//! documented way to force a failover without touching a record.
//! Source: Route 53 Developer Guide, "Values that you specify when you create or update health checks" (invert health check status).

use super::{Breaks, Effect, Window};
use crate::family::Kind;
use crate::id::{CheckId, RegionId};
use crate::read::{Named, record};

record! {
    /// An operator inverts a health check: a region that is well counts as unhealthy, and traffic leaves it.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct CheckInverted as "CheckInverted" {
        /// The check that is inverted.
        pub check: Named<CheckId>,
        /// When, and for how long.
        pub window: Window,
    }
}

impl CheckInverted {
    pub const KIND: Kind = Kind {
        name: "CheckInverted",
        summary: "an operator inverts a health check: traffic leaves a healthy region, as in a failover drill (Route 53)",
        example: "CheckInverted(check: \"tokyo\", at: \"5min\", duration: \"30min\")",
    };
}

impl Breaks for CheckInverted {
    fn window(&self) -> &Window {
        &self.window
    }

    fn effects(&self) -> Vec<Effect> {
        vec![Effect::CheckInverted(self.check.id)]
    }

    fn sentence(&self, _region_name: &dyn Fn(RegionId) -> String) -> String {
        format!("the health check {} is inverted", self.check.name)
    }
}
