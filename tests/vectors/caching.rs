//! Family B: what resolver caches still answer after the record has changed, and when clients move.

use super::detection::checks;
use super::sample::{Adapter, Pick, Record, Statistic, first, number, text};
use super::spec::{Resolvers, Spec, population};
use mrsim::id::PopulationId;
use mrsim::measure::{Replay, Served};
use mrsim::trace::{Trace, What};
use mrsim::units::Instant;
use serde_json::Value;

const RUNS: u64 = 20_000;
/// Resolver caches of each group of B5. They are independent given the change of the record, whose
/// instant is fixed here, so each is a sample.
const CACHES: u64 = 20_000;

pub fn adapter(vector: &Value) -> Option<Adapter> {
    let (id, inputs) = (text(&vector["id"]), &vector["inputs"]);
    match id.split('.').next() {
        Some("B2") => Some(one_cache(&id, inputs, number(&inputs["query_rate"]))),
        Some("B4") => Some(client(&id, inputs, client_spec(inputs))),
        Some("B5") => Some(groups(inputs)),
        _ => None,
    }
}

// ---- B2: one cache ----

/// The record changes at 110 s sharp, where a counting step begins.
fn sharp() -> Spec {
    Spec { interval: 10.0, threshold: 2, first_probe: Some(0.0), step: 10.0, ..Spec::default() }
}

/// Seconds for which the cache went on with the old answer after the change (0: it held none), and
/// requests that it sent to the old region meanwhile.
const ONE_CACHE: Record = Record { name: "one cache", of: |trace| vec![vec![kept_for(trace, published(trace))[0], stale_requests(trace)]] };

pub fn published(trace: &Trace) -> Instant {
    first(trace, |what| matches!(what, What::Published { healthy: false, .. })).expect("the fault is noticed")
}

/// By cohort, in their order: seconds from the change of the record to the move.
pub fn kept_for(trace: &Trace, change: Instant) -> Vec<f64> {
    let mut kept = vec![f64::INFINITY; trace.cast.cohorts.len()];
    for fact in &trace.facts {
        if let What::UsersMoved { cohort, .. } = fact.what {
            kept[cohort.index()] = fact.at.since(change).seconds();
        }
    }
    kept
}

fn stale_requests(trace: &Trace) -> f64 {
    let old = trace.seats[trace.start_seat[0].index()].region;
    let since = published(trace);
    let stale = trace.counts.iter().filter(|count| count.ending.at == old && trace.steps[count.step as usize].from >= since);
    stale.map(|count| count.requests).sum::<u64>() as f64
}

/// One user whose requests, and nothing else, are the questions to the cache.
pub fn one_cache(id: &str, inputs: &Value, queries: f64) -> Adapter {
    let reads = number(&inputs["query_rate"]);
    let spec = Spec { ttl: number(&inputs["ttl"]), users: population("users", 1, reads, Resolvers { queries, minimum_ttl: 0.0 }), ..sharp() };
    let pick: Pick = match id.split('.').nth(1) {
        Some("valid") => Box::new(|row| Some(f64::from(row[0] > 0.0))),
        Some("resid") => Box::new(|row| (row[0] > 0.0).then_some(row[0])),
        Some("stale") => {
            let t = number(&inputs["t"]);
            Box::new(move |row| Some(f64::from(row[0] > t)))
        }
        Some("count") => Box::new(|row| Some(row[1])),
        other => panic!("{id}: {other:?} is not known"),
    };
    Adapter { text: spec.text(), runs: RUNS, record: ONE_CACHE, pick, statistic: Statistic::Mean }
}

// ---- B4: one client through a whole failover ----

/// Seconds until the only client of a run had lasting service again.
const CLIENT: Record = Record { name: "client", of: client_without };

fn client_without(trace: &Trace) -> Vec<Vec<f64>> {
    let replay = Replay::new(trace);
    let law = replay.user_law(Served::All);
    assert_eq!(law.recovered.len(), 1, "one client, and it lost service");
    vec![vec![law.recovered[0].0.expect("the run is long enough") as f64 / 1e9]]
}

pub fn client_spec(inputs: &Value) -> Spec {
    Spec { ttl: number(&inputs["ttl"]), push: inputs["publish"].as_f64().unwrap_or(0.0), ..checks(inputs) }
}

/// One client per run: the vectors describe the law over clients pooled over runs.
pub fn client(id: &str, inputs: &Value, spec: Spec) -> Adapter {
    let pick: Pick = match inputs["t"].as_f64() {
        Some(t) => Box::new(move |row| Some(f64::from(row[0] <= t))),
        None => Box::new(|row| Some(row[0])),
    };
    Adapter { text: spec.text(), runs: RUNS, record: CLIENT, pick, statistic: Statistic::named(id) }
}

// ---- B5: groups of caches ----

/// By cache: for each group in its order, the share of all requests that its clients make and the
/// seconds for which its cache number so-and-so kept the old answer.
const GROUPS: Record = Record { name: "groups", of: groups_kept };

fn groups_kept(trace: &Trace) -> Vec<Vec<f64>> {
    let kept = kept_for(trace, published(trace));
    let all: u64 = trace.cast.populations.iter().map(|population| population.users * population.reads.nano_hertz()).sum();
    let of_group = |index: usize| -> Vec<f64> {
        let mine = |cohort: &usize| trace.cast.cohorts[*cohort].population == PopulationId::at(index);
        (0..kept.len()).filter(mine).map(|cohort| kept[cohort]).collect()
    };
    let groups: Vec<Vec<f64>> = (0..trace.cast.populations.len()).map(of_group).collect();
    let share = |index: usize| {
        let population = &trace.cast.populations[index];
        (population.users * population.reads.nano_hertz()) as f64 / all as f64
    };
    let row = |cache: usize| (0..groups.len()).flat_map(|index| [share(index), groups[index][cache]]).collect();
    (0..groups[0].len()).map(row).collect()
}

/// A group's clients make its share of the requests; its caches are asked at their own rate.
fn groups(inputs: &Value) -> Adapter {
    let groups = inputs["groups"].as_array().expect("a list of groups");
    let users = groups.iter().enumerate().map(|(index, group)| {
        let resolvers = Resolvers { queries: number(&group[1]), minimum_ttl: number(&group[2]) };
        population(&format!("group {index}"), CACHES, number(&group[0]), resolvers)
    });
    // The longest minimum time to live is half an hour.
    let spec = Spec { ttl: 60.0, run: 2_400.0, users: users.collect(), ..sharp() };
    let t = number(&inputs["t"]);
    let pick = move |row: &[f64]| Some(row.chunks(2).map(|group| group[0] * f64::from(group[1] > t)).sum());
    Adapter { text: spec.text(), runs: 1, record: GROUPS, pick: Box::new(pick), statistic: Statistic::Mean }
}
