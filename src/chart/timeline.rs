//! What the two charts over time share: the window of time, its axis, and paths made of steps.

use crate::report::Report;

use super::canvas::{Align, Canvas, Place};
use super::clean;
use super::font::Weight;
use super::frame::{self, Frame};
use super::theme;
use super::ticks;

/// Shares that differ by less than this count as the same when the window is chosen.
const QUIET: f64 = 0.01;

/// A value that holds from one time to another.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub from: f64,
    pub to: f64,
    pub value: f64,
}

/// Each point with the time at which the next one takes over, in order of time.
pub fn spans(times: &[f64]) -> Vec<(f64, f64)> {
    let last = match times {
        [.., before, last] => last - before,
        _ => 1.0,
    };
    let ends = times.iter().skip(1).copied();
    let ends = ends.chain(times.last().map(|time| time + last));
    times.iter().copied().zip(ends).collect()
}

/// The part of the time axis in which something happens, in seconds from the fault.
pub fn window(report: &Report) -> (f64, f64) {
    let data = &report.charts;
    let times = data.availability.iter().map(|point| point.seconds);
    let times = times.chain(data.whereabouts.iter().flat_map(|area| &area.points).map(|at| at.0));
    let (mut first, mut last) = (f64::INFINITY, f64::NEG_INFINITY);
    for time in times.filter_map(clean::number) {
        first = first.min(time);
        last = last.max(time);
    }
    if first > last {
        return (0.0, 1.0);
    }
    let events = [last_disturbance(report), last_move(report), last_mark(report)];
    let event = events.into_iter().flatten().fold(0.0, f64::max);
    let (low, high) = match event > 0.0 {
        true => {
            let high = (event * 1.12).max(60.0).min(last);
            (first.max(-0.1 * high).min(0.0), high)
        }
        false => (first, last),
    };
    if high - low > 0.0 { (low, high) } else { (low, low + 1.0) }
}

/// When the share of successful requests was last visibly below what it was before the fault.
fn last_disturbance(report: &Report) -> Option<f64> {
    let lowest = |point: &crate::report::AvailabilityPoint| {
        let shares = [clean::share(point.reads), clean::share(point.writes)];
        shares.into_iter().flatten().reduce(f64::min)
    };
    let points = &report.charts.availability;
    let before = points.iter().filter(|point| point.seconds < 0.0).filter_map(lowest);
    let mut before: Vec<f64> = before.collect();
    before.sort_by(f64::total_cmp);
    let usual = before.get(before.len() / 2).copied().unwrap_or(1.0);
    let disturbed =
        points.iter().filter(|point| lowest(point).is_some_and(|at| at < usual - QUIET));
    disturbed.filter_map(|point| clean::number(point.seconds)).reduce(f64::max)
}

/// When the users of any region last differed visibly from where they end up.
fn last_move(report: &Report) -> Option<f64> {
    let moves = report.charts.whereabouts.iter().filter_map(|area| {
        let end = area.points.last()?.1;
        let moving = area.points.iter().rev().find(|point| (point.1 - end).abs() > QUIET)?;
        clean::number(moving.0)
    });
    moves.reduce(f64::max)
}

fn last_mark(report: &Report) -> Option<f64> {
    let ends =
        report.charts.marks.iter().filter_map(|mark| {
            clean::number(mark.high_seconds).or(clean::number(mark.median_seconds))
        });
    ends.reduce(f64::max)
}

/// The axis of minutes from the fault; seconds or hours where minutes would not read well.
pub fn axis(canvas: &mut Canvas, frame: &Frame) {
    let unit = match frame.x.high {
        high if high < ticks::MINUTES => ticks::TimeUnit { seconds: 1.0, sign: "seconds" },
        high if high <= 14_400.0 => ticks::TimeUnit { seconds: 60.0, sign: "minutes" },
        high => ticks::time_unit(high),
    };
    let title = format!("Time from the fault, {}", unit.sign);
    frame.axis_x(canvas, &title, unit.seconds, false);
}

/// The line at time zero, with its name to the left of it in the strip above the plot.
pub fn fault(canvas: &mut Canvas, frame: &Frame) {
    if frame.x.contains(0.0) {
        let (x, top) = (frame.x.at(0.0), frame.top());
        let line = vec![(x, top - frame::STRIP + 4.0), (x, frame.bottom())];
        canvas.line(line, 1.5, theme::TEXT);
        let place = (x - 5.0, top - 9.0);
        let size = theme::LABEL_SIZE;
        canvas.weighted("fault", place, size, Weight::Bold, Align::Right, theme::TEXT);
    }
}

/// Paths through steps, one for each stretch without a gap, as few corners as show the same.
pub fn paths(frame: &Frame, steps: &[Step]) -> Vec<Vec<Place>> {
    let mut paths: Vec<Vec<Place>> = Vec::new();
    let mut end = f64::NEG_INFINITY;
    for step in steps {
        if step.to <= frame.x.low || step.from >= frame.x.high {
            continue;
        }
        let (from, to) = (frame.at(step.from, step.value), frame.at(step.to, step.value));
        match paths.last_mut() {
            Some(path) if step.from <= end => append(path, from, to),
            _ => paths.push(vec![from, to]),
        }
        end = step.to;
    }
    paths
}

/// Adds a level piece to a path; one on the same level only moves the end.
fn append(path: &mut Vec<Place>, from: Place, to: Place) {
    match path.last_mut() {
        Some(last) if (last.1 - from.1).abs() < 0.05 => last.0 = to.0,
        _ => path.extend([from, to]),
    }
}
