//! The same scenario, seed and number of runs give the same bits: over thread counts, repetitions,
//! builds and platforms.
//!
//! `tests/data/digests.txt` holds the digest of every shipped scenario. Debug and release builds, and every
//! platform, compare with the same file, so they agree with one another. After a change that is meant
//! to change results: `cargo test --test reports -- --ignored regenerate_digests`, and say why in
//! the commit.

use mrsim::campaign::{self, Quiet, RunNumbers, Settings};
use mrsim::report::Report;
use mrsim::scenario::Scenario;
use mrsim::world::{self, Stage};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const SEED: u64 = 1;
const RUNS: u64 = 64;
const COMMENT: &str = "# scenario seed runs digest; rewritten by: cargo test --test reports -- --ignored regenerate_digests\n";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn table_path() -> PathBuf {
    root().join("tests/data/digests.txt")
}

/// Every shipped scenario by name, in the order of names.
fn scenarios() -> Vec<(String, Arc<Scenario>)> {
    let folder = std::fs::read_dir(root().join("scenarios")).expect("the scenarios are shipped");
    let mut paths: Vec<PathBuf> = folder
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|end| end == "ron"))
        .collect();
    paths.sort();
    let read = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).expect("a readable scenario");
        let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        let scenario =
            Scenario::parse(&text).unwrap_or_else(|problems| panic!("{name}: {problems:#?}"));
        (name, Arc::new(scenario))
    };
    let scenarios: Vec<(String, Arc<Scenario>)> = paths.iter().map(read).collect();
    assert!(!scenarios.is_empty(), "there are scenarios");
    scenarios
}

fn report(name: &str, scenario: &Arc<Scenario>, seed: u64, runs: u64, threads: usize) -> Report {
    campaign::run(name, scenario, &Settings { seed, runs, threads }, &Quiet)
        .expect("shipped scenarios stay below the limits")
}

fn json(report: &Report) -> String {
    serde_json::to_string_pretty(report).expect("a report can be written")
}

fn table() -> String {
    let line = |(name, scenario): (String, Arc<Scenario>)| {
        format!("{name} {SEED} {RUNS} {}\n", report(&name, &scenario, SEED, RUNS, 1).digest)
    };
    std::iter::once(COMMENT.to_string()).chain(scenarios().into_iter().map(line)).collect()
}

/// One thread, two threads and a second time: the same digest and the same summary, byte for byte.
/// 65 runs, so that a block of runs is begun and not filled.
#[test]
fn threads_and_repetitions_change_no_byte() {
    for (name, scenario) in scenarios() {
        for runs in [RUNS, RUNS + 1] {
            let [first, second, again] =
                [1, 2, 2].map(|threads| report(&name, &scenario, SEED, runs, threads));
            assert_eq!(first.digest, second.digest, "{name}: the digest over threads");
            assert_eq!(second.digest, again.digest, "{name}: the digest over repetitions");
            assert_eq!(json(&first), json(&second), "{name}: the summary over threads");
            assert_eq!(json(&second), json(&again), "{name}: the summary over repetitions");
        }
    }
}

/// Builds and platforms agree, because each agrees with the committed table.
#[test]
fn digests_are_those_committed() {
    let committed =
        std::fs::read_to_string(table_path()).expect("tests/data/digests.txt is committed");
    assert_eq!(
        table(),
        committed,
        "results changed; when that is meant, regenerate the table (see the top of this file)"
    );
}

#[test]
#[ignore = "rewrites tests/data/digests.txt"]
fn regenerate_digests() {
    std::fs::write(table_path(), table()).expect("the table can be written");
}

/// A canary: a digest that did not depend on the seed or the number of runs would compare nothing.
#[test]
fn seeds_and_runs_change_the_digest() {
    for (name, scenario) in scenarios() {
        let digests = [(1, 8), (2, 8), (1, 9), (1, 7)]
            .map(|(seed, runs)| report(&name, &scenario, seed, runs, 1).digest);
        assert_eq!(BTreeSet::from(digests).len(), 4, "{name}: seeds and numbers of runs");
        let stage = Stage::new(scenario);
        let runs: BTreeSet<[u8; 32]> = (0..32)
            .map(|run| {
                RunNumbers::of(&world::run(&stage, SEED, run).expect("below the limits")).digest
            })
            .collect();
        assert_eq!(runs.len(), 32, "{name}: every run is another one");
    }
}

/// A run depends on its seed and index alone, not on the runs before it.
#[test]
fn a_run_stands_alone() {
    for (_, scenario) in scenarios() {
        let stage = Stage::new(scenario);
        let digest = |stage: &Stage, run| {
            RunNumbers::of(&world::run(stage, SEED, run).expect("below the limits")).digest
        };
        let in_order: Vec<[u8; 32]> = (0..4).map(|run| digest(&stage, run)).collect();
        let alone: Vec<[u8; 32]> =
            (0..4).rev().map(|run| digest(&Stage::new(stage.scenario.clone()), run)).collect();
        assert!(in_order.iter().eq(alone.iter().rev()));
    }
}

/// The digest covers latencies too.
#[test]
fn another_latency_is_another_digest() {
    let text = include_str!("../../scenarios/tokyo-outage.ron");
    let of = |service: &str| {
        let slower =
            text.replacen("Scenario(", &format!("Scenario(service_time: \"{service}\","), 1);
        let scenario = Scenario::parse(&slower).unwrap_or_else(|problems| panic!("{problems:#?}"));
        report("tokyo-outage", &Arc::new(scenario), SEED, 2, 1).digest
    };
    assert_ne!(of("10ms"), of("500ms"));
}
