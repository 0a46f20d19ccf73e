//! Pending events, soonest first. Events of one instant come in the order of their rank
//! (what kind of thing happens first), then in the order in which they were scheduled.
//!
//! A 4-ary heap: half the levels of a binary one, and the four children share a cache line or two.

use crate::units::Instant;

const ARITY: usize = 4;
const SEQUENCE_BITS: u32 = 56;

#[derive(Clone, Copy, Debug)]
struct Entry<E> {
    at: Instant,
    /// Rank in the high 8 bits, sequence number in the low 56.
    order: u64,
    event: E,
}

impl<E> Entry<E> {
    /// Time first, then rank, then sequence, as one number: the agenda compares little else.
    fn key(&self) -> u128 {
        u128::from(self.at.as_nanos()) << 64 | u128::from(self.order)
    }
}

/// The events that are yet to happen.
#[derive(Clone, Debug)]
pub struct Agenda<E> {
    heap: Vec<Entry<E>>,
    scheduled: u64,
    now: Instant,
}

impl<E: Copy> Default for Agenda<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E: Copy> Agenda<E> {
    pub fn new() -> Self {
        Agenda { heap: Vec::new(), scheduled: 0, now: Instant::START }
    }

    /// How many events wait.
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }

    /// How many events were ever scheduled: the measure against the limit.
    pub fn scheduled(&self) -> u64 {
        self.scheduled
    }

    /// Schedules an event. At one instant a smaller `rank` comes first; equal ranks keep the order of scheduling.
    pub fn schedule(&mut self, at: Instant, rank: u8, event: E) {
        assert!(at >= self.now, "nothing is scheduled into the past: {at} is before {}", self.now);
        let order = u64::from(rank) << SEQUENCE_BITS | self.scheduled;
        self.scheduled += 1;
        self.heap.push(Entry { at, order, event });
        self.rise(self.heap.len() - 1);
    }

    /// Takes the next event.
    pub fn pop(&mut self) -> Option<(Instant, E)> {
        let last = self.heap.pop()?;
        let first = match self.heap.first_mut() {
            Some(root) => std::mem::replace(root, last),
            None => last,
        };
        if self.heap.len() > 1 {
            self.sink();
        }
        self.now = first.at;
        Some((first.at, first.event))
    }

    fn rise(&mut self, mut index: usize) {
        let moving = self.heap[index];
        while index > 0 {
            let parent = (index - 1) / ARITY;
            if self.heap[parent].key() <= moving.key() {
                break;
            }
            self.heap[index] = self.heap[parent];
            index = parent;
        }
        self.heap[index] = moving;
    }

    fn sink(&mut self) {
        let moving = self.heap[0];
        let length = self.heap.len();
        let mut index = 0;
        loop {
            let first = ARITY * index + 1;
            if first >= length {
                break;
            }
            let mut least = first;
            for child in first + 1..(first + ARITY).min(length) {
                if self.heap[child].key() < self.heap[least].key() {
                    least = child;
                }
            }
            if moving.key() <= self.heap[least].key() {
                break;
            }
            self.heap[index] = self.heap[least];
            index = least;
        }
        self.heap[index] = moving;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_by_time_then_rank_then_order_of_scheduling() {
        let mut agenda = Agenda::new();
        let at = Instant::from_nanos;
        for (time, rank, name) in
            [(5, 1, 'd'), (3, 2, 'b'), (3, 2, 'c'), (3, 0, 'a'), (9, 0, 'f'), (5, 1, 'e')]
        {
            agenda.schedule(at(time), rank, name);
        }
        let order: String = std::iter::from_fn(|| agenda.pop()).map(|(_, name)| name).collect();
        assert_eq!(order, "abcdef");
    }

    #[test]
    fn a_long_shuffle_comes_out_sorted() {
        let mut agenda = Agenda::new();
        let mut state = 1u64;
        for index in 0..10_000u32 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            agenda.schedule(Instant::from_nanos(state >> 54), 0, index);
        }
        let taken: Vec<_> = std::iter::from_fn(|| agenda.pop()).collect();
        assert_eq!(taken.len(), 10_000);
        assert!(
            taken.windows(2).all(|pair| pair[0] < pair[1]),
            "sorted by time, ties by order of scheduling"
        );
    }

    #[test]
    #[should_panic(expected = "into the past")]
    fn the_past_is_closed() {
        let mut agenda = Agenda::new();
        agenda.schedule(Instant::from_nanos(5), 0, ());
        agenda.pop();
        agenda.schedule(Instant::from_nanos(4), 0, ());
    }
}
