//! Independent streams of chance, one per named component and run.
//!
//! A stream is keyed by (seed, run, component label) and numbered within the component, so a
//! component that comes, goes or draws more changes no draw of any other: two designs run on the
//! same seeds differ only by the design (common random numbers).

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Makes the streams of one run.
#[derive(Clone, Copy, Debug)]
pub struct Streams {
    seed: u64,
    run: u64,
}

impl Streams {
    pub fn new(seed: u64, run: u64) -> Self {
        Streams { seed, run }
    }

    /// The stream of the component `label`, part `part`; labels read "check/tokyo", "population/Japan".
    pub fn of(&self, label: &str, part: u64) -> Stream {
        let mut key = [0u8; 32];
        key[..8].copy_from_slice(&self.seed.to_le_bytes());
        key[8..16].copy_from_slice(&self.run.to_le_bytes());
        key[16..].copy_from_slice(&label_hash(label).to_le_bytes());
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream(part);
        Stream { generator }
    }
}

/// FNV-1a over 128 bits: two labels share a stream with probability 2^-128.
fn label_hash(label: &str) -> u128 {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    label.bytes().fold(OFFSET, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}

/// One component's chance.
#[derive(Clone, Debug)]
pub struct Stream {
    generator: ChaCha8Rng,
}

impl Stream {
    /// A share strictly between 0 and 1, on a grid of 2^52 equally likely values. With 53 bits the
    /// half would not be representable and the largest value would round to 1.
    pub fn share(&mut self) -> f64 {
        ((self.generator.next_u64() >> 12) as f64 + 0.5) * (1.0 / 4_503_599_627_370_496.0)
    }

    /// The least of `count` shares: 1 - U^(1/count).
    pub fn least_of(&mut self, count: u64) -> f64 {
        -libm::expm1(libm::log(self.share()) / count as f64)
    }

    /// How many trials succeed before the first that fails, when each succeeds with this probability.
    pub fn successes(&mut self, probability: f64) -> u64 {
        // `as` saturates: a probability so near to one that it never fails gives the maximum.
        (libm::log(self.share()) / libm::log(probability)) as u64
    }

    /// A memoryless waiting time in units of its mean.
    pub fn exponential(&mut self) -> f64 {
        -libm::log(self.share())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_their_own() {
        let first = |label, part, run| Streams::new(1, run).of(label, part).share();
        assert_eq!(first("a", 0, 0).to_bits(), first("a", 0, 0).to_bits());
        let distinct = [first("a", 0, 0), first("b", 0, 0), first("a", 1, 0), first("a", 0, 1)];
        for (index, one) in distinct.iter().enumerate() {
            assert!(distinct[..index].iter().all(|other| other.to_bits() != one.to_bits()));
        }
    }

    /// A canary: if this changes, every committed report changes.
    #[test]
    fn the_bits_are_pinned() {
        let mut stream = Streams::new(42, 7).of("check/tokyo", 3);
        let bits: Vec<u64> = (0..3).map(|_| stream.share().to_bits()).collect();
        assert_eq!(bits, PINNED, "{bits:#018x?}");
    }

    const PINNED: [u64; 3] = [4_604_879_319_976_645_517, 4_604_310_021_467_907_251, 4_598_236_075_318_816_142];
}
