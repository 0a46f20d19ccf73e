//! Cases that a user brings: a file of JSON lines, like those that are shipped. Each is measured like a shipped one of its
//! family, or refused with the reason.
//!
//! ```text
//!  lines --read--> cases --family, domain--> plan --runs--> passes, fails
//!     `--> what is wrong with a line           `---------> refused: why
//! ```

use super::case::Case;
use super::sample::{Attempt, Effort, Samples, judged};
use super::{FAMILIES, Family};
use crate::campaign::Observer;
use crate::report::dossier::answers::{Answer, Verdict};
use serde_json::Value;

/// A case, and the family that it says it is of.
#[derive(Clone, Debug)]
pub struct Brought {
    pub case: Case,
    /// Its key, or a word that begins with its letter, such as "A_detection"; `None`: by the letter of the id.
    pub family: Option<String>,
    /// What is expected where that is no number: a list, a word.
    no_number: Option<String>,
}

/// A line that is no case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// From 1.
    pub line: usize,
    pub what: String,
    pub help: String,
}

/// What a number that does not vary may be off where nothing is said: it was worked out by another program, and rounded.
const DIGITS: f64 = 1e-9;

/// The letter by which ids of a family begin, and its key.
const LETTERS: [(&str, &str); 9] = [
    ("A", "detection"),
    ("B", "caching"),
    ("C", "losses"),
    ("D", "queues"),
    ("E", "availability"),
    ("F", "concurrent"),
    ("G", "statistics"),
    ("H", "end-to-end"),
    ("P", "quorums"),
];

/// All cases of a text, or all lines that are none. Empty lines stand for nothing.
pub fn read(text: &str) -> Result<Vec<Brought>, Vec<Malformed>> {
    let (mut cases, mut wrong): (Vec<Brought>, Vec<Malformed>) = (Vec::new(), Vec::new());
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let line_number = index + 1;
        let mut malformed = |what: String, help: &str| {
            wrong.push(Malformed { line: line_number, what, help: help.to_string() })
        };
        match of_line(line) {
            Ok(brought) if cases.iter().any(|known| known.case.id == brought.case.id) => {
                malformed(
                    format!("the id \"{}\" stands on an earlier line as well", brought.case.id),
                    "give each case an id of its own",
                );
            }
            Ok(brought) => cases.push(brought),
            Err((what, help)) => malformed(what, help),
        }
    }
    if cases.is_empty() && wrong.is_empty() {
        wrong.push(Malformed {
            line: 1,
            what: "there is no case".into(),
            help: "write a JSON object a line, such as those in src/validation/vectors/detection.jsonl"
                .into(),
        });
    }
    if wrong.is_empty() { Ok(cases) } else { Err(wrong) }
}

fn of_line(line: &str) -> Result<Brought, (String, &'static str)> {
    let mut value: Value = serde_json::from_str(line)
        .map_err(|error| (format!("this is no JSON: {error}"), "write one JSON object a line"))?;
    if !value.is_object() {
        return Err((
            "this is no JSON object".into(),
            "write one JSON object a line, with id, inputs and expected",
        ));
    }
    let family = match &value["family"] {
        Value::Null => None,
        Value::String(family) => Some(family.clone()),
        other => {
            return Err((
                format!("family is {other}"),
                "write the key of a family, such as \"detection\", or its letter, such as \"A\"",
            ));
        }
    };
    // What is known to others as a list or a word is a case, of which no number comes.
    let no_number = match &value["expected"] {
        Value::Null | Value::Number(_) => None,
        Value::String(word) if word == "never" => None,
        other => Some(other.to_string()),
    };
    if no_number.is_some() {
        value["expected"] = Value::String("never".into());
    }
    let mut case = Case::from_value(&value)?;
    if no_number.is_some() {
        case.expected = f64::NAN;
    }
    if value["abs_tol"].is_null() && case.expected.is_finite() {
        case.tolerance = DIGITS * case.expected.abs() + DIGITS * DIGITS;
    }
    Ok(Brought { case, family, no_number })
}

impl Brought {
    fn family(&self) -> Result<&'static Family, String> {
        let written = self.family.as_deref().unwrap_or(&self.case.id);
        // "A_detection", and ids such as "A1.mean.10.3": a letter, then no further one.
        let is_letter = |letter: &str| {
            written
                .strip_prefix(letter)
                .is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_alphabetic()))
        };
        let lettered = LETTERS.iter().find(|(letter, _)| is_letter(letter)).map(|(_, key)| *key);
        FAMILIES
            .iter()
            .find(|family| family.key == written || Some(family.key) == lettered)
            .ok_or_else(|| {
                let letters: Vec<String> =
                    LETTERS.iter().map(|(letter, key)| format!("{key} ({letter})")).collect();
                format!(
                    "there is no family \"{written}\" here: cases may be of {}",
                    letters.join(", ")
                )
            })
    }

    /// The plan of the case, or why there is none.
    fn refusal(&self, family: &Family) -> Option<String> {
        let case = &self.case;
        if let Some(expected) = &self.no_number {
            return Some(format!(
                "expected is {expected}: only numbers are measured, and \"never\""
            ));
        }
        if let Some((_, reason)) =
            family.unexpressed.iter().find(|(beginning, _)| case.id.starts_with(beginning))
        {
            return Some(format!("not expressed in a scenario: {reason}"));
        }
        let groups: Vec<&str> = family.domains.iter().map(|domain| domain.group).collect();
        if groups.is_empty() {
            return Some(format!(
                "the cases of {} are written out by hand: others cannot be brought",
                family.key
            ));
        }
        match family.domains.iter().find(|domain| domain.group == case.group()) {
            None => Some(format!(
                "{} has no group \"{}\": an id begins with {}",
                family.key,
                case.group(),
                groups.join(", ")
            )),
            Some(domain) => domain.refusal(case),
        }
    }
}

/// Measures every case, in their order. `None`: the observer wants to stop.
pub fn run(cases: &[Brought], effort: Effort, observer: &dyn Observer) -> Option<Vec<Answer>> {
    let mut samples = Samples::new(effort, observer);
    let mut answers = Vec::new();
    for (index, brought) in cases.iter().enumerate() {
        answers.push(answer(brought, &mut samples)?);
        observer.runs_done(index as u64 + 1, cases.len() as u64);
    }
    Some(answers)
}

fn answer(brought: &Brought, samples: &mut Samples) -> Option<Answer> {
    let case = &brought.case;
    let refused = |family: &str, reason: String| {
        Some(Answer {
            n: 0,
            measured: None,
            deviation: None,
            tolerance: None,
            verdict: Verdict::Refused,
            reason: Some(reason),
            ..Answer::of(case.id.clone(), family, case.expected)
        })
    };
    let family = match brought.family() {
        Ok(family) => family,
        Err(reason) => return refused(brought.family.as_deref().unwrap_or_default(), reason),
    };
    if let Some(reason) = brought.refusal(family) {
        return refused(family.key, reason);
    }
    let Some(plan) = (family.plan)(case) else {
        return refused(family.key, "it has no plan".into());
    };
    match samples.attempt(&case.id, &plan) {
        Ok(Attempt::Measured(measured)) => Some(Answer::row(family.key, &judged(case, measured))),
        Ok(Attempt::Refused(reason)) => refused(family.key, reason),
        Ok(Attempt::Stopped) => None,
        Err(stopped) => refused(family.key, format!("{stopped} ({})", stopped.help())),
    }
}
