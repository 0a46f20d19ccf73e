//! Scenarios as somebody writes them who has read only the README: each is understood, or answered with all problems at once, and with no
//! other problem than those.
//!
//! The first lines of each file in tests/behaviour/newcomers say what is expected: `// ok`, or a line `// error @LINE: words` for each problem.

use crate::tokyo::{STORE, tokyo};
use mrsim::scenario::Scenario;

fn told(text: &str) -> Vec<String> {
    let problems =
        Scenario::parse(text).err().map(|problems| problems.problems).unwrap_or_default();
    let told = problems.iter().map(|problem| {
        format!("// error @{}: {}; {}", problem.place.line, problem.what, problem.help)
    });
    told.collect()
}

#[test]
fn what_a_newcomer_writes_is_understood_or_answered() {
    let files = std::fs::read_dir("tests/behaviour/newcomers").expect("part of the project");
    let mut failures = Vec::new();
    for file in files {
        let path = file.expect("readable").path();
        let text = std::fs::read_to_string(&path).expect("readable");
        let expected: Vec<&str> =
            text.lines().take_while(|line| line.starts_with("// error")).collect();
        assert!(!expected.is_empty() || text.starts_with("// ok"), "{}", path.display());
        let told = told(&text);
        let agrees = told.len() == expected.len()
            && told.iter().zip(&expected).all(|(told, expected)| told.starts_with(expected));
        if !agrees {
            failures.push(format!("{}: {told:#?}", path.display()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What is written instead of what, and the only problem that it gives.
const LIKELY: [(&str, &str, &str); 6] = [
    (
        r#"lasting: "20min""#,
        r#"lasting: "Permanent""#,
        "write one that is beyond the end of the run",
    ),
    (
        r#"at: "5min""#,
        r#"mtbf: "3y""#,
        "RegionOutage has no field mtbf; write at: the instant at which it begins",
    ),
    (
        r#"at: "5min""#,
        r#"rate: "0.3/y""#,
        "RegionOutage has no field rate; write at: the instant at which it begins",
    ),
    (
        r#"region: "ap-northeast-1", at"#,
        r#"region: "Tokyo", at"#,
        "there is no region \"Tokyo\"; Tokyo is ap-northeast-1",
    ),
    (
        r#"writer: "ap-northeast-1""#,
        r#"leader: "ap-northeast-1""#,
        "Store has no field leader; write writer.",
    ),
    (
        r#"writer: "ap-northeast-1""#,
        r#"max_connections: 200, writer: "ap-northeast-1""#,
        "Store has no field max_connections; leave it out: limits of a store are not modelled yet",
    ),
];

#[test]
fn likely_mistakes_are_one_problem_with_the_right_word() {
    let fault = r#"faults: [RegionOutage(region: "ap-northeast-1", at: "5min", lasting: "20min", how: BlackHole)],"#;
    let sound = tokyo(&(STORE.to_string() + fault));
    assert_eq!(told(&sound), Vec::<String>::new());
    for (right, wrong, expected) in LIKELY {
        assert!(sound.contains(right), "{right}");
        let told = told(&sound.replacen(right, wrong, 1));
        assert!(told.len() == 1 && told[0].contains(expected), "{wrong}: {told:#?}");
    }
}

/// What is wrong with one part leaves the rules of others something to reckon with: a length that goes backwards overflows nothing.
#[test]
fn a_length_that_goes_backwards_is_one_problem() {
    let text = include_str!("../../scenarios/tokyo-outage.ron");
    let from = text.find("duration: ").expect("the fault lasts");
    let end = from + text[from..].find([',', ')', '\n']).expect("it ends");
    let text =
        format!("{}duration: Uniform(from: \"9s\", to: \"1s\"){}", &text[..from], &text[end..]);
    let problems = told(&text);
    assert!(
        problems.len() == 1 && problems[0].contains("Uniform goes from 9s down to 1s"),
        "{problems:?}"
    );
}
