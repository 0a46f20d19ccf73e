//! The share of successful requests over time, with the facts that explain it.

use crate::report::{AvailabilityPoint, Report};

use super::Chart;
use super::canvas::Canvas;
use super::clean;
use super::frame::{self, Entry, Frame};
use super::marks;
use super::numbers;
use super::theme;
use super::timeline::{self, Step};

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
        let steps = [
            ("reads", column(report, reads)),
            ("writes", column(report, writes)),
        ];
        let falls: Vec<(&str, f64)> = steps
            .iter()
            .filter_map(|(name, steps)| {
                let after = steps
                    .iter()
                    .filter(|step| step.to > 0.0)
                    .map(|step| step.value);
                Some((*name, after.reduce(f64::min)?))
            })
            .collect();
        let bad = steps
            .iter()
            .flat_map(|(_, steps)| steps)
            .filter(|step| step.value < GOOD);
        let last = bad.map(|step| step.to).reduce(f64::max).unwrap_or(0.0);
        let end = steps
            .iter()
            .flat_map(|(_, steps)| steps)
            .map(|step| step.to)
            .reduce(f64::max);
        let least = falls.iter().map(|fall| fall.1).reduce(f64::min);
        if let Some(least) = least.filter(|_| last <= 0.0) {
            let share = numbers::percent(least);
            return format!("The fault hardly shows: {share} of requests or more succeed");
        }
        let back = match last {
            last if Some(last) == end => "not back above 99% by the end".to_string(),
            last => format!(
                "above 99% again {} after the fault",
                numbers::duration(last)
            ),
        };
        match falls.as_slice() {
            [(_, one), (_, two)] if numbers::percent(*one) == numbers::percent(*two) => {
                format!(
                    "Success falls to {} of requests; {back}",
                    numbers::percent(*one)
                )
            }
            [(_, one), (_, two)] => format!(
                "Success falls to {} of reads, {} of writes; {back}",
                numbers::percent(*one),
                numbers::percent(*two)
            ),
            [(name, one)] => format!(
                "Success falls to {} of {name}; {back}",
                numbers::percent(*one)
            ),
            _ => "No requests after the fault".to_string(),
        }
    }

    fn draw(&self, report: &Report, canvas: &mut Canvas) {
        let facts = marks::facts(report);
        let rows = facts.len().div_ceil(2);
        let table = if rows == 0 {
            0.0
        } else {
            rows as f64 * marks::ROW + 14.0
        };
        canvas.height += (table - 4.0 * marks::ROW - 14.0).max(0.0);
        let bottom = canvas.height - table - 56.0;
        let right = canvas.width - theme::MARGIN;
        let window = timeline::window(report);
        let frame = Frame::new(
            (72.0, 120.0),
            (right, bottom),
            window,
            (lowest(report), 1.0),
        );

        marks::spreads(canvas, &frame, &facts);
        frame.shares(canvas, "Successful requests", 5);
        band(canvas, &frame, report);
        timeline::fault(canvas, &frame);
        for fact in &facts {
            let x = frame.x.at(fact.median);
            canvas.line(
                vec![(x, frame.top()), (x, bottom)],
                1.0,
                theme::DARK_NEUTRAL,
            );
        }
        for (name, steps) in [
            ("writes", column(report, writes)),
            ("reads", column(report, reads)),
        ] {
            for path in timeline::paths(&frame, &steps) {
                canvas.line(path, theme::CURVE, theme::operation(name));
            }
        }
        timeline::axis(canvas, &frame);
        marks::badges(canvas, &frame, &facts);
        legend(canvas, report, right);
        marks::table(canvas, report, &facts, bottom + 72.0);
    }
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
    let times: Vec<f64> = points
        .iter()
        .filter_map(|point| clean::number(point.seconds))
        .collect();
    points.into_iter().zip(timeline::spans(&times)).collect()
}

fn column(report: &Report, pick: fn(&AvailabilityPoint) -> Option<f64>) -> Vec<Step> {
    let steps = spans(report).into_iter().filter_map(|(point, (from, to))| {
        Some(Step {
            from,
            to,
            value: clean::share(pick(&point))?,
        })
    });
    steps.collect()
}

/// Where the y axis begins: at zero, unless everything happens in its upper third.
fn lowest(report: &Report) -> f64 {
    let values = spans(report)
        .into_iter()
        .flat_map(|(point, _)| [point.reads, point.writes, point.low]);
    let least = values.filter_map(clean::share).fold(1.0, f64::min);
    let low = 1.0 - numbers::round_step(((1.0 - least) * 1.1).max(0.001));
    if low < 0.4 { 0.0 } else { low }
}

/// The run-to-run band of all requests.
fn band(canvas: &mut Canvas, frame: &Frame, report: &Report) {
    let (mut lower, mut upper) = (Vec::new(), Vec::new());
    for (point, (from, to)) in spans(report) {
        if let (Some(low), Some(high)) = (clean::share(point.low), clean::share(point.high)) {
            lower.push(Step {
                from,
                to,
                value: low.min(high),
            });
            upper.push(Step {
                from,
                to,
                value: high.max(low),
            });
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
        let curves = [
            ("Reads", &reads, theme::READS),
            ("Writes", &writes, theme::WRITES),
        ];
        let seen = curves.iter().filter(|curve| !curve.1.is_empty());
        entries.extend(seen.map(|curve| Entry::line(curve.0, curve.2)));
    }
    if points
        .iter()
        .any(|point| point.low.is_some() && point.high.is_some())
    {
        let ink = theme::BAND;
        entries.push(Entry::area(
            "All requests, 5th to 95th percentile of runs",
            ink,
        ));
    }
    if !report.charts.marks.is_empty() {
        entries.push(Entry::area("Spread of a numbered fact", theme::SPREAD));
    }
    frame::legend(canvas, &entries, right, 88.0);
}
