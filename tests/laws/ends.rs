//! What ends, ends at base.

use crate::design::{Breaks, Check, Design, Fault, How, SECOND, Span};
use crate::generate::{busy, designs, single_outages, struck};
use crate::running::{
    CASES, RUNS, Verdict, for_all, holds, length, recoveries, stage, trace, traces,
};
use crate::whole;
use mrsim::id::SeatId;
use mrsim::measure::Replay;
use mrsim::trace::{Ending, Operation, Trace, What};
use mrsim::units::{Duration, Instant, Share};
use proptest::strategy::Strategy;

/// Every fault is over by half of the run, every check's opinion has followed, no replica is promoted, and no
/// connection is kept for ever.
fn passing(mut design: Design) -> Design {
    for fault in &mut design.faults {
        fault.lasting = match fault.lasting {
            Span::Constant(length) => Span::Constant(length.min(600 * SECOND)),
            Span::Uniform(from, to) => Span::Uniform(from, to.min(600 * SECOND).max(from)),
            Span::Exponential(centre) | Span::Lognormal(centre, _) => Span::Uniform(0, centre),
        };
    }
    let clients = design.populations.iter_mut().filter_map(|population| population.client.as_mut());
    clients
        .filter_map(|client| client.connections.as_mut())
        .for_each(|kept| kept.at_most = kept.at_most.or(Some(600 * SECOND)));
    design.stores.iter_mut().for_each(|store| store.promotion = None);
    design.run = 4 * 3_600 * SECOND;
    design.step = 120 * SECOND;
    design.without_idle_checks()
}

/// The state at the end is that of a world where nothing is broken, on every seat that was ever taken; users'
/// whereabouts are those of the start unless they are drawn.
fn ends_at_base(design: &Design) -> Verdict {
    let mut disturbed = false;
    let stage = stage(design);
    for trace in &(0..RUNS).map(|run| trace(&stage, run)).collect::<Vec<_>>() {
        let end = at_the_end(trace);
        for (seat, told) in trace.seats.iter().zip(&end.told) {
            for operation in Operation::BOTH {
                let (served, main) = told[operation as usize];
                let base = whole::ending(&stage, seat, operation);
                let is_base = served == Share::ALL && main.is_none_or(|main| main == base);
                holds(is_base, || {
                    format!(
                        "{seat:?}, {operation:?}: {served} and {main:?} at the end, {base:?} at base"
                    )
                })?;
            }
        }
        holds(design.is_drawn() || end.seats == trace.start_seat, || {
            "some users did not come back".into()
        })?;
        let last = trace.steps.len() - 1;
        for count in trace.counts.iter().filter(|count| count.step as usize == last) {
            let seat = trace
                .seats
                .iter()
                .find(|seat| seat.population == count.population && seat.region == count.ending.at);
            let base = seat.map(|seat| whole::ending(&stage, seat, count.operation));
            holds(base == Some(count.ending), || {
                format!("{count:?} in the last step, {base:?} at base")
            })?;
        }
        for check in 0..trace.cast.checks.len() {
            let last = |what: &What| matches!(what, What::Published { check: of, .. } if of.index() == check);
            let published = trace.facts.iter().rev().find(|fact| last(&fact.what));
            holds(
                published
                    .is_none_or(|fact| matches!(fact.what, What::Published { healthy: true, .. })),
                || format!("check {check} ends unhealthy"),
            )?;
        }
        disturbed |=
            trace.facts.iter().any(|fact| matches!(fact.what, What::ServiceChanged { .. }));
    }
    Ok(disturbed)
}

/// Where cohorts are at the end, and by seat and operation the share served and, if it was ever told, the
/// ending of most requests.
struct AtTheEnd {
    seats: Vec<SeatId>,
    told: Vec<[(Share, Option<Ending>); 2]>,
}

fn at_the_end(trace: &Trace) -> AtTheEnd {
    let told =
        trace.seats.iter().map(|seat| seat.served_at_first.map(|share| (share, None))).collect();
    let mut end = AtTheEnd { seats: trace.start_seat.clone(), told };
    for fact in &trace.facts {
        match fact.what {
            What::UsersMoved { cohort, to, .. } => end.seats[cohort.index()] = to,
            What::ServiceChanged { seat, operation, served, main } => {
                end.told[seat.index()][operation as usize] = (served, Some(main))
            }
            _ => {}
        }
    }
    end
}

