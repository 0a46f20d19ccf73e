//! The facts of a run in words, with names instead of numbers. Moves of users between the same
//! regions for the same reason are one entry, unless every one is asked for.

use crate::id::{PopulationId, RegionId};
use crate::report::numbers::{plural, whole};
use crate::trace::{Cast, Fact, FactId, Outcome, Trace, What};
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
    from: RegionId,
    to: RegionId,
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
            What::ServiceChanged { group, .. } if !all && !is_used(cast, group) => {}
            _ => entries.push(Entry { at: fact.at, what: words(cast, &fact.what), cause: fact.cause, facts: vec![id] }),
        }
    }
    entries.extend(groups.into_iter().map(|group| told(cast, group, clock)));
    entries.sort_by_key(|entry| entry.facts[0]);
    entries
}

fn gather(cast: &Cast, groups: &mut Vec<Moves>, fact: &Fact, id: FactId) {
    let What::UsersMoved { cohort, from, to } = fact.what else { return };
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

fn told(cast: &Cast, group: Moves, clock: &dyn Fn(Instant) -> String) -> Entry {
    let name = &cast.populations[group.population.index()].name;
    // Under a drawn policy the same users move back and forth: then it is moves that are counted.
    let users = if group.users > cast.populations[group.population.index()].users { "moves of users" } else { "users" };
    let caches = plural(group.facts.len() as u64, "cache expiry").replace("expirys", "expiries");
    let what = format!(
        "users move: {name}, {} -> {}, {} {users}, {caches} until {}",
        short(cast, group.from),
        short(cast, group.to),
        whole(group.users),
        clock(group.last)
    );
    Entry { at: group.first, what, cause: group.cause, facts: group.facts }
}

/// Whether any population's requests belong to this group.
fn is_used(cast: &Cast, group: usize) -> bool {
    cast.populations.iter().any(|population| population.group == group)
}

/// "Tokyo" of "Tokyo (ap-northeast-1)".
fn short(cast: &Cast, region: RegionId) -> &str {
    let label = &cast.regions[region.index()];
    label.split(" (").next().unwrap_or(label)
}

fn words(cast: &Cast, what: &What) -> String {
    let region = |region: RegionId| short(cast, region);
    let check = |check: crate::id::CheckId| &cast.checks[check.index()];
    let store = |store: crate::id::StoreId| &cast.stores[store.index()];
    let state = |healthy: bool| if healthy { "healthy" } else { "unhealthy" };
    match *what {
        What::FaultBegan { fault } => format!("fault begins: {}", cast.faults[fault.index()]),
        What::FaultEnded { fault } => format!("fault ends: {}", cast.faults[fault.index()]),
        What::BeliefChanged { check: of, healthy } => format!("health check \"{}\" turns {} (quorum of its checkers)", check(of), state(healthy)),
        What::Published { check: of, healthy } => format!("name servers learn that \"{}\" is {}", check(of), state(healthy)),
        What::UsersMoved { cohort, from, to } => {
            let cohort = cast.cohorts[cohort.index()];
            format!(
                "users move: {}, {} -> {}, {} users, one cache expiry",
                cast.populations[cohort.population.index()].name,
                region(from),
                region(to),
                whole(cohort.users)
            )
        }
        What::PromotionOrdered { store: of, to } => format!("store \"{}\": promotion of {} is ordered", store(of), region(to)),
        What::PromotionCalledOff { store: of } => format!("store \"{}\": promotion is called off, the check is healthy again", store(of)),
        What::PromotionFailed { store: of, to } => format!("store \"{}\": promotion fails, {} is down", store(of), region(to)),
        What::Promoted { store: of, from, to } => format!("store \"{}\": {} takes writes now, {} no more", store(of), region(to), region(from)),
        What::WritesLost { store: of, writes: 0, .. } => format!("store \"{}\": no acknowledged write is lost", store(of)),
        What::WritesLost { store: of, writes, age } => {
            format!("store \"{}\": {} lost, the oldest {:.3} s old at the fault", store(of), plural(writes, "acknowledged write"), age.seconds())
        }
        What::EndpointMoved { store: of, region: at, writer } => {
            format!("store \"{}\": applications in {} now write to {}", store(of), region(at), region(writer))
        }
        What::ServiceChanged { group, region: at, operation, outcome } => {
            let of = cast.stores.get(group).map_or(String::new(), |store| format!(" of \"{store}\""));
            format!("{}{of} arriving in {} {}", operation.plural(), region(at), fate(cast, at, outcome))
        }
    }
}

fn fate(cast: &Cast, at: RegionId, outcome: Outcome) -> String {
    match outcome {
        Outcome::Served { by, .. } if by == at => "are served there".to_string(),
        Outcome::Served { by, hop } => format!("are served by {}, {:.0} ms away", short(cast, by), hop.seconds() * 1_000.0),
        Outcome::Refused => "are refused".to_string(),
        Outcome::TimedOut => "time out".to_string(),
    }
}
