//! The write with the latest stamp wins and every other vanishes without a trace: nobody is told. Correct to the
//! letter with a recovery point of zero, and still acknowledged writes are gone.
//! Sources: DynamoDB global tables (multi-Region eventual consistency) keep the last writer per item by an internal
//! time stamp, applied as a conditional write that requires a newer one; Cassandra and S3 two-way replication go by
//! time as well. Azure Cosmos DB, "Conflict types and resolution policies": a delete always wins over an insert or
//! a replacement, whatever the resolution path says.
//!
//! ```text
//!  clock: Wall    a replica whose clock is ahead by more than the lag wins even against writers who had seen its write
//!  clock: Hybrid  a writer who has seen a write stamps later than it; only concurrent writes are lost
//!  tie: Unbroken  the bare guard "only if newer": of two equal stamps every replica keeps its own, for ever
//! ```

use super::{
    Conflict, Content, Context, Dot, Hlc, KeyState, Op, Refused, Stamp, Write, keep_later,
};
use crate::family::Kind;
use crate::read::{record, words};
use serde::Serialize;
use std::sync::Arc;

record! {
    /// The latest stamp wins, and all other writes vanish silently.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct LastWriterWins as "LastWriterWins" {
        /// Where stamps come from.
        pub clock: Clock = Clock::Wall,
        /// What a delete is against other writes.
        pub deletes: Deletes = Deletes::ByTime,
        /// What decides between equal times.
        pub tie: Tie = Tie::Replica,
    }
}

words! {
    /// Where stamps come from.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
    pub enum Clock {
        /// The replica's own clock, skewed as it is.
        Wall,
        /// A hybrid logical clock: never behind what the replica holds of the key.
        Hybrid,
    }
}

words! {
    /// What a delete is against other writes.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
    pub enum Deletes {
        /// A write like any other: a tombstone with a stamp.
        ByTime,
        /// It beats every write of the item that it deletes, later ones too. A write at a replica that shows the key as
        /// deleted makes a new item, which the delete does not reach.
        AlwaysWin,
    }
}

words! {
    /// What decides between equal times.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
    pub enum Tie {
        /// The larger replica, then the larger counter: arbitrary, and the same everywhere.
        Replica,
        /// Nothing: what is there stays. Replicas that meet equal times in different order differ for ever.
        Unbroken,
    }
}

impl LastWriterWins {
    pub const KIND: Kind = Kind {
        name: "LastWriterWins",
        summary: "the latest stamp wins, all other writes vanish silently (DynamoDB global tables, Cassandra, Cosmos DB)",
        example: "LastWriterWins(clock: Wall, deletes: ByTime, tie: Replica)",
    };

    /// What DynamoDB does, and the default.
    pub const DYNAMODB: LastWriterWins =
        LastWriterWins { clock: Clock::Wall, deletes: Deletes::ByTime, tie: Tie::Replica };

    /// What decides: the larger is kept. Deletes that always win must not do so pair by pair, for that is
    /// circular (a delete beats a late write, which beats a small-stamped new item, which beats the delete), so an item
    /// carries its era: the order of items first, the delete last within its item, then time.
    fn rank(&self, write: &Write) -> (u64, bool, i64, u64, Option<Dot>) {
        let is_last = self.deletes == Deletes::AlwaysWin && write.op == Op::Delete;
        let tie = (self.tie == Tie::Replica)
            .then_some(Dot { replica: write.stamp.replica, counter: write.stamp.counter });
        (write.stamp.era, is_last, write.stamp.time, write.stamp.logical, tie)
    }
}

impl Conflict for LastWriterWins {
    fn takes(&self, op: &Op) -> bool {
        matches!(op, Op::Put(_) | Op::Delete)
    }

    fn empty(&self) -> KeyState {
        KeyState::Winner(None)
    }

    /// The winner has the largest stamp that can still decide here, so it stands for a hybrid clock of the key.
    fn stamp(&self, state: &KeyState, op: &Op, wall: i64, dot: Dot) -> Stamp {
        let Some(winner) = state.winner() else { return Stamp::wall(wall, dot) };
        let stamp = match self.clock {
            Clock::Wall => Stamp::wall(wall, dot),
            Clock::Hybrid => Stamp::hybrid(Hlc::local(winner.stamp.clock(), wall), dot),
        };
        let makes_anew =
            self.deletes == Deletes::AlwaysWin && winner.op == Op::Delete && *op != Op::Delete;
        Stamp { era: if makes_anew { winner.stamp.era + 1 } else { winner.stamp.era }, ..stamp }
    }

    fn change(&self, _state: &KeyState, write: &Arc<Write>) -> Result<KeyState, Refused> {
        Ok(KeyState::Winner(Some(write.clone())))
    }

    /// One comparison and one copy of the value: the only state that does not grow with writes or replicas, at the price
    /// of forgetting all but one.
    fn merge(&self, into: &mut KeyState, from: &KeyState) {
        keep_later(into, from, |write| self.rank(write));
    }

    fn content(&self, state: &KeyState) -> Content {
        winning_value(state)
    }

    fn context(&self, state: &KeyState, _applied: &Context) -> Context {
        winning_context(state)
    }

    fn has_effect(&self, state: &KeyState, write: &Write) -> bool {
        state.winner().is_some_and(|winner| winner.id == write.id)
    }

    fn overrides(&self, winner: &Write, loser: &Write) -> bool {
        self.rank(winner) >= self.rank(loser)
    }

    fn converges(&self) -> bool {
        self.tie == Tie::Replica
    }
}

/// The value of a single winner; none after a delete.
pub fn winning_value(state: &KeyState) -> Content {
    let value =
        state.winner().filter(|winner| winner.op.leaves_value()).map(|winner| winner.op.number());
    Content::Values(value.into_iter().collect())
}

/// Who reads a single winner has seen it and what its writer had seen; what it had overwritten before is unseen by anyone.
pub fn winning_context(state: &KeyState) -> Context {
    state
        .winner()
        .map_or(Context::new(), |winner| winner.seen.joined(&[winner.dot].into_iter().collect()))
}
