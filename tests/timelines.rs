//! Timelines that are known to the nanosecond: with the first probe at a fixed instant nothing is left
//! to chance, so the event loop has to give the stated instants exactly. Where something is drawn in
//! any case (caches, quorums), the exact relation between two instants of the same run is tested.

#[allow(dead_code, reason = "shared with the vectors, which use all of it")]
#[path = "vectors/spec.rs"]
mod spec;

use mrsim::id::CheckId;
use mrsim::law::Law;
use mrsim::replication::async_log::{AsyncLog, LagVaries, Order};
use mrsim::replication::{Channel, Loss, Write};
use mrsim::scenario::Scenario;
use mrsim::trace::{Trace, What};
use mrsim::units::{Duration, Instant};
use mrsim::world::{self, Stage};
use spec::{Resolvers, Spec, population, store, writer};
use std::sync::Arc;

/// Probes at 3, 13, 23, .. s, three in a row; the region refuses from 100 s on.
fn probed_at_3() -> Spec {
    Spec { first_probe: Some(3.0), threshold: 3, interval: 10.0, fault_at: 100.0, ..Spec::default() }
}

fn lasting(seconds: f64) -> String {
    format!("\"{seconds}s\"")
}

fn run(spec: &Spec, run: u64) -> Trace {
    let text = spec.text();
    let scenario = Scenario::parse(&text).unwrap_or_else(|problems| panic!("{text}\n{problems:#?}"));
    world::run(&Stage::new(Arc::new(scenario)), 1, run).expect("the scenario stays within the limits")
}

/// Every change of belief: when, and to what.
fn beliefs(trace: &Trace) -> Vec<(Instant, bool)> {
    let belief = |fact: &mrsim::trace::Fact| match fact.what {
        What::BeliefChanged { check: CheckId(0), healthy, .. } => Some((fact.at, healthy)),
        _ => None,
    };
    trace.facts.iter().filter_map(belief).collect()
}

fn at_ms(milliseconds: u64) -> Instant {
    Instant::START + Duration::from_millis(milliseconds)
}

fn at(seconds: u64) -> Instant {
    at_ms(1_000 * seconds)
}

// ---- detection ----

#[test]
fn the_third_refusal_in_a_row_is_believed() {
    assert_eq!(beliefs(&run(&probed_at_3(), 0)), [(at(123), false)]);
}

#[test]
fn a_black_hole_costs_its_time_out() {
    let silent = Spec { how: "BlackHole", connect_timeout: 4.0, ..probed_at_3() };
    assert_eq!(beliefs(&run(&silent, 0)), [(at(127), false)], "probes at 103, 113, 123; the last gives up at 127");
    let stretched = Spec { cadence: "AfterResponse", ..silent };
    assert_eq!(beliefs(&run(&stretched, 0)), [(at(135), false)], "probes at 103, 117, 131; the last gives up at 135");
}

#[test]
fn an_outage_that_ends_before_the_third_probe_is_never_believed() {
    let belief_after = |seconds| beliefs(&run(&Spec { lasting: lasting(seconds), ..probed_at_3() }, 0)).first().copied();
    assert_eq!(belief_after(22.0), None);
    assert_eq!(belief_after(23.0), None, "the fault ends before a probe of the same instant");
    assert_eq!(belief_after(23.1), Some((at(123), false)));
}

#[test]
fn the_third_success_in_a_row_is_believed() {
    let back_at_200 = Spec { lasting: lasting(100.0), ..probed_at_3() };
    assert_eq!(beliefs(&run(&back_at_200, 0)), [(at(123), false), (at(223), true)]);
}

/// A probe of the instant at which the fault begins meets it.
#[test]
fn the_fault_comes_before_the_probe_of_the_same_instant() {
    let struck = Spec { fault_at: 103.0, ..probed_at_3() };
    assert_eq!(beliefs(&run(&struck, 0)), [(at(123), false)]);
}

/// The largest number of healthy checkers that "more than 18 %" calls unhealthy. The same run (same
/// phases of all checkers) gives its belief at the same instant when the line is drawn half a checker
/// above that number, and at another when it is drawn a checker higher or lower.
#[test]
fn the_quorum_falls_with_the_checker_that_18_percent_names() {
    let table = [(3, 0), (5, 0), (8, 1), (10, 1), (11, 1), (12, 2), (15, 2), (16, 2), (50, 9), (100, 18)];
    for (checkers, unhealthy_at_most) in table {
        let believed = |healthy_above: f64| beliefs(&run(&Spec { checkers, healthy_above, ..Spec::default() }, 0))[0].0;
        let line = |healthy: f64| 100.0 * healthy / checkers as f64;
        let named = f64::from(unhealthy_at_most);
        assert_eq!(believed(18.0), believed(line(named + 0.5)), "{unhealthy_at_most} of {checkers}");
        assert!(believed(18.0) > believed(line(named + 1.5)), "{checkers}: a checker earlier");
        assert!(unhealthy_at_most == 0 || believed(18.0) < believed(line(named - 0.5)), "{checkers}: a checker later");
    }
}

