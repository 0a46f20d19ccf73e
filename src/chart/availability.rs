//! The share of successful requests over time, with the facts that explain it.

use crate::report::{AvailabilityPoint, MarkKind, Report, Served};

use super::Chart;
use super::canvas::Canvas;
use super::clean;
use super::frame::{self, Entry, Frame};
use super::marks::{self, Fact};
use super::theme;
use super::ticks;
use super::timeline::{self, Step};
use crate::report::numbers;

/// The chart.
pub struct Availability;

/// Back to normal means at least this share of requests.
const GOOD: f64 = 0.99;

impl Chart for Availability {
    fn name(&self) -> &'static str {
        "availability"
    }

    fn kind(&self) -> &'static str {
        "Line chart of the share of successful requests over time"
    }

    fn has_data(&self, report: &Report) -> bool {
        !spans(report).is_empty()
    }

    fn title(&self, report: &Report) -> String {
        let columns = columns(report);
        let steps = || columns.iter().flat_map(|(_, steps)| steps);
        let bad = steps().filter(|step| step.value < GOOD);
        let last = bad.map(|step| step.to).reduce(f64::max).unwrap_or(0.0);
        let after = steps().filter(|step| step.to > 0.0);
        match after.map(|step| step.value).reduce(f64::min) {
            Some(1.0) if last <= 0.0 => {
                "The fault does not show: every request succeeds at any time".to_string()
            }
            Some(least) if last <= 0.0 => {
                let share = numbers::rare_percent(least);
                format!("The fault hardly shows: at any time {share} of requests or more succeed")
            }
            _ => returns(report, &columns).unwrap_or_else(|| pooled(report, &columns, last)),
        }
    }

    fn draw(&self, report: &Report, canvas: &mut Canvas) {
        let facts = marks::facts(report);
        let right = canvas.width - theme::MARGIN;
        let plot = |top: f64, bottom: f64| {
            let window = timeline::window(report);
            let range = (lowest(report), 1.0);
            Frame::new((72.0, top), (right, bottom), window, range)
        };
        // The lanes of the whiskers lie between the numbers and the plot.
        let lanes = marks::lanes(&plot(TOP, TOP), &facts);
        let top = TOP + marks::height(&lanes);
        let table = marks::table_height(&facts);
        canvas.height += (table - 94.0).max(0.0) + marks::height(&lanes);
        let bottom = canvas.height - table - 56.0;
        let frame = plot(top, bottom);
        let whole = plot(TOP, bottom);

        frame.shares(canvas, "", 5);
        whole.title_y(canvas, "Successful requests");
        band(canvas, &frame, report);
        timeline::fault(canvas, &whole);
        for fact in &facts {
            let x = frame.x.at(fact.median);
            canvas.line(vec![(x, TOP), (x, bottom)], 1.0, theme::DARK_NEUTRAL);
        }
        marks::whiskers(canvas, &frame, &facts, &lanes, TOP);
        for (name, steps) in columns(report).into_iter().rev() {
            for path in timeline::paths(&frame, &steps) {
                canvas.line(path, theme::CURVE, theme::operation(name));
            }
        }
        timeline::axis(canvas, &frame);
        marks::badges(canvas, &whole, &facts);
        legend(canvas, report, right);
        marks::table(canvas, report, &facts, bottom + 70.0);
    }
}

/// The upper edge of the plot, or of the whiskers above it.
const TOP: f64 = 120.0;
/// The facts that say when service is back, by the operation.
const BACK: [(Served, MarkKind); 2] =
    [(Served::Reads, MarkKind::ReadsBack), (Served::Writes, MarkKind::WritesBack)];

/// Such as "Reads are back after 105 s, writes after 140 s (medians)". Nothing without such facts.
fn returns(report: &Report, columns: &[(Served, Vec<Step>)]) -> Option<String> {
    let facts = marks::all(report);
    let fact = |kind| facts.iter().find(|fact| fact.mark.kind == Some(kind));
    let found: Vec<&Fact> = BACK.iter().filter_map(|(_, kind)| fact(*kind)).collect();
    // The times of one sentence have one unit.
    let largest = found.iter().map(|fact| fact.median.abs()).fold(0.0, f64::max);
    let always = found.iter().all(|fact| fact.mark.runs >= report.runs_done);
    let mut parts = Vec::new();
    for (served, kind) in BACK {
        let verb = if parts.is_empty() { " are back" } else { "" };
        if let Some(fact) = fact(kind) {
            parts.push(format!(
                "{}{verb} {}",
                served.label(),
                return_of(report, fact, largest, always)
            ));
        }
    }
    let back = match (parts.len(), always, report.runs_done) {
        (0, _, _) => return None,
        (_, true, 0 | 1) => parts.join(", "),
        (1, true, _) => parts.join(", ") + " (median)",
        (_, true, _) => parts.join(", ") + " (medians)",
        (_, false, _) => parts.join("; "),
    };
    let missing = BACK.iter().zip(columns).filter_map(|((_, kind), column)| {
        let end = column.1.last()?.value;
        let share = numbers::rare_percent(end);
        (fact(*kind).is_none() && end < GOOD)
            .then(|| format!("at the end {share} of {} succeed", column.0.label()))
    });
    let all: Vec<String> = std::iter::once(back).chain(missing).collect();
    Some(frame::sentence(&all.join("; ")))
}

