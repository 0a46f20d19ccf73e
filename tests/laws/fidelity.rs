//! Requests counted by law against requests simulated one by one: the same scenario at both fidelities
//! has the same distributions of recovery time, failed requests and lost data.

use mrsim::measure::{ALL, Replay, position};
use mrsim::scenario::Scenario;
use mrsim::world::{Stage, run};
use std::sync::Arc;

const RUNS: u64 = 200;

/// The measures compared, by key.
const COMPARED: [&str; 4] = ["rto_service", "failed_requests", "rpo_seconds", "rpo_writes"];

/// Values of each measure, infinite where censored, without runs that gave none.
fn sample(text: &str, fidelity: &str, seed: u64) -> Vec<Vec<f64>> {
    let text = text.replace("FIDELITY", fidelity);
    let scenario = Scenario::parse(&text).unwrap_or_else(|problems| panic!("{problems:?}"));
    let stage = Stage::new(Arc::new(scenario));
    let mut columns = vec![Vec::new(); COMPARED.len()];
    for index in 0..RUNS {
        let trace = run(&stage, seed, index).expect("no limit is reached");
        let replay = Replay::new(&trace);
        for (column, key) in columns.iter_mut().zip(COMPARED) {
            let measure = ALL[position(key).unwrap_or_else(|| panic!("{key} is registered"))];
            column.extend(measure.of(&replay).map(|number| number.ordered()));
        }
    }
    columns
}

/// The largest distance between two empirical distribution functions.
fn distance(one: &[f64], other: &[f64]) -> f64 {
    let below = |sample: &[f64], value: f64| {
        sample.iter().filter(|x| **x <= value).count() as f64 / sample.len() as f64
    };
    one.iter()
        .chain(other)
        .map(|value| (below(one, *value) - below(other, *value)).abs())
        .fold(0.0, f64::max)
}

/// Beyond this two samples of this size differ at the 1% level (Smirnov, large samples).
fn critical(one: usize, other: usize) -> f64 {
    1.628 * ((one + other) as f64 / (one * other) as f64).sqrt()
}

fn agree(name: &str, text: &str, compared: usize) {
    let (counted, single) = (sample(text, "Cohorts", 21), sample(text, "Requests", 22));
    let mut seen = 0;
    for ((one, other), key) in counted.iter().zip(&single).zip(COMPARED) {
        if one.is_empty() && other.is_empty() {
            continue;
        }
        seen += 1;
        let (found, limit) = (distance(one, other), critical(one.len(), other.len()));
        println!(
            "{name}: {key}: distance {found:.3}, critical {limit:.3}, n {} and {}",
            one.len(),
            other.len()
        );
        assert!(found < limit, "{name}: {key} differs: {found:.3} beyond {limit:.3}");
    }
    assert_eq!(seen, compared, "{name}: as many measures as the scenario gives occasion for");
}

const FAILOVER: &str = r#"Scenario(
    question: "counted or one by one", run: "12min", step: "10s", fidelity: FIDELITY,
    regions: ["ap-northeast-1", "us-east-1"],
    users: [Population(name: "Japan", place: "japan", users: 300, reads: "1 req/min", writes: "1 req/min", resolvers: Resolvers(caches: 100))],
    health_checks: [HealthCheck(name: "tokyo", watches: "ap-northeast-1", preset: "route53-fast")],
    routing: Routing(ttl: "60s", policy: Failover(primary: To(region: "ap-northeast-1", check: "tokyo"), secondary: To(region: "us-east-1"))),
    stores: [Store(name: "orders", preset: "aurora-global", writer: "ap-northeast-1", readers: ["us-east-1"], promotion: Promotion(to: "us-east-1", watches: "tokyo"))],
    faults: [RegionOutage(region: "ap-northeast-1", at: "3min", lasting: "1h", how: BlackHole)],
)"#;

#[test]
fn a_failover_is_the_same_at_both_fidelities() {
    agree("failover", FAILOVER, 4);
}

