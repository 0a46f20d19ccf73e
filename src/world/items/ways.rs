//! The ways between the replicas of one store: open or shut, what is on them, and how fast it goes through.

use crate::units::{Duration, Instant};
use std::collections::BTreeSet;

/// From one replica to another.
#[derive(Clone, Debug)]
pub struct Way {
    pub is_open: bool,
    /// Messages that have not arrived.
    pub under_way: BTreeSet<usize>,
    /// When the last that has to keep its place arrives.
    last_arrival: Instant,
    /// When everything so far has gone through a way of finite capacity.
    free: Instant,
}

/// How a way treats what goes along it.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// What one message takes of the capacity.
    pub each: Duration,
    pub in_order: bool,
}

impl Way {
    pub fn open() -> Way {
        Way {
            is_open: true,
            under_way: BTreeSet::new(),
            last_arrival: Instant::START,
            free: Instant::START,
        }
    }

    /// When a message that is handed over now arrives, if the way stays open.
    pub fn arrival(&mut self, now: Instant, lag: Duration, pace: Pace) -> Instant {
        self.free = self.free.max(now) + pace.each;
        let mut arrival = self.free + lag;
        if pace.in_order {
            arrival = arrival.max(self.last_arrival);
            self.last_arrival = arrival;
        }
        arrival
    }

    /// What went along the way on a clock that ended when the run begins still holds up what follows.
    pub fn go_on(&mut self, clock: &Way, end: Instant) {
        self.last_arrival = self.last_arrival.max(Instant::START + clock.last_arrival.since(end));
        self.free = self.free.max(Instant::START + clock.free.since(end));
    }

    /// The way is shut: nothing keeps its place.
    pub fn shut(&mut self) {
        self.is_open = false;
        self.last_arrival = Instant::START;
        self.free = Instant::START;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: u64) -> Instant {
        Instant::START + Duration::from_millis(milliseconds)
    }

    #[test]
    fn order_holds_up_and_capacity_queues() {
        let ms = Duration::from_millis;
        let pace = |each, in_order| Pace { each: ms(each), in_order };
        let mut free = Way::open();
        assert_eq!(free.arrival(at(0), ms(500), pace(0, false)), at(500));
        assert_eq!(free.arrival(at(1), ms(10), pace(0, false)), at(11), "it overtakes");
        let mut ordered = Way::open();
        assert_eq!(ordered.arrival(at(0), ms(500), pace(0, true)), at(500));
        assert_eq!(
            ordered.arrival(at(1), ms(10), pace(0, true)),
            at(500),
            "it waits for the one before"
        );
        let mut narrow = Way::open();
        let arrivals: Vec<Instant> =
            (0..3).map(|_| narrow.arrival(at(0), ms(5), pace(100, false))).collect();
        assert_eq!(arrivals, [at(105), at(205), at(305)], "one after the other");
    }
}
