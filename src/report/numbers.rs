//! Numbers for people: a unit one would say aloud, and no more digits than the interval supports.
//!
//! ```text
//!  174.31 s within 171.2 to 177.9   -->  "174 s [171, 178]"
//!  0 of 1,000 runs, at most 0.37%  -->  "0% [0%, 0.37%]"
//! ```
//!
//! Powers of ten come from the decimal text of a number, never from a logarithm, so the same report
//! gives the same words on every platform.

mod cells;
mod differences;
mod rates;
mod seen;

pub use cells::{Cells, Detail, observed_after_fault};
pub use differences::difference;
pub use rates::{at_most, rate};
pub use seen::{about, amount, duration, in_unit_of, observed, rare_percent, spread};

use super::{Interval, Unit};

/// Most digits that are ever printed of a measured number.
pub const MOST_DIGITS: u32 = 3;

/// A factor and what is written behind a number divided by it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Scale {
    factor: f64,
    suffix: &'static str,
}

const fn scale(factor: f64, suffix: &'static str) -> Scale {
    Scale { factor, suffix }
}

/// From this many seconds on, the unit that reads best.
const TIME: [(f64, Scale); 6] = [
    (172_800.0, scale(86_400.0, " d")),
    (7_200.0, scale(3_600.0, " h")),
    (180.0, scale(60.0, " min")),
    (1.0, scale(1.0, " s")),
    (1e-3, scale(1e-3, " ms")),
    (0.0, scale(1e-6, " us")),
];

/// Counts: "9,870", "218k", "2.18M", "500M", "1.2B".
const COUNT: [(f64, Scale); 5] = [
    (1e12, scale(1e12, "T")),
    (1e9, scale(1e9, "B")),
    (1e6, scale(1e6, "M")),
    (1e4, scale(1e3, "k")),
    (0.0, scale(1.0, "")),
];

/// The same in a second, an hour or a day.
const PER_SECOND: [(f64, Scale); 4] = [
    (1e4, scale(1e3, "k/s")),
    (0.1, scale(1.0, "/s")),
    (1e-3, scale(1.0 / 3_600.0, "/h")),
    (0.0, scale(1.0 / 86_400.0, "/d")),
];

/// Per cent of a share.
const PER_CENT: Scale = scale(0.01, "%");

/// The unit in which `value` reads best.
fn scale_of(unit: Unit, value: f64) -> Scale {
    let pick = |steps: &[(f64, Scale)], value: f64| {
        // As it will be written: 999.9 ms is a second.
        let (value, _) = rounded(value, MOST_DIGITS);
        let found = steps.iter().find(|(from, _)| value.abs() >= *from);
        found.map_or(scale(1.0, ""), |(_, scale)| *scale)
    };
    match unit {
        Unit::Seconds if value == 0.0 => scale(1.0, " s"),
        Unit::Seconds => pick(&TIME, value),
        Unit::Milliseconds if value == 0.0 => scale(1.0, " ms"),
        Unit::Milliseconds => {
            let seconds = pick(&TIME, value / 1_000.0);
            scale(seconds.factor * 1_000.0, seconds.suffix)
        }
        Unit::Share => PER_CENT,
        Unit::Count => pick(&COUNT, value),
        Unit::PerSecond => pick(&PER_SECOND, value),
    }
}

/// `value` rounded to so many significant digits, and the power of ten of its last one.
fn rounded(value: f64, digits: u32) -> (f64, i32) {
    let digits = digits.clamp(1, 17) as usize;
    let text = format!("{value:.*e}", digits - 1);
    let exponent =
        text.split_once('e').and_then(|(_, exponent)| exponent.parse::<i32>().ok()).unwrap_or(0);
    (text.parse().unwrap_or(value), exponent - digits as i32 + 1)
}

