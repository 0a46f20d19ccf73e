//! Consistency in the text answer, for stores that several regions write: a number, and what it is a number of.

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
    let is_news = |row: &&ConsistencyRow| {
        ALWAYS.contains(&row.key)
            || row.value.estimate != Some(if row.key == "values_per_read" { 1.0 } else { 0.0 })
    };
    for row in store.rows.iter().filter(is_news) {
        let value = with_interval(&row.value, row.unit, "?").unwrap_or_else(|| "unknown".into());
        rows.push(vec![format!("  {}", row.label), value, gloss(row.key).into()]);
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
                vec![format!("  {label}"), times, format!("half / 99% / 99.9% of {of}")]
            }),
        );
    }
    if let (Some(median), Some(worst)) = (&store.caught_up_p50, &store.caught_up_p95) {
        let time =
            |time: &Interval| estimate(time, Unit::Seconds).unwrap_or_else(|| beyond.clone());
        rows.push(vec![
            "  caught up after the repair".into(),
            format!("{} / {}", time(median), time(worst)),
            "median run / worst 5% of runs".into(),
        ]);
    }
    if store.most_siblings > 1 {
        rows.push(vec![
            "  most values found".into(),
            observed(store.most_siblings as f64, Unit::Count),
            "by one read, in any run".into(),
        ]);
    }
    for (label, count) in [
        ("keys that differ for good", store.diverged_for_good),
        ("changes applied twice", store.applied_twice),
    ] {
        if count > 0.0 {
            rows.push(vec![
                format!("  {label}"),
                quantity(count, Unit::Count, 3),
                "in a run, of those simulated".into(),
            ]);
        }
    }
    let title = format!("Consistency of {}", store.store);
    page.table(&[&title, "value [interval]", &format!("settled by {}", store.policy)], rows, &[]);
    page.wrapped("  ", &format!("{}.", basis(store)));
}

/// Said even when nothing happened.
const ALWAYS: [&str; 5] = [
    "conflicts_per_second",
    "share_updates_lost",
    "share_overwritten",
    "share_stale",
    "share_own_write_missed",
];

/// What a ratio is a ratio of, short enough for a line.
fn gloss(key: &str) -> &'static str {
    match key {
        "conflicts_per_second" => "pairs of writes unaware of each other",
        "share_with_rival" => "of acknowledged writes",
        "share_overwritten" => "of acknowledged writes; no error told it",
        "share_updates_lost" => "of changes to a value read before",
        "share_rejected" => "of writes, by their own region",
        "values_per_read" => "mean; 1 without conflicts",
        "share_with_siblings" => "of reads: the application has to choose",
        "share_stale" => "of reads: a newer write was elsewhere",
        "share_own_write_missed" => "of users who read back what they wrote",
        "transaction_in_halves" => "mean, in each other region",
        "share_pending" => "of acknowledged writes, when the run ended",
        _ => "",
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
