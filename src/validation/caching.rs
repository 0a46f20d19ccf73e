//! Family B: what caches still answer after the record has changed, and when clients move.

use super::case::{Case, number};
use super::detection::{CHECKS, checks, checks_fit};
use super::domain::{Domain, Input, Is, may, needs, unless};
use super::plan::{Draw, Pick, Plan, Record, Statistic, fault_began, first};
use super::spec::{Resolvers, Spec, WARM, population, population_of};
use super::{Family, Mistake, end_to_end};
use crate::id::PopulationId;
use crate::measure::{Replay, Served};
use crate::trace::{Trace, What};
use crate::units::Instant;

pub const FAMILY: Family = Family {
    key: "caching",
    title: "B. DNS: resolver caches and clients",
    file: "src/validation/vectors/caching.jsonl",
    cases: include_str!("vectors/caching.jsonl"),
    plan: |case| plan(case).map(Plan::Drawn),
    unexpressed: &[],
    domains: DOMAINS,
    mistakes,
};

const LIFE: Input = needs("ttl", Is::Number(1.0, 43_200.0));
const INSTANT: Input = may("t", Is::Number(0.0, 100_000.0));
const PUBLISH: Input = may("publish", Is::Number(0.0, 3_600.0));
/// What [`client_spec`] reads.
pub const OF_CLIENT: [Input; 10] = [
    CHECKS[0], CHECKS[1], CHECKS[2], CHECKS[3], CHECKS[4], CHECKS[5], CHECKS[6], LIFE, PUBLISH,
    INSTANT,
];
/// Of a client: statistics, and the share that is back within `t`.
pub const OF_A_CLIENT: &[&str] =
    &["", "mean", "sd", "var", "p50", "p90", "p95", "p99", "p999", "le*"];

const DOMAINS: &[Domain] = &[
    Domain {
        group: "B2",
        reads: &["valid", "resid", "stale", "count"],
        inputs: &[needs("query_rate", Is::Number(1e-6, 1e4)), LIFE, INSTANT],
        also: |case| with_instant(case, "stale"),
    },
    Domain {
        group: "B3",
        reads: &["", "mean", "cdf*"],
        inputs: &[needs("client_pin", Is::Number(0.1, 43_200.0)), LIFE, INSTANT],
        also: |case| with_instant(case, "cdf"),
    },
    Domain { group: "B4", reads: OF_A_CLIENT, inputs: &OF_CLIENT, also: client_fits },
    Domain {
        group: "B5",
        reads: &[""],
        inputs: &[needs("groups", Is::List), needs("t", Is::Number(0.0, 100_000.0))],
        also: groups_fit,
    },
    Domain {
        group: "B6",
        reads: &["held"],
        inputs: &[
            needs("idle", Is::Number(10.0, 3_600.0)),
            needs("timeout", Is::Number(0.1, 600.0)),
            needs("query_rate", Is::Number(1e-4, 1.0)),
            needs("t", Is::Number(10.0, 3_600.0)),
        ],
        also: connection_fits,
    },
];

/// The instant `t` belongs to ids that begin with this after their first point, and to no other.
pub fn with_instant(case: &Case, word: &str) -> Option<String> {
    let (asks, has) = (case.second().starts_with(word), case.perhaps("t").is_some());
    unless(
        asks == has,
        if asks {
            format!("\"{word}\" is about an instant: the input t is missing")
        } else {
            format!("t belongs to \"{word}\" alone")
        },
    )
}

/// The failure is noticed within 10 s; before that a client that gives up finds no other region.
fn connection_fits(case: &Case) -> Option<String> {
    let [t, idle, timeout] = ["t", "idle", "timeout"].map(|name| case.number(name));
    unless(t >= timeout && t <= idle, "t lies between the timeout and the idle time")
}

pub fn client_fits(case: &Case) -> Option<String> {
    checks_fit(case).or_else(|| with_instant(case, "le"))
}

