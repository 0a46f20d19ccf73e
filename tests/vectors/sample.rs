//! From a vector to a verdict: the scenario is run through the real event loop, numbers are read
//! from its traces, and their statistic is compared with the expected one.

use mrsim::id::CheckId;
use mrsim::scenario::Scenario;
use mrsim::trace::{Trace, What};
use mrsim::units::Instant;
use mrsim::world::{self, Stage};
use rayon::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How a vector is measured.
pub struct Adapter {
    /// The scenario.
    pub text: String,
    pub runs: u64,
    pub record: Record,
    pub pick: Pick,
    pub statistic: Statistic,
}

/// The number of a vector in a row of what was recorded; `None`: the run gave no occasion.
pub type Pick = Box<dyn Fn(&[f64]) -> Option<f64>>;

/// Reads samples from a trace: each a row of numbers. Most records give one row per run.
#[derive(Clone, Copy)]
pub struct Record {
    pub name: &'static str,
    pub of: fn(&Trace) -> Vec<Vec<f64>>,
}

#[derive(Clone, Copy)]
pub enum Statistic {
    Mean,
    Sd,
    Variance,
    Quantile(f64),
}

impl Statistic {
    /// The statistic that the second part of an id names; everything without a name is a mean.
    pub fn named(id: &str) -> Statistic {
        match id.split('.').nth(1) {
            Some("sd" | "sdmean") => Statistic::Sd,
            Some("var") => Statistic::Variance,
            Some("p50") => Statistic::Quantile(0.5),
            Some("p90") => Statistic::Quantile(0.9),
            Some("p95") => Statistic::Quantile(0.95),
            Some("p99") => Statistic::Quantile(0.99),
            _ => Statistic::Mean,
        }
    }

    fn of(self, samples: &[f64]) -> f64 {
        match self {
            Statistic::Mean => mean(samples),
            Statistic::Sd => variance(samples).sqrt(),
            Statistic::Variance => variance(samples),
            Statistic::Quantile(share) => quantile(samples, share),
        }
    }
}

fn mean(samples: &[f64]) -> f64 {
    samples.iter().sum::<f64>() / samples.len() as f64
}

fn variance(samples: &[f64]) -> f64 {
    let centre = mean(samples);
    samples.iter().map(|sample| (sample - centre) * (sample - centre)).sum::<f64>() / (samples.len() - 1) as f64
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

/// How a vector came out.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub id: String,
    pub expected: f64,
    pub ours: f64,
    pub n: usize,
    /// Deviation in standard errors; `None` for a certain outcome, which has none.
    pub z: Option<f64>,
    pub passes: bool,
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let z = self.z.map_or("certain".into(), |z| format!("{z:+.2}"));
        let mark = if self.passes { "" } else { "  REJECTED" };
        write!(f, "{:24} {:>16.8} {:>16.8} {:>7} {z:>8}{mark}", self.id, self.expected, self.ours, self.n)
    }
}

/// Samples by scenario and record, so that vectors of one scenario share its runs.
#[derive(Default)]
pub struct Samples {
    known: BTreeMap<(&'static str, String), Vec<Vec<f64>>>,
}

impl Samples {
    /// Runs the vector's scenario, unless another vector already did, and compares.
    ///
    /// The rule: |ours - expected| <= 4 standard errors. The standard error is the vector's
    /// `sd_per_sample` over the root of n; where a vector gives none, the samples' own. A sample that
    /// never varies has to meet the vector's `abs_tol`.
    pub fn judge(&mut self, vector: &Value, adapter: &Adapter) -> Verdict {
        let id = text(&vector["id"]);
        let key = (adapter.record.name, adapter.text.clone());
        let rows = self.known.entry(key).or_insert_with(|| draw(adapter, seed(&id)));
        let samples: Vec<f64> = rows.iter().filter_map(|row| (adapter.pick)(row)).collect();
        assert!(samples.len() > 100, "{id}: {} samples are too few to judge", samples.len());
        let expected = number(&vector["expected"]);
        let ours = adapter.statistic.of(&samples);
        let spread = vector["sd_per_sample"].as_f64().unwrap_or_else(|| variance(&samples).sqrt());
        let error = spread / (samples.len() as f64).sqrt();
        let off = ours - expected;
        let (z, passes) = match error {
            0.0 => (None, off.abs() <= number(&vector["abs_tol"])),
            _ => (Some(off / error), off.abs() <= 4.0 * error),
        };
        Verdict { id, expected, ours, n: samples.len(), z, passes }
    }
}

/// Every scenario has draws of its own: the seed is the FNV-1a hash of the first vector that uses it.
fn seed(id: &str) -> u64 {
    id.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn draw(adapter: &Adapter, seed: u64) -> Vec<Vec<f64>> {
    let stage = stage(&adapter.text);
    let rows_of = adapter.record.of;
    let of_run = |run| rows_of(&world::run(&stage, seed, run).expect("the scenario stays within the limits"));
    (0..adapter.runs).into_par_iter().flat_map_iter(of_run).collect()
}

/// The stage of a scenario's text.
pub fn stage(text: &str) -> Stage {
    let scenario = Scenario::parse(text).unwrap_or_else(|problems| panic!("{text}\n{problems:#?}"));
    Stage::new(Arc::new(scenario))
}

/// When the first fact of a kind happened.
pub fn first(trace: &Trace, is_it: impl Fn(What) -> bool) -> Option<Instant> {
    trace.facts.iter().find(|fact| is_it(fact.what)).map(|fact| fact.at)
}

pub fn fault_began(trace: &Trace) -> Instant {
    first(trace, |what| matches!(what, What::FaultBegan { .. })).expect("every scenario here has a fault")
}

pub fn believed_unhealthy(trace: &Trace) -> Option<Instant> {
    first(trace, |what| what == What::BeliefChanged { check: CheckId(0), healthy: false, audience: 0 })
}

/// A number of a vector.
pub fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is not a number"))
}

/// A whole number of a vector.
pub fn whole(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is not a whole number"))
}

/// A text of a vector.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is not a text")).to_string()
}
