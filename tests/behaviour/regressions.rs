//! Every bug that was found gets the test that would have caught it.

use mrsim::campaign::{Quiet, Settings, run};
use mrsim::measure::{Recovery, Replay, Scope, Served};
use mrsim::report::{Estimate, Finding, Report};
use mrsim::scenario::Scenario;
use mrsim::trace::What;
use mrsim::units::Duration;
use mrsim::world::{self, Stage};
use std::sync::Arc;

/// A million users of Japan on Tokyo with Virginia as standby and a store with a constant lag of 400 ms.
fn tokyo(lines: &str) -> String {
    format!(
        r#"Scenario(
            question: "Is it right?", run: "30min", regions: ["ap-northeast-1", "us-east-1"],
            users: [Population(name: "Japan", place: "japan", users: 1_000_000, reads: "1 req/min", writes: "1 req/min")],
            health_checks: [HealthCheck(name: "tokyo", watches: "ap-northeast-1", preset: "route53-fast")],
            routing: Routing(ttl: "60s", policy: Failover(primary: To(region: "ap-northeast-1", check: "tokyo"), secondary: "us-east-1")),
            {lines}
        )"#
    )
}

const STORE: &str = r#"stores: [Store(name: "orders", writer: "ap-northeast-1", readers: ["us-east-1"], replication: AsyncLog(lag: "400ms"),
    promotion: Promotion(to: "us-east-1", watches: "tokyo", decision: "30s", duration: "60s"))],"#;

fn parsed(text: &str) -> Arc<Scenario> {
    Arc::new(Scenario::parse(text).unwrap_or_else(|problems| panic!("{problems:#?}")))
}

fn report(text: &str, runs: u64) -> Report {
    run("regression", &parsed(text), &Settings { runs, ..Settings::default() }, &Quiet)
        .expect("no limit is reached")
}

fn measure<'r>(report: &'r Report, key: &str) -> &'r Estimate {
    report.measures.iter().find(|measure| measure.key == key).expect("a registered measure")
}

/// The age of a loss was once counted from the moment the channel went down, which may be long before the fault.
#[test]
fn a_loss_is_as_old_as_the_writes_that_never_left() {
    let faults = r#"faults: [
        LinkCut(from: "ap-northeast-1", to: ["us-east-1"], at: "100s", lasting: "4h"),
        RegionOutage(region: "ap-northeast-1", at: "300s", lasting: "4h")],
        objectives: Objectives(rpo: "1s"),"#;
    let report = report(&tokyo(&(STORE.to_string() + faults)), 20);
    let age = measure(&report, "rpo_seconds");
    assert!(
        age.min > Some(200.3) && age.max < Some(200.41),
        "writes since 99.6 s are gone, and Tokyo went dark at 300 s: {age:?}"
    );
    assert_eq!(report.verdicts[0].finding, Finding::NotMet);
}

/// Recovery was once counted from the first fault, whether or not anybody noticed it.
#[test]
fn recovery_counts_from_the_fault_that_hurt() {
    let faults = r#"faults: [
        RegionOutage(region: "us-east-1", at: "60s", lasting: "10s"),
        RegionOutage(region: "ap-northeast-1", at: "20min", lasting: "20s", how: FastFail)],"#;
    let stage = Stage::new(parsed(&tokyo(&(STORE.to_string() + faults))));
    let trace = world::run(&stage, 1, 0).expect("no limit is reached");
    let recovery = Replay::new(&trace).recovery(Scope::AllUsers, Served::All);
    assert!(
        matches!(recovery, Recovery::After { time, .. } if time == Duration::from_secs(20)),
        "{recovery:?}"
    );
}

/// A service that comes back in time and fails again for longer was once called within its objective.
#[test]
fn a_second_longer_interruption_breaks_the_promise() {
    let faults = r#"faults: [
        RegionOutage(region: "ap-northeast-1", at: "5min", lasting: "10s", how: FastFail),
        RegionOutage(region: "ap-northeast-1", at: "10min", lasting: "4h")],
        objectives: Objectives(rto: "1min"),"#;
    let report = report(&tokyo(&(STORE.to_string() + faults)), 20);
    assert_eq!(measure(&report, "rto_service").max, Some(10.0));
    assert_eq!(measure(&report, "interruptions").min, Some(2.0));
    assert!(measure(&report, "longest_interruption").min > Some(60.0));
    assert_eq!(report.verdicts[0].finding, Finding::NotMet, "{}", report.verdicts[0].because);
}

