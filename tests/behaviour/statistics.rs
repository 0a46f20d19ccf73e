//! Checks of `mrsim::campaign::statistics` and `mrsim::engine::counts` against
//! numbers and programs that are independent of them.
//!
//! `src/validation/vectors/statistics.jsonl`: vectors computed by two independent routes,
//! a formula and a simulation (where `sd_per_sample` is given) or a second exact
//! method. The formulas:
//! - G1, coverage of the interval between two order statistics: the sum of the
//!   binomial probabilities of lower rank to upper rank - 1.
//! - G2, smallest n with 1 - p^n >= 0.95 ("one": the largest value bounds the
//!   quantile), or 1 - p^n - (1 - p)^n >= 0.95 ("two": [min, max] encloses it).
//! - G3, intervals of an event probability: Clopper-Pearson by beta quantiles,
//!   Wilson as the roots of (k / n - p)^2 = z^2 p (1 - p) / n.
//! - G9, variance of the difference of two recovery times 2 I + U I + V T with T
//!   of 60 and 30: (T1 - T2)^2 / 12 where U and V are shared, else
//!   (2 I^2 + T1^2 + T2^2) / 12.
//!
//! Single reference numbers below were computed with 60 digits by mpmath.

mod counts;

use mrsim::campaign::estimates::{mean_difference, mean_of};
use mrsim::campaign::statistics::*;
use mrsim::law::normal_quantile;
use mrsim::report::numbers::round_to_certainty;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

const REPETITIONS: usize = 2_000;

/// A uniform in (0, 1) with 53 bits.
fn uniform(rng: &mut ChaCha8Rng) -> f64 {
    ((rng.next_u64() >> 12) as f64 + 0.5) / (1u64 << 52) as f64
}

/// The vectors whose id starts with `family`, of which there must be `count`.
fn vectors(family: &str, count: usize) -> Vec<Value> {
    let found: Vec<Value> = include_str!("../../src/validation/vectors/statistics.jsonl")
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|v| v["id"].as_str().unwrap().starts_with(family))
        .collect();
    assert_eq!(found.len(), count, "{family}");
    found
}

fn number(vector: &Value, name: &str) -> f64 {
    vector["inputs"][name].as_f64().unwrap()
}

/// Asserts a relative difference of at most `allowed`.
fn close(found: f64, expected: f64, allowed: f64, what: &str) {
    let off = (found - expected).abs();
    assert!(off <= allowed * expected.abs(), "{what}: {found} instead of {expected}");
}

/// Asserts that `hits` of [`REPETITIONS`] is within 4 standard errors of `expected`.
fn close_share(hits: usize, expected: f64, what: &str) {
    let share = hits as f64 / REPETITIONS as f64;
    let error = (expected * (1.0 - expected) / REPETITIONS as f64).sqrt();
    let z = (share - expected) / error;
    assert!(z.abs() < 4.0, "{what}: {share} instead of {expected}");
}

/// How often the values of two ranks among `n` draws enclose `truth`.
fn rank_hits(seed: u64, n: u64, (l, u): (u64, u64), truth: f64, draw: fn(f64) -> f64) -> usize {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let hit = |_: &usize| {
        let mut values: Vec<f64> = (0..n).map(|_| draw(uniform(&mut rng))).collect();
        let low = *values.select_nth_unstable_by(l as usize - 1, f64::total_cmp).1;
        let high = *values.select_nth_unstable_by(u as usize - 1, f64::total_cmp).1;
        low <= truth && truth < high
    };
    (0..REPETITIONS).filter(hit).count()
}

#[test]
fn g1_ranks_and_coverage_of_quantile_intervals() {
    for (seed, v) in vectors("G1.", 4).iter().enumerate() {
        let (n, p) = (number(v, "n") as u64, number(v, "p"));
        let (l, u) = (number(v, "lower_rank") as u64, number(v, "upper_rank") as u64);
        let expected = v["expected"].as_f64().unwrap();
        let ranks = quantile_ranks(n, p, number(v, "conf"));
        assert_eq!(ranks, (Some(l), Some(u)), "{v}");
        close(coverage(n, p, l, u), expected, 1e-12, &v.to_string());
        let hits = rank_hits(seed as u64, n, (l, u), p, |uniform| uniform);
        close_share(hits, expected, &v.to_string());
    }
}

