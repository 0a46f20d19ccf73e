//! The tables of a comparison, a row a design, in words that text and markdown share.

use super::{Comparison, Design};
use super::{consistency, differences};
use crate::measure::Metric;
use crate::measure::availability::{AVAILABILITY, FAILED_REQUESTS};
use crate::measure::loss::{RPO_SECONDS, RPO_WRITES};
use crate::measure::recovery::{RTO_READS, RTO_SERVICE, RTO_WRITES};
use crate::report::numbers::{Cells, duration, estimate, plural, quantity, whole};
use crate::report::table::{Align, Table};
use crate::report::text::{finding_words, per_cent};
use crate::report::{
    Budget, Estimate, Interval, Objective, PhaseName, Served, Unit, UserRecovery, Window,
};

/// All tables, in the order of the page; `names` are those of the designs.
pub fn all(comparison: &Comparison, names: &[String]) -> Vec<Table> {
    let tables = [
        differences::differences(comparison, names),
        Some(service(comparison, names)),
        recovery(comparison, names),
        requests(comparison, names),
        losses(comparison, names),
        consistency::fates(comparison, names),
        consistency::rows(comparison, names),
        latency(comparison, names),
        phases(comparison, names),
        objectives(comparison, names),
    ];
    tables.into_iter().flatten().collect()
}

/// A row for each design.
fn of_designs(
    comparison: &Comparison,
    names: &[String],
    title: &str,
    head: &[&str],
    row: impl Fn(&Design) -> Vec<String>,
) -> Table {
    let rows = comparison
        .designs
        .iter()
        .zip(names)
        .map(|(design, name)| [name.clone()].into_iter().chain(row(design)).collect());
    Table {
        title: title.to_string(),
        head: head.iter().map(ToString::to_string).collect(),
        rows: rows.collect(),
        remarks: Vec::new(),
        align: Align::Right,
    }
}

/// The words for what a design's runs do not reach.
fn cells(design: &Design) -> Cells {
    Cells::within(design.observed_seconds)
}

/// A quantile of a measure, or why there is none.
fn quantile(
    design: &Design,
    measure: &Metric,
    pick: fn(&Estimate) -> &Option<Interval>,
    with_bounds: bool,
) -> String {
    let Some(measure) = design.measure(measure.key) else { return "-".into() };
    match pick(measure).as_ref() {
        _ if measure.occasions == 0 => Cells::reason(measure).into(),
        interval if with_bounds => cells(design).full(measure, interval),
        interval => cells(design).plain(measure, interval),
    }
}

fn median(design: &Design, key: &Metric) -> String {
    quantile(design, key, |measure| &measure.p50, true)
}

fn plain_median(design: &Design, key: &Metric) -> String {
    quantile(design, key, |measure| &measure.p50, false)
}

fn worst_5(design: &Design, key: &Metric) -> String {
    match design.measure(key.key) {
        Some(measure) if measure.occasions == 0 => String::new(),
        _ => quantile(design, key, |measure| &measure.p95, false),
    }
}

fn interval_head(comparison: &Comparison) -> String {
    format!("p50 [{}]", per_cent(comparison.confidence))
}

/// How long without service, and in how many runs.
fn service(comparison: &Comparison, names: &[String]) -> Table {
    let runs = comparison.runs_done;
    let interrupted = |design: &Design| match design
        .measure(RTO_SERVICE.key)
        .map_or(0, |measure| measure.occasions)
    {
        0 => "no run".to_string(),
        all if all == runs => "all runs".to_string(),
        some => format!("{} of {}", whole(some), plural(runs, "run")),
    };
    let head = [&*interval_head(comparison), "p95", "interrupted in"];
    let row = |design: &Design| {
        vec![median(design, &RTO_SERVICE), worst_5(design, &RTO_SERVICE), interrupted(design)]
    };
    let mut table = of_designs(comparison, names, "Without service (RTO)", &head, row);
    for (design, name) in comparison.designs.iter().zip(names) {
        let Some(measure) = design.measure(RTO_SERVICE.key) else { continue };
        if measure.occasions == 0 {
            table
                .remarks
                .push(format!("{name}: no interruption in any run; that is not an RTO of 0"));
        }
        if measure.censored > 0 {
            let beyond = cells(design).beyond;
            let beyond = beyond.strip_prefix("not ").unwrap_or(&beyond);
            table.remarks.push(format!(
                "{name}: not back {beyond} in {} of {}; they count as infinite",
                whole(measure.censored),
                plural(runs, "run")
            ));
        }
    }
    table
}