/// A decision once went on while the check was healthy in between.
#[test]
fn a_healthy_check_calls_the_decision_off() {
    let store = STORE.replace(r#"decision: "30s""#, r#"decision: "3min""#);
    let faults = r#"faults: [
        RegionOutage(region: "ap-northeast-1", at: "300s", lasting: "60s", how: FastFail),
        RegionOutage(region: "ap-northeast-1", at: "420s", lasting: "4h", how: FastFail)],"#;
    let stage = Stage::new(parsed(&tokyo(&(store + faults))));
    for index in 0..20 {
        let facts = world::run(&stage, 1, index).expect("no limit is reached").facts;
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

/// Users back within the objective were once interpolated inside a cell of the histogram.
#[test]
fn everybody_back_at_the_limit_is_everybody_within_it() {
    let text = r#"Scenario(
        question: "Is 60 s within a minute?", run: "10min", regions: ["ap-northeast-1"],
        users: [Population(name: "Japan", place: "japan", users: 1_000, reads: "1 req/min")],
        routing: Routing(ttl: "60s", policy: Latency(to: ["ap-northeast-1"])),
        faults: [RegionOutage(region: "ap-northeast-1", at: "1min", lasting: "60s")],
        objectives: Objectives(rto: "1min"),
    )"#;
    let report = report(text, 50);
    let users = &report.user_recovery[0];
    assert_eq!(users.numbers.maybe("within_objective"), Some(1.0));
    assert_eq!(
        (users.numbers.maybe("p50"), users.numbers.maybe("p99")),
        (users.numbers.maybe("p95"), users.numbers.maybe("p50")),
        "one atom has one quantile"
    );
    assert!(users.numbers.maybe("p50").is_some_and(|seconds| (seconds - 60.0).abs() < 0.2));
}

/// Runs were once pooled with equal weight, however many users each affected.
#[test]
fn pooled_means_all_users_of_all_runs() {
    let text = r#"Scenario(
        question: "How long are users without service?", run: "1h", regions: ["eu-central-1", "eu-west-1"],
        users: [Population(name: "Europe", place: "europe-west", users: 1_000_000, reads: "1 req/min", resolvers: Resolvers(caches: 100))],
        routing: Routing(ttl: "60s", policy: Weighted(to: [To(region: "eu-central-1", weight: 10), To(region: "eu-west-1", weight: 90)])),
        faults: [RegionOutage(region: "eu-central-1", at: "5min", lasting: Lognormal(median: "2min", sigma: 1.0))],
    )"#;
    let runs = 100;
    let stage = Stage::new(parsed(text));
    let mut back: Vec<(u64, u64)> = Vec::new();
    for index in 0..runs {
        let trace = world::run(&stage, 1, index).expect("no limit is reached");
        let law = Replay::new(&trace).user_law(Served::Reads).clone();
        back.extend(law.recovered.iter().map(|(time, users)| (time.unwrap_or(u64::MAX), *users)));
    }
    back.sort_unstable();
    let all: u64 = back.iter().map(|(_, users)| users).sum();
    let mut sum = 0;
    let median = back
        .iter()
        .find(|(_, users)| {
            sum += users;
            2 * sum >= all
        })
        .map(|(time, _)| *time as f64 / 1e9)
        .expect("users were affected");
    let ours = report(text, runs).user_recovery[0].numbers.maybe("p50").expect("not censored");
    assert!((ours / median - 1.0).abs() < 0.005, "pooled median {median} s, reported {ours} s");
}

/// The slow end of a latency was once looked at through 96 equal parts: 10 % too slow where the rest is constant.
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

