//! Consistency in report.md, for stores that several regions write.

use super::super::consistency::{Consistency, Quantiles};
use super::super::numbers::{Cells, quantity, with_interval};
use super::super::text::basis;
use super::super::{Interval, Report, Unit};
use super::Page;

/// What writers lose and readers see, a table for each store.
pub fn sections(page: &mut Page, report: &Report) {
    for store in &report.consistency {
        section(page, report, store);
    }
}

fn section(page: &mut Page, report: &Report, store: &Consistency) {
    page.heading(&format!("Consistency of {}", store.store));
    page.paragraph(&format!("Conflicts are settled by {}. {}.", store.policy, capital(&basis(store))));
    let beyond = Cells::of(report).beyond;
    let with = |value: &Interval, unit| with_interval(value, unit, "?").unwrap_or_else(|| beyond.clone());
    let mut rows: Vec<Vec<String>> = store.rows.iter().map(|row| vec![row.label.to_string(), with(&row.value, row.unit), row.meaning.to_string()]).collect();
    let laws: [(&str, &Quantiles, &str); 3] = [
        ("elsewhere", &store.arrival, "from the acknowledgement until one other region has a write, pooled over writes, regions and runs"),
        ("everywhere", &store.everywhere, "until every other region has it"),
        ("age of what is missed", &store.staleness, "of stale reads: since the oldest write that they miss was acknowledged"),
    ];
    for (label, law, meaning) in laws {
        for (share, time) in [("p50", &law.p50), ("p99", &law.p99), ("p99.9", &law.p999)] {
            if let Some(time) = time {
                rows.push(vec![format!("{label}, {share}"), with(time, Unit::Seconds), meaning.to_string()]);
            }
        }
    }
    for (label, time) in [("caught up, median", &store.caught_up_p50), ("caught up, the worst 5% of runs", &store.caught_up_p95)] {
        if let Some(time) = time {
            rows.push(vec![label.into(), with(time, Unit::Seconds), "from the repair until all that had waited had arrived".into()]);
        }
    }
    let count = |value: f64| quantity(value, Unit::Count, 3);
    rows.push(vec!["most values side by side".into(), count(store.most_siblings as f64), "that any read of any run found".into()]);
    rows.push(vec![
        "keys that differ for good".into(),
        count(store.diverged_for_good),
        "replicas disagree and nothing is under way; mean over runs, of the keys simulated".into(),
    ]);
    rows.push(vec![
        "changes applied twice".into(),
        count(store.applied_twice),
        "arrived twice and were counted twice; mean over runs, of those simulated".into(),
    ]);
    page.table(&["measure", "value [interval]", "meaning"], rows, false);
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
