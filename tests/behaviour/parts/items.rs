//! Stores that several regions write: what vendors' pages say of them, against the tallies of the traces.

use super::watch::{Part, RUNS, Seen, changed, part};
use mrsim::trace::Operation::{Read, Write};
use mrsim::trace::What;
use mrsim::trace::grid;
use mrsim::trace::items::{ItemTally, RegionTally, Sampled};

pub fn tally<'p>(seen: &Seen<'p>, store: &str) -> &'p ItemTally {
    let found = seen
        .trace
        .items
        .iter()
        .find(|tally| seen.scenario.stores[tally.store.index()].name == store);
    found.unwrap_or_else(|| panic!("there is no store {store}"))
}

/// One number of a region and store, over all runs.
pub fn sum(part: &Part, store: &str, region: usize, of: fn(&RegionTally) -> Sampled) -> u64 {
    part.runs().map(|seen| of(&tally(&seen, store).regions[region]).hot).sum()
}

pub fn both(part: &Part, store: &str, of: fn(&RegionTally) -> Sampled) -> u64 {
    sum(part, store, 0, of) + sum(part, store, 1, of)
}

/// A number of all stores, over all runs.
fn total(part: &Part, store: &str, of: fn(&ItemTally) -> u64) -> u64 {
    part.runs().map(|seen| of(tally(&seen, store))).sum()
}

/// Changes that had arrived within so many seconds, at least and at most (cells of the grid have a width), and all that arrived.
fn arrived_within(part: &Part, store: &str, seconds: f64) -> (f64, f64, f64) {
    let micros = (seconds * 1e6) as u64;
    let (mut surely, mut perhaps, mut all) = (0, 0, 0);
    for seen in part.runs() {
        for (cell, count) in &tally(&seen, store).arrivals {
            surely += if grid::least(cell + 1) <= micros { *count } else { 0 };
            perhaps += if grid::least(*cell) <= micros { *count } else { 0 };
            all += count;
        }
    }
    (surely as f64, perhaps as f64, all as f64)
}

/// The share of changes that had arrived in time is this one, within four standard errors.
fn share_within(part: &Part, store: &str, seconds: f64, expected: f64) {
    let (surely, perhaps, all) = arrived_within(part, store, seconds);
    let doubt = 4.0 * (expected * (1.0 - expected) / all).sqrt();
    assert!(
        surely / all <= expected + doubt && perhaps / all >= expected - doubt,
        "{} to {} of {all} within {seconds} s",
        surely / all,
        perhaps / all
    );
}

// ---- DynamoDB global tables ----

#[test]
fn an_isolated_region_goes_on_and_its_writes_are_late() {
    let part = part("multi-writer");
    for (population, region) in [("Japan", "Tokyo"), ("America", "N. Virginia")] {
        part.all_end(population, Write, 0, 1_800, &[region]);
        part.all_end(population, Read, 0, 1_800, &[region]);
    }
    for seen in part.runs() {
        let shut = seen.when(|what| matches!(what, What::ReplicationHeld { .. }).then_some(()));
        let opened =
            seen.when(|what| matches!(what, What::ReplicationResumed { .. }).then_some(()));
        assert_eq!((shut, opened), (vec![(600.0, ()); 2], vec![(1_200.0, ()); 2]), "each way");
        let caught_up = seen.when(|what| matches!(what, What::CaughtUp { .. }).then_some(()));
        assert!(
            caught_up.len() == 1 && (1_200.5..1_220.0).contains(&caught_up[0].0),
            "{caught_up:?}: within a few lags"
        );
        let carts = tally(&seen, "carts");
        assert!(
            !carts.could_lose
                && carts.regions.iter().all(|region| region.lost.hot == 0
                    && region.pending.hot == 0
                    && region.rejected.hot == 0)
        );
        // 600 s at 5 writes a second in each region, of which one in each item that both wrote is overwritten.
        for region in &carts.regions {
            assert!((2_300..3_300).contains(&region.late.hot), "{}", region.late.hot);
        }
        // The last writer of an item is kept, and with it all that it had read: the other side's updates are gone.
        let (updates, counted) = (carts.updates.hot, carts.counted.hot);
        assert!(
            updates > counted + 2_000,
            "{counted} of {updates}: with a recovery point of nothing at all"
        );
        assert_eq!(carts.diverged_for_good, 0, "replicas agree afterwards");
    }
}

