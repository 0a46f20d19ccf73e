//! Commits that wait for other regions: when they hang, when they go on, how long each takes, and what a new writer lacks.

use super::watch::{Seen, changed, part};
use mrsim::trace::{Operation, Outcome, What};
use std::collections::BTreeSet;

const READ: Operation = Operation::Read;
const WRITE: Operation = Operation::Write;

/// Hops (in milliseconds) of the requests of a population that were served in steps within these seconds.
fn hops(seen: &Seen, population: &str, operation: Operation, from: f64, to: f64) -> BTreeSet<u64> {
    let id = seen
        .scenario
        .populations
        .iter()
        .position(|known| known.name == population)
        .expect("it is there");
    let within = |step: u32| {
        let step = seen.trace.steps[step as usize];
        from <= step.from.seconds() && step.to.seconds() <= to
    };
    let is_it = |count: &&mrsim::trace::Count| {
        count.population.index() == id && count.operation == operation && within(count.step)
    };
    let hop = |count: &mrsim::trace::Count| {
        if let Outcome::Served { hop, .. } = count.ending.outcome {
            Some(hop.as_nanos() / 1_000_000)
        } else {
            None
        }
    };
    seen.trace.counts.iter().filter(is_it).filter_map(hop).collect()
}

/// When commits hung, went on alone and were confirmed again, in this order of facts.
fn commits(seen: &Seen) -> Vec<(f64, &'static str)> {
    seen.when(|what| match what {
        What::CommitsHang { .. } => Some("hang"),
        What::CommitsDegraded { .. } => Some("alone"),
        What::CommitsResumed { .. } => Some("resumed"),
        _ => None,
    })
}

/// 40 s of writes (110 s to 150 s) are shipped at ten times their pace while one is added: 40/9 s.
#[test]
fn a_semi_synchronous_writer_waits_ten_seconds_and_goes_on_alone_until_its_replica_has_caught_up() {
    for seen in part("semi-sync").runs() {
        let found = commits(&seen);
        let expected = [(100.0, "hang"), (110.0, "alone"), (150.0 + 40.0 / 9.0, "resumed")];
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for ((at, what), (expected_at, expected)) in found.iter().zip(expected) {
            assert!(
                *what == expected && (at - expected_at).abs() < 1e-6,
                "{what} at {at}, expected {expected} at {expected_at}"
            );
        }
        assert_eq!(
            hops(&seen, "Japan", WRITE, 0.0, 100.0),
            [100].into(),
            "the round trip to the replica"
        );
        assert_eq!(hops(&seen, "Japan", WRITE, 110.0, 150.0), [0].into(), "alone");
        assert_eq!(hops(&seen, "Japan", WRITE, 160.0, 300.0), [100].into());
        assert_eq!(hops(&seen, "Japan", READ, 0.0, 300.0), [0].into(), "reads wait for nobody");
    }
    let part = part("semi-sync");
    part.all_end("Japan", WRITE, 100, 110, &["timed out at Tokyo"]);
    part.all_end("Japan", WRITE, 110, 300, &["Tokyo"]);
}

/// Longer waiting is the price of a longer timeout; a second replica that is not cut off makes the cut harmless.
#[test]
fn the_time_out_is_what_the_scenario_says_and_other_replicas_help() {
    let longer = changed(
        "semi-sync",
        &[(
            "readers: [\"us-east-1\"]",
            "readers: [\"us-east-1\"], replication: SemiSync(timeout: \"30s\")",
        )],
    );
    assert!(longer.runs().all(|seen| commits(&seen)[1] == (130.0, "alone")));
    let third = &[
        (
            "regions: [\"ap-northeast-1\", \"us-east-1\"]",
            "regions: [\"ap-northeast-1\", \"us-east-1\", \"sa-east-1\"]",
        ),
        ("readers: [\"us-east-1\"]", "readers: [\"us-east-1\", \"sa-east-1\"]"),
        (
            "LinkCut(from: \"ap-northeast-1\", to: [\"us-east-1\"],",
            "RegionOutage(region: \"us-east-1\",",
        ),
    ];
    for seen in changed("semi-sync", third).runs() {
        assert_eq!(commits(&seen), [], "one of two is enough");
        let farther = hops(&seen, "Japan", WRITE, 100.0, 150.0);
        assert!(
            farther.len() == 1 && farther.first() > Some(&200),
            "the nearest that is left is in Sao Paulo: {farther:?}"
        );
    }
    let both = [
        third.as_slice(),
        &[("\"sa-east-1\"])]", "\"sa-east-1\"], replication: SemiSync(acks: 2))]")],
    ]
    .concat();
    assert!(
        changed("semi-sync", &both)
            .runs()
            .all(|seen| commits(&seen)[..2] == [(100.0, "hang"), (110.0, "alone")]),
        "two of two are not there"
    );
}

#[test]
fn a_synchronous_writer_hangs_and_loses_nothing() {
    let part = part("sync");
    part.all_end("Japan", WRITE, 0, 100, &["Tokyo"]);
    part.all_end("Japan", WRITE, 100, 200, &["timed out at Tokyo"]);
    for seen in part.runs() {
        assert_eq!(hops(&seen, "Japan", WRITE, 0.0, 100.0), [100].into());
        let promoted = seen.when(|what| matches!(what, What::Promoted { .. }).then_some(()))[0].0;
        assert_eq!(
            seen.when(|what| if let What::WritesLost { writes, .. } = what {
                Some(*writes)
            } else {
                None
            }),
            [(promoted, 0)]
        );
        assert_eq!(
            hops(&seen, "Japan", WRITE, 290.0, 600.0),
            [0].into(),
            "no standby is left to wait for"
        );
    }
    let mended =
        changed("sync", &[("at: \"100s\", duration: \"4h\"", "at: \"100s\", duration: \"60s\"")]);
    mended.all_end("Japan", WRITE, 160, 200, &["Tokyo"]);
    assert!(
        mended.runs().all(|seen| commits(&seen)[..2] == [(100.0, "hang"), (160.0, "resumed")]),
        "nothing was committed that it could lack"
    );
}

