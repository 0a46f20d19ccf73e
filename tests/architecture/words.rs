//! Words that are printed: those of the field, and none that only their author knows. And decisions that hang on words.

use super::scan;
use mrsim::measure::metric::Scope;

/// Rooms whose words are printed: in messages, reports, help and the reference of the format.
const ROOMS: &[&str] = &[
    "measure",
    "campaign",
    "report",
    "chart",
    "read",
    "scenario",
    "routing",
    "fault",
    "replication",
    "conflict",
    "health",
    "front_door",
    "law",
    "problem",
    "cli",
    "units",
    "places",
    "validation",
];

/// Names of fields that scenarios are written in: they are quoted as they are.
const FIELDS: &[&str] = &["law:"];

/// A word, what is said instead, and why.
const BANNED: &[(&str, &str, &str)] = &[
    ("belief", "detection", "an operator asks when a fault was detected"),
    ("believed", "detected", "as above"),
    ("law", "distribution", "a random time has a distribution"),
    ("laws", "distributions", "as above"),
    ("no occasion", "n/a and its reason", "a reader wants to know why there is no number"),
    ("help", "fix", "operators fix"),
    ("time-out", "timeout", "the word of every client library"),
    ("time-outs", "timeouts", "as above"),
    ("time to live", "TTL", "the field of a DNS record"),
    ("half within", "p50", "quantiles are called by their rank"),
    ("95% within", "p95", "as above"),
    ("worst run", "max", "as above"),
    ("worst 5%", "p95", "as above"),
    ("best run", "min", "as above"),
    ("spends", "consumes", "an error budget is consumed"),
    ("promises", "objectives", "an SLO is an objective"),
    ("look at next", "recommendations", "what it is"),
    ("same draws", "common random numbers", "the name of the method"),
    ("several regions write", "multi-writer (active-active) store", "the name of the design"),
    ("forked", "split-brain", "the name of what happened"),
    ("deposed", "demoted", "databases demote a writer"),
    ("heir", "promotion target", "databases promote a replica"),
    ("tells", "shows", "reports show"),
    ("told", "reported", "as above"),
    ("nobody", "no operator, no client", "say who"),
    ("somebody", "an operator, a client", "say who"),
    ("asker", "client", "who asks is a client"),
    ("askers", "clients", "as above"),
    ("times to live", "TTLs", "the field of a DNS record"),
    ("stands in", "runs in, is in", "checkers and servers run somewhere"),
    ("chance gives", "expected", "a reader of tests expects"),
];

/// The sources without their unit tests, which quote mistakes on purpose.
fn sources() -> Vec<(String, String)> {
    let files = super::files_like("src/", ".rs").into_iter();
    files
        .filter(|file| !file.ends_with("/tests.rs") && !file.contains("/tests/"))
        .map(|file| {
            let text = super::text(&file);
            let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
            (file, text[..end].to_string())
        })
        .collect()
}

/// What is printed is in the words of the field.
#[test]
fn printed_words_are_those_of_the_field() {
    let mut violations = Vec::new();
    for (file, text) in sources() {
        if !ROOMS.contains(&super::room_of(&file)) {
            continue;
        }
        let references = described(&text).map(str::to_string);
        for literal in scan::literals(&text).into_iter().chain(references) {
            // A key for programs, not a word for people.
            if literal.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                continue;
            }
            let unquoted = |text: String, field: &&str| text.replace(field, "");
            let spoken = FIELDS.iter().fold(literal.to_lowercase(), unquoted);
            for (word, instead, why) in BANNED {
                if has_word(&spoken, word) {
                    violations
                        .push(format!("{file}: {literal:?}: say {instead}, not {word}: {why}"));
                }
            }
            let spaced = literal
                .as_bytes()
                .windows(3)
                .any(|three| three[0].is_ascii_digit() && &three[1..] == b" %");
            if spaced {
                violations.push(format!(
                    "{file}: {literal:?}: a percent sign follows its number at once"
                ));
            }
        }
    }
    super::none(&violations);
}

/// The sentences of the reference: docs of what `record!` and `words!` describe.
fn described(text: &str) -> impl Iterator<Item = &str> {
    let mut is_within = false;
    text.lines().filter_map(move |line| {
        let begins = ["record! {", "words! {"].iter().any(|start| line.ends_with(start));
        is_within = begins || is_within && line != "}";
        line.trim().strip_prefix("///").filter(|_| is_within).map(str::trim)
    })
}

fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '{');
    text.match_indices(word).any(|(at, _)| {
        !is_part(text[..at].chars().next_back()) && !is_part(text[at + word.len()..].chars().next())
    })
}

/// No decision hangs on a sentence: what a row is about is an enum or a key of the registry.
#[test]
fn no_decision_hangs_on_words() {
    let mut violations = Vec::new();
    for (file, text) in sources() {
        if !["campaign", "report", "chart"].contains(&super::room_of(&file)) {
            continue;
        }
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with("//")) {
            for start in
                ["== \"", "!= \"", "starts_with(\"", "ends_with(\"", "contains(\"", "eq(\""]
            {
                for (at, _) in line.match_indices(start) {
                    let word = line[at + start.len()..].split('"').next().unwrap_or_default();
                    let is_key = Scope::EVERY.iter().any(|scope| scope.metric(word).is_some());
                    if word.chars().any(char::is_alphabetic) && !is_key {
                        violations.push(format!("{file}: {line}: a decision hangs on {word:?}"));
                    }
                }
            }
        }
    }
    super::none(&violations);
}
