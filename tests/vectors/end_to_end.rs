//! Family H: whole failovers: many clients in one run, outages that end by themselves, failed requests.

use super::caching::{client, client_spec};
use super::detection::checks;
use super::losses;
use super::sample::{Adapter, Record, Statistic, believed_unhealthy, fault_began, first, number, text, whole};
use super::spec::{Spec, WARM, population};
use mrsim::id::CohortId;
use mrsim::measure::availability::FailedRequests;
use mrsim::measure::{Measure, Replay, Served};
use mrsim::trace::{Trace, What};
use serde_json::Value;

/// Runs with one client.
const RUNS: u64 = 20_000;
/// Runs with a thousand clients and more.
const CROWDED_RUNS: u64 = 2_000;

pub fn adapter(vector: &Value) -> Option<Adapter> {
    let (id, inputs) = (text(&vector["id"]), &vector["inputs"]);
    match id.split('.').next() {
        Some("H1") => Some(clients(&id, inputs)),
        Some("H2") => Some(client(&id, inputs, client_spec(inputs))),
        Some("H3") => Some(single(Spec { lasting: outage(inputs), ..checks(inputs) }, TRIGGERED)),
        Some("H4") => Some(single(Spec { lasting: outage(inputs), ..client_spec(inputs) }, WITHOUT_SERVICE)),
        Some("H5") => Some(duration(inputs)),
        Some("H6") => Some(few_lost(inputs)),
        Some("H7") => Some(failed_requests(&id, inputs)),
        _ => None,
    }
}

/// The mean of the one number that a record gives per run.
fn single(spec: Spec, record: Record) -> Adapter {
    Adapter { text: spec.text(), runs: RUNS, record, pick: Box::new(|row| Some(row[0])), statistic: Statistic::Mean }
}

// ---- H1: clients of one run share its detection ----

/// Seconds without service over the clients of a run: 99 %, the last, the mean.
const CLIENTS: Record = Record { name: "clients", of: clients_without };

fn clients_without(trace: &Trace) -> Vec<Vec<f64>> {
    let replay = Replay::new(trace);
    let law = replay.user_law(Served::All);
    assert_eq!(law.affected(), law.users, "every client lost service");
    let quantile = |k, n| law.quantile(k, n).expect("clients lost service").ordered();
    let sum: f64 = law.recovered.iter().map(|(time, users)| time.expect("the run is long enough") as f64 / 1e9 * *users as f64).sum();
    vec![vec![quantile(99, 100), quantile(1, 1), sum / law.users as f64]]
}

/// Where a vector leaves the number of clients open (the 99 % of very many clients), 1999 are taken:
/// number 1980 of 1999 has exactly the mean of the 99 % of the law.
fn clients(id: &str, inputs: &Value) -> Adapter {
    let crowd = inputs["clients"].as_u64().unwrap_or(1_999);
    let column = match id.split('.').nth(1) {
        Some("perrun") => 0,
        Some("last") => 1,
        Some("sdmean") => 2,
        other => panic!("{id}: {other:?} is not known"),
    };
    let spec = Spec { users: population("users", crowd, 1.0, WARM), ..client_spec(inputs) };
    Adapter { text: spec.text(), runs: CROWDED_RUNS, record: CLIENTS, pick: Box::new(move |row| Some(row[column])), statistic: Statistic::named(id) }
}

// ---- H3, H4: outages that may end first ----

/// Whether the outage was believed at all.
const TRIGGERED: Record = Record { name: "triggered", of: |trace| vec![vec![f64::from(believed_unhealthy(trace).is_some())]] };

/// Seconds without service of the only client.
const WITHOUT_SERVICE: Record = Record { name: "without service", of: without_service };

fn without_service(trace: &Trace) -> Vec<Vec<f64>> {
    let replay = Replay::new(trace);
    vec![vec![replay.time_without(&replay.cohort_changes(CohortId(0), Served::All)).seconds()]]
}

fn outage(inputs: &Value) -> String {
    assert_eq!(text(&inputs["outage"]), "exp", "the only law of outages here");
    format!("Exponential(mean: \"{}s\")", number(&inputs["mean_outage"]))
}

// ---- H5: how long outages last ----

/// Hours from the beginning to the end of the fault. A run of a year sees every end: an outage
/// outlasts it with a probability below 10^-15.
const OUTAGE: Record = Record { name: "outage", of: outage_hours };

fn outage_hours(trace: &Trace) -> Vec<Vec<f64>> {
    let ended = first(trace, |what| matches!(what, What::FaultEnded { .. })).expect("a year sees every end");
    vec![vec![ended.since(fault_began(trace)).seconds() / 3_600.0]]
}

fn duration(inputs: &Value) -> Adapter {
    assert_eq!(text(&inputs["unit"]), "h", "the only unit here");
    let median = libm::exp(number(&inputs["lognormal_mu"]));
    let year = 366.0 * 86_400.0;
    let lasting = format!("Lognormal(median: \"{median}h\", sigma: {})", number(&inputs["sigma"]));
    let spec = Spec { run: year, step: year, lasting, ..Spec::default() };
    match inputs["t"].as_f64() {
        Some(t) => Adapter { pick: Box::new(move |row| Some(f64::from(row[0] > t))), ..single(spec, OUTAGE) },
        None => single(spec, OUTAGE),
    }
}

// ---- H6: the law of lost writes ----

/// The vector holds for any shape of the lag; this one is in no other vector with these numbers.
fn few_lost(inputs: &Value) -> Adapter {
    let most = number(&inputs["N"]);
    let spec = losses::spec(number(&inputs["write_rate"]), &losses::uniform(number(&inputs["mean_lag"])), "Unordered");
    Adapter { pick: Box::new(move |row| Some(f64::from(row[0] <= most))), ..single(spec, losses::LOSS) }
}

// ---- H7: failed requests ----

/// Requests that failed in a run.
const FAILED: Record = Record { name: "failed", of: |trace| vec![vec![FailedRequests.of(&Replay::new(trace)).expect("there are requests").value]] };

fn failed_requests(id: &str, inputs: &Value) -> Adapter {
    let users = population("users", whole(&inputs["clients"]), number(&inputs["req_rate_per_client"]), WARM);
    let spec = Spec { users, step: 7.0, ..client_spec(inputs) };
    Adapter { runs: CROWDED_RUNS, statistic: Statistic::named(id), ..single(spec, FAILED) }
}
