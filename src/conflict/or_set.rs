//! A set in which additions win: a removal takes away exactly the additions that its writer had seen, so an addition made at
//! the same time elsewhere survives it. A deleted item can come back that way; no addition is ever lost unseen.
//! Sources: Shapiro et al. 2011, specification 15; Bieniusa et al. 2012, "An optimized conflict-free replicated set" (no
//! tombstones); DeCandia et al. 2007, "Dynamo", section 4.4: deleted items can resurface.
//!
//! ```text
//!  A  add x (a1) --------- add x again (a2) ----.
//!  B        '--> sees a1, removes x ------------+--> joined: a1 is gone, a2 lives, x is in the set
//! ```

use super::dots::Dots;
use super::{Conflict, Content, Context, KeyState, Op, Refused, Write};
use crate::family::Kind;
use crate::read::record;
use serde::Serialize;
use std::sync::Arc;

record! {
    /// A set in which an addition wins against removals that had not seen it.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct OrSet as "OrSet" {}
}

impl OrSet {
    pub const KIND: Kind = Kind {
        name: "OrSet",
        summary: "a set in which an addition survives concurrent removals (CRDT, observed remove)",
        example: "OrSet()",
    };
}

impl Conflict for OrSet {
    fn takes(&self, op: &Op) -> bool {
        matches!(op, Op::Insert(_) | Op::Remove(_))
    }

    fn empty(&self) -> KeyState {
        KeyState::Dots(Dots::default())
    }

    fn change(&self, state: &KeyState, write: &Arc<Write>) -> Result<KeyState, Refused> {
        Ok(KeyState::Dots(Dots::change(write, state.dots().replaced_by(write))))
    }

    /// Linear in the additions alive and in the spans of contexts; removed elements leave nothing else.
    fn merge(&self, into: &mut KeyState, from: &KeyState) {
        into.join(from);
    }

    fn content(&self, state: &KeyState) -> Content {
        let mut elements: Vec<u64> =
            state.dots().live().iter().map(|write| write.op.number()).collect();
        elements.sort_unstable();
        elements.dedup();
        Content::Elements(elements)
    }

    fn context(&self, state: &KeyState, _applied: &Context) -> Context {
        state.dots().context().clone()
    }

    fn has_effect(&self, state: &KeyState, write: &Write) -> bool {
        state.dots().has_effect(write)
    }
}
