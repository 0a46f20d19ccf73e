//! Quantities with units: time in integer nanoseconds, shares in parts per billion, rates in
//! events per 10^9 seconds. Text is read digit by digit, so "0.1s" is exactly 100,000,000 ns.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Nanoseconds in a second.
pub const SECOND: u64 = 1_000_000_000;
const PARTS: u64 = 1_000_000_000;

/// A point in simulated time: nanoseconds since the start of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(u64);

/// A length of simulated time in nanoseconds, never negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Duration(u64);

/// A share from 0 to 1, in parts per billion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Share(u64);

/// Events per second, kept as events per 10^9 seconds (a resolution of one in 32 years).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Rate(u64);

impl Instant {
    pub const START: Instant = Instant(0);
    /// Later than every event: the end of unbounded windows.
    pub const NEVER: Instant = Instant(u64::MAX);

    pub const fn from_nanos(nanos: u64) -> Self {
        Instant(nanos)
    }

    #[inline]
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Time since `earlier`; zero when `earlier` lies ahead.
    pub const fn since(self, earlier: Instant) -> Duration {
        Duration(self.0.saturating_sub(earlier.0))
    }

    pub fn seconds(self) -> f64 {
        self.0 as f64 / SECOND as f64
    }
}

/// Saturates at [`Instant::NEVER`]: an event beyond the end of time never happens.
impl std::ops::Add<Duration> for Instant {
    type Output = Instant;
    fn add(self, length: Duration) -> Instant {
        Instant(self.0.saturating_add(length.0))
    }
}

/// Saturates at the start of the run.
impl std::ops::Sub<Duration> for Instant {
    type Output = Instant;
    fn sub(self, length: Duration) -> Instant {
        Instant(self.0.saturating_sub(length.0))
    }
}

impl Duration {
    pub const ZERO: Duration = Duration(0);
    pub const MAX: Duration = Duration(u64::MAX);

    pub const fn from_nanos(nanos: u64) -> Self {
        Duration(nanos)
    }

    pub const fn from_micros(micros: u64) -> Self {
        Duration(micros.saturating_mul(1_000))
    }

    pub const fn from_millis(millis: u64) -> Self {
        Duration(millis.saturating_mul(1_000_000))
    }

    pub const fn from_secs(seconds: u64) -> Self {
        Duration(seconds.saturating_mul(SECOND))
    }

    #[inline]
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    pub fn seconds(self) -> f64 {
        self.0 as f64 / SECOND as f64
    }

    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Rounds to the nearest nanosecond; negative and undefined become zero, too large becomes the maximum.
    pub fn from_seconds_f64(seconds: f64) -> Duration {
        // `as` saturates, and sends NaN to zero.
        Duration((seconds * SECOND as f64 + 0.5) as u64)
    }

    /// `self` x `count`, saturating.
    pub const fn times(self, count: u64) -> Duration {
        Duration(self.0.saturating_mul(count))
    }
}

impl std::ops::Add for Duration {
    type Output = Duration;
    fn add(self, other: Duration) -> Duration {
        Duration(self.0.saturating_add(other.0))
    }
}

impl Share {
    pub const NONE: Share = Share(0);
    pub const ALL: Share = Share(PARTS);

    /// From parts per billion; more than the whole is a broken precondition.
    pub const fn from_parts(parts: u64) -> Share {
        assert!(parts <= PARTS, "a share is at most the whole");
        Share(parts)
    }

    pub const fn parts(self) -> u64 {
        self.0
    }

    pub fn as_f64(self) -> f64 {
        self.0 as f64 / PARTS as f64
    }
}

impl Rate {
    pub const ZERO: Rate = Rate(0);

    /// From events per 10^9 seconds.
    pub const fn from_nano_hertz(events: u64) -> Rate {
        Rate(events)
    }

    pub const fn nano_hertz(self) -> u64 {
        self.0
    }

    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    pub fn per_second(self) -> f64 {
        self.0 as f64 / 1e9
    }
}

