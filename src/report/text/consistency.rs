//! Consistency in the text answer, for stores that several regions write: a number, and what it is a number of.

use super::page::Page;
use crate::measure::metric::{Scope, Shown};
use crate::measure::{Fold, Metric};
use crate::report::consistency::{Consistency, Quantiles};
use crate::report::numbers::{Cells, Detail, estimate, percent, quantity, whole, with_interval};
use crate::report::{Interval, Report, Unit, Value};

/// What writers lose and readers see, a block for each store.
pub fn blocks(page: &mut Page, report: &Report) {
    for store in &report.consistency {
        block(page, report, store);
    }
}

fn block(page: &mut Page, report: &Report, store: &Consistency) {
    let beyond = Cells::of(report).beyond;
    let mut rows: Vec<Vec<String>> = Vec::new();
    for metric in Scope::Conflicts.metrics() {
        let Some(row) = store.rows.iter().find(|row| row.key == metric.key) else { continue };
        if metric.shown == Shown::Screen || row.value.estimate != Some(quiet(metric)) {
            let value =
                with_interval(&row.value, row.unit, "?").unwrap_or_else(|| "unknown".into());
            rows.push(vec![format!("  {}", row.label), value, metric.note.into()]);
        }
    }
    let times = |quantiles: &Quantiles| {
        let cell = |quantile: &Option<Interval>| {
            quantile
                .as_ref()
                .map(|time| estimate(time, Unit::Seconds).unwrap_or_else(|| beyond.clone()))
        };
        let mut cells = vec![cell(&quantiles.p50)?, cell(&quantiles.p99)?, cell(&quantiles.p999)?];
        // What is not within the run need not be said twice.
        cells.dedup_by(|one, two| one == two && *one == beyond);
        Some(cells.join(" / "))
    };
    for (label, law, of) in laws(store) {
        rows.extend(
            times(law).map(|times| {
                vec![format!("  {label}"), times, format!("p50 / p99 / p99.9 of {of}")]
            }),
        );
    }
    let cells = Cells::of(report);
    for metric in Scope::MultiWriter.metrics() {
        let is_news = match store.numbers.get(metric.key) {
            Some(Value::Interval(_)) => true,
            _ => store.numbers.number(metric.key) > quiet_count(metric),
        };
        if is_news {
            let value = cells.cell(metric, &store.numbers, Detail::Plain);
            rows.push(vec![format!("  {}", metric.label), value, metric.note.into()]);
        }
    }
    let title = format!("Consistency of {}", store.store);
    page.table(&[&title, "value [interval]", &format!("settled by {}", store.policy)], rows, &[]);
    page.wrapped("  ", &format!("{}.", basis(store)));
}

/// What a ratio is where nothing happened: a read finds one value, and no share of anything is hit.
fn quiet(metric: &Metric) -> f64 {
    if metric.unit == Unit::Count { 1.0 } else { 0.0 }
}

/// What a single number is where nothing happened: the most values that a read finds are one.
fn quiet_count(metric: &Metric) -> f64 {
    match metric.fold {
        Fold::Most(_) => 1.0,
        _ => 0.0,
    }
}

/// The laws of time, with what each quantile is a share of. Where every other region is the one other region, there is one
/// law of arrival.
pub fn laws(store: &Consistency) -> Vec<(&'static str, &Quantiles, &'static str)> {
    let times = |law: &Quantiles| [law.p50, law.p99, law.p999];
    let is_one = times(&store.arrival) == times(&store.everywhere);
    let mut laws = vec![("in the other region after", &store.arrival, "writes")];
    if !is_one {
        laws = vec![
            ("in one other region after", &store.arrival, "writes, each region"),
            ("in all regions after", &store.everywhere, "writes"),
        ];
    }
    laws.push(("stale readers are behind by", &store.staleness, "stale reads"));
    laws
}

/// What the numbers are read from.
pub fn basis(store: &Consistency) -> String {
    let keys = whole(store.keys);
    let writes = quantity(store.writes_simulated, Unit::Count, 3);
    if store.is_whole {
        return format!("Every write to all {keys} keys was simulated, {writes} in a run");
    }
    let share = percent(store.keys_simulated as f64 / store.keys as f64, 2);
    format!(
        "A sample: {} of {keys} keys ({share}) were simulated write by write, {writes} writes in a run; \
         but for the hottest, others are drawn in every run. The intervals allow for the sample; lag and catching up are those of the simulated writes",
        whole(store.keys_simulated)
    )
}
