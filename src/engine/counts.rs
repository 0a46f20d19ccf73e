//! Exact samplers of counts: how many events fall in a span (Poisson) and how
//! many of a number of independent trials succeed (binomial). They let the
//! engine draw "how many requests" once instead of drawing every request.
//!
//! Both draw from the exact law, at any size, and take their randomness from a
//! source of uniforms the caller owns, so that a stream stays reproducible. All
//! transcendental functions come from `libm`, the rest is IEEE-exact
//! arithmetic: the same uniforms give the same counts on every platform.
//! Functions panic on arguments outside the ranges they state.
//!
//! Sources:
//! - W. Hörmann, "The transformed rejection method for generating Poisson
//!   random variables", Insurance: Mathematics and Economics 12 (1993) 39-45:
//!   algorithm PTRS.
//! - W. Hörmann, "The generation of binomial random variates", Journal of
//!   Statistical Computation and Simulation 46 (1993) 101-110: algorithm BTRS.
//! - V. Kachitvichyanukul and B. Schmeiser, "Binomial random variate
//!   generation", Communications of the ACM 31 (1988) 216-222: inversion (BINV).
//! - C. Loader, "Fast and accurate computation of binomial probabilities"
//!   (2000): the form of the probabilities that does not cancel.

use std::f64::consts::TAU;

/// From this mean on, rejection is used; both rejection algorithms are proven
/// for means of at least 10.
const REJECTION_FROM: f64 = 10.0;

/// Largest mean [`poisson`] accepts: far below 2^53, so that counts and their
/// distances from the mean stay exact in an `f64`.
pub const LARGEST_MEAN: f64 = 1e15;

/// Largest number of trials [`binomial`] accepts: every count up to it is
/// exact in an `f64`.
pub const MOST_TRIALS: u64 = 1 << 53;

/// A step of an inversion whose probability is below this cannot be told apart
/// by uniforms of 53 bits; past the mean the search ends there.
const NEGLIGIBLE: f64 = 1e-18;

/// Draws a Poisson count of the given mean (events; 0 to [`LARGEST_MEAN`]).
///
/// `next` gives uniforms in the open interval (0, 1) with 53 bits. A mean of 0
/// gives 0 and takes no uniform; a mean below 10 takes one uniform; a larger
/// mean takes two per attempt, 2.2 to 2.7 on average. Source: PTRS, see the
/// head of this file.
pub fn poisson<F: FnMut() -> f64 + ?Sized>(mean: f64, next: &mut F) -> u64 {
    assert!((0.0..=LARGEST_MEAN).contains(&mean), "Poisson mean out of range: {mean}");
    if mean == 0.0 {
        0
    } else if mean < REJECTION_FROM {
        poisson_by_inversion(mean, next())
    } else {
        poisson_by_rejection(mean, next)
    }
}

/// Draws how many of `trials` (0 to [`MOST_TRIALS`]) independent trials
/// succeed when each does with probability `share` (0 to 1).
///
/// `next` gives uniforms in the open interval (0, 1) with 53 bits. A certain
/// outcome takes no uniform; one uniform is taken where the rarer outcome has
/// a mean below 10, else two per attempt. Source: BINV and BTRS, see the head
/// of this file.
pub fn binomial<F: FnMut() -> f64 + ?Sized>(trials: u64, share: f64, next: &mut F) -> u64 {
    assert!((0.0..=1.0).contains(&share), "binomial share out of range: {share}");
    assert!(trials <= MOST_TRIALS, "too many binomial trials: {trials}");
    if share > 0.5 {
        // Count the failures instead: 1 - share is exact here.
        return trials - binomial(trials, 1.0 - share, next);
    }
    let mean = trials as f64 * share;
    if mean == 0.0 {
        0
    } else if mean < REJECTION_FROM {
        binomial_by_inversion(trials, share, next())
    } else {
        binomial_by_rejection(trials as f64, share, next)
    }
}

