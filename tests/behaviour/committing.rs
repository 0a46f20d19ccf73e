//! Acknowledgement that depends on other regions, on one timeline: the ways to the replicas are cut at 100 s, the writer's region
//! dies at 200 s, a replica is promoted at 231 s. What is counted here comes from the trace; instants have closed values.
//!
//! ```text
//!             100        110                 200        231
//!  Log        served ............................| nobody | new writer lacks all since 100 s and a lag
//!  SemiSync   served | nobody | served, alone ...| nobody | new writer lacks all since 100 s
//!  Sync       served | nobody ....................| nobody | new writer lacks nothing
//! ```

use mrsim::campaign::{Quiet, Settings, run};
use mrsim::measure::phases::{Phase, budget};
use mrsim::measure::{Recovery, Replay, Scope, Served};
use mrsim::report::Finding;
use mrsim::scenario::Scenario;
use mrsim::trace::{Fact, FactId, Operation, Trace, What};
use mrsim::units::{Duration, Instant};
use mrsim::world::{self, Stage};
use std::sync::Arc;

const RUNS: u64 = 5;
const CUT: &str =
    r#"LinkCut(from: "ap-northeast-1", to: ["us-east-1", "eu-west-1"], at: "100s", lasting: "4h")"#;
const DEATH: &str =
    r#"RegionOutage(region: "ap-northeast-1", at: "200s", lasting: "4h", how: FastFail)"#;

/// Users of Japan write to Tokyo, 1,000 times a second; replicas are 100 ms (Virginia) and 200 ms (Ireland) away. The check
/// turns at 221 s (probes at 1, 11, 21, .. s, three in a row), and 10 s later Virginia is promoted.
fn text(readers: &str, replication: &str, faults: &[&str]) -> String {
    format!(
        r#"Scenario(
            question: "What is lost?", run: "10min", step: "1s",
            regions: ["ap-northeast-1", "us-east-1", "eu-west-1"],
            links: [
                Link(from: "ap-northeast-1", to: "us-east-1", round_trip: "100ms"),
                Link(from: "ap-northeast-1", to: "eu-west-1", round_trip: "200ms"),
                Link(from: "us-east-1", to: "eu-west-1", round_trip: "60ms"),
            ],
            users: [Population(name: "Japan", place: "japan", users: 1_000, reads: "0.1 req/s", writes: "1 req/s")],
            health_checks: [HealthCheck(name: "tokyo", watches: "ap-northeast-1", preset: "route53-fast", checkers: 1, cadence: Fixed,
                first_probe: "1s", response_time: "0s", push: "0s")],
            routing: Routing(ttl: "0s", policy: Failover(primary: To(region: "ap-northeast-1", check: "tokyo"), secondary: "us-east-1")),
            stores: [Store(name: "orders", writer: "ap-northeast-1", readers: [{readers}], endpoint_ttl: "0s", replication: {replication},
                promotion: Promotion(to: "us-east-1", watches: "tokyo", decision: "0s", duration: "10s"))],
            faults: [{}],
        )"#,
        faults.join(", ")
    )
}

const BOTH: &str = r#""us-east-1", "eu-west-1""#;
const ONE: &str = r#""us-east-1""#;

fn traces(text: &str) -> Vec<Trace> {
    let scenario = Scenario::parse(text).unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"));
    let stage = Stage::new(Arc::new(scenario));
    (0..RUNS).map(|run| world::run(&stage, 3, run).expect("no limit is reached")).collect()
}

/// Writes of these seconds that were acknowledged, and all.
fn writes(trace: &Trace, from: f64, to: f64) -> (u64, u64) {
    let within = |step: u32| {
        let step = trace.steps[step as usize];
        from <= step.from.seconds() && step.to.seconds() <= to
    };
    let counts = trace
        .counts
        .iter()
        .filter(|count| count.operation == Operation::Write && within(count.step));
    counts.fold((0, 0), |(served, all), count| {
        (
            served + if count.ending.outcome.is_served() { count.requests } else { 0 },
            all + count.requests,
        )
    })
}

fn fact(trace: &Trace, is_it: impl Fn(&What) -> bool) -> Option<(FactId, Fact)> {
    trace
        .facts
        .iter()
        .position(|fact| is_it(&fact.what))
        .map(|at| (FactId(at as u32), trace.facts[at]))
}

fn lost(trace: &Trace) -> (u64, Duration) {
    let lost = fact(trace, |what| matches!(what, What::WritesLost { .. }))
        .expect("a replica is promoted")
        .1;
    assert_eq!(
        lost.at,
        Instant::START + Duration::from_secs(231),
        "belief at 221 s, promoted 10 s later"
    );
    if let What::WritesLost { writes, age, .. } = lost.what {
        (writes, age)
    } else {
        unreachable!("just found")
    }
}

