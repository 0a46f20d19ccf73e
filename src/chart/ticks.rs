//! Ticks at round values, and the unit of an axis of time.
//!
//! No logarithm and no power of the standard library is used: they may differ between platforms.

use crate::report::numbers::grouped;

/// Round values within a range, and how to write them.
#[derive(Clone, Debug)]
pub struct Ticks {
    pub values: Vec<f64>,
    step: f64,
}

impl Ticks {
    /// The label of a tick, as precise as the step asks for.
    pub fn label(&self, value: f64) -> String {
        // Counting in steps removes what rounding has left, such as 0.30000000000000004.
        let value = (value / self.step).round() * self.step;
        let largest = self.values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
        for (unit, sign) in [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")] {
            if largest >= 10_000.0 && largest >= unit && self.step * 100.0 >= unit {
                return match value == 0.0 {
                    true => "0".to_string(),
                    false => format!("{}{sign}", decimals(value / unit, places(self.step / unit))),
                };
            }
        }
        decimals(value, places(self.step))
    }
}

/// Ticks at multiples of 1, 2 or 5 times a power of ten, about `wanted` of them.
pub fn ticks(low: f64, high: f64, wanted: usize) -> Ticks {
    let step = round_step((high - low) / wanted.max(1) as f64);
    let mut values = Vec::new();
    let mut index = (low / step - 1e-9).ceil();
    while values.len() < 64 && index * step <= high + step * 1e-9 {
        values.push(index * step + 0.0);
        index += 1.0;
    }
    Ticks { values, step }
}

/// The smallest of 1, 2, 5 times a power of ten that is not below `least`.
pub fn round_step(least: f64) -> f64 {
    if !(least.is_finite() && least > 1e-9) {
        return 1e-9;
    }
    let mut power = 1.0;
    while power > least {
        power /= 10.0;
    }
    while power * 10.0 <= least {
        power *= 10.0;
    }
    let factor = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power >= least * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * power
}

/// The digits after the point that tell multiples of `step` apart.
fn places(step: f64) -> usize {
    let mut scaled = step;
    let mut digits = 0;
    while digits < 9 && (scaled - scaled.round()).abs() > 1e-6 * scaled {
        scaled *= 10.0;
        digits += 1;
    }
    digits
}

/// A number with so many decimals, thousands apart.
pub fn decimals(value: f64, digits: usize) -> String {
    grouped(&format!("{value:.digits$}"))
}

/// An axis of facts from here on is told in minutes, as the facts are.
pub const MINUTES: f64 = 180.0;

/// A unit of time for an axis: how many seconds it has, and its sign.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeUnit {
    pub seconds: f64,
    pub sign: &'static str,
}

/// The unit in which an axis up to `longest` seconds reads best.
pub fn time_unit(longest: f64) -> TimeUnit {
    match longest {
        size if size > 259_200.0 => TimeUnit { seconds: 86_400.0, sign: "days" },
        size if size > 14_400.0 => TimeUnit { seconds: 3_600.0, sign: "hours" },
        size if size > 1_200.0 => TimeUnit { seconds: 60.0, sign: "minutes" },
        _ => TimeUnit { seconds: 1.0, sign: "seconds" },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        let found = ticks(0.0, 100.0, 5);
        assert_eq!(found.values, vec![0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        let found = ticks(0.0, 0.7, 7);
        let labels: Vec<String> = found.values.iter().map(|value| found.label(*value)).collect();
        assert_eq!(labels, ["0.0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7"]);
        let found = ticks(0.0, 400_000.0, 4);
        assert_eq!(found.label(300_000.0), "300k");
        assert!(ticks(0.0, 1e15, 5).values.len() < 10);
        assert!(ticks(0.0, 0.0, 5).values.len() < 10);
        assert!(ticks(0.0, f64::INFINITY, 5).values.len() < 65);
    }
}
