//! Facts that others fixed in tables and tests of their own, as data: riak_core's `vclock`, DVVSet of the authors of
//! dotted version vectors, Voldemort's `VectorClock`, the crate `crdts`.

use super::cluster::{Cluster, policy};
use super::contexts::context;
use mrsim::conflict::{Causality, Context, Fate, How, Op, VersionVector};
use mrsim::id::RegionId;

fn vector(entries: &[(u32, u64)]) -> VersionVector {
    entries.iter().map(|(replica, counter)| (RegionId(*replica), *counter)).collect()
}

/// A clock by its events, as Voldemort's tests write it: 1, 1, 2 is {1:2, 2:1}.
fn clock(events: &[u32]) -> VersionVector {
    let mut clock = VersionVector::new();
    for replica in events {
        clock.increment(RegionId(*replica));
    }
    clock
}

fn joined(a: &VersionVector, b: &VersionVector) -> VersionVector {
    let mut sum = a.clone();
    sum.join(b);
    sum
}

const A: u32 = 0;
const B: u32 = 1;
const C: u32 = 2;

#[test]
fn four_facts_about_version_vectors() {
    assert_eq!(
        joined(&vector(&[(1, 1), (4, 4)]), &vector(&[(3, 3), (4, 3)])),
        vector(&[(1, 1), (3, 3), (4, 4)])
    );
    assert_eq!(vector(&[(A, 2)]).compare(&vector(&[(A, 1)])), Causality::After);
    assert_eq!(vector(&[(A, 2), (B, 1)]).compare(&vector(&[(A, 3)])), Causality::Concurrent);
    assert_eq!(vector(&[(A, 3), (B, 1)]).compare(&vector(&[(A, 3), (B, 2)])), Causality::Before);
}

/// A missing entry is zero, an explicit zero is a missing entry, and equal vectors are not before one another.
#[test]
fn missing_entries_are_zero() {
    assert_eq!(vector(&[(A, 1)]).compare(&vector(&[(A, 1)])), Causality::Equal);
    assert_eq!(vector(&[]).compare(&vector(&[(A, 1)])), Causality::Before);
    assert_eq!(vector(&[(A, 1), (B, 0)]).compare(&vector(&[(A, 1)])), Causality::Equal);
    assert_eq!(vector(&[]).compare(&vector(&[])), Causality::Equal);
}

/// riak_core, src/vclock.erl: example, equals_or_dominates, merge (three tests) and accessors.
#[test]
fn riak_core_vector_clocks() {
    let (empty, a1, b1) = (clock(&[]), clock(&[A]), clock(&[B]));
    assert!(a1.descends(&empty) && b1.descends(&empty) && !a1.descends(&b1) && a1.descends(&a1));
    let mut c1 = joined(&clock(&[A, A]), &b1);
    c1.increment(RegionId(C));
    assert!(
        c1.descends(&clock(&[A, A])) && c1.descends(&b1) && !b1.descends(&c1) && !b1.descends(&a1)
    );

    // Two increments of one clock by one actor are equal, and neither dominates the other.
    let a3 = clock(&[A, B, A]);
    let (mut b4, mut b5) = (a3.clone(), a3.clone());
    b4.increment(RegionId(B));
    b5.increment(RegionId(B));
    assert_eq!(
        (b4.compare(&a3), a3.compare(&b4), b4.compare(&b5)),
        (Causality::After, Causality::Before, Causality::Equal)
    );

    let merges = [
        (vec![(1, 1), (2, 2), (4, 4)], vec![(3, 3), (4, 3)], vec![(1, 1), (2, 2), (3, 3), (4, 4)]),
        (vec![(5, 5)], vec![(6, 6), (7, 7)], vec![(5, 5), (6, 6), (7, 7)]),
        (vec![(6, 6), (7, 7)], vec![(5, 5)], vec![(5, 5), (6, 6), (7, 7)]),
        (vec![(1, 1), (2, 1)], vec![(1, 1), (3, 1)], vec![(1, 1), (2, 1), (3, 1)]),
        (vec![], vec![], vec![]),
    ];
    for (a, b, sum) in merges {
        assert_eq!(joined(&vector(&a), &vector(&b)), vector(&sum));
    }
    assert_eq!(
        [1, 2, 3].map(|replica| vector(&[(1, 1), (2, 2)]).get(RegionId(replica))),
        [1, 2, 0]
    );
}

