//! The facts of a run in words, with names instead of numbers. Moves of users between the same
//! regions for the same reason are one entry, unless every one is asked for.

use crate::id::{PopulationId, RegionId, SeatId};
use crate::report::numbers::{plural, whole};
use crate::trace::{Cast, Ending, Fact, FactId, Operation, Outcome, Trace, What};
use crate::units::Instant;

/// One line of the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When it happened, or began to.
    pub at: Instant,
    pub what: String,
    pub cause: Option<FactId>,
    /// The facts that it tells.
    pub facts: Vec<FactId>,
}

/// Moves that are told together.
struct Moves {
    population: PopulationId,
    from: SeatId,
    to: SeatId,
    cause: Option<FactId>,
    first: Instant,
    last: Instant,
    users: u64,
    facts: Vec<FactId>,
}

/// The timeline, in the order of the facts; grouped moves stand where the first of them happened.
/// `clock` says when something was.
pub fn entries(trace: &Trace, all: bool, clock: &dyn Fn(Instant) -> String) -> Vec<Entry> {
    let cast = &*trace.cast;
    let mut groups: Vec<Moves> = Vec::new();
    let mut entries = Vec::new();
    for (index, fact) in trace.facts.iter().enumerate() {
        let id = FactId(index as u32);
        match fact.what {
            What::UsersMoved { .. } if !all => gather(cast, &mut groups, fact, id),
            What::ServiceChanged { seat, operation, .. } if !all && is_idle(trace, seat, operation) => {}
            _ => entries.push(Entry { at: fact.at, what: words(trace, &fact.what), cause: fact.cause, facts: vec![id] }),
        }
    }
    entries.extend(groups.into_iter().map(|group| told(trace, group, clock)));
    entries.sort_by_key(|entry| entry.facts[0]);
    entries
}

/// Whether users of a seat never ask for this.
fn is_idle(trace: &Trace, seat: SeatId, operation: Operation) -> bool {
    trace.cast.populations[trace.seats[seat.index()].population.index()].rate(operation).is_zero()
}

fn gather(cast: &Cast, groups: &mut Vec<Moves>, fact: &Fact, id: FactId) {
    let What::UsersMoved { cohort, from, to, .. } = fact.what else { return };
    let cohort = cast.cohorts[cohort.index()];
    let same = |group: &&mut Moves| group.population == cohort.population && group.from == from && group.to == to && group.cause == fact.cause;
    match groups.iter_mut().find(same) {
        Some(group) => {
            group.last = fact.at;
            group.users = group.users.saturating_add(cohort.users);
            group.facts.push(id);
        }
        None => groups.push(Moves {
            population: cohort.population,
            from,
            to,
            cause: fact.cause,
            first: fact.at,
            last: fact.at,
            users: cohort.users,
            facts: vec![id],
        }),
    }
}

fn told(trace: &Trace, group: Moves, clock: &dyn Fn(Instant) -> String) -> Entry {
    let cast = &*trace.cast;
    let name = &cast.populations[group.population.index()].name;
    // Under a drawn policy the same users move back and forth: then it is moves that are counted.
    let users = if group.users > cast.populations[group.population.index()].users { "moves of users" } else { "users" };
    let caches = plural(group.facts.len() as u64, "cache expiry").replace("expirys", "expiries");
    let what = format!(
        "users move: {name}, {} -> {}, {} {users}, {caches} until {}",
        trace.seats[group.from.index()].label,
        trace.seats[group.to.index()].label,
        whole(group.users),
        clock(group.last)
    );
    Entry { at: group.first, what, cause: group.cause, facts: group.facts }
}

/// "Tokyo" of "Tokyo (ap-northeast-1)".
fn short(cast: &Cast, region: RegionId) -> &str {
    let label = &cast.regions[region.index()];
    label.split(" (").next().unwrap_or(label)
}

