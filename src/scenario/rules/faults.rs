//! Rules between faults and the rest of a scenario: a fault that nothing can feel is a slip.

use super::super::Scenario;
use crate::fault::{Effect, Fault};
use crate::health::Sensor;
use crate::id::RegionId;
use crate::problem::Place;
use crate::read::{Fields, place};
use ron2::ast::Expr;

/// What is wrong with a fault, and how to mend it.
type Verdict = Option<(String, &'static str)>;

pub fn check(scenario: &Scenario, fields: &mut Fields) {
    for (index, fault) in scenario.faults.iter().enumerate() {
        let effects = fault.behaviour().effects();
        let verdicts = [endless(fault), cut_off(scenario, &effects), unheard(scenario, &effects), unresolved(scenario, &effects)];
        let at = place_of(fields, index);
        for (what, mend) in verdicts.into_iter().flatten() {
            fields.reader().problem(at, what, mend);
        }
    }
}

/// A fault of an instance that nothing gives a length.
fn endless(fault: &Fault) -> Verdict {
    let Fault::WriterInstanceFails(fault) = fault else { return None };
    let what = format!("nothing says how long it takes until a standby of \"{}\" takes over", fault.name);
    (!fault.is_known).then_some((what, "write lasting: \"60s\", or give the store a standby: Standby(preset: \"rds-multi-az\")"))
}

/// The place of a fault in the list.
fn place_of(fields: &mut Fields, index: usize) -> Place {
    match fields.expr("faults") {
        Some(Expr::Seq(list)) => list.items.get(index).map(|item| place(&item.expr)),
        _ => None,
    }
    .unwrap_or_else(|| fields.place_of("faults"))
}

/// Whether a check has checkers in a place, and watches the region if one is given.
fn has_checkers(scenario: &Scenario, location: &str, region: Option<RegionId>) -> bool {
    scenario.health_checks.iter().any(|check| match &check.sensor {
        Sensor::Probes { watches, probing, .. } => {
            region.is_none_or(|region| region == *watches) && probing.locations.iter().take(probing.checkers as usize).any(|known| known == location)
        }
        _ => false,
    })
}

const STANDS: &str = "write locations: [..] in a health check, or name places in which its preset's checkers stand";

fn cut_off(scenario: &Scenario, effects: &[Effect]) -> Verdict {
    let pairs = || {
        effects.iter().filter_map(|effect| match effect {
            Effect::OutOfReach { checkers_in, region } => Some((checkers_in.as_str(), *region)),
            _ => None,
        })
    };
    let (location, region) = pairs().next()?;
    let is_felt = pairs().any(|(location, region)| has_checkers(scenario, location, Some(region)));
    (!is_felt).then(|| (format!("no checker stands in {location} that watches {}", scenario.region_name(region)), STANDS))
}

fn unheard(scenario: &Scenario, effects: &[Effect]) -> Verdict {
    let pairs = || {
        effects.iter().filter_map(|effect| match effect {
            Effect::Unheard { checkers_in, by } => Some((checkers_in.as_str(), *by)),
            _ => None,
        })
    };
    let (location, _) = pairs().next()?;
    if !pairs().any(|(location, _)| has_checkers(scenario, location, None)) {
        return Some((format!("no checker stands in {location}"), STANDS));
    }
    let has_users = |name: &str| scenario.populations.iter().any(|population| population.place.name == name);
    let (_, empty) = pairs().find(|(_, by)| !has_users(by.name))?;
    Some((format!("no users are in \"{}\"", empty.name), "name places of this scenario's populations in by: [..]"))
}

/// What name servers do cannot touch clients that ask none.
fn unresolved(scenario: &Scenario, effects: &[Effect]) -> Verdict {
    let is_resolved = scenario.policy.behaviour().is_resolved();
    let of_names = effects.iter().any(|effect| matches!(effect, Effect::EmptyAnswers | Effect::NameServersDown));
    let what = "clients keep the list of regions themselves, so what name servers answer changes nothing";
    (of_names && !is_resolved).then(|| (what.to_string(), "take the fault out, or write a policy that is resolved"))
}
