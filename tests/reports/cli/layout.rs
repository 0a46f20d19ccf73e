//! `mrsim fmt`: files are laid out in place, and nothing is written where one of them cannot be read.

use super::{mrsim, with_file};
use predicates::prelude::*;
use predicates::str::contains;
use std::fs;

const ROUGH: &str = "// Why?\nScenario(question: \"?\",\n\n\n  run: \"1h\" /* long */)";
const NEAT: &str = "// Why?\nScenario(\n    question: \"?\",\n\n    run: \"1h\", /* long */\n)\n";

#[test]
fn a_file_is_laid_out_in_place_and_only_once() {
    let (directory, path) = with_file("rough.ron", ROUGH);
    mrsim(directory.path())
        .args(["fmt", "rough.ron", "--check"])
        .assert()
        .code(1)
        .stdout("rough.ron: would change\n");
    assert_eq!(fs::read_to_string(&path).expect("it is there"), ROUGH);
    mrsim(directory.path())
        .args(["fmt", "rough.ron"])
        .assert()
        .code(0)
        .stdout("rough.ron: written\n");
    assert_eq!(fs::read_to_string(&path).expect("it is there"), NEAT);
    for arguments in [&["fmt", "rough.ron"][..], &["fmt", "rough.ron", "--check"]] {
        mrsim(directory.path()).args(arguments).assert().code(0).stdout("").stderr("");
    }
    let files = fs::read_dir(directory.path()).expect("it is there").count();
    assert_eq!(files, 1, "nothing is left beside the file");
}

#[test]
fn standard_input_goes_to_standard_output() {
    let (directory, _) = with_file("other.ron", ROUGH);
    mrsim(directory.path()).args(["fmt", "-"]).write_stdin(ROUGH).assert().code(0).stdout(NEAT);
    mrsim(directory.path()).args(["fmt", "-", "--check"]).write_stdin(ROUGH).assert().code(1);
    mrsim(directory.path())
        .args(["fmt", "-", "other.ron"])
        .write_stdin(ROUGH)
        .assert()
        .code(2)
        .stderr(contains("help: "));
}

#[test]
fn a_file_that_is_no_ron_keeps_all_files_as_they_are() {
    let (directory, path) = with_file("rough.ron", ROUGH);
    fs::write(directory.path().join("broken.ron"), "Scenario(run: ").expect("writable");
    mrsim(directory.path())
        .args(["fmt", "rough.ron", "broken.ron"])
        .assert()
        .code(2)
        .stdout("")
        .stderr(contains("broken.ron:1").and(contains("never closed")));
    assert_eq!(fs::read_to_string(&path).expect("it is there"), ROUGH);
    mrsim(directory.path()).args(["fmt", "missing.ron"]).assert().code(5);
}
