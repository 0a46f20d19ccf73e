//! A scenario that builds on other files is the scenario that both make together, and a problem is shown where it is written.

use mrsim::problem::Source;
use mrsim::scenario::{Document, Files, Scenario};

/// Files by name.
struct Shelf(&'static [(&'static str, &'static str)]);

impl Files for Shelf {
    fn open(&self, _from: Option<&str>, path: &str) -> Result<Source, String> {
        let found = self.0.iter().find(|(name, _)| *name == path);
        found
            .map(|(name, text)| Source { path: name.to_string(), text: text.to_string() })
            .ok_or_else(|| "there is no such file".to_string())
    }
}

const DESIGN: &str = r#"Design(
    regions: ["ap-northeast-1", "us-east-1"],
    health_checks: [
        HealthCheck(name: "tokyo", watches: "ap-northeast-1", preset: "route53-fast", threshold: 2),
        HealthCheck(name: "virginia", watches: "us-east-1", preset: "route53-standard"),
    ],
    routing: Routing(ttl: "60s", negative_ttl: "5min", policy: Failover(
        primary: To(region: "ap-northeast-1", check: "tokyo"),
        secondary: To(region: "us-east-1", check: "virginia"),
    )),
    stores: [Store(name: "orders", preset: "aurora-global", writer: "ap-northeast-1", readers: ["us-east-1"],
        promotion: Promotion(to: "us-east-1", watches: "tokyo", decision: Lognormal(p50: "8min", p95: "40min")))],
    users: [Population(name: "Japan", place: "japan", users: 1_000, reads: "1 req/min", writes: "1 req/min")],
)"#;

fn scenario(
    text: &str,
    files: &'static [(&'static str, &'static str)],
) -> Result<Scenario, String> {
    let document = Document::open(text, &Shelf(files)).map_err(|problems| problems.to_string())?;
    document.scenario().map_err(|problems| problems.to_string())
}

/// Text with the lines of a scenario in place of its outer name.
fn written_out(changes: &[(&str, &str)]) -> Scenario {
    let text = DESIGN.replacen("Design(", "Scenario(question: \"?\", run: \"1h\",", 1);
    let text = changes.iter().fold(text, |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    });
    Scenario::parse(&text).unwrap_or_else(|problems| panic!("{problems}"))
}

