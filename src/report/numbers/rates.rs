//! Rates of rare events in words: none seen is never a bare zero.

use super::{at_place, quantity, rounded, with_interval};
use crate::report::{Interval, Unit};

/// "5,020 [4,950, 5,100]"; where nothing was seen, "none seen, at most 0.23".
pub fn rate(interval: &Interval) -> String {
    match (interval.estimate, interval.high) {
        (Some(0.0), Some(high)) => format!("none seen, at most {}", at_most(high)),
        _ => with_interval(interval, Unit::Count, "unknown").unwrap_or_else(|| "unknown".into()),
    }
}

/// A bound in two digits, rounded up: it still holds.
pub fn at_most(bound: f64) -> String {
    let (near, place) = rounded(bound, 2);
    let step: f64 = format!("1e{place}").parse().unwrap_or(0.0);
    match bound {
        // From here on thousands are written as k.
        bound if bound >= 1e4 || !bound.is_finite() => quantity(bound, Unit::Count, 3),
        bound if near < bound => at_place(near + step, place),
        _ => at_place(near, place),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_seen_is_a_bound() {
        let of = |low, estimate, high| {
            rate(&Interval { low: Some(low), estimate: Some(estimate), high: Some(high) })
        };
        assert_eq!(of(0.0, 0.0, 0.2213), "none seen, at most 0.23");
        assert_eq!(of(0.0, 0.0, 0.23), "none seen, at most 0.23");
        assert_eq!(of(0.0, 0.0, 97.4), "none seen, at most 98");
        assert_eq!(of(0.0076, 0.3, 1.67), "0.3 [0.0, 1.7]");
        assert_eq!(of(4_945.0, 5_020.8, 5_097.5), "5,020 [4,950, 5,100]");
    }
}
