//! What helps where several regions write: by what the numbers of a store say, and by how it settles conflicts.

use crate::report::consistency::Consistency;
use crate::report::numbers::rare_percent;

/// Policies that keep concurrent writes beside each other and leave the choice to the application.
const LEAVES_SIBLINGS: [&str; 2] = ["VectorClock", "MvRegister"];

/// A sentence for each thing that goes wrong in a store.
pub fn consistency(stores: &[Consistency]) -> impl Iterator<Item = String> + '_ {
    stores.iter().flat_map(|store| {
        [overwritten(store), updates_lost(store), own_missed(store)].into_iter().flatten()
    })
}

/// The value of a row, where it is above 0.
fn share(store: &Consistency, key: &str) -> Option<f64> {
    store
        .rows
        .iter()
        .find(|row| row.key == key)
        .and_then(|row| row.value.estimate)
        .filter(|share| *share > 0.0)
}

fn overwritten(store: &Consistency) -> Option<String> {
    let share = rare_percent(share(store, "share_overwritten")?);
    Some(format!(
        "{share} of the acknowledged writes to {} are overwritten without an error: one home region for each key avoids conflicts, \
         vector clocks keep both writes for the application, a CRDT merges them",
        store.store
    ))
}

fn updates_lost(store: &Consistency) -> Option<String> {
    let share = rare_percent(share(store, "share_updates_lost")?);
    let advice = match LEAVES_SIBLINGS.contains(&store.policy) {
        true => {
            "no write is dropped, but who goes on from one sibling drops the others' changes: merge all siblings that a read finds, or count with a CRDT (PnCounter)"
        }
        false => {
            "a counter that adds up (a CRDT such as PnCounter) keeps all, and so does one home region for each key with conditional writes"
        }
    };
    Some(format!(
        "{share} of the updates of {} (read, change, write) are lost: {advice}",
        store.store
    ))
}

fn own_missed(store: &Consistency) -> Option<String> {
    let share = rare_percent(share(store, "share_own_write_missed")?);
    Some(format!(
        "{share} of the users who look for what they wrote to {} do not find it: read from the region that took the write (sticky sessions)",
        store.store
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::consistency::{ConsistencyRow, Quantiles};
    use crate::report::{Interval, Unit};

    fn store(policy: &'static str, rows: &[(&'static str, f64)]) -> Consistency {
        let value = |share| Interval { low: None, estimate: Some(share), high: None };
        Consistency {
            store: "stock".into(),
            policy,
            is_whole: true,
            keys: 10,
            keys_simulated: 10,
            writes_simulated: 100.0,
            rows: rows
                .iter()
                .map(|(key, share)| ConsistencyRow {
                    key,
                    label: key,
                    meaning: "",
                    unit: Unit::Share,
                    value: value(*share),
                })
                .collect(),
            arrival: Quantiles::default(),
            everywhere: Quantiles::default(),
            staleness: Quantiles::default(),
            caught_up_p50: None,
            caught_up_p95: None,
            most_siblings: 1,
            applied_twice: 0.0,
            diverged_for_good: 0.0,
            consistent_by: Vec::new(),
            lag: Vec::new(),
        }
    }

    fn of(store: Consistency) -> Vec<String> {
        consistency(&[store]).collect()
    }

    #[test]
    fn where_nothing_goes_wrong_nothing_is_said() {
        assert!(
            of(store(
                "PnCounter",
                &[("share_overwritten", 0.0), ("share_updates_lost", 0.0), ("share_stale", 0.2)]
            ))
            .is_empty()
        );
    }

    #[test]
    fn what_helps_depends_on_the_policy() {
        let winner = of(store(
            "LastWriterWins",
            &[("share_overwritten", 0.04), ("share_updates_lost", 0.14)],
        ));
        assert!(
            winner[0].starts_with("4.0% of the acknowledged writes to stock are overwritten")
                && winner[0].contains("one home region"),
            "{winner:?}"
        );
        assert!(
            winner[1].starts_with("14% of the updates of stock") && winner[1].contains("PnCounter"),
            "{winner:?}"
        );
        let siblings = of(store("VectorClock", &[("share_updates_lost", 0.14)]));
        assert!(siblings.len() == 1 && siblings[0].contains("merge all siblings"), "{siblings:?}");
        let own = of(store("PnCounter", &[("share_own_write_missed", 0.01)]));
        assert!(own.len() == 1 && own[0].contains("sticky sessions"), "{own:?}");
    }
}
