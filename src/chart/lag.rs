//! How far replicas are behind over time, and how many keys differ: what a fault does to multi-writer stores.
//!
//! ```text
//!  lag     ___/\___     mean over runs; shaded up to what 5% of runs exceed
//!  keys    ___/\___     share of keys whose newest write some region lacks
//!             | |       the fault begins, the fault ends
//! ```

mod heights;

use crate::report::consistency::LagPoint;
use crate::report::{MarkKind, Report};

use super::Chart;
use super::canvas::{Align, Canvas, Place};
use super::clean;
use super::font::{self, Weight};
use super::frame::{self, Entry, Frame};
use super::marks;
use super::theme::{self, Ink};
use super::ticks;
use crate::report::numbers;
use heights::Heights;

/// The chart.
pub struct Lag;

/// Edges of the two plots.
const TOP: f64 = 146.0;
const SPLIT: f64 = 338.0;
const LOWER: f64 = 382.0;
/// A lag so many times the largest before the fault is the fault's doing.
const DISTURBED: f64 = 3.0;

impl Chart for Lag {
    fn name(&self) -> &'static str {
        "lag"
    }

    fn kind(&self) -> &'static str {
        "Line chart of the replication lag over time, and of the share of keys that differ between regions"
    }

    fn has_data(&self, report: &Report) -> bool {
        !lines(report).is_empty()
    }

    fn title(&self, report: &Report) -> String {
        let lines = lines(report);
        let Some(worst) = lines.iter().max_by(|one, two| one.peak().total_cmp(&two.peak())) else {
            return String::new();
        };
        let peak = numbers::duration(worst.peak());
        let name = &worst.name;
        match worst.usual() {
            Some(usual) if worst.is_disturbed() => {
                let usual = numbers::duration(usual);
                match lines.len() {
                    1 => format!(
                        "Replicas of {name} fall up to {peak} behind; before the fault {usual}"
                    ),
                    _ => format!(
                        "Replicas fall up to {peak} behind (those of {name}); before the fault {usual}"
                    ),
                }
            }
            Some(_) => format!(
                "The fault hardly shows: replicas of {name} are about {} behind",
                numbers::duration(worst.middle())
            ),
            None => {
                format!("Replicas of {name} are about {} behind", numbers::duration(worst.middle()))
            }
        }
    }

    fn draw(&self, report: &Report, canvas: &mut Canvas) {
        let lines = lines(report);
        let window = window(report, &lines);
        let right = canvas.width - theme::MARGIN;
        let shown: Vec<&LagPoint> = lines
            .iter()
            .flat_map(|line| &line.points)
            .filter(|point| (window.0..=window.1).contains(&point.seconds))
            .collect();
        let heights = Heights::of(&shown);
        // Stores that follow a log have no keys to tell of.
        let has_keys = !report.consistency.is_empty();
        let split = if has_keys { SPLIT } else { canvas.height - 56.0 };
        let upper = Frame::new((84.0, TOP), (right, split), window, heights.range());
        let most = shown.iter().map(|point| point.divergent).fold(0.0, f64::max);
        let most = if most > 0.5 { 1.0 } else { (most * 1.1).max(0.001) };
        let lower = Frame::new((84.0, LOWER), (right, canvas.height - 56.0), window, (0.0, most));
        let has_zero = shown.iter().any(|point| point.lag <= 0.0);
        heights.axis(canvas, &upper, has_zero);
        if has_keys {
            lower.shares(canvas, "", 3);
        }
        let is_many = report.runs_done > 1;
        let mean = if is_many { ", mean over runs" } else { "" };
        if has_keys {
            title_above(
                canvas,
                &lower,
                &format!("Keys whose newest write some region lacks{mean}"),
                8.0,
            );
        }
        if is_many {
            for line in &lines {
                canvas.polygon(line.band(&upper, &heights), line.ink.fade(0.2));
            }
        }
        faults(canvas, report, &upper, if has_keys { &lower } else { &upper });
        for line in lines.iter().rev() {
            canvas.line(
                line.path(&upper, |point| heights.place(point.lag)),
                theme::CURVE,
                line.ink,
            );
            if has_keys {
                canvas.line(line.path(&lower, |point| point.divergent), theme::CURVE, line.ink);
            }
        }
        axis(canvas, report, if has_keys { &lower } else { &upper });
        canvas.line(vec![(upper.left(), split), (upper.right(), split)], 1.0, theme::AXIS);
        legend(canvas, report, &lines, right);
    }
}

