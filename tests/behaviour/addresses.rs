//! How applications find a new writer: each instance has a cache of the writer's address, so a region changes over within a TTL
//! and not at one instant; the record changes over the control plane, and only who can ask the name servers learns of it.

use mrsim::measure::{Recovery, Replay, Scope, Served, phases};
use mrsim::scenario::Scenario;
use mrsim::trace::{Operation, Outcome, Trace, What};
use mrsim::units::{Instant, Share};
use mrsim::world::{Stage, run};
use std::sync::Arc;

/// The instant of the promotion, and the TTL of the address, in seconds.
const PROMOTED: f64 = 360.0;
const TTL: f64 = 60.0;
/// Writes a second in Virginia.
const RATE: f64 = 100.0;

/// America uses Virginia, by a list that asks no name server; the writer is in Tokyo, which goes dark at 300 s. Believed at 332 s
/// (probes at 0, 10, .. s, 4 s to time out, the third in a row), Virginia is promoted 28 s later.
fn text(store: &str, faults: &str, more: &str) -> String {
    format!(
        r#"Scenario(
            question: "When do writes reach the new writer?", run: "15min", step: "5s", {more}
            regions: ["ap-northeast-1", "us-east-1", "us-east-2"],
            users: [Population(name: "America", place: "north-america-east", users: 6_000, writes: "1 req/min", resolvers: Resolvers(caches: 10))],
            health_checks: [HealthCheck(name: "tokyo", watches: "ap-northeast-1", preset: "route53-fast", first_probe: "0s", response_time: "0s", push: "0s")],
            routing: Routing(policy: RegionList(default: ["us-east-1"], timeout: "3s")),
            stores: [Store(name: "orders", writer: "ap-northeast-1", readers: ["us-east-1", "us-east-2"], replication: AsyncLog(lag: "100ms"),
                endpoint_ttl: "60s", {store} promotion: Promotion(to: "us-east-1", watches: "tokyo", decision: "0s", duration: "28s"))],
            faults: [RegionOutage(region: "ap-northeast-1", at: "5min", lasting: "4h"), {faults}],
        )"#
    )
}

fn parsed(text: &str) -> Scenario {
    Scenario::parse(text).unwrap_or_else(|problems| panic!("{text}\n{problems:#?}"))
}

fn traces(text: &str, runs: u64) -> Vec<Trace> {
    let stage = Stage::new(Arc::new(parsed(text)));
    (0..runs).map(|index| run(&stage, 7, index).expect("no limit is reached")).collect()
}

/// When writes were back, in seconds after an instant.
fn back_after(trace: &Trace, instant: f64) -> f64 {
    match Replay::new(trace).recovery(Scope::AllUsers, Served::Writes) {
        Recovery::After { time, origin, .. } => origin.seconds() + time.seconds() - instant,
        recovery => panic!("{recovery:?}"),
    }
}

/// Writes that failed in steps that began after an instant, and how many there were.
fn failed_after(trace: &Trace, instant: f64) -> f64 {
    let late = |step: u32| trace.steps[step as usize].from.seconds() >= instant;
    trace
        .counts
        .iter()
        .filter(|count| late(count.step) && !count.ending.outcome.is_served())
        .map(|count| count.requests as f64)
        .sum()
}

