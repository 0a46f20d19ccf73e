//! Reads that come at real times see what the curve of thresholds says.

use super::sample::{KEYS, scenario, text};
use mrsim::trace::QuorumRead;
use mrsim::world::{self, Stage};

fn reads(preset: &str, is_wide: bool, read_after: &str) -> Vec<QuorumRead> {
    let replication = format!("Quorum(sample: Sample(keys: {KEYS}, read_after: {read_after}))");
    let stage = Stage::new(scenario(&text(preset, is_wide, &replication)));
    let traces = (0..4).map(|run| world::run(&stage, 3, run).expect("it stays within the limits"));
    traces.flat_map(|trace| trace.quorums.into_iter().flat_map(|tally| tally.reads)).collect()
}

/// What a read met at the replicas, arrival by arrival, is what its messages foretold.
#[test]
fn a_read_is_consistent_from_its_threshold_on() {
    for (preset, is_wide) in [("pbs-lnkd-disk", false), ("pbs-ymmr", false), ("pbs-wan", true)] {
        let reads = reads(preset, is_wide, "Uniform(from: \"0s\", to: \"100ms\")");
        let wrong: Vec<&QuorumRead> = reads
            .iter()
            .filter(|read| (read.behind == 0) != (read.since_write >= read.threshold))
            .collect();
        assert!(
            wrong.is_empty(),
            "{preset}: {} of {}, such as {:?}",
            wrong.len(),
            reads.len(),
            wrong[0]
        );
        let stale = reads.iter().filter(|read| read.behind > 0).count();
        assert!(stale > 500, "{preset}: {stale} stale reads make it a test");
    }
}

/// Reads of one time each, counted by what they saw: the reference's share at that time.
#[test]
fn reads_at_one_time_are_a_point_of_the_curve() {
    for (at, expected) in [("0s", 0.436689), ("10ms", 0.926191), ("50ms", 0.998926)] {
        let reads = reads("pbs-lnkd-disk", false, &format!("\"{at}\""));
        let share =
            reads.iter().filter(|read| read.behind == 0).count() as f64 / reads.len() as f64;
        assert!(
            super::sample::is_share(share, reads.len(), expected, 1.1e-4),
            "{at}: {share}, not {expected}"
        );
    }
}
