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

/// A variant is the design with its change written out: what it removes, its parts, the values that it sets.
#[test]
fn a_variant_is_the_design_with_its_change() {
    const VARIANTS: &str = r#"variants: [
        Variant(name: "fast", set: {"routing.ttl": "20s", "health_checks[virginia].interval": "10s"}),
        Variant(name: "by hand", remove: ["stores[orders].promotion.decision"], stores: (name: "orders", endpoint_ttl: "30s")),
        Variant(name: "no store", remove: ["stores"], users: (name: "Japan", writes: "0 req/s")),
        Variant(name: "far", regions: ["ap-northeast-1", "us-east-1", "eu-west-1"], set: {"stores[orders].readers": ["us-east-1", "eu-west-1"]}),
    ],"#;
    let decision = r#", decision: Lognormal(p50: "8min", p95: "40min")"#;
    let stores = &DESIGN[DESIGN.find("stores: [").expect("it is there")
        ..DESIGN.find("    users: [").expect("it is there")];
    let expected: [(&str, &[(&str, &str)]); 4] = [
        (
            "fast",
            &[
                (r#"ttl: "60s""#, r#"ttl: "20s""#),
                (r#"preset: "route53-standard""#, r#"preset: "route53-standard", interval: "10s""#),
            ],
        ),
        (
            "by hand",
            &[
                (decision, ""),
                (r#"preset: "aurora-global""#, r#"preset: "aurora-global", endpoint_ttl: "30s""#),
            ],
        ),
        ("no store", &[(stores, ""), (r#", writes: "1 req/min""#, "")]),
        (
            "far",
            &[
                (r#""us-east-1"],"#, r#""us-east-1", "eu-west-1"],"#),
                (r#"readers: ["us-east-1"]"#, r#"readers: ["us-east-1", "eu-west-1"]"#),
            ],
        ),
    ];
    // They are inherited from a file below, too.
    let own = DESIGN.replacen(
        "Design(",
        &format!("Scenario(question: \"?\", run: \"1h\", {VARIANTS}"),
        1,
    );
    let below: &'static str = DESIGN.replacen("Design(", &format!("Design({VARIANTS}"), 1).leak();
    let above = r#"Scenario(base: "design.ron", question: "?", run: "1h")"#.to_string();
    let files: &'static [(&'static str, &'static str)] = vec![("design.ron", below)].leak();
    for text in [own, above] {
        let document = Document::open(&text, &Shelf(files)).unwrap_or_else(|why| panic!("{why}"));
        assert_eq!(document.variants().collect::<Vec<_>>(), expected.map(|(name, _)| name));
        for (name, changes) in expected {
            let variant = document.variant(name).expect("it is one");
            let built = variant.and_then(|variant| variant.scenario());
            let built = built.unwrap_or_else(|why| panic!("{name}: {why}"));
            let mut written = written_out(changes);
            written.warnings.clone_from(&built.warnings);
            assert_eq!(built, written, "{name}");
        }
        assert!(document.variant("slow").is_none());
    }
}

/// What a file takes out of those below it is gone, and what still refers to it is told.
#[test]
fn a_file_takes_out_what_those_below_hold() {
    let above = |remove: &str| {
        let text = format!(
            r#"Scenario(base: "design.ron", remove: [{remove}], question: "?", run: "1h")"#
        );
        scenario(&text, &[("design.ron", DESIGN)])
    };
    let without = above(r#""stores[orders].promotion""#).expect("the store goes on without");
    assert!(without.stores[0].promotion.is_none());
    let problems = above(r#""health_checks[tokyo]""#).expect_err("records refer to it");
    assert!(problems.contains("there is no health check \"tokyo\""), "{problems}");
    let problems = above(r#""stores[order].promotion""#).expect_err("there is no such store");
    assert!(
        problems.contains("1:39: stores has no item order; did you mean orders?"),
        "{problems}"
    );
    let problems = above(r#""routing.policy.trickle""#).expect_err("it is not written");
    assert!(problems.contains("is not written, so it cannot be taken out"), "{problems}");
    let alone = r#"Scenario(remove: ["stores"], question: "?", run: "1h")"#;
    let problems = scenario(alone, &[]).expect_err("there is nothing below");
    assert!(problems.contains("there is no file below to take anything out of"), "{problems}");
}

#[test]
fn a_mistake_in_a_variant_is_told_at_its_line() {
    let problem = |variants: &str| {
        let text = DESIGN.replacen("Design(", "Scenario(question: \"?\", run: \"1h\",", 1);
        let text = text.replacen("\n    users: [", &format!("\n{variants}\n    users: ["), 1);
        let document = Document::open(&text, &Shelf(&[])).map_err(|problems| problems.to_string());
        let read = document.and_then(|document| {
            document.scenario_of_sound_variants().map_err(|problems| problems.to_string())
        });
        read.expect_err("a problem")
    };
    let line = |variants: &str| {
        let shown = problem(variants);
        assert!(shown.starts_with("13:"), "{shown}");
        shown
    };
    for (variants, words) in [
        (r#"variants: [Variant(set: {"routing.ttl": "20s"})],"#, "Variant lacks the field name"),
        (r#"variants: [Change(name: "a")],"#, "Change is not Variant"),
        (
            r#"variants: [Variant(name: "a#b", set: {"routing.ttl": "20s"})],"#,
            "\"a#b\" cannot be the name of a variant",
        ),
        (r#"variants: [Variant(name: "a")],"#, "variant \"a\" says nothing new"),
        (
            r#"variants: [Variant(name: "a", set: {"routing.ttl": "60s"})],"#,
            "variant \"a\" says nothing new",
        ),
        (
            r#"variants: [Variant(name: "a", set: {"routing.tll": "20s"})],"#,
            "in variant \"a\": routing has no field tll; did you mean ttl?",
        ),
        (
            r#"variants: [Variant(name: "a", set: {"routing.ttl": "20 years"})],"#,
            "in variant \"a\": \"years\" is not a unit",
        ),
        (
            r#"variants: [Variant(name: "a", routing: (tll: "20s"))],"#,
            "in variant \"a\": Routing has no field tll",
        ),
        (
            r#"variants: [Variant(name: "a", set: ["routing.ttl"])],"#,
            "in variant \"a\": a list is not a map of values by knob paths",
        ),
        (
            r#"variants: [Variant(name: "a", set: {"routing.ttl": "20s"}), Variant(name: "a", set: {"routing.ttl": "10s"})],"#,
            "variant \"a\" is declared twice",
        ),
    ] {
        let shown = line(variants);
        assert!(shown.contains(words), "{variants}: {shown}");
    }
}
