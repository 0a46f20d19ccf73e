//! Campaigns: many runs of one scenario, in threads, folded in run order into one report.
//!
//! ```text
//!  seed, runs --> blocks of runs --rayon--> RunNumbers --in run order--> Pool --> Report
//! ```
//!
//! A comparison does so with several scenarios with common random numbers, and pairs their runs.
//!
//! Threads only compute runs; everything is folded in the order of the runs, so the result does not
//! depend on how many threads there were.

mod advice;
mod charts;
mod compare;
mod consistency;
mod digest;
pub mod estimates;
pub mod fold;
mod marks;
mod numbers;
mod pool;
pub mod quorum;
pub mod statistics;
mod stopped;
mod summary;
mod users;
mod verdicts;

pub use compare::compare;
pub use numbers::RunNumbers;
pub use pool::Pool;
pub use stopped::Stopped;
pub use users::UserPool;

use crate::report::Report;
use crate::scenario::Scenario;
use crate::trace::Trace;
use crate::world::{self, Stage};
use rayon::ThreadPool;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::Arc;

/// How to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    pub seed: u64,
    /// 1 or more.
    pub runs: u64,
    /// 0: one per core.
    pub threads: usize,
}

impl Default for Settings {
    /// A thousand runs give a 99th percentile with both bounds (368 are needed) within seconds.
    fn default() -> Self {
        Settings { seed: 1, runs: 1_000, threads: 0 }
    }
}

/// Hears of progress, and may ask for an early end.
pub trait Observer: Sync {
    /// So many runs are done.
    fn runs_done(&self, done: u64, asked: u64);
    /// True: finish the current block and report what is done.
    fn wants_stop(&self) -> bool;
}

/// An observer that lets everything run.
pub struct Quiet;

impl Observer for Quiet {
    fn runs_done(&self, _done: u64, _asked: u64) {}
    fn wants_stop(&self) -> bool {
        false
    }
}

/// Runs between two looks at the observer.
const BLOCK: u64 = 64;

/// Runs a campaign. `name` is the scenario's name in the report. An interrupted campaign reports the
/// runs that were done, in run order, marked partial.
pub fn run(
    name: &str,
    scenario: &Arc<Scenario>,
    settings: &Settings,
    observer: &dyn Observer,
) -> Result<Report, Stopped> {
    let stage = Stage::new(scenario.clone());
    let threads = threads(settings)?;
    let mut pool = Pool::new(&stage);
    in_blocks(settings, observer, |block| {
        add_runs(&mut pool, &stage, settings.seed, block, &threads)
    })?;
    Ok(summary::report(name, &stage, settings, pool))
}

/// What `of` reads from the trace of each run, in run order. Fewer than asked for where the observer wanted an early
/// end; it is not told of progress, since nobody waits for runs that are one number among many.
pub fn readings<T: Send>(
    stage: &Stage,
    settings: &Settings,
    observer: &dyn Observer,
    of: impl Fn(&Trace) -> T + Sync,
) -> Result<Vec<T>, Stopped> {
    let threads = threads(settings)?;
    let mut readings = Vec::new();
    in_blocks(settings, &Silent(observer), |block| {
        let read = || {
            block
                .into_par_iter()
                .map(|run| Ok(of(&world::run(stage, settings.seed, run)?)))
                .collect()
        };
        let of_block: Result<Vec<T>, Stopped> = threads.install(read);
        readings.extend(of_block?);
        Ok(())
    })?;
    Ok(readings)
}

/// What `of` gives for each number below `count`, worked out in threads, in the order of the numbers. `None`: the observer
/// wanted an early end; it is not told of progress.
pub fn each<T: Send>(
    count: u64,
    workers: usize,
    observer: &dyn Observer,
    of: impl Fn(u64) -> T + Sync,
) -> Result<Option<Vec<T>>, Stopped> {
    let settings = Settings { runs: count, threads: workers, ..Settings::default() };
    let threads = threads(&settings)?;
    let mut found = Vec::new();
    in_blocks(&settings, &Silent(observer), |block| {
        found.extend(threads.install(|| block.into_par_iter().map(&of).collect::<Vec<T>>()));
        Ok(())
    })?;
    Ok((found.len() as u64 == count).then_some(found))
}

/// An observer that hears of nothing and may still ask for an early end.
struct Silent<'o>(&'o dyn Observer);

impl Observer for Silent<'_> {
    fn runs_done(&self, _done: u64, _asked: u64) {}
    fn wants_stop(&self) -> bool {
        self.0.wants_stop()
    }
}

fn threads(settings: &Settings) -> Result<ThreadPool, Stopped> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(settings.threads)
        .build()
        .map_err(|error| Stopped::Threads { asked: settings.threads, why: error.to_string() })
}

/// All runs, block by block, with a look at the observer after each; the first is done in any case.
fn in_blocks(
    settings: &Settings,
    observer: &dyn Observer,
    mut work: impl FnMut(Range<u64>) -> Result<(), Stopped>,
) -> Result<(), Stopped> {
    assert!(settings.runs > 0, "a campaign has at least one run");
    let mut done = 0;
    while done < settings.runs && (done == 0 || !observer.wants_stop()) {
        let block = done..(done + BLOCK).min(settings.runs);
        done = block.end;
        work(block)?;
        observer.runs_done(done, settings.runs);
    }
    Ok(())
}

/// Runs in threads, added in run order.
fn add_runs(
    pool: &mut Pool,
    stage: &Stage,
    seed: u64,
    runs: Range<u64>,
    threads: &ThreadPool,
) -> Result<(), Stopped> {
    let numbers: Result<Vec<RunNumbers>, Stopped> = threads.install(|| {
        runs.into_par_iter().map(|run| Ok(RunNumbers::of(&world::run(stage, seed, run)?))).collect()
    });
    for run in numbers? {
        pool.add(run);
    }
    Ok(())
}
