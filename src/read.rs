//! Reading a scenario's text: RON in, typed values out, and *every* problem at once, each with its place.
//!
//! ```text
//!  text --ron2--> tree with places --Fields--> values
//!                                      |
//!                                      +--> problems (unknown field, missing unit, unknown name, ..)
//! ```
//!
//! A reader never stops at the first mistake: it notes it and reads on, so that a user mends a
//! file in one go. The fields that a struct asks for are the fields that it has: a field nobody
//! asked for is unknown, and the nearest asked name is suggested.

mod values;

pub use values::{Value, word};

use crate::problem::{Place, Problem, instead, nearest};
use ron2::ast::{Expr, StructBody, StructField};

/// Largest scenario text, in bytes: far above any real one, far below what would hurt.
pub const TEXT_LIMIT: usize = 1 << 20;
/// Deepest nesting of brackets: a real scenario has about six.
pub const DEPTH_LIMIT: usize = 32;
/// Problems that are listed; a file with more is another kind of file.
pub const PROBLEM_LIMIT: usize = 50;

/// A name that a scenario declares, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Declared {
    pub name: String,
    pub place: Place,
}

/// Names that other parts of the scenario may refer to.
#[derive(Clone, Debug, Default)]
pub struct Names {
    pub regions: Vec<Declared>,
    pub checks: Vec<Declared>,
    pub stores: Vec<Declared>,
    pub doors: Vec<Declared>,
}

/// Collects problems and knows the declared names.
#[derive(Debug, Default)]
pub struct Reader {
    pub problems: Vec<Problem>,
    pub names: Names,
    /// Presets that were used: what, source, whether it is an assumption.
    pub sources: Vec<(String, &'static str, bool)>,
}

impl Reader {
    pub fn problem(&mut self, place: Place, what: impl Into<String>, mend: impl Into<String>) {
        if self.problems.len() < PROBLEM_LIMIT {
            self.problems.push(Problem { place, what: what.into(), mend: mend.into() });
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
                format!("it stands in line {line} already; give each its own name"),
            );
        }
        list(&mut self.names).push(Declared { name: name.to_string(), place });
    }
}

/// The place of an expression in the text.
pub fn place(expr: &Expr) -> Place {
    let span = expr.span();
    Place {
        line: span.start.line,
        column: span.start.col,
        start: span.start_offset,
        end: span.end_offset,
    }
}

/// What an expression is, for messages.
pub fn describe(expr: &Expr) -> String {
    match expr {
        Expr::Unit(_) => "()".into(),
        Expr::Bool(value) => value.value.to_string(),
        Expr::Number(number) => number.raw.to_string(),
        Expr::String(text) => format!("{:?}", shortened(&text.value)),
        Expr::Seq(_) => "a list".into(),
        Expr::Map(_) => "a map".into(),
        Expr::Option(_) => "an option".into(),
        Expr::Tuple(_) => "a tuple".into(),
        Expr::AnonStruct(_) => "a group of fields".into(),
        Expr::Struct(named) => named.name.name.to_string(),
        Expr::Char(_) | Expr::Byte(_) | Expr::Bytes(_) => "a character or byte literal".into(),
        Expr::Error(_) => "something unreadable".into(),
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= 40 {
        text.to_string()
    } else {
        text.chars().take(40).chain("...".chars()).collect()
    }
}

/// The name of a variant or struct, such as `Failover` in `Failover(primary: ..)`.
pub fn variant<'e>(expr: &'e Expr<'_>) -> Option<&'e str> {
    match expr {
        Expr::Struct(named) => Some(&named.name.name),
        _ => None,
    }
}

/// The value in `Name(value)`.
pub fn only_value<'e>(expr: &'e Expr<'e>) -> Option<&'e Expr<'e>> {
    let Expr::Struct(named) = expr else { return None };
    match &named.body {
        Some(StructBody::Tuple(body)) if body.elements.len() == 1 => Some(&body.elements[0].expr),
        _ => None,
    }
}