/// Each write with its own lag, resolvers that stretch, drawn answers.
const WEIGHTED: &str = r#"Scenario(
    question: "counted or one by one", run: "12min", step: "10s", fidelity: FIDELITY,
    regions: ["ap-northeast-1", "us-east-1", "eu-west-1"],
    users: [Population(name: "Europe", place: "europe-west", users: 240, reads: "2 req/min", writes: "10 req/min",
        resolvers: Resolvers(caches: 60, classes: [Class(share: "80%"), Class(share: "20%", keeps: For(Exponential(mean: "2min")))]))],
    health_checks: [HealthCheck(name: "tokyo", watches: "ap-northeast-1", preset: "route53-fast")],
    routing: Routing(ttl: "30s", policy: Weighted(to: [To(region: "ap-northeast-1", check: "tokyo", weight: 50), To(region: "eu-west-1", weight: 50)])),
    stores: [Store(name: "orders", writer: "ap-northeast-1", readers: ["us-east-1", "eu-west-1"],
        replication: AsyncLog(lag: Exponential(mean: "800ms"), lag_varies: EachWrite, order: InOrder),
        promotion: Promotion(to: "us-east-1", watches: "tokyo", decision: "5s", duration: Uniform(from: "20s", to: "40s")))],
    faults: [RegionOutage(region: "ap-northeast-1", at: "3min", lasting: "1h", how: FastFail)],
)"#;

#[test]
fn drawn_answers_and_single_lags_are_the_same_at_both_fidelities() {
    agree("weighted", WEIGHTED, 4);
}

/// Users with a browser cache and connections of their own; the region comes back.
const CLIENTS: &str = r#"Scenario(
    question: "counted or one by one", run: "20min", step: "10s", fidelity: FIDELITY,
    regions: ["ap-northeast-1", "us-east-1"],
    users: [Population(name: "Japan", place: "japan", users: 80, reads: "3 req/min", resolvers: Resolvers(caches: 10, clients: 8),
        client: Client(pins: ["60s"], connections: Connections(idle: "40s", at_most: "4min", timeout: "10s"), attempts: 1, timeout: "10s"))],
    health_checks: [HealthCheck(name: "tokyo", watches: "ap-northeast-1", preset: "route53-fast")],
    routing: Routing(ttl: "60s", policy: Failover(primary: To(region: "ap-northeast-1", check: "tokyo"), secondary: To(region: "us-east-1"))),
    faults: [RegionOutage(region: "ap-northeast-1", at: "5min", lasting: "1h", how: BlackHole)],
    objectives: Objectives(threshold: "90%"),
)"#;

#[test]
fn caches_and_connections_of_clients_are_the_same_at_both_fidelities() {
    agree("clients", CLIENTS, 2);
}

/// Two thousand users whose connections are used four times in an idle time and end only by silence; most of them find out that
/// the region is dead by a request that hangs. The 99% point lies where what is left of the idle time decides.
const CONNECTIONS: &str = r#"Scenario(
    question: "counted or one by one", run: "20min", step: "10s", fidelity: FIDELITY,
    regions: ["ap-northeast-1", "us-east-1"],
    users: [Population(name: "Japan", place: "japan", users: 2_000, reads: "44 req/h", resolvers: Resolvers(caches: 250, clients: 8),
        client: Client(connections: Connections(idle: "340s", timeout: "10s"), attempts: 1, timeout: "10s"))],
    health_checks: [HealthCheck(name: "tokyo", watches: "ap-northeast-1", preset: "route53-fast")],
    front_doors: [Accelerator(name: "ga", groups: [Group(region: "ap-northeast-1", check: "tokyo"), Group(region: "us-east-1", dial: "0%")])],
    routing: Routing(ttl: "60s", policy: Simple(to: ["ga"])),
    faults: [RegionOutage(region: "ap-northeast-1", at: "6min", lasting: "1h", how: BlackHole)],
)"#;

/// A distance between distributions cannot see a shift of 2% in a number that spreads by 4%; means can, where enough runs
/// have made them sharp. Failed requests are compared by their mean alone: one by one each user finds out by one request and
/// their number spreads less, by cohort it is that of requests at random in the same time.
#[test]
fn open_connections_are_the_same_at_both_fidelities_to_a_percent() {
    let (counted, single) =
        (sample(CONNECTIONS, "Cohorts", 23), sample(CONNECTIONS, "Requests", 24));
    let found = distance(&counted[0], &single[0]);
    println!("connections: rto_service: distance {found:.3}");
    assert!(found < critical(counted[0].len(), single[0].len()), "{found}");
    for (key, column) in [("rto_service", 0), ("failed_requests", 1)] {
        let [one, other] = [&counted[column], &single[column]].map(|values| {
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>()
                / (values.len() - 1) as f64;
            (mean, variance / values.len() as f64)
        });
        let error = (one.1 + other.1).sqrt();
        println!("connections: {key}: {} and {}, standard error {error}", one.0, other.0);
        assert!(error < 0.004 * one.0, "{key}: known to {error} of {}", one.0);
        assert!(
            (one.0 - other.0).abs() < 3.5 * error,
            "{key}: {} and {}, standard error {error}",
            one.0,
            other.0
        );
    }
}
