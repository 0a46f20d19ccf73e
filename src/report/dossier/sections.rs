//! What stands beside the cases: relations that answers have to keep to one another, and how often intervals hold the truth.

use super::Dossier;
use crate::report::markdown;
use crate::report::numbers::plural;
use crate::report::text::Page as Screen;

/// A relation between the answers of two scenarios.
#[derive(Clone, Debug, PartialEq)]
pub struct Relation {
    /// Short and unique.
    pub key: &'static str,
    pub claim: &'static str,
    /// When it holds.
    pub condition: &'static str,
    /// How strict it is, in words.
    pub rule: &'static str,
    /// Random scenarios that were asked.
    pub designs: u64,
    /// Of them, those that gave an occasion.
    pub occasions: u64,
    /// Of them, those in which it was broken.
    pub broken: u64,
    /// The mean difference in standard errors, for rules about means.
    pub z: Option<f64>,
    /// What is wrong, in words: the first design that broke it, or too few occasions.
    pub example: Option<String>,
    pub passes: bool,
}

/// How often the intervals of many samples hold the truth.
#[derive(Clone, Debug, PartialEq)]
pub struct Coverage {
    /// What is estimated.
    pub key: String,
    /// The law of one run's number, and its true value.
    pub what: String,
    pub truth: f64,
    /// Which of the functions of a report was asked, and where its numbers came from.
    pub by: &'static str,
    /// Runs in each sample.
    pub n: u64,
    pub samples: u64,
    /// Samples for which no interval with two bounds was given.
    pub declined: u64,
    /// Of the others, the share whose interval holds the truth.
    pub covered: f64,
    /// What is allowed; at most 1 where the method is conservative by construction. `None`: the sample cannot carry an
    /// interval, and all have to be declined.
    pub allowed: Option<(f64, f64)>,
    pub passes: bool,
}

impl Coverage {
    fn allowance(&self) -> String {
        match self.allowed {
            None => "none may be given".into(),
            Some((low, high)) if high >= 1.0 => format!("at least {}", percent(low)),
            Some((low, high)) => format!("{} to {}", percent(low), percent(high)),
        }
    }

    fn found(&self) -> String {
        if self.declined == self.samples { "declined".into() } else { percent(self.covered) }
    }

    fn declined(&self) -> String {
        if self.declined == 0 {
            String::new()
        } else {
            percent(self.declined as f64 / self.samples as f64)
        }
    }
}

fn percent(share: f64) -> String {
    format!("{:.1}%", 100.0 * share)
}

/// What is wrong, in words.
pub fn failures(dossier: &Dossier) -> Vec<String> {
    let relations = dossier.relations.iter().filter(|relation| !relation.passes).map(|relation| {
        let z = relation.z.map_or(String::new(), |z| format!(", {z:+.2} standard errors"));
        let example = relation.example.as_deref().unwrap_or("the mean is off");
        format!(
            "relation {}: broken by {} of {}{z}: {example}",
            relation.key,
            relation.broken,
            plural(relation.designs, "scenario")
        )
    });
    let coverage = dossier.coverage.iter().filter(|row| !row.passes);
    let coverage = coverage.map(|row| {
        format!(
            "coverage {}, n = {}: {}, allowed: {}",
            row.key,
            row.n,
            row.found(),
            row.allowance()
        )
    });
    relations.chain(coverage).collect()
}

/// A sentence for each section that there is.
pub fn summary(dossier: &Dossier) -> Vec<String> {
    let mut lines = Vec::new();
    if !dossier.relations.is_empty() {
        let hold = dossier.relations.iter().filter(|relation| relation.passes).count();
        let scenarios = dossier.relations.iter().map(|relation| relation.designs).sum();
        lines.push(format!(
            "{}, {hold} of them kept over {}.",
            plural(dossier.relations.len() as u64, "relation"),
            plural(scenarios, "random scenario")
        ));
    }
    if !dossier.coverage.is_empty() {
        let hold = dossier.coverage.iter().filter(|row| row.passes).count();
        lines.push(format!(
            "{} of 95%, {hold} of them as sure as they say.",
            plural(dossier.coverage.len() as u64, "interval")
        ));
    }
    lines
}

