//! Timelines that are known to the nanosecond. Most are cases of the validation dossier, which reads one number of each; here
//! is what one number does not say: that nothing else happened, and that both answers of a cache were met.

use mrsim::trace::{Trace, What};
use mrsim::units::{Duration, Instant};
use mrsim::validation::timelines::{FAMILY, beliefs, lives};
use mrsim::validation::{Effort, Spec, run, store, writer};
use mrsim::{campaign::Quiet, scenario::Scenario, world};
use std::sync::Arc;

/// Probes at 3, 13, 23, .. s, three in a row; the region refuses from 100 s on.
fn probed_at_3() -> Spec {
    Spec {
        first_probe: Some(3.0),
        threshold: 3,
        interval: 10.0,
        fault_at: 100.0,
        ..Spec::default()
    }
}

fn trace(spec: &Spec, run: u64) -> Trace {
    let text = spec.text();
    let scenario =
        Scenario::parse(&text).unwrap_or_else(|problems| panic!("{text}\n{problems:#?}"));
    world::run(&world::Stage::new(Arc::new(scenario)), 1, run)
        .expect("the scenario stays within the limits")
}

fn at(seconds: u64) -> Instant {
    Instant::START + Duration::from_secs(seconds)
}

/// At any scale: nothing here is a sample.
#[test]
fn every_timeline_is_exact() {
    let dossier =
        run(&[&FAMILY], Effort { scale: 0.001, threads: 1 }, &Quiet).expect("no limit is reached");
    assert_eq!(
        (dossier.rows().count(), dossier.passes(), dossier.failures()),
        (27, 27, Vec::new())
    );
    for row in dossier.rows() {
        assert_eq!((row.ours, row.n, row.allowed), (row.expected, 1, 0.0), "{}", row.id);
    }
}

#[test]
fn belief_changes_when_it_has_to_and_at_no_other_time() {
    let lasting = |seconds: f64| format!("\"{seconds}s\"");
    assert_eq!(beliefs(&trace(&probed_at_3(), 0)), [(at(123), false)]);
    assert_eq!(
        beliefs(&trace(&Spec { lasting: lasting(100.0), ..probed_at_3() }, 0)),
        [(at(123), false), (at(223), true)]
    );
    assert_eq!(beliefs(&trace(&Spec { lasting: lasting(23.0), ..probed_at_3() }, 0)), []);
    // The fault comes before the probe of the same instant.
    assert_eq!(beliefs(&trace(&Spec { fault_at: 103.0, ..probed_at_3() }, 0)), [(at(123), false)]);
}

/// The same run gives its belief earlier when the line is drawn a checker higher, and later when it is drawn a checker lower.
#[test]
fn a_checker_more_or_less_is_another_instant() {
    for case in FAMILY.read().iter().filter(|case| case.group() == "DET5") {
        let checkers = case.whole("checkers");
        let believed = |healthy_above: f64| {
            beliefs(&trace(&Spec { checkers, healthy_above, ..Spec::default() }, 0))[0].0
        };
        let line = |healthy: f64| 100.0 * healthy / checkers as f64;
        assert_eq!(believed(18.0), believed(line(case.expected + 0.5)), "{}", case.id);
        assert!(
            believed(18.0) > believed(line(case.expected + 1.5)),
            "{checkers}: a checker earlier"
        );
        assert!(
            case.expected == 0.0 || believed(18.0) < believed(line(case.expected - 0.5)),
            "{checkers}: a checker later"
        );
    }
}

#[test]
fn both_answers_of_a_cache_are_met() {
    let cases = FAMILY.read();
    let case = cases.iter().find(|case| case.id == "DET6").expect("it is there");
    let lives = lives(case);
    let ttl = Duration::from_secs(60).as_nanos();
    assert!(
        lives.iter().all(|life| *life > 0 && life % ttl == 0),
        "the answer in hand at the flip is used to its end: {lives:?}"
    );
    let within_first = lives.iter().filter(|life| **life == ttl).count();
    assert!(
        (25..50).contains(&within_first),
        "both the first and the second answer were met: {within_first}"
    );
}

#[test]
fn no_lost_write_is_older_than_a_constant_lag() {
    let spec = Spec { users: writer(10.0), stores: store("\"350ms\"", "InOrder"), ..probed_at_3() };
    let ages = (0..200).map(|index| {
        let age = trace(&spec, index).facts.iter().find_map(|fact| match fact.what {
            What::WritesLost { age, .. } => Some(age),
            _ => None,
        });
        age.expect("the replica is promoted")
    });
    let oldest = ages.max().expect("there are runs");
    assert!(
        oldest < Duration::from_millis(350) && oldest > Duration::from_millis(340),
        "the oldest of 200 runs: {oldest}"
    );
}
