//! Slips of syntax, in the words of whoever makes them: one slip gives one problem, at its place. A parser that has lost its way
//! complains about what follows, so the text is gone through once more, by a reader that expects slips and goes on after them.
//!
//! ```text
//!  text --cut--> pieces --> a stack of open brackets, and what each waits for --> slips
//! ```

mod brackets;
mod pieces;
mod walk;

use crate::problem::{Place, Problem};
use brackets::line;
use walk::Walk;

/// What kind of slip it is: those of one kind that are a habit are told once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slip {
    Hash,
    Single,
    Smart,
    Equals,
    Semicolon,
    QuotedName,
    /// `Some(..)` or `None`.
    OptionWord,
    Quotes,
    Brackets,
    /// A letter that means nothing.
    Unknown,
    /// Each is told by itself.
    Other,
}

impl Slip {
    fn is_habit(self) -> bool {
        use Slip::{Equals, Hash, OptionWord, QuotedName, Semicolon, Single, Smart};
        matches!(self, Hash | Single | Smart | Equals | Semicolon | QuotedName | OptionWord)
    }

    /// The parser takes it, and no field does.
    fn is_parsed(self) -> bool {
        matches!(self, Slip::Single | Slip::OptionWord)
    }
}

/// A slip, where it is.
#[derive(Clone, Debug)]
struct Found {
    start: usize,
    end: usize,
    slip: Slip,
    what: String,
    help: String,
}

/// What is wrong with the syntax of a text; nothing: it can be read.
pub fn of(text: &str, errors: &[ron2::Error]) -> Vec<Problem> {
    let mut found = Walk::over(text);
    if errors.is_empty() {
        found.retain(|found| found.slip.is_parsed());
    }
    let is_explained = found.iter().any(|found| found.slip != Slip::OptionWord);
    let mut problems = told(text, found);
    if !is_explained && let Some(error) = errors.first() {
        let span = error.span();
        let start = span.start_offset.min(text.len());
        problems.push(Problem {
            place: place(start, span.end_offset.clamp(start, text.len())),
            what: format!("not RON: {}", error.kind()),
            help: "check brackets, commas and quotes around here".into(),
        });
    }
    problems
}

/// Lines that are named beside the first, where a slip is a habit.
const LINES_NAMED: usize = 8;

/// Slips as problems; a habit is told once, with the other lines that have it.
fn told(text: &str, found: Vec<Found>) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    for (index, slip) in found.iter().enumerate() {
        let same = |other: &&Found| other.slip == slip.slip && slip.slip.is_habit();
        if found[..index].iter().any(|other| same(&other)) {
            continue;
        }
        let mut lines: Vec<usize> = found[index + 1..]
            .iter()
            .filter(same)
            .map(|other| line(text, other.start))
            .filter(|other| *other != line(text, slip.start))
            .collect();
        lines.dedup();
        let more = if lines.len() > LINES_NAMED { ", .." } else { "" };
        let named: Vec<String> = lines.iter().take(LINES_NAMED).map(ToString::to_string).collect();
        let also = match named[..] {
            [] => String::new(),
            [_] => format!(" (also in line {})", named[0]),
            _ => format!(" (also in lines {}{more})", named.join(", ")),
        };
        problems.push(Problem {
            place: place(slip.start, slip.end),
            what: slip.what.clone(),
            help: format!("{}{also}", slip.help),
        });
    }
    problems
}

/// A place by its bytes; its line and column follow.
fn place(start: usize, end: usize) -> Place {
    Place { file: 0, line: 1, column: 1, start, end }
}

#[cfg(test)]
mod tests;
