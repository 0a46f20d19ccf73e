//! A scenario with checks in their places is the one in which they are written out.

use crate::scenario::Scenario;

/// With these parts, and the list of checks if there is one.
fn text(checks: &str, policy: &str, more: &str) -> String {
    let writes = if more.contains("stores") { ", writes: \"1 req/min\"" } else { "" };
    format!(
        r#"Scenario(
    question: "Who is called what?", run: "30min", regions: ["ap-northeast-1", "us-east-1", "eu-west-1"],
    users: [Population(name: "users", place: "japan", users: 10, reads: "1 req/min"{writes})],
    {checks}
    routing: Routing(ttl: "60s", policy: {policy}),
    {more}
)"#
    )
}

fn parse(text: &str) -> Scenario {
    let scenario = Scenario::parse(text);
    scenario.unwrap_or_else(|problems| panic!("{text}\n{problems}"))
}

/// All that is wrong, as line, column, words.
fn problems(text: &str) -> Vec<String> {
    let problems = Scenario::parse(text).expect_err(text);
    problems.iter().map(ToString::to_string).collect()
}

const ORDERS: &str = r#"Store(name: "orders", preset: "aurora-global", writer: "ap-northeast-1", readers: ["us-east-1"]"#;

#[test]
fn a_check_in_its_place_is_the_one_in_the_list() {
    let store = |trigger: &str| {
        format!(
            r#"stores: [{ORDERS}, promotion: Promotion(to: "us-east-1", watches: {trigger}))],
    front_doors: [Accelerator(name: "www", groups: [Group(region: "eu-west-1", check: {})])],
    faults: [CheckDisabled(check: {}, at: "5min", duration: "5min")],"#,
            if trigger.starts_with('"') {
                "\"eu-west-1\""
            } else {
                "(preset: \"route53-standard\")"
            },
            if trigger.starts_with('"') {
                "\"drill\""
            } else {
                "HealthCheck(name: \"drill\", watches: \"us-east-1\", observed: true)"
            },
        )
    };
    let inline = text(
        r#"health_checks: HealthCheck(name: "first", watches: "us-east-1", preset: "route53-tcp"),"#,
        r#"Failover(
        primary: To(region: "ap-northeast-1",
            check: HealthCheck(preset: "route53-fast"),
            target_health: Alarm(name: "targets", metric: HealthyHosts(region: "ap-northeast-1"))),
        secondary: To(alias: Priority(to: [To(region: "us-east-1", check: "first"), To(door: "www")])))"#,
        &store(
            r#"Calculated(name: "both", of: ["first", Alarm(metric: ReplicaLag(store: "orders", region: "us-east-1", above: "30s"))], at_least: 1)"#,
        ),
    );
    let out = text(
        r#"health_checks: [
        HealthCheck(name: "first", watches: "us-east-1", preset: "route53-tcp"),
        HealthCheck(name: "ap-northeast-1", watches: "ap-northeast-1", preset: "route53-fast"),
        Alarm(name: "targets", metric: HealthyHosts(region: "ap-northeast-1")),
        Alarm(name: "us-east-1", metric: ReplicaLag(store: "orders", region: "us-east-1", above: "30s")),
        Calculated(name: "both", of: ["first", "us-east-1"], at_least: 1),
        HealthCheck(name: "eu-west-1", watches: "eu-west-1", preset: "route53-standard"),
        HealthCheck(name: "drill", watches: "us-east-1", observed: true),
    ],"#,
        r#"Failover(
        primary: To(region: "ap-northeast-1", check: "ap-northeast-1", target_health: "targets"),
        secondary: To(alias: Priority(to: [To(region: "us-east-1", check: "first"), To(door: "www")])))"#,
        &store("\"both\""),
    );
    // Warnings stand at their places in the text.
    let [inline, out] = [inline, out].map(|text| {
        let mut scenario = parse(&text);
        scenario.warnings.iter_mut().for_each(|warning| warning.place = Default::default());
        scenario
    });
    assert!(inline == out, "{:#?}\n{:#?}", inline.health_checks, out.health_checks);
}

#[test]
fn a_rewritten_record_waits_for_a_check_in_its_place() {
    let policy = |trigger: &str| {
        format!("Rewritten(before: \"ap-northeast-1\", after: \"us-east-1\", trigger: {trigger})")
    };
    let inline = text("", &policy("HealthCheck(watches: \"ap-northeast-1\")"), "");
    let check =
        "health_checks: [HealthCheck(name: \"ap-northeast-1\", watches: \"ap-northeast-1\")],";
    assert_eq!(parse(&inline), parse(&text(check, &policy("\"ap-northeast-1\""), "")));
}

#[test]
fn what_is_wrong_with_a_check_in_its_place_is_told_there() {
    let two = |first: &str, second: &str| {
        text(
            "",
            &format!(
                "Latency(to: [\nTo(region: \"us-east-1\", {first}),\nTo(region: \"eu-west-1\", {second})])"
            ),
            "",
        )
    };
    let sound = "check: HealthCheck(preset: \"route53-fast\")";
    for (first, second, expected) in [
        (
            "check: HealthCheck(preset: \"route53-fast\"), target_health: HealthCheck(preset: \"alb-targets\")",
            sound,
            "6:84: two health checks would be called \"us-east-1\"; give this one a name of its own: name: \"..\"",
        ),
        (
            "check: HealthCheck(preset: \"route53-fats\")",
            sound,
            "6:52: there is no health check preset \"route53-fats\"; did you mean route53-fast?",
        ),
        (
            "check: HealthCheck(name: \"eu-west-1\")",
            sound,
            "7:32: two health checks would be called \"eu-west-1\"; give this one a name of its own: name: \"..\"",
        ),
        (
            "check: HealthCheck(treshold: 3)",
            sound,
            "6:44: HealthCheck has no field treshold; did you mean threshold?",
        ),
    ] {
        let problems = problems(&two(first, second));
        assert!(problems.len() == 1 && problems[0].starts_with(expected), "{problems:#?}");
    }
    let calculated = two("check: Calculated(of: [\"eu-west-1\"], at_least: 1)", sound);
    assert_eq!(parse(&calculated).health_checks[0].name, "us-east-1");
    let nameless = text(
        "",
        "Rewritten(before: \"us-east-1\", after: \"eu-west-1\", trigger: Calculated(of: [(watches: \"us-east-1\")], at_least: 1))",
        "",
    );
    assert_eq!(
        problems(&nameless),
        ["5:102: nothing says what this health check is called; give it a name: name: \"..\""]
    );
    let lost = text(
        "",
        "Rewritten(before: \"us-east-1\", after: \"eu-west-1\", trigger: HealthCheck())",
        "",
    );
    assert_eq!(
        problems(&lost),
        ["5:102: HealthCheck lacks the field watches; add watches: \"us-east-1\""]
    );
    let elsewhere = two("check: (preset: \"route53-fast\")", sound)
        .replace("\"us-east-1\", check", "\"us-east-2\", check");
    let problems = problems(&elsewhere);
    assert!(
        problems.len() == 1 && problems[0].contains("no region \"us-east-2\""),
        "{problems:#?}"
    );
}
