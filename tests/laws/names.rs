//! Names, idle regions and numbers of users have no effect on what happens.

pub use crate::design::change::{even, with_idle_region, with_users};
use crate::design::{Breaks, Design};
use crate::generate::designs;
use crate::running::{
    CASES, RUNS, Told, Verdict, for_all, holds, length, recoveries, same, tell, traces,
};
use crate::seats::Renumbered;
use mrsim::id::RegionId;
use mrsim::measure::Replay;
use mrsim::trace::{Count, Ending, Outcome, Presence, Seat, Trace, What};
use mrsim::units::Duration;
use proptest::strategy::Strategy;

/// Everything that two runs of the same world have in common.
fn same_run(one: &Trace, other: &Trace) -> Result<(), String> {
    same("seat", &unlabelled(one)?, &unlabelled(other)?)?;
    same("start", &one.start_seat, &other.start_seat)?;
    same("fact", &one.facts, &other.facts)?;
    same("step", &one.steps, &other.steps)?;
    same("count", &one.counts, &other.counts)?;
    same("presence", &one.presence, &other.presence)
}

/// Seats without the names of regions that label them. Each is labelled with the name of the region that it leads to.
fn unlabelled(trace: &Trace) -> Result<Vec<Seat>, String> {
    let unlabelled = |seat: &Seat| {
        let is_its_own = seat
            .region
            .is_some_and(|region| trace.cast.regions[region.index()].starts_with(&seat.label));
        holds(is_its_own && !seat.label.is_empty(), || {
            format!("{seat:?} of {:?}", trace.cast.regions)
        })?;
        Ok(Seat { label: String::new(), ..seat.clone() })
    };
    trace.seats.iter().map(unlabelled).collect()
}

/// The two designs have the same runs.
pub fn same_runs(one: &Design, other: &Design) -> Verdict {
    let (one, other) = (traces(one, RUNS), traces(other, RUNS));
    one.iter().zip(&other).try_for_each(|(one, other)| same_run(one, other))?;
    Ok(one
        .iter()
        .any(|trace| trace.facts.iter().any(|fact| matches!(fact.what, What::UsersMoved { .. }))))
}

/// Other names for the regions, in the same order and near the same places, change nothing: facts,
/// causes, steps, counts. Because: regions go by their position everywhere, and no stream of chance
/// is labelled with a region's name. Without condition.
#[test]
fn names_of_regions_change_nothing() {
    for_all(CASES, 0.3, designs(), |design| {
        let mut other = design.clone();
        for (index, region) in other.regions.iter_mut().enumerate() {
            region.name = format!("house {}", 9 - index);
        }
        same_runs(design, &other)
    });
}

/// The runs of a design and of the one with an idle region at position `at` are the same but for it.
pub fn idle_changes_nothing(design: &Design, at: usize) -> Verdict {
    same_but_for(design, &with_idle_region(design, at), at)
}

/// The same for a changed design that has a region more at position `at`.
pub fn same_but_for(design: &Design, with_idle: &Design, at: usize) -> Verdict {
    let shift = |region: RegionId| RegionId(region.0 - u32::from(region.index() > at));
    let is_idle = |region: RegionId| region.index() == at;
    let mut moved = false;
    for (one, other) in traces(design, RUNS).iter().zip(&traces(with_idle, RUNS)) {
        let used = other
            .seats
            .iter()
            .map(|seat| seat.region)
            .chain(other.presence.iter().map(|presence| presence.region));
        holds(used.flatten().all(|region| !is_idle(region)), || "the idle region is used".into())?;
        let counts: Vec<Count> = other
            .counts
            .iter()
            .map(|count| Count { ending: ending(count.ending, &shift), ..*count })
            .collect();
        let presence: Vec<Presence> = other
            .presence
            .iter()
            .map(|presence| Presence { region: presence.region.map(shift), ..*presence })
            .collect();
        let seats = Renumbered::new(one, other, |seat| {
            Some(Seat { region: seat.region.map(shift), ..seat.clone() })
        })?;
        let told: Vec<Told> =
            tell(other, |what| without(what, &is_idle, &shift).and_then(|what| seats.what(what)));
        same("start", &one.start_seat, &other.start_seat)?;
        same("fact", &tell(one, Some), &told)?;
        same("step", &one.steps, &other.steps)?;
        same("count", &one.counts, &counts)?;
        same("presence", &one.presence, &presence)?;
        moved |= !one.facts.is_empty();
    }
    Ok(moved)
}

