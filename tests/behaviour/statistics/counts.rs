//! Samplers of counts against another implementation, and against the moments that they must have.

use super::uniform;
use mrsim::engine::counts::{binomial, poisson};
use mrsim::law::normal_quantile;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// Kolmogorov-Smirnov distance of two samples times root(n m / (n + m)), which
/// exceeds 2.2 with probability 1e-4 at most (less for counts).
fn ks(mut a: Vec<f64>, mut b: Vec<f64>) -> f64 {
    a.sort_unstable_by(f64::total_cmp);
    b.sort_unstable_by(f64::total_cmp);
    let (n, m) = (a.len() as f64, b.len() as f64);
    let gap = |x: &f64| {
        let (i, j) = (a.partition_point(|v| v <= x), b.partition_point(|v| v <= x));
        (i as f64 / n - j as f64 / m).abs()
    };
    a.iter().map(gap).fold(0.0, f64::max) * (n * m / (n + m)).sqrt()
}

/// Mean and variance within 4.5 standard errors of what they should be.
fn check_moments(draws: &[f64], mean: f64, variance: f64) {
    let n = draws.len() as f64;
    let shift = draws.iter().map(|d| d - mean).sum::<f64>() / n;
    let spread =
        draws.iter().map(|d| (d - mean - shift) * (d - mean - shift)).sum::<f64>() / (n - 1.0);
    let mean_z = shift / (variance / n).sqrt();
    let spread_z = (spread / variance - 1.0) / ((2.0 + 1.0 / variance) / n).sqrt();
    assert!(mean_z.abs() < 4.5, "mean {mean}: {mean_z}");
    assert!(spread_z.abs() < 4.5, "variance {variance}: {spread_z}");
}

#[test]
fn counts_agree_with_another_sampler() {
    use rand_distr::{Binomial, Distribution, Poisson};
    let draws = 20_000;
    let mut rng = ChaCha8Rng::seed_from_u64(60);
    for mean in [0.1, 3.0, 9.9, 10.0, 40.0, 1e3, 1e5, 1e8] {
        let law = Poisson::new(mean).unwrap();
        let other: Vec<f64> = (0..draws).map(|_| law.sample(&mut rng)).collect();
        let mut next = || uniform(&mut rng);
        let own = (0..draws).map(|_| poisson(mean, &mut next) as f64).collect();
        let distance = ks(own, other);
        assert!(distance < 2.2, "Poisson {mean}: {distance}");
    }
    let cases = [(20, 0.5), (30, 0.1), (1_000, 0.004), (500, 0.93), (100_000, 0.2)];
    for (trials, share) in cases {
        let law = Binomial::new(trials, share).unwrap();
        let other = (0..draws).map(|_| law.sample(&mut rng) as f64).collect();
        let mut next = || uniform(&mut rng);
        let own = (0..draws).map(|_| binomial(trials, share, &mut next) as f64).collect();
        let distance = ks(own, other);
        assert!(distance < 2.2, "binomial {trials} {share}: {distance}");
    }
}

#[test]
fn moments_and_shape_hold_at_large_means() {
    let mut rng = ChaCha8Rng::seed_from_u64(70);
    let mut next = || uniform(&mut rng);
    for mean in [1e5, 1e8, 1e10, 1e12] {
        let own: Vec<f64> = (0..50_000).map(|_| poisson(mean, &mut next) as f64).collect();
        check_moments(&own, mean, mean);
        for share in [0.1, 0.5, 0.999, 3.0 / mean] {
            let mut draw = |_| binomial(mean as u64, share, &mut next) as f64;
            let draws: Vec<f64> = (0..30_000).map(&mut draw).collect();
            check_moments(&draws, mean * share, mean * share * (1.0 - share));
        }
        // So large a count is normal, but for a skew of 1 / root(mean).
        let normal =
            |i: u64| (normal_quantile((i as f64 + 0.5) / 2e5) * mean.sqrt() + mean).round();
        let distance = ks(own, (0..200_000).map(normal).collect());
        assert!(distance < 2.2, "{mean}: {distance}");
    }
}
