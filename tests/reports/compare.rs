//! Comparing designs: the common random numbers for all, differences run by run, and words for what is no number.

use crate::keys::collect;
use mrsim::campaign::{Quiet, Settings, compare, run};
use mrsim::report::Interval;
use mrsim::report::comparison::{Comparison, Pair, Standing, text};
use mrsim::report::text::Look;
use mrsim::scenario::Scenario;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

const TOKYO: &str = include_str!("../../scenarios/tokyo-outage.ron");
const LATENCY: &str = include_str!("../../scenarios/tokyo-outage-latency.ron");

/// The outage of Tokyo where nobody promotes the store.
fn without_promotion() -> String {
    let stuck = TOKYO.replace("promotion: Promotion(to: \"us-east-1\", trigger: \"tokyo\"),", "");
    assert_ne!(stuck, TOKYO);
    stuck
}

fn settings(runs: u64) -> Settings {
    Settings { runs, ..Settings::default() }
}

fn scenario(text: &str) -> Arc<Scenario> {
    Arc::new(Scenario::parse(text).expect("the scenario reads"))
}

fn compared(designs: &[(&str, &str)], settings: &Settings) -> Comparison {
    let designs: Vec<_> =
        designs.iter().map(|(name, text)| (name.to_string(), scenario(text))).collect();
    compare(&designs, settings, &Quiet).expect("no limit is reached")
}

fn pair<'c>(comparison: &'c Comparison, key: &str, design: usize) -> &'c Pair {
    comparison
        .pairs
        .iter()
        .find(|pair| pair.key == key && pair.design == design)
        .expect("every measure and design has its pair")
}

/// Every run is in exactly one count.
fn assert_whole(comparison: &Comparison) {
    assert_eq!(comparison.pairs.len(), 3 * (comparison.designs.len() - 1));
    for pair in &comparison.pairs {
        let sum = pair.better + pair.equal + pair.worse + pair.undecided + pair.neither;
        assert_eq!(sum, comparison.runs_done, "{pair:?}");
        assert!(pair.better_beyond <= pair.better && pair.worse_beyond <= pair.worse, "{pair:?}");
    }
}

#[test]
fn a_scenario_does_not_differ_from_its_copy() {
    let comparison = compared(&[("tokyo", TOKYO), ("copy", TOKYO)], &settings(70));
    assert_whole(&comparison);
    let zero = Some(Interval { low: Some(0.0), estimate: Some(0.0), high: Some(0.0) });
    for pair in &comparison.pairs {
        assert_eq!(
            (pair.better, pair.equal, pair.worse, pair.standing),
            (0, 70, 0, Standing::Equal),
            "{pair:?}"
        );
        // A mean of runs that all say the same has no bounds: it could be carried by rare ones.
        let unbounded = Some(Interval { low: None, estimate: Some(0.0), high: None });
        assert_eq!((pair.difference, pair.mean_difference), (zero, unbounded), "{pair:?}");
    }
    assert!(comparison.notes.is_empty());
}

/// Latency routing keeps the readers of other regions served; who is up, and what is lost, is the same.
#[test]
fn runs_of_two_designs_are_paired() {
    let comparison =
        compared(&[("tokyo-outage", TOKYO), ("tokyo-outage-latency", LATENCY)], &settings(130));
    assert_whole(&comparison);
    let failed = pair(&comparison, "failed_requests", 1);
    assert_eq!((failed.better, failed.standing), (130, Standing::Better));
    assert!(
        failed.difference.and_then(|difference| difference.high).is_some_and(|high| high < 0.0)
    );
    // The log, its lag and the fault are the common random numbers: the same writes are lost.
    assert_eq!(pair(&comparison, "rpo_seconds", 1).standing, Standing::Equal);
    // The designs differ far less in a run than runs differ from each other: that is what pairing is for.
    let recovery = pair(&comparison, "rto_service", 1).mean_difference.expect("every run recovers");
    let own = comparison.designs[0]
        .measure("rto_service")
        .and_then(|measure| measure.mean)
        .expect("every run recovers");
    let width = |interval: Interval| {
        interval.high.zip(interval.low).map(|(high, low)| high - low).expect("two runs or more")
    };
    assert!(width(recovery) < 0.5 * width(own), "{recovery:?} {own:?}");
}

/// A comparison computes what a run of each scenario computes.
#[test]
fn each_design_is_its_own_campaign() {
    let comparison =
        compared(&[("tokyo-outage", TOKYO), ("tokyo-outage-latency", LATENCY)], &settings(70));
    for (design, text) in comparison.designs.iter().zip([TOKYO, LATENCY]) {
        let report = run(&design.scenario, &scenario(text), &settings(70), &Quiet)
            .expect("no limit is reached");
        assert_eq!(design.digest, report.digest);
    }
}

