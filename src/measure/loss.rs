//! Lost writes: RPO in seconds and in writes, and the ledger of every write.

use super::metric::{Fold, Metric, Unit, metric};
use super::{Number, Replay};
use crate::id::StoreId;
use crate::trace::items::{ItemTally, RegionTally, Sampled};
use crate::trace::{Operation, Outcome, What};

/// What became of the writes offered to one store in one run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    pub offered: u64,
    pub acknowledged: u64,
    pub refused: u64,
    pub timed_out: u64,
    /// Acknowledged, and gone for good with the old writer or a destroyed region.
    pub lost: u64,
    /// Acknowledged, held up by a fault, and back after it, or waiting to be.
    pub late: u64,
    /// Acknowledged, and gone because another write was kept.
    pub overwritten: u64,
    /// Acknowledged, and standing beside a concurrent write.
    pub sibling: u64,
    /// Acknowledged by an old writer after another had been promoted, and discarded with its side.
    pub forked: u64,
}

impl Ledger {
    pub fn of(run: &Replay, store: StoreId) -> Ledger {
        let mut ledger = Ledger::default();
        for count in &run.trace.counts {
            let population = &run.trace.cast.populations[count.population.index()];
            if count.operation != Operation::Write || population.store != Some(store) {
                continue;
            }
            ledger.offered += count.requests;
            match count.ending.outcome {
                Outcome::Served { .. } => ledger.acknowledged += count.requests,
                Outcome::Forked { .. } => {
                    ledger.acknowledged += count.requests;
                    ledger.forked += count.requests;
                }
                Outcome::Refused | Outcome::Unresolved => ledger.refused += count.requests,
                Outcome::TimedOut => ledger.timed_out += count.requests,
            }
        }
        if let Some(tally) = run.trace.items.iter().find(|tally| tally.store == store) {
            ledger.split(tally);
        } else {
            // What was acknowledged before the run is in no count of it.
            let of_run = |of: fn(&What, StoreId) -> u64| {
                run.trace.facts.iter().map(|fact| of(&fact.what, store)).sum::<u64>()
            };
            ledger.lost = of_run(lost_by) - of_run(lost_from_before);
        }
        assert!(ledger.gone() <= ledger.acknowledged, "only acknowledged writes can be lost");
        assert_eq!(
            ledger.offered,
            ledger.acknowledged + ledger.refused + ledger.timed_out,
            "the books balance"
        );
        ledger
    }

    /// Acknowledged and still there.
    pub fn kept(&self) -> u64 {
        self.acknowledged - self.gone()
    }

    fn gone(&self) -> u64 {
        self.lost + self.late + self.overwritten + self.forked + self.sibling
    }

    /// Splits the acknowledged writes by the fates of those that were simulated: all of them, or a sample.
    fn split(&mut self, tally: &ItemTally) {
        let rejected = tally.total(|region| region.rejected);
        let taken = tally.total(|region| region.writes);
        let refused = share_of(self.acknowledged, rejected, rejected + taken);
        self.acknowledged -= refused;
        self.refused += refused;
        let fates: [fn(&RegionTally) -> Sampled; 5] =
            [|r| r.kept, |r| r.lost, |r| r.late, |r| r.overwritten, |r| r.sibling];
        let simulated: Vec<f64> = fates.iter().map(|fate| tally.total(fate)).collect();
        let [_, lost, late, overwritten, sibling] = apportioned(self.acknowledged, &simulated)[..]
        else {
            unreachable!("one number for each fate")
        };
        (self.lost, self.late, self.overwritten, self.sibling) = (lost, late, overwritten, sibling);
    }
}

/// A share of a whole number, rounded.
fn share_of(whole: u64, part: f64, of: f64) -> u64 {
    if of > 0.0 { ((whole as f64 * part / of).round() as u64).min(whole) } else { 0 }
}

/// A whole number in parts as large as these weights say: rounded down, and what is left to the largest remainders.
fn apportioned(whole: u64, weights: &[f64]) -> Vec<u64> {
    let sum: f64 = weights.iter().sum();
    if sum <= 0.0 {
        return vec![0; weights.len()];
    }
    let exact: Vec<f64> = weights.iter().map(|weight| whole as f64 * weight / sum).collect();
    let mut parts: Vec<u64> = exact.iter().map(|part| part.floor() as u64).collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|a, b| {
        (exact[*b] - exact[*b].floor()).total_cmp(&(exact[*a] - exact[*a].floor())).then(a.cmp(b))
    });
    let left = whole.saturating_sub(parts.iter().sum());
    order.into_iter().cycle().take(left as usize).for_each(|at| parts[at] += 1);
    parts
}