#[test]
fn g2_runs_needed() {
    for v in vectors("G2.", 6) {
        let id = v["id"].as_str().unwrap();
        let sides = if id.contains("one") { Sides::Upper } else { Sides::Range };
        let runs = runs_needed(number(&v, "p"), number(&v, "conf"), sides);
        assert_eq!(runs as f64, v["expected"].as_f64().unwrap(), "{id}");
    }
    // Equal tails: ceil(ln(0.025) / ln p); one run fewer lacks the upper rank.
    for (p, runs) in [(0.99, 368), (0.999, 3_688)] {
        assert_eq!(runs_needed(p, 0.95, Sides::EqualTails), runs);
        let (lower, upper) = quantile_ranks(runs, p, 0.95);
        assert!(lower.is_some() && upper == Some(runs));
        assert_eq!(quantile_ranks(runs - 1, p, 0.95).1, None);
    }
    // 1 - 2 / 2^n >= 0.95: the smaller tail counts as well as the larger.
    assert_eq!(runs_needed(0.5, 0.95, Sides::Range), 6);
    assert_eq!(runs_needed(0.01, 0.95, Sides::EqualTails), 368);
}

#[test]
fn g3_intervals_of_a_probability() {
    for v in vectors("G3.", 12) {
        let id = v["id"].as_str().unwrap();
        let (k, n) = (number(&v, "k") as u64, number(&v, "n") as u64);
        let (low, high) =
            if id.contains("cp_") { clopper_pearson(k, n, 0.95) } else { wilson(k, n, 0.95) };
        let found = if id.contains("_lo") { low } else { high };
        let expected = v["expected"].as_f64().unwrap();
        // The closed form of one vector leaves a rounding error of 2e-19 for 0.
        let off = (found - expected).abs();
        assert!(off <= 1e-12 * expected + 1e-18, "{id}: {found}");
    }
    for interval in [clopper_pearson, wilson] {
        assert_eq!(interval(0, 10, 0.95).0, 0.0);
        assert_eq!(interval(10, 10, 0.95).1, 1.0);
        let ((low, high), (other_low, other_high)) = (interval(3, 10, 0.9), interval(7, 10, 0.9));
        close(1.0 - other_high, low, 1e-12, "mirrored low");
        close(1.0 - other_low, high, 1e-12, "mirrored high");
    }
}

#[test]
fn g9_paired_difference_shows_what_common_numbers_save() {
    let runs = 20_000;
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let times = |t: f64, draws: &[(f64, f64)]| -> Vec<f64> {
        draws.iter().map(|(u, v)| (2.0 + u) * 10.0 + v * t).collect()
    };
    let mut draw = || -> Vec<(f64, f64)> {
        (0..runs).map(|_| (uniform(&mut rng), uniform(&mut rng))).collect()
    };
    let (common, other) = (draw(), draw());
    for v in vectors("G9.", 2) {
        let second = if v["inputs"]["scheme"] == "independent" { &other } else { &common };
        let (a, b) = (times(60.0, &common), times(30.0, second));
        let (low, mean, high) = paired_difference(&a, &b, 0.95).unwrap();
        let t = student_t_quantile(0.975, runs as f64 - 1.0);
        let deviation = 0.5 * (high - low) / t;
        let variance = deviation * deviation * runs as f64;
        let expected = v["expected"].as_f64().unwrap();
        let error = v["sd_per_sample"].as_f64().unwrap() / (runs as f64).sqrt();
        assert!((variance - expected).abs() < 4.0 * error, "{v}: {variance}");
        assert!((mean - 15.0).abs() < 4.0 * (expected / runs as f64).sqrt());
    }
}

#[test]
fn median_interval_covers_as_computed() {
    for (seed, n) in [20, 100, 1_000].into_iter().enumerate() {
        let (lower, upper) = quantile_ranks(n, 0.5, 0.95);
        let ranks = (lower.unwrap(), upper.unwrap());
        let expected = coverage(n, 0.5, ranks.0, ranks.1);
        // 0.9586, 0.9648 and 0.9537: at least nominal, by whole ranks.
        assert!((0.95..0.975).contains(&expected), "{n}: {expected}");
        let exponential = |uniform: f64| -libm::log(uniform);
        let truth = std::f64::consts::LN_2;
        let hits = rank_hits(20 + seed as u64, n, ranks, truth, exponential);
        close_share(hits, expected, &format!("median of {n}"));
        let share = hits as f64 / REPETITIONS as f64;
        assert!((0.935..0.975).contains(&share), "{n}: {share}");
    }
}

#[test]
fn mean_interval_covers() {
    for (seed, n) in [20, 100, 1_000].into_iter().enumerate() {
        let mut rng = ChaCha8Rng::seed_from_u64(40 + seed as u64);
        let mut hits = 0;
        for _ in 0..REPETITIONS {
            let values: Vec<f64> = (0..n).map(|_| uniform(&mut rng)).collect();
            let (low, _, high) = mean_interval(&values, 0.95).unwrap();
            hits += usize::from(low <= 0.5 && 0.5 <= high);
        }
        // The t interval is not exact for uniforms, but within 0.002 from 20 on.
        close_share(hits, 0.95, &format!("mean of {n}"));
        assert!((1_870..=1_950).contains(&hits), "{n}: {hits}");
    }
}

