//! The tables of the text answer.

use super::page::Page;
use crate::measure::metric::{Scope, Shown};
use crate::measure::recovery::{RTO_READS, RTO_SERVICE};
use crate::measure::{ALL, Metric};
use crate::report::numbers::{Cells, amount, estimate, plural, quantity, rare_percent, whole};
use crate::report::sections::{stores, users};
use crate::report::{
    Budget, Estimate, Interval, Latency, Ledger, PhaseName, Report, Served, Unit, Users, Window,
};

/// Recovery time and data loss: one number a run, summed up over runs.
pub fn over_runs(page: &mut Page, report: &Report) {
    let cells = Cells::of(report);
    let writes = report.latencies.iter().any(|row| row.operation == Served::Writes);
    let speaks_of_writes =
        |metric: &Metric| ![RTO_SERVICE.key, RTO_READS.key].contains(&metric.key);
    let is_idle = |metric: &Metric, measure: &Estimate| {
        measure.occasions == 0 && !writes && speaks_of_writes(metric)
    };
    let headlines = ALL.iter().filter(|metric| metric.shown == Shown::Screen);
    let rows: Vec<Vec<String>> = headlines
        .filter_map(|metric| {
            let measure = report.measures.iter().find(|measure| measure.key == metric.key)?;
            (!is_idle(metric, measure)).then(|| measure_row(&cells, report, measure, metric.head()))
        })
        .collect();
    if rows.is_empty() {
        return;
    }
    let interval = format!("p50 [{} interval]", super::per_cent(report.confidence));
    page.table(&["Over runs (one number each)", &interval, "p95", "max"], rows, &[1, 2, 3]);
}

fn measure_row(cells: &Cells, report: &Report, measure: &Estimate, label: &str) -> Vec<String> {
    if measure.occasions == 0 {
        return vec![
            format!("  {label}"),
            format!("n/a: {} in any run", Cells::reason(measure)),
            String::new(),
            String::new(),
        ];
    }
    let label = match measure.occasions {
        all if all == report.runs_done => format!("  {label}"),
        some => format!("  {label} (in {} of {} runs)", whole(some), whole(report.runs_done)),
    };
    vec![
        label,
        cells.full(measure, measure.p50.as_ref()),
        cells.plain(measure, measure.p95.as_ref()),
        cells.max(measure),
    ]
}

/// How long users were without service: all users of all runs in one distribution.
pub fn over_users(page: &mut Page, report: &Report) {
    let affected = users(report, |law| law.numbers.number("share_affected") > 0.0);
    page.things(&affected, "User recovery (all runs pooled)", &Cells::of(report));
}

/// Where the time goes: the longest budget as a waterfall, the others beside it.
pub fn phases(page: &mut Page, report: &Report) {
    let shown: Vec<&Budget> = report
        .budgets
        .iter()
        .filter(|budget| budget.runs > 0 && !budget.phases.is_empty())
        .collect();
    let Some(first) = shown.first() else { return };
    let mut names: Vec<PhaseName> =
        shown.iter().flat_map(|budget| &budget.phases).map(|phase| phase.name).collect();
    names.sort_unstable();
    names.dedup();
    let seconds = |budget: &Budget, name: PhaseName| {
        budget.phases.iter().find(|phase| phase.name == name).map(|phase| phase.seconds)
    };
    let total = first.total.estimate.unwrap_or(0.0);
    let mut begun = 0.0;
    let mut rows = Vec::new();
    for name in names {
        let mine = seconds(first, name);
        let lasting = mine.and_then(|seconds| seconds.estimate).unwrap_or(0.0);
        let mut row = vec![format!("  {}", name.name())];
        row.extend(
            shown.iter().map(|budget| seconds(budget, name).as_ref().map_or("-".to_string(), time)),
        );
        row.push(bar(begun, lasting, total));
        row.push(name.meaning().to_string());
        rows.push(row);
        begun += lasting;
    }
    let mut sum = vec!["  sum".to_string()];
    sum.extend(shown.iter().map(|budget| time(&budget.total)));
    rows.push(sum);
    let mut head = vec!["Where the time goes (mean)"];
    head.extend(shown.iter().map(|budget| match budget.operation {
        Served::All => "all",
        one => one.label(),
    }));
    let right: Vec<usize> = (1..=shown.len()).collect();
    page.table(&head, rows, &right);
    if first.runs < report.runs_done {
        page.line(&format!(
            "  over the {} that recovered, of {}",
            plural(first.runs, "run"),
            plural(report.runs_done, "run")
        ));
    }
}

