//! A set from which elements can be taken out, once and for good: an element that was removed can never be added again,
//! not even by somebody who saw the removal. Such an addition is acknowledged and has no effect.
//! Source: Shapiro et al. 2011, specification 12, where a removal presupposes that the replica holds the element.
//!
//! ```text
//!  added {1, 2}, removed {2}: the set is {1}. Adding 2 again changes nothing, for ever.
//! ```

use super::g_set::sets;
use super::{Conflict, Content, KeyState, Op, Refused, Write};
use crate::family::Kind;
use crate::read::record;
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;

record! {
    /// A set whose removals are final.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct TwoPhaseSet as "TwoPhaseSet" {}
}

impl TwoPhaseSet {
    pub const KIND: Kind = Kind {
        name: "TwoPhaseSet",
        summary: "a set with tombstones: removals win, and what was removed never comes back (CRDT)",
        example: "TwoPhaseSet()",
    };
}

fn is_member(state: &KeyState, element: u64) -> bool {
    let (added, removed) = sets(state);
    added.contains(&element) && !removed.contains(&element)
}

impl Conflict for TwoPhaseSet {
    fn takes(&self, op: &Op) -> bool {
        matches!(op, Op::Insert(_) | Op::Remove(_))
    }

    fn empty(&self) -> KeyState {
        KeyState::Sets { added: BTreeSet::new(), removed: BTreeSet::new() }
    }

    fn change(&self, state: &KeyState, write: &Arc<Write>) -> Result<KeyState, Refused> {
        let change = |added: &[u64], removed: &[u64]| KeyState::Sets {
            added: added.iter().copied().collect(),
            removed: removed.iter().copied().collect(),
        };
        match write.op {
            Op::Insert(element) => Ok(change(&[element], &[])),
            Op::Remove(element) if is_member(state, element) => Ok(change(&[], &[element])),
            _ => Err(Refused::NoMember),
        }
    }

    /// Linear in all elements ever added, removed ones included: tombstones stay.
    fn merge(&self, into: &mut KeyState, from: &KeyState) {
        into.join(from);
    }

    fn content(&self, state: &KeyState) -> Content {
        let (added, removed) = sets(state);
        Content::Elements(added.difference(removed).copied().collect())
    }

    fn has_effect(&self, state: &KeyState, write: &Write) -> bool {
        is_member(state, write.op.number()) == write.op.leaves_value()
    }

    fn overrides(&self, winner: &Write, loser: &Write) -> bool {
        !winner.op.leaves_value() && loser.op.leaves_value()
    }
}
