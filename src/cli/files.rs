//! Reading scenarios and writing reports: every failure names the file.

use super::args::Settings;
use super::{Failure, Terminal, diagnose};
use crate::chart::{self, Picture};
use crate::problem::{Place, Problem, Problems, Source, instead};
use crate::read::TEXT_LIMIT;
use crate::read::path::PathProblem;
use crate::report::markdown::Image;
use crate::scenario::{Document, Files, Scenario};
use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files with the variant that is asked for beside them: `my.ron` as `my.ron#fast`.
pub fn chosen(files: &[PathBuf], settings: &Settings) -> Vec<PathBuf> {
    let Some(variant) = &settings.variant else { return files.to_vec() };
    let with_variant = |file: &PathBuf| match split(file) {
        (_, Some(_)) => file.clone(),
        (file, None) => variant_of(&file, variant),
    };
    files.iter().map(with_variant).collect()
}

/// A variant of a file, as it is named.
fn variant_of(file: &Path, variant: &str) -> PathBuf {
    let mut name = file.as_os_str().to_os_string();
    name.push(format!("#{variant}"));
    name.into()
}

/// A file and the variant that is named beside it. A file that has the sign in its own name is itself.
fn split(path: &Path) -> (PathBuf, Option<String>) {
    let name = path.to_string_lossy();
    match name.rsplit_once('#') {
        Some((file, variant)) if !path.exists() => (file.into(), Some(variant.to_string())),
        _ => (path.to_path_buf(), None),
    }
}

/// A file alone, and each of its variants; a file without any is alone.
pub fn with_variants(path: &Path, terminal: &Terminal) -> Result<Vec<PathBuf>, Failure> {
    let (file, variant) = split(path);
    if variant.is_some() {
        return Ok(vec![path.to_path_buf()]);
    }
    let text = text(&file, terminal)?;
    let Ok(document) = Document::open(&text, &Beside(&file)) else { return Ok(vec![file]) };
    let variants = document.variants().map(|variant| variant_of(&file, variant));
    Ok(std::iter::once(file.clone()).chain(variants).collect())
}

/// Reads and checks a scenario, or the variant of one that is named beside it.
pub fn scenario(
    path: &Path,
    settings: &Settings,
    terminal: &Terminal,
) -> Result<Arc<Scenario>, Failure> {
    let (file, variant) = split(path);
    let text = text(&file, terminal)?;
    let document = Document::open(&text, &Beside(&file));
    if document.as_ref().is_ok_and(Document::is_design) {
        return Err(Failure::Invalid(format!(
            "error: {} is a design, which asks nothing\nhelp: write a scenario on it: Scenario(base: {:?}, question: \"..\", run: \"1h\", faults: [..])",
            file.display(),
            file.file_name().unwrap_or_default(),
        )));
    }
    let document = match (document, variant) {
        (Ok(document), Some(variant)) => {
            document.variant(&variant).ok_or_else(|| no_variant(&file, &variant, &document))?
        }
        (document, _) => document,
    };
    checked(&file, &text, document, settings, terminal).map(|(scenario, _)| scenario)
}

fn no_variant(file: &Path, variant: &str, document: &Document) -> Failure {
    let help = instead(variant, document.variants());
    Failure::Invalid(format!(
        "error: {} has no variant \"{variant}\"\nhelp: {help}",
        file.display()
    ))
}

/// Reads and checks a scenario, or a design that scenarios build on, and says how many variants it has.
pub fn scenario_or_design(
    path: &Path,
    settings: &Settings,
    terminal: &Terminal,
) -> Result<(Arc<Scenario>, usize), Failure> {
    let text = text(path, terminal)?;
    checked(path, &text, Document::open(&text, &Beside(path)), settings, terminal)
}

