//! Metrics and the alarms on them: what a check or automation follows instead of probes of its own.
//! Source: CloudWatch User Guide, "Using Amazon CloudWatch alarms"; Route 53 Developer Guide,
//! "How Route 53 determines the status of health checks that monitor CloudWatch alarms".

use super::alarm::{DataForHealth, Missing};
use crate::id::{CheckId, RegionId, StoreId};
use crate::law::Law;
use crate::units::{Duration, Share};
use serde::Serialize;

/// What is measured. A period without data is missing, which is not the same as good or bad.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Metric {
    /// Error answers among the requests that the load balancer of a region answered. No requests, or a
    /// region that is dark: no data.
    Errors { region: RegionId, above: Share },
    /// Share of the period in which a canary from outside fails.
    Canary { region: RegionId, above: Share },
    /// Share of the period in which no host in the region is healthy; a dark region reports nothing.
    HealthyHosts { region: RegionId },
    /// Share of the period in which the replica in a region is further behind than this.
    ReplicaLag { store: StoreId, region: RegionId, above: Duration },
    /// Share of the period in which another health check is unhealthy (metric HealthCheckStatus).
    CheckStatus { check: CheckId },
}

/// An alarm over periods of a metric.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Alarm {
    pub metric: Metric,
    pub period: Duration,
    /// Breaching periods that raise the alarm.
    pub datapoints: u64,
    /// Among so many of the last periods.
    pub periods: u64,
    pub missing: Missing,
    /// What insufficient data means for the check.
    pub insufficient: DataForHealth,
    /// From the end of a period to its judgement: delivery of data and evaluation.
    pub delay: Law,
    /// Periods begin at whole multiples of their length on the wall clock; `None`: the run begins at a random
    /// moment of a period (the truth).
    pub first_period: Option<Duration>,
}
