//! How long users are without service: the distribution over users, reads and writes apart.

use crate::report::{CurvePoint, RecoveryCurve, Report, Served};

use super::Chart;
use super::canvas::{Canvas, Place};
use super::clean;
use super::frame::{self, Entry, Frame};
use super::theme;
use super::ticks;
use crate::report::numbers;

/// The chart.
pub struct Recovery;

/// The axis ends where the curves reach this share.
const NEARLY_ALL: f64 = 0.999;

impl Chart for Recovery {
    fn name(&self) -> &'static str {
        "recovery"
    }

    fn kind(&self) -> &'static str {
        "Curves of the share of affected users who are back, by time without service"
    }

    fn has_data(&self, report: &Report) -> bool {
        !curves(report).is_empty()
    }

    fn title(&self, report: &Report) -> String {
        let curves = curves(report);
        match clean::objective(report.charts.rto_objective) {
            Some(objective) => {
                let shares = curves.iter().enumerate().map(|(index, curve)| {
                    let share = numbers::rare_percent(curve.share_at(objective));
                    match index {
                        0 => format!(
                            "{share} of affected users have {} back",
                            curve.operation.label()
                        ),
                        _ => format!("{share} {}", curve.operation.label()),
                    }
                });
                let shares: Vec<String> = shares.collect();
                format!("Within {}, {}", numbers::duration(objective), shares.join(", "))
            }
            None => {
                let times = curves.iter().map(|curve| match curve.time_of(0.95) {
                    Some(time) => {
                        format!("{} after {}", curve.operation.label(), numbers::duration(time))
                    }
                    None => format!("{} not by the end of the run", curve.operation.label()),
                });
                let times: Vec<String> = times.collect();
                format!("95% of affected users are back: {}", times.join(", "))
            }
        }
    }

    fn draw(&self, report: &Report, canvas: &mut Canvas) {
        let curves = curves(report);
        let objective = clean::objective(report.charts.rto_objective);
        let end = curves.iter().filter_map(Curve::end).fold(0.0, f64::max).max(1e-3);
        // An objective far away would squeeze the curves; it is then named at the edge.
        let end = match objective {
            Some(objective) if objective < 3.0 * end => end.max(objective),
            _ => end,
        } * 1.04;
        let right = canvas.width - theme::MARGIN;
        let bottom = canvas.height - 56.0;
        let frame = Frame::new((72.0, 120.0), (right, bottom), (0.0, end), (0.0, 1.0));
        frame.shares(canvas, "Affected users who are back", 5);
        let unit = ticks::time_unit(end);
        let title = format!("Time without service, {}", unit.sign);
        frame.axis_x(canvas, &title, unit.seconds, true);
        for curve in &curves {
            let ink = theme::operation(curve.operation).fade(0.18);
            let mut corners = curve.path(&frame, |point| point.low);
            corners.extend(curve.path(&frame, |point| point.high).into_iter().rev());
            canvas.polygon(corners, ink);
        }
        if let Some(objective) = objective {
            let label = format!("RTO objective {}", numbers::duration(objective));
            frame.objective(canvas, objective, &label);
        }
        for curve in curves.iter().rev() {
            let path = curve.path(&frame, |point| point.share);
            canvas.line(path, theme::CURVE, theme::operation(curve.operation));
        }
        for curve in &curves {
            if let Some(objective) = objective.filter(|objective| frame.x.contains(*objective)) {
                let place = frame.at(objective, curve.share_at(objective));
                canvas.circle(place, 5.5, theme::PAPER);
                canvas.circle(place, 4.0, theme::operation(curve.operation));
            }
        }
        legend(canvas, report, &curves, right);
    }
}

/// A curve with finite numbers in order of time.
struct Curve {
    operation: Served,
    points: Vec<CurvePoint>,
}

fn curves(report: &Report) -> Vec<Curve> {
    let curves = report.charts.recovery.iter().map(clean_curve);
    curves.filter(|curve| !curve.points.is_empty()).collect()
}

