//! What a scenario leaves out although its answer depends on it, and what its answer hangs on without saying so: it runs, and the
//! report tells.
//!
//! Control planes have no places of their own yet: a region outage leaves them well unless a fault says otherwise. That of Route 53 stands
//! in us-east-1, so whoever changes records in an outage there counts on what is down with it.
//! Source: AWS Fault Isolation Boundaries, "Global services that are unique by partition"; AWS summary of 2021-12-07.

use super::super::Scenario;
use crate::fault::{Breaks, ControlPlane, Effect, Fault, Window};
use crate::law::Law;
use crate::problem::Problem;
use crate::read::Fields;
use crate::units::{Duration, Share};

/// Where records are changed (Route 53's control plane).
const NAMES_ARE_CHANGED_IN: &str = "us-east-1";

/// Caches behind which the last users stand: their time is the chance of fewer than this many.
const FEW: f64 = 5.0;

/// Warnings of a scenario that can be run, in the order of the users and of the faults that they are about.
pub fn of(scenario: &Scenario, fields: &mut Fields) -> Vec<Problem> {
    let mut warnings = few_caches(scenario, fields);
    warnings.extend(spared_control_plane(scenario, fields));
    warnings.extend(super::unfelt::of(scenario, fields));
    warnings
}

/// Populations whose last users, those beyond the threshold of the objectives, share very few caches.
fn few_caches(scenario: &Scenario, fields: &mut Fields) -> Vec<Problem> {
    let mut warnings = Vec::new();
    let last = 1.0 - scenario.objectives.threshold.as_f64();
    for (index, population) in scenario.populations.iter().enumerate() {
        let Some(caches) = population.resolvers.caches else { continue };
        let behind = caches as f64 * last;
        if caches == population.users || behind >= FEW || last <= 0.0 {
            continue;
        }
        let percent = Share::from_parts(Share::ALL.parts() - scenario.objectives.threshold.parts());
        let place = super::faults::place_in(fields, "users", index);
        let caches = match (caches, behind.ceil()) {
            (1, _) => "its only resolver cache".to_string(),
            (_, few) if few <= 1.0 => format!("one of its {caches} resolver caches"),
            (_, few) => format!("{few} of its {caches} resolver caches"),
        };
        let what = format!(
            "the last {percent} of \"{}\" stand behind {caches}: how long they take, and how that differs from run to run, is the chance of so few",
            population.name
        );
        warnings.push(Problem {
            place,
            what,
            help: "leave caches out if the users have very many, or write how many there are"
                .into(),
        });
    }
    warnings
}

/// Outages of the region in which records are changed, of scenarios that change some.
fn spared_control_plane(scenario: &Scenario, fields: &mut Fields) -> Vec<Problem> {
    let mut warnings = Vec::new();
    for (index, fault) in scenario.faults.iter().enumerate() {
        let Fault::RegionOutage(outage) = fault else { continue };
        let window = outage.window();
        if scenario.regions[outage.region.index()].near.name != NAMES_ARE_CHANGED_IN
            || is_impaired(scenario, window)
        {
            continue;
        }
        let Some(change) = change(scenario, outage) else { continue };
        let place = super::faults::place_in(fields, "faults", index);
        let what = format!(
            "{change} in the outage of {} as if nothing were wrong, and the control plane of records (Route 53) stands there",
            scenario.region_name(outage.region)
        );
        warnings.push(Problem {
            place,
            what,
            help: format!(
                "add {} to the faults, or take the numbers as those of a spared control plane",
                impairment(window)
            ),
        });
    }
    warnings
}

/// What changes records once it sees a fault.
fn change(
    scenario: &Scenario,
    outage: &crate::fault::region_outage::RegionOutage,
) -> Option<String> {
    let moves = |store: &&crate::replication::Store| {
        store.promotion.as_ref().is_some_and(|promotion| promotion.to != outage.region)
    };
    let of_store = || {
        scenario.stores.iter().find(moves).map(|store| {
            format!("the record of the endpoint of store \"{}\" is changed", store.name)
        })
    };
    scenario.policy.rewriting().map(|_| "records are rewritten".to_string()).or_else(of_store)
}

/// Whether a fault of the scenario impairs the control plane in the usual window of an outage.
fn is_impaired(scenario: &Scenario, outage: &Window) -> bool {
    let ends = |window: &Window| window.at + window.lasting.at(0.5);
    scenario.faults.iter().any(|fault| {
        let behaviour = fault.behaviour();
        let window = behaviour.window();
        behaviour.effects().contains(&Effect::ControlPlane(ControlPlane::Names))
            && window.at < ends(outage)
            && outage.at < ends(window)
    })
}

/// How an impairment with the same window is written.
fn impairment(window: &Window) -> String {
    let lasting = if let Law::Constant(length) = window.lasting {
        format!("\"{length}\"")
    } else {
        "..".to_string()
    };
    let again = if window.times > 1 {
        format!(", every: \"{}\", times: {}", window.every, window.times)
    } else {
        String::new()
    };
    let at: Duration = window.at;
    format!("ControlPlaneImpaired(plane: Names, at: \"{at}\", lasting: {lasting}{again})")
}