fn time(interval: &Interval) -> String {
    estimate(interval, Unit::Seconds).unwrap_or_else(|| "-".into())
}

/// Columns of the waterfall.
const BAR: usize = 18;

/// A block from `begun`, as long as `lasting`, on a line that stands for `total`.
fn bar(begun: f64, lasting: f64, total: f64) -> String {
    if !(total > 0.0 && lasting > 0.0 && begun >= 0.0) {
        return String::new();
    }
    let column = |seconds: f64| ((seconds / total * BAR as f64).round() as usize).min(BAR);
    let (from, to) = (column(begun).min(BAR - 1), column(begun + lasting));
    format!("{}{}", " ".repeat(from), "█".repeat(to.saturating_sub(from).max(1)))
}

/// Latency of answered requests and the share that failed, before, during and after.
pub fn latency(page: &mut Page, report: &Report) {
    let rows: Vec<Vec<String>> = [Served::Reads, Served::Writes]
        .into_iter()
        .filter_map(|operation| {
            let of = |row: &&Latency| row.population == Users::ALL && row.operation == operation;
            let all: Vec<&Latency> = report.latencies.iter().filter(of).collect();
            if all.is_empty() {
                return None;
            }
            let cell = |window: Window| {
                all.iter()
                    .find(|row| row.window == window)
                    .map_or("-".to_string(), |row| latency_cell(row))
            };
            let lead = [format!("  {}", operation.label())];
            Some(lead.into_iter().chain(Window::ALL.map(cell)).collect())
        })
        .collect();
    if !rows.is_empty() {
        let head = ["Latency p50/p99 (failed)", "before the fault", "interrupted", "after"];
        page.table(&head, rows, &[1, 2, 3]);
    }
}

fn latency_cell(row: &Latency) -> String {
    let time = |milliseconds: Option<f64>| {
        milliseconds.map(|value| quantity(value, Unit::Milliseconds, 3))
    };
    let failed = row.numbers.maybe("share_failed").map_or("-".to_string(), rare_percent);
    match (time(row.numbers.maybe("p50_milliseconds")), time(row.numbers.maybe("p99_milliseconds")))
    {
        (Some(p50), Some(p99)) => format!("{} / {p99} ({failed})", without_unit_of(&p99, &p50)),
        _ => format!("no answers ({failed})"),
    }
}

/// "121" of "121 ms", when `other` has the same unit.
fn without_unit_of<'t>(other: &str, text: &'t str) -> &'t str {
    match (other.split_once(' '), text.split_once(' ')) {
        (Some((_, unit)), Some((number, same))) if unit == same => number,
        _ => text,
    }
}

/// How consistent quorum stores are, and how fast.
pub fn quorums(page: &mut Page, report: &Report) {
    page.things(&stores(Scope::Quorum, report), "A write is visible", &Cells::of(report));
}

/// What became of the writes.
pub fn ledger(page: &mut Page, report: &Report) {
    if report.ledgers.is_empty() {
        return;
    }
    page.gap();
    for ledger in &report.ledgers {
        page.wrapped("", &ledger_sentence(report, ledger));
    }
}

fn ledger_sentence(report: &Report, ledger: &Ledger) -> String {
    let numbers = &ledger.numbers;
    let parts = |whole: &str| {
        let parts = Scope::Store.metrics().iter().filter(|metric| {
            metric.part_of == whole
                && metric.shown == Shown::Screen
                && numbers.number(metric.key) > 0.0
        });
        let shown =
            parts.map(|metric| format!("{} {}", amount(numbers.number(metric.key)), metric.head()));
        shown.collect::<Vec<_>>().join(" + ")
    };
    if numbers.number("offered") == 0.0 {
        return format!("Writes to {}: none", ledger.store);
    }
    let (offered, fates) = (parts("offered"), parts("acknowledged"));
    let worst = whole(numbers.count("worst_loss"));
    let loss = match numbers.count("runs_with_loss") {
        0 => "no run lost any".to_string(),
        all if all == report.runs_done => format!("every run lost some, max {worst}"),
        runs => {
            format!("{} of {} lost some, max {worst}", whole(runs), plural(report.runs_done, "run"))
        }
    };
    let fates = if fates.is_empty() {
        "all kept".to_string()
    } else {
        format!("of the acknowledged {fates}, the rest kept")
    };
    format!(
        "Writes to {}, mean per run: {} offered = {offered}; {fates}; {loss}",
        ledger.store,
        amount(numbers.number("offered"))
    )
}
