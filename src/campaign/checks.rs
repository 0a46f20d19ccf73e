//! Health checks over runs: when they see the first fault, how often they see one that is not there.

use super::Pool;
use super::estimates::{quantile, sorted};
use super::statistics::{clopper_pearson, garwood};
use crate::measure::Number;
use crate::measure::checks::CheckNumbers;
use crate::report::{CheckRow, Interval};
use crate::scenario::Scenario;
use crate::units::Duration;

/// What rates are counted in: an operator's month.
const MONTH_SECONDS: f64 = 30.0 * 86_400.0;

/// One check over the runs so far.
#[derive(Clone, Debug, Default)]
pub struct CheckPool {
    detections: Vec<Option<Number>>,
    false_alarms: u64,
    healthy_nanos: u128,
}

impl CheckPool {
    pub fn add(&mut self, numbers: &CheckNumbers, healthy: Duration) {
        self.detections.push(numbers.detection);
        self.false_alarms += numbers.false_alarms;
        self.healthy_nanos += u128::from(healthy.as_nanos());
    }

    /// What the report says of it, with intervals of this confidence.
    pub fn row(&self, name: &str, observed: bool, confidence: f64) -> CheckRow {
        let detections = sorted(&self.detections);
        let occasions = detections.len() as u64;
        let seen = detections.iter().filter(|seconds| seconds.is_finite()).count() as u64;
        let share_seen = (occasions > 0).then(|| {
            let (low, high) = clopper_pearson(seen, occasions, confidence);
            Interval {
                low: Some(low),
                estimate: Some(seen as f64 / occasions as f64),
                high: Some(high),
            }
        });
        let healthy_seconds = self.healthy_nanos as f64 / 1e9;
        let per_month = |alarms: f64| Some(alarms * MONTH_SECONDS / healthy_seconds);
        let rate = (healthy_seconds > 0.0).then(|| {
            let (low, high) = garwood(self.false_alarms, confidence);
            Interval {
                low: per_month(low),
                estimate: per_month(self.false_alarms as f64),
                high: per_month(high),
            }
        });
        CheckRow {
            name: name.to_string(),
            observed,
            occasions,
            seen,
            share_seen,
            detection_p50: quantile(&detections, 0.5, confidence),
            detection_p95: quantile(&detections, 0.95, confidence),
            false_alarms: self.false_alarms,
            healthy_seconds,
            false_alarms_per_30_days: rate,
        }
    }
}

/// A row for each check, in the order of the scenario.
pub fn rows(scenario: &Scenario, pool: &Pool, confidence: f64) -> Vec<CheckRow> {
    scenario
        .health_checks
        .iter()
        .zip(&pool.checks)
        .map(|(check, pool)| pool.row(&check.name, check.is_observed, confidence))
        .collect()
}
