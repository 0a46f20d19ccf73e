//! Charts of a report as SVG or PNG: pictures that are each drawn from the report alone; and those of a comparison and of a validation.
//!
//! ```text
//!  Report --> Chart::draw --> Canvas (shapes in points) --> render --> SVG, PNG
//! ```
//!
//! A new chart is one file beside the others and one line in [`ALL`].

use crate::report::Report;
use crate::report::comparison::Comparison;
use crate::report::dossier::Dossier;
use crate::report::numbers;

mod arrival;
mod availability;
mod canvas;
mod clean;
mod comparison;
mod decades;
mod detection;
mod dossier;
mod font;
mod frame;
mod lag;
mod ledgers;
mod losses;
mod marks;
mod ticks;
mod phases;
mod recovery;
mod render;
mod theme;
mod timeline;
mod whereabouts;

#[cfg(test)]
mod tests;

use canvas::Canvas;

/// The file format of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Svg,
    Png,
}

/// One drawn chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The name of the chart, such as "availability"; it makes a good file stem.
    pub name: &'static str,
    /// The whole file.
    pub bytes: Vec<u8>,
    /// "svg" or "png".
    pub extension: &'static str,
    /// One sentence that says what is seen, on one line without control characters.
    pub alt: String,
}

/// A chart that can be drawn from a report.
pub trait Chart: Sync {
    /// A short name in lower case, unique among the charts.
    fn name(&self) -> &'static str;

    /// Whether the report has anything that this chart could show.
    fn has_data(&self, report: &Report) -> bool;

    /// The message of the chart, in the words that stand above it.
    fn title(&self, report: &Report) -> String;

    /// What kind of picture it is, for those who cannot see it; the title follows it.
    fn kind(&self) -> &'static str;

    /// Puts everything but title and subtitle on the canvas.
    fn draw(&self, report: &Report, canvas: &mut Canvas);
}

/// All charts, in the order in which they are shown.
pub const ALL: &[&dyn Chart] = &[
    &availability::Availability,
    &recovery::Recovery,
    &losses::Losses,
    &phases::Phases,
    &whereabouts::Whereabouts,
    &detection::Detection,
    &ledgers::Ledgers,
    &lag::Lag,
    &arrival::Arrival,
];

/// A backend failed at a picture, which no content of a report should bring about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotDrawn(String);

impl std::fmt::Display for NotDrawn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotDrawn {}

/// Draws every chart for which the report has data.
///
/// # Errors
///
/// When a backend of plotters fails, which no content of a report should bring about.
pub fn draw_all(report: &Report, format: Format) -> Result<Vec<Picture>, NotDrawn> {
    font::register();
    let with_data = ALL.iter().filter(|chart| chart.has_data(report));
    with_data.map(|chart| picture(*chart, report, format)).collect()
}

fn picture(chart: &dyn Chart, report: &Report, format: Format) -> Result<Picture, NotDrawn> {
    let title = clean::name(&chart.title(report));
    let alt = format!("{}: {title}.", chart.kind());
    rendered(chart.name(), alt, &filled(chart, &title, report), format)
}

/// Draws the charts of a comparison: designs side by side; and what became of their writes, where several regions write.
///
/// # Errors
///
/// When a backend of plotters fails, which no content of a comparison should bring about.
pub fn draw_comparison(comparison: &Comparison, format: Format) -> Result<Vec<Picture>, NotDrawn> {
    font::register();
    let alt = |kind: &str, title: &str| format!("{kind}: {}.", clean::name(title));
    let mut pictures = vec![rendered(
        "comparison",
        alt(comparison::KIND, &comparison::title(comparison)),
        &comparison::filled(comparison),
        format,
    )?];
    if comparison::ledgers::has_data(comparison) {
        let words = alt(comparison::ledgers::KIND, &comparison::ledgers::title(comparison));
        pictures.push(rendered(
            "ledgers",
            words,
            &comparison::ledgers::filled(comparison),
            format,
        )?);
    }
    Ok(pictures)
}

/// Draws the one chart of a validation.
///
/// # Errors
///
/// When a backend of plotters fails, which no content of a dossier should bring about.
pub fn draw_dossier(dossier: &Dossier, format: Format) -> Result<Picture, NotDrawn> {
    font::register();
    let alt = format!("{}: {}.", dossier::KIND, clean::name(&dossier::title(dossier)));
    rendered("validation-z", alt, &dossier::filled(dossier), format)
}

fn rendered(
    name: &'static str,
    alt: String,
    canvas: &Canvas,
    format: Format,
) -> Result<Picture, NotDrawn> {
    let (bytes, extension) = match format {
        Format::Svg => (render::svg(canvas, &alt), "svg"),
        Format::Png => (render::png(canvas), "png"),
    };
    let bytes = bytes.map_err(|error| NotDrawn(format!("chart {name}: {error}")))?;
    Ok(Picture { name, bytes, extension, alt })
}

fn filled(chart: &dyn Chart, title: &str, report: &Report) -> Canvas {
    let mut canvas = Canvas::new();
    canvas.heading(title, &subtitle(report));
    chart.draw(report, &mut canvas);
    canvas
}

/// Such as "tokyo-outage: 1,000 runs, seed 1".
fn subtitle(report: &Report) -> String {
    let runs = match (report.partial, report.runs_done) {
        (true, done) => {
            format!(
                "{} of {} runs (interrupted)",
                numbers::whole(done),
                numbers::whole(report.runs_asked)
            )
        }
        (false, 1) => "1 run".to_string(),
        (false, done) => format!("{} runs", numbers::whole(done)),
    };
    format!("{}: {runs}, seed {}", clean::name(&report.scenario), report.seed)
}
