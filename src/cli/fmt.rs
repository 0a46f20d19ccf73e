//! `mrsim fmt`: lays scenarios out anew, or rewrites earlier names of fields. Comments stay, and what is written stays the same.

use super::args::FmtArgs;
use super::{Failure, Outcome, Terminal, diagnose, files};
use crate::problem::{Problem, Problems};
use crate::read::{self, Node, Shape, comments, edit};
use crate::scenario::Scenario;
use std::io::Write;
use std::path::Path;

/// The name under which standard input is named.
const STANDARD_INPUT: &str = "-";

pub fn execute(
    args: &FmtArgs,
    out: &mut dyn Write,
    terminal: &Terminal,
) -> Result<Outcome, Failure> {
    if args.files.len() > 1 && args.files.iter().any(|file| is_standard_input(file)) {
        return Err(Failure::Invalid(
            "error: standard input (-) goes to standard output alone\nhelp: name files, or only -"
                .to_string(),
        ));
    }
    let mut failures = Vec::new();
    let mut texts = Vec::new();
    for path in &args.files {
        match both(path, args.upgrade, terminal) {
            Ok((before, after)) => texts.push((path, before, after)),
            Err(failure) => failures.push(failure),
        }
    }
    // Nothing is written where one file cannot be read: half of a project in a new layout helps nobody.
    if let Some(failure) = super::validate::joined(failures) {
        return Err(failure);
    }
    let mut outcome = Outcome::Done;
    for (path, before, after) in texts {
        let is_changed = before != after;
        if args.check {
            if is_changed {
                writeln!(out, "{}: would change", path.display())?;
                outcome = Outcome::NotMet;
            }
        } else if is_standard_input(path) {
            out.write_all(after.as_bytes())?;
        } else if is_changed {
            files::replace(path, &after)?;
            writeln!(out, "{}: written", path.display())?;
        }
    }
    Ok(outcome)
}

fn is_standard_input(path: &Path) -> bool {
    path == Path::new(STANDARD_INPUT)
}

/// The text of a file, and what it becomes.
fn both(path: &Path, upgrade: bool, terminal: &Terminal) -> Result<(String, String), Failure> {
    let text = if is_standard_input(path) {
        let bytes = files::standard_input().map_err(|error| {
            Failure::File(format!("error: cannot read standard input: {error}"))
        })?;
        files::utf8(path, bytes, terminal)?
    } else {
        files::text(path, terminal)?
    };
    let invalid = |problems: Vec<Problem>| {
        let problems = Problems { problems, sources: Vec::new() };
        Failure::Invalid(diagnose::all(path, &text, &problems, terminal.error_colour))
    };
    if upgrade {
        let shape = Shape::Struct(Scenario::record);
        let after = edit::upgrade(&text, &shape).map_err(invalid)?;
        return Ok((text, after));
    }
    let after = comments::laid_out(&text).map_err(invalid)?;
    // Somebody's file is replaced by this: what it says must not change, whatever the printer does.
    if tree(&after) != tree(&text) {
        return Err(Failure::Bug(format!(
            "error: this is a bug in mrsim: laid out anew, {} would say something else; nothing is written",
            path.display()
        )));
    }
    Ok((text, after))
}

fn tree(text: &str) -> Option<Node> {
    read::tree(text, 0).ok()
}
