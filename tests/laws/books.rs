//! Books that balance in every run, whatever the design.

use crate::generate::designs;
use crate::naive::Counted;
use crate::running::{CASES, RUNS, Verdict, for_all, holds, length, stage, trace};
use crate::service::Service;
use mrsim::id::{PopulationId, SeatId, StoreId};
use mrsim::measure::loss::Ledger;
use mrsim::measure::phases::budget;
use mrsim::measure::{Recovery, Replay, Scope, Served};
use mrsim::routing::{Answer, View};
use mrsim::trace::{Fact, FactId, Operation, Outcome, Trace, What};
use mrsim::units::{Duration, Instant, Share};
use mrsim::world::Stage;

/// Every write offered is acknowledged, refused or timed out, and only acknowledged ones are lost.
/// Counted here from the trace, not by the ledger that is under test.
fn ledger(trace: &Trace) -> Result<(), String> {
    let run = Replay::new(trace);
    for store in (0..trace.cast.stores.len()).map(StoreId::at) {
        let [mut acknowledged, mut refused, mut timed_out, mut forked] = [0u64; 4];
        for count in &trace.counts {
            let is_it = count.operation == Operation::Write
                && trace.cast.populations[count.population.index()].store == Some(store);
            let is_forked = matches!(count.ending.outcome, Outcome::Forked { .. });
            forked += if is_it && is_forked { count.requests } else { 0 };
            let book = match count.ending.outcome {
                Outcome::Served { .. } | Outcome::Forked { .. } => &mut acknowledged,
                Outcome::Refused | Outcome::Unresolved => &mut refused,
                Outcome::TimedOut => &mut timed_out,
            };
            *book += if is_it { count.requests } else { 0 };
        }
        let lost = |what: What| {
            if let What::WritesLost { store: of, writes, .. } = what {
                writes * u64::from(of == store)
            } else {
                0
            }
        };
        let from_before = |what: What| {
            if let What::LostFromBefore { store: of, writes } = what {
                writes * u64::from(of == store)
            } else {
                0
            }
        };
        // What was acknowledged before the run is in no book of it.
        let lost: u64 = trace.facts.iter().map(|fact| lost(fact.what)).sum::<u64>()
            - trace.facts.iter().map(|fact| from_before(fact.what)).sum::<u64>();
        let offered = acknowledged + refused + timed_out;
        let book = Ledger::of(&run, store);
        holds(
            book == Ledger {
                offered,
                acknowledged,
                refused,
                timed_out,
                lost,
                forked,
                ..Ledger::default()
            },
            || {
                format!(
                    "{book:?}: counted {offered} = {acknowledged} + {refused} + {timed_out}, {lost} lost, {forked} forked"
                )
            },
        )?;
        holds(
            lost + forked <= acknowledged && book.kept() + lost + forked == acknowledged,
            || format!("{book:?} loses more than it acknowledged"),
        )?;
    }
    Ok(())
}

/// What is lost was acknowledged before the promotion, and no longer ago than the run is old but for what is said to be from before it.
fn losses(trace: &Trace) -> Result<(), String> {
    for (index, fact) in trace.facts.iter().enumerate() {
        let What::WritesLost { store, writes, age } = fact.what else { continue };
        let is_it = |count: &&mrsim::trace::Count| {
            count.operation == Operation::Write
                && count.ending.outcome.is_served()
                && trace.cast.populations[count.population.index()].store == Some(store)
                && trace.steps[count.step as usize].from < fact.at
        };
        let before: u64 = trace.counts.iter().filter(is_it).map(|count| count.requests).sum();
        let cause = Some(FactId(index as u32));
        let from_before = trace.facts.iter().filter(|other| other.cause == cause);
        let earlier: u64 = from_before
            .filter_map(|other| {
                if let What::LostFromBefore { writes, .. } = other.what {
                    Some(writes)
                } else {
                    None
                }
            })
            .sum();
        holds(earlier <= writes && writes - earlier <= before, || {
            format!("{writes} writes lost, {earlier} from before the run, of {before} acknowledged")
        })?;
        let is_old = age > fact.at.since(Instant::START);
        holds(earlier > 0 || !is_old, || format!("a write {age} old in a run of {}", fact.at))?;
        holds(writes > 0 || age.is_zero(), || format!("nothing lost, and {age} old"))?;
    }
    Ok(())
}

