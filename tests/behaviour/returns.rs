//! A writer that is back before another is promoted: what is lost from before it went is as old as it was when it went, what is lost
//! from after its return as old as it is at the promotion, and the older of the two is the RPO.

use crate::tokyo::{STORE, parsed, tokyo};
use mrsim::scenario::Scenario;
use mrsim::trace::What;
use mrsim::units::Duration;
use mrsim::world::{Stage, run};
use std::sync::Arc;

/// Writes a second: a million users, one a minute.
const RATE: f64 = 1_000_000.0 / 60.0;

/// Tokyo is dark for 25 min from the 30th on; Virginia is promoted so many seconds after its return. By run: writes lost, and the age of
/// the oldest in seconds.
fn losses(replication: &str, after_return: f64, faults: &str) -> Vec<(f64, f64)> {
    // Believed 32 s into the outage (probes at 0, 10, .. s, 4 s to time out, the third in a row), decided at once.
    let duration = 25.0 * 60.0 - 32.0 + after_return;
    // A copy that is restored serves no client before.
    let readers = if replication.starts_with("Snapshots") { "" } else { "\"us-east-1\"" };
    let text = format!(
        r#"Scenario(
            question: "How old is what is lost?", run: "2h", regions: ["ap-northeast-1", "us-east-1"],
            users: [Population(name: "Japan", place: "japan", users: 1_000_000, reads: "1 req/min", writes: "1 req/min")],
            health_checks: [HealthCheck(name: "tokyo", watches: "ap-northeast-1", preset: "route53-fast", first_probe: "0s", response_time: "0s", push: "0s")],
            routing: Routing(ttl: "60s", policy: Failover(primary: To(region: "ap-northeast-1", check: "tokyo"), secondary: "us-east-1")),
            stores: [Store(name: "orders", writer: "ap-northeast-1", readers: [{readers}], replication: {replication},
                promotion: Promotion(to: "us-east-1", watches: "tokyo", decision: "0s", duration: "{duration}s"))],
            faults: [RegionOutage(region: "ap-northeast-1", at: "30min", lasting: "25min"), {faults}],
        )"#
    );
    let stage = Stage::new(Arc::new(
        Scenario::parse(&text).unwrap_or_else(|problems| panic!("{text}\n{problems:#?}")),
    ));
    let of_run = |index: u64| {
        let trace = run(&stage, 5, index).expect("no limit is reached");
        let promoted = trace
            .facts
            .iter()
            .find(|fact| matches!(fact.what, What::Promoted { .. }))
            .expect("Virginia is promoted");
        assert_eq!(
            promoted.at.since(mrsim::units::Instant::START),
            Duration::from_secs(55 * 60) + Duration::from_seconds_f64(after_return)
        );
        let lost = trace.facts.iter().find_map(|fact| {
            if let What::WritesLost { writes, age, .. } = fact.what {
                Some((writes as f64, age.seconds()))
            } else {
                None
            }
        });
        lost.expect("a promotion says what is lost")
    };
    (0..20).map(of_run).collect()
}

/// Within six standard errors of a Poisson number of this mean.
fn is_about(writes: f64, mean: f64) -> bool {
    (writes - mean).abs() < 6.0 * mean.sqrt()
}

/// A lag of 2 s and a return of 1 s: the log starts anew at the return and gets nothing across. Lost are the 2 s before the outage, the
/// oldest of them 2 s old (less 60 us on average until the first write), and the 1 s after it, the oldest 1 s old: not 25 min.
#[test]
fn what_was_lost_with_the_region_is_as_old_as_when_it_went() {
    let each = r#"AsyncLog(lag: "2s", lag_varies: EachWrite, order: "#;
    for replication in [
        r#"AsyncLog(lag: "2s")"#.to_string(),
        format!("{each}InOrder)"),
        format!("{each}Unordered)"),
    ] {
        for (writes, age) in losses(&replication, 1.0, "") {
            assert!((1.99..=2.0).contains(&age), "{replication}: {age} s");
            assert!(is_about(writes, 3.0 * RATE), "{replication}: {writes} of {}", 3.0 * RATE);
        }
    }
}

