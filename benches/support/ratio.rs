//! Ratios between benchmarks of one process, beside their target. Criterion compares a benchmark
//! with its own past; our targets compare two benchmarks with each other on the same machine.

use criterion::Bencher;
#[allow(clippy::disallowed_types, reason = "benchmarks read the clock: that is what they are for")]
use std::time::{Duration, Instant};

/// The fastest mean seen for one benchmark; the warm-up counts, so a single slow batch does not.
#[derive(Clone, Copy, Debug)]
pub struct Fastest(Duration);

impl Default for Fastest {
    fn default() -> Self {
        Fastest(Duration::MAX)
    }
}

impl Fastest {
    /// Measures `routine` for criterion and keeps the fastest mean.
    #[allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "benchmarks read the clock: that is what they are for")]
    pub fn measure<T>(&mut self, bencher: &mut Bencher, mut routine: impl FnMut() -> T) {
        bencher.iter_custom(|iterations| {
            let start = Instant::now();
            for _ in 0..iterations {
                std::hint::black_box(routine());
            }
            let taken = start.elapsed();
            // Whole nanoseconds are too coarse for a short routine: the mean is taken in picoseconds.
            self.0 = self.0.min(Duration::from_nanos((taken.as_nanos() * 1_000 / u128::from(iterations)) as u64));
            taken
        });
    }

    pub fn seconds(self) -> f64 {
        self.0.as_secs_f64() / 1_000.0
    }

    pub fn was_measured(self) -> bool {
        self.0 < Duration::MAX
    }
}

/// Prints a number against its target; nothing when a filter left the benchmark out.
pub fn judge(what: &str, value: f64, target: f64, unit: &str) {
    let verdict = if value <= target { "held" } else { "MISSED" };
    println!("{what:<58} {value:>8.2} {unit:<2} target {target:>5.2} {unit:<2} {verdict}");
}
