//! What ends, ends at base.

use crate::design::{Breaks, Design, Fault, SECOND, Span};
use crate::generate::{designs, single_outages};
use crate::running::{CASES, RUNS, Verdict, for_all, holds, length, recoveries, traces};
use mrsim::measure::Replay;
use mrsim::trace::{Trace, What};
use mrsim::units::{Duration, Instant};
use proptest::strategy::Strategy;

/// Every fault is over by half of the run, every check's opinion has followed, and nobody is promoted.
fn passing(mut design: Design) -> Design {
    for fault in &mut design.faults {
        fault.lasting = match fault.lasting {
            Span::Constant(length) => Span::Constant(length.min(600 * SECOND)),
            Span::Uniform(from, to) => Span::Uniform(from, to.min(600 * SECOND).max(from)),
            Span::Exponential(centre) | Span::Lognormal(centre, _) => Span::Uniform(0, centre),
        };
    }
    design.stores.iter_mut().for_each(|store| store.promotion = None);
    design.run = 4 * 3_600 * SECOND;
    design.step = 120 * SECOND;
    design.without_idle_checks()
}

/// The state at the end is that of the start: outcomes always, users' whereabouts unless they are drawn.
fn ends_at_base(design: &Design) -> Verdict {
    let mut disturbed = false;
    for trace in &traces(design, RUNS) {
        let (regions, outcomes) = at_the_end(trace);
        holds(outcomes == trace.start_outcome, || format!("outcomes end at {outcomes:?}, began at {:?}", trace.start_outcome))?;
        holds(design.is_drawn() || regions == trace.start_region, || "some users did not come back".into())?;
        for check in 0..trace.cast.checks.len() {
            let last = |what: &What| matches!(what, What::Published { check: of, .. } if of.index() == check);
            let published = trace.facts.iter().rev().find(|fact| last(&fact.what));
            holds(published.is_none_or(|fact| matches!(fact.what, What::Published { healthy: true, .. })), || format!("check {check} ends unhealthy"))?;
        }
        disturbed |= trace.facts.iter().any(|fact| matches!(fact.what, What::ServiceChanged { .. }));
    }
    Ok(disturbed)
}

fn at_the_end(trace: &Trace) -> (Vec<mrsim::id::RegionId>, Vec<mrsim::trace::Outcome>) {
    let (mut regions, mut outcomes) = (trace.start_region.clone(), trace.start_outcome.clone());
    for fact in &trace.facts {
        match fact.what {
            What::UsersMoved { cohort, to, .. } => regions[cohort.index()] = to,
            What::ServiceChanged { group, region, operation, outcome } => outcomes[trace.cast.service_index(group, region, operation)] = outcome,
            _ => {}
        }
    }
    (regions, outcomes)
}

/// Overlapping faults end at base: after all are over, every request meets what it met at the start,
/// name servers believe every region healthy, and users are back where they were. Because: faults are
/// sets of effects that are counted, and beliefs follow the truth. Condition: nobody is promoted (a
/// promotion stays), faults and what follows from them are over well before the end, and for the
/// whereabouts a policy that is not drawn.
#[test]
fn overlapping_faults_end_at_base() {
    for_all(CASES, 0.7, designs().prop_map(passing), ends_at_base);
}

/// The same with many faults of one region and its links on top of one another.
#[test]
fn a_pile_of_faults_ends_at_base() {
    let pile = designs().prop_map(|design| {
        let mut design = passing(design);
        let fault = |index: u64, breaks| Fault { breaks, at: (60 + 7 * index) * SECOND, lasting: Span::Uniform(SECOND, 400 * SECOND) };
        design.faults = (0..6).map(|index| fault(index, Breaks::Outage { region: 0, dark: index % 2 == 0 })).collect();
        design
            .faults
            .extend((6..12).map(|index| fault(index, Breaks::Cut { from: (index % 2) as usize, to: vec![1 - (index % 2) as usize], both: index % 3 == 0 })));
        design
    });
    for_all(64, 0.9, pile, ends_at_base);
}

/// From the start of a probe to the start of the next, during the outage.
fn cycle(design: &Design, dark: bool) -> u64 {
    let check = &design.checks[0];
    if check.fixed { check.interval } else { check.interval + if dark { check.timeout } else { check.response } }
}

/// One outage that lasts exactly as long as the first check's checkers need for one probe less than
/// their threshold; without drawn answers.
fn unnoticed(mut design: Design, rows: u64) -> Option<Design> {
    let first = design.checks.first_mut()?;
    first.threshold += 1;
    let (region, threshold, dark) = (first.region, first.threshold, design.ttl.is_multiple_of(2));
    design.faults.truncate(1);
    design.faults[0].breaks = Breaks::Outage { region, dark };
    design.faults[0].lasting = Span::Constant((threshold - 1 + rows) * cycle(&design, dark));
    (!design.is_drawn()).then_some(design)
}

/// Nothing is believed, published, moved or promoted, and whoever was interrupted is back exactly when the fault ends.
pub fn nobody_notices(design: &Design, rows: u64) -> Verdict {
    let Some(design) = unnoticed(design.clone(), rows) else { return Ok(false) };
    let Span::Constant(lasting) = design.faults[0].lasting else { return Ok(false) };
    let mut interrupted = false;
    for trace in &traces(&design, RUNS) {
        let beyond = trace.facts.iter().find(|fact| !matches!(fact.what, What::FaultBegan { .. } | What::FaultEnded { .. } | What::ServiceChanged { .. }));
        holds(beyond.is_none(), || format!("an outage of {} was noticed: {beyond:?}", Duration::from_nanos(lasting)))?;
        let ended = Instant::from_nanos(design.faults[0].at + lasting);
        let lived_to_see = trace.end().since(ended).as_nanos() >= design.hold;
        for recovery in recoveries(&Replay::new(trace)).into_iter().map(length).filter(|recovery| lived_to_see && recovery.0 > 0) {
            holds(recovery == (1, lasting), || format!("recovered {recovery:?} from an outage of {lasting} ns"))?;
            interrupted = true;
        }
    }
    Ok(interrupted)
}

/// An outage of threshold - 1 cycles is never noticed: nothing is published, nobody moves, and service
/// is back the instant it ends. Because: at most threshold - 1 probes of a checker begin during it
/// (one at its very end meets the region repaired), too few to change an opinion. Condition: a
/// threshold of 2 or more, and one check for the region; drawn answers move users without any fault.
#[test]
fn an_outage_shorter_than_its_detection_is_never_published() {
    for_all(2 * CASES, 0.3, single_outages(), |design| nobody_notices(design, 0));
}
