//! Ratios of sums over runs. Runs are independent, what happens within one is not: the interval is that of a ratio
//! estimator (linearised), in which a run counts once.
//! Source: Cochran, "Sampling Techniques" (3rd ed. 1977), section 6.4.

use super::student_t_quantile;
use crate::report::Interval;

/// Sums of one part of a whole over runs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RatioSums {
    runs: u64,
    of: f64,
    whole: f64,
    of_squared: f64,
    product: f64,
    whole_squared: f64,
}

impl RatioSums {
    /// Adds a run.
    pub fn add(&mut self, of: f64, whole: f64) {
        self.runs += 1;
        self.of += of;
        self.whole += whole;
        self.of_squared += of * of;
        self.product += of * whole;
        self.whole_squared += whole * whole;
    }

    /// The ratio with its interval; a single run has no bounds, and no whole no ratio.
    pub fn interval(&self, confidence: f64) -> Option<Interval> {
        if self.whole <= 0.0 {
            return None;
        }
        let ratio = self.of / self.whole;
        if self.runs < 2 {
            return Some(Interval { low: None, estimate: Some(ratio), high: None });
        }
        let residual =
            self.of_squared - 2.0 * ratio * self.product + ratio * ratio * self.whole_squared;
        let runs = self.runs as f64;
        let error = (residual.max(0.0) * runs / (runs - 1.0)).sqrt() / self.whole;
        let half = student_t_quantile(0.5 + confidence / 2.0, runs - 1.0) * error;
        Some(Interval {
            low: Some((ratio - half).max(0.0)),
            estimate: Some(ratio),
            high: Some(ratio + half),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_runs_leave_no_doubt_and_one_run_no_bounds() {
        let mut sums = RatioSums::default();
        sums.add(1.0, 4.0);
        assert_eq!(
            sums.interval(0.95),
            Some(Interval { low: None, estimate: Some(0.25), high: None })
        );
        sums.add(1.0, 4.0);
        assert_eq!(
            sums.interval(0.95),
            Some(Interval { low: Some(0.25), estimate: Some(0.25), high: Some(0.25) })
        );
        assert_eq!(RatioSums::default().interval(0.95), None);
    }

    /// With equal wholes the ratio is a mean, and its interval Student's: 1, 2, 3 of 1 each give 2 +- 4.303 x 1 / sqrt(3).
    #[test]
    fn with_equal_wholes_it_is_a_mean() {
        let mut sums = RatioSums::default();
        [1.0, 2.0, 3.0].into_iter().for_each(|of| sums.add(of, 1.0));
        let high = sums.interval(0.95).and_then(|interval| interval.high).unwrap();
        assert!((high - (2.0 + 4.302_653 / 3.0f64.sqrt())).abs() < 1e-4, "{high}");
    }
}
