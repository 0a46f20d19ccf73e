//! Numbers at the edges of what is allowed, and of what rounding leaves: where a rule begins to hold, and where one more is too many.

use mrsim::campaign::statistics::mean_interval;
use mrsim::engine::agenda::Agenda;
use mrsim::engine::counts::{binomial, poisson};
use mrsim::health::Sensor;
use mrsim::health::probing::{Endpoint, ProbeKind, Probing};
use mrsim::law::Law;
use mrsim::replication::async_log::{AsyncLog, LagVaries, Order};
use mrsim::replication::keys::{Keys, Popularity};
use mrsim::replication::quorum::REPLICA_LIMIT;
use mrsim::replication::strong_regions::StrongRegions;
use mrsim::scenario::Scenario;
use mrsim::units::{Duration, Instant, Share};

/// The largest uniform of 53 bits.
const LAST: f64 = 1.0 - 1.0 / 9_007_199_254_740_992.0;

/// Rounded probabilities can sum to less than the uniform that is to be used up: what is left belongs to the last count there is.
/// Means below 10 are drawn by using up one uniform.
#[test]
fn a_count_is_never_larger_than_its_trials() {
    for trials in 1..=19 {
        for share in (1..=32).map(|part| f64::from(part) / 64.0) {
            assert!(binomial(trials, share, &mut || LAST) <= trials, "{trials} trials at {share}");
        }
    }
}

/// Of a mean of 1, e^-1 of the draws are 0: a uniform of just that is one of them, and the next larger one is not.
#[test]
fn a_uniform_at_the_end_of_a_count_belongs_to_it() {
    let none = libm::exp(-1.0);
    assert_eq!(poisson(1.0, &mut || none), 0);
    assert_eq!(poisson(1.0, &mut || none + f64::EPSILON), 1);
}

/// Squares of deviations, not of values: values around 10^9 have the interval of the same values around 0, even though their mean,
/// 4/3 more, is no exact number.
#[test]
fn an_interval_does_not_depend_on_where_the_values_lie() {
    let near = [0.0, 1.0, 3.0];
    let far = near.map(|value| value + 1e9);
    let half = |values: &[f64]| {
        let (low, _, high) = mean_interval(values, 0.95).expect("several values");
        high - low
    };
    assert!((half(&far) / half(&near) - 1.0).abs() < 1e-6, "{} and {}", half(&far), half(&near));
}

#[test]
fn an_agenda_knows_how_many_events_wait() {
    let mut agenda = Agenda::new();
    assert!(agenda.is_empty());
    for second in 1..=3 {
        agenda.schedule(Instant::from_nanos(second), 0, second);
    }
    agenda.pop();
    assert!(!agenda.is_empty());
    assert_eq!((agenda.len(), agenda.scheduled()), (2, 3));
}

/// A refusal comes at once, however slow the region is that does not get to answer; only who waits for an answer notices slowness.
#[test]
fn a_refused_probe_is_as_quick_in_a_slow_region() {
    let scenario = Scenario::parse(
        r#"Scenario(
            question: "How long does a probe take?", run: "10min", regions: ["us-east-1"],
            users: [Population(name: "users", place: "japan", users: 10, reads: "1 req/min")],
            health_checks: [HealthCheck(name: "fast", watches: "us-east-1", preset: "route53-fast", observed: true)],
            routing: Routing(ttl: "60s", policy: Simple(to: ["us-east-1"])),
        )"#,
    );
    let checks = scenario.expect("it is valid").health_checks;
    let Sensor::Probes { probing: http, .. } = checks[0].sensor.clone() else {
        panic!("it probes")
    };
    let tcp = Probing { kind: ProbeKind::Tcp, ..http.clone() };
    let slow = Duration::from_secs(1);
    assert!(slow < http.answer_timeout);
    for probing in [&http, &tcp] {
        assert_eq!(probing.probe_length(Endpoint::Refuses, slow), probing.response_time);
    }
    assert_eq!(http.probe_length(Endpoint::Answers, slow), http.response_time + slow);
    assert_eq!(tcp.probe_length(Endpoint::Answers, slow), tcp.response_time);
}

