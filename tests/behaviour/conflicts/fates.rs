//! What becomes of acknowledged writes: stories with the fate of every write, as a ledger needs them.

use super::cluster::{Cluster, policy};
use mrsim::conflict::{Content, Context, Fate, Hidden, How, Kind, Op, Refused, WriteId};

fn fate(cluster: &Cluster, at: usize, id: WriteId) -> Fate {
    cluster.replicas[at].fate(cluster.policy, &cluster.history, id)
}

fn lost(to: WriteId, how: How) -> Fate {
    Fate::Lost { to: Some(to), how }
}

const MS: i64 = 1_000_000;

/// Two writers at once: one write vanishes at both replicas, though nothing failed and everything arrived.
#[test]
fn the_last_writer_wins_and_the_other_vanishes() {
    let policy = policy("LastWriterWins()");
    let mut cluster = Cluster::new(policy.behaviour(), 2);
    let earlier = cluster.blind(0, Op::Put(1), 10 * MS);
    let later = cluster.blind(1, Op::Put(2), 11 * MS);
    assert_eq!(
        (fate(&cluster, 0, earlier), fate(&cluster, 0, later)),
        (Fate::InEffect, Fate::Absent)
    );
    let hidden = Hidden { id: earlier, fate: lost(later, How::Concurrently) };
    assert_eq!(cluster.deliver(1, 0).hidden, [hidden], "the winner arrives");
    assert_eq!(cluster.deliver(0, 1).hidden, [hidden], "the loser arrives, and never shows");
    assert_eq!(cluster.deliver(0, 1).hidden, [], "twice is once");

    // A reader of the winner writes on: that supersedes the winner, and the lost write stays lost.
    let on = cluster.write(0, Op::Put(3), 12 * MS);
    assert_eq!(
        (fate(&cluster, 0, later), fate(&cluster, 0, earlier)),
        (Fate::Superseded { by: on }, lost(on, How::Concurrently))
    );
}

/// A clock that is ahead by more than the lag: a writer who has seen its write loses to it. A hybrid clock mends that.
#[test]
fn a_fast_clock_beats_those_who_had_seen_it() {
    for (clock, kept) in [("Wall", 1), ("Hybrid", 2)] {
        let policy = policy(&format!("LastWriterWins(clock: {clock})"));
        let mut cluster = Cluster::new(policy.behaviour(), 2);
        let ahead = cluster.blind(0, Op::Put(1), 500 * MS);
        cluster.deliver(0, 1);
        let later = cluster.write(1, Op::Put(2), 100 * MS);
        cluster.settle();
        assert_eq!((cluster.values(0), cluster.values(1)), (vec![kept], vec![kept]), "{clock}");
        let expected = if kept == 1 { lost(ahead, How::AlthoughLater) } else { Fate::InEffect };
        assert_eq!(
            (fate(&cluster, 0, later), fate(&cluster, 1, later)),
            (expected, expected),
            "{clock}"
        );
        assert_eq!(
            cluster.reported[1],
            [if kept == 1 { later } else { ahead }],
            "reported where it was written"
        );
    }
}

/// Cosmos DB: a delete beats a write with a later stamp; who writes after reading the deletion makes a new item.
#[test]
fn deletes_win_always_or_by_time() {
    for (deletes, kept) in [("ByTime", vec![2]), ("AlwaysWin", vec![])] {
        let policy = policy(&format!("LastWriterWins(deletes: {deletes})"));
        let mut cluster = Cluster::new(policy.behaviour(), 3);
        cluster.blind(0, Op::Put(1), 10 * MS);
        cluster.settle();
        let delete = cluster.write(0, Op::Delete, 20 * MS);
        let write = cluster.write(1, Op::Put(2), 30 * MS);
        cluster.settle();
        assert_eq!(cluster.values(2), kept, "{deletes}");
        let (loser, winner) = if kept.is_empty() { (write, delete) } else { (delete, write) };
        assert_eq!(fate(&cluster, 2, loser), lost(winner, How::Concurrently));
        if deletes == "AlwaysWin" {
            let anew = cluster.write(2, Op::Put(3), 5 * MS);
            cluster.settle();
            assert_eq!(
                (cluster.values(0), fate(&cluster, 0, delete)),
                (vec![3], Fate::Superseded { by: anew }),
                "a clock behind is no matter"
            );
        }
    }
}

/// The guard is local: both regions pass it, and one acknowledged write is gone.
#[test]
fn a_local_condition_does_not_protect_across_regions() {
    let policy = policy("VersionedWrite()");
    let mut cluster = Cluster::new(policy.behaviour(), 2);
    let put = |value, version| Op::PutVersion { value, version };
    cluster.blind(0, put(1, 1), 0);
    cluster.settle();
    let first = cluster.write(0, put(10, 2), 0);
    let second = cluster.write(1, put(20, 3), 0);
    assert_eq!(
        cluster.write_seen(1, put(21, 3), 0, Context::new()),
        Err(Refused::Version { held: 3 }),
        "in one region it protects"
    );
    cluster.settle();
    assert_eq!(
        (cluster.values(0), fate(&cluster, 0, first)),
        (vec![20], lost(second, How::Concurrently))
    );
}

