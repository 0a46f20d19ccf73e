//! What a printed number is: its key, its unit, its words, how one run gives it and how runs fold.
//!
//! ```text
//!  Replay --of--> Sample --in run order--> sums of a Fold --> one value of the report
//! ```
//!
//! Every table of a report is a list of these entries, and JSON, text, markdown, comparisons, `mrsim list` and
//! docs/result.md walk the lists. So another number of a store, a check or a population is one entry in its list.

use super::{Number, Replay};
use crate::id::{CheckId, PopulationId, StoreId};
use crate::units::Duration;
use serde::{Deserialize, Serialize};

/// What a number is, which says how to print it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Seconds,
    Milliseconds,
    /// 0 to 1, printed as per cent.
    Share,
    /// A number of things: requests, writes.
    Count,
    /// A number of things in a second.
    PerSecond,
}

/// What the numbers of one table are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The service as a whole.
    Service,
    /// Users who lost service, by operation.
    Users,
    /// The writes to a store.
    Store,
    /// Ratios of a store that several regions write.
    Conflicts,
    /// Single numbers of the same.
    MultiWriter,
    /// Requests of one kind in one part of the run.
    Requests,
    Check,
    /// Followed operations of a store that replicates by quorum.
    Quorum,
    Population,
}

/// The position of one of the things that a table is about: a store, a check, a population.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thing(pub usize);

impl Thing {
    pub fn store(self) -> StoreId {
        StoreId::at(self.0)
    }

    pub fn check(self) -> CheckId {
        CheckId::at(self.0)
    }

    pub fn population(self) -> PopulationId {
        PopulationId::at(self.0)
    }
}

/// A ratio of two sums: so many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Part {
    pub of: f64,
    pub whole: f64,
}

/// Reads a number of one run.
pub type Of<T> = fn(&Replay, Thing) -> T;

/// How one run gives a number, and how the runs of a campaign fold into one.
#[derive(Clone, Copy)]
pub enum Fold {
    /// Quantiles, mean and extremes over the runs with an occasion.
    Spread(Of<Option<Number>>),
    /// One quantile over the runs with an occasion.
    Quantile(Of<Option<Number>>, f64),
    /// The mean of a count.
    Mean(Of<u64>),
    /// The mean of a number that is no count.
    MeanOf(Of<f64>),
    /// All runs together.
    Total(Of<u64>),
    TotalSeconds(Of<Duration>),
    /// The largest count of any run.
    Most(Of<u64>),
    /// Runs in which it is so.
    RunsWith(Of<bool>),
    /// A ratio of two sums of counts.
    Ratio(Of<(u64, u64)>),
    /// The same as a share of independent trials, with its interval (Clopper-Pearson).
    Proportion(Of<(u64, u64)>),
    /// A ratio of two sums with an interval in which runs are independent.
    RatioOfSums(Of<Part>),
    /// Rare events in so many seconds, with their Poisson interval (Garwood).
    Rate(Of<(u64, Duration)>, f64),
    /// A quantile of nanoseconds pooled over all runs, each independent, in milliseconds.
    Times(Of<Vec<u64>>, f64),
    /// What every run says alike: a number of the scenario.
    Alike(Of<u64>),
    /// The same, yes or no.
    Is(Of<bool>),
    /// A quantile of the latency of all requests that were served, pooled.
    OverRequests(f64),
    /// Requests that failed, of all.
    RequestsFailed,
    /// A quantile over the users who lost service, pooled.
    OverUsers(f64),
    /// Users who lost service, of all.
    UsersAffected,
    /// Of them, those who were back within the RTO objective.
    UsersInTime,
}

/// What one run gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Sample {
    Count(u64),
    Number(f64),
    Occasion(Option<Number>),
    Pair(u64, u64),
    Part(Part),
    Times(Vec<u64>),
    Is(bool),
    /// It is read from what is pooled over all runs.
    Pooled,
}

/// Where a number is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shown {
    /// In JSON alone.
    Data,
    /// In report.md as well.
    Report,
    /// On the screen as well.
    Screen,
}

/// An entry of the registry.
#[derive(Clone, Copy)]
pub struct Metric {
    /// Stable key for programs.
    pub key: &'static str,
    pub unit: Unit,
    /// Name for people.
    pub label: &'static str,
    /// The head of a narrow column; the label where it is empty.
    pub short: &'static str,
    /// One line: what it means.
    pub meaning: &'static str,
    /// A few words beside the number: what it is a part of.
    pub note: &'static str,
    /// The key of the number in the same table that it is a part of; empty: of none.
    pub part_of: &'static str,
    /// Why there is no number.
    pub absent: &'static str,
    /// What is said of a number that lies beyond what a run shows; empty: not within so much time.
    pub beyond: &'static str,
    pub shown: Shown,
    /// On the screen it stands with its interval.
    pub with_interval: bool,
    /// True where a larger number is the better one: quantiles then count from the bad end.
    pub higher_is_better: bool,
    pub fold: Fold,
}

