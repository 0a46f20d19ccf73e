//! The facts of a trace walked once: who was where, and what each place served.

use super::{Change, Point, at, slot};
use crate::id::{CohortId, SeatId};
use crate::trace::{Fact, FactId, Operation, Trace, What};
use crate::units::Instant;

/// The state while the facts are walked.
pub(super) struct Walk<'t> {
    trace: &'t Trace,
    /// By seat.
    users_at: Vec<u64>,
    /// By seat and operation: parts of the requests that are served.
    parts: Vec<u64>,
    /// By population and operation.
    current: Vec<u128>,
    pub(super) points: Vec<Point>,
    pub(super) service: Vec<Vec<Change>>,
    pub(super) moves: Vec<Vec<(Instant, SeatId, FactId)>>,
}

impl<'t> Walk<'t> {
    pub(super) fn new(trace: &'t Trace) -> Walk<'t> {
        let cast = &trace.cast;
        let mut users_at = vec![0; trace.seats.len()];
        for (users, seat) in trace.users.iter().zip(&trace.start_seat) {
            users_at[seat.index()] += users;
        }
        let parts: Vec<u64> = trace
            .seats
            .iter()
            .flat_map(|seat| seat.served_at_first.map(|share| share.parts()))
            .collect();
        let threshold = cast.threshold.parts();
        let service = parts
            .iter()
            .map(|parts| {
                vec![Change { at: Instant::START, served: *parts >= threshold, fact: None }]
            })
            .collect();
        let mut walk = Walk {
            trace,
            users_at,
            parts,
            current: vec![0; cast.populations.len() * 2],
            points: Vec::new(),
            service,
            moves: vec![Vec::new(); cast.cohorts.len()],
        };
        for (index, seat) in trace.seats.iter().enumerate() {
            for operation in Operation::BOTH {
                let good = u128::from(walk.users_at[index])
                    * u128::from(walk.parts[at(SeatId::at(index), operation)]);
                walk.current[slot(seat.population.index(), operation)] += good;
            }
        }
        for slot in 0..walk.current.len() {
            walk.set(Instant::START, None, slot, walk.current[slot]);
        }
        walk
    }

    pub(super) fn take(&mut self, fact: &Fact, id: FactId) {
        match fact.what {
            What::UsersMoved { cohort, from, to, .. } => {
                self.users_moved(fact.at, id, cohort, from, to)
            }
            What::ServiceChanged { seat, operation, served, .. } => {
                self.service_changed(fact.at, id, seat, operation, served.parts())
            }
            _ => {}
        }
    }

    fn users_moved(
        &mut self,
        when: Instant,
        id: FactId,
        cohort: CohortId,
        from: SeatId,
        to: SeatId,
    ) {
        let cast = &self.trace.cast;
        let population = cast.cohorts[cohort.index()].population.index();
        let users = self.trace.users[cohort.index()];
        self.users_at[from.index()] -= users;
        self.users_at[to.index()] += users;
        self.moves[cohort.index()].push((when, to, id));
        for operation in Operation::BOTH {
            let slot = slot(population, operation);
            let (left, joined) = (self.parts[at(from, operation)], self.parts[at(to, operation)]);
            if left != joined {
                let good = self.current[slot] - u128::from(users) * u128::from(left)
                    + u128::from(users) * u128::from(joined);
                self.set(when, Some(id), slot, good);
            }
        }
    }

    fn service_changed(
        &mut self,
        when: Instant,
        id: FactId,
        seat: SeatId,
        operation: Operation,
        parts: u64,
    ) {
        let index = at(seat, operation);
        let before = std::mem::replace(&mut self.parts[index], parts);
        if before == parts {
            return;
        }
        let served = parts >= self.trace.cast.threshold.parts();
        let list = &mut self.service[index];
        // Changes of one instant are one change: the last one counts.
        match list.last_mut() {
            Some(last) if last.at == when => *last = Change { at: when, served, fact: Some(id) },
            Some(last) if last.served == served => {}
            _ => list.push(Change { at: when, served, fact: Some(id) }),
        }
        let users = u128::from(self.users_at[seat.index()]);
        let slot = slot(self.trace.seats[seat.index()].population.index(), operation);
        let good = self.current[slot] - users * u128::from(before) + users * u128::from(parts);
        self.set(when, Some(id), slot, good);
    }

    fn set(&mut self, at: Instant, fact: Option<FactId>, slot: usize, good: u128) {
        self.current[slot] = good;
        self.points.push(Point { at, fact, slot, good });
    }
}
