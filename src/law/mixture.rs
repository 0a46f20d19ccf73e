//! Mixtures of laws: most lengths of time follow one law, some another. Fits of measured latencies need them: a narrow body
//! and a long tail.
//!
//! ```text
//!  one share picks the part          another one the length in it
//!  |-------- 38% --------|---------------- 62% ----------------|
//!       Pareto                          exponential
//! ```

use super::Law;
use crate::units::{Duration, Share};
use serde::Serialize;

/// One law out of several: parts with their shares, which are above zero and sum to the whole.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mixture {
    parts: Vec<Part>,
}

/// A law, and the share of all lengths that follow it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Part {
    pub share: Share,
    pub law: Law,
}

impl From<Law> for Mixture {
    fn from(law: Law) -> Mixture {
        Mixture { parts: vec![Part { share: Share::ALL, law }] }
    }
}

impl TryFrom<Vec<Part>> for Mixture {
    type Error = &'static str;
    fn try_from(parts: Vec<Part>) -> Result<Mixture, Self::Error> {
        if parts.iter().any(|part| part.share == Share::NONE) {
            return Err("a part of a mixture has no share");
        }
        let sum: u128 = parts.iter().map(|part| u128::from(part.share.parts())).sum();
        if sum == u128::from(Share::ALL.parts()) {
            Ok(Mixture { parts })
        } else {
            Err("the shares of a mixture do not sum to 100%")
        }
    }
}

impl Mixture {
    /// Its parts; one: a plain distribution.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The length at two shares, drawn independently, both strictly between 0 and 1. A mixture of one law leaves `of_part` unused.
    pub fn at(&self, of_part: impl FnOnce() -> f64, within: f64) -> Duration {
        let (last, others) = self.parts.split_last().expect("a mixture has a part");
        if others.is_empty() {
            return last.law.at(within);
        }
        let mut left = of_part() * Share::ALL.parts() as f64;
        for part in others {
            left -= part.share.parts() as f64;
            if left < 0.0 {
                return part.law.at(within);
            }
        }
        last.law.at(within)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(percent: u64, millis: u64) -> Part {
        Part {
            share: Share::from_parts(percent * Share::ALL.parts() / 100),
            law: Law::Constant(Duration::from_millis(millis)),
        }
    }

    #[test]
    fn each_part_has_its_share() {
        let mixture = Mixture::try_from(vec![part(38, 1), part(50, 2), part(12, 3)])
            .expect("they sum to 100%");
        let of_length = |millis: u64| {
            (0..10_000)
                .filter(|k| {
                    mixture.at(|| (f64::from(*k) + 0.5) / 1e4, 0.5) == Duration::from_millis(millis)
                })
                .count()
        };
        assert_eq!([of_length(1), of_length(2), of_length(3)], [3_800, 5_000, 1_200]);
    }

    #[test]
    fn shares_make_the_whole() {
        assert!(Mixture::try_from(vec![part(38, 1), part(61, 2)]).is_err());
        assert!(Mixture::try_from(vec![part(100, 1), part(0, 2)]).is_err());
        assert!(Mixture::try_from(Vec::new()).is_err());
    }
}
