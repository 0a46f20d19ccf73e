//! Availability and whereabouts over time: counts per step of the scenario, for charts.

use super::Replay;
use crate::trace::Operation;

/// One step of the scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bin {
    /// By operation: good and all requests.
    pub good: [u128; 2],
    pub all: [u128; 2],
    /// By region, and last for none: users x nanoseconds.
    pub presence: Vec<u128>,
}

/// The run in steps of the scenario's width, from its start.
pub fn bins(run: &Replay) -> Vec<Bin> {
    let cast = &run.trace.cast;
    let width = cast.step.as_nanos();
    let count = cast.run.as_nanos().div_ceil(width) as usize;
    let mut bins = vec![Bin { presence: vec![0; cast.regions.len() + 1], ..Bin::default() }; count];
    // A step that was cut in two falls into one bin: cuts never cross the grid.
    let bin_of = |step: u32| {
        ((run.trace.steps[step as usize].from.as_nanos() / width) as usize).min(count - 1)
    };
    for requests in &run.trace.counts {
        let bin = &mut bins[bin_of(requests.step)];
        let operation: Operation = requests.operation;
        bin.all[operation as usize] += u128::from(requests.requests);
        if requests.ending.outcome.is_served() {
            bin.good[operation as usize] += u128::from(requests.requests);
        }
    }
    for presence in &run.trace.presence {
        bins[bin_of(presence.step)].presence
            [presence.region.map_or(cast.regions.len(), |region| region.index())] +=
            presence.user_nanoseconds;
    }
    bins
}

/// What was noted at the end of each step, in steps of the scenario's width: of those that a fault cut the last counts.
pub fn by_step<T>(run: &Replay, noted: &[T], value: impl Fn(&T) -> f64) -> Vec<f64> {
    let cast = &run.trace.cast;
    let width = cast.step.as_nanos();
    let count = cast.run.as_nanos().div_ceil(width) as usize;
    let mut values = vec![0.0; count];
    for (step, noted) in run.trace.steps.iter().zip(noted) {
        values[((step.from.as_nanos() / width) as usize).min(count - 1)] = value(noted);
    }
    values
}
