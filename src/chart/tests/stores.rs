//! Tests of the charts of stores that several regions write: lag, arrival, ledgers.

use super::super::canvas::Shape;
use super::super::{ALL, filled, theme};
use super::{Report, assert_readable, empty, interval, mark, small, svg, text, words};
use crate::report::consistency::{Consistency, ConsistencyRow, ConsistentBy, LagPoint, Quantiles};
use crate::report::{Interval, Ledger, Numbers, Unit, Value};

/// Little lag but for a fault of 20 minutes; half of the writes arrive in a second, 99% in 19.5 minutes.
pub fn store(name: &str) -> Consistency {
    let lag = |index: u32| {
        let seconds = f64::from(index) * 10.0 - 190.0;
        let held = if (0.0..=1_200.0).contains(&seconds) { seconds } else { 0.0 };
        LagPoint {
            seconds,
            lag: 0.25 + held,
            lag_p95: 1.25 + held,
            divergent: 0.006 + 0.9 * held / 1_200.0,
        }
    };
    let by = |(seconds, share): (f64, f64)| ConsistentBy {
        seconds,
        share,
        low: share * 0.98,
        high: (share * 1.02).min(1.0),
    };
    let quantiles = Quantiles {
        p50: Some(interval(1.0)),
        p99: Some(interval(1_170.0)),
        p999: Some(interval(1_200.0)),
    };
    Consistency {
        store: name.to_string(),
        policy: "LastWriterWins".into(),
        is_whole: false,
        keys: 20_000,
        keys_simulated: 80,
        writes_simulated: 2_000.0,
        rows: vec![ConsistencyRow {
            key: "share_updates_lost".into(),
            label: "updates lost".into(),
            meaning: String::new(),
            unit: Unit::Share,
            value: interval(0.14),
        }],
        arrival: quantiles,
        everywhere: quantiles,
        staleness: quantiles,
        numbers: Numbers::default(),
        consistent_by: [
            (0.1, 0.0),
            (0.5, 0.2),
            (1.0, 0.5),
            (3.0, 0.67),
            (60.0, 0.68),
            (600.0, 0.83),
            (1_170.0, 0.99),
            (1_200.0, 1.0),
        ]
        .map(by)
        .to_vec(),
        lag: (0..320).map(lag).collect(),
    }
}

/// Of so many acknowledged writes, so many are late, overwritten and in sibling sets.
pub fn ledger(name: &str, acknowledged: f64, [late, overwritten, sibling]: [f64; 3]) -> Ledger {
    Ledger {
        store: name.to_string(),
        numbers: Numbers::of(
            [
                ("acknowledged", acknowledged),
                ("late", late),
                ("overwritten", overwritten),
                ("sibling", sibling),
            ]
            .map(|(key, number)| (key, Value::Number(number))),
        ),
    }
}

fn partition() -> Report {
    let mut report = empty();
    report.faults = vec!["the link is cut".to_string()];
    report.charts.marks = vec![mark("the fault ends", 1_200.0, 1_000)];
    report.consistency = vec![store("stock")];
    report.ledgers = vec![ledger("stock", 500_000.0, [147_000.0, 20_000.0, 0.0])];
    report
}

/// The corners of all lines of the chart with this ink.
fn paths(report: &Report, name: &str, ink: theme::Ink) -> Vec<Vec<(f64, f64)>> {
    let chart = ALL.iter().find(|chart| chart.name() == name).expect("the chart exists");
    let lines = filled(*chart, "", report).shapes.into_iter().filter_map(|shape| match shape {
        Shape::Line { places, ink: used, .. } if used == ink => Some(places),
        _ => None,
    });
    lines.collect()
}

fn has(report: &Report, name: &str, wanted: &str) -> bool {
    words(report, name).iter().any(|text| text == wanted)
}

#[test]
fn the_lag_is_highest_where_the_fault_ends() {
    let report = partition();
    assert_eq!(
        words(&report, "lag")[0],
        "Replicas of stock fall up to 20 min behind; before the fault 250 ms"
    );
    assert!(has(&report, "lag", "fault") && has(&report, "lag", "the fault ends"));
    assert!(has(
        &report,
        "lag",
        "Replication lag: of a log, that of its replicas; of keys, the mean age of writes that some region lacks, log scale"
    ));
    let curves: Vec<_> =
        paths(&report, "lag", theme::BLUE).into_iter().filter(|path| path.len() > 2).collect();
    assert_eq!(curves.len(), 2, "the lag, and the keys that differ");
    let end = paths(&report, "lag", theme::DARK_NEUTRAL)[0][0].0;
    for curve in curves {
        let highest = curve
            .iter()
            .copied()
            .reduce(|one, two| if two.1 < one.1 { two } else { one })
            .expect("points");
        assert!((highest.0 - end).abs() < 0.01, "{highest:?} is not at {end}");
    }
    assert_readable(&report);
}

