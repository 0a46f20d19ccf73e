//! The commands beside `run` and `compare`.

use super::{SMALL, mrsim, stdout, with_file};
use predicates::prelude::*;
use predicates::str::contains;
use std::fs;
use tempfile::TempDir;

#[test]
fn check_says_met_not_met_or_undecided_by_its_exit_code() {
    let kept = SMALL
        .replace("rto: \"5min\"", "rto: \"15min\"")
        .replace("rpo: \"1s\"", "rpo: \"10min\"")
        .replace("read_latency_p99: \"200ms\"", "read_latency_p99: \"10s\"");
    let broken = SMALL.replace("rto: \"5min\"", "rto: \"1s\"");
    for (text, runs, code, words) in
        [(&kept, "200", 0, "MET"), (&broken, "200", 1, "NOT MET"), (&kept, "3", 3, "UNDECIDED")]
    {
        let (directory, _) = with_file("my.ron", text);
        mrsim(directory.path())
            .args(["check", "my.ron", "--runs", runs])
            .assert()
            .code(code)
            .stdout(contains(words));
        assert!(!directory.path().join("reports").exists(), "check writes no files");
    }
    let silent: String = SMALL.split("    objectives:").next().expect("text").replace(
        "    // What you promise. Leave out what you do not; `mrsim check` judges these.\n",
        "",
    ) + ")\n";
    let (directory, _) = with_file("silent.ron", silent);
    mrsim(directory.path())
        .args(["check", "silent.ron"])
        .assert()
        .code(2)
        .stderr(contains("has no objectives").and(contains("objectives: Objectives(")));
}

#[test]
fn validate_tells_every_problem_of_every_file() {
    let (directory, good) = with_file("good.ron", SMALL);
    mrsim(directory.path())
        .arg("validate")
        .arg(&good)
        .assert()
        .code(0)
        .stdout(contains("good.ron: ok (2 regions, 2,000,000 users, "))
        .stderr("");
    fs::write(
        directory.path().join("a.ron"),
        SMALL.replace("\"30min\"", "30").replace("\"europe\"", "\"urope\""),
    )
    .expect("writable");
    fs::write(directory.path().join("b.ron"), "Scenario(").expect("writable");
    let expected = contains("a.ron:10:10")
        .and(contains("30 has no unit"))
        .and(contains("did you mean europe?"))
        .and(contains("2 problems in a.ron"))
        .and(contains("in b.ron"));
    mrsim(directory.path())
        .args(["validate", "a.ron", "good.ron", "b.ron"])
        .assert()
        .code(2)
        .stdout(contains("good.ron: ok"))
        .stderr(expected);
}

#[test]
fn validate_model_prints_every_case_and_says_that_it_holds() {
    let directory = TempDir::new().expect("a place");
    let expected = contains("DET2.response")
        .and(contains("135"))
        .and(contains("a late write holds nothing up"))
        .and(contains("VALID: every number"));
    let mut command = mrsim(directory.path());
    command
        .args(["validate-model", "--only", "timelines"])
        .assert()
        .code(0)
        .stdout(expected.and(contains("NOT VALID").not()))
        .stderr(contains("took"));
    assert_eq!(
        fs::read_dir(directory.path()).expect("readable").count(),
        0,
        "without --out it writes no files"
    );
    let quiet = mrsim(directory.path())
        .args(["validate-model", "--only", "histories", "-q"])
        .output()
        .expect("runs");
    let text = String::from_utf8(quiet.stdout).expect("text");
    assert!(
        text.starts_with("68 cases, 68 of them as expected") && quiet.stderr.is_empty(),
        "{text}"
    );
}

/// The same bytes on one thread and on two. (`tests/reports/validation.rs` asks everything, and looks at the committed page.)
#[test]
fn validate_model_says_the_same_on_any_number_of_threads() {
    let said = |threads: &str| {
        let directory = TempDir::new().expect("a place");
        let args =
            ["validate-model", "--scale", "0.01", "--only", "detection", "--threads", threads];
        let output = mrsim(directory.path()).args(args).output().expect("runs");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
        String::from_utf8(output.stdout).expect("text")
    };
    let text = said("1");
    assert_eq!(text, said("2"));
    let widest = text.lines().max_by_key(|line| line.chars().count()).expect("lines");
    assert!(widest.chars().count() <= 100, "{widest}");
}

#[test]
fn validate_model_refuses_what_makes_no_sense() {
    let directory = TempDir::new().expect("a place");
    let refused = |args: &[&str], code: i32, words: &str| {
        mrsim(directory.path())
            .arg("validate-model")
            .args(args)
            .assert()
            .code(code)
            .stdout("")
            .stderr(contains(words));
    };
    refused(&["--only", "detecton"], 2, "did you mean detection?");
    refused(&["--scale", "0"], 2, "no share of the runs");
    refused(&["--scale=-1"], 2, "no share of the runs");
    refused(&["--scale", "nan"], 2, "no share of the runs");
    refused(&["--scale", "11"], 4, "limit");
    refused(&["--threads", "5000"], 4, "limit");
    refused(&["--only", "timelines", "--out", "docs/page.md"], 2, "cannot be used with");
    refused(&["--out", "docs/page.txt"], 2, "no name of a page");
    fs::write(directory.path().join("docs"), "a file").expect("writable");
    refused(&["--out", "docs/page.md"], 5, "cannot make the directory");
    refused(&["scenario.ron"], 2, "unexpected argument");
}

