//! Tests of the chart of a comparison, from small designs.

use super::super::canvas::Shape;
use super::super::tests::{assert_apart, ledger, store};
use super::super::{Format, draw_comparison};
use super::{filled, ledgers, title};
use crate::report::comparison::{Comparison, Design, SCHEMA};
use crate::report::{Budget, Estimate, Interval, Phase, PhaseName, Served, Unit};

fn interval(estimate: f64) -> Option<Interval> {
    Some(Interval {
        low: Some(estimate * 0.98),
        estimate: Some(estimate),
        high: Some(estimate * 1.02),
    })
}

fn measure(key: &'static str, unit: Unit, middle: f64) -> Estimate {
    let (p50, p95) = (interval(middle), interval(middle * 1.4));
    Estimate {
        key: key.to_string(),
        label: key.to_string(),
        unit,
        higher_is_better: false,
        occasions: 1_000,
        censored: 0,
        mean: interval(middle),
        p50,
        p90: p95,
        p95,
        p99: p95,
        min: Some(middle * 0.5),
        max: Some(middle * 2.0),
    }
}

/// A design whose service is back after so many seconds, and that fails a share of its requests.
fn design(name: &str, seconds: f64, failed: f64) -> Design {
    let phase = |name, share| Phase {
        name,
        meaning: String::new(),
        seconds: interval(seconds * share).expect("a number"),
    };
    let phases = vec![
        phase(PhaseName::Repair, 0.1),
        phase(PhaseName::Detect, 0.3),
        phase(PhaseName::Decide, 0.1),
        phase(PhaseName::Act, 0.2),
        phase(PhaseName::Propagate, 0.2),
        phase(PhaseName::Reconnect, 0.1),
    ];
    Design {
        scenario: name.to_string(),
        question: String::new(),
        digest: String::new(),
        run_seconds: 1_800.0,
        observed_seconds: Some(1_500.0),
        confidence: 0.95,
        faults: Vec::new(),
        set: Vec::new(),
        verdicts: Vec::new(),
        measures: vec![
            measure("rto_service", Unit::Seconds, seconds),
            measure("availability_run", Unit::Share, 1.0 - failed),
        ],
        rto_service_p05_seconds: Some(seconds * 0.7),
        user_recovery: Vec::new(),
        budgets: vec![Budget {
            operation: Served::All,
            runs: 1_000,
            phases,
            total: interval(seconds).expect("a number"),
        }],
        ledgers: Vec::new(),
        consistency: Vec::new(),
        latencies: Vec::new(),
    }
}

/// A design that so many of a thousand runs do not see come back; the bounds of most quantiles are open.
fn censored(name: &str, runs: u64) -> Design {
    let mut design = design(name, 140.0, 0.1);
    let recovery = &mut design.measures[0];
    let open = Some(Interval { low: None, estimate: None, high: None });
    (recovery.censored, recovery.mean, recovery.p95) = (runs, None, open);
    if runs > 500 {
        recovery.p50 = open;
    }
    if runs == 1_000 {
        design.rto_service_p05_seconds = None;
        design.budgets.clear();
    }
    design
}

fn untouched(name: &str) -> Design {
    let mut design = design(name, 1.0, 0.0);
    let recovery = &mut design.measures[0];
    (recovery.occasions, recovery.mean, recovery.p50, recovery.p95) = (0, None, None, None);
    (design.rto_service_p05_seconds, design.budgets) = (None, Vec::new());
    design
}

fn comparison(designs: Vec<Design>) -> Comparison {
    Comparison {
        schema: SCHEMA.to_string(),
        version: "0.0.0".to_string(),
        seed: 1,
        runs_asked: 1_000,
        runs_done: 1_000,
        partial: false,
        digest: String::new(),
        confidence: 0.95,
        notes: Vec::new(),
        designs,
        pairs: Vec::new(),
    }
}

fn words(comparison: &Comparison) -> Vec<String> {
    let texts = filled(comparison).shapes.into_iter().filter_map(|shape| match shape {
        Shape::Text(text) => Some(text.words),
        _ => None,
    });
    texts.collect()
}

#[test]
fn what_is_no_number_is_said_in_words() {
    let designs = vec![
        design("fast", 100.0, 0.02),
        censored("slow", 120),
        censored("never", 1_000),
        untouched("elsewhere"),
    ];
    let comparison = comparison(designs);
    let texts = words(&comparison);
    for wanted in [
        "140 s [137, 143], 12% not within 25 min",
        "100% not within 25 min",
        "no run recovered",
        "no interruption in any run",
        "no interruption",
        "0%",
    ] {
        assert!(texts.iter().any(|text| text == wanted), "{wanted} in {texts:?}");
    }
    assert_eq!(
        title(&comparison),
        "Median time without service: 100 s to 140 s; 1 not back in half the runs; 1 never interrupted"
    );
    let both = title(&self::comparison(vec![design("b", 140.0, 0.1), design("a", 100.0, 0.1)]));
    assert_eq!(both, "Median time without service: 100 s (a) to 140 s (b)");
    let none = title(&self::comparison(vec![untouched("a"), untouched("b")]));
    assert_eq!(none, "All never interrupted");
}

