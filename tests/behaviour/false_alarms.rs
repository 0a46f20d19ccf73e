//! Checks that lose probes: how often they see a fault that is not there, against closed forms, through the event loop.

use mrsim::campaign::{Quiet, Settings, run};
use mrsim::measure::{Replay, checks::checks};
use mrsim::report::text::{Look, render};
use mrsim::report::{CheckRow, Report};
use mrsim::scenario::Scenario;
use mrsim::world::{self, Stage};
use std::sync::Arc;

/// One region pair; routing acts on a check that loses nothing, the given ones are observed.
fn scenario(run: &str, observed: &str, faults: &str) -> Arc<Scenario> {
    let text = format!(
        r#"Scenario(
            question: "How often for nothing?", run: "{run}", regions: ["ap-northeast-1", "us-east-1"],
            users: [Population(name: "Japan", place: "japan", users: 10, reads: "1 req/h", resolvers: Resolvers(caches: 1))],
            health_checks: [HealthCheck(name: "routed", watches: "ap-northeast-1", preset: "route53-fast"), {observed}],
            routing: Routing(ttl: "60s", policy: Failover(primary: To(region: "ap-northeast-1", check: "routed"), secondary: "us-east-1")),
            faults: [{faults}],
        )"#
    );
    Arc::new(Scenario::parse(&text).unwrap_or_else(|problems| panic!("{problems:#?}")))
}

fn report(scenario: &Arc<Scenario>, runs: u64) -> Report {
    run("false-alarms", scenario, &Settings { seed: 1, runs, threads: 2 }, &Quiet)
        .expect("no limit is reached")
}

fn row<'r>(report: &'r Report, name: &str) -> &'r CheckRow {
    report.checks.iter().find(|check| check.name == name).expect("the check is there")
}

/// Trials until the first `k` in a row that each happen with probability `p`: mean and variance (W. Feller, "An
/// Introduction to Probability Theory and Its Applications" I, 3rd edition, XIII.7).
fn trials_to_row(p: f64, k: i32) -> (f64, f64) {
    let (other, row) = (1.0 - p, libm::pow(p, f64::from(k)));
    let mean = (1.0 / row - 1.0) / other;
    let variance = 1.0 / (other * row * other * row)
        - f64::from(2 * k + 1) / (other * row)
        - p / (other * other);
    (mean, variance)
}

/// A single checker at a fixed cadence trips after k lost probes in a row, and recovers after k passes in a row:
/// trips are a renewal process. So the number in n probes has mean n / m and variance n v / m^3, m and v being the
/// mean and variance of a whole cycle.
#[test]
fn trips_of_one_checker_follow_their_closed_form() {
    const DAYS: u64 = 50;
    const RUNS: u64 = 16;
    for (loss, threshold) in [(0.1, 2), (0.02, 1), (0.3, 3)] {
        let check = format!(
            r#"HealthCheck(name: "one", watches: "ap-northeast-1", interval: "10s", threshold: {threshold}, checkers: 1, cadence: Fixed,
               connect_timeout: "4s", loss: "{}%", observed: true)"#,
            loss * 100.0
        );
        let report = report(&scenario(&format!("{DAYS}d"), &check, ""), RUNS);
        let one = row(&report, "one");
        assert_eq!(one.numbers.number("healthy_seconds"), (RUNS * DAYS * 86_400) as f64);
        let (to_trip, to_trip_variance) = trials_to_row(loss, threshold);
        let (to_recover, to_recover_variance) = trials_to_row(1.0 - loss, threshold);
        let (cycle, variance) = (to_trip + to_recover, to_trip_variance + to_recover_variance);
        let probes = one.numbers.number("healthy_seconds") / 10.0;
        let expected = probes / cycle;
        let error = (probes * variance / (cycle * cycle * cycle)).sqrt();
        let off = (one.numbers.count("false_alarms") as f64 - expected) / error;
        assert!(
            off.abs() < 4.0,
            "loss {loss}, threshold {threshold}: {} false alarms instead of {expected:.0} ({off:.1} standard errors)",
            one.numbers.count("false_alarms")
        );
        let rate = one
            .numbers
            .interval("false_alarms_per_30_days")
            .expect("there is time without a fault");
        let per_month = 30.0 * 8_640.0 / cycle;
        assert!(
            rate.low.unwrap() <= per_month && per_month <= rate.high.unwrap(),
            "{rate:?} does not hold {per_month}"
        );
    }
}

