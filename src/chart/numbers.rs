//! Numbers for people: ticks at round values, durations, counts, shares.
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

/// A number with so many decimals, thousands apart, and a true minus.
pub fn decimals(value: f64, digits: usize) -> String {
    // Pictures have room for the typographer's minus.
    grouped(&format!("{value:.digits$}")).replace('-', "−")
}

/// A whole number with thousands apart.
pub fn count(value: u64) -> String {
    decimals(value as f64, 0)
}

/// A number of things with at most three significant digits, such as "225k"; "about" stands before
/// what rounding has changed.
pub fn about(value: f64) -> String {
    match rounded(value) == value {
        true => amount(value),
        false => format!("about {}", amount(value)),
    }
}

/// A number of things with at most three significant digits, such as "1,240", "225k" or "3.4M".
pub fn amount(value: f64) -> String {
    let value = rounded(value);
    let scale = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")]
        .into_iter()
        .find(|(unit, _)| value.abs() >= *unit && value.abs() >= 10_000.0);
    let (unit, sign) = scale.unwrap_or((1.0, ""));
    let value = value / unit;
    let digits = match value.abs() {
        size if size >= 99.95 => 0,
        size if size >= 9.995 => 1,
        _ => 2,
    };
    let words = decimals(value, digits);
    let words = match words.contains('.') {
        true => words.trim_end_matches('0').trim_end_matches('.'),
        false => &words,
    };
    format!("{words}{sign}")
}

/// The nearest number of three significant digits.
fn rounded(value: f64) -> f64 {
    let mut step = 1.0;
    while value.abs() / step >= 999.5 && step < 1e15 {
        step *= 10.0;
    }
    match value.abs() {
        size if size >= 99.5 => (value / step).round() * step,
        size if size >= 9.95 => (value * 10.0).round() / 10.0,
        _ => (value * 100.0).round() / 100.0,
    }
}

/// A time with its spread in one unit, such as "40 s (39 to 42 s)"; without a spread that shows,
/// only the time.
pub fn spread(low: f64, median: f64, high: f64) -> String {
    let write = |value| in_unit_of(high.abs().max(low.abs()), value);
    let (low, median, high) = (write(low), write(median), write(high));
    match low == high {
        true => median,
        false => {
            // The unit is said once in the brackets.
            let low = low.split_once(' ').map_or(low.as_str(), |(number, _)| number);
            format!("{median} ({low} to {high})")
        }
    }
}

/// A time in the unit in which `largest` reads best. Minutes and longer have decimals, because
/// facts that lie close together should not look the same.
pub fn in_unit_of(largest: f64, seconds: f64) -> String {
    let (unit, sign, digits) = match largest {
        size if size >= 172_800.0 => (86_400.0, "d", 2),
        size if size >= 7_200.0 => (3_600.0, "h", 2),
        size if size >= MINUTES => (60.0, "min", 1),
        size if size >= 9.95 || size == 0.0 => (1.0, "s", 0),
        size if size >= 0.095 => (1.0, "s", 1),
        _ => (1e-3, "ms", 0),
    };
    format!("{} {sign}", decimals(seconds / unit, digits))
}

/// Facts and axes of time up to here are told in seconds.
pub const MINUTES: f64 = 600.0;

/// A duration in the unit that people would say, such as "4.2 s" or "2.5 min".
pub fn duration(seconds: f64) -> String {
    match seconds.abs() {
        size if size >= 172_800.0 => format!("{} d", trimmed(seconds / 86_400.0)),
        size if size >= 7_200.0 => format!("{} h", trimmed(seconds / 3_600.0)),
        size if size >= 180.0 => format!("{} min", trimmed(seconds / 60.0)),
        size if size >= 9.95 => format!("{} s", decimals(seconds, 0)),
        0.0 => "0 s".to_string(),
        size if size < 0.095 => format!("{} ms", decimals(seconds * 1_000.0, 0)),
        _ => format!("{} s", trimmed(seconds)),
    }
}

/// One decimal, unless it is a zero.
fn trimmed(value: f64) -> String {
    let words = decimals(value, 1);
    words.strip_suffix(".0").map(str::to_string).unwrap_or(words)
}

/// A share in per cent; never rounded to 0% or 100% when it is neither.
pub fn percent(share: f64) -> String {
    let value = share * 100.0;
    match value {
        0.0 => "0%".to_string(),
        100.0 => "100%".to_string(),
        _ if value < 0.01 => "under 0.01%".to_string(),
        _ if value < 0.95 || (99.5..99.95).contains(&value) => {
            format!("{}%", decimals(value, if value < 0.095 { 2 } else { 1 }))
        }
        _ if value >= 99.995 => "over 99.99%".to_string(),
        _ if value >= 99.95 => format!("{}%", decimals(value, 2)),
        _ => format!("{}%", decimals(value, 0)),
    }
}

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

    #[test]
    fn numbers_read_well() {
        assert_eq!(decimals(-1234567.25, 1), "−1,234,567.2");
        assert_eq!(duration(92.4), "92 s");
        assert_eq!(duration(4.25), "4.2 s");
        assert_eq!(duration(300.0), "5 min");
        assert_eq!(percent(0.9997), "99.97%");
        assert_eq!(percent(0.999_999), "over 99.99%");
        assert_eq!(percent(0.512), "51%");
        assert_eq!(percent(0.0004), "0.04%");
    }

    #[test]
    fn amounts_have_three_digits_at_most() {
        for (value, words) in [
            (225_150.0, "225k"),
            (433_118.0, "433k"),
            (9_870.0, "9,870"),
            (9_876.0, "9,880"),
            (9_996.0, "10k"),
            (12_345.0, "12.3k"),
            (999_700.0, "1M"),
            (2_184_000.0, "2.18M"),
            (1.2e9, "1.2B"),
            (1e15, "1,000T"),
            (400.0, "400"),
            (12.0, "12"),
            (2.5, "2.5"),
            (0.0, "0"),
        ] {
            assert_eq!(amount(value), words);
        }
        assert_eq!(about(225_000.0), "225k");
        assert_eq!(about(225_150.0), "about 225k");
    }

    #[test]
    fn spreads_keep_to_one_unit() {
        assert_eq!(spread(38.6, 40.4, 41.6), "40 s (39 to 42 s)");
        assert_eq!(spread(93.2, 138.0, 198.9), "138 s (93 to 199 s)");
        assert_eq!(spread(500.0, 700.0, 900.0), "11.7 min (8.3 to 15.0 min)");
        assert_eq!(spread(0.0, 0.0, 0.0), "0 s");
        assert_eq!(spread(60.1, 60.2, 60.3), "60 s");
    }
}
