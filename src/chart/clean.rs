//! Makes numbers and names safe to draw.
//!
//! Plotters panics on NaN, loops on infinite ranges, and writes control characters into the SVG.

/// Larger numbers are drawn as this one: a range up to 1e308 overflows in the next addition.
const LARGEST: f64 = 1e15;
/// Longer names are cut; no chart has room for them.
const LONGEST: usize = 160;

/// A finite number within reason, or nothing.
pub fn number(value: f64) -> Option<f64> {
    value.is_finite().then(|| value.clamp(-LARGEST, LARGEST))
}

/// A number that may be missing.
pub fn maybe(value: Option<f64>) -> Option<f64> {
    value.and_then(number)
}

/// A share between 0 and 1, or nothing.
pub fn share(value: Option<f64>) -> Option<f64> {
    value.and_then(number).map(|value| value.clamp(0.0, 1.0))
}

/// An objective: a duration or a number that is not negative.
pub fn objective(value: Option<f64>) -> Option<f64> {
    maybe(value).filter(|value| *value >= 0.0)
}

/// A sample without what is not a number, sorted, not negative.
pub fn sample(values: &[f64]) -> Vec<f64> {
    let mut kept: Vec<f64> = values.iter().filter_map(|value| number(*value)).collect();
    for value in &mut kept {
        *value = value.max(0.0);
    }
    kept.sort_by(f64::total_cmp);
    kept
}

/// A name on one line without characters that XML forbids or that change the direction of text.
pub fn name(raw: &str) -> String {
    let mut words = String::new();
    let mut gap = false;
    for letter in raw.chars().take(LONGEST * 4) {
        if letter.is_whitespace() || letter.is_control() || is_invisible(letter) {
            gap = !words.is_empty();
            continue;
        }
        if gap {
            words.push(' ');
            gap = false;
        }
        words.push(letter);
    }
    words.chars().take(LONGEST).collect()
}

fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_what_cannot_be_drawn() {
        assert_eq!(name(" a\u{0}b\n\tc\u{202e} "), "a b c");
        assert_eq!(name("\u{1b}"), "");
        assert_eq!(name(&"x".repeat(1000)).len(), LONGEST);
    }

    #[test]
    fn samples_lose_what_is_not_finite() {
        let kept = sample(&[3.0, f64::NAN, f64::INFINITY, -1.0, 1e308]);
        assert_eq!(kept, vec![0.0, 3.0, LARGEST]);
    }
}
