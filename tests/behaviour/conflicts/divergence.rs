//! Where replicas differ for ever, and what mends it.

use super::cluster::{Cluster, policy};
use mrsim::conflict::Op;

/// A and B write at the same nanosecond; each then receives what the other wrote.
fn crossed(text: &str, ops: [Op; 2]) -> [Vec<u64>; 2] {
    let policy = policy(text);
    let mut cluster = Cluster::new(policy.behaviour(), 2);
    let [first, second] = ops;
    cluster.blind(0, first, 1_000);
    cluster.blind(1, second, 1_000);
    cluster.deliver(1, 0);
    cluster.deliver(0, 1);
    // Nothing that is sent again helps.
    cluster.settle();
    [cluster.values(0), cluster.values(1)]
}

/// Equal stamps: with a tie-break the same winner everywhere; with the bare guard "only if newer" everybody keeps his own.
#[test]
fn equal_stamps_need_a_tie_break() {
    let put = || [Op::Put(1), Op::Put(2)];
    for text in [
        "LastWriterWins()",
        "LastWriterWins(clock: Hybrid)",
        "LastWriterWins(deletes: AlwaysWin)",
        "LwwRegister()",
    ] {
        assert_eq!(crossed(text, put()), [[2], [2]], "{text}: the larger replica");
    }
    assert_eq!(crossed("LastWriterWins(tie: Unbroken)", put()), [[1], [2]]);
}

#[test]
fn equal_versions_diverge_and_unequal_ones_do_not() {
    let versions = |first, second| {
        [Op::PutVersion { value: 1, version: first }, Op::PutVersion { value: 2, version: second }]
    };
    assert_eq!(crossed("VersionedWrite()", versions(7, 7)), [[1], [2]]);
    assert_eq!(crossed("VersionedWrite()", versions(8, 7)), [[1], [1]]);
    // Replication that goes by time converges on the later stamp, though its version is smaller.
    assert_eq!(crossed("VersionedWrite(arrivals: ByTime)", versions(7, 7)), [[2], [2]]);
    assert_eq!(crossed("VersionedWrite(arrivals: ByTime)", versions(8, 7)), [[2], [2]]);
}
