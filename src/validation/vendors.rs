//! Numbers that vendors and measurements publish, through the presets that claim to be them: how long Route 53 takes to
//! notice, Flavel's two points, Traffic Manager's worked example, Route 53's weights.

use super::case::Case;
use super::plan::{Draw, Plan, Record, Statistic, first};
use super::{Family, Mistake};
use crate::trace::{Trace, What};
use crate::units::{Duration, Instant};

pub const FAMILY: Family = Family {
    key: "vendors",
    title: "Published timings and worked examples",
    file: "src/validation/vectors/vendors.jsonl",
    cases: include_str!("vectors/vendors.jsonl"),
    plan: |case| plan(case).map(Plan::Drawn),
    unexpressed: &[],
    domains: &[],
    mistakes,
};

fn plan(case: &Case) -> Option<Draw> {
    match case.group() {
        "R53" => Some(timing(case, case.text("how"), "")),
        "Flavel" => Some(flavel(case)),
        "TM" => Some(traffic_manager(case, "")),
        "Weights" => Some(weights(case)),
        _ => None,
    }
}

// ---- Route 53: how long until it notices ----

const OUTAGE: Duration = Duration::from_secs(600);
const BEGINS: Duration = Duration::from_secs(300);

/// One region that fails at minute 5 for ten minutes, checked by the preset `route53-fast` with another interval and
/// threshold. `more`: further fields of the check.
pub fn route53(interval: u64, threshold: u64, how: &str, more: &str) -> String {
    format!(
        r#"Scenario(
            question: "When is it noticed?", run: "30min", regions: ["ap-northeast-1", "us-east-1"],
            users: [Population(name: "Japan", place: "japan", users: 1, reads: "1 req/s", resolvers: Resolvers(caches: 1))],
            health_checks: [HealthCheck(name: "tokyo", watches: "ap-northeast-1", preset: "route53-fast", interval: "{interval}s", threshold: {threshold}, {more})],
            routing: Routing(ttl: "60s", policy: Failover(primary: To(region: "ap-northeast-1", check: "tokyo"), secondary: "us-east-1")),
            faults: [RegionOutage(region: "ap-northeast-1", at: "{BEGINS}", lasting: "{OUTAGE}", how: {how})],
        )"#
    )
}

/// Seconds from the beginning of the outage until it is believed, and from its end until that is.
pub const NOTICED: Record = Record { name: "noticed", of: |trace| vec![noticed(trace).to_vec()] };

fn noticed(trace: &Trace) -> [f64; 2] {
    let changes: Vec<(Instant, bool)> = trace
        .facts
        .iter()
        .filter_map(|fact| match fact.what {
            What::BeliefChanged { healthy, .. } => Some((fact.at, healthy)),
            _ => None,
        })
        .collect();
    let [(down, false), (up, true)] = changes[..] else {
        panic!("the outage is noticed once, and so is its end: {changes:?}")
    };
    let began = Instant::START + BEGINS;
    [down.since(began).seconds(), up.since(began + OUTAGE).seconds()]
}

fn timing(case: &Case, how: &str, more: &str) -> Draw {
    let column = usize::from(case.text("read") == "up");
    let text = route53(case.whole("interval"), case.whole("threshold"), how, more);
    let statistic = case.perhaps("quantile").map_or(Statistic::Mean, Statistic::Quantile);
    Draw::new(text, 2_000, NOTICED).pick(move |row| Some(row[column])).statistic(statistic)
}

// ---- Flavel: who follows a change of DNS ----

/// Share of users still at the old region 60 s and 900 s after the change.
const FOLLOWED: Record = Record {
    name: "followed",
    of: |trace| {
        let changed = first(trace, |what| matches!(what, What::Published { .. }))
            .expect("the outage is noticed");
        vec![
            [60, 900]
                .map(|seconds| share_at(trace, "Tokyo", changed + Duration::from_secs(seconds)))
                .to_vec(),
        ]
    },
};

/// Share of all users who sit at a seat of this name at an instant.
pub fn share_at(trace: &Trace, label: &str, at: Instant) -> f64 {
    let mut seats = trace.start_seat.clone();
    for fact in trace.facts.iter().filter(|fact| fact.at <= at) {
        if let What::UsersMoved { cohort, to, .. } = fact.what {
            seats[cohort.index()] = to;
        }
    }
    let users = |is_it: &dyn Fn(usize) -> bool| -> u64 {
        (0..seats.len()).filter(|cohort| is_it(*cohort)).map(|cohort| trace.users[cohort]).sum()
    };
    users(&|cohort| trace.seats[seats[cohort].index()].label == label) as f64
        / users(&|_| true) as f64
}

fn flavel(case: &Case) -> Draw {
    let column = usize::from(case.whole("seconds") == 900);
    Draw::new(followers("flavel-2014"), 100, FOLLOWED).pick(move |row| Some(row[column]))
}

