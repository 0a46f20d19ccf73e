//! The order in which a file lists things means nothing.

use crate::bystanders::with_store;
use crate::controls::broken;
use crate::design::change::listed_backwards;
use crate::design::{Design, Family, SECOND, Span};
use crate::generate::designs;
use crate::running::{CASES, RUNS, SEED, Verdict, for_all, holds, same, stage, traces};
use mrsim::campaign::{Quiet, RunNumbers, Settings, run};
use mrsim::measure::Number;
use mrsim::report::Report;
use mrsim::scenario::Scenario;
use mrsim::trace::Trace;
use mrsim::trace::items::ItemTally;
use proptest::strategy::Strategy;
use std::sync::Arc;

/// What a run tells: its measures, its sampled keys, and the hash of all that happened.
fn numbers(trace: &Trace) -> (Vec<Option<Number>>, Vec<String>, [u8; 32]) {
    let numbers = RunNumbers::of(trace);
    (numbers.values(), keys(trace), numbers.digest)
}

/// What the sampled keys told, by store name; `places` are positions in the list of regions.
fn keys(trace: &Trace) -> Vec<String> {
    let told = |tally: &ItemTally| {
        let places: Vec<&String> =
            tally.places.iter().map(|region| &trace.cast.regions[region.index()]).collect();
        format!(
            "{} {places:?} {:?} {:?} {:?}",
            trace.cast.stores[tally.store.index()],
            tally.regions,
            tally.reads,
            tally.waiting
        )
    };
    let mut told: Vec<String> = trace.items.iter().map(told).collect();
    told.sort();
    told
}

/// Both designs have the same numbers in every run.
fn same_numbers(one: &Design, other: &Design) -> Verdict {
    for (one, other) in traces(one, RUNS).iter().zip(&traces(other, RUNS)) {
        let (one_values, one_keys, one_digest) = numbers(one);
        let (other_values, other_keys, other_digest) = numbers(other);
        same("measure", &one_values, &other_values)?;
        same("keys of a store", &one_keys, &other_keys)?;
        same("digest", &[one_digest], &[other_digest])?;
    }
    Ok(one.populations.len() + one.stores.len() + one.faults.len() > 2)
}

/// The store is written in all of its regions; few enough users for runs of milliseconds.
fn written_everywhere(mut design: Design) -> Design {
    for population in &mut design.populations {
        population.users = 12 + population.users % 50;
        population.writes += 5_000_000;
        population.store = design.stores.first().map(|store| store.name.clone());
    }
    for store in &mut design.stores {
        store.family = Family::Everywhere { keys: 20 };
        store.lag = Span::Exponential(SECOND);
        store.promotion = None;
    }
    if design.stores.is_empty() {
        design.populations.iter_mut().for_each(|population| population.writes = 0);
    }
    design.without_idle_checks()
}

/// Regions, links, populations, health checks, stores and faults from last to first: the same numbers in every run.
/// Because: streams of chance go by names and places, and sums are rounded in an order of their own. Without condition.
#[test]
fn the_order_of_lists_changes_no_number() {
    for_all(CASES, 0.5, designs(), |design| same_numbers(design, &listed_backwards(design)));
}

/// The same with a second store, its users and its check, so that there are stores to list in another order.
#[test]
fn the_order_of_stores_changes_no_number() {
    let two_stores =
        |design: Design| if design.stores.is_empty() { design } else { with_store(&design).0 };
    for_all(CASES, 0.5, designs().prop_map(two_stores), |design| {
        same_numbers(design, &listed_backwards(design))
    });
}

/// The same where several regions write: which of all users a write is from is drawn, and may not go by who is listed first.
#[test]
fn the_order_of_lists_changes_no_write_of_a_store_that_all_regions_write() {
    for_all(CASES / 2, 0.5, designs().prop_map(written_everywhere), |design| {
        same_numbers(design, &listed_backwards(design))
    });
}

/// The control: a population by another name has other draws, and stands elsewhere among those who ask.
#[test]
fn another_name_changes_numbers() {
    let renamed = |design: &Design| {
        let mut other = design.clone();
        other.populations[0].name = "the last of all".into();
        other
    };
    let found = broken(20, designs().prop_map(written_everywhere), |design| {
        same_numbers(design, &renamed(design))
    });
    assert!(found >= 10, "{found} of 20");
}

fn report(name: &str, design: &Design, seed: u64, runs: u64) -> Report {
    run(name, &stage(design).scenario, &Settings { seed, runs, threads: 1 }, &Quiet)
        .expect("small designs stay below the limits")
}

/// The digest is that of the question and its answer: the file's name and the order of its lists are in neither.
#[test]
fn the_order_of_lists_and_the_name_of_the_file_change_no_digest() {
    for_all(CASES / 4, 0.5, designs().prop_map(written_everywhere), |design| {
        let digest = report("one", design, SEED, 3).digest;
        same("digest", &[&digest], &[&report("two", &listed_backwards(design), SEED, 3).digest])?;
        for (seed, runs) in [(SEED + 1, 3), (SEED, 4)] {
            holds(digest != report("one", design, seed, runs).digest, || {
                format!("seed {seed}, {runs} runs: the same digest")
            })?;
        }
        Ok(design.faults.len() > 1)
    });
}

/// Comments and blanks are not in the question; a number is, even one that no run met.
#[test]
fn what_the_digest_hears_of_the_text() {
    let text = r#"Scenario(
        question: "How long?", run: "10min", regions: ["ap-northeast-1", "us-east-1"],
        users: [Population(name: "Japan", place: "japan", users: 20, reads: "1 req/s")],
        health_checks: [HealthCheck(name: "tokyo", watches: "ap-northeast-1", preset: "route53-fast")],
        routing: Routing(ttl: "60s", negative_ttl: "900s", policy: Failover(primary: To(region: "ap-northeast-1", check: "tokyo"), secondary: "us-east-1")),
        faults: [RegionOutage(region: "ap-northeast-1", at: "1min", lasting: "1h", how: FastFail)],
    )"#;
    let digest = |text: &str| {
        let scenario =
            Arc::new(Scenario::parse(text).unwrap_or_else(|problems| panic!("{problems:#?}")));
        run("a file", &scenario, &Settings { seed: 1, runs: 3, threads: 1 }, &Quiet)
            .expect("below the limits")
            .digest
    };
    let as_it_is = digest(text);
    for (old, new) in [("users: [", "// who asks\n users:   [\n"), ("\"1min\"", "\"60s\"")] {
        assert_eq!(digest(&text.replacen(old, new, 1)), as_it_is, "{new}");
    }
    // No name server ever gives an empty answer here, so nobody keeps one for 901 s.
    for (old, new) in [
        ("How long?", "How long now?"),
        ("\"60s\"", "\"61s\""),
        ("\"900s\"", "\"901s\""),
        ("users: 20", "users: 21"),
    ] {
        assert_ne!(digest(&text.replacen(old, new, 1)), as_it_is, "{new}");
    }
}
