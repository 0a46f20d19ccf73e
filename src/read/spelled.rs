//! Quantities as text that reads back as the same quantity.

use crate::units::{Duration, Rate, Share};

/// A length of time in the largest unit that writes it in full with at most three decimals, or else in nanoseconds.
pub fn exact(length: Duration) -> String {
    const UNITS: [(&str, u64); 6] = [
        ("d", 86_400_000_000_000),
        ("h", 3_600_000_000_000),
        ("min", 60_000_000_000),
        ("s", 1_000_000_000),
        ("ms", 1_000_000),
        ("us", 1_000),
    ];
    let nanos = length.as_nanos();
    if nanos == 0 {
        return "0s".to_string();
    }
    let whole = UNITS.iter().find(|(_, scale)| nanos.is_multiple_of(*scale));
    if let Some((unit, scale)) = whole.filter(|(unit, _)| matches!(*unit, "d" | "h" | "min" | "s"))
    {
        return format!("{}{unit}", grouped(nanos / scale));
    }
    let decimal = UNITS[3..].iter().find(|(_, scale)| {
        nanos >= *scale && (u128::from(nanos) * 1_000).is_multiple_of(u128::from(*scale))
    });
    match decimal {
        Some((unit, scale)) => {
            let parts = u128::from(nanos) * 1_000 / u128::from(*scale);
            format!("{}{unit}", thousandths(parts))
        }
        None => format!("{nanos}ns"),
    }
}

/// A number of thousandths without needless zeros.
fn thousandths(parts: u128) -> String {
    let text = format!("{}.{:03}", parts / 1_000, parts % 1_000);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// A share in percent, to the last of its parts.
pub fn exact_share(share: Share) -> String {
    let parts = share.parts();
    let text = format!("{}.{:07}", parts / 10_000_000, parts % 10_000_000);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

/// A rate in the unit of time in which it is written shortest and in full.
pub fn exact_rate(rate: Rate) -> String {
    for (unit, seconds) in [("s", 1u64), ("min", 60), ("h", 3_600), ("d", 86_400)] {
        let events = u128::from(rate.nano_hertz()) * u128::from(seconds);
        if events.is_multiple_of(1_000_000) || rate.is_zero() {
            return format!("{} req/{unit}", thousandths(events / 1_000_000));
        }
    }
    // What was written per minute, hour or day is rounded to a billionth of an event per second: the text that reads back alike.
    let written =
        [("min", 60u64), ("h", 3_600), ("d", 86_400)].into_iter().find_map(|(unit, seconds)| {
            let thousandth =
                (u128::from(rate.nano_hertz()) * u128::from(seconds) + 500_000) / 1_000_000;
            let text = format!("{} req/{unit}", thousandths(thousandth));
            (text.parse::<Rate>() == Ok(rate)).then_some(text)
        });
    let nano = rate.nano_hertz();
    written.unwrap_or_else(|| format!("{}.{:09} req/s", nano / 1_000_000_000, nano % 1_000_000_000))
}

/// A count with its thousands set apart.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    if digits.len() < 4 {
        return digits;
    }
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).expect("digits are ASCII"))
        .collect();
    groups.join("_")
}

/// The shortest decimal number that reads back alike.
pub fn decimal(number: f64) -> String {
    format!("{number:?}")
}