/// Without a fault the preset's law is what is seen: half within 800 ms, and 84.13% within one sigma more (1.319 s).
#[test]
fn a_global_table_replicates_in_about_a_second() {
    let calm = changed(
        "multi-writer",
        &[(
            "LinkCut(from: \"ap-northeast-1\", to: [\"us-east-1\"], at: \"10min\", duration: \"10min\")",
            "",
        )],
    );
    share_within(&calm, "carts", 0.8, 0.5);
    share_within(&calm, "carts", 1.319, 0.8413);
    assert_eq!(both(&calm, "carts", |region| region.late), 0);
}

#[test]
fn conditions_are_checked_against_the_local_version() {
    let part = part("conditional-writes");
    let overwritten = both(&part, "seats", |region| region.overwritten);
    assert!(overwritten > 500 * RUNS, "{overwritten}: both regions passed the condition");
    // Tokyo's versions arrive after 1 s and are 2 s newer than what Virginia makes of its clock.
    let (tokyo, virginia) = (
        sum(&part, "seats", 0, |region| region.rejected),
        sum(&part, "seats", 1, |region| region.rejected),
    );
    assert!(virginia > 300 * RUNS && tokyo < RUNS, "{tokyo} and {virginia}");
    let calm = changed(
        "conditional-writes",
        &[(
            "ClockSkew(region: \"us-east-1\", behind: \"2s\", at: \"10min\", duration: \"10min\")",
            "",
        )],
    );
    let (refused, beaten) = (
        both(&calm, "seats", |region| region.rejected),
        both(&calm, "seats", |region| region.overwritten),
    );
    // Two writes of one region in one millisecond have one version: 12,000 x 0.25/s x 0.5 ms in a run.
    assert!(
        refused < 4 * RUNS && beaten > 200 * RUNS,
        "{refused} refused, {beaten} got past it and were dropped"
    );
}

// ---- siblings and types that merge ----

#[test]
fn concurrent_values_are_kept_side_by_side() {
    let part = part("vector-clocks");
    assert_eq!(both(&part, "carts", |region| region.overwritten), 0);
    let read = |of: fn(&mrsim::trace::items::ReadTally) -> u64| {
        part.runs().map(|seen| tally(&seen, "carts").total_read(of)).sum::<u64>()
    };
    assert!(
        read(|reads| reads.with_siblings) > 0
            && read(|reads| reads.values) > read(|reads| reads.found)
    );
    let most =
        part.runs().map(|seen| tally(&seen, "carts").total_read(|reads| reads.most_siblings)).max();
    assert_eq!(most, Some(2 + 2), "one value of each region, found in both");
}

#[test]
fn counters_add_up() {
    let part = part("crdt-counters");
    for store in ["likes", "stock", "profiles"] {
        assert!(
            both(&part, store, |region| region.pairs) > 1_000 * RUNS,
            "{store}: regions wrote the same keys"
        );
        assert!(both(&part, store, |region| region.late) > 1_000 * RUNS, "{store}");
        assert_eq!(
            both(&part, store, |region| region.overwritten)
                + both(&part, store, |region| region.sibling),
            0,
            "{store}"
        );
        let (updates, counted) = (
            total(&part, store, |tally| tally.updates.hot),
            total(&part, store, |tally| tally.counted.hot),
        );
        assert!(updates > 3_000 * RUNS && updates == counted, "{store}: {counted} of {updates}");
    }
}

#[test]
fn one_register_keeps_one_value_and_the_other_keeps_both() {
    let part = part("crdt-registers");
    let siblings = |store: &str| {
        part.runs()
            .map(|seen| tally(&seen, store).total_read(|reads| reads.with_siblings))
            .sum::<u64>()
    };
    assert!(
        both(&part, "latest", |region| region.overwritten) > 5 * RUNS && siblings("latest") == 0
    );
    assert!(both(&part, "all", |region| region.overwritten) == 0 && siblings("all") > 5 * RUNS);
}

