//! What is wrong with something the user wrote: where, what, and how to fix it.

use std::error::Error;
use std::fmt;
use std::ops::Deref;

/// A place in a scenario's text; lines and columns count from 1, offsets are bytes. Files that it builds on count from 1, the file
/// itself is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    pub file: u16,
    pub line: usize,
    pub column: usize,
    pub start: usize,
    pub end: usize,
}

/// One thing that has to be fixed before a scenario can run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub place: Place,
    /// What is wrong.
    pub what: String,
    /// What would be right.
    pub help: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}; {}", self.place.line, self.place.column, self.what, self.help)
    }
}

impl Error for Problem {}

/// A file that a scenario builds on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// How it is named in messages.
    pub path: String,
    pub text: String,
}

/// All that is wrong with a text, in the order of the text: there is at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems {
    pub problems: Vec<Problem>,
    /// The files that it builds on, by their number less one.
    pub sources: Vec<Source>,
}

impl Problems {
    /// The file that a problem is in, if it is not the one that was read.
    pub fn source(&self, problem: &Problem) -> Option<&Source> {
        usize::from(problem.place.file).checked_sub(1).and_then(|index| self.sources.get(index))
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |problem: &Problem| match self.source(problem) {
            Some(source) => format!("{}:{problem}", source.path),
            None => problem.to_string(),
        };
        f.write_str(&self.problems.iter().map(line).collect::<Vec<_>>().join("\n"))
    }
}

impl Error for Problems {}

impl Deref for Problems {
    type Target = [Problem];

    fn deref(&self) -> &[Problem] {
        &self.problems
    }
}

impl IntoIterator for Problems {
    type Item = Problem;
    type IntoIter = std::vec::IntoIter<Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.problems.into_iter()
    }
}

impl<'p> IntoIterator for &'p Problems {
    type Item = &'p Problem;
    type IntoIter = std::slice::Iter<'p, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.problems.iter()
    }
}

/// The known name that is nearest to a mistyped one, when it is near enough to be meant: at most two letters differ, and at most a third.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = typed.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&lower, &name.to_lowercase()), name))
        .filter(|(distance, name)| {
            let length = name.chars().count().max(lower.chars().count());
            *distance <= 2.min(length / 3)
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Names that are listed at most, beside the one that was meant.
const NAMED: usize = 12;

/// What to write instead of an unknown name: the one that was meant, and always those that there are.
pub fn instead<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let mut known: Vec<&str> = known.into_iter().collect();
    known.dedup();
    match nearest(typed, known.iter().copied()) {
        Some(name) => format!("did you mean {name}? known: {}", nearest_first(typed, known)),
        None if known.is_empty() => "there is none to choose from".to_string(),
        None => format!("known: {}", known.join(", ")),
    }
}

/// The fields that a struct has, nearest first.
pub fn fields_of(owner: &str, typed: &str, known: &[&str]) -> String {
    let mut fields: Vec<&str> = known.to_vec();
    fields.sort_unstable();
    fields.dedup();
    match fields[..] {
        [] => format!("{owner} has no fields"),
        _ => format!("{owner} has {}", nearest_first(typed, fields)),
    }
}

fn nearest_first(typed: &str, mut names: Vec<&str>) -> String {
    let lower = typed.to_lowercase();
    names.sort_by_cached_key(|name| strsim::damerau_levenshtein(&lower, &name.to_lowercase()));
    let more = if names.len() > NAMED { ", .." } else { "" };
    names.truncate(NAMED);
    format!("{}{more}", names.join(", "))
}