/// The fields of one struct while they are being read.
pub struct Fields<'r, 'e> {
    reader: &'r mut Reader,
    owner: String,
    place: Place,
    fields: Vec<&'e StructField<'e>>,
    asked: Vec<&'static str>,
    /// Required fields that are not written, with an example. They are reported at the end, when it
    /// is known whether a misspelt field was meant.
    missing: Vec<(&'static str, String)>,
}

impl<'r, 'e> Fields<'r, 'e> {
    /// Opens `Name(field: value, ..)` or `(field: value, ..)`; anything else is a problem.
    pub fn open(reader: &'r mut Reader, expr: &'e Expr<'e>, owner: &str) -> Option<Self> {
        let fields: Vec<&StructField> = match expr {
            Expr::AnonStruct(group) => group.fields.iter().collect(),
            Expr::Unit(_) => Vec::new(),
            Expr::Struct(named) => match &named.body {
                None => Vec::new(),
                Some(StructBody::Fields(body)) => body.fields.iter().collect(),
                Some(StructBody::Tuple(body)) if body.elements.is_empty() => Vec::new(),
                Some(StructBody::Tuple(_)) => {
                    reader.problem(
                        place(expr),
                        format!("{owner} has values without field names"),
                        format!("write {owner}(name: value, ..)"),
                    );
                    return None;
                }
            },
            _ => {
                reader.problem(
                    place(expr),
                    format!("{} is not {owner}", describe(expr)),
                    format!("write {owner}(name: value, ..)"),
                );
                return None;
            }
        };
        let mut opened = Fields {
            reader,
            owner: owner.to_string(),
            place: place(expr),
            fields,
            asked: Vec::new(),
            missing: Vec::new(),
        };
        opened.reject_duplicates();
        Some(opened)
    }

    fn reject_duplicates(&mut self) {
        for (index, field) in self.fields.iter().enumerate() {
            if self.fields[..index].iter().any(|earlier| earlier.name.name == field.name.name) {
                let what = format!("field {} stands twice in {}", field.name.name, self.owner);
                self.reader.problem(name_place(field), what, "keep one of them");
            }
        }
    }

    /// How many problems there are so far: rules that need sound fields ask whether it has grown.
    pub fn problems(&self) -> usize {
        self.reader.problems.len() + self.missing.len()
    }

    /// The place of the whole struct.
    pub fn place(&self) -> Place {
        self.place
    }

    pub fn reader(&mut self) -> &mut Reader {
        self.reader
    }

    /// The expression of a field, if it was written.
    pub fn expr(&mut self, name: &'static str) -> Option<&'e Expr<'e>> {
        self.asked.push(name);
        self.fields.iter().find(|field| field.name.name == name).map(|field| &field.value)
    }

    /// The place of a field's value, or of the struct when the field is not written.
    pub fn place_of(&self, name: &str) -> Place {
        self.fields
            .iter()
            .find(|field| field.name.name == name)
            .map_or(self.place, |field| place(&field.value))
    }

    /// A field that must be there.
    pub fn required<T: Value>(&mut self, name: &'static str) -> Option<T> {
        match self.expr(name) {
            Some(expr) => T::read(expr, self.reader),
            None => {
                self.missing.push((name, T::EXAMPLE.to_string()));
                None
            }
        }
    }

    /// A field that may be left out.
    pub fn optional<T: Value>(&mut self, name: &'static str) -> Option<T> {
        self.expr(name).and_then(|expr| T::read(expr, self.reader))
    }

    /// A field with a default. After a problem the default stands in, so that reading can go on.
    pub fn or<T: Value>(&mut self, name: &'static str, default: T) -> T {
        self.optional(name).unwrap_or(default)
    }

