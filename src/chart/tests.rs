//! Tests of the charts as a whole, from a small report.

use super::canvas::{Align, Shape, Text};
use super::{ALL, Format, Picture, draw_all, filled, font};
use crate::report::{
    AvailabilityPoint, Budget, ChartData, CurvePoint, Interval, Mark, Phase, RecoveryCurve, Report,
    SCHEMA, Whereabouts,
};

/// A report without any data for charts.
fn empty() -> Report {
    Report {
        schema: SCHEMA,
        version: "0.0.0",
        scenario: "tokyo-outage".to_string(),
        question: String::new(),
        seed: 1,
        runs_asked: 1_000,
        runs_done: 1_000,
        partial: false,
        run_seconds: 1_800.0,
        digest: String::new(),
        confidence: 0.95,
        faults: Vec::new(),
        verdicts: Vec::new(),
        measures: Vec::new(),
        user_recovery: Vec::new(),
        budgets: Vec::new(),
        ledgers: Vec::new(),
        latencies: Vec::new(),
        populations: Vec::new(),
        next: Vec::new(),
        sources: Vec::new(),
        charts: ChartData::default(),
    }
}

fn interval(estimate: f64) -> Interval {
    Interval {
        low: Some(estimate * 0.9),
        estimate: Some(estimate),
        high: Some(estimate * 1.1),
    }
}

/// Full service but for a hundred seconds.
fn point(index: u32) -> AvailabilityPoint {
    let seconds = f64::from(index) * 10.0 - 50.0;
    let share = if (0.0..100.0).contains(&seconds) {
        0.4
    } else {
        1.0
    };
    let band = (Some(share - 0.1), Some(share));
    AvailabilityPoint {
        seconds,
        reads: Some(share),
        writes: Some(share - 0.05),
        low: band.0,
        high: band.1,
    }
}

/// One of everything that a chart draws.
fn small() -> Report {
    let mut report = empty();
    let curve = |operation| RecoveryCurve {
        operation,
        points: (0..20)
            .map(|index| {
                let share = f64::from(index) / 19.0;
                CurvePoint {
                    seconds: f64::from(index) * 7.0,
                    low: share * 0.9,
                    share,
                    high: share,
                }
            })
            .collect(),
    };
    let area = |region: &str, before: f64, after: f64| Whereabouts {
        region: region.to_string(),
        points: vec![
            (-50.0, before),
            (0.0, before),
            (60.0, after),
            (200.0, after),
        ],
    };
    let phase = |name, seconds| Phase {
        name,
        meaning: "fault to belief",
        seconds: interval(seconds),
    };
    report.budgets = vec![Budget {
        operation: "reads",
        runs: 1_000,
        phases: vec![phase("detect", 30.0), phase("act", 50.0)],
        total: interval(80.0),
    }];
    report.charts = ChartData {
        availability: (0..40).map(point).collect(),
        marks: vec![Mark {
            label: "Tokyo seen unhealthy".to_string(),
            median_seconds: 30.0,
            low_seconds: 25.0,
            high_seconds: 40.0,
            runs: 900,
        }],
        recovery: vec![curve("reads"), curve("writes")],
        rto_objective: Some(60.0),
        lost_writes: vec![0.0, 10.0, 12.0, 40.0],
        rpo_seconds: vec![0.0, 1.0, 1.5, 4.0],
        rpo_objective: Some(5.0),
        whereabouts: vec![area("tokyo", 0.6, 0.0), area("osaka", 0.4, 1.0)],
    };
    report
}

fn svg(report: &Report) -> Vec<Picture> {
    draw_all(report, Format::Svg).expect("a report can always be drawn")
}

fn text(picture: &Picture) -> &str {
    std::str::from_utf8(&picture.bytes).expect("SVG is text")
}

#[test]
fn draws_every_chart() {
    let pictures = svg(&small());
    let names: Vec<&str> = pictures.iter().map(|picture| picture.name).collect();
    assert_eq!(
        names,
        [
            "availability",
            "recovery",
            "losses",
            "phases",
            "whereabouts"
        ]
    );
    assert_eq!(names.len(), ALL.len());
    for picture in &pictures {
        assert!(text(picture).starts_with("<svg "), "{}", picture.name);
        assert!(
            text(picture).contains("tokyo-outage: 1,000 runs, seed 1"),
            "{}",
            picture.name
        );
        assert!(picture.alt.ends_with('.'), "{}", picture.alt);
        assert_eq!(picture.extension, "svg");
    }
}

#[test]
fn png_is_png_and_the_same_twice() {
    let mut report = small();
    // Bitmaps take long in a build for tests: one is enough.
    report.charts.availability.clear();
    report.charts.recovery.clear();
    report.charts.whereabouts.clear();
    report.budgets.clear();
    let once = draw_all(&report, Format::Png).expect("a report can always be drawn");
    assert_eq!(once.len(), 1);
    assert!(
        once.iter()
            .all(|picture| picture.bytes.starts_with(b"\x89PNG\r\n"))
    );
    assert_eq!(
        once,
        draw_all(&report, Format::Png).expect("a report can always be drawn")
    );
}

#[test]
fn svg_is_the_same_twice() {
    assert_eq!(svg(&small()), svg(&small()));
}