/// A channel that ships a write in 10 ms is half busy with 50 writes a second: its queue is forgotten after 40 relaxation times of
/// 10 ms / (1 - 0.5)^2, and the last write has its own second. With 100 a second it never catches up.
#[test]
fn a_queue_is_looked_back_into_as_far_as_it_can_reach() {
    let log = |ships| AsyncLog {
        lag: Law::Constant(Duration::from_secs(1)),
        lag_varies: LagVaries::EachWrite,
        order: Order::InOrder,
        ships,
        rpo_guard: None,
    };
    let shipping = log(Some(Law::Constant(Duration::from_millis(10))));
    assert_eq!(
        shipping.lookback(50.0),
        Duration::from_secs(1) + Duration::from_seconds_f64(40.0 * 0.01 / 0.25)
    );
    assert_eq!(shipping.lookback(100.0), Duration::MAX);
    assert_eq!(log(None).lookback(1e6), Duration::from_secs(1));
}

/// All alike: one in so many. By Zipf's law with exponent 1 the first of three has 1 / (1 + 1/2 + 1/3) = 6/11.
#[test]
fn the_hottest_key_has_the_share_of_the_first_rank() {
    let keys = |count, popularity| Keys {
        count,
        popularity,
        reads_first: Share::NONE,
        deletes: Share::NONE,
        transactions: Share::NONE,
        reads_back: Law::Constant(Duration::ZERO),
        sample: 1_000,
    };
    assert_eq!(keys(50, Popularity::Uniform).hottest(), 0.02);
    assert!((keys(3, Popularity::Zipf(1.0)).hottest() - 6.0 / 11.0).abs() < 1e-12);
}

/// A majority of 3 is the region itself and one other, of 5 two others.
#[test]
fn half_of_the_others_make_a_majority() {
    assert_eq!([1, 3, 5, 7].map(StrongRegions::others_needed), [0, 1, 2, 3]);
}

fn quorum(copies: u64) -> Result<Scenario, mrsim::Problems> {
    Scenario::parse(&format!(
        r#"Scenario(
        question: "How many replicas?", run: "10min", regions: ["us-east-1"],
        users: [Population(name: "users", place: "japan", users: 10, reads: "1 req/min", writes: "1 req/min")],
        routing: Routing(ttl: "60s", policy: Simple(to: ["us-east-1"])),
        stores: [Store(name: "cart", preset: "pbs-lnkd-ssd", regions: ["us-east-1"], replication: Quorum(copies: {copies}))],
    )"#
    ))
}

#[test]
fn the_limit_on_replicas_is_allowed_and_one_more_is_not() {
    assert!(quorum(REPLICA_LIMIT).is_ok(), "{:?}", quorum(REPLICA_LIMIT).err());
    let problems = quorum(REPLICA_LIMIT + 1).expect_err("one too many");
    assert!(
        problems.iter().any(|problem| problem.what.contains("65 replicas in all")),
        "{problems:?}"
    );
}

/// A policy that leads nowhere says so itself, once.
#[test]
fn a_policy_without_regions_is_refused() {
    for kind in ["Weighted", "Geoproximity"] {
        let problems = Scenario::parse(&format!(
            r#"Scenario(
            question: "Where to?", run: "10min", regions: ["us-east-1"],
            users: [Population(name: "users", place: "japan", users: 10, reads: "1 req/min")],
            routing: Routing(ttl: "60s", policy: {kind}(to: [])),
        )"#
        ));
        let problems = problems.expect_err("there is nowhere to go");
        let said = problems
            .iter()
            .filter(|problem| problem.what == format!("{kind} has no region to answer with"))
            .count();
        assert_eq!(said, 1, "{problems:?}");
    }
}
