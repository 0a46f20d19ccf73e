//! Health checking: how a failure becomes a belief. What a check senses is one of three: checkers that probe
//! an endpoint, other checks, or a metric. Its status can be inverted, or fixed at healthy by disabling it.
//!
//! ```text
//!  probes --------+
//!  other checks --+--> belief --invert, disable--> status --push--> name servers, front doors
//!  metric alarm --+
//! ```
//!
//! Source of the rules: Route 53 Developer Guide, "How Amazon Route 53 determines whether a health
//! check is healthy" and "Values that you specify when you create or update health checks".

pub mod alarm;
pub mod metric;
pub mod probing;

pub use metric::{Alarm, Metric};
pub use probing::{Cadence, Checker, Depends, Endpoint, ProbeKind, Probing, Stand};

use crate::family::Kind;
use crate::id::{CheckId, DoorId, RegionId};
use crate::law::Law;
use serde::Serialize;

/// A health check.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HealthCheck {
    pub name: String,
    pub sensor: Sensor,
    /// A disabled check counts as healthy, whatever it senses (Route 53): it moves no client.
    pub disabled: bool,
    /// Healthy and unhealthy change places; a new inverted check is unhealthy.
    pub inverted: bool,
    /// Nothing acts on it: it is there to be looked at.
    pub is_observed: bool,
    /// From a change of status to the name servers' answers.
    pub push: Law,
    /// The same for a return to health; `None`: as `push`.
    pub push_up: Option<Law>,
}

/// What a check senses.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Sensor {
    /// Checkers probe a region's endpoint.
    Probes {
        watches: RegionId,
        /// The front door that probes come in by, if any: they meet its silence too. A health path is neither cached nor failed over.
        through: Option<DoorId>,
        probing: Probing,
        /// What the endpoint looks at before it answers; nothing: itself alone.
        depends: Vec<Depends>,
    },
    /// Healthy while at least so many of other checks are. They cannot be calculated themselves.
    Calculated { of: Vec<CheckId>, at_least: u64 },
    /// The data stream of a metric, judged like a CloudWatch alarm.
    Alarm(Alarm),
}

/// The kinds of health check, for `mrsim list`.
pub const KINDS: &[Kind] = &[
    Kind {
        name: "HealthCheck",
        summary: "checkers that probe a region's endpoint; streaks per checker, a quorum over checkers",
        example: "HealthCheck(name: \"tokyo\", watches: \"ap-northeast-1\", preset: \"route53-fast\")",
    },
    Kind {
        name: "Calculated",
        summary: "healthy while at least so many of other checks are (Route 53 calculated health check)",
        example: "Calculated(name: \"both\", of: [\"tokyo\", \"virginia\"], at_least: 1)",
    },
    Kind {
        name: "Alarm",
        summary: "follows a metric: errors, a canary, healthy hosts, replica lag, over periods, M of N (CloudWatch alarm)",
        example: "Alarm(name: \"errors\", metric: Errors(region: \"ap-northeast-1\", above: \"5%\"), period: \"60s\", periods: 2)",
    },
];

impl HealthCheck {
    /// The status by what is detected.
    pub fn status(&self, believed_healthy: bool, switched: Switched) -> bool {
        if self.disabled || switched.disabled {
            return true;
        }
        believed_healthy != (self.inverted != switched.inverted)
    }
}

/// What a drill has switched on a check while the simulation runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Switched {
    pub disabled: bool,
    pub inverted: bool,
}
