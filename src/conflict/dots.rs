//! Live writes and a causal context: the state behind siblings, add-wins sets and maps. A write is gone
//! for good where the context knows it and it does not live; no tombstone is kept.
//! Source: Bieniusa et al. 2012, "An optimized conflict-free replicated set"; the joins of Almeida, Shoker and
//! Baquero 2018, "Delta State Replicated Data Types", section 7.
//!
//! ```text
//!  here:  live {a1, b1}, seen {a1, b1}        there: live {c1}, seen {a1, c1}    (c1 replaced a1)
//!  join:  live {b1, c1}, seen {a1, b1, c1}    a1 was seen there and lives no more: it was replaced
//! ```

use super::clock::Dot;
use super::context::Context;
use super::{Op, Write};
use std::sync::Arc;

/// Writes that have an effect, by dot, and all that were ever seen. A change is such a state as well:
/// what the write leaves alive, and what it has seen of what it replaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dots {
    live: Vec<Arc<Write>>,
    context: Context,
}

impl Dots {
    /// The change that `write` makes, where it replaces the writes in `replaced`.
    pub fn change(write: &Arc<Write>, mut replaced: Context) -> Dots {
        replaced.insert(write.dot);
        let live = if write.op.leaves_value() { vec![write.clone()] } else { Vec::new() };
        Dots { live, context: replaced }
    }

    /// What `write` replaces: the live writes of its cell that its writer had seen, and those seen elsewhere
    /// that have not arrived here. Others of the cell stay beside it.
    pub fn replaced_by(&self, write: &Write) -> Context {
        let seen = self
            .live
            .iter()
            .filter(|live| write.seen.contains(live.dot) && write.op.competes(&live.op));
        let mut replaced: Context = seen.map(|live| live.dot).collect();
        replaced.join(&write.seen_elsewhere);
        replaced
    }

    /// Joins two states or changes. Takes time in the number of live writes and spans of both, never constant time.
    pub fn merge(&mut self, other: &Dots) {
        let stays = |dot: Dot, there: &Dots| there.is_live(dot) || !there.context.contains(dot);
        let theirs: Vec<Arc<Write>> =
            other.live.iter().filter(|write| !self.context.contains(write.dot)).cloned().collect();
        self.live.retain(|write| stays(write.dot, other));
        self.live.extend(theirs);
        self.live.sort_by_key(|write| write.dot);
        self.context.join(&other.context);
    }

    pub fn is_live(&self, dot: Dot) -> bool {
        self.live.binary_search_by_key(&dot, |write| write.dot).is_ok()
    }

    /// A write that leaves a value has an effect while it lives; a removal while nothing of its cell lives.
    pub fn has_effect(&self, write: &Write) -> bool {
        if write.op.leaves_value() {
            self.is_live(write.dot)
        } else {
            !self.live.iter().any(|live| write.op.competes(&live.op))
        }
    }

    /// In the order of their dots.
    pub fn live(&self) -> &[Arc<Write>] {
        &self.live
    }

    /// All that was ever seen, alive or not.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Live operations with their writes, for readings.
    pub fn operations(&self) -> Vec<(&Op, &Write)> {
        self.live.iter().map(|write| (&write.op, &**write)).collect()
    }
}