#[test]
fn no_data_gives_no_pictures() {
    assert_eq!(svg(&empty()), Vec::new());
}

#[test]
fn names_are_cleaned_and_escaped() {
    let mut report = small();
    report.scenario = "a\u{0}b\u{1b}<script>&".to_string();
    for mark in &mut report.charts.marks {
        mark.label = "bell\u{7}\u{202e} & <b>".to_string();
    }
    for area in &mut report.charts.whereabouts {
        area.region.push('\u{8}');
    }
    for picture in svg(&report) {
        let forbidden = |letter: char| letter.is_control() && letter != '\n';
        assert!(!text(&picture).contains(forbidden), "{}", picture.name);
        assert!(!text(&picture).contains("<script>"), "{}", picture.name);
        assert!(!picture.alt.contains(char::is_control), "{}", picture.name);
    }
}

#[test]
fn wild_numbers_neither_hang_nor_panic() {
    for wild in [
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        1e308,
        -1e308,
        5e-324,
        0.0,
    ] {
        let mut report = small();
        let data = &mut report.charts;
        for point in data.availability.iter_mut().skip(3) {
            *point = AvailabilityPoint {
                seconds: wild,
                reads: Some(wild),
                writes: None,
                low: Some(wild),
                high: Some(wild),
            };
        }
        for mark in &mut data.marks {
            *mark = Mark {
                median_seconds: wild,
                high_seconds: wild,
                ..mark.clone()
            };
        }
        for curve in &mut data.recovery {
            curve.points.push(CurvePoint {
                seconds: wild,
                low: wild,
                share: wild,
                high: wild,
            });
        }
        data.rto_objective = Some(wild);
        data.rpo_objective = Some(wild);
        data.lost_writes.push(wild);
        data.rpo_seconds = vec![wild];
        for area in &mut data.whereabouts {
            area.points.push((wild, wild));
        }
        for phase in report
            .budgets
            .iter_mut()
            .flat_map(|budget| &mut budget.phases)
        {
            phase.seconds = Interval {
                low: Some(wild),
                estimate: Some(wild),
                high: Some(wild),
            };
        }
        for picture in svg(&report) {
            assert!(
                !text(&picture).contains("NaN"),
                "{} with {wild}",
                picture.name
            );
        }
    }
}

/// The box of a text: left, top, right, bottom.
fn extent(text: &Text) -> [f64; 4] {
    let width = font::width(&text.words, text.size, text.weight);
    let left = match text.align {
        Align::Left => text.place.0,
        Align::Centre => text.place.0 - width / 2.0,
        Align::Right => text.place.0 - width,
    };
    let (rise, fall) = (text.size * 0.76, text.size * 0.2);
    [left, text.place.1 - rise, left + width, text.place.1 + fall]
}

/// No text touches another or leaves the picture.
fn assert_readable(report: &Report) {
    for chart in ALL.iter().filter(|chart| chart.has_data(report)) {
        let canvas = filled(*chart, &chart.title(report), report);
        let texts = canvas.shapes.iter().filter_map(|shape| match shape {
            Shape::Text(text) => Some((text.words.as_str(), extent(text))),
            _ => None,
        });
        let texts: Vec<(&str, [f64; 4])> = texts.collect();
        for (index, (words, one)) in texts.iter().enumerate() {
            let inside = one[0] >= 0.0 && one[2] <= canvas.width && one[3] <= canvas.height;
            assert!(inside, "{}: {words} leaves the picture", chart.name());
            for (other, two) in &texts[index + 1..] {
                let apart =
                    one[2] <= two[0] || two[2] <= one[0] || one[3] <= two[1] || two[3] <= one[1];
                assert!(apart, "{}: {words} touches {other}", chart.name());
            }
        }
    }
}

#[test]
fn texts_never_overlap() {
    assert_readable(&small());
    for (factor, count, name) in [
        (1.0, 8, "short"),
        (60.0, 40, "wide and "),
        (0.001, 15, "東京 "),
        (1e9, 24, "MMMM"),
    ] {
        let mut report = small();
        let long = name.repeat(if name.len() > 5 || factor > 1.0 {
            30
        } else {
            1
        });
        report.scenario = long.clone();
        let data = &mut report.charts;
        let mark = |index: u32| Mark {
            label: format!("{long} {index}"),
            median_seconds: (100.0 + f64::from(index)) * factor,
            low_seconds: 80.0 * factor,
            high_seconds: 300.0 * factor,
            runs: 7,
        };
        data.marks = (0..count).map(mark).collect();
        for point in &mut data.availability {
            point.seconds *= factor;
        }
        for point in data.recovery.iter_mut().flat_map(|curve| &mut curve.points) {
            point.seconds *= factor;
        }
        for value in data.lost_writes.iter_mut().chain(&mut data.rpo_seconds) {
            *value *= factor;
        }
        for area in &mut data.whereabouts {
            area.region.push_str(&long);
        }
        let area = data.whereabouts[0].clone();
        data.whereabouts.extend((0..count).map(|_| area.clone()));
        report.budgets = vec![report.budgets[0].clone(); 3];
        for phase in report
            .budgets
            .iter_mut()
            .flat_map(|budget| &mut budget.phases)
        {
            phase.seconds = interval(factor * 30.0);
        }
        assert_readable(&report);
    }
}
