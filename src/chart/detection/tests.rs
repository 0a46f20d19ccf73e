//! Tests of the curve of detection, from a few checks.

use super::super::canvas::{Canvas, Shape};
use super::super::tests::{assert_apart, check, empty};
use super::super::{Chart, filled};
use super::{Detection, points};
use crate::report::{CheckRow, Interval, Report, Value};

fn of(checks: Vec<CheckRow>) -> Report {
    Report { checks, ..empty() }
}

fn drawn(report: &Report) -> Canvas {
    filled(&Detection, &Detection.title(report), report)
}

fn words(canvas: &Canvas) -> Vec<&str> {
    let texts = canvas.shapes.iter().filter_map(|shape| match shape {
        Shape::Text(text) => Some(text.words.as_str()),
        _ => None,
    });
    texts.collect()
}

#[test]
fn the_front_holds_what_nothing_beats() {
    let report = of(vec![
        check("slow and silent", 40.0, 0.0),
        check("fast", 9.0, 5_000.0),
        check("fast but louder", 9.0, 6_000.0),
        check("silent", 30.0, 0.0),
        check("middle", 20.0, 10.0),
        // One alarm in a long time is less than the bound of a silent check, and still no better.
        check("nearly silent", 35.0, 0.1),
    ]);
    let front: Vec<String> = points(&report)
        .into_iter()
        .filter(|point| point.is_front)
        .map(|point| point.name)
        .collect();
    assert_eq!(front, ["fast", "middle", "silent"]);
    assert_eq!(
        Detection.title(&report),
        "Fastest: 9 s and 5,000 false alarms a month; quietest: 30 s and no false alarm seen"
    );
}

#[test]
fn a_curve_takes_three_checks_that_are_looked_at() {
    let mut report = of(vec![check("a", 9.0, 1.0), check("b", 10.0, 1.0), check("c", 11.0, 1.0)]);
    assert!(Detection.has_data(&report));
    report.checks[2].numbers.set("observed", Value::Flag(false));
    assert!(!Detection.has_data(&report));
}

#[test]
fn every_name_is_written_or_counted() {
    for count in [3, 12, 60, 400] {
        let names = (0..count).map(|index| {
            check(
                &format!("check number {index}"),
                f64::from(index % 9),
                f64::from(index % 4) * 10.0,
            )
        });
        let report = of(names.collect());
        let canvas = drawn(&report);
        assert_apart("detection", &canvas);
        let texts = words(&canvas);
        let written = texts.iter().filter(|text| text.starts_with("check number")).count();
        let left_out = count as usize - written;
        assert!(written >= 3);
        assert_eq!(
            texts.iter().any(|text| text.contains("without room")),
            left_out > 0,
            "{count}: {written} written"
        );
    }
}

#[test]
fn what_is_not_drawn_is_said() {
    let mut report = of(vec![
        check("a", 9.0, 1.0),
        check("b", 10.0, 0.0),
        check("c", 11.0, 30.0),
        check("d", 12.0, 1.0),
    ]);
    let never = Interval { low: None, estimate: None, high: None };
    report.checks[3].numbers.set("detection_p50", Value::Interval(never));
    let canvas = drawn(&report);
    let remark = "Upright lines: interval of the rate. Arrows: none in 463 d without a fault, so at most 0.23. 1 check not seen in half of the runs: not drawn.";
    assert!(words(&canvas).contains(&remark), "{:?}", words(&canvas));
}
