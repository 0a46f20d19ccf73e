//! The law over users: how long a user was without service, and how long in all.

use super::metric::{Fold, Metric, Unit, metric};
use super::{Number, Recovery, Replay, Served};
use crate::id::CohortId;

/// Time to recovery of the users who lost service, with how many they are. Censored ones have `None`.
#[derive(Clone, Debug, Default)]
pub struct UserLaw {
    /// Nanoseconds from the fault to lasting service, or `None`; and users. Sorted, censored last.
    pub recovered: Vec<(Option<u64>, u64)>,
    /// Users who make such requests at all.
    pub users: u64,
    /// End of observation, nanoseconds after the fault.
    pub observed: u64,
}

impl UserLaw {
    pub fn of(run: &Replay, served: Served) -> UserLaw {
        let cast = &run.trace.cast;
        let mut law = UserLaw {
            observed: run.fault.map_or(0, |fault| run.trace.end().since(fault).as_nanos()),
            ..UserLaw::default()
        };
        for (index, _) in cast
            .cohorts
            .iter()
            .enumerate()
            .filter(|(_, cohort)| run.asks(cohort.population, served))
        {
            let users = run.trace.users[index];
            law.users += users;
            match run.recover(&run.cohort_changes(CohortId::at(index), served)) {
                Recovery::NoInterruption => {}
                Recovery::After { time, .. } => law.recovered.push((Some(time.as_nanos()), users)),
                Recovery::NotWithin { .. } => law.recovered.push((None, users)),
            }
        }
        law.recovered.sort_by_key(|(time, users)| (time.is_none(), *time, *users));
        law
    }

    pub fn affected(&self) -> u64 {
        self.recovered.iter().map(|(_, users)| users).sum()
    }

    /// The time by which this share (as k of n) of the affected users was back; `None` without affected users.
    pub fn quantile(&self, k: u64, n: u64) -> Option<Number> {
        let target = (u128::from(self.affected()) * u128::from(k)).div_ceil(u128::from(n)).max(1);
        let mut sum = 0u128;
        let found = self.recovered.iter().find(|(_, users)| {
            sum += u128::from(*users);
            sum >= target
        })?;
        Some(match found.0 {
            Some(nanos) => Number::exact(nanos as f64 / 1e9),
            None => Number { value: self.observed as f64 / 1e9, is_censored: true },
        })
    }
}

/// A quantile over the affected users of one run.
const fn of_a_run(key: &'static str, label: &'static str, fold: Fold) -> Metric {
    let meaning = "per run: time from the fault until this share of the affected users has lasting service; not the pooled quantile";
    metric(key, Unit::Seconds, label, meaning, fold).absent("no interruption")
}

pub const READS_P99: Metric = of_a_run(
    "users_reads_p99",
    "user recovery, reads, p99 of a run's users",
    Fold::Spread(|run, _| run.user_law(Served::Reads).quantile(99, 100)),
);
pub const READS_LAST: Metric = of_a_run(
    "users_reads_last",
    "user recovery, reads, last user of a run",
    Fold::Spread(|run, _| run.user_law(Served::Reads).quantile(1, 1)),
);
pub const WRITES_P99: Metric = of_a_run(
    "users_writes_p99",
    "user recovery, writes, p99 of a run's users",
    Fold::Spread(|run, _| run.user_law(Served::Writes).quantile(99, 100)),
);
pub const WRITES_LAST: Metric = of_a_run(
    "users_writes_last",
    "user recovery, writes, last user of a run",
    Fold::Spread(|run, _| run.user_law(Served::Writes).quantile(1, 1)),
);

/// Users of all runs pooled, by operation.
pub const POOLED: &[Metric] = &[
    metric(
        "share_affected",
        Unit::Share,
        "users who lost service",
        "users who lost service, as a share of all users, mean over runs",
        Fold::UsersAffected,
    )
    .on_screen("affected"),
    pooled(
        "p50",
        "p50",
        "half of the affected users have lasting service so long after the fault, seconds",
        0.5,
    ),
    pooled(
        "p95",
        "p95",
        "95% of the affected users have lasting service so long after the fault, seconds",
        0.95,
    ),
    pooled(
        "p99",
        "p99",
        "99% of the affected users have lasting service so long after the fault, seconds",
        0.99,
    ),
    metric(
        "within_objective",
        Unit::Share,
        "back within the RTO objective",
        "share of affected users who were back within the RTO objective",
        Fold::UsersInTime,
    )
    .on_screen("within the objective")
    .with_interval()
    .absent("no RTO objective"),
];

const fn pooled(
    key: &'static str,
    label: &'static str,
    meaning: &'static str,
    share: f64,
) -> Metric {
    metric(key, Unit::Seconds, label, meaning, Fold::OverUsers(share)).on_screen("")
}
