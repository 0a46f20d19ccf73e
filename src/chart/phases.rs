//! Where the time to recovery goes: a waterfall of phases for each kind of request.

use crate::report::{Budget, Interval, PhaseName, Report, Served, Unit};

use super::Chart;
use super::canvas::{Align, Canvas};
use super::clean;
use super::font::{self, Weight};
use super::frame::{self, Frame};
use super::theme::{self, Ink};
use super::ticks;
use crate::report::numbers;

/// The chart.
pub struct Phases;

/// Least and most room of names and meanings, left of the bars.
const NAMES: (f64, f64) = (200.0, 528.0);
/// How far names stand in, and the gap after a column.
const INDENT: f64 = 12.0;
const GAP: f64 = 10.0;
/// The size of the heading of a waterfall.
const HEADING_SIZE: f64 = 13.0;
/// Room of the numbers to the right of the last bar.
const VALUES: f64 = 86.0;

impl Chart for Phases {
    fn name(&self) -> &'static str {
        "phases"
    }

    fn kind(&self) -> &'static str {
        "Waterfall of the phases of recovery, one bar each"
    }

    fn has_data(&self, report: &Report) -> bool {
        !waterfalls(report).is_empty()
    }

    fn title(&self, report: &Report) -> String {
        let waterfalls = waterfalls(report);
        let all = waterfalls.iter().find(|one| one.budget.operation == Served::All);
        let Some(one) = all.or(waterfalls.first()) else {
            return String::new();
        };
        let longest = one.bars.iter().max_by(|a, b| a.seconds.total_cmp(&b.seconds));
        match longest {
            Some(bar) if one.total > 0.0 => format!(
                "Of {} to recovery ({}, mean), the longest part is {}: {}",
                words(&one.budget.total, one.total),
                one.budget.operation.label(),
                clean::name(bar.name.meaning()),
                bar.words
            ),
            _ => "Recovery takes no time".to_string(),
        }
    }

    fn draw(&self, report: &Report, canvas: &mut Canvas) {
        let waterfalls = waterfalls(report);
        let lines: usize = waterfalls.iter().map(|one| one.bars.len() + 1).sum();
        let gaps = waterfalls.len().saturating_sub(1) as f64 * 10.0;
        let objective = clean::objective(report.charts.rto_objective);
        let (top, below) = (if objective.is_some() { 100.0 } else { 78.0 }, 56.0);
        let room = canvas.height - top - below - gaps - 8.0;
        let row = (room / lines.max(1) as f64).clamp(17.5, 34.0);
        let bottom = top + row * lines as f64 + gaps + 8.0;
        canvas.height = bottom + below;

        let end = waterfalls.iter().map(|one| one.end).fold(1e-3, f64::max);
        let end = match objective {
            Some(objective) if objective < 2.5 * end => end.max(objective * 1.02),
            _ => end,
        };
        let corner = (canvas.width - theme::MARGIN - VALUES, bottom);
        let columns = Columns::of(&waterfalls);
        let frame = Frame::new((columns.bars, top), corner, (0.0, end), (0.0, 1.0));
        let unit = ticks::time_unit(end);
        let title = format!("Mean time from the fault, {}", unit.sign);
        frame.axis_x(canvas, &title, unit.seconds, true);
        if let Some(objective) = objective {
            let label = format!("RTO objective {}", numbers::duration(objective));
            frame.objective(canvas, objective, &label);
        }
        let mut y = top + 4.0;
        for one in &waterfalls {
            y = one.draw(canvas, &frame, &columns, y, row) + 10.0;
        }
    }
}

/// One budget with phases of known length.
struct Waterfall<'report> {
    budget: &'report Budget,
    bars: Vec<Bar<'report>>,
    total: f64,
    /// The rightmost end of a bar or a whisker.
    end: f64,
}

struct Bar<'r> {
    name: PhaseName,
    meaning: &'r str,
    start: f64,
    seconds: f64,
    /// The same in words, as precise as its interval.
    words: String,
    whisker: Option<(f64, f64)>,
}

/// Where the columns begin: names, meanings and bars, wide enough for every text.
struct Columns {
    names: f64,
    meanings: f64,
    bars: f64,
}

impl Columns {
    fn of(waterfalls: &[Waterfall]) -> Columns {
        let bars = || waterfalls.iter().flat_map(|one| &one.bars);
        let measured =
            |words: &str, size: f64| font::width(&clean::name(words), size, Weight::Regular);
        let name = bars().map(|bar| measured(bar.name.name(), theme::LABEL_SIZE));
        let name = name.fold(0.0, f64::max) + GAP;
        let meaning = bars().map(|bar| measured(bar.meaning, theme::SMALL_SIZE));
        let rows = INDENT + name + meaning.fold(0.0, f64::max);
        let headings = waterfalls.iter().map(|one| {
            let (operation, total) = one.heading();
            let operation = font::width(&operation, HEADING_SIZE, Weight::Bold);
            operation + 8.0 + measured(&total, theme::LABEL_SIZE)
        });
        let room = headings.fold(rows, f64::max) + 2.0 * GAP;
        let names = theme::MARGIN + INDENT;
        Columns {
            names,
            meanings: names + name,
            bars: theme::MARGIN + room.clamp(NAMES.0, NAMES.1),
        }
    }
}

fn waterfalls(report: &Report) -> Vec<Waterfall<'_>> {
    report.budgets.iter().map(waterfall).filter(|one| !one.bars.is_empty()).collect()
}

