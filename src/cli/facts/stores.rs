//! What happened to a store, one sentence a fact.

use super::{percent, short};
use crate::id::RegionId;
use crate::report::numbers::{plural, whole};
use crate::trace::{Cast, What};
use crate::units::Share;

/// Who is to take the writes of a store, and who does.
pub(super) fn promotion(cast: &Cast, what: &What) -> String {
    let store = |store: crate::id::StoreId| &cast.stores[store.index()];
    let region = |region: RegionId| short(cast, region);
    match *what {
        What::PromotionOrdered { store: of, to } => {
            format!("store \"{}\": promotion of {} is ordered", store(of), region(to))
        }
        What::PromotionCalledOff { store: of } => {
            format!("store \"{}\": promotion is called off, the check is healthy again", store(of))
        }
        What::PromotionFailed { store: of, to } => {
            format!("store \"{}\": promotion fails, {} is down", store(of), region(to))
        }
        What::PromotionUnsafe { store: of, to } => {
            format!(
                "store \"{}\": {} is not promoted, it sees too few replicas to know of every acknowledged write",
                store(of),
                region(to)
            )
        }
        What::Promoted { store: of, from, to } => format!(
            "store \"{}\": {} takes writes now, {} no more",
            store(of),
            region(to),
            region(from)
        ),
        What::LeaderElected { store: of, from, to } => {
            format!("store \"{}\": {} leads now, {} no more", store(of), region(to), region(from))
        }
        _ => unreachable!("the caller asks only for promotions"),
    }
}

/// What commits that wait for other regions do.
pub(super) fn commits(cast: &Cast, what: &What) -> String {
    let store = |store: crate::id::StoreId| &cast.stores[store.index()];
    match *what {
        What::CommitsHang { store: of } => {
            format!("store \"{}\": commits hang, they wait for replicas", store(of))
        }
        What::CommitsDegraded { store: of } => {
            format!("store \"{}\": the writer goes on alone, unconfirmed and silently", store(of))
        }
        What::CommitsResumed { store: of } => format!(
            "store \"{}\": replicas are in step again, commits go on as they should",
            store(of)
        ),
        _ => unreachable!("the caller asks only for commits"),
    }
}

/// What a promotion lost.
pub(super) fn losses(cast: &Cast, what: &What) -> String {
    let store = |store: crate::id::StoreId| &cast.stores[store.index()];
    match *what {
        What::WritesLost { store: of, writes: 0, .. } => {
            format!("store \"{}\": no acknowledged write is lost", store(of))
        }
        What::WritesLost { store: of, writes, age } => {
            format!(
                "store \"{}\": {} lost, the oldest {:.3} s old at the fault",
                store(of),
                plural(writes, "acknowledged write"),
                age.seconds()
            )
        }
        What::LostFromBefore { store: of, writes } => {
            format!("store \"{}\": {} of them from before the run began", store(of), whole(writes))
        }
        What::LossIsLeast { store: of } => format!(
            "store \"{}\": older ones may be lost as well, from before the run began",
            store(of)
        ),
        _ => unreachable!("the caller asks only for losses"),
    }
}

/// Whether changes travel.
pub(super) fn replication(cast: &Cast, what: &What) -> String {
    let store = |store: crate::id::StoreId| &cast.stores[store.index()];
    let region = |region: RegionId| short(cast, region);
    match *what {
        What::ReplicationHeld { store: of, from, to } => {
            format!(
                "store \"{}\": changes no longer reach {} from {}: they wait",
                store(of),
                region(to),
                region(from)
            )
        }
        What::ReplicationResumed { store: of, from, to } => format!(
            "store \"{}\": changes reach {} from {} again",
            store(of),
            region(to),
            region(from)
        ),
        What::CaughtUp { store: of } => {
            format!("store \"{}\": all that had waited has arrived", store(of))
        }
        _ => unreachable!("the caller asks only for replication"),
    }
}

/// Where the address of a store's writer leads.
pub(super) fn endpoint(cast: &Cast, what: &What) -> String {
    let store = |store: crate::id::StoreId| &cast.stores[store.index()];
    let region = |region: RegionId| short(cast, region);
    match *what {
        What::EndpointMoved { store: of, region: at, writer, share } => {
            let part = if share == Share::ALL {
                "now write".to_string()
            } else {
                format!("write by {} of their caches", percent(share))
            };
            format!(
                "store \"{}\": applications in {} {part} to {}",
                store(of),
                region(at),
                region(writer)
            )
        }
        What::EndpointBlocked { store: of } => format!(
            "store \"{}\": the record of its endpoint cannot be changed: the control plane is impaired",
            store(of)
        ),
        What::EndpointRewritten { store: of, writer } => format!(
            "store \"{}\": the record of its endpoint leads to {} now",
            store(of),
            region(writer)
        ),
        _ => unreachable!("the caller asks only for endpoints"),
    }
}

/// What became of the role of a region in a store.
pub(super) fn role(cast: &Cast, what: &What) -> String {
    let region = |region: RegionId| short(cast, region);
    let (of, words) = match *what {
        What::Fenced { store, region: old } => {
            (store, format!("{}, the old writer, takes no more writes", region(old)))
        }
        What::RebuildBegan { store, region: old } => (
            store,
            format!("{}, the old writer, is rebuilt; what only it had is discarded", region(old)),
        ),
        What::Rebuilt { store, region: old } => {
            (store, format!("{} is a replica now", region(old)))
        }
        What::SwitchoverBegan { store, to } => {
            (store, format!("switchover to {} begins, no writes until it is in sync", region(to)))
        }
        What::SwitchoverRefused { store, to } => {
            (store, format!("switchover to {} is refused: it needs both sides", region(to)))
        }
        What::SwitchoverFailed { store, to } => {
            (store, format!("switchover to {} fails, the writer stays", region(to)))
        }
        What::SwitchedOver { store, from, to } => {
            (store, format!("{} takes writes now, {} is its replica", region(to), region(from)))
        }
        _ => unreachable!("the caller asks only for changes of roles"),
    };
    format!("store \"{}\": {words}", cast.stores[of.index()])
}
