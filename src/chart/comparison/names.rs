//! Names of designs beside their bars: broken into lines where the room is narrow.

use super::super::canvas::{Align, Canvas};
use super::super::font::{self, Weight};
use super::super::{clean, theme};
use super::ROW;
use crate::report::comparison::Comparison;

/// Least and most room of the names.
const NAMES: (f64, f64) = (90.0, 190.0);
/// Lines of a name, and their height.
const LINES: usize = 3;
const LINE: f64 = 14.5;

pub fn names(comparison: &Comparison) -> Vec<String> {
    comparison
        .designs
        .iter()
        .enumerate()
        .map(|(index, design)| clean::name(&format!("{} {}", index + 1, design.scenario)))
        .collect()
}

/// As wide as the longest name, within reason: what is longer is broken.
pub fn names_room(names: &[String]) -> f64 {
    let widest = names.iter().map(|name| measured(name)).fold(0.0, f64::max);
    (widest + 1.0).clamp(NAMES.0, NAMES.1)
}

fn measured(words: &str) -> f64 {
    font::width(words, theme::LABEL_SIZE, Weight::Regular)
}

/// A name in as many lines as it needs.
pub fn name_in(canvas: &mut Canvas, name: &str, room: f64, top: f64) {
    let lines = lines(name, room);
    let middle = top + ROW / 2.0 + 4.0;
    let first = middle - LINE * (lines.len() - 1) as f64 / 2.0;
    for (index, line) in lines.iter().enumerate() {
        let place = (theme::MARGIN, first + LINE * index as f64);
        canvas.text(line, place, theme::LABEL_SIZE, Align::Left, theme::TEXT);
    }
}

/// The lines of a name. Of one that does not fit the middle is left out: variants of a design often
/// differ at the end.
fn lines(name: &str, room: f64) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut lines = broken(name, room);
    let mut kept = letters.len();
    while lines.len() > LINES && kept > 2 {
        kept -= 1;
        let (head, tail) = (kept.div_ceil(2), letters.len() - kept / 2);
        let shorter: String =
            letters[..head].iter().chain(&['…']).chain(&letters[tail..]).collect();
        lines = broken(&shorter, room);
    }
    lines.truncate(LINES);
    lines
}

/// Lines no wider than the room, broken behind a hyphen or the like where there is one.
fn broken(name: &str, room: f64) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = name;
    while measured(rest) > room {
        let mut used = 0.0;
        let fits = |(_, letter): &(usize, char)| {
            used += font::advance(*letter, Weight::Regular).width * theme::LABEL_SIZE;
            used <= room
        };
        let end = rest
            .char_indices()
            .take_while(fits)
            .last()
            .map_or(rest.len(), |(at, letter)| at + letter.len_utf8());
        // A break in the first third would waste the line; the space behind the number is no break.
        let seam = rest[..end]
            .rfind(['-', '_', ' ', '.', '/', '+'])
            .map(|at| at + 1)
            .filter(|at| *at * 3 > end);
        let (line, after) = rest.split_at(seam.unwrap_or(end));
        lines.push(line.trim_end().to_string());
        rest = after;
    }
    lines.push(rest.to_string());
    lines
}