fn ending(ending: Ending, shift: &impl Fn(RegionId) -> RegionId) -> Ending {
    let outcome = match ending.outcome {
        Outcome::Served { by, hop } => Outcome::Served { by: by.map(shift), hop },
        failed => failed,
    };
    Ending { at: ending.at.map(shift), outcome, ..ending }
}

/// A fact with regions renumbered; `None` when it is about the idle region.
fn without(
    what: What,
    is_idle: &impl Fn(RegionId) -> bool,
    shift: &impl Fn(RegionId) -> RegionId,
) -> Option<What> {
    Some(match what {
        What::EndpointMoved { region, .. } if is_idle(region) => return None,
        What::ServiceChanged { seat, operation, served, main } => {
            What::ServiceChanged { seat, operation, served, main: ending(main, shift) }
        }
        What::EndpointMoved { store, region, writer, share } => {
            What::EndpointMoved { store, region: shift(region), writer: shift(writer), share }
        }
        What::EndpointRewritten { store, writer } => {
            What::EndpointRewritten { store, writer: shift(writer) }
        }
        What::PromotionOrdered { store, to } => What::PromotionOrdered { store, to: shift(to) },
        What::PromotionFailed { store, to } => What::PromotionFailed { store, to: shift(to) },
        What::Promoted { store, from, to } => {
            What::Promoted { store, from: shift(from), to: shift(to) }
        }
        What::Detoured { between: (from, to), by, round_trip, usual } => {
            What::Detoured { between: (shift(from), shift(to)), by: shift(by), round_trip, usual }
        }
        what => what,
    })
}

/// A region at the end of the list, without users, check, replica or record, changes no fact about the
/// others and no draw. Because: nothing refers to it. Without condition: a cut link is gone around only over regions
/// that forward traffic, and this one does not.
#[test]
fn an_idle_region_changes_nothing_else() {
    for_all(CASES, 0.9, designs(), |design| idle_changes_nothing(design, design.regions.len()));
}

/// The same for an idle region at the front: a component that comes changes no draw of another,
/// wherever in the file it is written. Without condition.
#[test]
fn an_idle_region_in_front_changes_nothing_else() {
    for_all(CASES, 0.9, designs(), |design| idle_changes_nothing(design, 0));
}

/// The same where the links of the region that everything starts in are cut, all of them or all but one: nothing else breaks,
/// so every number that moved would be due to a way around. Without condition.
#[test]
fn an_idle_region_is_no_way_around_a_cut() {
    let cut = |least: usize| {
        designs().prop_map(move |mut design| {
            let others: Vec<usize> = (1..design.regions.len()).collect();
            let kept = if others.len() > least { others[least..].to_vec() } else { others };
            design.faults.truncate(1);
            design.faults[0].breaks = Breaks::Cut { from: 0, to: kept, both: true };
            design
        })
    };
    for_all(CASES, 0.9, cut(0), |design| idle_changes_nothing(design, design.regions.len()));
    for_all(CASES, 0.9, cut(1), |design| idle_changes_nothing(design, 0));
}

/// Facts without the numbers of lost writes.
pub fn unnumbered(what: What) -> Option<What> {
    Some(match what {
        What::WritesLost { store, .. } => {
            What::WritesLost { store, writes: 0, age: Duration::ZERO }
        }
        What::LostFromBefore { .. } => return None,
        what => what,
    })
}

/// Facts and recovery times are the same, whatever the counts.
pub fn same_facts(one: &Design, other: &Design) -> Verdict {
    let mut recovered = false;
    for (one, other) in traces(one, RUNS).iter().zip(&traces(other, RUNS)) {
        same("fact", &tell(one, unnumbered), &tell(other, unnumbered))?;
        let [one, other] = [one, other].map(|trace| {
            recoveries(&Replay::new(trace)).into_iter().map(length).collect::<Vec<_>>()
        });
        same("recovery", &one, &other)?;
        recovered |= one.iter().any(|recovery| recovery.0 == 1);
    }
    Ok(recovered)
}

/// Twice the users: the same facts at the same instants, the same recovery times; only counts change.
/// Because: users move by cohorts, and there are as many. Condition: the questions of a cache are
/// given and not counted from its users, users are a multiple of caches, so that each cohort has
/// the same share of them, and clients keep nothing of their own: the more users, the more of those are told apart.
#[test]
fn twice_the_users_recover_alike() {
    for_all(CASES, 0.5, designs().prop_map(even), |design| {
        same_facts(design, &with_users(design, 2))
    });
}
