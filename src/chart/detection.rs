//! How soon checks see a fault against how often they see one that is not there: a dot for each check that is
//! only looked at.
//!
//! ```text
//!  false alarms |  o                         o  the estimate with its interval
//!  (log scale)  |    \__o
//!               |        \__o   o            the line joins those that no other check beats in both
//!  -------------+------------------
//!  none seen    |       |      |  names      dots stand at the upper bound, arrows say "or less"
//!               +------------------ seconds to see the fault
//! ```

use crate::report::Report;
use crate::report::numbers::{at_most, duration};

use super::Chart;
use super::canvas::{Align, Canvas};
use super::clean;
use super::font::{self, Weight};
use super::frame::{self, Frame};
use super::theme::{self, Ink};
use super::ticks;
use crate::report::numbers;
use labels::{Label, Lanes, Obstacles};

mod labels;
#[cfg(test)]
mod tests;

/// The chart.
pub struct Detection;

/// Fewer checks make no curve.
const LEAST_CHECKS: usize = 3;
/// Upper left corner and height of the scale of rates.
const LEFT: f64 = 84.0;
const TOP: f64 = 116.0;
const SCALE: f64 = 270.0;
/// Room of the axis and of the remarks below the plot.
const BELOW: f64 = 84.0;
const DOT: f64 = 4.5;
/// How far an arrow reaches below its dot.
const ARROW: f64 = 20.0;
/// Rates further apart than this are not drawn to scale.
const WIDEST: f64 = 1e12;
const FRONT: Ink = theme::BLUE;
const OTHERS: Ink = theme::DARK_NEUTRAL;

/// A check with both numbers.
struct Point {
    name: String,
    seconds: f64,
    /// False alarms in 30 days: the estimate and its interval.
    rate: f64,
    low: f64,
    high: f64,
    /// No other check is as fast and as quiet and better in one of them.
    is_front: bool,
}

impl Point {
    fn is_silent(&self) -> bool {
        self.rate <= 0.0
    }

    /// Where the dot stands: what can be said of a check without false alarms is the upper bound.
    fn height(&self) -> f64 {
        if self.is_silent() { self.high } else { self.rate }
    }

    fn ink(&self) -> Ink {
        if self.is_front { FRONT } else { OTHERS }
    }

    fn label(&self) -> Label<'_> {
        Label {
            words: &self.name,
            weight: if self.is_front { Weight::Bold } else { Weight::Regular },
            ink: if self.is_front { FRONT } else { theme::TEXT },
        }
    }

    /// Such as "9 s and 5,020 false alarms in 30 days".
    fn words(&self) -> String {
        let alarms = match self.is_silent() {
            true => "no false alarm seen".to_string(),
            false => format!("{} false alarms a month", numbers::amount(self.rate)),
        };
        format!("{} and {alarms}", numbers::duration(self.seconds))
    }
}

/// The checks that are drawn, the fastest first.
fn points(report: &Report) -> Vec<Point> {
    let point = |check: &crate::report::CheckRow| {
        let rate = check.numbers.interval("false_alarms_per_30_days")?;
        check.numbers.flag("observed").then_some(())?;
        let seconds = clean::maybe(check.numbers.interval("detection_p50")?.estimate)?.max(0.0);
        let high = clean::maybe(rate.high).filter(|high| *high > 1e-9)?;
        let rate_seen = clean::maybe(rate.estimate)?.clamp(0.0, high);
        let low = clean::maybe(rate.low).unwrap_or(0.0).clamp(0.0, rate_seen);
        Some(Point {
            name: clean::name(&check.name),
            seconds,
            rate: rate_seen,
            low,
            high,
            is_front: false,
        })
    };
    let mut points: Vec<Point> = report.checks.iter().filter_map(point).collect();
    points.sort_by(|a, b| {
        (a.seconds, a.rate).partial_cmp(&(b.seconds, b.rate)).unwrap_or(std::cmp::Ordering::Equal)
    });
    let beats = |a: &Point, b: &Point| {
        a.seconds <= b.seconds && a.rate <= b.rate && (a.seconds < b.seconds || a.rate < b.rate)
    };
    let front: Vec<bool> =
        points.iter().map(|point| !points.iter().any(|other| beats(other, point))).collect();
    for (point, is_front) in points.iter_mut().zip(front) {
        point.is_front = is_front;
    }
    points
}

