//! Defects that a review of clients, front doors and alarms found, each with the scenario that showed it.

use mrsim::measure::{ALL, Replay, position};
use mrsim::scenario::Scenario;
use mrsim::trace::{Trace, What};
use mrsim::world::{Stage, run};
use std::sync::Arc;

/// Ireland is watched by Route 53 and Frankfurt stands by. CLIENT, POLICY, DOORS and FAULTS are filled in.
fn traces(client: &str, doors: &str, policy: &str, faults: &str) -> Vec<Trace> {
    let text = format!(
        r#"Scenario(
        question: "a defect that was found", run: "40min", step: "30s",
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

/// A time-out that began in an outage which ended before it has nothing to do with the next one.
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
        // A quarter of the run served whole, the rest to 60 %.
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
    // 2,000 users x 30 min x one half; 10 runs of 200 groups: a standard error of 1.1 %.
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
        // The last connection opened before the names changed, at about 30 s, lives for 5 min more, less what 1 % of users are.
        assert!((305.0..345.0).contains(&rto), "{rto} s");
    }
}

/// What changes a metric between its periods' ends counts from that moment on.
#[test]
fn a_metric_counts_what_held_before_a_change() {
    let text = r#"Scenario(
        question: "Does the alarm see the errors before the promotion?", run: "20min",
        regions: ["eu-west-1", "eu-central-1"],
        users: [Population(name: "users", place: "europe-west", users: 100, writes: "1 req/s", resolvers: Resolvers(caches: 10))],
        health_checks: [
            HealthCheck(name: "primary", watches: "eu-west-1", preset: "route53-fast", push: "0s", checkers: 1, first_probe: "0s"),
            Alarm(name: "errors", metric: Errors(region: "eu-central-1", above: "70%"), period: "60s", periods: 1, delay: "0s", first_period: "59s", observed: true),
        ],
        routing: Routing(ttl: "10s", policy: Simple(to: ["eu-central-1"])),
        stores: [Store(name: "orders", preset: "aurora-global", writer: "eu-west-1", readers: ["eu-central-1"], endpoint_ttl: "0s",
            promotion: Promotion(to: "eu-central-1", watches: "primary", decision: "0s", duration: "10s"))],
        faults: [RegionOutage(region: "eu-west-1", at: "10min", lasting: "10h", how: BlackHole)],
    )"#;
    let stage = Stage::new(Arc::new(
        Scenario::parse(text).unwrap_or_else(|problems| panic!("{problems:#?}")),
    ));
    let trace = run(&stage, 1, 0).expect("no limit is reached");
    let at = |is_it: &dyn Fn(&What) -> bool| {
        trace.facts.iter().find(|fact| is_it(&fact.what)).map(|fact| fact.at.seconds())
    };
    let promoted =
        at(&|what| matches!(what, What::Promoted { .. })).expect("the replica is promoted");
    let alarm = at(
        &|what| matches!(what, What::BeliefChanged { check, healthy: false, .. } if check.index() == 1),
    );
    // Writes fail from 600 s to the promotion: most of the period from 599 s to 659 s.
    assert!((640.0..658.0).contains(&promoted), "promoted at {promoted} s");
    assert_eq!(alarm, Some(659.0), "the period ends with more than 70 % of bad time");
}
