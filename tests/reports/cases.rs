//! Cases that a user brings to `mrsim validate-model --cases`: measured like those that are shipped, or refused with the
//! reason; a line that is no case is an error with its place.

use assert_cmd::Command;
use mrsim::campaign::Quiet;
use mrsim::report::dossier::answers::{Answer, Verdict};
use mrsim::validation::domain::{Input, Is};
use mrsim::validation::{Effort, FAMILIES, brought};
use predicates::str::contains;
use serde_json::{Value, json};
use std::fs;
use tempfile::TempDir;

const EFFORT: Effort = Effort { scale: 0.01, threads: 0 };

fn answers(lines: &str) -> Vec<Answer> {
    let cases = brought::read(lines).unwrap_or_else(|wrong| panic!("{wrong:#?}"));
    brought::run(&cases, EFFORT, &Quiet).expect("nobody stops it")
}

fn answer(line: &Value) -> Answer {
    answers(&line.to_string()).remove(0)
}

fn mrsim(directory: &TempDir, lines: &str, args: &[&str]) -> Command {
    fs::write(directory.path().join("mine.jsonl"), lines).expect("writable");
    let mut command = Command::new(env!("CARGO_BIN_EXE_mrsim"));
    command
        .current_dir(directory.path())
        .args(["validate-model", "--cases", "mine.jsonl", "--scale", "0.02"])
        .args(args);
    command
}

/// Of one checker and two failures 7 s apart detection is uniform on 7 s to 14 s: 10.5 s, not 12.
const RIGHT: &str = r#"{"id": "A1.mean.7.2", "family": "A_detection", "inputs": {"I": 7, "k": 2}, "expected": 10.5, "sd_per_sample": 2.0207}"#;
const WRONG: &str = r#"{"id": "A1.mean.7.2.wrong", "inputs": {"I": 7, "k": 2}, "expected": 12.0, "sd_per_sample": 2.0207}"#;
const QUEUE: &str = r#"{"id": "D1.W.8.10", "family": "D_queue", "inputs": {"arrival": 8, "service": 10}, "expected": 0.5, "abs_tol": 0.01}"#;

#[test]
fn a_case_is_measured_and_judged() {
    let found = answers(&[RIGHT, WRONG, "", QUEUE].join("\n"));
    assert_eq!(
        found.iter().map(|answer| answer.verdict).collect::<Vec<_>>(),
        [Verdict::Passes, Verdict::Fails, Verdict::Refused]
    );
    assert!(
        found[2]
            .reason
            .as_ref()
            .is_some_and(|reason| reason.contains("regions have no queues yet")),
        "{found:?}"
    );
    assert_eq!(
        found.iter().map(|answer| answer.family.as_str()).collect::<Vec<_>>(),
        ["detection", "detection", "queues"]
    );
}