fn waterfall(budget: &Budget) -> Waterfall<'_> {
    let mut start = 0.0;
    let mut end: f64 = 0.0;
    let mut bars = Vec::new();
    for phase in &budget.phases {
        let Some(seconds) = clean::maybe(phase.seconds.estimate).map(|at| at.max(0.0)) else {
            continue;
        };
        let whisker = whisker(&phase.seconds, start);
        bars.push(Bar {
            name: phase.name,
            meaning: &phase.meaning,
            start,
            seconds,
            words: words(&phase.seconds, seconds),
            whisker,
        });
        start += seconds;
        end = end.max(start).max(whisker.map_or(0.0, |whisker| whisker.1));
    }
    let total = clean::maybe(budget.total.estimate).unwrap_or(start);
    Waterfall { budget, bars, total, end }
}

/// A mean time as the tables of the report say it.
fn words(interval: &Interval, seconds: f64) -> String {
    let [low, high] = [interval.low, interval.high].map(clean::maybe);
    let interval = Interval { low, estimate: Some(seconds), high };
    numbers::estimate(&interval, Unit::Seconds).unwrap_or_else(|| numbers::duration(seconds))
}

/// The interval of a phase's length, moved to where the phase starts.
fn whisker(seconds: &Interval, start: f64) -> Option<(f64, f64)> {
    let low = clean::maybe(seconds.low)?.max(0.0);
    let high = clean::maybe(seconds.high)?;
    (low <= high).then_some((start + low, start + high))
}

impl Waterfall<'_> {
    /// The operation, and its total with the number of runs.
    fn heading(&self) -> (String, String) {
        let runs = match self.budget.runs {
            1 => "1 run".to_string(),
            runs => format!("{} runs", numbers::whole(runs)),
        };
        let total = words(&self.budget.total, self.total);
        let operation = frame::sentence(&clean::name(self.budget.operation.label()));
        (operation, format!("{total}, {runs}"))
    }

    /// Draws a heading and a row for each phase; returns where it ends.
    fn draw(
        &self,
        canvas: &mut Canvas,
        frame: &Frame,
        columns: &Columns,
        top: f64,
        row: f64,
    ) -> f64 {
        let baseline = top + row / 2.0 + 4.5;
        let (operation, total) = self.heading();
        let place = (theme::MARGIN, baseline);
        let (size, weight) = (HEADING_SIZE, Weight::Bold);
        canvas.weighted(&operation, place, size, weight, Align::Left, theme::TEXT);
        let after = theme::MARGIN + font::width(&operation, size, weight) + 8.0;
        let size = theme::LABEL_SIZE;
        let total = font::fit(&total, size, Weight::Regular, frame.left() - after - GAP);
        let place = (after, baseline);
        canvas.text(&total, place, size, Align::Left, theme::QUIET);
        let mut y = top + row;
        for (index, bar) in self.bars.iter().enumerate() {
            bar.draw_words(canvas, frame, columns, y + row / 2.0 + 4.0);
            bar.draw(canvas, frame, y, row);
            // A thin line leads from the end of a bar down to the start of the next.
            if index + 1 < self.bars.len() {
                let x = frame.x.at(bar.start + bar.seconds);
                let from = (x, y + row * 0.82);
                canvas.line(vec![from, (x, y + row * 1.18)], 1.0, theme::AXIS);
            }
            y += row;
        }
        y
    }
}

impl Bar<'_> {
    /// The name and what it means. Only texts without any measure are cut.
    fn draw_words(&self, canvas: &mut Canvas, frame: &Frame, columns: &Columns, baseline: f64) {
        let mut write = |words: &str, from: f64, to: f64, size: f64, ink: Ink| {
            let words = font::fit(&clean::name(words), size, Weight::Regular, to - from);
            canvas.text(&words, (from, baseline), size, Align::Left, ink);
        };
        let (size, end) = (theme::LABEL_SIZE, columns.meanings - GAP / 2.0);
        write(self.name.name(), columns.names, end, size, theme::TEXT);
        let (size, end) = (theme::SMALL_SIZE, frame.left() - GAP);
        write(self.meaning, columns.meanings, end, size, theme::QUIET);
    }

    fn draw(&self, canvas: &mut Canvas, frame: &Frame, top: f64, row: f64) {
        let middle = top + row / 2.0;
        let baseline = middle + 4.0;
        let size = theme::LABEL_SIZE;
        let (from, to) = (frame.x.at(self.start), frame.x.at(self.start + self.seconds));
        let (upper, lower) = (top + row * 0.18, top + row * 0.82);
        // A phase without length still leaves a trace.
        let ink = theme::phase(self.name);
        canvas.rectangle((from, upper), (to.max(from + 1.5), lower), ink);
        let mut end = to.max(from + 1.5);
        if let Some((low, high)) = self.whisker {
            let (low, high) = (frame.x.at(low), frame.x.at(high));
            let cap = row * 0.14;
            canvas.line(vec![(low, middle), (high, middle)], 1.25, theme::TEXT);
            for x in [low, high] {
                canvas.line(vec![(x, middle - cap), (x, middle + cap)], 1.25, theme::TEXT);
            }
            end = end.max(high);
        }
        let value = self.words.clone();
        let width = font::width(&value, size, Weight::Regular);
        // Paper behind the number keeps it clear of grid lines and of the objective.
        let paper = theme::PAPER.fade(0.85);
        canvas.rectangle((end + 4.0, middle - 7.0), (end + 8.0 + width, middle + 7.0), paper);
        canvas.text(&value, (end + 6.0, baseline), size, Align::Left, theme::TEXT);
    }
}