fn followers(resolvers: &str) -> String {
    format!(
        r#"Scenario(
            question: "Who follows a DNS change?", run: "30min", step: "1min", regions: ["ap-northeast-1", "us-east-1"],
            users: [Population(name: "users", place: "japan", users: 1_000_000, reads: "1 req/min", resolvers: Resolvers(caches: 1_000, preset: "{resolvers}"))],
            health_checks: [HealthCheck(
                name: "tokyo", watches: "ap-northeast-1", checkers: 1, threshold: 1, interval: "1s", response_time: "0s", first_probe: "0s", push: "0s",
            )],
            routing: Routing(ttl: "20s", policy: Failover(primary: To(region: "ap-northeast-1", check: "tokyo"), secondary: "us-east-1")),
            faults: [RegionOutage(region: "ap-northeast-1", at: "5min", lasting: "10h", how: FastFail)],
        )"#
    )
}

// ---- Traffic Manager: when the last client has moved ----

/// Seconds from the failure until the last client has moved.
const LAST_MOVE: Record = Record {
    name: "last move",
    of: |trace| {
        let moved = trace
            .facts
            .iter()
            .rfind(|fact| matches!(fact.what, What::UsersMoved { .. }))
            .expect("users move");
        vec![vec![moved.at.since(Instant::START + Duration::from_secs(180)).seconds()]]
    },
};

/// `more`: further fields of the check.
fn traffic_manager(case: &Case, more: &str) -> Draw {
    let text = format!(
        r#"Scenario(
            question: "When has the last client moved?", run: "10min", regions: ["eu-west-1", "us-east-1"],
            users: [Population(name: "users", place: "europe-west", users: 1_000_000, reads: "1 req/s", resolvers: Resolvers(caches: 2_000))],
            health_checks: [HealthCheck(name: "primary", watches: "eu-west-1", preset: "azure-traffic-manager", {more})],
            routing: Routing(ttl: "30s", policy: Priority(to: [To(region: "eu-west-1", check: "primary"), "us-east-1"])),
            faults: [RegionOutage(region: "eu-west-1", at: "3min", lasting: "10h", how: BlackHole)],
        )"#
    );
    let within = (case.text("read") == "within").then(|| (case.number("from"), case.number("to")));
    Draw::new(text, 300, LAST_MOVE).pick(move |row| {
        Some(within.map_or(row[0], |(from, to)| f64::from(from <= row[0] && row[0] <= to)))
    })
}

// ---- Route 53: what becomes of the weight of an unhealthy record ----

const REGIONS: [&str; 3] = ["N. Virginia", "Oregon", "Ireland"];
const MINUTES: [u64; 2] = [9, 30];

/// Share of users by region at minute 9, then at minute 30.
const SHARES: Record = Record {
    name: "shares",
    of: |trace| {
        let at = |minute: u64| Instant::START + Duration::from_secs(60 * minute);
        vec![
            MINUTES
                .into_iter()
                .flat_map(|minute| REGIONS.map(|region| share_at(trace, region, at(minute))))
                .collect(),
        ]
    },
};

fn weights(case: &Case) -> Draw {
    let text = r#"Scenario(
        question: "Who gets the share of the third?", run: "40min", regions: ["us-east-1", "us-west-2", "eu-west-1"],
        users: [Population(name: "users", place: "north-america-east", users: 1_000_000, reads: "1 req/s", resolvers: Resolvers(caches: 1_000))],
        health_checks: [HealthCheck(name: "third", watches: "eu-west-1", preset: "route53-fast")],
        routing: Routing(ttl: "60s", policy: Weighted(to: [
            To(region: "us-east-1", weight: 10), To(region: "us-west-2", weight: 20), To(region: "eu-west-1", check: "third", weight: 20),
        ])),
        faults: [RegionOutage(region: "eu-west-1", at: "10min", lasting: "10h", how: FastFail)],
    )"#;
    let place = |list: &[&str], name: &str| {
        list.iter()
            .position(|known| *known == name)
            .unwrap_or_else(|| panic!("{}: {name} is not known", case.id))
    };
    let minute = MINUTES
        .iter()
        .position(|minute| *minute == case.whole("minute"))
        .expect("a minute that is recorded");
    let column = REGIONS.len() * minute + place(&REGIONS, case.text("region"));
    Draw::new(text.to_string(), 40, SHARES).pick(move |row| Some(row[column]))
}

// ---- mistakes ----

fn mistakes(case: &Case) -> Vec<Mistake> {
    let mistaken = |mistake, draw| vec![Mistake { mistake, plan: Plan::Drawn(draw) }];
    match case.id.as_str() {
        "R53.dark.10.3" => {
            mistaken("a black hole shows as fast as a refusal", timing(case, "FastFail", ""))
        }
        "R53.back.10.3" => mistaken(
            "recovery waits for 14 of 16 checkers",
            timing(case, case.text("how"), "healthy_above: \"82%\""),
        ),
        "Flavel.900" => mistaken(
            "every resolver honours the TTL",
            Draw::new(followers("honest"), 100, FOLLOWED).pick(|row| Some(row[1])),
        ),
        "TM.mean" => mistaken(
            "the third failure counts, not the fourth",
            traffic_manager(case, "threshold: 3"),
        ),
        _ => Vec::new(),
    }
}