// ---- caches ----

/// TTL 60 s, an entry fetched 28 s before the record flips, is good for another 32 s to the nanosecond.
/// The age of the first entry is drawn. It expires, users move and the cache asks at once (it is asked
/// 18 times a nanosecond); so the second entry's age is known, and the failback finds it of any age.
#[test]
fn a_cached_answer_holds_until_its_time_to_live_and_not_longer() {
    let asked = Resolvers { queries: 1.8e10, minimum_ttl: 0.0 };
    let spec = Spec { users: population("users", 1, 1.0, asked), ttl: 60.0, lasting: lasting(70.0), ..probed_at_3() };
    let ttl = Duration::from_secs(60);
    let mut within_first = 0;
    for index in 0..50 {
        let trace = run(&spec, index);
        let published = |healthy: bool| {
            let found = trace.facts.iter().find(|fact| matches!(fact.what, What::Published { healthy: told, .. } if told == healthy));
            found.expect("the name servers hear of both changes").at
        };
        let moves: Vec<Instant> = trace.facts.iter().filter(|fact| matches!(fact.what, What::UsersMoved { .. })).map(|fact| fact.at).collect();
        assert_eq!((published(false), published(true), moves.len()), (at(123), at(193), 2), "away and back");
        assert!(moves[0] > at(123) && moves[0] <= at(123) + ttl, "the first answer holds for at most its time to live");
        let lives = at(193).since(moves[0]).as_nanos().div_ceil(ttl.as_nanos());
        assert_eq!(moves[1], moves[0] + ttl.times(lives), "run {index}: the answer in hand at the flip is used to its end");
        within_first += u64::from(lives == 1);
    }
    assert!((25..50).contains(&within_first), "both the first and the second answer were met: {within_first}");
}

// ---- lost writes ----
//
// Users write at random instants, so the exact instants below go straight to the replication family;
// the loop gets a bound that every run has to keep.

/// A write every 0.1 s from the start; the writer dies at 100 s, the write at that instant is refused,
/// and the replica is asked 100 s later.
fn lost(order: Order, lag_of: impl Fn(u64) -> u64) -> (u64, Duration) {
    let writes: Vec<Write> = (0..1_000).map(|k| Write { at: at_ms(100 * k), lag: Duration::from_millis(lag_of(k)) }).collect();
    let log = AsyncLog { lag: Law::Constant(Duration::ZERO), lag_varies: LagVaries::EachWrite, order, ships: None, rpo_guard: None };
    let Loss { writes, oldest } = log.missing(&writes, &Channel { up: vec![(Instant::START, at(100))] }, at(200));
    (writes, at(100).since(oldest.expect("something is lost")))
}

#[test]
fn writes_younger_than_the_lag_are_lost() {
    for order in [Order::InOrder, Order::Unordered] {
        assert_eq!(lost(order, |_| 350), (3, Duration::from_millis(300)));
    }
}

#[test]
fn a_late_write_takes_those_behind_it_along_only_in_order() {
    let one_late = |k| if k == 980 { 5_000 } else { 50 };
    assert_eq!(lost(Order::Unordered, one_late), (1, Duration::from_secs(2)));
    assert_eq!(lost(Order::InOrder, one_late), (20, Duration::from_secs(2)));
}

#[test]
fn no_lost_write_is_older_than_a_constant_lag() {
    let spec = Spec { users: writer(10.0), stores: store("\"350ms\"", "InOrder"), ..probed_at_3() };
    let ages = (0..200).map(|index| {
        let trace = run(&spec, index);
        let age = trace.facts.iter().find_map(|fact| match fact.what {
            What::WritesLost { age, .. } => Some(age),
            _ => None,
        });
        age.expect("the replica is promoted")
    });
    let oldest = ages.max().expect("there are runs");
    assert!(oldest < Duration::from_millis(350) && oldest > Duration::from_millis(340), "the oldest of 200 runs: {oldest}");
}