/// Reads and writes apart, and the users who wait longest.
fn recovery(comparison: &Comparison, names: &[String]) -> Option<Table> {
    let is_interrupted = |design: &Design| {
        [RTO_READS, RTO_WRITES]
            .iter()
            .any(|measure| design.measure(measure.key).is_some_and(|measure| measure.occasions > 0))
    };
    let users = |design: &Design, operation: Served| {
        let is_it = |law: &&UserRecovery| {
            law.operation == operation && law.numbers.number("share_affected") > 0.0
        };
        let p99 = design.user_recovery.iter().find(is_it).map(|law| law.numbers.interval("p99"));
        p99.flatten().map_or("no interruption".to_string(), |time| cells(design).time(&time))
    };
    let head = ["reads", "writes", "p99 of readers", "p99 of writers"];
    let row = |design: &Design| {
        vec![
            plain_median(design, &RTO_READS),
            plain_median(design, &RTO_WRITES),
            users(design, Served::Reads),
            users(design, Served::Writes),
        ]
    };
    let title = "RTO (p50) and user recovery (pooled)";
    comparison
        .designs
        .iter()
        .any(is_interrupted)
        .then(|| of_designs(comparison, names, title, &head, row))
}

/// What failed within the run.
fn requests(comparison: &Comparison, names: &[String]) -> Option<Table> {
    let has_any = |design: &Design| {
        design.measure(FAILED_REQUESTS.key).is_some_and(|measure| measure.occasions > 0)
    };
    let head = [&*interval_head(comparison), "p95", "share (mean)", "availability"];
    let row = |design: &Design| {
        let share = failed_share(design).as_ref().and_then(|share| estimate(share, Unit::Share));
        vec![
            median(design, &FAILED_REQUESTS),
            worst_5(design, &FAILED_REQUESTS),
            share.unwrap_or_else(|| "no requests".into()),
            plain_median(design, &AVAILABILITY),
        ]
    };
    comparison
        .designs
        .iter()
        .any(has_any)
        .then(|| of_designs(comparison, names, "Failed requests, in the run", &head, row))
}

/// The share of requests that fail, mean over runs: what availability lacks.
pub fn failed_share(design: &Design) -> Option<Interval> {
    let mean = design.measure(AVAILABILITY.key)?.mean?;
    let rest = |share: Option<f64>| share.map(|share| (1.0 - share).clamp(0.0, 1.0));
    Some(Interval { low: rest(mean.high), estimate: rest(mean.estimate), high: rest(mean.low) })
}

/// Acknowledged writes that are gone.
fn losses(comparison: &Comparison, names: &[String]) -> Option<Table> {
    if comparison.designs.iter().all(|design| design.ledgers.is_empty()) {
        return None;
    }
    let head = [&*interval_head(comparison), "p95", "writes lost", "p95"];
    let row = |design: &Design| match design.ledgers.as_slice() {
        [] => vec!["no store".to_string(), String::new(), String::new(), String::new()],
        _ => {
            let lost = design.measure(RPO_WRITES.key).filter(|measure| measure.occasions > 0);
            let lost = lost.map_or(String::new(), |_| plain_median(design, &RPO_WRITES));
            vec![
                median(design, &RPO_SECONDS),
                worst_5(design, &RPO_SECONDS),
                lost,
                worst_5(design, &RPO_WRITES),
            ]
        }
    };
    let mut table = of_designs(comparison, names, "Oldest lost write (RPO)", &head, row);
    for (design, name) in comparison.designs.iter().zip(names) {
        let Some(measure) = design.measure(RPO_SECONDS.key).filter(|_| !design.ledgers.is_empty())
        else {
            continue;
        };
        match measure.occasions {
            0 => table.remarks.push(format!("{name}: no replica was promoted and no region destroyed, so nothing is lost for good")),
            some if some < comparison.runs_done => {
                table.remarks.push(format!("{name}: over the {} in which a replica was promoted or a region destroyed", plural(some, "run")));
            }
            _ => {}
        }
    }
    Some(table)
}

