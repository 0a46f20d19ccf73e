//! Stores that several regions write, simulated key by key: what is late and what is lost, what waits where, what is applied
//! twice, and that a sample of keys says what all keys say. Closed forms of conflicts are in the validation set.

mod destroyed;
mod laws;
mod samples;
mod spec;

use self::spec::Spec;
use mrsim::measure::loss::Ledger;
use mrsim::measure::{Replay, loss};
use mrsim::trace::items::{RegionTally, Sampled};
use mrsim::trace::{Trace, What};
use mrsim::units::Duration;

/// The same fate in both regions, in whole numbers.
fn fates(trace: &Trace, of: fn(&RegionTally) -> Sampled) -> Vec<u64> {
    trace.items[0].regions.iter().map(|region| of(region).hot).collect()
}

fn ledger(trace: &Trace) -> Ledger {
    Ledger::of(&Replay::new(trace), mrsim::id::StoreId(0))
}

/// Within 4 standard deviations of a Poisson number with this mean.
fn about(count: u64, mean: f64) {
    assert!((count as f64 - mean).abs() <= 4.0 * mean.sqrt(), "{count} is not about {mean}");
}

fn resumed(trace: &Trace) -> Option<Duration> {
    let at = |what: fn(&What) -> bool| {
        trace.facts.iter().find(|fact| what(&fact.what)).map(|fact| fact.at)
    };
    let opened = at(|what| matches!(what, What::ReplicationResumed { .. }))?;
    Some(at(|what| matches!(what, What::CaughtUp { .. }))?.since(opened))
}

// ---- partition: late, not lost ----

#[test]
fn what_an_isolated_region_took_is_late_and_not_lost() {
    let trace =
        Spec { lag: "\"100ms\"", faults: "LinkCut(from: \"ap-northeast-1\", to: [\"us-east-1\"], at: \"100s\", lasting: \"200s\")", ..Spec::default() }.run(0);
    let books = ledger(&trace);
    assert_eq!((books.lost, books.refused, books.timed_out), (0, 0, 0), "both sides go on");
    // Each region made 5 writes a second for 200 s that the other did not see, and those that were under way when the link went.
    let held = fates(&trace, |region| region.late).iter().sum::<u64>()
        + fates(&trace, |region| region.overwritten).iter().sum::<u64>();
    about(held, 2.0 * 5.0 * 200.1);
    assert_eq!(fates(&trace, |region| region.pending), [0, 0], "all of it arrived");
    assert_eq!(resumed(&trace), Some(Duration::from_millis(100)), "after one lag");
}

#[test]
fn what_waits_when_the_run_ends_is_still_late() {
    let trace = Spec { faults: "LinkCut(from: \"ap-northeast-1\", to: [\"us-east-1\"], at: \"100s\", lasting: \"30d\")", ..Spec::default() }.run(0);
    let pending: u64 = fates(&trace, |region| region.pending).iter().sum();
    assert!(pending > 0 && pending <= fates(&trace, |region| region.late).iter().sum());
    assert_eq!(resumed(&trace), None);
}

#[test]
fn a_cut_one_way_holds_up_one_way() {
    let trace =
        Spec { faults: "LinkCut(from: \"ap-northeast-1\", to: [\"us-east-1\"], ways: Forward, at: \"100s\", lasting: \"100s\")", ..Spec::default() }.run(0);
    let late = fates(&trace, |region| region.late);
    assert!(late[0] > 0 && late[1] == 0, "{late:?}: only what Tokyo wrote waits");
}

// ---- destruction: lost ----