fn checked(
    path: &Path,
    text: &str,
    mut document: Result<Document, Problems>,
    settings: &Settings,
    terminal: &Terminal,
) -> Result<(Arc<Scenario>, usize), Failure> {
    if let Ok(document) = &mut document {
        for setting in &settings.set {
            document.set(setting).map_err(|problem| not_set(path, setting, &problem))?;
        }
    }
    let variants = document.as_ref().map_or(0, |document| document.variants().count());
    // What is set for one run may be what a variant says.
    let read = |document: Document| match settings.set[..] {
        [] => document.scenario_of_sound_variants(),
        _ => document.scenario(),
    };
    match document.and_then(read) {
        Ok(scenario) => Ok((Arc::new(scenario), variants)),
        Err(problems) => {
            Err(Failure::Invalid(diagnose::all(path, text, &problems, terminal.error_colour)))
        }
    }
}

fn not_set(path: &Path, setting: &str, problem: &PathProblem) -> Failure {
    Failure::Invalid(format!(
        "error: --set {setting}: {} in {}\nhelp: {}",
        problem.what,
        path.display(),
        problem.help
    ))
}

/// The files beside a scenario.
struct Beside<'p>(&'p Path);

impl Files for Beside<'_> {
    fn open(&self, from: Option<&str>, path: &str) -> Result<Source, String> {
        let from = from.map_or(self.0, Path::new);
        let path = from.parent().unwrap_or(Path::new("")).join(path);
        let (bytes, is_cut) = start_of(&path).map_err(|error| error.to_string())?;
        if is_cut {
            return Err(format!("it is larger than {TEXT_LIMIT} bytes"));
        }
        let text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_string())?;
        Ok(Source { path: path.display().to_string(), text })
    }
}

/// The bytes of a file up to the limit of a scenario, and whether there are more: this may be an endless device.
fn start_of(path: &Path) -> std::io::Result<(Vec<u8>, bool)> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LIMIT).read_to_end(&mut bytes)?;
    let is_cut = bytes.len() > TEXT_LIMIT;
    Ok((bytes, is_cut))
}

/// The text of a file of cases.
pub fn cases(path: &Path) -> Result<String, Failure> {
    let cannot = |why: String| {
        Failure::File(format!(
            "error: cannot read {}: {why}\nhelp: name a file of JSON lines, such as those in src/validation/vectors/",
            path.display()
        ))
    };
    let file = File::open(path).map_err(|error| cannot(error.to_string()))?;
    let mut bytes = Vec::new();
    file.take(CASES_LIMIT + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| cannot(error.to_string()))?;
    if bytes.len() as u64 > CASES_LIMIT {
        return Err(cannot(format!("it is larger than {CASES_LIMIT} bytes")));
    }
    String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        Failure::Invalid(format!("error: this is not UTF-8 text\n --> {}:{line}\nhelp: save it as UTF-8; is it the right file?", path.display()))
    })
}

/// Bytes of a file of cases: a hundred thousand of them.
const CASES_LIMIT: u64 = 50_000_000;

/// The name of a scenario in reports: its file name without the ending, and the variant that was chosen.
pub fn name(path: &Path) -> String {
    let (file, variant) = split(path);
    let stem =
        file.file_stem().map_or("scenario".into(), |stem| stem.to_string_lossy().into_owned());
    match variant {
        Some(variant) => format!("{stem}#{variant}"),
        None => stem,
    }
}

/// The folder of its report.
pub fn folder(path: &Path) -> OsString {
    let allowed = |c: char| if c == '/' || c == '\\' || c.is_whitespace() { '-' } else { c };
    match split(path) {
        // A name need not be text.
        (file, None) => file.file_stem().unwrap_or("scenario".as_ref()).to_os_string(),
        (_, Some(_)) => {
            name(path).replace('#', "-").chars().map(allowed).collect::<String>().into()
        }
    }
}

pub(super) fn text(path: &Path, terminal: &Terminal) -> Result<String, Failure> {
    let cannot = |why: String, help: &str| {
        Failure::File(format!("error: cannot read {}: {why}\nhelp: {help}", path.display()))
    };
    let unreadable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => cannot(
            "there is no such file".into(),
            "check the path; `mrsim new > my.ron` writes a scenario to start from",
        ),
        std::io::ErrorKind::PermissionDenied => {
            cannot("permission denied".into(), "make the file readable")
        }
        std::io::ErrorKind::IsADirectory => {
            cannot("it is a directory".into(), "name the .ron file in it")
        }
        _ => cannot(error.to_string(), "a scenario is a text file, such as `mrsim new` writes"),
    };
    let (bytes, _) = start_of(path).map_err(unreadable)?;
    utf8(path, bytes, terminal)
}