impl Chart for Detection {
    fn name(&self) -> &'static str {
        "detection"
    }

    fn kind(&self) -> &'static str {
        "Scatter of health checks by median time to see the fault and by false alarms in 30 days"
    }

    fn has_data(&self, report: &Report) -> bool {
        points(report).len() >= LEAST_CHECKS
    }

    fn title(&self, report: &Report) -> String {
        let points = points(report);
        let front: Vec<&Point> = points.iter().filter(|point| point.is_front).collect();
        match front.as_slice() {
            [] => String::new(),
            [only] => format!("Fastest and quietest is {}: {}", only.name, only.words()),
            // The names stand in the picture: there is no room for two here.
            [fastest, .., quietest] => {
                format!("Fastest: {}; quietest: {}", fastest.words(), quietest.words())
            }
        }
    }

    fn draw(&self, report: &Report, canvas: &mut Canvas) {
        let points = points(report);
        let right = canvas.width - theme::MARGIN;
        let end = end_of_axis(&points, right - LEFT);
        let rates = Rates::of(&points);
        let scale =
            Frame::new((LEFT, TOP), (right, TOP + SCALE), (0.0, end), (rates.low, rates.high));
        let silent: Vec<&Point> = points.iter().filter(|point| point.is_silent()).collect();
        let places: Vec<f64> = silent.iter().map(|point| scale.x.at(point.seconds)).collect();
        let lanes =
            Lanes::of(&silent.iter().map(|point| point.label()).collect::<Vec<_>>(), &places);
        let bottom = TOP + SCALE + lanes.height();
        canvas.height = bottom + BELOW;
        let whole = Frame::new((LEFT, TOP), (right, bottom), (0.0, end), (0.0, 1.0));
        if !silent.is_empty() {
            none_seen(canvas, &whole);
        }
        rates.axis(canvas, &scale);
        let unit = ticks::time_unit(end);
        whole.axis_x(
            canvas,
            &format!(
                "Time from the fault until the check sees it, median over runs, {}",
                unit.sign
            ),
            unit.seconds,
            true,
        );
        front_line(canvas, &scale, &points);
        for (index, point) in silent.iter().enumerate() {
            draw_silent(canvas, &scale, point, lanes.baseline(index, TOP + SCALE));
        }
        let left_out = lanes.left_out() + draw_heard(canvas, &scale, &points);
        legend(canvas, right);
        remarks(canvas, report, left_out, bottom);
    }
}

/// The axis ends where the name of every dot still has room to its right.
fn end_of_axis(points: &[Point], room: f64) -> f64 {
    let end = |point: &Point| {
        point.seconds * room / (room - labels::width(&point.label()) - 24.0).max(room * 0.5)
    };
    points.iter().map(end).fold(1e-3, f64::max) * 1.01
}

/// The scale of rates, as powers of ten.
struct Rates {
    low: f64,
    high: f64,
}

impl Rates {
    fn of(points: &[Point]) -> Rates {
        let most = points
            .iter()
            .map(|point| if point.is_silent() { point.high } else { point.high.max(point.rate) })
            .fold(1e-9, f64::max);
        let least = points.iter().map(Point::height).fold(most, f64::min);
        let low = libm::log10((least / 1.6).max(most / WIDEST));
        // One decade at least: a narrower axis would make noise look like a difference.
        Rates { low, high: (libm::log10(most) + 0.2).max(low + 1.0) }
    }

    /// Grid lines at powers of ten, with 2 and 5 between them where there are few; the title above them.
    fn axis(&self, canvas: &mut Canvas, frame: &Frame) {
        let power = |exponent: i32| -> f64 { format!("1e{exponent}").parse().unwrap_or(1.0) };
        let (from, to) = (self.low.floor() as i32, self.high.ceil() as i32);
        let factors: &[f64] = if self.high - self.low < 2.0 { &[1.0, 2.0, 5.0] } else { &[1.0] };
        let every = if to - from > 9 { 2 } else { 1 };
        for exponent in (from..=to).filter(|exponent| exponent % every == 0) {
            for value in factors.iter().map(|factor| factor * power(exponent)) {
                let height = libm::log10(value);
                if !frame.y.contains(height) {
                    continue;
                }
                let y = frame.y.at(height);
                canvas.line(vec![(frame.left(), y), (frame.right(), y)], 1.0, theme::GRID);
                let label = if value < 1.0 { format!("{value}") } else { numbers::amount(value) };
                canvas.text(
                    &label,
                    (frame.left() - 8.0, y + 4.0),
                    theme::LABEL_SIZE,
                    Align::Right,
                    theme::QUIET,
                );
            }
        }
        frame.title_y(canvas, "False alarms in 30 days, log scale");
    }
}

/// The strip below the scale: zero has no place on a logarithm.
fn none_seen(canvas: &mut Canvas, whole: &Frame) {
    let top = TOP + SCALE;
    canvas.rectangle((whole.left(), top), (whole.right(), whole.bottom()), theme::GREEN.fade(0.08));
    canvas.text(
        "none seen",
        (whole.left() - 8.0, top + labels::FIRST),
        theme::LABEL_SIZE,
        Align::Right,
        theme::QUIET,
    );
}

/// Stairs through the checks that no other beats: between two of them nothing better was tried.
fn front_line(canvas: &mut Canvas, frame: &Frame, points: &[Point]) {
    for stair in stairs(frame, points) {
        canvas.line(stair.to_vec(), 2.0, FRONT.fade(0.45));
    }
}

fn stairs(frame: &Frame, points: &[Point]) -> Vec<[(f64, f64); 2]> {
    let places: Vec<(f64, f64)> = points
        .iter()
        .filter(|point| point.is_front)
        .map(|point| frame.at(point.seconds, libm::log10(point.height())))
        .collect();
    let steps = places
        .windows(2)
        .map(|pair| [[pair[0], (pair[1].0, pair[0].1)], [(pair[1].0, pair[0].1), pair[1]]]);
    steps.flatten().collect()
}

