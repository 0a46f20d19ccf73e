//! Where the users are: the share of each region over time, stacked.

use crate::report::Report;

use super::Chart;
use super::canvas::{Align, Canvas, Place};
use super::clean;
use super::font::{self, Weight};
use super::frame::{self, Entry, Frame};
use super::theme::{self, Ink};
use super::timeline;
use crate::report::numbers;

/// The chart.
pub struct Whereabouts;

/// Least and most room of the names to the right of the plot.
const NAMES: (f64, f64) = (190.0, 300.0);
/// A region whose share changes less has not visibly moved.
const VISIBLE: f64 = 0.01;

impl Chart for Whereabouts {
    fn name(&self) -> &'static str {
        "whereabouts"
    }

    fn kind(&self) -> &'static str {
        "Stacked areas of the users of each region over time"
    }

    fn has_data(&self, report: &Report) -> bool {
        !areas(report).is_empty()
    }

    fn title(&self, report: &Report) -> String {
        let areas = areas(report);
        let falls = areas.iter().filter_map(|area| {
            let before = area.points.iter().rev().find(|point| point.0 < 0.0);
            let before = before.or(area.points.first())?.1;
            let after = area.points.iter().filter(|point| point.0 >= 0.0);
            let least = after.map(|point| point.1).reduce(f64::min)?;
            Some((area, before, least))
        });
        let deepest = falls.max_by(|a, b| (a.1 - a.2).total_cmp(&(b.1 - b.2)));
        match deepest {
            Some((area, before, least)) if before - least > VISIBLE => format!(
                "Users leave {}: from {} at the fault down to {}",
                font::fit(&area.name, theme::TITLE_SIZE, Weight::Bold, 420.0),
                numbers::rare_percent(before),
                numbers::rare_percent(least)
            ),
            _ => "Users stay where they are".to_string(),
        }
    }

    fn draw(&self, report: &Report, canvas: &mut Canvas) {
        let areas = merged(areas(report));
        let widest =
            areas.iter().map(|area| font::width(&area.name, theme::LABEL_SIZE, Weight::Regular));
        let names_room = (widest.fold(0.0, f64::max) + 96.0).clamp(NAMES.0, NAMES.1);
        let right = canvas.width - theme::MARGIN - names_room;
        let bottom = canvas.height - 56.0;
        let window = timeline::window(report);
        let frame = Frame::new((72.0, 120.0), (right, bottom), window, (0.0, 1.0));
        frame.shares(
            canvas,
            "Share of all users, by the region that their next request goes to",
            5,
        );
        let times = times(&areas, window);
        let mut floor = vec![0.0; times.len()];
        let mut edges = Vec::new();
        for area in &areas {
            let mut ceiling = floor.clone();
            for (height, time) in ceiling.iter_mut().zip(&times) {
                *height = (*height + area.value_at(*time).unwrap_or(0.0)).min(1.0);
            }
            let mut corners = outline(&frame, &times, &ceiling);
            edges.push(corners.clone());
            corners.extend(outline(&frame, &times, &floor).into_iter().rev());
            canvas.polygon(corners, area.ink);
            floor = ceiling;
        }
        // White edges part neighbours whatever their colours; the top of the stack needs none.
        for edge in edges.into_iter().rev().skip(1) {
            canvas.line(edge, 1.5, theme::PAPER);
        }
        // The grid lies below the areas; a trace of it above them helps to read heights.
        for height in [0.2, 0.4, 0.6, 0.8] {
            let y = frame.y.at(height);
            let trace = theme::PAPER.fade(0.3);
            canvas.line(vec![(frame.left(), y), (frame.right(), y)], 1.0, trace);
        }
        timeline::fault(canvas, &frame);
        timeline::axis(canvas, &frame);
        names(canvas, &frame, &areas);
    }
}

/// One layer of the stack.
struct Area {
    name: String,
    points: Vec<(f64, f64)>,
    ink: Ink,
}

impl Area {
    /// The share at a time, on the line between the points around it.
    fn value_at(&self, time: f64) -> Option<f64> {
        let next = self.points.partition_point(|point| point.0 <= time);
        let before = next.checked_sub(1).and_then(|index| self.points.get(index));
        match (before, self.points.get(next)) {
            (Some(before), Some(after)) => {
                let along = (time - before.0) / (after.0 - before.0);
                Some(before.1 + (after.1 - before.1) * along)
            }
            (Some(one), None) | (None, Some(one)) => Some(one.1),
            (None, None) => None,
        }
    }

