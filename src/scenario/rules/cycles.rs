//! Checks that look at one another in a circle: by calculation, or by an alarm on a check's status. Which of them would be right first,
//! nobody could say. A check that looks into a store, and moves that store's writer, is another thing: it acts on what was, later.

use crate::health::{Metric, Sensor};
use crate::id::CheckId;
use crate::read::Fields;
use crate::scenario::Scenario;

/// Each circle is told once, where the first of its checks is declared.
pub fn check(scenario: &Scenario, fields: &mut Fields) {
    for first in 0..scenario.health_checks.len() {
        let mut seen = vec![false; scenario.health_checks.len()];
        let Some(circle) = back_to(scenario, first, first, &mut seen) else { continue };
        // Calculated checks of calculated checks are refused by themselves.
        let is_alarm =
            |at: &&usize| matches!(scenario.health_checks[**at].sensor, Sensor::Alarm(_));
        if circle.iter().find(is_alarm).is_none() {
            continue;
        }
        let names: Vec<String> = circle
            .iter()
            .chain([&first])
            .map(|at| format!("\"{}\"", scenario.health_checks[*at].name))
            .collect();
        let at = super::usage::declared(fields, first);
        fields.reader().problem(
            at,
            format!("checks look at one another in a circle: {}", names.join(" looks at ")),
            "let one of them look at a region or a store",
        );
    }
}

/// The checks from `at` to `first`, over none that stands before it.
fn back_to(scenario: &Scenario, at: usize, first: usize, seen: &mut [bool]) -> Option<Vec<usize>> {
    for next in looks_at(&scenario.health_checks[at].sensor) {
        let next = next.index();
        if next == first {
            return Some(vec![at]);
        }
        if next < first || std::mem::replace(&mut seen[next], true) {
            continue;
        }
        if let Some(rest) = back_to(scenario, next, first, seen) {
            return Some(std::iter::once(at).chain(rest).collect());
        }
    }
    None
}

/// The checks by whose status a check is defined.
fn looks_at(sensor: &Sensor) -> Vec<CheckId> {
    match sensor {
        Sensor::Calculated { of, .. } => of.clone(),
        Sensor::Alarm(alarm) => match &alarm.metric {
            Metric::CheckStatus(status) => vec![status.check],
            _ => Vec::new(),
        },
        Sensor::Probes { .. } => Vec::new(),
    }
}
