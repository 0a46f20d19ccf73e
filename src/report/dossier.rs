//! The validation dossier: numbers that others derived, what the simulator says of them, and whether mistakes that were
//! planted on purpose are caught by the same rule.
//!
//! ```text
//!  validation::run --> Dossier --+--> dossier::text      the screen
//!                                +--> dossier::markdown  docs/validation.md
//!                                `--> chart              docs/validation-z.svg
//! ```

pub mod answers;
pub mod markdown;
mod sections;
pub mod text;

pub use sections::{Coverage, Relation};

/// Everything that a validation found out.
#[derive(Clone, Debug)]
pub struct Dossier {
    /// The version of mrsim.
    pub version: &'static str,
    /// Of the runs of each case, so many were taken: 1 is all of them.
    pub scale: f64,
    /// True when it was interrupted: cases are missing.
    pub partial: bool,
    pub families: Vec<Family>,
    pub relations: Vec<Relation>,
    pub coverage: Vec<Coverage>,
    pub controls: Vec<Control>,
    /// Presets with a number that no source gives: name, source.
    pub assumptions: Vec<(String, String)>,
}

/// Cases of one kind.
#[derive(Clone, Debug)]
pub struct Family {
    /// As `--only` names it.
    pub key: &'static str,
    pub title: &'static str,
    /// The file with its cases, from the root of the repository.
    pub file: &'static str,
    pub rows: Vec<Row>,
    pub unexpressed: Vec<Unexpressed>,
    /// The same case by case: id, expected number, reason.
    pub refused: Vec<(String, f64, &'static str)>,
    /// Ids whose published number was wrong, and why.
    pub corrected: Vec<(String, String)>,
}

impl Family {
    /// What its cases go back to, each once, in their order.
    pub fn sources(&self) -> Vec<&str> {
        let mut sources: Vec<&str> = Vec::new();
        for row in self.rows.iter().filter(|row| !row.source.is_empty()) {
            if !sources.contains(&row.source.as_str()) {
                sources.push(&row.source);
            }
        }
        sources
    }

    /// The number of a case's source among them, from 1.
    fn source(&self, row: &Row) -> String {
        let place = self.sources().iter().position(|source| *source == row.source);
        place.map_or(String::new(), |place| (place + 1).to_string())
    }
}

/// One case.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub id: String,
    pub what: String,
    pub source: String,
    /// Infinite: never.
    pub expected: f64,
    pub ours: f64,
    /// Independent samples.
    pub n: u64,
    /// |ours - expected| may be so much.
    pub allowed: f64,
    /// Standard errors between ours and expected, where the expected number is exact and ours varies.
    pub z: Option<f64>,
    /// The same, where the expected number is rounded or simulated as well.
    pub deviation: Option<f64>,
    pub passes: bool,
}

/// Cases that a scenario cannot express yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unexpressed {
    /// How their ids begin.
    pub beginning: &'static str,
    pub cases: usize,
    pub reason: &'static str,
}

/// A mistake planted on purpose, and the case that has to catch it.
#[derive(Clone, Debug, PartialEq)]
pub struct Control {
    pub mistake: &'static str,
    /// The case's id.
    pub case: String,
    pub expected: f64,
    /// What comes out with the mistake.
    pub ours: f64,
    /// Standard errors between the two; `None`: nothing varies.
    pub distance: Option<f64>,
    pub caught: bool,
}

/// Fewer deviations show no pattern.
const LEAST_FOR_PATTERN: usize = 50;

