//! What the program tells of a scenario beside its answer: what is left out although the answer depends on it; and how it tells what a
//! hundred caches do one by one.

use assert_cmd::Command;
use mrsim::scenario::Scenario;
use predicates::prelude::*;
use predicates::str::contains;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// A small scenario: few caches, a short run, fast to simulate.
const SMALL: &str = include_str!("../../src/cli/templates/failover.ron");

fn mrsim(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mrsim"));
    command
        .current_dir(directory)
        .env_remove("NO_COLOR")
        .timeout(std::time::Duration::from_secs(120));
    command
}

fn with_file(name: &str, text: &str) -> TempDir {
    let directory = TempDir::new().expect("a place for files");
    fs::write(directory.path().join(name), text).expect("writable");
    directory
}

fn parsed(text: &str) -> Scenario {
    Scenario::parse(text).unwrap_or_else(|problems| panic!("{text}\n{problems:#?}"))
}

/// An outage of us-east-1 in which a record is changed is warned of, with the line and the fault to add; one that says so itself is not, nor
/// one elsewhere, nor one in which nobody changes a record.
#[test]
fn an_outage_of_the_control_planes_own_region_is_warned_of() {
    let design = |region: &str, store: &str, faults: &str| {
        format!(
            r#"Scenario(question: "Who changes the record?", run: "15min", regions: ["us-east-1", "us-west-2"],
            users: [Population(name: "America", place: "north-america-east", users: 6_000, writes: "1 req/min")],
            health_checks: [HealthCheck(name: "primary", watches: "us-east-1", preset: "route53-fast")],
            routing: Routing(ttl: "60s", policy: Failover(primary: To(region: "us-east-1", check: "primary"), secondary: "us-west-2")),
            stores: [Store(name: "orders", preset: "aurora-global", writer: "us-east-1", readers: ["us-west-2"] {store})],
            faults: [RegionOutage(region: "{region}", at: "5min", lasting: "4h") {faults}],
            )"#
        )
    };
    let promotes = r#", promotion: Promotion(to: "us-west-2", watches: "primary")"#;
    let impaired = r#", ControlPlaneImpaired(plane: Names, at: "5min", lasting: "4h")"#;
    let warned = parsed(&design("us-east-1", promotes, "")).warnings;
    assert_eq!(warned.len(), 1);
    assert_eq!(warned[0].place.line, 6, "where the outage stands");
    assert!(warned[0].what.contains("the record of the endpoint of store \"orders\" is changed in the outage of N. Virginia (us-east-1)"), "{}", warned[0]);
    assert!(warned[0].mend.contains(&impaired[2..]), "{}", warned[0]);
    assert_eq!(parsed(&design("us-east-1", promotes, impaired)).warnings, []);
    assert_eq!(parsed(&design("us-west-2", promotes, "")).warnings, []);
    assert_eq!(parsed(&design("us-east-1", "", "")).warnings, []);
    let rewritten = r#"Rewritten(before: "us-east-1", after: "us-west-2", watches: "primary")"#;
    let failover =
        r#"Failover(primary: To(region: "us-east-1", check: "primary"), secondary: "us-west-2")"#;
    let warned = parsed(&design("us-east-1", "", "").replace(failover, rewritten)).warnings;
    assert!(warned[0].what.starts_with("records are rewritten in the outage"), "{}", warned[0]);
    assert!(warned[0].mend.contains(&impaired[2..]), "{}", warned[0]);
}

/// What can be run and leaves out what its answer depends on: told by `validate`, on the screen and in the report, and the exit code is 0.
#[test]
fn warnings_are_told_wherever_the_answer_is() {
    let warned = SMALL.replace("eu-west-1", "us-east-1");
    let directory = with_file("warned.ron", &warned);
    let (_, line) = warned
        .lines()
        .zip(1..)
        .find(|(text, _)| text.contains("RegionOutage("))
        .expect("the template has an outage");
    let place = format!("warned.ron:{line}:");
    let expected = contains(place)
        .and(contains("warning: the record of the endpoint of store"))
        .and(contains("add ControlPlaneImpaired(plane: Names, at: "));
    mrsim(directory.path())
        .args(["validate", "warned.ron"])
        .assert()
        .code(0)
        .stdout(contains("warned.ron: ok").and(expected))
        .stderr("");
    let screen = mrsim(directory.path())
        .args(["run", "warned.ron", "--runs", "5", "--no-charts", "--out", "o"])
        .assert()
        .code(0);
    screen.stdout(contains(format!("Warning: line {line}: the record of the endpoint"))).stderr("");
    let read =
        |name: &str| fs::read_to_string(directory.path().join("o").join(name)).expect("written");
    assert!(read("report.md").contains(&format!("**Warning:** line {line}: the record")));
    let json: serde_json::Value = serde_json::from_str(&read("summary.json")).expect("JSON");
    assert_eq!(json["warnings"].as_array().map(Vec::len), Some(1));
    // Nothing is left out of the template as it is, and nothing is said.
    fs::write(directory.path().join("small.ron"), SMALL).expect("writable");
    mrsim(directory.path())
        .args(["validate", "small.ron"])
        .assert()
        .code(0)
        .stdout(contains("warning").not());
}

/// An address that a hundred caches learn one by one is a line of the timeline, not a hundred.
#[test]
fn a_trace_tells_addresses_in_a_line() {
    let directory = with_file("small.ron", SMALL);
    let lines = |args: &[&str]| {
        let output = mrsim(directory.path())
            .arg("trace")
            .arg("small.ron")
            .args(args)
            .output()
            .expect("runs");
        let text = String::from_utf8(output.stdout).expect("text");
        let of = |words: &str| text.lines().filter(|line| line.contains(words)).count();
        (of("applications in Frankfurt "), of("bit by bit until +"))
    };
    let (told, spans) = lines(&[]);
    assert!(told == 1 && spans >= 2, "{told}, {spans}");
    assert_eq!(lines(&["--all"]), (100, 0));
}
