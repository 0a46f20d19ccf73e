//! When nothing is under way, nothing is lost.

pub use crate::design::change::{instant_replication, waiting};
use crate::design::{Design, SECOND};
use crate::generate::designs;
use crate::running::{CASES, RUNS, Verdict, for_all, holds, traces};
use mrsim::measure::Replay;
use mrsim::measure::loss::{RPO_SECONDS, RPO_WRITES};
use mrsim::trace::What;
use proptest::strategy::Strategy;

/// RPO is zero, not absent, where somebody was promoted; absent, not zero, where nobody was.
pub fn loses_nothing(design: &Design) -> Verdict {
    let mut promoted = false;
    for trace in &traces(design, RUNS) {
        let run = Replay::new(trace);
        let was_promoted =
            trace.facts.iter().any(|fact| matches!(fact.what, What::Promoted { .. }));
        let expected = was_promoted.then_some(0.0);
        for (measure, found) in [("seconds", RPO_SECONDS.of(&run)), ("writes", RPO_WRITES.of(&run))]
        {
            holds(found.map(|number| number.value) == expected, || {
                format!("RPO in {measure} is {found:?}, expected {expected:?}")
            })?;
        }
        promoted |= was_promoted;
    }
    Ok(promoted)
}

/// With zero lag and links that take no time nothing is lost, whatever the order of application.
/// Because: every write is applied at the instant at which it is acknowledged. Condition: only the
/// writer's region breaks; a writer that lives on behind a cut link, or a replica that is down,
/// acknowledges writes that the replica lacks at any lag.
#[test]
fn zero_lag_loses_nothing() {
    for_all(2 * CASES, 0.15, designs().prop_map(instant_replication), loses_nothing);
}

/// Whoever is promoted lacks nothing that was acknowledged.
pub fn keeps_what_it_acknowledged(design: &Design) -> Verdict {
    let mut promoted = false;
    for trace in &traces(design, RUNS) {
        for fact in &trace.facts {
            let What::WritesLost { writes, age, .. } = fact.what else { continue };
            holds(writes == 0 && age.is_zero(), || {
                format!("{writes} acknowledged writes lost at {}, the oldest {age} old", fact.at)
            })?;
            promoted = true;
        }
    }
    Ok(promoted)
}

/// A writer that waits for replicas without a limit never loses an acknowledged write, whatever breaks, how often and in which order.
/// Because: each was taken by `acks` replicas, and whoever is promoted sees one of them.
#[test]
fn whoever_waits_without_a_limit_loses_nothing() {
    for acks in 1..=3 {
        for_all(
            CASES,
            0.15,
            designs().prop_map(move |design| waiting(design, acks, None)),
            keeps_what_it_acknowledged,
        );
    }
}

/// The control: with a timeout some design loses some write.
#[test]
#[should_panic(expected = "acknowledged writes lost")]
fn whoever_waits_for_ten_seconds_may_lose_something() {
    for_all(
        2 * CASES,
        0.0,
        designs().prop_map(|design| waiting(design, 1, Some(10 * SECOND))),
        keeps_what_it_acknowledged,
    );
}

/// Books balance for writers that wait, hang, go on alone and wait again.
#[test]
fn the_books_of_writers_that_wait_balance() {
    for_all(
        CASES,
        0.3,
        designs().prop_map(|design| waiting(design, 1, Some(10 * SECOND))),
        crate::books::ledgers_and_losses,
    );
}
