//! The tables of report.md, one function a section.

use super::super::numbers::{
    Cells, REACHES_BACK, observed, percent, plural, quantity, rare_percent, reaches_back, whole,
    with_interval,
};
use super::super::{Estimate, Interval, Report, Unit};
use super::Page;

/// Every measure, one number a run.
pub fn over_runs(page: &mut Page, report: &Report) {
    page.heading("Over runs");
    let cells = Cells::of(report);
    let rows = report.measures.iter().map(|measure| {
        if measure.occasions == 0 {
            let mut row = vec![measure.label.to_string(), Cells::no_occasion(measure).to_string()];
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
        row.extend([cells.least(measure), cells.worst(measure)]);
        row
    });
    page.table(
        &[
            "measure",
            "runs with an occasion",
            "mean",
            "median",
            "95% of runs",
            "99% of runs",
            "best run",
            "worst run",
        ],
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
    let beyond = if reaches_back(measure.key) { "start" } else { "end" };
    if measure.censored == 0 {
        of
    } else {
        format!("{of}; in {} the truth lies beyond the {beyond}", whole(measure.censored))
    }
}

/// The law over users.
pub fn over_users(page: &mut Page, report: &Report) {
    if report.user_recovery.is_empty() {
        return;
    }
    page.heading("Over users (pooled over all runs)");
    let cells = Cells::of(report);
    let rows = report.user_recovery.iter().map(|law| {
        let within = law
            .within_objective
            .as_ref()
            .and_then(|share| with_interval(share, Unit::Share, "needs more runs"));
        vec![
            law.operation.to_string(),
            percent(law.share_affected, 3),
            cells.time_full(&law.p50),
            cells.time_full(&law.p95),
            cells.time_full(&law.p99),
            within.unwrap_or_else(|| "no RTO objective".into()),
        ]
    });
    page.table(
        &[
            "operation",
            "users who lost service",
            "half of them back within",
            "95% within",
            "99% within",
            "back within the RTO objective",
        ],
        rows,
        true,
    );
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
        let title = format!("{} ({})", budget.operation, plural(budget.runs, "run"));
        let rows = budget.phases.iter().map(|phase| {
            let share = phase
                .seconds
                .estimate
                .zip(total)
                .map(|(seconds, total)| percent(seconds / total, 2));
            vec![
                phase.name.to_string(),
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
    let head: Vec<&str> = ["writes"]
        .into_iter()
        .chain(report.ledgers.iter().map(|ledger| ledger.store.as_str()))
        .collect();
    let head: Vec<String> = head.into_iter().map(super::escaped).collect();
    let row = |label: &str, value: fn(&super::super::Ledger) -> f64| {
        let cells = report.ledgers.iter().map(|ledger| quantity(value(ledger), Unit::Count, 3));
        [label.to_string()].into_iter().chain(cells).collect::<Vec<_>>()
    };
    let mut rows = vec![
        row("offered", |ledger| ledger.offered),
        row("acknowledged", |ledger| ledger.acknowledged),
        row("refused", |ledger| ledger.refused),
        row("timed out (unknown to the client)", |ledger| ledger.timed_out),
        row("acknowledged: kept", |ledger| ledger.kept),
        row("acknowledged: lost (never comes back)", |ledger| ledger.lost),
        row("acknowledged: late (comes back after repair)", |ledger| ledger.late),
        row("acknowledged: overwritten by a concurrent write", |ledger| ledger.overwritten),
        row("acknowledged: forked (its side was discarded)", |ledger| ledger.forked),
        row("acknowledged: in a sibling set", |ledger| ledger.sibling),
    ];
    let runs = |ledger: &super::super::Ledger| {
        format!("{} of {}", whole(ledger.runs_with_loss), whole(report.runs_done))
    };
    rows.push(
        [String::from("runs that lost writes")]
            .into_iter()
            .chain(report.ledgers.iter().map(runs))
            .collect(),
    );
    let age = |age: &Option<Interval>| {
        age.as_ref().map_or("no occasion".to_string(), |age| {
            with_interval(age, Unit::Seconds, "?").unwrap_or_else(|| REACHES_BACK.into())
        })
    };
    rows.push(
        [String::from("RPO: age of the oldest lost write, median of runs")]
            .into_iter()
            .chain(report.ledgers.iter().map(|ledger| age(&ledger.rpo_p50)))
            .collect(),
    );
    rows.push(
        [String::from("RPO: the worst 5% of runs")]
            .into_iter()
            .chain(report.ledgers.iter().map(|ledger| age(&ledger.rpo_p95)))
            .collect(),
    );
    let worst = report.ledgers.iter().map(|ledger| observed(ledger.worst_loss as f64, Unit::Count));
    rows.push([String::from("lost in the worst run")].into_iter().chain(worst).collect());
    page.table(&head.iter().map(String::as_str).collect::<Vec<_>>(), rows, true);
}

/// How fast answered requests were, and how many failed.
pub fn latency(page: &mut Page, report: &Report) {
    if report.latencies.is_empty() {
        return;
    }
    page.heading("Latency");
    page.paragraph("Of successful requests, pooled over requests and runs, before, during and after the interruption.");
    let milliseconds = |value: Option<f64>| {
        value.map_or("none answered".to_string(), |value| quantity(value, Unit::Milliseconds, 3))
    };
    let rows = report.latencies.iter().map(|row| {
        vec![
            row.population.clone(),
            row.operation.to_string(),
            row.window.to_string(),
            milliseconds(row.p50_milliseconds),
            milliseconds(row.p99_milliseconds),
            row.share_failed.map_or("no requests".to_string(), rare_percent),
        ]
    });
    page.table(&["users", "operation", "window", "p50", "p99", "failed"], rows, true);
}

/// Who was hit.
pub fn populations(page: &mut Page, report: &Report) {
    page.heading("Populations");
    let cells = Cells::of(report);
    let median = |interval: &Option<Interval>| {
        interval
            .as_ref()
            .map_or("no interruption".to_string(), |interval| cells.time_full(interval))
    };
    let rows = report.populations.iter().map(|row| {
        vec![
            row.name.clone(),
            whole(row.users),
            median(&row.recovery_reads),
            median(&row.recovery_writes),
            rare_percent(row.share_failed),
            quantity(row.user_minutes_lost, Unit::Count, 3),
        ]
    });
    page.table(
        &[
            "population",
            "users",
            "reads back (median of runs)",
            "writes back (median of runs)",
            "requests failed",
            "user-minutes lost (mean)",
        ],
        rows,
        true,
    );
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