#[test]
fn siblings_wait_for_somebody_who_reads_them_all() {
    for text in ["VectorClock()", "VectorClock(versions: Plain)", "MvRegister()"] {
        let policy = policy(text);
        let mut cluster = Cluster::new(policy.behaviour(), 2);
        let (first, second) = (cluster.blind(0, Op::Put(5), 0), cluster.blind(1, Op::Put(5), 0));
        let outcome = cluster.deliver(1, 0);
        assert_eq!((outcome.hidden.len(), outcome.siblings), (0, vec![first, second]), "{text}");
        assert_eq!((fate(&cluster, 0, first), cluster.values(0)), (Fate::Sibling, vec![5, 5]));
        let merged = cluster.write(0, Op::Put(6), 0);
        cluster.settle();
        assert_eq!(
            (cluster.values(1), fate(&cluster, 1, first), fate(&cluster, 1, second)),
            (vec![6], Fate::Superseded { by: merged }, Fate::Superseded { by: merged })
        );
    }
}

/// Writers with a stale context through one server: with dots the number of siblings is that of writers nobody answered.
#[test]
fn siblings_do_not_explode() {
    let policy = policy("VectorClock()");
    let mut cluster = Cluster::new(policy.behaviour(), 1);
    let mut stale = Context::new();
    for round in 0..100 {
        // Two clients in turn, each writing over what it read one round ago.
        let read = cluster.replicas[0].read(cluster.policy).context;
        cluster.write_seen(0, Op::Put(round), 0, stale).unwrap();
        stale = read;
        assert!(cluster.values(0).len() <= 2, "{:?}", cluster.values(0));
    }
}

/// A multi-value register replaces what its replica holds, read or not: a loss that vector clocks do not have.
#[test]
fn a_blind_assignment_is_a_loss() {
    let policy = policy("MvRegister()");
    let mut cluster = Cluster::new(policy.behaviour(), 1);
    let first = cluster.blind(0, Op::Put(1), 0);
    let second = cluster.blind(0, Op::Put(2), 0);
    assert_eq!(
        (cluster.values(0), fate(&cluster, 0, first)),
        (vec![2], lost(second, How::Concurrently))
    );
}

#[test]
fn a_deleted_item_comes_back() {
    let policy = policy("OrSet()");
    let mut cluster = Cluster::new(policy.behaviour(), 2);
    let first = cluster.blind(0, Op::Insert(7), 0);
    cluster.settle();
    let removal = cluster.write(1, Op::Remove(7), 0);
    let again = cluster.blind(0, Op::Insert(7), 0);
    cluster.settle();
    assert_eq!(
        (cluster.values(1), fate(&cluster, 1, first)),
        (vec![7], Fate::Superseded { by: removal })
    );
    assert_eq!(
        (fate(&cluster, 1, removal), fate(&cluster, 1, again)),
        (lost(again, How::Concurrently), Fate::InEffect)
    );
    assert_eq!(cluster.reported[1], [first, removal]);
}

#[test]
fn what_a_two_phase_set_has_removed_never_returns() {
    let policy = policy("TwoPhaseSet()");
    let mut cluster = Cluster::new(policy.behaviour(), 1);
    assert_eq!(cluster.write_seen(0, Op::Remove(7), 0, Context::new()), Err(Refused::NoMember));
    cluster.write(0, Op::Insert(7), 0);
    let removal = cluster.write(0, Op::Remove(7), 0);
    let again = cluster.write(0, Op::Insert(7), 0);
    assert_eq!(
        (cluster.values(0), fate(&cluster, 0, again)),
        (vec![], lost(removal, How::AlthoughLater))
    );
}

/// Dropping a key resets what its writer had seen; what came at the same time stays alone.
#[test]
fn a_dropped_key_keeps_what_was_not_seen() {
    let policy = policy("CrdtMap()");
    let mut cluster = Cluster::new(policy.behaviour(), 2);
    let within = |op| Op::Within(1, Box::new(op));
    let seen = cluster.write(0, within(Op::Increment(2)), 0);
    cluster.settle();
    let unseen = cluster.write(0, within(Op::Increment(3)), 0);
    let drop = cluster.write(1, Op::Drop(1), 0);
    cluster.settle();
    let left = Content::Entries([((1, Kind::Counter), Content::Count(3))].into());
    assert_eq!((cluster.content(0), cluster.content(1)), (left.clone(), left));
    assert_eq!(
        (fate(&cluster, 0, seen), fate(&cluster, 0, unseen)),
        (Fate::Superseded { by: drop }, Fate::InEffect)
    );
}

/// Settled writes can be forgotten: nobody reports them again, and the others keep their fates.
#[test]
fn forgotten_writes_are_asked_about_no_more() {
    let policy = policy("LastWriterWins()");
    let mut cluster = Cluster::new(policy.behaviour(), 1);
    let first = cluster.write(0, Op::Put(1), 1);
    let second = cluster.write(0, Op::Put(2), 2);
    cluster.history.forget(first);
    let third = cluster.write(0, Op::Put(3), 3);
    assert_eq!(
        (fate(&cluster, 0, first), fate(&cluster, 0, second)),
        (Fate::Absent, Fate::Superseded { by: third })
    );
}
