//! Regions that are destroyed for good, and what that does to everything that was under way: nothing arrives before its time,
//! nobody waits for what nobody has, and what is gone is counted with its age.

use super::spec::Spec;
use super::{fates, ledger};
use mrsim::measure::{Replay, loss};
use mrsim::scenario::Scenario;
use mrsim::trace::{Trace, grid};
use mrsim::world::{Stage, run};
use std::sync::Arc;

const TOKYO_DESTROYED: &str = "RegionOutage(region: \"ap-northeast-1\", at: \"100s\", lasting: \"30d\", destroys_data: true),";

fn trace_of(text: &str) -> Trace {
    let scenario = Scenario::parse(text).unwrap_or_else(|problems| panic!("{text}\n{problems:#?}"));
    run(&Stage::new(Arc::new(scenario)), 1, 0).expect("within the limits")
}

/// Three regions, each with one busy user, with no distance between them.
fn of_three(family: &str, faults: &str) -> Trace {
    let regions = ["ap-northeast-1", "us-east-1", "eu-west-1"];
    let places = ["japan", "north-america-east", "europe-west"];
    let user = |place: &str| {
        format!(
            "Population(name: \"{place}\", place: \"{place}\", users: 1, writes: \"5 req/s\", reads: \"5 req/s\"),"
        )
    };
    let users: String = places.iter().map(|place| user(place)).collect();
    let list = regions.map(|region| format!("\"{region}\"")).join(", ");
    let to = regions.map(|region| format!("To(region: \"{region}\")")).join(", ");
    let link = |a: usize, b: usize| {
        format!("Link(from: \"{}\", to: \"{}\", round_trip: \"0s\"),", regions[a], regions[b])
    };
    trace_of(&format!(
        "Scenario(
    question: \"what becomes of writes?\", run: \"400s\", step: \"10s\",
    regions: [{list}],
    links: [{}{}{}],
    users: [{users}],
    routing: Routing(ttl: \"60s\", policy: Latency(to: [{to}])),
    stores: [Store(name: \"s\", regions: [{list}], replication: {family}, keys: Keys(count: 50, sample: 1_000_000))],
    faults: [{faults}],
)",
        link(0, 1),
        link(0, 2),
        link(1, 2)
    ))
}

/// Times from acknowledgement to arrival, in seconds: the shortest and the longest.
fn arrivals(trace: &Trace) -> (f64, f64) {
    let seconds = |cell: &usize| grid::least(*cell) as f64 / 1e6;
    let arrivals = &trace.items[0].arrivals;
    (
        arrivals.keys().next().map_or(f64::NAN, seconds),
        arrivals.keys().next_back().map_or(f64::NAN, seconds),
    )
}

/// What was on its way from or to the destroyed region ends there; what others send afterwards takes as long as it always did.
#[test]
fn changes_of_survivors_keep_their_time() {
    let trace = of_three("MultiWriter(conflicts: PnCounter(), lag: \"10s\")", TOKYO_DESTROYED);
    let (shortest, longest) = arrivals(&trace);
    assert!(
        (9.9..=10.0).contains(&shortest) && (9.9..=10.0).contains(&longest),
        "{shortest} s to {longest} s"
    );
}

/// A spike of 200 s ends in a short cut: what was held up sets out anew without the spike, and is there before its old time.
#[test]
fn a_departure_that_was_given_up_brings_nothing_else() {
    let faults = "LagSpike(store: \"s\", adds: \"200s\", at: \"0s\", lasting: \"50s\"),
        LinkCut(from: \"ap-northeast-1\", to: [\"us-east-1\"], at: \"50s\", lasting: \"1s\"),";
    let trace = Spec { lag: "\"5s\"", faults, ..Spec::default() }.run(0);
    let (shortest, longest) = arrivals(&trace);
    assert!((4.9..=5.0).contains(&shortest), "{shortest} s");
    // Made at the start, and off again at 51 s.
    assert!((51.0..=56.1).contains(&longest), "{longest} s");
}

/// Only Tokyo writes. Cut off at 40 s and destroyed at 100 s, it takes a minute of writes with it: from then on nobody lacks anything.
#[test]
fn nobody_waits_for_what_nobody_has() {
    let faults = format!(
        "LinkCut(from: \"ap-northeast-1\", to: [\"us-east-1\"], at: \"40s\", lasting: \"30d\"), {TOKYO_DESTROYED}"
    );
    let trace =
        Spec { lag: "\"100ms\"", writes: [5.0, 0.0], faults: &faults, ..Spec::default() }.run(0);
    let tally = &trace.items[0];
    assert!(fates(&trace, |region| region.lost)[0] > 200);
    // The mean age of what waits: half of the time since the cut, at an even rate.
    let age =
        |step: usize| tally.waiting[step].1 as f64 * 1e-9 / tally.waiting[step].0.max(1) as f64;
    assert!(
        age(9) > 20.0 && tally.divergent[9] > 30,
        "a replica lacks them while the other has them: {} s",
        age(9)
    );
    // Those who wrote to Tokyo write to Virginia when they have found out; there is nowhere to send it to.
    assert!(
        (age(39), tally.divergent[39]) == (0.0, 0),
        "{} s, {} keys",
        age(39),
        tally.divergent[39]
    );
    // Virginia's readers are behind from 40 s to 100 s, 5 times a second at most; not for the 300 s after it.
    assert!(
        tally.reads[1].stale <= 60 * 5 + 60,
        "{} stale of {}",
        tally.reads[1].stale,
        tally.reads[1].reads
    );
}

/// Every key gets one write or two, each by what was read: what Tokyo took with it is gone from the values as well.
#[test]
fn updates_of_keys_that_nobody_has_are_lost_updates() {
    let faults = format!(
        "LinkCut(from: \"ap-northeast-1\", to: [\"us-east-1\"], at: \"40s\", lasting: \"30d\"), {TOKYO_DESTROYED}"
    );
    let keys = "count: 100_000, reads_first: \"100%\", sample: 1_000_000";
    let trace = Spec { lag: "\"100ms\"", keys, faults: &faults, ..Spec::default() }.run(0);
    let tally = &trace.items[0];
    let (gone, lost) =
        (tally.updates.hot - tally.counted.hot, fates(&trace, |region| region.lost)[0]);
    // Of 4,000 writes to 100,000 keys about 80 meet another of their key: an update may be lost beside those that were lost with Tokyo.
    assert!(
        lost > 200 && gone >= lost && gone <= lost + 30,
        "{gone} updates gone, {lost} writes lost"
    );
    assert_eq!(
        fates(&trace, |region| region.late)[1],
        0,
        "what Virginia took waited for nobody but the one that is gone"
    );
}

/// Deletes of objects stay behind, and go with their bucket: those objects are there again. How many, and how old, are about the same writes.
#[test]
fn a_delete_that_stayed_behind_is_lost_with_its_age() {
    let keys = "count: 5_000, deletes: \"20%\", sample: 1_000_000";
    let trace = Spec {
        family: "ObjectReplication(ways: One, lag: \"1s\")",
        keys,
        faults: TOKYO_DESTROYED,
        ..Spec::default()
    }
    .run(0);
    let lost = fates(&trace, |region| region.lost)[0];
    // 10 writes a second for 100 s, every fifth a delete, and the last second of the others.
    assert!((150..=260).contains(&lost), "{lost}");
    let rpo = loss::RPO_SECONDS.of(&Replay::new(&trace)).expect("a region was destroyed").value;
    assert!((80.0..=100.0).contains(&rpo), "{rpo}: the oldest was made soon after the start");
}

/// Who looks at the copy of a deleted object sees it still, for as long as nobody writes it again.
#[test]
fn a_delete_that_stays_behind_makes_readers_elsewhere_staler_and_staler() {
    let keys = "count: 2_000, deletes: \"50%\", sample: 1_000_000";
    let longest = |deletes: &str| {
        let family = format!("ObjectReplication(ways: One, lag: \"1s\", deletes: {deletes})");
        let trace = Spec { family: &family, keys, ..Spec::default() }.run(0);
        trace.items[0]
            .staleness
            .keys()
            .next_back()
            .map_or(0.0, |cell| grid::least(*cell) as f64 / 1e6)
    };
    let (stay, travel) = (longest("Stay"), longest("Travel"));
    assert!(stay > 100.0 && travel <= 1.0, "{stay} s and {travel} s");
}

/// Who wrote to the region that is gone, and is served by the other afterwards, does not find it.
#[test]
fn what_is_gone_is_not_found_by_its_writer() {
    let faults = format!(
        "LinkCut(from: \"ap-northeast-1\", to: [\"us-east-1\"], at: \"40s\", lasting: \"30d\"), {TOKYO_DESTROYED}"
    );
    let keys = "count: 50, reads_back: \"250s\", sample: 1_000_000";
    let text =
        Spec { lag: "\"100ms\"", writes: [5.0, 0.0], keys, faults: &faults, ..Spec::default() }
            .text();
    let checked = text
        .replace("To(region: \"ap-northeast-1\")", "To(region: \"ap-northeast-1\", check: \"tokyo\")")
        .replace("routing:", "health_checks: [HealthCheck(name: \"tokyo\", watches: \"ap-northeast-1\", preset: \"route53-fast\")], routing:");
    let tally = trace_of(&checked).items.remove(0);
    // What was written from 40 s to 100 s is read back in Virginia from 290 s on.
    let (missed, lost) = (tally.reads[1].missed_own, tally.regions[0].lost.hot);
    assert!(lost > 200 && missed == lost, "{missed} of {lost}");
}

/// One way: when the only region that writes is gone nobody takes writes, and reads go on.
#[test]
fn without_its_source_one_way_replication_takes_no_writes() {
    let trace = Spec {
        family: "ObjectReplication(ways: One, lag: \"1s\")",
        faults: TOKYO_DESTROYED,
        ..Spec::default()
    }
    .run(0);
    let books = ledger(&trace);
    let failed = books.refused + books.timed_out;
    // 10 a second for 300 s.
    assert!((2_750..=3_250).contains(&failed), "{failed}");
    assert_eq!(fates(&trace, |region| region.writes)[1], 0);
}

/// Tokyo's clock shows a time before the run began; versions made of it still rise.
#[test]
fn versions_of_a_clock_that_is_behind_rise_as_well() {
    let faults =
        "ClockSkew(region: \"ap-northeast-1\", behind: \"9h\", at: \"0s\", lasting: \"30d\")";
    let family = "MultiWriter(conflicts: VersionedWrite(), lag: \"1s\")";
    let trace = Spec { family, faults, writes: [5.0, 0.0], ..Spec::default() }.run(0);
    let (taken, refused) =
        (fates(&trace, |region| region.writes)[0], fates(&trace, |region| region.rejected)[0]);
    assert!(taken > 1_800 && refused < 5, "{taken} taken and {refused} refused");
}

/// A single writer with a log, and nobody who promotes: what the log had not brought over is gone all the same.
#[test]
fn a_destroyed_writer_loses_its_tail_without_a_promotion() {
    let log = |readers: &str, destroys: bool| {
        let text = format!(
            "Scenario(
    question: \"what is left?\", run: \"400s\", step: \"10s\",
    regions: [\"ap-northeast-1\", \"us-east-1\"],
    users: [Population(name: \"Japan\", place: \"japan\", users: 1, writes: \"5 req/s\", reads: \"5 req/s\")],
    routing: Routing(ttl: \"60s\", policy: Simple(to: [\"ap-northeast-1\"])),
    stores: [Store(name: \"s\", writer: \"ap-northeast-1\", readers: [{readers}], replication: AsyncLog(lag: \"20s\"))],
    faults: [RegionOutage(region: \"ap-northeast-1\", at: \"100s\", lasting: \"30d\", destroys_data: {destroys})],
)"
        );
        let trace = trace_of(&text);
        let replay = Replay::new(&trace);
        (
            loss::RPO_SECONDS.of(&replay).map(|number| number.value),
            loss::RPO_WRITES.of(&replay).map(|number| number.value),
        )
    };
    assert_eq!(
        log("\"us-east-1\"", false),
        (None, None),
        "it is all there when the region is back"
    );
    let (Some(age), Some(writes)) = log("\"us-east-1\"", true) else {
        panic!("a region was destroyed")
    };
    assert!(
        (19.0..=20.0).contains(&age) && (60.0..=140.0).contains(&writes),
        "{age} s, {writes} writes of 100"
    );
    let (Some(age), Some(writes)) = log("", true) else { panic!("a region was destroyed") };
    assert!(
        (98.0..=100.0).contains(&age) && (400.0..=600.0).contains(&writes),
        "everything: {age} s, {writes} writes of 500"
    );
}