#[test]
fn of_several_stores_the_title_names_the_worst() {
    let mut report = partition();
    report.consistency.push(store("orders"));
    report.consistency[1]
        .lag
        .iter_mut()
        .for_each(|point| (point.lag, point.lag_p95) = (point.lag / 2.0, point.lag_p95 / 2.0));
    assert_eq!(
        words(&report, "lag")[0],
        "Replicas fall up to 20 min behind (those of stock); before the fault 250 ms"
    );
    assert_eq!(
        words(&report, "arrival")[0],
        "Half of the writes to any store reach another region within 1 s"
    );
    report.consistency[1].arrival.p50 = Some(interval(5.0));
    assert_eq!(
        words(&report, "arrival")[0],
        "Half of the writes reach another region within 1 s (stock) to 5 s (orders)"
    );
}

#[test]
fn a_lag_that_hardly_changes_has_a_plain_scale() {
    let mut report = partition();
    for point in &mut report.consistency[0].lag {
        *point = LagPoint { lag: 0.25, lag_p95: 0.3, divergent: 0.006, ..*point };
    }
    assert_eq!(
        words(&report, "lag")[0],
        "The fault hardly shows: replicas of stock are about 250 ms behind"
    );
    assert!(has(
        &report,
        "lag",
        "Replication lag: of a log, that of its replicas; of keys, the mean age of writes that some region lacks, seconds"
    ));
    // Nothing breaks: no word about a fault.
    report.faults.clear();
    report.charts.marks.clear();
    assert!(!has(&report, "lag", "fault") && has(&report, "lag", "Time, minutes"));
    assert_readable(&report);
}

#[test]
fn the_formula_meets_the_curve_at_the_median_and_leaves_it() {
    let report = partition();
    assert_eq!(
        words(&report, "arrival")[0],
        "Half of the writes reach another region within 1 s, 99% within 19.5 min"
    );
    // L = 1 s / ln 2, and ln 100 of it are 6.64 s.
    assert!(
        has(&report, "arrival", "formula: 99% after 6.64 s")
            && has(&report, "arrival", "99% after 19.5 min")
    );
    assert!(has(&report, "arrival", "half after 1 s"));
    let curve = paths(&report, "arrival", theme::BLUE)
        .into_iter()
        .find(|path| path.len() > 2)
        .expect("the curve");
    let (dashes, median) = (paths(&report, "arrival", theme::TEXT), curve[4]);
    let nearest = |place: (f64, f64)| {
        dashes
            .iter()
            .flatten()
            .map(|at| (at.0 - place.0).abs() + (at.1 - place.1).abs())
            .fold(f64::INFINITY, f64::min)
    };
    assert!(nearest(median) < 8.0, "{median:?} is {} from the formula", nearest(median));
    let plateau = curve[6];
    assert!(nearest(plateau) > 80.0, "{plateau:?} is {} from the formula", nearest(plateau));
    assert_readable(&report);
}

#[test]
fn without_a_median_there_is_no_formula() {
    let mut report = partition();
    let open = Some(Interval { low: None, estimate: None, high: None });
    report.consistency[0].arrival = Quantiles { p50: open, p99: open, p999: open };
    report.consistency[0].consistent_by.truncate(2);
    assert_eq!(
        words(&report, "arrival")[0],
        "Fewer than half of the writes reach another region: not by the end of the run"
    );
    let texts = words(&report, "arrival");
    assert!(!texts.iter().any(|text| text.contains("exp")), "{texts:?}");
    assert!(
        texts.iter().any(|text| text == "stock: 80% not there by the end of the run."),
        "{texts:?}"
    );
    assert_readable(&report);
}

#[test]
fn ledgers_say_what_became_of_every_write() {
    let mut report = partition();
    assert_eq!(
        words(&report, "ledgers")[0],
        "4.0% of the acknowledged writes to stock are gone, without an error"
    );
    for wanted in ["67% kept", "29% late", "29%", "147k", "4.0%", "20.0k", "of updates lost", "14%"]
    {
        assert!(has(&report, "ledgers", wanted), "{wanted} in {:?}", words(&report, "ledgers"));
    }
    report.ledgers[0] = ledger("stock", 500_000.0, [147_000.0, 0.0, 100.0]);
    assert_eq!(
        words(&report, "ledgers")[0],
        "No acknowledged write to stock is gone, and still 14% of its updates are lost"
    );
    report.consistency[0].rows.clear();
    assert_eq!(
        words(&report, "ledgers")[0],
        "0.020% of the acknowledged writes to stock stand beside a rival at the end; none is gone"
    );
    assert_readable(&report);
}