fn lost_by(what: &What, store: StoreId) -> u64 {
    match what {
        What::WritesLost { store: of, writes, .. } if *of == store => *writes,
        _ => 0,
    }
}

fn lost_from_before(what: &What, store: StoreId) -> u64 {
    match what {
        What::LostFromBefore { store: of, writes } if *of == store => *writes,
        _ => 0,
    }
}

/// A loss that is at least so large, where more may be lost from before the run of a store (`None`: of any).
fn bounded(run: &Replay, store: Option<StoreId>, value: f64) -> Number {
    let is_it = |what: &What| matches!(what, What::LossIsLeast { store: of } if takes_writes(run, *of) && store.is_none_or(|store| store == *of));
    Number { value, is_censored: run.trace.facts.iter().any(|fact| is_it(&fact.what)) }
}

/// Losses of all stores together: writes, and the age of the oldest in seconds.
fn losses<'r>(run: &'r Replay) -> impl Iterator<Item = (u64, f64)> + 'r {
    run.trace.facts.iter().filter_map(|fact| match fact.what {
        What::WritesLost { writes, age, store } if takes_writes(run, store) => {
            Some((writes, age.seconds()))
        }
        _ => None,
    })
}

/// The same of one store: the age of its oldest lost write; `None` where nothing could be lost.
pub fn rpo_of(run: &Replay, store: StoreId) -> Option<Number> {
    let of_store = run.trace.facts.iter().filter_map(|fact| match fact.what {
        What::WritesLost { age, store: of, .. } if of == store && takes_writes(run, store) => {
            Some(age.seconds())
        }
        _ => None,
    });
    of_store.reduce(f64::max).map(|age| bounded(run, Some(store), age))
}

/// True when users write to this store at all.
fn takes_writes(run: &Replay, store: StoreId) -> bool {
    run.trace.cast.populations.iter().any(|population| {
        population.store == Some(store) && !population.rate(Operation::Write).is_zero()
    })
}

/// Age, when the old writer could ship no more, of the oldest acknowledged write that the new writer lacks.
pub const RPO_SECONDS: Metric = metric(
    "rpo_seconds",
    Unit::Seconds,
    "RPO, age of the oldest lost write",
    "age of the oldest acknowledged write that the promoted replica, or whoever is left, lacks, when the old writer was lost (its region went down, or else the promotion); 0 when it lacks none, n/a when no replica was promoted and no region destroyed",
    Fold::Spread(|run, _| {
        losses(run).map(|(_, age)| age).reduce(f64::max).map(|age| bounded(run, None, age))
    }),
)
.on_screen("RPO, age of oldest lost write")
.absent("no promotion")
.beyond(REACHES_BACK);

/// How many acknowledged writes the new writers lack.
pub const RPO_WRITES: Metric = metric(
    "rpo_writes",
    Unit::Count,
    "RPO, acknowledged writes lost",
    "acknowledged writes that the promoted replica, or whoever is left, lacks, all stores",
    Fold::Spread(|run, _| {
        losses(run)
            .map(|(writes, _)| writes)
            .reduce(|sum, writes| sum + writes)
            .map(|writes| bounded(run, None, writes as f64))
    }),
)
.on_screen("")
.absent("no promotion")
.beyond(REACHES_BACK);

/// What was acknowledged before the run may be lost as well, and is not known: a loss is at least what the run shows of it.
pub const REACHES_BACK: &str = "beyond the start of the run";

