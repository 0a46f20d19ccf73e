//! Family C: acknowledged writes that the promoted replica does not have; what readers see meanwhile is in `src/validation/staleness.rs`.

use super::case::Case;
use super::domain::{Domain, Input, Is, may, needs, unless};
use super::plan::{Draw, Plan, Record, Statistic};
use super::spec::{Spec, store, store_of, writer};
use super::{Family, Mistake, staleness};
use crate::trace::{Trace, What};

pub const FAMILY: Family = Family {
    key: "losses",
    title: "C. Replication: writes that are lost, or seen late",
    file: "src/validation/vectors/losses.jsonl",
    cases: include_str!("vectors/losses.jsonl"),
    plan: |case| plan(case).map(Plan::Drawn),
    unexpressed: &[],
    domains: DOMAINS,
    mistakes,
};

const RATE: Input = needs("write_rate", Is::Number(0.01, 1e5));
const LAG: Input = needs("lag", Is::Word(&["const", "exp", "lognorm", "unif"]));
const MEAN: Input = needs("mean_lag", Is::Number(1e-4, 3_600.0));
pub const SIGMA: Input = may("sigma", Is::Number(0.01, 3.0));

const DOMAINS: &[Domain] = &[
    Domain {
        group: "C1",
        reads: &["", "mean", "var", "sd", "p0"],
        inputs: &[RATE, LAG, MEAN, SIGMA],
        also: log_fits,
    },
    Domain {
        group: "C2",
        reads: &["oldest", "cdf"],
        inputs: &[RATE, LAG, MEAN, SIGMA, may("x", Is::Number(0.0, 1e6))],
        also: |case| {
            log_fits(case).or_else(|| {
                unless(
                    (case.second() == "cdf") == case.perhaps("x").is_some(),
                    "x belongs to \"cdf\", and \"cdf\" to x",
                )
            })
        },
    },
    Domain {
        group: "C3",
        reads: &["", "mean", "prefix", "var", "sd"],
        inputs: &[RATE, LAG, MEAN, SIGMA],
        also: log_fits,
    },
    Domain {
        group: "C4",
        reads: &["age", "lost", "var", "p99"],
        inputs: &[
            needs("period", Is::Number(1.0, 604_800.0)),
            needs("copy_time", Is::Number(0.0, 604_800.0)),
            RATE,
        ],
        also: |case| {
            unless(
                case.number("write_rate") * (case.number("period") + case.number("copy_time"))
                    <= DRAWN,
                "so many writes of a period are not drawn one by one",
            )
        },
    },
    Domain {
        group: "C7",
        reads: &["", "mean", "exp", "det"],
        inputs: &[
            RATE,
            needs("ship_rate", Is::Number(0.1, 1e5)),
            needs("propagation", Is::Number(0.0, 100.0)),
            needs("service", Is::Word(&["exp", "det"])),
        ],
        also: channel_fits,
    },
    Domain {
        group: "C5",
        reads: &["const", "exp", "ln*", "all*"],
        inputs: &[
            needs("mean_lag_ms", Is::Number(0.1, 5_000.0)),
            needs("t_ms", Is::Number(0.0, 100_000.0)),
            may("lag", Is::Word(&["const", "exp", "ln", "lognorm", "lognormal"])),
            SIGMA,
            may("replicas", Is::Whole(1, staleness::MOST_REPLICAS)),
        ],
        also: sigma_fits,
    },
    Domain {
        group: "C6",
        reads: &["", "const", "exp", "lognorm"],
        inputs: &[
            needs("key_write_rate", Is::Number(0.01, 50.0)),
            may("lag", Is::Word(&["const", "exp", "ln", "lognorm", "lognormal"])),
            // Reads 5 s apart are samples of their own.
            needs("mean_lag", Is::Number(1e-3, 0.5)),
            SIGMA,
        ],
        also: sigma_fits,
    },
    Domain {
        group: "C8",
        reads: &[""],
        inputs: &[
            needs("N", Is::Whole(1, 20)),
            needs("R", Is::Whole(1, 20)),
            needs("W", Is::Whole(1, 20)),
            needs("k", Is::Whole(1, 50)),
        ],
        also: |case| {
            unless(case.whole("R").max(case.whole("W")) <= case.whole("N"), "R and W are at most N")
        },
    },
];

