//! Family H: whole failovers: many clients in one run, outages that end by themselves, failed requests.

use super::caching::{OF_A_CLIENT, OF_CLIENT, client, client_fits, client_spec};
use super::case::Case;
use super::detection::{CHECKS, checks, checks_fit};
use super::domain::{Domain, Input, Is, may, needs, unless};
use super::losses;
use super::plan::{
    Draw, Plan, Record, Statistic, believed_unhealthy, fault_began, first, variance,
};
use super::spec::{Spec, WARM, population};
use super::{Family, Mistake};
use crate::id::CohortId;
use crate::measure::availability::FAILED_REQUESTS;
use crate::measure::{Replay, Served};
use crate::trace::{Trace, What};

pub const FAMILY: Family = Family {
    key: "end-to-end",
    title: "H. Whole failovers",
    file: "src/validation/vectors/end_to_end.jsonl",
    cases: include_str!("vectors/end_to_end.jsonl"),
    plan: |case| plan(case).map(Plan::Drawn),
    unexpressed: &[],
    domains: DOMAINS,
    mistakes,
};

const INTERVAL: Input = CHECKS[0];
const THRESHOLD: Input = CHECKS[1];
const LIFE: Input = OF_CLIENT[7];
const PUBLISH: Input = OF_CLIENT[8];
const EXPONENTIAL: Input = needs("outage", Is::Word(&["exp"]));
const MEAN_OUTAGE: Input = needs("mean_outage", Is::Number(0.1, 1e6));

const DOMAINS: &[Domain] = &[
    Domain {
        group: "H1",
        reads: &["perrun", "last", "sdmean"],
        inputs: &[INTERVAL, THRESHOLD, LIFE, PUBLISH, may("clients", Is::Whole(2, 20_000))],
        also: checks_fit,
    },
    Domain { group: "H2", reads: OF_A_CLIENT, inputs: &OF_CLIENT, also: client_fits },
    Domain {
        group: "H3",
        reads: &["", "trig"],
        inputs: &[INTERVAL, THRESHOLD, EXPONENTIAL, MEAN_OUTAGE],
        also: checks_fit,
    },
    Domain {
        group: "H4",
        reads: &["", "mean"],
        inputs: &[INTERVAL, THRESHOLD, LIFE, PUBLISH, EXPONENTIAL, MEAN_OUTAGE],
        also: checks_fit,
    },
    Domain {
        group: "H5",
        reads: &["gt", "mean"],
        inputs: &[
            needs("lognormal_mu", Is::Number(-5.0, 5.0)),
            needs("sigma", Is::Number(0.05, 2.5)),
            needs("unit", Is::Word(&["h"])),
            may("t", Is::Number(0.0, 1e5)),
        ],
        also: outage_fits,
    },
    Domain {
        group: "H6",
        reads: &[""],
        inputs: &[
            needs("write_rate", Is::Number(0.01, 1e4)),
            needs("mean_lag", Is::Number(1e-3, 100.0)),
            needs("N", Is::Whole(0, 10_000_000)),
        ],
        also: |case| {
            unless(
                case.number("write_rate") * case.number("mean_lag") <= 1e6,
                "so many writes may be under way that they are not drawn one by one",
            )
        },
    },
    Domain {
        group: "H7",
        reads: &["mean", "var"],
        inputs: &[
            INTERVAL,
            THRESHOLD,
            LIFE,
            PUBLISH,
            needs("req_rate_per_client", Is::Number(1e-4, 100.0)),
            needs("clients", Is::Whole(1, 20_000)),
        ],
        also: checks_fit,
    },
];

/// A run of a year sees the ends of all outages but one in 10^12; `gt` has a time, and the mean has none.
fn outage_fits(case: &Case) -> Option<String> {
    unless(
        libm::exp(case.number("lognormal_mu") + 7.0 * case.number("sigma")) <= 366.0 * 24.0,
        "some of these outages outlast a year",
    )
    .or_else(|| {
        unless(
            (case.second() == "gt") == case.perhaps("t").is_some(),
            "t belongs to \"gt\", and \"gt\" to t",
        )
    })
}

/// Runs with one client.
const RUNS: u64 = 20_000;
/// Runs with a thousand clients and more.
const CROWDED_RUNS: u64 = 2_000;

fn plan(case: &Case) -> Option<Draw> {
    match case.group() {
        "H1" => Some(clients(case)),
        "H2" => Some(client(case, &client_spec(case))),
        "H3" => Some(single(&Spec { lasting: outage(case), ..checks(case) }, TRIGGERED)),
        "H4" => Some(single(&Spec { lasting: outage(case), ..client_spec(case) }, WITHOUT_SERVICE)),
        "H5" => Some(duration(case)),
        "H6" => Some(few_lost(case)),
        "H7" => Some(failed_requests(case).statistic(Statistic::named(case))),
        _ => None,
    }
}

/// The mean of the one number that a record gives per run.
fn single(spec: &Spec, record: Record) -> Draw {
    Draw::new(spec.text(), RUNS, record)
}

// ---- H1: clients of one run share its detection ----

/// Seconds without service over the clients of a run: 99%, the last, the mean; and what the standard error of
/// that mean would be if the clients were independent runs.
const CLIENTS: Record = Record { name: "clients", of: clients_without };