/// One store with finite numbers in order of time.
struct Line {
    name: String,
    ink: Ink,
    points: Vec<LagPoint>,
}

/// Stores whose lag is known; of more than the palette has colours the others are left out, and the legend says so.
fn lines(report: &Report) -> Vec<Line> {
    let of_items = report.consistency.iter().map(|store| (&store.store, &store.lag));
    let of_logs = report.log_lag.iter().map(|store| (&store.store, &store.lag));
    let line = |((store, lag), ink): ((&String, &Vec<LagPoint>), &Ink)| {
        let points = lag.iter().filter_map(|point| {
            let lag = clean::number(point.lag)?.max(0.0);
            Some(LagPoint {
                seconds: clean::number(point.seconds)?,
                lag,
                lag_p95: clean::number(point.lag_p95).unwrap_or(lag).max(lag),
                divergent: clean::share(Some(point.divergent))?,
            })
        });
        let mut points: Vec<LagPoint> = points.collect();
        points.sort_by(|one, two| one.seconds.total_cmp(&two.seconds));
        Line { name: clean::name(store), ink: *ink, points }
    };
    of_items
        .chain(of_logs)
        .zip(&theme::AREAS)
        .map(line)
        .filter(|line| !line.points.is_empty())
        .collect()
}

impl Line {
    fn peak(&self) -> f64 {
        self.points.iter().map(|point| point.lag).fold(0.0, f64::max)
    }