/// Why a text is not the quantity that was asked for; the message says what would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitError {
    pub what: String,
    pub help: String,
}

fn unit_error(what: impl Into<String>, help: impl Into<String>) -> UnitError {
    UnitError { what: what.into(), help: help.into() }
}

/// Splits "1_000.5 ms" into the digits and the unit.
fn split(text: &str) -> (String, &str) {
    let text = text.trim();
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '_' || c == ','))
        .unwrap_or(text.len());
    let written = &text[..end];
    // A comma may only set thousands apart: "0,5" is one half to some readers and must not become five.
    let mut groups = written.split('.').next().unwrap_or("").split(',').skip(1);
    let commas_fit = groups.all(|group| group.len() == 3)
        && !written.split('.').skip(1).any(|part| part.contains(','));
    let digits = if commas_fit {
        written.chars().filter(|c| !matches!(c, '_' | ',')).collect()
    } else {
        String::new()
    };
    (digits, text[end..].trim())
}

/// `digits` x `scale`, exactly; more decimals than the scale carries are rounded to the nearest.
fn scaled(digits: &str, scale: u64) -> Option<u64> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
        return None;
    }
    let whole: u128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    // 18 decimals are more than any scale here resolves.
    let kept = &fraction[..fraction.len().min(18)];
    let numerator: u128 = if kept.is_empty() { 0 } else { kept.parse().ok()? };
    let denominator = 10u128.pow(kept.len() as u32);
    let part = (numerator * u128::from(scale) + denominator / 2) / denominator;
    let total = whole.checked_mul(u128::from(scale))?.checked_add(part)?;
    u64::try_from(total).ok()
}

pub const TIME_UNITS: [(&str, u64); 9] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("ms", 1_000_000),
    ("s", SECOND),
    ("min", 60 * SECOND),
    ("h", 3_600 * SECOND),
    ("d", 86_400 * SECOND),
    ("w", 604_800 * SECOND),
];

/// Reads one quantity: the digits times the scale of the unit found in `units`.
fn quantity(text: &str, what: &str, units: &[(&str, u64)], fits: &str) -> Result<u64, UnitError> {
    let (digits, unit) = split(text);
    let limit = text.trim_start_matches(['<', '>', '=', '≤', '≥', '~', ' ']);
    if limit != text && split(limit).0.starts_with(|first: char| first.is_ascii_digit()) {
        return Err(unit_error(
            format!("\"{text}\" is not {what}"),
            format!("write the limit alone: \"{limit}\""),
        ));
    }
    if digits.is_empty() {
        return Err(unit_error(
            format!("\"{text}\" is not {what}"),
            format!("write a number and a unit: {fits}"),
        ));
    }
    if unit.is_empty() {
        return Err(unit_error(format!("\"{text}\" has no unit"), format!("add one: {fits}")));
    }
    let Some((_, scale)) = units.iter().find(|(name, _)| *name == unit) else {
        return Err(unit_error(
            format!("\"{unit}\" is not a unit of {what}"),
            format!("write {fits}"),
        ));
    };
    scaled(&digits, *scale).ok_or_else(|| {
        unit_error(format!("\"{text}\" is out of range"), "write a smaller plain decimal number")
    })
}

/// The units that fit a length of time, for messages.
pub const DURATION_FITS: &str = "\"98ms\", \"30s\", \"5min\", \"4h\", \"2d\"";
/// The units that fit a rate, for messages.
pub const RATE_FITS: &str = "\"250 req/s\", \"6 req/min\", \"1 req/h\", \"1 req/d\"";
/// The unit that fits a share, for messages.
pub const SHARE_FITS: &str = "\"40%\", \"99.9%\"";

