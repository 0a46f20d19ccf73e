//! Distributions: closed forms, inverses, residuals.

use super::*;

/// The standard normal distribution function by another route: erfc.
fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x / std::f64::consts::SQRT_2)
}

#[test]
fn normal_quantile_inverts_the_distribution_function() {
    for k in 1..2000 {
        let share = f64::from(k) / 2000.0;
        assert!((normal_cdf(normal_quantile(share)) - share).abs() < 1e-14, "at {share}");
    }
    for tail in [1e-3, 1e-6, 1e-12, 1e-16] {
        let back = normal_cdf(normal_quantile(tail));
        assert!((back / tail - 1.0).abs() < 1e-11, "at {tail}: {back}");
    }
}

const SECOND: Duration = Duration::from_secs(1);

/// One of each kind, with E[L^2] in seconds squared by its closed form.
fn laws() -> [(Law, f64); 8] {
    [
        (Law::Constant(SECOND), 1.0),
        (Law::Uniform { from: Duration::ZERO, to: SECOND }, 1.0 / 3.0),
        (Law::Uniform { from: SECOND, to: SECOND.times(3) }, 13.0 / 3.0),
        (Law::Exponential { mean: SECOND.times(2) }, 8.0),
        (Law::Lognormal { centre: Centre::Median(SECOND), sigma: 0.5 }, libm::exp(0.5)),
        (Law::Lognormal { centre: Centre::Mean(SECOND), sigma: 0.5 }, libm::exp(0.25)),
        (Law::Pareto { minimum: SECOND, shape: 4.0, at_most: None }, 2.0),
        (Law::Pareto { minimum: SECOND.times(5), shape: 6.0, at_most: None }, 37.5),
    ]
}

/// The middles of `parts` equal parts of (0, 1).
fn shares(parts: u32) -> impl Iterator<Item = f64> + Clone {
    (0..parts).map(move |k| (f64::from(k) + 0.5) / f64::from(parts))
}

/// Residuals in seconds over a grid of 400 x 400 pairs of shares.
fn residuals(law: Law) -> Vec<f64> {
    shares(400)
        .flat_map(|first| shares(400).map(move |second| law.residual(first, second).seconds()))
        .collect()
}

#[test]
fn laws_have_the_stated_centre() {
    let mean_of =
        |law: Law| shares(20_000).map(|share| law.at(share).seconds()).sum::<f64>() / 20_000.0;
    assert!((mean_of(Law::Exponential { mean: SECOND }) - 1.0).abs() < 1e-3);
    assert!(
        (mean_of(Law::Lognormal { centre: Centre::Mean(SECOND), sigma: 1.0 }) - 1.0).abs() < 2e-3
    );
    assert_eq!(Law::Lognormal { centre: Centre::Median(SECOND), sigma: 1.0 }.median(), SECOND);
    assert!((mean_of(Law::Uniform { from: SECOND, to: SECOND.times(3) }) - 2.0).abs() < 1e-6);
    for (law, _) in laws() {
        assert!(
            (mean_of(law) / law.mean() - 1.0).abs() < 1e-3,
            "{law}: {} is not {}",
            mean_of(law),
            law.mean()
        );
    }
}

/// Renewal theory: the mean of what is left is E[L^2] / (2 E[L]). The middles of a grid miss a little of a heavy
/// tail, most of all (0.5%) of the Pareto law of shape 4.
#[test]
fn what_is_left_has_the_mean_of_the_equilibrium_law() {
    for (law, square) in laws() {
        let expected = square / (2.0 * law.mean());
        let left = residuals(law);
        let mean = left.iter().sum::<f64>() / left.len() as f64;
        assert!((mean / expected - 1.0).abs() < 0.01, "{law}: {mean} is not {expected}");
    }
}

/// Renewal theory: P(left <= r) = E[min(L, r)] / E[L], which needs no length-biased draw. It holds for tails too
/// heavy for a mean of what is left. The grid resolves shares to about 1 / 400.
#[test]
fn what_is_left_has_the_equilibrium_law() {
    let cut_off = (1.1, Some(SECOND.times(20)));
    let heavy = [(1.2, None), (1.5, None), (2.0, None), cut_off]
        .map(|(shape, at_most)| Law::Pareto { minimum: SECOND, shape, at_most });
    for law in laws().map(|(law, _)| law).into_iter().chain(heavy) {
        let left = residuals(law);
        for r in [0.1, 0.3, 0.5, 0.9, 1.5, 3.0, 10.0] {
            let shorter = left.iter().filter(|left| **left <= r).count() as f64 / left.len() as f64;
            let expected = shares(20_000).map(|share| law.at(share).seconds().min(r)).sum::<f64>()
                / 20_000.0
                / law.mean();
            assert!(
                (shorter - expected).abs() < 0.005,
                "{law}: {shorter} of what is left within {r} s, not {expected}"
            );
        }
    }
}

#[test]
fn what_is_left_of_a_constant_is_a_share_of_it() {
    for first in shares(100) {
        let left = Law::Constant(SECOND.times(10)).residual(first, 0.3).seconds();
        assert!((left - 10.0 * first).abs() < 1e-9, "{left} of 10 s at {first}");
    }
}

#[test]
fn nothing_is_left_of_nothing() {
    let zero = Duration::ZERO;
    let nothing = [
        Law::Constant(zero),
        Law::Uniform { from: zero, to: zero },
        Law::Exponential { mean: zero },
        Law::Lognormal { centre: Centre::Median(zero), sigma: 5.0 },
        Law::Lognormal { centre: Centre::Mean(zero), sigma: 5.0 },
        Law::Pareto { minimum: zero, shape: 1.000_001, at_most: None },
    ];
    for law in nothing {
        assert_eq!(law.mean(), 0.0, "{law}");
        for share in [1e-18, 0.5, 1.0 - 1e-16] {
            assert_eq!(law.at(share), zero, "{law}");
            assert_eq!(law.residual(share, share), zero, "{law}");
        }
    }
}

#[test]
fn a_pareto_law_is_its_distribution_function_inverted() {
    let law = Law::Pareto { minimum: SECOND, shape: 3.0, at_most: None };
    assert_eq!(law.at(1e-18), SECOND, "nothing is shorter than the minimum");
    for x in [1.1, 2.0, 10.0, 500.0] {
        let share = 1.0 - 1.0 / (x * x * x);
        assert!((law.at(share).seconds() / x - 1.0).abs() < 1e-6, "at {x}");
    }
    assert!((law.median().seconds() - libm::cbrt(2.0)).abs() < 1e-9);
    assert_eq!(law.to_string(), "Pareto, minimum 1s, shape 3");
    // An end beyond all time is the end of time, never a wrapped number.
    assert_eq!(
        Law::Pareto { minimum: Duration::MAX, shape: 1.1, at_most: None }.residual(0.999, 0.999),
        Duration::MAX
    );
}
