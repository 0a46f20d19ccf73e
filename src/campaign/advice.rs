//! What helps: by where the time goes, by which objective does not hold, and by how a store settles conflicts.

use super::Pool;
use crate::measure::latency::Window;
use crate::measure::phases::Phase;
use crate::measure::recovery::{INTERRUPTIONS, RTO_SERVICE};
use crate::measure::{Metric, Served};
use crate::report::consistency::Consistency;
use crate::report::numbers::{rare_percent, whole};
use crate::report::{Budget, Estimate, Finding, Latency, Objective, Users, Verdict};
use crate::scenario::Scenario;

/// A promotion that comes after the repair does harm.
pub fn late_promotions(pool: &Pool) -> Option<String> {
    let (late, runs) = (whole(pool.late_promotions), whole(pool.runs));
    let advice =
        "it interrupts writes again and loses the last of them: look again before promoting";
    (pool.late_promotions > 0).then(|| {
        format!(
            "in {late} of {runs} runs a replica was promoted after the fault had ended; {advice}"
        )
    })
}

/// What to look at next: the phases that take the most time, then what else keeps a promise from holding.
pub fn next_steps(
    budgets: &[Budget],
    verdicts: &[Verdict],
    measures: &[Estimate],
    latencies: &[Latency],
) -> Vec<String> {
    let mut next = Vec::new();
    if let Some(budget) = budgets.first() {
        let mut phases: Vec<(Phase, f64)> = budget
            .phases
            .iter()
            .filter_map(|phase| Some((phase.name, phase.seconds.estimate?)))
            .collect();
        phases.sort_by(|a, b| b.1.total_cmp(&a.1));
        let total = budget.total.estimate.unwrap_or(0.0).max(1e-9);
        for (phase, seconds) in phases.into_iter().take(2) {
            next.push(format!(
                "{} ({:.0}% of the time to recovery): {}",
                phase.name(),
                100.0 * seconds / total,
                phase.knob()
            ));
        }
    }
    let found = |of: &Metric| measures.iter().find(|estimate| estimate.key == of.key);
    let censored = found(&RTO_SERVICE).is_some_and(|estimate| estimate.censored > 0);
    if censored {
        next.push(
            "some runs do not recover before they end: lengthen run, or find what never fails over"
                .into(),
        );
    }
    let again = found(&INTERRUPTIONS).and_then(|estimate| estimate.max);
    if again.is_some_and(|most| most > 1.0) {
        next.push("the service is interrupted again after it came back: see \"longest interruption\", and `mrsim trace` for when".into());
    }
    let unmet = |kind: Objective| {
        verdicts
            .iter()
            .any(|verdict| verdict.kind == Some(kind) && verdict.finding == Finding::NotMet)
    };
    let reads = |row: &&Latency| row.population != Users::ALL && row.operation == Served::Reads;
    let p99 = |row: &Latency| row.numbers.number("p99_milliseconds");
    if unmet(Objective::ReadLatency)
        && let Some(worst) = latencies
            .iter()
            .filter(reads)
            .max_by(|a, b| p99(a).total_cmp(&p99(b)).then_with(|| b.population.cmp(&a.population)))
    {
        let advice = match worst.window {
            Window::Before => "a nearer region (latency routing)",
            _ => "a nearer standby",
        };
        next.push(format!(
            "reads of {} take {:.0} ms at p99 {} the interruption: {advice}",
            worst.population.label(),
            p99(worst),
            worst.window.name()
        ));
    }
    next
}

/// A sentence for each thing that goes wrong in a store that several regions write.
pub fn consistency(scenario: &Scenario, stores: &[Consistency]) -> Vec<String> {
    let leaves_siblings = |store: &Consistency| {
        let written = scenario.stores.iter().find(|written| written.name == store.store);
        let shipping = written.and_then(|written| written.replication.items());
        shipping.is_some_and(|shipping| shipping.conflicts.behaviour().leaves_siblings())
    };
    stores.iter().flat_map(|store| of_store(store, leaves_siblings(store))).collect()
}

fn of_store(store: &Consistency, leaves_siblings: bool) -> impl Iterator<Item = String> {
    [overwritten(store), updates_lost(store, leaves_siblings), own_missed(store)]
        .into_iter()
        .flatten()
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

fn updates_lost(store: &Consistency, leaves_siblings: bool) -> Option<String> {
    let share = rare_percent(share(store, "share_updates_lost")?);
    let advice = match leaves_siblings {
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
    use crate::report::{Interval, Numbers, Unit};

    fn store(rows: &[(&'static str, f64)]) -> Consistency {
        let value = |share| Interval { low: None, estimate: Some(share), high: None };
        Consistency {
            store: "stock".into(),
            policy: String::new(),
            is_whole: true,
            keys: 10,
            keys_simulated: 10,
            writes_simulated: 100.0,
            rows: rows
                .iter()
                .map(|(key, share)| ConsistencyRow {
                    key: key.to_string(),
                    label: key.to_string(),
                    meaning: String::new(),
                    unit: Unit::Share,
                    value: value(*share),
                })
                .collect(),
            arrival: Quantiles::default(),
            everywhere: Quantiles::default(),
            staleness: Quantiles::default(),
            numbers: Numbers::default(),
            consistent_by: Vec::new(),
            lag: Vec::new(),
        }
    }

    fn of(store: Consistency) -> Vec<String> {
        of_store(&store, false).collect()
    }

    #[test]
    fn where_nothing_goes_wrong_nothing_is_said() {
        assert!(
            of(store(&[
                ("share_overwritten", 0.0),
                ("share_updates_lost", 0.0),
                ("share_stale", 0.2)
            ]))
            .is_empty()
        );
    }

    #[test]
    fn what_helps_depends_on_the_policy() {
        let winner = of(store(&[("share_overwritten", 0.04), ("share_updates_lost", 0.14)]));
        assert!(
            winner[0].starts_with("4% of the acknowledged writes to stock are overwritten")
                && winner[0].contains("one home region"),
            "{winner:?}"
        );
        assert!(
            winner[1].starts_with("14% of the updates of stock") && winner[1].contains("PnCounter"),
            "{winner:?}"
        );
        let siblings: Vec<String> =
            of_store(&store(&[("share_updates_lost", 0.14)]), true).collect();
        assert!(siblings.len() == 1 && siblings[0].contains("merge all siblings"), "{siblings:?}");
        let own = of(store(&[("share_own_write_missed", 0.01)]));
        assert!(own.len() == 1 && own[0].contains("sticky sessions"), "{own:?}");
    }
}
