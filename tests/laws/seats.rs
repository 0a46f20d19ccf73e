//! Seats of one run in the numbers of another. A run numbers its seats as they are first taken, so two
//! designs number the same seat differently: what it is, is its population and its answer.

use crate::running::holds;
use mrsim::id::SeatId;
use mrsim::trace::{Seat, Trace, What};

/// By seat of `other`: its number in `one`; `None`: a newcomer's.
pub struct Renumbered(Vec<Option<SeatId>>);

impl Renumbered {
    /// Finds for every seat of `other`, as `rename` tells it, the same seat of `one`: population, label, region and
    /// share served at first. `rename` gives `None` for seats of newcomers; of all others none may be left over
    /// on either side, and their order of first being taken is the same.
    pub fn new(
        one: &Trace,
        other: &Trace,
        rename: impl Fn(&Seat) -> Option<Seat>,
    ) -> Result<Renumbered, String> {
        let renamed: Vec<Option<Seat>> = other.seats.iter().map(rename).collect();
        let old: Vec<&Seat> = renamed.iter().flatten().collect();
        holds(old == one.seats.iter().collect::<Vec<_>>(), || {
            format!("seats {:?} became {old:?}", one.seats)
        })?;
        let mut next = 0..one.seats.len();
        Ok(Renumbered(
            renamed
                .iter()
                .map(|seat| seat.as_ref().and_then(|_| next.next()).map(SeatId::at))
                .collect(),
        ))
    }

    pub fn seat(&self, seat: SeatId) -> Option<SeatId> {
        self.0[seat.index()]
    }

    /// A fact in the numbers of `one`; `None`: it is about a newcomer's seat.
    pub fn what(&self, what: What) -> Option<What> {
        Some(match what {
            What::UsersMoved { cohort, from, to, reconnects } => {
                What::UsersMoved { cohort, from: self.seat(from)?, to: self.seat(to)?, reconnects }
            }
            What::ServiceChanged { seat, operation, served, main } => {
                What::ServiceChanged { seat: self.seat(seat)?, operation, served, main }
            }
            what => what,
        })
    }
}