const CUT_OFF_AND_DESTROYED: &str =
    "LinkCut(from: \"ap-northeast-1\", to: [\"us-east-1\"], at: \"100s\", lasting: \"30d\"),
    RegionOutage(region: \"ap-northeast-1\", at: \"160s\", lasting: \"30d\", destroys_data: true),";

#[test]
fn what_a_destroyed_region_had_not_sent_is_lost() {
    let trace = Spec { lag: "\"100ms\"", faults: CUT_OFF_AND_DESTROYED, ..Spec::default() }.run(0);
    let lost = fates(&trace, |region| region.lost);
    about(lost[0], 5.0 * 60.1);
    assert_eq!(lost[1], 0, "what the survivor took is there");
    let rpo = loss::RPO_SECONDS.of(&Replay::new(&trace)).expect("a region was destroyed").value;
    assert!(
        (59.0..=60.1).contains(&rpo),
        "{rpo}: the oldest was made when the link went, or was under way then"
    );
    assert_eq!(ledger(&trace).lost, lost[0], "every key is simulated: the ledger counts");
}

#[test]
fn a_region_that_comes_back_has_lost_nothing() {
    let back = CUT_OFF_AND_DESTROYED.replace("destroys_data: true", "destroys_data: false");
    let trace = Spec { faults: &back, ..Spec::default() }.run(0);
    assert_eq!(fates(&trace, |region| region.lost), [0, 0]);
    assert_eq!(loss::RPO_WRITES.of(&Replay::new(&trace)), None, "nobody can have lost anything");
}

/// Writes that had not reached both regions when the run ended, with a consumer that holds 4 s of changes and dies at 100 s.
fn left_behind(more: &str) -> (u64, u64) {
    let family = format!("EventStream(lag: \"4s\", conflicts: OrSet(), {more})");
    let faults = "RegionOutage(region: \"ap-northeast-1\", at: \"100s\", lasting: \"60s\")";
    let tally = Spec { family: &family, faults, ..Spec::default() }.run(0).items.remove(0);
    (
        tally.watched_writes.values().sum::<u64>() - tally.everywhere.values().sum::<u64>(),
        tally.regions[0].lost.hot,
    )
}

#[test]
fn what_a_process_held_never_arrives_when_it_dies() {
    let ((gone, lost), (under_way, _)) =
        (left_behind("waiting: InMemory"), left_behind("waiting: Stored"));
    // A lag of 4 s at 5 writes a second: 20 are held. The region that made them still has them, so they are not lost.
    about(gone - under_way, 20.0);
    assert_eq!(lost, 0);
}

#[test]
fn exchanging_everything_heals_what_a_process_lost() {
    let ((healed, _), (under_way, _)) =
        (left_behind("waiting: InMemory, anti_entropy: \"30s\""), left_behind("waiting: Stored"));
    assert!(healed <= under_way, "{healed} of {under_way}");
}

// ---- order, capacity, duplicates, deletes ----

#[test]
fn a_backlog_drains_at_the_capacity() {
    let family = "MultiWriter(conflicts: PnCounter(), lag: \"100ms\", capacity: \"20 writes/s\")";
    let faults = "ReplicationStalled(store: \"s\", from: \"ap-northeast-1\", to: \"us-east-1\", at: \"100s\", lasting: \"100s\")";
    let trace = Spec { family, faults, writes: [10.0, 0.0], ..Spec::default() }.run(0);
    let caught_up = resumed(&trace).expect("it catches up").seconds();
    // About 1,001 changes wait (1 s of lag included), and 20 go through in a second: 50 s.
    assert!((45.0..55.0).contains(&caught_up), "{caught_up}");
    assert_eq!(
        fates(&trace, |region| region.late).iter().sum::<u64>(),
        fates(&trace, |region| region.late)[0]
    );
}

#[test]
fn in_order_a_late_change_holds_up_those_behind_it() {
    let slowest = |order: &str| {
        let family = format!(
            "MultiWriter(conflicts: OrSet(), lag: Exponential(mean: \"2s\"), order: {order})"
        );
        let trace = Spec { family: &family, ..Spec::default() }.run(0);
        let (count, sum) =
            trace.items[0].arrivals.iter().fold((0, 0.0), |(n, sum), (cell, count)| {
                (n + count, sum + *count as f64 * mrsim::trace::grid::least(*cell) as f64)
            });
        sum / count as f64 / 1e6
    };
    let (unordered, ordered) = (slowest("Unordered"), slowest("InOrder"));
    assert!((unordered - 2.0).abs() < 0.1, "{unordered}: the mean of the law");
    assert!(ordered > 2.0 * unordered, "{ordered} and {unordered}");
}

#[test]
fn duplicates_count_twice_unless_they_are_known() {
    let twice = |known: bool| {
        let family = format!(
            "EventStream(conflicts: GCounter(), lag: \"1s\", duplicates: \"10%\", deduplicates: {known})"
        );
        Spec { family: &family, ..Spec::default() }.run(0).items[0].applied_twice
    };
    about(twice(false), 0.1 * 2.0 * 5.0 * 400.0);
    assert_eq!(twice(true), 0);
}

#[test]
fn deletes_of_objects_stay_behind() {
    let differ = |deletes: &str| {
        let family = format!("ObjectReplication(ways: Both, lag: \"1s\", deletes: {deletes})");
        Spec {
            family: &family,
            keys: "count: 200, deletes: \"20%\", sample: 100_000",
            ..Spec::default()
        }
        .run(0)
        .items[0]
            .diverged_for_good
    };
    assert!(
        differ("Stay") > 10 && differ("Travel") == 0,
        "{} and {}",
        differ("Stay"),
        differ("Travel")
    );
}

#[test]
fn one_way_only_the_first_region_takes_writes() {
    let trace = Spec {
        family: "ObjectReplication(ways: One, lag: Exponential(mean: \"1s\"))",
        ..Spec::default()
    }
    .run(0);
    let writes = fates(&trace, |region| region.writes);
    assert_eq!(writes[1], 0);
    about(writes[0], 2.0 * 5.0 * 400.0);
    // Who is served by the copy reads back after 1 s: an exponential lag of mean 1 s is longer with probability 1/e.
    let reads = trace.items[0].reads[1];
    let (missed, all) = (reads.missed_own as f64, reads.read_back as f64);
    assert!(
        (missed / all - libm::exp(-1.0)).abs() < 4.0 * (0.2325 / all).sqrt(),
        "{missed} of {all}"
    );
}

/// Two writes in one millisecond meet the bare guard "only if newer" and differ for ever; a tie-break decides.
#[test]
fn a_guard_without_a_tie_break_diverges() {
    let differ = |policy: &str, runs: u64| {
        let family = format!("MultiWriter(conflicts: {policy}, lag: \"100ms\")");
        let spec = Spec {
            family: &family,
            keys: "count: 2_000, reads_first: \"0%\", sample: 1_000_000",
            writes: [400.0, 400.0],
            ..Spec::default()
        };
        spec.runs(runs).map(|trace| trace.items[0].diverged_for_good).sum::<u64>()
    };
    // In a run 400 x 400 x 400 s x 1 ms / 2,000 = 32 pairs fall into one millisecond, and each is the last of its key's 160 writes
    // in one case of 80: 0.4 keys, 2 in 5 runs.
    assert!(differ("VersionedWrite()", 5) > 0);
    assert_eq!(differ("LastWriterWins()", 2), 0);
}

#[test]
fn a_lag_spike_delays_and_a_stalled_log_loses_more() {
    let mean = |faults: &str| {
        let trace = Spec { lag: "\"100ms\"", faults, ..Spec::default() }.run(0);
        trace.items[0].arrivals.keys().next_back().copied().map_or(0, mrsim::trace::grid::least)
            as f64
            / 1e6
    };
    let largest = mean("LagSpike(store: \"s\", adds: \"30s\", at: \"100s\", lasting: \"50s\")");
    assert!((30.0..30.2).contains(&largest), "{largest}");
    assert!(mean("") < 0.11);
}

/// Both halves of a transaction are made at one instant and arrive one by one: with exponential lags of mean 1 s the time between
/// the two arrivals is exponential with mean 1 s again.
#[test]
fn transactions_arrive_in_halves() {
    let halves = |lag: &str| {
        let trace = Spec {
            lag,
            keys: "count: 5_000, transactions: \"50%\", sample: 1_000_000",
            ..Spec::default()
        }
        .run(0);
        let tally = &trace.items[0];
        (tally.transactions, tally.torn as f64 * 1e-9 / tally.transactions as f64)
    };
    let (transactions, mean) = halves("Exponential(mean: \"1s\")");
    about(transactions, 0.5 * 2.0 * 5.0 * 400.0);
    assert!((mean - 1.0).abs() < 4.0 / (transactions as f64).sqrt(), "{mean}");
    assert_eq!(halves("\"1s\"").1, 0.0, "equal lags tear nothing");
    let whole = Spec::default().run(0).items.remove(0);
    assert_eq!((whole.transactions, whole.torn), (0, 0));
}
