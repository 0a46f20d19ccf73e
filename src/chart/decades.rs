//! Times on a logarithmic scale, with ticks that people would say: 100 ms, 1 s, 10 s, 1 min, 10 min, 1 h.

use super::canvas::{Align, Canvas};
use super::font::{self, Weight};
use super::frame::Frame;
use super::theme;

/// The least and the largest time that a scale shows, seconds; what is beyond stands at its ends.
const LEAST: f64 = 1e-5;
const MOST: f64 = 1e8;
/// A scale is at least so many times as long as its beginning.
const SPAN: f64 = 10.0;
/// With fewer ticks than these, finer ones are taken.
const FEW: usize = 4;

const COARSE: [(f64, &str); 14] = [
    (1e-5, "0.01 ms"),
    (1e-4, "0.1 ms"),
    (1e-3, "1 ms"),
    (0.01, "10 ms"),
    (0.1, "100 ms"),
    (1.0, "1 s"),
    (10.0, "10 s"),
    (60.0, "1 min"),
    (600.0, "10 min"),
    (3_600.0, "1 h"),
    (36_000.0, "10 h"),
    (345_600.0, "4 d"),
    (3_456_000.0, "40 d"),
    (34_560_000.0, "400 d"),
];
const FINE: [(f64, &str); 31] = [
    (1e-5, "0.01 ms"),
    (1e-4, "0.1 ms"),
    (1e-3, "1 ms"),
    (2e-3, "2 ms"),
    (5e-3, "5 ms"),
    (0.01, "10 ms"),
    (0.02, "20 ms"),
    (0.05, "50 ms"),
    (0.1, "100 ms"),
    (0.2, "200 ms"),
    (0.5, "500 ms"),
    (1.0, "1 s"),
    (2.0, "2 s"),
    (5.0, "5 s"),
    (10.0, "10 s"),
    (20.0, "20 s"),
    (60.0, "1 min"),
    (120.0, "2 min"),
    (300.0, "5 min"),
    (600.0, "10 min"),
    (1_200.0, "20 min"),
    (3_600.0, "1 h"),
    (7_200.0, "2 h"),
    (18_000.0, "5 h"),
    (36_000.0, "10 h"),
    (86_400.0, "1 d"),
    (172_800.0, "2 d"),
    (345_600.0, "4 d"),
    (864_000.0, "10 d"),
    (3_456_000.0, "40 d"),
    (34_560_000.0, "400 d"),
];

/// A range of times, drawn by their logarithms.
#[derive(Clone, Copy, Debug)]
pub struct Decades {
    low: f64,
    high: f64,
}

impl Decades {
    /// From `low` to `high` seconds, within reason and at least a decade.
    pub fn of(low: f64, high: f64) -> Decades {
        let low = low.clamp(LEAST, MOST / SPAN);
        Decades { low, high: high.clamp(low * SPAN, MOST) }
    }

    /// The range of the frame.
    pub fn range(&self) -> (f64, f64) {
        (libm::log10(self.low), libm::log10(self.high))
    }

    /// Where a time stands in that range.
    pub fn place(&self, seconds: f64) -> f64 {
        libm::log10(seconds.clamp(self.low, self.high))
    }

    /// The time at a share of the way from the beginning to the end.
    pub fn along(&self, share: f64) -> f64 {
        let (from, to) = self.range();
        libm::exp10(from + (to - from) * share)
    }

    /// Ticks in the range, with their labels.
    pub fn ticks(&self) -> Vec<(f64, &'static str)> {
        let within = |ticks: &[(f64, &'static str)]| -> Vec<_> {
            ticks.iter().filter(|(at, _)| (self.low..=self.high).contains(at)).copied().collect()
        };
        let coarse = within(&COARSE);
        if coarse.len() < FEW { within(&FINE) } else { coarse }
    }

    /// The x axis with its grid and its title below.
    pub fn axis_x(&self, canvas: &mut Canvas, frame: &Frame, title: &str) {
        let bottom = frame.bottom();
        let mut free = f64::NEG_INFINITY;
        for (seconds, label) in self.ticks() {
            let x = frame.x.at(self.place(seconds));
            canvas.line(vec![(x, frame.top()), (x, bottom)], 1.0, theme::GRID);
            canvas.line(vec![(x, bottom), (x, bottom + 5.0)], 1.0, theme::AXIS);
            let half = font::width(label, theme::LABEL_SIZE, Weight::Regular) / 2.0;
            if x - half >= free && x + half <= frame.right() + theme::MARGIN {
                canvas.text(
                    label,
                    (x, bottom + 19.0),
                    theme::LABEL_SIZE,
                    Align::Centre,
                    theme::QUIET,
                );
                free = x + half + 8.0;
            }
        }
        canvas.line(vec![(frame.left(), bottom), (frame.right(), bottom)], 1.0, theme::AXIS);
        let middle = ((frame.left() + frame.right()) / 2.0, bottom + 39.0);
        canvas.text(title, middle, theme::LABEL_SIZE, Align::Centre, theme::QUIET);
    }

    /// Horizontal grid lines with their times to the left.
    pub fn axis_y(&self, canvas: &mut Canvas, frame: &Frame) {
        let mut free = f64::INFINITY;
        for (seconds, label) in self.ticks() {
            let y = frame.y.at(self.place(seconds));
            canvas.line(vec![(frame.left(), y), (frame.right(), y)], 1.0, theme::GRID);
            if y <= free {
                canvas.text(
                    label,
                    (frame.left() - 8.0, y + 4.0),
                    theme::LABEL_SIZE,
                    Align::Right,
                    theme::QUIET,
                );
                free = y - 15.0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(low: f64, high: f64) -> Vec<&'static str> {
        Decades::of(low, high).ticks().into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn ticks_are_times_that_people_say() {
        assert_eq!(labels(0.05, 1_200.0), ["100 ms", "1 s", "10 s", "1 min", "10 min"]);
        assert_eq!(labels(0.5, 4.0), ["500 ms", "1 s", "2 s", "5 s"]);
        for (low, high) in [(0.0, 0.0), (1e300, 0.0), (0.0, 1e300), (-5.0, -7.0)] {
            assert!(!labels(low, high).is_empty(), "{low} to {high}");
        }
    }

    #[test]
    fn a_decade_is_as_wide_as_the_next() {
        let scale = Decades::of(0.01, 100.0);
        let at = |seconds| scale.place(seconds);
        assert!((at(1.0) - at(0.1) - (at(10.0) - at(1.0))).abs() < 1e-12);
        assert!((scale.along(0.5) - 1.0).abs() < 1e-12);
        assert_eq!(at(0.0), at(0.01));
        assert_eq!(at(1e9), at(100.0));
    }
}