/// Of [`REPETITIONS`] samples of `n`: the share whose interval of 95% holds the truth, and the share of intervals that begin below 0.
fn means_hold(
    seed: u64,
    n: usize,
    truth: f64,
    draw: impl Fn(&mut ChaCha8Rng) -> f64,
) -> (f64, f64) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (mut holds, mut below) = (0, 0);
    for _ in 0..REPETITIONS {
        let values: Vec<f64> = (0..n).map(|_| draw(&mut rng)).collect();
        let (low, _, high) = mean_interval(&values, 0.95).unwrap();
        holds += usize::from(low <= truth && truth <= high);
        below += usize::from(low < 0.0);
        let told = mean_of(&values, 0.95).unwrap();
        assert!(
            n >= 10 || told.low.or(told.high).is_none(),
            "{n} numbers of a measure have no bounds"
        );
        assert!(told.low.is_none_or(|low| low >= 0.0), "no measure is below 0");
        let difference = mean_difference(&values, 0.95).unwrap();
        assert!(difference.low.is_none_or(|told| told == low), "a difference may be");
    }
    (holds as f64 / REPETITIONS as f64, below as f64 / REPETITIONS as f64)
}

/// Student's interval of few skewed numbers claims more than it holds, so measures have bounds from ten numbers on only. The shares are
/// those of the table beside `LEAST_NUMBERS`, whose standard error is at most 1% here.
#[test]
fn means_of_few_skewed_numbers_are_less_sure_than_they_say() {
    let exponential = |rng: &mut ChaCha8Rng| -libm::log(uniform(rng));
    let lognormal = |rng: &mut ChaCha8Rng| libm::exp(normal_quantile(uniform(rng)));
    let half_zeros =
        |rng: &mut ChaCha8Rng| if uniform(rng) < 0.5 { 0.0 } else { -libm::log(uniform(rng)) };
    let differences = |rng: &mut ChaCha8Rng| {
        libm::exp(normal_quantile(uniform(rng))) - libm::exp(normal_quantile(uniform(rng)))
    };
    let near = |found: (f64, f64), expected: (f64, f64), what: &str| {
        assert!(
            (found.0 - expected.0).abs() < 0.03 && (found.1 - expected.1).abs() < 0.04,
            "{what}: {found:?}, expected {expected:?}"
        );
    };
    let table = [
        (3, (0.88, 0.87), (0.83, 0.84), (0.76, 0.86), 0.97),
        (5, (0.88, 0.55), (0.82, 0.50), (0.80, 0.93), 0.97),
        (10, (0.90, 0.04), (0.84, 0.10), (0.85, 0.67), 0.97),
        (30, (0.92, 0.0), (0.88, 0.0), (0.91, 0.01), 0.96),
    ];
    for (n, of_exponential, of_lognormal, of_half_zeros, of_differences) in table {
        near(means_hold(50, n, 1.0, exponential), of_exponential, &format!("exponential, {n}"));
        near(
            means_hold(51, n, libm::exp(0.5), lognormal),
            of_lognormal,
            &format!("lognormal, {n}"),
        );
        near(means_hold(52, n, 0.5, half_zeros), of_half_zeros, &format!("half zeros, {n}"));
        let mut rng = ChaCha8Rng::seed_from_u64(53);
        let holds = |_: &usize| {
            let values: Vec<f64> = (0..n).map(|_| differences(&mut rng)).collect();
            mean_interval(&values, 0.95).is_some_and(|(low, _, high)| low <= 0.0 && 0.0 <= high)
        };
        let share = (0..REPETITIONS).filter(holds).count() as f64 / REPETITIONS as f64;
        assert!((share - of_differences).abs() < 0.02, "differences, {n}: {share}");
    }
}

/// Nine losses of which one is large: their mean is 871, and Student's interval of it would reach down to -1,105. Ten of them have bounds.
#[test]
fn a_mean_of_losses_is_never_less_than_nothing() {
    let losses = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 7_800.0];
    assert!(mean_interval(&losses, 0.95).unwrap().0 < -900.0);
    assert_eq!(mean_of(&losses, 0.95).map(|mean| (mean.low, mean.high)), Some((None, None)));
    let ten: Vec<f64> = losses.into_iter().chain([9.0]).collect();
    assert_eq!(mean_of(&ten, 0.95).and_then(|mean| mean.low), Some(0.0));
}

