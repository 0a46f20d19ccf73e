//! P(consistent at t): what share of writes another region has by a time after the acknowledgement, beside the exponential
//! law with the same median that a design note would assume.
//!
//! ```text
//!  100%            . - - ______/        dashed: 1 - exp(-t/L), L = median / ln 2
//!               .   _____/               it knows no least time of the path, and no fault
//!   50%      . /
//!    0%  . ___/      log t
//! ```

use crate::report::Report;
use crate::report::consistency::{Consistency, ConsistentBy};

use super::Chart;
use super::canvas::{Align, Canvas, Place};
use super::clean;
use super::decades::Decades;
use super::font::{self, Weight};
use super::frame::{self, Entry, Frame};
use super::theme::{self, Ink};
use crate::report::numbers;

/// The chart.
pub struct Arrival;

const TOP: f64 = 134.0;
/// Room of the axis and of the remark below the plot.
const BELOW: f64 = 82.0;
/// What counts as all.
const NEARLY_ALL: f64 = 0.9995;
/// The share at which the curve and the formula are told apart.
const TAIL: f64 = 0.99;
/// Points of the formula's curve.
const STEPS: usize = 240;

impl Chart for Arrival {
    fn name(&self) -> &'static str {
        "arrival"
    }

    fn kind(&self) -> &'static str {
        "Curves of the share of writes that another region has, by time since the acknowledgement, with an exponential distribution of the same median for comparison"
    }

    fn has_data(&self, report: &Report) -> bool {
        !curves(report).is_empty()
    }

    fn title(&self, report: &Report) -> String {
        let curves = curves(report);
        let by_end = "not by the end of the run";
        if let [only] = curves.as_slice() {
            let Some(median) = only.median else {
                return format!("Fewer than half of the writes reach another region: {by_end}");
            };
            let tail = match only.tail {
                Some(tail) => format!("99% within {}", numbers::duration(tail)),
                None => format!("99% {by_end}"),
            };
            return format!(
                "Half of the writes reach another region within {}, {tail}",
                numbers::duration(median)
            );
        }
        let mut medians: Vec<(f64, &str)> =
            curves.iter().filter_map(|curve| Some((curve.median?, curve.name.as_str()))).collect();
        medians.sort_by(|one, two| one.0.total_cmp(&two.0));
        match (medians.first(), medians.last()) {
            (Some((least, _)), Some((most, _)))
                if numbers::duration(*least) == numbers::duration(*most) =>
            {
                format!(
                    "Half of the writes to any store reach another region within {}",
                    numbers::duration(*least)
                )
            }
            (Some((least, first)), Some((most, last))) => {
                format!(
                    "Half of the writes reach another region within {} ({first}) to {} ({last})",
                    numbers::duration(*least),
                    numbers::duration(*most)
                )
            }
            _ => format!("Fewer than half of the writes reach another region: {by_end}"),
        }
    }

    fn draw(&self, report: &Report, canvas: &mut Canvas) {
        let curves = curves(report);
        let right = canvas.width - theme::MARGIN;
        let scale = scale(&curves);
        let frame =
            Frame::new((84.0, TOP), (right, canvas.height - BELOW), scale.range(), (0.0, 1.0));
        frame.shares(canvas, "", 5);
        canvas.text(
            "Writes that another region has",
            (theme::MARGIN, TOP - frame::STRIP - 6.0),
            theme::LABEL_SIZE,
            Align::Left,
            theme::QUIET,
        );
        scale.axis_x(canvas, &frame, "Time since the acknowledgement, log scale");
        for curve in &curves {
            let mut corners = curve.path(&frame, &scale, |point| point.low);
            corners.extend(curve.path(&frame, &scale, |point| point.high).into_iter().rev());
            canvas.polygon(corners, curve.ink.fade(0.18));
        }
        for curve in curves.iter().rev() {
            if let Some(median) = curve.median {
                let ink = if curves.len() == 1 { theme::TEXT } else { curve.ink };
                dashes(canvas, &formula(&frame, &scale, median), ink);
            }
        }
        for curve in curves.iter().rev() {
            canvas.line(curve.path(&frame, &scale, |point| point.share), theme::CURVE, curve.ink);
        }
        if let [only] = curves.as_slice() {
            annotate(canvas, &frame, &scale, only);
        }
        legend(canvas, report, &curves, right);
        remark(canvas, &curves);
    }
}

