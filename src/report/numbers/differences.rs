//! Differences for people: with their sign, and as precise as their interval.

use super::{at_place, certain_digits, certain_scale, rounded, scale_of};
use crate::report::{Interval, Unit};

/// "-12 s [-13, -11]", "+4 s [-2, 10]", "0 s [0, 0]". `open` is written for a bound that is not known.
/// `None` without an estimate. For times and counts; a difference of shares is no share.
pub fn difference(interval: &Interval, unit: Unit, open: &str) -> Option<String> {
    let value = interval.estimate.filter(|value| value.is_finite())?;
    let bounds = [interval.low, interval.high].map(|bound| bound.filter(|bound| bound.is_finite()));
    // A zero has no size of its own: the larger bound says in which unit, and how finely, to speak.
    let widest =
        bounds.into_iter().flatten().fold(0.0, |widest: f64, bound| widest.max(bound.abs()));
    let reference = if value == 0.0 { widest } else { value.abs() };
    // No difference is told in microseconds: beside what a service feels they are nothing.
    let size = match unit {
        Unit::Seconds if reference > 0.0 => reference.max(1e-3),
        _ => reference,
    };
    let scale = match value {
        0.0 => scale_of(unit, rounded(size, 1).0),
        value => certain_scale(value, size, interval, unit),
    };
    let digits = if value == 0.0 { 1 } else { certain_digits(value, interval, scale) };
    let place = if reference == 0.0 { 0 } else { rounded(reference / scale.factor, digits).1 };
    let all = [interval.low, interval.estimate, interval.high];
    let is_whole = unit == Unit::Count
        && scale.factor == 1.0
        && all.into_iter().flatten().all(|value| value.fract() == 0.0);
    let place = if is_whole { place.max(0) } else { place };
    let signed = |value: f64| {
        let text = at_place(value / scale.factor, place);
        if value == 0.0 {
            "0".to_string()
        } else if value > 0.0 && text.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) {
            format!("+{text}")
        } else {
            text
        }
    };
    if bounds == [None, None] {
        return Some(format!("{}{} [{open}]", signed(value), scale.suffix));
    }
    let [low, high] = bounds.map(|bound| bound.map_or(open.to_string(), signed));
    Some(format!("{}{} [{low}, {high}]", signed(value), scale.suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_carry_their_sign_and_the_digits_of_their_interval() {
        let of = |low, estimate, high| Interval {
            low: Some(low),
            estimate: Some(estimate),
            high: Some(high),
        };
        let cases = [
            (of(-13.1, -12.2, -11.4), Unit::Seconds, "-12.2 s [-13.1, -11.4]"),
            (of(-2.4, 4.1, 9.6), Unit::Seconds, "+4 s [-2, +10]"),
            (of(0.0, 0.0, 0.0), Unit::Seconds, "0 s [0, 0]"),
            (of(-0.4, 0.0, 0.0), Unit::Seconds, "0 ms [-400, 0]"),
            (of(-0.04, 0.0, 3.0), Unit::Seconds, "0 s [0, +3]"),
            (of(-1.6, -0.9996, -0.4), Unit::Seconds, "-1 s [-2, 0]"),
            (of(0.0, 0.0, 3e-4), Unit::Seconds, "0 ms [0, +0.3]"),
            (of(-61_000_000.0, -60_300_000.0, -59_000_000.0), Unit::Count, "-60M [-61, -59]"),
            (of(-1.0, -1.0, -1.0), Unit::Count, "-1 [-1, -1]"),
        ];
        for (interval, unit, text) in cases {
            assert_eq!(difference(&interval, unit, "?").as_deref(), Some(text));
        }
        let open = Interval { low: None, estimate: Some(-12.0), high: Some(-11.0) };
        assert_eq!(difference(&open, Unit::Seconds, "?").as_deref(), Some("-12 s [?, -11]"));
    }
}
