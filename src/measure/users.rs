//! The law over users: how long a user was without service, and how long in all.

use super::{Measure, Number, Recovery, Replay, Served};
use crate::id::CohortId;
use crate::report::Unit;

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
pub struct UserQuantile {
    served: Served,
    k: u64,
    n: u64,
    key: &'static str,
    label: &'static str,
}

const fn quantile(
    served: Served,
    k: u64,
    n: u64,
    key: &'static str,
    label: &'static str,
) -> UserQuantile {
    UserQuantile { served, k, n, key, label }
}

pub const READS_P99: UserQuantile =
    quantile(Served::Reads, 99, 100, "users_reads_p99", "users' reads back, 99 % of a run's users");
pub const READS_LAST: UserQuantile =
    quantile(Served::Reads, 1, 1, "users_reads_last", "users' reads back, the last user");
pub const WRITES_P99: UserQuantile = quantile(
    Served::Writes,
    99,
    100,
    "users_writes_p99",
    "users' writes back, 99 % of a run's users",
);
pub const WRITES_LAST: UserQuantile =
    quantile(Served::Writes, 1, 1, "users_writes_last", "users' writes back, the last user");

impl Measure for UserQuantile {
    fn key(&self) -> &'static str {
        self.key
    }
    fn label(&self) -> &'static str {
        self.label
    }
    fn meaning(&self) -> &'static str {
        "per run: time from the fault until this share of the affected users has lasting service; not the pooled quantile"
    }
    fn unit(&self) -> Unit {
        Unit::Seconds
    }
    fn of(&self, run: &Replay) -> Option<Number> {
        run.user_law(self.served).quantile(self.k, self.n)
    }
}
