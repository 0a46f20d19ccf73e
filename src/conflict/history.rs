//! What became of every write: the ledger of one key. It knows all writes of the key, of all replicas, which no real
//! store does; replicas are asked what of it shows.
//!
//! ```text
//!  in effect             it shows at this replica, alone or as a sibling
//!  superseded            a write whose writer had seen it took its place: that is what writing is for
//!  lost, concurrently    another write was kept, whose writer never saw it
//!  lost, although later  its own writer had seen the write that was kept: a clock was wrong, or the type never forgets
//! ```
//!
//! Fates are a function of which writes a replica has and of its state, never of the order in which they came: replicas
//! with the same writes agree on every fate.

use super::{Conflict, Context, Dot, KeyState, Write, WriteId};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What became of a write at a replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Fate {
    /// It has not arrived there, nor has any that replaced it; or it was forgotten.
    Absent,
    InEffect,
    /// In effect beside concurrent writes, until somebody reconciles them.
    Sibling,
    /// Replaced by one whose writer had seen it; the earliest of them by number.
    Superseded {
        by: WriteId,
    },
    /// Acknowledged and gone. `to` is in effect, or was kept against it; `None`: that write was forgotten.
    Lost {
        to: Option<WriteId>,
        how: How,
    },
}

/// How a lost write lay to the one that was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum How {
    /// Neither writer had seen the other's write.
    Concurrently,
    /// The loser's writer had seen the winner: the later write lost to the earlier one.
    AlthoughLater,
}

/// All writes of one key that are still asked about.
#[derive(Clone, Debug, Default)]
pub struct History {
    writes: BTreeMap<WriteId, Arc<Write>>,
    by_dot: BTreeMap<Dot, WriteId>,
    forgotten: Context,
}

impl History {
    pub fn new() -> Self {
        History::default()
    }

    pub fn write(&self, id: WriteId) -> Option<&Arc<Write>> {
        self.writes.get(&id)
    }

    pub fn at(&self, dot: Dot) -> Option<&Arc<Write>> {
        self.by_dot.get(&dot).and_then(|id| self.writes.get(id))
    }

    /// In the order of their numbers.
    pub fn writes(&self) -> impl Iterator<Item = &Arc<Write>> {
        self.writes.values()
    }

    /// Writes a write down. A number or a dot that is used twice would merge two writes into one.
    pub fn record(&mut self, write: Arc<Write>) {
        assert!(
            self.writes.last_key_value().is_none_or(|(last, _)| *last < write.id),
            "write numbers rise with time"
        );
        let earlier = self.by_dot.insert(write.dot, write.id);
        assert!(
            earlier.is_none(),
            "two writes with one dot: {:?} is the number of two copies",
            write.dot.replica
        );
        self.writes.insert(write.id, write);
    }

    /// Forgets a write that shows nowhere any more and will not arrive anywhere, so that long histories stay short.
    pub fn forget(&mut self, id: WriteId) {
        if let Some(write) = self.writes.remove(&id) {
            self.by_dot.remove(&write.dot);
            self.forgotten.insert(write.dot);
        }
    }

    /// Forgotten writes. Everybody counts as having seen them: a lost write leaves a gap in the contexts of all that
    /// come after it, and nobody asks about this gap any more.
    pub fn forgotten(&self) -> &Context {
        &self.forgotten
    }

    /// Of the dots in `unknown`, those of writes about the cell of `write`.
    pub fn of_its_cell(&self, unknown: &Context, write: &Write) -> Context {
        unknown
            .dots()
            .filter(|dot| self.at(*dot).is_some_and(|seen| write.op.competes(&seen.op)))
            .collect()
    }

    /// What became of a write at a replica with this state, where the writes in `applied` have arrived. Looks at the later
    /// writes of the key until one has replaced it; linear in the history at worst.
    pub fn fate(
        &self,
        policy: &dyn Conflict,
        state: &KeyState,
        applied: &Context,
        id: WriteId,
    ) -> Fate {
        let Some(write) = self.write(id) else { return Fate::Absent };
        let is_applied = applied.contains(write.dot);
        if is_applied && policy.has_effect(state, write) {
            return if policy.siblings(state).contains(&id) {
                Fate::Sibling
            } else {
                Fate::InEffect
            };
        }
        let rivals = |other: &&Arc<Write>| {
            other.id != id && applied.contains(other.dot) && other.op.competes(&write.op)
        };
        // Only writes with larger numbers can have seen this one. One that could never be kept against it took no place.
        let mut later = self.writes.range(WriteId(id.0 + 1)..).map(|(_, later)| later);
        if let Some(by) = later.find(|later| {
            rivals(later) && later.seen.contains(write.dot) && !policy.overrides(write, later)
        }) {
            return Fate::Superseded { by: by.id };
        }
        if !is_applied {
            return Fate::Absent;
        }
        let mut earlier = self.writes.range(..id).rev().map(|(_, earlier)| earlier);
        if let Some(kept) = earlier.find(|earlier| {
            rivals(earlier) && write.seen.contains(earlier.dot) && policy.overrides(earlier, write)
        }) {
            return Fate::Lost { to: Some(kept.id), how: How::AlthoughLater };
        }
        let to = self
            .writes
            .values()
            .rev()
            .find(|other| rivals(other) && policy.has_effect(state, other));
        Fate::Lost { to: to.map(|write| write.id), how: How::Concurrently }
    }
}
