//! Variants on the command line: one is run, or each is compared with what is written.

use super::*;

/// A small scenario with two variants.
fn with_variants() -> (TempDir, std::path::PathBuf) {
    let text = SMALL.trim_end().strip_suffix(')').expect("it ends in a bracket");
    let text = format!(
        "{text}    variants: [\n        Variant(name: \"fast\", set: {{\"routing.ttl\": \"5s\"}}),\n        Variant(name: \"no faults\", faults: [RegionOutage(region: \"eu-west-1\", at: \"5min\", duration: \"1min\", how: FastFail)]),\n    ],\n)\n"
    );
    with_file("small.ron", &text)
}

#[test]
fn a_variant_is_run_by_its_name() {
    let (directory, _) = with_variants();
    let text = stdout(mrsim(directory.path()).args([
        "run",
        "small.ron",
        "--variant",
        "fast",
        "--runs",
        "3",
    ]));
    assert!(text.contains("small#fast"), "{text}");
    let page = std::fs::read_to_string(directory.path().join("reports/small-fast/report.md"))
        .expect("its report");
    assert!(page.contains("small.ron#fast"), "{page}");
    let whole = |arguments: &[&str]| -> serde_json::Value {
        let output = mrsim(directory.path()).args(arguments).output().expect("runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let json = String::from_utf8(output.stdout).expect("text");
        serde_json::from_str(&json).expect("JSON")
    };
    let common = ["--runs", "3", "--no-charts", "--quiet", "--format", "json"];
    let by_name = whole(&[&["run", "small.ron#fast"], &common[..]].concat());
    let by_value = whole(&[&["run", "small.ron", "--set", "routing.ttl=5s"], &common[..]].concat());
    assert_eq!(by_name["digest"], by_value["digest"], "the same question has the same answer");
    mrsim(directory.path())
        .args(["run", "small.ron", "--variant", "fats"])
        .assert()
        .code(2)
        .stderr(contains("has no variant \"fats\"").and(contains("did you mean fast?")));
    mrsim(directory.path())
        .args(["validate", "small.ron"])
        .assert()
        .code(0)
        .stdout(contains("2 variants"));
    let traced = stdout(mrsim(directory.path()).args(["trace", "small.ron#fast"]));
    assert!(traced.contains("small#fast: run 0"), "{traced}");
}

#[test]
fn a_file_with_variants_is_compared_with_each_of_them() {
    let (directory, _) = with_variants();
    let text = stdout(mrsim(directory.path()).args(["compare", "small.ron", "--runs", "3"]));
    assert!(text.contains("small#fast") && text.contains("small#no faults"), "{text}");
    let page = std::fs::read_to_string(directory.path().join("reports/comparison/comparison.md"))
        .expect("its page");
    assert!(page.contains("small.ron#fast"), "{page}");
    let (alone, _) = with_file("small.ron", SMALL);
    mrsim(alone.path())
        .args(["compare", "small.ron"])
        .assert()
        .code(2)
        .stderr(contains("one alone needs variants"));
}
