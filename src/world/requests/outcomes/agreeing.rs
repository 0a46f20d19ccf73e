//! What other regions have to say before a request is answered: replicas confirm a commit, or regions agree.

use super::{RequestContext, Try};
use crate::id::RegionId;
use crate::replication::strong_regions::{Isolated, Reads};
use crate::trace::Operation;
use crate::units::Duration;
use crate::world::stores::StoreState;
use crate::world::stores::commits::{Group, Mode};

impl RequestContext<'_> {
    /// A write that reached the writer: it is answered when the replicas that it waits for have it.
    pub(super) fn committed(&self, store: &StoreState, tried: Try) -> Try {
        match (tried, store.commits.mode) {
            (Try::Served { by, hop, slow }, Mode::Confirmed { wait }) => {
                Try::Served { by, hop: hop + wait, slow }
            }
            (Try::Served { .. }, Mode::Hangs { .. }) => Try::Hangs,
            (tried, _) => tried,
        }
    }

    /// A store whose regions agree: on to the leader or the nearest replica, which asks the others.
    pub(super) fn agreed(
        &self,
        store: &StoreState,
        group: &Group,
        region: RegionId,
        operation: Operation,
        slow: Duration,
    ) -> Try {
        let is_strong = operation == Operation::Write || group.rules.reads == Reads::Strong;
        let has_leader = group.rules.leader.is_some();
        let at = if has_leader && is_strong { store.writer } else { group.home[region.index()] };
        let tried = self.remote(region, at, slow);
        let Try::Served { by, hop, slow } = tried else { return tried };
        match group.agreed_after(at, self.regions) {
            _ if !is_strong => tried,
            None if group.rules.isolated == Isolated::Refuses => Try::Error,
            None => Try::Hangs,
            // A leader reads by its lease.
            Some(_) if has_leader && operation == Operation::Read => tried,
            Some(wait) => Try::Served { by, hop: hop + wait, slow },
        }
    }
}
