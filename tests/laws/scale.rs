//! Time has no scale of its own.

use crate::design::Design;
pub use crate::design::change::{scalable, scaled};
use crate::generate::designs;
use crate::running::{CASES, RUNS, Verdict, for_all, holds, length, recoveries, traces};
use mrsim::measure::phases::budget;
use mrsim::measure::{Replay, Scope, Served};
use mrsim::trace::{Trace, What};

/// A drawn time is rounded to a nanosecond: at most 1 ns off (uniform laws round down), so ten times it
/// is at most 10 ns off, and the one drawn ten times as long 1 ns more. A fact adds up as many draws
/// as its chain of causes and cache fills has; the bound is for 100 of them.
pub const TOLERANCE: u64 = 11 * 100;

fn close(what: &str, fast: u64, slow: u64, k: u64) -> Result<(), String> {
    holds((fast * k).abs_diff(slow) <= TOLERANCE, || {
        format!("{what}: {fast} ns x {k} is not {slow} ns")
    })
}

/// What happened without the numbers that are not recovery times: hops and lost writes.
fn plain(what: What) -> String {
    match what {
        What::WritesLost { store, .. } => format!("WritesLost {store:?}"),
        What::LostFromBefore { store, .. } => format!("LostFromBefore {store:?}"),
        What::Detoured { between, by, .. } => format!("Detoured {between:?} {by:?}"),
        What::ServiceChanged { seat, operation, served, main } => {
            format!(
                "ServiceChanged {seat:?} {operation:?} {served} {:?} {}",
                main.at,
                main.outcome.is_served()
            )
        }
        what => format!("{what:?}"),
    }
}

fn compare(fast: &Trace, slow: &Trace, k: u64) -> Result<usize, String> {
    for (one, other) in fast.facts.iter().zip(&slow.facts) {
        holds(plain(one.what) == plain(other.what) && one.cause == other.cause, || {
            format!("{one:?} became {other:?}")
        })?;
        close(&plain(one.what), one.at.as_nanos(), other.at.as_nanos(), k)?;
    }
    holds(fast.facts.len() == slow.facts.len(), || "one run has more facts".into())?;
    let (fast, slow) = (Replay::new(fast), Replay::new(slow));
    let mut recovered = 0;
    for (one, other) in recoveries(&fast).into_iter().zip(recoveries(&slow)) {
        let (one, other) = (length(one), length(other));
        holds(one.0 == other.0, || format!("recovery {one:?} became {other:?}"))?;
        close("recovery", one.1, other.1, k)?;
        recovered += usize::from(one.0 == 1);
    }
    for served in Served::EVERY {
        let budgets = [&fast, &slow].map(|run| budget(run, run.recovery(Scope::AllUsers, served)));
        if let [Some(fast), Some(slow)] = budgets {
            for (one, other) in fast.iter().zip(&slow) {
                close("phase", one.as_nanos(), other.as_nanos(), k)?;
            }
        }
    }
    Ok(recovered)
}

/// The law for lengths `k` times as long, of which `claimed` times as long is expected.
pub fn scales(design: &Design, k: u64, claimed: u64) -> Verdict {
    let mut recovered = 0;
    for (fast, slow) in traces(design, RUNS).iter().zip(&traces(&scaled(design, k), RUNS)) {
        recovered += compare(fast, slow, claimed)?;
    }
    Ok(recovered > 0)
}

/// When every length is ten times as long and every rate a tenth, every fact, recovery and phase of
/// every run comes ten times as late, up to the rounding of drawn times ([`TOLERANCE`]).
///
/// Because: draws do not depend on lengths, and nothing in the model has a length of its own.
/// Condition: lengths of faults are constant, since the stream of a fault is labelled with its
/// beginning, so a fault that begins ten times as late draws anew; the decision to promote takes
/// at least a second, the floor for trying a failed promotion again, which is not in the scenario; and
/// clients keep no connections, since one that gets none waits a second, which is not in the scenario
/// either, before it tries again (`controls` shows it).
/// Measured round trips stay as they are: they decide which region is nearest, not when anything happens.
#[test]
fn times_scale_with_lengths() {
    use proptest::strategy::Strategy;
    for_all(CASES, 0.5, designs().prop_map(scalable), |design| scales(design, 10, 10));
}
