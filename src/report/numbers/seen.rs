//! Numbers that were seen or set, not estimated: at most three digits, and no needless zeros. Reports and charts spell them alike.

use super::{MOST_DIGITS, at_place, percent, quantity, rounded, scale_of, without_needless_zeros};
use crate::report::Unit;

/// "60 s", "2.31 d", "9,870", "218k", "12".
pub fn observed(value: f64, unit: Unit) -> String {
    let text = quantity(value, unit, MOST_DIGITS);
    let end = text.find(|c: char| !(c.is_ascii_digit() || ".,-".contains(c))).unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    format!("{}{suffix}", without_needless_zeros(number))
}

/// A length of time: "25 min".
pub fn duration(seconds: f64) -> String {
    observed(seconds, Unit::Seconds)
}

/// A number of things: "1,240", "225k", "3.4M".
pub fn amount(value: f64) -> String {
    observed(value, Unit::Count)
}

/// The same; "about" stands before what rounding has changed.
pub fn about(value: f64) -> String {
    match rounded(value, MOST_DIGITS).0 == value {
        true => amount(value),
        false => format!("about {}", amount(value)),
    }
}

/// A share of things that may be rare: below a ten-thousandth it is "<0.01%", however small.
pub fn rare_percent(share: f64) -> String {
    if share > 0.0 && share < 1e-4 {
        return "<0.01%".to_string();
    }
    let text = percent(share, 2);
    match text.strip_suffix('%') {
        Some(number) => format!("{}%", without_needless_zeros(number)),
        None => text,
    }
}

/// A time in the unit, and to the place, in which `largest` reads best: the times of one sentence compare digit by digit.
pub fn in_unit_of(largest: f64, seconds: f64) -> String {
    if !(largest.is_finite() && seconds.is_finite()) {
        return duration(seconds);
    }
    let scale = scale_of(Unit::Seconds, largest);
    let place = if largest == 0.0 { 0 } else { rounded(largest / scale.factor, MOST_DIGITS).1 };
    format!("{}{}", at_place(seconds / scale.factor, place), scale.suffix)
}

/// A time with its spread, such as "40.4 s (38.6 to 41.6 s)"; without a spread that shows, only the time.
pub fn spread(low: f64, median: f64, high: f64) -> String {
    let write = |value| in_unit_of(high.abs().max(low.abs()), value);
    if write(low) == write(high) {
        return duration(median);
    }
    let [low, median, high] = [low, median, high].map(write);
    let unit = high.split_once(' ').map_or("", |(_, unit)| unit);
    let number = |text: &str| text.split(' ').next().unwrap_or(text).to_string();
    let mut numbers = [&low, &median, &high].map(|text| number(text));
    // A decimal that all three have as zero says nothing.
    while numbers.iter().all(|number| number.contains('.') && number.ends_with(['0', '.'])) {
        numbers.iter_mut().for_each(|number| number.truncate(number.len() - 1));
    }
    let [low, median, high] = numbers.map(|number| number.trim_end_matches('.').to_string());
    format!("{median} {unit} ({low} to {high} {unit})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_has_three_digits_at_most() {
        for (value, words) in [
            (225_150.0, "225k"),
            (9_876.0, "9,880"),
            (9_996.0, "10k"),
            (12_345.0, "12.3k"),
            (999_700.0, "1M"),
            (2_184_000.0, "2.18M"),
            (1.2e9, "1.2B"),
            (1e15, "1,000T"),
            (400.0, "400"),
            (2.5, "2.5"),
            (0.0, "0"),
        ] {
            assert_eq!(amount(value), words);
        }
        assert_eq!([about(225_000.0), about(225_150.0)], ["225k", "about 225k"]);
        let times = [0.0, 0.42, 60.0, 92.4, 300.0, 7_200.0];
        assert_eq!(times.map(duration), ["0 s", "420 ms", "60 s", "92.4 s", "5 min", "2 h"]);
        let shares = [0.0, 1.4e-8, 0.0123, 0.04, 0.512, 0.9997, 1.0];
        let words = ["0%", "<0.01%", "1.2%", "4%", "51%", "99.97%", "100%"];
        assert_eq!(shares.map(rare_percent), words);
    }

    #[test]
    fn spreads_keep_to_one_unit() {
        assert_eq!(spread(38.6, 40.4, 41.6), "40.4 s (38.6 to 41.6 s)");
        assert_eq!(spread(93.2, 138.0, 199.2), "2.30 min (1.55 to 3.32 min)");
        assert_eq!(spread(35.0, 40.0, 47.0), "40 s (35 to 47 s)");
        assert_eq!(spread(0.0, 0.0, 0.0), "0 s");
        assert_eq!(spread(60.1, 60.1, 60.1), "60.1 s");
    }
}
