//! What stores lose to faults of their replication, of clocks, and of a region that is destroyed.

use super::items::{both, sum, tally};
use super::watch::{Part, RUNS, Seen, changed, part};
use mrsim::measure::{Replay, loss};
use mrsim::trace::What;

/// The writes that the promoted replica lacks: how many, and the age of the oldest.
fn lost(part: &Part) -> Vec<(u64, f64)> {
    let of = |seen: Seen| {
        seen.when(|what| {
            if let What::WritesLost { writes, age, .. } = what {
                Some((*writes, age.seconds()))
            } else {
                None
            }
        })
    };
    part.runs().map(|seen| of(seen)[0].1).collect()
}

/// Ten writes a second are lost for so many seconds, and the oldest of them is as old.
fn is_lost(part: &Part, seconds: f64) {
    let (mut writes, runs) = (0, lost(part));
    for (lost, age) in &runs {
        assert!(
            (seconds - 1.5..=seconds).contains(age),
            "the oldest is {age} s old, expected {seconds} s"
        );
        writes += lost;
    }
    let expected = 10.0 * seconds * runs.len() as f64;
    assert!(
        (writes as f64 - expected).abs() < 5.0 * expected.sqrt(),
        "{writes}, expected {expected}"
    );
}

const DARK_AT_480_S: &str = "RegionOutage(region: \"ap-northeast-1\", at: \"8min\"";

fn dark_at(part: &str, at: &str) -> Part {
    changed(part, &[(DARK_AT_480_S, &DARK_AT_480_S.replace("8min", at))])
}

#[test]
fn a_stalled_log_loses_the_stall_and_catches_up_after_it() {
    is_lost(&part("replication-stalled"), 182.0);
    // It runs again from 540 s on: 2 s later everything is there that had waited.
    is_lost(&dark_at("replication-stalled", "541s"), 243.0);
    is_lost(&dark_at("replication-stalled", "543s"), 2.0);
    let stream = [("lag_varies: EachWrite", "lag_varies: Stream")];
    is_lost(&changed("replication-stalled", &stream), 182.0);
    // A stall towards another replica, or the other way, is none of this one's.
    let back = [("from: \"ap-northeast-1\", to: \"us-east-1\"", "from: \"us-east-1\"")];
    is_lost(&changed("replication-stalled", &back), 2.0);
}

#[test]
fn a_lag_spike_is_lost_beside_the_lag() {
    for varies in ["EachWrite", "Stream"] {
        let varied = ("lag_varies: EachWrite", format!("lag_varies: {varies}"));
        let dark_at = |at: &str| {
            changed(
                "lag-spike",
                &[(varied.0, &varied.1), (DARK_AT_480_S, &DARK_AT_480_S.replace("8min", at))],
            )
        };
        is_lost(&dark_at("8min"), 32.0);
        // Made before 300 s and not yet applied: the spike is not theirs; the 10 s since then are.
        is_lost(&dark_at("310s"), 10.0);
        // The spike is over at 600 s, and what was made in its last 22 s is still on its way, with all behind it.
        is_lost(&dark_at("610s"), 32.0);
        is_lost(&dark_at("633s"), 2.0);
    }
}

#[test]
fn a_stalled_replica_confirms_nothing() {
    let told = |part: &Part| {
        let of = |seen: Seen| {
            seen.when(|what| match what {
                What::CommitsHang { .. } => Some("hang"),
                What::CommitsDegraded { .. } => Some("alone"),
                What::CommitsResumed { .. } => Some("resumed"),
                _ => None,
            })
        };
        part.runs().map(of).collect::<Vec<_>>()
    };
    let stalled = changed(
        "semi-sync",
        &[(
            "LinkCut(from: \"ap-northeast-1\", to: [\"us-east-1\"],",
            "ReplicationStalled(store: \"orders\", to: \"us-east-1\",",
        )],
    );
    assert_eq!(told(&stalled), told(&part("semi-sync")), "as if the way were cut");
}

#[test]
fn a_clock_that_is_ahead_wins_against_later_writes() {
    let part = part("clock-skew");
    // For 610 s Virginia's stamps are ahead by 20 times the lag. What Tokyo writes meanwhile to an item that Virginia wrote in the 10 s before
    // comes to nothing, though its writer has read it: 5 writes a second, and the item is quiet for 9.5 s in e^-2.4 of the cases.
    let ignored = |store: &str, region: usize| sum(&part, store, region, |tally| tally.ignored);
    let expected = 0.91 * 5.0 * 600.0 * RUNS as f64;
    let tokyo = ignored("wall", 0) as f64;
    assert!(
        (tokyo - expected).abs() < 0.02 * expected && ignored("wall", 1) < 40 * RUNS,
        "{tokyo} of {expected}, {}",
        ignored("wall", 1)
    );
    assert_eq!(
        ignored("hybrid", 0) + ignored("hybrid", 1),
        0,
        "a hybrid clock stamps later than what it has seen"
    );
    let calm = changed("clock-skew", &[("ahead: \"10s\"", "ahead: \"0s\"")]);
    assert_eq!(both(&calm, "wall", |region| region.ignored), 0);
    assert!(
        both(&calm, "wall", |region| region.overwritten) > 0,
        "concurrent writes are lost all the same"
    );
}

#[test]
fn a_destroyed_region_takes_with_it_what_waited_there() {
    let destroyed = part("region-destroyed");
    for seen in destroyed.runs() {
        let carts = tally(&seen, "carts");
        let replay = Replay::new(seen.trace);
        let (writes, age) = (
            loss::RPO_WRITES.of(&replay).expect("destroyed").value,
            loss::RPO_SECONDS.of(&replay).expect("destroyed").value,
        );
        // From 299 s, for what was on its way when the link was cut, to 420 s.
        assert!(
            (120.0..=121.0).contains(&age) && (480.0..730.0).contains(&writes),
            "{age} s, {writes} of 605"
        );
        assert_eq!((carts.regions[0].lost.hot as f64, carts.regions[1].lost.hot), (writes, 0));
        assert_eq!(seen.only_place("Japan", 450.0), "N. Virginia", "its users move away");
    }
    let comes_back =
        changed("region-destroyed", &[("destroys_data: true", "destroys_data: false")]);
    for seen in comes_back.runs() {
        let carts = tally(&seen, "carts");
        assert!(
            !carts.could_lose
                && carts.regions[0].lost.hot == 0
                && carts.regions[0].pending.hot > 480,
            "late, not lost"
        );
    }
}
