//! Laws that every routing policy keeps, asked over random records, beliefs, distances and places, alone and in trees.
//!
//! ```text
//!  Kind --strategy--> policy --+
//!  beliefs, distances, asker --+--> law: Ok, or how it was broken
//!  planted wrong policy -------+--> the same law has to reject it
//! ```
//!
//! What a law needs to know of a policy and cannot see (which records come into question for an asker, whether it looks at
//! health, whether the order of its records counts) is written down again in `oracle`, from the vendors' pages.

mod generate;
mod laws;
mod oracle;
mod planted;

use self::generate::{Case, case, case_of};
use self::planted::{PLANTED, planted_case};
use mrsim::routing::Policy;
use proptest::test_runner::{Config, TestRunner};

/// Cases of each kind for each law.
const CASES: u32 = 2_000;

/// A law of one policy among what its name servers know.
type Law = fn(&Case) -> Result<(), String>;

const LAWS: &[(&str, Law)] = &[
    ("an answer names only declared records", laws::answers_are_declared),
    ("a healthy record is answered while there is one", laws::healthy_records_first),
    ("with nothing healthy the answer is as if everything were", laws::fails_open),
    ("an answer does not depend on what is unhealthy", laws::unhealthy_records_count_for_nothing),
    ("the same question with common random numbers has the same answer", laws::no_memory),
    ("chance is asked just where two answers are possible", laws::draws_where_answers_differ),
    (
        "the order of records counts only where the vendor says so",
        laws::order_counts_where_it_is_said,
    ),
];

fn broken(law: Law, strategy: &impl proptest::strategy::Strategy<Value = Case>) -> Option<String> {
    let mut runner = TestRunner::new_with_rng(
        Config {
            cases: CASES,
            failure_persistence: None,
            max_shrink_iters: 200,
            ..Config::default()
        },
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    );
    let verdict =
        runner.run(strategy, |case| law(&case).map_err(proptest::test_runner::TestCaseError::fail));
    verdict.err().map(|error| error.to_string())
}

#[test]
fn every_registered_policy_keeps_every_law() {
    for kind in Policy::KINDS {
        for (name, law) in LAWS {
            if let Some(how) = broken(*law, &case_of(kind.name)) {
                panic!("{}: {name}: {how}", kind.name);
            }
        }
    }
}

#[test]
fn every_law_rejects_a_policy_that_breaks_it() {
    for (wrong, breaks) in PLANTED {
        let rejected: Vec<&str> = LAWS
            .iter()
            .filter(|(_, law)| broken(*law, &planted_case(*wrong)).is_some())
            .map(|(name, _)| *name)
            .collect();
        assert!(
            rejected.contains(breaks),
            "{wrong:?} is rejected by {rejected:?}, not by \"{breaks}\""
        );
    }
    let unbroken: Vec<&str> = LAWS
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| !PLANTED.iter().any(|(_, breaks)| breaks == name))
        .collect();
    assert!(unbroken.is_empty(), "no planted policy breaks {unbroken:?}");
}

/// The planted policies are right where nothing is planted: what rejects them is what they do wrong.
#[test]
fn the_bed_of_the_planted_policies_keeps_every_law() {
    for (name, law) in LAWS {
        assert_eq!(broken(*law, &planted_case(planted::Wrong::Nothing)), None, "{name}");
    }
}

/// A tree that evaluates its targets at every alias leads to records whose whole way is healthy, while there is such a way.
#[test]
fn an_evaluated_tree_leads_along_healthy_ways() {
    assert_eq!(broken(laws::ways_are_healthy, &case(&oracle::EVALUATING, 3, true)), None);
    // The control: aliases that are not evaluated lead astray.
    assert!(broken(laws::ways_are_healthy, &case(&oracle::EVALUATING, 3, false)).is_some());
}

/// The laws of answers, aliases followed, over trees of any policies.
#[test]
fn trees_of_any_policies_keep_the_laws_of_answers() {
    let any: Vec<&str> =
        Policy::KINDS.iter().map(|kind| kind.name).filter(|name| *name != "RegionList").collect();
    for (name, law) in [
        ("stops are declared", laws::stops_are_declared as Law),
        ("settled just where nothing is drawn", laws::settled_is_drawn_from_nothing),
    ] {
        if let Some(how) = broken(law, &case(&any, 3, false)) {
            panic!("{name}: {how}");
        }
    }
}
