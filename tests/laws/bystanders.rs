//! Common random numbers: a component that comes changes nothing about those that it has nothing to do with.

use crate::design::{
    Check, Class, Design, Family, Keeps, Population, Promotion, SECOND, Span, Store,
};
use crate::generate::designs;
use crate::names::unnumbered;
use crate::running::{CASES, RUNS, Told, Verdict, for_all, length, same, tell, traces};
use crate::seats::Renumbered;
use mrsim::id::{CheckId, CohortId, PopulationId, SeatId, StoreId};
use mrsim::measure::{Replay, Scope, Served};
use mrsim::trace::{Count, Operation, Seat, Trace, What};
use std::collections::BTreeMap;

/// How many of each kind were put in front of the old ones.
#[derive(Clone, Copy, Default)]
pub struct Added {
    populations: u32,
    cohorts: u32,
    checks: u32,
    stores: u32,
}

impl Added {
    /// The seats of `more` in the numbers of the old design: those of newcomers have none there.
    fn seats(self, old: &Trace, more: &Trace) -> Result<Renumbered, String> {
        let population = |id: PopulationId| id.0.checked_sub(self.populations).map(PopulationId);
        let seats = Renumbered::new(old, more, |seat| {
            Some(Seat { population: population(seat.population)?, ..seat.clone() })
        })?;
        let start: Vec<Option<SeatId>> =
            more.start_seat[self.cohorts as usize..].iter().map(|seat| seats.seat(*seat)).collect();
        same("start", &old.start_seat.iter().copied().map(Some).collect::<Vec<_>>(), &start)?;
        Ok(seats)
    }

    /// A fact in the numbers of the old design; `None` when it is about a newcomer.
    fn rename(self, seats: &Renumbered, what: What) -> Option<What> {
        let check = |id: CheckId| id.0.checked_sub(self.checks).map(CheckId);
        Some(match what {
            What::FaultBegan { .. } | What::FaultEnded { .. } => what,
            What::RecordsOrdered | What::RecordsBlocked | What::RecordsRewritten => what,
            What::BeliefChanged { check: id, healthy, audience } => {
                What::BeliefChanged { check: check(id)?, healthy, audience }
            }
            What::Published { check: id, healthy, audience } => {
                What::Published { check: check(id)?, healthy, audience }
            }
            What::UsersMoved { cohort, from, to, reconnects } => {
                let cohort = CohortId(cohort.0.checked_sub(self.cohorts)?);
                seats.what(What::UsersMoved { cohort, from, to, reconnects })?
            }
            What::Detoured { .. } => what,
            What::ServiceChanged { .. } => seats.what(what)?,
            of_a_store => self.rename_store(of_a_store)?,
        })
    }