fn clean_curve(curve: &RecoveryCurve) -> Curve {
    let points = curve.points.iter().filter_map(|point| {
        let share = clean::share(Some(point.share))?;
        Some(CurvePoint {
            seconds: clean::number(point.seconds)?.max(0.0),
            low: clean::share(Some(point.low)).unwrap_or(share).min(share),
            share,
            high: clean::share(Some(point.high)).unwrap_or(share).max(share),
        })
    });
    let mut points: Vec<CurvePoint> = points.collect();
    points.sort_by(|one, two| one.seconds.total_cmp(&two.seconds));
    Curve { operation: curve.operation, points }
}

impl Curve {
    /// The time at which nearly all are back. A curve that levels off before that ends a little
    /// after it has, so that the level can be seen.
    fn end(&self) -> Option<f64> {
        let last = self.points.last()?;
        self.time_of(NEARLY_ALL).or_else(|| {
            let level = self.time_of(last.share - 0.001)?;
            Some((level * 1.3).min(last.seconds))
        })
    }

    /// The first known time at which so many are back.
    fn time_of(&self, share: f64) -> Option<f64> {
        self.points.iter().find(|point| point.share >= share).map(|point| point.seconds)
    }

    fn share_at(&self, seconds: f64) -> f64 {
        self.value_at(seconds, &|point| point.share)
    }

    /// The value at a time; between two points it lies on the line that is drawn.
    fn value_at(&self, seconds: f64, pick: &dyn Fn(&CurvePoint) -> f64) -> f64 {
        let next = self.points.partition_point(|point| point.seconds <= seconds);
        let before = next.checked_sub(1).and_then(|index| self.points.get(index));
        match (before, self.points.get(next)) {
            (None, _) => 0.0,
            (Some(before), None) => pick(before),
            (Some(before), Some(after)) => {
                let along = (seconds - before.seconds) / (after.seconds - before.seconds);
                pick(before) + (pick(after) - pick(before)) * along
            }
        }
    }

    /// The corners of the drawn line: from nobody at zero to the end of the axis.
    fn path(&self, frame: &Frame, pick: fn(&CurvePoint) -> f64) -> Vec<Place> {
        let mut path = vec![frame.at(0.0, 0.0)];
        if let Some(first) = self.points.first() {
            path.push(frame.at(first.seconds, 0.0));
        }
        let seen = self.points.iter().filter(|point| point.seconds <= frame.x.high);
        for place in seen.map(|point| frame.at(point.seconds, pick(point))) {
            let far = |last: &Place| (last.0 - place.0).abs() + (last.1 - place.1).abs() > 0.2;
            if path.last().is_some_and(far) {
                path.push(place);
            }
        }
        // Beyond its last point a curve is known only when nobody is left to come back.
        let last = self.points.last().copied();
        let complete =
            last.is_some_and(|last| last.seconds > frame.x.high || last.share >= NEARLY_ALL);
        if complete {
            let end = frame.x.high;
            path.push(frame.at(end, self.value_at(end, &pick)));
        }
        path
    }
}

fn legend(canvas: &mut Canvas, report: &Report, curves: &[Curve], right: f64) {
    let mut entries: Vec<Entry> = match curves {
        // One curve hides the other: the legend says so.
        [one, two] if alike(one, two) => {
            vec![Entry::line("Reads and writes alike", theme::operation(one.operation))]
        }
        _ => curves
            .iter()
            .map(|curve| Entry::line(name(curve), theme::operation(curve.operation)))
            .collect(),
    };
    let banded = |point: &CurvePoint| point.high - point.low > 0.001;
    if curves.iter().flat_map(|curve| &curve.points).any(banded) {
        let confidence = clean::share(Some(report.confidence)).unwrap_or(0.95);
        let label = format!("{} confidence band", numbers::rare_percent(confidence));
        entries.push(Entry::area(&label, theme::NEUTRAL.fade(0.5)));
    }
    frame::legend(canvas, &entries, right, 88.0);
}

fn name(curve: &Curve) -> &'static str {
    match curve.operation {
        Served::Reads => "Reads",
        Served::Writes => "Writes",
        Served::All => "All requests",
    }
}

/// Whether two curves run on top of each other from end to end.
fn alike(one: &Curve, two: &Curve) -> bool {
    let mut pairs = one.points.iter().zip(&two.points);
    let close = |(one, two): (&CurvePoint, &CurvePoint)| {
        one.seconds == two.seconds && (one.share - two.share).abs() < 0.002
    };
    one.points.len() == two.points.len() && pairs.all(close)
}