/// Steps tile the run, and in each step every user is somewhere all the time.
fn presence(trace: &Trace) -> Result<(), String> {
    let mut until = Instant::START;
    for step in &trace.steps {
        holds(step.from == until && step.to > step.from, || {
            format!("{step:?} does not follow {until}")
        })?;
        holds(step.to.since(step.from) <= trace.cast.step, || format!("{step:?} is too long"))?;
        until = step.to;
    }
    holds(until == trace.end(), || format!("steps end at {until}"))?;
    let users: u128 =
        trace.cast.populations.iter().map(|population| u128::from(population.users)).sum();
    let mut present = vec![0u128; trace.steps.len()];
    trace
        .presence
        .iter()
        .for_each(|presence| present[presence.step as usize] += presence.user_nanoseconds);
    for (step, present) in trace.steps.iter().zip(present) {
        let length = u128::from(step.to.since(step.from).as_nanos());
        holds(present == users * length, || {
            format!("{present} user-nanoseconds in {step:?} of {users} users")
        })?;
    }
    Ok(())
}

/// Requests are as many as users make: a sum of Poisson counts is Poisson, however it was split.
fn offered(trace: &Trace) -> Result<(), String> {
    holds(trace.counts.iter().all(|count| count.requests > 0), || "a count of nothing".into())?;
    for (index, population) in trace.cast.populations.iter().enumerate() {
        for operation in Operation::BOTH {
            let is_it = |count: &&mrsim::trace::Count| {
                count.population.index() == index && count.operation == operation
            };
            let requests: u64 = trace.counts.iter().filter(is_it).map(|count| count.requests).sum();
            let mean = population.users as f64
                * population.rate(operation).per_second()
                * trace.cast.run.seconds();
            holds((requests as f64 - mean).abs() <= 6.0 * mean.sqrt() + 6.0, || {
                format!("{requests} {} where {mean} were expected", operation.plural())
            })?;
        }
    }
    Ok(())
}

/// Facts are in time order, every cause comes before its effect, and every change starts from the state before it.
fn facts(stage: &Stage, trace: &Trace, is_drawn: bool) -> Result<(), String> {
    let (mut at, mut seated, mut service) =
        (Instant::START, trace.start_seat.clone(), Service::new(stage, trace)?);
    let (mut believed, mut published) =
        (vec![true; trace.cast.checks.len()], vec![true; trace.cast.checks.len()]);
    for (index, fact) in trace.facts.iter().enumerate() {
        holds(fact.at >= at && fact.at <= trace.end(), || format!("{fact:?} comes after {at}"))?;
        at = fact.at;
        let is_before = fact.cause.is_none_or(|cause| {
            (cause.0 as usize) < index && trace.facts[cause.0 as usize].at <= at
        });
        let is_fault = matches!(fact.what, What::FaultBegan { .. } | What::FaultEnded { .. });
        let is_planned = fact.cause.is_none()
            && matches!(fact.what, What::SwitchoverBegan { .. } | What::SwitchoverRefused { .. });
        // With drawn answers users move before anything is published: no fact made them.
        let is_drawn_move =
            is_drawn && fact.cause.is_none() && matches!(fact.what, What::UsersMoved { .. });
        holds(
            is_before && fact.cause.is_none() == is_fault || is_drawn_move || is_planned,
            || format!("{fact:?} has no cause before it"),
        )?;
        match fact.what {
            What::UsersMoved { cohort, from, to, reconnects } => {
                holds(!reconnects || is_made_now(trace, index), || {
                    format!("{fact:?} is put down to something earlier")
                })?;
                let population = trace.cast.cohorts[cohort.index()].population;
                let is_its_own = trace.seats[to.index()].population == population;
                holds(seated[cohort.index()] == from && from != to && is_its_own, || {
                    format!("{fact:?} does not start where users are")
                })?;
                seated[cohort.index()] = to;
                service.taken(to);
            }
            What::ServiceChanged { seat, operation, served, main } => {
                holds(service.changes(seat, operation, served, main), || {
                    format!("{fact:?} changes nothing")
                })?;
            }
            What::BeliefChanged { check, healthy, .. } => {
                holds(believed[check.index()] != healthy, || format!("{fact:?} changes nothing"))?;
                believed[check.index()] = healthy;
            }
            What::Published { check, healthy, .. } => {
                holds(published[check.index()] != healthy, || format!("{fact:?} changes nothing"))?;
                published[check.index()] = healthy;
            }
            _ => {}
        }
        if trace.facts.get(index + 1).is_none_or(|next| next.at > at) {
            service.is_alike(at)?;
        }
    }
    Ok(())
}

