//! Times that are drawn: what a run shows follows the law that the scenario writes, all of it, and not just its middle.

use super::watch::{Part, runs_of_text};
use crate::tokyo::{STORE, parsed, tokyo};
use libm::{exp, log};
use mrsim::trace::What;
use mrsim::world::{self, Stage};

fn square(x: f64) -> f64 {
    x * x
}

fn normal(x: f64) -> f64 {
    0.5 * libm::erfc(-x / std::f64::consts::SQRT_2)
}

/// The share of draws that `is_it` picks is `expected`, within 4.5 standard errors.
fn close_share(draws: &[f64], is_it: impl Fn(f64) -> bool, expected: f64, what: &str) {
    let count = draws.len() as f64;
    let found = draws.iter().filter(|draw| is_it(**draw)).count() as f64 / count;
    let error = (expected * (1.0 - expected) / count).sqrt();
    assert!(
        (found - expected).abs() <= 4.5 * error + 1e-9,
        "{what}: {found}, expected {expected}, standard error {error}"
    );
}

/// How long resolvers that keep answers for a time of their own go on with the old one: seconds from the change of the record.
fn kept(law: &str) -> Vec<f64> {
    let text = format!(
        r#"Scenario(
        question: "How long is an answer kept that was met at a random time of its life?", run: "10h", step: "1h",
        regions: ["ap-northeast-1", "us-east-1"],
        users: [Population(name: "Japan", place: "japan", users: 2_000, reads: "1 req/min",
            resolvers: Resolvers(caches: 2_000, queries: "100 req/s", classes: [Class(share: "100%", keeps: For({law}))]))],
        health_checks: [HealthCheck(name: "tokyo", watches: "ap-northeast-1", preset: "route53-fast", push: "0s")],
        routing: Routing(ttl: "5min", policy: Failover(primary: To(region: "ap-northeast-1", check: "tokyo"), secondary: "us-east-1")),
        faults: [CheckInverted(check: "tokyo", at: "5min", duration: "20h")],
    )"#
    );
    let part = runs_of_text(law, &text, 10);
    part.runs().flat_map(|seen| seen.last_moves("Japan")).map(|moved| moved - 300.0).collect()
}

