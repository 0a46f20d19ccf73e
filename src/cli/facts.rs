//! The facts of a run in words, with names instead of numbers. Moves of users between the same regions for the same reason are one
//! entry, and so are caches of one address that learn of the same writer, unless every one is asked for.

mod stores;

use crate::id::{AudienceId, PopulationId, RegionId, SeatId, StoreId};
use crate::report::numbers::{plural, whole};
use crate::trace::{Cast, Ending, Fact, FactId, Operation, Outcome, Trace, What};
use crate::units::{Instant, Share};

/// One line of the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When it happened, or began to.
    pub at: Instant,
    pub what: String,
    pub cause: Option<FactId>,
    /// The facts that it reports.
    pub facts: Vec<FactId>,
}

/// Facts that are told together.
struct Group {
    /// What they have in common.
    key: Key,
    first: Instant,
    last: Instant,
    users: u64,
    /// The last of them.
    what: What,
    facts: Vec<FactId>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    /// Users of a population, from a seat to another, for a reason.
    Moves(PopulationId, SeatId, SeatId, Option<FactId>),
    /// Caches of a store's address in a region that learned of a writer, for a reason.
    Addresses(StoreId, RegionId, RegionId, Option<FactId>),
    /// Requests of a seat that fare differently because of caches in a region, for the reason that those have.
    Follows(SeatId, Operation, RegionId, Option<FactId>),
}

/// The timeline, in the order of the facts; grouped facts stand where the first of them happened.
/// `clock` says when something was.
pub fn entries(trace: &Trace, all: bool, clock: &dyn Fn(Instant) -> String) -> Vec<Entry> {
    let mut groups: Vec<Group> = Vec::new();
    let mut entries = Vec::new();
    for (index, fact) in trace.facts.iter().enumerate() {
        let id = FactId(index as u32);
        match (fact.what, key(trace, fact)) {
            (What::ServiceChanged { seat, operation, .. }, _)
                if !all && is_idle(trace, seat, operation) => {}
            (_, Some(key)) if !all => gather(trace, &mut groups, key, fact, id),
            _ => entries.push(Entry {
                at: fact.at,
                what: words(trace, &fact.what),
                cause: fact.cause,
                facts: vec![id],
            }),
        }
    }
    entries.extend(groups.into_iter().map(|group| told(trace, group, clock)));
    entries.sort_by_key(|entry| entry.facts[0]);
    entries
}

/// What a fact has in common with others that are told with it; `None`: it stands alone.
fn key(trace: &Trace, fact: &Fact) -> Option<Key> {
    match fact.what {
        What::UsersMoved { cohort, from, to, .. } => {
            Some(Key::Moves(trace.cast.cohorts[cohort.index()].population, from, to, fact.cause))
        }
        What::EndpointMoved { store, region, writer, .. } => {
            Some(Key::Addresses(store, region, writer, fact.cause))
        }
        What::ServiceChanged { seat, operation, .. } => {
            let moved = &trace.facts[fact.cause?.0 as usize];
            let What::EndpointMoved { region, .. } = moved.what else { return None };
            Some(Key::Follows(seat, operation, region, moved.cause))
        }
        _ => None,
    }
}

/// Whether users of a seat never ask for this.
fn is_idle(trace: &Trace, seat: SeatId, operation: Operation) -> bool {
    trace.cast.populations[trace.seats[seat.index()].population.index()].rate(operation).is_zero()
}

fn gather(trace: &Trace, groups: &mut Vec<Group>, key: Key, fact: &Fact, id: FactId) {
    let users = if let What::UsersMoved { cohort, .. } = fact.what {
        trace.users[cohort.index()]
    } else {
        0
    };
    match groups.iter_mut().rev().find(|group| group.key == key) {
        Some(group) => {
            (group.last, group.what) = (fact.at, fact.what);
            group.users = group.users.saturating_add(users);
            group.facts.push(id);
        }
        None => groups.push(Group {
            key,
            first: fact.at,
            last: fact.at,
            users,
            what: fact.what,
            facts: vec![id],
        }),
    }
}

fn told(trace: &Trace, group: Group, clock: &dyn Fn(Instant) -> String) -> Entry {
    let cause = trace.facts[group.facts[0].0 as usize].cause;
    let until = if group.facts.len() > 1 {
        format!(", bit by bit until {}", clock(group.last))
    } else {
        String::new()
    };
    let what = match group.key {
        Key::Moves(population, from, to, _) => moves(trace, &group, population, from, to, clock),
        Key::Addresses(..) | Key::Follows(..) => words(trace, &group.what) + &until,
    };
    Entry { at: group.first, what, cause, facts: group.facts }
}

fn moves(
    trace: &Trace,
    group: &Group,
    population: PopulationId,
    from: SeatId,
    to: SeatId,
    clock: &dyn Fn(Instant) -> String,
) -> String {
    let cast = &trace.cast.populations[population.index()];
    // Under a drawn policy the same users move back and forth: then it is moves that are counted.
    let users = if group.users > cast.users { "moves of users" } else { "users" };
    let caches = plural(group.facts.len() as u64, "cache expiry").replace("expirys", "expiries");
    let (from, to) = (&trace.seats[from.index()].label, &trace.seats[to.index()].label);
    format!(
        "users move: {}, {from} -> {to}, {} {users}, {caches} until {}",
        cast.name,
        whole(group.users),
        clock(group.last)
    )
}

/// A share of all, in words.
fn percent(share: Share) -> String {
    format!("{:.3}%", share.as_f64() * 100.0)
}

