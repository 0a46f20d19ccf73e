//! Nothing is lost that nobody had seen: a write replaces what its writer had read, and all else stays beside it as a
//! sibling until somebody reads them all and writes again.
//! Sources: DeCandia et al. 2007, "Dynamo", section 4.4 (vector clocks, siblings); Preguiça et al. 2010, "Dotted Version
//! Vectors" (one dot a value, so that two writers through one server are told apart).
//!
//! ```text
//!  two puts through server a, neither writer had read anything:
//!  Plain    {a:1} v1, then {a:2} v2: {a:1} < {a:2}, so v1 vanishes although v2's writer never saw it
//!  Dotted   v1 is a1, v2 is a2 with an empty context: both stay
//! ```

use super::dots::Dots;
use super::{
    Causality, Conflict, Content, Context, KeyState, Op, Refused, VersionVector, Write, WriteId, op,
};
use crate::family::Kind;
use crate::read::{record, words};
use serde::Serialize;
use std::sync::Arc;

record! {
    /// Concurrent writes are kept as siblings until a reader reconciles them.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct VectorClock as "VectorClock" {
        /// What a version says of its value.
        pub versions: Versions = Versions::Dotted,
    }
}

words! {
    /// What a version says of its value.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
    pub enum Versions {
        /// What its writer had seen, and one dot that is its own.
        Dotted,
        /// A vector with an entry by server (Dynamo's): it cannot tell concurrent writers through one server apart.
        Plain,
    }
}

impl VectorClock {
    pub const KIND: Kind = Kind {
        name: "VectorClock",
        summary: "concurrent writes are kept as siblings until a reader reconciles them (Dynamo, Riak)",
        example: "VectorClock(versions: Dotted)",
    };
}

/// Keeps of both the versions that no other one has overtaken, by dot. Quadratic in the number of siblings.
pub fn join_versions(
    into: &mut Vec<(VersionVector, Arc<Write>)>,
    from: &[(VersionVector, Arc<Write>)],
) {
    let news: Vec<_> = from
        .iter()
        .filter(|(_, write)| into.iter().all(|(_, mine)| mine.dot != write.dot))
        .cloned()
        .collect();
    into.extend(news);
    let overtaken = |clock: &VersionVector, all: &[(VersionVector, Arc<Write>)]| {
        all.iter().any(|(other, _)| clock.compare(other) == Causality::Before)
    };
    let kept: Vec<_> = into.iter().filter(|(clock, _)| !overtaken(clock, into)).cloned().collect();
    *into = kept;
    into.sort_by_key(|(_, write)| write.dot);
}

/// Live writes with their operations, whichever way versions are kept.
fn live(state: &KeyState) -> Vec<(&Op, &Write)> {
    match state {
        KeyState::Versions(versions) => {
            versions.iter().map(|(_, write)| (&write.op, &**write)).collect()
        }
        other => other.dots().operations(),
    }
}

/// The live writes and all that their writers had seen.
pub fn past(live: &[(&Op, &Write)]) -> Context {
    let mut past = Context::new();
    for (_, write) in live {
        past.join(&write.seen);
        past.insert(write.dot);
    }
    past
}

/// The values of live writes in their order; a tombstone has none.
pub fn values(live: &[(&Op, &Write)]) -> Content {
    let mut values: Vec<u64> =
        live.iter().filter(|(op, _)| op.leaves_value()).map(|(op, _)| op.number()).collect();
    values.sort_unstable();
    Content::Values(values)
}

impl Conflict for VectorClock {
    fn takes(&self, op: &Op) -> bool {
        matches!(op, Op::Put(_) | Op::Delete)
    }

    fn empty(&self) -> KeyState {
        match self.versions {
            Versions::Dotted => KeyState::Dots(Dots::default()),
            Versions::Plain => KeyState::Versions(Vec::new()),
        }
    }

    /// A delete leaves nothing but the context with dots, and a tombstone without: there it can be a sibling itself.
    fn change(&self, _state: &KeyState, write: &Arc<Write>) -> Result<KeyState, Refused> {
        Ok(match self.versions {
            Versions::Dotted => KeyState::Dots(Dots::change(write, write.seen.clone())),
            Versions::Plain => {
                let mut clock = write.seen.version_vector();
                clock.raise(write.dot.replica, write.dot.counter);
                KeyState::Versions(vec![(clock, write.clone())])
            }
        })
    }

    /// Linear in siblings and replicas with dots, quadratic in siblings without.
    fn merge(&self, into: &mut KeyState, from: &KeyState) {
        into.join(from);
    }

    fn content(&self, state: &KeyState) -> Content {
        values(&live(state))
    }

    fn leaves_siblings(&self) -> bool {
        true
    }
    fn siblings(&self, state: &KeyState) -> Vec<WriteId> {
        op::siblings(&live(state))
    }

    /// Without dots the context is what the writers of the versions had seen, not what their vectors claim: its own
    /// vector is the join of theirs all the same.
    fn context(&self, state: &KeyState, _applied: &Context) -> Context {
        match state {
            KeyState::Versions(_) => past(&live(state)),
            other => other.dots().context().clone(),
        }
    }

    fn has_effect(&self, state: &KeyState, write: &Write) -> bool {
        match state {
            KeyState::Versions(versions) => {
                versions.iter().any(|(_, version)| version.id == write.id)
            }
            other => other.dots().has_effect(write),
        }
    }
}