/// Writes of one loss that are drawn one by one.
const DRAWN: f64 = 4e6;

/// A lognormal has a sigma.
pub fn sigma_fits(case: &Case) -> Option<String> {
    let is_lognormal = case.inputs["lag"]
        .as_str()
        .is_some_and(|lag| lag.starts_with("ln") || lag.starts_with("lognorm"));
    unless(
        !is_lognormal || case.perhaps("sigma").is_some(),
        "the input sigma is missing: a lognormal has one",
    )
}

fn log_fits(case: &Case) -> Option<String> {
    sigma_fits(case).or_else(|| {
        unless(
            case.number("write_rate") * longest(case) <= DRAWN,
            "so many writes may still be under way that they are not drawn one by one",
        )
    })
}

/// A channel forgets its start in a multiple of ship / (ship - write)^2, and has 250 s for it.
fn channel_fits(case: &Case) -> Option<String> {
    let (write, ship) = (case.number("write_rate"), case.number("ship_rate"));
    let spare = ship - write;
    unless(
        spare > 0.0 && 20.0 * ship <= 200.0 * spare * spare,
        "the channel is so near its limit that it is not in its steady state after 250 s",
    )
}

/// All but one in 10^9 lags are shorter.
fn longest(case: &Case) -> f64 {
    let mean = case.number("mean_lag");
    match case.text("lag") {
        "const" => mean,
        "unif" => 2.0 * mean,
        "exp" => 21.0 * mean,
        _ => {
            let sigma = case.number("sigma");
            mean * libm::exp(6.0 * sigma - sigma * sigma / 2.0)
        }
    }
}

const RUNS: u64 = 4_000;
/// Some cases are about one run in ten thousand, or about a mean that rare runs carry: fewer runs are no sample.
const LEAST: u64 = 2_000;

/// Lost writes, and the age of the oldest at the fault in seconds.
pub const LOSS: Record = Record { name: "loss", of: loss };

fn loss(trace: &Trace) -> Vec<Vec<f64>> {
    let lost = trace.facts.iter().find_map(|fact| match fact.what {
        What::WritesLost { writes, age, .. } => Some(vec![writes as f64, age.seconds()]),
        _ => None,
    });
    vec![lost.expect("the replica is promoted")]
}

fn plan(case: &Case) -> Option<Draw> {
    let draw = |spec: Spec| Draw {
        least: LEAST,
        ..Draw::new(spec.text(), RUNS, LOSS).statistic(Statistic::named(case))
    };
    let logged = |order: &str| draw(spec_of(case, &lag(case, "mean"), order));
    match (case.group(), case.perhaps("x")) {
        ("C1", _) if case.second() == "p0" => {
            Some(logged("Unordered").pick(|row| Some(f64::from(row[0] == 0.0))))
        }
        ("C1", _) => Some(logged("Unordered")),
        ("C2", None) => Some(logged("Unordered").pick(|row| Some(row[1]))),
        ("C2", Some(x)) => Some(logged("Unordered").pick(move |row| Some(f64::from(row[1] <= x)))),
        ("C3", _) => Some(logged("InOrder")),
        ("C4", _) => {
            // The age and its quantile look at the oldest lost write, the others at how many there are.
            let column = usize::from(matches!(case.second(), "age" | "p99"));
            Some(draw(copied(case)).pick(move |row| Some(row[column])))
        }
        ("C7", _) => Some(Draw { runs: 20_000, ..draw(shipped(case)) }),
        _ => staleness::plan(case),
    }
}