#[test]
fn new_writes_scenarios_that_run() {
    let directory = TempDir::new().expect("a place");
    mrsim(directory.path()).args(["new"]).assert().code(0).stdout(SMALL);
    let list = stdout(mrsim(directory.path()).args(["new", "--list"]));
    for name in list.lines().filter_map(|line| line.split_whitespace().next()) {
        let text = stdout(mrsim(directory.path()).args(["new", name]));
        fs::write(directory.path().join("my.ron"), text).expect("writable");
        mrsim(directory.path())
            .args(["run", "my.ron", "--runs", "3", "--no-charts"])
            .assert()
            .code(0);
    }
    assert_eq!(list.lines().count(), 3);
    mrsim(directory.path())
        .args(["new", "failovr"])
        .assert()
        .code(2)
        .stderr(contains("did you mean failover?"));
}

#[test]
fn list_names_what_there_is() {
    let directory = TempDir::new().expect("a place");
    mrsim(directory.path())
        .args(["list", "policies"])
        .assert()
        .code(0)
        .stdout(contains("Failover").and(contains("Latency")).and(contains("Weighted")));
    mrsim(directory.path())
        .args(["list", "presets"])
        .assert()
        .code(0)
        .stdout(contains("route53-fast").and(contains("aurora-global")));
    mrsim(directory.path())
        .args(["list", "conflicts"])
        .assert()
        .code(0)
        .stdout(contains("VectorClock").and(contains("LastWriterWins")));
    // What can be written for a distribution, field by field.
    mrsim(directory.path()).args(["list", "distributions"]).assert().code(0).stdout(
        contains(
            "p50        a length of time, optional: Half of them are shorter. Also read as median.",
        )
        .and(contains("from       a length of time, required")),
    );
    let all = stdout(mrsim(directory.path()).arg("list"));
    for words in [
        "RegionOutage",
        "LinkCut",
        "rto_service",
        "japan",
        "ap-northeast-1",
        "HealthCheck",
        "AsyncLog",
    ] {
        assert!(all.contains(words), "{words}");
    }
}

/// Every struct of the language by its name, in any case; a name that there is not leads to the nearest.
#[test]
fn list_shows_the_fields_of_a_struct() {
    let directory = TempDir::new().expect("a place");
    let list = |name: &str| mrsim(directory.path()).args(["list", name]).assert();
    list("HealthCheck").code(0).stdout(
        contains("interval          a length of time, \"1ms\" to \"366d\", default \"10s\": From one probe")
            .and(contains("preset            the name of a health check preset, default \"route53-fast\"")),
    );
    list("regionoutage").code(0).stdout(
        contains("RegionOutage: A whole region stops serving.")
            .and(contains(
                "duration       a length of time or a distribution of a length of time, required",
            ))
            .and(contains("Also read as lasting.")),
    );
    list("objectives").code(0).stdout(contains("rto                a length of time, optional"));
    list("units").code(0).stdout(contains("\"5min\""));
    list("structs").code(0).stdout(contains("Promotion").and(contains("Lognormal")));
    list("aurora-reader").code(0).stdout(
        contains("source: ").and(
            contains("Standby(duration: Lognormal(p50: \"12.2s\"")
                .or(contains("Standby(duration: Lognormal(p50: \"12200ms\"")),
        ),
    );
    list("helthcheck").code(2).stderr(contains("did you mean HealthCheck?"));
}

#[test]
fn schema_is_json_and_so_is_a_scenario() {
    let (directory, _) = with_file("small.ron", SMALL);
    let schema = stdout(mrsim(directory.path()).arg("schema"));
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
    assert!(schema["$defs"]["fields of Store"]["properties"]["replication"].is_object());
    let small = stdout(mrsim(directory.path()).args(["schema", "small.ron"]));
    let small: serde_json::Value = serde_json::from_str(&small).expect("JSON");
    assert!(small["Scenario"]["question"].is_string());
    mrsim(directory.path()).args(["schema", "none.ron"]).assert().code(5);
}

#[test]
fn trace_tells_one_run_in_names() {
    let (directory, _) = with_file("small.ron", SMALL);
    let text = stdout(mrsim(directory.path()).args(["trace", "small.ron", "--run", "2"]));
    for words in [
        "fault begins: Ireland",
        "health check \"primary\" turns unhealthy",
        "users move: customers, Ireland -> Frankfurt",
        "store \"main\"",
        "<- 1",
        "This run's measures",
        "detect",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert_eq!(text.matches("users move").count(), 1, "{text}");
    let every = stdout(mrsim(directory.path()).args(["trace", "small.ron", "--run", "2", "--all"]));
    assert!(every.matches("users move").count() > 100);
}
