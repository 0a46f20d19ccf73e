//! Tests of the charts as a whole, from a small report.

mod colours;
mod sample;
mod stores;

pub use sample::{check, empty};
use sample::{interval, small};

pub use stores::{ledger, store};

use super::canvas::{Align, Canvas, Shape, Text};
use super::{ALL, Format, Picture, draw_all, filled, font};
use crate::report::{
    AvailabilityPoint, CurvePoint, Interval, Mark, MarkKind, Phase, PhaseName, Report, Value,
};

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
            "whereabouts",
            "detection",
            "ledgers",
            "lag",
            "arrival"
        ]
    );
    assert_eq!(names.len(), ALL.len());
    for picture in &pictures {
        assert!(text(picture).starts_with("<svg "), "{}", picture.name);
        assert!(text(picture).contains("tokyo-outage: 1,000 runs, seed 1"), "{}", picture.name);
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
    report.checks.clear();
    report.consistency.clear();
    let once = draw_all(&report, Format::Png).expect("a report can always be drawn");
    assert_eq!(once.len(), 1);
    for picture in &once {
        let reader = png::Decoder::new(picture.bytes.as_slice()).read_info();
        let mut reader = reader.expect("a PNG has a header");
        assert_eq!(reader.info().size(), (1_920, 1_080));
        let mut pixels = vec![0; reader.output_buffer_size()];
        reader.next_frame(&mut pixels).expect("a PNG has pixels");
        assert_eq!(pixels[..3], [255, 255, 255]);
        assert!(pixels.iter().any(|byte| *byte < 100));
    }
    assert_eq!(once, draw_all(&report, Format::Png).expect("a report can always be drawn"));
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
    for wild in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e308, -1e308, 5e-324, 0.0] {
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
            *mark = Mark { median_seconds: wild, high_seconds: wild, ..mark.clone() };
        }
        for curve in &mut data.recovery {
            curve.points.push(CurvePoint { seconds: wild, low: wild, share: wild, high: wild });
        }
        data.rto_objective = Some(wild);
        data.rpo_objective = Some(wild);
        data.lost_writes.push(wild);
        data.rpo_seconds = vec![wild];
        for area in &mut data.whereabouts {
            area.points.push((wild, wild));
        }
        for phase in report.budgets.iter_mut().flat_map(|budget| &mut budget.phases) {
            phase.seconds = Interval { low: Some(wild), estimate: Some(wild), high: Some(wild) };
        }
        for (index, check) in report.checks.iter_mut().enumerate() {
            let median = Interval { low: None, estimate: Some(wild), high: None };
            check.numbers.set("detection_p50", Value::Interval(median));
            let estimate = (index > 0).then_some(wild);
            let rate = Interval { low: Some(wild), estimate, high: Some(wild) };
            check.numbers.set("false_alarms_per_30_days", Value::Interval(rate));
        }
        report.checks.push(check("tame", 10.0, 1.0));
        for picture in svg(&report) {
            assert!(!text(&picture).contains("NaN"), "{} with {wild}", picture.name);
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
        assert_apart(chart.name(), &filled(*chart, &chart.title(report), report));
    }
}

/// The same for one picture.
pub fn assert_apart(name: &str, canvas: &Canvas) {
    let texts = canvas.shapes.iter().filter_map(|shape| match shape {
        Shape::Text(text) => Some((text.words.as_str(), extent(text))),
        _ => None,
    });
    let texts: Vec<(&str, [f64; 4])> = texts.collect();
    for (index, (words, one)) in texts.iter().enumerate() {
        let inside = one[0] >= 0.0 && one[2] <= canvas.width && one[3] <= canvas.height;
        assert!(inside, "{name}: {words} leaves the picture");
        for (other, two) in &texts[index + 1..] {
            let apart =
                one[2] <= two[0] || two[2] <= one[0] || one[3] <= two[1] || two[3] <= one[1];
            assert!(apart, "{name}: {words} touches {other}");
        }
    }
}