/// A cache that is asked all the time is met within a life of the law S(x) = P(longer than x), and what is left of that life is longer
/// than t with probability (1/mean) x integral of S from t on: the equilibrium law. Neither S itself, nor uniform up to the mean.
/// The next question, after 10 ms on average, fetches the new answer.
#[test]
fn what_is_left_of_a_random_lifetime_follows_its_equilibrium_law() {
    // Mean 120 s: 1 - t/120 up to 60 s, then (180-t)^2 / (2 x 120 x 120).
    let uniform =
        |t: f64| if t < 60.0 { 1.0 - t / 120.0 } else { square((180.0 - t).max(0.0)) / 28_800.0 };
    // Without memory: what is left is as long as a new one.
    let exponential = |t: f64| exp(-t / 120.0);
    // Mean m = 60 exp(1/2): P(biased > t) - (t/m) P(L > t), where the centre of the biased law is sigma^2 higher.
    let lognormal = |t: f64| {
        let (centre, mean) = (log(60.0), 60.0 * exp(0.5));
        normal(centre + 1.0 - log(t)) - t / mean * normal(centre - log(t))
    };
    // At least 60 s, shape 3, mean 90 s: 1 - t/90 up to 60 s, then (60/t)^2 / 3.
    let pareto = |t: f64| if t < 60.0 { 1.0 - t / 90.0 } else { square(60.0 / t) / 3.0 };
    let laws: [(&str, &dyn Fn(f64) -> f64); 4] = [
        (r#"Uniform(from: "60s", to: "180s")"#, &uniform),
        (r#"Exponential(mean: "120s")"#, &exponential),
        (r#"Lognormal(p50: "60s", sigma: 1.0)"#, &lognormal),
        (r#"Pareto(minimum: "60s", shape: 3.0)"#, &pareto),
    ];
    for (law, longer) in laws {
        let kept = kept(law);
        assert_eq!(kept.len(), 20_000, "every cache of every run has moved");
        for after in [20.0, 45.0, 60.0, 90.0, 120.0, 150.0, 240.0] {
            close_share(
                &kept,
                |left| left > after,
                longer(after),
                &format!("{law}: longer than {after} s"),
            );
        }
    }
}

/// Seconds from the belief that Tokyo is down to the order to promote: 20 runs of 40 stores that each decide for themselves.
fn decisions(law: &str) -> Vec<f64> {
    let store = |index: usize| {
        format!(
            r#"Store(name: "store {index}", writer: "ap-northeast-1", readers: ["us-east-1"], replication: AsyncLog(lag: "1s"),
            promotion: Promotion(to: "us-east-1", watches: "tokyo", decision: {law}, duration: "60s")),"#
        )
    };
    let stores: String = (0..40).map(store).collect();
    let text = format!(
        r#"Scenario(
        question: "When does somebody decide?", run: "2h", step: "10min", regions: ["ap-northeast-1", "us-east-1"],
        users: [Population(name: "Japan", place: "japan", users: 10, reads: "1 req/min", store: "store 0")],
        health_checks: [HealthCheck(name: "tokyo", watches: "ap-northeast-1", preset: "route53-fast", observed: true)],
        routing: Routing(ttl: "60s", policy: Simple(to: ["ap-northeast-1"])), stores: [{stores}],
        faults: [RegionOutage(region: "ap-northeast-1", at: "5min", duration: "4h", how: BlackHole)],
    )"#
    );
    waits(&runs_of_text(law, &text, 20))
}

fn waits(part: &Part) -> Vec<f64> {
    let of_run = |seen: super::watch::Seen| {
        let believed = seen.beliefs("tokyo")[0].0;
        let ordered = seen.when(|what| matches!(what, What::PromotionOrdered { .. }).then_some(()));
        ordered.into_iter().map(move |(at, ())| at - believed).collect::<Vec<f64>>()
    };
    part.runs().flat_map(of_run).collect()
}

/// Mean and standard deviation, and the quarters of the law: people who always took the median would have no spread.
#[test]
fn a_decision_takes_as_long_as_its_law_says() {
    // Uniform: mean (1 + 11)/2 min, standard deviation 10 min / sqrt(12). Lognormal: mean median x exp(s^2/2), standard deviation
    // mean x sqrt(exp(s^2) - 1), quarters at median x exp(+-0.67449 s).
    let (spread, quarter) = (0.25, 0.674_489_75 * 0.5);
    let mean = 300.0 * exp(spread / 2.0);
    let cases = [
        (
            r#"Uniform(from: "1min", to: "11min")"#,
            360.0,
            600.0 / 12_f64.sqrt(),
            [210.0, 360.0, 510.0],
        ),
        (
            r#"Lognormal(p50: "5min", sigma: 0.5)"#,
            mean,
            mean * (exp(spread) - 1.0).sqrt(),
            [300.0 * exp(-quarter), 300.0, 300.0 * exp(quarter)],
        ),
    ];
    for (law, mean, deviation, quarters) in cases {
        let waits = decisions(law);
        let count = waits.len() as f64;
        assert_eq!(count, 800.0, "40 stores of 20 runs are promoted");
        let found = waits.iter().sum::<f64>() / count;
        let variance = waits.iter().map(|wait| square(wait - found)).sum::<f64>() / (count - 1.0);
        assert!(
            (found - mean).abs() < 4.5 * deviation / count.sqrt(),
            "{law}: {found} s on average, expected {mean} s"
        );
        // The deviation of 800 draws is known to within a few per cent.
        assert!(
            (variance.sqrt() / deviation - 1.0).abs() < 0.15,
            "{law}: a deviation of {} s, expected {deviation} s",
            variance.sqrt()
        );
        for (share, at) in [0.25, 0.5, 0.75].into_iter().zip(quarters) {
            close_share(&waits, |wait| wait <= at, share, &format!("{law}: within {at} s"));
        }
    }
}

/// Two faults of one kind at one instant keep their lengths when their lines are swapped.
#[test]
fn the_order_of_lines_changes_no_draw() {
    let fault = |region: &str| {
        format!(
            r#"RegionOutage(region: "{region}", at: "300s", duration: Exponential(mean: "100s")),"#
        )
    };
    let ends = |faults: String| {
        let stage = Stage::new(parsed(&tokyo(&(STORE.to_string() + "faults: [" + &faults + "],"))));
        let facts = world::run(&stage, 1, 0).expect("no limit is reached").facts;
        let mut ends: Vec<_> = facts
            .iter()
            .filter(|fact| matches!(fact.what, What::FaultEnded { .. }))
            .map(|fact| fact.at)
            .collect();
        let moves = facts
            .iter()
            .filter(|fact| matches!(fact.what, What::UsersMoved { .. }))
            .map(|fact| fact.at);
        ends.extend(moves);
        ends
    };
    let (one, other) = ("ap-northeast-1", "us-east-1");
    assert_eq!(ends(fault(one) + &fault(other)), ends(fault(other) + &fault(one)));
}
