//! The cases: numbers that nobody on this project chose, one JSON object a line, with where each comes from.
//!
//! ```text
//!  {"id": "A1.mean.10.3.0", "inputs": {"I": 10, "k": 3, ..}, "expected": 25.0, "sd_per_sample": 2.885, "what": "..", "source": ".."}
//! ```
//!
//! The files that are shipped are part of the program. A slip in them is a bug of ours, so reading them panics; a line that
//! somebody brings is refused with what is wrong and how to fix it.

use serde_json::Value;

/// One number to be reproduced.
#[derive(Clone, Debug)]
pub struct Case {
    /// Unique over all families; its first part names the formula, the second often the statistic.
    pub id: String,
    /// What the scenario is made from.
    pub inputs: Value,
    /// The number; infinite where the data say "never".
    pub expected: f64,
    /// Standard deviation that one sample contributes (for quantiles and variances: of the estimator, times the root of
    /// the number of samples); `None`: the samples' own.
    pub spread: Option<f64>,
    /// Allowed to a number that does not vary.
    pub tolerance: f64,
    /// By how much the published number may itself be off: it is rounded, or was simulated.
    pub uncertain_by: Option<f64>,
    /// Where the published number errs to one side: by how much ours may be less; `uncertain_by` is then how much more.
    pub uncertain_below: Option<f64>,
    /// What is measured, and the formula where there is one.
    pub what: String,
    pub source: String,
    /// What was wrong with the number in its source, and how it was found again.
    pub corrected: Option<String>,
}

impl Case {
    /// All cases of a file.
    pub fn read(lines: &str) -> Vec<Case> {
        lines.lines().map(Case::of).collect()
    }

    fn of(line: &str) -> Case {
        let value: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        Case::from_value(&value).unwrap_or_else(|(what, _)| panic!("{line}: {what}"))
    }

    /// The case of an object, or what is wrong with it and what would be right.
    pub fn from_value(value: &Value) -> Result<Case, (String, &'static str)> {
        let words = |name: &str, help| match &value[name] {
            Value::String(words) if !words.trim().is_empty() => Ok(words.clone()),
            Value::Null => Err((format!("{name} is missing"), help)),
            other => Err((format!("{name} is {other}"), help)),
        };
        let positive = |name: &str| match &value[name] {
            Value::Null => Ok(None),
            given => match given.as_f64().filter(|number| *number >= 0.0) {
                Some(number) => Ok(Some(number)),
                None => Err((
                    format!("{name} is {given}"),
                    "write a number of 0 or more, or leave it out",
                )),
            },
        };
        let expected = match &value["expected"] {
            Value::String(never) if never == "never" => f64::INFINITY,
            given => given.as_f64().ok_or_else(|| {
                (format!("expected is {given}"), "write the number that is expected, or \"never\"")
            })?,
        };
        if !value["inputs"].is_object() {
            return Err((
                format!("inputs is {}", value["inputs"]),
                "write what the scenario is made from, such as \"inputs\": {\"I\": 10, \"k\": 3}",
            ));
        }
        let optional = |name: &str| value[name].as_str().unwrap_or_default().to_string();
        Ok(Case {
            id: words(
                "id",
                "write an id such as \"A1.mean.10.3\": the group of the case, then what is read",
            )?,
            expected,
            spread: positive("sd_per_sample")?,
            tolerance: positive("abs_tol")?.unwrap_or(0.0),
            uncertain_by: positive("uncertain_by")?,
            uncertain_below: positive("uncertain_below")?,
            what: optional("what"),
            source: optional("source"),
            corrected: value["corrected"].as_str().map(str::to_string),
            inputs: value["inputs"].clone(),
        })
    }

    /// The part of the id before the first point.
    pub fn group(&self) -> &str {
        self.id.split('.').next().unwrap_or_default()
    }

    /// The part of the id between the first point and the second.
    pub fn second(&self) -> &str {
        self.id.split('.').nth(1).unwrap_or_default()
    }

    /// An input that has to be a number.
    pub fn number(&self, name: &str) -> f64 {
        number(&self.inputs[name])
    }

    /// An input that has to be a whole number.
    pub fn whole(&self, name: &str) -> u64 {
        self.inputs[name]
            .as_u64()
            .unwrap_or_else(|| panic!("{}: {name} is not a whole number", self.id))
    }

    /// An input that has to be a text.
    pub fn text(&self, name: &str) -> &str {
        text(&self.inputs[name])
    }

    /// An input that may be missing.
    pub fn perhaps(&self, name: &str) -> Option<f64> {
        self.inputs[name].as_f64()
    }
}

/// A number of a case.
pub fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is not a number"))
}

/// A text of a case.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is not a text"))
}