/// Each group: its share of the requests, questions a second to each of its caches, seconds for which they keep an answer.
fn groups_fit(case: &Case) -> Option<String> {
    let groups = case.inputs["groups"].as_array().expect("a list");
    let fits = |value: &serde_json::Value, least: f64, most: f64| {
        value.as_f64().is_some_and(|number| (least..=most).contains(&number))
    };
    let is_group = |group: &serde_json::Value| {
        group.as_array().is_some_and(|cells| {
            cells.len() == 3
                && fits(&cells[0], 1e-6, 1.0)
                && fits(&cells[1], 1e-6, 1e4)
                && fits(&cells[2], 1.0, 43_200.0)
        })
    };
    unless(
        (1..=8).contains(&groups.len()) && groups.iter().all(is_group),
        "groups are 1 to 8 lists of a share (to 1), a rate (to 10,000) and a TTL (1 to 43,200 s)",
    )
}

const RUNS: u64 = 20_000;
/// Resolver caches of each group of B5. They are independent given the change of the record, whose
/// instant is fixed here, so each is a sample.
const CACHES: u64 = 20_000;

fn plan(case: &Case) -> Option<Draw> {
    match case.group() {
        "B2" => Some(one_cache(case, case.number("query_rate"))),
        "B3" => Some(pinned(
            case,
            &format!("client: Client(pins: [\"{}s\"]),", case.number("client_pin")),
        )),
        "B4" => Some(client(case, &client_spec(case))),
        "B5" => Some(groups(case)),
        "B6" => Some(connection(case)),
        _ => None,
    }
}

// ---- B2: one cache ----

/// The record changes at 110 s sharp, where a counting step begins.
fn sharp() -> Spec {
    Spec { interval: 10.0, threshold: 2, first_probe: Some(0.0), step: 10.0, ..Spec::default() }
}

/// Seconds for which the cache went on with the old answer after the change (0: it held none), and
/// requests that it sent to the old region meanwhile.
const ONE_CACHE: Record = Record {
    name: "one cache",
    of: |trace| vec![vec![kept_for(trace, published(trace))[0], stale_requests(trace)]],
};

fn published(trace: &Trace) -> Instant {
    first(trace, |what| matches!(what, What::Published { healthy: false, .. }))
        .expect("the fault is noticed")
}

/// By cohort, in their order: seconds from the change of the record to the move.
fn kept_for(trace: &Trace, change: Instant) -> Vec<f64> {
    let mut kept = vec![f64::INFINITY; trace.cast.cohorts.len()];
    for fact in &trace.facts {
        if let What::UsersMoved { cohort, .. } = fact.what {
            kept[cohort.index()] = fact.at.since(change).seconds();
        }
    }
    kept
}

fn stale_requests(trace: &Trace) -> f64 {
    let old = trace.seats[trace.start_seat[0].index()].region;
    let since = published(trace);
    let stale = trace
        .counts
        .iter()
        .filter(|count| count.ending.at == old && trace.steps[count.step as usize].from >= since);
    stale.map(|count| count.requests).sum::<u64>() as f64
}

/// One user whose requests, and nothing else, are the questions to the cache.
fn one_cache(case: &Case, queries: f64) -> Draw {
    let reads = case.number("query_rate");
    let ttl = case.number("ttl");
    let spec = Spec {
        ttl,
        run: (ttl + 200.0).max(600.0),
        users: population("users", 1, reads, Resolvers { queries, minimum_ttl: 0.0 }),
        ..sharp()
    };
    let pick: Pick = match case.second() {
        "valid" => Box::new(|row| Some(f64::from(row[0] > 0.0))),
        "resid" => Box::new(|row| (row[0] > 0.0).then_some(row[0])),
        "stale" => {
            let t = case.number("t");
            Box::new(move |row| Some(f64::from(row[0] > t)))
        }
        "count" => Box::new(|row| Some(row[1])),
        other => panic!("{}: {other} is not known", case.id),
    };
    Draw { pick, ..Draw::new(spec.text(), RUNS, ONE_CACHE) }
}

// ---- B3: a client that keeps an address for a time of its own, behind a resolver that honours the TTL ----

const PINNED: Record =
    Record { name: "pinned", of: |trace| vec![kept_for(trace, published(trace))] };

