//! What a campaign of independent runs lets one say: quantiles, means and
//! shares, each with an interval of confidence, and how many digits of an
//! estimate deserve to be printed.
//!
//! Intervals of quantiles rest on ranks alone (no assumption about the
//! distribution), those of event probabilities on the exact binomial law, those
//! of rates on the exact Poisson law, those of means on Student's t. Every function is deterministic: sums go in the
//! order of the slice, transcendental functions come from `libm`, the rest is
//! IEEE-exact arithmetic, so results are the same on every platform. A
//! `confidence` is a share strictly between 0 and 1, such as 0.95. Functions
//! panic on arguments outside the ranges they state.
//!
//! Sources:
//! - Ranks for quantiles: H. A. David and H. N. Nagaraja, "Order Statistics",
//!   3rd edition (2003), section 7.1.
//! - C. J. Clopper and E. S. Pearson, Biometrika 26 (1934) 404-413; E. B. Wilson,
//!   Journal of the American Statistical Association 22 (1927) 209-212.
//! - Incomplete beta function: NIST Digital Library of Mathematical Functions
//!   8.17; continued fraction of A. DiDonato and A. Morris, ACM Transactions on
//!   Mathematical Software 18 (1992) 360-373, by Lentz's method;
//!   leading factor in C. Loader's saddle-point form (2000).
//! - Compensated sums: Ogita, Rump and Oishi, SIAM J. Sci. Comput. 26 (2005) 1955.

mod rates;
mod ratio;

pub use rates::garwood;
pub use ratio::RatioSums;

use crate::engine::counts::{deviance, stirling_series};
use crate::law::normal_quantile;
use std::f64::consts::{FRAC_1_SQRT_2, TAU};

/// Relative room for rounding: a tail that equals what is allowed is not refused.
const TIE: f64 = 1.0 + 1e-12;

/// Probability that a standard normal variable is at most `x`.
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * FRAC_1_SQRT_2)
}

/// The `p` quantile (0 < `p` < 1) of Student's t with `df` > 0 degrees of
/// freedom (any real number); relative error below 1e-9.
pub fn student_t_quantile(p: f64, df: f64) -> f64 {
    assert!(p > 0.0 && p < 1.0, "probability out of range: {p}");
    assert!(df > 0.0 && df.is_finite(), "no degrees of freedom: {df}");
    if p > 0.5 {
        return -student_t_quantile(1.0 - p, df);
    }
    // P(|T| >= t) = I_x(df / 2, 1 / 2) where x = df / (df + t^2).
    let (x, rest) = beta_quantile(0.5 * df, 0.5, 2.0 * p);
    -(df * (rest / x)).sqrt()
}

/// Regularized incomplete beta function `I_x(a, b)`, for `a`, `b` > 0 and
/// 0 <= `x` <= 1: the probability that a beta variable is at most `x`.
pub fn beta_inc(a: f64, b: f64, x: f64) -> f64 {
    assert!(a > 0.0 && b > 0.0, "beta parameters: {a}, {b}");
    assert!((0.0..=1.0).contains(&x), "beta argument out of range: {x}");
    beta_split(a, b, x, 1.0 - x)
}

/// The `x` with [`beta_inc`]`(a, b, x) = p`, for `a`, `b` > 0, 0 <= `p` <= 1.
pub fn beta_inc_inverse(a: f64, b: f64, p: f64) -> f64 {
    assert!(a > 0.0 && b > 0.0, "beta parameters: {a}, {b}");
    assert!((0.0..=1.0).contains(&p), "probability out of range: {p}");
    beta_quantile(a, b, p).0
}

/// `I_x(a, b)` from `x` and `y = 1 - x`, both given so that neither loses digits.
/// A parameter of 0 or less gives the limit: all weight at its end.
fn beta_split(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if x <= 0.0 || b <= 0.0 {
        0.0
    } else if y <= 0.0 || a <= 0.0 {
        1.0
    } else if x < (a + 1.0) / (a + b + 2.0) {
        beta_factor(a, b, x, y) / beta_fraction(a, b, x, y)
    } else {
        1.0 - beta_factor(b, a, y, x) / beta_fraction(b, a, y, x)
    }
}

/// `x^a y^b / B(a, b)`, as a product of factors that do not cancel.
fn beta_factor(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let sum = a + b;
    let off = a * y - b * x; // a - sum * x, without its cancellation
    let exponent = stirling_real(sum)
        - stirling_real(a)
        - stirling_real(b)
        - deviance(a, sum * x, off)
        - deviance(b, sum * y, -off);
    (a / TAU * (b / sum)).sqrt() * libm::exp(exponent)
}

/// Stirling's error `ln Gamma(z) - ((z - 1/2) ln z - z + ln(2 pi) / 2)`, `z` > 0.
fn stirling_real(z: f64) -> f64 {
    if z >= 16.0 {
        return stirling_series(z);
    }
    libm::lgamma(z) - (z - 0.5) * libm::log(z) + z - 0.5 * libm::log(TAU)
}

