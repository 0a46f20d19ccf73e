//! Ratios between benchmarks of one process, beside their target. Criterion compares a benchmark
//! with its own past; our targets compare two benchmarks with each other on the same machine.

use criterion::Bencher;
#[allow(
    clippy::disallowed_types,
    reason = "benchmarks read the clock: that is what they are for"
)]
use std::time::Instant;

/// The fastest mean seen for one benchmark, warm-up included.
#[derive(Clone, Copy, Debug)]
pub struct Fastest {
    /// Nanoseconds are too coarse for the mean of a short routine.
    picoseconds: u128,
}

impl Default for Fastest {
    fn default() -> Self {
        Fastest { picoseconds: u128::MAX }
    }
}

impl Fastest {
    /// Measures `routine` for criterion and keeps the fastest mean.
    #[allow(
        clippy::disallowed_types,
        clippy::disallowed_methods,
        reason = "benchmarks read the clock: that is what they are for"
    )]
    pub fn measure<T>(&mut self, bencher: &mut Bencher, mut routine: impl FnMut() -> T) {
        bencher.iter_custom(|iterations| {
            let start = Instant::now();
            for _ in 0..iterations {
                std::hint::black_box(routine());
            }
            let taken = start.elapsed();
            self.picoseconds =
                self.picoseconds.min(taken.as_nanos() * 1_000 / u128::from(iterations));
            taken
        });
    }

    pub fn seconds(self) -> f64 {
        self.picoseconds as f64 / 1e12
    }

    pub fn was_measured(self) -> bool {
        self.picoseconds < u128::MAX
    }
}

/// Prints a number against its target; nothing when a filter left the benchmark out.
pub fn judge(what: &str, value: f64, target: f64, unit: &str) {
    let verdict = if value <= target { "held" } else { "MISSED" };
    println!("{what:<58} {value:>8.2} {unit:<2} target {target:>5.2} {unit:<2} {verdict}");
}