#[test]
fn a_degraded_writer_loses_every_write_since_the_way_was_lost() {
    for readers in [ONE, BOTH] {
        for trace in
            traces(&text(readers, r#"SemiSync(lag: "200ms", timeout: "10s")"#, &[CUT, DEATH]))
        {
            let (served, all) = writes(&trace, 0.0, 100.0);
            assert!(served == all && all > 95_000, "{served} of {all} before the cut");
            assert_eq!(writes(&trace, 100.0, 110.0).0, 0, "they hang until the timeout");
            let (alone, all) = writes(&trace, 110.0, 200.0);
            assert_eq!(alone, all, "then the writer goes on alone");
            let (lost, age) = lost(&trace);
            assert_eq!(lost, alone, "exactly those are lost");
            // The first write after 110 s, at 1,000 a second.
            assert!(age <= Duration::from_secs(90) && age > Duration::from_millis(89_900), "{age}");
        }
    }
}

/// The degraded writer dies before its timeout: nothing was acknowledged that the replica lacks.
#[test]
fn a_writer_that_still_waits_loses_nothing() {
    for trace in traces(&text(ONE, r#"SemiSync(lag: "200ms", timeout: "150s")"#, &[CUT, DEATH])) {
        assert_eq!((writes(&trace, 100.0, 231.0).0, lost(&trace)), (0, (0, Duration::ZERO)));
    }
}

#[test]
fn a_synchronous_writer_serves_nobody_and_loses_nothing() {
    for readers in [ONE, BOTH] {
        for trace in traces(&text(readers, r#"Sync(lag: "200ms", acks: 1)"#, &[CUT, DEATH])) {
            assert_eq!(writes(&trace, 100.0, 231.0).0, 0);
            assert_eq!(lost(&trace), (0, Duration::ZERO));
            let (served, all) = writes(&trace, 231.0, 600.0);
            assert!(served == all && all > 300_000, "{served} of {all} with the new writer");
        }
    }
}

/// Cut from 100 s to 150 s: 40 s of writes are missing then; nine a second more are shipped than come.
#[test]
fn a_backlog_is_lost_as_far_as_it_was_not_shipped() {
    let cut = CUT.replace("4h", "50s");
    let dies_at = |at: &str| {
        traces(&text(
            ONE,
            r#"SemiSync(lag: "200ms")"#,
            &[&cut, &DEATH.replace("at: \"200s\"", &format!("at: \"{at}\""))],
        ))
    };
    for trace in dies_at("152s") {
        let known =
            fact(&trace, |what| matches!(what, What::WritesLost { .. })).expect("promoted").1;
        let What::WritesLost { writes: lost, age, .. } = known.what else {
            unreachable!("just found")
        };
        // Two seconds at ten times the pace: 20 s of 42 s are there, up to 130 s.
        assert_eq!(lost, writes(&trace, 130.0, 152.0).0);
        assert!(age <= Duration::from_secs(22) && age > Duration::from_millis(21_900), "{age}");
    }
    for trace in dies_at("155s") {
        let resumed = fact(&trace, |what| matches!(what, What::CommitsResumed { .. }))
            .expect("in step again")
            .1;
        assert_eq!(resumed.at.as_nanos(), 150_000_000_000 + 40_000_000_000u64.div_ceil(9));
        let known =
            fact(&trace, |what| matches!(what, What::WritesLost { .. })).expect("promoted").1;
        assert!(matches!(known.what, What::WritesLost { writes: 0, .. }), "{known:?}");
    }
}

/// ANY 1 of two standbys: the nearer one confirms. When it dies with the writer, the other cannot know what it lacks.
#[test]
fn a_standby_is_promoted_only_where_every_write_is_known() {
    let virginia = r#"RegionOutage(region: "us-east-1", at: "200s", lasting: "4h")"#;
    let ireland = r#"RegionOutage(region: "eu-west-1", at: "200s", lasting: "200s")"#;
    let promoted = |text: &str| {
        traces(text)
            .iter()
            .map(|trace| {
                fact(trace, |what| matches!(what, What::Promoted { .. })).map(|(_, fact)| fact.at)
            })
            .collect::<Vec<_>>()
    };
    let to_ireland = |faults: &[&str]| {
        text(BOTH, r#"Sync(lag: "200ms", acks: 1)"#, faults)
            .replace("to: \"us-east-1\", watches", "to: \"eu-west-1\", watches")
    };
    assert!(
        promoted(&to_ireland(&[DEATH, virginia])).iter().all(Option::is_none),
        "the standby that confirmed is gone"
    );
    let two = to_ireland(&[DEATH, virginia]).replace("acks: 1", "acks: 2");
    assert!(promoted(&two).iter().all(|at| at.is_some()), "both confirmed every write");
    let alone = text(BOTH, r#"Sync(lag: "200ms", acks: 1)"#, &[DEATH, ireland]);
    for trace in traces(&alone) {
        let refused = fact(&trace, |what| matches!(what, What::PromotionUnsafe { .. }))
            .expect("Virginia does not see Ireland")
            .1;
        let promoted = fact(&trace, |what| matches!(what, What::Promoted { .. }))
            .expect("Ireland is back at 400 s")
            .1;
        assert!(
            refused.at.seconds() == 231.0 && (400.0..412.0).contains(&promoted.at.seconds()),
            "{refused:?} {promoted:?}"
        );
        assert!(fact(&trace, |what| matches!(what, What::WritesLost { writes: 0, .. })).is_some());
    }
}

/// 30 s allowed, a lag of 1 s: writes until 129 s, none after; all since 99 s are lost with the region.
#[test]
fn a_guard_bounds_how_many_writes_can_be_lost() {
    for trace in traces(&text(BOTH, r#"AsyncLog(lag: "1s", rpo_guard: "30s")"#, &[CUT, DEATH])) {
        let (served, all) = writes(&trace, 99.0, 129.0);
        assert_eq!((served, writes(&trace, 129.0, 231.0).0), (all, 0));
        assert_eq!(lost(&trace).0, served);
    }
    for trace in traces(&text(BOTH, r#"AsyncLog(lag: "1s")"#, &[CUT, DEATH])) {
        assert_eq!(lost(&trace).0, writes(&trace, 99.0, 200.0).0, "without a guard it goes on");
    }
}

/// The chain of causes: cut, hang, alone; and back: the cut ends, in step again.
#[test]
fn what_happens_to_commits_has_its_cause_and_its_phase() {
    let cut = CUT.replace("4h", "100s");
    for trace in traces(&text(ONE, r#"SemiSync(lag: "200ms")"#, &[&cut])) {
        let cut = fact(&trace, |what| matches!(what, What::FaultBegan { .. })).expect("a fault").0;
        let mended =
            fact(&trace, |what| matches!(what, What::FaultEnded { .. })).expect("its end").0;
        let (hang, hung) =
            fact(&trace, |what| matches!(what, What::CommitsHang { .. })).expect("commits hang");
        let alone = fact(&trace, |what| matches!(what, What::CommitsDegraded { .. }))
            .expect("the writer goes on")
            .1;
        let resumed = fact(&trace, |what| matches!(what, What::CommitsResumed { .. }))
            .expect("and waits again")
            .1;
        assert_eq!([hung.cause, alone.cause, resumed.cause], [Some(cut), Some(hang), Some(mended)]);
        let replay = Replay::new(&trace);
        let recovery = replay.recovery(Scope::AllUsers, Served::Writes);
        assert!(
            matches!(recovery, Recovery::After { time, .. } if time == Duration::from_secs(10)),
            "{recovery:?}"
        );
        let phases = budget(&replay, recovery).expect("it recovered");
        assert_eq!(
            phases[Phase::Detect as usize],
            Duration::from_secs(10),
            "the writer takes its timeout to believe that replicas are gone"
        );
    }
}

/// Two regions of three cut off from one another and from the third: nobody has a majority.
#[test]
fn without_any_majority_nobody_is_served() {
    let all = r#"LinkCut(from: "us-east-1", to: ["eu-west-1"], at: "100s", lasting: "100s")"#;
    let strong = text(BOTH, "StrongRegions()", &[&CUT.replace("4h", "100s"), all])
        .replace("writer: \"ap-northeast-1\", readers: [", "regions: [\"ap-northeast-1\", ");
    let (before, after) = strong
        .split_once("endpoint_ttl: \"0s\", replication: StrongRegions(),")
        .expect("it is there");
    let strong = format!(
        "{before}replication: StrongRegions())]{}",
        &after[after.find("))],").expect("the end of the store") + 3..]
    );
    for trace in traces(&strong) {
        assert_eq!(writes(&trace, 100.0, 200.0).0, 0);
        let (served, all) = writes(&trace, 200.0, 600.0);
        assert!(served == all && all > 0, "back by itself");
    }
}

#[test]
fn the_shipped_scenario_shows_what_semi_synchronous_is_worth() {
    let text = std::fs::read_to_string("scenarios/semi-sync-degrades.ron").expect("it is shipped");
    let scenario = Arc::new(Scenario::parse(&text).expect("it is valid"));
    let report = run("semi-sync", &scenario, &Settings { runs: 40, ..Settings::default() }, &Quiet)
        .expect("no limit is reached");
    assert_eq!(report.verdicts[0].finding, Finding::NotMet, "{}", report.verdicts[0].because);
    let oldest = report
        .measures
        .iter()
        .find(|measure| measure.key == "rpo_seconds")
        .expect("a registered measure");
    // Alone from 310 s, dead at 660 s.
    assert!(
        oldest.max.is_some_and(|age| age <= 350.0) && oldest.min.is_some_and(|age| age > 349.9),
        "{oldest:?}"
    );
    let synchronous = text.replace("preset: \"mysql-semi-sync\"", "preset: \"postgresql-sync\"");
    let scenario = Arc::new(Scenario::parse(&synchronous).expect("the comparison is valid"));
    let report = run("sync", &scenario, &Settings { runs: 100, ..Settings::default() }, &Quiet)
        .expect("no limit is reached");
    assert_eq!(report.verdicts[0].finding, Finding::Met, "{}", report.verdicts[0].because);
}
