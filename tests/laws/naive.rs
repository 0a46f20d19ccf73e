//! Recovery once more, the slow way: after every instant the whole world is counted again, user by
//! user, and the definition of MODEL.md section 4 is applied word for word. The laws about scopes use
//! it, and it is an oracle for `measure::Replay`.

use mrsim::id::RegionId;
use mrsim::measure::{Scope, Served};
use mrsim::trace::{Operation, Outcome, Trace, What};
use mrsim::units::Instant;

/// From each instant on, how many users of each population are served with reads and writes.
pub struct Counted<'t> {
    trace: &'t Trace,
    points: Vec<(Instant, Vec<[u64; 2]>)>,
}

/// When the share of served requests fell below the threshold, and the recovery as `running::length` gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interruption {
    pub began: Option<Instant>,
    pub recovery: (u8, u64),
}

fn count(trace: &Trace, at_region: &[RegionId], outcomes: &[Outcome]) -> Vec<[u64; 2]> {
    let mut served = vec![[0u64; 2]; trace.cast.populations.len()];
    for (cohort, region) in trace.cast.cohorts.iter().zip(at_region) {
        let population = cohort.population.index();
        for operation in Operation::BOTH {
            let index = trace.cast.service_index(trace.cast.populations[population].group, *region, operation);
            if matches!(outcomes[index], Outcome::Served { .. }) {
                served[population][operation as usize] += cohort.users;
            }
        }
    }
    served
}

impl<'t> Counted<'t> {
    pub fn new(trace: &'t Trace) -> Counted<'t> {
        let (mut regions, mut outcomes) = (trace.start_region.clone(), trace.start_outcome.clone());
        let mut points = vec![(Instant::START, count(trace, &regions, &outcomes))];
        for (index, fact) in trace.facts.iter().enumerate() {
            match fact.what {
                What::UsersMoved { cohort, to, .. } => regions[cohort.index()] = to,
                What::ServiceChanged { group, region, operation, outcome } => outcomes[trace.cast.service_index(group, region, operation)] = outcome,
                _ => {}
            }
            if trace.facts.get(index + 1).is_none_or(|next| next.at > fact.at) {
                points.push((fact.at, count(trace, &regions, &outcomes)));
            }
        }
        Counted { trace, points }
    }

    /// Whether enough requests are served at this point; `None` when there are no such requests.
    fn is_up(&self, served: &[[u64; 2]], scope: Scope, which: Served) -> Option<bool> {
        let (mut good, mut offered) = (0u128, 0u128);
        for (index, population) in self.trace.cast.populations.iter().enumerate() {
            if matches!(scope, Scope::Population(only) if only.index() != index) {
                continue;
            }
            for operation in Operation::BOTH.into_iter().filter(|operation| which.includes(*operation)) {
                let rate = u128::from(population.rate(operation).nano_hertz());
                good += rate * u128::from(served[index][operation as usize]);
                offered += rate * u128::from(population.users);
            }
        }
        (offered > 0).then(|| good * 1_000_000_000 >= offered * u128::from(self.trace.cast.threshold.parts()))
    }

    pub fn interruption(&self, scope: Scope, which: Served) -> Interruption {
        let none = Interruption { began: None, recovery: (0, 0) };
        let (Some(fault), end) = (self.trace.cast.first_fault, self.trace.end()) else { return none };
        let until = |index: usize| self.points.get(index + 1).map_or(end, |(next, _)| *next);
        let mut began = None;
        let mut up_since = None;
        for (index, (at, served)) in self.points.iter().enumerate() {
            if index + 1 < self.points.len() && until(index) <= fault {
                continue;
            }
            let Some(up) = self.is_up(served, scope, which) else { return none };
            let at = (*at).max(fault);
            match (up, began) {
                (false, _) => {
                    began = began.or(Some(at));
                    up_since = None;
                }
                (true, Some(_)) => {
                    let since = *up_since.get_or_insert(at);
                    if until(index).since(since) >= self.trace.cast.hold {
                        return Interruption { began, recovery: (1, since.since(fault).as_nanos()) };
                    }
                }
                (true, None) => {}
            }
        }
        if began.is_some() { Interruption { began, recovery: (2, end.since(fault).as_nanos()) } } else { none }
    }
}

impl Counted<'_> {
    /// How often the share of served requests reached the threshold from below after this instant.
    pub fn returns(&self, scope: Scope, which: Served, after: Instant) -> usize {
        let ups = self.points.iter().filter_map(|(at, served)| Some((*at, self.is_up(served, scope, which)?)));
        let ups: Vec<(Instant, bool)> = ups.collect();
        ups.windows(2).filter(|pair| pair[1].0 > after && !pair[0].1 && pair[1].1).count()
    }
}