/// `value` rounded to a multiple of 10^place, thousands apart.
fn at_place(value: f64, place: i32) -> String {
    let places = usize::try_from(-place).unwrap_or(0).min(12);
    let value = match place {
        ..=0 => value,
        1.. => {
            let power: f64 = format!("1e{place}").parse().unwrap_or(1.0);
            (value / power).round() * power
        }
    };
    grouped(&format!("{value:.places$}"))
}

/// Commas between the thousands of a plain decimal; no sign on a zero.
pub fn grouped(plain: &str) -> String {
    let bare = plain.trim_start_matches('-');
    let (whole, rest) = bare.split_at(bare.find('.').unwrap_or(bare.len()));
    let mut text = String::new();
    if plain.starts_with('-') && bare.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) {
        text.push('-');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + rest
}

/// A whole number with thousands apart, exactly: "500,000,000".
pub fn whole(value: u64) -> String {
    grouped(&value.to_string())
}

/// "1 run", "1,000 runs".
pub fn plural(count: u64, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{} {one}s", whole(count)) }
}

/// A number with at most so many significant digits: "2.9 min", "218k", "420 ms", "12%".
/// Numbers that are no numbers are said in words.
pub fn quantity(value: f64, unit: Unit, digits: u32) -> String {
    if !value.is_finite() {
        return "unknown".to_string();
    }
    if unit == Unit::Share {
        return percent(value, digits);
    }
    let (near, _) = rounded(value, digits);
    let scale = scale_of(unit, near);
    let (_, place) = rounded(value / scale.factor, digits);
    let place = if value == 0.0 { 0 } else { place };
    format!("{}{}", at_place(value / scale.factor, place), scale.suffix)
}

/// A share in per cent. The digits count on the nearer side of 0% and 100%, so that 99.987% keeps
/// its meaning; a share that is neither is never printed as 0% or 100%.
pub fn percent(share: f64, digits: u32) -> String {
    if !share.is_finite() {
        return "unknown".to_string();
    }
    format!("{}%", at_place(share * 100.0, place_of_share(share, digits)))
}

/// "2.5" of "2.50", "60" of "60.0".
fn without_needless_zeros(number: &str) -> &str {
    match number.contains('.') {
        true => number.trim_end_matches('0').trim_end_matches('.'),
        false => number,
    }
}

fn place_of_share(share: f64, digits: u32) -> i32 {
    let side = share.min(1.0 - share) * 100.0;
    // What is nearer to the end than a float resolves is the end.
    if side.abs() < 1e-10 { 0 } else { rounded(side, digits).1.min(0) }
}

/// The significant digits that an interval supports in the unit it is shown in; without a bound,
/// what the other one supports.
fn certain_digits(estimate: f64, interval: &Interval, scale: Scale) -> u32 {
    let shown = |bound: Option<f64>| bound.map(|bound| bound / scale.factor);
    let estimate = estimate / scale.factor;
    let mirrored = |bound: f64| estimate + (estimate - bound);
    match (shown(interval.low), shown(interval.high)) {
        (Some(low), Some(high)) => round_to_certainty(estimate, low, high),
        (Some(low), None) => round_to_certainty(estimate, low, mirrored(low)),
        (None, Some(high)) => round_to_certainty(estimate, mirrored(high), high),
        // One run: its number is what was seen.
        (None, None) => 3,
    }
}

/// The unit of an estimate as it will be written: 960 ms to one digit is a second.
fn certain_scale(estimate: f64, reference: f64, interval: &Interval, unit: Unit) -> Scale {
    let scale = scale_of(unit, rounded(reference, MOST_DIGITS).0);
    scale_of(unit, rounded(reference, certain_digits(estimate, interval, scale)).0)
}

/// The estimate alone, as precise as its interval; `None` when there is no estimate.
pub fn estimate(interval: &Interval, unit: Unit) -> Option<String> {
    let value = interval.estimate.filter(|value| value.is_finite())?;
    if unit == Unit::Share {
        return Some(share(interval).0);
    }
    let scale = scale_of(unit, rounded(value, MOST_DIGITS).0);
    Some(quantity(value, unit, certain_digits(value, interval, scale)))
}