/// Two faults of one kind at one instant once swapped their lengths with their lines.
#[test]
fn the_order_of_lines_changes_no_draw() {
    let fault = |region: &str| {
        format!(
            r#"RegionOutage(region: "{region}", at: "300s", lasting: Exponential(mean: "100s")),"#
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

/// Steps without requests once counted as perfect in the band of availability.
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

/// The digest once covered only part of the result.
#[test]
fn another_latency_is_another_digest() {
    let of = |service: &str| {
        report(&tokyo(&(STORE.to_string() + &format!(r#"service_time: "{service}","#))), 2).digest
    };
    assert_ne!(of("10ms"), of("500ms"));
}

/// A run that ends without service once kept its promise of availability.
#[test]
fn an_outage_beyond_the_run_is_no_availability() {
    let lines = r#"stores: [Store(name: "orders", preset: "aurora-global", writer: "ap-northeast-1", readers: ["us-east-1"])],
        faults: [RegionOutage(region: "ap-northeast-1", at: "5min", lasting: "100h")], objectives: Objectives(availability: "99.9%"),"#;
    let report = report(&tokyo(lines), 100);
    assert_eq!(report.verdicts[0].finding, Finding::NotMet, "{}", report.verdicts[0].because);
}

/// Accepted scenarios once crashed, or would have needed all memory there is.
#[test]
fn what_cannot_be_run_is_refused() {
    let refused = |text: &str, word: &str| {
        let problems = Scenario::parse(text).expect_err("a scenario beyond the limits");
        assert!(problems.iter().any(|problem| problem.what.contains(word)), "{word}: {problems:?}");
    };
    let crowd = tokyo("")
        .replace("users: 1_000_000", "users: 1_000_000_000_000")
        .replace(r#"run: "30min""#, r#"run: "30d""#)
        .replace("1 req/min", "20 req/min");
    refused(
        &crowd.replace(r#"writes: "20 req/min""#, r#"writes: "0 req/s""#),
        "requests; the limit",
    );
    let drawn = r#"Scenario(question: "x", run: "30d", regions: ["eu-central-1", "eu-west-1"],
        users: [Population(name: "Europe", place: "europe-west", users: 1_000_000, reads: "1 req/min")],
        routing: Routing(ttl: "1s", policy: Weighted(to: [To(region: "eu-central-1", weight: 1), To(region: "eu-west-1", weight: 1)])))"#;
    refused(drawn, "drawn anew");
    refused(
        &tokyo(
            &(STORE.to_string()
                + r#"links: [Link(from: "ap-northeast-1", to: "us-east-1", round_trip: "1ms"), Link(from: "us-east-1", to: "ap-northeast-1", round_trip: "2ms")],"#),
        ),
        "two links join",
    );
}

/// A fault that came before the log had filled once had to be refused, since the loss would have looked small. Now the log was 400 ms behind before
/// the run as well: a million users write once a minute.
#[test]
fn a_loss_in_the_first_moment_is_a_whole_one() {
    let report = report(
        &tokyo(
            &(STORE.to_string()
                + r#"faults: [RegionOutage(region: "ap-northeast-1", at: "0s", lasting: "1h")],"#),
        ),
        50,
    );
    let (age, lost) = (measure(&report, "rpo_seconds"), measure(&report, "rpo_writes"));
    let expected: f64 = 1_000_000.0 / 60.0 * 0.4;
    assert!(age.min > Some(0.399) && age.max <= Some(0.4), "{age:?}");
    assert!(
        lost.min > Some(expected - 6.0 * expected.sqrt())
            && lost.max < Some(expected + 6.0 * expected.sqrt()),
        "{lost:?}, expected {expected}"
    );
}

/// With a lag per write, all writes since a link was cut were once drawn one by one, however many.
#[test]
fn what_was_never_shipped_is_counted_and_not_drawn() {
    let store = STORE
        .replace(r#"AsyncLog(lag: "400ms")"#, r#"AsyncLog(lag: "400ms", lag_varies: EachWrite)"#);
    let faults = r#"faults: [
        LinkCut(from: "ap-northeast-1", to: ["us-east-1"], at: "100s", lasting: "4h"),
        RegionOutage(region: "ap-northeast-1", at: "300s", lasting: "4h")],"#;
    let report = report(&tokyo(&(store + faults)), 10);
    // A million users write once a minute, from 400 ms before the cut to the outage; the count is Poisson.
    let expected = 1_000_000.0 / 60.0 * 200.4;
    let lost = measure(&report, "rpo_writes");
    let far = 6.0 * f64::sqrt(expected);
    assert!(
        lost.min > Some(expected - far) && lost.max < Some(expected + far),
        "{lost:?}, expected {expected}"
    );
    assert!(measure(&report, "rpo_seconds").max < Some(200.41));
}

/// A store that nobody writes to once kept its RPO.
#[test]
fn without_writes_there_is_nothing_to_lose() {
    let text = tokyo(
        &(STORE.to_string()
            + r#"faults: [RegionOutage(region: "ap-northeast-1", at: "5min", lasting: "4h")],"#),
    );
    let report = report(&text.replace(r#", writes: "1 req/min""#, ""), 5);
    assert_eq!(
        (measure(&report, "promotion").occasions, measure(&report, "rpo_seconds").occasions),
        (5, 0)
    );
}

/// Two scenarios of one name once wrote over each other's report.
#[test]
fn reports_of_one_name_are_refused() {
    let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/link-cut.ron");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = assert_cmd::Command::cargo_bin("mrsim").expect("the binary is built");
    command.current_dir(&folder).args(["run", scenario, scenario]).assert().code(2);
    assert!(!folder.path().join("reports").exists(), "nothing was run");
}

/// Without a time to live, a client's own cache once asked its resolver for ever at one instant.
#[test]
fn an_answer_without_a_time_to_live_is_asked_for_once() {
    let faults = r#"faults: [RegionOutage(region: "ap-northeast-1", at: "5min", lasting: "4h", how: FastFail)],"#;
    let client = r#"reads: "1 req/min", resolvers: Resolvers(caches: 10, clients: 1, queries: "1 req/s"), client: Client(pins: ["30s"], connections: Connections(idle: "5min", timeout: "10s")), "#;
    let text = tokyo(&(STORE.to_string() + faults))
        .replace(r#"reads: "1 req/min", "#, client)
        .replace(r#"ttl: "60s""#, r#"ttl: "0s""#);
    let trace =
        world::run(&Stage::new(parsed(&text)), 1, 0).expect("far below the limit of events");
    let moves =
        trace.facts.iter().filter(|fact| matches!(fact.what, What::UsersMoved { .. })).count();
    assert_eq!(moves, 10, "each cache once");
    assert!(trace.events < 10_000, "{} events", trace.events);
}
