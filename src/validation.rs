//! Validation: proof that the numbers are right. Numbers that were not derived by this project are asked of the whole
//! simulator, by one command, and mistakes that are planted on purpose have to be caught by the same rule.
//!
//! ```text
//!  src/validation/vectors/*.jsonl   src/validation/FAMILY.rs        campaign, world            report::dossier
//!  case: inputs, expected,  -->  plan: scenario as text,    -->  runs through the     -->   row: ours, n, z
//!  spread, source                what to read from a trace       real event loop
//!                                mistakes: wrong plans      -->  the same             -->   caught, or not
//! ```
//!
//! No formula of an expected number stands here: a formula that is tested against itself proves nothing.
//!
//! A new family is one file and one line:
//! - `src/validation/vectors/NAME.jsonl`: its cases, each with its source;
//! - `src/validation/NAME.rs`, like `src/validation/losses.rs`: a `FAMILY` whose `plan` makes a [`Plan`] of a case (`Spec` writes
//!   the usual scenario), whose `unexpressed` gives a reason for each beginning of ids that has no plan, whose
//!   `domains` tells the range of every input (and so does `docs/cases.md`), and whose `mistakes` plants some;
//! - its line in [`FAMILIES`], in the order of the page (and how many cases it has in `tests/reports/validation.rs`, so that none is lost).
//!
//! `tests/reports/validation.rs` fails while a case has neither a plan nor a reason, or both.

pub mod brought;
mod caching;
mod case;
mod concurrent;
mod coverage;
pub mod designs;
mod detection;
pub mod domain;
mod end_to_end;
pub mod histories;
mod items;
mod later;
mod losses;
mod pbs;
mod plan;
mod quorums;
pub mod relations;
mod sample;
mod spec;
mod staleness;
mod statistics;
pub mod timelines;
pub mod vendors;

pub use case::Case;
pub use plan::{Beside, Draw, Draws, Pick, Plan, Record, Statistic};
pub use quorums::Quorums;
pub use sample::{ALLOWED, Attempt, Effort, Measured, Samples, judged};
pub use spec::{Resolvers, Spec, WARM, population, population_of, store, store_of, writer};

use crate::campaign::Observer;
use crate::campaign::Stopped;
use crate::report::dossier::{self, Control, Dossier, Unexpressed};
use crate::scenario::presets;

/// Cases of one kind and how they become scenarios.
pub struct Family {
    /// As `--only` names it.
    pub key: &'static str,
    pub title: &'static str,
    /// The file of the cases, from the root of the repository.
    pub file: &'static str,
    /// Its text.
    pub cases: &'static str,
    /// How a case is measured; `None` for those with a reason in `unexpressed`.
    pub plan: fn(&Case) -> Option<Plan>,
    /// Beginnings of ids that a scenario cannot express, and why.
    pub unexpressed: &'static [(&'static str, &'static str)],
    /// What cases that others bring may ask, by group of ids; nothing: each case here is written out by hand.
    pub domains: &'static [domain::Domain],
    /// Wrong plans for a case, each a mistake that the case has to catch.
    pub mistakes: fn(&Case) -> Vec<Mistake>,
}

/// A mistake planted on purpose.
pub struct Mistake {
    /// What is wrong, in words.
    pub mistake: &'static str,
    /// The scenario or the reading with the mistake in it.
    pub plan: Plan,
}

/// All families, in the order of the page.
pub const FAMILIES: &[Family] = &[
    detection::FAMILY,
    caching::FAMILY,
    losses::FAMILY,
    end_to_end::FAMILY,
    statistics::FAMILY,
    timelines::FAMILY,
    histories::FAMILY,
    vendors::FAMILY,
    concurrent::FAMILY,
    pbs::FAMILY,
    later::QUEUES,
    later::AVAILABILITY,
];

/// Standard errors by which a mistake has to show: far beyond those that are allowed.
pub const FAR: f64 = 10.0;

/// A family by its key.
pub fn family(key: &str) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| family.key == key)
}

/// What can be asked for alone: a family of cases, or what stands beside the cases.
#[derive(Clone, Copy)]
pub enum Part {
    Cases(&'static Family),
    /// Relations between the answers of random scenarios.
    Relations,
    /// How often intervals hold the truth.
    Coverage,
}

impl Part {
    /// All parts, in the order of the page.
    pub fn all() -> Vec<Part> {
        FAMILIES.iter().map(Part::Cases).chain([Part::Relations, Part::Coverage]).collect()
    }

    /// As `--only` names it.
    pub fn key(self) -> &'static str {
        match self {
            Part::Cases(family) => family.key,
            Part::Relations => "relations",
            Part::Coverage => "coverage",
        }
    }

