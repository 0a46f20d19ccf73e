//! A map whose values are replicated types themselves: registers with siblings, counters, add-wins sets, maps. Dropping a
//! key resets what its writer had seen of it; what others did to it at the same time stays, alone.
//! Sources: Almeida, Shoker and Baquero 2018, "Delta State Replicated Data Types", section 7 (maps of dots); Riak's maps,
//! where a key is a name and a kind.
//!
//! ```text
//!  A  counter under 1: +2 (a1) ---------- +3 (a2) ---.
//!  B        '--> sees 2, drops key 1 -----------------+--> joined: a1 is gone, the counter reads 3
//! ```
//!
//! A counter here keeps every addition since the last drop, one dot each: that is what makes the reset exact. A row by
//! replica would be smaller, and would bring dropped additions back with the next one.

use super::dots::Dots;
use super::{Conflict, Content, Context, KeyState, Op, Refused, Write, WriteId, op};
use crate::family::Kind;
use crate::read::record;
use serde::Serialize;
use std::sync::Arc;

record! {
    /// A map of registers, counters, sets and maps.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct CrdtMap as "CrdtMap" {}
}

impl CrdtMap {
    pub const KIND: Kind = Kind {
        name: "CrdtMap",
        summary: "a map of registers, counters, sets and maps; dropping a key resets what was seen (CRDT)",
        example: "CrdtMap()",
    };
}

impl Conflict for CrdtMap {
    fn takes(&self, op: &Op) -> bool {
        match op {
            Op::Drop(_) => true,
            Op::Within(_, inner) => {
                self.takes(inner) || !matches!(**inner, Op::PutVersion { .. } | Op::Within(..))
            }
            _ => false,
        }
    }

    fn empty(&self) -> KeyState {
        KeyState::Dots(Dots::default())
    }

    fn change(&self, state: &KeyState, write: &Arc<Write>) -> Result<KeyState, Refused> {
        Ok(KeyState::Dots(Dots::change(write, state.dots().replaced_by(write))))
    }

    /// Linear in the live operations (of a counter: all additions since its key was dropped) and spans of contexts.
    fn merge(&self, into: &mut KeyState, from: &KeyState) {
        into.join(from);
    }

    fn content(&self, state: &KeyState) -> Content {
        Content::of_map(&state.dots().operations())
    }

    fn siblings(&self, state: &KeyState) -> Vec<WriteId> {
        op::siblings(&state.dots().operations())
    }

    fn context(&self, state: &KeyState, _applied: &Context) -> Context {
        state.dots().context().clone()
    }

    fn has_effect(&self, state: &KeyState, write: &Write) -> bool {
        state.dots().has_effect(write)
    }
}