/// A connection that breaks the instant a fault begins, breaks because of it; one that ends by itself never meets that instant.
fn is_made_now(trace: &Trace, index: usize) -> bool {
    let fact = &trace.facts[index];
    let before = || trace.facts[..index].iter().rev().take_while(|other| other.at == fact.at);
    let breaks = before().any(|other| matches!(other.what, What::FaultBegan { .. }))
        && !before().any(|other| matches!(other.what, What::Published { .. }));
    !breaks || fact.cause.is_some_and(|cause| trace.facts[cause.0 as usize].at == fact.at)
}

/// Phases sum to the recovery time exactly, for every scope; recovery is what the definition says.
fn phases(trace: &Trace) -> Result<bool, String> {
    let (run, counted) = (Replay::new(trace), Counted::new(trace));
    let populations =
        (0..trace.cast.populations.len()).map(|index| Scope::Population(PopulationId::at(index)));
    let mut recovered = false;
    for scope in std::iter::once(Scope::AllUsers).chain(populations) {
        for served in Served::EVERY {
            let recovery = run.recovery(scope, served);
            let expected = counted.interruption(scope, served).recovery;
            // The oracle counts from the first fault; a recovery from the beginning of the fault behind it.
            let ahead = match (recovery, run.fault) {
                (
                    Recovery::After { origin, .. } | Recovery::NotWithin { origin, .. },
                    Some(fault),
                ) => origin.since(fault).as_nanos(),
                _ => 0,
            };
            let origins = trace
                .facts
                .iter()
                .filter(|fact| {
                    matches!(fact.what, What::FaultBegan { .. } | What::SwitchoverBegan { .. })
                })
                .map(|fact| fact.at.since(run.fault.unwrap_or_default()).as_nanos());
            holds(ahead == 0 || origins.into_iter().any(|origin| origin == ahead), || {
                format!("{scope:?} {}: no fault begins at the origin", served.label())
            })?;
            let ours = (length(recovery).0, length(recovery).1 + ahead);
            holds(ours == expected, || {
                format!(
                    "{scope:?} {}: {recovery:?}, by the definition {expected:?}",
                    served.label()
                )
            })?;
            let Recovery::After { time, .. } = recovery else { continue };
            let sum = budget(&run, recovery)
                .map(|phases| phases.iter().fold(Duration::ZERO, |sum, phase| sum + *phase));
            holds(sum == Some(time), || format!("phases sum to {sum:?}, the recovery is {time}"))?;
            recovered = true;
        }
    }
    Ok(recovered)
}

