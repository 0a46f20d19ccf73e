//! A conditional write, "only if the key does not exist or its version is smaller", where the application makes the version.
//! The condition looks at the local replica alone: two regions both pass it.
//! Sources: DynamoDB Developer Guide, "Condition expressions": `attribute_not_exists(version) OR version < :version`;
//! "Global tables: how it works": conditions are evaluated against the version in the local Region.
//!
//! ```text
//!  A  put v1 ok --.  .-- arrives: 7 < 7 is false, dropped: A keeps its own
//!                  ><
//!  B  put v2 ok --'  '-- arrives: 7 < 7 is false, dropped: B keeps its own     (both version 7)
//! ```

use super::last_writer_wins::{winning_context, winning_value};
use super::{Conflict, Content, Context, KeyState, Op, Refused, Write, keep_later};
use crate::family::Kind;
use crate::read::{record, words};
use serde::Serialize;
use std::sync::Arc;

record! {
    /// A conditional write on a version, which only the region that takes it checks.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct VersionedWrite as "VersionedWrite" {
        /// What decides over a write that another region took.
        pub arrivals: Arrivals = Arrivals::Guarded,
    }
}

words! {
    /// What decides over a write that another region took.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
    pub enum Arrivals {
        /// The same condition: an application that replicates by replaying its writes. Equal versions diverge.
        Guarded,
        /// The latest stamp, as in DynamoDB, whose replication knows nothing of conditions: replicas agree, and a smaller
        /// version may win.
        ByTime,
    }
}

impl VersionedWrite {
    pub const KIND: Kind = Kind {
        name: "VersionedWrite",
        summary: "conditional write on a version, checked in the local region only: two regions both pass (DynamoDB conditions)",
        example: "VersionedWrite(arrivals: Guarded)",
    };
}

fn version(write: &Write) -> u64 {
    match write.op {
        Op::PutVersion { version, .. } => version,
        ref other => panic!("{other:?} has no version"),
    }
}

impl Conflict for VersionedWrite {
    fn takes(&self, op: &Op) -> bool {
        matches!(op, Op::PutVersion { .. })
    }

    fn empty(&self) -> KeyState {
        KeyState::Winner(None)
    }

    fn change(&self, state: &KeyState, write: &Arc<Write>) -> Result<KeyState, Refused> {
        match state.winner().map(|winner| version(winner)) {
            Some(held) if held >= version(write) => Err(Refused::Version { held }),
            _ => Ok(KeyState::Winner(Some(write.clone()))),
        }
    }

    /// One comparison and one copy of the value.
    fn merge(&self, into: &mut KeyState, from: &KeyState) {
        match self.arrivals {
            Arrivals::Guarded => keep_later(into, from, version),
            Arrivals::ByTime => keep_later(into, from, |write| write.stamp),
        }
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
        match self.arrivals {
            Arrivals::Guarded => version(winner) >= version(loser),
            Arrivals::ByTime => winner.stamp > loser.stamp,
        }
    }

    fn converges(&self) -> bool {
        self.arrivals == Arrivals::ByTime
    }
}
