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
    assert!(warned[0].help.contains(&impaired[2..]), "{}", warned[0]);
    assert_eq!(parsed(&design("us-east-1", promotes, impaired)).warnings, []);
    assert_eq!(parsed(&design("us-west-2", promotes, "")).warnings, []);
    assert_eq!(parsed(&design("us-east-1", "", "")).warnings, []);
    let rewritten = r#"Rewritten(before: "us-east-1", after: "us-west-2", watches: "primary")"#;
    let failover =
        r#"Failover(primary: To(region: "us-east-1", check: "primary"), secondary: "us-west-2")"#;
    let warned = parsed(&design("us-east-1", "", "").replace(failover, rewritten)).warnings;
    assert!(warned[0].what.starts_with("records are rewritten in the outage"), "{}", warned[0]);
    assert!(warned[0].help.contains(&impaired[2..]), "{}", warned[0]);
}

/// What a scenario shows beforehand that nothing in it can feel is warned of at the fault, with what could be written; the same fault where
/// something feels it is not.
#[test]
fn a_fault_that_nothing_can_feel_is_warned_of() {
    let design = |fault: &str, more: &str| {
        format!(
            r#"Scenario(question: "Who feels it?", run: "15min", regions: ["us-west-2", "eu-west-1", "ap-south-1"],
            users: [Population(name: "America", place: "north-america-east", users: 600, reads: "1 req/min" {})],
            health_checks: [HealthCheck(name: "primary", watches: "us-west-2", preset: "route53-fast" {})],
            routing: Routing(ttl: "60s", policy: Failover(primary: To(region: "us-west-2", check: "primary"), secondary: "eu-west-1")),
            stores: [{}],
            faults: [{fault}],
            )"#,
            if more.contains("Store(") { r#", writes: "1 req/min", store: "orders""# } else { "" },
            if more == "disabled" { ", disabled: true" } else { "" },
            if more.contains("Store(") { more } else { "" },
        )
    };
    let log = r#"Store(name: "orders", preset: "aurora-global", writer: "us-west-2", readers: ["eu-west-1"])"#;
    let moves = r#"Store(name: "orders", preset: "aurora-global", writer: "us-west-2", readers: ["eu-west-1"], promotion: Promotion(to: "eu-west-1", watches: "primary"))"#;
    let sets = r#"Store(name: "orders", regions: ["us-west-2", "eu-west-1"], replication: MultiWriter(conflicts: GSet(), lag: "1s"), keys: Keys(count: 20, sample: 1_000))"#;
    let latest = &sets.replace("GSet()", "LwwRegister()");
    let when = r#"at: "5min", lasting: "5min")"#;
    let rows = [
        (
            "ControlPlaneImpaired(plane: Names, ",
            log,
            "nothing is changed over the control plane",
            Some(moves),
        ),
        (
            r#"LinkCut(from: "us-west-2", to: ["eu-west-1"], "#,
            "",
            "nothing crosses the link",
            Some(log),
        ),
        (r#"RegionOutage(region: "ap-south-1", "#, log, "nothing is in Mumbai", None),
        (
            r#"GrayFailure(region: "eu-west-1", checkers: "50%", "#,
            log,
            "no checker watches Ireland",
            None,
        ),
        (
            r#"CheckDisabled(check: "primary", "#,
            log,
            "nothing else is wrong while \"primary\" is disabled",
            None,
        ),
        (
            r#"CheckInverted(check: "primary", "#,
            "disabled",
            "\"primary\" is disabled for good",
            Some(""),
        ),
        (
            r#"ClockSkew(region: "us-west-2", ahead: "1s", "#,
            sets,
            "goes by its clocks",
            Some(latest),
        ),
    ];
    for (fault, unfelt, words, felt) in rows {
        let fault = format!("{fault}{when}");
        let warned = parsed(&design(&fault, unfelt)).warnings;
        assert_eq!(warned.len(), 1, "{fault}: {warned:#?}");
        assert!(warned[0].what.contains(words), "{}", warned[0]);
        assert_eq!(warned[0].place.line, 6, "where the fault stands");
        if let Some(felt) = felt {
            assert_eq!(parsed(&design(&fault, felt)).warnings, [], "{fault}");
        }
    }
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
