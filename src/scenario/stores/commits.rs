//! Rules of stores whose commits wait for other regions: what can be read and still makes no sense.

use super::WrittenStore;
use crate::id::RegionId;
use crate::read::Fields;
use crate::replication::strong_regions::StrongRegions;
use crate::replication::{Replication, Waits};

/// A leader takes the writer's place among the regions.
pub(super) fn lead(store: &mut WrittenStore) {
    let Replication::StrongRegions(StrongRegions { leader: Some(leader), .. }) = store.replication
    else {
        return;
    };
    let Some(at) = store.readers.iter().position(|reader| *reader == leader) else { return };
    store.readers.remove(at);
    store.readers.splice(0..0, store.writer);
    store.writer = Some(leader);
}

/// Checks what commits wait for against the regions of the store.
pub(super) fn check(store: &WrittenStore, is_alike: bool, fields: &mut Fields) {
    let replication = &store.replication;
    let readers = store.readers.len() as u64;
    if is_alike && !super::are_alike(replication) {
        let what = format!("{} has one writer, and regions are all alike", replication.name());
        fields.reject("regions", what, "write writer: .. and readers: [..]");
    }
    match replication.behaviour().waits() {
        Waits::Nobody => {}
        Waits::Replicas { acks, .. } if acks > readers => {
            let what =
                format!("a commit waits for acks: {acks} of the readers, and there are {readers}");
            let help = "list more regions in readers: [..], or lower acks";
            fields.reject("replication", what, help);
        }
        Waits::Replicas { .. } => {}
        Waits::Guard(_) if readers == 0 => {
            let help = "list them in readers: [..], or leave rpo_guard out";
            fields.reject("replication", "rpo_guard watches replicas, and there are none", help);
        }
        Waits::Guard(guard) => {
            let usual = replication.log().map(|log| log.lag.at(0.999));
            if usual.is_some_and(|usual| usual >= guard) {
                let what = format!(
                    "replicas are further behind than rpo_guard ({guard}) while nothing is wrong"
                );
                fields.reject("replication", what, "write a longer rpo_guard, or a shorter lag");
            }
        }
        Waits::Majority(strong) => {
            let mut problem =
                |field: &str, what: String, help: &str| fields.reject(field, what, help);
            check_strong(&mut problem, store, is_alike, strong);
        }
    }
}

fn check_strong(
    problem: &mut impl FnMut(&str, String, &str),
    store: &WrittenStore,
    is_alike: bool,
    strong: &StrongRegions,
) {
    if !is_alike {
        problem(
            "writer",
            "the replicas of StrongRegions are all alike".into(),
            "write regions: [..] instead of writer and readers",
        );
        return;
    }
    let serves = |region: RegionId| store.writer == Some(region) || store.readers.contains(&region);
    let replicas = 1 + store.readers.len();
    let votes = replicas + usize::from(strong.witness.is_some());
    check_votes(problem, strong, votes);
    if replicas < 2 {
        problem(
            "regions",
            "a single region serves".into(),
            "list two regions or more: a witness serves nothing",
        );
    }
    if strong.witness.is_some_and(serves) {
        problem(
            "replication",
            "the witness is listed among the regions that serve".into(),
            "list only the regions that serve in regions: [..]",
        );
    }
    if strong.leader.is_some_and(|leader| !serves(leader)) {
        problem(
            "replication",
            "the leader has no replica".into(),
            "name one of the regions in regions: [..]",
        );
    }
    check_election(problem, strong);
    if store.promotion.is_some() {
        let help = "leave promotion out: the regions agree by themselves";
        problem("promotion", "no replica is promoted in StrongRegions".into(), help);
    }
}

/// Regions that agree need a majority that can spare one.
fn check_votes(problem: &mut impl FnMut(&str, String, &str), strong: &StrongRegions, votes: usize) {
    match strong.leader {
        None if votes != 3 => {
            let what =
                format!("{votes} regions are to agree without a leader, and exactly three can");
            problem(
                "regions",
                what,
                "list three regions, or two and a witness: \"..\" in StrongRegions (DynamoDB MRSC)",
            );
        }
        Some(_) if votes < 3 => {
            problem(
                "regions",
                format!("{votes} regions are to agree, and none of them can be spared"),
                "list three regions or more, or add a witness",
            );
        }
        _ => {}
    }
}

/// A leader is elected, and no other replica.
fn check_election(problem: &mut impl FnMut(&str, String, &str), strong: &StrongRegions) {
    match (strong.leader, strong.election) {
        (Some(_), None) => problem(
            "replication",
            "no field says how long the election of a leader takes".into(),
            "add election: \"10s\"",
        ),
        (None, Some(_)) => problem(
            "replication",
            "there is an election and no leader".into(),
            "write leader: \"..\" in StrongRegions, or leave election out",
        ),
        _ => {}
    }
}
