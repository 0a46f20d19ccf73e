//! What goes wrong around the program: arguments, files, readers that leave, interrupts.

use super::{SMALL, mrsim, with_file};
use predicates::prelude::*;
use predicates::str::contains;
use std::fs;
use std::process::Stdio;
use tempfile::TempDir;

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

/// Two scenarios of one name would write over each other's report.
#[test]
fn reports_of_one_name_are_refused() {
    let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/link-cut.ron");
    let folder = TempDir::new().expect("a temporary folder");
    let mut command = mrsim(folder.path());
    command.args(["run", scenario, scenario]).assert().code(2);
    assert!(!folder.path().join("reports").exists(), "nothing was run");
}
