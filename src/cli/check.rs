//! `mrsim check`: do the objectives hold? The exit code says so, for pipelines.

use super::args::CheckArgs;
use super::simulate::{is_interrupted, refuse_excess, simulate};
use super::{Failure, Outcome, Terminal, files};
use crate::report::numbers::plural;
use crate::report::{Finding, text};
use crate::scenario::{Objectives, Scenario};
use std::io::Write;
use std::path::Path;

pub fn execute(
    args: &CheckArgs,
    out: &mut dyn Write,
    terminal: &Terminal,
) -> Result<Outcome, Failure> {
    refuse_excess(&args.sampling)?;
    // All files are read before the first is run: a slip in the last one should not cost a minute.
    let files = files::chosen(&args.files, &args.settings);
    let scenarios = super::validate::all(&files, &args.settings, terminal, promises_something)?;
    let mut findings = Vec::new();
    let mut is_partial = false;
    for (path, scenario) in scenarios {
        if is_interrupted() {
            is_partial = true;
            break;
        }
        let report = simulate(&files::name(path), &scenario, &args.sampling, terminal)?;
        is_partial |= report.partial;
        if !args.sampling.quiet || args.files.len() > 1 {
            writeln!(
                out,
                "{}: {}, seed {}",
                path.display(),
                plural(report.runs_done, "run"),
                report.seed
            )?;
        }
        let verdicts = if args.sampling.quiet {
            text::render_verdicts(&report, terminal.look())
        } else {
            text::render_reasons(&report, terminal.look())
        };
        out.write_all(verdicts.as_bytes())?;
        out.flush()?;
        findings.extend(report.verdicts.iter().map(|verdict| verdict.finding));
    }
    Ok(if is_partial { Outcome::Interrupted } else { outcome(&findings) })
}

/// Not met outweighs undecided, undecided outweighs met.
fn outcome(findings: &[Finding]) -> Outcome {
    match findings {
        all if all.contains(&Finding::NotMet) => Outcome::NotMet,
        all if all.contains(&Finding::Undecided) => Outcome::Undecided,
        // No occasion to break a promise is no broken promise: the verdict's words say so.
        _ => Outcome::Done,
    }
}

fn promises_something(path: &Path, scenario: &Scenario) -> Result<(), Failure> {
    let Objectives { rto, rpo, availability, read_latency_p99, .. } = &scenario.objectives;
    if rto.is_some() || rpo.is_some() || availability.is_some() || read_latency_p99.is_some() {
        return Ok(());
    }
    Err(Failure::Invalid(format!(
        "error: {} has no objectives, so there is nothing to check\nhelp: add objectives: Objectives(rto: \"5min\", rpo: \"1s\", availability: \"99.99%\", read_latency_p99: \"100ms\")",
        path.display()
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_finding_decides() {
        let cases = [
            (vec![Finding::Met, Finding::Met], Outcome::Done),
            (vec![Finding::Met, Finding::Undecided], Outcome::Undecided),
            (vec![Finding::NoOccasion], Outcome::Done),
            (vec![Finding::Undecided, Finding::NotMet, Finding::Met], Outcome::NotMet),
        ];
        for (findings, expected) in cases {
            assert_eq!(outcome(&findings), expected, "{findings:?}");
        }
    }
}
