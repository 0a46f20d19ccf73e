//! How a case is measured: the scenario, what is read from each trace, and the statistic over runs.
//!
//! ```text
//!  text --parse--> scenario --runs--> traces --record--> rows --pick--> samples --statistic--> our number
//! ```

use super::case::Case;
use crate::campaign::statistics::quantile_ranks;
use crate::id::{AudienceId, CheckId};
use crate::trace::{Trace, What};
use crate::units::Instant;

/// How a case is measured.
pub enum Plan {
    /// Over many runs of a scenario.
    Drawn(Draw),
    /// Without chance: the number itself. Not a number means that it could not be read.
    Told(Box<dyn Fn() -> f64>),
}

/// A number over many runs.
pub struct Draw {
    /// The scenario.
    pub text: String,
    /// A second scenario, whose row of run k is appended to the first's.
    pub beside: Option<Beside>,
    /// Runs at scale 1.
    pub runs: u64,
    /// Fewer runs are not taken at any scale.
    pub least: u64,
    pub record: Record,
    pub pick: Pick,
    pub statistic: Statistic,
}

/// The second scenario of a pair.
#[derive(Clone)]
pub struct Beside {
    pub text: String,
    pub draws: Draws,
}

/// On which draws the second scenario runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Draws {
    /// Run k of both has the same seed.
    Same,
    /// The second has a seed of its own.
    Own,
}

/// Fewest runs at small scales, unless a plan says otherwise.
const LEAST: u64 = 400;

impl Draw {
    /// The first number of each run's row, averaged over the runs.
    pub fn new(text: String, runs: u64, record: Record) -> Draw {
        Draw {
            text,
            beside: None,
            runs,
            least: LEAST.min(runs),
            record,
            pick: Box::new(|row| Some(row[0])),
            statistic: Statistic::Mean,
        }
    }

    pub fn pick(self, pick: impl Fn(&[f64]) -> Option<f64> + 'static) -> Draw {
        Draw { pick: Box::new(pick), ..self }
    }

    pub fn statistic(self, statistic: Statistic) -> Draw {
        Draw { statistic, ..self }
    }
}

/// The number of a case in a row of what was recorded; `None`: the run gave no occasion.
pub type Pick = Box<dyn Fn(&[f64]) -> Option<f64>>;

/// Reads samples from a trace: each a row of numbers. Most records give one row per run.
#[derive(Clone, Copy)]
pub struct Record {
    pub name: &'static str,
    pub of: fn(&Trace) -> Vec<Vec<f64>>,
}

/// One number from many samples.
#[derive(Clone, Copy)]
pub enum Statistic {
    Mean,
    Sd,
    Variance,
    Quantile(f64),
    /// A mistake: groups of `n` samples are tried at one whole number after the other, until `share` of a group do not exceed theirs;
    /// then again from 0. The mean of these first numbers. Noise makes groups pass early, so it lies below the quantile.
    FirstPassage {
        n: usize,
        share: f64,
    },
    /// Of groups of `n` samples, the share whose interval of the `p` quantile holds the truth.
    Covers {
        n: usize,
        p: f64,
        confidence: f64,
        truth: f64,
    },
}

impl Statistic {
    /// The statistic that the second part of an id names; everything without a name is a mean.
    pub fn named(case: &Case) -> Statistic {
        match case.second() {
            "sd" | "sdmean" => Statistic::Sd,
            "var" => Statistic::Variance,
            "p50" => Statistic::Quantile(0.5),
            "p90" => Statistic::Quantile(0.9),
            "p95" => Statistic::Quantile(0.95),
            "p99" => Statistic::Quantile(0.99),
            "p999" => Statistic::Quantile(0.999),
            _ => Statistic::Mean,
        }
    }

    /// The statistic, and of how many independent samples.
    pub fn of(self, samples: &[f64]) -> (f64, usize) {
        match self {
            Statistic::Mean => (mean(samples), samples.len()),
            Statistic::Sd => (variance(samples).sqrt(), samples.len()),
            Statistic::Variance => (variance(samples), samples.len()),
            Statistic::Quantile(share) => (quantile(samples, share), samples.len()),
            Statistic::FirstPassage { n, share } => {
                (first_passages(samples.chunks_exact(n), share), samples.len())
            }
            Statistic::Covers { n, p, confidence, truth } => {
                let ranks = quantile_ranks(n as u64, p, confidence);
                let groups: Vec<f64> = samples
                    .chunks_exact(n)
                    .map(|group| f64::from(covers(group, ranks, truth)))
                    .collect();
                (mean(&groups), groups.len())
            }
        }
    }
}

fn mean(samples: &[f64]) -> f64 {
    samples.iter().sum::<f64>() / samples.len() as f64
}

/// The unbiased variance.
pub fn variance(samples: &[f64]) -> f64 {
    let centre = mean(samples);
    samples.iter().map(|sample| (sample - centre) * (sample - centre)).sum::<f64>()
        / (samples.len() - 1) as f64
}

/// Between the two order statistics around rank `share * (n + 1)`.
fn quantile(samples: &[f64], share: f64) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (share * (sorted.len() + 1) as f64).clamp(1.0, sorted.len() as f64);
    let below = sorted[rank as usize - 1];
    let above = sorted[(rank as usize).min(sorted.len() - 1)];
    below + (above - below) * rank.fract()
}

/// Not a number when no group passes.
fn first_passages<'s>(groups: impl Iterator<Item = &'s [f64]>, share: f64) -> f64 {
    let (mut at, mut passages) = (0.0, Vec::new());
    for group in groups {
        let within = group.iter().filter(|sample| **sample <= at).count();
        if within as f64 >= share * group.len() as f64 {
            passages.push(at);
            at = 0.0;
        } else {
            at += 1.0;
        }
    }
    mean(&passages)
}

/// Whether the values of two ranks enclose the truth; a rank that there is not bounds nothing.
fn covers(group: &[f64], (low, high): (Option<u64>, Option<u64>), truth: f64) -> bool {
    let mut sorted = group.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |rank: u64| sorted[rank as usize - 1];
    low.is_none_or(|rank| at(rank) <= truth) && high.is_none_or(|rank| truth < at(rank))
}

/// When the first fact of a kind happened.
pub fn first(trace: &Trace, is_it: impl Fn(What) -> bool) -> Option<Instant> {
    trace.facts.iter().find(|fact| is_it(fact.what)).map(|fact| fact.at)
}

/// When the first fault began; every scenario here has one.
pub fn fault_began(trace: &Trace) -> Instant {
    first(trace, |what| matches!(what, What::FaultBegan { .. }))
        .expect("every scenario here has a fault")
}

/// When the first check was first believed unhealthy.
pub fn believed_unhealthy(trace: &Trace) -> Option<Instant> {
    first(trace, |what| {
        what == What::BeliefChanged {
            check: CheckId(0),
            healthy: false,
            audience: AudienceId::EVERY,
        }
    })
}
