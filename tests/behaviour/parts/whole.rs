//! Every part asks a question, reads and runs; and no member of a registry and no preset is without a part.

use super::watch::{part, text};
use mrsim::conflict::Policy as Conflicts;
use mrsim::fault::Fault;
use mrsim::front_door::FrontDoor;
use mrsim::health::{KINDS, Metric, ProbeKind, Sensor};
use mrsim::replication::Replication;
use mrsim::routing::{Leads, Policy};
use mrsim::scenario::{Scenario, presets};
use std::collections::BTreeSet;

fn names() -> Vec<String> {
    let directory =
        std::fs::read_dir("scenarios/parts").expect("the directory is part of the project");
    let files =
        directory.map(|entry| entry.expect("readable").file_name().into_string().expect("UTF-8"));
    let mut names: Vec<String> =
        files.filter_map(|file| file.strip_suffix(".ron").map(str::to_string)).collect();
    names.sort();
    names
}

fn scenarios() -> Vec<Scenario> {
    let parse = |name: String| {
        Scenario::parse(&text(&name)).unwrap_or_else(|problems| panic!("{name}: {problems:#?}"))
    };
    names().into_iter().map(parse).collect()
}

#[test]
fn every_part_begins_with_its_question_and_is_small() {
    for name in names() {
        let text = text(&name);
        let comment: Vec<&str> = text.lines().take_while(|line| line.starts_with("//")).collect();
        assert!(
            comment.first().is_some_and(|line| line.contains('?')) && comment.len() >= 3,
            "{name} asks its question, and says what to expect and why"
        );
        assert!(comment.iter().any(|line| line.contains("Source: ")), "{name} names its source");
        assert!(text.lines().count() <= 80, "{name} is small");
    }
}

#[test]
fn every_part_runs_without_reaching_a_limit() {
    for name in names() {
        let part = part(&name);
        for seen in part.runs() {
            assert!(
                !seen.trace.steps.is_empty() && !seen.trace.counts.is_empty(),
                "{name} has requests"
            );
        }
    }
}

/// The policy and the policies of its aliases.
fn tree(policy: &Policy) -> Vec<&Policy> {
    let records = policy.all_records().into_iter();
    let aliases = records.filter_map(|record| {
        if let Leads::Alias(policy) = &record.leads { Some(policy.as_ref()) } else { None }
    });
    std::iter::once(policy).chain(aliases).collect()
}

fn sensor_name(sensor: &Sensor) -> &'static str {
    match sensor {
        Sensor::Probes { .. } => "HealthCheck",
        Sensor::Calculated { .. } => "Calculated",
        Sensor::Alarm(_) => "Alarm",
    }
}

#[test]
fn every_registered_member_has_a_part() {
    let scenarios = scenarios();
    let policies: BTreeSet<&str> =
        scenarios.iter().flat_map(|scenario| tree(&scenario.policy)).map(Policy::name).collect();
    let doors: BTreeSet<&str> =
        scenarios.iter().flat_map(|scenario| &scenario.doors).map(FrontDoor::name).collect();
    let faults: BTreeSet<&str> =
        scenarios.iter().flat_map(|scenario| &scenario.faults).map(Fault::name).collect();
    let checks: BTreeSet<&str> = scenarios
        .iter()
        .flat_map(|scenario| &scenario.health_checks)
        .map(|check| sensor_name(&check.sensor))
        .collect();
    let stores: BTreeSet<&str> = scenarios
        .iter()
        .flat_map(|scenario| &scenario.stores)
        .map(|store| store.replication.name())
        .collect();
    let items = scenarios
        .iter()
        .flat_map(|scenario| &scenario.stores)
        .filter_map(|store| store.replication.items());
    let conflicts: BTreeSet<&str> = items.map(|shipping| shipping.conflicts.name()).collect();
    let families = [
        (Policy::KINDS, policies),
        (FrontDoor::KINDS, doors),
        (Fault::KINDS, faults),
        (KINDS, checks),
        (Replication::KINDS, stores),
        (Conflicts::KINDS, conflicts),
    ];
    for (kinds, met) in families {
        let missing: Vec<&str> =
            kinds.iter().map(|kind| kind.name).filter(|name| !met.contains(name)).collect();
        assert!(missing.is_empty(), "no part in scenarios/parts has {missing:?}");
    }
}

/// A store in a part is no use where nothing is written, or where regions never write the same key at the same time.
#[test]
fn every_conflict_policy_meets_conflicts() {
    let mut met: BTreeSet<&str> = BTreeSet::new();
    for name in names().iter().filter(|name| text(name).contains("conflicts: ")) {
        for seen in part(name).runs().take(1) {
            let conflicting =
                seen.trace.items.iter().filter(|tally| tally.total(|region| region.pairs) > 100.0);
            met.extend(conflicting.filter_map(|tally| {
                Some(
                    seen.scenario.stores[tally.store.index()].replication.items()?.conflicts.name(),
                )
            }));
        }
    }
    let missing: Vec<&str> =
        Conflicts::KINDS.iter().map(|kind| kind.name).filter(|name| !met.contains(name)).collect();
    assert!(missing.is_empty(), "no part in scenarios/parts has conflicts for {missing:?}");
}

#[test]
fn every_kind_of_probe_and_metric_has_a_part() {
    let scenarios = scenarios();
    let mut met: BTreeSet<&str> = BTreeSet::new();
    for check in scenarios.iter().flat_map(|scenario| &scenario.health_checks) {
        met.insert(match &check.sensor {
            Sensor::Probes { probing, .. } => match probing.kind {
                ProbeKind::Http => "Http",
                ProbeKind::StringMatch => "StringMatch",
                ProbeKind::Tcp => "Tcp",
            },
            Sensor::Calculated { .. } => "Calculated",
            Sensor::Alarm(alarm) => match alarm.metric {
                Metric::Errors { .. } => "Errors",
                Metric::Canary { .. } => "Canary",
                Metric::HealthyHosts { .. } => "HealthyHosts",
                Metric::ReplicaLag { .. } => "ReplicaLag",
                Metric::CheckStatus { .. } => "CheckStatus",
            },
        });
    }
    assert_eq!(met.len(), 9, "{met:?}");
}

#[test]
fn every_preset_has_a_part() {
    let presets =
        presets::SHELVES.iter().flat_map(|shelf| &shelf().presets).map(|preset| &preset.name);
    let texts: Vec<String> = names().iter().map(|name| text(name)).collect();
    let missing: Vec<&String> = presets
        .filter(|name| !texts.iter().any(|text| text.contains(&format!("preset: \"{name}\""))))
        .collect();
    assert!(missing.is_empty(), "no part in scenarios/parts has {missing:?}");
}
