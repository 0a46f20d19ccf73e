//! Consistency in the text answer, for stores that several regions write.

use super::page::Page;
use crate::report::consistency::{Consistency, ConsistencyRow, Quantiles};
use crate::report::numbers::{Cells, estimate, observed, percent, quantity, whole, with_interval};
use crate::report::{Interval, Report, Unit};

/// What writers lose and readers see, a block for each store.
pub fn blocks(page: &mut Page, report: &Report) {
    for store in &report.consistency {
        block(page, report, store);
    }
}

fn block(page: &mut Page, report: &Report, store: &Consistency) {
    let beyond = Cells::of(report).beyond;
    let mut rows: Vec<Vec<String>> = Vec::new();
    let is_news = |row: &&ConsistencyRow| ALWAYS.contains(&row.key) || row.value.estimate != Some(if row.key == "values_per_read" { 1.0 } else { 0.0 });
    for row in store.rows.iter().filter(is_news) {
        let value = with_interval(&row.value, row.unit, "?").unwrap_or_else(|| "unknown".into());
        rows.push(vec![format!("  {}", row.label), value]);
    }
    let times = |quantiles: &Quantiles| {
        let cell = |quantile: &Option<Interval>| quantile.as_ref().map(|time| estimate(time, Unit::Seconds).unwrap_or_else(|| beyond.clone()));
        Some(format!("{} / {} / {}", cell(&quantiles.p50)?, cell(&quantiles.p99)?, cell(&quantiles.p999)?))
    };
    let laws = [("elsewhere after p50/p99/p99.9", &store.arrival), ("everywhere after", &store.everywhere), ("stale readers miss, age", &store.staleness)];
    rows.extend(laws.into_iter().filter_map(|(label, law)| Some(vec![format!("  {label}"), times(law)?])));
    if let (Some(median), Some(worst)) = (&store.caught_up_p50, &store.caught_up_p95) {
        let time = |time: &Interval| estimate(time, Unit::Seconds).unwrap_or_else(|| beyond.clone());
        rows.push(vec!["  caught up after the repair".into(), format!("{}, the worst 5% of runs {}", time(median), time(worst))]);
    }
    if store.most_siblings > 1 {
        rows.push(vec!["  most values that a read found".into(), observed(store.most_siblings as f64, Unit::Count)]);
    }
    for (label, keys) in [("  keys that differ for good", store.diverged_for_good), ("  changes applied twice", store.applied_twice)] {
        if keys > 0.0 {
            rows.push(vec![label.into(), format!("{} of those simulated, mean per run", quantity(keys, Unit::Count, 3))]);
        }
    }
    page.table(&[&format!("Consistency of {}, {}", store.store, store.policy), ""], rows, &[]);
    page.wrapped("  ", &basis(store));
}

/// Said even when nothing happened.
const ALWAYS: [&str; 5] = ["conflicts_per_second", "share_updates_lost", "share_overwritten", "share_stale", "share_own_write_missed"];

/// What the numbers are read from.
pub fn basis(store: &Consistency) -> String {
    let keys = whole(store.keys);
    if store.is_whole {
        return format!("every write of all {keys} keys was simulated, {} a run", quantity(store.writes_simulated, Unit::Count, 3));
    }
    let share = percent(store.keys_simulated as f64 / store.keys as f64, 2);
    format!(
        "from a sample of keys, each exact: {} of {keys} ({share}) with {} writes a run, other keys in every run; the intervals hold that too",
        whole(store.keys_simulated),
        quantity(store.writes_simulated, Unit::Count, 3)
    )
}