/// When addresses in Virginia changed, with the share that leads to the writer of that instant.
fn learned(trace: &Trace) -> Vec<(f64, Share)> {
    let of = |fact: &mrsim::trace::Fact| match fact.what {
        What::EndpointMoved { region, share, .. } if region.index() == 1 => {
            Some((fact.at.seconds(), share))
        }
        _ => None,
    };
    trace.facts.iter().filter_map(of).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn deviation(values: &[f64]) -> f64 {
    let mean = mean(values);
    (values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>()
        / (values.len() - 1) as f64)
        .sqrt()
}

/// Within four standard errors of a mean, where one run deviates by so much.
fn assert_mean(values: &[f64], expected: f64, deviation: f64, what: &str) {
    let error = deviation / (values.len() as f64).sqrt();
    assert!(
        (mean(values) - expected).abs() < 4.0 * error,
        "{what}: {} instead of {expected} +- {error}",
        mean(values)
    );
}

/// With n caches at phases of their own the 99% are reached with the k-th to ask, k = ceil(0.99 n): at k/(n + 1) of a TTL on
/// average, with variance k (n - k + 1) / ((n + 1)^2 (n + 2)). Until then writes fail by the share that has not asked: rate x TTL/2,
/// with variance rate^2 TTL^2 / (12 n), and Poisson's on top.
fn follows_the_law(caches: u64, runs: u64, more: &str) {
    let traces = traces(&text(&format!("endpoint_caches: {caches},"), "", more), runs);
    let what = format!("{caches} caches {more}");
    let (n, k) = (caches as f64, (0.99 * caches as f64).ceil());
    let back: Vec<f64> = traces.iter().map(|trace| back_after(trace, PROMOTED)).collect();
    assert_mean(
        &back,
        TTL * k / (n + 1.0),
        TTL * (k * (n - k + 1.0) / ((n + 1.0) * (n + 1.0) * (n + 2.0))).sqrt(),
        &what,
    );
    let failed: Vec<f64> = traces.iter().map(|trace| failed_after(trace, PROMOTED)).collect();
    let expected = RATE * TTL / 2.0;
    let spread = (RATE * RATE * TTL * TTL / (12.0 * n) + expected).sqrt();
    assert_mean(&failed, expected, spread, &what);
    let ratio = deviation(&failed) / spread;
    // The deviation of a deviation is a 2 x runs -th at most for these laws.
    assert!(
        (ratio - 1.0).abs() < 4.0 / (2.0 * runs as f64).sqrt(),
        "{what}: {ratio} of the expected spread"
    );
}

#[test]
fn a_region_follows_cache_by_cache() {
    for caches in [1, 7, 100, 250, 1_000] {
        follows_the_law(caches, 200, "");
    }
}

/// Request by request as well: who holds which address is drawn once, and each request meets one of the caches.
#[test]
fn single_requests_meet_the_same_caches() {
    for caches in [1, 100] {
        follows_the_law(caches, 100, "fidelity: Requests,");
    }
}

/// With a thousand caches every run is back within the last twentieth of the TTL: the 990th of 1,000 asks 0.989 +- 0.003 of it after
/// the promotion. One cache, the control, is back at any time.
#[test]
fn with_many_caches_service_is_back_after_nearly_one_time_to_live() {
    let is_late = |trace: &Trace| (0.95..=1.0).contains(&(back_after(trace, PROMOTED) / TTL));
    assert!(traces(&text("endpoint_caches: 1_000,", "", ""), 100).iter().all(is_late));
    let alone = traces(&text("endpoint_caches: 1,", "", ""), 100);
    assert!(alone.iter().filter(|trace| is_late(trace)).count() < 20, "about 5 of 100");
}

/// What nobody says is an assumption: 100 caches.
#[test]
fn a_hundred_caches_are_assumed() {
    let (assumed, said) =
        (parsed(&text("", "", "")), parsed(&text("endpoint_caches: 100,", "", "")));
    assert_eq!((assumed.stores[0].endpoint_caches, &assumed.stores), (100, &said.stores));
    let told = |scenario: &Scenario| {
        scenario
            .sources
            .iter()
            .filter(|(what, _, assumption)| what.contains("address") && *assumption)
            .count()
    };
    assert_eq!((told(&assumed), told(&said)), (1, 0));
}

/// Virginia is promoted at 360 s and Ohio is made the writer at 380 s: a cache that asked in between holds Virginia's address until its own
/// time is over, 60 s after it asked; one that had not asked goes from Tokyo to Ohio. So Tokyo's refusals end by 420 s, and those of
/// Virginia, which takes no writes any more, last from 420 s to 440 s for those caches alone.
#[test]
fn a_cache_between_two_changes_keeps_its_phase() {
    let store = r#"endpoint_caches: 300, switchovers: [Switchover(to: "us-east-2", at: "380s", takes: "0s")],"#;
    for trace in traces(&text(store, "", ""), 20) {
        let by = |from: f64, to: f64, writer: usize| -> u64 {
            let within = |step: u32| {
                trace.steps[step as usize].from.seconds() >= from
                    && trace.steps[step as usize].to.seconds() <= to
            };
            let served = |outcome: Outcome| matches!(outcome, Outcome::Served { by: Some(by), .. } if by.index() == writer);
            trace
                .counts
                .iter()
                .filter(|count| within(count.step) && served(count.ending.outcome))
                .map(|count| count.requests)
                .sum()
        };
        // The switchover begins and ends after the lag, 0.1 s: nobody is written to in the steps around it.
        assert!(
            by(360.0, 380.0, 1) > 0 && by(385.0, 900.0, 1) == 0,
            "Virginia takes writes until Ohio does"
        );
        let moves: Vec<(f64, Share)> =
            learned(&trace).into_iter().filter(|(at, _)| *at > 380.1).collect();
        let share_at = |instant: f64| {
            moves
                .iter()
                .rev()
                .find(|(at, _)| *at <= instant)
                .map_or(0.0, |(_, share)| share.as_f64())
        };
        // 20.1 s of 60 s: a third of the caches asked before the switchover. 4 x sqrt(0.33 x 0.67 / 300) = 0.11.
        assert!((share_at(420.0) - (1.0 - 20.1 / TTL)).abs() < 0.11, "{}", share_at(420.0));
        assert!(
            moves.last().is_some_and(|(at, share)| *at <= 440.2 && *share == Share::ALL),
            "{moves:?}"
        );
    }
}

/// The budget of a run: detect, decide, act, reconnect.
fn spent(trace: &Trace) -> Vec<(&'static str, f64)> {
    let replay = Replay::new(trace);
    let budget = phases::budget(&replay, replay.recovery(Scope::AllUsers, Served::Writes))
        .expect("writes were interrupted and came back");
    phases::Phase::ALL
        .into_iter()
        .zip(budget)
        .filter(|(_, length)| !length.is_zero())
        .map(|(phase, length)| (phase.name(), length.seconds()))
        .collect()
}

/// The last cache that is needed completes the recovery, and its cause is the promotion.
#[test]
fn the_time_until_enough_caches_have_asked_is_reconnecting() {
    for trace in traces(&text("", "", ""), 20) {
        let after = back_after(&trace, PROMOTED);
        assert_eq!(spent(&trace)[..2], [("detect", 32.0), ("act", 28.0)]);
        assert!(
            spent(&trace)[2].0 == "reconnect" && (spent(&trace)[2].1 - after).abs() < 1e-6,
            "{:?}",
            spent(&trace)
        );
        assert_eq!(learned(&trace).len(), 100, "each cache asks once");
    }
}

/// When facts of the record happened.
fn record(trace: &Trace) -> Vec<(f64, &'static str)> {
    let of = |fact: &mrsim::trace::Fact| match fact.what {
        What::Promoted { .. } => Some((fact.at.seconds(), "promoted")),
        What::EndpointBlocked { .. } => Some((fact.at.seconds(), "blocked")),
        What::EndpointRewritten { .. } => Some((fact.at.seconds(), "rewritten")),
        _ => None,
    };
    trace.facts.iter().filter_map(of).collect()
}

/// Promoted at 360 s, and the control plane of records is impaired until 500 s: the record leads to Tokyo until then.
#[test]
fn a_record_waits_for_its_control_plane() {
    let impaired = |at: &str, lasting: &str| {
        text(
            "",
            &format!(r#"ControlPlaneImpaired(plane: Names, at: "{at}", lasting: "{lasting}")"#),
            "",
        )
    };
    for trace in traces(&impaired("5min", "200s"), 20) {
        assert_eq!(record(&trace), [(360.0, "promoted"), (360.0, "blocked"), (500.0, "rewritten")]);
        let after = back_after(&trace, 500.0);
        assert!((0.8 * TTL..=TTL).contains(&after), "{after} s after the change");
        // 168 s from the belief to the changed record: 28 s to promote, 140 s until the control plane worked.
        assert_eq!(spent(&trace)[..2], [("detect", 32.0), ("act", 168.0)]);
        let moved = trace
            .facts
            .iter()
            .find(|fact| matches!(fact.what, What::EndpointMoved { .. }))
            .expect("they move");
        let cause = trace.facts[moved.cause.expect("it has one").0 as usize];
        assert!(matches!(cause.what, What::EndpointRewritten { .. }) && moved.at >= cause.at);
    }
    // Over before the promotion, or begun after it: nothing waits.
    for free in [impaired("5min", "59s"), impaired("361s", "4min")] {
        for trace in traces(&free, 5) {
            assert_eq!(record(&trace), [(360.0, "promoted")]);
            assert!(back_after(&trace, PROMOTED) <= TTL);
        }
    }
}

/// While name servers are silent caches keep what they have; whose time was over meanwhile asks at once when they answer again.
#[test]
fn nobody_learns_an_address_from_silent_name_servers() {
    let silent = |at: &str, lasting: &str| {
        text("", &format!(r#"NameServersDown(at: "{at}", lasting: "{lasting}")"#), "")
    };
    // Silent for longer than a TTL: everybody asks at 500 s.
    for trace in traces(&silent("350s", "150s"), 20) {
        assert_eq!(learned(&trace), [(500.0, Share::ALL)]);
        assert_eq!(back_after(&trace, 500.0), 0.0);
    }
    // Silent from 350 s to 380 s: half of the caches ask at 380 s (4 standard deviations are 20 of 100), and the others as they would have.
    for trace in traces(&silent("350s", "30s"), 20) {
        let learned = learned(&trace);
        let (first, last) = (learned[0], learned[learned.len() - 1]);
        assert!(first.0 == 380.0 && (first.1.as_f64() - 0.5).abs() <= 0.2, "{first:?}");
        assert!(last.0 > 400.0 && last.0 <= 410.0 && last.1 == Share::ALL, "{last:?}");
    }
    // Silent in the middle of the change: who asked before 370 s has the address, nobody gets it until 390 s.
    for trace in traces(&silent("370s", "20s"), 20) {
        assert!(learned(&trace).iter().all(|(at, _)| *at <= 370.0 || *at >= 390.0));
        assert!(
            learned(&trace).iter().any(|(at, _)| *at < 370.0)
                && learned(&trace).iter().any(|(at, _)| *at == 390.0)
        );
    }
}

/// Reads go to the nearest replica: addresses of the writer change nothing about them.
#[test]
fn reads_do_not_wait_for_addresses() {
    let reading = text("", "", "").replace("writes: \"1 req/min\"", "reads: \"1 req/min\"");
    for trace in traces(&reading, 5) {
        assert!(trace.counts.iter().all(|count| count.operation == Operation::Read && count.ending.outcome.is_served()));
        assert!(trace.facts.iter().any(
            |fact| fact.at > Instant::START && matches!(fact.what, What::EndpointMoved { .. })
        ));
    }
}