/// Snapshots that are copied elsewhere, and a promotion the instant at which the failure is noticed.
fn copied(case: &Case) -> Spec {
    let (period, copy) = (case.number("period"), case.number("copy_time"));
    let stores = store_of("", &format!("Snapshots(every: \"{period}s\", copy: \"{copy}s\")"));
    let fault_at = 2.0 * period + copy + 100.0;
    Spec {
        fault_at,
        run: fault_at + 200.0,
        step: ((fault_at + 200.0) / 5_000.0).max(7.0),
        users: writer(case.number("write_rate")),
        stores,
        ..Spec::default()
    }
}

/// A channel that ships one write after the other, then takes as long for each to arrive.
fn shipped(case: &Case) -> Spec {
    let mean = 1.0 / case.number("ship_rate");
    let ships = if case.text("service") == "exp" {
        format!("Exponential(mean: \"{mean}s\")")
    } else {
        format!("\"{mean}s\"")
    };
    let lag = format!("\"{}s\", ships: {ships}", case.number("propagation"));
    spec(case.number("write_rate"), &lag, "InOrder")
}

/// The law of the lag of one write. `centre`: what the case's mean is taken for.
fn lag(case: &Case, centre: &str) -> String {
    let mean = case.number("mean_lag");
    match case.text("lag") {
        "const" => format!("\"{mean}s\""),
        "exp" => format!("Exponential(mean: \"{mean}s\")"),
        "lognorm" => format!("Lognormal({centre}: \"{mean}s\", sigma: {:?})", case.number("sigma")),
        "unif" => uniform(mean),
        other => panic!("there is no lag \"{other}\""),
    }
}

/// Uniform from nothing to twice the mean.
pub fn uniform(mean: f64) -> String {
    format!("Uniform(from: \"0s\", to: \"{}s\")", 2.0 * mean)
}

/// The same, later where lags are longer.
fn spec_of(case: &Case, lag: &str, order: &str) -> Spec {
    let fault_at = (longest(case) + 50.0).max(250.0);
    let run = fault_at + 50.0;
    Spec {
        fault_at,
        run,
        step: (run / 5_000.0).max(7.0),
        ..spec(case.number("write_rate"), lag, order)
    }
}

/// The writer dies at 250 s: by then the longest lag that is ever drawn (all but one in 10^9) has passed.
pub fn spec(rate: f64, lag: &str, order: &str) -> Spec {
    Spec {
        fault_at: 250.0,
        run: 300.0,
        step: 7.0,
        users: writer(rate),
        stores: store(lag, order),
        ..Spec::default()
    }
}

fn mistakes(case: &Case) -> Vec<Mistake> {
    let rate = case.perhaps("write_rate").unwrap_or(0.0);
    let mistaken = |mistake, lag: &str, pick: fn(&[f64], f64) -> f64| {
        let draw = Draw::new(spec(rate, lag, "Unordered").text(), 1_000, LOSS)
            .pick(move |row| Some(pick(row, rate)));
        Mistake { mistake, plan: Plan::Drawn(draw) }
    };
    let lost: fn(&[f64], f64) -> f64 = |row, _| row[0];
    match case.id.as_str() {
        "C1.mean.exp.50" => vec![mistaken(
            "the lag is halved (round trip for one way)",
            "Exponential(mean: \"0.4s\")",
            lost,
        )],
        "C1.mean.lognorm.50" => {
            vec![mistaken("a lognormal's mean is taken for its median", &lag(case, "median"), lost)]
        }
        // What is lost divided by the rate of writes is the mean lag, by Little's law.
        "C2.oldest.exp.50" => {
            vec![mistaken("RPO is reported as the mean lag", &lag(case, "mean"), |row, rate| {
                row[0] / rate
            })]
        }
        "C3.prefix.exp.50" => {
            vec![mistaken("nothing waits for a late write", &lag(case, "mean"), lost)]
        }
        _ => staleness::mistakes(case),
    }
}