    /// A field read by a function of its own.
    pub fn with<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&'e Expr<'e>, &mut Reader) -> Option<T>,
    ) -> Option<T> {
        self.expr(name).and_then(|expr| read(expr, self.reader))
    }

    /// A required field read by a function of its own.
    pub fn required_with<T>(
        &mut self,
        name: &'static str,
        example: &str,
        read: impl FnOnce(&'e Expr<'e>, &mut Reader) -> Option<T>,
    ) -> Option<T> {
        if self.fields.iter().all(|field| field.name.name != name) {
            self.asked.push(name);
            self.missing.push((name, example.to_string()));
            return None;
        }
        self.with(name, read)
    }

    /// A list in which each item is read by a function; a missing field is an empty list.
    pub fn list<T>(
        &mut self,
        name: &'static str,
        mut read: impl FnMut(&'e Expr<'e>, &mut Reader) -> Option<T>,
    ) -> Vec<T> {
        let Some(expr) = self.expr(name) else { return Vec::new() };
        let Expr::Seq(list) = expr else {
            let what = format!("{name} is {}, not a list", describe(expr));
            self.reader.problem(place(expr), what, format!("write {name}: [..]"));
            return Vec::new();
        };
        list.items.iter().filter_map(|item| read(&item.expr, self.reader)).collect()
    }

    /// Ends the reading: what nobody asked for is unknown.
    pub fn close(mut self) {
        for index in 0..self.fields.len() {
            let field = self.fields[index];
            let written: &str = &field.name.name;
            if self.asked.contains(&written) {
                continue;
            }
            // A field that is missing and one that nobody knows are one slip when their names are near.
            if let Some(meant) = nearest(written, self.asked.iter().copied()) {
                self.missing.retain(|(name, _)| *name != meant);
            }
            let mend = instead(written, self.asked.iter().copied());
            self.reader.problem(
                name_place(field),
                format!("{} has no field {written}", self.owner),
                mend,
            );
        }
    }
}

/// Missing fields are told however the reading ends.
impl Drop for Fields<'_, '_> {
    fn drop(&mut self) {
        for (name, example) in std::mem::take(&mut self.missing) {
            let what = format!("{} lacks the field {name}", self.owner);
            self.reader.problem(self.place, what, format!("add {name}: {example}"));
        }
    }
}

fn name_place(field: &StructField) -> Place {
    let span = &field.name.span;
    Place {
        line: span.start.line,
        column: span.start.col,
        start: span.start_offset,
        end: span.end_offset,
    }
}

/// Parses `text` and hands the tree to `read`. Problems of syntax and of meaning come back together.
pub fn read_text<T>(
    text: &str,
    read: impl FnOnce(&Expr, &mut Reader) -> Option<T>,
) -> Result<T, Vec<Problem>> {
    let mut reader = Reader::default();
    if let Some(problem) = unreadable(text) {
        return Err(vec![problem]);
    }
    let (document, errors) = ron2::ast::parse_document_lossy(text);
    for error in &errors {
        let span = error.span();
        let at = Place {
            line: span.start.line,
            column: span.start.col,
            start: span.start_offset,
            end: span.end_offset.min(text.len()),
        };
        reader.problem(
            at,
            format!("not RON: {}", error.kind()),
            "check brackets, commas and quotes around here",
        );
    }
    // After a syntax error the tree has holes; problems of meaning in it would mislead.
    if !reader.problems.is_empty() {
        return Err(sorted(reader.problems, text));
    }
    let Some(expr) = &document.value else {
        reader.problem(
            Place { line: 1, column: 1, start: 0, end: 0 },
            "the file is empty",
            "write Scenario(..), or let `mrsim new` write a start",
        );
        return Err(reader.problems);
    };
    let value = read(expr, &mut reader);
    match value {
        Some(value) if reader.problems.is_empty() => Ok(value),
        _ => {
            assert!(!reader.problems.is_empty(), "a reader that gives nothing must say why");
            Err(sorted(reader.problems, text))
        }
    }
}

/// In the order of the text, each once, with columns in characters wherever the parser counted bytes.
fn sorted(mut problems: Vec<Problem>, text: &str) -> Vec<Problem> {
    for problem in &mut problems {
        if let Some(before) = text.get(..problem.place.start) {
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
    let start = Place { line: 1, column: 1, start: 0, end: 0 };
    let problem =
        |what: String, mend: &str| Some(Problem { place: start, what, mend: mend.to_string() });
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
