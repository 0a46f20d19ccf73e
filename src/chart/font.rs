//! The embedded font: registers it with plotters and measures text.
//!
//! Plotters itself measures in whole pixels and forgets the space to the left of a glyph, so that
//! letters stand unevenly. The two tables that say better (`cmap` and `hmtx`) are read here.

use plotters::style::{FontStyle, register_font};
use std::sync::Once;

use super::theme;

const REGULAR: &[u8] = include_bytes!("../../assets/DejaVuSans-subset.ttf");
const BOLD: &[u8] = include_bytes!("../../assets/DejaVuSans-Bold-subset.ttf");

/// The weight of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    Regular,
    Bold,
}

/// How far a glyph carries the pen, and where its ink begins; both as shares of the font size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Advance {
    pub width: f64,
    pub bearing: f64,
}

/// A character that the font does not have takes this much room: as wide as the widest scripts.
const MISSING: Advance = Advance { width: 1.0, bearing: 0.05 };

/// Makes the font known to plotters; without it every text is an error.
pub fn register() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // An invalid font would show as an error of every drawing, so nothing is lost here.
        let _ = register_font(theme::FAMILY, FontStyle::Normal, REGULAR);
        let _ = register_font(theme::FAMILY, FontStyle::Bold, BOLD);
    });
}

/// The width of `text` in points.
pub fn width(text: &str, size: f64, weight: Weight) -> f64 {
    text.chars().map(|letter| advance(letter, weight).width * size).sum()
}

/// `text`, or its beginning with an ellipsis when it is wider than `room`.
pub fn fit(text: &str, size: f64, weight: Weight, room: f64) -> String {
    if width(text, size, weight) <= room {
        return text.to_string();
    }
    let mut used = advance('…', weight).width * size;
    let mut kept = String::new();
    for letter in text.chars() {
        used += advance(letter, weight).width * size;
        if used > room {
            break;
        }
        kept.push(letter);
    }
    format!("{}…", kept.trim_end())
}

/// The metrics of one character.
pub fn advance(letter: char, weight: Weight) -> Advance {
    let font = match weight {
        Weight::Regular => REGULAR,
        Weight::Bold => BOLD,
    };
    read_advance(font, letter).unwrap_or(MISSING)
}

/// The name of the character's glyph is a number; `None` when the font has none.
fn read_advance(font: &[u8], letter: char) -> Option<Advance> {
    let glyph = glyph_of(table(font, b"cmap")?, letter)?;
    let units = f64::from(short(table(font, b"head")?, 18)?);
    let count = usize::from(short(table(font, b"hhea")?, 34)?);
    let metrics = table(font, b"hmtx")?;
    // The last width holds for all glyphs after it, which have only a bearing.
    let last = count.checked_sub(1)?;
    let width = short(metrics, 4 * glyph.min(last))?;
    let bearing = match glyph.checked_sub(count) {
        None => short(metrics, 4 * glyph + 2)?,
        Some(beyond) => short(metrics, 4 * count + 2 * beyond)?,
    };
    Some(Advance {
        width: f64::from(width) / units,
        bearing: f64::from(bearing.cast_signed()) / units,
    })
}

/// Looks a character up in the first table of format 4, which covers all that the subset has.
fn glyph_of(cmap: &[u8], letter: char) -> Option<usize> {
    let code = u16::try_from(u32::from(letter)).ok()?;
    let offset = long(cmap, 8)?;
    let map = cmap.get(offset..)?;
    if short(map, 0)? != 4 {
        return None;
    }
    let doubled = usize::from(short(map, 6)?);
    for segment in 0..doubled / 2 {
        let end = short(map, 14 + 2 * segment)?;
        if code > end {
            continue;
        }
        let start = short(map, 16 + doubled + 2 * segment)?;
        if code < start {
            return None;
        }
        let delta = short(map, 16 + 2 * doubled + 2 * segment)?;
        let at = 16 + 3 * doubled + 2 * segment;
        let range = usize::from(short(map, at)?);
        let glyph = match range {
            0 => code.wrapping_add(delta),
            _ => match short(map, at + range + 2 * usize::from(code - start))? {
                0 => 0,
                found => found.wrapping_add(delta),
            },
        };
        return Some(usize::from(glyph)).filter(|glyph| *glyph != 0);
    }
    None
}

/// The bytes of one table of the font file.
fn table<'font>(font: &'font [u8], tag: &[u8; 4]) -> Option<&'font [u8]> {
    let count = usize::from(short(font, 4)?);
    (0..count).find_map(|index| {
        let record = font.get(12 + 16 * index..28 + 16 * index)?;
        if record.get(..4)? != tag {
            return None;
        }
        let offset = long(record, 8)?;
        font.get(offset..offset + long(record, 12)?)
    })
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    let pair: [u8; 2] = bytes.get(at..at + 2)?.try_into().ok()?;
    Some(u16::from_be_bytes(pair))
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    let four: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
    usize::try_from(u32::from_be_bytes(four)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_its_letters_and_measures_the_others() {
        assert!((advance('n', Weight::Regular).width - 0.634).abs() < 0.001);
        assert!(advance('W', Weight::Bold).width > advance('W', Weight::Regular).width);
        assert_ne!(advance('ł', Weight::Regular), MISSING);
        assert_eq!(advance('東', Weight::Regular), MISSING);
    }

    #[test]
    fn fit_keeps_within_the_room() {
        let short = fit("a very long name of a region", 12.0, Weight::Regular, 80.0);
        assert!(short.ends_with('…'));
        assert!(width(&short, 12.0, Weight::Regular) <= 80.0);
        assert_eq!(fit("tokyo", 12.0, Weight::Regular, 80.0), "tokyo");
    }
}
