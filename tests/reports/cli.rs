//! The program as its users meet it: every command, every exit code, and what stands on which stream.

mod commands;
mod failures;
mod knobs;
mod layout;
mod variants;

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;
use std::fs;
use std::path::{Path, PathBuf};
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

fn with_file(name: &str, text: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
    let directory = TempDir::new().expect("a place for files");
    let path = directory.path().join(name);
    fs::write(&path, text).expect("writable");
    (directory, path)
}

fn stdout(command: &mut Command) -> String {
    String::from_utf8(command.output().expect("runs").stdout).expect("text")
}

#[test]
fn run_answers_and_writes_the_report() {
    let (directory, _) = with_file("small.ron", SMALL);
    let mut command = mrsim(directory.path());
    let expected = contains("Objectives")
        .and(contains("RTO (service) at most 5min"))
        .and(contains("Where the time goes"))
        .and(contains("digest "));
    command
        .args(["run", "small.ron", "--runs", "70"])
        .assert()
        .code(0)
        .stdout(expected.and(contains("\u{1b}").not()))
        .stderr("");
    let reports = directory.path().join("reports/small");
    let markdown = fs::read_to_string(reports.join("report.md")).expect("written");
    assert!(markdown.contains("mrsim run scenarios/small.ron --runs 70 --seed 1"), "{markdown}");
    for image in markdown
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .filter(|file| file.ends_with(".svg"))
    {
        assert!(reports.join(image).is_file(), "{image} stands beside the report");
    }
    let summary = fs::read_to_string(reports.join("summary.json")).expect("written");
    let json: serde_json::Value = serde_json::from_str(&summary).expect("JSON");
    assert_eq!(json["schema"], "mrsim.result/1");
    assert_eq!(json["runs_done"], 70);
}

#[test]
fn no_line_is_wider_than_the_page() {
    let (directory, _) = with_file("small.ron", SMALL);
    for runs in ["1", "20", "200"] {
        let text = stdout(mrsim(directory.path()).args([
            "run",
            "small.ron",
            "--no-charts",
            "--runs",
            runs,
        ]));
        for line in text.lines() {
            assert!(line.chars().count() <= 100, "{runs} runs: {line}");
        }
        assert!(!text.contains("NaN") && !text.contains("inf "), "{text}");
    }
}

#[test]
fn json_is_pure_and_the_same_as_the_summary() {
    let (directory, _) = with_file("small.ron", SMALL);
    let output = mrsim(directory.path())
        .args(["run", "small.ron", "--runs", "20", "--format", "json", "--out", "o", "--no-charts"])
        .output()
        .expect("runs");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("nothing but JSON");
    assert_eq!(json["schema"], "mrsim.result/1");
    assert!(output.stdout.ends_with(b"}\n"));
    assert_eq!(output.stdout, fs::read(directory.path().join("o/summary.json")).expect("written"));
    assert!(String::from_utf8_lossy(&output.stderr).contains("written to o/"));
    assert!(!directory.path().join("o/availability.svg").exists());
}

#[test]
fn png_on_request() {
    let (directory, _) = with_file("small.ron", SMALL);
    mrsim(directory.path())
        .args(["run", "small.ron", "--runs", "5", "--out", "o", "--png"])
        .assert()
        .code(0)
        .stdout(contains("SVG and PNG"));
    assert!(
        fs::read(directory.path().join("o/availability.png"))
            .expect("written")
            .starts_with(b"\x89PNG")
    );
}

/// Threads change the time, never a byte.
#[test]
fn the_number_of_threads_changes_nothing() {
    let (directory, _) = with_file("small.ron", SMALL);
    let all = ["1", "2", "3"].map(|threads| {
        let output = mrsim(directory.path())
            .args(["run", "small.ron", "--runs", "130", "--threads", threads, "--out", "o"])
            .output()
            .expect("runs");
        let files = ["report.md", "summary.json", "availability.svg"]
            .map(|file| fs::read(directory.path().join("o").join(file)).expect("written"));
        (output.stdout, files)
    });
    assert_eq!(all[0], all[1]);
    assert_eq!(all[0], all[2]);
}

