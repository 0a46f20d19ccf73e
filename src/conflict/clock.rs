//! Events and version vectors: which write a replica made, and which writes are known, by replica.
//! Sources: Parker et al. 1983 (version vectors), Fidge and Mattern 1988 (vector clocks).
//!
//! ```text
//!  {a:2, b:1} against {a:3, b:1}: Before       {a:2, b:1} against {a:3}: Concurrent
//!  {a:1, b:0} against {a:1}:      Equal        {}         against {a:1}: Before
//! ```

use crate::id::RegionId;
use serde::Serialize;

/// One event: the `counter`-th write to a key at a replica, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Dot {
    pub replica: RegionId,
    pub counter: u64,
}

/// How two histories lie to each other. There is no fifth case, and `Equal` is not `Before`: a reflexive
/// "happens before" makes equal versions look ordered both ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Causality {
    Before,
    After,
    Equal,
    Concurrent,
}

impl Causality {
    /// The same, seen from the other side.
    pub fn reversed(self) -> Causality {
        match self {
            Causality::Before => Causality::After,
            Causality::After => Causality::Before,
            same => same,
        }
    }
}

/// How many writes of each replica are known: a sorted list without zeros, so that a missing entry *is* zero and
/// equal vectors are equal values. Comparison and join take time in the number of replicas that ever wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct VersionVector {
    entries: Vec<(RegionId, u64)>,
}

impl VersionVector {
    pub fn new() -> Self {
        VersionVector::default()
    }

    /// Zero where the replica is not named.
    pub fn get(&self, replica: RegionId) -> u64 {
        self.entries
            .binary_search_by_key(&replica, |entry| entry.0)
            .map_or(0, |at| self.entries[at].1)
    }

    /// Raises one entry to at least `counter`; entries never fall.
    pub fn raise(&mut self, replica: RegionId, counter: u64) {
        match self.entries.binary_search_by_key(&replica, |entry| entry.0) {
            Ok(at) => self.entries[at].1 = self.entries[at].1.max(counter),
            Err(at) if counter > 0 => self.entries.insert(at, (replica, counter)),
            Err(_) => {}
        }
    }

    /// Counts one more write of this replica, and names it.
    pub fn increment(&mut self, replica: RegionId) -> Dot {
        let dot = Dot { replica, counter: self.get(replica) + 1 };
        self.raise(replica, dot.counter);
        dot
    }

    /// The least vector that knows what either knows: the larger of each entry.
    pub fn join(&mut self, other: &VersionVector) {
        for (replica, counter) in &other.entries {
            self.raise(*replica, *counter);
        }
    }

    /// True when this vector knows all that the other knows; it descends from itself.
    pub fn descends(&self, other: &VersionVector) -> bool {
        other.entries.iter().all(|(replica, counter)| self.get(*replica) >= *counter)
    }

    pub fn compare(&self, other: &VersionVector) -> Causality {
        match (other.descends(self), self.descends(other)) {
            (true, true) => Causality::Equal,
            (true, false) => Causality::Before,
            (false, true) => Causality::After,
            (false, false) => Causality::Concurrent,
        }
    }

    /// Replicas that ever wrote, in order, with their counters.
    pub fn entries(&self) -> &[(RegionId, u64)] {
        &self.entries
    }
}

/// Entries in any order, zeros allowed; of two for one replica the larger counts.
impl FromIterator<(RegionId, u64)> for VersionVector {
    fn from_iter<I: IntoIterator<Item = (RegionId, u64)>>(entries: I) -> Self {
        let mut vector = VersionVector::new();
        for (replica, counter) in entries {
            vector.raise(replica, counter);
        }
        vector
    }
}
