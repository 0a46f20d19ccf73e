//! Two of a kind at once: what they do together, and that each ends on its own.

use super::watch::{Part, runs_of_text, share};
use mrsim::trace::Operation::{Read, Write};
use mrsim::trace::What;

/// Users of Japan who can only go to Tokyo, and a replica in Virginia that is promoted a minute after Tokyo is believed down.
fn tokyo(faults: &str) -> Part {
    let text = format!(
        r#"Scenario(
        question: "What do two faults do together?", run: "25min", step: "5s",
        regions: ["ap-northeast-1", "us-east-1"],
        users: [Population(name: "Japan", place: "japan", users: 1_000, reads: "6 req/min", writes: "6 req/min")],
        health_checks: [HealthCheck(name: "tokyo", watches: "ap-northeast-1", preset: "route53-fast", observed: true)],
        routing: Routing(ttl: "0s", policy: Simple(to: ["ap-northeast-1"])),
        stores: [Store(
            name: "orders", writer: "ap-northeast-1", readers: ["us-east-1"], replication: AsyncLog(lag: "2s"),
            promotion: Promotion(to: "us-east-1", watches: "tokyo", decision: "60s", duration: "60s"),
        )],
        faults: [{faults}],
    )"#
    );
    runs_of_text("together", &text, 10)
}

/// A request passes both: of 30% and 20%, independent of one another, 1 - 0.7 x 0.8 = 44% fail (neither 50% nor 30%).
#[test]
fn of_two_gray_failures_either_fails_a_request() {
    let part = tokyo(
        r#"GrayFailure(region: "ap-northeast-1", errors: "30%", at: "5min", duration: "10min"),
        GrayFailure(region: "ap-northeast-1", errors: "20%", at: "10min", duration: "10min")"#,
    );
    for operation in [Read, Write] {
        for (from, to, expected) in
            [(300, 600, 0.3), (600, 900, 1.0 - 0.7 * 0.8), (900, 1_200, 0.2), (1_200, 1_500, 0.0)]
        {
            // 100 requests a second in 300 s of 10 runs are 300,000: a standard error of 0.09 points.
            let failed = share(&part.endings("Japan", operation, from, to), |words| {
                words == "refused at Tokyo"
            });
            assert!(
                (failed - expected).abs() < 0.004,
                "{} from {from} s to {to} s: {failed} failed, expected {expected}",
                operation.plural()
            );
        }
    }
}

/// 600 ms more and 900 ms more are 1.5 s more: still within the 2 s that a probe waits, so that nobody moves.
#[test]
fn slow_downs_of_two_gray_failures_add_up() {
    let part = tokyo(
        r#"GrayFailure(region: "ap-northeast-1", slow: "600ms", at: "5min", duration: "10min"),
        GrayFailure(region: "ap-northeast-1", slow: "900ms", at: "10min", duration: "10min")"#,
    );
    for (from, to, ending) in [
        (0, 300, "Tokyo"),
        (300, 600, "Tokyo after 600ms"),
        (600, 900, "Tokyo after 1.5s"),
        (900, 1_200, "Tokyo after 900ms"),
    ] {
        part.all_end("Japan", Read, from, to, &[ending]);
    }
}

/// The age of what is lost, in every run, when Tokyo goes dark at this second of two spikes: 30 s more from 300 s to 600 s, 20 s more
/// from 400 s to 700 s.
fn lost_at(dark: u64) -> Vec<f64> {
    let part = tokyo(&format!(
        r#"LagSpike(store: "orders", adds: "30s", at: "300s", duration: "300s"), LagSpike(store: "orders", adds: "20s", at: "400s", duration: "300s"),
        RegionOutage(region: "ap-northeast-1", at: "{dark}s", duration: "4h", how: BlackHole)"#
    ));
    let age = |what: &What| {
        if let What::WritesLost { age, .. } = what { Some(age.seconds()) } else { None }
    };
    part.runs().map(|seen| seen.when(age)[0].1).collect()
}

/// The log is 2 s behind, and each spike adds its own: 32 s, 52 s while both are there, and 22 s of the second alone, once what was
/// made in both has arrived (600 s + 52 s). A hundred writes a second: the oldest lost one is a few hundredths younger.
#[test]
fn two_lag_spikes_add_up() {
    for (dark, expected) in
        [(380, 2.0 + 30.0), (480, 2.0 + 30.0 + 20.0), (690, 2.0 + 20.0), (800, 2.0)]
    {
        for age in lost_at(dark) {
            assert!(
                age <= expected + 1e-6 && age > expected - 0.3,
                "dark at {dark} s: {age} s are lost, expected {expected} s"
            );
        }
    }
}