#[test]
fn without_loss_there_is_no_false_alarm_and_never_a_bare_zero() {
    let check = r#"HealthCheck(name: "one", watches: "ap-northeast-1", threshold: 1, checkers: 1, observed: true),
                   HealthCheck(name: "many", watches: "us-east-1", threshold: 1, observed: true)"#;
    let outage =
        r#"RegionOutage(region: "ap-northeast-1", at: "20h", lasting: "4h", how: FastFail)"#;
    for (faults, hours) in [("", 24.0), (outage, 20.0)] {
        let report = report(&scenario("24h", check, faults), 50);
        for check in &report.checks {
            assert_eq!(
                (check.numbers.count("false_alarms"), check.numbers.number("healthy_seconds"),),
                (0, 50.0 * hours * 3_600.0),
                "{}",
                check.name
            );
            let rate = check
                .numbers
                .interval("false_alarms_per_30_days")
                .expect("there is time without a fault");
            // None in n months: at most -ln(0.025) / n.
            let bound = -libm::log(0.025) / (50.0 * hours / 720.0);
            assert_eq!((rate.low, rate.estimate), (Some(0.0), Some(0.0)));
            assert!((rate.high.unwrap() / bound - 1.0).abs() < 1e-12, "{rate:?}");
        }
        let seen = |name| {
            (
                row(&report, name).numbers.count("seen"),
                row(&report, name).numbers.count("occasions"),
            )
        };
        let expected = if faults.is_empty() { [(0, 0), (0, 0)] } else { [(50, 50), (0, 50)] };
        assert_eq!([seen("one"), seen("many")], expected);
    }
}

/// The text answer is long: checks stand in it where one is there to be looked at, or one cried wolf.
#[test]
fn the_text_answer_tells_of_checks_where_there_is_something_to_tell() {
    let routed = |loss: &str, observed: &str| {
        let text = format!(
            r#"Scenario(question: "?", run: "2h", regions: ["ap-northeast-1", "us-east-1"], users: [Population(name: "Japan", place: "japan", users: 10, reads: "1 req/h")],
                health_checks: [HealthCheck(name: "tokyo", watches: "ap-northeast-1", threshold: 1, checkers: 1, loss: "{loss}"), {observed}],
                routing: Routing(ttl: "60s", policy: Failover(primary: To(region: "ap-northeast-1", check: "tokyo"), secondary: "us-east-1")))"#
        );
        let scenario =
            Arc::new(Scenario::parse(&text).unwrap_or_else(|problems| panic!("{problems:#?}")));
        render(&report(&scenario, 20), Look::PLAIN)
    };
    let observed = r#"HealthCheck(name: "idle", watches: "us-east-1", observed: true)"#;
    let found = [("0%", ""), ("5%", ""), ("0%", observed)]
        .map(|(loss, observed)| routed(loss, observed).contains("false alarms in 30 days"));
    assert_eq!(found, [false, true, true]);
}

/// Threshold 2 every 10 s, refused at once: the second probe after the fault comes 10 to 20 s after it.
#[test]
fn detection_counts_from_the_fault_and_only_what_it_caused() {
    let check = |name: &str, more: &str| {
        format!(
            r#"HealthCheck(name: "{name}", watches: "ap-northeast-1", interval: "10s", threshold: 2, checkers: 1, cadence: Fixed, response_time: "0s", observed: true, {more})"#
        )
    };
    // This one loses half its probes: it has often turned before the fault, and turns after it without it.
    let noisy = r#"HealthCheck(name: "noisy", watches: "us-east-1", threshold: 1, checkers: 1, loss: "50%", observed: true)"#;
    let all = [
        check("plain", ""),
        check("inverted", "inverted: true"),
        check("disabled", "disabled: true"),
        noisy.to_string(),
    ]
    .join(", ");
    let outage =
        r#"RegionOutage(region: "ap-northeast-1", at: "1h", lasting: "10min", how: FastFail)"#;
    let scenario = scenario("2h", &all, outage);
    let report = report(&scenario, 200);
    for name in ["plain", "inverted"] {
        let check = row(&report, name);
        assert_eq!(
            ["occasions", "seen", "false_alarms"].map(|key| check.numbers.count(key)),
            [200, 200, 0],
            "{name}"
        );
        let median = check.numbers.interval("detection_p50").expect("it was seen");
        assert!(median.low.unwrap() <= 15.0 && 15.0 <= median.high.unwrap(), "{name}: {median:?}");
        let worst = check.numbers.maybe("detection_p95").expect("it was seen");
        assert!((18.0..=20.0).contains(&worst), "{name}: {worst}");
    }
    assert_eq!(
        (
            row(&report, "disabled").numbers.count("occasions"),
            row(&report, "disabled").numbers.count("seen")
        ),
        (200, 0)
    );
    let noisy = row(&report, "noisy");
    assert!(
        noisy.numbers.count("false_alarms") > 1_000 && noisy.numbers.count("seen") == 0,
        "{noisy:?}"
    );
    assert!(
        (60..140).contains(&noisy.numbers.count("occasions")),
        "half the time it has turned already: {}",
        noisy.numbers.count("occasions")
    );
    let trace = world::run(&Stage::new(scenario), 1, 0).expect("no limit is reached");
    let numbers = checks(&Replay::new(&trace));
    let is_seen = |index: usize| numbers[index].detection.is_some_and(|seen| !seen.is_censored);
    assert_eq!([1, 2, 3, 4].map(is_seen), [true, true, false, false]);
}