const RELATIONS: &str = "Relations between answers (relations)";
const COVERAGE: &str = "Do intervals cover? (coverage)";

/// Both sections on a terminal.
pub fn on_screen(page: &mut Screen, dossier: &Dossier) {
    if !dossier.relations.is_empty() {
        page.heading(RELATIONS);
        let cells = dossier.relations.iter().map(|relation| {
            let mark = if relation.passes { "" } else { "BROKEN" };
            let (designs, occasions, broken) = (
                relation.designs.to_string(),
                relation.occasions.to_string(),
                relation.broken.to_string(),
            );
            vec![
                relation.key.to_string(),
                relation.rule.to_string(),
                designs,
                occasions,
                broken,
                super::signed(relation.z),
                mark.to_string(),
            ]
        });
        page.table(
            &["relation", "rule", "scenarios", "occasions", "broken", "z", ""],
            cells.collect(),
            &[2, 3, 4, 5],
        );
        for relation in &dossier.relations {
            page.wrapped(
                &format!("  {}: ", relation.key),
                &format!("{}. Condition: {}", relation.claim, relation.condition),
            );
        }
    }
    if !dossier.coverage.is_empty() {
        page.heading(COVERAGE);
        let cells = dossier.coverage.iter().map(|row| {
            let mark = if row.passes { "" } else { "REJECTED" };
            vec![
                row.key.clone(),
                row.n.to_string(),
                row.samples.to_string(),
                row.declined(),
                row.found(),
                row.allowance(),
                mark.to_string(),
            ]
        });
        page.table(
            &["interval", "n", "samples", "declined", "covered", "allowed", ""],
            cells.collect(),
            &[1, 2, 3, 4, 5],
        );
    }
}

/// Both sections of the page.
pub fn on_page(page: &mut markdown::Page, dossier: &Dossier) {
    if !dossier.relations.is_empty() {
        page.heading("Relations between answers");
        page.paragraph(
            "No source knows the answer to a random scenario, but how the answers to two of them hang together is known. Each relation is asked about random \
             scenarios, written as text and read like any other. Equal and ordered in every run: on the same seed, without any exception; in the mean: the \
             difference, averaged over the scenarios, lies within 4 standard errors (*z*). A scenario without an occasion shows nothing; too few occasions are a \
             failure. Each relation has a mistake above, a wrong world or a wrong comparison, that it has to reject. Alone: `mrsim validate-model --only relations`.",
        );
        let cells = dossier.relations.iter().map(|relation| {
            let broken = if relation.passes {
                relation.broken.to_string()
            } else {
                format!("{} BROKEN", relation.broken)
            };
            let words = [relation.key, relation.claim, relation.condition, relation.rule]
                .map(str::to_string);
            let numbers = [
                relation.designs.to_string(),
                relation.occasions.to_string(),
                broken,
                super::signed(relation.z),
            ];
            [words, numbers].concat()
        });
        page.table(
            &["relation", "claim", "condition", "rule", "scenarios", "occasions", "broken", "z"],
            cells,
            false,
        );
    }
    if !dossier.coverage.is_empty() {
        page.heading("Do intervals cover?");
        page.paragraph(
            "An interval of 95% has to hold the truth 95 times in a hundred. So each kind is made many times, by the functions that reports are made by, from \
             runs whose distribution is known in closed form. Exact methods are conservative by construction, where the distribution is discrete or ranks are whole, and so are users' \
             times, which are known to cells of 0.4%: they are held to at least 93.5%, the others to 93.5 to 97.5% (at smaller scales with the room that fewer samples ask for). Declined: no interval with two \
             bounds was given, because the sample cannot carry one. Alone: `mrsim validate-model --only coverage`.",
        );
        let cells = dossier.coverage.iter().map(|row| {
            let covered =
                if row.passes { row.found() } else { format!("{} REJECTED", row.found()) };
            let (what, truth) = (format!("{}; by {}", row.what, row.by), super::number(row.truth));
            vec![
                row.key.clone(),
                what,
                truth,
                row.n.to_string(),
                row.samples.to_string(),
                row.declined(),
                covered,
                row.allowance(),
            ]
        });
        page.table(
            &["interval", "of what", "truth", "n", "samples", "declined", "covered", "allowed"],
            cells,
            false,
        );
    }
}
