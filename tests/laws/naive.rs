//! Recovery once more, the slow way: after every instant the whole world is counted again, user by
//! user, and the definition of MODEL.md section 4 is applied word for word. The laws about scopes use
//! it, and it is an oracle for `measure::Replay`.

use mrsim::id::SeatId;
use mrsim::measure::{Scope, Served};
use mrsim::trace::{Operation, Trace, What};
use mrsim::units::Instant;

/// From each instant on, by population, for reads and writes: users x parts of their requests that are served.
pub struct Counted<'t> {
    trace: &'t Trace,
    points: Vec<(Instant, Vec<[u128; 2]>)>,
}

/// When the share of served requests fell below the threshold, and the recovery as `running::length` gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interruption {
    pub began: Option<Instant>,
    pub recovery: (u8, u64),
}

/// `parts`: by seat, for reads and writes, the parts in 10^9 of requests there that are served now.
fn count(trace: &Trace, seated: &[SeatId], parts: &[[u64; 2]]) -> Vec<[u128; 2]> {
    let mut served = vec![[0u128; 2]; trace.cast.populations.len()];
    for ((cohort, users), seat) in trace.cast.cohorts.iter().zip(&trace.users).zip(seated) {
        for operation in Operation::BOTH {
            let good = u128::from(*users) * u128::from(parts[seat.index()][operation as usize]);
            served[cohort.population.index()][operation as usize] += good;
        }
    }
    served
}

impl<'t> Counted<'t> {
    pub fn new(trace: &'t Trace) -> Counted<'t> {
        let mut seated = trace.start_seat.clone();
        let mut parts: Vec<[u64; 2]> = trace
            .seats
            .iter()
            .map(|seat| seat.served_at_first.map(|share| share.parts()))
            .collect();
        let mut points = vec![(Instant::START, count(trace, &seated, &parts))];
        for (index, fact) in trace.facts.iter().enumerate() {
            match fact.what {
                What::UsersMoved { cohort, to, .. } => seated[cohort.index()] = to,
                What::ServiceChanged { seat, operation, served, .. } => {
                    parts[seat.index()][operation as usize] = served.parts()
                }
                _ => {}
            }
            if trace.facts.get(index + 1).is_none_or(|next| next.at > fact.at) {
                points.push((fact.at, count(trace, &seated, &parts)));
            }
        }
        Counted { trace, points }
    }

    /// Whether enough requests are served at this point; `None` when there are no such requests.
    fn is_up(&self, served: &[[u128; 2]], scope: Scope, which: Served) -> Option<bool> {
        let (mut good, mut offered) = (0u128, 0u128);
        for (index, population) in self.trace.cast.populations.iter().enumerate() {
            if matches!(scope, Scope::Population(only) if only.index() != index) {
                continue;
            }
            for operation in
                Operation::BOTH.into_iter().filter(|operation| which.includes(*operation))
            {
                let rate = u128::from(population.rate(operation).nano_hertz());
                good += rate * served[index][operation as usize];
                offered += rate * u128::from(population.users);
            }
        }
        (offered > 0).then(|| good >= offered * u128::from(self.trace.cast.threshold.parts()))
    }

    pub fn interruption(&self, scope: Scope, which: Served) -> Interruption {
        let none = Interruption { began: None, recovery: (0, 0) };
        let (Some(fault), end) = (self.trace.cast.first_fault, self.trace.end()) else {
            return none;
        };
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
                        return Interruption {
                            began,
                            recovery: (1, since.since(fault).as_nanos()),
                        };
                    }
                }
                (true, None) => {}
            }
        }
        if began.is_some() {
            Interruption { began, recovery: (2, end.since(fault).as_nanos()) }
        } else {
            none
        }
    }
}

impl Counted<'_> {
    /// How often the share of served requests reached the threshold from below after this instant.
    pub fn returns(&self, scope: Scope, which: Served, after: Instant) -> usize {
        let ups = self
            .points
            .iter()
            .filter_map(|(at, served)| Some((*at, self.is_up(served, scope, which)?)));
        let ups: Vec<(Instant, bool)> = ups.collect();
        ups.windows(2).filter(|pair| pair[1].0 > after && !pair[0].1 && pair[1].1).count()
    }
}
