//! Rules between faults and the rest of a scenario: a fault that nothing can feel is a slip.

use super::super::Scenario;
use crate::fault::{Effect, Fault};
use crate::health::Sensor;
use crate::id::RegionId;
use crate::places;
use crate::problem::Place;
use crate::read::Fields;
use crate::replication::{Replication, Store, Tail, Waits};

/// What is wrong with a fault, and how to fix it.
type Verdict = Option<(String, &'static str)>;

pub fn check(scenario: &Scenario, fields: &mut Fields) {
    for (index, fault) in scenario.faults.iter().enumerate() {
        let effects = fault.behaviour().effects();
        let verdicts = [
            endless(fault),
            cut_off(scenario, &effects),
            unheard(scenario, &effects),
            unresolved(scenario, &effects),
            returns_empty(scenario, fault),
            instance_of_no_writer(scenario, &effects),
            unstamped(scenario, &effects),
            unshipped(scenario, &effects),
        ];
        let at = place_in(fields, "faults", index);
        for (what, help) in verdicts.into_iter().flatten() {
            fields.reader().problem(at, what, help);
        }
    }
}

/// A fault of an instance that nothing gives a length.
fn endless(fault: &Fault) -> Verdict {
    let Fault::WriterInstanceFails(fault) = fault else { return None };
    let what = format!(
        "nothing says how long it takes until a standby of \"{}\" takes over",
        fault.store.name
    );
    (!fault.is_known).then_some((
        what,
        "write duration: \"60s\", or give the store a standby: Standby(preset: \"rds-multi-az\")",
    ))
}

/// The place of an entry of a list.
pub fn place_in(fields: &mut Fields, list: &'static str, index: usize) -> Place {
    let item = fields.expr(list).and_then(|list| list.items().get(index));
    item.map_or_else(|| fields.place_of(list), |item| item.place)
}

/// Whether a check has checkers in a place, and watches the region if one is given.
fn has_checkers(scenario: &Scenario, location: &str, region: Option<RegionId>) -> bool {
    scenario.health_checks.iter().any(|check| match &check.sensor {
        Sensor::Probes { watches, probing, .. } => {
            region.is_none_or(|region| region == *watches)
                && probing
                    .locations
                    .iter()
                    .take(probing.checkers as usize)
                    .any(|known| known.0 == location)
        }
        _ => false,
    })
}

const STANDS: &str =
    "write locations: [..] in a health check, or name places in which its preset's checkers stand";

fn cut_off(scenario: &Scenario, effects: &[Effect]) -> Verdict {
    let pairs = || {
        effects.iter().filter_map(|effect| match effect {
            Effect::OutOfReach { checkers_in, region } => {
                Some((places::at(*checkers_in).name, *region))
            }
            _ => None,
        })
    };
    let (location, region) = pairs().next()?;
    let is_felt = pairs().any(|(location, region)| has_checkers(scenario, location, Some(region)));
    (!is_felt).then(|| {
        (
            format!("no checker runs in {location} that watches {}", scenario.region_name(region)),
            STANDS,
        )
    })
}

fn unheard(scenario: &Scenario, effects: &[Effect]) -> Verdict {
    let pairs = || {
        effects.iter().filter_map(|effect| match effect {
            Effect::Unheard { checkers_in, by } => Some((places::at(*checkers_in).name, *by)),
            _ => None,
        })
    };
    let (location, _) = pairs().next()?;
    if !pairs().any(|(location, _)| has_checkers(scenario, location, None)) {
        return Some((format!("no checker runs in {location}"), STANDS));
    }
    let has_users =
        |name: &str| scenario.populations.iter().any(|population| population.place.name == name);
    let (_, empty) = pairs().find(|(_, by)| !has_users(by.name))?;
    Some((
        format!("no users are in \"{}\"", empty.name),
        "name places of this scenario's populations in by: [..]",
    ))
}

/// What name servers do cannot touch clients that ask none.
fn unresolved(scenario: &Scenario, effects: &[Effect]) -> Verdict {
    let is_resolved = scenario.policy.behaviour().is_resolved();
    // Applications ask for the address of a writer that moves.
    let moves = scenario
        .stores
        .iter()
        .any(|store| store.promotion.is_some() || !store.switchovers.is_empty());
    let is_of_names = |effect: &Effect| match effect {
        Effect::EmptyAnswers => true,
        Effect::NameServersDown => !moves,
        _ => false,
    };
    let of_names = effects.iter().any(is_of_names);
    let what =
        "clients keep the list of regions themselves, so what name servers answer changes nothing";
    (of_names && !is_resolved)
        .then(|| (what.to_string(), "take the fault out, or write a policy that is resolved"))
}

/// The share at which a law is asked for its shortest time.
const LEAST: f64 = 1e-9;

/// What a region serves that is back without its data is not modelled.
fn returns_empty(scenario: &Scenario, fault: &Fault) -> Verdict {
    let Fault::RegionOutage(outage) = fault else { return None };
    let back = outage.window.at + outage.window.lasting.at(LEAST);
    (outage.destroys_data && back < scenario.run).then(|| {
        let what = format!(
            "{} may be back before the run ends, without its data",
            scenario.region_name(outage.region)
        );
        (
            what,
            "write a duration that is beyond the end, such as \"30d\", or leave destroys_data out",
        )
    })
}

/// An instance is the writer where a replica follows one: not where every replica writes, where regions agree, or where a quorum does.
fn instance_of_no_writer(scenario: &Scenario, effects: &[Effect]) -> Verdict {
    let has_no_writer = |store: &&Store| match store.replication.behaviour().tail() {
        Tail::Items(_) | Tail::Quorum(_) => true,
        Tail::Log(_) | Tail::Snapshots(_) => false,
        Tail::Confirmed => matches!(store.replication.behaviour().waits(), Waits::Majority(_)),
    };
    let failing = |effect: &Effect| match effect {
        Effect::WriterInstance(instance) => Some(&scenario.stores[instance.store.index()]),
        _ => None,
    };
    let store = effects.iter().filter_map(failing).find(has_no_writer)?;
    let what = format!(
        "no instance is the writer of store \"{}\": the service of its region takes writes",
        store.name
    );
    Some((what, "write RegionOutage(..) or GrayFailure(..) of a region"))
}

/// Clocks decide where time stamps do: in stores that several regions write.
fn unstamped(scenario: &Scenario, effects: &[Effect]) -> Verdict {
    let skewed = effects.iter().find_map(|effect| {
        if let Effect::Skew { region, .. } = effect { Some(*region) } else { None }
    })?;
    let is_felt = scenario
        .stores
        .iter()
        .any(|store| store.replication.items().is_some() && store.takes_writes(skewed));
    let what = || {
        format!(
            "nothing in {} goes by its clocks: no store there is written by several regions",
            scenario.region_name(skewed)
        )
    };
    (!is_felt).then(|| (what(), "name a region that writes a MultiWriter, ObjectReplication or EventStream store, or take the fault out"))
}

/// Replication that is slow or stalled is felt where changes follow a writer or travel item by item.
fn unshipped(scenario: &Scenario, effects: &[Effect]) -> Verdict {
    let (id, ends, stalls) = effects.iter().find_map(|effect| match effect {
        Effect::Slower { store, .. } => Some((*store, [None, None], false)),
        Effect::Stalled { store, from, to } => Some((*store, [*from, *to], true)),
        _ => None,
    })?;
    let store = &scenario.stores[id.index()];
    let is_felt = match store.replication {
        Replication::AsyncLog(_)
        | Replication::MultiWriter(_)
        | Replication::ObjectReplication(_)
        | Replication::EventStream(_) => true,
        Replication::Snapshots(_) | Replication::SemiSync(_) | Replication::Sync(_) => stalls,
        Replication::StrongRegions(_) | Replication::Quorum(_) => false,
    };
    if !is_felt {
        let what =
            format!("{} of store \"{}\" knows no such fault", store.replication.name(), store.name);
        return Some((
            what,
            "cut a link with LinkCut(..), or make a region slow with GrayFailure(..)",
        ));
    }
    if store.readers.is_empty() {
        return Some((
            format!("store \"{}\" has one region: nothing replicates", store.name),
            "give it more regions, or take the fault out",
        ));
    }
    let elsewhere = ends
        .into_iter()
        .flatten()
        .find(|region| !store.replicas().any(|replica| replica == *region))?;
    let what =
        format!("store \"{}\" has no replica in {}", store.name, scenario.region_name(elsewhere));
    Some((what, "name regions of the store in from and to, or leave them out"))
}
