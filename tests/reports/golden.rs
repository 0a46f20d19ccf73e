//! The committed reports are what the program writes today. A change that moves a number changes
//! them, and a reviewer sees which. To regenerate all of them:
//!
//! ```sh
//! cargo run --release -- run scenarios/*.ron
//! cargo run --release -- compare scenarios/tokyo-outage.ron scenarios/tokyo-outage-*.ron --out reports/front-doors
//! ```

use crate::keys::collect;
use crate::pages;
use mrsim::campaign::{self, Settings};
use mrsim::report::Report;
use mrsim::report::comparison::Comparison;
use mrsim::scenario::Scenario;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn scenarios() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("scenarios")).expect("the scenarios are there");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a readable entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "ron"))
        .collect();
    paths.sort();
    paths
}

#[test]
fn committed_reports_are_what_the_program_writes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut differences = Vec::new();
    for scenario in scenarios() {
        let name = scenario.file_stem().expect("a file name").to_string_lossy().to_string();
        let written = folder.path().join(&name);
        assert_cmd::Command::cargo_bin("mrsim")
            .expect("the binary is built")
            .args(["run", "--quiet", "--out"])
            .arg(&written)
            .arg(&scenario)
            .assert()
            .success();
        let committed = root().join("reports").join(&name);
        for entry in std::fs::read_dir(&written).expect("the run wrote a folder") {
            let file = entry.expect("a readable entry").file_name();
            let fresh = std::fs::read(written.join(&file)).expect("a written file");
            if std::fs::read(committed.join(&file)).ok() != Some(fresh) {
                differences.push(format!("reports/{name}/{}", file.to_string_lossy()));
            }
        }
    }
    let help = "if the change is meant, run `cargo run --release -- run scenarios/*.ron` and commit the difference";
    assert!(
        differences.is_empty(),
        "these differ from what the program writes: {differences:?}; {help}"
    );
}

#[test]
fn the_committed_comparison_is_what_the_program_writes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let first = root().join("scenarios/tokyo-outage.ron");
    let is_variant = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("tokyo-outage-"))
    };
    let variants: Vec<PathBuf> = scenarios().into_iter().filter(is_variant).collect();
    let mut compare = assert_cmd::Command::cargo_bin("mrsim").expect("the binary is built");
    compare
        .args(["compare", "--quiet", "--out"])
        .arg(folder.path())
        .arg(first)
        .args(variants)
        .assert()
        .success();
    for file in ["comparison.md", "comparison.json", "comparison.svg"] {
        let fresh = std::fs::read(folder.path().join(file)).expect("a written file");
        let committed = std::fs::read(root().join("reports/front-doors").join(file)).ok();
        assert!(
            committed == Some(fresh),
            "reports/front-doors/{file} differs from what the program writes; the first lines of this file say how to regenerate it"
        );
    }
}

/// What was written reads back, and is written again byte for byte.
#[test]
fn reports_read_back_as_they_were_written() {
    fn again<T: serde::Serialize + serde::de::DeserializeOwned>(path: &Path) {
        let text = std::fs::read_to_string(path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let read: T = serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let written = serde_json::to_string_pretty(&read).expect("it has a JSON form");
        let place = text.lines().zip(written.lines()).find(|(one, two)| one != two);
        assert_eq!(place, None, "{}", path.display());
        assert_eq!(text.trim_end(), written, "{}", path.display());
    }
    for scenario in scenarios() {
        let name = scenario.file_stem().expect("a file name");
        again::<Report>(&root().join("reports").join(name).join("summary.json"));
    }
    again::<Comparison>(&root().join("reports/front-doors/comparison.json"));
}

/// The same of what is written today, of every scenario.
#[test]
fn fresh_reports_read_back_as_they_were_written() {
    let settings = Settings { seed: 7, runs: 3, threads: 1 };
    for path in scenarios() {
        let text = std::fs::read_to_string(&path).expect("a readable scenario");
        let scenario = Scenario::parse(&text).unwrap_or_else(|problems| panic!("{problems:#?}"));
        let report = campaign::run("fresh", &Arc::new(scenario), &settings, &campaign::Quiet)
            .expect("no limit is reached");
        let written = serde_json::to_string(&report).expect("it has a JSON form");
        let read: Report = serde_json::from_str(&written).expect("it reads back");
        let again = serde_json::to_string(&read).expect("it has a JSON form");
        assert!(written == again, "{}", path.display());
    }
}

/// How to write the schema pages anew.
const WRITE: &str = "cargo test --test reports -- --ignored write_the_schema_pages";

/// The schema pages say what the doc comments and the registry of numbers say.
#[test]
fn the_schema_pages_are_current() {
    for page in pages::PAGES {
        let old = std::fs::read_to_string(root().join(page.file)).expect("the page is there");
        let text = page.text(root());
        let place = text.lines().zip(old.lines()).find(|(one, two)| one != two);
        assert!(text == old, "{} is out of date at {place:?}; write it: {WRITE}", page.file);
    }
}

#[test]
#[ignore = "writes docs/result.md, docs/comparison.md and docs/scenario.md"]
fn write_the_schema_pages() {
    for page in pages::PAGES {
        std::fs::write(root().join(page.file), page.text(root())).expect("a writable page");
    }
    std::fs::write(root().join("docs/scenario.md"), reference()).expect("a writable page");
}

/// The reference of the language says what the descriptions say; its introduction stays.
fn reference() -> String {
    let old = std::fs::read_to_string(root().join("docs/scenario.md")).expect("the page is there");
    let head = old.split("\n## ").next().unwrap_or_default().trim_end();
    format!("{head}\n\n{}", mrsim::read::reference::page(mrsim::scenario::Scenario::record))
}

#[test]
fn the_reference_of_the_language_is_current() {
    let page = std::fs::read_to_string(root().join("docs/scenario.md")).expect("the page is there");
    let text = reference();
    let place = text.lines().zip(page.lines()).find(|(one, two)| one != two);
    assert!(text == page, "docs/scenario.md is out of date at {place:?}; write it: {WRITE}");
}

/// Every key of every committed summary is explained in docs/result.md.
#[test]
fn the_schema_page_names_every_field() {
    let page = std::fs::read_to_string(root().join("docs/result.md")).expect("the page is there");
    let mut keys = BTreeSet::new();
    for scenario in scenarios() {
        let path = root()
            .join("reports")
            .join(scenario.file_stem().expect("a file name"))
            .join("summary.json");
        let text = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        collect(&serde_json::from_str(&text).expect("valid JSON"), &mut keys);
    }
    let unnamed: Vec<&String> =
        keys.iter().filter(|key| !page.contains(&format!("| `{key}` |"))).collect();
    assert!(unnamed.is_empty(), "docs/result.md does not name {unnamed:?}");
    assert!(keys.len() > 40, "the summaries hold real results");
}
