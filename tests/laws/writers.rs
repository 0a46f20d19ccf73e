//! Whatever becomes of the role of the writer, the books balance; and what was planned loses nothing.

use crate::books::all_books;
use crate::controls::broken;
use crate::design::{Design, time};
use crate::generate::designs;
use crate::running::{CASES, RUNS, Verdict, for_all, holds, traces};
use mrsim::id::StoreId;
use mrsim::measure::Replay;
use mrsim::measure::loss::Ledger;
use mrsim::trace::What;
use proptest::prelude::any;
use proptest::strategy::Strategy;

/// Designs with late fences, rebuilds and failbacks, switchovers at odd times, forwarding.
fn with_roles() -> impl Strategy<Value = Design> {
    let roles = (1u64..120, 0u64..=100, any::<(bool, bool, bool, bool)>(), 0u64..=1_000);
    (designs(), roles).prop_map(
        |(mut design, (seconds, percent, (rebuilds, fails_back, switches, forwards), when))| {
            let regions: Vec<String> =
                design.regions.iter().map(|region| region.name.clone()).collect();
            // No earlier than the first fault, which comes when logs have filled.
            let first = design.faults.iter().map(|fault| fault.at).min().unwrap_or(0);
            let at = first + (design.run - first) / 1_001 * when;
            for store in &mut design.stores {
                // Reads that wait for the log may wait longer than their client does: that is no change of roles.
                store.more = format!(", forwarding: {}", if forwards { "Eventual" } else { "Off" });
                if switches {
                    store.more += &switchover(&regions[store.readers[0]], at, seconds);
                }
                let Some(promotion) = &mut store.promotion else { continue };
                promotion.more =
                    format!(", fencing: \"{}s\", fencing_fails: \"{percent}%\"", seconds / 2);
                if rebuilds {
                    promotion.more += &format!(", rebuild: \"{seconds}s\"");
                }
                if rebuilds && fails_back {
                    promotion.more +=
                        &format!(", failback: Failback(after: \"{seconds}s\", takes: \"10s\")");
                }
            }
            design
        },
    )
}

fn switchover(to: &str, at: u64, seconds: u64) -> String {
    format!(", switchovers: [Switchover(to: \"{to}\", at: {}, takes: \"{seconds}s\")]", time(at))
}

fn forked(design: &Design) -> u64 {
    let of = |trace: &mrsim::trace::Trace| {
        let run = Replay::new(trace);
        (0..trace.cast.stores.len())
            .map(|store| Ledger::of(&run, StoreId::at(store)).forked)
            .sum::<u64>()
    };
    traces(design, RUNS).iter().map(of).sum()
}

fn balance_and_fork(design: &Design) -> Verdict {
    all_books(design)?;
    Ok(forked(design) > 0)
}

/// Without condition: offered = acknowledged + refused + timed out, and each acknowledged write is kept, lost or forked, once; all
/// else that the books hold holds as well, through fences that come late, rebuilds, failbacks and switchovers. Few designs
/// fork: an old writer has to be up, promoted away and reached.
#[test]
fn the_books_balance_through_every_change_of_roles() {
    for_all(2 * CASES, 0.03, with_roles(), balance_and_fork);
}

/// Nothing breaks and no replica is promoted; each store is switched over at half time.
fn only_switched(mut design: Design) -> Design {
    design.faults.clear();
    let regions: Vec<String> = design.regions.iter().map(|region| region.name.clone()).collect();
    let half = design.run / 2;
    for store in &mut design.stores {
        store.promotion = None;
        store.more = switchover(&regions[store.readers[0]], half, 20);
    }
    design.without_idle_checks()
}

fn switches_without_loss(design: &Design) -> Verdict {
    let mut switched = false;
    for trace in &traces(design, RUNS) {
        let run = Replay::new(trace);
        for store in (0..trace.cast.stores.len()).map(StoreId::at) {
            let ledger = Ledger::of(&run, store);
            holds(ledger.lost + ledger.forked == 0, || format!("{ledger:?}"))?;
        }
        switched |= trace.facts.iter().any(|fact| matches!(fact.what, What::SwitchedOver { .. }));
    }
    Ok(switched)
}

/// A switchover alone never loses: writes stop until the replica has all of them. Condition: no replica is promoted meanwhile.
#[test]
fn a_switchover_alone_loses_nothing() {
    for_all(CASES, 0.5, designs().prop_map(only_switched), switches_without_loss);
}

/// The controls: where replicas are promoted, that law is broken; and where fences come at once nothing forks.
#[test]
fn the_laws_of_roles_can_be_broken() {
    assert!(broken(40, with_roles(), switches_without_loss) > 5);
    let fenced = with_roles().prop_map(|mut design| {
        design
            .stores
            .iter_mut()
            .filter_map(|store| store.promotion.as_mut())
            .for_each(|promotion| promotion.more.clear());
        design
    });
    let fork = |design: &Design| holds(forked(design) == 0, || "it forks".into()).map(|()| true);
    assert_eq!(broken(40, fenced, fork), 0);
    assert!(broken(200, with_roles(), fork) > 3);
}
