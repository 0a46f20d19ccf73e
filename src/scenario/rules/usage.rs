//! Names that nothing uses, and records that are rewritten more than once.

use super::super::Scenario;
use super::faults::place_in;
use crate::health::metric;
use crate::health::{Metric, Sensor};
use crate::id::CheckId;
use crate::read::Fields;
use crate::routing::{Leads, Policy};

/// Names that nothing uses are a sign of a slip.
pub fn usage(scenario: &Scenario, fields: &mut Fields) {
    for (index, check) in scenario.health_checks.iter().enumerate() {
        let at = place_in(fields, "health_checks", index);
        if !check.is_observed && !is_used(scenario, CheckId::at(index)) {
            fields.reader().problem(
                at,
                format!("nothing uses the health check \"{}\"", check.name),
                "name it in a routing record, a front door or a promotion, or write observed: true to only look at it",
            );
        }
        let Sensor::Calculated { of, .. } = &check.sensor else { continue };
        let is_calculated = |child: &CheckId| {
            matches!(scenario.health_checks[child.index()].sensor, Sensor::Calculated { .. })
        };
        if of.iter().any(is_calculated) {
            let what =
                format!("the calculated check \"{}\" looks at a calculated check", check.name);
            fields.reader().problem(
                at,
                what,
                "calculated checks cannot be nested (Route 53): name the checks below it",
            );
        }
    }
    let door_at = fields.place_of("front_doors");
    for (index, door) in scenario.doors.iter().enumerate() {
        let stop =
            crate::routing::Leads::Stop(crate::routing::Stop::Door(crate::id::DoorId::at(index)));
        if !scenario.policy.all_records().iter().any(|record| record.leads == stop) {
            let what = format!("no name leads to the front door \"{}\"", door.behaviour().name());
            fields.reader().problem(
                door_at,
                what,
                "name it in a routing record, as To(door: \"..\"), or take it out",
            );
        }
    }
}

/// A run follows one rewriting, so a tree can have one.
pub fn rewriting(scenario: &Scenario, fields: &mut Fields) {
    let records = scenario.policy.all_records();
    let aliases = records.iter().filter_map(|record| {
        if let Leads::Alias(policy) = &record.leads { Some(policy.as_ref()) } else { None }
    });
    let rewritten = std::iter::once(&scenario.policy)
        .chain(aliases)
        .filter(|policy: &&Policy| policy.behaviour().rewriting().is_some())
        .count();
    if rewritten > 1 {
        let at = fields.place_of("routing");
        fields.reader().problem(
            at,
            format!("{rewritten} policies are rewritten over the control plane"),
            "keep one Rewritten in the tree",
        );
    }
}

fn is_used(scenario: &Scenario, check: CheckId) -> bool {
    let by_door = scenario.doors.iter().any(|door| door.behaviour().checks().contains(&check));
    let by_store = scenario
        .stores
        .iter()
        .filter_map(|store| store.promotion.as_ref())
        .any(|promotion| promotion.watches == check);
    let by_records = scenario.policy.looks_at(check)
        || scenario.policy.rewriting().is_some_and(|rewriting| rewriting.watches == check);
    let by_check = scenario.health_checks.iter().any(|other| match &other.sensor {
        Sensor::Calculated { of, .. } => of.contains(&check),
        Sensor::Alarm(alarm) => alarm.metric == Metric::CheckStatus(metric::CheckStatus { check }),
        Sensor::Probes { .. } => false,
    });
    by_door || by_store || by_records || by_check
}