/// A dot at the upper bound, an arrow that says "or less", and a thin line on to the name in its lane.
fn draw_silent(canvas: &mut Canvas, frame: &Frame, point: &Point, baseline: Option<f64>) {
    let (x, y) = frame.at(point.seconds, libm::log10(point.high));
    let tip = y + ARROW;
    if let Some(baseline) = baseline {
        canvas.line(
            vec![(x, tip), (x, baseline - 4.0), (x + 4.0, baseline - 4.0)],
            1.0,
            point.ink().fade(0.55),
        );
        let label = point.label();
        canvas.weighted(
            &labels::fit(&label),
            (x + labels::BESIDE, baseline),
            theme::LABEL_SIZE,
            label.weight,
            Align::Left,
            label.ink,
        );
    }
    canvas.line(vec![(x, y), (x, tip - 5.0)], 1.5, point.ink());
    canvas.polygon(vec![(x - 3.5, tip - 6.0), (x + 3.5, tip - 6.0), (x, tip)], point.ink());
    canvas.circle((x, y), DOT, point.ink());
}

/// Dots with the interval of their rate, then the names where they touch nothing. Returns how many names found no room.
fn draw_heard(canvas: &mut Canvas, frame: &Frame, points: &[Point]) -> usize {
    let mut obstacles = Obstacles::within(frame);
    for point in points {
        let (x, y) = frame.at(point.seconds, libm::log10(point.height()));
        obstacles.add((x - DOT - 1.0, y - DOT - 1.0), (x + DOT + 1.0, y + DOT + 1.0));
        if point.is_silent() {
            obstacles.add((x - DOT, y), (x + DOT, y + ARROW));
        }
    }
    for [from, to] in stairs(frame, points) {
        obstacles.add(
            (from.0.min(to.0) - 2.0, from.1.min(to.1) - 2.0),
            (from.0.max(to.0) + 2.0, from.1.max(to.1) + 2.0),
        );
    }
    let heard: Vec<&Point> = points.iter().filter(|point| !point.is_silent()).collect();
    for point in &heard {
        let whisker = [point.low, point.high]
            .map(|rate| frame.at(point.seconds, libm::log10(rate.max(1e-12))));
        obstacles.add((whisker[1].0 - 2.0, whisker[1].1), (whisker[0].0 + 2.0, whisker[0].1));
        canvas.line(whisker.to_vec(), 1.25, point.ink());
        canvas.circle(frame.at(point.seconds, libm::log10(point.rate)), DOT, point.ink());
    }
    // Those at the front have the first choice.
    let (front, others): (Vec<&Point>, Vec<&Point>) =
        heard.into_iter().partition(|point| point.is_front);
    let named = front.iter().chain(&others).filter(|point| {
        obstacles.write(canvas, &point.label(), frame.at(point.seconds, libm::log10(point.rate)))
    });
    front.len() + others.len() - named.count()
}

fn legend(canvas: &mut Canvas, right: f64) {
    let mut right = right;
    for (words, ink) in [("other checks", OTHERS), ("no other check beats it in both", FRONT)] {
        canvas.text(words, (right, 86.0), theme::LABEL_SIZE, Align::Right, theme::TEXT);
        right -= font::width(words, theme::LABEL_SIZE, Weight::Regular) + 10.0;
        canvas.circle((right, 82.0), DOT, ink);
        right -= 20.0;
    }
}

/// How dots and arrows are to be read, and what is not there.
fn remarks(canvas: &mut Canvas, report: &Report, left_out: usize, bottom: f64) {
    let points = points(report);
    let mut words = Vec::new();
    if points.iter().any(|point| !point.is_silent()) {
        words.push("Upright lines: interval of the rate.".to_string());
    }
    if let Some(silent) = points.iter().find(|point| point.is_silent()) {
        let watched = report
            .checks
            .iter()
            .find(|check| check.numbers.flag("observed"))
            .map_or(0.0, |check| check.numbers.number("healthy_seconds"));
        words.push(format!(
            "Arrows: none in {} without a fault, so at most {}.",
            duration(watched),
            at_most(silent.high)
        ));
    }
    let missing =
        report.checks.iter().filter(|check| check.numbers.flag("observed")).count() - points.len();
    if missing > 0 {
        words.push(format!(
            "{} not seen in half of the runs: not drawn.",
            frame::sentence(&count(missing, "check"))
        ));
    }
    if left_out > 0 {
        words.push(format!("{} without room: see report.md.", count(left_out, "name")));
    }
    let words = font::fit(
        &words.join(" "),
        theme::SMALL_SIZE,
        Weight::Regular,
        canvas.width - 2.0 * theme::MARGIN,
    );
    canvas.text(
        &words,
        (theme::MARGIN, bottom + BELOW - 14.0),
        theme::SMALL_SIZE,
        Align::Left,
        theme::QUIET,
    );
}

fn count(number: usize, one: &str) -> String {
    crate::report::numbers::plural(number as u64, one)
}
