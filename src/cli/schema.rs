//! `mrsim schema`: the JSON Schema of a scenario, and scenarios as JSON, for editors and checkers that know no RON.

use super::args::SchemaArgs;
use super::{Failure, Outcome, Terminal, diagnose, files};
use crate::problem::Problems;
use crate::read::schema::{as_json, schema};
use crate::read::tree;
use crate::scenario::Scenario;
use std::io::Write;

pub fn execute(
    args: &SchemaArgs,
    out: &mut dyn Write,
    terminal: &Terminal,
) -> Result<Outcome, Failure> {
    if args.files.is_empty() {
        let schema = schema("A scenario of mrsim", Scenario::record);
        writeln!(out, "{schema:#}")?;
    }
    for path in &args.files {
        let text = files::text(path, terminal)?;
        let node = tree(&text, 0).map_err(|problems| {
            let problems = Problems { problems, sources: Vec::new() };
            Failure::Invalid(diagnose::all(path, &text, &problems, terminal.error_colour))
        })?;
        writeln!(out, "{}", as_json(&node))?;
    }
    Ok(Outcome::Done)
}