/// With 10 s after the return the old tail has come across, and what is lost is the last 2 s before the promotion.
#[test]
fn what_came_across_after_the_return_is_not_lost() {
    for replication in [r#"AsyncLog(lag: "2s")"#, r#"AsyncLog(lag: "2s", lag_varies: EachWrite)"#] {
        for (writes, age) in losses(replication, 10.0, "") {
            assert!((1.99..=2.0).contains(&age), "{replication}: {age} s");
            assert!(is_about(writes, 2.0 * RATE), "{replication}: {writes} of {}", 2.0 * RATE);
        }
    }
}

/// Replication stalls with the outage and for good: 2 s are lost from before it and all 100 s from after it, which are older.
#[test]
fn what_was_lost_after_the_return_is_as_old_as_at_the_promotion() {
    let stalled = r#"ReplicationStalled(store: "orders", at: "30min", lasting: "4h")"#;
    for replication in [r#"AsyncLog(lag: "2s")"#, r#"AsyncLog(lag: "2s", lag_varies: EachWrite)"#] {
        for (writes, age) in losses(replication, 100.0, stalled) {
            assert!((99.99..=100.0).contains(&age), "{replication}: {age} s");
            assert!(is_about(writes, 102.0 * RATE), "{replication}: {writes} of {}", 102.0 * RATE);
        }
    }
}

/// A snapshot every 10 min, copied in 1 min, and a return of 30 s: the newest copy was taken 1 to 11 min before the outage, at a phase
/// drawn anew in every run; the 30 s after the return are younger.
#[test]
fn a_restored_snapshot_is_as_old_as_when_the_region_went() {
    let ages = losses(r#"Snapshots(every: "10min", copy: "1min")"#, 30.0, "");
    for (writes, age) in &ages {
        assert!((59.99..=660.0).contains(age), "{age} s");
        assert!(is_about(*writes, (age + 30.0) * RATE), "{writes} of {}", (age + 30.0) * RATE);
    }
    let mean = ages.iter().map(|(_, age)| age).sum::<f64>() / ages.len() as f64;
    // Uniform on (60 s, 660 s): the mean is 360 s, its standard error 600 s / sqrt(12 x 20) = 39 s.
    assert!((mean - 360.0).abs() < 4.0 * 39.0, "{mean} s");
}

/// A writer that waits for its replica acknowledged nothing that the replica lacks, whenever it went and came back.
#[test]
fn a_writer_whose_commits_are_confirmed_loses_nothing() {
    for (writes, age) in losses(r#"Sync(lag: "1s", acks: 1)"#, 1.0, "") {
        assert_eq!((writes, age), (0.0, 0.0));
    }
}

/// A decision does not go on while the check is healthy in between.
#[test]
fn a_healthy_check_calls_the_decision_off() {
    let store = STORE.replace(r#"decision: "30s""#, r#"decision: "3min""#);
    let faults = r#"faults: [
        RegionOutage(region: "ap-northeast-1", at: "300s", lasting: "60s", how: FastFail),
        RegionOutage(region: "ap-northeast-1", at: "420s", lasting: "4h", how: FastFail)],"#;
    let stage = Stage::new(parsed(&tokyo(&(store + faults))));
    for index in 0..20 {
        let facts = run(&stage, 1, index).expect("no limit is reached").facts;
        let called_off = facts
            .iter()
            .position(|fact| matches!(fact.what, What::PromotionCalledOff { .. }))
            .expect("the check turns healthy");
        let second = facts[called_off..]
            .iter()
            .find(|fact| matches!(fact.what, What::BeliefChanged { healthy: false, .. }))
            .expect("the second outage");
        let ordered = facts
            .iter()
            .find(|fact| matches!(fact.what, What::PromotionOrdered { .. }))
            .expect("it is ordered in the end");
        assert_eq!(ordered.at, second.at + Duration::from_secs(180));
    }
}