/// An entry that is shown in report.md and in JSON.
pub const fn metric(
    key: &'static str,
    unit: Unit,
    label: &'static str,
    meaning: &'static str,
    fold: Fold,
) -> Metric {
    Metric {
        key,
        unit,
        label,
        short: "",
        meaning,
        note: "",
        part_of: "",
        absent: "nothing to measure",
        beyond: "",
        shown: Shown::Report,
        with_interval: false,
        higher_is_better: false,
        fold,
    }
}

impl Metric {
    /// With a head for the screen, where it then stands.
    pub const fn on_screen(self, short: &'static str) -> Metric {
        Metric { short, shown: Shown::Screen, ..self }
    }

    /// With its interval on the screen, too.
    pub const fn with_interval(self) -> Metric {
        Metric { with_interval: true, ..self }
    }

    /// With a narrow head for comparisons, without a place on the screen.
    pub const fn called(self, short: &'static str) -> Metric {
        Metric { short, ..self }
    }

    pub const fn noted(self, note: &'static str) -> Metric {
        Metric { note, ..self }
    }

    pub const fn part_of(self, part_of: &'static str) -> Metric {
        Metric { part_of, ..self }
    }

    /// In JSON alone.
    pub const fn as_data(self) -> Metric {
        Metric { shown: Shown::Data, ..self }
    }

    pub const fn absent(self, absent: &'static str) -> Metric {
        Metric { absent, ..self }
    }

    pub const fn beyond(self, beyond: &'static str) -> Metric {
        Metric { beyond, ..self }
    }

    pub const fn higher_is_better(self) -> Metric {
        Metric { higher_is_better: true, ..self }
    }

    /// The short head, or the label.
    pub fn head(&self) -> &'static str {
        if self.short.is_empty() { self.label } else { self.short }
    }

    /// What one run gives.
    pub fn sample(&self, run: &Replay, thing: Thing) -> Sample {
        match self.fold {
            Fold::Spread(of) | Fold::Quantile(of, _) => Sample::Occasion(of(run, thing)),
            Fold::Mean(of) | Fold::Total(of) | Fold::Most(of) | Fold::Alike(of) => {
                Sample::Count(of(run, thing))
            }
            Fold::MeanOf(of) => Sample::Number(of(run, thing)),
            Fold::TotalSeconds(of) => Sample::Count(of(run, thing).as_nanos()),
            Fold::RunsWith(of) | Fold::Is(of) => Sample::Is(of(run, thing)),
            Fold::Ratio(of) | Fold::Proportion(of) => {
                let (part, whole) = of(run, thing);
                Sample::Pair(part, whole)
            }
            Fold::RatioOfSums(of) => Sample::Part(of(run, thing)),
            Fold::Rate(of, _) => {
                let (events, time) = of(run, thing);
                Sample::Pair(events, time.as_nanos())
            }
            Fold::Times(of, _) => Sample::Times(of(run, thing)),
            Fold::OverRequests(_)
            | Fold::RequestsFailed
            | Fold::OverUsers(_)
            | Fold::UsersAffected
            | Fold::UsersInTime => Sample::Pooled,
        }
    }

    /// The number of one run of the whole service, for entries of which one run gives one number.
    pub fn of(&self, run: &Replay) -> Option<Number> {
        match self.sample(run, Thing(0)) {
            Sample::Occasion(number) => number,
            Sample::Count(count) => Some(Number::exact(count as f64)),
            Sample::Number(number) => Some(Number::exact(number)),
            _ => None,
        }
    }
}

impl Scope {
    pub const EVERY: [Scope; 9] = [
        Scope::Service,
        Scope::Users,
        Scope::Store,
        Scope::Conflicts,
        Scope::MultiWriter,
        Scope::Requests,
        Scope::Check,
        Scope::Quorum,
        Scope::Population,
    ];

    /// The entries of its table, in the order of the report.
    pub fn metrics(self) -> &'static [Metric] {
        match self {
            Scope::Service => super::ALL,
            Scope::Users => super::users::POOLED,
            Scope::Store => super::loss::STORE,
            Scope::Conflicts => super::consistency::RATIOS,
            Scope::MultiWriter => super::consistency::STORE,
            Scope::Requests => super::latency::REQUESTS,
            Scope::Check => super::checks::CHECK,
            Scope::Quorum => super::quorum::STORE,
            Scope::Population => super::availability::POPULATION,
        }
    }

    /// An entry by its key.
    pub fn metric(self, key: &str) -> Option<&'static Metric> {
        self.metrics().iter().find(|metric| metric.key == key)
    }

    /// Where its numbers stand in the JSON of a report.
    pub fn path(self) -> &'static str {
        match self {
            Scope::Service => "measures",
            Scope::Users => "user_recovery",
            Scope::Store => "ledgers",
            Scope::Conflicts => "consistency.rows",
            Scope::MultiWriter => "consistency",
            Scope::Requests => "latencies",
            Scope::Check => "checks",
            Scope::Quorum => "quorums",
            Scope::Population => "populations",
        }
    }
}