/// One store with finite numbers in order of time.
struct Curve {
    name: String,
    ink: Ink,
    points: Vec<ConsistentBy>,
    /// When half, and when 99%, of the writes have arrived.
    median: Option<f64>,
    tail: Option<f64>,
}

fn curves(report: &Report) -> Vec<Curve> {
    let curves =
        report.consistency.iter().zip(&theme::AREAS).map(|(store, ink)| clean_curve(store, *ink));
    curves.filter(|curve| curve.points.iter().any(|point| point.share > 0.0)).collect()
}

fn clean_curve(store: &Consistency, ink: Ink) -> Curve {
    let points = store.consistent_by.iter().filter_map(|point| {
        let share = clean::share(Some(point.share))?;
        Some(ConsistentBy {
            seconds: clean::number(point.seconds).filter(|seconds| *seconds > 0.0)?,
            share,
            low: clean::share(Some(point.low)).unwrap_or(share).min(share),
            high: clean::share(Some(point.high)).unwrap_or(share).max(share),
        })
    });
    let mut points: Vec<ConsistentBy> = points.collect();
    points.sort_by(|one, two| one.seconds.total_cmp(&two.seconds));
    let time = |quantile: Option<crate::report::Interval>| {
        clean::maybe(quantile.and_then(|quantile| quantile.estimate))
            .filter(|seconds| *seconds > 0.0)
    };
    Curve {
        name: clean::name(&store.store),
        ink,
        points,
        median: time(store.arrival.p50),
        tail: time(store.arrival.p99),
    }
}

impl Curve {
    /// The drawn line: nobody before the first point; level after the last where nobody is left to come.
    fn path(&self, frame: &Frame, scale: &Decades, pick: fn(&ConsistentBy) -> f64) -> Vec<Place> {
        let mut path = vec![(frame.left(), frame.bottom())];
        let mut before = 0.0;
        for (index, point) in self.points.iter().enumerate() {
            let x = frame.x.at(scale.place(point.seconds));
            if index == 0 {
                path.push((x, frame.y.at(before)));
            }
            before = pick(point);
            path.push((x, frame.y.at(before)));
        }
        if before >= NEARLY_ALL {
            path.push((frame.right(), frame.y.at(before)));
        }
        path
    }

    /// The share that had arrived by the last point, where that is not all.
    fn missing(&self) -> Option<f64> {
        self.points
            .last()
            .map(|point| 1.0 - point.share)
            .filter(|missing| *missing > 1.0 - NEARLY_ALL)
    }
}

/// The mean of the exponential law with this median.
fn mean_of(median: f64) -> f64 {
    median / core::f64::consts::LN_2
}

/// When that law has brought so much.
fn formula_time(median: f64, share: f64) -> f64 {
    -mean_of(median) * libm::log1p(-share)
}

fn formula(frame: &Frame, scale: &Decades, median: f64) -> Vec<Place> {
    let point = |step: usize| {
        let seconds = scale.along(step as f64 / STEPS as f64);
        frame.at(scale.place(seconds), -libm::expm1(-seconds / mean_of(median)))
    };
    (0..=STEPS).map(point).collect()
}

/// From a little before the first write arrives until the last does, or the formula says so.
fn scale(curves: &[Curve]) -> Decades {
    let times = || {
        curves.iter().flat_map(|curve| {
            curve.points.iter().filter(|point| point.share > 0.0).map(|point| point.seconds)
        })
    };
    let formula = curves
        .iter()
        .filter_map(|curve| curve.median)
        .map(|median| formula_time(median, NEARLY_ALL));
    let low = times().fold(f64::INFINITY, f64::min);
    let high = times().chain(formula).fold(0.0, f64::max);
    Decades::of(low / 2.0, high * 1.3)
}

/// Dashes of equal length along a path.
fn dashes(canvas: &mut Canvas, path: &[Place], ink: Ink) {
    const DASH: f64 = 7.0;
    const GAP: f64 = 4.5;
    let mut dash: Vec<Place> = path.first().copied().into_iter().collect();
    let (mut is_ink, mut left) = (true, DASH);
    for pair in path.windows(2) {
        let [mut from, to] = [pair[0], pair[1]];
        loop {
            let (across, down) = (to.0 - from.0, to.1 - from.1);
            let length = (across * across + down * down).sqrt();
            if length <= left {
                left -= length;
                dash.push(to);
                break;
            }
            from = (from.0 + across * left / length, from.1 + down * left / length);
            dash.push(from);
            if is_ink {
                canvas.line(std::mem::take(&mut dash), 1.75, ink);
            }
            dash = vec![from];
            is_ink = !is_ink;
            left = if is_ink { DASH } else { GAP };
        }
    }
    if is_ink {
        canvas.line(dash, 1.75, ink);
    }
}

