//! The tables of report.md, one function a section.

use super::super::numbers::{Cells, duration, percent, plural, quantity, whole, with_interval};
use super::super::{Estimate, Interval, Report, Unit, sections};
use super::Page;
use crate::measure::metric::{Scope, Shown};

/// Every measure, one number a run.
pub fn over_runs(page: &mut Page, report: &Report) {
    page.heading("Over runs");
    let cells = Cells::of(report);
    let rows = report.measures.iter().map(|measure| {
        if measure.occasions == 0 {
            let reason = format!("n/a: {} in any run", Cells::reason(measure));
            let mut row = vec![measure.label.to_string(), reason];
            row.resize(8, String::new());
            return row;
        }
        let mut row = vec![measure.label.to_string(), occasions(measure, report)];
        row.push(match measure.censored {
            0 => cells.full(measure, measure.mean.as_ref()),
            _ => "infinite".to_string(),
        });
        row.extend(
            [&measure.p50, &measure.p95, &measure.p99]
                .map(|quantile| cells.full(measure, quantile.as_ref())),
        );
        row.extend([cells.min(measure), cells.max(measure)]);
        row
    });
    page.table(
        &["measure", "runs with a number", "mean", "p50", "p95", "p99", "min", "max"],
        rows,
        true,
    );
}

fn occasions(measure: &Estimate, report: &Report) -> String {
    let occasions = measure.occasions;
    let of = if occasions == report.runs_done {
        "all".to_string()
    } else {
        format!("{} of {}", whole(occasions), whole(report.runs_done))
    };
    match Scope::Service.metric(&measure.key).map_or("", |metric| metric.beyond) {
        _ if measure.censored == 0 => of,
        "" => format!("{of}; in {} not within the run", whole(measure.censored)),
        beyond => format!("{of}; in {} {beyond}", whole(measure.censored)),
    }
}

/// The distribution over users.
pub fn over_users(page: &mut Page, report: &Report) {
    if report.user_recovery.is_empty() {
        return;
    }
    page.heading("Over users (pooled over all runs)");
    let users = sections::users(report, |_| true);
    page.print(users.by_thing("operation", &Cells::of(report), Shown::Report));
}

/// Where the time goes.
pub fn phases(page: &mut Page, report: &Report) {
    let shown: Vec<_> = report.budgets.iter().filter(|budget| budget.runs > 0).collect();
    if shown.is_empty() {
        return;
    }
    page.heading("Where the time goes");
    page.paragraph("Phases along the critical path, mean over the runs that recovered. They sum to the recovery time.");
    for budget in shown {
        let total = budget.total.estimate.filter(|total| *total > 0.0);
        let title = format!("{} ({})", budget.operation.label(), plural(budget.runs, "run"));
        let rows = budget.phases.iter().map(|phase| {
            let share = phase
                .seconds
                .estimate
                .zip(total)
                .map(|(seconds, total)| percent(seconds / total, 2));
            vec![
                phase.name.name().to_string(),
                time(&phase.seconds),
                share.unwrap_or_default(),
                phase.meaning.to_string(),
            ]
        });
        let sum = vec!["sum".to_string(), time(&budget.total), "100%".to_string(), String::new()];
        page.table(&[&title, "mean", "share", "from and to"], rows.chain([sum]), false);
    }
}

fn time(interval: &Interval) -> String {
    with_interval(interval, Unit::Seconds, "needs more runs")
        .unwrap_or_else(|| "needs more runs".into())
}

/// What became of every write.
pub fn ledger(page: &mut Page, report: &Report) {
    if report.ledgers.is_empty() {
        return;
    }
    page.heading("Ledger of writes");
    page.paragraph("Mean per run. Offered = acknowledged + refused + timed out; every acknowledged write ends in exactly one of the fates below it.");
    let stores = sections::stores(Scope::Store, report);
    page.print(stores.by_entry("writes", &Cells::of(report), Shown::Report));
}

/// How fast answered requests were, and how many failed.
pub fn latency(page: &mut Page, report: &Report) {
    if report.latencies.is_empty() {
        return;
    }
    page.heading("Latency");
    page.paragraph("Of successful requests, pooled over requests and runs, before, during and after the interruption.");
    let requests = sections::latencies(report);
    page.print(requests.by_thing("users, operation, window", &Cells::of(report), Shown::Report));
}

/// How soon a write is seen, and how long operations take.
pub fn quorums(page: &mut Page, report: &Report) {
    if report.quorums.is_empty() {
        return;
    }
    page.heading("Quorums");
    page.paragraph(
        "Operations that were followed message by message, pooled over all runs. *Seen*: of reads sent so long after the acknowledgement of a write, those that \
         see it by its own messages alone. *Stale*: reads that did not see it when they came, hints and repairs included. Latency is that of coordinator and \
         replicas, without the path to the user. Intervals take operations for independent, which those of one outage are not.",
    );
    let stores = sections::stores(Scope::Quorum, report);
    page.print(stores.by_entry("", &Cells::of(report), Shown::Report));
}

/// How soon each check sees a fault, and how often one that is not there.
pub fn checks(page: &mut Page, report: &Report) {
    let Some(first) = report.checks.first() else { return };
    page.heading("Health checks");
    let watched = match first.numbers.number("healthy_seconds") {
        seconds if seconds > 0.0 => format!("all runs together have {} of it", duration(seconds)),
        _ => "these runs have none of it".to_string(),
    };
    page.paragraph(&format!(
        "*Detected*: from the start of the first fault until it made the status of the check change; a run in which it never did counts as infinite, one in which \
         the status had already changed before the fault is left out. *False alarm*: the status changed before the first fault; only that time counts, and \
         {watched}. An inverted check counts by leaving the status that it has at the start. Rates stand with their exact Poisson interval, which takes alarms \
         for independent of each other."
    ));
    page.print(sections::checks(report).by_thing("check", &Cells::of(report), Shown::Report));
}

/// Who was hit.
pub fn populations(page: &mut Page, report: &Report) {
    page.heading("Populations");
    let populations = sections::populations(report);
    page.print(populations.by_thing("population", &Cells::of(report), Shown::Report));
}

/// What happened when.
pub fn facts(page: &mut Page, report: &Report) {
    if report.charts.marks.is_empty() {
        return;
    }
    page.heading("What happened when");
    let after = |seconds: f64| {
        format!(
            "{}{}",
            if seconds < 0.0 { "-" } else { "+" },
            quantity(seconds.abs(), Unit::Seconds, 3)
        )
    };
    let rows = report.charts.marks.iter().map(|mark| {
        let spread = format!("{} to {}", after(mark.low_seconds), after(mark.high_seconds));
        vec![
            mark.label.clone(),
            after(mark.median_seconds),
            spread,
            format!("{} of {}", whole(mark.runs), whole(report.runs_done)),
        ]
    });
    page.table(
        &["fact", "since the fault (median)", "5% to 95% of runs", "runs in which it happened"],
        rows,
        true,
    );
}

/// Where the defaults come from; what nobody has published is flagged.
pub fn sources(page: &mut Page, report: &Report) {
    if report.sources.is_empty() {
        return;
    }
    page.heading("Sources and assumptions");
    page.paragraph("Defaults and presets that this scenario used. *Assumption*: at least one number behind it is not published; the source says which. Set it in the scenario where you know better.");
    let rows = report.sources.iter().map(|source| {
        let kind = if source.assumption { "assumption" } else { "published" };
        vec![source.what.clone(), kind.to_string(), source.source.clone()]
    });
    page.table(&["what", "kind", "source"], rows, false);
}