/// The bytes of standard input up to the limit of a scenario.
pub fn standard_input() -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::io::stdin().take(LIMIT).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// One byte more than a scenario may have is enough to know: this may be an endless device.
const LIMIT: u64 = TEXT_LIMIT as u64 + 1;

/// Bytes as a text, or what is wrong with them.
pub fn utf8(path: &Path, bytes: Vec<u8>, terminal: &Terminal) -> Result<String, Failure> {
    let is_cut = bytes.len() as u64 >= LIMIT;
    // A cut at the limit may split a character; the text is refused for its length anyway.
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) if is_cut => Ok(String::from_utf8_lossy(error.as_bytes()).into_owned()),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let problem = Problem {
                place: place_at(&text, valid),
                what: "the file is not UTF-8 text".into(),
                help: "save it as UTF-8; is it the right file?".into(),
            };
            let problems = Problems { problems: vec![problem], sources: Vec::new() };
            Err(Failure::Invalid(diagnose::all(path, &text, &problems, terminal.error_colour)))
        }
    }
}

/// Line and column of a byte; `at` is a boundary, since everything before it was valid.
fn place_at(text: &str, at: usize) -> Place {
    let before = text.get(..at).unwrap_or("");
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    Place { file: 0, line, column, start: at, end: at }
}

/// Writes a file into a directory that exists.
pub fn write(directory: &Path, name: &str, bytes: &[u8]) -> Result<(), Failure> {
    let path = directory.join(name);
    std::fs::write(&path, bytes).map_err(|error| {
        Failure::File(format!(
            "error: cannot write {}: {error}\nhelp: choose another directory with --out",
            path.display()
        ))
    })
}

/// Puts a text in the place of a file, at once: whoever reads it meanwhile, or a crash, finds the one or the other in full.
pub fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let cannot = |error: std::io::Error| {
        Failure::File(format!(
            "error: cannot write {}: {error}\nhelp: make the file and its directory writable",
            path.display()
        ))
    };
    // A link stays a link: what it leads to is replaced.
    let target = path.canonicalize().map_err(cannot)?;
    let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let beside = target.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let put = || {
        std::fs::write(&beside, text)?;
        std::fs::set_permissions(&beside, std::fs::metadata(&target)?.permissions())?;
        std::fs::rename(&beside, &target)
    };
    put().map_err(|error| {
        // What is half done is not left behind; that it cannot be removed is no second problem.
        let _ = std::fs::remove_file(&beside);
        cannot(error)
    })
}

/// Writes the pictures that `draw` makes, as SVG and where it is wanted as PNG too, and returns those that a page shows.
pub fn charts(
    directory: &Path,
    png: bool,
    draw: impl Fn(chart::Format) -> Result<Vec<Picture>, chart::NotDrawn>,
) -> Result<Vec<Image>, Failure> {
    let mut images = Vec::new();
    for format in [chart::Format::Svg, chart::Format::Png]
        .into_iter()
        .filter(|format| png || *format == chart::Format::Svg)
    {
        for picture in draw(format)
            .map_err(|why| Failure::Bug(format!("error: this is a bug in mrsim: {why}")))?
        {
            let file = format!("{}.{}", picture.name, picture.extension);
            write(directory, &file, &picture.bytes)?;
            if format == chart::Format::Svg {
                images.push(Image { file, alt: picture.alt });
            }
        }
    }
    Ok(images)
}

/// Makes a directory and those above it.
pub fn make(directory: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(directory).map_err(|error| {
        Failure::File(format!(
            "error: cannot make the directory {}: {error}\nhelp: choose another with --out",
            directory.display()
        ))
    })
}

/// The text of a whole result, with one line break at the end.
pub fn json(pretty: serde_json::Result<String>) -> Result<String, Failure> {
    pretty.map(|text| text + "\n").map_err(|error| {
        Failure::Bug(format!("error: this is a bug in mrsim: the result has no JSON form: {error}"))
    })
}
