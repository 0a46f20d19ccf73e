//! Scenarios that must be refused: one mistake a file, and the words and the line that the message must have.
//!
//! The first lines of each file in scenarios/rejected say what is expected: `// error: words`, or
//! `// error @LINE: words` where the line is known. A file with several such lines has as many
//! mistakes, and all of them must be reported at once.

use crate::tokyo::{STORE, tokyo};
use mrsim::problem::Problem;
use mrsim::scenario::Scenario;
use std::path::PathBuf;

/// What a file says about itself.
struct Expected {
    line: Option<usize>,
    words: String,
}

fn expected(text: &str) -> Vec<Expected> {
    let claims = text.lines().map_while(|line| line.strip_prefix("// error"));
    let claim = |rest: &str| {
        let (place, words) = rest.split_once(": ").expect("a claim has words");
        let line = place.trim().strip_prefix('@').map(|line| line.parse().expect("a line number"));
        Expected { line, words: words.to_string() }
    };
    claims.map(claim).collect()
}

fn files() -> Vec<PathBuf> {
    ron_files("scenarios/rejected")
}

/// The scenarios in a directory of the project.
pub fn ron_files(directory: &str) -> Vec<PathBuf> {
    let directory = std::fs::read_dir(directory).expect("the directory is part of the project");
    let mut files: Vec<PathBuf> = directory
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "ron"))
        .collect();
    files.sort();
    files
}

fn is(problem: &Problem, expected: &Expected) -> bool {
    let words = format!("{}; {}", problem.what, problem.help);
    words.contains(&expected.words) && expected.line.is_none_or(|line| line == problem.place.line)
}

/// A place must lie in the text, and its line and column must agree with its bytes.
fn place_problem(text: &str, problem: &Problem) -> Option<String> {
    let place = problem.place;
    let Some(before) = text.get(..place.start) else {
        return Some(format!("{problem}: byte {} is no boundary of the text", place.start));
    };
    let line = before.matches('\n').count() + 1;
    let begun = before.rsplit('\n').next().unwrap_or("");
    let column = begun.chars().count() + 1;
    // The parser counts columns in bytes: on a line with other than ASCII before the place the two differ.
    let agrees = line == place.line
        && [column, begun.len() + 1].contains(&place.column)
        && place.end >= place.start
        && text.is_char_boundary(place.end.min(text.len()));
    (!agrees).then(|| format!("{problem}: byte {} is at {line}:{column}", place.start))
}

#[test]
fn every_rejected_file_says_what_is_wrong_and_where() {
    let files = files();
    assert!(files.len() >= 25, "{} files", files.len());
    let mut failures = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(&path).expect("readable");
        let expected = expected(&text);
        assert!(!expected.is_empty(), "{} begins with // error: ..", path.display());
        let Err(problems) = Scenario::parse(&text) else {
            failures.push(format!("{}: accepted", path.display()));
            continue;
        };
        let missing = expected
            .iter()
            .filter(|expected| !problems.iter().any(|problem| is(problem, expected)));
        for missing in missing {
            let found: Vec<String> = problems.iter().map(ToString::to_string).collect();
            failures.push(format!(
                "{}: no \"{}\" @{:?} in {found:#?}",
                path.display(),
                missing.words,
                missing.line
            ));
        }
        // One mistake may have a consequence or two; more would hide what matters.
        if problems.len() > expected.len() + 2 {
            failures.push(format!(
                "{}: {} problems for {} mistakes: {problems:#?}",
                path.display(),
                problems.len(),
                expected.len()
            ));
        }
        let unhelped = problems
            .iter()
            .filter(|problem| problem.help.trim().is_empty() || problem.what.trim().is_empty());
        failures
            .extend(unhelped.map(|problem| format!("{}: {problem} does not help", path.display())));
        failures.extend(
            problems
                .iter()
                .filter_map(|problem| place_problem(&text, problem))
                .map(|why| format!("{}: {why}", path.display())),
        );
    }
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
}

/// What would be awkward in a file of its own.
#[test]
fn awkward_texts_are_refused_in_words() {
    let nested = format!("Scenario(question: {}1{})", "[".repeat(100_000), "]".repeat(100_000));
    let long = format!("// {}\nScenario()", "x".repeat(2 << 20));
    let cases = [
        ("", "the file is empty"),
        ("\n\n  \n", "the file is empty"),
        ("// only a comment\n", "the file is empty"),
        ("\u{feff}Scenario()", "byte order mark"),
        (nested.as_str(), "nested 100001 deep"),
        (long.as_str(), "the limit is"),
        ("\0\0\0\0", "not RON"),
        ("Scenario(question: \"\u{7}\")", "control characters"),
        ("Scenario", "lacks the field"),
        ("42", "the file holds 42"),
        ("Scenario(\"question\", \"30min\")", "without field names"),
        ("{\"question\": 1}", "the file holds a map"),
    ];
    for (text, words) in cases {
        let problems = Scenario::parse(text).expect_err(words);
        let found: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(found.iter().any(|message| message.contains(words)), "{words}: {found:#?}");
        assert!(
            problems.iter().all(|problem| problem.place.line > 0 && problem.place.column > 0),
            "{words}: {found:#?}"
        );
    }
}

