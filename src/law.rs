//! Laws of random lengths of time. A law turns a share drawn elsewhere into a duration
//! (inverse distribution function), so it needs no generator and gives the same bits everywhere:
//! every transcendental function comes from `libm`.

pub mod mixture;

use crate::units::Duration;
use serde::Serialize;

/// The distribution of a length of time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub enum Law {
    /// Always the same.
    Constant(Duration),
    /// Every length between `from` and `to` alike.
    Uniform { from: Duration, to: Duration },
    /// Memoryless with this mean.
    Exponential { mean: Duration },
    /// The logarithm is normal. `sigma` is its standard deviation (dimensionless, 0 to 5).
    Lognormal { centre: Centre, sigma: f64 },
    /// Never shorter than `minimum`, with a tail that falls as a power: P(longer than x) = (minimum / x)^shape.
    /// `shape` is above 1 (dimensionless), or the mean would be infinite; at 2 and below the variance is. What would be longer than `at_most`
    /// takes just so long.
    Pareto { minimum: Duration, shape: f64, at_most: Option<Duration> },
}

/// A lognormal distribution is given by its median or by its mean, and says which: the two differ by exp(sigma^2/2).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub enum Centre {
    Median(Duration),
    Mean(Duration),
}

impl Law {
    /// The length at this share of the law; `share` lies strictly between 0 and 1.
    pub fn at(&self, share: f64) -> Duration {
        debug_assert!(share > 0.0 && share < 1.0, "a drawn share is inside (0, 1)");
        match *self {
            Law::Constant(length) => length,
            Law::Uniform { from, to } => {
                let width = to.as_nanos() - from.as_nanos();
                Duration::from_nanos(from.as_nanos() + (width as f64 * share) as u64)
            }
            Law::Exponential { mean } => {
                Duration::from_seconds_f64(-mean.seconds() * libm::log1p(-share))
            }
            Law::Lognormal { sigma, .. } => Duration::from_seconds_f64(
                self.median().seconds() * libm::exp(sigma * normal_quantile(share)),
            ),
            Law::Pareto { minimum, shape, at_most } => {
                Duration::from_seconds_f64(minimum.seconds() * pareto(shape, share))
                    .min(at_most.unwrap_or(Duration::MAX))
            }
        }
    }

    /// Half of the draws are shorter.
    pub fn median(&self) -> Duration {
        match *self {
            Law::Lognormal { centre: Centre::Median(median), .. } => median,
            Law::Lognormal { centre: Centre::Mean(mean), sigma } => {
                Duration::from_seconds_f64(mean.seconds() * libm::exp(-sigma * sigma / 2.0))
            }
            _ => self.at(0.5),
        }
    }

    /// The mean, in seconds.
    pub fn mean(&self) -> f64 {
        match *self {
            Law::Constant(length) => length.seconds(),
            Law::Uniform { from, to } => (from.seconds() + to.seconds()) / 2.0,
            Law::Exponential { mean } | Law::Lognormal { centre: Centre::Mean(mean), .. } => {
                mean.seconds()
            }
            Law::Lognormal { centre: Centre::Median(median), sigma } => {
                median.seconds() * libm::exp(sigma * sigma / 2.0)
            }
            // The integral of P(longer than x) = (minimum / x)^shape, up to where it is cut off.
            Law::Pareto { minimum, shape, at_most } => {
                minimum.seconds() * (shape - cut_off(minimum, shape, at_most)) / (shape - 1.0)
            }
        }
    }

    /// What is left of an interval of this law met at a random time, when such intervals follow one another without end: a uniform share
    /// (`second`) of the one that is met. Both shares lie strictly between 0 and 1, drawn independently. Laws that need just one draw leave
    /// `second` unused.
    pub fn residual(&self, first: f64, second: f64) -> Duration {
        debug_assert!(
            first > 0.0 && first < 1.0 && second > 0.0 && second < 1.0,
            "drawn shares are inside (0, 1)"
        );
        match *self {
            // All intervals are alike, so the one that is met is no longer than the others.
            Law::Constant(length) => Duration::from_seconds_f64(length.seconds() * first),
            // Memoryless: what is left is as long as a new one.
            Law::Exponential { .. } => self.at(first),
            _ => Duration::from_seconds_f64(self.met(first, second) * second),
        }
    }

    /// The length, in seconds, of the interval of this law that a random time falls into, when such intervals follow one another without end.
    ///
    /// A random time falls into long intervals more often: the length of the one it meets has the density x f(x) / mean. A length-biased
    /// draw from `first`; only the exponential law needs `second` besides.
    pub fn met(&self, first: f64, second: f64) -> f64 {
        match *self {
            Law::Constant(length) => length.seconds(),
            // What has passed and what is left are each as long as a new one.
            Law::Exponential { .. } => self.at(first).seconds() + self.at(second).seconds(),
            // The biased distribution function is (x^2 - from^2) / (to^2 - from^2).
            Law::Uniform { from, to } => {
                let (shortest, longest) =
                    (from.seconds() * from.seconds(), to.seconds() * to.seconds());
                (shortest + first * (longest - shortest)).sqrt()
            }
            // Times x, the density of the logarithm is normal again, its centre sigma^2 higher.
            Law::Lognormal { sigma, .. } => {
                self.median().seconds() * libm::exp(sigma * sigma + sigma * normal_quantile(first))
            }
            // Times x, the power is one less.
            Law::Pareto { minimum, shape, at_most: None } => {
                minimum.seconds() * pareto(shape - 1.0, first)
            }
            // The same up to the cut: beyond it all are alike, and weigh what is left of the mean.
            Law::Pareto { minimum, shape, at_most: Some(most) } => {
                let weight = (shape - cut_off(minimum, shape, Some(most))) / shape;
                (minimum.seconds() * pareto(shape - 1.0, first * weight)).min(most.seconds())
            }
        }
    }
}