    fn before(&self) -> impl Iterator<Item = f64> + '_ {
        // The value at the fault's own second is still one from before it.
        self.points.iter().filter(|point| point.seconds <= 0.0).map(|point| point.lag)
    }

    /// The median before the fault.
    fn usual(&self) -> Option<f64> {
        median(self.before().collect())
    }

    /// The median over all times.
    fn middle(&self) -> f64 {
        median(self.points.iter().map(|point| point.lag).collect()).unwrap_or(0.0)
    }

    /// What no ordinary moment exceeds.
    fn ordinary(&self) -> f64 {
        (DISTURBED * self.before().fold(0.0, f64::max)).max(self.peak() * 1e-3)
    }

    fn is_disturbed(&self) -> bool {
        self.peak() > self.ordinary()
    }

    /// When the lag was last above what is ordinary.
    fn last_disturbance(&self) -> Option<f64> {
        let ordinary = self.ordinary();
        self.points.iter().rev().find(|point| point.lag > ordinary).map(|point| point.seconds)
    }

    /// A path through the points in the window; a single point becomes a short level line.
    fn path(&self, frame: &Frame, height: impl Fn(&LagPoint) -> f64) -> Vec<Place> {
        let seen = self.points.iter().filter(|point| frame.x.contains(point.seconds));
        let mut path: Vec<Place> =
            seen.map(|point| frame.at(point.seconds, height(point))).collect();
        if let [only] = path[..] {
            path = vec![(only.0 - 3.0, only.1), (only.0 + 3.0, only.1)];
        }
        path
    }

    /// From the mean up to the 95th percentile.
    fn band(&self, frame: &Frame, heights: &Heights) -> Vec<Place> {
        let mut corners = self.path(frame, |point| heights.place(point.lag));
        corners.extend(self.path(frame, |point| heights.place(point.lag_p95)).into_iter().rev());
        corners
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

fn title_above(canvas: &mut Canvas, frame: &Frame, words: &str, height: f64) {
    canvas.text(
        words,
        (theme::MARGIN, frame.top() - height),
        theme::LABEL_SIZE,
        Align::Left,
        theme::QUIET,
    );
}

/// Where the time of the faults is known, and where the lag is back to what it was.
fn window(report: &Report, lines: &[Line]) -> (f64, f64) {
    let times = || lines.iter().flat_map(|line| line.points.iter().map(|point| point.seconds));
    let (first, last) =
        (times().fold(f64::INFINITY, f64::min), times().fold(f64::NEG_INFINITY, f64::max));
    let ends = fault_marks(report).into_iter().map(|(_, seconds)| seconds);
    let event = ends.chain(lines.iter().filter_map(Line::last_disturbance)).fold(0.0, f64::max);
    let (low, high) = match event > 0.0 && !report.faults.is_empty() {
        true => {
            let high = (event * 1.15).max(60.0).min(last);
            (first.max(-0.15 * high).min(0.0), high)
        }
        false => (first, last),
    };
    if high - low > 1e-3 { (low, high) } else { (low - 1.0, low + 1.0) }
}

/// When faults begin and end, median over runs: of the facts of the report those about faults.
fn fault_marks(report: &Report) -> Vec<(String, f64)> {
    let is_fault =
        |kind: Option<MarkKind>| matches!(kind, Some(MarkKind::FaultBegins | MarkKind::FaultEnds));
    marks::all(report)
        .into_iter()
        .filter(|fact| is_fault(fact.mark.kind))
        .map(|fact| (clean::name(&fact.mark.label), fact.median))
        .collect()
}

/// Lines through both plots where faults begin and end, each named beside it where there is room.
fn faults(canvas: &mut Canvas, report: &Report, upper: &Frame, lower: &Frame) {
    if report.faults.is_empty() {
        return;
    }
    super::timeline::fault(canvas, upper);
    let mut free = upper.left();
    if upper.x.contains(0.0) {
        let x = upper.x.at(0.0);
        canvas.line(vec![(x, lower.top()), (x, lower.bottom())], 1.5, theme::TEXT);
        free = x + 3.0;
    }
    for (label, seconds) in
        fault_marks(report).into_iter().filter(|(_, seconds)| upper.x.contains(*seconds))
    {
        let x = upper.x.at(seconds);
        canvas.line(
            vec![(x, TOP - frame::STRIP + 4.0), (x, upper.bottom())],
            1.5,
            theme::DARK_NEUTRAL,
        );
        canvas.line(vec![(x, lower.top()), (x, lower.bottom())], 1.5, theme::DARK_NEUTRAL);
        let width = font::width(&label, theme::LABEL_SIZE, Weight::Bold);
        let place = [x + 5.0, x - 5.0 - width]
            .into_iter()
            .find(|left| *left >= free && left + width <= upper.right());
        if let Some(left) = place {
            canvas.weighted(
                &label,
                (left, TOP - 9.0),
                theme::LABEL_SIZE,
                Weight::Bold,
                Align::Left,
                theme::QUIET,
            );
            free = left + width + 6.0;
        }
    }
}

/// Time from the fault; from the beginning where nothing breaks.
fn axis(canvas: &mut Canvas, report: &Report, frame: &Frame) {
    if report.faults.is_empty() {
        let unit = ticks::time_unit(frame.x.high);
        frame.axis_x(canvas, &format!("Time, {}", unit.sign), unit.seconds, false);
        return;
    }
    super::timeline::axis(canvas, frame);
}

fn legend(canvas: &mut Canvas, report: &Report, lines: &[Line], right: f64) {
    let is_many = report.runs_done > 1;
    let room = (canvas.width - 2.0 * theme::MARGIN - 320.0) / lines.len().max(1) as f64 - 50.0;
    let mean = if is_many && lines.len() == 1 { ", mean over runs" } else { "" };
    let entry = |line: &Line| {
        Entry::line(
            &(font::fit(&line.name, theme::LABEL_SIZE, Weight::Regular, room) + mean),
            line.ink,
        )
    };
    let mut entries: Vec<Entry> = lines.iter().map(entry).collect();
    if is_many && lines.iter().flat_map(|line| &line.points).any(|point| point.lag_p95 > point.lag)
    {
        let ink = if let [only] = lines { only.ink.fade(0.2) } else { theme::BAND };
        entries.push(Entry::area("up to the 95th percentile of runs", ink));
    }
    frame::legend(canvas, &entries, right, 88.0);
    let missing =
        (report.consistency.len() + report.log_lag.len()).saturating_sub(theme::AREAS.len());
    if missing > 0 {
        let words = format!("without {missing} more");
        canvas.text(&words, (right, 72.0), theme::SMALL_SIZE, Align::Right, theme::QUIET);
    }
}