/// A file that is nothing but mistakes is cut off at a limit instead of filling the screen.
#[test]
fn the_list_of_problems_has_an_end() {
    let text = format!(
        "Scenario({})",
        (0..10_000).map(|index| format!("field{index}: 1, ")).collect::<String>()
    );
    let problems = Scenario::parse(&text).expect_err("unknown fields");
    assert_eq!(problems.len(), mrsim::read::PROBLEM_LIMIT);
}

/// What would crash, or need all memory there is, is refused.
#[test]
fn what_cannot_be_run_is_refused() {
    let refused = |text: &str, word: &str| {
        let problems = Scenario::parse(text).expect_err("a scenario beyond the limits");
        assert!(problems.iter().any(|problem| problem.what.contains(word)), "{word}: {problems:?}");
    };
    let crowd = tokyo("")
        .replace("users: 1_000_000", "users: 1_000_000_000_000")
        .replace(r#"run: "30min""#, r#"run: "30d""#)
        .replace("1 req/min", "20 req/min");
    refused(
        &crowd.replace(r#"writes: "20 req/min""#, r#"writes: "0 req/s""#),
        "requests; the limit",
    );
    let drawn = r#"Scenario(question: "x", run: "30d", regions: ["eu-central-1", "eu-west-1"],
        users: [Population(name: "Europe", place: "europe-west", users: 1_000_000, reads: "1 req/min")],
        routing: Routing(ttl: "1s", policy: Weighted(to: [To(region: "eu-central-1", weight: 1), To(region: "eu-west-1", weight: 1)])))"#;
    refused(drawn, "drawn anew");
    refused(
        &tokyo(
            &(STORE.to_string()
                + r#"links: [Link(from: "ap-northeast-1", to: "us-east-1", round_trip: "1ms"), Link(from: "us-east-1", to: "ap-northeast-1", round_trip: "2ms")],"#),
        ),
        "two links join",
    );
}

mod mutations {
    use super::*;
    use proptest::prelude::*;

    /// A change at a place of the text: what it does there.
    #[derive(Clone, Debug)]
    enum Change {
        Delete { at: usize, length: usize },
        Duplicate { at: usize, length: usize },
        Replace { at: usize, byte: u8 },
        Insert { at: usize, token: &'static str },
    }

    const TOKENS: [&str; 16] = [
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "\"",
        "NaN",
        "-1",
        "1e309",
        "99999999999999999999",
        "Some(",
        "\u{202e}",
        "/*",
    ];

    fn change() -> impl Strategy<Value = Change> {
        let at = 0..4_000usize;
        prop_oneof![
            (at.clone(), 1..40usize).prop_map(|(at, length)| Change::Delete { at, length }),
            (at.clone(), 1..200usize).prop_map(|(at, length)| Change::Duplicate { at, length }),
            (at.clone(), any::<u8>()).prop_map(|(at, byte)| Change::Replace { at, byte }),
            (at, 0..TOKENS.len())
                .prop_map(|(at, token)| Change::Insert { at, token: TOKENS[token] }),
        ]
    }

    fn apply(bytes: &mut Vec<u8>, change: &Change) {
        let length = bytes.len().max(1);
        match *change {
            Change::Delete { at, length: many } => {
                let from = at % length;
                bytes.drain(from.min(bytes.len())..(from + many).min(bytes.len()));
            }
            Change::Duplicate { at, length: many } => {
                let from = (at % length).min(bytes.len());
                let copy = bytes[from..(from + many).min(bytes.len())].to_vec();
                bytes.splice(from..from, copy);
            }
            Change::Replace { at, byte } => {
                if let Some(target) = bytes.get_mut(at % length) {
                    *target = byte;
                }
            }
            Change::Insert { at, token } => {
                let from = (at % length).min(bytes.len());
                bytes.splice(from..from, token.bytes());
            }
        }
    }

    fn shipped() -> Vec<String> {
        ["scenarios/tokyo-outage.ron", "scenarios/tokyo-outage-latency.ron"]
            .map(|path| std::fs::read_to_string(path).expect("shipped"))
            .to_vec()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        /// Whatever is done to a scenario, reading it ends, without a panic, in a scenario or in problems that have a place.
        #[test]
        fn a_damaged_scenario_never_panics(which in 0..2usize, changes in prop::collection::vec(change(), 1..6)) {
            let mut bytes = shipped()[which].clone().into_bytes();
            for change in &changes {
                apply(&mut bytes, change);
            }
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if let Err(problems) = Scenario::parse(&text) {
                prop_assert!(!problems.is_empty());
                for problem in &problems {
                    prop_assert_eq!(place_problem(&text, problem), None);
                }
            }
        }
    }
}
