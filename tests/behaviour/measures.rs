//! Measures: what each says of a run, against what the run's facts and counts say without it.

use crate::tokyo::{report, tokyo};
use mrsim::id::{AudienceId, PopulationId, RegionId, StoreId};
use mrsim::law::{Law, normal_quantile};
use mrsim::measure::checks::checks;
use mrsim::measure::consistency::consistency;
use mrsim::measure::latency::{Class, Laws};
use mrsim::measure::loss::Ledger;
use mrsim::measure::quorum::Pooled;
use mrsim::measure::users::UserLaw;
use mrsim::measure::{ALL, Replay, Served};
use mrsim::scenario::Scenario;
use mrsim::trace::items::{RegionTally, Sampled};
use mrsim::trace::{QuorumTally, Trace, What};
use mrsim::units::Duration;
use mrsim::world::{Stage, run};
use std::sync::Arc;

fn trace(text: &str) -> Trace {
    let scenario = Scenario::parse(text).unwrap_or_else(|problems| panic!("{problems:#?}"));
    run(&Stage::new(Arc::new(scenario)), 7, 0).expect("no limit is reached")
}

fn part(name: &str) -> Trace {
    trace(
        &std::fs::read_to_string(format!("scenarios/parts/{name}.ron")).expect("the part is there"),
    )
}

/// Readers of Japan on Tokyo, which goes dark at 5 min and is watched by a check.
fn readers(routing: &str) -> Trace {
    trace(&format!(
        r#"Scenario(
        question: "What do measures say?", run: "15min", step: "10s", regions: ["ap-northeast-1", "us-east-1"],
        users: [Population(name: "Japan", place: "japan", users: 1_000, reads: "1 req/min")],
        health_checks: [HealthCheck(name: "tokyo", watches: "ap-northeast-1", preset: "route53-fast", observed: true)],
        routing: Routing(ttl: "60s", policy: {routing}),
        faults: [RegionOutage(region: "ap-northeast-1", at: "5min", lasting: "4h", how: BlackHole)],
    )"#
    ))
}

/// The words under which a reader finds each number.
#[test]
fn each_measure_is_called_what_it_is() {
    let labels: Vec<(&str, &str)> =
        ALL.iter().map(|measure| (measure.key, measure.label)).collect();
    let expected = [
        ("rto_service", "RTO, service (all requests)"),
        ("rto_reads", "RTO, reads"),
        ("rto_writes", "RTO, writes"),
        ("longest_interruption", "longest interruption"),
        ("interruptions", "interruptions of the service"),
        ("users_reads_p99", "user recovery, reads, p99 of a run's users"),
        ("users_reads_last", "user recovery, reads, last user of a run"),
        ("users_writes_p99", "user recovery, writes, p99 of a run's users"),
        ("users_writes_last", "user recovery, writes, last user of a run"),
        ("detection", "fault to detection"),
        ("promotion", "fault to promoted replica"),
        ("rpo_seconds", "RPO, age of the oldest lost write"),
        ("rpo_writes", "RPO, acknowledged writes lost"),
        ("availability_run", "availability during the run"),
        ("failed_requests", "failed requests"),
        ("user_minutes_lost", "user-minutes without full service"),
    ];
    assert_eq!(labels, expected);
    assert!(
        ALL.iter().all(|measure| measure.meaning.len() > measure.label.len()),
        "a meaning says more than a label"
    );
}

