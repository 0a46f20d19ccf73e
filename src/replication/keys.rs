//! What a store holds and how it is used: how many keys, which are popular, and whether writers go by what they read.
//! Each key of a sample is simulated exactly, version by version; the cost is that of the sampled writes.
//!
//! ```text
//!  keys by rank   1 2 3 | 4 5 6 7 8 9 ..........................   count
//!  simulated      # # # |     #         #       #         #        the hottest, and a random few of the rest
//! ```

use crate::law::{Law, zipf};
use crate::read::Node;
use crate::read::{Fields, Reader, describe, only_value, place, variant, word};
use crate::units::{Duration, Share};
use serde::Serialize;

/// `Keys(count: 1_000_000, popularity: Zipf(0.99), reads_first: "100%", sample: 2_000)`
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Keys {
    /// 1 to 10^7.
    pub count: u64,
    pub popularity: Popularity,
    /// Share of writes whose writer has just read the key in its region and goes by that: read, modify, write, as a counter in a register does.
    /// The others replace what stands there without looking. Updates that are lost are counted where all writers look.
    pub reads_first: Share,
    /// Share of writes that delete, or take away.
    pub deletes: Share,
    /// Share of writes that are made together with another, of another key, as a transaction in their region. They arrive one by one.
    pub transactions: Share,
    /// When a writer reads back what it wrote, from wherever its requests go by then.
    pub reads_back: Law,
    /// Writes to simulate one by one in a run: all keys if they get no more, otherwise as many keys as get about so many.
    pub sample: u64,
}

/// How often each key is used.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub enum Popularity {
    Uniform,
    /// The k-th key in proportion to k^-s.
    Zipf(f64),
}

/// Keys of one store: their popularity is summed up once per scenario.
pub const KEY_LIMIT: u64 = 10_000_000;
/// Sampled writes of one run.
pub const SAMPLE_LIMIT: u64 = 5_000_000;
const SAMPLE: u64 = 1_000;
/// A page that is loaded again after a form was sent (assumption).
const READS_BACK: Law = Law::Constant(Duration::from_secs(1));

impl Default for Keys {
    /// A million keys of equal popularity, half of the writes by what was read (assumptions).
    fn default() -> Keys {
        Keys {
            count: 1_000_000,
            popularity: Popularity::Uniform,
            reads_first: Share::from_parts(Share::ALL.parts() / 2),
            deletes: Share::NONE,
            transactions: Share::NONE,
            reads_back: READS_BACK,
            sample: SAMPLE,
        }
    }
}

impl Keys {
    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Keys> {
        let mut fields = Fields::open(reader, expr, "Keys")?;
        let usual = Keys::default();
        let keys = Keys {
            count: fields.or("count", usual.count),
            popularity: fields.with("popularity", Popularity::read).unwrap_or(usual.popularity),
            reads_first: fields.or("reads_first", usual.reads_first),
            deletes: fields.or("deletes", usual.deletes),
            transactions: fields.or("transactions", usual.transactions),
            reads_back: fields.or("reads_back", usual.reads_back),
            sample: fields.or("sample", usual.sample),
        };
        if !(1..=KEY_LIMIT).contains(&keys.count) {
            let at = fields.place_of("count");
            fields.reader().problem(
                at,
                format!("{} keys", keys.count),
                format!("write 1 to {KEY_LIMIT}: of more keys of equal popularity none meets a conflict more often than it would be counted here"),
            );
        }
        if !(100..=SAMPLE_LIMIT).contains(&keys.sample) {
            let at = fields.place_of("sample");
            fields.reader().problem(
                at,
                format!("a sample of {} writes", keys.sample),
                format!("write 100 to {SAMPLE_LIMIT} writes a run; 1,000 is usual"),
            );
        }
        fields.close();
        Some(keys)
    }

    /// The share of the most popular key.
    pub fn hottest(&self) -> f64 {
        match self.popularity {
            Popularity::Uniform => 1.0 / self.count as f64,
            Popularity::Zipf(_) => self.shares()[0],
        }
    }

    /// The popularity of each key by rank, in shares of the whole.
    pub fn shares(&self) -> Vec<f64> {
        let exponent = match self.popularity {
            Popularity::Uniform => 0.0,
            Popularity::Zipf(exponent) => exponent,
        };
        zipf(self.count, exponent)
    }
}

impl Popularity {
    /// Reads `Uniform` or `Zipf(0.99)`.
    fn read(expr: &Node, reader: &mut Reader) -> Option<Popularity> {
        if let (Some("Zipf"), Some(value)) = (variant(expr), only_value(expr)) {
            let exponent = <f64 as crate::read::Value>::read(value, reader)?;
            if !(0.0..=3.0).contains(&exponent) {
                reader.problem(
                    place(value),
                    format!("a Zipf law with exponent {exponent}"),
                    "write 0 (all alike) to 3; 0.99 is that of the YCSB benchmark",
                );
                return None;
            }
            return Some(Popularity::Zipf(exponent));
        }
        if variant(expr) != Some("Uniform") {
            reader.problem(
                place(expr),
                format!("{} is not a popularity of keys", describe(expr)),
                "write Uniform or Zipf(0.99)",
            );
            return None;
        }
        word(expr, reader, &[("Uniform", Popularity::Uniform)])
    }
}
