//! The frame of a plot: its rectangle, its scales, the grid, axes, legends and vertical rules.

use super::canvas::{Align, Canvas, Place};
use super::font::{self, Weight};
use super::theme::{self, Ink};
use super::ticks;
use super::ticks::Ticks;

/// A range of data and its range of points.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    pub low: f64,
    pub high: f64,
    pub from: f64,
    pub to: f64,
}

impl Scale {
    /// Where a value stands; values out of the range stand at its ends.
    pub fn at(&self, value: f64) -> f64 {
        let span = self.high - self.low;
        if span <= 0.0 {
            return self.from;
        }
        let share = ((value - self.low) / span).clamp(0.0, 1.0);
        self.from + (self.to - self.from) * share
    }

    /// Whether a value lies in the range.
    pub fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}

/// The rectangle of a plot in points, with its scales.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    pub x: Scale,
    pub y: Scale,
}

impl Frame {
    /// A frame between two corners; y rises upwards.
    pub fn new(upper_left: Place, lower_right: Place, x: (f64, f64), y: (f64, f64)) -> Frame {
        Frame {
            x: Scale { low: x.0, high: x.1, from: upper_left.0, to: lower_right.0 },
            y: Scale { low: y.0, high: y.1, from: lower_right.1, to: upper_left.1 },
        }
    }

    /// The left edge in points.
    pub fn left(&self) -> f64 {
        self.x.from
    }

    /// The right edge in points.
    pub fn right(&self) -> f64 {
        self.x.to
    }

    /// The upper edge in points.
    pub fn top(&self) -> f64 {
        self.y.to
    }

    /// The lower edge in points.
    pub fn bottom(&self) -> f64 {
        self.y.from
    }

    /// The place of a pair of values.
    pub fn at(&self, x: f64, y: f64) -> Place {
        (self.x.at(x), self.y.at(y))
    }

    /// Horizontal grid lines with per cent labels; the axis title stands above them.
    pub fn shares(&self, canvas: &mut Canvas, title: &str, wanted: usize) {
        let ticks = ticks::ticks(self.y.low * 100.0, self.y.high * 100.0, wanted);
        for value in &ticks.values {
            let y = self.y.at(value / 100.0);
            canvas.line(vec![(self.left(), y), (self.right(), y)], 1.0, theme::GRID);
            let label = format!("{}%", ticks.label(*value));
            let place = (self.left() - 8.0, y + 4.0);
            canvas.text(&label, place, theme::LABEL_SIZE, Align::Right, theme::QUIET);
        }
        self.title_y(canvas, title);
    }

    /// The title of the y axis, lying, in the row above the strip of the plot.
    pub fn title_y(&self, canvas: &mut Canvas, title: &str) {
        let place = (self.left() - 40.0, self.top() - STRIP - 10.0);
        canvas.text(title, place, theme::LABEL_SIZE, Align::Left, theme::QUIET);
    }

    /// The x axis with ticks at round values; `values` is what `scale` times the data is.
    pub fn axis_x(&self, canvas: &mut Canvas, title: &str, unit: f64, grid: bool) {
        let bottom = self.bottom();
        // A narrow plot has few ticks as well, but more than its zero.
        let mut wanted = (((self.right() - self.left()) / 75.0) as usize).max(4);
        let mut ticks = ticks::ticks(self.x.low / unit, self.x.high / unit, wanted);
        while wanted > 1 && self.crowded(&ticks, unit) {
            wanted -= 1;
            ticks = ticks::ticks(self.x.low / unit, self.x.high / unit, wanted);
        }
        for value in &ticks.values {
            let x = self.x.at(value * unit);
            if grid {
                canvas.line(vec![(x, self.top()), (x, bottom)], 1.0, theme::GRID);
            }
            canvas.line(vec![(x, bottom), (x, bottom + 5.0)], 1.0, theme::AXIS);
            let place = (x, bottom + 19.0);
            let label = ticks.label(*value);
            canvas.text(&label, place, theme::LABEL_SIZE, Align::Centre, theme::QUIET);
        }
        canvas.line(vec![(self.left(), bottom), (self.right(), bottom)], 1.0, theme::AXIS);
        let middle = ((self.left() + self.right()) / 2.0, bottom + 39.0);
        canvas.text(title, middle, theme::LABEL_SIZE, Align::Centre, theme::QUIET);
    }

