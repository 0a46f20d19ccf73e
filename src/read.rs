//! Reading a scenario's text: RON in, typed values out, and *every* problem at once, each with its place.
//!
//! ```text
//!  text --ron2--> Node, a tree with places --Fields--> values
//!                                             |
//!                                             +--> problems (unknown field, missing unit, ..)
//! ```
//!
//! A reader never stops at the first mistake: it notes it and reads on, so that a user fixes a
//! file in one go. The fields that a struct asks for are the fields that it has: a field nobody
//! asked for is unknown, and the nearest asked name is suggested. `record!` makes a struct and its
//! description from one text, and reads, writes and documents it by that.

pub mod catalogue;
pub mod comments;
mod composed;
pub mod edit;
mod elsewhere;
pub mod fields;
pub mod merge;
pub mod node;
pub mod path;
pub mod preset;
pub mod reference;
pub mod schema;
pub mod print;
pub mod record;
pub mod shape;
mod slips;
mod spelled;
mod typed;
mod walk;
mod laws;
mod mixtures;
mod values;
mod words;

pub use catalogue::Catalogue;
pub use composed::{Named, Refers};
pub use fields::Fields;
pub use laws::distributions;
pub use node::Node;
pub use preset::Shelf;
pub(crate) use record::record;
pub use record::{Choice, Field, Record, Spec, Value, Within};
pub use shape::Shape;
pub use values::word;
pub(crate) use words::words;

use crate::problem::{Place, Problem};

/// Largest scenario text, in bytes: far above any real one, far below what would hurt.
pub const TEXT_LIMIT: usize = 1 << 20;
/// Deepest nesting of brackets: a real scenario has about six.
pub const DEPTH_LIMIT: usize = 32;
/// Problems that are listed; a file with more is another kind of file.
pub const PROBLEM_LIMIT: usize = 50;

/// A name that a scenario declares, and where.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Declared {
    pub name: String,
    pub place: Place,
    /// What people call it as well: a hint, never accepted.
    pub also: Vec<String>,
}

/// Names that other parts of the scenario may refer to.
#[derive(Clone, Debug, Default)]
pub struct Names {
    pub regions: Vec<Declared>,
    pub checks: Vec<Declared>,
    pub stores: Vec<Declared>,
    pub doors: Vec<Declared>,
}

/// A member of a family, for `mrsim list` and for tests that go through all of them.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    pub name: &'static str,
    /// One line: what it does.
    pub summary: &'static str,
    /// How it is written.
    pub example: &'static str,
}

/// Collects problems and knows the declared names.
#[derive(Debug, Default)]
pub struct Reader {
    pub problems: Vec<Problem>,
    pub names: Names,
    /// Presets that were used: what, source, whether it is an assumption.
    pub sources: Vec<(String, &'static str, bool)>,
    /// What the whole file is, so that a field in the wrong struct can be told where it is at home.
    pub root: Option<fn() -> Record>,
}

impl Reader {
    pub fn problem(&mut self, place: Place, what: impl Into<String>, help: impl Into<String>) {
        if self.problems.len() < PROBLEM_LIMIT {
            self.problems.push(Problem { place, what: what.into(), help: help.into() });
        }
    }

