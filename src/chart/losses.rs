//! What is lost: acknowledged writes, and seconds of them, as histograms over runs.

use crate::report::Report;

use super::Chart;
use super::canvas::{Align, Canvas};
use super::clean;
use super::font::{self, Weight};
use super::frame::Frame;
use super::theme::{self, Ink};
use super::ticks;
use crate::report::numbers;

/// The chart.
pub struct Losses;

/// About as many bars as a panel has.
const BARS: f64 = 24.0;
/// Room of the bar for runs without any loss, left of the axis.
const NONE: f64 = 54.0;

impl Chart for Losses {
    fn name(&self) -> &'static str {
        "losses"
    }

    fn kind(&self) -> &'static str {
        "Histograms over runs of lost acknowledged writes and of RPO"
    }

    fn has_data(&self, report: &Report) -> bool {
        panels(report).iter().any(|panel| panel.runs > 0)
    }

    fn title(&self, report: &Report) -> String {
        let [lost, rpo] = panels(report);
        let mut parts = Vec::new();
        if lost.runs > 0 {
            let zeros = lost.zeros();
            parts.push(match lost.quantile(0.5) {
                _ if zeros == 1.0 => "No run loses an acknowledged write".to_string(),
                Some(median) if zeros == 0.0 => {
                    format!("The median run loses {} acknowledged writes", numbers::about(median))
                }
                _ => format!(
                    "{} of runs lose acknowledged writes",
                    numbers::rare_percent(1.0 - zeros)
                ),
            });
        }
        if rpo.runs > 0 {
            parts.push(match (rpo.objective, rpo.quantile(0.5)) {
                (Some(0.0), _) => {
                    let share = numbers::rare_percent(rpo.zeros());
                    format!("RPO is zero in {share} of runs")
                }
                (Some(objective), _) => {
                    let share = numbers::rare_percent(rpo.share_within(objective));
                    format!("RPO is within {} in {share} of runs", numbers::duration(objective))
                }
                (None, Some(median)) => {
                    format!("RPO is {} in the median run", numbers::duration(median))
                }
                (None, None) => "RPO is unbounded in the median run".to_string(),
            });
        }
        parts.join("; ")
    }

    fn draw(&self, report: &Report, canvas: &mut Canvas) {
        let panels: Vec<Panel> =
            panels(report).into_iter().filter(|panel| panel.runs > 0).collect();
        let gap = 24.0;
        let all = canvas.width - 2.0 * theme::MARGIN;
        let count = panels.len().max(1) as f64;
        let width = (all - gap * (count - 1.0)) / count;
        for (index, panel) in panels.iter().enumerate() {
            let left = theme::MARGIN + index as f64 * (width + gap);
            panel.draw(canvas, left, left + width);
        }
    }
}

/// One of the two distributions.
struct Panel {
    heading: &'static str,
    axis: &'static str,
    /// Said in the middle of the panel when every run is zero.
    nothing: &'static str,
    /// Finite numbers, sorted.
    sample: Vec<f64>,
    /// All runs, those with an infinite number among them.
    runs: usize,
    objective: Option<f64>,
    objective_name: &'static str,
    ink: Ink,
    write: fn(f64) -> String,
    timed: bool,
}

fn panels(report: &Report) -> [Panel; 2] {
    let data = &report.charts;
    let runs = |values: &[f64]| values.iter().filter(|value| !value.is_nan()).count();
    [
        Panel {
            heading: "Lost acknowledged writes",
            axis: "Lost writes in a run",
            nothing: "No acknowledged write is lost",
            sample: clean::sample(&data.lost_writes),
            runs: runs(&data.lost_writes),
            objective: None,
            objective_name: "",
            ink: theme::WRITES,
            write: numbers::amount,
            timed: false,
        },
        Panel {
            heading: "Recovery point (RPO)",
            axis: "RPO of a run",
            nothing: "RPO is 0 s",
            sample: clean::sample(&data.rpo_seconds),
            runs: runs(&data.rpo_seconds),
            objective: clean::objective(data.rpo_objective),
            objective_name: "RPO objective",
            ink: theme::BLUE,
            write: numbers::duration,
            timed: true,
        },
    ]
}

impl Panel {
    /// The smallest number that this share of all runs does not exceed; `None` when it is infinite.
    fn quantile(&self, share: f64) -> Option<f64> {
        let rank = (share * self.runs as f64).ceil() as usize;
        self.sample.get(rank.saturating_sub(1)).copied()
    }

    fn worst(&self) -> f64 {
        self.sample.last().copied().unwrap_or(0.0)
    }

    fn zeros(&self) -> f64 {
        self.share_within(0.0)
    }

    fn share_within(&self, limit: f64) -> f64 {
        self.sample.partition_point(|value| *value <= limit) as f64 / self.runs.max(1) as f64
    }

