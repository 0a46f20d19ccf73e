//! Availability: good requests over all requests, and what users felt of it.

use super::{Measure, Number, Replay, Served};
use crate::id::CohortId;
use crate::report::Unit;

/// Good and all requests of a run.
fn totals(run: &Replay) -> (u64, u64) {
    run.trace.counts.iter().fold((0, 0), |(good, all), count| {
        let served = if count.ending.outcome.is_served() { count.requests } else { 0 };
        (good + served, all + count.requests)
    })
}

/// Share of good requests over the simulated run.
pub struct Availability;

impl Measure for Availability {
    fn key(&self) -> &'static str {
        "availability_run"
    }
    fn label(&self) -> &'static str {
        "availability during the run"
    }
    fn meaning(&self) -> &'static str {
        "good requests over all requests, within the simulated time only"
    }
    fn unit(&self) -> Unit {
        Unit::Share
    }
    fn higher_is_better(&self) -> bool {
        true
    }
    fn of(&self, run: &Replay) -> Option<Number> {
        let (good, all) = totals(run);
        (all > 0).then(|| Number::exact(good as f64 / all as f64))
    }
}

/// Requests that failed.
pub struct FailedRequests;

impl Measure for FailedRequests {
    fn key(&self) -> &'static str {
        "failed_requests"
    }
    fn label(&self) -> &'static str {
        "failed requests"
    }
    fn meaning(&self) -> &'static str {
        "requests refused or timed out, reads and writes"
    }
    fn unit(&self) -> Unit {
        Unit::Count
    }
    fn of(&self, run: &Replay) -> Option<Number> {
        let (good, all) = totals(run);
        (all > 0).then(|| Number::exact((all - good) as f64))
    }
}

/// Users x minutes without service.
pub struct UserMinutes;

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

impl Measure for UserMinutes {
    fn key(&self) -> &'static str {
        "user_minutes_lost"
    }
    fn label(&self) -> &'static str {
        "user-minutes without full service"
    }
    fn meaning(&self) -> &'static str {
        "users x minutes, from the fault to the end of the run, in which a user's reads or writes would fail"
    }
    fn unit(&self) -> Unit {
        Unit::Count
    }
    fn of(&self, run: &Replay) -> Option<Number> {
        // Smallest first, so that the rounding of the sum does not depend on which population a file lists first.
        let mut minutes = run.minutes_lost().to_vec();
        minutes.sort_by(f64::total_cmp);
        run.fault.map(|_| Number::exact(minutes.iter().sum()))
    }
}
