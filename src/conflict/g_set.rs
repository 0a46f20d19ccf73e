//! A set that only grows. Nothing is lost, and nothing can be taken out again.
//! Source: Shapiro et al. 2011, specification 11.

use super::{Conflict, Content, KeyState, Op, Refused, Write};
use crate::family::Kind;
use crate::read::record;
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;

record! {
    /// A set that only grows.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct GSet as "GSet" {}
}

impl GSet {
    pub const KIND: Kind = Kind {
        name: "GSet",
        summary: "a set that only grows: merging is union; loses nothing (CRDT)",
        example: "GSet()",
    };
}

/// The two sets of a set's state: added and removed.
pub fn sets(state: &KeyState) -> (&BTreeSet<u64>, &BTreeSet<u64>) {
    match state {
        KeyState::Sets { added, removed } => (added, removed),
        other => panic!("{other:?} is not the state of a set"),
    }
}

impl Conflict for GSet {
    fn takes(&self, op: &Op) -> bool {
        matches!(op, Op::Insert(_))
    }

    fn empty(&self) -> KeyState {
        KeyState::Sets { added: BTreeSet::new(), removed: BTreeSet::new() }
    }

    fn change(&self, _state: &KeyState, write: &Arc<Write>) -> Result<KeyState, Refused> {
        Ok(KeyState::Sets { added: [write.op.number()].into(), removed: BTreeSet::new() })
    }

    /// Linear in the elements.
    fn merge(&self, into: &mut KeyState, from: &KeyState) {
        into.join(from);
    }

    fn content(&self, state: &KeyState) -> Content {
        Content::Elements(sets(state).0.iter().copied().collect())
    }

    fn has_effect(&self, state: &KeyState, write: &Write) -> bool {
        sets(state).0.contains(&write.op.number())
    }

    fn can_hide(&self) -> bool {
        false
    }
}
