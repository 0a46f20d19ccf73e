//! Cases as rows for other programs, and for the screen where there is nothing but cases.

use super::{Dossier, Row, number, short, signed};
use crate::report::numbers::plural;
use serde::Serialize;

/// What became of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Passes,
    Fails,
    /// No number came of it: see the reason.
    Refused,
}

/// A number as other programs read it: what is infinite is "never", what is no number is "nothing".
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Told {
    Number(f64),
    Word(&'static str),
}

impl From<f64> for Told {
    fn from(value: f64) -> Told {
        match value {
            _ if value.is_finite() => Told::Number(value),
            _ if value.is_nan() => Told::Word("nothing"),
            _ => Told::Word("never"),
        }
    }
}

impl Told {
    fn words(self) -> String {
        match self {
            Told::Number(value) => number(value),
            Told::Word(word) => word.into(),
        }
    }
}

/// One case, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    pub id: String,
    /// The key of its family.
    pub family: String,
    pub expected: Told,
    pub measured: Option<Told>,
    /// Standard errors between the two; `None` where nothing varies.
    pub deviation: Option<Told>,
    /// Independent samples.
    pub n: u64,
    /// |measured - expected| may be so much.
    pub tolerance: Option<Told>,
    pub verdict: Verdict,
    pub reason: Option<String>,
}

impl Answer {
    /// A case before anything is known of it.
    pub fn of(id: String, family: &str, expected: f64) -> Answer {
        let (family, expected) = (family.to_string(), expected.into());
        Answer {
            id,
            family,
            expected,
            measured: None,
            deviation: None,
            n: 0,
            tolerance: None,
            verdict: Verdict::Refused,
            reason: None,
        }
    }

    /// A case that was measured.
    pub fn row(family: &str, row: &Row) -> Answer {
        let verdict = if row.passes { Verdict::Passes } else { Verdict::Fails };
        Answer {
            measured: Some(row.ours.into()),
            deviation: row.deviation.map(Told::from),
            n: row.n,
            tolerance: Some(row.allowed.into()),
            verdict,
            ..Answer::of(row.id.clone(), family, row.expected)
        }
    }

    fn line(&self) -> String {
        let Answer { id, expected, n, .. } = self;
        let word = match self.verdict {
            Verdict::Passes => "passes",
            Verdict::Fails => "FAILS",
            Verdict::Refused => {
                return format!(
                    "refused  {id}: {}",
                    self.reason.as_deref().unwrap_or("nothing is known of it")
                );
            }
        };
        let allowed = match self.tolerance {
            Some(Told::Number(0.0)) => ", exact".into(),
            Some(Told::Number(tolerance)) => format!(" ± {}", short(tolerance)),
            _ => String::new(),
        };
        let deviation = match self.deviation {
            Some(Told::Number(deviation)) => {
                format!(", {} standard errors", signed(Some(deviation)))
            }
            _ => String::new(),
        };
        let measured = self.measured.map_or(String::new(), Told::words);
        format!(
            "{word:<7}  {id}: expected {}{allowed}, measured {measured} (n = {n}{deviation})",
            expected.words()
        )
    }
}

/// Every case of a dossier; those without a plan are refused.
pub fn of_dossier(dossier: &Dossier) -> Vec<Answer> {
    let of_family = |family: &super::Family| {
        let refused = family.refused.iter().map(|(id, expected, reason)| Answer {
            reason: Some(reason.to_string()),
            ..Answer::of(id.clone(), family.key, *expected)
        });
        family
            .rows
            .iter()
            .map(|row| Answer::row(family.key, row))
            .chain(refused)
            .collect::<Vec<Answer>>()
    };
    dossier.families.iter().flat_map(of_family).collect()
}

/// A line for each case, then what it comes to.
pub fn render_text(answers: &[Answer], quiet: bool) -> String {
    let lines: String =
        answers.iter().filter(|_| !quiet).map(|answer| answer.line() + "\n").collect();
    let count = |verdict| answers.iter().filter(|answer| answer.verdict == verdict).count();
    let cases = plural(answers.len() as u64, "case");
    format!(
        "{lines}{cases}: {} as expected, {} not, {} refused\n",
        count(Verdict::Passes),
        count(Verdict::Fails),
        count(Verdict::Refused)
    )
}
