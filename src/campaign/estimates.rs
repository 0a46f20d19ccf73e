//! Estimates over runs: order-statistic intervals for quantiles, Student's t for means.

use super::statistics::{mean_interval, quantile_rank, quantile_ranks};
use crate::measure::{Measure, Number};
use crate::report::{Estimate, Interval};

/// Sums up one measure over runs.
pub fn estimate(measure: &dyn Measure, values: &[Option<Number>], confidence: f64) -> Estimate {
    let sorted = sorted(values);
    let occasions = sorted.len() as u64;
    let censored = sorted.iter().filter(|value| value.is_infinite()).count() as u64;
    let finite = |value: Option<&f64>| value.copied().filter(|value| value.is_finite());
    // "95 % of runs" is what one run in twenty does worse than, whichever end is the bad one.
    let at = |p: f64| quantile(&sorted, if measure.higher_is_better() { 1.0 - p } else { p }, confidence);
    Estimate {
        key: measure.key(),
        label: measure.label(),
        unit: measure.unit(),
        higher_is_better: measure.higher_is_better(),
        occasions,
        censored,
        mean: if censored == 0 { mean(values, confidence) } else { None },
        p50: at(0.5),
        p90: at(0.9),
        p95: at(0.95),
        p99: at(0.99),
        min: finite(sorted.first()),
        max: finite(sorted.last()),
    }
}

/// The occasions in ascending order; censored ones are infinite.
pub fn sorted(values: &[Option<Number>]) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().flatten().map(|number| number.ordered()).collect();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// A quantile with its distribution-free interval. Bounds that the sample is too small for, or that
/// are censored, are `None`.
pub fn quantile(sorted: &[f64], p: f64, confidence: f64) -> Option<Interval> {
    let n = sorted.len() as u64;
    if n == 0 {
        return None;
    }
    let at = |rank: u64| Some(sorted[rank as usize - 1]).filter(|value| value.is_finite());
    let (low, high) = quantile_ranks(n, p, confidence);
    Some(Interval { low: low.and_then(at), estimate: at(quantile_rank(n, p)), high: high.and_then(at) })
}

/// The mean over the runs with an occasion; no bounds from a single run.
pub fn mean(values: &[Option<Number>], confidence: f64) -> Option<Interval> {
    let values: Vec<f64> = values.iter().flatten().map(|number| number.value).collect();
    mean_of(&values, confidence)
}

/// The mean of plain numbers.
pub fn mean_of(values: &[f64], confidence: f64) -> Option<Interval> {
    match mean_interval(values, confidence) {
        Some((low, mean, high)) => Some(Interval { low: Some(low), estimate: Some(mean), high: Some(high) }),
        None => values.first().map(|only| Interval { low: None, estimate: Some(*only), high: None }),
    }
}
