//! A few hundred simulated caches and clients stand for millions: they show the distribution of one user exactly, and no more chance
//! over runs than the millions have.

use mrsim::measure::{ALL, Replay, position};
use mrsim::scenario::Scenario;
use mrsim::trace::{Trace, What};
use mrsim::units::{Duration, Instant};
use mrsim::world::{Stage, run};
use std::sync::Arc;

fn traces(text: &str, runs: u64) -> Vec<Trace> {
    let scenario = Scenario::parse(text).unwrap_or_else(|problems| panic!("{text}\n{problems:#?}"));
    let stage = Stage::new(Arc::new(scenario));
    (0..runs).map(|index| run(&stage, 11, index).expect("no limit is reached")).collect()
}

/// One number of each run; infinite where it is censored.
fn numbers(traces: &[Trace], key: &str) -> Vec<f64> {
    let measure = ALL[position(key).expect("it is registered")];
    traces
        .iter()
        .map(|trace| measure.of(&Replay::new(trace)).expect("there was an occasion").ordered())
        .collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The standard deviation over runs.
fn spread(values: &[f64]) -> f64 {
    let centre = mean(values);
    (values.iter().map(|value| (value - centre) * (value - centre)).sum::<f64>()
        / (values.len() - 1) as f64)
        .sqrt()
}

/// The share of users who would still go to Tokyo so long after the fault.
fn still_there(trace: &Trace, after: f64) -> f64 {
    let until =
        trace.cast.first_fault.expect("there is a fault") + Duration::from_seconds_f64(after);
    let mut seats = trace.start_seat.clone();
    for fact in trace.facts.iter().take_while(|fact| fact.at <= until) {
        if let What::UsersMoved { cohort, to, .. } = fact.what {
            seats[cohort.index()] = to;
        }
    }
    let at_tokyo = |seat: &mrsim::id::SeatId| trace.seats[seat.index()].label.starts_with("Tokyo");
    let there: u64 = trace
        .users
        .iter()
        .zip(&seats)
        .filter(|(_, seat)| at_tokyo(seat))
        .map(|(users, _)| users)
        .sum();
    there as f64 / trace.users.iter().sum::<u64>() as f64
}

/// Users of Japan behind an accelerator that leads to Tokyo; their connections are kept for 340 s of silence and given up
/// after a request has hung for 10 s. RESOLVERS and USERS are filled in.
fn pinned(users: &str, resolvers: &str) -> String {
    format!(
        r#"Scenario(
        question: "How long do open connections hold users?", run: "30min",
        regions: ["ap-northeast-1", "us-east-1"],
        users: [Population(name: "Japan", place: "japan", users: {users}, reads: "44 req/h", {resolvers}
            client: Client(connections: Connections(idle: "340s", timeout: "10s"), attempts: 1, timeout: "10s"))],
        health_checks: [HealthCheck(name: "tokyo", watches: "ap-northeast-1", preset: "route53-fast")],
        front_doors: [Accelerator(name: "ga", groups: [Group(region: "ap-northeast-1", check: "tokyo"), Group(region: "us-east-1", dial: "0%")])],
        routing: Routing(ttl: "60s", policy: Simple(to: ["ga"])),
        faults: [RegionOutage(region: "ap-northeast-1", at: "5min", lasting: "4h", how: BlackHole)],
    )"#
    )
}

const RATE: f64 = 44.0 / 3_600.0;
const IDLE: f64 = 340.0;
const TIMEOUT: f64 = 10.0;

/// P(a user still has a connection to Tokyo at t): he has not tried it, or less than 10 s ago, and it has not been idle for
/// 340 s. With his last request an exponential time before the fault: exp(-q (t - 10)) - exp(-q I) (1 + 10 q), 10 s <= t <= I.
fn held(after: f64) -> f64 {
    libm::exp(-RATE * (after - TIMEOUT)) - libm::exp(-RATE * IDLE) * (1.0 + RATE * TIMEOUT)
}

/// The time by which 99% have left: that law inverted. 303.7 s; taken without what the silence before the fault has used up of
/// the idle time it would be 320 s.
fn all_but_one_percent() -> f64 {
    TIMEOUT - libm::log(0.01 + libm::exp(-RATE * IDLE) * (1.0 + RATE * TIMEOUT)) / RATE
}

