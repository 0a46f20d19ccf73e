//! A register that keeps the write with the latest stamp: last-writer-wins in its textbook form, where stamps are
//! total and unique. That it converges does not make it harmless: it converges on one write and forgets the others.
//! Source: Shapiro et al. 2011, specification 8; Johnson and Thomas 1975 (RFC 677).

use super::last_writer_wins::{winning_context, winning_value};
use super::{Conflict, Content, Context, KeyState, Op, Refused, Write, keep_later};
use crate::family::Kind;
use crate::read::record;
use serde::Serialize;
use std::sync::Arc;

record! {
    /// A register in which the latest stamp wins.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct LwwRegister as "LwwRegister" {}
}

impl LwwRegister {
    pub const KIND: Kind = Kind {
        name: "LwwRegister",
        summary: "one value, the one with the latest unique stamp; concurrent writes are lost (CRDT)",
        example: "LwwRegister()",
    };
}

impl Conflict for LwwRegister {
    fn takes(&self, op: &Op) -> bool {
        matches!(op, Op::Put(_))
    }

    fn empty(&self) -> KeyState {
        KeyState::Winner(None)
    }

    fn change(&self, _state: &KeyState, write: &Arc<Write>) -> Result<KeyState, Refused> {
        Ok(KeyState::Winner(Some(write.clone())))
    }

    /// One comparison and one copy of the value.
    fn merge(&self, into: &mut KeyState, from: &KeyState) {
        keep_later(into, from, |write| write.stamp);
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
        winner.stamp > loser.stamp
    }
}
