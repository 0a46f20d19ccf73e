//! What relations compare: numbers of runs, through the scenario's text.

use super::Outcome;
use crate::id::PopulationId;
use crate::measure::loss::Ledger;
use crate::measure::{ALL, Recovery, Replay, Scope, Served};
use crate::scenario::Scenario;
use crate::trace::{Trace, What};
use crate::validation::designs::Design;
use crate::world::{Stage, run};
use std::fmt::Debug;
use std::sync::Arc;

/// The seed of all runs.
const SEED: u64 = 20_260_102;
/// Runs of each design, for what holds run by run.
const RUNS: u64 = 2;
/// For what holds in the mean.
const MEAN_RUNS: u64 = 4;

/// The first runs of a scenario; none where nobody may write it: a change can leave a primary without its check.
pub fn traces(text: &str, runs: u64) -> Vec<Trace> {
    let Ok(scenario) = Scenario::parse(text) else { return Vec::new() };
    let stage = Stage::new(Arc::new(scenario));
    (0..runs)
        .map(|index| run(&stage, SEED, index).expect("small designs stay below the limits"))
        .collect()
}

/// All measures of a run, bit for bit, and whether they are censored.
pub fn measures(trace: &Trace) -> Vec<Option<(u64, bool)>> {
    let replay = Replay::new(trace);
    ALL.iter()
        .map(|measure| {
            measure.of(&replay).map(|number| (number.value.to_bits(), number.is_censored))
        })
        .collect()
}

/// All recoveries of a run in nanoseconds: of all users, then of each population; of all requests, reads, writes.
pub fn recoveries(trace: &Trace) -> Vec<(u8, u64)> {
    let populations =
        (0..trace.cast.populations.len()).map(|index| Scope::Population(PopulationId::at(index)));
    let scopes = std::iter::once(Scope::AllUsers).chain(populations);
    let replay = Replay::new(trace);
    scopes
        .flat_map(|scope| Served::EVERY.map(|served| length(replay.recovery(scope, served))))
        .collect()
}

/// The kind and the length of a recovery.
pub fn length(recovery: Recovery) -> (u8, u64) {
    match recovery {
        Recovery::NoInterruption => (0, 0),
        Recovery::After { time, .. } => (1, time.as_nanos()),
        Recovery::NotWithin { time, .. } => (2, time.as_nanos()),
    }
}

/// How long each kind of request of all users was interrupted after the fault, in seconds, cut off at the end of the run.
pub fn interrupted(trace: &Trace) -> f64 {
    let replay = Replay::new(trace);
    Served::EVERY
        .iter()
        .map(|served| length(replay.recovery(Scope::AllUsers, *served)).1 as f64 / 1e9)
        .sum()
}

/// User-minutes without service.
pub fn minutes_lost(trace: &Trace) -> f64 {
    Replay::new(trace).minutes_lost().iter().sum()
}

/// When each check was first seen unhealthy, in nanoseconds; never is the largest.
pub fn detections(trace: &Trace) -> Vec<u64> {
    let first = |index: usize| {
        let is_it = |what: What| matches!(what, What::BeliefChanged { check, healthy: false, .. } if check.index() == index);
        trace.facts.iter().find(|fact| is_it(fact.what)).map_or(u64::MAX, |fact| fact.at.as_nanos())
    };
    (0..trace.cast.checks.len()).map(first).collect()
}

/// The ledger of the only store.
pub fn ledger(trace: &Trace) -> Ledger {
    Ledger::of(&Replay::new(trace), crate::id::StoreId(0))
}

/// Whether anything but a fault happened.
pub fn is_eventful(trace: &Trace) -> bool {
    trace
        .facts
        .iter()
        .any(|fact| !matches!(fact.what, What::FaultBegan { .. } | What::FaultEnded { .. }))
}

/// What is read from each run of two scenarios is equal; an occasion is a run in which something happened.
pub fn equal<T: PartialEq + Debug>(
    one: &str,
    other: &str,
    of: impl Fn(&Trace) -> Vec<T>,
) -> Outcome {
    equal_but(one, other, &of, &of)
}

/// The same, read in another way from the second.
pub fn equal_but<T: PartialEq + Debug>(
    one: &str,
    other: &str,
    of: impl Fn(&Trace) -> Vec<T>,
    of_other: impl Fn(&Trace) -> Vec<T>,
) -> Outcome {
    let mut outcome = Outcome::Nothing;
    for (one, other) in traces(one, RUNS).iter().zip(&traces(other, RUNS)) {
        let (first, second) = (of(one), of_other(other));
        if first != second {
            let at = first
                .iter()
                .zip(&second)
                .position(|(first, second)| first != second)
                .unwrap_or(first.len().min(second.len()));
            return Outcome::Broken(format!(
                "number {at}: {:?} became {:?}",
                first.get(at),
                second.get(at)
            ));
        }
        if is_eventful(one) {
            outcome = Outcome::Holds;
        }
    }
    outcome
}

/// No number of the second is smaller than that of the first; an occasion is one that is larger.
pub fn no_smaller<T: PartialOrd + Debug>(
    one: &str,
    other: &str,
    of: impl Fn(&Trace) -> Vec<T>,
) -> Outcome {
    let mut outcome = Outcome::Nothing;
    for (one, other) in traces(one, RUNS).iter().zip(&traces(other, RUNS)) {
        for (at, (first, second)) in of(one).into_iter().zip(of(other)).enumerate() {
            if second < first {
                return Outcome::Broken(format!("number {at}: {first:?} became {second:?}"));
            }
            if second > first {
                outcome = Outcome::Holds;
            }
        }
    }
    outcome
}

/// Something is true of each run; `None`: the run gives no occasion.
pub fn always(text: &str, is_so: impl Fn(&Trace) -> Option<Result<(), String>>) -> Outcome {
    let mut outcome = Outcome::Nothing;
    for trace in &traces(text, RUNS) {
        match is_so(trace) {
            None => {}
            Some(Ok(())) => outcome = Outcome::Holds,
            Some(Err(how)) => return Outcome::Broken(how),
        }
    }
    outcome
}

/// How much larger a number of the second is, averaged over runs; runs in which both are zero say nothing.
pub fn difference(one: &str, other: &str, of: impl Fn(&Trace) -> f64) -> Outcome {
    let pairs = traces(one, MEAN_RUNS).into_iter().zip(traces(other, MEAN_RUNS));
    let pairs: Vec<(f64, f64)> = pairs.map(|(one, other)| (of(&one), of(&other))).collect();
    match pairs.iter().all(|pair| *pair == (0.0, 0.0)) {
        true => Outcome::Nothing,
        false => Outcome::Differs(
            pairs.iter().map(|(one, other)| other - one).sum::<f64>() / pairs.len() as f64,
        ),
    }
}

/// A design as text, changed.
pub fn changed(design: &Design, change: impl FnOnce(&mut Design)) -> String {
    let mut design = design.clone();
    change(&mut design);
    design.text()
}
