//! Conflict policies: what becomes of writes that several regions took for one key. A policy decides from
//! states and stamps that are handed in: it holds no clock and no generator, and sends nothing.
//!
//! ```text
//!  write --change--> a small state --+--merge--> the writer's replica
//!                                    `--travels: late, twice, out of order--merge--> the other replicas
//! ```
//!
//! There is one way for anything to get into a state: [`Conflict::merge`]. The change that a write makes is
//! itself a state (a delta: Almeida, Shoker and Baquero 2018), and so is a whole replica that is sent along for
//! repair. Where merging is commutative, associative and idempotent, replicas that received the same writes
//! are equal, whatever the network did to them (strong eventual consistency: Shapiro et al. 2011).
//!
//! Merging is linear in the size of the states, never constant: every member says what its state grows with.

pub mod clock;
pub mod context;
pub mod crdt_map;
pub mod dots;
pub mod g_counter;
pub mod g_set;
pub mod history;
pub mod last_writer_wins;
pub mod lww_register;
pub mod mv_register;
pub mod op;
pub mod or_set;
pub mod pn_counter;
pub mod replica;
pub mod rows;
pub mod stamp;
pub mod two_phase_set;
pub mod vector_clock;
pub mod versioned_write;

pub use clock::{Causality, Dot, VersionVector};
pub use context::Context;
pub use history::{Fate, History, How};
pub use op::{Content, Kind, Op};
pub use replica::{Hidden, Outcome, Reading, Replica, Request, Update};
pub use stamp::{Hlc, Stamp};

use crate::family::family;
use dots::Dots;
use rows::Rows;
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A write, for the ledger. Numbers are given in the order of time, so a write has a larger number than all that its
/// writer can have seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct WriteId(pub u64);

/// One write to one key, as the replica that took it wrote it down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    pub id: WriteId,
    pub dot: Dot,
    pub stamp: Stamp,
    /// What the writer had read before: the writes that this one may replace knowingly.
    pub seen: Context,
    /// The part of `seen` that concerns the same cell and had not arrived at the replica that took the write:
    /// the writer read it elsewhere.
    pub seen_elsewhere: Context,
    pub op: Op,
}

/// What a replica keeps of a key. Members share shapes: most differ in what a write replaces, not in how states join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// One write, or none yet.
    Winner(Option<Arc<Write>>),
    /// Writes with the version vectors of stores without dots, by dot.
    Versions(Vec<(VersionVector, Arc<Write>)>),
    Dots(Dots),
    Rows(Rows),
    /// Elements ever added, and those ever removed.
    Sets {
        added: BTreeSet<u64>,
        removed: BTreeSet<u64>,
    },
}

impl KeyState {
    pub fn winner(&self) -> Option<&Arc<Write>> {
        match self {
            KeyState::Winner(write) => write.as_ref(),
            other => panic!("{other:?} is not the state of a single winner"),
        }
    }

    pub fn dots(&self) -> &Dots {
        match self {
            KeyState::Dots(dots) => dots,
            other => panic!("{other:?} has no dots"),
        }
    }

    pub fn rows(&self) -> &Rows {
        match self {
            KeyState::Rows(rows) => rows,
            other => panic!("{other:?} has no rows"),
        }
    }

    /// Joins states whose shape alone says how. Single winners need their policy's order: they go to [`keep_later`].
    pub fn join(&mut self, other: &KeyState) {
        match (self, other) {
            (KeyState::Dots(mine), KeyState::Dots(theirs)) => mine.merge(theirs),
            (KeyState::Rows(mine), KeyState::Rows(theirs)) => mine.merge(theirs),
            (KeyState::Versions(mine), KeyState::Versions(theirs)) => {
                vector_clock::join_versions(mine, theirs)
            }
            (
                KeyState::Sets { added, removed },
                KeyState::Sets { added: more_added, removed: more_removed },
            ) => {
                added.extend(more_added);
                removed.extend(more_removed);
            }
            (mine, theirs) => {
                panic!("{mine:?} and {theirs:?} are not states of one policy that joins by shape")
            }
        }
    }
}

/// Keeps the write of the two that is later by `rank`; where neither is, the one that is there.
pub fn keep_later<R: Ord>(into: &mut KeyState, from: &KeyState, rank: impl Fn(&Write) -> R) {
    let (KeyState::Winner(mine), KeyState::Winner(theirs)) = (into, from) else {
        panic!("single winners meet single winners")
    };
    let is_later = match (&*mine, theirs) {
        (Some(mine), Some(theirs)) => rank(mine) < rank(theirs),
        (None, theirs) => theirs.is_some(),
        (Some(_), None) => false,
    };
    if is_later {
        mine.clone_from(theirs);
    }
}

/// Why a replica did not take a write: it is not acknowledged and changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// A conditional write whose condition does not hold at its replica, which has this version.
    Version { held: u64 },
    /// A removal of an element that the replica does not have, from a set that would remember it for ever.
    NoMember,
}

/// The behaviour of a policy. States are those of one key; handing a policy another's state or an operation
/// that it does not take is a broken precondition and panics.
pub trait Conflict {
    /// Whether keys of this policy know the operation.
    fn takes(&self, op: &Op) -> bool;
    /// The state of a key that was never written: merging it changes nothing.
    fn empty(&self) -> KeyState;
    /// The stamp of an operation while the replica's clock shows `wall` (nanoseconds, skewed as the clock is).
    fn stamp(&self, _state: &KeyState, _op: &Op, wall: i64, dot: Dot) -> Stamp {
        Stamp::wall(wall, dot)
    }
    /// The change that a write makes, to be merged here and elsewhere; or that it is refused.
    fn change(&self, state: &KeyState, write: &Arc<Write>) -> Result<KeyState, Refused>;
    /// Takes over what `from` knows and `into` does not. Linear in both, never constant.
    fn merge(&self, into: &mut KeyState, from: &KeyState);
    /// What a client is given.
    fn content(&self, state: &KeyState) -> Content;
    /// Writes that stand beside concurrent ones until somebody reconciles them, by number.
    fn siblings(&self, _state: &KeyState) -> Vec<WriteId> {
        Vec::new()
    }
    /// Whether the application is left to choose between concurrent writes.
    fn leaves_siblings(&self) -> bool {
        false
    }
    /// The writes that a reader of this state has seen. `applied` is all that ever arrived here.
    fn context(&self, _state: &KeyState, applied: &Context) -> Context {
        applied.clone()
    }
    /// Whether a write that was applied shows in the content. A removal shows while its cell is empty.
    fn has_effect(&self, state: &KeyState, write: &Write) -> bool;
    /// Whether `winner` is kept against `loser` although the writer of `loser` had seen it.
    fn overrides(&self, _winner: &Write, _loser: &Write) -> bool {
        false
    }
    /// False where no write can ever lose its effect to another.
    fn can_hide(&self) -> bool {
        true
    }
    /// False where replicas that received the same writes may differ for ever.
    fn converges(&self) -> bool {
        true
    }
}

family! {
    /// The conflict policy of a store that several regions write.
    pub enum Policy as Conflict, "a conflict policy" {
        LastWriterWins in last_writer_wins,
        VersionedWrite in versioned_write,
        VectorClock in vector_clock,
        GCounter in g_counter,
        PnCounter in pn_counter,
        LwwRegister in lww_register,
        MvRegister in mv_register,
        GSet in g_set,
        TwoPhaseSet in two_phase_set,
        OrSet in or_set,
        CrdtMap in crdt_map,
    }
}