/// The part of the integral of a Pareto distribution that is cut off: (at most / minimum)^(1 - shape).
fn cut_off(minimum: Duration, shape: f64, at_most: Option<Duration>) -> f64 {
    at_most.map_or(0.0, |most| {
        libm::exp((1.0 - shape) * libm::log(most.seconds() / minimum.seconds()))
    })
}

/// The quantile of the Pareto law with minimum 1: (1 - share)^(-1 / shape).
fn pareto(shape: f64, share: f64) -> f64 {
    libm::exp(-libm::log1p(-share) / shape)
}

impl std::fmt::Display for Law {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Law::Constant(length) => write!(f, "{length}"),
            Law::Uniform { from, to } => write!(f, "{from} to {to}"),
            Law::Exponential { mean } => write!(f, "exponential, mean {mean}"),
            Law::Lognormal { centre: Centre::Median(median), sigma } => {
                write!(f, "lognormal, median {median}, sigma {sigma}")
            }
            Law::Lognormal { centre: Centre::Mean(mean), sigma } => {
                write!(f, "lognormal, mean {mean}, sigma {sigma}")
            }
            Law::Pareto { minimum, shape, at_most: None } => {
                write!(f, "Pareto, minimum {minimum}, shape {shape}")
            }
            Law::Pareto { minimum, shape, at_most: Some(most) } => {
                write!(f, "Pareto, minimum {minimum}, shape {shape}, at most {most}")
            }
        }
    }
}

/// The shares of so many things of which the k-th has a weight of k^-exponent; 0: all alike.
pub fn zipf(count: u64, exponent: f64) -> Vec<f64> {
    let weights: Vec<f64> =
        (1..=count).map(|rank| libm::exp(-exponent * libm::log(rank as f64))).collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / sum).collect()
}

/// Evaluates a polynomial whose coefficients come with the highest power first.
fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().fold(0.0, |sum, c| sum * x + c)
}

/// The standard normal quantile by Wichura's algorithm AS 241 (1988), relative error about 1e-16.
pub fn normal_quantile(share: f64) -> f64 {
    assert!(share > 0.0 && share < 1.0, "a quantile needs a share inside (0, 1)");
    const A: [f64; 8] = [
        2.509_080_928_730_122_6e3,
        3.343_057_558_358_813e4,
        6.726_577_092_700_87e4,
        4.592_195_393_154_987e4,
        1.373_169_376_550_946e4,
        1.971_590_950_306_551_4e3,
        1.331_416_678_917_843_8e2,
        3.387_132_872_796_366_5,
    ];
    const B: [f64; 8] = [
        5.226_495_278_852_854e3,
        2.872_908_573_572_194_3e4,
        3.930_789_580_009_271e4,
        2.121_379_430_158_659_7e4,
        5.394_196_021_424_751e3,
        6.871_870_074_920_579e2,
        4.231_333_070_160_091e1,
        1.0,
    ];
    let centred = share - 0.5;
    if centred.abs() <= 0.425 {
        let r = 0.180_625 - centred * centred;
        return centred * polynomial(&A, r) / polynomial(&B, r);
    }
    let tail = if centred < 0.0 { share } else { 1.0 - share };
    let r = libm::sqrt(-libm::log(tail));
    let magnitude = normal_tail(r);
    if centred < 0.0 { -magnitude } else { magnitude }
}

/// The tails of AS 241; `r` is sqrt(-ln(tail probability)).
fn normal_tail(r: f64) -> f64 {
    const C: [f64; 8] = [
        7.745_450_142_783_414e-4,
        2.272_384_498_926_918_4e-2,
        2.417_807_251_774_506e-1,
        1.270_458_252_452_368_4,
        3.647_848_324_763_204_5,
        5.769_497_221_460_691,
        4.630_337_846_156_546,
        1.423_437_110_749_683_5,
    ];
    const D: [f64; 8] = [
        1.050_750_071_644_416_9e-9,
        5.475_938_084_995_345e-4,
        1.519_866_656_361_645_7e-2,
        1.481_039_764_274_800_8e-1,
        6.897_673_349_851e-1,
        1.676_384_830_183_803_8,
        2.053_191_626_637_759,
        1.0,
    ];
    const E: [f64; 8] = [
        2.010_334_399_292_288_1e-7,
        2.711_555_568_743_487_6e-5,
        1.242_660_947_388_078_4e-3,
        2.653_218_952_657_612_4e-2,
        2.965_605_718_285_048_7e-1,
        1.784_826_539_917_291_3,
        5.463_784_911_164_114,
        6.657_904_643_501_103,
    ];
    const F: [f64; 8] = [
        2.044_263_103_389_939_8e-15,
        1.421_511_758_316_446e-7,
        1.846_318_317_510_054_7e-5,
        7.868_691_311_456_133e-4,
        1.487_536_129_085_061_5e-2,
        1.369_298_809_227_358e-1,
        5.998_322_065_558_88e-1,
        1.0,
    ];
    if r <= 5.0 {
        polynomial(&C, r - 1.6) / polynomial(&D, r - 1.6)
    } else {
        polynomial(&E, r - 5.0) / polynomial(&F, r - 5.0)
    }
}

#[cfg(test)]
mod tests;