#[test]
fn rows_come_out_for_people_and_for_programs() {
    let directory = TempDir::new().expect("a place");
    let lines = [RIGHT, QUEUE].join("\n");
    mrsim(&directory, &lines, &[])
        .assert()
        .code(0)
        .stdout(contains("2 cases: 1 as expected, 0 not, 1 refused"));
    mrsim(&directory, WRONG, &[]).assert().code(1).stdout(contains("FAILS"));
    let printed = |format: &str| {
        String::from_utf8(
            mrsim(&directory, &lines, &["--format", format]).output().expect("runs").stdout,
        )
        .expect("text")
    };
    let rows: Vec<Value> = serde_json::from_str(&printed("json")).expect("an array");
    let lines: Vec<Value> = printed("jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).expect("an object"))
        .collect();
    assert_eq!(rows, lines);
    let keys: Vec<&String> = rows[0].as_object().expect("an object").keys().collect();
    let expected = [
        "deviation",
        "expected",
        "family",
        "id",
        "measured",
        "n",
        "reason",
        "tolerance",
        "verdict",
    ];
    assert_eq!(
        {
            let mut keys = keys;
            keys.sort();
            keys
        },
        expected
    );
    assert_eq!(
        (&rows[0]["id"], &rows[0]["verdict"], &rows[1]["verdict"]),
        (&json!("A1.mean.7.2"), &json!("passes"), &json!("refused"))
    );
    assert!(
        (rows[0]["measured"].as_f64().expect("a number") - 10.5).abs() < 0.5
            && rows[1]["measured"].is_null()
    );
}

/// A bound of a share and the coverage of ranks, as their sources give them: without a law of times, and without a tolerance.
#[test]
fn what_is_not_said_has_a_default() {
    let wilson = json!({"id": "G3.wilson_hi.3.2000", "inputs": {"k": 3, "n": 2000}, "expected": 0.004401032555770693});
    let ranks = json!({"id": "G1.cov.100.0.5", "inputs": {"n": 100, "p": 0.5, "conf": 0.95}, "expected": 0.9647997997822952});
    let off =
        json!({"id": "G3.wilson_hi.3.2001", "inputs": {"k": 3, "n": 2000}, "expected": 0.00440104});
    assert_eq!(
        [wilson, ranks, off].map(|line| answer(&line).verdict),
        [Verdict::Passes, Verdict::Passes, Verdict::Fails]
    );
}

/// File, line, what, and how to fix it; all at once.
#[test]
fn a_line_that_is_no_case_is_an_error_with_its_place() {
    let directory = TempDir::new().expect("a place");
    for (line, what, help) in [
        ("{\"id\": ", "this is no JSON", "write one JSON object a line"),
        ("[1, 2]", "this is no JSON object", "with id, inputs and expected"),
        ("{\"inputs\": {}, \"expected\": 1}", "id is missing", "write an id such as"),
        (
            "{\"id\": \"A1.mean\", \"inputs\": 7, \"expected\": 1}",
            "inputs is 7",
            "what the scenario is made from",
        ),
        ("{\"id\": \"A1.mean\", \"inputs\": {}}", "expected is null", "or \"never\""),
        (
            "{\"id\": \"A1.mean\", \"inputs\": {}, \"expected\": 1, \"sd_per_sample\": -1}",
            "sd_per_sample is -1",
            "0 or more",
        ),
        (
            "{\"id\": \"A1.mean\", \"inputs\": {}, \"expected\": 1, \"family\": 3}",
            "family is 3",
            "its letter",
        ),
        (RIGHT, "stands on an earlier line as well", "an id of its own"),
    ] {
        let lines = [RIGHT, line].join("\n");
        mrsim(&directory, &lines, &[])
            .assert()
            .code(2)
            .stdout("")
            .stderr(contains("mine.jsonl:2").and(contains(what)).and(contains(help)));
    }
    let wrong = brought::read("nothing\n\n[]").expect_err("both are none");
    assert_eq!(wrong.iter().map(|line| line.line).collect::<Vec<_>>(), [1, 3]);
    mrsim(&directory, "\n\n", &[]).assert().code(2).stderr(contains("there is no case"));
    mrsim(&directory, RIGHT, &["--only", "detection"])
        .assert()
        .code(2)
        .stderr(contains("cannot be used with"));
    let mut missing = Command::new(env!("CARGO_BIN_EXE_mrsim"));
    missing
        .current_dir(directory.path())
        .args(["validate-model", "--cases", "none.jsonl"])
        .assert()
        .code(5)
        .stderr(contains("cannot read none.jsonl"));
}

use predicates::prelude::PredicateBooleanExt;

/// A case, and what the refusal of it says.
const REFUSED: [(&str, &str); 21] = [
    (
        r#"{"id": "J1.mean.3", "family": "J_runbook", "inputs": {}, "expected": 1}"#,
        "there is no family \"J_runbook\"",
    ),
    (r#"{"id": "A9.mean.3", "family": "A", "inputs": {}, "expected": 1}"#, "has no group \"A9\""),
    (
        r#"{"id": "A1.p75.10.3", "inputs": {"I": 10, "k": 3}, "expected": 1}"#,
        "\"p75\" is nothing that A1 can read",
    ),
    (
        r#"{"id": "A1.mean.10", "inputs": {"I": 10}, "expected": 1}"#,
        "the input k is missing: a whole number from 1 to 10",
    ),
    (
        r#"{"id": "A1.mean.10.11", "inputs": {"I": 10, "k": 11}, "expected": 1}"#,
        "the input k is 11",
    ),
    (
        r#"{"id": "A1.mean.x.3", "inputs": {"I": "ten", "k": 3}, "expected": 1}"#,
        "the input I is \"ten\"",
    ),
    (
        r#"{"id": "A1.mean.5.3.9", "inputs": {"I": 5, "k": 3, "timeout": 9}, "expected": 1}"#,
        "a probe outlasts the interval",
    ),
    (
        r#"{"id": "A2.mean.10.3.16", "inputs": {"I": 10, "k": 3, "checkers": 16, "unhealthy_needed": 3}, "expected": 1}"#,
        "of 16 checkers 14 have to fail",
    ),
    (r#"{"id": "A4.0.001.5", "inputs": {"probe_loss": 0.001, "k": 5}, "expected": 1}"#, "too rare"),
    (
        r#"{"id": "B4.le60.10", "inputs": {"I": 10, "k": 3, "ttl": 60}, "expected": 1}"#,
        "the input t is missing",
    ),
    (
        r#"{"id": "B5.0", "inputs": {"groups": [[1, 2]], "t": 0}, "expected": 1}"#,
        "groups are 1 to 8 lists",
    ),
    (
        r#"{"id": "C1.mean.weib", "inputs": {"write_rate": 5, "lag": "weib", "mean_lag": 1}, "expected": 5}"#,
        "the input lag is \"weib\"",
    ),
    (
        r#"{"id": "C1.mean.lognorm", "inputs": {"write_rate": 5, "lag": "lognorm", "mean_lag": 1}, "expected": 5}"#,
        "a lognormal has one",
    ),
    (
        r#"{"id": "C7.exp.99.100", "inputs": {"write_rate": 99, "ship_rate": 100, "propagation": 0, "service": "exp"}, "expected": 99}"#,
        "near its limit",
    ),
    (
        r#"{"id": "C8.3.4.1.2", "inputs": {"N": 3, "R": 4, "W": 1, "k": 2}, "expected": 1}"#,
        "at most N",
    ),
    (
        r#"{"id": "F2.pairs.1", "inputs": {"rate_per_region": 10, "keys": 5, "zipf_s": 0, "lag": 0.1, "regions": 5}, "expected": 1}"#,
        "from 2 to 4",
    ),
    (
        r#"{"id": "P1.share.DISK", "inputs": {"model": "DISK", "R": 1, "W": 1, "t_ms": 0}, "expected": 1}"#,
        "the input model is \"DISK\"",
    ),
    (
        r#"{"id": "DET1", "family": "timelines", "inputs": {}, "expected": 1}"#,
        "written out by hand",
    ),
    (
        r#"{"id": "A1.mean.7.2", "inputs": {"I": 7, "k": 2}, "expected": [[300, 17]]}"#,
        "expected is [[300,17]]: only numbers are measured",
    ),
    (
        r#"{"id": "A1.mean.7.2", "inputs": {"I": 7, "k": 2}, "expected": "night"}"#,
        "expected is \"night\"",
    ),
    (r#"{"id": "G6.ishigami.S1", "inputs": {}, "expected": 1}"#, "not expressed in a scenario"),
];

/// What no family can read is refused in words.
#[test]
fn what_cannot_be_measured_is_refused_with_the_reason() {
    for (text, reason) in REFUSED {
        let line: Value = serde_json::from_str(text).expect("a row is JSON");
        let found = answer(&line);
        let said = found.reason.clone().unwrap_or_default();
        assert!(found.verdict == Verdict::Refused && said.contains(reason), "{line}: {found:?}");
    }
}

/// The ends of an input's range, and what is no value of it at all.
fn values(input: &Input) -> Vec<Value> {
    let fitting = match input.is {
        Is::Number(from, to) => vec![json!(from), json!(to), json!(from + (to - from) / 1_000.0)],
        Is::Whole(from, to) => vec![json!(from), json!(to.min(from + 4)), json!(to)],
        Is::Word(words) => words.iter().map(|word| json!(word)).collect(),
        Is::List => vec![json!([]), json!([[0.5, 1.0, 60.0], [0.5, 0.1, 120.0]])],
    };
    let odd = [json!(null), json!(-1), json!(0), json!(1e300), json!("x"), json!([1]), json!({})];
    fitting.into_iter().chain(odd).collect()
}

/// No input makes a plan panic: at the ends of every range and outside there is a scenario or a reason. Scenarios are made and read,
/// not run.
#[test]
fn every_corner_of_a_domain_has_a_scenario_or_a_reason() {
    let (mut planned, mut refused) = (0, 0);
    for (family, domain) in
        FAMILIES.iter().flat_map(|family| family.domains.iter().map(move |domain| (family, domain)))
    {
        for word in domain.reads.iter().map(|word| word.replace('*', "60")).chain(["p75".into()]) {
            for turn in 0..40 {
                let mut inputs =
                    json!({"t": if turn % 2 == 0 { json!(60.0) } else { json!(null) }});
                for (index, input) in domain.inputs.iter().enumerate() {
                    let values = values(input);
                    // Turns go through all values of each input, at another pace for each; later ones keep to those that fit.
                    let among = if turn < 20 { values.len() } else { values.len() - 7 };
                    inputs[input.name] = values[(turn * (index + 1) + index) % among].clone();
                }
                let line = json!({"id": format!("{}.{word}.{turn}", domain.group), "family": family.key, "inputs": inputs, "expected": 1.0});
                let case = brought::read(&line.to_string()).expect("a case").remove(0).case;
                match domain.refusal(&case) {
                    Some(reason) => {
                        refused += 1;
                        assert!(reason.len() > 15, "{line}: {reason}");
                    }
                    None => {
                        planned += 1;
                        let plan =
                            (family.plan)(&case).unwrap_or_else(|| panic!("{line} has a plan"));
                        if let mrsim::validation::Plan::Drawn(draw) = plan {
                            let read = mrsim::scenario::Scenario::parse(&draw.text);
                            assert!(read.is_ok(), "{line}: {:#?}", read.err());
                        }
                    }
                }
            }
        }
    }
    assert!(planned > 150 && refused > 1_000, "{planned} planned, {refused} refused");
}

/// All cases that are shipped lie within their domains.
#[test]
fn shipped_cases_are_within_their_domains() {
    for family in FAMILIES.iter().filter(|family| !family.domains.is_empty()) {
        for case in family.read().iter().filter(|case| (family.plan)(case).is_some()) {
            let domain = family
                .domains
                .iter()
                .find(|domain| domain.group == case.group())
                .unwrap_or_else(|| panic!("{} has a domain", case.id));
            assert_eq!(domain.refusal(case), None, "{}", case.id);
        }
    }
}

/// `docs/cases.md` tells every group, what it reads, and the range of every input.
#[test]
fn the_page_tells_every_domain() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/cases.md"))
        .expect("the page is there");
    for domain in FAMILIES.iter().flat_map(|family| family.domains) {
        let line = line_of(domain);
        assert!(page.contains(&line), "docs/cases.md lacks:\n{line}");
    }
}

fn line_of(domain: &mrsim::validation::domain::Domain) -> String {
    let reads: Vec<String> = domain
        .reads
        .iter()
        .map(|word| if word.is_empty() { "nothing".into() } else { format!("`{word}`") })
        .collect();
    let inputs: Vec<String> = domain
        .inputs
        .iter()
        .map(|input| {
            format!(
                "`{}`{}: {}",
                input.name,
                if input.needed { "" } else { " (may be left out)" },
                input.is
            )
        })
        .collect();
    format!("| {} | {} | {} |", domain.group, reads.join(", "), inputs.join("; "))
}

#[test]
#[ignore = "prints the table of docs/cases.md"]
fn print_domains() {
    FAMILIES
        .iter()
        .flat_map(|family| family.domains)
        .for_each(|domain| println!("{}", line_of(domain)));
}