#[test]
fn charts_of_stores_appear_only_where_several_regions_write() {
    let names =
        |report: &Report| svg(report).iter().map(|picture| picture.name).collect::<Vec<_>>();
    let mut report = partition();
    assert_eq!(names(&report), ["ledgers", "lag", "arrival"]);
    // All kept: the ledger has nothing to show.
    report.ledgers[0] = ledger("stock", 500_000.0, [0.0; 3]);
    assert_eq!(names(&report), ["lag", "arrival"]);
    report = partition();
    report.consistency[0].lag.clear();
    report.consistency[0].consistent_by.clear();
    assert_eq!(names(&report), ["ledgers"]);
    // The losses of other stores have a chart of their own.
    report.consistency.clear();
    assert!(names(&report).is_empty());
}

#[test]
fn one_point_is_drawn() {
    let mut report = partition();
    report.consistency[0].lag.truncate(1);
    report.consistency[0].consistent_by =
        vec![ConsistentBy { seconds: 1.0, share: 1.0, low: 1.0, high: 1.0 }];
    for name in ["lag", "arrival"] {
        assert!(!paths(&report, name, theme::BLUE).is_empty(), "{name}");
    }
    assert_readable(&report);
    report.runs_done = 1;
    assert_readable(&report);
}

#[test]
fn texts_of_stores_never_overlap_or_break() {
    for (factor, count, name) in
        [(1.0, 2, "orders"), (60.0, 12, "wide and "), (0.001, 7, "東京 "), (1e9, 3, "MMMM")]
    {
        let mut report = partition();
        let long = name.repeat(if name.len() > 6 || factor > 1.0 { 30 } else { 1 });
        let scaled = |index: u32| {
            let mut store = store(&format!("{long} {index}"));
            store.consistent_by.iter_mut().for_each(|point| point.seconds *= factor);
            store.lag.iter_mut().for_each(|point| {
                (point.seconds, point.lag, point.lag_p95) =
                    (point.seconds * factor, point.lag * factor, point.lag_p95 * factor)
            });
            store.arrival = Quantiles {
                p50: Some(interval(factor)),
                p99: Some(interval(1_170.0 * factor)),
                p999: None,
            };
            store
        };
        report.consistency = (0..count).map(scaled).collect();
        report.ledgers = report
            .consistency
            .iter()
            .map(|store| ledger(&store.store, 1e6 * factor, [1.0, 2e4 * factor, 3e3 * factor]))
            .collect();
        report.charts.marks = (0..9)
            .map(|index| {
                mark(&format!("fault {index} ends"), 130.0 * f64::from(index) * factor, 1_000)
            })
            .collect();
        assert_readable(&report);
    }
}

#[test]
fn wild_numbers_of_stores_neither_hang_nor_panic() {
    for wild in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e308, -1e308, 5e-324, 0.0] {
        let mut report = small();
        let strange = Some(Interval { low: Some(wild), estimate: Some(wild), high: Some(wild) });
        report.consistency = vec![store("stock"), store("orders")];
        let store = &mut report.consistency[0];
        store.lag.push(LagPoint { seconds: wild, lag: wild, lag_p95: wild, divergent: wild });
        store.lag[40] = LagPoint { lag: wild, ..store.lag[40] };
        store.consistent_by.push(ConsistentBy {
            seconds: wild,
            share: wild,
            low: wild,
            high: wild,
        });
        store.arrival = Quantiles { p50: strange, p99: strange, p999: strange };
        report.ledgers = vec![
            ledger("stock", wild, [wild, 1.0, wild]),
            ledger("orders", 10.0, [1.0, wild, 2.0]),
        ];
        for picture in svg(&report) {
            assert!(!text(&picture).contains("NaN"), "{} with {wild}", picture.name);
        }
    }
}

/// A fate without a colour would be missing from the picture without a word.
#[test]
fn every_fate_of_an_acknowledged_write_has_its_place() {
    use crate::measure::metric::Scope;
    let fates = Scope::Store.metrics().iter().filter(|metric| metric.part_of == "acknowledged");
    let mut known: Vec<&str> =
        fates.map(|metric| metric.key).filter(|key| *key != "kept").collect();
    let mut drawn: Vec<&str> = crate::chart::ledgers::FATES.iter().map(|fate| fate.key).collect();
    known.sort_unstable();
    drawn.sort_unstable();
    assert_eq!(known, drawn);
}
