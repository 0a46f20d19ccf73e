//! Consistency in report.md, for stores that several regions write.

use super::super::consistency::Consistency;
use super::super::numbers::{Cells, Detail, with_interval};
use super::super::text::{basis, laws};
use super::super::{Interval, Report, Unit, Value};
use super::{Page, escaped};
use crate::measure::metric::Scope;

/// What writers lose and readers see, a table for each store.
pub fn sections(page: &mut Page, report: &Report) {
    for store in &report.consistency {
        section(page, report, store);
    }
}

fn section(page: &mut Page, report: &Report, store: &Consistency) {
    page.heading(&format!("Consistency of {}", escaped(&store.store)));
    page.paragraph(&format!(
        "A multi-writer (active-active) store; conflicts are settled by `{}`. {}.",
        store.policy,
        basis(store)
    ));
    let beyond = Cells::of(report).beyond;
    let with =
        |value: &Interval, unit| with_interval(value, unit, "?").unwrap_or_else(|| beyond.clone());
    let mut rows: Vec<Vec<String>> = store
        .rows
        .iter()
        .map(|row| vec![row.label.to_string(), with(&row.value, row.unit), row.meaning.to_string()])
        .collect();
    for (label, law, of) in laws(store) {
        let meaning = meaning(label);
        for (share, time) in [("p50", &law.p50), ("p99", &law.p99), ("p99.9", &law.p999)] {
            if let Some(time) = time {
                rows.push(vec![
                    format!("{label}: {share} of {of}"),
                    with(time, Unit::Seconds),
                    meaning.to_string(),
                ]);
            }
        }
    }
    let cells = Cells::of(report);
    for metric in Scope::MultiWriter.metrics() {
        if store.numbers.get(metric.key) != Some(&Value::Absent(())) {
            let value = cells.cell(metric, &store.numbers, Detail::Full);
            rows.push(vec![metric.label.to_string(), value, metric.meaning.to_string()]);
        }
    }
    page.table(&["measure", "value [interval]", "meaning"], rows, false);
}

/// What a law of time is about, by its label.
fn meaning(label: &str) -> &'static str {
    match label {
        "in the other region after" => {
            "from the acknowledgement until the other region has a write, pooled over writes and runs"
        }
        "in one other region after" => {
            "from the acknowledgement until another region has a write, each other region counted; pooled over writes and runs"
        }
        "in all regions after" => "from the acknowledgement until every region has it",
        _ => "since the oldest write that a stale reader misses was acknowledged",
    }
}