/// Lag 1 s, cut off at 100 s: more than 30 s behind from 129 s on.
#[test]
fn a_guard_blocks_commits_while_every_replica_is_too_far_behind() {
    let part = part("rpo-guard");
    part.all_end("Japan", WRITE, 0, 129, &["Tokyo"]);
    part.all_end("Japan", WRITE, 129, 200, &["timed out at Tokyo"]);
    part.all_end("Japan", WRITE, 200, 300, &["Tokyo"]);
    assert!(part.runs().all(|seen| commits(&seen) == [(129.0, "hang"), (200.0, "resumed")]));
    let one_left = changed(
        "rpo-guard",
        &[(
            "LinkCut(from: \"ap-northeast-1\", to: [\"us-east-1\", \"eu-west-1\"],",
            "RegionOutage(region: \"us-east-1\",",
        )],
    );
    assert!(
        one_left.runs().all(|seen| commits(&seen).is_empty()),
        "one replica that is not behind is enough"
    );
}

#[test]
fn regions_that_agree_serve_where_a_majority_is_in_reach() {
    let part = part("strong-regions");
    for operation in [READ, WRITE] {
        part.all_end("Japan", operation, 0, 100, &["Tokyo"]);
        part.all_end("Japan", operation, 100, 200, &["timed out at Tokyo"]);
        part.all_end("Japan", operation, 200, 600, &["Tokyo"]);
        part.all_end("America", operation, 0, 600, &["N. Virginia"]);
        part.all_end("Europe", operation, 0, 300, &["Ireland"]);
        part.all_end("Europe", operation, 300, 600, &["timed out at Ireland"]);
        for seen in part.runs() {
            // To the nearest other region that is left.
            assert_eq!(hops(&seen, "Japan", operation, 0.0, 600.0), [100].into());
            assert_eq!(hops(&seen, "America", operation, 0.0, 300.0), [60].into());
            assert_eq!(hops(&seen, "America", operation, 300.0, 600.0), [100].into());
        }
    }
}

#[test]
fn a_witness_votes_and_serves_nothing_and_eventual_reads_ask_nobody() {
    let witness = [(
        "regions: [\"ap-northeast-1\", \"us-east-1\", \"eu-west-1\"])]",
        "regions: [\"ap-northeast-1\", \"us-east-1\"], replication: StrongRegions(witness: \"eu-west-1\", reads: Eventual, isolated: Refuses))]",
    )];
    let part = changed("strong-regions", &witness);
    part.all_end("Europe", WRITE, 0, 300, &["Ireland by N. Virginia"]);
    part.all_end("Japan", WRITE, 100, 200, &["refused at Tokyo"]);
    part.all_end("Japan", READ, 0, 600, &["Tokyo"]);
    part.all_end("America", WRITE, 0, 600, &["N. Virginia"]);
    for seen in part.runs() {
        assert_eq!(
            hops(&seen, "America", WRITE, 0.0, 300.0),
            [60].into(),
            "the witness is the nearest that votes"
        );
        assert_eq!(
            hops(&seen, "Europe", WRITE, 0.0, 300.0),
            [120].into(),
            "to Virginia, and from there to the witness"
        );
        assert_eq!(hops(&seen, "America", READ, 0.0, 600.0), [0].into());
    }
}

#[test]
fn a_leader_that_is_lost_is_replaced_and_nothing_is_lost() {
    for seen in part("strong-leader").runs() {
        let elected = seen.when(|what| {
            if let What::LeaderElected { to, .. } = what { Some(to.index()) } else { None }
        });
        assert!(
            elected.len() == 1 && (105.0..=115.0).contains(&elected[0].0) && elected[0].1 == 1,
            "Virginia is the first of the list: {elected:?}"
        );
        assert_eq!(
            seen.when(|what| if let What::WritesLost { writes, .. } = what {
                Some(*writes)
            } else {
                None
            }),
            [(elected[0].0, 0)]
        );
        assert_eq!(hops(&seen, "Europe", WRITE, 0.0, 100.0), [300].into());
        assert_eq!(
            hops(&seen, "Europe", READ, 0.0, 100.0),
            [200].into(),
            "the leader reads by its lease"
        );
        assert_eq!(hops(&seen, "Europe", WRITE, 120.0, 600.0), [120].into());
        assert_eq!(hops(&seen, "America", WRITE, 120.0, 600.0), [60].into());
        assert_eq!(hops(&seen, "America", READ, 120.0, 600.0), [0].into());
    }
    let minority = changed(
        "strong-leader",
        &[(
            "at: \"100s\", duration: \"4h\")]",
            "at: \"100s\", duration: \"4h\"), RegionOutage(region: \"us-east-1\", at: \"101s\", duration: \"199s\")]",
        )],
    );
    for seen in minority.runs() {
        let elected = seen.when(|what| {
            if let What::LeaderElected { to, .. } = what { Some(to.index()) } else { None }
        });
        assert!(
            elected.len() == 1 && (305.0..=315.0).contains(&elected[0].0),
            "nobody leads without a majority: {elected:?}"
        );
    }
}
