//! Stores that several regions write, of all designs side by side: what became of acknowledged writes, and what writers and
//! readers meet. A row for each store; no table where no design has such a store.

use super::{Comparison, Design};
use crate::measure::Metric;
use crate::measure::metric::Scope;
use crate::report::consistency::Consistency;
use crate::report::numbers::{Cells, estimate, percent};
use crate::report::table::{Align, Table};
use crate::report::{Ledger, Unit};

/// What acknowledged writes may become.
fn all_fates() -> impl Iterator<Item = &'static Metric> {
    Scope::Store.metrics().iter().filter(|metric| metric.part_of == "acknowledged")
}

fn has_any(comparison: &Comparison) -> bool {
    comparison.designs.iter().any(|design| !design.consistency.is_empty())
}

/// What became of the acknowledged writes, as shares; fates that no design knows have no column.
pub fn fates(comparison: &Comparison, names: &[String]) -> Option<Table> {
    if !has_any(comparison) {
        return None;
    }
    let ledgers: Vec<(usize, &Design, &Ledger)> = stores(comparison, |design| &design.ledgers);
    let is_met =
        |fate: &Metric| ledgers.iter().any(|(_, _, ledger)| ledger.numbers.number(fate.key) > 0.0);
    let shown: Vec<&Metric> =
        all_fates().filter(|fate| fate.key == "kept" || is_met(fate)).collect();
    let row = |(index, design, ledger): &(usize, &Design, &Ledger)| {
        let name = row_name(&names[*index], design.ledgers.len(), &ledger.store);
        let acknowledged = ledger.numbers.number("acknowledged");
        let share = |fate: &Metric| {
            if acknowledged > 0.0 {
                percent(ledger.numbers.number(fate.key) / acknowledged, 2)
            } else {
                "no writes".into()
            }
        };
        let policy = design
            .consistency
            .iter()
            .find(|store| store.store == ledger.store)
            .map_or("one writer", |store| store.policy.as_str());
        [name, policy.to_string()].into_iter().chain(shown.iter().map(|fate| share(fate))).collect()
    };
    let first = ["of the acknowledged writes, mean over runs".to_string()];
    let noted = shown.iter().filter(|fate| !fate.note.is_empty());
    let notes = noted.map(|fate| format!("{}: {}", fate.head(), fate.note));
    let head = ["policy"]
        .into_iter()
        .chain(shown.iter().map(|fate| fate.head()))
        .map(str::to_string)
        .collect();
    Some(Table {
        title: "What became of writes".into(),
        head,
        rows: ledgers.iter().map(row).collect(),
        remarks: first.into_iter().chain(notes).collect(),
        align: Align::Right,
    })
}

/// What writers and readers meet; what is zero in every design has no column.
pub fn rows(comparison: &Comparison, names: &[String]) -> Option<Table> {
    if !has_any(comparison) {
        return None;
    }
    let found: Vec<(usize, &Design, &Consistency)> =
        stores(comparison, |design| &design.consistency);
    let value = |store: &Consistency, key: &str| {
        store.rows.iter().find(|row| row.key == key).map(|row| (row.value, row.unit))
    };
    let is_news = |key: &str| {
        found.iter().any(|(_, _, store)| {
            value(store, key)
                .is_some_and(|(value, _)| value.estimate.is_some_and(|share| share > 0.0))
        })
    };
    let ratios = Scope::Conflicts.metrics().iter();
    let shown: Vec<&Metric> =
        ratios.filter(|metric| !metric.short.is_empty() && is_news(metric.key)).collect();
    let row = |(index, design, store): &(usize, &Design, &Consistency)| {
        let cell = |key: &str| {
            value(store, key)
                .and_then(|(value, unit)| estimate(&value, unit))
                .unwrap_or_else(|| "-".into())
        };
        let beyond = Cells::within(design.observed_seconds).beyond;
        let p99 = store
            .arrival
            .p99
            .as_ref()
            .map_or("-".to_string(), |time| estimate(time, Unit::Seconds).unwrap_or(beyond));
        let name = row_name(&names[*index], design.consistency.len(), &store.store);
        [name].into_iter().chain(shown.iter().map(|metric| cell(metric.key))).chain([p99]).collect()
    };
    let head = shown
        .iter()
        .map(|metric| metric.head())
        .chain(["p99 elsewhere"])
        .map(str::to_string)
        .collect();
    let notes = shown.iter().map(|metric| format!("{}: {}", metric.head(), metric.note));
    let last =
        "p99 elsewhere: 99% of writes are in another region so long after the acknowledgement";
    let rows = found.iter().map(row).collect();
    Some(Table {
        title: "Multi-writer stores".into(),
        head,
        rows,
        remarks: notes.chain([last.to_string()]).collect(),
        align: Align::Right,
    })
}

/// All stores of all designs, with the index of the design.
fn stores<'c, T>(
    comparison: &'c Comparison,
    of: impl Fn(&'c Design) -> &'c Vec<T>,
) -> Vec<(usize, &'c Design, &'c T)> {
    let designs = comparison.designs.iter().enumerate();
    designs
        .flat_map(|(index, design)| of(design).iter().map(move |store| (index, design, store)))
        .collect()
}

/// The design's name; with the store's where it has more than one.
fn row_name(design: &str, stores: usize, store: &str) -> String {
    if stores > 1 { format!("{design}: {store}") } else { design.to_string() }
}