/// When service is back. A median over some of the runs only is told as what it is.
fn return_of(report: &Report, fact: &Fact, largest: f64, always: bool) -> String {
    let median = numbers::in_unit_of(largest, fact.median);
    if fact.mark.runs < report.runs_done {
        let share = fact.mark.runs as f64 / report.runs_done as f64;
        let share = numbers::rare_percent(share);
        return format!("in {share} of runs, half of them within {median}");
    }
    match always {
        true => format!("after {median}"),
        false => format!("in every run, half of them within {median}"),
    }
}

/// What the curves over all runs show, for reports whose facts do not say when service is back.
fn pooled(report: &Report, columns: &[(Served, Vec<Step>)], last: f64) -> String {
    let steps = || columns.iter().flat_map(|(_, steps)| steps);
    let end = steps().map(|step| step.to).reduce(f64::max);
    let back = match last {
        last if Some(last) == end => "not back above 99% by the end".to_string(),
        last => format!("above 99% again {} after the fault", numbers::in_unit_of(last, last)),
    };
    let fall = |(name, steps): &(Served, Vec<Step>)| {
        let after = steps.iter().filter(|step| step.to > 0.0);
        let least = after.map(|step| step.value).reduce(f64::min)?;
        Some((*name, numbers::rare_percent(least)))
    };
    let falls: Vec<(Served, String)> = columns.iter().filter_map(fall).collect();
    let falls = match falls.as_slice() {
        [(_, one), (_, two)] if one == two => format!("{one} of requests"),
        [(_, one), (_, two)] => format!("{one} of reads, {two} of writes"),
        [(name, one)] => format!("{one} of {}", name.label()),
        _ => return "No requests after the fault".to_string(),
    };
    match report.runs_done {
        0 | 1 => format!("Success falls to {falls}; {back}"),
        _ => format!("Over all runs, success falls to {falls}; {back}"),
    }
}

/// Both curves: reads, then writes.
fn columns(report: &Report) -> [(Served, Vec<Step>); 2] {
    [(Served::Reads, column(report, reads)), (Served::Writes, column(report, writes))]
}

fn reads(point: &AvailabilityPoint) -> Option<f64> {
    point.reads
}

fn writes(point: &AvailabilityPoint) -> Option<f64> {
    point.writes
}

/// The points with a valid time and how long each holds.
fn spans(report: &Report) -> Vec<(AvailabilityPoint, (f64, f64))> {
    let mut points: Vec<AvailabilityPoint> = report.charts.availability.clone();
    points.retain(|point| {
        let shares = [point.reads, point.writes, point.low, point.high];
        clean::number(point.seconds).is_some()
            && shares.into_iter().any(|at| clean::share(at).is_some())
    });
    points.sort_by(|one, two| one.seconds.total_cmp(&two.seconds));
    let times: Vec<f64> = points.iter().filter_map(|point| clean::number(point.seconds)).collect();
    points.into_iter().zip(timeline::spans(&times)).collect()
}

fn column(report: &Report, pick: fn(&AvailabilityPoint) -> Option<f64>) -> Vec<Step> {
    let steps = spans(report).into_iter().filter_map(|(point, (from, to))| {
        Some(Step { from, to, value: clean::share(pick(&point))? })
    });
    steps.collect()
}

/// Where the y axis begins: at zero, unless everything happens in its upper third.
fn lowest(report: &Report) -> f64 {
    let values =
        spans(report).into_iter().flat_map(|(point, _)| [point.reads, point.writes, point.low]);
    let least = values.filter_map(clean::share).fold(1.0, f64::min);
    let low = 1.0 - ticks::round_step(((1.0 - least) * 1.1).max(0.001));
    if low < 0.4 { 0.0 } else { low }
}

/// The run-to-run band of all requests.
fn band(canvas: &mut Canvas, frame: &Frame, report: &Report) {
    let (mut lower, mut upper) = (Vec::new(), Vec::new());
    for (point, (from, to)) in spans(report) {
        if let (Some(low), Some(high)) = (clean::share(point.low), clean::share(point.high)) {
            lower.push(Step { from, to, value: low.min(high) });
            upper.push(Step { from, to, value: high.max(low) });
        }
    }
    let below = timeline::paths(frame, &lower).into_iter();
    for (mut path, above) in below.zip(timeline::paths(frame, &upper)) {
        path.extend(above.into_iter().rev());
        canvas.polygon(path, theme::BAND);
    }
}

/// Whether two curves run on top of each other from end to end.
fn alike(one: &[Step], two: &[Step]) -> bool {
    let mut pairs = one.iter().zip(two);
    let close = |(one, two): (&Step, &Step)| {
        one.from == two.from && (one.value - two.value).abs() < 0.00002
    };
    !one.is_empty() && one.len() == two.len() && pairs.all(close)
}

fn legend(canvas: &mut Canvas, report: &Report, right: f64) {
    let points = &report.charts.availability;
    let (reads, writes) = (column(report, reads), column(report, writes));
    let mut entries = Vec::new();
    if alike(&reads, &writes) {
        // One curve hides the other: the legend says so.
        entries.push(Entry::line("Reads and writes alike", theme::READS));
    } else {
        let curves = [("Reads", &reads, theme::READS), ("Writes", &writes, theme::WRITES)];
        let seen = curves.iter().filter(|curve| !curve.1.is_empty());
        entries.extend(seen.map(|curve| Entry::line(curve.0, curve.2)));
    }
    if points.iter().any(|point| point.low.is_some() && point.high.is_some()) {
        let ink = theme::BAND;
        entries.push(Entry::area("All requests, 5th to 95th percentile of runs", ink));
    }
    frame::legend(canvas, &entries, right, 88.0);
}
