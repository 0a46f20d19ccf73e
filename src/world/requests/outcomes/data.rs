//! What a request meets behind the front of a region: the replica there, the writer, an old writer that still takes writes.
//!
//! ```text
//!  read  --> replica in the region --(Session, Global: waits for the log)--> answered there
//!        `-> no replica: the writer
//!  write --> the address that the instance has --> writer            taken
//!        |                                     |-> old, not fenced   forked
//!        |                                     `-> neither           refused
//!        `-> forwarding: the replica in the region --> writer
//! ```

use super::steps::less;
use super::{RequestContext, Try};
use crate::id::RegionId;
use crate::replication::writers::Forwarding;
use crate::trace::Operation;
use crate::units::{Duration, Share};
use crate::world::stores::StoreState;

/// How the tries of requests end, with their shares.
type Tries = Vec<(Share, Try)>;

fn all(tried: Try) -> Tries {
    vec![(Share::ALL, tried)]
}

impl RequestContext<'_> {
    /// At a store with one writer.
    pub(super) fn of_one_writer(
        &self,
        store: &StoreState,
        region: RegionId,
        operation: Operation,
        slow: Duration,
    ) -> Tries {
        match operation {
            Operation::Write if store.writes_here[region.index()] => {
                all(Try::Served { by: Some(region), hop: Duration::ZERO, slow })
            }
            Operation::Read
                if store.serves_reads[region.index()] && !store.answers_reads(region) =>
            {
                all(Try::Error)
            }
            Operation::Read if store.serves_reads[region.index()] => {
                self.read_here(store, region, slow)
            }
            Operation::Read | Operation::Write if store.writes_here.iter().any(|here| *here) => {
                all(self.nearest(store, region, operation, slow))
            }
            Operation::Read => match self.remote(region, store.writer, slow) {
                Try::Served { .. } if !store.answers_reads(store.writer) => all(Try::Error),
                tried => all(tried),
            },
            // A replica that restarts forwards nothing.
            Operation::Write if store.forwards(region) && !store.answers_reads(region) => {
                all(Try::Error)
            }
            Operation::Write if store.forwards(region) => {
                all(self.write(store, region, store.writer, slow))
            }
            // Each instance of the application asks whom its own cache names.
            Operation::Write => store.endpoints.caches[region.index()]
                .shares()
                .map(|(share, asked)| (share, self.write(store, region, asked, slow)))
                .collect(),
        }
    }

    /// From a region without a replica to the nearest that can be reached, of a store whose replicas all take writes.
    fn nearest(
        &self,
        store: &StoreState,
        region: RegionId,
        operation: Operation,
        slow: Duration,
    ) -> Try {
        let able =
            if operation == Operation::Write { &store.writes_here } else { &store.serves_reads };
        let places = able
            .iter()
            .enumerate()
            .filter(|(_, able)| **able)
            .map(|(index, _)| RegionId::at(index));
        let reached = places
            .filter(|place| self.regions.is_up(*place))
            .filter_map(|place| Some((self.regions.round_trip(region, place)?, place)));
        reached
            .min_by_key(|(trip, place)| self.regions.nearness(*trip, *place))
            .map_or(Try::Hangs, |(_, place)| self.remote(region, place, slow))
    }

    fn write(&self, store: &StoreState, region: RegionId, asked: RegionId, slow: Duration) -> Try {
        match self.remote(region, asked, slow) {
            Try::Served { by, hop, slow } if asked == store.writer && store.takes_writes() => {
                self.committed(store, Try::Served { by, hop, slow })
            }
            Try::Served { hop, slow, .. } if store.forks(asked) => {
                Try::Forked { by: asked, hop, slow }
            }
            // The address that the application still has belongs to a database that takes no writes.
            Try::Served { .. } => Try::Error,
            failed => failed,
        }
    }

    /// By the local replica, as fresh as write forwarding asks for.
    fn read_here(&self, store: &StoreState, region: RegionId, slow: Duration) -> Tries {
        let at_once = Try::Served { by: Some(region), hop: Duration::ZERO, slow };
        if !store.forwards(region) {
            return all(at_once);
        }
        let path = self.regions.one_way(store.writer, region).unwrap_or_default();
        let lag = store.usual_lag(region).max(path);
        match store.roles.forwarding {
            Forwarding::Off | Forwarding::Eventual => all(at_once),
            Forwarding::Session => {
                // Reads that come within the lag of a write by the same user, whose writes come at random; each is taken to wait for
                // the whole lag, which errs on the slow side (a simplification).
                let soon = -libm::expm1(-self.writes.per_second() * lag.seconds());
                let waits = Share::from_parts((soon * Share::ALL.parts() as f64) as u64);
                let late = Try::Served { by: Some(region), hop: Duration::ZERO, slow: slow + lag };
                [(less(Share::ALL, waits), at_once), (waits, late)]
                    .into_iter()
                    .filter(|(share, _)| *share > Share::NONE)
                    .collect()
            }
            // The writer is asked how far it is, and the log from there waited for. An upper bound: the log is on its way meanwhile.
            Forwarding::Global => match self.remote(region, store.writer, slow) {
                Try::Served { hop, slow, .. } if store.has_instance(store.writer) => {
                    all(Try::Served { by: Some(region), hop, slow: slow + lag })
                }
                _ => all(Try::Hangs),
            },
        }
    }
}
