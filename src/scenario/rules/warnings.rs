//! What a scenario leaves out although its answer depends on it: it runs, and the report says so.
//!
//! Control planes have no places of their own yet: a region outage leaves them well unless a fault says otherwise. That of Route 53 stands
//! in us-east-1, so whoever changes records in an outage there counts on what is down with it.
//! Source: AWS Fault Isolation Boundaries, "Global services that are unique by partition"; AWS summary of 2021-12-07.

use super::super::Scenario;
use crate::fault::{Breaks, ControlPlane, Effect, Fault, Window};
use crate::law::Law;
use crate::problem::Problem;
use crate::read::Fields;
use crate::units::Duration;

/// Where records are changed (Route 53's control plane).
const NAMES_ARE_CHANGED_IN: &str = "us-east-1";

/// Warnings of a scenario that can be run, in the order of the faults that they are about.
pub fn of(scenario: &Scenario, fields: &mut Fields) -> Vec<Problem> {
    let mut warnings = Vec::new();
    for (index, fault) in scenario.faults.iter().enumerate() {
        let Fault::RegionOutage(outage) = fault else { continue };
        let window = outage.window();
        if scenario.regions[outage.region.index()].near.name != NAMES_ARE_CHANGED_IN || is_impaired(scenario, window) {
            continue;
        }
        let Some(change) = change(scenario, outage) else { continue };
        let place = super::faults::place_of(fields, index);
        let what = format!(
            "{change} in the outage of {} as if nothing were wrong, and the control plane of records (Route 53) stands there",
            scenario.region_name(outage.region)
        );
        warnings.push(Problem {
            place,
            what,
            mend: format!("add {} to the faults, or take the numbers as those of a spared control plane", impairment(window)),
        });
    }
    warnings
}

/// What changes records once it sees a fault.
fn change(scenario: &Scenario, outage: &crate::fault::region_outage::RegionOutage) -> Option<String> {
    let moves = |store: &&crate::replication::Store| store.promotion.as_ref().is_some_and(|promotion| promotion.to != outage.region);
    let of_store = || scenario.stores.iter().find(moves).map(|store| format!("the record of the endpoint of store \"{}\" is changed", store.name));
    scenario.policy.rewriting().map(|_| "records are rewritten".to_string()).or_else(of_store)
}

/// Whether a fault of the scenario impairs the control plane in the usual window of an outage.
fn is_impaired(scenario: &Scenario, outage: &Window) -> bool {
    let ends = |window: &Window| window.at + window.lasting.at(0.5);
    scenario.faults.iter().any(|fault| {
        let behaviour = fault.behaviour();
        let window = behaviour.window();
        behaviour.effects().contains(&Effect::ControlPlane(ControlPlane::Names)) && window.at < ends(outage) && outage.at < ends(window)
    })
}

/// How an impairment with the same window is written.
fn impairment(window: &Window) -> String {
    let lasting = if let Law::Constant(length) = window.lasting { format!("\"{length}\"") } else { "..".to_string() };
    let again = if window.times > 1 { format!(", every: \"{}\", times: {}", window.every, window.times) } else { String::new() };
    let at: Duration = window.at;
    format!("ControlPlaneImpaired(plane: Names, at: \"{at}\", lasting: {lasting}{again})")
}