/// Another seed is another sample: the test above could not fail if the seed were ignored.
#[test]
fn another_seed_is_another_result() {
    let (directory, _) = with_file("small.ron", SMALL);
    let [one, two] = ["1", "2"].map(|seed| {
        stdout(mrsim(directory.path()).args([
            "run",
            "small.ron",
            "--runs",
            "5",
            "--no-charts",
            "--seed",
            seed,
        ]))
    });
    let digest =
        |text: &str| text.lines().find(|line| line.starts_with("digest ")).map(str::to_string);
    assert!(digest(&one).is_some());
    assert_ne!(digest(&one), digest(&two));
}

#[test]
fn quiet_prints_only_verdicts() {
    let (directory, _) = with_file("small.ron", SMALL);
    let text = stdout(mrsim(directory.path()).args([
        "run",
        "small.ron",
        "--runs",
        "20",
        "--no-charts",
        "--quiet",
    ]));
    assert_eq!(text.lines().count(), 4, "{text}");
    assert!(
        text.lines().all(|line| ["MET", "NOT MET", "UNDECIDED"]
            .iter()
            .any(|word| line.trim_start().starts_with(word))),
        "{text}"
    );
}

#[test]
fn compare_puts_designs_side_by_side() {
    let (directory, _) = with_file("small.ron", SMALL);
    fs::write(directory.path().join("short.ron"), SMALL.replace("ttl: \"60s\"", "ttl: \"5s\""))
        .expect("writable");
    let files = ["comparison.md", "comparison.json", "comparison.svg"];
    let all = ["1", "3"].map(|threads| {
        let output = mrsim(directory.path())
            .args(["compare", "small.ron", "short.ron", "--runs", "70", "--threads", threads])
            .output()
            .expect("runs");
        assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
        let written = files.map(|file| {
            fs::read(directory.path().join("reports/comparison").join(file)).expect("written")
        });
        (String::from_utf8(output.stdout).expect("text"), written)
    });
    assert_eq!(all[0], all[1], "threads change no byte");
    let (page, [markdown, json, svg]) = &all[0];
    assert!(
        page.contains("2 designs: 70 runs of 30 min each")
            && page.contains("Against design 1")
            && page.contains("digest "),
        "{page}"
    );
    let markdown = String::from_utf8_lossy(markdown);
    assert!(
        markdown.contains("](comparison.svg)")
            && markdown.contains(
                "mrsim compare scenarios/small.ron scenarios/short.ron --runs 70 --seed 1"
            )
    );
    assert!(svg.starts_with(b"<svg "));
    let json: serde_json::Value = serde_json::from_slice(json).expect("JSON");
    assert_eq!(
        (&json["schema"], &json["designs"][1]["scenario"]),
        (&"mrsim.comparison/1".into(), &"short".into())
    );
    // On request: other places, JSON alone, only the differences, no chart.
    let args = ["compare", "small.ron", "short.ron", "--runs", "20", "--out", "o", "--no-charts"];
    let output =
        mrsim(directory.path()).args(args).args(["--format", "json"]).output().expect("runs");
    assert_eq!(
        output.stdout,
        fs::read(directory.path().join("o/comparison.json")).expect("written")
    );
    assert!(!directory.path().join("o/comparison.svg").exists());
    mrsim(directory.path())
        .args(args)
        .arg("--quiet")
        .assert()
        .code(0)
        .stdout(contains("Against design 1").and(contains("digest").not()));
}

#[test]
fn compare_refuses_what_is_no_comparison() {
    let (directory, _) = with_file("small.ron", SMALL);
    let refused = |args: &[&str], code: i32, words: &str| {
        mrsim(directory.path())
            .arg("compare")
            .args(args)
            .assert()
            .code(code)
            .stdout("")
            .stderr(contains(words));
    };
    refused(&["small.ron"], 2, "two scenarios or more, and only small.ron was named");
    refused(&[], 2, "required");
    refused(&["small.ron", "small.ron"], 2, "small.ron is named twice");
    refused(&["small.ron", "none.ron"], 5, "none.ron");
    refused(&["small.ron", "other.ron", "--runs", "600000"], 4, "together more than the limit");
    let many: Vec<String> = (0..13).map(|index| format!("{index}.ron")).collect();
    refused(&many.iter().map(String::as_str).collect::<Vec<_>>(), 4, "more than the limit of 12");
    // Two stems alike are told apart by their folders.
    fs::create_dir(directory.path().join("old")).expect("writable");
    fs::write(directory.path().join("old/small.ron"), SMALL).expect("writable");
    mrsim(directory.path())
        .args(["compare", "old/small.ron", "small.ron", "--runs", "2"])
        .assert()
        .code(0)
        .stdout(contains("1 old/small"));
}