#[test]
fn open_connections_hold_users_as_long_as_the_closed_form_says() {
    assert!((all_but_one_percent() - 303.74).abs() < 0.01);
    let traces = traces(&pinned("250_000_000", ""), 200);
    for after in [50.0, 100.0, 200.0, 300.0, 330.0] {
        let shares: Vec<f64> = traces.iter().map(|trace| still_there(trace, after)).collect();
        let error = spread(&shares) / (shares.len() as f64).sqrt();
        let expected = held(after);
        println!("after {after} s: {} +- {error}, expected {expected}", mean(&shares));
        assert!(error < 0.0004, "200 runs are enough to see a difference: {error}");
        assert!(
            (mean(&shares) - expected).abs() < 4.0 * error + 1e-4,
            "after {after} s {} +- {error}, expected {expected}",
            mean(&shares)
        );
    }
    let rto = numbers(&traces, "rto_service");
    assert!((mean(&rto) / all_but_one_percent() - 1.0).abs() < 0.005, "{}", mean(&rto));
}

/// 250 million users have next to no spread of their own: that of the 99% point of n independent users is
/// sqrt(p (1 - p) / n) over the density there, 0.00034 per second: 0.02 s. Simulated caches add no more than their own width.
#[test]
fn how_many_caches_are_simulated_is_no_chance_of_the_service() {
    let few = numbers(&traces(&pinned("250_000_000", ""), 100), "rto_service");
    let many = numbers(
        &traces(&pinned("250_000_000", "resolvers: Resolvers(caches: 5_000),"), 30),
        "rto_service",
    );
    assert!((mean(&few) / mean(&many) - 1.0).abs() < 0.01, "{} and {}", mean(&few), mean(&many));
    assert!(
        spread(&few) < 6.0 && spread(&many) < 2.0,
        "{} s and {} s",
        spread(&few),
        spread(&many)
    );
    assert!(few.iter().chain(&many).all(|rto| *rto < 326.0), "no run comes near 326 s");
}

/// A few hundred users do have a spread: that of so many independent draws, however they are spread over simulated caches.
#[test]
fn a_few_users_keep_their_own_chance() {
    let users = 1_000.0f64;
    let traces = traces(&pinned("1_000", ""), 300);
    for after in [60.0, 150.0] {
        let shares: Vec<f64> = traces.iter().map(|trace| still_there(trace, after)).collect();
        let p = held(after);
        let alone = (p * (1.0 - p) / users).sqrt();
        // 300 runs know a standard deviation to 4%: within four times that.
        assert!(
            (spread(&shares) / alone - 1.0).abs() < 0.17,
            "after {after} s: {} over runs, {alone} of {users} users alone",
            spread(&shares)
        );
    }
}

/// Flavel's users, of whom a ninth keep the old address for 522 s on average: a tail of 11.22% exp(-t / 521.9 s), 1% of all at
/// 1,262 s after the record has changed. No run of 45 min ends before, whatever 17 caches might draw.
#[test]
fn a_tail_of_a_few_percent_is_that_of_very_many_caches() {
    let text = r#"Scenario(
        question: "Who is last?", run: "45min",
        regions: ["ap-northeast-1", "us-east-1"],
        users: [Population(name: "Japan", place: "japan", users: 250_000_000, reads: "44 req/h", resolvers: Resolvers(preset: "flavel-2014"))],
        health_checks: [HealthCheck(name: "tokyo", watches: "ap-northeast-1", preset: "route53-fast", push: "0s")],
        routing: Routing(ttl: "20s", policy: Failover(primary: To(region: "ap-northeast-1", check: "tokyo"), secondary: "us-east-1")),
        faults: [RegionOutage(region: "ap-northeast-1", at: "5min", lasting: "4h", how: BlackHole)],
    )"#;
    let traces = traces(text, 200);
    let changed = |trace: &Trace| {
        let fact = trace
            .facts
            .iter()
            .find(|fact| matches!(fact.what, What::Published { healthy: false, .. }))
            .expect("the fault is noticed");
        fact.at.since(Instant::START).seconds() - 300.0
    };
    let after: Vec<f64> = numbers(&traces, "rto_service")
        .iter()
        .zip(&traces)
        .map(|(rto, trace)| rto - changed(trace))
        .collect();
    let expected = 521.9 * libm::log(0.1122 / 0.01);
    assert!(
        (mean(&after) / expected - 1.0).abs() < 0.01,
        "{} s, expected {expected}",
        mean(&after)
    );
    assert!(spread(&after) < 0.03 * expected, "{} s", spread(&after));
}