    /// What happened to a store.
    fn rename_store(self, what: What) -> Option<What> {
        let store = |id: StoreId| id.0.checked_sub(self.stores).map(StoreId);
        Some(match what {
            What::PromotionOrdered { store: id, to } => {
                What::PromotionOrdered { store: store(id)?, to }
            }
            What::PromotionCalledOff { store: id } => {
                What::PromotionCalledOff { store: store(id)? }
            }
            What::PromotionFailed { store: id, to } => {
                What::PromotionFailed { store: store(id)?, to }
            }
            What::Promoted { store: id, from, to } => {
                What::Promoted { store: store(id)?, from, to }
            }
            What::WritesLost { store: id, writes, age } => {
                What::WritesLost { store: store(id)?, writes, age }
            }
            What::LostFromBefore { store: id, writes } => {
                What::LostFromBefore { store: store(id)?, writes }
            }
            What::LossIsLeast { store: id } => What::LossIsLeast { store: store(id)? },
            What::ReplicationHeld { store: id, from, to } => {
                What::ReplicationHeld { store: store(id)?, from, to }
            }
            What::ReplicationResumed { store: id, from, to } => {
                What::ReplicationResumed { store: store(id)?, from, to }
            }
            What::CaughtUp { store: id } => What::CaughtUp { store: store(id)? },
            What::Fenced { store: id, region } => What::Fenced { store: store(id)?, region },
            What::RebuildBegan { store: id, region } => {
                What::RebuildBegan { store: store(id)?, region }
            }
            What::Rebuilt { store: id, region } => What::Rebuilt { store: store(id)?, region },
            What::SwitchoverBegan { store: id, to } => {
                What::SwitchoverBegan { store: store(id)?, to }
            }
            What::SwitchoverRefused { store: id, to } => {
                What::SwitchoverRefused { store: store(id)?, to }
            }
            What::SwitchoverFailed { store: id, to } => {
                What::SwitchoverFailed { store: store(id)?, to }
            }
            What::SwitchedOver { store: id, from, to } => {
                What::SwitchedOver { store: store(id)?, from, to }
            }
            What::EndpointMoved { store: id, region, writer, share } => {
                What::EndpointMoved { store: store(id)?, region, writer, share }
            }
            What::EndpointBlocked { store: id } => What::EndpointBlocked { store: store(id)? },
            What::EndpointRewritten { store: id, writer } => {
                What::EndpointRewritten { store: store(id)?, writer }
            }
            What::PromotionUnsafe { store: id, to } => {
                What::PromotionUnsafe { store: store(id)?, to }
            }
            What::CommitsHang { store: id } => What::CommitsHang { store: store(id)? },
            What::CommitsDegraded { store: id } => What::CommitsDegraded { store: store(id)? },
            What::CommitsResumed { store: id } => What::CommitsResumed { store: store(id)? },
            What::LeaderElected { store: id, from, to } => {
                What::LeaderElected { store: store(id)?, from, to }
            }
            other => unreachable!(
                "nobody has said how to rename {other:?}: a new fact needs a line here"
            ),
        })
    }

    /// The counts of the old populations.
    fn counts(self, trace: &Trace) -> Vec<Count> {
        let old = |count: &Count| {
            Some(Count {
                population: PopulationId(count.population.0.checked_sub(self.populations)?),
                ..*count
            })
        };
        trace.counts.iter().filter_map(old).collect()
    }

    /// The recoveries of the old populations.
    fn recoveries(self, trace: &Trace) -> Vec<(u8, u64)> {
        let run = Replay::new(trace);
        let populations = (self.populations as usize..trace.cast.populations.len())
            .map(|index| Scope::Population(PopulationId::at(index)));
        populations
            .flat_map(|scope| Served::EVERY.map(|served| length(run.recovery(scope, served))))
            .collect()
    }
}

fn newcomer(store: Option<String>) -> Population {
    let writes = if store.is_some() { 3_000_000 } else { 0 };
    let classes = vec![Class { percent: 100, keeps: Keeps::Honours }];
    let (name, place, reads) = ("newcomer".into(), "africa-south", 20_000_000);
    Population {
        name,
        place,
        users: 700,
        reads,
        writes,
        store,
        caches: 5,
        queries: None,
        classes,
        client: None,
    }
}

/// A population in front, at the same store as the first old one.
fn with_population(design: &Design) -> (Design, Added) {
    let mut more = design.clone();
    more.populations.insert(0, newcomer(design.populations[0].store.clone()));
    (more, Added { populations: 1, cohorts: 5, ..Added::default() })
}

/// A store in front, with a health check and users of its own.
pub fn with_store(design: &Design) -> (Design, Added) {
    let (mut more, added) =
        (design.clone(), Added { populations: 1, cohorts: 5, checks: 1, stores: 1 });
    let promotion = Promotion {
        to: 1,
        watches: "own".into(),
        decision: Span::Constant(3 * SECOND),
        duration: Span::Uniform(5 * SECOND, 50 * SECOND),
        more: String::new(),
    };
    let (lag, readers) = (Span::Constant(SECOND / 2), vec![1]);
    more.stores.insert(
        0,
        Store {
            name: "carts".into(),
            writer: 0,
            readers,
            family: Family::Log,
            lag,
            each_write: false,
            unordered: false,
            endpoint_ttl: SECOND,
            promotion: Some(promotion),
            more: String::new(),
        },
    );
    let (interval, timeout, response, push) =
        (7 * SECOND, 2 * SECOND, SECOND / 10, Span::Constant(SECOND));
    more.checks.insert(
        0,
        Check {
            name: "own".into(),
            region: 0,
            routed: false,
            interval,
            threshold: 2,
            checkers: 3,
            healthy_above_percent: 18,
            fixed: false,
            timeout,
            answer_timeout: 2 * SECOND,
            response,
            reads_content: false,
            push,
        },
    );
    more.populations.insert(0, newcomer(Some("carts".into())));
    (more, added)
}

