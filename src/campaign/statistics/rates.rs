//! Rates of rare events: how many a month, when so many were seen in so long.
//!
//! Sources:
//! - F. Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28 (1936) 437-442.
//! - Incomplete gamma function: NIST Digital Library of Mathematical Functions 8.7 (series) and 8.9 (continued
//!   fraction), the latter by Lentz's method; leading factor in C. Loader's saddle-point form (2000).

use super::{outside, stirling_real};
use crate::engine::counts::deviance;
use std::f64::consts::TAU;

/// Exact (Garwood) interval of the mean of a Poisson count of which `events` were seen: `(low, high)`, covering
/// with at least `confidence`. It is exact for events that come independently of each other.
pub fn garwood(events: u64, confidence: f64) -> (f64, f64) {
    let tail = 0.5 * outside(confidence);
    // P(X >= n) = P(n, mean) and P(X <= n) = Q(n + 1, mean); none at all puts no lower bound on the mean.
    let low = if events == 0 { 0.0 } else { gamma_quantile(events as f64, tail, Tail::Lower) };
    (low, gamma_quantile(events as f64 + 1.0, tail, Tail::Upper))
}

/// Which part of a gamma variable's law.
#[derive(Clone, Copy, PartialEq)]
enum Tail {
    Lower,
    Upper,
}

/// The `x` beyond which the `tail` of a gamma variable of shape `a` >= 1 weighs `p`, 0 < `p` < 1/2.
///
/// Newton's method on the logarithms of tail and x; bisection wherever that would leave the bracket.
fn gamma_quantile(a: f64, p: f64, tail: Tail) -> f64 {
    let (mut low, mut high) = (-700.0, 700.0);
    let mut place = libm::log(a);
    for _ in 0..200 {
        let x = libm::exp(place);
        let weight = gamma_tail(a, x, tail);
        let is_left = (weight < p) == (tail == Tail::Lower);
        let size = libm::log(weight / p) * weight / gamma_factor(a, x);
        let step = if tail == Tail::Lower { -size } else { size };
        if step.abs() <= 4.0 * f64::EPSILON * (1.0 + place.abs()) {
            break;
        }
        let bound = if is_left { &mut low } else { &mut high };
        *bound = place;
        place += step;
        // Written so that a step that is not a number counts as outside.
        if !(place > low && place < high) {
            place = 0.5 * (low + high);
        }
    }
    libm::exp(place)
}

/// `x^a e^-x / Gamma(a)`, as a product of factors that do not cancel.
fn gamma_factor(a: f64, x: f64) -> f64 {
    (a / TAU).sqrt() * libm::exp(-stirling_real(a) - deviance(a, x, a - x))
}

/// The regularized incomplete gamma functions P (lower) and Q (upper).
fn gamma_tail(a: f64, x: f64, tail: Tail) -> f64 {
    let is_lower = x < a + 1.0;
    let weight =
        gamma_factor(a, x) * if is_lower { gamma_series(a, x) } else { gamma_fraction(a, x) };
    if is_lower == (tail == Tail::Lower) { weight } else { 1.0 - weight }
}

/// The sum of x^n / (a (a + 1) .. (a + n)), for x < a + 1; takes about the root of a in steps.
fn gamma_series(a: f64, x: f64) -> f64 {
    let mut term = 1.0 / a;
    let mut sum = term;
    for step in 1..10_000_000 {
        term *= x / (a + f64::from(step));
        sum += term;
        if term <= f64::EPSILON * 0.25 * sum {
            return sum;
        }
    }
    panic!("incomplete gamma function did not converge: a {a}, x {x}");
}

/// The continued fraction of the upper tail, for x >= a + 1.
fn gamma_fraction(a: f64, x: f64) -> f64 {
    let mut under = x + 1.0 - a;
    let (mut c, mut d) = (f64::INFINITY, 1.0 / under);
    let mut fraction = d;
    for step in 1..10_000_000 {
        let m = f64::from(step);
        let over = m * (a - m);
        under += 2.0;
        d = 1.0 / (under + over * d);
        c = under + over / c;
        fraction *= c * d;
        if (c * d - 1.0).abs() <= 2.0 * f64::EPSILON {
            return fraction;
        }
    }
    panic!("incomplete gamma function did not converge: a {a}, x {x}");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P(X <= count) of a Poisson variable, term by term: independent of the code under test.
    fn at_most(count: u64, mean: f64) -> f64 {
        let mut term = libm::exp(-mean);
        let mut sum = term;
        for k in 1..=count {
            term *= mean / k as f64;
            sum += term;
        }
        sum
    }

    #[test]
    fn both_tails_weigh_what_is_allowed() {
        for confidence in [0.5, 0.9, 0.95, 0.999] {
            let tail = 0.5 * (1.0 - confidence);
            for events in [0, 1, 2, 3, 7, 20, 100, 500] {
                let (low, high) = garwood(events, confidence);
                assert!(
                    (at_most(events, high) / tail - 1.0).abs() < 1e-10,
                    "{events} at {confidence}: {high}"
                );
                match events.checked_sub(1) {
                    None => assert_eq!(low, 0.0),
                    Some(fewer) => assert!(
                        (1.0 - at_most(fewer, low) - tail).abs() < 1e-11,
                        "{events} at {confidence}: {low}"
                    ),
                }
            }
        }
    }

    /// Reference numbers by mpmath, with 30 digits.
    #[test]
    fn limits_match_reference_numbers() {
        let known = [
            (1, 0.025_317_807_984_289_875, 5.571_643_390_938_9),
            (5, 1.623_486_390_118_420_5, 11.668_332_079_322_67),
            (50, 37.110_963_737_461_86, 65.918_766_664_368_17),
            (12_345, 12_128.180_907_899_08, 12_564.722_206_913_33),
        ];
        assert!((garwood(0, 0.95).1 - 3.688_879_454_113_936).abs() < 1e-14);
        for (events, low, high) in known {
            let found = garwood(events, 0.95);
            assert!(
                (found.0 - low).abs() <= 1e-12 * low && (found.1 - high).abs() <= 1e-12 * high,
                "{events}: {found:?}"
            );
        }
    }
}