/// The books that need no oracle of who is served.
pub fn ledgers_and_losses(design: &crate::design::Design) -> Verdict {
    let mut recovered = false;
    let stage = stage(design);
    for trace in &(0..RUNS).map(|run| trace(&stage, run)).collect::<Vec<_>>() {
        ledger(trace)?;
        losses(trace)?;
        presence(trace)?;
        offered(trace)?;
        recovered |= phases(trace)?;
    }
    Ok(recovered)
}

pub fn all_books(design: &crate::design::Design) -> Verdict {
    let mut recovered = false;
    let stage = stage(design);
    for trace in &(0..RUNS).map(|run| trace(&stage, run)).collect::<Vec<_>>() {
        ledger(trace)?;
        losses(trace)?;
        presence(trace)?;
        offered(trace)?;
        facts(&stage, trace, design.is_drawn())?;
        recovered |= phases(trace)?;
    }
    Ok(recovered)
}

/// In every run of every design: offered = acknowledged + refused + timed out; lost <= acknowledged;
/// steps tile the run and users are somewhere all the time; facts are in order, each after its cause
/// and from the state before it; phases sum to the recovery, which is that of the definition counted
/// the slow way. Without condition, but that a move under a drawn policy may have no cause.
#[test]
fn the_books_balance() {
    for_all(2 * CASES, 0.5, designs(), all_books);
}

/// Under a policy that is not drawn, a move is caused by the last publication that changed the answer
/// to that cohort: the fact without which it would not have happened. Its phases hang on it.
fn moves_have_the_right_cause(design: &crate::design::Design) -> Verdict {
    let stage = stage(design);
    let mut moved = false;
    for run in (0..RUNS).filter(|_| !design.is_drawn()) {
        let trace = trace(&stage, run);
        let mut published = vec![true; trace.cast.checks.len()];
        let answer = |published: &[bool], population: usize| {
            let view = View {
                believed_healthy: published,
                round_trip: &stage.user_round_trip[population],
                distance_km: &stage.distance_km[population],
                asker: Some(stage.scenario.populations[population].place),
                rewritten: false,
            };
            stage.scenario.policy.settled_answer(&view).expect("this policy draws nothing")
        };
        let mut changed = vec![None; trace.cast.populations.len()];
        for (index, fact) in trace.facts.iter().enumerate() {
            match fact.what {
                What::Published { check, healthy, .. } => {
                    let before: Vec<Answer> = (0..changed.len())
                        .map(|population| answer(&published, population))
                        .collect();
                    published[check.index()] = healthy;
                    for (population, _) in before
                        .into_iter()
                        .enumerate()
                        .filter(|(population, before)| answer(&published, *population) != *before)
                    {
                        changed[population] = Some(FactId(index as u32));
                    }
                }
                What::UsersMoved { cohort, from, reconnects, .. } => {
                    let last: Option<FactId> =
                        changed[trace.cast.cohorts[cohort.index()].population.index()];
                    let told = |id: Option<FactId>| id.map(|id| trace.facts[id.0 as usize]);
                    holds(fact.cause == last || reconnects && broke(&trace, index, from), || {
                        format!(
                            "{fact:?} is put down to {:?}, and the answer changed with {:?}",
                            told(fact.cause),
                            told(last)
                        )
                    })?;
                    moved = true;
                }
                _ => {}
            }
        }
    }
    Ok(moved)
}

/// Whether the cause of this move is what took the last service from the seat that it leaves.
fn broke(trace: &Trace, index: usize, from: SeatId) -> bool {
    let took = |fact: &Fact| matches!(fact.what, What::ServiceChanged { seat, served: Share::NONE, .. } if seat == from);
    trace.facts[..index].iter().any(|fact| took(fact) && fact.cause == trace.facts[index].cause)
}

/// Without condition, but that the policy is not drawn: there a move may have no cause at all. The move of
/// users whose connection broke is caused by what broke it.
#[test]
fn users_move_because_of_the_publication_that_changed_their_answer() {
    for_all(3 * CASES, 0.1, designs(), moves_have_the_right_cause);
}
