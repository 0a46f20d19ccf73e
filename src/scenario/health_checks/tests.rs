//! Health checks read back, and a check without a preset has the usual one.

use super::*;
use crate::read::{Declared, read_text};

fn read<T: Value>(text: &str) -> Result<(T, String), String> {
    let declared = |names: &[&str]| {
        let declared = |name: &&str| Declared { name: name.to_string(), place: Default::default() };
        names.iter().map(declared).collect()
    };
    let read = read_text(text, |node, reader| {
        reader.names.regions = declared(&["ap-northeast-1", "us-east-1"]);
        reader.names.checks = declared(&["tokyo", "virginia"]);
        reader.names.stores = declared(&["orders"]);
        reader.names.doors = declared(&["www"]);
        let value = T::read(node, reader)?;
        let written = value.write(&reader.names).to_string();
        Some((value, written))
    });
    read.map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}

fn reads_back<T: Value + PartialEq + std::fmt::Debug>(text: &str) -> T {
    let (value, written) = read::<T>(text).unwrap_or_else(|problem| panic!("{text}: {problem}"));
    let again = read::<T>(&written).unwrap_or_else(|problem| panic!("{written}: {problem}"));
    assert_eq!((&again.0, &again.1), (&value, &written), "{text}");
    value
}

fn probing(check: HealthCheck) -> Probing {
    match check.sensor {
        Sensor::Probes { probing, .. } => probing,
        other => panic!("{other:?} does not probe"),
    }
}

#[test]
fn every_check_and_metric_reads_back() {
    for kind in KINDS {
        reads_back::<HealthCheck>(kind.example);
    }
    for kind in Metric::KINDS {
        reads_back::<Metric>(kind.example);
    }
    for (kind, _) in crate::health::probing::depends().members {
        reads_back::<Depends>(kind.example);
    }
    for preset in &presets::health_checks().presets {
        let name = &preset.name;
        let text = format!("HealthCheck(name: \"x\", watches: \"us-east-1\", preset: \"{name}\")");
        reads_back::<HealthCheck>(&text);
    }
    reads_back::<HealthCheck>(
        "HealthCheck(name: \"x\", watches: \"us-east-1\", through: \"www\", kind: Https, threshold_up: 5, loss: \"1%\", \
         first_probe: \"1s\", empty_is_healthy: true, disabled: true, inverted: true, observed: true, push_up: \"30s\", \
         deep: [Reads(store: \"orders\"), Writes(\"orders\"), Lag(store: \"orders\", at_most: \"10s\")])",
    );
    reads_back::<HealthCheck>(
        "Alarm(name: \"x\", metric: Errors(region: \"us-east-1\"), periods: 5, datapoints: 3, missing: Breaching, insufficient: Healthy)",
    );
}

#[test]
fn what_is_written_stands_above_the_preset_and_the_usual_one_below_all() {
    let check = |more: &str| {
        let text = format!("HealthCheck(name: \"x\", watches: \"us-east-1\"{more})");
        read::<HealthCheck>(&text).unwrap_or_else(|problem| panic!("{text}: {problem}")).0
    };
    assert_eq!(check(""), check(", preset: \"route53-fast\""));
    assert_eq!(check("").push, PUSH.push, "as other checks");
    let azure = probing(check(", preset: \"azure-traffic-manager\", threshold: 2, locations: []"));
    assert_eq!((azure.threshold, azure.threshold_up, azure.locations.len()), (2, Some(1), 0));
    let connect = |more: &str| probing(check(more)).connect_timeout;
    assert_eq!(connect(", kind: Tcp"), TCP_CONNECT);
    assert_eq!(connect(", preset: \"azure-traffic-manager-fast\", kind: Tcp"), TCP_CONNECT);
    assert_eq!(connect(", kind: Tcp, connect_timeout: \"3s\""), Duration::from_secs(3));
    assert_eq!(connect(", preset: \"route53-fast\", kind: Http"), Duration::from_secs(4));
}

/// What the usual preset sets is the default in the description.
#[test]
fn the_description_knows_what_the_usual_preset_sets() {
    let record = Probes::record();
    let interval = record.field("interval").expect("it is described");
    assert_eq!((interval.is_required, interval.default.as_deref()), (false, Some("\"10s\"")));
    assert!(record.field("watches").is_some_and(|field| field.is_required));
}
