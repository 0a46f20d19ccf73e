//! `mrsim pbs`: the same bytes on any number of threads, every combination of R and W, and exit code 0 while all agrees.

use assert_cmd::Command;
use serde_json::Value;

fn mrsim(arguments: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_mrsim")).args(arguments).output().expect("it runs")
}

#[test]
fn the_table_is_the_same_on_any_number_of_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = folder.path().join("pbs.md");
    let [one, two] = ["1", "2"].map(|threads| {
        let output = mrsim(&[
            "pbs",
            "--trials",
            "20000",
            "--threads",
            threads,
            "--format",
            "json",
            "--out",
            page.to_str().expect("UTF-8"),
        ]);
        assert_eq!(
            output.status.code(),
            Some(0),
            "all agrees: {}",
            String::from_utf8_lossy(&output.stdout)
        );
        (output.stdout, std::fs::read_to_string(&page).expect("the page is written"))
    });
    assert_eq!(one, two);
    let json: Value = serde_json::from_slice(&one.0).expect("JSON");
    assert_eq!(json["schema"], "mrsim.pbs/1");
    let rows = json["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 36);
    assert!(rows.iter().all(|row| row["differs"].as_array().is_some_and(Vec::is_empty)));
    assert_eq!(
        rows.iter().filter(|row| !row["printed"].is_null()).count(),
        19,
        "what is printed is compared"
    );
    assert_eq!(one.1.matches("| agrees |").count(), 36, "{}", one.1);
}

#[test]
fn too_few_trials_are_refused() {
    assert_eq!(mrsim(&["pbs", "--trials", "10"]).status.code(), Some(2));
}

/// The committed page is a run of the default size in which everything agrees.
#[test]
fn the_committed_page_agrees() {
    let page = include_str!("../../../docs/pbs.md");
    assert!(
        page.contains("`mrsim pbs --trials 1000000 --seed 1`"),
        "regenerate it: mrsim pbs --out docs/pbs.md"
    );
    assert_eq!(page.matches("| agrees |").count(), 36);
}
