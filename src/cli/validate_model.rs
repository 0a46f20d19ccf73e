//! `mrsim validate-model`: numbers that others derived against the simulator, on standard output and as a page.

use super::args::{CaseFormat, ValidateModelArgs};
use super::{Failure, Outcome, Terminal, files, simulate};
use crate::chart;
use crate::problem::instead;
use crate::report::dossier::answers::{self, Answer, Verdict};
use crate::report::dossier::{Dossier, markdown, text};
use crate::report::markdown::Image;
use crate::validation::{Effort, Part, brought};
use std::io::Write;
use std::path::Path;

pub fn execute(
    args: &ValidateModelArgs,
    out: &mut dyn Write,
    terminal: &Terminal,
) -> Result<Outcome, Failure> {
    simulate::refuse_effort(args.scale, args.threads)?;
    let effort = Effort { scale: args.scale, threads: usize::from(args.threads) };
    if let Some(path) = &args.cases {
        return of_a_file(path, args, effort, out, terminal);
    }
    let parts = parts(args.only.as_deref())?;
    // A page that cannot be written is better known before the work than after.
    let page = args.out.as_deref().map(place).transpose()?;
    let dossier = simulate::validate(&parts, effort, args.quiet, terminal)?;
    match args.quiet {
        _ if args.format != CaseFormat::Text => {
            out.write_all(as_json(&answers::of_dossier(&dossier), args.format).as_bytes())?
        }
        true => out.write_all(text::render_verdict(&dossier, terminal.look()).as_bytes())?,
        false => out.write_all(text::render(&dossier, terminal.look()).as_bytes())?,
    }
    if dossier.partial {
        return Ok(Outcome::Interrupted);
    }
    if let Some((directory, name)) = page {
        let chart = write(directory, name, &dossier)?;
        if !args.quiet && args.format == CaseFormat::Text {
            writeln!(out, "written to {}: {name}, {chart}", directory.join("").display())?;
        }
    }
    Ok(outcome(&dossier))
}

/// Cases that a user brings.
fn of_a_file(
    path: &Path,
    args: &ValidateModelArgs,
    effort: Effort,
    out: &mut dyn Write,
    terminal: &Terminal,
) -> Result<Outcome, Failure> {
    let cases = brought::read(&files::cases(path)?).map_err(|wrong| {
        let told = |line: &brought::Malformed| {
            format!(
                "error: {}\n --> {}:{}\nhelp: {}",
                line.what,
                path.display(),
                line.line,
                line.help
            )
        };
        Failure::Invalid(wrong.iter().map(told).collect::<Vec<_>>().join("\n\n"))
    })?;
    let Some(found) = simulate::validate_cases(
        &cases,
        effort,
        args.quiet || args.format != CaseFormat::Text,
        terminal,
    ) else {
        return Ok(Outcome::Interrupted);
    };
    let told = match args.format {
        CaseFormat::Text => answers::render_text(&found, args.quiet),
        format => as_json(&found, format),
    };
    out.write_all(told.as_bytes())?;
    let fails = |answer: &Answer| answer.verdict == Verdict::Fails;
    Ok(if found.iter().any(fails) { Outcome::NotMet } else { Outcome::Done })
}

/// An array with a row a line, or just the rows.
fn as_json(answers: &[Answer], format: CaseFormat) -> String {
    let rows: Vec<String> = answers
        .iter()
        .map(|answer| serde_json::to_string(answer).expect("an answer has a JSON form"))
        .collect();
    if format == CaseFormat::Jsonl {
        rows.iter().map(|row| format!("{row}\n")).collect()
    } else {
        format!("[\n{}\n]\n", rows.join(",\n"))
    }
}

fn outcome(dossier: &Dossier) -> Outcome {
    if dossier.failures().is_empty() { Outcome::Done } else { Outcome::NotMet }
}

fn parts(only: Option<&str>) -> Result<Vec<Part>, Failure> {
    let Some(key) = only else { return Ok(Part::all()) };
    let known = Part::all().into_iter().map(Part::key);
    let unknown = || {
        Failure::Invalid(format!(
            "error: there is no family of cases \"{key}\"\nhelp: {}",
            instead(key, known)
        ))
    };
    Part::all()
        .into_iter()
        .find(|part| part.key() == key)
        .map(|part| vec![part])
        .ok_or_else(unknown)
}

/// The directory and the name of the page.
fn place(path: &Path) -> Result<(&Path, &str), Failure> {
    let name = path.file_name().and_then(|name| name.to_str()).filter(|name| name.ends_with(".md"));
    let Some(name) = name else {
        return Err(Failure::Invalid(format!(
            "error: {} is no name of a page\nhelp: such as docs/validation.md",
            path.display()
        )));
    };
    let directory = path.parent().unwrap_or(Path::new(""));
    if directory != Path::new("") {
        files::make(directory)?;
    }
    Ok((directory, name))
}

/// Writes the page and its chart, and returns the chart's name.
fn write(directory: &Path, name: &str, dossier: &Dossier) -> Result<String, Failure> {
    let chart_name = format!("{}-z.svg", name.trim_end_matches(".md"));
    let picture = chart::draw_dossier(dossier, chart::Format::Svg)
        .map_err(|why| Failure::Bug(format!("error: this is a bug in mrsim: {why}")))?;
    files::write(directory, &chart_name, &picture.bytes)?;
    let image = Image { file: chart_name.clone(), alt: picture.alt };
    let path = directory.join(name);
    files::write(
        directory,
        name,
        markdown::render(dossier, Some(&image), &path.to_string_lossy().replace('\\', "/"))
            .as_bytes(),
    )?;
    Ok(chart_name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::Quiet;
    use crate::validation::{family, run};

    /// A right program gives no occasion to see it fail.
    #[test]
    fn a_wrong_number_or_a_missed_mistake_gives_exit_code_1() {
        let timelines = family("timelines").expect("it is registered");
        let right = run(&[timelines], Effort { scale: 1.0, threads: 1 }, &Quiet)
            .expect("no limit is reached");
        assert_eq!(outcome(&right).exit_code(), 0);
        let mut wrong = right.clone();
        wrong.families[0].rows[3].passes = false;
        assert_eq!(outcome(&wrong).exit_code(), 1);
        let mut blind = right;
        blind.controls[0].caught = false;
        assert_eq!(outcome(&blind).exit_code(), 1);
    }
}
