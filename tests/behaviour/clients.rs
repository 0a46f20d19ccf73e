//! What clients do with connections, attempts and caches, behind names and behind front doors.

use crate::tokyo::{STORE, parsed, tokyo};
use mrsim::measure::{ALL, Replay, position};
use mrsim::scenario::Scenario;
use mrsim::trace::{Trace, What};
use mrsim::world::{Stage, run};
use std::sync::Arc;

/// Ireland is watched by Route 53 and Frankfurt stands by. CLIENT, POLICY, DOORS and FAULTS are filled in.
fn traces(client: &str, doors: &str, policy: &str, faults: &str) -> Vec<Trace> {
    let text = format!(
        r#"Scenario(
        question: "what do clients do", run: "40min", step: "30s",
        regions: ["eu-west-1", "eu-central-1"],
        users: [Population(name: "users", place: "europe-west", users: 2_000, reads: "1 req/s", resolvers: Resolvers(caches: 200), client: {client})],
        health_checks: [HealthCheck(name: "primary", watches: "eu-west-1", preset: "route53-fast", push: "0s", observed: true)],
        front_doors: [{doors}], routing: Routing(ttl: "10s", policy: {policy}),
        faults: [{faults}],
    )"#
    );
    let stage = Stage::new(Arc::new(
        Scenario::parse(&text).unwrap_or_else(|problems| panic!("{text}\n{problems:#?}")),
    ));
    (0..10).map(|index| run(&stage, 3, index).expect("no limit is reached")).collect()
}

const FAILOVER: &str =
    r#"Failover(primary: To(region: "eu-west-1", check: "primary"), secondary: "eu-central-1")"#;

fn measure(trace: &Trace, key: &str) -> f64 {
    ALL[position(key).expect("it is registered")]
        .of(&Replay::new(trace))
        .expect("there was an occasion")
        .ordered()
}

/// The next request on a connection that is only ever cut by its longest life comes within seconds, and finds the region dead.
#[test]
fn a_busy_connection_that_will_be_cut_finds_a_dead_region_soon() {
    let client =
        r#"Client(connections: Connections(idle: "10min", at_most: "10min", timeout: "10s"))"#;
    let dark = r#"RegionOutage(region: "eu-west-1", at: "15min", lasting: "10h", how: BlackHole)"#;
    for trace in traces(client, "", FAILOVER, dark) {
        let rto = measure(&trace, "rto_service");
        assert!(
            (45.0..65.0).contains(&rto),
            "back after {rto} s: detection about 40 s, caches 10 s"
        );
    }
}

/// A timeout that began in an outage which ended before it has nothing to do with the next one.
#[test]
fn a_short_outage_does_not_make_clients_quicker_in_the_next() {
    let client = r#"Client(connections: Connections(idle: "1h", timeout: "300s"))"#;
    let twice = r#"RegionOutage(region: "eu-west-1", at: "350s", lasting: "5s", how: BlackHole),
        RegionOutage(region: "eu-west-1", at: "600s", lasting: "10h", how: BlackHole)"#;
    for trace in traces(client, "", FAILOVER, twice) {
        let longest = measure(&trace, "longest_interruption");
        assert!(
            (300.0..320.0).contains(&longest),
            "{longest} s: 300 s from the first request that hangs"
        );
    }
}

/// What is not in a CDN's cache is not there for the next attempt either.
#[test]
fn attempts_do_not_turn_misses_into_hits() {
    let door = r#"Cdn(name: "www", primary: "eu-west-1", hit_share: "60%")"#;
    let refused =
        r#"RegionOutage(region: "eu-west-1", at: "10min", lasting: "10h", how: FastFail)"#;
    for trace in
        traces(r#"Client(attempts: 5, timeout: "5s")"#, door, r#"Simple(to: ["www"])"#, refused)
    {
        let availability = measure(&trace, "availability_run");
        // A quarter of the run served whole, the rest to 60%.
        assert!((availability - 0.7).abs() < 0.002, "{availability}");
    }
}

/// A door that knows its users by their addresses leads half of them to the dead group each time, and the others never.
#[test]
fn source_affinity_strikes_the_same_users_each_time() {
    let door = r#"Accelerator(name: "ga", affinity: SourceIp, groups: [Group(region: "eu-west-1", dial: "50%"), Group(region: "eu-central-1")])"#;
    let refused =
        r#"RegionOutage(region: "eu-west-1", at: "10min", lasting: "10h", how: FastFail)"#;
    let found: Vec<f64> =
        traces(r#"Client(attempts: 3, timeout: "5s")"#, door, r#"Simple(to: ["ga"])"#, refused)
            .iter()
            .map(|trace| measure(trace, "user_minutes_lost"))
            .collect();
    let mean = found.iter().sum::<f64>() / found.len() as f64;
    // 2,000 users x 30 min x one half; 10 runs of 200 groups: a standard error of 1.1%.
    assert!((mean / 30_000.0 - 1.0).abs() < 0.05, "{mean} user-minutes");
}

/// A new connection to a load balancer that answers with errors is kept, and holds its user there.
#[test]
fn connections_opened_to_errors_are_kept() {
    let client =
        r#"Client(connections: Connections(idle: "10min", at_most: "5min", timeout: "10s"))"#;
    let errors = r#"RegionOutage(region: "eu-west-1", at: "10min", lasting: "10h", how: Errors)"#;
    for trace in traces(client, "", FAILOVER, errors) {
        let rto = measure(&trace, "rto_service");
        // The last connection opened before the names changed, at about 30 s, lives for 5 min more, less what 1% of users are.
        assert!((305.0..345.0).contains(&rto), "{rto} s");
    }
}

/// Without a TTL, a client's own cache asks its resolver once, not for ever at one instant.
#[test]
fn an_answer_without_a_time_to_live_is_asked_for_once() {
    let faults = r#"faults: [RegionOutage(region: "ap-northeast-1", at: "5min", lasting: "4h", how: FastFail)],"#;
    let client = r#"reads: "1 req/min", resolvers: Resolvers(caches: 10, clients: 1, queries: "1 req/s"), client: Client(pins: ["30s"], connections: Connections(idle: "5min", timeout: "10s")), "#;
    let text = tokyo(&(STORE.to_string() + faults))
        .replace(r#"reads: "1 req/min", "#, client)
        .replace(r#"ttl: "60s""#, r#"ttl: "0s""#);
    let trace = run(&Stage::new(parsed(&text)), 1, 0).expect("far below the limit of events");
    let moves =
        trace.facts.iter().filter(|fact| matches!(fact.what, What::UsersMoved { .. })).count();
    assert_eq!(moves, 10, "each cache once");
    assert!(trace.events < 10_000, "{} events", trace.events);
}