/// The continued fraction that [`beta_factor`] is to be divided by, in its even
/// part, whose terms do not cancel; takes about the root of a or b in steps.
fn beta_fraction(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let excess = a * y - b * x + 1.0;
    let mut fraction = a * excess / (a + 1.0);
    let (mut c, mut d) = (fraction, 0.0);
    for step in 1..10_000_000 {
        let m = f64::from(step);
        let (before, after) = (a + 2.0 * m - 1.0, a + 2.0 * m + 1.0);
        let left = m * (b - m) * x / before;
        let over = left * x * (a + m - 1.0) * ((a + b + m - 1.0) / before);
        let under = m + left + (a + m) * (excess + m * (2.0 - x)) / after;
        d = 1.0 / (under + over * d);
        c = under + over / c;
        fraction *= c * d;
        if (c * d - 1.0).abs() <= 2.0 * f64::EPSILON {
            return fraction;
        }
    }
    panic!("incomplete beta function did not converge: a {a}, b {b}, x {x}");
}

/// The `x` with `I_x(a, b) = p`, and `1 - x`, each with its full digits.
///
/// Newton's method on the logarithm of the smaller tail against the logit of x,
/// where it is nearly straight; bisection wherever that would leave the bracket.
fn beta_quantile(a: f64, b: f64, p: f64) -> (f64, f64) {
    if p > 0.5 {
        let (y, x) = beta_quantile(b, a, 1.0 - p);
        return (x, y);
    }
    if p == 0.0 {
        return (0.0, 1.0);
    }
    // exp(700) is finite, so neither x nor 1 - x becomes 0.
    let share = |logit: f64| 1.0 / (1.0 + libm::exp(-logit));
    let (mut low, mut high) = (-700.0, 700.0);
    let mut logit = libm::log(a / b);
    for _ in 0..200 {
        let (x, y) = (share(logit), share(-logit));
        let tail = beta_split(a, b, x, y);
        let step = libm::log(tail / p) * tail / beta_factor(a, b, x, y);
        if step.abs() <= 4.0 * f64::EPSILON * (1.0 + logit.abs()) {
            break;
        }
        let bound = if tail < p { &mut low } else { &mut high };
        *bound = logit;
        logit -= step;
        // Written so that a step that is not a number counts as outside.
        if !(logit > low && logit < high) {
            logit = 0.5 * (low + high);
        }
    }
    (share(logit), share(-logit))
}

/// Share allowed outside an interval: 1 - `confidence`, after checking it.
fn outside(confidence: f64) -> f64 {
    let outside = 1.0 - confidence;
    assert!(outside > 0.0 && outside < 1.0, "confidence: {confidence}");
    outside
}

/// Exact (Clopper-Pearson) interval of the probability of an event seen in `k`
/// of `n` >= 1 runs: `(low, high)`, covering with at least `confidence`.
pub fn clopper_pearson(k: u64, n: u64, confidence: f64) -> (f64, f64) {
    assert!(n > 0 && k <= n, "{k} events in {n} runs");
    let tail = 0.5 * outside(confidence);
    // An outcome never seen puts no lower bound on its probability.
    let side = |seen: u64, other: u64| match seen {
        0 => (0.0, 1.0),
        _ => beta_quantile(seen as f64, other as f64 + 1.0, tail),
    };
    (side(k, n - k).0, side(n - k, k).1)
}

/// Wilson's score interval for the same question as [`clopper_pearson`]:
/// shorter, and covering with `confidence` on average rather than at least.
pub fn wilson(k: u64, n: u64, confidence: f64) -> (f64, f64) {
    assert!(n > 0 && k <= n, "{k} events in {n} runs");
    let z = -normal_quantile(0.5 * outside(confidence));
    let (seen, runs) = (k as f64, n as f64);
    let centre = 2.0 * seen + z * z;
    let reach = z * (z * z + 4.0 * seen * ((n - k) as f64 / runs)).sqrt();
    let scale = 2.0 * (runs + z * z);
    let high = if k == n { scale } else { centre + reach };
    // The root of z * z is z: the low end is exactly 0 where k is 0.
    ((centre - reach) / scale, high / scale)
}

/// P(Bin(n, p) < `rank`): that the order statistic of this rank (0 to n + 1)
/// lies above the `p` quantile of a continuous distribution.
fn tail_below(n: u64, p: f64, rank: u64) -> f64 {
    let rank = rank as f64;
    beta_split(n as f64 - rank + 1.0, rank, 1.0 - p, p)
}

/// P(Bin(n, p) >= `rank`): that it lies at or below that quantile.
fn tail_from(n: u64, p: f64, rank: u64) -> f64 {
    let rank = rank as f64;
    beta_split(rank, n as f64 - rank + 1.0, p, 1.0 - p)
}

/// The smallest number from 0 on for which `holds`, which must stay true once true.
fn first(holds: impl Fn(u64) -> bool) -> u64 {
    let mut high = 1;
    while !holds(high) {
        high *= 2;
    }
    let mut low = 0;
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    high
}

