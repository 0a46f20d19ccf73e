//! A legend and its curves go by the same colours: what is called reads is drawn as reads.

use super::super::canvas::{Canvas, Shape};
use super::super::theme::{self, Ink};
use super::super::{ALL, filled};
use super::{Report, small};

fn canvas(report: &Report, name: &str) -> Canvas {
    let chart = ALL.iter().find(|chart| chart.name() == name).expect("the chart exists");
    filled(*chart, "", report)
}

/// The ink of the sign right before a word of the legend, on its line.
fn ink_of(canvas: &Canvas, word: &str) -> Ink {
    let at = canvas.shapes.iter().find_map(|shape| match shape {
        Shape::Text(text) if text.words == word => Some(text.place),
        _ => None,
    });
    let (x, y) = at.unwrap_or_else(|| panic!("the legend names {word}"));
    let mut signs = canvas.shapes.iter().filter_map(|shape| match shape {
        Shape::Line { places, ink, .. }
            if places.len() == 2
                && (places[0].1 - y).abs() < 8.0
                && places[1].0 <= x
                && x - places[1].0 < 20.0 =>
        {
            Some(*ink)
        }
        _ => None,
    });
    signs.next_back().unwrap_or_else(|| panic!("a sign stands before {word}"))
}

/// The lowest place, in the picture, of the curves of an ink; the upper edge is 0.
fn lowest(canvas: &Canvas, wanted: Ink) -> f64 {
    let curves = canvas.shapes.iter().filter_map(|shape| match shape {
        Shape::Line { places, ink, width }
            if *ink == wanted && *width == theme::CURVE && places.len() > 2 =>
        {
            Some(places)
        }
        _ => None,
    });
    curves.flatten().map(|place| place.1).reduce(f64::max).expect("a curve has this ink")
}

/// The place furthest to the left of the curves of an ink.
fn leftmost(canvas: &Canvas, wanted: Ink) -> f64 {
    let curves = canvas.shapes.iter().filter_map(|shape| match shape {
        Shape::Line { places, ink, width }
            if *ink == wanted && *width == theme::CURVE && places.len() > 2 =>
        {
            Some(places)
        }
        _ => None,
    });
    curves
        .flatten()
        .filter(|place| place.1 < 200.0)
        .map(|place| place.0)
        .reduce(f64::min)
        .expect("a curve has this ink")
}

/// Reads fall to 20%, writes only to 80%: the curve whose colour the legend calls reads is the lower one.
#[test]
fn the_lower_curve_of_availability_is_that_of_what_fails_more() {
    let mut report = small();
    for point in
        report.charts.availability.iter_mut().filter(|point| (0.0..100.0).contains(&point.seconds))
    {
        (point.reads, point.writes, point.low, point.high) =
            (Some(0.2), Some(0.8), Some(0.2), Some(0.8));
    }
    let canvas = canvas(&report, "availability");
    let [reads, writes] = ["Reads", "Writes"].map(|word| ink_of(&canvas, word));
    assert_eq!([reads, writes], [theme::BLUE, theme::VERMILION], "as in every other chart");
    assert!(
        lowest(&canvas, reads) > lowest(&canvas, writes) + 100.0,
        "{} and {}",
        lowest(&canvas, reads),
        lowest(&canvas, writes)
    );
}

/// Users read again three times as soon as they write: the curve that rises first is in the colour of reads.
#[test]
fn the_earlier_curve_of_recovery_is_that_of_what_is_back_first() {
    let mut report = small();
    let writes = &mut report.charts.recovery[1];
    assert_eq!(writes.operation, crate::report::Served::Writes);
    writes.points.iter_mut().for_each(|point| point.seconds *= 3.0);
    let canvas = canvas(&report, "recovery");
    let [reads, writes] = ["Reads", "Writes"].map(|word| ink_of(&canvas, word));
    assert_eq!([reads, writes], [theme::BLUE, theme::VERMILION], "as in every other chart");
    assert!(
        leftmost(&canvas, reads) + 50.0 < leftmost(&canvas, writes),
        "{} and {}",
        leftmost(&canvas, reads),
        leftmost(&canvas, writes)
    );
}