/// Walks up the probabilities until `uniform` is used up.
fn poisson_by_inversion(mean: f64, mut uniform: f64) -> u64 {
    // exp(-mean) >= 1 - mean: most draws of a small mean need no exponential.
    if uniform <= 1.0 - mean {
        return 0;
    }
    let mut count = 0.0;
    let mut probability = libm::exp(-mean);
    while uniform > probability {
        uniform -= probability;
        count += 1.0;
        probability *= mean / count;
        if probability < NEGLIGIBLE && count > mean {
            break;
        }
    }
    count as u64
}

/// Walks up the probabilities until `uniform` is used up; `share` <= 1/2.
fn binomial_by_inversion(trials: u64, share: f64, mut uniform: f64) -> u64 {
    let all = trials as f64;
    let mean = all * share;
    // Bernoulli: (1 - share)^trials >= 1 - mean.
    if uniform <= 1.0 - mean {
        return 0;
    }
    let odds = share / (1.0 - share);
    let mut count = 0.0;
    // log1p keeps a tiny share, which 1 - share would lose.
    let mut probability = libm::exp(all * libm::log1p(-share));
    while uniform > probability && count < all {
        uniform -= probability;
        count += 1.0;
        probability *= (all + 1.0 - count) / count * odds;
        if probability < NEGLIGIBLE && count > mean {
            break;
        }
    }
    count as u64
}

/// Algorithm PTRS, `mean` >= 10. The constants are the paper's.
fn poisson_by_rejection<F: FnMut() -> f64 + ?Sized>(mean: f64, next: &mut F) -> u64 {
    let b = 0.931 + 2.53 * mean.sqrt();
    let a = -0.059 + 0.02483 * b;
    let inside = 0.9277 - 3.6224 / (b - 2.0);
    loop {
        let u = next() - 0.5;
        let v = next();
        let edge = 0.5 - u.abs();
        let count = ((2.0 * a / edge + b) * u + mean + 0.43).floor();
        // The box that lies wholly under the density: no density needed.
        if edge >= 0.07 && v <= inside {
            return count as u64;
        }
        // An edge of 0 makes the count infinite; it always ends here.
        if count < 0.0 || (edge < 0.013 && v > edge) {
            continue;
        }
        let inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
        let height = v * inverse_alpha / (a / (edge * edge) + b);
        // height <= probability(count). The paper's count * ln(mean) - mean -
        // ln(count!) cancels (at 1e10 it is off by 1e-5); this form does not.
        let accepted = if count == 0.0 {
            libm::log(height) <= -mean
        } else {
            libm::log(height * (TAU * count).sqrt())
                <= -stirling_error(count) - deviance(count, mean, count - mean)
        };
        if accepted {
            return count as u64;
        }
    }
}

/// Algorithm BTRS, `share` <= 1/2, trials * share >= 10. The constants are the
/// paper's.
fn binomial_by_rejection<F: FnMut() -> f64 + ?Sized>(trials: f64, share: f64, next: &mut F) -> u64 {
    let mean = trials * share;
    let spread = (mean * (1.0 - share)).sqrt();
    let b = 1.15 + 2.53 * spread;
    let a = -0.0873 + 0.0248 * b + 0.01 * share;
    let inside = 0.92 - 4.2 / b;
    loop {
        let u = next() - 0.5;
        let v = next();
        let edge = 0.5 - u.abs();
        let count = ((2.0 * a / edge + b) * u + mean + 0.5).floor();
        if edge >= 0.07 && v <= inside {
            return count as u64;
        }
        if count < 0.0 || count > trials {
            continue;
        }
        let alpha = (2.83 + 5.1 / b) * spread;
        let height = v * alpha / (a / (edge * edge) + b);
        let mode = ((trials + 1.0) * share).floor();
        // The paper compares with the probability relative to the mode's.
        if libm::log(height)
            <= binomial_log_shape(trials, share, count) - binomial_log_shape(trials, share, mode)
        {
            return count as u64;
        }
    }
}

