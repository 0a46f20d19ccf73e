//! The load balancer of a region has no registered targets any more: every request gets an error at once (503), and
//! what its own health says is a matter of the vendor's text: see `empty_is_healthy` of a health check.
//! Source: Application Load Balancer guide, "Troubleshoot your Application Load Balancers" (HTTP 503); Route 53 Developer
//! Guide, "Values specific for failover alias records" (evaluate target health).

use super::{Breaks, Effect, Window};
use crate::family::Kind;
use crate::health::Endpoint;
use crate::id::RegionId;
use crate::read::record;

record! {
    /// The load balancer of a region has no registered targets: every request gets an error at once.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct TargetsGone as "TargetsGone" {
        /// The region whose load balancer has no targets.
        pub region: RegionId,
        /// When, and for how long.
        pub window: Window,
    }
}

impl TargetsGone {
    pub const KIND: Kind = Kind {
        name: "TargetsGone",
        summary: "the load balancer of a region has no registered targets: errors, and a health that vendor texts disagree on",
        example: "TargetsGone(region: \"ap-northeast-1\", at: \"5min\", duration: \"30min\")",
    };
}

impl Breaks for TargetsGone {
    fn window(&self) -> &Window {
        &self.window
    }

    fn effects(&self) -> Vec<Effect> {
        vec![Effect::Meets(self.region, Endpoint::Empty)]
    }

    fn sentence(&self, region_name: &dyn Fn(RegionId) -> String) -> String {
        format!("{} has no targets behind its load balancer", region_name(self.region))
    }
}
