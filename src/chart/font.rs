//! The embedded font: registers it with plotters and measures text.
//!
//! Plotters itself measures in whole pixels and forgets the space to the left of a glyph, so that
//! letters stand unevenly. The font itself says better.

use plotters::style::{FontStyle, register_font};
use std::sync::{Once, OnceLock};
use ttf_parser::Face;

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
    static FACES: OnceLock<[Option<Face<'static>>; 2]> = OnceLock::new();
    let faces = FACES.get_or_init(|| [REGULAR, BOLD].map(|font| Face::parse(font, 0).ok()));
    let face = match weight {
        Weight::Regular => &faces[0],
        Weight::Bold => &faces[1],
    };
    face.as_ref().and_then(|face| advance_in(face, letter)).unwrap_or(MISSING)
}

/// `None` when the font has no such character.
fn advance_in(face: &Face, letter: char) -> Option<Advance> {
    let glyph = face.glyph_index(letter)?;
    let units = f64::from(face.units_per_em());
    Some(Advance {
        width: f64::from(face.glyph_hor_advance(glyph)?) / units,
        bearing: f64::from(face.glyph_hor_side_bearing(glyph)?) / units,
    })
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
