//! Time stamps that decide who was last, and the hybrid logical clock that keeps them in causal order.
//! Stamps come from clocks that may be wrong: a stamp orders writes, it does not date them.

use super::clock::Dot;
use crate::id::RegionId;
use serde::Serialize;

/// When a write was made, as its replica's clock said, with what breaks ties: a total order over all writes,
/// larger is later. Two writes never share a stamp, for no two share replica and counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Stamp {
    /// How often the key had been deleted and made anew. Above 0 only where deletes always win.
    pub era: u64,
    /// Nanoseconds of the replica's clock, skewed as that clock is.
    pub time: i64,
    /// Order among stamps of equal time, from a hybrid clock; 0 from a wall clock.
    pub logical: u64,
    /// Equal times are decided by the replica: arbitrary, but the same everywhere.
    pub replica: RegionId,
    pub counter: u64,
}

impl Stamp {
    /// A stamp of the wall clock.
    pub fn wall(time: i64, dot: Dot) -> Stamp {
        Stamp::hybrid(Hlc { time, logical: 0 }, dot)
    }

    /// A stamp of a hybrid clock.
    pub fn hybrid(clock: Hlc, dot: Dot) -> Stamp {
        Stamp {
            era: 0,
            time: clock.time,
            logical: clock.logical,
            replica: dot.replica,
            counter: dot.counter,
        }
    }

    pub fn clock(self) -> Hlc {
        Hlc { time: self.time, logical: self.logical }
    }
}

/// A hybrid logical clock: wall time where the wall clock is ahead, otherwise the largest time ever met
/// and a count. Whoever has met a stamp stamps later than it, however far behind his own clock is.
/// Source: Kulkarni, Demirbas, Madappa, Avva and Leone 2014, "Logical Physical Clocks", figure 5.
///
/// Its `time` is never behind the own wall clock and never ahead of the fastest clock that was met, so one
/// clock far ahead drags all others with it: products reject stamps too far ahead, which is not modelled here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Hlc {
    pub time: i64,
    pub logical: u64,
}

impl Hlc {
    /// Before every event.
    pub const START: Hlc = Hlc { time: i64::MIN, logical: 0 };

    /// A local event, or a message being sent, while the wall clock shows `wall`.
    #[must_use]
    pub fn local(self, wall: i64) -> Hlc {
        if wall > self.time {
            Hlc { time: wall, logical: 0 }
        } else {
            Hlc { logical: self.logical + 1, ..self }
        }
    }

    /// A message with the stamp `met` arrives while the wall clock shows `wall`.
    #[must_use]
    pub fn receive(self, met: Hlc, wall: i64) -> Hlc {
        // Among equal times the larger count comes first, so the later of both is the one to go on from.
        self.max(met).local(wall)
    }
}
