//! How lags become heights: on a plain scale, or on one of decades where they differ a lot.

use super::super::canvas::{Align, Canvas};
use super::super::decades::Decades;
use super::super::frame::{self, Frame};
use super::super::{theme, ticks};
use super::title_above;
use crate::report::consistency::LagPoint;

/// Where the largest lag is so many times the least, only a logarithm shows both.
const WIDE: f64 = 30.0;

/// The scale of the lag: from zero, or by its logarithm where little and much are both to be seen.
pub enum Heights {
    Linear(f64),
    Log(Decades),
}

impl Heights {
    pub fn of(points: &[&LagPoint]) -> Heights {
        let most = points.iter().map(|point| point.lag_p95).fold(0.0, f64::max);
        let least = points
            .iter()
            .map(|point| point.lag)
            .filter(|lag| *lag > most * 1e-5)
            .fold(most, f64::min);
        match most > WIDE * least && least > 0.0 {
            true => Heights::Log(Decades::of(least / 1.5, most * 1.5)),
            false => Heights::Linear((most * 1.1).max(1e-3)),
        }
    }

    pub fn range(&self) -> (f64, f64) {
        match self {
            Heights::Linear(high) => (0.0, *high),
            Heights::Log(decades) => decades.range(),
        }
    }

    pub fn place(&self, seconds: f64) -> f64 {
        match self {
            Heights::Linear(_) => seconds,
            Heights::Log(decades) => decades.place(seconds),
        }
    }

    pub fn axis(&self, canvas: &mut Canvas, frame: &Frame, has_zero: bool) {
        const WORDS: &str = "Replication lag: of a log, that of its replicas; of keys, the mean age of writes that some region lacks";
        match self {
            Heights::Linear(high) => {
                let unit = ticks::time_unit(*high);
                let ticks = ticks::ticks(0.0, high / unit.seconds, 5);
                for value in &ticks.values {
                    let y = frame.y.at(value * unit.seconds);
                    canvas.line(vec![(frame.left(), y), (frame.right(), y)], 1.0, theme::GRID);
                    canvas.text(
                        &ticks.label(*value),
                        (frame.left() - 8.0, y + 4.0),
                        theme::LABEL_SIZE,
                        Align::Right,
                        theme::QUIET,
                    );
                }
                title_above(canvas, frame, &format!("{WORDS}, {}", unit.sign), frame::STRIP + 8.0);
            }
            Heights::Log(decades) => {
                decades.axis_y(canvas, frame);
                // Zero has no place on a logarithm.
                let zero = if has_zero { "; 0 s is drawn at the lower edge" } else { "" };
                title_above(
                    canvas,
                    frame,
                    &format!("{WORDS}, log scale{zero}"),
                    frame::STRIP + 8.0,
                );
            }
        }
    }
}
