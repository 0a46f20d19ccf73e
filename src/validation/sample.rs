//! From a plan to a row of the dossier: the scenario runs through the real event loop, numbers are read
//! from its traces, and their statistic is compared with the expected one.
//!
//! The rule: |ours - expected| <= 4 standard errors. The standard error is the case's spread over the root of the
//! number of samples; where a case gives none, the samples' own. A number that is published rounded is allowed its
//! rounding besides. What does not vary has to meet the case's tolerance.

use super::case::Case;
use super::plan::{Beside, Draw, Draws, Plan, variance};
use crate::campaign::Stopped;
use crate::campaign::{self, Observer, Settings};
use crate::report::dossier::Row;
use crate::scenario::Scenario;
use crate::world::Stage;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Standard errors that a number may be off.
pub const ALLOWED: f64 = 4.0;

/// How much to run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effort {
    /// Of the runs of each case, so many are taken: 1 is all of them.
    pub scale: f64,
    /// 0: one per core.
    pub threads: usize,
}

/// What one measurement gave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    pub ours: f64,
    /// Independent samples; 1 for what does not vary.
    pub n: usize,
    /// Standard deviation of the samples; 0 for what does not vary.
    pub spread: f64,
}

/// What became of a measurement.
#[derive(Clone, Debug, PartialEq)]
pub enum Attempt {
    Measured(Measured),
    /// The observer wants to stop.
    Stopped,
    /// The inputs give no number: why.
    Refused(String),
}

/// Fewer samples show neither a mean nor a spread.
const LEAST_SAMPLES: usize = 20;

/// Samples by scenario and record, so that cases of one scenario share its runs.
pub struct Samples<'o> {
    effort: Effort,
    observer: &'o dyn Observer,
    known: BTreeMap<(&'static str, String), Rows>,
}

/// Rows of one width, one after the other: there are millions.
struct Rows {
    width: usize,
    cells: Vec<f64>,
}

impl Rows {
    fn of(rows: &[Vec<f64>]) -> Rows {
        let width = rows.first().map_or(1, Vec::len);
        assert!(rows.iter().all(|row| row.len() == width), "a record writes rows of one width");
        Rows { width, cells: rows.concat() }
    }
}

impl<'o> Samples<'o> {
    pub fn new(effort: Effort, observer: &'o dyn Observer) -> Samples<'o> {
        Samples { effort, observer, known: BTreeMap::new() }
    }

    /// Measures a case by a plan. `None`: the observer wants to stop.
    ///
    /// Every scenario has draws of its own: its seed comes from the first case that uses it.
    pub fn measure(&mut self, id: &str, plan: &Plan) -> Result<Option<Measured>, Stopped> {
        Ok(match self.attempt(id, plan)? {
            Attempt::Measured(measured) => Some(measured),
            Attempt::Stopped => None,
            Attempt::Refused(why) => panic!("{id}: {why}"),
        })
    }

    /// The same for a case that a user brings: where no number comes of it, why.
    pub fn attempt(&mut self, id: &str, plan: &Plan) -> Result<Attempt, Stopped> {
        let draw = match plan {
            Plan::Told(tell) => {
                return Ok(Attempt::Measured(Measured { ours: tell(), n: 1, spread: 0.0 }));
            }
            Plan::Drawn(draw) => draw,
        };
        for text in
            std::iter::once(&draw.text).chain(draw.beside.as_ref().map(|beside| &beside.text))
        {
            if let Err(problems) = Scenario::parse(text) {
                let words: Vec<String> = problems
                    .iter()
                    .map(|problem| format!("{} ({})", problem.what, problem.help))
                    .collect();
                return Ok(Attempt::Refused(format!(
                    "no scenario can be made of it: {}",
                    words.join("; ")
                )));
            }
        }
        let beside = draw.beside.as_ref().map_or(String::new(), |beside| {
            format!("{}{}", beside.text, u8::from(beside.draws == Draws::Same))
        });
        let key = (draw.record.name, format!("{}{beside}", draw.text));
        if !self.known.contains_key(&key) {
            let Some(rows) = self.rows(draw, seed(id))? else { return Ok(Attempt::Stopped) };
            self.known.insert(key.clone(), Rows::of(&rows));
        }
        let rows = &self.known[&key];
        let samples: Vec<f64> =
            rows.cells.chunks_exact(rows.width).filter_map(|row| (draw.pick)(row)).collect();
        if samples.len() < LEAST_SAMPLES {
            return Ok(Attempt::Refused(format!("{} samples are too few to judge", samples.len())));
        }
        let (ours, n) = draw.statistic.of(&samples);
        Ok(Attempt::Measured(Measured { ours, n, spread: variance(&samples).sqrt() }))
    }

    fn rows(&self, draw: &Draw, seed: u64) -> Result<Option<Vec<Vec<f64>>>, Stopped> {
        let runs = ((draw.runs as f64 * self.effort.scale).ceil() as u64).max(draw.least);
        let of = |text: &str, seed| -> Result<Option<Vec<Vec<f64>>>, Stopped> {
            let settings = Settings { seed, runs, threads: self.effort.threads };
            let by_run =
                campaign::readings(&stage(text), &settings, self.observer, draw.record.of)?;
            Ok((by_run.len() as u64 == runs).then(|| by_run.into_iter().flatten().collect()))
        };
        let Some(mut rows) = of(&draw.text, seed)? else { return Ok(None) };
        if let Some(Beside { text, draws }) = &draw.beside {
            let other = if *draws == Draws::Same { seed } else { !seed };
            let Some(others) = of(text, other)? else { return Ok(None) };
            rows.iter_mut().zip(others).for_each(|(row, other)| row.extend(other));
        }
        Ok(Some(rows))
    }
}

/// The row of a case.
pub fn judged(case: &Case, measured: Measured) -> Row {
    let Measured { ours, n, .. } = measured;
    let error = case.spread.unwrap_or(measured.spread) / (n as f64).sqrt();
    let off = if ours == case.expected { 0.0 } else { ours - case.expected };
    let doubt = case.uncertain_below.filter(|_| off < 0.0).or(case.uncertain_by).unwrap_or(0.0);
    let (deviation, allowed) = match error {
        0.0 => (None, case.tolerance + doubt),
        _ => (Some(off / error), doubt + ALLOWED * error),
    };
    Row {
        id: case.id.clone(),
        what: case.what.clone(),
        source: case.source.clone(),
        expected: case.expected,
        ours,
        n: n as u64,
        allowed,
        // Only where the expected number is exact are deviations those of chance alone.
        z: deviation.filter(|_| case.uncertain_by.is_none()),
        deviation,
        passes: off.abs() <= allowed,
    }
}

/// The FNV-1a hash of an id.
fn seed(id: &str) -> u64 {
    id.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The stage of a scenario that we wrote.
pub fn stage(text: &str) -> Stage {
    let scenario = Scenario::parse(text).unwrap_or_else(|problems| panic!("{text}\n{problems:#?}"));
    Stage::new(Arc::new(scenario))
}