/// "174 s [171, 178]": estimate and bounds in one unit and to one place. `open` is written for a
/// bound that is not known.
pub fn with_interval(interval: &Interval, unit: Unit, open: &str) -> Option<String> {
    let value = interval.estimate.filter(|value| value.is_finite())?;
    if interval.low.is_none() && interval.high.is_none() {
        return estimate(interval, unit).map(|estimate| format!("{estimate} [{open}]"));
    }
    if unit == Unit::Share {
        let (estimate, low, high) = share(interval);
        return Some(format!(
            "{estimate} [{}, {}]",
            low.unwrap_or_else(|| open.into()),
            high.unwrap_or_else(|| open.into())
        ));
    }
    // A zero has no size of its own: its upper bound says in which unit to speak.
    let reference = if value == 0.0 {
        interval.high.filter(|high| high.is_finite()).unwrap_or(0.0)
    } else {
        value
    };
    let scale = certain_scale(value, reference, interval, unit);
    let digits = certain_digits(value, interval, scale);
    // Of the number itself: one that rounds up to another digit is known no worse for that.
    let place = match reference / scale.factor {
        0.0 => 0,
        reference => decimal_exponent(reference) - digits as i32 + 1,
    };
    let place = if unit == Unit::Count && scale.factor == 1.0 && is_whole(interval) {
        place.max(0)
    } else {
        place
    };
    let bound = |bound: Option<f64>| {
        bound
            .filter(|bound| bound.is_finite())
            .map_or(open.to_string(), |bound| at_place(bound / scale.factor, place))
    };
    let estimate = if value == 0.0 {
        format!("0{}", scale.suffix)
    } else {
        format!("{}{}", at_place(value / scale.factor, place), scale.suffix)
    };
    Some(format!("{estimate} [{}, {}]", bound(interval.low), bound(interval.high)))
}

fn is_whole(interval: &Interval) -> bool {
    [interval.low, interval.estimate, interval.high]
        .into_iter()
        .flatten()
        .all(|value| value.fract() == 0.0)
}

/// Estimate and bounds of a share.
fn share(interval: &Interval) -> (String, Option<String>, Option<String>) {
    let value = interval.estimate.unwrap_or(0.0);
    let (low, high) =
        (interval.low.filter(|low| low.is_finite()), interval.high.filter(|high| high.is_finite()));
    let width = high.unwrap_or(1.0) - low.unwrap_or(0.0);
    let side = value.min(1.0 - value);
    let place = if side > 1e-12 {
        place_of_share(value, round_to_certainty(side, side - 0.5 * width, side + 0.5 * width))
    } else if width > 1e-12 {
        // At an end the interval alone says how fine to speak.
        rounded(width * 100.0, 2).1.min(0)
    } else {
        0
    };
    let text = |share: f64| match share {
        0.0 => "0%".to_string(),
        1.0 => "100%".to_string(),
        _ => format!("{}%", at_place(share * 100.0, place)),
    };
    (text(value), low.map(text), high.map(text))
}

/// How many significant digits (1 to 3) of `estimate` its interval supports.
///
/// The last digit printed is no finer than the leading digit of the half width
/// `(high - low) / 2`: 250 within 182 to 318 is off by up to 68, so tens are the
/// finest digit that says anything, and two digits are printed. A zero width
/// gives three digits; a bound that is not finite, or an estimate of 0, one.
pub fn round_to_certainty(estimate: f64, low: f64, high: f64) -> u32 {
    let half = 0.5 * (high - low);
    if !half.is_finite() || !estimate.is_finite() || estimate == 0.0 {
        return 1;
    } else if half <= 0.0 {
        return 3;
    }
    let digits = decimal_exponent(estimate) - decimal_exponent(half) + 1;
    digits.clamp(1, 3) as u32
}