/// Overlapping faults end at base: after all are over, every request meets what it meets in a whole world,
/// name servers believe every region healthy, and users are back where they were. Because: faults are
/// sets of effects that are counted, and beliefs follow the truth. Condition: no replica is promoted (a
/// promotion stays), faults and what follows from them are over well before the end, and for the
/// whereabouts a policy that is not drawn.
#[test]
fn overlapping_faults_end_at_base() {
    for_all(CASES, 0.7, designs().prop_map(struck).prop_map(passing), ends_at_base);
}

/// The same with many faults of one region and its links on top of one another.
#[test]
fn a_pile_of_faults_ends_at_base() {
    let pile = designs().prop_map(|design| {
        let mut design = passing(design);
        let fault = |index: u64, breaks| Fault {
            breaks,
            at: (60 + 7 * index) * SECOND,
            lasting: Span::Uniform(SECOND, 400 * SECOND),
        };
        let ways = [
            How::BlackHole,
            How::FastFail,
            How::Errors,
            How::Hang(SECOND),
            How::WrongContent,
            How::BlackHole,
        ];
        let (region, other) = (busy(&design), usize::from(busy(&design) == 0));
        design.faults = (0..6)
            .zip(ways)
            .map(|(index, how)| fault(index, Breaks::Outage { region, how }))
            .collect();
        design.faults.extend((6..12).map(|index| {
            let (from, to) = if index % 2 == 0 { (region, other) } else { (other, region) };
            fault(index, Breaks::Cut { from, to: vec![to], both: index % 3 == 0 })
        }));
        design
    });
    for_all(64, 0.9, pile, ends_at_base);
}

/// From the start of a probe to the start of the next, during the outage.
fn cycle(check: &Check, how: How) -> u64 {
    let length = match how {
        How::BlackHole => check.timeout,
        How::FastFail | How::Errors | How::WrongContent => check.response,
        How::Hang(accepts) if accepts > check.timeout => check.timeout,
        How::Hang(accepts) => accepts + check.answer_timeout,
    };
    if check.fixed { check.interval } else { check.interval + length }
}

/// One outage that lasts exactly as long as the first check's checkers need for one probe less than
/// their threshold; without drawn answers.
fn unnoticed(mut design: Design, rows: u64) -> Option<Design> {
    let first = design.checks.first_mut()?;
    first.threshold += 1;
    let region = first.region;
    design.faults.truncate(1);
    let Breaks::Outage { how, .. } = design.faults[0].breaks else { return None };
    let lasting = (first.threshold - 1 + rows) * cycle(first, how);
    design.faults[0].breaks = Breaks::Outage { region, how };
    design.faults[0].lasting = Span::Constant(lasting);
    (!design.is_drawn()).then_some(design)
}

/// Nothing is believed, published, moved or promoted, and whoever was interrupted is back exactly when the fault ends.
pub fn nobody_notices(design: &Design, rows: u64) -> Verdict {
    let Some(design) = unnoticed(design.clone(), rows) else { return Ok(false) };
    let Span::Constant(lasting) = design.faults[0].lasting else { return Ok(false) };
    let mut interrupted = false;
    for trace in &traces(&design, RUNS) {
        let beyond = trace.facts.iter().find(|fact| {
            !matches!(
                fact.what,
                What::FaultBegan { .. } | What::FaultEnded { .. } | What::ServiceChanged { .. }
            )
        });
        holds(beyond.is_none(), || {
            format!("an outage of {} was noticed: {beyond:?}", Duration::from_nanos(lasting))
        })?;
        let ended = Instant::from_nanos(design.faults[0].at + lasting);
        let lived_to_see = trace.end().since(ended).as_nanos() >= design.hold;
        for recovery in recoveries(&Replay::new(trace))
            .into_iter()
            .map(length)
            .filter(|recovery| lived_to_see && recovery.0 > 0)
        {
            holds(recovery == (1, lasting), || {
                format!("recovered {recovery:?} from an outage of {lasting} ns")
            })?;
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