fn clients_without(trace: &Trace) -> Vec<Vec<f64>> {
    let replay = Replay::new(trace);
    let law = replay.user_law(Served::All);
    let quantile = |k, n| law.quantile(k, n).map_or(f64::INFINITY, |time| time.ordered());
    let seconds = |time: Option<u64>| time.map_or(f64::INFINITY, |nanos| nanos as f64 / 1e9);
    let sum: f64 = law.recovered.iter().map(|(time, users)| seconds(*time) * *users as f64).sum();
    let each: Vec<f64> = law
        .recovered
        .iter()
        .flat_map(|(time, users)| std::iter::repeat_n(seconds(*time), *users as usize))
        .collect();
    vec![vec![
        quantile(99, 100),
        quantile(1, 1),
        sum / law.users as f64,
        (variance(&each) / law.users as f64).sqrt(),
    ]]
}

/// Where a case leaves the number of clients open (the 99% of very many clients), 1999 are taken:
/// number 1980 of 1999 has exactly the mean of the 99% of the law.
fn crowd(case: &Case, column: usize) -> Draw {
    crowd_of(case, case.inputs["clients"].as_u64().unwrap_or(1_999), column)
}

fn crowd_of(case: &Case, crowd: u64, column: usize) -> Draw {
    let spec = Spec { users: population("users", crowd, 1.0, WARM), ..client_spec(case) };
    Draw::new(spec.text(), CROWDED_RUNS, CLIENTS).pick(move |row| Some(row[column]))
}

fn clients(case: &Case) -> Draw {
    let column = match case.second() {
        "perrun" => 0,
        "last" => 1,
        "sdmean" => 2,
        other => panic!("{}: {other} is not known", case.id),
    };
    crowd(case, column).statistic(Statistic::named(case))
}

/// The 99% of the clients of each run, averaged: not the 99% of all clients of all runs. Number 198 of 199 has the mean
/// of the 99% of the law as well.
pub fn p99_within_runs(case: &Case) -> Draw {
    crowd_of(case, 199, 0)
}

// ---- H3, H4: outages that may end first ----

/// Whether the outage was believed at all.
const TRIGGERED: Record = Record {
    name: "triggered",
    of: |trace| vec![vec![f64::from(believed_unhealthy(trace).is_some())]],
};

/// Seconds without service of the only client.
const WITHOUT_SERVICE: Record = Record { name: "without service", of: without_service };

fn without_service(trace: &Trace) -> Vec<Vec<f64>> {
    let replay = Replay::new(trace);
    vec![vec![replay.time_without(&replay.cohort_changes(CohortId(0), Served::All)).seconds()]]
}

fn outage(case: &Case) -> String {
    format!("Exponential(mean: \"{}s\")", case.number("mean_outage"))
}

// ---- H5: how long outages last ----

/// Hours from the beginning to the end of the fault. A run of a year sees every end: an outage
/// outlasts it with a probability below 10^-15.
const OUTAGE: Record = Record { name: "outage", of: outage_hours };

fn outage_hours(trace: &Trace) -> Vec<Vec<f64>> {
    let ended = first(trace, |what| matches!(what, What::FaultEnded { .. }));
    vec![vec![
        ended.map_or(f64::INFINITY, |ended| ended.since(fault_began(trace)).seconds() / 3_600.0),
    ]]
}

fn duration(case: &Case) -> Draw {
    let median = libm::exp(case.number("lognormal_mu"));
    let year = 366.0 * 86_400.0;
    let lasting = format!("Lognormal(median: \"{median}h\", sigma: {})", case.number("sigma"));
    let draw = single(&Spec { run: year, step: year, lasting, ..Spec::default() }, OUTAGE);
    match case.perhaps("t") {
        Some(t) => draw.pick(move |row| Some(f64::from(row[0] > t))),
        None => draw,
    }
}

// ---- H6: the law of lost writes ----

/// The case holds for any shape of the lag; this one is in no other case with these numbers.
fn few_lost(case: &Case) -> Draw {
    let most = case.number("N");
    let lag = case.number("mean_lag");
    let spec = losses::spec(case.number("write_rate"), &losses::uniform(lag), "Unordered");
    // Whatever is drawn has passed before the fault.
    let fault_at = (2.0 * lag + 50.0).max(spec.fault_at);
    let spec = Spec { fault_at, run: fault_at + 50.0, ..spec };
    single(&spec, losses::LOSS).pick(move |row| Some(f64::from(row[0] <= most)))
}

// ---- H7: failed requests ----

/// Requests that failed in a run.
const FAILED: Record = Record {
    name: "failed",
    of: |trace| {
        vec![vec![FAILED_REQUESTS.of(&Replay::new(trace)).expect("there are requests").value]]
    },
};

fn failed_requests(case: &Case) -> Draw {
    let users =
        population("users", case.whole("clients"), case.number("req_rate_per_client"), WARM);
    let spec = client_spec(case);
    let spec = Spec { users, step: (spec.run / 5_000.0).max(7.0), ..spec };
    Draw::new(spec.text(), CROWDED_RUNS, FAILED)
}

fn mistakes(case: &Case) -> Vec<Mistake> {
    let mistaken = |mistake, draw| vec![Mistake { mistake, plan: Plan::Drawn(draw) }];
    match case.id.as_str() {
        "H1.sdmean.10.3.60" => mistaken("clients are treated as independent runs", crowd(case, 3)),
        // A Poisson count has its mean for its variance.
        "H7.var.10.60" => {
            mistaken("failed requests are assumed to be Poisson", failed_requests(case))
        }
        _ => Vec::new(),
    }
}
