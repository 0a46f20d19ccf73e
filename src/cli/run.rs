//! `mrsim run`: the answer on standard output, the report and its charts in a directory.

use super::args::{Format, RunArgs};
use super::simulate::simulate;
use super::{Failure, Outcome, Terminal, files};
use crate::chart;
use crate::report::{markdown, text};
use crate::scenario::Scenario;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

pub fn execute(
    args: &RunArgs,
    out: &mut dyn Write,
    terminal: &Terminal,
) -> Result<Outcome, Failure> {
    super::simulate::refuse_excess(&args.sampling)?;
    if args.files.len() > 1 && args.format == Format::Json {
        return Err(Failure::Invalid("error: one JSON document holds one result\nhelp: run the scenarios one by one, or take their summary.json".to_string()));
    }
    let files = files::chosen(&args.files, &args.settings);
    let folders: Vec<_> = files.iter().map(|file| files::folder(file)).collect();
    if let Some(twin) =
        (1..folders.len()).find(|index| folders[..*index].contains(&folders[*index]))
    {
        return Err(Failure::Invalid(format!(
            "error: two scenarios would write the report of {}\nhelp: run them one by one, each with its own --out",
            files[twin].display()
        )));
    }
    // Every scenario is read before the first one runs: a slip in the last should not cost an hour.
    let scenarios = files
        .iter()
        .map(|file| Ok((file, files::scenario(file, &args.settings, terminal)?)))
        .collect::<Result<Vec<_>, Failure>>()?;
    for (index, (file, scenario)) in scenarios.iter().enumerate() {
        if index > 0 && !args.sampling.quiet {
            writeln!(out)?;
        }
        if run_one(args, file, scenario, out, terminal)? == Outcome::Interrupted {
            return Ok(Outcome::Interrupted);
        }
    }
    Ok(Outcome::Done)
}

fn run_one(
    args: &RunArgs,
    file: &Path,
    scenario: &Arc<Scenario>,
    out: &mut dyn Write,
    terminal: &Terminal,
) -> Result<Outcome, Failure> {
    let own = files::folder(file);
    let directory = match &args.out {
        None => Path::new("reports").join(own),
        Some(out) if args.files.len() > 1 => out.join(own),
        Some(out) => out.clone(),
    };
    // A directory that cannot be made is better known before the work than after.
    files::make(&directory)?;
    let report = simulate(&files::name(file), scenario, &args.sampling, terminal)?;
    let json = files::json(serde_json::to_string_pretty(&report))?;
    let charts = if args.no_charts {
        Vec::new()
    } else {
        files::charts(&directory, args.png, |format| chart::draw_all(&report, format))?
    };
    files::write(&directory, "summary.json", json.as_bytes())?;
    files::write(&directory, "report.md", markdown::render(&report, &charts).as_bytes())?;
    let written = format!(
        "written to {}: {}",
        directory.join("").display(),
        contents(charts.len(), args.png)
    );
    match args.format {
        Format::Json => {
            out.write_all(json.as_bytes())?;
            if !args.sampling.quiet {
                // Standard output stays pure; a closed standard error is nobody's loss.
                let _ = writeln!(std::io::stderr(), "{written}");
            }
        }
        Format::Text if args.sampling.quiet => {
            out.write_all(text::render_verdicts(&report, terminal.look()).as_bytes())?
        }
        Format::Text => {
            out.write_all(text::render(&report, terminal.look()).as_bytes())?;
            writeln!(out, "{written}")?;
        }
    }
    Ok(if report.partial { Outcome::Interrupted } else { Outcome::Done })
}

fn contents(charts: usize, png: bool) -> String {
    match (charts, png) {
        (0, _) => "report.md, summary.json".to_string(),
        (_, false) => format!("report.md, summary.json, {charts} charts (SVG)"),
        (_, true) => format!("report.md, summary.json, {charts} charts (SVG and PNG)"),
    }
}
