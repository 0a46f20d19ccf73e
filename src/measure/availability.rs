//! Availability: good requests over all requests, and what users felt of it.

use super::metric::{Fold, Metric, Unit, metric};
use super::{Number, Replay, Scope, Served, recovery};
use crate::id::{CohortId, PopulationId};

/// Good and all requests of a run.
fn totals(run: &Replay) -> (u64, u64) {
    run.trace.counts.iter().fold((0, 0), |(good, all), count| {
        let served = if count.ending.outcome.is_served() { count.requests } else { 0 };
        (good + served, all + count.requests)
    })
}

/// Share of good requests over the simulated run.
pub const AVAILABILITY: Metric = metric(
    "availability_run",
    Unit::Share,
    "availability during the run",
    "good requests over all requests, within the simulated time only",
    Fold::Spread(|run, _| {
        let (good, all) = totals(run);
        (all > 0).then(|| Number::exact(good as f64 / all as f64))
    }),
)
.absent("no requests")
.higher_is_better();

/// Requests that failed.
pub const FAILED_REQUESTS: Metric = metric(
    "failed_requests",
    Unit::Count,
    "failed requests",
    "requests refused or timed out, reads and writes",
    Fold::Spread(|run, _| {
        let (good, all) = totals(run);
        (all > 0).then(|| Number::exact((all - good) as f64))
    }),
)
.absent("no requests");

/// Users x minutes without service.
pub const USER_MINUTES: Metric = metric(
    "user_minutes_lost",
    Unit::Count,
    "user-minutes without full service",
    "users x minutes, from the fault to the end of the run, in which a user's reads or writes would fail",
    Fold::Spread(|run, _| {
        // Smallest first, so that the rounding of the sum does not depend on which population a file lists first.
        let mut minutes = run.minutes_lost().to_vec();
        minutes.sort_by(f64::total_cmp);
        run.fault.map(|_| Number::exact(minutes.iter().sum()))
    }),
)
.absent("nothing breaks");

/// The numbers of a population, in the order of the report.
pub const POPULATION: &[Metric] = &[
    metric(
        "users",
        Unit::Count,
        "users",
        "how many users it has",
        Fold::Alike(|run, of| run.trace.cast.populations[of.0].users),
    ),
    metric(
        "recovery_reads",
        Unit::Seconds,
        "RTO of reads (p50 of runs)",
        "median over runs of the service recovery time of this population's reads, seconds",
        Fold::Quantile(|run, of| recovered(run, of.population(), Served::Reads), 0.5),
    )
    .absent("no interruption"),
    metric(
        "recovery_writes",
        Unit::Seconds,
        "RTO of writes (p50 of runs)",
        "median over runs of the service recovery time of this population's writes, seconds",
        Fold::Quantile(|run, of| recovered(run, of.population(), Served::Writes), 0.5),
    )
    .absent("no interruption"),
    metric(
        "share_failed",
        Unit::Share,
        "requests failed",
        "failed requests over all requests of all runs",
        Fold::Ratio(|run, of| requests(run, of.population())),
    ),
    metric(
        "user_minutes_lost",
        Unit::Count,
        "user-minutes lost (mean)",
        "mean over runs of users x minutes without service (reads or writes)",
        Fold::MeanOf(|run, of| run.minutes_lost()[of.0]),
    ),
];

fn recovered(run: &Replay, population: PopulationId, served: Served) -> Option<Number> {
    recovery::seconds(run.recovery(Scope::Population(population), served))
}

/// Failed and all requests of a population.
fn requests(run: &Replay, population: PopulationId) -> (u64, u64) {
    let counts = run.trace.counts.iter().filter(|count| count.population == population);
    counts.fold((0, 0), |(failed, all), count| {
        let is_served = count.ending.outcome.is_served();
        (failed + if is_served { 0 } else { count.requests }, all + count.requests)
    })
}

/// By population: users x minutes without full service between the fault and the end of the run.
pub fn user_minutes(run: &Replay) -> Vec<f64> {
    let cast = &run.trace.cast;
    let mut user_nanos = vec![0u128; cast.populations.len()];
    for (index, cohort) in cast.cohorts.iter().enumerate() {
        let without = run.time_without(&run.cohort_changes(CohortId::at(index), Served::All));
        user_nanos[cohort.population.index()] +=
            u128::from(without.as_nanos()) * u128::from(run.trace.users[index]);
    }
    user_nanos.into_iter().map(|nanos| nanos as f64 / 60e9).collect()
}