#[test]
fn no_interruption_is_said_in_words_and_beats_any() {
    let elsewhere = TOKYO
        .replace("RegionOutage(region: \"ap-northeast-1\"", "RegionOutage(region: \"eu-west-1\"");
    let comparison = compared(&[("tokyo", TOKYO), ("elsewhere", &elsewhere)], &settings(70));
    assert_whole(&comparison);
    let recovery = pair(&comparison, "rto_service", 1);
    assert_eq!(
        (recovery.better, recovery.better_beyond, recovery.standing),
        (70, 70, Standing::Better)
    );
    assert_eq!(recovery.difference.and_then(|difference| difference.estimate), None);
    let page = text::render(&comparison, Look::PLAIN);
    for words in [
        "no interruption",
        "no promotion",
        "that is not an RTO of 0",
        "infinitely better in 70 of 70 runs",
        "what breaks is not the same",
    ] {
        assert!(page.contains(words), "{words} in {page}");
    }
    // Two of them have nothing to compare.
    let both = compared(&[("one", &elsewhere), ("two", &elsewhere)], &settings(20));
    let recovery = pair(&both, "rto_service", 1);
    assert_eq!(
        (recovery.neither, recovery.standing, recovery.difference),
        (20, Standing::NoOccasion, None)
    );
    assert!(text::render(&both, Look::PLAIN).contains("n/a"));
}

/// Nobody promotes: no run comes back before its end, which is worse than any number and no number.
#[test]
fn runs_that_end_too_early_are_infinite_or_undecided() {
    let stuck = without_promotion();
    let comparison =
        compared(&[("tokyo", TOKYO), ("stuck", &stuck), ("stuck-too", &stuck)], &settings(70));
    assert_whole(&comparison);
    let recovery = pair(&comparison, "rto_service", 1);
    assert_eq!(
        (recovery.worse, recovery.worse_beyond, recovery.standing),
        (70, 70, Standing::Worse)
    );
    let page = text::render(&comparison, Look::PLAIN);
    assert!(
        page.contains("not within 25 min")
            && page.contains("not back within 25 min in 70 of 70 runs"),
        "{page}"
    );
    let both = compared(&[("stuck", &stuck), ("stuck-too", &stuck)], &settings(70));
    let recovery = pair(&both, "rto_service", 1);
    assert_eq!((recovery.undecided, recovery.standing), (70, Standing::NotShown));
}

/// A run that ended first does not show that its recovery took longer than that of a longer run.
#[test]
fn a_shorter_run_decides_nothing_after_its_end() {
    let short = TOKYO.replace("run: \"30min\"", "run: \"8min\"");
    let comparison = compared(&[("tokyo", TOKYO), ("short", &short)], &settings(130));
    assert_whole(&comparison);
    let recovery = pair(&comparison, "rto_service", 1);
    assert_eq!(
        (recovery.better, recovery.worse),
        (0, 0),
        "the same design, watched for a shorter time: {recovery:?}"
    );
    assert!(recovery.undecided > 20 && recovery.equal > 20, "{recovery:?}");
    assert!(
        comparison.notes.iter().any(|note| note.contains("not equally long")),
        "{:?}",
        comparison.notes
    );
}

#[test]
fn threads_change_nothing() {
    let of = |threads| {
        compared(&[("tokyo", TOKYO), ("latency", LATENCY)], &Settings { threads, ..settings(130) })
    };
    let json = |comparison: &Comparison| {
        serde_json::to_string(comparison).expect("a comparison has a JSON form")
    };
    let (one, three) = (of(1), of(3));
    assert_eq!(json(&one), json(&three));
    assert_eq!(one.digest, three.digest);
    // The control: another seed is another comparison.
    let other =
        compared(&[("tokyo", TOKYO), ("latency", LATENCY)], &Settings { seed: 2, ..settings(130) });
    assert_ne!(one.digest, other.digest);
}

#[test]
fn a_page_is_not_too_wide() {
    let long = "a-design-with-a-very-long-name-that-says-everything";
    let stuck = without_promotion();
    let elsewhere = TOKYO
        .replace("RegionOutage(region: \"ap-northeast-1\"", "RegionOutage(region: \"eu-west-1\"");
    for runs in [1, 20, 200] {
        let comparison = compared(
            &[("tokyo", TOKYO), (long, &stuck), ("elsewhere", &elsewhere), ("latency", LATENCY)],
            &settings(runs),
        );
        let page = text::render(&comparison, Look::PLAIN);
        for line in page.lines() {
            assert!(line.chars().count() <= 110, "{runs} runs: {line}");
        }
        assert!(!page.contains("NaN") && !page.contains("inf "), "{page}");
    }
}

/// Every field is explained: own ones in docs/comparison.md, shared ones there or in docs/result.md.
#[test]
fn the_schema_page_names_every_field() {
    let page = |name: &str| {
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name))
            .expect("the page is there")
    };
    let (own, shared) = (page("comparison.md"), page("result.md"));
    let is_named = |page: &str, key: &str| page.contains(&format!("| `{key}` |"));
    let comparison = compared(&[("tokyo", TOKYO), ("latency", LATENCY)], &settings(2));
    let json = serde_json::to_value(&comparison).expect("a comparison has a JSON form");
    let mut missing = BTreeSet::new();
    for object in [&json, &json["designs"][0], &json["pairs"][0]] {
        let keys = object.as_object().expect("an object").keys();
        missing.extend(keys.filter(|key| !is_named(&own, key)).cloned());
    }
    let mut all = BTreeSet::new();
    collect(&json, &mut all);
    missing
        .extend(all.iter().filter(|key| !is_named(&own, key) && !is_named(&shared, key)).cloned());
    assert!(missing.is_empty(), "docs/comparison.md does not name {missing:?}");
    assert!(all.len() > 60, "the comparison holds real results");
}