    fn draw(&self, canvas: &mut Canvas, left: f64, right: f64) {
        let place = (left, 96.0);
        canvas.weighted(self.heading, place, 13.0, Weight::Bold, Align::Left, theme::TEXT);
        if self.worst() == 0.0 && self.runs == self.sample.len() {
            self.draw_nothing(canvas, left, right);
            return;
        }
        let summary = font::fit(&self.summary(), theme::LABEL_SIZE, Weight::Regular, right - left);
        canvas.text(&summary, (left, 115.0), theme::LABEL_SIZE, Align::Left, theme::QUIET);
        let zeros = self.zeros();
        let start = left + 46.0 + if zeros > 0.0 { NONE } else { 0.0 };
        let bins = self.bins();
        let highest = bins.iter().map(|bin| bin.share).fold(zeros, f64::max).max(1e-6);
        let corner = (right - 6.0, canvas.height - 56.0);
        let range = (bins.first().map_or(0.0, |bin| bin.from), self.end(&bins));
        let frame = Frame::new((start, 172.0), corner, range, (0.0, highest * 1.06));
        let whole = Frame { x: super::frame::Scale { from: left + 46.0, ..frame.x }, ..frame };
        whole.shares(canvas, "", 6);
        canvas.text("Share of runs", (left, 140.0), theme::LABEL_SIZE, Align::Left, theme::QUIET);
        self.draw_bins(canvas, &frame, &bins);
        if zeros > 0.0 {
            self.draw_zeros(canvas, &frame, left + 46.0, zeros);
        }
        let (unit, title) = self.unit(frame.x.high);
        frame.axis_x(canvas, &title, unit, false);
        if let Some(objective) = self.objective {
            let label = format!("{} {}", self.objective_name, numbers::duration(objective));
            frame.objective(canvas, objective, &label);
        }
    }

    fn draw_bins(&self, canvas: &mut Canvas, frame: &Frame, bins: &[Bin]) {
        for bin in bins {
            let (from, to) = (frame.x.at(bin.from), frame.x.at(bin.to));
            let inset = if to - from > 4.0 { 0.75 } else { 0.0 };
            let top = frame.y.at(bin.share);
            if bin.share > 0.0 {
                canvas.rectangle((from + inset, top), (to - inset, frame.bottom()), self.ink);
            }
        }
    }

    /// The unit of the x axis and its title.
    fn unit(&self, end: f64) -> (f64, String) {
        if !self.timed {
            return (1.0, self.axis.to_string());
        }
        let unit = ticks::time_unit(end);
        (unit.seconds, format!("{}, {}", self.axis, unit.sign))
    }

    fn draw_nothing(&self, canvas: &mut Canvas, left: f64, right: f64) {
        let bottom = canvas.height - 32.0;
        canvas.rectangle((left, 112.0), (right, bottom), theme::GREEN.fade(0.08));
        let place = ((left + right) / 2.0, (112.0 + bottom) / 2.0);
        let size = 16.0;
        canvas.weighted(self.nothing, place, size, Weight::Bold, Align::Centre, theme::GREEN);
        let words = match self.runs {
            1 => "in the only run".to_string(),
            runs => format!("in any of {} runs", numbers::whole(runs as u64)),
        };
        let words = if self.timed { words.replace("any", "all") } else { words };
        let below = (place.0, place.1 + 22.0);
        canvas.text(&words, below, theme::SUBTITLE_SIZE, Align::Centre, theme::QUIET);
    }

    /// Runs without any loss stand apart: zero is not the same as little.
    fn draw_zeros(&self, canvas: &mut Canvas, frame: &Frame, left: f64, zeros: f64) {
        let (from, to) = (left + 6.0, left + NONE - 20.0);
        let bottom = frame.bottom();
        canvas.rectangle((from, frame.y.at(zeros)), (to, bottom), theme::GREEN);
        canvas.line(vec![(left, bottom), (to + 6.0, bottom)], 1.0, theme::AXIS);
        let middle = ((from + to) / 2.0, bottom + 19.0);
        canvas.text("none", middle, theme::LABEL_SIZE, Align::Centre, theme::QUIET);
    }

    /// Such as "median 1,240, 95th percentile 3,400, worst 5,012".
    fn summary(&self) -> String {
        let write = |value: Option<f64>| value.map_or("unbounded".to_string(), self.write);
        let unbounded = self.runs - self.sample.len();
        match self.sample.as_slice() {
            [only] if unbounded == 0 => (self.write)(*only),
            [first, .., last] if unbounded == 0 && first == last => {
                format!("{} in every run", (self.write)(*first))
            }
            sample => {
                let worst = match unbounded {
                    0 => format!("max {}", write(sample.last().copied())),
                    1 => "unbounded in 1 run".to_string(),
                    runs => format!("unbounded in {} runs", numbers::whole(runs as u64)),
                };
                let (median, high) = (write(self.quantile(0.5)), write(self.quantile(0.95)));
                format!("p50 {median}, p95 {high}, {worst}")
            }
        }
    }

    fn end(&self, bins: &[Bin]) -> f64 {
        let end = bins.last().map_or(1.0, |bin| bin.to);
        match self.objective {
            Some(objective) if objective < 2.5 * end => end.max(objective * 1.04),
            _ => end,
        }
    }

    /// Bars of equal width at round numbers over what is not zero.
    fn bins(&self) -> Vec<Bin> {
        let lossy = &self.sample[self.sample.partition_point(|value| *value <= 0.0)..];
        let (Some(least), Some(most)) = (lossy.first(), lossy.last()) else {
            return Vec::new();
        };
        // A narrow sample far from zero keeps its shape when the axis does not begin at zero; the
        // objective has to stay on the axis.
        let near = least / 2.0 < most - least || self.objective.is_some_and(|at| at < *least);
        let start = if near || least == most { 0.0 } else { *least };
        let width = ticks::round_step((most - start) / BARS);
        // Writes come in whole numbers: bars narrower than one would leave a comb.
        let width = if self.timed { width } else { width.max(1.0) };
        let first = (start / width).floor();
        let count = ((most / width).floor() - first) as usize + 1;
        let runs = self.runs.max(1) as f64;
        let bins = (0..count.min(200)).map(|index| {
            let from = (first + index as f64) * width;
            let to = from + width;
            let below = |limit: f64| lossy.partition_point(|value| *value < limit) as f64;
            Bin { from, to, share: (below(to) - below(from)) / runs }
        });
        bins.collect()
    }
}

/// One bar of a histogram.
struct Bin {
    from: f64,
    to: f64,
    share: f64,
}