/// Where both curves meet, and how far apart they are at 99%.
fn annotate(canvas: &mut Canvas, frame: &Frame, scale: &Decades, curve: &Curve) {
    let Some(median) = curve.median else { return };
    let x = |seconds: f64| frame.x.at(scale.place(seconds));
    dot(canvas, (x(median), frame.y.at(0.5)), curve.ink);
    let words = format!("half after {}", numbers::duration(median));
    let width = font::width(&words, theme::LABEL_SIZE, Weight::Regular);
    // To the lower right of a rising curve nothing is drawn.
    let left = (x(median) + 10.0).min(frame.right() - width);
    canvas.text(
        &words,
        (left, frame.y.at(0.5) + 18.0),
        theme::LABEL_SIZE,
        Align::Left,
        theme::TEXT,
    );
    let naive = formula_time(median, TAIL);
    let mut tails = vec![(naive, theme::TEXT, "formula: 99% after ")];
    tails.extend(curve.tail.map(|tail| (tail, curve.ink, "99% after ")));
    tails.sort_by(|one, two| one.0.total_cmp(&two.0));
    let labels: Vec<(f64, f64, String, Ink)> = tails
        .into_iter()
        .map(|(seconds, ink, words)| {
            let words = format!("{words}{}", numbers::duration(seconds));
            (x(seconds), font::width(&words, theme::LABEL_SIZE, Weight::Regular), words, ink)
        })
        .collect();
    // Each label is centred on its dot as far as the plot and the other label allow.
    let mut ends = frame.right();
    for (x, width, words, ink) in labels.into_iter().rev() {
        let left = (x - width / 2.0).min(ends - width);
        dot(canvas, (x, frame.y.at(TAIL)), ink);
        canvas.text(&words, (left, frame.top() - 9.0), theme::LABEL_SIZE, Align::Left, ink);
        ends = left - 14.0;
    }
}

fn dot(canvas: &mut Canvas, place: Place, ink: Ink) {
    canvas.circle(place, 5.5, theme::PAPER);
    canvas.circle(place, 4.0, ink);
}

fn legend(canvas: &mut Canvas, report: &Report, curves: &[Curve], right: f64) {
    let band = format!(
        "{} confidence band",
        numbers::rare_percent(clean::share(Some(report.confidence)).unwrap_or(0.95))
    );
    let is_banded =
        curves.iter().flat_map(|curve| &curve.points).any(|point| point.high - point.low > 0.004);
    let room = (canvas.width - 2.0 * theme::MARGIN - 440.0) / curves.len() as f64 - 46.0;
    let name =
        |curve: &Curve| font::fit(&curve.name, theme::LABEL_SIZE, Weight::Regular, room.max(12.0));
    let mut entries: Vec<Entry> =
        curves.iter().map(|curve| Entry::line(&name(curve), curve.ink)).collect();
    if curves.iter().any(|curve| curve.median.is_some()) {
        entries.push(Entry::dashes(
            "1 − exp(−t/L), same median",
            if curves.len() == 1 { theme::TEXT } else { theme::DARK_NEUTRAL },
        ));
    }
    entries.extend(is_banded.then(|| Entry::area(&band, theme::NEUTRAL.fade(0.5))));
    frame::legend(canvas, &entries, right, 88.0);
}

/// What the dashed curve is, and what never arrived.
fn remark(canvas: &mut Canvas, curves: &[Curve]) {
    let mut words = Vec::new();
    if curves.iter().any(|curve| curve.median.is_some()) {
        words.push("Dashed: what a design note would assume, 1 − exp(−t/L) with L = median / ln 2: it knows no shortest path and no fault.".to_string());
    }
    let missing = curves.iter().filter_map(|curve| Some((curve.missing()?, &curve.name)));
    let worst = missing.max_by(|one, two| one.0.total_cmp(&two.0));
    words.extend(worst.map(|(missing, name)| {
        format!("{}: {} not there by the end of the run.", name, numbers::rare_percent(missing))
    }));
    let words = font::fit(
        &words.join(" "),
        theme::SMALL_SIZE,
        Weight::Regular,
        canvas.width - 2.0 * theme::MARGIN,
    );
    canvas.text(
        &words,
        (theme::MARGIN, canvas.height - 16.0),
        theme::SMALL_SIZE,
        Align::Left,
        theme::QUIET,
    );
}