#[test]
fn sets_differ_in_what_a_removal_takes() {
    let part = part("crdt-sets");
    for store in ["grows", "two-phase", "observed"] {
        assert!(
            both(&part, store, |region| region.pairs) > 1_000 * RUNS,
            "{store}: regions wrote the same keys"
        );
        assert_eq!(total(&part, store, |tally| tally.diverged_for_good), 0, "{store}");
    }
    assert_eq!(
        both(&part, "grows", |region| region.overwritten)
            + both(&part, "grows", |region| region.ignored),
        0
    );
    let ignored = |store: &str| both(&part, store, |region| region.ignored);
    assert!(
        ignored("two-phase") > 50 * RUNS && ignored("observed") == 0,
        "{} additions of what was removed once",
        ignored("two-phase")
    );
}

// ---- S3 ----

/// The design target of Replication Time Control: 99.99% within 15 min, most in seconds.
#[test]
fn objects_are_there_in_time_with_time_control() {
    let part = part("object-replication");
    let (surely, _, all) = arrived_within(&part, "timed", 900.0);
    let target = 1e-4 * all;
    assert!(all - surely <= target + 4.0 * target.sqrt(), "{} of {all} are late", all - surely);
    let (surely, ..) = arrived_within(&part, "timed", 60.0);
    assert!(surely > 0.9 * all, "most in seconds: {surely} of {all}");
    // The preset's median.
    share_within(&part, "timed", 8.0, 0.5);
}

#[test]
fn objects_have_no_bound_without_it() {
    let part = part("object-replication");
    let (surely, _, all) = arrived_within(&part, "usual", 900.0);
    assert!((0.97..0.99).contains(&(surely / all)), "most: {}", surely / all);
    let (_, perhaps, _) = arrived_within(&part, "usual", 3_600.0);
    assert!(all - perhaps > RUNS as f64, "{} took more than an hour", all - perhaps);
    let (_, perhaps, all) = arrived_within(&part, "timed", 3_600.0);
    assert!(all - perhaps <= 2.0, "with time control {} of {all} did", all - perhaps);
}

#[test]
fn one_bucket_is_written_and_deletes_stay_in_it() {
    let part = part("object-replication");
    for store in ["timed", "usual"] {
        assert!(
            sum(&part, store, 0, |region| region.writes) > 20_000 * RUNS
                && sum(&part, store, 1, |region| region.writes) == 0
        );
        assert!(
            total(&part, store, |tally| tally.diverged_for_good) > 1_000 * RUNS,
            "what was deleted here is there"
        );
    }
    let travel = changed(
        "object-replication",
        &[(
            "preset: \"s3-crr-rtc\",",
            "preset: \"s3-crr-rtc\", replication: ObjectReplication(deletes: Travel),",
        )],
    );
    assert_eq!(total(&travel, "timed", |tally| tally.diverged_for_good), 0);
}

// ---- Kinesis ----

#[test]
fn events_come_in_order_and_some_of_them_twice() {
    let part = part("event-stream");
    let (twice, careful) = (
        total(&part, "plain", |tally| tally.applied_twice),
        total(&part, "careful", |tally| tally.applied_twice),
    );
    let writes = sum(&part, "plain", 0, |region| region.writes) as f64;
    let expected = 0.02 * writes;
    assert!(
        (twice as f64 - expected).abs() < 5.0 * expected.sqrt() && careful == 0,
        "{twice} of {writes}, {careful}"
    );
    // Behind one that is late all others wait: fewer are there within the median of the law.
    let (_, in_order, all) = arrived_within(&part, "careful", 1.0);
    let loose = changed(
        "event-stream",
        &[("deduplicates: true)", "deduplicates: true, order: Unordered)")],
    );
    let (surely, _, of) = arrived_within(&loose, "careful", 1.0);
    assert!(in_order / all < 0.5 * (surely / of), "{} and {}", in_order / all, surely / of);
}
