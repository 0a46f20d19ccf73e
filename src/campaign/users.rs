//! Recovery of users over runs: one distribution function, with its band.

use super::statistics::student_t_quantile;
use crate::measure::grid;
use crate::measure::users::UserLaw;
use crate::report::{CurvePoint, Interval};
use crate::units::Duration;

/// Users' recovery pooled over the affected users of all runs: a run in which more users were affected
/// counts for more. The share who were back by a time is the ratio of two sums over runs, and its
/// interval that of a ratio estimator (linearised), in which runs, not users, are independent: users
/// of one run share the detection.
#[derive(Clone, Debug, Default)]
pub struct UserPool {
    /// Runs in which users were affected.
    pub runs: u64,
    /// Affected users of each run, in billionths of the population, summed, and their squares.
    affected: u128,
    affected_squared: u128,
    /// Runs in which such users exist at all.
    all_runs: u64,
    /// By cell of milliseconds: users who were back by its end.
    cells: Vec<Sums>,
    /// Users who were back within the RTO objective, to the nanosecond.
    within_objective: Sums,
}

/// Users who were back, in billionths, summed over runs; their squares; their products with the affected.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    back: u128,
    squared: u128,
    with_affected: u128,
}

const BILLION: u128 = 1_000_000_000;

impl Sums {
    fn add(&mut self, back: u128, affected: u128) {
        self.back += back;
        self.squared += back * back;
        self.with_affected += back * affected;
    }
}

impl UserPool {
    /// Adds the users of a run.
    pub fn add(&mut self, law: &UserLaw, objective: Option<Duration>) {
        self.all_runs += u64::from(law.users > 0);
        if law.affected() == 0 {
            return;
        }
        self.runs += 1;
        let parts = |users: u64| u128::from(users) * BILLION / u128::from(law.users);
        let affected = parts(law.affected());
        self.affected += affected;
        self.affected_squared += affected * affected;
        // A later run may reach further: earlier runs stay where their last cell was.
        let observed = grid::cell(law.observed / 1_000_000) + 1;
        if self.cells.len() < observed {
            let last = self.cells.last().copied().unwrap_or_default();
            self.cells.resize(observed, last);
        }
        let mut back = 0u64;
        let mut next = law.recovered.iter().peekable();
        for (cell, sums) in self.cells.iter_mut().enumerate() {
            while let Some((_, users)) = next.next_if(|(time, _)| {
                time.is_some_and(|nanos| grid::cell(nanos / 1_000_000) <= cell)
            }) {
                back += users;
            }
            sums.add(parts(back), affected);
        }
        let in_time = |time: &Option<u64>| {
            time.zip(objective).is_some_and(|(time, objective)| time <= objective.as_nanos())
        };
        let within =
            law.recovered.iter().filter(|(time, _)| in_time(time)).map(|(_, users)| users).sum();
        self.within_objective.add(parts(within), affected);
    }

    /// Affected users as a share of all users, over runs.
    pub fn share_affected(&self) -> f64 {
        if self.all_runs == 0 {
            0.0
        } else {
            self.affected as f64 / BILLION as f64 / self.all_runs as f64
        }
    }

    /// Half an interval in standard errors, by Student's t; a single run has none.
    fn half_widths(&self, confidence: f64) -> f64 {
        if self.runs < 2 {
            f64::INFINITY
        } else {
            student_t_quantile(0.5 + confidence / 2.0, self.runs as f64 - 1.0)
        }
    }

    /// The ratio of users back to users affected, with its interval; a single run has none.
    fn ratio(&self, sums: &Sums, half_widths: f64) -> (Option<f64>, f64, Option<f64>) {
        let share = sums.back as f64 / self.affected as f64;
        if self.runs < 2 {
            return (None, share, None);
        }
        // Exact where every run says the same: differences of large sums would not be.
        let same = sums.back == 0 || sums.back == self.affected;
        let residual = sums.squared as f64 - 2.0 * share * sums.with_affected as f64
            + share * share * self.affected_squared as f64;
        let runs = self.runs as f64;
        let error = if same {
            0.0
        } else {
            (residual.max(0.0) * runs / (runs - 1.0)).sqrt() / self.affected as f64
        };
        let half = half_widths * error;
        (Some((share - half).max(0.0)), share, Some((share + half).min(1.0)))
    }

    /// The pooled distribution function with its band, at the middle of every cell.
    pub fn curve(&self, confidence: f64) -> Vec<CurvePoint> {
        let middle = |cell: usize| (grid::least(cell) + grid::least(cell + 1)) as f64 / 2_000.0;
        let half_widths = self.half_widths(confidence);
        let point = |(cell, sums): (usize, &Sums)| {
            let (low, share, high) = self.ratio(sums, half_widths);
            CurvePoint {
                seconds: middle(cell),
                low: low.unwrap_or(0.0),
                share,
                high: high.unwrap_or(1.0),
            }
        };
        if self.runs == 0 { Vec::new() } else { self.cells.iter().enumerate().map(point).collect() }
    }

    /// The pooled quantile, with the interval found by inverting the band. It is known to the cell, 0.4%.
    pub fn quantile(&self, curve: &[CurvePoint], p: f64) -> Interval {
        let crossing = |value: fn(&CurvePoint) -> f64| {
            curve.iter().find(|point| value(point) >= p - 1e-8).map(|point| point.seconds)
        };
        let known = |bound: Option<f64>| bound.filter(|_| self.runs > 1);
        Interval {
            low: known(crossing(|point| point.high)),
            estimate: crossing(|point| point.share),
            high: known(crossing(|point| point.low)),
        }
    }

    /// Share of affected users who were back within the objective.
    pub fn within_objective(&self, confidence: f64) -> Option<Interval> {
        let (low, share, high) = self.ratio(&self.within_objective, self.half_widths(confidence));
        (self.runs > 0).then_some(Interval { low, estimate: Some(share), high })
    }
}
