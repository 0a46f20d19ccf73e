//! The committed reports are what the program writes today. A change that moves a number changes
//! them, and a reviewer sees which. To regenerate all of them:
//!
//! ```sh
//! cargo run --release -- run scenarios/*.ron
//! ```

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn scenarios() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("scenarios")).expect("the scenarios are there");
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.expect("a readable entry").path()).filter(|path| path.extension().is_some_and(|e| e == "ron")).collect();
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
        assert_cmd::Command::cargo_bin("mrsim").expect("the binary is built").args(["run", "--quiet", "--out"]).arg(&written).arg(&scenario).assert().success();
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
    assert!(differences.is_empty(), "these differ from what the program writes: {differences:?}; {help}");
}

/// Every key of every committed summary is explained in docs/result.md.
#[test]
fn the_schema_page_names_every_field() {
    let page = std::fs::read_to_string(root().join("docs/result.md")).expect("the page is there");
    let mut keys = BTreeSet::new();
    for scenario in scenarios() {
        let path = root().join("reports").join(scenario.file_stem().expect("a file name")).join("summary.json");
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        collect(&serde_json::from_str(&text).expect("valid JSON"), &mut keys);
    }
    let unnamed: Vec<&String> = keys.iter().filter(|key| !page.contains(&format!("| `{key}` |"))).collect();
    assert!(unnamed.is_empty(), "docs/result.md does not name {unnamed:?}");
    assert!(keys.len() > 40, "the summaries hold real results");
}

fn collect(value: &serde_json::Value, keys: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Object(map) => {
            for (key, value) in map {
                keys.insert(key.clone());
                collect(value, keys);
            }
        }
        serde_json::Value::Array(list) => list.iter().for_each(|value| collect(value, keys)),
        _ => {}
    }
}
