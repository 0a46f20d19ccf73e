//! `mrsim validate`: reads scenarios and tells every problem of every file, without a run.

use super::args::{Settings, ValidateArgs};
use super::{Failure, Outcome, Terminal, files};
use crate::report::numbers::{plural, whole};
use crate::scenario::Scenario;
use crate::world::Stage;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub fn execute(
    args: &ValidateArgs,
    out: &mut dyn Write,
    terminal: &Terminal,
) -> Result<Outcome, Failure> {
    let mut failures = Vec::new();
    for path in &args.files {
        match files::scenario_or_design(path, &args.settings, terminal) {
            Ok((scenario, variants)) => {
                let contents = contents(&scenario, variants);
                writeln!(out, "{}: ok ({contents})", path.display())?;
                for warning in &scenario.warnings {
                    writeln!(
                        out,
                        "{}:{}:{}: warning: {}; {}",
                        path.display(),
                        warning.place.line,
                        warning.place.column,
                        warning.what,
                        warning.help
                    )?;
                }
                // What a reader of the file may not expect.
                for sentence in Stage::new(scenario).ways_left() {
                    writeln!(out, "  note: {sentence}")?;
                }
            }
            Err(failure) => failures.push(failure),
        }
    }
    joined(failures).map_or(Ok(Outcome::Done), Err)
}

/// Reads all files and applies one more rule; all failures together, or all scenarios.
pub fn all<'a>(
    paths: &'a [PathBuf],
    settings: &Settings,
    terminal: &Terminal,
    rule: impl Fn(&Path, &Scenario) -> Result<(), Failure>,
) -> Result<Vec<(&'a Path, Arc<Scenario>)>, Failure> {
    let mut failures = Vec::new();
    let mut scenarios = Vec::new();
    for path in paths {
        let read = files::scenario(path, settings, terminal)
            .and_then(|scenario| rule(path, &scenario).map(|()| scenario));
        match read {
            Ok(scenario) => scenarios.push((path.as_path(), scenario)),
            Err(failure) => failures.push(failure),
        }
    }
    joined(failures).map_or(Ok(scenarios), Err)
}

/// One failure with the words of all; an invalid file outweighs one that cannot be read.
pub(super) fn joined(failures: Vec<Failure>) -> Option<Failure> {
    if failures.len() <= 1 {
        return failures.into_iter().next();
    }
    let text = failures.iter().map(Failure::to_string).collect::<Vec<_>>().join("\n\n");
    let is_invalid = failures.iter().any(|failure| matches!(failure, Failure::Invalid(_)));
    Some(if is_invalid { Failure::Invalid(text) } else { Failure::File(text) })
}

/// What the scenario has, so that a reader sees that the file says what was meant.
fn contents(scenario: &Scenario, variants: usize) -> String {
    let users = scenario
        .populations
        .iter()
        .fold(0u64, |sum, population| sum.saturating_add(population.users));
    let count = |length: usize, one: &str| plural(length as u64, one);
    let variants = (variants > 0).then(|| count(variants, "variant"));
    let parts = [
        count(scenario.regions.len(), "region"),
        format!("{} users", whole(users)),
        count(scenario.health_checks.len(), "health check"),
        count(scenario.stores.len(), "store"),
        count(scenario.faults.len(), "fault"),
        format!("runs of {}", scenario.run),
    ];
    parts.into_iter().chain(variants).collect::<Vec<_>>().join(", ")
}
