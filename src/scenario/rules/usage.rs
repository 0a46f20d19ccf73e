//! Names that nothing uses, and records that are rewritten more than once.

use super::super::Scenario;
use crate::health::metric;
use crate::health::{Metric, Sensor};
use crate::id::CheckId;
use crate::problem::{Place, nearest};
use crate::read::node::{Body, Entry, Written};
use crate::read::{Fields, Node};
use crate::routing::{Leads, Policy};

/// Names that nothing uses are a sign of a slip.
pub fn usage(scenario: &Scenario, fields: &mut Fields) {
    for (index, check) in scenario.health_checks.iter().enumerate() {
        let at = declared(fields, index);
        if !check.is_observed && !is_used(scenario, CheckId::at(index)) {
            unused(fields, at, &check.name);
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
    for (index, door) in scenario.doors.iter().enumerate() {
        let stop =
            crate::routing::Leads::Stop(crate::routing::Stop::Door(crate::id::DoorId::at(index)));
        if !scenario.policy.all_records().iter().any(|record| record.leads == stop) {
            let door_at = fields.reader().names.doors.get(index).map(|door| door.place);
            let door_at = door_at.unwrap_or_else(|| fields.place_of("front_doors"));
            let what = format!("no name leads to the front door \"{}\"", door.behaviour().name());
            fields.reader().problem(
                door_at,
                what,
                "name it in a routing record, as To(door: \"..\"), or take it out",
            );
        }
    }
}

/// Where a check is declared.
pub fn declared(fields: &mut Fields, index: usize) -> Place {
    let declared = fields.reader().names.checks.get(index).map(|check| check.place);
    declared.unwrap_or_else(|| fields.place_of("health_checks"))
}

fn unused(fields: &mut Fields, at: Place, name: &str) {
    let what = format!("nothing uses the health check \"{name}\"");
    let help = "name it in a routing record, a front door or a promotion, or write observed: true to only look at it";
    // What was seen in the text is not told again once it is known.
    if !fields.reader().problems.iter().any(|told| told.what == what) {
        fields.reader().problem(at, what, help);
    }
}

/// The same where not all could be read: checks whose names stand nowhere else in the text, nor anything near them.
pub fn unmentioned(root: &Node, fields: &mut Fields) {
    let Some(checks) = root.field("health_checks") else { return };
    for check in checks.items() {
        let Some((name, at)) =
            check.field("name").and_then(|name| Some((name.as_text()?, name.place)))
        else {
            continue;
        };
        let is_observed =
            check.field("observed").is_some_and(|node| node.written == Written::Bool(true));
        let within = check.place.start..=check.place.end;
        let is_whole =
            fields.reader().problems.iter().all(|problem| !within.contains(&problem.place.start));
        if is_whole && !is_observed && !mentions(root, name) {
            unused(fields, at, name);
        }
    }
}

/// Whether a text other than a declared name is this name, or nearly.
fn mentions(node: &Node, name: &str) -> bool {
    let in_entries = |entries: &[Entry]| {
        entries.iter().any(|entry| entry.name != "name" && mentions(&entry.value, name))
    };
    match &node.written {
        Written::Text(text) => nearest(text, [name]).is_some(),
        Written::List(items) | Written::Struct { body: Body::Values(items), .. } => {
            items.iter().any(|item| mentions(item, name))
        }
        Written::Map(entries) | Written::Struct { body: Body::Fields(entries), .. } => {
            in_entries(entries)
        }
        _ => false,
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