/// A user who asks all the time, so that a pin that ends is renewed at once.
fn pinned(case: &Case, client: &str) -> Draw {
    let users = population_of("users", 1, 1e6, WARM, client);
    let ttl = case.number("ttl");
    let run = (200.0 + ttl + 2.0 * case.number("client_pin")).max(900.0);
    let spec = Spec {
        ttl,
        users,
        threshold: 2,
        first_probe: Some(0.0),
        step: (run / 5_000.0).max(10.0),
        run,
        ..Spec::default()
    };
    let by = case.perhaps("t");
    Draw::new(spec.text(), RUNS, PINNED)
        .pick(move |row| Some(by.map_or(row[0], |by| f64::from(row[0] <= by))))
}

// ---- B6: an open connection to a region that has gone silent ----

/// By cohort: seconds from the fault until it went elsewhere.
const LEFT: Record = Record { name: "left", of: |trace| vec![kept_for(trace, fault_began(trace))] };

/// One user. His connection is closed after a silence, and given up when a request on it has hung for the timeout; whether he
/// still has it at an instant after the fault.
fn connection(case: &Case) -> Draw {
    let [idle, timeout, rate, t] =
        ["idle", "timeout", "query_rate", "t"].map(|name| case.number(name));
    let client = format!(
        "client: Client(connections: Connections(idle: \"{idle}s\", timeout: \"{timeout}s\"), attempts: 1, timeout: \"{timeout}s\"),"
    );
    let users = population_of("users", 1, rate, WARM, &client);
    let run = 200.0 + idle + 2.0 * timeout;
    let spec = Spec {
        run,
        step: run,
        ttl: 1.0,
        interval: 2.0,
        threshold: 1,
        connect_timeout: 1.0,
        how: "BlackHole".into(),
        users,
        ..Spec::default()
    };
    Draw::new(spec.text(), RUNS, LEFT).pick(move |row| Some(f64::from(row[0] > t)))
}

// ---- B4: one client through a whole failover ----

/// Seconds until the only client of a run had lasting service again; infinite when the run ended before.
const CLIENT: Record = Record { name: "client", of: |trace| vec![vec![without(trace)]] };

/// The same, and seconds until the record had changed.
const CLIENT_AND_RECORD: Record = Record {
    name: "client and record",
    of: |trace| vec![vec![without(trace), published(trace).since(fault_began(trace)).seconds()]],
};

fn without(trace: &Trace) -> f64 {
    let replay = Replay::new(trace);
    let law = replay.user_law(Served::All);
    law.recovered
        .first()
        .and_then(|(time, _)| *time)
        .map_or(f64::INFINITY, |nanos| nanos as f64 / 1e9)
}

/// The scenario of a case that gives `ttl` and perhaps `publish` beside its checks.
pub fn client_spec(case: &Case) -> Spec {
    let (ttl, push, checks) =
        (case.number("ttl"), case.perhaps("publish").unwrap_or(0.0), checks(case));
    // A recovery is one that has held for 30 s.
    let cycle = case.number("I")
        + case.perhaps("timeout").unwrap_or(0.0)
        + case.perhaps("rtt").unwrap_or(0.0);
    let run =
        (checks.fault_at + checks.threshold as f64 * cycle + push + ttl + 60.0).max(checks.run);
    Spec { ttl, push, run, step: run, ..checks }
}

/// One client per run: the cases describe the law over clients pooled over runs.
pub fn client(case: &Case, spec: &Spec) -> Draw {
    let by = case.perhaps("t");
    let draw = Draw::new(spec.text(), RUNS, CLIENT).statistic(Statistic::named(case));
    draw.pick(move |row| Some(by.map_or(row[0], |t| f64::from(row[0] <= t))))
}

/// Two designs on one client, run by run: the first's seconds, then the second's.
pub fn pair(text: String, beside: super::plan::Beside) -> Draw {
    Draw { beside: Some(beside), ..Draw::new(text, RUNS, CLIENT) }
}

// ---- B5: groups of caches ----

