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
        Stream { generator, place: None }
    }

    /// The key by which the members of a group share out each draw among them; see [`Place`].
    pub fn group(&self, label: &str) -> u64 {
        self.of(label, 0).generator.next_u64()
    }
}

/// The place of one member in a group whose draws are spread evenly: of every draw the unit interval is cut into as many
/// parts as the group has members, and each gets one part of it, at random.
///
/// Each member alone draws from exactly the law that it would draw from otherwise. Together they show that law as very many
/// would: a few hundred caches that stand for millions of users do not add a spread over runs that the millions do not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub group: u64,
    pub member: u32,
    pub members: u32,
}

impl Place {
    /// A share in the part that this member gets of the group's draw number `draw`; `within` says where in it.
    pub fn share(self, draw: u64, within: f64) -> f64 {
        let part = shuffled(
            self.member,
            self.members,
            self.group ^ draw.wrapping_mul(0x9e37_79b9_7f4a_7c15),
        );
        ((f64::from(part) + within) / f64::from(self.members)).min(1.0 - f64::EPSILON / 2.0)
    }
}

/// Where a shuffle by this key puts the place `at` of `count`: a bijection of 0..count. Rounds of multiplication and
/// folding permute the next power of two; what falls beyond `count` goes through them again.
fn shuffled(at: u32, count: u32, key: u64) -> u32 {
    debug_assert!(at < count, "a place within the group");
    let bits = u32::BITS - (count - 1).leading_zeros();
    if bits == 0 {
        return 0;
    }
    let mask = u64::from(u32::MAX >> (u32::BITS - bits));
    let fold = bits.div_ceil(2);
    let mut place = u64::from(at);
    loop {
        let mut round_key = key;
        for _ in 0..4 {
            round_key = mixed(round_key);
            place = (place ^ (round_key >> 40)) & mask;
            place = place.wrapping_mul(round_key | 1) & mask;
            place ^= place >> fold;
        }
        if place < u64::from(count) {
            return place as u32;
        }
    }
}

/// The step of SplitMix64 (Steele, Lea, Flood 2014): every bit of the result depends on every bit of the input.
fn mixed(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
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
    /// In a group whose draws are spread evenly: the place there, and the number of the next draw.
    place: Option<(Place, u64)>,
}

impl Stream {
    /// The same stream as that of a member of a group; see [`Place`].
    pub fn in_group(self, place: Option<Place>) -> Stream {
        Stream { place: place.map(|place| (place, 0)), ..self }
    }

    /// A share strictly between 0 and 1, on a grid of 2^52 equally likely values. With 53 bits the
    /// half would not be representable and the largest value would round to 1.
    pub fn share(&mut self) -> f64 {
        let share =
            ((self.generator.next_u64() >> 12) as f64 + 0.5) * (1.0 / 4_503_599_627_370_496.0);
        match &mut self.place {
            None => share,
            Some((place, draw)) => {
                *draw += 1;
                place.share(*draw, share)
            }
        }
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

    /// A shuffle is a bijection at every size, and where it puts one place says nothing about another draw of the same group.
    #[test]
    fn a_group_shares_out_each_draw() {
        for members in [1u32, 2, 3, 5, 64, 65, 150, 350, 1_000] {
            for key in 0..20 {
                let mut places: Vec<u32> =
                    (0..members).map(|at| shuffled(at, members, key)).collect();
                places.sort_unstable();
                assert!(
                    places.iter().enumerate().all(|(index, place)| index as u32 == *place),
                    "{members} members, key {key}"
                );
            }
        }
    }

    /// Over keys each place goes everywhere alike, and pairs of draws are independent: chi-squared over a grid of 10 x 10.
    #[test]
    fn draws_of_a_group_are_uniform_and_independent() {
        const MEMBERS: u32 = 150;
        let cell = |place: u32| (place * 10 / MEMBERS) as usize;
        let (mut alone, mut pairs) = ([0u32; 10], [[0u32; 10]; 10]);
        for group in 0..400u64 {
            for member in [0, 1, 77, 149] {
                let place = Place { group: mixed(group), member, members: MEMBERS };
                let [one, next] =
                    [1, 2].map(|draw| cell((place.share(draw, 0.5) * f64::from(MEMBERS)) as u32));
                alone[one] += 1;
                pairs[one][next] += 1;
            }
        }
        let chi = |found: &[u32], expected: f64| {
            found
                .iter()
                .map(|n| (f64::from(*n) - expected) * (f64::from(*n) - expected) / expected)
                .sum::<f64>()
        };
        // The 99.9% points of 9 and 99 degrees of freedom.
        assert!(chi(&alone, 160.0) < 27.9, "{alone:?}");
        assert!(chi(&pairs.concat(), 16.0) < 148.3, "{pairs:?}");
    }

    /// The mean of a group is that of the law far better than so many independent draws would show it; each draw stays in (0, 1).
    #[test]
    fn a_group_shows_the_law_of_very_many() {
        let streams = Streams::new(3, 5);
        let group = streams.group("population/Japan");
        let mut members: Vec<Stream> = (0..150)
            .map(|member| {
                streams.of("population/Japan", u64::from(member)).in_group(Some(Place {
                    group,
                    member,
                    members: 150,
                }))
            })
            .collect();
        for draw in 0..50 {
            let shares: Vec<f64> = members.iter_mut().map(Stream::share).collect();
            let mean = shares.iter().sum::<f64>() / 150.0;
            // Independent draws: 0.024 standard deviations of the mean; here 1/150 of that of one draw over the root of 150.
            assert!((mean - 0.5).abs() < 0.001, "draw {draw}: {mean}");
        }
        assert!(
            Place { group, member: 149, members: 150 }.share(1, 1.0 - f64::EPSILON / 2.0) < 1.0
        );
    }

    /// A canary: if this changes, every committed report changes.
    #[test]
    fn the_bits_are_pinned() {
        let mut stream = Streams::new(42, 7).of("check/tokyo", 3);
        let bits: Vec<u64> = (0..3).map(|_| stream.share().to_bits()).collect();
        assert_eq!(bits, PINNED, "{bits:#018x?}");
    }

    const PINNED: [u64; 3] =
        [4_604_879_319_976_645_517, 4_604_310_021_467_907_251, 4_598_236_075_318_816_142];
}
