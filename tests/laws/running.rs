//! Runs designs, holds laws against many of them, and tells facts without their numbers.

use crate::design::Design;
use mrsim::measure::{Recovery, Replay, Scope, Served};
use mrsim::scenario::Scenario;
use mrsim::trace::{Trace, What};
use mrsim::world::{self, Stage};
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};
use std::cell::Cell;
use std::sync::Arc;

/// The seed of every run in these laws.
pub const SEED: u64 = 20_260_101;
/// Random designs per law.
pub const CASES: u32 = 96;
/// Runs of each design, for laws that hold run by run.
pub const RUNS: u64 = 4;

/// What a law says of a design: `Ok(false)` when it gave no occasion, `Err` with what was broken.
pub type Verdict = Result<bool, String>;

/// Breaks the law with a sentence unless the condition holds.
pub fn holds(condition: bool, sentence: impl FnOnce() -> String) -> Result<(), String> {
    if condition { Ok(()) } else { Err(sentence()) }
}

/// Holds a law against random designs, of which at least this share has to give an occasion.
pub fn for_all(
    cases: u32,
    least_occasions: f64,
    designs: impl Strategy<Value = Design>,
    law: impl Fn(&Design) -> Verdict,
) {
    let occasions = Cell::new(0u32);
    let config = Config {
        cases,
        rng_seed: RngSeed::Fixed(7),
        failure_persistence: None,
        max_shrink_iters: 4_000,
        ..Config::default()
    };
    let result = TestRunner::new(config).run(&designs, |design| match law(&design) {
        Ok(occasion) => {
            occasions.set(occasions.get() + u32::from(occasion));
            Ok(())
        }
        Err(broken) => Err(TestCaseError::fail(broken)),
    });
    if let Err(broken) = result {
        panic!("{broken}");
    }
    let share = f64::from(occasions.get()) / f64::from(cases);
    assert!(
        share >= least_occasions,
        "only {} of {cases} designs gave an occasion",
        occasions.get()
    );
}

/// The scenario of a design: every design has to be a valid one.
pub fn stage(design: &Design) -> Stage {
    let text = design.text();
    Stage::new(Arc::new(
        Scenario::parse(&text).unwrap_or_else(|problems| panic!("{problems:#?}\n{text}")),
    ))
}

/// One run.
pub fn trace(stage: &Stage, run: u64) -> Trace {
    world::run(stage, SEED, run).expect("small designs stay below the limits")
}

/// The first few runs of a design.
pub fn traces(design: &Design, runs: u64) -> Vec<Trace> {
    let stage = stage(design);
    (0..runs).map(|run| trace(&stage, run)).collect()
}

/// All recoveries of a run: all users, then each population; all requests, reads, writes.
pub fn recoveries(replay: &Replay) -> Vec<Recovery> {
    let populations = (0..replay.trace.cast.populations.len())
        .map(|index| Scope::Population(mrsim::id::PopulationId::at(index)));
    std::iter::once(Scope::AllUsers)
        .chain(populations)
        .flat_map(|scope| Served::EVERY.map(|served| replay.recovery(scope, served)))
        .collect()
}

/// The kind and the length of a recovery, without the fact that made it.
pub fn length(recovery: Recovery) -> (u8, u64) {
    match recovery {
        Recovery::NoInterruption => (0, 0),
        Recovery::After { time, .. } => (1, time.as_nanos()),
        Recovery::NotWithin { time, .. } => (2, time.as_nanos()),
    }
}

/// A fact with its cause by content: ids differ between designs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    pub at: u64,
    pub what: What,
    pub cause: Option<(u64, What)>,
}

/// The facts of a run as `rename` tells them; facts that it does not tell are left out. A cause that
/// it does not tell shows as itself.
pub fn tell(trace: &Trace, rename: impl Fn(What) -> Option<What>) -> Vec<Told> {
    let cause = |id: mrsim::trace::FactId| {
        let fact = &trace.facts[id.0 as usize];
        (fact.at.as_nanos(), rename(fact.what).unwrap_or(fact.what))
    };
    let told = |fact: &mrsim::trace::Fact| {
        Some(Told {
            at: fact.at.as_nanos(),
            what: rename(fact.what)?,
            cause: fact.cause.map(cause),
        })
    };
    trace.facts.iter().filter_map(told).collect()
}

/// The first difference between two lists, in words.
pub fn same<T: PartialEq + std::fmt::Debug>(
    what: &str,
    one: &[T],
    other: &[T],
) -> Result<(), String> {
    if let Some(index) = (0..one.len().min(other.len())).find(|index| one[*index] != other[*index])
    {
        return Err(format!("{what} {index} differs:\n  {:?}\n  {:?}", one[index], other[index]));
    }
    holds(one.len() == other.len(), || {
        format!(
            "{what}: {} against {}; the next: {:?}",
            one.len(),
            other.len(),
            one.get(other.len()).or(other.get(one.len()))
        )
    })
}
