//! The deviations of a validation in standard errors as a histogram, with the bell that chance alone would give.

use crate::report::dossier::{Dossier, share};

use super::canvas::{Align, Canvas};
use super::frame::{self, Entry, Frame};
use super::theme;
use crate::report::numbers;

/// What kind of picture it is, for those who cannot see it; the title follows it.
pub const KIND: &str = "Histogram of deviations in standard errors, with the normal curve";

/// The ends of the axis: whatever passes lies within 4; what does not stands in the last bars.
const REACH: f64 = 5.0;
/// The width of a bar.
const BAR: f64 = 0.5;

/// The message, in the words that stand above the chart.
pub fn title(dossier: &Dossier) -> String {
    let z = dossier.z();
    let beyond = numbers::rare_percent(share(&z, |z| z.abs() > 2.0));
    format!("{beyond} of {} deviations lie beyond 2 standard errors; expected 5%", z.len())
}

/// The whole chart.
pub fn filled(dossier: &Dossier) -> Canvas {
    let mut canvas = Canvas::new();
    let (cases, passes) = (dossier.rows().count(), dossier.passes());
    canvas.heading(
        &title(dossier),
        &format!(
            "mrsim {}: {passes} of {cases} cases as expected, scale {}",
            dossier.version, dossier.scale
        ),
    );
    let z = dossier.z();
    let bars = bars(&z);
    let bell = bell();
    let highest = bars
        .iter()
        .chain(bell.iter().map(|(_, share)| share))
        .fold(0.0f64, |most, share| most.max(*share));
    let corners =
        ((theme::MARGIN + 46.0, 132.0), (canvas.width - theme::MARGIN, canvas.height - 56.0));
    let plot = Frame::new(corners.0, corners.1, (-REACH, REACH), (0.0, highest.max(1e-6) * 1.06));
    plot.shares(&mut canvas, "Share of deviations", 6);
    for (index, share) in bars.iter().enumerate().filter(|(_, share)| **share > 0.0) {
        let from = -REACH + index as f64 * BAR;
        let (left, right) = (plot.x.at(from), plot.x.at(from + BAR));
        let is_allowed = (-4.0..4.0).contains(&from);
        let ink = if is_allowed { theme::BLUE } else { theme::VERMILION };
        canvas.rectangle((left + 0.75, plot.y.at(*share)), (right - 0.75, plot.bottom()), ink);
    }
    canvas.line(
        bell.iter().map(|(z, share)| plot.at(*z, *share)).collect(),
        theme::CURVE,
        theme::ORANGE,
    );
    for limit in [-4.0, 4.0] {
        canvas.dashed(plot.at(limit, plot.y.high), plot.at(limit, 0.0), 1.75, theme::OBJECTIVE);
    }
    plot.strip_label(&mut canvas, plot.x.at(4.0), "rejected beyond 4", theme::OBJECTIVE);
    plot.axis_x(&mut canvas, "Ours less expected, in standard errors", 1.0, false);
    let entries = [Entry::area("cases", theme::BLUE), Entry::line("chance alone", theme::ORANGE)];
    frame::legend(&mut canvas, &entries, plot.right(), 92.0);
    if z.is_empty() {
        let middle = ((plot.left() + plot.right()) / 2.0, (plot.top() + plot.bottom()) / 2.0);
        canvas.text(
            "no case has a deviation",
            middle,
            theme::LABEL_SIZE,
            Align::Centre,
            theme::QUIET,
        );
    }
    canvas
}

/// Shares by bar, from one end to the other; what lies beyond stands in the last.
fn bars(z: &[f64]) -> Vec<f64> {
    let count = (2.0 * REACH / BAR) as usize;
    let mut bars = vec![0.0; count];
    for deviation in z {
        let place = ((deviation + REACH) / BAR).floor().clamp(0.0, (count - 1) as f64);
        bars[place as usize] += 1.0 / z.len() as f64;
    }
    bars
}

/// The standard normal density times the width of a bar.
fn bell() -> Vec<(f64, f64)> {
    let density = |z: f64| BAR * libm::exp(-0.5 * z * z) / std::f64::consts::TAU.sqrt();
    (-50..=50).map(|tenth| f64::from(tenth) / 10.0).map(|z| (z, density(z))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_deviation_has_its_bar() {
        let bars = bars(&[-0.1, 0.1, 0.2, 7.0]);
        assert_eq!((bars[9], bars[10], bars[19], bars.len()), (0.25, 0.5, 0.25, 20));
        let sum: f64 = bell().iter().map(|(_, share)| share * 0.1 / BAR).sum();
        assert!((sum - 1.0).abs() < 1e-3, "the bell has all of chance under it: {sum}");
    }
}