/// What is written above wins, field by field, and nothing else moves.
#[test]
fn a_scenario_on_a_design_is_the_one_that_is_written_out() {
    let cases: [(&str, &[(&str, &str)]); 8] = [
        ("", &[]),
        (r#"routing: (ttl: "20s"),"#, &[(r#"ttl: "60s""#, r#"ttl: "20s""#)]),
        // Items are found by their names, in any order.
        (
            r#"health_checks: [(name: "virginia", interval: "20s")],"#,
            &[(r#"preset: "route53-standard""#, r#"preset: "route53-standard", interval: "20s""#)],
        ),
        (
            r#"health_checks: (name: "tokyo", preset: "route53-standard"),"#,
            &[("route53-fast", "route53-standard")],
        ),
        // A distribution is a value.
        (
            r#"stores: (name: "orders", promotion: (decision: Lognormal(p50: "1min", sigma: 1.0))),"#,
            &[(r#"Lognormal(p50: "8min", p95: "40min")"#, r#"Lognormal(p50: "1min", sigma: 1.0)"#)],
        ),
        // A list without names is replaced.
        (
            r#"regions: ["ap-northeast-1", "us-east-1", "eu-west-1"], stores: (name: "orders", readers: ["us-east-1", "eu-west-1"]),"#,
            &[
                (r#""us-east-1"],"#, r#""us-east-1", "eu-west-1"],"#),
                (r#"readers: ["us-east-1"]"#, r#"readers: ["us-east-1", "eu-west-1"]"#),
            ],
        ),
        // What is new to a list with names is added.
        (
            r#"users: (name: "Korea", place: "korea", users: 10, reads: "1 req/min"),"#,
            &[(
                "users: [",
                r#"users: [Population(name: "Korea", place: "korea", users: 10, reads: "1 req/min"), "#,
            )],
        ),
        (
            r#"users: (name: "Japan", client: (preset: "browser", attempts: 3)),"#,
            &[(
                r#"writes: "1 req/min""#,
                r#"writes: "1 req/min", client: Client(preset: "browser", attempts: 3)"#,
            )],
        ),
    ];
    for (above, changes) in cases {
        let text = format!(r#"Scenario(base: "design.ron", question: "?", run: "1h", {above})"#);
        let built =
            scenario(&text, &[("design.ron", DESIGN)]).unwrap_or_else(|why| panic!("{why}"));
        let mut expected = written_out(changes);
        expected.warnings.clone_from(&built.warnings);
        expected.populations.sort_by(|a, b| a.name.cmp(&b.name));
        let mut built = built;
        built.populations.sort_by(|a, b| a.name.cmp(&b.name));
        assert_eq!(built, expected, "{above}");
    }
}

/// Another kind replaces: nothing is left of the failover, not even what its records said.
#[test]
fn another_policy_takes_the_place_of_the_one_below() {
    let text = r#"Scenario(base: "design.ron", question: "?", run: "1h",
        routing: (policy: Latency(to: [To(region: "us-east-1", check: "tokyo")])))"#;
    let problems = scenario(text, &[("design.ron", DESIGN)]).expect_err("a check is left over");
    assert!(problems.contains("nothing uses the health check \"virginia\""), "{problems}");
}

/// Of several files the later stand above the earlier, and each may build on others.
#[test]
fn files_stand_one_above_the_other() {
    const FILES: &[(&str, &str)] = &[
        ("design.ron", DESIGN),
        ("fast.ron", r#"Design(base: "design.ron", routing: (ttl: "20s"))"#),
        ("slow.ron", r#"Design(routing: (ttl: "120s", negative_ttl: "1min"))"#),
    ];
    let ttl = |base: &str| {
        let text = format!(r#"Scenario(base: {base}, question: "?", run: "1h")"#);
        let scenario = scenario(&text, FILES).unwrap_or_else(|why| panic!("{why}"));
        (scenario.ttl.to_string(), scenario.negative_ttl.to_string())
    };
    assert_eq!(ttl(r#""fast.ron""#), ("20s".into(), "5min".into()));
    assert_eq!(ttl(r#"["fast.ron", "slow.ron"]"#), ("2min".into(), "1min".into()));
}

#[test]
fn a_problem_is_shown_in_the_file_that_has_it() {
    const BAD: &str = "Design(\n  routing: (\n    ttl: \"60 lightyears\",\n  ),\n)";
    let problem = |text: &str, files: &'static [(&'static str, &'static str)]| {
        scenario(text, files).expect_err("a problem")
    };
    let text = r#"Scenario(base: ["design.ron", "bad.ron"], question: "?", run: "1h")"#;
    let shown = problem(text, &[("design.ron", DESIGN), ("bad.ron", BAD)]);
    assert!(shown.starts_with("bad.ron:3:10: \"lightyears\" is not a unit"), "{shown}");
    let shown = problem(text, &[("design.ron", DESIGN), ("bad.ron", "Design(\n  ttl\n")]);
    assert!(shown.starts_with("bad.ron:"), "{shown}");
    let shown = problem(text, &[("design.ron", DESIGN)]);
    assert!(shown.contains("1:31: bad.ron cannot be read: there is no such file"), "{shown}");
    let own = r#"Scenario(base: "own.ron", question: "?", run: "1h")"#;
    let shown = problem(own, &[("own.ron", r#"Design(base: "own.ron")"#)]);
    assert!(shown.contains("own.ron:1:14: own.ron builds on itself"), "{shown}");
    let shown = problem(r#"Scenario(base: 5)"#, &[]);
    assert!(shown.contains("5 is not the path of a file"), "{shown}");
}

/// Files that build on one another over and over end with a problem, not with the machine.
#[test]
fn a_thicket_of_files_is_refused() {
    const MANY: &str = r#"Design(base: ["b", "b", "b", "b", "b", "b"])"#;
    const FILES: &[(&str, &str)] = &[
        ("a", r#"Design(base: ["m1", "m1", "m1", "m1", "m1", "m1", "m1", "m1", "m1", "m1"])"#),
        ("m1", r#"Design(base: ["m2", "m2", "m2", "m2", "m2", "m2", "m2", "m2"])"#),
        ("m2", MANY),
        ("b", "Design()"),
    ];
    let shown = scenario(r#"Scenario(base: "a", question: "?", run: "1h")"#, FILES);
    let shown = shown.expect_err("too many");
    assert!(shown.contains("more than 64 files"), "{shown}");
}

/// The sample of the README is a scenario on a shipped one.
#[test]
fn the_sample_of_the_readme_builds_on_a_shipped_scenario() {
    struct Shipped;
    impl Files for Shipped {
        fn open(&self, _from: Option<&str>, path: &str) -> Result<Source, String> {
            let text = std::fs::read_to_string(format!("scenarios/{path}"));
            text.map(|text| Source { path: path.into(), text }).map_err(|error| error.to_string())
        }
    }
    let readme = std::fs::read_to_string("README.md").expect("it is there");
    let from = readme.find("```ron\nScenario(\n    base:").expect("the README has a sample");
    let sample = readme[from + 7..].split("```").next().expect("it ends");
    let scenario = Document::open(sample, &Shipped).and_then(|document| document.scenario());
    let scenario = scenario.unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(scenario.ttl.to_string(), "20s");
    assert_eq!(scenario.faults.len(), 1);
    assert!(scenario.populations.len() > 1, "the users are those of the base");
}