/// Voldemort, VectorClockTest: comparisons and merges. Its "before" for equal clocks is our fourth case.
#[test]
fn voldemort_vector_clocks() {
    let comparisons: [(&[u32], &[u32], Causality); 6] = [
        (&[], &[], Causality::Equal),
        (&[1, 1, 2], &[1, 1, 2], Causality::Equal),
        (&[1, 1, 2], &[1, 1, 2, 3], Causality::Before),
        (&[1], &[2], Causality::Concurrent),
        (&[1, 1, 2], &[1, 1, 3], Causality::Concurrent),
        (&[2, 2], &[1, 2, 2, 3], Causality::Before),
    ];
    for (a, b, relation) in comparisons {
        assert_eq!(
            (clock(a).compare(&clock(b)), clock(b).compare(&clock(a))),
            (relation, relation.reversed()),
            "{a:?} {b:?}"
        );
    }
    let merges: [(&[u32], &[u32], &[u32]); 3] = [
        (&[], &[], &[]),
        (&[1], &[2], &[1, 2]),
        (&[1, 1, 1, 2, 3], &[1, 2, 2, 4], &[1, 1, 1, 2, 2, 3, 4]),
    ];
    for (a, b, sum) in merges {
        assert_eq!(joined(&clock(a), &clock(b)), clock(sum));
    }
}

/// Two writers who had read nothing, through one server: without dots the first vanishes, and its fate says so.
#[test]
fn blind_puts_through_one_server() {
    for (versions, kept) in [("Plain", vec![2]), ("Dotted", vec![1, 2])] {
        let policy = policy(&format!("VectorClock(versions: {versions})"));
        let mut cluster = Cluster::new(policy.behaviour(), 1);
        let first = cluster.blind(0, Op::Put(1), 0);
        let second = cluster.blind(0, Op::Put(2), 0);
        assert_eq!(cluster.values(0), kept, "{versions}");
        let fate = cluster.replicas[0].fate(policy.behaviour(), &cluster.history, first);
        let expected = if versions == "Plain" {
            Fate::Lost { to: Some(second), how: How::Concurrently }
        } else {
            Fate::Sibling
        };
        assert_eq!(fate, expected);
        assert_eq!(
            cluster.reported[0].contains(&first),
            versions == "Plain",
            "the loss is reported when it happens"
        );
    }
}

/// DVVSet, sync_update: Mary writes v1 and v2 blindly, Peter has read v1 and writes v3: v2 and v3 stay, v1 goes.
#[test]
fn a_stale_put_replaces_what_it_had_seen_and_nothing_else() {
    let policy = policy("VectorClock()");
    let mut cluster = Cluster::new(policy.behaviour(), 1);
    let first = cluster.blind(0, Op::Put(1), 0);
    let seen = cluster.replicas[0].read(cluster.policy).context;
    assert_eq!(seen, context(&[(A, 1)]));
    cluster.blind(0, Op::Put(2), 0);
    let third = cluster.write_seen(0, Op::Put(3), 0, seen).unwrap();
    assert_eq!(cluster.values(0), [2, 3]);
    assert_eq!(
        cluster.replicas[0].fate(cluster.policy, &cluster.history, first),
        Fate::Superseded { by: third }
    );
}