/// Logarithm of the binomial probability of `count`, less terms that do not
/// depend on it (Loader's saddle-point form).
fn binomial_log_shape(trials: f64, share: f64, count: f64) -> f64 {
    let others = trials - count;
    let mean = trials * share;
    let off = count - mean;
    // The root of 2 pi x comes with Stirling's formula and is absent for 0! = 1.
    let root = |x: f64| if x == 0.0 { 1.0 } else { TAU * x };
    -stirling_error(count)
        - stirling_error(others)
        - deviance(count, mean, off)
        - deviance(others, trials * (1.0 - share), -off)
        - 0.5 * libm::log(root(count) * root(others))
}

/// `x ln(x / mean) + mean - x` for `x` >= 0 and `mean` > 0, where `off` is
/// `x - mean`, given apart because the caller often knows it more exactly.
/// Near the mean a series replaces the cancelling logarithm (Loader's `bd0`).
pub(crate) fn deviance(x: f64, mean: f64, off: f64) -> f64 {
    if x == 0.0 {
        return mean;
    }
    let ratio = off / (x + mean);
    if ratio.abs() >= 0.1 {
        return x * libm::log(x / mean) - off;
    }
    let square = ratio * ratio;
    let mut sum = off * ratio;
    let mut power = 2.0 * x * ratio;
    let mut odd = 1.0;
    loop {
        power *= square;
        odd += 2.0;
        let longer = sum + power / odd;
        if longer == sum {
            return sum;
        }
        sum = longer;
    }
}

/// `ln(x!) - (ln(2 pi x) / 2 + x ln x - x)` by its asymptotic series, absolute
/// error below 1e-16 for any real `x` >= 16.
pub(crate) fn stirling_series(x: f64) -> f64 {
    let square = x * x;
    (1.0 / 12.0
        - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / 1188.0 / square) / square) / square)
            / square)
        / x
}

/// Stirling's error of a whole `count` >= 0; 0 for 0, whose factorial is 1.
fn stirling_error(count: f64) -> f64 {
    match SMALL_STIRLING_ERRORS.get(count as usize) {
        Some(error) => *error,
        None => stirling_series(count),
    }
}

/// Stirling's error of 0 (by convention) to 15, computed to 40 digits.
#[rustfmt::skip]
const SMALL_STIRLING_ERRORS: [f64; 16] = [
    0.0, 0.081_061_466_795_327_26, 0.041_340_695_955_409_29, 0.027_677_925_684_998_34,
    0.020_790_672_103_765_093, 0.016_644_691_189_821_193, 0.013_876_128_823_070_748, 0.011_896_709_945_891_77,
    0.010_411_265_261_972_096, 0.009_255_462_182_712_733, 0.008_330_563_433_362_87, 0.007_573_675_487_951_841,
    0.006_942_840_107_209_53, 0.006_408_994_188_004_207, 0.005_951_370_112_758_848, 0.005_554_733_551_962_801,
];

#[cfg(test)]
mod tests {
    use super::*;

    /// A SplitMix64 stream of uniforms in (0, 1): no dependency, same everywhere.
    fn uniforms(seed: u64) -> impl FnMut() -> f64 {
        let mut state = seed;
        move || {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            z ^= z >> 31;
            (((z >> 12) as f64) + 0.5) / (1u64 << 52) as f64
        }
    }

    /// The series goes on where the table ends: at 15 both hold, and the first term left out is below 3e-16.
    #[test]
    fn the_series_for_factorials_meets_the_table() {
        assert!(
            (stirling_series(15.0) - SMALL_STIRLING_ERRORS[15]).abs() < 1e-15,
            "{}",
            stirling_series(15.0)
        );
    }

    /// Probabilities by the law's ratio from `start` outwards, then scaled to
    /// one: no factorials, hence independent of the code under test.
    fn law(size: usize, start: usize, ratio: impl Fn(f64) -> f64) -> Vec<f64> {
        let mut weights = vec![0.0; size];
        weights[start] = 1.0;
        for k in start + 1..size {
            weights[k] = weights[k - 1] * ratio(k as f64);
        }
        for k in (0..start).rev() {
            weights[k] = weights[k + 1] / ratio((k + 1) as f64);
        }
        let total: f64 = weights.iter().sum();
        weights.iter().map(|w| w / total).collect()
    }

