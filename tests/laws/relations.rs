//! Relations between answers and the coverage of intervals, at a tenth of their size: all hold, and each mistake is rejected.
//! `mrsim validate-model` asks them whole.

use mrsim::campaign::Quiet;
use mrsim::campaign::estimates::quantile;
use mrsim::report::dossier::Dossier;
use mrsim::validation::{Effort, Part, relations, run_parts};
use std::collections::BTreeSet;
use std::sync::LazyLock;

fn ask(part: Part, threads: usize) -> Dossier {
    run_parts(&[part], Effort { scale: 0.1, threads }, &Quiet).expect("no limit is reached")
}

static RELATIONS: LazyLock<Dossier> = LazyLock::new(|| ask(Part::Relations, 0));
static COVERAGE: LazyLock<Dossier> = LazyLock::new(|| ask(Part::Coverage, 0));

#[test]
fn every_relation_holds_and_every_mistake_is_rejected() {
    assert_eq!(RELATIONS.failures(), Vec::<String>::new());
    assert!(
        RELATIONS.relations.len() >= 15 && RELATIONS.controls.len() == RELATIONS.relations.len()
    );
}

#[test]
fn every_relation_has_a_claim_a_condition_and_a_mistake_of_its_own() {
    let unique = |of: fn(&relations::Relation) -> &'static str| {
        relations::all().map(of).collect::<BTreeSet<_>>().len()
    };
    let count = relations::all().count();
    assert_eq!(
        [
            unique(|relation| relation.key),
            unique(|relation| relation.claim),
            unique(|relation| relation.mistake)
        ],
        [count; 3]
    );
    for relation in relations::all() {
        assert!(
            relation.claim.len() > 20 && !relation.condition.is_empty() && relation.least > 0.0,
            "{}",
            relation.key
        );
        assert!(relation.mistake.chars().count() <= 43, "{}", relation.mistake);
    }
}

#[test]
fn intervals_are_as_sure_as_they_say() {
    assert_eq!(COVERAGE.failures(), Vec::<String>::new());
    let kinds: BTreeSet<&str> = COVERAGE.coverage.iter().map(|row| row.key.as_str()).collect();
    assert!(kinds.len() >= 8 && COVERAGE.coverage.len() == 3 * kinds.len());
    assert!(COVERAGE.controls.iter().all(|control| control.mistake.chars().count() <= 43));
}

/// 0.99^n and 0.999^n have to be at most 0.025: n is 368 and 3,688.
#[test]
fn a_bound_that_the_sample_cannot_carry_is_left_out() {
    for (p, least) in [(0.99, 368), (0.999, 3_688)] {
        let bounds = |n: u32| {
            quantile(&(0..n).map(f64::from).collect::<Vec<_>>(), p, 0.95)
                .map(|interval| (interval.low.is_some(), interval.high.is_some()))
        };
        assert_eq!(
            (bounds(least - 1), bounds(least)),
            (Some((true, false)), Some((true, true))),
            "{p}"
        );
    }
}

#[test]
fn threads_change_nothing() {
    assert_eq!(ask(Part::Relations, 1).relations, RELATIONS.relations);
}

/// What is broken or does not cover is a failure of the whole, and so of the exit code.
#[test]
fn a_broken_relation_and_a_wrong_interval_are_failures() {
    let mut broken = RELATIONS.clone();
    broken.relations[0].passes = false;
    assert!(broken.failures()[0].contains(broken.relations[0].key));
    let mut wrong = COVERAGE.clone();
    wrong.coverage[1].passes = false;
    assert!(wrong.failures()[0].contains("n = 100"));
}
