//! What requests from every seat meet, followed fact by fact.

use crate::running::holds;
use crate::whole;
use mrsim::id::SeatId;
use mrsim::trace::{Ending, Operation, Trace};
use mrsim::units::{Instant, Share};
use mrsim::world::Stage;

/// The share of requests that is served, and how most end, where that is known.
type Met = (Share, Option<Ending>);

pub struct Service<'t> {
    trace: &'t Trace,
    /// By seat, for reads and writes.
    met: Vec<[Met; 2]>,
    is_taken: Vec<bool>,
    /// By seat: how often its clients try.
    attempts: Vec<u64>,
}

impl<'t> Service<'t> {
    /// At the start: nothing is broken, so whoever has a seat is served as in a whole world. The other
    /// seats say only what share is served when they are first taken.
    pub fn new(stage: &Stage, trace: &'t Trace) -> Result<Service<'t>, String> {
        let mut is_taken = vec![false; trace.seats.len()];
        trace.start_seat.iter().for_each(|seat| is_taken[seat.index()] = true);
        let met = trace.seats.iter().zip(&is_taken).map(|(seat, is_taken)| {
            let first = |operation: Operation| {
                let share = seat.served_at_first[operation as usize];
                (share, is_taken.then(|| whole::ending(stage, seat, operation)))
            };
            holds(!is_taken || seat.served_at_first == [Share::ALL; 2], || {
                format!("{seat:?} at the start")
            })?;
            Ok(Operation::BOTH.map(first))
        });
        let attempts = trace
            .seats
            .iter()
            .map(|seat| stage.scenario.populations[seat.population.index()].client.attempts)
            .collect();
        Ok(Service { trace, met: met.collect::<Result<_, String>>()?, is_taken, attempts })
    }

    pub fn taken(&mut self, seat: SeatId) {
        self.is_taken[seat.index()] = true;
    }

    /// Takes down a change; false when it is none, or says that nothing or everything is served and most requests are or are not.
    pub fn changes(
        &mut self,
        seat: SeatId,
        operation: Operation,
        served: Share,
        main: Ending,
    ) -> bool {
        let is_known = std::mem::replace(
            &mut self.met[seat.index()][operation as usize],
            (served, Some(main)),
        ) == (served, Some(main));
        self.taken(seat);
        let agree = (served > Share::NONE || !main.outcome.is_served())
            && (served < Share::ALL || main.outcome.is_served());
        !is_known && agree
    }

    /// Seats that lead to the same region with the same store meet the same, whoever sits there. Where a part of the instances there fails,
    /// clients that try more often come to another one: then all that is the same is whether everybody is served, and nobody.
    pub fn is_alike(&self, at: Instant) -> Result<(), String> {
        let key = |index: usize| {
            (
                self.trace.seats[index].region,
                self.trace.cast.populations[self.trace.seats[index].population.index()].store,
            )
        };
        let taken: Vec<usize> = (0..self.met.len()).filter(|index| self.is_taken[*index]).collect();
        for pair in taken
            .iter()
            .flat_map(|one| taken.iter().map(move |other| [*one, *other]))
            .filter(|[one, other]| one < other && key(*one) == key(*other))
        {
            let alike = |operation: &Operation| {
                let [one, other] = pair.map(|index| self.met[index][*operation as usize]);
                let whole = |share: Share| (share == Share::ALL, share == Share::NONE);
                let tries_alike = self.attempts[pair[0]] == self.attempts[pair[1]];
                let ends_alike = one.1.is_none() || other.1.is_none() || one.1 == other.1;
                if tries_alike {
                    one.0 == other.0 && ends_alike
                } else {
                    whole(one.0) == whole(other.0)
                }
            };
            holds(Operation::BOTH.iter().all(alike), || {
                format!("seats {pair:?} differ at {at}: {:?}", pair.map(|index| self.met[index]))
            })?;
        }
        Ok(())
    }
}
