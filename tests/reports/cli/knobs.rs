//! `--set` changes what a path leads to, in all that a scenario builds on; the answer is that of a file which says so.

use super::{SMALL, mrsim, stdout, with_file};
use predicates::prelude::*;
use predicates::str::contains;
use std::fs;

const RUN: [&str; 6] = ["run", "small.ron", "--runs", "20", "--no-charts", "--format=json"];

/// The digest of a run with these arguments behind it.
fn digest(text: &str, settings: &[&str]) -> String {
    let (directory, _) = with_file("small.ron", text);
    let printed = stdout(mrsim(directory.path()).args(RUN).args(settings));
    let answer: serde_json::Value = serde_json::from_str(&printed).expect("it is JSON");
    answer["digest"].as_str().expect("it has one").to_string()
}

#[test]
fn a_value_that_is_set_is_a_value_that_is_written() {
    let written =
        SMALL.replace("ttl: \"60s\"", "ttl: \"20s\"").replace("rto: \"5min\"", "rto: \"6min\"");
    assert_ne!(written, SMALL);
    let settings = ["--set", "routing.ttl=20s", "--set", "objectives.rto=6min"];
    assert_eq!(digest(SMALL, &settings), digest(&written, &[]));
    assert_ne!(digest(SMALL, &settings), digest(SMALL, &[]));
}

#[test]
fn a_report_says_what_was_set() {
    let (directory, _) = with_file("small.ron", SMALL);
    let settings = ["--set", "routing.ttl=20s", "--set", "health_checks[*].interval=30s"];
    mrsim(directory.path())
        .args(["run", "small.ron", "--runs", "20", "--no-charts"])
        .args(settings)
        .assert()
        .code(0)
        .stdout(
            contains("Set: routing.ttl=20s").and(contains("Set: health_checks[*].interval=30s")),
        );
    let page =
        fs::read_to_string(directory.path().join("reports/small/report.md")).expect("written");
    let command = "--seed 1 --set routing.ttl=20s --set 'health_checks[*].interval=30s'";
    assert!(page.contains(command) && page.contains("**Set beside the file:**"), "{page}");
    let json =
        fs::read_to_string(directory.path().join("reports/small/summary.json")).expect("written");
    assert!(json.contains("\"set\": [\n    \"routing.ttl=20s\","), "{json}");
    mrsim(directory.path()).args(RUN).assert().code(0).stdout(contains("\"set\"").not());
}

#[test]
fn every_command_that_reads_a_scenario_can_set() {
    let (directory, _) = with_file("small.ron", SMALL);
    fs::write(directory.path().join("built.ron"), "Scenario(base: \"small.ron\")")
        .expect("writable");
    let runs = ["--runs", "20", "--set", "objectives.rto=1s"];
    mrsim(directory.path()).args(["check", "built.ron"]).args(runs).assert().code(1);
    mrsim(directory.path())
        .args(["compare", "small.ron", "built.ron", "--no-charts"])
        .args(runs)
        .assert()
        .code(0)
        .stdout(contains("Set in all: objectives.rto=1s"));
    for command in ["validate", "trace"] {
        let arguments = [command, "built.ron", "--set", "run=1h"];
        mrsim(directory.path()).args(arguments).assert().code(0);
    }
}

#[test]
fn what_cannot_be_set_is_told_with_what_could_be() {
    let (directory, _) = with_file("small.ron", SMALL);
    for (setting, expected) in [
        ("objectives.rot=1s", "did you mean rto?"),
        ("objectives.rto=60", "has no unit"),
        ("objectives.rto", "sets nothing"),
        ("users[Mars].users=1", "users has no item Mars in small.ron"),
        ("faults[RegionOutage].how=BlackHol", "did you mean BlackHole?"),
    ] {
        mrsim(directory.path())
            .args(["validate", "small.ron", "--set", setting])
            .assert()
            .code(2)
            .stderr(contains(expected).and(contains(format!("--set {setting}: "))));
    }
}

#[test]
fn earlier_names_of_fields_are_rewritten_and_nothing_else() {
    let text = "Scenario( faults:[RegionOutage(region: \"a\",  lasting:\"1h\")]) // lasting\n";
    let (directory, path) = with_file("old.ron", text);
    mrsim(directory.path()).args(["fmt", "--upgrade", "--check", "old.ron"]).assert().code(1);
    mrsim(directory.path()).args(["fmt", "--upgrade", "old.ron"]).assert().code(0);
    let expected = text.replace("lasting:", "duration:");
    assert_eq!(fs::read_to_string(&path).expect("it is there"), expected);
    mrsim(directory.path()).args(["fmt", "--upgrade", "--check", "old.ron"]).assert().code(0);
}
