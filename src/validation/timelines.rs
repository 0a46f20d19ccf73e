//! Timelines that are known to the nanosecond: with the first probe at a fixed instant nothing is left to chance, so
//! the event loop has to give the stated instants exactly. Where something is drawn in any case (caches, quorums), the
//! exact relation between two instants of the same run is read.
//!
//! Users of a scenario write at random instants, so the writes of DET7 and DET8 go straight to the replication family.

use super::case::Case;
use super::plan::{Plan, first};
use super::sample::stage;
use super::spec::{Resolvers, Spec, population};
use super::{Family, Mistake};
use crate::id::CheckId;
use crate::law::Law;
use crate::replication::async_log::{AsyncLog, LagVaries, Order};
use crate::replication::{Channel, Loss, Write};
use crate::trace::{Fact, Trace, What};
use crate::units::{Duration, Instant};
use crate::world;

pub const FAMILY: Family = Family {
    key: "timelines",
    title: "Timelines, exact to the nanosecond",
    file: "src/validation/vectors/timelines.jsonl",
    cases: include_str!("vectors/timelines.jsonl"),
    plan: |case| Some(plan(case, 0)),
    unexpressed: &[],
    domains: &[],
    mistakes,
};

/// `more`: failures that are needed beyond the threshold, which is a mistake unless it is 0.
fn plan(case: &Case, more: u64) -> Plan {
    let case = case.clone();
    Plan::Told(Box::new(move || match case.group() {
        "DET5" => most_unhealthy(case.whole("checkers"), case.number("healthy_above")),
        "DET6" => error_of_lives(&case),
        "DET7" | "DET8" => lost(&case, case.text("order")),
        _ => belief(&case, more),
    }))
}

fn spec(case: &Case, more: u64) -> Spec {
    Spec {
        first_probe: Some(case.number("first_probe")),
        threshold: case.whole("threshold") + more,
        interval: case.number("interval"),
        fault_at: case.number("fault_at"),
        how: case.inputs["how"].as_str().unwrap_or("FastFail").to_string(),
        cadence: if case.inputs["cadence"] == "AfterResponse" { "AfterResponse" } else { "Fixed" },
        connect_timeout: case.perhaps("connect_timeout").unwrap_or(4.0),
        lasting: case
            .perhaps("lasting")
            .map_or("\"30d\"".into(), |seconds| format!("\"{seconds}s\"")),
        ..Spec::default()
    }
}

fn run(spec: &Spec, run: u64) -> Trace {
    world::run(&stage(&spec.text()), 1, run).expect("the scenario stays within the limits")
}

/// Every change of belief: when, and to what.
pub fn beliefs(trace: &Trace) -> Vec<(Instant, bool)> {
    let belief = |fact: &Fact| match fact.what {
        What::BeliefChanged { check: CheckId(0), healthy, .. } => Some((fact.at, healthy)),
        _ => None,
    };
    trace.facts.iter().filter_map(belief).collect()
}

/// The instant of a change of belief in seconds: the only one, the second (a return to health), or the first of any
/// number; infinite where the case asks for the first and there is none.
fn belief(case: &Case, more: u64) -> f64 {
    let found = beliefs(&run(&spec(case, more), 0));
    let seconds = |at: Instant| at.since(Instant::START).seconds();
    match (case.text("read"), found.as_slice()) {
        ("only", [(at, false)])
        | ("second", [(_, false), (at, true)])
        | ("first", [(at, false), ..]) => seconds(*at),
        ("first", []) => f64::INFINITY,
        _ => f64::NAN,
    }
}

/// The largest number of healthy checkers that "more than so many per cent" calls unhealthy: of all lines drawn half a
/// checker above a number, the one that gives the belief of the same run (same phases of all checkers) at the same instant.
fn most_unhealthy(checkers: u64, percent: f64) -> f64 {
    let believed = |healthy_above: f64| {
        beliefs(&run(&Spec { checkers, healthy_above, ..Spec::default() }, 0))[0].0
    };
    let named = believed(percent);
    let line = |healthy: u64| 100.0 * (healthy as f64 + 0.5) / checkers as f64;
    let same: Vec<u64> =
        (0..checkers).filter(|healthy| believed(line(*healthy)) == named).collect();
    if let [only] = same[..] { only as f64 } else { f64::NAN }
}

