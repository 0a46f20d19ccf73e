//! The program as its users meet it: every command, every exit code, and what stands on which stream.

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
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
        .stderr(contains("promises nothing").and(contains("objectives: Objectives(")));
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

#[test]
fn wrong_arguments_are_usage_errors() {
    let (directory, _) = with_file("small.ron", SMALL);
    for args in [
        &["run"][..],
        &["run", "small.ron", "--runs", "0"],
        &["run", "small.ron", "--seed", "x"],
        &["fly"],
        &["run", "small.ron", "--png", "--no-charts"],
        &[],
    ] {
        mrsim(directory.path()).args(args).assert().code(2);
    }
    mrsim(directory.path())
        .args(["run", "small.ron", "--runs", "10000000000"])
        .assert()
        .code(4)
        .stderr(contains("limit"));
}

#[test]
fn files_that_cannot_be_read_or_written() {
    let (directory, _) = with_file("small.ron", SMALL);
    mrsim(directory.path())
        .args(["run", "none.ron"])
        .assert()
        .code(5)
        .stderr(contains("none.ron").and(contains("no such file")));
    mrsim(directory.path()).args(["run", "."]).assert().code(5).stderr(contains("is a directory"));
    mrsim(directory.path())
        .args(["run", "small.ron", "--runs", "1", "--out", "small.ron/x"])
        .assert()
        .code(5)
        .stderr(contains("cannot make the directory"));
    fs::write(directory.path().join("bytes.ron"), b"Scenario(\n  \xff\xfe)").expect("writable");
    mrsim(directory.path())
        .args(["validate", "bytes.ron"])
        .assert()
        .code(2)
        .stderr(contains("not UTF-8").and(contains("bytes.ron:2:3")));
}

#[cfg(unix)]
#[test]
fn a_file_name_that_is_not_text_works() {
    use std::os::unix::ffi::OsStrExt;
    let directory = TempDir::new().expect("a place");
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.ron");
    fs::write(directory.path().join(name), SMALL).expect("writable");
    mrsim(directory.path()).arg("run").arg(name).args(["--runs", "2"]).assert().code(0);
    assert!(
        directory
            .path()
            .join("reports")
            .join(std::ffi::OsStr::from_bytes(b"caf\xe9"))
            .join("report.md")
            .is_file()
    );
}

/// `mrsim list | head -1`: the reader leaves, and that is no error.
#[test]
fn a_reader_that_leaves_is_no_error() {
    let directory = TempDir::new().expect("a place");
    for args in [&["list"][..], &["new"], &["--help"]] {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_mrsim"))
            .args(args)
            .current_dir(directory.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("ends");
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert!(output.stderr.is_empty(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let directory = TempDir::new().expect("a place");
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_mrsim"))
        .arg("list")
        .current_dir(directory.path())
        .stdout(full)
        .output()
        .expect("runs");
    assert_eq!(output.status.code(), Some(5));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot write to standard output"));
}

/// Ctrl-C keeps what is done, marked partial.
#[cfg(unix)]
#[allow(clippy::disallowed_methods, reason = "the interrupt has to come while the program runs")]
#[test]
fn an_interrupted_run_keeps_what_is_done() {
    let (directory, _) = with_file("small.ron", SMALL);
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_mrsim"));
    command
        .args(["run", "small.ron", "--runs", "1000000", "--no-charts", "--threads", "1"])
        .current_dir(directory.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn().expect("starts");
    std::thread::sleep(std::time::Duration::from_millis(700));
    let killed = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("kill is there");
    assert!(killed.success());
    let output = child.wait_with_output().expect("ends");
    assert_eq!(output.status.code(), Some(130), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("PARTIAL: interrupted after"));
    let summary = fs::read(directory.path().join("reports/small/summary.json")).expect("kept");
    let json: serde_json::Value = serde_json::from_slice(&summary).expect("JSON");
    assert_eq!(json["partial"], true);
    assert!(json["runs_done"].as_u64().expect("a number") > 0);
}

/// What a stranger reads about a broken invariant, without breaking one.
#[test]
fn a_bug_of_ours_has_its_own_exit_code() {
    let arguments = ["mrsim", "run", "small.ron"].map(std::ffi::OsString::from);
    let failure =
        mrsim::cli::bug::caught::<()>(&arguments, || panic!("planted")).expect_err("it panics");
    assert_eq!(failure.exit_code(), 6);
    assert!(failure.to_string().contains("planted"));
}