/// A law of latency is lognormal through its median and 90th percentile: each of its quantiles is median x (high/median)^(z/z90). A larger
/// share is a longer time. The quick end, which nobody waits for, is looked at through few points: from 10% on it is right to 2.5%,
/// from 90% on to 0.8%.
#[test]
fn every_quantile_of_one_latency_is_its_own() {
    let trace = readers(r#"Simple(to: ["ap-northeast-1"])"#);
    let (median, high) = trace.cast.populations[0].round_trip[0];
    let mut laws = Laws::new(trace.cast.clone(), Law::Constant(Duration::ZERO));
    let class = Class {
        population: PopulationId(0),
        region: Some(RegionId(0)),
        hop: Duration::ZERO,
        lost: Duration::ZERO,
    };
    let mut before = 0.0;
    for share in (1..200).map(|part| f64::from(part) / 200.0) {
        let exact = 1_000.0
            * median.seconds()
            * libm::pow(
                high.seconds() / median.seconds(),
                normal_quantile(share) / normal_quantile(0.9),
            );
        let found = laws.quantile([(class, 1_000)], share).expect("there are requests");
        let allowed = if share < 0.1 {
            f64::INFINITY
        } else if share < 0.9 {
            0.025
        } else {
            0.008
        };
        assert!((found / exact - 1.0).abs() < allowed, "{share}: {found} ms, exact {exact} ms");
        assert!(found > before, "{share}: {found} ms after {before} ms");
        before = found;
    }
    assert_eq!(laws.quantile([], 0.5), None, "no requests have no quantile");
}

/// Users who never came back are at least as long without service as they were watched.
#[test]
fn who_is_not_back_is_censored_at_the_end_of_the_run() {
    let law = UserLaw {
        recovered: vec![(Some(20_000_000_000), 3), (None, 1)],
        users: 10,
        observed: 90_000_000_000,
    };
    let (median, last) =
        (law.quantile(1, 2).expect("affected"), law.quantile(1, 1).expect("affected"));
    assert_eq!(
        (median.value, median.is_censored, last.value, last.is_censored),
        (20.0, false, 90.0, true)
    );
}

/// Who never writes does not count among those who wait for their writes.
#[test]
fn users_count_where_they_make_such_requests() {
    let trace = readers(r#"Simple(to: ["ap-northeast-1"])"#);
    let run = Replay::new(&trace);
    let users =
        [Served::Reads, Served::Writes, Served::All].map(|served| run.user_law(served).users);
    assert_eq!(users, [1_000, 0, 1_000]);
    assert_eq!(run.user_law(Served::Writes).affected(), 0);
}

/// The check turns unhealthy once, because of the fault: 40 s or so later, and no alarm before it was false.
#[test]
fn a_check_detects_at_its_first_change_after_the_fault() {
    let trace = readers(r#"Simple(to: ["ap-northeast-1"])"#);
    let turned = |fact: &mrsim::trace::Fact| {
        matches!(fact.what, What::BeliefChanged { audience: AudienceId::EVERY, healthy: false, .. })
    };
    let seen: Vec<f64> = trace
        .facts
        .iter()
        .filter(|fact| turned(fact))
        .map(|fact| fact.at.seconds() - 300.0)
        .collect();
    let [numbers] = checks(&Replay::new(&trace))[..] else { panic!("there is one check") };
    let detection = numbers.detection.expect("something breaks");
    assert_eq!(seen.len(), 1);
    assert!(
        (detection.value - seen[0]).abs() < 1e-9 && !detection.is_censored,
        "{detection:?} against {seen:?}"
    );
    assert!((38.0..42.5).contains(&seen[0]) && numbers.false_alarms == 0, "{seen:?}");
}

fn total(trace: &Trace, of: fn(&RegionTally) -> Sampled) -> u64 {
    trace.items[0].total(of) as u64
}

/// Every write of a store that is simulated whole is in the books with the fate that it had, and the fates are all of them.
#[test]
fn the_books_of_a_store_of_several_writers_are_the_fates_of_its_writes() {
    let trace = part("multi-writer");
    let books = Ledger::of(&Replay::new(&trace), StoreId(0));
    assert!(
        trace.items[0].is_whole && books.late > 0 && books.overwritten > 0,
        "the cut holds writes up, and some lose: {books:?}"
    );
    assert_eq!(books.late, total(&trace, |region| region.late));
    assert_eq!(books.overwritten, total(&trace, |region| region.overwritten));
    assert_eq!((books.lost, books.forked, books.refused, books.timed_out), (0, 0, 0, 0));
    assert_eq!(books.kept(), total(&trace, |region| region.kept));
    assert_eq!(books.kept() + books.late + books.overwritten + books.sibling, books.offered);
}

/// A write whose condition did not hold was refused, and nothing else was.
#[test]
fn a_condition_that_does_not_hold_refuses_the_write() {
    let trace = part("conditional-writes");
    let books = Ledger::of(&Replay::new(&trace), StoreId(0));
    assert!(trace.items[0].is_whole && books.refused > 0);
    assert_eq!(books.refused, total(&trace, |region| region.rejected));
    assert_eq!(books.acknowledged, total(&trace, |region| region.writes));
}

/// Nobody waits before the cut (10 min) but for the usual second, many do within it, and at the end (30 min) nobody does any more.
#[test]
fn what_waits_is_shown_step_by_step() {
    let trace = part("multi-writer");
    let numbers = consistency(&Replay::new(&trace));
    assert_eq!(numbers.len(), 1, "one store is written by several regions");
    let waiting = &numbers[0].waiting;
    assert_eq!(waiting.len(), 180, "30 min in steps of 10 s");
    // 10 writes a second in all; the cut is 600 s long.
    let [before, within, after] = [50, 119, 179].map(|step| waiting[step]);
    assert!(
        before <= 100.0 && (4_000.0..8_000.0).contains(&within) && after <= 100.0,
        "{before}, {within}, {after}"
    );
}

/// What could not be done is summed over the tallies of a store, and over runs.
#[test]
fn operations_without_enough_replicas_are_counted_over_runs() {
    let mut trace = part("quorum-pbs");
    let answered: usize = trace
        .quorums
        .iter()
        .filter(|tally| tally.store == StoreId(0))
        .map(|tally| tally.reads.len())
        .sum();
    let mut pooled = Pooled::of(&trace, StoreId(0));
    assert_eq!(
        (pooled.behind.iter().sum::<u64>(), pooled.reads.len()),
        (answered as u64, answered)
    );
    trace.quorums = vec![QuorumTally {
        unavailable_reads: 3,
        unavailable_writes: 2,
        unfinished: 1,
        ..QuorumTally::new(StoreId(0))
    }];
    for _ in 0..2 {
        pooled.add(Pooled::of(&trace, StoreId(0)));
    }
    assert_eq!((pooled.unavailable_reads, pooled.unavailable_writes, pooled.unfinished), (6, 4, 2));
}

/// The slow end of a latency is finer than 96 equal parts, which are 10% too slow where the rest is constant.
#[test]
fn the_99th_percentile_of_one_law_is_its_own() {
    let text = tokyo(
        r#"stores: [Store(name: "orders", preset: "aurora-global", writer: "ap-northeast-1", readers: [])], service_time: "10ms","#,
    );
    let report = report(&text, 2);
    let reads = report
        .latencies
        .iter()
        .find(|row| row.population.label() == "Japan" && row.operation == Served::Reads)
        .expect("reads are served");
    // The round trip is lognormal through its median and 90th percentile; z(0.99)/z(0.9) = 2.326348/1.281552.
    let trip = mrsim::places::user_round_trip(
        mrsim::places::user_place("japan").expect("known"),
        "ap-northeast-1",
    )
    .expect("known");
    let (median, high) = (trip.p50.seconds() * 1_000.0, trip.p90.seconds() * 1_000.0);
    let exact = 10.0 + median * libm::exp(libm::log(high / median) * 2.326_348 / 1.281_552);
    let ours = reads.numbers.maybe("p99_milliseconds").expect("reads succeed");
    assert!((ours / exact - 1.0).abs() < 0.006, "exact {exact:.2} ms, reported {ours:.2} ms");
}

/// Steps without requests are not perfect ones in the band of availability.
#[test]
fn the_band_is_around_the_curve() {
    let text = r#"Scenario(
        question: "One rare user", run: "30min", regions: ["ap-northeast-1"],
        users: [Population(name: "Japan", place: "japan", users: 1, reads: "6 req/h")],
        routing: Routing(ttl: "60s", policy: Latency(to: ["ap-northeast-1"])),
        faults: [RegionOutage(region: "ap-northeast-1", at: "1min", lasting: "4h")],
    )"#;
    for point in report(text, 200).charts.availability.iter().filter(|point| point.seconds > 0.0) {
        assert_eq!(point.high.unwrap_or(0.0), 0.0, "nothing succeeds after the fault: {point:?}");
    }
}