    fn largest(&self) -> f64 {
        self.points.iter().map(|point| point.1).fold(0.0, f64::max)
    }
}

/// The regions with at least one valid point, in the order of the report.
fn areas(report: &Report) -> Vec<Area> {
    let areas = report.charts.whereabouts.iter().map(|region| {
        let points = region.points.iter();
        let points = points
            .filter_map(|point| Some((clean::number(point.0)?, clean::share(Some(point.1))?)));
        let mut points: Vec<(f64, f64)> = points.collect();
        points.sort_by(|one, two| one.0.total_cmp(&two.0));
        let name = clean::name(&region.region);
        Area { name, points, ink: theme::NEUTRAL }
    });
    areas.filter(|area| !area.points.is_empty()).collect()
}

/// Gives colours; regions beyond the palette become one layer, the smallest first.
fn merged(mut regions: Vec<Area>) -> Vec<Area> {
    let mut others = Vec::new();
    if regions.len() > theme::AREAS.len() {
        let mut sizes: Vec<(usize, f64)> =
            regions.iter().enumerate().map(|(index, area)| (index, area.largest())).collect();
        sizes.sort_by(|one, two| two.1.total_cmp(&one.1).then(one.0.cmp(&two.0)));
        let small: Vec<usize> = sizes.iter().skip(theme::AREAS.len()).map(|size| size.0).collect();
        for (index, area) in std::mem::take(&mut regions).into_iter().enumerate() {
            match small.contains(&index) {
                true => others.push(area),
                false => regions.push(area),
            }
        }
    }
    for (area, ink) in regions.iter_mut().zip(theme::AREAS) {
        area.ink = ink;
    }
    regions.extend(together(others));
    regions
}

/// The sum of the areas that have no colour of their own.
fn together(areas: Vec<Area>) -> Option<Area> {
    let count = areas.len();
    if count < 2 {
        return areas.into_iter().next();
    }
    let points = times(&areas, (f64::NEG_INFINITY, f64::INFINITY)).into_iter().map(|time| {
        let sum: f64 = areas.iter().filter_map(|area| area.value_at(time)).sum();
        (time, sum.min(1.0))
    });
    let name = format!("{count} other regions");
    Some(Area { name, points: points.collect(), ink: theme::NEUTRAL })
}

/// Every time at which any area has a point, within a window and with its ends.
fn times(areas: &[Area], window: (f64, f64)) -> Vec<f64> {
    let inside = |time: &f64| window.0 < *time && *time < window.1;
    let times = areas.iter().flat_map(|area| area.points.iter().map(|point| point.0));
    let mut times: Vec<f64> = times.filter(inside).collect();
    times.extend([window.0, window.1].into_iter().filter(|time| time.is_finite()));
    times.sort_by(f64::total_cmp);
    times.dedup();
    times
}

/// The upper edge of a layer, without corners that nobody could see.
fn outline(frame: &Frame, times: &[f64], heights: &[f64]) -> Vec<Place> {
    let places = times.iter().zip(heights).map(|(time, height)| frame.at(*time, *height));
    let mut path: Vec<Place> = Vec::new();
    for place in places {
        let level = |index: usize| path.get(index).is_some_and(|at| (at.1 - place.1).abs() < 0.02);
        let count = path.len();
        if count > 1 && level(count - 1) && level(count - 2) {
            path.pop();
        }
        path.push(place);
    }
    path
}

/// The names beside the plot, in the order of the stack, with where each share ends.
fn names(canvas: &mut Canvas, frame: &Frame, areas: &[Area]) {
    let left = frame.right() + 20.0;
    let size = theme::LABEL_SIZE;
    let place = (left, frame.top() + 4.0);
    canvas.text("Region, share at the end", place, theme::SMALL_SIZE, Align::Left, theme::QUIET);
    for (index, area) in areas.iter().rev().enumerate() {
        let baseline = frame.top() + 28.0 + index as f64 * 22.0;
        let entry = Entry::area(&area.name, area.ink);
        frame::sign(canvas, &entry, left, baseline);
        let share = numbers::rare_percent(area.value_at(frame.x.high).unwrap_or(0.0));
        let taken = font::width(&share, size, Weight::Regular);
        let start = left + 26.0;
        let room = canvas.width - theme::MARGIN - start - taken - 8.0;
        let name = font::fit(&area.name, size, Weight::Regular, room);
        canvas.text(&name, (start, baseline), size, Align::Left, theme::TEXT);
        let end = (canvas.width - theme::MARGIN, baseline);
        canvas.text(&share, end, size, Align::Right, theme::QUIET);
    }
}
