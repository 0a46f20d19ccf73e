//! A counter that goes up and down: two growing counters, one for each way. It may pass below zero at every replica
//! at once: no rule over the whole value ("never below zero") survives merging.
//! Source: Shapiro et al. 2011, specification 7.

use super::g_counter::add;
use super::rows::Rows;
use super::{Conflict, Content, Context, KeyState, Op, Refused, Write};
use crate::family::Kind;
use crate::read::record;
use serde::Serialize;
use std::sync::Arc;

record! {
    /// A counter that grows and shrinks.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct PnCounter as "PnCounter" {}
}

impl PnCounter {
    pub const KIND: Kind = Kind {
        name: "PnCounter",
        summary: "a counter that goes up and down, two counts by replica; loses nothing (CRDT)",
        example: "PnCounter()",
    };
}

impl Conflict for PnCounter {
    fn takes(&self, op: &Op) -> bool {
        matches!(op, Op::Increment(_) | Op::Decrement(_))
    }

    fn empty(&self) -> KeyState {
        KeyState::Rows(Rows::default())
    }

    fn change(&self, state: &KeyState, write: &Arc<Write>) -> Result<KeyState, Refused> {
        Ok(add(state, write))
    }

    /// Linear in the replicas that ever wrote.
    fn merge(&self, into: &mut KeyState, from: &KeyState) {
        into.join(from);
    }

    fn content(&self, state: &KeyState) -> Content {
        Content::Count(state.rows().total())
    }

    fn context(&self, state: &KeyState, _applied: &Context) -> Context {
        Context::from(&state.rows().included())
    }

    fn has_effect(&self, state: &KeyState, write: &Write) -> bool {
        state.rows().row(write.dot.replica).writes >= write.dot.counter
    }

    fn can_hide(&self) -> bool {
        false
    }
}
