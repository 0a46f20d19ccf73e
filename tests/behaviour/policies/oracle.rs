//! What the vendors' pages say of each policy, written down a second time.

use super::generate::{Asked, Case};
use super::planted::Planted;
use mrsim::id::RegionId;
use mrsim::places::UserPlace;
use mrsim::routing::location::Location;
use mrsim::routing::{Leads, Policy, Record, Stop, View};
use std::collections::BTreeSet;

/// Policies whose answer is healthy while one of their records is, whoever asks: those of which a tree can lead to the living only.
pub const EVALUATING: [&str; 6] =
    ["Failover", "Latency", "Weighted", "Multivalue", "Geoproximity", "Priority"];

/// Whether the policy looks at health: simple records, lists of clients and records changed by hand do not.
pub fn looks_at_health(asked: &Asked) -> bool {
    !matches!(asked, Asked::Real(Policy::Simple(_) | Policy::RegionList(_) | Policy::Rewritten(_)))
}

fn is_in(location: Location, asker: Option<&UserPlace>) -> bool {
    asker.is_some_and(|asker| match location {
        Location::Country(name) => asker.country == Some(name),
        Location::Continent(name) => asker.continent == name,
    })
}

/// The records that can be answered to this asker, by their positions: geolocation has none for who is elsewhere.
pub fn candidates(case: &Case) -> Vec<usize> {
    let all = (0..case.asked.behaviour().records().len()).collect();
    match &case.asked {
        Asked::Real(Policy::Geolocation(policy)) => {
            let rules = policy
                .rules
                .iter()
                .enumerate()
                .filter(|(_, (location, _))| is_in(*location, case.asker))
                .map(|(index, _)| index);
            rules.chain(policy.default.iter().map(|_| policy.rules.len())).collect()
        }
        Asked::Real(Policy::Rewritten(_)) => vec![usize::from(case.rewritten)],
        _ => all,
    }
}

/// Healthy: every check that speaks for the record says so, and, behind an alias that evaluates, some record that is there is healthy.
pub fn is_healthy(record: &Record, view: &View) -> bool {
    let says = [record.check, record.target_health]
        .into_iter()
        .flatten()
        .all(|check| view.believed_healthy[check.index()]);
    let branch = match &record.leads {
        Leads::Alias(policy) if record.evaluate_target_health => {
            policy.behaviour().present(view).iter().any(|child| is_healthy(child, view))
        }
        _ => true,
    };
    says && branch
}

/// Regions at the end of ways on which every check is healthy.
pub fn living(policy: &Policy, view: &View) -> BTreeSet<Stop> {
    let mut living = BTreeSet::new();
    for record in policy.behaviour().records() {
        if ![record.check, record.target_health]
            .into_iter()
            .flatten()
            .all(|check| view.believed_healthy[check.index()])
        {
            continue;
        }
        match &record.leads {
            Leads::Stop(stop) => drop(living.insert(*stop)),
            Leads::Alias(inner) => living.extend(self::living(inner, view)),
        }
    }
    living
}

/// The same policy, with the place of one record changed, and with it what else the record weighs; roles stay.
pub fn with_other_place(asked: &Asked, index: usize, region: usize) -> Asked {
    let leads = Leads::Stop(Stop::Region(RegionId::at(region)));
    let mut changed = asked.clone();
    match &mut changed {
        Asked::Real(Policy::Failover(policy)) if index == 0 => policy.primary.leads = leads,
        Asked::Real(Policy::Failover(policy)) => policy.secondary.leads = leads,
        Asked::Real(Policy::Latency(policy)) => policy.to[index].leads = leads,
        Asked::Real(Policy::Weighted(policy)) => {
            policy.to[index].0.leads = leads;
            policy.to[index].1 = 255 - policy.to[index].1;
        }
        Asked::Real(Policy::Multivalue(policy)) => policy.to[index].leads = leads,
        Asked::Real(Policy::Geolocation(policy)) => match policy.rules.get_mut(index) {
            Some((_, record)) => record.leads = leads,
            None => policy.default.as_mut().expect("the last of its records").leads = leads,
        },
        Asked::Real(Policy::Geoproximity(policy)) => {
            policy.to[index].0.leads = leads;
            policy.to[index].1 = -policy.to[index].1;
        }
        Asked::Real(Policy::Priority(policy)) => policy.to[index].leads = leads,
        Asked::Planted(Planted { to, .. }) => to[index].leads = leads,
        Asked::Real(other) => {
            panic!("{}: say here how one of its records moves elsewhere", other.name())
        }
    }
    changed
}

/// The same policy with its records in another order; `None` where the vendor gives the order a meaning (the primary, the first of a
/// priority list, a list that clients go through, before and after), or where there is nothing to turn.
pub fn turned(asked: &Asked, turn: usize) -> Option<Asked> {
    let mut turned = asked.clone();
    match &mut turned {
        Asked::Real(Policy::Latency(policy)) => rotate(&mut policy.to, turn),
        Asked::Real(Policy::Weighted(policy)) => rotate(&mut policy.to, turn),
        Asked::Real(Policy::Simple(policy)) => rotate(&mut policy.to, turn),
        Asked::Real(Policy::Multivalue(policy)) => rotate(&mut policy.to, turn),
        Asked::Real(Policy::Geolocation(policy)) => rotate(&mut policy.rules, turn),
        Asked::Real(Policy::Geoproximity(policy)) => rotate(&mut policy.to, turn),
        Asked::Planted(planted) => rotate(&mut planted.to, turn),
        Asked::Real(
            Policy::Failover(_)
            | Policy::Priority(_)
            | Policy::RegionList(_)
            | Policy::Rewritten(_),
        ) => return None,
    }
    Some(turned)
}

fn rotate<T>(list: &mut [T], turn: usize) {
    let by = turn % list.len().max(1);
    list.rotate_left(by);
}