/// "Tokyo" of "Tokyo (ap-northeast-1)".
fn short(cast: &Cast, region: RegionId) -> &str {
    let label = &cast.regions[region.index()];
    label.split(" (").next().unwrap_or(label)
}

fn words(trace: &Trace, what: &What) -> String {
    let cast = &*trace.cast;
    let check = |check: crate::id::CheckId| &cast.checks[check.index()];
    match *what {
        What::FaultBegan { fault } => format!("fault begins: {}", cast.faults[fault.index()]),
        What::FaultEnded { fault } => format!("fault ends: {}", cast.faults[fault.index()]),
        What::BeliefChanged { check: of, healthy, audience } => {
            format!("health check \"{}\" turns {}{}", check(of), state(healthy), heard(audience))
        }
        What::Published { check: of, healthy, audience } => format!(
            "name servers learn that \"{}\" is {}{}",
            check(of),
            state(healthy),
            heard(audience)
        ),
        What::RecordsOrdered => "the records are to be rewritten".to_string(),
        What::RecordsBlocked => {
            "the records cannot be rewritten: the control plane is impaired".into()
        }
        What::RecordsRewritten => "the name servers have the new records".to_string(),
        What::UsersMoved { cohort, from, to, reconnects } => {
            let (users, cohort) = (trace.users[cohort.index()], cast.cohorts[cohort.index()]);
            format!(
                "users move: {}, {} -> {}, {} users, {}",
                cast.populations[cohort.population.index()].name,
                trace.seats[from.index()].label,
                trace.seats[to.index()].label,
                whole(users),
                if reconnects { "their connections ended" } else { "one cache expiry" }
            )
        }
        What::PromotionOrdered { .. }
        | What::PromotionCalledOff { .. }
        | What::PromotionFailed { .. }
        | What::PromotionUnsafe { .. }
        | What::Promoted { .. }
        | What::LeaderElected { .. } => stores::promotion(cast, what),
        What::CommitsHang { .. } | What::CommitsDegraded { .. } | What::CommitsResumed { .. } => {
            stores::commits(cast, what)
        }
        What::WritesLost { .. } | What::LostFromBefore { .. } | What::LossIsLeast { .. } => {
            stores::losses(cast, what)
        }
        What::ReplicationHeld { .. } | What::ReplicationResumed { .. } | What::CaughtUp { .. } => {
            stores::replication(cast, what)
        }
        What::EndpointMoved { .. }
        | What::EndpointBlocked { .. }
        | What::EndpointRewritten { .. } => stores::endpoint(cast, what),
        What::Detoured { .. } => detour(cast, what),
        What::Fenced { .. } | What::RebuildBegan { .. } | What::Rebuilt { .. } => {
            stores::role(cast, what)
        }
        What::SwitchoverBegan { .. }
        | What::SwitchoverRefused { .. }
        | What::SwitchoverFailed { .. }
        | What::SwitchedOver { .. } => stores::role(cast, what),
        What::ServiceChanged { seat, operation, served, main } => {
            let seat = &trace.seats[seat.index()];
            let of = &cast.populations[seat.population.index()].name;
            let part = match served.as_f64() {
                share if share > 0.0 && share < 1.0 => {
                    format!(" ({} of them are served)", percent(served))
                }
                _ => String::new(),
            };
            format!("{} of {of} to {} {}{part}", operation.plural(), seat.label, fate(cast, main))
        }
    }
}

fn state(healthy: bool) -> &'static str {
    if healthy { "healthy" } else { "unhealthy" }
}

/// By which way traffic goes around a cut link.
fn detour(cast: &Cast, what: &What) -> String {
    let What::Detoured { between: (from, to), by, round_trip, usual } = *what else {
        unreachable!("the caller asks only for detours")
    };
    let milliseconds = |time: crate::units::Duration| time.seconds() * 1_000.0;
    format!(
        "traffic between {} and {} goes by {}: {:.0} ms instead of {:.0} ms",
        short(cast, from),
        short(cast, to),
        short(cast, by),
        milliseconds(round_trip),
        milliseconds(usual)
    )
}

/// Which name servers: those of an audience that does not hear every checker.
fn heard(audience: AudienceId) -> String {
    if audience == AudienceId::EVERY {
        String::new()
    } else {
        format!(", for those who hear only some checkers ({})", audience.0)
    }
}

fn fate(cast: &Cast, ending: Ending) -> String {
    match (ending.outcome, ending.at) {
        (Outcome::Served { by: Some(by), hop }, Some(at)) if by == at && !hop.is_zero() => {
            format!(
                "are served in {}, with {:.0} ms for other regions to confirm",
                short(cast, at),
                hop.seconds() * 1_000.0
            )
        }
        (Outcome::Served { by: Some(by), .. }, Some(at)) if by == at => {
            format!("are served in {}", short(cast, at))
        }
        (Outcome::Served { by: Some(by), hop }, _) => {
            format!("are served by {}, {:.0} ms away", short(cast, by), hop.seconds() * 1_000.0)
        }
        (Outcome::Served { by: None, .. }, _) => "are served at the edge".to_string(),
        (Outcome::Forked { by, .. }, _) => {
            format!("are taken by the old writer in {}, which will be discarded", short(cast, by))
        }
        (Outcome::Refused, _) => "are refused".to_string(),
        (Outcome::TimedOut, _) => "time out".to_string(),
        (Outcome::Unresolved, _) => "find no address".to_string(),
    }
}
