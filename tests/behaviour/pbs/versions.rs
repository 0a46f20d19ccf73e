//! Versions behind: a key is written again and again, each write stays on the W replicas that had it first, and a read asks
//! R of them: P(within k versions) = 1 - (C(N-W, R) / C(N, R))^k. Printed values; the vectors of C8 are in the validation set.

use super::sample::{pooled, text};

/// Of reads with R and W of N = 3, those that see one of the last k versions.
fn within(read: u64, write: u64, k: u64) -> (f64, f64) {
    let exponential = "Exponential(mean: \"1ms\")";
    let replication = format!(
        "Quorum(copies: 3, write_quorum: {write}, read_quorum: {read}, level: All, propagates: false,
            write: {exponential}, ack: {exponential}, read: {exponential}, response: {exponential}, sample: Sample(keys: 5_000, versions: {}))",
        k + 2
    );
    let pooled = pooled(&text("", false, &replication), 8);
    let reads: u64 = pooled.behind.iter().sum();
    let seen: u64 = pooled.behind.iter().take(k as usize).sum();
    (seen as f64 / reads as f64, reads as f64)
}

/// Printed: more than 0.98 within ten versions (R = W = 1); 0.6667 and 0.8889 within one and two (W = 2).
#[test]
fn printed_versions_are_met() {
    assert!(within(1, 1, 10).0 > 0.98);
    for (k, printed) in [(1, 0.6667), (2, 0.8889)] {
        let share = within(1, 2, k).0;
        assert!((share - printed).abs() < 0.01, "{k}: {share}");
    }
}
