//! `mrsim compare`: several designs with common random numbers, side by side, and their differences run by run.

use super::args::{CompareArgs, Format};
use super::{Failure, Outcome, Terminal, files, simulate};
use crate::chart;
use crate::report::comparison::{markdown, text};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Most designs of one comparison: a page and a chart hold no more.
const DESIGN_LIMIT: usize = 12;

pub fn execute(
    args: &CompareArgs,
    out: &mut dyn Write,
    terminal: &Terminal,
) -> Result<Outcome, Failure> {
    let mut files = files::chosen(&args.files, &args.settings);
    if let [only] = &files[..] {
        files = files::with_variants(only, terminal)?;
    }
    let names = names(&files)?;
    simulate::refuse_excess(&args.sampling)?;
    simulate::refuse_excess_of(files.len(), &args.sampling)?;
    // All files are read before the first is run: a slip in the last one should not cost a minute.
    let scenarios = super::validate::all(&files, &args.settings, terminal, |_, _| Ok(()))?;
    let designs: Vec<_> =
        names.into_iter().zip(scenarios).map(|(name, (_, scenario))| (name, scenario)).collect();
    let directory = &args.out;
    // A directory that cannot be made is better known before the work than after.
    files::make(directory)?;
    let comparison = simulate::compare(&designs, &args.sampling, terminal)?;
    let json = files::json(serde_json::to_string_pretty(&comparison))?;
    let charts = if args.no_charts {
        Vec::new()
    } else {
        files::charts(directory, args.png, |format| chart::draw_comparison(&comparison, format))?
    };
    files::write(directory, "comparison.json", json.as_bytes())?;
    files::write(directory, "comparison.md", markdown::render(&comparison, &charts).as_bytes())?;
    let mut written =
        format!("written to {}: comparison.md, comparison.json", directory.join("").display());
    for image in &charts {
        written += &format!(", {}", image.file);
        if args.png {
            written += &format!(", {}", image.file.replace(".svg", ".png"));
        }
    }
    match args.format {
        Format::Json => {
            out.write_all(json.as_bytes())?;
            if !args.sampling.quiet {
                // Standard output stays pure; a closed standard error is nobody's loss.
                let _ = writeln!(std::io::stderr(), "{written}");
            }
        }
        Format::Text if args.sampling.quiet => {
            out.write_all(text::render_differences(&comparison, terminal.look()).as_bytes())?
        }
        Format::Text => {
            out.write_all(text::render(&comparison, terminal.look()).as_bytes())?;
            writeln!(out, "{written}")?;
        }
    }
    Ok(if comparison.partial { Outcome::Interrupted } else { Outcome::Done })
}

/// The names of the designs: the stem of the file, or its path where another file has the same stem.
fn names(paths: &[PathBuf]) -> Result<Vec<String>, Failure> {
    if paths.len() < 2 {
        let only = paths
            .first()
            .map_or(String::new(), |path| format!(", and only {} was named", path.display()));
        return Err(Failure::Invalid(format!(
            "error: a comparison needs two scenarios or more{only}\nhelp: name the one to compare with first, then the others; one alone needs variants: [Variant(name: \"fast\", set: {{\"routing.ttl\": \"20s\"}})], or is for `mrsim run`"
        )));
    }
    if paths.len() > DESIGN_LIMIT {
        return Err(Failure::Limit(format!(
            "error: {} scenarios are more than the limit of {DESIGN_LIMIT}\nhelp: compare the best of each dozen with one another",
            paths.len()
        )));
    }
    if let Some(twin) = (1..paths.len()).find(|index| paths[..*index].contains(&paths[*index])) {
        return Err(Failure::Invalid(format!(
            "error: {} is named twice\nhelp: name every scenario once",
            paths[twin].display()
        )));
    }
    let is_alone = |path: &Path| {
        paths.iter().filter(|other| files::name(other) == files::name(path)).count() == 1
    };
    let with_folder = |path: &Path| path.with_extension("").to_string_lossy().into_owned();
    Ok(paths
        .iter()
        .map(|path| if is_alone(path) { files::name(path) } else { with_folder(path) })
        .collect())
}