    /// Declares a name and says so if it is taken.
    pub fn declare(
        &mut self,
        list: fn(&mut Names) -> &mut Vec<Declared>,
        kind: &str,
        name: &str,
        place: Place,
    ) {
        if let Some(first) = list(&mut self.names).iter().find(|declared| declared.name == name) {
            let line = first.place.line;
            self.problem(
                place,
                format!("{kind} \"{name}\" is declared twice"),
                format!("it is in line {line} already; give each its own name"),
            );
        }
        list(&mut self.names).push(Declared { name: name.to_string(), place, also: Vec::new() });
    }
}

/// The place of what is written.
pub fn place(node: &Node) -> Place {
    node.place
}

/// What it is, for messages.
pub fn describe(node: &Node) -> String {
    node.describe()
}

/// The name of a variant or struct, such as `Failover` in `Failover(primary: ..)`.
pub fn variant(node: &Node) -> Option<&str> {
    node.name()
}

/// The value in `Name(value)`.
pub fn only_value(node: &Node) -> Option<&Node> {
    node.only_value()
}

/// Parses `text` and hands the tree to `read`. Problems of syntax and of meaning come back together.
pub fn read_text<T>(
    text: &str,
    read: impl FnOnce(&Node, &mut Reader) -> Option<T>,
) -> Result<T, Vec<Problem>> {
    read_tree(&tree(text, 0)?, &[text], read)
}

/// Parses the text of the file of this number.
pub fn tree(text: &str, file: u16) -> Result<Node, Vec<Problem>> {
    let mut reader = Reader::default();
    if let Some(problem) = unreadable(text) {
        return Err(vec![problem]);
    }
    let (document, errors) = ron2::ast::parse_document_lossy(text);
    reader.problems.extend(slips::of(text, &errors));
    reader.problems.truncate(PROBLEM_LIMIT);
    // After a syntax error the tree has holes; problems of meaning in it would mislead.
    if !reader.problems.is_empty() {
        return Err(sorted(reader.problems, &[text]));
    }
    match document.value.as_ref().map(Node::from_expr) {
        Some(node) => Ok(node.in_file(file)),
        None => {
            reader.problem(
                Place { line: 1, column: 1, ..Place::default() },
                "the file is empty",
                "write Scenario(..), or let `mrsim new` write a start",
            );
            Err(reader.problems)
        }
    }
}

/// Hands a tree to `read`; its places are in these texts, by the number of the file.
pub fn read_tree<T>(
    node: &Node,
    texts: &[&str],
    read: impl FnOnce(&Node, &mut Reader) -> Option<T>,
) -> Result<T, Vec<Problem>> {
    let mut reader = Reader::default();
    match read(node, &mut reader) {
        Some(value) if reader.problems.is_empty() => Ok(value),
        _ => {
            assert!(!reader.problems.is_empty(), "a reader that gives nothing must say why");
            Err(sorted(reader.problems, texts))
        }
    }
}

/// In the order of the texts, each once, with columns in characters wherever the parser counted bytes.
fn sorted(mut problems: Vec<Problem>, texts: &[&str]) -> Vec<Problem> {
    for problem in &mut problems {
        let text = texts.get(usize::from(problem.place.file));
        if let Some(before) = text.and_then(|text| text.get(..problem.place.start)) {
            let line = before.rsplit('\n').next().unwrap_or("");
            problem.place.column = line.chars().count() + 1;
            problem.place.line = before.matches('\n').count() + 1;
        }
    }
    problems.sort_by(|a, b| (a.place, &a.what).cmp(&(b.place, &b.what)));
    problems.dedup();
    problems
}

/// What no parser should be asked to read.
fn unreadable(text: &str) -> Option<Problem> {
    let start = Place { line: 1, column: 1, ..Place::default() };
    let problem =
        |what: String, help: &str| Some(Problem { place: start, what, help: help.to_string() });
    if text.len() > TEXT_LIMIT {
        return problem(
            format!("the file has {} bytes; the limit is {TEXT_LIMIT}", text.len()),
            "a scenario is a page of text: is this the right file?",
        );
    }
    if text.starts_with('\u{feff}') {
        return problem(
            "the file begins with a byte order mark".into(),
            "save it as UTF-8 without BOM",
        );
    }
    let depth = deepest(text);
    if depth > DEPTH_LIMIT {
        return problem(
            format!("brackets are nested {depth} deep; the limit is {DEPTH_LIMIT}"),
            "a scenario needs about six levels: is a bracket never closed?",
        );
    }
    None
}

/// The deepest nesting of brackets. Brackets in strings and comments count too: that only makes the
/// check stricter, and no real text comes near the limit.
fn deepest(text: &str) -> usize {
    let (mut depth, mut deepest) = (0usize, 0usize);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod knobs;
#[cfg(test)]
mod tests;
