//! Changes that draw anew and still change nothing in law: means over runs agree within 4 standard errors.

pub use crate::design::change::{halvable, shifted, split};
use crate::design::{Design, SECOND};
use crate::generate::{designs, struck};
use crate::running::{Verdict, for_all, holds, stage, trace};
use crate::slower::paired;
use mrsim::measure::{Recovery, Replay, Scope, Served};
use mrsim::trace::Trace;
use proptest::strategy::Strategy;

const RUNS: u64 = 100;
const CASES: u32 = 64;

/// Time until recovery in seconds, cut off at the end of the run; nothing without interruption.
fn seconds(trace: &Trace, served: Served) -> f64 {
    match Replay::new(trace).recovery(Scope::AllUsers, served) {
        Recovery::NoInterruption => 0.0,
        Recovery::After { time, .. } | Recovery::NotWithin { time, .. } => time.seconds(),
    }
}

/// The mean recovery times of the two designs agree within 4 standard errors of the difference of
/// their runs, taken in pairs: runs share draws, and pairs of runs are independent of one another.
pub fn same_means(one: &Design, other: &Design) -> Verdict {
    let stages = [stage(one), stage(other)];
    let runs: Vec<[Trace; 2]> =
        (0..RUNS).map(|run| [trace(&stages[0], run), trace(&stages[1], run)]).collect();
    let mut varies = false;
    for served in Served::EVERY {
        let pairs: Vec<(f64, f64)> = runs
            .iter()
            .map(|[one, other]| (seconds(one, served), seconds(other, served)))
            .collect();
        let (mean, error) = paired(&pairs);
        varies |= error > 0.0;
        // A millionth of a second for times that are constant up to rounding.
        holds(mean.abs() <= 4.0 * error + 1e-6, || {
            format!("{}: the mean changed by {mean} s, standard error {error}", served.label())
        })?;
    }
    Ok(varies)
}

/// A population split in two halves at the same place, each with half the users and half the caches,
/// recovers alike in law: not run by run, since the twin draws from a stream of its own.
/// Because: cohorts are alike and independent. Condition: users and caches can be halved evenly, so
/// that every cohort keeps its size and its questions.
#[test]
fn a_split_population_recovers_alike_in_law() {
    for_all(2 * CASES, 0.2, designs().prop_map(halvable), |design| {
        same_means(design, &split(design))
    });
}

/// All faults moved by the same time, the run lengthened alike: recovery times keep their law.
/// Because: probes, caches and lags start in their stationary law. Not run by run: phases meet the
/// fault elsewhere, and a fault that begins elsewhere draws its length anew. Without condition.
#[test]
fn a_later_fault_recovers_alike_in_law() {
    for_all(CASES, 0.5, designs().prop_map(struck), |design| {
        same_means(design, &shifted(design, 457 * SECOND))
    });
}

/// The same for a move by less than any cycle, and to a time long after the start.
#[test]
fn a_much_later_fault_recovers_alike_in_law() {
    for_all(CASES, 0.5, designs().prop_map(struck), |design| {
        same_means(&shifted(design, 1_713_000_000), &shifted(design, 5_000 * SECOND))
    });
}
