//! Metamorphic relations: how the answers of two scenarios have to hang together, although nobody knows either answer.
//!
//! ```text
//!  stream of chance --> random design --text--> Scenario::parse --> world::run --> measures --+
//!                            |                                                                +--> holds, broken, no occasion
//!                            `-- changed, as the relation says ------------------> measures --+
//! ```
//!
//! Each relation states when it holds, in words; a design that gives no occasion to see it is not counted, and too few
//! occasions are a failure. Each has a mistake, a wrong world or a wrong comparison, that the same rule has to reject.
//!
//! - [`Rule::Exact`]: the numbers of each run are equal, bit for bit unless the claim says otherwise, on the same seed.
//! - [`Rule::Ordered`]: in no run of the same seed is one on the wrong side of the other.
//! - [`Rule::Mean`]: the difference, averaged over designs that are independent of one another, is within 4 standard errors of 0.
//! - [`Rule::NoLess`]: the same, where only one sign is wrong.

mod lengths;
mod names;
mod numbers;
mod replicas;
mod slower;
mod writers;

use super::Progress;
use super::designs::draw::stream;
use super::sample::{ALLOWED, Effort};
use crate::campaign::Stopped;
use crate::campaign::{self, Observer};
use crate::engine::random::Stream;
use crate::report::dossier::{self, Control, Dossier};

/// A relation between the answers of two scenarios.
pub struct Relation {
    /// Short and unique.
    pub key: &'static str,
    pub claim: &'static str,
    /// When it holds.
    pub condition: &'static str,
    pub rule: Rule,
    /// The share of designs that have to give an occasion.
    pub least: f64,
    /// Asks it about one random design.
    pub ask: fn(&mut Stream) -> Outcome,
    /// What is wrong with `wrong`, in a few words.
    pub mistake: &'static str,
    /// The same question with a mistake in it.
    pub wrong: fn(&mut Stream) -> Outcome,
}

/// How strict it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    Exact,
    Ordered,
    Mean,
    NoLess,
}

impl Rule {
    fn words(self) -> &'static str {
        match self {
            Rule::Exact => "equal in every run",
            Rule::Ordered => "ordered in every run",
            Rule::Mean => "equal in the mean",
            Rule::NoLess => "ordered in the mean",
        }
    }
}

/// What one design says of a relation.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It gave no occasion.
    Nothing,
    Holds,
    /// How it was broken.
    Broken(String),
    /// For rules about means: the second number less the first, averaged over the runs of this design.
    Differs(f64),
}

/// All relations, in the order of the page.
pub fn all() -> impl Iterator<Item = &'static Relation> {
    [
        lengths::RELATIONS,
        names::RELATIONS,
        slower::RELATIONS,
        replicas::RELATIONS,
        writers::RELATIONS,
    ]
    .into_iter()
    .flatten()
}

/// Designs for each relation at scale 1.
const DESIGNS: u64 = 500;
/// Fewer show nothing of a mean.
const LEAST_DESIGNS: u64 = 50;
/// Designs with a mistake.
const MISTAKEN: u64 = 100;
/// Of the designs that give an occasion, a mistake has to show in this share.
const SHOWN: f64 = 0.02;

/// Relations and mistakes.
pub fn work() -> u64 {
    2 * all().count() as u64
}

/// All of them into the dossier.
pub(super) fn validate(
    dossier: &mut Dossier,
    effort: Effort,
    progress: &mut Progress,
) -> Result<(), Stopped> {
    for relation in all() {
        let Some((row, control)) = judge(relation, effort, progress.observer)? else {
            dossier.partial = true;
            break;
        };
        dossier.relations.push(row);
        dossier.controls.push(control);
        progress.one_more();
        progress.one_more();
    }
    Ok(())
}

/// One relation and its mistake. `None`: the observer wants to stop.
pub fn judge(
    relation: &'static Relation,
    effort: Effort,
    observer: &dyn Observer,
) -> Result<Option<(dossier::Relation, Control)>, Stopped> {
    let designs = ((DESIGNS as f64 * effort.scale).ceil() as u64).max(LEAST_DESIGNS);
    let Some(found) = relation.hold(relation.ask, relation.key, designs, effort, observer)? else {
        return Ok(None);
    };
    let label = format!("{}: {}", relation.key, relation.mistake);
    let Some(mistaken) = relation.hold(relation.wrong, &label, MISTAKEN, effort, observer)? else {
        return Ok(None);
    };
    let enough = found.occasions as f64 >= relation.least * found.designs as f64;
    let row = dossier::Relation {
        key: relation.key,
        claim: relation.claim,
        condition: relation.condition,
        rule: relation.rule.words(),
        designs: found.designs,
        occasions: found.occasions,
        broken: found.broken,
        z: found.z,
        example: found.example.clone().or_else(|| {
            (!enough).then(|| {
                format!("only {} of {} scenarios gave an occasion", found.occasions, found.designs)
            })
        }),
        passes: enough && !relation.is_rejected(&found),
    };
    let shows = mistaken.z.is_some() || mistaken.broken as f64 >= SHOWN * mistaken.occasions as f64;
    let control = Control {
        mistake: relation.mistake,
        case: format!("relation {}", relation.key),
        expected: 0.0,
        ours: mistaken.z.unwrap_or(mistaken.broken as f64),
        distance: mistaken.z,
        caught: relation.is_rejected(&mistaken) && shows,
    };
    Ok(Some((row, control)))
}

/// What many designs say.
#[derive(Debug, Default)]
struct Found {
    designs: u64,
    occasions: u64,
    broken: u64,
    /// The mean difference in standard errors.
    z: Option<f64>,
    /// The first that was broken, in words.
    example: Option<String>,
}

impl Relation {
    fn hold(
        &self,
        ask: fn(&mut Stream) -> Outcome,
        label: &str,
        designs: u64,
        effort: Effort,
        observer: &dyn Observer,
    ) -> Result<Option<Found>, Stopped> {
        let outcomes = campaign::each(designs, effort.threads, observer, |number| {
            ask(&mut stream(label, number))
        })?;
        let Some(outcomes) = outcomes else { return Ok(None) };
        let mut found = Found { designs, ..Found::default() };
        let mut differences = Vec::new();
        for outcome in outcomes {
            found.occasions += u64::from(outcome != Outcome::Nothing);
            match outcome {
                Outcome::Nothing | Outcome::Holds => {}
                Outcome::Differs(by) => differences.push(by),
                Outcome::Broken(how) => {
                    found.broken += 1;
                    found.example.get_or_insert(how);
                }
            }
        }
        if matches!(self.rule, Rule::Mean | Rule::NoLess) {
            found.z = Some(standard_errors(&differences));
        }
        Ok(Some(found))
    }

    fn is_rejected(&self, found: &Found) -> bool {
        let z = found.z.unwrap_or(0.0);
        match self.rule {
            Rule::Exact | Rule::Ordered => found.broken > 0,
            Rule::Mean => found.broken > 0 || z.abs() > ALLOWED || z.is_nan(),
            Rule::NoLess => found.broken > 0 || z < -ALLOWED || z.is_nan(),
        }
    }
}

/// The mean in standard errors of it; 0 where all are 0.
fn standard_errors(differences: &[f64]) -> f64 {
    let n = differences.len() as f64;
    if differences.is_empty() {
        return f64::NAN;
    }
    let mean = differences.iter().sum::<f64>() / n;
    let variance = differences.iter().map(|by| (by - mean) * (by - mean)).sum::<f64>() / (n - 1.0);
    if differences.iter().all(|by| *by == 0.0) { 0.0 } else { mean / (variance / n).sqrt() }
}