    fn crowded(&self, ticks: &Ticks, unit: f64) -> bool {
        let mut free = f64::NEG_INFINITY;
        ticks.values.iter().any(|value| {
            let width = font::width(&ticks.label(*value), theme::LABEL_SIZE, Weight::Regular);
            let x = self.x.at(value * unit);
            let collides = x - width / 2.0 < free;
            free = x + width / 2.0 + 10.0;
            collides
        })
    }

    /// A dashed vertical line for an objective, its label in the strip above the plot. An objective
    /// beyond the axis is named at the right edge, so that it is not silently missing.
    pub fn objective(&self, canvas: &mut Canvas, seconds: f64, label: &str) {
        let beyond = !self.x.contains(seconds);
        let label =
            if beyond { format!("{label}, beyond this axis →") } else { label.to_string() };
        let x = self.x.at(seconds);
        if !beyond {
            let top = self.top() - 4.0;
            // Paper beneath the dashes keeps them visible on dark bars.
            let paper = theme::PAPER.fade(0.8);
            canvas.line(vec![(x, top), (x, self.bottom())], 3.5, paper);
            canvas.dashed((x, top), (x, self.bottom()), 1.75, theme::OBJECTIVE);
        }
        self.strip_label(canvas, x, &label, theme::OBJECTIVE);
    }

    /// A text in the strip above the plot, centred at `x` as far as the plot allows. It returns
    /// what it covers.
    pub fn strip_label(&self, canvas: &mut Canvas, x: f64, label: &str, ink: Ink) -> (f64, f64) {
        let room = self.right() - self.left();
        let label = font::fit(label, theme::LABEL_SIZE, Weight::Regular, room);
        let half = font::width(&label, theme::LABEL_SIZE, Weight::Regular) / 2.0;
        let least = self.left() + half;
        let x = x.clamp(least, (self.right() - half).max(least));
        let place = (x, self.top() - 9.0);
        canvas.text(&label, place, theme::LABEL_SIZE, Align::Centre, ink);
        (x - half, x + half)
    }
}

/// The height above a plot that is kept free for labels of vertical lines.
pub const STRIP: f64 = 22.0;

/// One entry of a legend.
#[derive(Clone, Debug)]
pub struct Entry {
    pub label: String,
    pub ink: Ink,
    pub sign: Sign,
}

/// What stands before the name in a legend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    Line,
    Dashes,
    Area,
}

impl Entry {
    /// An entry for a curve.
    pub fn line(label: &str, ink: Ink) -> Entry {
        Entry { label: label.to_string(), ink, sign: Sign::Line }
    }

    /// An entry for a curve of dashes: what is assumed, in contrast to what is measured.
    pub fn dashes(label: &str, ink: Ink) -> Entry {
        Entry { label: label.to_string(), ink, sign: Sign::Dashes }
    }

    /// An entry for an area or a band.
    pub fn area(label: &str, ink: Ink) -> Entry {
        Entry { label: label.to_string(), ink, sign: Sign::Area }
    }
}

const SIGN: f64 = 18.0;
const SIGN_GAP: f64 = 7.0;
const ENTRY_GAP: f64 = 20.0;

/// A legend in one row that ends at `right`.
pub fn legend(canvas: &mut Canvas, entries: &[Entry], right: f64, baseline: f64) {
    let width = |entry: &Entry| {
        SIGN + SIGN_GAP + font::width(&entry.label, theme::LABEL_SIZE, Weight::Regular)
    };
    let gaps = ENTRY_GAP * entries.len().saturating_sub(1) as f64;
    let mut x = right - gaps - entries.iter().map(width).sum::<f64>();
    for entry in entries {
        sign(canvas, entry, x, baseline);
        let place = (x + SIGN + SIGN_GAP, baseline);
        canvas.text(&entry.label, place, theme::LABEL_SIZE, Align::Left, theme::TEXT);
        x += width(entry) + ENTRY_GAP;
    }
}

/// The sign of a legend's entry.
pub fn sign(canvas: &mut Canvas, entry: &Entry, x: f64, baseline: f64) {
    let middle = baseline - 4.0;
    match entry.sign {
        Sign::Line => canvas.line(vec![(x, middle), (x + SIGN, middle)], 2.5, entry.ink),
        Sign::Dashes => canvas.dashed((x, middle), (x + SIGN, middle), 2.0, entry.ink),
        Sign::Area => {
            canvas.rectangle((x, middle - 6.0), (x + SIGN, middle + 6.0), entry.ink);
        }
    }
}

/// The words with a capital at their beginning.
pub fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
