//! Stores that several regions write, of all designs side by side: what became of acknowledged writes, and what writers and
//! readers meet. A row for each store; no table where no design has such a store.

use super::tables::Table;
use super::{Comparison, Design};
use crate::report::consistency::Consistency;
use crate::report::numbers::{Cells, estimate, percent};
use crate::report::{Ledger, Unit};

/// Picks a number of writes.
type Of = fn(&Ledger) -> f64;

/// Fates of acknowledged writes: the head of a column, and its number.
const FATES: [(&str, Of); 6] = [
    ("kept", |ledger| ledger.kept),
    ("late", |ledger| ledger.late),
    ("siblings", |ledger| ledger.sibling),
    ("overwritten", |ledger| ledger.overwritten),
    ("forked", |ledger| ledger.forked),
    ("lost", |ledger| ledger.lost),
];

/// Rows of the consistency of a store: the head of a column, and the row's key.
const ROWS: [(&str, &str); 7] = [
    ("conflicts", "conflicts_per_second"),
    ("updates lost", "share_updates_lost"),
    ("refused", "share_rejected"),
    ("siblings read", "share_with_siblings"),
    ("stale reads", "share_stale"),
    ("own missed", "share_own_write_missed"),
    ("still waiting", "share_pending"),
];

fn has_any(comparison: &Comparison) -> bool {
    comparison.designs.iter().any(|design| !design.consistency.is_empty())
}

/// What became of the acknowledged writes, as shares; fates that no design knows have no column.
pub fn fates(comparison: &Comparison, names: &[String]) -> Option<Table> {
    if !has_any(comparison) {
        return None;
    }
    let ledgers: Vec<(usize, &Design, &Ledger)> = stores(comparison, |design| &design.ledgers);
    let shown: Vec<_> = FATES
        .iter()
        .filter(|(name, of)| {
            *name == "kept" || ledgers.iter().any(|(_, _, ledger)| of(ledger) > 0.0)
        })
        .collect();
    let row = |(index, design, ledger): &(usize, &Design, &Ledger)| {
        let name = row_name(&names[*index], design.ledgers.len(), &ledger.store);
        let share = |of: Of| {
            if ledger.acknowledged > 0.0 {
                percent(of(ledger) / ledger.acknowledged, 2)
            } else {
                "no writes".into()
            }
        };
        let policy = design
            .consistency
            .iter()
            .find(|store| store.store == ledger.store)
            .map_or("one writer", |store| store.policy);
        [name, policy.to_string()]
            .into_iter()
            .chain(shown.iter().map(|(_, of)| share(*of)))
            .collect()
    };
    let mut remarks = vec![
        "of the acknowledged writes, mean over runs; late: held up by a fault, then in effect"
            .to_string(),
    ];
    let meets = |of: Of, remark: &str| {
        ledgers.iter().any(|(_, _, ledger)| of(ledger) > 0.0).then(|| remark.to_string())
    };
    remarks.extend(meets(|ledger| ledger.overwritten, "overwritten: gone without an error, because a write was kept whose writer had not seen them"));
    remarks.extend(meets(|ledger| ledger.sibling, "siblings: stand beside a concurrent write at the end, and the application has to merge them"));
    let head = ["policy"]
        .into_iter()
        .chain(shown.iter().map(|(name, _)| *name))
        .map(str::to_string)
        .collect();
    Some(Table {
        title: "What became of writes".into(),
        head,
        rows: ledgers.iter().map(row).collect(),
        remarks,
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
    let shown: Vec<_> = ROWS.iter().filter(|(_, key)| is_news(key)).collect();
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
        [name].into_iter().chain(shown.iter().map(|(_, key)| cell(key))).chain([p99]).collect()
    };
    let head =
        shown.iter().map(|(head, _)| *head).chain(["p99 elsewhere"]).map(str::to_string).collect();
    let meets = |key: &str, remark: &str| is_news(key).then(|| remark.to_string());
    let remarks = [
        meets(
            "conflicts_per_second",
            "conflicts: pairs of writes of one key in two regions that did not know of each other",
        ),
        meets(
            "share_updates_lost",
            "updates lost: of changes to a value that was read, those that the value does not show in the end",
        ),
        meets(
            "share_stale",
            "stale reads: the newest acknowledged write had not arrived where they were answered",
        ),
        meets(
            "share_own_write_missed",
            "own missed: users who look for what they wrote and do not find it",
        ),
        Some(
            "p99 elsewhere: 99% of writes are in another region so long after the acknowledgement"
                .to_string(),
        ),
    ];
    let rows = found.iter().map(row).collect();
    Some(Table {
        title: "Several regions write".into(),
        head,
        rows,
        remarks: remarks.into_iter().flatten().collect(),
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