/// How fast answered requests were.
fn latency(comparison: &Comparison, names: &[String]) -> Option<Table> {
    const COLUMNS: [(Served, Window, &str); 4] = [
        (Served::Reads, Window::Before, "reads before"),
        (Served::Reads, Window::During, "interrupted"),
        (Served::Writes, Window::Before, "writes before"),
        (Served::Writes, Window::During, "interrupted"),
    ];
    let row = |design: &Design| {
        let cell = |(operation, window, _): &(Served, Window, &str)| match design
            .latencies
            .iter()
            .find(|row| row.operation == *operation && row.window == *window)
        {
            Some(row) => row
                .numbers
                .maybe("p99_milliseconds")
                .map_or("no answers".to_string(), |value| quantity(value, Unit::Milliseconds, 3)),
            None => "-".to_string(),
        };
        COLUMNS.iter().map(cell).collect()
    };
    let has_any = comparison.designs.iter().any(|design| !design.latencies.is_empty());
    let head: Vec<&str> = COLUMNS.iter().map(|(_, _, head)| *head).collect();
    has_any.then(|| of_designs(comparison, names, "Latency p99, answered", &head, row))
}

/// The budget of all requests, where the design was interrupted and came back.
pub fn budget(design: &Design) -> Option<&Budget> {
    design.budgets.iter().find(|budget| {
        budget.operation == Served::All && budget.runs > 0 && !budget.phases.is_empty()
    })
}

/// The phases of all designs, in the order in which they happen.
pub fn phase_names(comparison: &Comparison) -> Vec<PhaseName> {
    let budgets = comparison.designs.iter().filter_map(budget);
    let mut names: Vec<PhaseName> =
        budgets.flat_map(|budget| &budget.phases).map(|phase| phase.name).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Where the time goes.
fn phases(comparison: &Comparison, names: &[String]) -> Option<Table> {
    let phases = phase_names(comparison);
    if phases.is_empty() {
        return None;
    }
    let time =
        |interval: &Interval| estimate(interval, Unit::Seconds).unwrap_or_else(|| "-".into());
    let row = |design: &Design| match budget(design) {
        Some(budget) => {
            let cell = |name: &PhaseName| {
                budget
                    .phases
                    .iter()
                    .find(|phase| phase.name == *name)
                    .map_or("-".to_string(), |phase| time(&phase.seconds))
            };
            phases.iter().map(cell).chain([time(&budget.total)]).collect()
        }
        None => vec!["-".to_string(); phases.len() + 1],
    };
    let head: Vec<&str> = phases.iter().map(|phase| phase.name()).chain(["sum"]).collect();
    let mut table = of_designs(comparison, names, "Where the time goes (mean)", &head, row);
    for (design, name) in comparison.designs.iter().zip(names) {
        let censored = design.measure(RTO_SERVICE.key).map_or(0, |measure| measure.censored);
        match budget(design) {
            Some(budget) if censored > 0 => table
                .remarks
                .push(format!("{name}: over the {} that recovered", plural(budget.runs, "run"))),
            None if censored > 0 => table.remarks.push(format!("{name}: no run recovered")),
            _ => {}
        }
    }
    Some(table)
}

/// What is promised, and whether it holds.
fn objectives(comparison: &Comparison, names: &[String]) -> Option<Table> {
    const KINDS: [Objective; 4] =
        [Objective::Rto, Objective::Rpo, Objective::Availability, Objective::ReadLatency];
    if comparison.designs.iter().all(|design| design.verdicts.is_empty()) {
        return None;
    }
    let row = |design: &Design| {
        let cell = |kind: &Objective| {
            let verdict = design.verdicts.iter().find(|verdict| verdict.kind == Some(*kind));
            verdict.map_or("-".to_string(), |verdict| finding_words(verdict.finding).0.to_string())
        };
        KINDS.iter().map(cell).collect()
    };
    Some(of_designs(comparison, names, "Objectives", &KINDS.map(Objective::label), row))
}

/// Such as "1,000 runs each, with common random numbers, seed 1".
pub fn sample(comparison: &Comparison) -> String {
    let lengths = comparison.designs.iter().map(|design| design.run_seconds);
    let is_one = lengths
        .clone()
        .all(|length| Some(length) == comparison.designs.first().map(|design| design.run_seconds));
    let of = match lengths.clone().next() {
        Some(length) if is_one => format!(" of {}", duration(length)),
        _ => String::new(),
    };
    format!(
        "{}{of} each, common random numbers, seed {}",
        plural(comparison.runs_done, "run"),
        comparison.seed
    )
}

/// "interrupted after 64 runs of 1,000"; `None` for a whole comparison.
pub fn partial(comparison: &Comparison) -> Option<String> {
    comparison.partial.then(|| {
        format!(
            "interrupted after {} of {}",
            plural(comparison.runs_done, "run"),
            plural(comparison.runs_asked, "run")
        )
    })
}
