//! What the sampled keys of a store told: fates of writes, conflicts, what readers saw, how late changes arrived.
//!
//! ```text
//!  key by rank    hot: every one is simulated        counts as it is
//!                 rest: some are, drawn by chance    counts for `rest_weight` keys
//! ```

use crate::id::{RegionId, StoreId};
use crate::units::Duration;

/// Counts of the hottest keys, and of those drawn from the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sampled {
    pub hot: u64,
    pub rest: u64,
}

impl Sampled {
    pub fn add(&mut self, is_hot: bool, count: u64) {
        *(if is_hot { &mut self.hot } else { &mut self.rest }) += count;
    }

    /// Over all keys, when each key of the rest stands for so many.
    pub fn scaled(self, rest_weight: f64) -> f64 {
        self.hot as f64 + self.rest as f64 * rest_weight
    }

    pub fn is_none(self) -> bool {
        self.hot + self.rest == 0
    }
}

/// Writes that one region acknowledged, and what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RegionTally {
    /// Acknowledged. Each has one of the fates below.
    pub writes: Sampled,
    /// In effect, or replaced by somebody who had seen it.
    pub kept: Sampled,
    /// The same, after a fault had held it up; or still held up when the run ended.
    pub late: Sampled,
    /// Of the late ones, those still held up at the end.
    pub pending: Sampled,
    /// Gone, because a write was kept whose writer had not seen it, or a wrong clock said so.
    pub overwritten: Sampled,
    /// Stands beside a concurrent write at the end.
    pub sibling: Sampled,
    /// Gone with its region, or with the process that held it.
    pub lost: Sampled,
    /// Not acknowledged: its condition did not hold in its region.
    pub rejected: Sampled,
    /// Pairs of this write and an earlier one elsewhere, neither of whose writers had seen the other.
    pub pairs: Sampled,
    /// Writes with at least one such other, earlier or later.
    pub with_rival: Sampled,
    /// Writes that lose to such another by the policy's order.
    pub beaten: Sampled,
    /// Writes that had no effect although their writer had seen the one that was kept.
    pub ignored: Sampled,
}

/// What readers saw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadTally {
    pub reads: u64,
    /// Of them, without the newest acknowledged write of the key.
    pub stale: u64,
    /// Values side by side, summed over reads that found something, and how many found something.
    pub values: u64,
    pub found: u64,
    /// Of those, reads that found more than one value.
    pub with_siblings: u64,
    pub most_siblings: u64,
    /// Writers who read back what they had written, and those who did not find it.
    pub read_back: u64,
    pub missed_own: u64,
}

/// A histogram of times: by cell of microseconds (see `measure::grid`), how often.
pub type Histogram = std::collections::BTreeMap<usize, u64>;

/// The sampled keys of one store in one run.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemTally {
    pub store: StoreId,
    /// Regions with a replica; `regions` below is in this order.
    pub places: Vec<RegionId>,
    /// Every key was simulated: the numbers are those of the store, not estimates.
    pub is_whole: bool,
    /// Keys simulated: the hottest, and a random few of the rest.
    pub hot_keys: u64,
    pub rest_keys: u64,
    /// Keys of the rest that each simulated one stands for.
    pub rest_weight: f64,
    pub regions: Vec<RegionTally>,
    /// By place, what readers saw there.
    pub reads: Vec<ReadTally>,
    /// Age of what stale readers saw: the time since the oldest write that they missed was acknowledged.
    pub staleness: Histogram,
    /// From acknowledgement until one other replica had it, and until all had.
    pub arrivals: Histogram,
    pub everywhere: Histogram,
    /// How long the run went on after each write: by change to one other region, by write, and of those that arrived. Who was not watched
    /// for so long says nothing about later arrivals.
    pub watched: Histogram,
    pub watched_writes: Histogram,
    pub arrived_watched: Histogram,
    pub everywhere_watched: Histogram,
    /// A region was destroyed, or failed with changes in its memory; and the age then of the oldest write that went with it.
    pub could_lose: bool,
    pub oldest_lost: Option<Duration>,
    /// Writes from before the run that went as well: they are in no other count. And whether there may be more of them, and older.
    pub lost_before: u64,
    pub is_least: bool,
    /// Transactions that arrived in another region, and for how long it had one half of them, in nanoseconds.
    pub transactions: u64,
    pub torn: u128,
    /// Changes that were applied twice.
    pub applied_twice: u64,
    /// At the end of each step: keys with a write that some replica lacks.
    pub divergent: Vec<u32>,
    /// At the end of each step: writes that some replica lacks, and the sum of their ages in nanoseconds.
    pub waiting: Vec<(u64, u128)>,
    /// Keys whose replicas differ at the end although nothing is under way.
    pub diverged_for_good: u64,
    /// Updates of counters in keys that all writers updated by what they had read, and what the replicas count when everything has arrived.
    pub updates: Sampled,
    pub counted: Sampled,
}

impl ItemTally {
    pub fn new(store: StoreId, places: Vec<RegionId>) -> ItemTally {
        ItemTally {
            store,
            regions: vec![RegionTally::default(); places.len()],
            reads: vec![ReadTally::default(); places.len()],
            places,
            is_whole: true,
            hot_keys: 0,
            rest_keys: 0,
            rest_weight: 1.0,
            staleness: Histogram::new(),
            arrivals: Histogram::new(),
            everywhere: Histogram::new(),
            watched: Histogram::new(),
            watched_writes: Histogram::new(),
            arrived_watched: Histogram::new(),
            everywhere_watched: Histogram::new(),
            could_lose: false,
            oldest_lost: None,
            lost_before: 0,
            is_least: false,
            transactions: 0,
            torn: 0,
            applied_twice: 0,
            divergent: Vec::new(),
            waiting: Vec::new(),
            diverged_for_good: 0,
            updates: Sampled::default(),
            counted: Sampled::default(),
        }
    }

    /// Over all regions and keys.
    pub fn total(&self, of: impl Fn(&RegionTally) -> Sampled) -> f64 {
        self.regions.iter().map(|region| of(region).scaled(self.rest_weight)).sum()
    }

    /// Over all regions.
    pub fn total_read(&self, of: impl Fn(&ReadTally) -> u64) -> u64 {
        self.reads.iter().map(of).sum()
    }
}
