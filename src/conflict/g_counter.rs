//! A counter that only grows: every replica counts for itself, the value is the sum. No increment is ever lost.
//! Source: Shapiro et al. 2011, "A comprehensive study of Convergent and Commutative Replicated Data Types", specification 6.
//!
//! ```text
//!  a: {a:3}          b: {b:2}          joined: {a:3, b:2} = 5, however often and in whatever order
//! ```

use super::rows::Rows;
use super::{Conflict, Content, Context, KeyState, Op, Refused, Write};
use crate::family::Kind;
use crate::read::record;
use serde::Serialize;
use std::sync::Arc;

record! {
    /// A counter that only grows.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct GCounter as "GCounter" {}
}

impl GCounter {
    pub const KIND: Kind = Kind {
        name: "GCounter",
        summary: "a counter that only grows: a count by replica, summed when read; loses nothing (CRDT)",
        example: "GCounter()",
    };
}

/// The change of an addition to a counter.
pub fn add(state: &KeyState, write: &Write) -> KeyState {
    let (added, taken) = match write.op {
        Op::Increment(by) => (by, 0),
        Op::Decrement(by) => (0, by),
        ref other => panic!("{other:?} is not for a counter"),
    };
    KeyState::Rows(state.rows().change(write.dot, added, taken))
}

impl Conflict for GCounter {
    fn takes(&self, op: &Op) -> bool {
        matches!(op, Op::Increment(_))
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