/// By cache: for each group in its order, the share of all requests that its clients make and the
/// seconds for which its cache number so-and-so kept the old answer.
const GROUPS: Record = Record { name: "groups", of: groups_kept };

fn groups_kept(trace: &Trace) -> Vec<Vec<f64>> {
    let kept = kept_for(trace, published(trace));
    let all: u64 = trace
        .cast
        .populations
        .iter()
        .map(|population| population.users * population.reads.nano_hertz())
        .sum();
    let of_group = |index: usize| -> Vec<f64> {
        let mine =
            |cohort: &usize| trace.cast.cohorts[*cohort].population == PopulationId::at(index);
        (0..kept.len()).filter(mine).map(|cohort| kept[cohort]).collect()
    };
    let groups: Vec<Vec<f64>> = (0..trace.cast.populations.len()).map(of_group).collect();
    let share = |index: usize| {
        let population = &trace.cast.populations[index];
        (population.users * population.reads.nano_hertz()) as f64 / all as f64
    };
    let row = |cache: usize| {
        (0..groups.len()).flat_map(|index| [share(index), groups[index][cache]]).collect()
    };
    (0..groups[0].len()).map(row).collect()
}

/// A group's clients make its share of the requests; its caches are asked at their own rate.
fn groups(case: &Case) -> Draw {
    let groups = case.inputs["groups"].as_array().expect("a list of groups");
    let users = groups.iter().enumerate().map(|(index, group)| {
        let resolvers = Resolvers { queries: number(&group[1]), minimum_ttl: number(&group[2]) };
        population(&format!("group {index}"), CACHES, number(&group[0]), resolvers)
    });
    // The record lives as long as the least of the groups keeps it; the others keep it longer than it says.
    let lives = || groups.iter().map(|group| number(&group[2]));
    let (least, most) = (lives().fold(f64::INFINITY, f64::min), lives().fold(0.0, f64::max));
    let spec =
        Spec { ttl: least, run: (most + 200.0).max(2_400.0), users: users.collect(), ..sharp() };
    let t = case.number("t");
    Draw::new(spec.text(), 1, GROUPS)
        .pick(move |row| Some(row.chunks(2).map(|group| group[0] * f64::from(group[1] > t)).sum()))
}

// ---- mistakes ----

fn mistakes(case: &Case) -> Vec<Mistake> {
    // So many runs that each shows by far at any scale.
    let mistaken = |mistake, least: u64, draw: Draw| Mistake {
        mistake,
        plan: Plan::Drawn(Draw { least, ..draw }),
    };
    match case.id.as_str() {
        "B2.stale.0.2.60" => vec![mistaken(
            "every cache always holds an answer",
            RUNS,
            one_cache(case, WARM.queries),
        )],
        "B3.mean.60.60" => {
            vec![mistaken("the client's own pin is ignored", 1_000, pinned(case, ""))]
        }
        "B4.mean.10.3.60" => {
            let ttl = case.number("ttl");
            let full = Draw::new(client_spec(case).text(), RUNS, CLIENT_AND_RECORD)
                .pick(move |row| Some(row[1] + ttl));
            vec![mistaken("the full TTL, not the rest of it", 1_000, full)]
        }
        "B4.le60.10.3.60" => {
            // A recovery has to last 30 s to count. Whoever was not seen to be back 70 s after the fault is left out of
            // this reading, where the right one counts them as late.
            let cut = client(case, &Spec { run: 200.0, step: 200.0, ..client_spec(case) });
            let t = case.number("t");
            let known = cut.pick(move |row| row[0].is_finite().then(|| f64::from(row[0] <= t)));
            vec![mistaken("censored clients are dropped", 5_000, known)]
        }
        "B4.p99.10.3.60" => vec![mistaken(
            "p99 within each run, averaged over runs",
            10_000,
            end_to_end::p99_within_runs(case),
        )],
        "B4.mean.30.3.300" => vec![mistaken(
            "the push to the name servers takes no time",
            12_000,
            client(case, &Spec { push: 0.0, ..client_spec(case) }),
        )],
        _ => Vec::new(),
    }
}