/// The rank (1 to `n`, smallest value first) of the point estimate of the `p`
/// quantile among `n` values: n p rounded up, at least 1. Rounding up gives the
/// smallest value that at least a share `p` of the values does not exceed.
pub fn quantile_rank(n: u64, p: f64) -> u64 {
    assert!(n > 0, "no values");
    assert!((0.0..=1.0).contains(&p), "quantile out of range: {p}");
    // A product that is whole in decimals (100 * 0.07) may end just above it.
    let rank = (n as f64 * p * (1.0 - 4.0 * f64::EPSILON)).ceil();
    (rank as u64).clamp(1, n)
}

/// Ranks (1 to `n`, smallest value first) of the two values among `n` that
/// enclose the `p` quantile with at least `confidence`, whatever the
/// distribution: the lower is the largest with P(Bin(n, p) <= lower - 1) at
/// most half of 1 - `confidence`, the upper the smallest with
/// P(Bin(n, p) >= upper) at most that. `None` where no value is extreme enough.
pub fn quantile_ranks(n: u64, p: f64, confidence: f64) -> (Option<u64>, Option<u64>) {
    assert!(p > 0.0 && p < 1.0, "quantile out of range: {p}");
    let allowed = 0.5 * outside(confidence) * TIE;
    // One less than the first rank whose lower tail is too heavy.
    let lower = first(|rank| tail_below(n, p, rank) > allowed) - 1;
    let upper = first(|rank| tail_from(n, p, rank) <= allowed);
    ((lower >= 1).then_some(lower), (upper <= n).then_some(upper))
}

/// Exact probability that the values of ranks `lower` and `upper` among `n`
/// draws of a continuous distribution enclose its `p` quantile:
/// P(lower <= Bin(n, p) <= upper - 1). A `lower` of 0 or an `upper` of n + 1
/// stands for no bound on that side.
pub fn coverage(n: u64, p: f64, lower: u64, upper: u64) -> f64 {
    assert!(p > 0.0 && p < 1.0, "quantile out of range: {p}");
    assert!(lower <= upper, "ranks {lower} to {upper}");
    1.0 - tail_below(n, p, lower) - tail_from(n, p, upper)
}

/// What [`runs_needed`] asks of the smallest and largest value of n runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sides {
    /// The largest value is an upper bound: 1 - p^n >= confidence.
    Upper,
    /// Smallest and largest enclose it: 1 - p^n - (1 - p)^n >= confidence.
    Range,
    /// [`quantile_ranks`] gives both ranks: p^n, (1 - p)^n <= half the rest.
    EqualTails,
}

/// Smallest number n of runs with which the `p` quantile can be bounded with at
/// least `confidence` on the asked `sides`.
pub fn runs_needed(p: f64, confidence: f64, sides: Sides) -> u64 {
    assert!(p > 0.0 && p < 1.0, "quantile out of range: {p}");
    let allowed = outside(confidence) * TIE;
    first(|n| {
        let (all_above, all_below) = (tail_below(n, p, 1), tail_from(n, p, n));
        match sides {
            Sides::Upper => all_below <= allowed,
            Sides::Range => all_below + all_above <= allowed,
            Sides::EqualTails => all_below.max(all_above) <= 0.5 * allowed,
        }
    })
}

/// Compensated sum in the order given: the rounding of each step is summed apart.
fn sum(values: impl Iterator<Item = f64>) -> f64 {
    let (mut total, mut lost) = (0.0, 0.0);
    for value in values {
        let next: f64 = total + value;
        let taken = next - total;
        lost += (total - (next - taken)) + (value - taken);
        total = next;
    }
    total + lost
}

/// Student's t interval of the mean of independent `values` (any unit, the same
/// in the result): `(low, mean, high)`, or `None` for fewer than two values.
/// Values that are all equal give exactly that value three times.
pub fn mean_interval(values: &[f64], confidence: f64) -> Option<(f64, f64, f64)> {
    let tail = 0.5 * outside(confidence);
    assert!(values.iter().all(|v| v.is_finite()), "value not finite");
    let [first, _, ..] = *values else { return None };
    if values.iter().all(|v| *v == first) {
        return Some((first, first, first));
    }
    let n = values.len() as f64;
    let mean = sum(values.iter().copied()) / n;
    let squares = sum(values.iter().map(|v| (v - mean) * (v - mean)));
    let half = t_half_width(squares, n, tail);
    Some((mean - half, mean, mean + half))
}

/// Half width of the t interval from the sum of squared deviations.
fn t_half_width(squares: f64, n: f64, tail: f64) -> f64 {
    -student_t_quantile(tail, n - 1.0) * (squares / (n - 1.0) / n).sqrt()
}

/// [`mean_interval`] of `a[i] - b[i]`: how much two variants differ when run
/// `i` of both used the same random numbers.
pub fn paired_difference(a: &[f64], b: &[f64], confidence: f64) -> Option<(f64, f64, f64)> {
    assert_eq!(a.len(), b.len(), "pairs need equal lengths");
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    mean_interval(&differences, confidence)
}
