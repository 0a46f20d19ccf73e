//! Family A: from the fault to the belief that the region is down.

use super::sample::{Adapter, Record, Statistic, believed_unhealthy, fault_began, number, text, whole};
use super::spec::Spec;
use mrsim::trace::Trace;
use serde_json::Value;

const RUNS: u64 = 20_000;

/// Seconds from the fault to the belief.
pub const DETECTION: Record = Record { name: "detection", of: detection };

fn detection(trace: &Trace) -> Vec<Vec<f64>> {
    let noticed = believed_unhealthy(trace).expect("the fault outlasts every detection");
    vec![vec![noticed.since(fault_began(trace)).seconds()]]
}

/// The checks of a vector that gives `I`, `k` and perhaps `timeout`, `checkers`, `cadence` and `rtt`.
pub fn checks(inputs: &Value) -> Spec {
    let timeout = inputs["timeout"].as_f64().unwrap_or(0.0);
    Spec {
        interval: number(&inputs["I"]),
        threshold: whole(&inputs["k"]),
        checkers: inputs["checkers"].as_u64().unwrap_or(1),
        // A failure without a time-out is a refusal at once; with one, silence.
        how: if timeout > 0.0 { "BlackHole" } else { "FastFail" },
        connect_timeout: timeout,
        response_time: inputs["rtt"].as_f64().unwrap_or(0.0),
        cadence: if inputs["cadence"].is_null() { "Fixed" } else { "AfterResponse" },
        ..Spec::default()
    }
}

pub fn adapter(vector: &Value) -> Option<Adapter> {
    let id = text(&vector["id"]);
    match id.split('.').next() {
        Some("A1" | "A1b" | "A2") => Some(of_spec(&id, checks(&vector["inputs"]))),
        _ => None,
    }
}

pub fn of_spec(id: &str, spec: Spec) -> Adapter {
    Adapter { text: spec.text(), runs: RUNS, record: DETECTION, pick: Box::new(|row| Some(row[0])), statistic: Statistic::named(id) }
}
