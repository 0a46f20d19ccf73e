//! The agenda against the least that a pending set can be: a bare 4-ary heap without ranks, asserts
//! or growth of meaning. Target: at most twice its cost a hold.
//!
//! The hold model: N events wait; take the soonest, schedule one a random time later, repeat.

#[path = "support/ratio.rs"]
mod ratio;

use criterion::{BenchmarkId, Criterion};
use mrsim::engine::agenda::Agenda;
use mrsim::units::{Duration, Instant};
use ratio::{Fastest, judge};

const PENDING: [usize; 5] = [100, 1_000, 10_000, 100_000, 1_000_000];
/// The agenda's cost over the bare heap's.
const TARGET: f64 = 2.0;

/// Delays of 0 to 2^20 ns from a multiplicative generator: its cost is next to nothing.
struct Delays(u64);

impl Delays {
    fn next(&mut self) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 44
    }
}

/// (time, sequence, payload) in a 4-ary heap; a hold replaces the root in place.
struct BareHeap(Vec<(u64, u64, u64)>);

impl BareHeap {
    fn filled(pending: usize, delays: &mut Delays) -> BareHeap {
        let mut entries: Vec<(u64, u64, u64)> =
            (0..pending as u64).map(|index| (delays.next(), index, index)).collect();
        // A sorted list is a heap.
        entries.sort_unstable();
        BareHeap(entries)
    }

    fn pop(&mut self) -> (u64, u64, u64) {
        let last = self.0.pop().expect("events wait");
        let Some(root) = self.0.first_mut() else { return last };
        let first = std::mem::replace(root, last);
        self.sink();
        first
    }

    fn push(&mut self, entry: (u64, u64, u64)) {
        let mut index = self.0.len();
        self.0.push(entry);
        while index > 0 {
            let parent = (index - 1) / 4;
            if (self.0[parent].0, self.0[parent].1) <= (entry.0, entry.1) {
                break;
            }
            self.0[index] = self.0[parent];
            index = parent;
        }
        self.0[index] = entry;
    }

    fn sink(&mut self) {
        let (moving, length, mut index) = (self.0[0], self.0.len(), 0);
        loop {
            let first = 4 * index + 1;
            if first >= length {
                break;
            }
            let key = |child: &usize| (self.0[*child].0, self.0[*child].1);
            let least =
                (first..(first + 4).min(length)).min_by_key(key).expect("at least one child");
            if (moving.0, moving.1) <= key(&least) {
                break;
            }
            self.0[index] = self.0[least];
            index = least;
        }
        self.0[index] = moving;
    }
}

fn bare(criterion: &mut Criterion, pending: usize) -> Fastest {
    let mut fastest = Fastest::default();
    let mut delays = Delays(1);
    let mut heap = BareHeap::filled(pending, &mut delays);
    let mut sequence = pending as u64;
    // A fresh heap is sorted, and cheaper than one in use: both are stirred first.
    for _ in 0..2 * pending {
        let (at, _, payload) = heap.pop();
        heap.push((at + delays.next(), sequence, payload));
        sequence += 1;
    }
    criterion.benchmark_group("hold").bench_function(
        BenchmarkId::new("bare 4-ary heap", pending),
        |bencher| {
            fastest.measure(bencher, || {
                let (at, _, payload) = heap.pop();
                heap.push((at + delays.next(), sequence, payload));
                sequence += 1;
                at
            });
        },
    );
    fastest
}

fn agenda(criterion: &mut Criterion, pending: usize) -> Fastest {
    let mut fastest = Fastest::default();
    let mut delays = Delays(1);
    let mut agenda = Agenda::new();
    for index in 0..pending as u64 {
        agenda.schedule(Instant::from_nanos(delays.next()), 0, index);
    }
    for _ in 0..2 * pending {
        let (at, payload) = agenda.pop().expect("events wait");
        agenda.schedule(at + Duration::from_nanos(delays.next()), 0, payload);
    }
    criterion.benchmark_group("hold").bench_function(
        BenchmarkId::new("agenda", pending),
        |bencher| {
            fastest.measure(bencher, || {
                let (at, payload) = agenda.pop().expect("events wait");
                agenda.schedule(at + Duration::from_nanos(delays.next()), 0, payload);
                at
            });
        },
    );
    fastest
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(std::time::Duration::from_millis(300))
        .measurement_time(std::time::Duration::from_millis(700))
        .configure_from_args();
    let rows = PENDING
        .map(|pending| (pending, bare(&mut criterion, pending), agenda(&mut criterion, pending)));
    criterion.final_summary();
    println!("\nagenda over bare heap, fastest batch of each");
    for (pending, bare, agenda) in rows {
        if bare.was_measured() && agenda.was_measured() {
            let what = format!(
                "{pending} pending: {:.1} ns over {:.1} ns a hold",
                agenda.seconds() * 1e9,
                bare.seconds() * 1e9
            );
            judge(&what, agenda.seconds() / bare.seconds(), TARGET, "x");
        }
    }
}
