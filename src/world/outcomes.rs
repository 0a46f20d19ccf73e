//! What a request meets: the application's region, then the store's replica or writer. Reads the
//! truth of regions and stores and changes nothing.

use super::regions::Regions;
use super::stage::Stage;
use super::stores::StoreState;
use crate::health::Endpoint;
use crate::id::RegionId;
use crate::trace::{Operation, Outcome};
use crate::units::Duration;

/// What requests of every group meet in every region, by [`crate::trace::Cast::service_index`].
pub fn all(stage: &Stage, regions: &Regions, stores: &[StoreState]) -> Vec<Outcome> {
    let count = stage.scenario.regions.len();
    let mut outcomes = Vec::with_capacity(stage.cast.groups * count * 2);
    for group in 0..stage.cast.groups {
        for region in (0..count).map(RegionId::at) {
            outcomes.extend(Operation::BOTH.map(|operation| outcome(regions, stores.get(group), region, operation)));
        }
    }
    outcomes
}

/// What a request that arrives in this region meets; `store` is `None` for requests that need none.
pub fn outcome(regions: &Regions, store: Option<&StoreState>, region: RegionId, operation: Operation) -> Outcome {
    let local = Outcome::Served { by: region, hop: Duration::ZERO };
    let store = match (regions.endpoint(region), store) {
        (Endpoint::Silent, _) => return Outcome::TimedOut,
        (Endpoint::Refuses, _) => return Outcome::Refused,
        (Endpoint::Answers, None) => return local,
        (Endpoint::Answers, Some(store)) => store,
    };
    match operation {
        Operation::Read if store.serves_reads[region.index()] => local,
        Operation::Read => remote(regions, region, store.writer),
        Operation::Write if store.endpoint[region.index()] == store.writer => remote(regions, region, store.writer),
        // The address that the application still has belongs to a replica that takes no writes.
        Operation::Write => match remote(regions, region, store.endpoint[region.index()]) {
            Outcome::Served { .. } => Outcome::Refused,
            failed => failed,
        },
    }
}

/// A request goes on from the application's region to the database in another.
fn remote(regions: &Regions, from: RegionId, to: RegionId) -> Outcome {
    if from == to {
        return Outcome::Served { by: to, hop: Duration::ZERO };
    }
    match (regions.endpoint(to), regions.round_trip(from, to)) {
        (Endpoint::Answers, Some(hop)) => Outcome::Served { by: to, hop },
        (Endpoint::Refuses, Some(_)) => Outcome::Refused,
        _ => Outcome::TimedOut,
    }
}