/// What a cache did after a failover and a failback: by run, how long the answer of the first was used, in nanoseconds,
/// until the second was asked for. The cache is asked 18 times a nanosecond, so it asks at once when an answer ends.
///
/// The age of the first answer is drawn. It ends, users move and the cache asks at once; so the age of the second is known,
/// and the failback finds it of any age.
pub fn lives(case: &Case) -> Vec<u64> {
    let asked = Resolvers { queries: 1.8e10, minimum_ttl: 0.0 };
    let spec = Spec {
        users: population("users", 1, 1.0, asked),
        ttl: case.number("ttl"),
        ..spec(case, 0)
    };
    let ttl = Duration::from_seconds_f64(case.number("ttl"));
    let of_run = |index| {
        let trace = run(&spec, index);
        let published = |healthy| {
            first(
                &trace,
                |what| matches!(what, What::Published { healthy: told, .. } if told == healthy),
            )
            .expect("both are heard of")
        };
        let moves: Vec<Instant> = trace
            .facts
            .iter()
            .filter(|fact| matches!(fact.what, What::UsersMoved { .. }))
            .map(|fact| fact.at)
            .collect();
        let [away, back] = moves[..] else { return 0 };
        let is_plausible = away > published(false)
            && away <= published(false) + ttl
            && back > published(true)
            && back <= published(true) + ttl;
        if is_plausible { back.since(away).as_nanos() } else { 0 }
    };
    (0..case.whole("runs")).map(of_run).collect()
}

/// The largest distance of a life from a whole number of TTLs, in seconds.
fn error_of_lives(case: &Case) -> f64 {
    let ttl = Duration::from_seconds_f64(case.number("ttl")).as_nanos();
    let error = |life: u64| {
        if life == 0 { f64::INFINITY } else { (life % ttl).min(ttl - life % ttl) as f64 / 1e9 }
    };
    lives(case).into_iter().map(error).fold(0.0, f64::max)
}

/// Writes at stated instants with stated lags; the writer dies, the write at that instant is refused, and the replica is
/// asked 100 s later. Writes lost, or the age of the oldest of them.
fn lost(case: &Case, order: &str) -> f64 {
    let milliseconds = |name| Duration::from_millis(case.whole(name));
    let at = |k: u64| Instant::START + milliseconds("every_ms").times(k);
    let is_late = |k: u64| case.inputs["late_write"].as_u64() == Some(k);
    let death = Instant::START + Duration::from_secs(case.whole("death_s"));
    let write = |k: u64| Write {
        at: at(k),
        lag: milliseconds(if is_late(k) { "late_ms" } else { "lag_ms" }),
    };
    let writes: Vec<Write> = (0..).take_while(|k| at(*k) < death).map(write).collect();
    let order = if order == "InOrder" { Order::InOrder } else { Order::Unordered };
    let log = AsyncLog {
        lag: Law::Constant(Duration::ZERO),
        lag_varies: LagVaries::EachWrite,
        order,
        ships: None,
        rpo_guard: None,
    };
    let Loss { writes, oldest, .. } = log.missing(
        &writes,
        &Channel { up: vec![(Instant::START, death)] },
        death + Duration::from_secs(100),
    );
    if case.second() == "lost" {
        writes as f64
    } else {
        oldest.map_or(0.0, |oldest| death.since(oldest).seconds())
    }
}

fn mistakes(case: &Case) -> Vec<Mistake> {
    let mistaken =
        |mistake, tell: Box<dyn Fn() -> f64>| vec![Mistake { mistake, plan: Plan::Told(tell) }];
    let own = case.clone();
    match case.id.as_str() {
        "DET1" => vec![Mistake {
            mistake: "the threshold has to be exceeded, not met",
            plan: plan(case, 1),
        }],
        "DET5.16" => mistaken(
            "18% read the other way",
            Box::new(move || most_unhealthy(own.whole("checkers"), 82.0)),
        ),
        "DET8.lost.InOrder" => {
            mistaken("a late write holds nothing up", Box::new(move || lost(&own, "Unordered")))
        }
        _ => Vec::new(),
    }
}
