//! What a run and a campaign of the flagship scenario cost, and how the cost grows with users,
//! resolver caches and simulated time.

#[path = "support/ratio.rs"]
mod ratio;
#[path = "support/scenarios.rs"]
mod scenarios;

use criterion::Criterion;
use mrsim::campaign::{self, Quiet, Settings};
use mrsim::scenario::Scenario;
use ratio::{Fastest, judge};
use scenarios::{changed, one_run};
use std::sync::Arc;
use std::time::Duration;

const FLAGSHIP: &str = include_str!("../scenarios/tokyo-outage.ron");
const SEED: u64 = 1;
/// A thousand runs on one thread.
const CAMPAIGN_SECONDS: f64 = 2.0;
/// A run with 500 million users over one with 10 thousand, at equal cohorts.
const USERS_RATIO: f64 = 1.5;

/// The flagship with each of `changes` made.
fn flagship(changes: &[(&str, &str)]) -> Arc<Scenario> {
    changed(FLAGSHIP, changes)
}

/// The same places, rates and 200 caches each; only the number of users differs.
fn users(criterion: &mut Criterion) -> Vec<(u64, Fastest)> {
    let of = |all: u64| {
        let (japan, america, europe) =
            ((all / 2).to_string(), (all / 10 * 3).to_string(), (all / 5).to_string());
        let scenario = flagship(&[
            ("250_000_000", &japan),
            ("150_000_000", &america),
            ("100_000_000", &europe),
        ]);
        (all, scenario)
    };
    let sizes = [1_000, 10_000, 1_000_000, 500_000_000];
    sizes
        .map(of)
        .into_iter()
        .map(|(all, scenario)| (all, one_run(criterion, &format!("users/{all}"), scenario)))
        .collect()
}

/// More resolver caches for the same users: the cost that the model does have.
fn cohorts(criterion: &mut Criterion) -> Vec<(u64, Fastest)> {
    let of = |caches: u64| {
        let scenario = flagship(&[(
            "writes: \"4 req/h\")",
            &format!("writes: \"4 req/h\", resolvers: Resolvers(caches: {caches}))"),
        )]);
        let cohorts = 3 * caches;
        (cohorts, one_run(criterion, &format!("cohorts/{cohorts}"), scenario))
    };
    [33, 333, 3_333, 33_333].map(of).into()
}

/// Longer runs; counting steps stay 360, so what grows is the traffic of caches and checkers.
fn simulated_time(criterion: &mut Criterion) -> Vec<(&'static str, Fastest)> {
    let of = |length: &'static str| {
        let scenario = flagship(&[("run: \"30min\"", &format!("run: \"{length}\""))]);
        (length, one_run(criterion, &format!("simulated time/{length}"), scenario))
    };
    ["30min", "6h", "7d"].map(of).into()
}

/// Ten thousand users, counted by cohort or each request an event: the same laws at different costs.
fn fidelities(criterion: &mut Criterion) -> Vec<(&'static str, Fastest)> {
    let of = |fidelity: &'static str| {
        let scenario = flagship(&[
            ("250_000_000", "5_000"),
            ("150_000_000", "3_000"),
            ("100_000_000", "2_000"),
            ("run: \"30min\",", &format!("run: \"30min\", fidelity: {fidelity},")),
        ]);
        (fidelity, one_run(criterion, &format!("fidelity/{fidelity}"), scenario))
    };
    ["Cohorts", "Requests"].map(of).into()
}

fn thousand_runs(criterion: &mut Criterion) -> Fastest {
    let scenario = flagship(&[]);
    let settings = Settings { seed: SEED, runs: 1_000, threads: 1 };
    let mut fastest = Fastest::default();
    criterion.bench_function("1,000 runs, 1 thread", |bencher| {
        fastest.measure(bencher, || {
            campaign::run("tokyo-outage", &scenario, &settings, &Quiet).expect("within the limits")
        });
    });
    fastest
}

fn growth<T: std::fmt::Display>(what: &str, rows: &[(T, Fastest)]) {
    let first = rows[0].1.seconds();
    for (size, fastest) in rows.iter().filter(|(_, fastest)| fastest.was_measured()) {
        println!(
            "{:<58} {:>8.2} ms {:>8.2} x the first",
            format!("{what}: {size}"),
            fastest.seconds() * 1e3,
            fastest.seconds() / first
        );
    }
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    let one = one_run(&mut criterion, "one run", flagship(&[]));
    let thousand = thousand_runs(&mut criterion);
    let users = users(&mut criterion);
    let cohorts = cohorts(&mut criterion);
    let times = simulated_time(&mut criterion);
    let fidelities = fidelities(&mut criterion);
    criterion.final_summary();
    println!("\nfastest batch of each");
    growth("one run of tokyo-outage", &[("world and measures", one)]);
    growth("users", &users);
    growth("cohorts", &cohorts);
    growth("simulated time", &times);
    growth("10,000 users, fidelity", &fidelities);
    if thousand.was_measured() {
        judge(
            "1,000 runs of tokyo-outage on one thread",
            thousand.seconds(),
            CAMPAIGN_SECONDS,
            "s",
        );
    }
    let (few, many) = (users[1].1, users[3].1);
    if few.was_measured() && many.was_measured() {
        judge(
            "500 million users over 10 thousand",
            many.seconds() / few.seconds(),
            USERS_RATIO,
            "x",
        );
    }
}