fn words(trace: &Trace, what: &What) -> String {
    let cast = &*trace.cast;
    let region = |region: RegionId| short(cast, region);
    let check = |check: crate::id::CheckId| &cast.checks[check.index()];
    let store = |store: crate::id::StoreId| &cast.stores[store.index()];
    let state = |healthy: bool| if healthy { "healthy" } else { "unhealthy" };
    match *what {
        What::FaultBegan { fault } => format!("fault begins: {}", cast.faults[fault.index()]),
        What::FaultEnded { fault } => format!("fault ends: {}", cast.faults[fault.index()]),
        What::BeliefChanged { check: of, healthy, audience } => format!("health check \"{}\" turns {}{}", check(of), state(healthy), heard(audience)),
        What::Published { check: of, healthy, audience } => format!("name servers learn that \"{}\" is {}{}", check(of), state(healthy), heard(audience)),
        What::RecordsOrdered => "the records are to be rewritten".to_string(),
        What::RecordsBlocked => "the records cannot be rewritten: the control plane is impaired".to_string(),
        What::RecordsRewritten => "the name servers have the new records".to_string(),
        What::UsersMoved { cohort, from, to, reconnects } => {
            let cohort = cast.cohorts[cohort.index()];
            format!(
                "users move: {}, {} -> {}, {} users, {}",
                cast.populations[cohort.population.index()].name,
                trace.seats[from.index()].label,
                trace.seats[to.index()].label,
                whole(cohort.users),
                if reconnects { "their connections ended" } else { "one cache expiry" }
            )
        }
        What::PromotionOrdered { store: of, to } => format!("store \"{}\": promotion of {} is ordered", store(of), region(to)),
        What::PromotionCalledOff { store: of } => format!("store \"{}\": promotion is called off, the check is healthy again", store(of)),
        What::PromotionFailed { store: of, to } => format!("store \"{}\": promotion fails, {} is down", store(of), region(to)),
        What::PromotionUnsafe { store: of, to } => {
            format!("store \"{}\": {} is not promoted, it sees too few replicas to know of every acknowledged write", store(of), region(to))
        }
        What::CommitsHang { store: of } => format!("store \"{}\": commits hang, they wait for replicas", store(of)),
        What::CommitsDegraded { store: of } => format!("store \"{}\": the writer goes on alone, unconfirmed and silently", store(of)),
        What::CommitsResumed { store: of } => format!("store \"{}\": replicas are in step again, commits go on as they should", store(of)),
        What::LeaderElected { store: of, from, to } => format!("store \"{}\": {} leads now, {} no more", store(of), region(to), region(from)),
        What::Promoted { store: of, from, to } => format!("store \"{}\": {} takes writes now, {} no more", store(of), region(to), region(from)),
        What::WritesLost { store: of, writes: 0, .. } => format!("store \"{}\": no acknowledged write is lost", store(of)),
        What::WritesLost { store: of, writes, age } => {
            format!("store \"{}\": {} lost, the oldest {:.3} s old at the fault", store(of), plural(writes, "acknowledged write"), age.seconds())
        }
        What::LostFromBefore { store: of, writes } => {
            format!("store \"{}\": {} of them from before the run began", store(of), whole(writes))
        }
        What::LossIsLeast { store: of } => format!("store \"{}\": older ones may be lost as well, from before the run began", store(of)),
        What::Detoured { .. } => detour(cast, what),
        What::ReplicationHeld { store: of, from, to } => {
            format!("store \"{}\": changes no longer reach {} from {}: they wait", store(of), region(to), region(from))
        }
        What::ReplicationResumed { store: of, from, to } => format!("store \"{}\": changes reach {} from {} again", store(of), region(to), region(from)),
        What::CaughtUp { store: of } => format!("store \"{}\": all that had waited has arrived", store(of)),
        What::EndpointMoved { store: of, region: at, writer } => {
            format!("store \"{}\": applications in {} now write to {}", store(of), region(at), region(writer))
        }
        What::Fenced { .. } | What::RebuildBegan { .. } | What::Rebuilt { .. } => role(cast, what),
        What::SwitchoverBegan { .. } | What::SwitchoverRefused { .. } | What::SwitchoverFailed { .. } | What::SwitchedOver { .. } => role(cast, what),
        What::ServiceChanged { seat, operation, served, main } => {
            let seat = &trace.seats[seat.index()];
            let of = &cast.populations[seat.population.index()].name;
            let part = match served.as_f64() {
                share if share > 0.0 && share < 1.0 => format!(" ({:.3} % of them are served)", share * 100.0),
                _ => String::new(),
            };
            format!("{} of {of} to {} {}{part}", operation.plural(), seat.label, fate(cast, main))
        }
    }
}

/// By which way traffic goes around a cut link.
fn detour(cast: &Cast, what: &What) -> String {
    let What::Detoured { between: (from, to), by, round_trip, usual } = *what else { unreachable!("the caller asks only for detours") };
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

/// What became of the role of a region in a store.
fn role(cast: &Cast, what: &What) -> String {
    let region = |region: RegionId| short(cast, region);
    let (of, words) = match *what {
        What::Fenced { store, region: old } => (store, format!("{}, the old writer, takes no more writes", region(old))),
        What::RebuildBegan { store, region: old } => (store, format!("{}, the old writer, is rebuilt; what only it had is discarded", region(old))),
        What::Rebuilt { store, region: old } => (store, format!("{} is a replica now", region(old))),
        What::SwitchoverBegan { store, to } => (store, format!("switchover to {} begins, no writes until it is in sync", region(to))),
        What::SwitchoverRefused { store, to } => (store, format!("switchover to {} is refused: it needs both sides", region(to))),
        What::SwitchoverFailed { store, to } => (store, format!("switchover to {} fails, the writer stays", region(to))),
        What::SwitchedOver { store, from, to } => (store, format!("{} takes writes now, {} is its replica", region(to), region(from))),
        _ => unreachable!("the caller asks only for changes of roles"),
    };
    format!("store \"{}\": {words}", cast.stores[of.index()])
}

/// Which name servers: those of an audience that does not hear every checker.
fn heard(audience: u32) -> String {
    if audience == 0 { String::new() } else { format!(", for those who hear only some checkers ({audience})") }
}

fn fate(cast: &Cast, ending: Ending) -> String {
    match (ending.outcome, ending.at) {
        (Outcome::Served { by: Some(by), hop }, Some(at)) if by == at && !hop.is_zero() => {
            format!("are served in {}, with {:.0} ms for other regions to confirm", short(cast, at), hop.seconds() * 1_000.0)
        }
        (Outcome::Served { by: Some(by), .. }, Some(at)) if by == at => format!("are served in {}", short(cast, at)),
        (Outcome::Served { by: Some(by), hop }, _) => format!("are served by {}, {:.0} ms away", short(cast, by), hop.seconds() * 1_000.0),
        (Outcome::Served { by: None, .. }, _) => "are served at the edge".to_string(),
        (Outcome::Forked { by, .. }, _) => format!("are taken by the old writer in {}, which will be discarded", short(cast, by)),
        (Outcome::Refused, _) => "are refused".to_string(),
        (Outcome::TimedOut, _) => "time out".to_string(),
        (Outcome::Unresolved, _) => "find no address".to_string(),
    }
}
