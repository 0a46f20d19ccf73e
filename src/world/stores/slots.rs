//! When writes can have come: spans of time with the number of writes expected in each.

use crate::units::{Duration, Instant};

/// A span and the number of writes expected in it, on the clock of a store's history.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slot {
    pub from: Instant,
    pub to: Instant,
    pub expected: f64,
}

impl Slot {
    /// The part of it after `frontier`.
    pub fn after(self, frontier: Instant) -> Option<Slot> {
        if self.to <= frontier {
            return None;
        }
        let from = self.from.max(frontier);
        let part = self.expected * self.to.since(from).seconds();
        Some(Slot { from, expected: part / self.to.since(self.from).seconds(), ..self })
    }

    fn expected_between(&self, begin: Instant, end: Instant) -> f64 {
        if self.from <= begin && end <= self.to {
            self.expected * end.since(begin).seconds() / self.to.since(self.from).seconds()
        } else {
            0.0
        }
    }
}

/// The writes expected in all of them.
pub fn expected(slots: &[Slot]) -> f64 {
    slots.iter().map(|slot| slot.expected).sum()
}

/// The same expected writes as slots in time order that do not overlap: populations write at the same time.
pub fn in_time_order(slots: &[Slot]) -> Vec<Slot> {
    let mut edges: Vec<Instant> = slots.iter().flat_map(|slot| [slot.from, slot.to]).collect();
    edges.sort();
    edges.dedup();
    let between = |edge: &[Instant]| Slot {
        from: edge[0],
        to: edge[1],
        expected: slots.iter().map(|slot| slot.expected_between(edge[0], edge[1])).sum(),
    };
    edges.windows(2).map(between).collect()
}

/// The instant at this share of the expected writes of slots in time order.
pub fn instant_at(slots: &[Slot], share: f64) -> Instant {
    let mut mark = share * expected(slots);
    for Slot { from, to, expected } in slots {
        if mark < *expected {
            return *from + Duration::from_seconds_f64(to.since(*from).seconds() * mark / expected);
        }
        mark -= expected;
    }
    slots.last().map_or(Instant::START, |slot| slot.to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Instant {
        Instant::START + Duration::from_secs(seconds)
    }

    #[test]
    fn what_overlaps_is_laid_side_by_side() {
        let slot = |from, to, expected| Slot { from: at(from), to: at(to), expected };
        let ordered = in_time_order(&[slot(0, 4, 4.0), slot(2, 4, 6.0)]);
        assert_eq!(ordered, [slot(0, 2, 2.0), slot(2, 4, 8.0)], "1 a second, then 1 + 3");
        assert_eq!(expected(&ordered), 10.0);
        // Of ten writes the first six: two by 2 s, four more at four a second.
        assert_eq!(instant_at(&ordered, 0.6), at(3));
        assert_eq!(ordered[1].after(at(3)), Some(slot(3, 4, 4.0)));
        assert_eq!(ordered[0].after(at(2)), None);
    }
}