/// The power of ten of the leading digit of a finite number other than 0, from
/// its shortest decimal form: a logarithm could be off by one at 1000.
fn decimal_exponent(value: f64) -> i32 {
    let text = format!("{value:e}");
    let exponent = text.split_once('e').and_then(|(_, e)| e.parse().ok());
    exponent.expect("the exponent form of a number has an exponent")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(low: f64, estimate: f64, high: f64) -> Interval {
        Interval { low: Some(low), estimate: Some(estimate), high: Some(high) }
    }

    #[test]
    fn units_are_those_one_would_say() {
        let cases = [
            (0.0, "0 s"),
            (0.00042, "420 us"),
            (0.4204, "420 ms"),
            (0.99996, "1.00 s"),
            (59.96, "60.0 s"),
            (174.31, "174 s"),
            (179.96, "3.00 min"),
            (250.0, "4.17 min"),
            (7_300.0, "2.03 h"),
            (200_000.0, "2.31 d"),
        ];
        for (seconds, text) in cases {
            assert_eq!(quantity(seconds, Unit::Seconds, 3), text, "{seconds}");
        }
        for (count, text) in [
            (0.0, "0"),
            (7.0, "7.00"),
            (9_874.0, "9,870"),
            (218_345.0, "218k"),
            (2_184_000.0, "2.18M"),
            (999_999.0, "1.00M"),
            (1.2e9, "1.20B"),
        ] {
            assert_eq!(quantity(count, Unit::Count, 3), text, "{count}");
        }
        assert_eq!(quantity(f64::NAN, Unit::Seconds, 3), "unknown");
    }

    #[test]
    fn digits_follow_the_interval() {
        let cases = [
            (of(171.2, 174.31, 177.9), Unit::Seconds, "174 s [171, 178]"),
            (of(120.0, 174.31, 230.0), Unit::Seconds, "170 s [120, 230]"),
            (of(182.0, 250.0, 318.0), Unit::Seconds, "4 min [3, 5]"),
            (of(0.40, 0.42, 0.44), Unit::Seconds, "420 ms [400, 440]"),
            (of(200_000.0, 218_345.0, 236_000.0), Unit::Count, "220k [200, 240]"),
            (of(0.0, 0.0, 0.0037), Unit::Share, "0% [0%, 0.37%]"),
            (of(0.9963, 1.0, 1.0), Unit::Share, "100% [99.63%, 100%]"),
            (of(0.99985, 0.99987, 0.99989), Unit::Share, "99.987% [99.985%, 99.989%]"),
            (of(0.0, 0.0, 0.4), Unit::Seconds, "0 ms [0, 400]"),
            (of(88.9, 99.3, 110.6), Unit::Count, "100 [90, 110]"),
            (of(9.91, 9.97, 10.03), Unit::Seconds, "9.97 s [9.91, 10.03]"),
            (of(0.4, 0.96, 1.5), Unit::Seconds, "1.0 s [0.4, 1.5]"),
        ];
        for (interval, unit, text) in cases {
            assert_eq!(with_interval(&interval, unit, "?").as_deref(), Some(text));
        }
        let open = Interval { low: Some(171.0), estimate: Some(174.0), high: None };
        assert_eq!(
            with_interval(&open, Unit::Seconds, "needs more runs").as_deref(),
            Some("174 s [171, needs more runs]")
        );
        let single = Interval { low: None, estimate: Some(138.0), high: None };
        assert_eq!(
            with_interval(&single, Unit::Seconds, "needs more runs").as_deref(),
            Some("138 s [needs more runs]")
        );
    }

    #[test]
    fn a_share_is_never_rounded_to_all_or_nothing() {
        for (share, text) in [
            (0.0, "0%"),
            (1.0, "100%"),
            (0.512, "51%"),
            (0.99996, "99.9960%"),
            (0.000012, "0.0012%"),
            (0.995, "99.50%"),
        ] {
            assert_eq!(percent(share, 2), text);
        }
    }
}