#[test]
fn texts_never_overlap_with_twelve_designs_and_long_names() {
    for (factor, name) in [
        (1.0, "short"),
        (60.0, "a-name-that-goes-on-"),
        (0.001, "東京"),
        (1e4, "MMMMMMMM"),
        (1.0, "wide and "),
    ] {
        let long: String =
            name.repeat(if name == "short" { 1 } else { 20 }).chars().take(140).collect();
        let designs = (0..12).map(|index| {
            let name = format!("{long}-{index}");
            match index % 4 {
                0 => censored(&name, 120 + 80 * index),
                1 => untouched(&name),
                _ => design(&name, factor * (100.0 + index as f64), 0.000_1 * (1 + index) as f64),
            }
        });
        let comparison = comparison(designs.collect());
        assert_apart("comparison", &filled(&comparison));
        // Variants differ at their end, so the end is what a long name keeps.
        let texts = words(&comparison);
        assert!(texts.iter().any(|text| text.ends_with("-11")), "{texts:?}");
    }
}

#[test]
fn wild_numbers_neither_hang_nor_panic() {
    for wild in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e308, -1e308, 5e-324, 0.0] {
        let mut pictures = draw_comparison(
            &comparison(vec![design("a", wild, wild), design("b", 100.0, 0.1)]),
            Format::Svg,
        )
        .expect("it can always be drawn");
        let text = String::from_utf8(pictures.swap_remove(0).bytes).expect("SVG is text");
        assert!(text.starts_with("<svg ") && !text.contains("NaN"), "{wild}");
    }
}

/// The words of the chart of ledgers.
fn ledger_words(comparison: &Comparison) -> Vec<String> {
    let texts = ledgers::filled(comparison).shapes.into_iter().filter_map(|shape| match shape {
        Shape::Text(text) => Some(text.words),
        _ => None,
    });
    texts.collect()
}

fn with_store(mut design: Design, [late, overwritten, sibling]: [f64; 3]) -> Design {
    design.consistency = vec![store("stock")];
    design.ledgers = vec![ledger("stock", 1_000.0, [late, overwritten, sibling])];
    design
}

#[test]
fn ledgers_stand_side_by_side() {
    let one = with_store(design("winner", 1.0, 0.0), [290.0, 40.0, 0.0]);
    let mut two = with_store(design("siblings", 1.0, 0.0), [300.0, 0.0, 1.0]);
    two.consistency[0].rows.clear();
    let comparison = comparison(vec![one, two]);
    let texts = ledger_words(&comparison);
    assert_eq!(
        texts[0],
        "0.10% to 4.0% of the acknowledged writes are gone or left to the application to merge"
    );
    for wanted in [
        "1 winner (LastWriterWins)",
        "29%",
        "4.0% overwritten",
        "0.10% in sibling sets",
        "14%",
        "no updates",
    ] {
        assert!(texts.iter().any(|text| text == wanted), "{wanted} in {texts:?}");
    }
    let pictures = draw_comparison(&comparison, Format::Svg).expect("it can always be drawn");
    assert_eq!(
        pictures.iter().map(|picture| picture.name).collect::<Vec<_>>(),
        ["comparison", "ledgers"]
    );
    assert!(pictures[1].alt.ends_with("to merge."), "{}", pictures[1].alt);
}

#[test]
fn without_a_store_that_several_regions_write_there_are_no_ledgers() {
    let mut lost = design("one writer", 100.0, 0.1);
    lost.ledgers = vec![ledger("stock", 1_000.0, [10.0, 0.0, 0.0])];
    let pictures = draw_comparison(&comparison(vec![lost, design("b", 100.0, 0.1)]), Format::Svg)
        .expect("it can always be drawn");
    assert_eq!(pictures.len(), 1);
}

#[test]
fn texts_of_ledgers_never_overlap_and_wild_numbers_do_no_harm() {
    for wild in [40.0, 1e-9, f64::NAN, f64::INFINITY, -1e308, 0.0] {
        let designs = (0..12).map(|index| {
            with_store(
                design(&format!("{}-{index}", "a-long-name-".repeat(8)), 1.0, 0.0),
                [wild, 30.0, wild],
            )
        });
        assert_apart("ledgers", &ledgers::filled(&comparison(designs.collect())));
    }
}