#[test]
fn interval_edges() {
    assert_eq!(mean_interval(&[1.5], 0.95), None);
    assert_eq!(mean_interval(&[0.1; 7], 0.95), Some((0.1, 0.1, 0.1)));
    let (_, mean, _) = mean_interval(&[1e16, 1.0, -1e16, 1.0], 0.9).unwrap();
    assert_eq!(mean, 0.5);
    assert_eq!(quantile_rank(100, 0.07), 7);
    assert_eq!(quantile_rank(1_000, 0.99), 990);
    assert_eq!(quantile_rank(7, 0.5), 4);
    assert_eq!((quantile_rank(5, 0.0), quantile_rank(5, 1.0)), (1, 5));
    assert_eq!(quantile_ranks(0, 0.5, 0.95), (None, None));
    assert_eq!(quantile_ranks(5, 0.5, 0.95), (None, None));
    // The tail 1/32 is exactly what is allowed: a tie is granted.
    assert_eq!(quantile_ranks(5, 0.5, 0.9375), (Some(1), Some(5)));
    assert_eq!(coverage(5, 0.5, 0, 6), 1.0);
}

#[test]
fn digits_follow_the_half_width() {
    let cases = [
        ((250.0, 182.0, 318.0), 2),
        ((250.0, 249.0, 251.0), 3),
        ((250.0, 249.999, 250.001), 3),
        ((250.0, 50.0, 450.0), 1),
        ((2.5, -500.0, 505.0), 1),
        ((1_000.0, 990.0, 1_010.0), 3),
        ((-0.004, -0.0043, -0.0037), 2),
        ((0.0, 0.0, 0.0037), 1),
        ((7.0, 7.0, 7.0), 3),
        ((7.0, 5.0, f64::INFINITY), 1),
    ];
    for ((estimate, low, high), digits) in cases {
        let found = round_to_certainty(estimate, low, high);
        assert_eq!(found, digits, "{estimate} within {low} to {high}");
    }
}

#[test]
fn special_functions_match_reference_numbers() {
    let beta = [
        (0.5, 0.5, 0.1, 0.20483276469913345),
        (2.0, 3.0, 0.4, 0.5248),
        (10.0, 0.5, 0.999, 0.8888967091248603),
        (0.5, 5e4, 1e-5, 0.6826894921431352),
        (500.0, 501.0, 0.48, 0.10858106325437795),
        (3e4, 5e4, 0.376, 0.7206041286002307),
        (3e6, 1e6, 0.7501, 0.6778620925773263),
        (3e6, 1e6, 0.7499, 0.32202933383008553),
        (1e-3, 2.0, 0.5, 0.9998067465369478),
        (1e5, 3.0, 0.9999, 0.0027680339601161104),
        (200.0, 1.0, 0.05, 6.223015277861211e-261),
    ];
    for (a, b, x, expected) in beta {
        close(beta_inc(a, b, x), expected, 1e-11, "beta_inc");
        close(beta_inc(b, a, 1.0 - x), 1.0 - expected, 1e-9, "mirrored");
        close(beta_inc_inverse(a, b, expected), x, 1e-9, "inverse");
    }
    let student = [
        (0.975, 1.0, 12.706204736174694),
        (0.975, 2.0, 4.302652729749462),
        (0.975, 5.0, 2.5705818356363146),
        (0.975, 30.0, 2.0422724563012378),
        (0.975, 999.0, 1.9623414611334495),
        (0.975, 1999.0, 1.9611514201705615),
        (0.975, 1e12, 1.95996398454242),
        (0.995, 3.5, 5.085702223091257),
        (0.6, 10.0, 0.26018482949208016),
        (0.5000001, 7.0, 2.5974602742784954e-7),
        (0.999999, 4.0, 41.5778541501515),
        (0.95, 0.3, 653.0205210290728),
    ];
    for (p, df, expected) in student {
        close(student_t_quantile(p, df), expected, 1e-11, "student");
    }
    let normal = [
        (0.975, 1.9599639845400538),
        (0.5000001, 2.506628273311648e-7),
        (0.6, 0.2533471031357997),
        (0.995, 2.5758293035489004),
        (1e-10, -6.361340902404057),
        (1e-300, -37.0470962993612),
        (0.999999, 4.753424308817087),
        (0.3, -0.5244005127080408),
    ];
    for (p, expected) in normal {
        close(normal_quantile(p), expected, 1e-12, "normal");
        close(normal_cdf(expected), p, 1e-11, "normal_cdf");
    }
    assert_eq!((normal_quantile(0.5), student_t_quantile(0.5, 3.0)), (0.0, 0.0));
}