/// A newcomer at the same store changes no fact about the others, nor any count of their requests.
/// What the store loses are the writes of both, so those numbers are left out.
pub fn population_is_a_bystander(design: &Design) -> Verdict {
    let (more, added) = with_population(design);
    let mut facts = false;
    for (one, other) in traces(design, RUNS).iter().zip(&traces(&more, RUNS)) {
        let seats = added.seats(one, other)?;
        same(
            "fact",
            &tell(one, unnumbered),
            &tell(other, |what| added.rename(&seats, what).and_then(unnumbered)),
        )?;
        same("count", &one.counts, &added.counts(other))?;
        same("recovery", &Added::default().recoveries(one), &added.recoveries(other))?;
        facts |= !one.facts.is_empty();
    }
    Ok(facts)
}

/// Which part of the story a newcomer with a store, a check and users of its own must not change.
#[derive(Clone, Copy)]
enum Part {
    /// What happened when, and the recoveries that follow from it.
    Facts,
    /// Why it happened.
    Causes,
    /// How many writes were lost, and how many requests there were.
    Numbers,
}

fn store_is_a_bystander(design: &Design, part: Part) -> Verdict {
    if design.stores.is_empty() {
        return Ok(false);
    }
    let (more, added) = with_store(design);
    for (one, other) in traces(design, RUNS).iter().zip(&traces(&more, RUNS)) {
        let seats = added.seats(one, other)?;
        let (before, after) = (tell(one, Some), tell(other, |what| added.rename(&seats, what)));
        match part {
            Part::Facts => {
                let plain = |told: &[Told]| {
                    told.iter().map(|told| (told.at, unnumbered(told.what))).collect::<Vec<_>>()
                };
                same("fact", &plain(&before), &plain(&after))?;
                same("recovery", &Added::default().recoveries(one), &added.recoveries(other))?;
            }
            Part::Causes => {
                let plain = |told: &[Told]| {
                    told.iter()
                        .map(|told| (told.at, unnumbered(told.what), told.cause))
                        .collect::<Vec<_>>()
                };
                same("fact and cause", &plain(&before), &plain(&after))?;
            }
            Part::Numbers => {
                let lost = |told: &[Told]| {
                    told.iter()
                        .filter(|told| matches!(told.what, What::WritesLost { .. }))
                        .map(|told| told.what)
                        .collect::<Vec<_>>()
                };
                same("loss", &lost(&before), &lost(&after))?;
                same("requests", &requests(&one.counts), &requests(&added.counts(other)))?;
            }
        }
    }
    Ok(true)
}

/// All requests by population, operation and whether they were served.
fn requests(counts: &[Count]) -> Vec<((u32, bool, bool), u64)> {
    let mut sums = BTreeMap::new();
    for count in counts {
        *sums
            .entry((
                count.population.0,
                count.operation == Operation::Write,
                count.ending.outcome.is_served(),
            ))
            .or_insert(0) += count.requests;
    }
    sums.into_iter().collect()
}

/// One more population, written first in the file, changes nothing about the others.
/// Because: each population has streams labelled with its own name. Without condition.
#[test]
fn a_population_changes_nothing_else() {
    for_all(CASES, 0.9, designs(), population_is_a_bystander);
}

/// One more store with a health check and users of its own, written first in the file, changes no
/// fact about the others: MODEL.md section 2, "adding a component changes no draw of any other".
/// Condition: there is a store before, since an only store is that of everybody who names none.
#[test]
fn a_store_changes_no_other_fact() {
    for_all(CASES, 0.6, designs(), |design| store_is_a_bystander(design, Part::Facts));
}

/// Nor why the others' facts happened.
#[test]
fn a_store_changes_no_other_cause() {
    for_all(CASES, 0.6, designs(), |design| store_is_a_bystander(design, Part::Causes));
}

/// Nor how many requests the others make and how many writes they lose.
#[test]
fn a_store_changes_no_other_number() {
    for_all(CASES, 0.6, designs(), |design| store_is_a_bystander(design, Part::Numbers));
}