impl std::str::FromStr for Duration {
    type Err = UnitError;
    fn from_str(text: &str) -> Result<Self, UnitError> {
        if split(text).1 == "m" {
            return Err(unit_error(
                "\"m\" may mean minutes or months",
                "write \"min\" for minutes, \"ms\" for milliseconds",
            ));
        }
        if ["forever", "permanent", "infinite", "never"].contains(&text.to_lowercase().as_str()) {
            let what = format!("\"{text}\" is not a length of time");
            let help = "write one that is beyond the end of the run, such as \"30d\"";
            return Err(unit_error(what, help));
        }
        quantity(text, "a length of time", &TIME_UNITS, DURATION_FITS).map(Duration)
    }
}

impl std::str::FromStr for Share {
    type Err = UnitError;
    fn from_str(text: &str) -> Result<Self, UnitError> {
        let parts = quantity(text, "a share", &[("%", PARTS / 100)], SHARE_FITS)?;
        if parts > PARTS {
            return Err(unit_error(
                format!("\"{text}\" is more than the whole"),
                "write at most \"100%\"",
            ));
        }
        Ok(Share(parts))
    }
}

impl std::str::FromStr for Rate {
    type Err = UnitError;
    fn from_str(text: &str) -> Result<Self, UnitError> {
        let (digits, unit) = split(text);
        let per = [("/s", 1u64), ("/min", 60), ("/h", 3_600), ("/d", 86_400)];
        let bare = unit
            .strip_prefix("req")
            .or(unit.strip_prefix("writes"))
            .or(unit.strip_prefix("reads"))
            .unwrap_or(unit);
        let Some((_, seconds)) = per.iter().find(|(name, _)| *name == bare.trim()) else {
            let found = if unit.is_empty() {
                format!("\"{text}\" has no unit")
            } else {
                format!("\"{unit}\" is not a unit of rate")
            };
            return Err(unit_error(found, format!("write {RATE_FITS}")));
        };
        let events = scaled(&digits, SECOND).ok_or_else(|| {
            unit_error(format!("\"{text}\" is not a rate"), format!("write {RATE_FITS}"))
        })?;
        let rate = Rate((events + seconds / 2) / seconds);
        // Below this the resolution would round away more than a hundredth.
        const LEAST: u64 = 100;
        if events > 0 && rate.0 < LEAST {
            return Err(unit_error(
                format!("\"{text}\" is rarer than one request in 115 days"),
                "write a larger rate, or 0 req/s",
            ));
        }
        Ok(rate)
    }
}

/// Prints `value` / `scale` without trailing zeros, exactly.
fn decimal(value: u64, scale: u64) -> String {
    let (whole, mut rest) = (value / scale, value % scale);
    let mut text = whole.to_string();
    if rest > 0 {
        text.push('.');
        while rest > 0 {
            // `scale` is at most 604,800e9, so this stays far below the limit of u64.
            rest *= 10;
            text.push(char::from(b'0' + (rest / scale) as u8));
            rest %= scale;
            if text.len() > 24 {
                break;
            }
        }
    }
    text
}

/// The largest unit that leaves at least 1 and at most three decimals: "1min", "90s", "1.5s", "98ms".
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        for (name, scale) in
            TIME_UNITS.iter().rev().filter(|(name, _)| *name != "µs" && *name != "w")
        {
            let whole_unit = matches!(*name, "min" | "h" | "d");
            let fits = if whole_unit {
                self.0.is_multiple_of(*scale)
            } else {
                (self.0 % scale).is_multiple_of((scale / 1000).max(1))
            };
            if self.0 >= *scale && fits {
                return write!(f, "{}{name}", decimal(self.0, *scale));
            }
        }
        write!(f, "{}ns", self.0)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", decimal(self.0, PARTS / 100))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} req/s", decimal(self.0, SECOND))
    }
}

/// Seconds since the start of the run.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}s", decimal(self.0, SECOND))
    }
}

macro_rules! as_text {
    ($($name:ty),*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(|error: UnitError| serde::de::Error::custom(format!("{}; {}", error.what, error.help)))
            }
        }
    )*};
}
as_text!(Duration, Share, Rate);

#[cfg(test)]
mod tests;
