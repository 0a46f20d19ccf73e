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

/// Fewer runs that differ from the most common number do not show how far the others lie: where one run in fifty loses
/// writes, Student's interval of 20 runs is often nothing but 0.
const LEAST_OTHERS: usize = 10;

/// Values that differ from the most common one.
fn others(values: &[f64]) -> usize {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    values.len() - sorted.chunk_by(|one, other| one == other).map(<[f64]>::len).max().unwrap_or(0)
}

/// The mean of plain numbers; without bounds where nearly all are the same number.
pub fn mean_of(values: &[f64], confidence: f64) -> Option<Interval> {
    match mean_interval(values, confidence) {
        Some((_, mean, _)) if others(values) < LEAST_OTHERS.min(values.len() - 1) => Some(Interval { low: None, estimate: Some(mean), high: None }),
        Some((low, mean, high)) => Some(Interval { low: Some(low), estimate: Some(mean), high: Some(high) }),
        None => values.first().map(|only| Interval { low: None, estimate: Some(*only), high: None }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(ones: usize, zeros: usize) -> Option<f64> {
        let values: Vec<f64> = std::iter::repeat_n(1.0, ones).chain(std::iter::repeat_n(0.0, zeros)).collect();
        mean_of(&values, 0.95).expect("there are values").high
    }

    #[test]
    fn a_mean_of_nearly_equal_numbers_has_no_bounds() {
        assert_eq!((bounds(0, 1_000), bounds(9, 991), bounds(991, 9)), (None, None, None));
        assert!(bounds(10, 990).is_some() && bounds(10, 10).is_some());
        let different: Vec<f64> = (0..5).map(f64::from).collect();
        assert!(mean_of(&different, 0.95).is_some_and(|mean| mean.high.is_some()), "few numbers that all differ show their spread");
    }
}