#[test]
fn texts_never_overlap() {
    assert_readable(&small());
    for (factor, count, name) in
        [(1.0, 8, "short"), (60.0, 40, "wide and "), (0.001, 15, "東京 "), (1e9, 24, "MMMM")]
    {
        let mut report = small();
        let long = name.repeat(if name.len() > 5 || factor > 1.0 { 30 } else { 1 });
        report.scenario = long.clone();
        let data = &mut report.charts;
        let mark = |index: u32| Mark {
            label: format!("{long} {index}"),
            kind: None,
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
        report.checks = (0..count)
            .map(|index| {
                check(
                    &format!("{long} {index}"),
                    f64::from(index % 7) * factor,
                    f64::from(index % 3) * factor,
                )
            })
            .collect();
        report.budgets = vec![report.budgets[0].clone(); 3];
        for phase in report.budgets.iter_mut().flat_map(|budget| &mut budget.phases) {
            phase.seconds = interval(factor * 30.0);
        }
        assert_readable(&report);
    }
}

/// All texts of the chart with this name.
fn words(report: &Report, name: &str) -> Vec<String> {
    let chart = ALL.iter().find(|chart| chart.name() == name);
    let chart = chart.expect("the chart exists");
    let canvas = filled(*chart, &chart.title(report), report);
    let texts = canvas.shapes.into_iter().filter_map(|shape| match shape {
        Shape::Text(text) => Some(text.words),
        _ => None,
    });
    texts.collect()
}

fn mark(label: &str, seconds: f64, runs: u64) -> Mark {
    Mark {
        label: label.to_string(),
        kind: match label {
            "reads are back" => Some(MarkKind::ReadsBack),
            "writes are back" => Some(MarkKind::WritesBack),
            "the fault ends" => Some(MarkKind::FaultEnds),
            _ => None,
        },
        median_seconds: seconds,
        low_seconds: seconds - 5.0,
        high_seconds: seconds + 7.0,
        runs,
    }
}

#[test]
fn the_title_of_availability_tells_whose_number_it_is() {
    let title = |marks: Vec<Mark>, runs_done| {
        let mut report = small();
        report.runs_done = runs_done;
        report.charts.marks = marks;
        words(&report, "availability").swap_remove(0)
    };
    let both =
        |runs| vec![mark("reads are back", 105.0, 1_000), mark("writes are back", 140.2, runs)];
    assert_eq!(
        title(both(1_000), 1_000),
        "Reads are back after 105 s, writes after 140 s (medians)"
    );
    assert_eq!(title(both(1_000), 1), "Reads are back after 105 s, writes after 140 s");
    assert_eq!(
        title(both(812), 1_000),
        "Reads are back in every run, half of them within 105 s; \
         writes in 81% of runs, half of them within 140 s"
    );
    assert_eq!(
        title(vec![mark("reads are back", 105.0, 1_000)], 1_000),
        "Reads are back after 105 s (median); at the end 95% of writes succeed"
    );
    assert_eq!(
        title(Vec::new(), 1_000),
        "Over all runs, success falls to 40% of reads, 35% of writes; \
         not back above 99% by the end"
    );
}

#[test]
fn the_table_of_facts_explains_itself_and_what_is_left_out() {
    let mut report = small();
    report.charts.marks =
        (0..30).map(|index| mark("fact", 40.0 + f64::from(index), 1_000)).collect();
    let texts = words(&report, "availability");
    let has = |wanted: &str| texts.iter().any(|text| text == wanted);
    assert!(has("fault"));
    assert!(has("40 s (35 to 47 s)"));
    assert!(has(
        "Time from the fault: median (5th to 95th percentile of runs); 6 later facts are left out"
    ));
    assert!(has("24") && !has("25"));
    assert_readable(&report);
}

#[test]
fn a_fact_at_the_fault_keeps_clear_of_the_word() {
    let mut report = small();
    report.charts.marks = vec![mark("a", 0.0, 1_000), mark("b", 0.5, 1_000)];
    assert_readable(&report);
    // Without anything before the fault, the word stands beside the plot.
    report.charts.availability.drain(..5);
    report.charts.whereabouts.clear();
    assert_readable(&report);
}

#[test]
fn meanings_of_phases_are_whole() {
    let mut report = small();
    let names = [
        (PhaseName::Detect, "fault to detection"),
        (PhaseName::Reconnect, "failover to new connections"),
        (PhaseName::Repair, "until the fault itself ends and everything is as it was"),
    ];
    report.budgets[0].phases = names
        .map(|(name, meaning)| Phase {
            name,
            meaning: meaning.to_string(),
            seconds: interval(20.0),
        })
        .to_vec();
    let texts = words(&report, "phases");
    for (name, meaning) in names {
        assert!(texts.iter().any(|text| *text == name.name()), "{texts:?}");
        assert!(texts.iter().any(|text| text == meaning), "{texts:?}");
    }
    assert!(!texts.iter().any(|text| text.contains('…')), "{texts:?}");
    assert_readable(&report);
}

#[test]
fn counts_of_lost_writes_are_rounded() {
    let mut report = small();
    report.charts.lost_writes = vec![56_791.0, 225_150.0, 679_748.0];
    let texts = words(&report, "losses");
    let title = "The median run loses about 225k acknowledged writes; \
                 RPO is within 5 s in 100% of runs";
    assert_eq!(texts[0], title);
    let summary = "p50 225k, p95 680k, max 680k";
    assert!(texts.iter().any(|text| text == summary), "{texts:?}");
}

#[test]
fn a_region_may_have_any_name() {
    let mut report = small();
    report.charts.whereabouts[0].region = "nowhere".to_string();
    let title = &words(&report, "whereabouts")[0];
    assert_eq!(title, "Users leave nowhere: from 60% at the fault down to 0%");
}
