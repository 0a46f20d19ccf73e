//! Family C: acknowledged writes that the promoted replica does not have; what readers see meanwhile is in `src/validation/staleness.rs`.

use super::case::Case;
use super::plan::{Draw, Plan, Record, Statistic};
use super::spec::{Spec, store, store_of, writer};
use super::{Family, Mistake, staleness};
use crate::trace::{Trace, What};

pub const FAMILY: Family = Family {
    key: "losses",
    title: "C. Replication: writes that are lost, or seen late",
    file: "tests/validation/losses.jsonl",
    cases: include_str!("../../tests/validation/losses.jsonl"),
    plan: |case| plan(case).map(Plan::Drawn),
    unexpressed: &[],
    mistakes,
};

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
    let draw = |spec: Spec| Draw { least: LEAST, ..Draw::new(spec.text(), RUNS, LOSS).statistic(Statistic::named(case)) };
    let logged = |order: &str| draw(spec(case.number("write_rate"), &lag(case, "mean"), order));
    match (case.group(), case.perhaps("x")) {
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
    Spec { fault_at, run: fault_at + 200.0, step: 7.0, users: writer(case.number("write_rate")), stores, ..Spec::default() }
}

/// A channel that ships one write after the other, then takes as long for each to arrive.
fn shipped(case: &Case) -> Spec {
    let mean = 1.0 / case.number("ship_rate");
    let ships = if case.text("service") == "exp" { format!("Exponential(mean: \"{mean}s\")") } else { format!("\"{mean}s\"") };
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

/// The writer dies at 250 s: by then the longest lag that is ever drawn (all but one in 10^9) has passed.
pub fn spec(rate: f64, lag: &str, order: &str) -> Spec {
    Spec { fault_at: 250.0, run: 300.0, step: 7.0, users: writer(rate), stores: store(lag, order), ..Spec::default() }
}

fn mistakes(case: &Case) -> Vec<Mistake> {
    let rate = case.perhaps("write_rate").unwrap_or(0.0);
    let mistaken = |mistake, lag: &str, pick: fn(&[f64], f64) -> f64| {
        let draw = Draw::new(spec(rate, lag, "Unordered").text(), 1_000, LOSS).pick(move |row| Some(pick(row, rate)));
        Mistake { mistake, plan: Plan::Drawn(draw) }
    };
    let lost: fn(&[f64], f64) -> f64 = |row, _| row[0];
    match case.id.as_str() {
        "C1.mean.exp.50" => vec![mistaken("the lag is halved (round trip for one way)", "Exponential(mean: \"0.4s\")", lost)],
        "C1.mean.lognorm.50" => vec![mistaken("a lognormal's mean is taken for its median", &lag(case, "median"), lost)],
        // What is lost divided by the rate of writes is the mean lag, by Little's law.
        "C2.oldest.exp.50" => vec![mistaken("RPO is reported as the mean lag", &lag(case, "mean"), |row, rate| row[0] / rate)],
        "C3.prefix.exp.50" => vec![mistaken("nothing waits for a late write", &lag(case, "mean"), lost)],
        _ => staleness::mistakes(case),
    }
}
