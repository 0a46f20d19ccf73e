//! Which parameters a case may have: for each group of ids the statistics that can be read and the range of every input. A
//! case within its domain can be measured; any other is refused with the reason, before a scenario is made of it.
//!
//! ```text
//!  case --group--> Domain --statistic, inputs, ranges, what they have to be to one another--> measured, or a reason
//! ```

use super::case::Case;
use serde_json::Value;

/// What cases of one group may ask.
pub struct Domain {
    /// The part of the id before the first point.
    pub group: &'static str,
    /// What the part after it may be: words as they are, `le*` for any that begins so. A number there, or nothing, is the mean
    /// ("").
    pub reads: &'static [&'static str],
    pub inputs: &'static [Input],
    /// What inputs have to be to one another; what is wrong, if anything.
    pub also: fn(&Case) -> Option<String>,
}

/// One input.
#[derive(Clone, Copy)]
pub struct Input {
    pub name: &'static str,
    pub is: Is,
    /// It has no default.
    pub needed: bool,
}

/// What an input may be.
#[derive(Clone, Copy)]
pub enum Is {
    /// A number between two, both included.
    Number(f64, f64),
    Whole(u64, u64),
    /// One of these texts.
    Word(&'static [&'static str]),
    /// A list; what is in it is looked at by the group.
    List,
}

/// An input that has to be there.
pub const fn needs(name: &'static str, is: Is) -> Input {
    Input { name, is, needed: true }
}

/// An input that has a default.
pub const fn may(name: &'static str, is: Is) -> Input {
    Input { name, is, needed: false }
}

/// Inputs need nothing of one another.
pub const fn free(_: &Case) -> Option<String> {
    None
}

/// Statistics over runs.
pub const STATISTICS: &[&str] = &["", "mean", "sd", "var", "p50", "p90", "p95", "p99", "p999"];

impl Domain {
    /// Why a case is outside, if it is.
    pub fn refusal(&self, case: &Case) -> Option<String> {
        if !self.can_read(case) {
            let known: Vec<String> = self
                .reads
                .iter()
                .map(|word| {
                    if word.is_empty() {
                        "nothing (the mean)".into()
                    } else {
                        format!("\"{word}\"")
                    }
                })
                .collect();
            return Some(format!(
                "\"{}\" is nothing that {} can read: after its first point an id has {}",
                case.second(),
                self.group,
                known.join(", ")
            ));
        }
        self.inputs
            .iter()
            .find_map(|input| input.refusal(&case.inputs[input.name]))
            .or_else(|| (self.also)(case))
    }

    fn can_read(&self, case: &Case) -> bool {
        let word = case.second();
        let word =
            if word.starts_with(|first: char| first.is_ascii_alphabetic()) { word } else { "" };
        let is_it = |known: &&str| {
            known.strip_suffix('*').map_or(*known == word, |beginning| word.starts_with(beginning))
        };
        self.reads.iter().any(is_it)
    }
}

impl Input {
    fn refusal(&self, value: &Value) -> Option<String> {
        let name = self.name;
        if value.is_null() {
            return self.needed.then(|| format!("the input {name} is missing: {}", self.is));
        }
        let fits = match self.is {
            Is::Number(from, to) => {
                value.as_f64().is_some_and(|number| (from..=to).contains(&number))
            }
            Is::Whole(from, to) => {
                value.as_u64().is_some_and(|number| (from..=to).contains(&number))
            }
            Is::Word(words) => value.as_str().is_some_and(|word| words.contains(&word)),
            Is::List => value.is_array(),
        };
        (!fits).then(|| format!("the input {name} is {value}: {}", self.is))
    }
}

impl std::fmt::Display for Is {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Is::Number(from, to) => write!(f, "a number from {from} to {to}"),
            Is::Whole(from, to) => write!(f, "a whole number from {from} to {to}"),
            Is::Word(words) => write!(
                f,
                "{}",
                words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" or ")
            ),
            Is::List => write!(f, "a list"),
        }
    }
}

/// A reason unless it holds.
pub fn unless(holds: bool, reason: impl Into<String>) -> Option<String> {
    (!holds).then(|| reason.into())
}

/// What the longest run of a case may be: a scenario's limit is a year.
pub const LONGEST_RUN: f64 = 300.0 * 86_400.0;