    /// Cases, relations, intervals and mistakes.
    pub fn work(self) -> u64 {
        match self {
            Part::Cases(family) => family.work(),
            Part::Relations => relations::work(),
            Part::Coverage => coverage::work(),
        }
    }
}

/// Everything in these families.
pub fn run(
    families: &[&'static Family],
    effort: Effort,
    observer: &dyn Observer,
) -> Result<Dossier, Stopped> {
    let parts: Vec<Part> = families.iter().map(|family| Part::Cases(family)).collect();
    run_parts(&parts, effort, observer)
}

/// Everything in these parts. The observer hears how many cases, relations, intervals and mistakes are done, of how many.
pub fn run_parts(
    parts: &[Part],
    effort: Effort,
    observer: &dyn Observer,
) -> Result<Dossier, Stopped> {
    let mut dossier = Dossier {
        version: env!("CARGO_PKG_VERSION"),
        scale: effort.scale,
        partial: false,
        families: Vec::new(),
        relations: Vec::new(),
        coverage: Vec::new(),
        controls: Vec::new(),
        assumptions: presets::assumptions(),
    };
    let mut progress =
        Progress { done: 0, asked: parts.iter().map(|part| part.work()).sum(), observer };
    for part in parts {
        match part {
            Part::Cases(family) => family.validate(&mut dossier, effort, &mut progress)?,
            Part::Relations => relations::validate(&mut dossier, effort, &mut progress)?,
            Part::Coverage => coverage::validate(&mut dossier, effort, &mut progress)?,
        }
        if dossier.partial {
            break;
        }
    }
    Ok(dossier)
}

/// How far the work is.
struct Progress<'o> {
    done: u64,
    asked: u64,
    observer: &'o dyn Observer,
}

impl Progress<'_> {
    fn one_more(&mut self) {
        self.done += 1;
        self.observer.runs_done(self.done, self.asked);
    }
}

impl Family {
    /// The cases.
    pub fn read(&self) -> Vec<Case> {
        Case::read(self.cases)
    }

    /// Why a case has no plan, if it has none.
    fn reason(&self, case: &Case) -> Option<&'static str> {
        self.unexpressed
            .iter()
            .find(|(beginning, _)| case.id.starts_with(beginning))
            .map(|(_, reason)| *reason)
    }

    /// Cases and mistakes.
    pub fn work(&self) -> u64 {
        self.read().iter().map(|case| 1 + (self.mistakes)(case).len() as u64).sum()
    }

    fn validate(
        &self,
        dossier: &mut Dossier,
        effort: Effort,
        progress: &mut Progress,
    ) -> Result<(), Stopped> {
        let mut samples = Samples::new(effort, progress.observer);
        let cases = self.read();
        let count =
            |beginning: &str| cases.iter().filter(|case| case.id.starts_with(beginning)).count();
        let group = |(beginning, reason): &(&'static str, &'static str)| Unexpressed {
            beginning,
            cases: count(beginning),
            reason,
        };
        let mut rows = Vec::new();
        for case in &cases {
            if let Some(plan) = (self.plan)(case) {
                let Some(measured) = samples.measure(&case.id, &plan)? else {
                    dossier.partial = true;
                    break;
                };
                rows.push(judged(case, measured));
            }
            progress.one_more();
            for mistake in (self.mistakes)(case) {
                // Draws of its own: a mistake has to show on any.
                let Some(measured) = Samples::new(effort, progress.observer)
                    .measure(&format!("{}: {}", case.id, mistake.mistake), &mistake.plan)?
                else {
                    dossier.partial = true;
                    break;
                };
                dossier.controls.push(control(case, mistake.mistake, measured));
                progress.one_more();
            }
        }
        dossier.families.push(dossier::Family {
            key: self.key,
            title: self.title,
            file: self.file,
            rows,
            unexpressed: self.unexpressed.iter().map(group).collect(),
            refused: cases
                .iter()
                .filter_map(|case| Some((case.id.clone(), case.expected, self.reason(case)?)))
                .collect(),
            corrected: cases
                .iter()
                .filter_map(|case| Some((case.id.clone(), case.corrected.clone()?)))
                .collect(),
        });
        Ok(())
    }
}

/// How a case sees a mistake: rejected, and by far.
pub fn control(case: &Case, mistake: &'static str, measured: Measured) -> Control {
    let row = judged(case, measured);
    let is_far = row.deviation.is_none_or(|deviation| deviation.abs() > FAR);
    Control {
        mistake,
        case: row.id,
        expected: row.expected,
        ours: row.ours,
        distance: row.deviation,
        caught: !row.passes && is_far,
    }
}