/// DVVSet, update and join: A0 = put v1 at a; A1 = v2 at a by a reader of A0; then three ways to go on.
#[test]
fn dvvset_updates() {
    let vectors = policy("VectorClock()");
    let ends: [(usize, bool, &[u64]); 3] =
        [(1, true, &[9]), (1, false, &[2, 9]), (0, false, &[2, 9])];
    for (at, has_read_a1, values) in ends {
        let mut cluster = Cluster::new(vectors.behaviour(), 2);
        cluster.blind(0, Op::Put(1), 0);
        let a0 = cluster.replicas[0].read(cluster.policy).context;
        cluster.write(0, Op::Put(2), 0);
        let a1 = cluster.replicas[0].read(cluster.policy).context;
        assert_eq!((&a0, &a1), (&context(&[(A, 1)]), &context(&[(A, 1), (A, 2)])));
        cluster.merge(1, 0);
        cluster.write_seen(at, Op::Put(9), 0, if has_read_a1 { a1 } else { a0 }).unwrap();
        assert_eq!(cluster.values(at), values, "at {at}, having read A1: {has_read_a1}");
    }
}

/// DVVSet, sync: a newer version replaces the one it descends from, concurrent ones stay together, both ways round.
#[test]
fn dvvset_syncs() {
    for into in [0, 1] {
        let vectors = policy("VectorClock()");
        let mut cluster = Cluster::new(vectors.behaviour(), 4);
        cluster.blind(0, Op::Put(1), 0);
        cluster.merge(1, 0);
        cluster.write(1, Op::Put(2), 0);
        cluster.merge(into, 1 - into);
        assert_eq!(cluster.values(into), [2], "A and A1");
        // A3 and A4: two readers of A1 write at b and at c.
        cluster.merge(2 + into, 1);
        cluster.merge(3 - into, 1);
        cluster.write(2, Op::Put(3), 0);
        cluster.write(3, Op::Put(3), 0);
        cluster.merge(2 + into, 3 - into);
        assert_eq!(cluster.values(2 + into), [3, 3], "equal values of two writers are two");
    }
}

/// An addition survives the removal of an older one; a removal with context {A1, B1} removes, where only A1 is, and
/// B1 does not come back when it arrives.
#[test]
fn removals_cover_what_was_seen() {
    let set = policy("OrSet()");
    let mut cluster = Cluster::new(set.behaviour(), 3);
    cluster.blind(0, Op::Insert(7), 0);
    cluster.merge(1, 0);
    cluster.write(0, Op::Insert(7), 0);
    cluster.write(1, Op::Remove(7), 0);
    cluster.settle();
    assert_eq!(cluster.values(2), [7]);

    let mut cluster = Cluster::new(set.behaviour(), 4);
    cluster.blind(0, Op::Insert(7), 0);
    cluster.blind(1, Op::Insert(7), 0);
    cluster.blind(1, Op::Insert(8), 0);
    cluster.merge(3, 0);
    cluster.deliver(0, 2);
    cluster.merge(3, 1);
    let seen = cluster.replicas[3].read(cluster.policy).context;
    assert_eq!(seen, context(&[(A, 1), (B, 1), (B, 2)]));
    cluster.write_seen(2, Op::Remove(7), 0, seen).unwrap();
    assert_eq!(cluster.values(2), [] as [u64; 0], "only A1 was here");
    cluster.merge(2, 1);
    assert_eq!(cluster.values(2), [8], "B1 was covered before it came; the other element was not");
}

/// The crate `crdts`, "weird highlight": one actor number on two copies silently deletes elements. Here the history
/// notices that a dot was used twice.
#[test]
#[should_panic(expected = "two writes with one dot")]
fn two_copies_under_one_number_are_noticed() {
    let set = policy("OrSet()");
    let mut cluster = Cluster::new(set.behaviour(), 1);
    let copy = cluster.replicas[0].clone();
    cluster.blind(0, Op::Insert(1), 0);
    cluster.replicas.push(copy);
    cluster.reported.push(Vec::new());
    cluster.blind(1, Op::Insert(2), 0);
}

#[test]
fn contexts_tell_gaps() {
    let with_gap = context(&[(A, 1), (A, 3)]);
    assert_eq!(with_gap.version_vector(), vector(&[(A, 3)]));
    assert_eq!(with_gap.compare(&Context::from(&vector(&[(A, 2)]))), Causality::Concurrent);
}
