//! The tables of the text answer.

use super::page::Page;
use crate::report::numbers::{
    Cells, estimate, observed, percent, plural, quantity, rare_percent, with_interval,
};
use crate::report::{
    Budget, Estimate, Interval, Latency, Ledger, QuorumRow, Report, Unit, UserRecovery,
};

/// The measures that people came for: key and the words of this page.
const HEADLINES: [(&str, &str); 5] = [
    ("rto_service", "RTO, service (all requests)"),
    ("rto_reads", "RTO, reads"),
    ("rto_writes", "RTO, writes"),
    ("rpo_seconds", "RPO, age of oldest lost write"),
    ("rpo_writes", "RPO, acknowledged writes lost"),
];

/// Recovery time and data loss: one number a run, summed up over runs.
pub fn over_runs(page: &mut Page, report: &Report) {
    let cells = Cells::of(report);
    let writes = report.latencies.iter().any(|row| row.operation == "writes");
    let is_idle = |measure: &Estimate| {
        measure.occasions == 0
            && !writes
            && measure.key != "rto_service"
            && measure.key != "rto_reads"
    };
    let found = HEADLINES.iter().filter_map(|(key, label)| {
        Some((
            report.measures.iter().find(|measure| measure.key == *key && !is_idle(measure))?,
            *label,
        ))
    });
    let rows: Vec<Vec<String>> =
        found.map(|(measure, label)| measure_row(&cells, report, measure, label)).collect();
    if rows.is_empty() {
        return;
    }
    let interval = format!("median [{} interval]", super::per_cent(report.confidence));
    page.table(
        &["Over runs (one number each)", &interval, "95% of runs", "worst run"],
        rows,
        &[1, 2, 3],
    );
}

fn measure_row(cells: &Cells, report: &Report, measure: &Estimate, label: &str) -> Vec<String> {
    if measure.occasions == 0 {
        return vec![
            format!("  {label}"),
            Cells::no_occasion(measure).to_string(),
            String::new(),
            String::new(),
        ];
    }
    let label = match measure.occasions {
        all if all == report.runs_done => format!("  {label}"),
        some => format!(
            "  {label} (in {} of {} runs)",
            observed(some as f64, Unit::Count),
            observed(report.runs_done as f64, Unit::Count)
        ),
    };
    vec![
        label,
        cells.full(measure, measure.p50.as_ref()),
        cells.plain(measure, measure.p95.as_ref()),
        cells.worst(measure),
    ]
}

/// How long users were without service: all users of all runs in one law.
pub fn over_users(page: &mut Page, report: &Report) {
    let affected: Vec<&UserRecovery> =
        report.user_recovery.iter().filter(|law| law.share_affected > 0.0).collect();
    if affected.is_empty() {
        return;
    }
    let cells = Cells::of(report);
    let row = |law: &&UserRecovery| {
        let within =
            law.within_objective.as_ref().and_then(|share| with_interval(share, Unit::Share, "?"));
        vec![
            format!("  {}", law.operation),
            percent(law.share_affected, 2),
            cells.time(&law.p50),
            cells.time(&law.p95),
            cells.time(&law.p99),
            within.unwrap_or_else(|| "no objective".into()),
        ]
    };
    let head = [
        "Users back (all runs pooled)",
        "affected",
        "half within",
        "95% within",
        "99% within",
        "within the objective",
    ];
    page.table(&head, affected.iter().map(row).collect(), &[1, 2, 3, 4, 5]);
}

/// The order in which phases happen.
const ORDER: [&str; 6] = ["repair", "detect", "decide", "act", "propagate", "reconnect"];

