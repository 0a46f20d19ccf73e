//! The keys of a quorum store that are followed message by message: which replica has which version, who has acknowledged and
//! answered, and when.
//!
//! ```text
//!  key: [ write 1 .. write n ] -- a while -- [ read 1 ] -- a while -- [ read 2 ] ..
//!         each copy: version held, when the newest write was to arrive, what a read saw there
//! ```

use crate::engine::random::{Stream, Streams};
use crate::id::{RegionId, StoreId};
use crate::replication::Store;
use crate::replication::quorum::Quorum;
use crate::trace::QuorumTally;
use crate::units::{Duration, Instant};

/// What a followed key waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    NotBegun,
    Writing,
    Reading,
    /// Between operations.
    Resting,
    Over,
}

/// A key that is followed. Versions count from 1.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    pub stage: Stage,
    /// Position of the coordinator's region among those of the store, of the last write and of the last read.
    pub written_at: usize,
    pub read_at: usize,
    pub version: u32,
    pub sent: Instant,
    pub acknowledged: Instant,
    pub reads: u32,
    pub threshold: Duration,
    /// Replicas whose answer to the present read is under way.
    pub under_way: u32,
    pub is_answered: bool,
}

/// What one replica has of a key.
#[derive(Clone, Copy, Debug)]
pub struct Copy {
    /// The newest version here; 0: none.
    pub version: u32,
    /// When the newest write arrives by its own message.
    pub arrives: Instant,
    /// How long the way back takes, of the message that is on its way here.
    pub back: Duration,
    /// The newest version whose acknowledgement has reached the coordinator.
    pub acked: u32,
    /// The version that is kept for this replica while it is away; 0: none.
    pub hinted: u32,
    /// Whether it answered the present read, and the version that it had.
    pub has_answered: bool,
    pub seen: u32,
}

const FRESH_KEY: Key = Key {
    stage: Stage::NotBegun,
    written_at: 0,
    read_at: 0,
    version: 0,
    sent: Instant::START,
    acknowledged: Instant::START,
    reads: 0,
    threshold: Duration::ZERO,
    under_way: 0,
    is_answered: false,
};
const FRESH_COPY: Copy = Copy {
    version: 0,
    arrives: Instant::NEVER,
    back: Duration::ZERO,
    acked: 0,
    hinted: 0,
    has_answered: false,
    seen: 0,
};

/// The followed keys of one store.
#[derive(Clone, Debug)]
pub struct Replicas {
    pub store: StoreId,
    /// The regions of the store; all else counts by position in this list.
    pub regions: Vec<RegionId>,
    pub keys: Vec<Key>,
    /// By key, by replica: those of the first region come first.
    copies: Vec<Copy>,
    /// Replicas of a key.
    pub per_key: usize,
    per_region: usize,
    /// From region to region: since when no message gets there.
    pub away: Vec<Vec<Option<Instant>>>,
    pub chance: Stream,
    pub tally: QuorumTally,
}

impl Replicas {
    pub fn new(store: StoreId, spec: &Store, quorum: &Quorum, streams: &Streams) -> Replicas {
        let regions: Vec<RegionId> =
            std::iter::once(spec.writer).chain(spec.readers.iter().copied()).collect();
        let per_region = quorum.copies as usize;
        let per_key = per_region * regions.len();
        let keys = quorum.sample.keys as usize;
        Replicas {
            store,
            keys: vec![FRESH_KEY; keys],
            copies: vec![FRESH_COPY; keys * per_key],
            per_key,
            per_region,
            away: vec![vec![None; regions.len()]; regions.len()],
            regions,
            chance: streams.of(&format!("store/{}/quorum", spec.name), 0),
            tally: QuorumTally::new(store),
        }
    }

    /// The position of the region in which a replica stands.
    pub fn region_of(&self, replica: usize) -> usize {
        replica / self.per_region
    }

    pub fn copy(&mut self, key: usize, replica: usize) -> &mut Copy {
        &mut self.copies[key * self.per_key + replica]
    }

    pub fn copies_of(&self, key: usize) -> &[Copy] {
        &self.copies[key * self.per_key..(key + 1) * self.per_key]
    }

    /// How many replicas in a region are as asked.
    pub fn count(&self, key: usize, region: usize, is_asked: impl Fn(&Copy) -> bool) -> u64 {
        let first = key * self.per_key + region * self.per_region;
        self.copies[first..first + self.per_region].iter().filter(|copy| is_asked(copy)).count()
            as u64
    }

    /// One of the regions, drawn evenly among those that are as asked; `None`: there is none.
    pub fn draw_region(&mut self, is_asked: impl Fn(RegionId) -> bool) -> Option<usize> {
        let share = self.chance.share();
        let all = self.regions.iter().filter(|region| is_asked(**region)).count();
        let nth = (share * all as f64) as usize;
        self.regions
            .iter()
            .enumerate()
            .filter(|(_, region)| is_asked(**region))
            .nth(nth)
            .map(|(position, _)| position)
    }

    /// Since when no message has got from one region to another; the time until now.
    pub fn away_for(&self, from: usize, to: usize, now: Instant) -> Duration {
        self.away[from][to].map_or(Duration::ZERO, |since| now.since(since))
    }

    /// The tally, with the keys whose operations had not all ended.
    pub fn finish(self) -> QuorumTally {
        let open = self.keys.iter().filter(|key| key.stage != Stage::Over).count() as u64;
        QuorumTally { unfinished: open, ..self.tally }
    }
}