/// What became of the writes of a store, in the order of the report.
pub const STORE: &[Metric] = &[
    metric(
        "offered",
        Unit::Count,
        "offered",
        "writes that users sent to it",
        Fold::Mean(|run, store| run.ledger(store).offered),
    )
    .on_screen("offered"),
    metric(
        "acknowledged",
        Unit::Count,
        "acknowledged",
        "answered with success",
        Fold::Mean(|run, store| run.ledger(store).acknowledged),
    )
    .part_of("offered")
    .on_screen("acknowledged"),
    metric(
        "refused",
        Unit::Count,
        "refused",
        "answered with an error: known not to be done",
        Fold::Mean(|run, store| run.ledger(store).refused),
    )
    .part_of("offered")
    .on_screen("refused"),
    metric(
        "timed_out",
        Unit::Count,
        "timed out (unknown to the client)",
        "not answered: unknown to the client",
        Fold::Mean(|run, store| run.ledger(store).timed_out),
    )
    .part_of("offered")
    .on_screen("timed out"),
    metric(
        "kept",
        Unit::Count,
        "acknowledged: kept",
        "acknowledged, and in effect",
        Fold::Mean(|run, store| run.ledger(store).kept()),
    )
    .part_of("acknowledged")
    .called("kept"),
    metric(
        "lost",
        Unit::Count,
        "acknowledged: lost (never comes back)",
        "acknowledged, and gone for good",
        Fold::Mean(|run, store| run.ledger(store).lost),
    )
    .part_of("acknowledged")
    .on_screen("lost"),
    metric(
        "late",
        Unit::Count,
        "acknowledged: late (comes back after repair)",
        "acknowledged, held up by a fault, and back after a repair",
        Fold::Mean(|run, store| run.ledger(store).late),
    )
    .part_of("acknowledged")
    .on_screen("late")
    .noted("held up by a fault, then in effect"),
    metric(
        "overwritten",
        Unit::Count,
        "acknowledged: overwritten by a concurrent write",
        "acknowledged, and gone because another write was kept",
        Fold::Mean(|run, store| run.ledger(store).overwritten),
    )
    .part_of("acknowledged")
    .on_screen("overwritten")
    .noted("gone without an error, because a write was kept whose writer had not seen them"),
    metric(
        "forked",
        Unit::Count,
        "acknowledged: split-brain (its side was discarded)",
        "acknowledged by a side that was later discarded: split-brain writes",
        Fold::Mean(|run, store| run.ledger(store).forked),
    )
    .part_of("acknowledged")
    .on_screen("split-brain"),
    metric(
        "sibling",
        Unit::Count,
        "acknowledged: in a sibling set",
        "acknowledged, and kept beside a concurrent write",
        Fold::Mean(|run, store| run.ledger(store).sibling),
    )
    .part_of("acknowledged")
    .on_screen("siblings")
    .noted("stand beside a concurrent write at the end, and the application has to merge them"),
    metric(
        "runs_with_loss",
        Unit::Count,
        "runs that lost writes",
        "in how many runs acknowledged writes were lost",
        Fold::RunsWith(|run, store| run.ledger(store).lost > 0),
    ),
    metric(
        "worst_loss",
        Unit::Count,
        "lost, max of runs",
        "writes lost in the run that lost most",
        Fold::Most(|run, store| run.ledger(store).lost),
    ),
    metric(
        "rpo_p50",
        Unit::Seconds,
        "RPO (age of the oldest lost write), p50 of runs",
        "age of the oldest lost write, median over the runs in which something could be lost",
        Fold::Quantile(|run, store| rpo_of(run, store.store()), 0.5),
    )
    .absent("no promotion")
    .beyond(REACHES_BACK),
    metric(
        "rpo_p95",
        Unit::Seconds,
        "RPO (age of the oldest lost write), p95 of runs",
        "age of the oldest lost write that 5% of those runs exceed",
        Fold::Quantile(|run, store| rpo_of(run, store.store()), 0.95),
    )
    .absent("no promotion")
    .beyond(REACHES_BACK),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// 10 in three equal parts are 3 1/3 each: one of them, the first, gets what rounding down leaves. 7 by 1 : 2 : 5 are 0.875, 1.75 and
    /// 4.375: the two largest remainders get one more.
    #[test]
    fn what_rounding_down_leaves_goes_to_the_largest_remainders() {
        assert_eq!(apportioned(10, &[1.0, 1.0, 1.0]), [4, 3, 3]);
        assert_eq!(apportioned(7, &[1.0, 2.0, 5.0]), [1, 2, 4]);
        assert_eq!(apportioned(7, &[0.0, 0.0]), [0, 0], "nothing says how");
        assert_eq!((share_of(9, 1.0, 3.0), share_of(9, 1.0, 0.0)), (3, 0));
    }
}