/// Where the time goes: the longest budget as a waterfall, the others beside it.
pub fn phases(page: &mut Page, report: &Report) {
    let shown: Vec<&Budget> = report
        .budgets
        .iter()
        .filter(|budget| budget.runs > 0 && !budget.phases.is_empty())
        .collect();
    let Some(first) = shown.first() else { return };
    let mut names: Vec<(&str, &str)> = shown
        .iter()
        .flat_map(|budget| &budget.phases)
        .map(|phase| (phase.name, phase.meaning))
        .collect();
    let place = |name: &str| ORDER.iter().position(|known| *known == name).unwrap_or(ORDER.len());
    names.sort_by_key(|(name, _)| (place(name), *name));
    names.dedup();
    let seconds = |budget: &Budget, name: &str| {
        budget.phases.iter().find(|phase| phase.name == name).map(|phase| phase.seconds)
    };
    let total = first.total.estimate.unwrap_or(0.0);
    let mut begun = 0.0;
    let mut rows = Vec::new();
    for (name, meaning) in names {
        let mine = seconds(first, name);
        let lasting = mine.and_then(|seconds| seconds.estimate).unwrap_or(0.0);
        let mut row = vec![format!("  {name}")];
        row.extend(
            shown.iter().map(|budget| seconds(budget, name).as_ref().map_or("-".to_string(), time)),
        );
        row.push(bar(begun, lasting, total));
        row.push(meaning.split(':').next().unwrap_or(meaning).to_string());
        rows.push(row);
        begun += lasting;
    }
    let mut sum = vec!["  sum".to_string()];
    sum.extend(shown.iter().map(|budget| time(&budget.total)));
    rows.push(sum);
    let mut head = vec!["Where the time goes (mean)"];
    head.extend(
        shown.iter().map(
            |budget| if budget.operation == "all requests" { "all" } else { budget.operation },
        ),
    );
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
    const WINDOWS: [&str; 3] = ["before", "during", "after"];
    let rows: Vec<Vec<String>> = ["reads", "writes"]
        .into_iter()
        .filter_map(|operation| {
            let all: Vec<&Latency> = report
                .latencies
                .iter()
                .filter(|row| row.population == "all users" && row.operation == operation)
                .collect();
            if all.is_empty() {
                return None;
            }
            let cell = |window: &&str| {
                all.iter()
                    .find(|row| row.window == *window)
                    .map_or("-".to_string(), |row| latency_cell(row))
            };
            Some([format!("  {operation}")].into_iter().chain(WINDOWS.iter().map(cell)).collect())
        })
        .collect();
    if !rows.is_empty() {
        page.table(
            &["Latency p50/p99 (failed)", "before the fault", "interrupted", "after"],
            rows,
            &[1, 2, 3],
        );
    }
}

fn latency_cell(row: &Latency) -> String {
    let time = |milliseconds: Option<f64>| {
        milliseconds.map(|value| quantity(value, Unit::Milliseconds, 3))
    };
    let failed = row.share_failed.map_or("-".to_string(), rare_percent);
    match (time(row.p50_milliseconds), time(row.p99_milliseconds)) {
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
    let cell = |interval: &Option<Interval>, unit: Unit| {
        interval.as_ref().map_or("-".into(), |interval| {
            estimate(interval, unit).unwrap_or_else(|| "never".into())
        })
    };
    let row = |row: &QuorumRow| {
        let seen = [&row.at_once, &row.after_10_ms, &row.after_100_ms]
            .map(|share| cell(share, Unit::Share));
        let times = [
            &row.seen_p999_milliseconds,
            &row.read_p999_milliseconds,
            &row.write_p999_milliseconds,
        ]
        .map(|time| cell(time, Unit::Milliseconds));
        [format!("  {}", row.store)].into_iter().chain(seen).chain(times).collect()
    };
    if !report.quorums.is_empty() {
        let head = [
            "A write is seen",
            "at once",
            "10 ms later",
            "100 ms later",
            "by 99.9% after",
            "read p99.9",
            "write p99.9",
        ];
        page.table(&head, report.quorums.iter().map(row).collect(), &[1, 2, 3, 4, 5, 6]);
    }
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
    let count = |value: f64| quantity(value, Unit::Count, 3);
    let sum = |parts: &[(&str, f64)]| {
        let shown = parts.iter().filter(|(_, value)| *value > 0.0);
        shown
            .map(|(name, value)| format!("{} {name}", count(*value)))
            .collect::<Vec<_>>()
            .join(" + ")
    };
    if ledger.offered == 0.0 {
        return format!("Writes to {}: none", ledger.store);
    }
    let offered = sum(&[
        ("acknowledged", ledger.acknowledged),
        ("refused", ledger.refused),
        ("timed out", ledger.timed_out),
    ]);
    let fates = sum(&[
        ("lost", ledger.lost),
        ("late", ledger.late),
        ("overwritten", ledger.overwritten),
        ("forked", ledger.forked),
        ("in sibling sets", ledger.sibling),
    ]);
    let worst = observed(ledger.worst_loss as f64, Unit::Count);
    let loss = match ledger.runs_with_loss {
        0 => "no run lost any".to_string(),
        all if all == report.runs_done => format!("every run lost some, the worst {worst}"),
        runs => format!(
            "{} of {} lost some, the worst {worst}",
            observed(runs as f64, Unit::Count),
            plural(report.runs_done, "run")
        ),
    };
    let fates = if fates.is_empty() {
        "all kept".to_string()
    } else {
        format!("of the acknowledged {fates}, the rest kept")
    };
    format!(
        "Writes to {}, mean per run: {} offered = {offered}; {fates}; {loss}",
        ledger.store,
        count(ledger.offered)
    )
}
