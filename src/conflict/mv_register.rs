//! A register that keeps all concurrent values. A write replaces whatever its replica holds, whether its writer had read
//! it or not: that is the difference from [`super::vector_clock`], where the writer's own context counts.
//! Source: Shapiro et al. 2011, specification 10, where assigning takes the versions of all values held.

use super::dots::Dots;
use super::vector_clock::{past, values};
use super::{Conflict, Content, Context, KeyState, Op, Refused, Write, WriteId, op};
use crate::family::Kind;
use crate::read::record;
use serde::Serialize;
use std::sync::Arc;

record! {
    /// A register that keeps concurrent values side by side.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct MvRegister as "MvRegister" {}
}

impl MvRegister {
    pub const KIND: Kind = Kind {
        name: "MvRegister",
        summary: "a register that keeps values written concurrently at several replicas (CRDT)",
        example: "MvRegister()",
    };
}

impl Conflict for MvRegister {
    fn takes(&self, op: &Op) -> bool {
        matches!(op, Op::Put(_))
    }

    fn empty(&self) -> KeyState {
        KeyState::Dots(Dots::default())
    }

    fn change(&self, state: &KeyState, write: &Arc<Write>) -> Result<KeyState, Refused> {
        let held = state.dots().context();
        Ok(KeyState::Dots(Dots::change(write, held.joined(&write.seen_elsewhere))))
    }

    /// Linear in siblings and spans of contexts.
    fn merge(&self, into: &mut KeyState, from: &KeyState) {
        into.join(from);
    }

    fn content(&self, state: &KeyState) -> Content {
        values(&state.dots().operations())
    }

    fn leaves_siblings(&self) -> bool {
        true
    }
    fn siblings(&self, state: &KeyState) -> Vec<WriteId> {
        op::siblings(&state.dots().operations())
    }

    /// What the writers of the values had seen; what they replaced unread is seen by nobody.
    fn context(&self, state: &KeyState, _applied: &Context) -> Context {
        past(&state.dots().operations())
    }

    fn has_effect(&self, state: &KeyState, write: &Write) -> bool {
        state.dots().has_effect(write)
    }
}
