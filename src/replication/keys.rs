//! What a store holds and how it is used: how many keys, which are popular, and whether writers go by what they read.
//! Each key of a sample is simulated exactly, version by version; the cost is that of the sampled writes.
//!
//! ```text
//!  keys by rank   1 2 3 | 4 5 6 7 8 9 ..........................   count
//!  simulated      # # # |     #         #       #         #        the hottest, and a random few of the rest
//! ```

use crate::law::{Law, zipf};
use crate::read::{Fields, Names, Node, Reader, Shape, Value, record, word};
use crate::units::{Duration, Share};
use serde::Serialize;

record! {
    /// What a store holds and how it is used, where changes travel item by item.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct Keys as "Keys", check Keys::judge {
        /// How many keys: 1 to 10,000,000.
        #[source("assumption")]
        pub count: u64 = 1_000_000,
        /// How often each key is used.
        #[source("assumption")]
        pub popularity: Popularity = Popularity::Uniform,
        /// Share of writes whose writer has just read the key in its region and goes by that: read, modify, write, as a counter in a
        /// register does. The others replace what is there without looking. Updates that are lost are counted where all writers look.
        #[source("half of them (assumption)")]
        pub reads_first: Share = HALF,
        /// Share of writes that delete, or take away.
        pub deletes: Share = Share::NONE,
        /// Share of writes that are made together with another, of another key, as a transaction in their region. They arrive one by
        /// one.
        pub transactions: Share = Share::NONE,
        /// When a writer reads back what it wrote, from wherever its requests go by then.
        #[source("a page that is loaded again after a form was sent (assumption)")]
        pub reads_back: Law = READS_BACK,
        /// Writes to simulate one by one in a run: all keys if they get no more, otherwise as many keys as get about so many. 100 to
        /// 5,000,000.
        pub sample: u64 = SAMPLE,
    }
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
const HALF: Share = Share::from_parts(500_000_000);
/// A page that is loaded again after a form was sent (assumption).
const READS_BACK: Law = Law::Constant(Duration::from_secs(1));

impl Default for Keys {
    /// A million keys of equal popularity, half of the writes by what was read (assumptions).
    fn default() -> Keys {
        Keys {
            count: 1_000_000,
            popularity: Popularity::Uniform,
            reads_first: HALF,
            deletes: Share::NONE,
            transactions: Share::NONE,
            reads_back: READS_BACK,
            sample: SAMPLE,
        }
    }
}

impl Keys {
    fn judge(&mut self, fields: &mut Fields) {
        if !(1..=KEY_LIMIT).contains(&self.count) {
            let help = format!(
                "write 1 to {KEY_LIMIT}: of more keys of equal popularity none meets a conflict more often than it would be counted here"
            );
            fields.reject("count", format!("{} keys", self.count), help);
        }
        if !(100..=SAMPLE_LIMIT).contains(&self.sample) {
            let help = format!("write 100 to {SAMPLE_LIMIT} writes a run; 1,000 is usual");
            fields.reject("sample", format!("a sample of {} writes", self.sample), help);
        }
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

record! {
    /// The k-th most popular key is used in proportion to k^-exponent.
    #[derive(Clone, Debug)]
    struct Zipf as "Zipf", short exponent {
        /// 0 (all alike) to 3; 0.99 is that of the YCSB benchmark.
        exponent: f64,
    }
}

/// `Uniform` or `Zipf(0.99)`.
impl Value for Popularity {
    const EXAMPLE: &'static str = "Uniform or Zipf(0.99)";

    fn shape() -> Shape {
        let uniform = Shape::Words(|| vec![("Uniform", "All keys alike.")]);
        Shape::Either(vec![uniform, Zipf::shape()])
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Popularity> {
        match node.name() {
            Some("Uniform") => word(node, reader, &[("Uniform", Popularity::Uniform)]),
            Some("Zipf") => {
                let Zipf { exponent } = Zipf::read(node, reader)?;
                if !(0.0..=3.0).contains(&exponent) {
                    let at = node.only_value().or(node.field("exponent")).unwrap_or(node).place;
                    let what = format!("a Zipf distribution with exponent {exponent}");
                    let help = "write 0 (all alike) to 3; 0.99 is that of the YCSB benchmark";
                    reader.problem(at, what, help);
                    return None;
                }
                Some(Popularity::Zipf(exponent))
            }
            _ => {
                let what = format!("{} is not a popularity of keys", node.describe());
                reader.problem(node.place, what, "write Uniform or Zipf(0.99)");
                None
            }
        }
    }

    fn write(&self, names: &Names) -> Node {
        match *self {
            Popularity::Uniform => Node::word("Uniform"),
            Popularity::Zipf(exponent) => Zipf { exponent }.write(names),
        }
    }
}
