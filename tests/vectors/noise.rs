//! Families A3 to A5 and B3: probes that fail by chance, alarms over periods, caches in the client.

use super::caching::{kept_for, published};
use super::detection::DETECTION;
use super::sample::{Adapter, Record, Statistic, believed_unhealthy, number, text, whole};
use super::spec::{Spec, WARM, population};
use mrsim::units::Instant;
use serde_json::Value;

const RUNS: u64 = 20_000;

pub fn adapter(vector: &Value) -> Option<Adapter> {
    let (id, inputs) = (text(&vector["id"]), &vector["inputs"]);
    match id.split('.').next() {
        Some("A3") => Some(gray(inputs)),
        Some("A4") => Some(lost_probes(inputs)),
        Some("A4x") => Some(rarely_lost_probes(inputs)),
        Some("A5") => Some(alarm(inputs)),
        Some("B3") => Some(pinned(&id, inputs)),
        _ => None,
    }
}

/// The text with one part of it replaced; a part that is not there is a mistake here.
fn with(text: &str, part: &str, by: &str) -> String {
    assert!(text.contains(part), "{part} is in the scenario");
    text.replace(part, by)
}

// ---- A3: each probe of a gray failure fails with a probability of its own ----

fn gray(inputs: &Value) -> Adapter {
    let percent = 100.0 * number(&inputs["probe_fail_prob"]);
    let spec = Spec { run: 6_000.0, interval: number(&inputs["I"]), threshold: whole(&inputs["k"]), ..Spec::default() };
    let fault = format!("GrayFailure(region: \"ap-northeast-1\", at: \"100s\", lasting: \"30d\", errors: \"{percent}%\")");
    let text = with(&spec.text(), "RegionOutage(region: \"ap-northeast-1\", at: \"100s\", lasting: \"30d\", how: FastFail)", &fault);
    Adapter { text, runs: RUNS, record: DETECTION, pick: Box::new(|row| Some(row[0])), statistic: Statistic::Mean }
}

// ---- A4: probes until a false alarm ----

/// Probes at 0, 10, 20, .. s until the check is believed unhealthy.
const PROBES: Record = Record {
    name: "probes",
    of: |trace| {
        let tripped = believed_unhealthy(trace).expect("the run is long enough for a false alarm");
        vec![vec![tripped.since(Instant::START).seconds() / 10.0 + 1.0]]
    },
};

fn lost_probes(inputs: &Value) -> Adapter {
    let percent = 100.0 * number(&inputs["probe_loss"]);
    let spec = Spec {
        run: 40_000.0,
        fault_at: 39_999.0,
        step: 600.0,
        threshold: whole(&inputs["k"]),
        first_probe: Some(0.0),
        connect_timeout: 0.0,
        ..Spec::default()
    };
    let text = with(&spec.text(), "preset: \"route53-fast\",", &format!("preset: \"route53-fast\", loss: \"{percent}%\","));
    Adapter { text, runs: RUNS, record: PROBES, pick: Box::new(|row| Some(row[0])), statistic: Statistic::Mean }
}

/// The same with a probe every second: a false alarm comes once in a million of them. Probes that pass are jumped over.
const MANY_PROBES: Record = Record {
    name: "many probes",
    of: |trace| {
        let tripped = believed_unhealthy(trace).expect("the run is long enough for a false alarm");
        vec![vec![tripped.since(Instant::START).seconds() + 1.0]]
    },
};

fn rarely_lost_probes(inputs: &Value) -> Adapter {
    let percent = 100.0 * number(&inputs["probe_loss"]);
    let (run, step) = (15_000_000.0, 36_000.0);
    let users = population("users", 1, 0.001, WARM);
    let spec = Spec {
        run,
        fault_at: run - 1.0,
        step,
        users,
        interval: 1.0,
        threshold: whole(&inputs["k"]),
        first_probe: Some(0.0),
        connect_timeout: 0.0,
        ..Spec::default()
    };
    let text = with(&spec.text(), "preset: \"route53-fast\",", &format!("preset: \"route53-fast\", loss: \"{percent}%\","));
    Adapter { text, runs: 200, record: MANY_PROBES, pick: Box::new(|row| Some(row[0])), statistic: Statistic::Mean }
}

// ---- A5: an alarm over periods of the clock on the wall ----

fn alarm(inputs: &Value) -> Adapter {
    let (period, periods, bad) = (number(&inputs["period"]), whole(&inputs["eval_periods"]), 100.0 * number(&inputs["min_bad_fraction"]));
    let delay = number(&inputs["publish_delay"]);
    let spec = Spec { run: 1_200.0, fault_at: 600.0, ..Spec::default() }.text();
    let (before, rest) = spec.split_once("HealthCheck(").expect("there is a health check");
    let (_, after) = rest.split_once(")],").expect("it is the last of its list");
    let text = format!(
        "{before}Alarm(name: \"primary\", metric: Canary(region: \"ap-northeast-1\", above: \"{bad}%\"), period: \"{period}s\", periods: {periods},
            delay: \"{delay}s\", push: \"0s\")],{after}"
    );
    Adapter { text, runs: RUNS, record: DETECTION, pick: Box::new(|row| Some(row[0])), statistic: Statistic::Mean }
}

// ---- B3: a client that keeps an address for a time of its own, behind a resolver that honours the time to live ----

const PINNED: Record = Record { name: "pinned", of: |trace| vec![kept_for(trace, published(trace))] };

fn pinned(id: &str, inputs: &Value) -> Adapter {
    let (pin, ttl) = (number(&inputs["client_pin"]), number(&inputs["ttl"]));
    // A user who asks all the time, so that a pin that ends is renewed at once.
    let users = population("users", 1, 1e6, WARM).replacen(", resolvers:", &format!(", client: Client(pins: [\"{pin}s\"]), resolvers:"), 1);
    let users = users.replacen(",\n            resolvers:", &format!(", client: Client(pins: [\"{pin}s\"]),\n            resolvers:"), 1);
    assert!(users.contains("pins"), "{users} has a pin");
    let spec = Spec { ttl, users, threshold: 2, first_probe: Some(0.0), step: 10.0, run: 900.0, ..Spec::default() };
    let by = inputs["t"].as_f64();
    let pick = move |row: &[f64]| Some(by.map_or(row[0], |by| if row[0] <= by { 1.0 } else { 0.0 }));
    Adapter {
        text: spec.text(),
        runs: RUNS,
        record: PINNED,
        pick: Box::new(pick),
        statistic: if id.contains("cdf") { Statistic::Mean } else { Statistic::named(id) },
    }
}
