//! Family C: acknowledged writes that the promoted replica does not have.

use super::sample::{Adapter, Pick, Record, Statistic, number, text};
use super::spec::{Spec, store, writer};
use mrsim::trace::{Trace, What};
use serde_json::Value;

const RUNS: u64 = 4_000;

/// Lost writes, and the age of the oldest at the fault in seconds.
pub const LOSS: Record = Record { name: "loss", of: loss };

fn loss(trace: &Trace) -> Vec<Vec<f64>> {
    let lost = trace.facts.iter().find_map(|fact| match fact.what {
        What::WritesLost { writes, age, .. } => Some(vec![writes as f64, age.seconds()]),
        _ => None,
    });
    vec![lost.expect("the replica is promoted")]
}

pub fn adapter(vector: &Value) -> Option<Adapter> {
    let (id, inputs) = (text(&vector["id"]), &vector["inputs"]);
    let spec = |order: &str| spec(number(&inputs["write_rate"]), &lag(inputs, "mean"), order);
    let oldest_by = inputs["x"].as_f64();
    let (spec, pick): (Spec, Pick) = match (id.split('.').next(), oldest_by) {
        (Some("C1"), _) => (spec("Unordered"), Box::new(|row| Some(row[0]))),
        (Some("C2"), None) => (spec("Unordered"), Box::new(|row| Some(row[1]))),
        (Some("C2"), Some(x)) => (spec("Unordered"), Box::new(move |row| Some(f64::from(row[1] <= x)))),
        (Some("C3"), _) => (spec("InOrder"), Box::new(|row| Some(row[0]))),
        (Some("C7"), _) => (shipped(inputs), Box::new(|row| Some(row[0]))),
        (Some("C4"), _) => (copied(inputs), snapshot_pick(&id)),
        _ => return None,
    };
    let runs = if id.starts_with("C7") { 20_000 } else { RUNS };
    Some(Adapter { text: spec.text(), runs, record: LOSS, pick, statistic: Statistic::named(&id) })
}

/// Snapshots that are copied elsewhere, and a promotion the instant at which the failure is noticed.
fn copied(inputs: &Value) -> Spec {
    let (period, copy, rate) = (number(&inputs["period"]), number(&inputs["copy_time"]), number(&inputs["write_rate"]));
    let stores = store("\"1s\"", "InOrder").replacen("readers: [\"us-east-1\"],", "", 1);
    let (before, after) = (stores.find("replication:").expect("it replicates"), stores.find("promotion:").expect("it is promoted"));
    let stores = format!("{}replication: Snapshots(every: \"{period}s\", copy: \"{copy}s\"), {}", &stores[..before], &stores[after..]);
    let fault_at = 2.0 * period + copy + 100.0;
    Spec { fault_at, run: fault_at + 200.0, step: 7.0, users: writer(rate), stores, ..Spec::default() }
}

/// A channel that ships one write after the other, then takes as long for each to arrive.
fn shipped(inputs: &Value) -> Spec {
    let mean = 1.0 / number(&inputs["ship_rate"]);
    let ships = if text(&inputs["service"]) == "exp" { format!("Exponential(mean: \"{mean}s\")") } else { format!("\"{mean}s\"") };
    let lag = format!("\"{}s\", ships: {ships}", number(&inputs["propagation"]));
    spec(number(&inputs["write_rate"]), &lag, "InOrder")
}

/// The age and its quantile look at the oldest lost write, the others at how many there are.
fn snapshot_pick(id: &str) -> Pick {
    let column = usize::from(id.contains(".age.") || id.contains(".p99."));
    Box::new(move |row| Some(row[column]))
}

/// The law of the lag of one write. `centre`: what the vector's mean is taken for.
pub fn lag(inputs: &Value, centre: &str) -> String {
    let mean = number(&inputs["mean_lag"]);
    match text(&inputs["lag"]).as_str() {
        "const" => format!("\"{mean}s\""),
        "exp" => format!("Exponential(mean: \"{mean}s\")"),
        "lognorm" => format!("Lognormal({centre}: \"{mean}s\", sigma: {:?})", number(&inputs["sigma"])),
        "unif" => uniform(mean),
        other => panic!("there is no lag \"{other}\""),
    }
}

/// Uniform from nothing to twice the mean.
pub fn uniform(mean: f64) -> String {
    format!("Uniform(from: \"0s\", to: \"{}s\")", 2.0 * mean)
}

/// The writer dies at 250 s: by then the longest lag that is ever drawn (all but one in 10^9) has passed.
pub fn spec(rate: f64, lag: &str, order: &str) -> Spec {
    Spec { fault_at: 250.0, run: 300.0, step: 7.0, users: writer(rate), stores: store(lag, order), ..Spec::default() }
}
