//! How the recoveries of reads, writes and all requests hang together.

use crate::design::Design;
use crate::generate::designs;
use crate::naive::Counted;
use crate::running::{CASES, RUNS, Verdict, for_all, holds, traces};
use mrsim::id::PopulationId;
use mrsim::measure::{Scope, Served};
use mrsim::trace::Trace;
use mrsim::units::Instant;
use proptest::strategy::Strategy;

/// A time to recovery for comparisons: `None` without interruption, the largest when not within the run.
fn ordered((kind, nanos): (u8, u64)) -> Option<u64> {
    [None, Some(nanos), Some(u64::MAX)][usize::from(kind)]
}

/// While `outer` is up whenever `inner` is: `outer` recovers no later, if it was interrupted before `inner` was back.
fn no_later(
    trace: &Trace,
    counted: &Counted,
    outer: (Scope, Served),
    inner: (Scope, Served),
) -> Verdict {
    let fault = trace.cast.first_fault.expect("these designs have a fault");
    let [out, inn] = [outer, inner].map(|(scope, served)| counted.interruption(scope, served));
    let (Some(began), Some(outer_back), inner_back) =
        (out.began, ordered(out.recovery), ordered(inn.recovery))
    else {
        return Ok(false);
    };
    // What is down takes down what lies within it.
    let inner_back =
        inner_back.ok_or(format!("{outer:?} was interrupted and {inner:?} was not"))?;
    if inner_back != u64::MAX && began > fault + mrsim::units::Duration::from_nanos(inner_back) {
        return Ok(false);
    }
    holds(outer_back <= inner_back, || {
        format!("{outer:?} back after {outer_back} ns, {inner:?} after {inner_back} ns")
    })?;
    Ok(outer_back < inner_back)
}

/// A design where every population reads and writes: without writes "all" is "reads".
fn reading_and_writing(mut design: Design) -> Design {
    if !design.stores.is_empty() {
        design
            .populations
            .iter_mut()
            .for_each(|population| population.writes = population.writes.max(1_000_000));
    }
    design
}

fn reads_all_writes(design: &Design) -> Verdict {
    let mut apart = false;
    for trace in traces(design, RUNS).iter().filter(|_| !design.stores.is_empty()) {
        let counted = Counted::new(trace);
        for scope in (0..trace.cast.populations.len())
            .map(|index| Scope::Population(PopulationId::at(index)))
        {
            apart |= no_later(trace, &counted, (scope, Served::Reads), (scope, Served::All))?;
            apart |= no_later(trace, &counted, (scope, Served::All), (scope, Served::Writes))?;
        }
    }
    Ok(apart)
}

/// Of one population, reads recover no later than all requests, and those no later than writes.
///
/// Because: wherever a write is served a read is (the writer answers both), so the share of reads
/// served is never below that of writes, and "all" lies between. Condition: the outer one is
/// interrupted before the inner one is back; a second fault that interrupts only later begins a later
/// recovery. Of several populations with different mixes it does not hold: shares of reads and of
/// writes then weigh the populations differently.
#[test]
fn reads_recover_no_later_than_all_and_all_no_later_than_writes() {
    for_all(2 * CASES, 0.1, designs().prop_map(reading_and_writing), reads_all_writes);
}

fn complete(mut design: Design) -> Design {
    design.threshold_percent = 100;
    reading_and_writing(design)
}

/// The recovery of all requests of all users is no earlier than that of any part.
pub fn all_wait_for_the_last(design: &Design) -> Verdict {
    let mut apart = false;
    for trace in &traces(design, RUNS) {
        let counted = Counted::new(trace);
        let everything = (Scope::AllUsers, Served::All);
        let populations = (0..trace.cast.populations.len())
            .map(|index| Scope::Population(PopulationId::at(index)));
        for scope in std::iter::once(Scope::AllUsers).chain(populations) {
            for served in Served::EVERY {
                apart |= no_later(trace, &counted, (scope, served), everything)?;
            }
        }
    }
    Ok(apart)
}

/// When the threshold is 100%, everything together recovers no earlier than any operation or population.
///
/// Because: everything is up exactly when every part is. With a lower threshold a part that is a
/// small share of the requests may be down while the whole counts as up: no such law
/// (`controls` shows it). Condition: the part is interrupted before the whole is back.
#[test]
fn at_a_threshold_of_all_the_whole_waits_for_the_last_part() {
    for_all(CASES, 0.2, designs().prop_map(complete), all_wait_for_the_last);
}

/// All requests recover between the first and the last of reads and writes, when the three are
/// interrupted at the same instant, that of the fault, and stay up once they are back.
///
/// Because: the share of all is a mean of the two shares, so it reaches the threshold no earlier than
/// the first and no later than the last of them. Staying up matters: reads and writes that are up in
/// turns may never be up together for the hold time, and the hold time of the whole may span both.
#[test]
fn all_requests_recover_between_reads_and_writes() {
    let design = crate::generate::single_outages().prop_map(reading_and_writing);
    for_all(CASES, 0.15, design, |design| {
        let mut between = false;
        for trace in &traces(design, RUNS) {
            let counted = Counted::new(trace);
            let [all, reads, writes] =
                Served::EVERY.map(|served| counted.interruption(Scope::AllUsers, served));
            let together =
                [all, reads, writes].iter().all(|one| one.began == trace.cast.first_fault);
            if !together || returns(trace, &counted).iter().any(|times| *times > 1) {
                continue;
            }
            let [all, reads, writes] = [all, reads, writes].map(|one| ordered(one.recovery));
            holds(reads.min(writes) <= all && all <= reads.max(writes), || {
                format!("all {all:?}, reads {reads:?}, writes {writes:?}")
            })?;
            between = true;
        }
        Ok(between)
    });
}

/// How often all requests, reads and writes came up after the fault.
fn returns(trace: &Trace, counted: &Counted) -> [usize; 3] {
    let fault = trace.cast.first_fault.unwrap_or(Instant::START);
    Served::EVERY.map(|served| counted.returns(Scope::AllUsers, served, fault))
}