    /// Chi-square of `draws` against `law`, cells pooled to at least 10
    /// expected, as standard deviations from its mean.
    fn chi_square_deviation(law: &[f64], draws: &[u64]) -> f64 {
        let mut seen = vec![0.0; law.len()];
        for draw in draws {
            seen[(*draw as usize).min(law.len() - 1)] += 1.0;
        }
        let (mut chi, mut cells, mut expected, mut observed) = (0.0, 0.0, 0.0, 0.0);
        for (k, probability) in law.iter().enumerate() {
            expected += probability * draws.len() as f64;
            observed += seen[k];
            if expected >= 10.0 {
                chi += (observed - expected) * (observed - expected) / expected;
                cells += 1.0;
                (expected, observed) = (0.0, 0.0);
            }
        }
        let freedom: f64 = cells - 1.0;
        (chi - freedom) / (2.0 * freedom).sqrt()
    }

    #[test]
    fn poisson_follows_its_law() {
        for (seed, mean) in [0.1, 3.0, 9.9, 10.0, 40.0, 1e3].into_iter().enumerate() {
            let mut next = uniforms(seed as u64);
            let draws: Vec<u64> = (0..200_000).map(|_| poisson(mean, &mut next)).collect();
            let size = (mean + 12.0 * mean.sqrt() + 20.0) as usize;
            let deviation = chi_square_deviation(&law(size, mean as usize, |k| mean / k), &draws);
            assert!(deviation < 4.0, "mean {mean}: {deviation}");
        }
    }

    #[test]
    fn binomial_follows_its_law() {
        let cases = [
            (1, 0.3),
            (20, 0.5),
            (25, 0.4),
            (50, 0.9),
            (1_000, 0.001),
            (1_000, 0.01),
            (200, 0.37),
            (3_000, 0.5),
            (5_000, 0.98),
        ];
        for (seed, (trials, share)) in cases.into_iter().enumerate() {
            let mut next = uniforms(100 + seed as u64);
            let n = trials as f64;
            let draws: Vec<u64> =
                (0..200_000).map(|_| binomial(trials, share, &mut next)).collect();
            assert!(draws.iter().all(|d| *d <= trials));
            let exact = law(trials as usize + 1, (n * share) as usize, |k| {
                (n + 1.0 - k) / k * share / (1.0 - share)
            });
            let deviation = chi_square_deviation(&exact, &draws);
            assert!(deviation < 4.0, "{trials} {share}: {deviation}");
        }
    }

    #[test]
    fn limits_need_no_randomness() {
        let mut none = || -> f64 { panic!("no uniform may be taken") };
        assert_eq!(poisson(0.0, &mut none), 0);
        assert_eq!(binomial(0, 0.3, &mut none), 0);
        assert_eq!(binomial(7, 0.0, &mut none), 0);
        assert_eq!(binomial(7, 1.0, &mut none), 7);
    }

    #[test]
    fn extreme_uniforms_end() {
        let top = 1.0; // not promised, but one rounding away from what is
        for mean in [1e-12, 0.5, 9.99] {
            assert!(poisson(mean, &mut || top) < 100);
            assert_eq!(poisson(mean, &mut || 1e-300), 0);
        }
        assert_eq!(binomial(3, 0.5, &mut || top), 3);
        assert!(binomial(MOST_TRIALS, 1e-16, &mut || top) < 100);
        let mut turn = 0;
        let mut edge = || {
            turn += 1;
            [1e-300, 0.5, top, 0.5, 0.5, 0.5][(turn - 1) % 6] // two rejects, one accept
        };
        assert_eq!(poisson(1e6, &mut edge), 1_000_000);
    }

    #[test]
    fn same_uniforms_same_counts_on_every_platform() {
        let mut next = uniforms(7);
        let mut digest = 0u64;
        for mean in [0.3, 7.0, 12.0, 500.0, 1e7, 1e12] {
            for _ in 0..2_000 {
                digest = digest.rotate_left(5).wrapping_mul(31) ^ poisson(mean, &mut next);
                digest ^= binomial(2_000 + mean as u64, 0.3, &mut next) << 7;
            }
        }
        assert_eq!(digest, 1_142_057_736_860_249_718);
    }
}
