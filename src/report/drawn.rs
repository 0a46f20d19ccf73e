//! What the charts of a report draw.

use super::Served;
use serde::{Deserialize, Serialize};

/// What the charts draw; times are seconds from the first fault (negative before it).
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ChartData {
    /// Availability over time; each point stands for the step that begins there.
    pub availability: Vec<AvailabilityPoint>,
    /// The facts that explain the curve, in time order; of health checks those that something acts on.
    pub marks: Vec<Mark>,
    /// Share of affected users who are back by t, for reads and for writes.
    pub recovery: Vec<RecoveryCurve>,
    /// The RTO objective in seconds, where there is one.
    pub rto_objective: Option<f64>,
    /// Lost acknowledged writes, one number a run, sorted.
    pub lost_writes: Vec<f64>,
    /// RPO in seconds, one number a run, sorted.
    pub rpo_seconds: Vec<f64>,
    /// The RPO objective in seconds, where there is one.
    pub rpo_objective: Option<f64>,
    /// Share of all users whose next request goes to each region (or nowhere), over time.
    pub whereabouts: Vec<Whereabouts>,
}

/// Availability in one step.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct AvailabilityPoint {
    /// Start of the step, seconds from the fault.
    pub seconds: f64,
    /// Share of requests that succeeded in this step, pooled over runs; `None` without requests.
    pub reads: Option<f64>,
    /// The same for writes.
    pub writes: Option<f64>,
    /// The run-to-run band: 5th and 95th percentile of all requests' share. `None` when unknown.
    pub low: Option<f64>,
    /// The upper end of the band.
    pub high: Option<f64>,
}

/// Facts that programs look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    FaultBegins,
    FaultEnds,
    ReadsBack,
    WritesBack,
}

/// A fact with its spread over runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Mark {
    /// Such as "Tokyo detected unhealthy".
    pub label: String,
    /// What it is, of facts that programs look for: see Words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<MarkKind>,
    /// Median over the runs in which it happened.
    pub median_seconds: f64,
    /// 5th percentile over those runs.
    pub low_seconds: f64,
    /// 95th percentile over those runs.
    pub high_seconds: f64,
    /// In how many runs it happened.
    pub runs: u64,
}

/// The distribution of users' recovery times.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecoveryCurve {
    /// "reads" or "writes".
    pub operation: Served,
    /// In time order.
    pub points: Vec<CurvePoint>,
}

/// One point of a distribution function with its confidence band.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct CurvePoint {
    /// Seconds from the fault.
    pub seconds: f64,
    /// Lower end of the band.
    pub low: f64,
    /// Share of affected users who are back.
    pub share: f64,
    /// Upper end of the band.
    pub high: f64,
}

/// Where users are over time, one region.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Whereabouts {
    /// The region's name.
    pub region: String,
    /// Seconds from the fault and share of all users, mean over runs.
    pub points: Vec<(f64, f64)>,
}