impl Dossier {
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.families.iter().flat_map(|family| &family.rows)
    }

    pub fn passes(&self) -> usize {
        self.rows().filter(|row| row.passes).count()
    }

    /// Cases that have a reason instead of a number.
    pub fn unexpressed(&self) -> usize {
        self.families.iter().flat_map(|family| &family.unexpressed).map(|group| group.cases).sum()
    }

    /// All deviations in standard errors.
    pub fn z(&self) -> Vec<f64> {
        self.rows().filter_map(|row| row.z).collect()
    }

    /// The deviation furthest from 0.
    pub fn largest(&self) -> Option<f64> {
        self.z().into_iter().max_by(|one, other| one.abs().total_cmp(&other.abs()))
    }

    /// What is wrong, in words; nothing: everything holds.
    pub fn failures(&self) -> Vec<String> {
        let cases = self.rows().filter(|row| !row.passes).map(|row| {
            format!("{}: {} instead of {}", row.id, number(row.ours), number(row.expected))
        });
        let missed = self.controls.iter().filter(|control| !control.caught);
        let missed = missed.map(|control| {
            format!("{}: the mistake \"{}\" is not caught", control.case, control.mistake)
        });
        cases.chain(missed).chain(self.pattern()).chain(sections::failures(self)).collect()
    }

    /// What is wrong with the deviations as a whole. 4 standard errors for each case would let a simulator pass that is
    /// always a little high, or one that does not vary at all. Many cases share runs, so shares vary more than those of
    /// independent ones would.
    pub fn pattern(&self) -> Vec<String> {
        let z = self.z();
        if z.len() < LEAST_FOR_PATTERN {
            return Vec::new();
        }
        let (beyond_2, beyond_1, positive) =
            (share(&z, |z| z.abs() > 2.0), share(&z, |z| z.abs() > 1.0), share(&z, |z| z > 0.0));
        let percent = |share: f64| format!("{:.0}%", 100.0 * share);
        let found = [
            (
                beyond_2 >= 0.12,
                format!(
                    "{} of the deviations lie beyond 2 standard errors; expected 5%",
                    percent(beyond_2)
                ),
            ),
            (
                beyond_1 <= 0.1,
                format!(
                    "only {} of the deviations lie beyond 1 standard error; expected 32%",
                    percent(beyond_1)
                ),
            ),
            (
                !(0.25..=0.75).contains(&positive),
                format!("{} of the deviations are positive; expected half", percent(positive)),
            ),
        ];
        found.into_iter().filter(|(is_so, _)| *is_so).map(|(_, words)| words).collect()
    }
}

/// The share of the numbers for which it holds.
pub fn share(numbers: &[f64], is_it: impl Fn(f64) -> bool) -> f64 {
    numbers.iter().filter(|number| is_it(**number)).count() as f64 / numbers.len().max(1) as f64
}

/// About six significant digits, such as "0.666667", "1.0101e6" or "never".
fn number(value: f64) -> String {
    let size = value.abs();
    let plain = match size {
        _ if value.is_nan() => return "nothing".into(),
        _ if value.is_infinite() => return "never".into(),
        0.0 => return "0".into(),
        1e7.. => return format!("{value:.4e}"),
        1e4.. => format!("{value:.1}"),
        100.0.. => format!("{value:.3}"),
        1.0.. => format!("{value:.5}"),
        1e-3.. => format!("{value:.6}"),
        _ => return format!("{value:.3e}"),
    };
    plain.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// Such as "+0.53"; nothing where nothing varies.
fn signed(deviation: Option<f64>) -> String {
    match deviation {
        None => String::new(),
        Some(z) if z.abs() >= 10.0 => format!("{z:+.0}"),
        Some(z) => format!("{z:+.2}"),
    }
}

/// Such as "+- 0.12", or "exact".
fn allowance(row: &Row) -> String {
    if row.allowed == 0.0 { "exact".into() } else { format!("± {}", short(row.allowed)) }
}

/// Two significant digits.
fn short(value: f64) -> String {
    match value {
        100.0.. => format!("{value:.0}"),
        10.0.. => format!("{value:.1}"),
        1.0.. => format!("{value:.2}"),
        1e-3.. => format!("{value:.4}"),
        _ => format!("{value:.1e}"),
    }
}

#[cfg(test)]
mod tests;
