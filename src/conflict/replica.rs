//! One replica of one key: takes writes, receives what others send, and says each time which acknowledged writes
//! lost their effect.
//!
//! ```text
//!  Request --write--> Update --receive--> the other replicas      (late, twice, out of order: no difference)
//!  whole() ---------> Update --receive--> a replica being repaired
//! ```

use super::{
    Conflict, Content, Context, Dot, Fate, History, KeyState, Op, Refused, Write, WriteId,
};
use crate::id::RegionId;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a client asks a replica to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub id: WriteId,
    pub op: Op,
    /// Nanoseconds of the replica's clock, with its skew.
    pub wall: i64,
    /// The context of the reading that the writer goes by; empty for a blind write.
    pub seen: Context,
}

/// What travels between replicas: a change or a whole state, and which writes it brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    pub state: KeyState,
    pub applied: Context,
}

impl Update {
    /// Two updates as one, in any order: they may be grouped on their way.
    pub fn join(&mut self, policy: &dyn Conflict, other: &Update) {
        policy.merge(&mut self.state, &other.state);
        self.applied.join(&other.applied);
    }
}

/// What a read gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    pub content: Content,
    /// Writes that stand beside concurrent ones.
    pub siblings: Vec<WriteId>,
    /// To be handed in with a write that goes by this reading. It holds what shows and what that had replaced; of a
    /// write that was lost before, nobody who reads now knows.
    pub context: Context,
}

/// An acknowledged write that has just lost its effect at a replica, or never had one there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hidden {
    pub id: WriteId,
    /// Superseded or lost.
    pub fate: Fate,
}

/// What an operation did to earlier writes, by number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    pub hidden: Vec<Hidden>,
    /// Siblings after the operation.
    pub siblings: Vec<WriteId>,
}

/// A key at one replica.
#[derive(Clone, Debug)]
pub struct Replica {
    region: RegionId,
    state: KeyState,
    /// All writes that arrived here, whether they still show or not.
    applied: Context,
    /// Writes that showed after the last operation: only they and new ones can be hidden by the next.
    shown: BTreeSet<WriteId>,
}

impl Replica {
    /// A key that was never written. No two replicas of a key share a region: their dots would be told for one another's.
    pub fn new(policy: &dyn Conflict, region: RegionId) -> Replica {
        Replica { region, state: policy.empty(), applied: Context::new(), shown: BTreeSet::new() }
    }

    pub fn region(&self) -> RegionId {
        self.region
    }

    pub fn state(&self) -> &KeyState {
        &self.state
    }

    /// All writes that arrived here. Handed in as the context of a write, it makes "seen" mean "had arrived at the
    /// writer's region", lost ones included.
    pub fn applied(&self) -> &Context {
        &self.applied
    }

    pub fn read(&self, policy: &dyn Conflict) -> Reading {
        Reading {
            content: policy.content(&self.state),
            siblings: policy.siblings(&self.state),
            context: policy.context(&self.state, &self.applied),
        }
    }

    /// Takes a write and returns what has to reach the other replicas. A refused write is not acknowledged and leaves no trace.
    pub fn write(
        &mut self,
        policy: &dyn Conflict,
        history: &mut History,
        request: Request,
    ) -> Result<(Update, Outcome), Refused> {
        assert!(policy.takes(&request.op), "{:?} is not an operation of this policy", request.op);
        let dot = Dot { replica: self.region, counter: self.applied.latest(self.region) + 1 };
        let stamp = policy.stamp(&self.state, &request.op, request.wall, dot);
        let unknown = request.seen.without(&self.applied);
        let seen = request.seen.joined(history.forgotten());
        let mut write = Write {
            id: request.id,
            dot,
            stamp,
            seen,
            seen_elsewhere: Context::new(),
            op: request.op,
        };
        write.seen_elsewhere = history.of_its_cell(&unknown, &write);
        let write = Arc::new(write);
        let state = policy.change(&self.state, &write)?;
        history.record(write);
        let applied = match &state {
            // A row brings all that its replica did before.
            KeyState::Rows(rows) => Context::from(&rows.included()),
            _ => [dot].into_iter().collect(),
        };
        let update = Update { state, applied };
        let outcome = self.receive(policy, history, &update);
        Ok((update, outcome))
    }

    /// Takes in what another replica sent.
    pub fn receive(
        &mut self,
        policy: &dyn Conflict,
        history: &History,
        update: &Update,
    ) -> Outcome {
        let arrived = update.applied.without(&self.applied);
        policy.merge(&mut self.state, &update.state);
        self.applied.join(&update.applied);
        if !policy.can_hide() {
            return Outcome::default();
        }
        self.shown.extend(arrived.dots().filter_map(|dot| history.at(dot)).map(|write| write.id));
        let shows = |id: &WriteId| {
            history.write(*id).is_some_and(|write| policy.has_effect(&self.state, write))
        };
        let hidden: Vec<WriteId> = self.shown.iter().copied().filter(|id| !shows(id)).collect();
        self.shown.retain(|id| !hidden.contains(id));
        // A write that was forgotten is asked about no more.
        let hidden = hidden
            .into_iter()
            .filter(|id| history.write(*id).is_some())
            .map(|id| Hidden { id, fate: self.fate(policy, history, id) })
            .collect();
        Outcome { hidden, siblings: policy.siblings(&self.state) }
    }

    /// The whole state, to be sent to a replica that missed something.
    pub fn whole(&self) -> Update {
        Update { state: self.state.clone(), applied: self.applied.clone() }
    }

    /// What became of a write at this replica.
    pub fn fate(&self, policy: &dyn Conflict, history: &History, id: WriteId) -> Fate {
        history.fate(policy, &self.state, &self.applied, id)
    }
}
