//! Quorums: who is served while a region is away, what operations cost, and what heals a replica afterwards.

use super::watch::{Part, changed, part};
use mrsim::trace::{Operation, Outcome, QuorumRead};
use mrsim::units::Duration;

const TOKYO: &str = "Tokyo";

#[test]
fn a_local_quorum_needs_no_other_region_and_each_does() {
    let part = part("quorum-regions");
    for operation in Operation::BOTH {
        for (from, to, refused) in [(0, 600, false), (600, 1_200, true), (1_200, 1_800, false)] {
            let all = |population: &str, ending: &str| {
                part.all_end(population, operation, from, to, &[ending])
            };
            let unless_alone =
                |ending: &'static str| if refused { "refused at Tokyo" } else { ending };
            all("local", TOKYO);
            all("one", TOKYO);
            all("each", unless_alone(TOKYO));
            all("majority", unless_alone(TOKYO));
            all("abroad", unless_alone("Tokyo by N. Virginia"));
        }
    }
}

/// Served: a round trip of 160 ms where replicas of the other region have to answer, or where the coordinator stands there.
#[test]
fn users_wait_for_the_farthest_replica_that_is_needed() {
    let part = part("quorum-regions");
    for seen in part.runs() {
        for count in &seen.trace.counts {
            let name = seen.scenario.populations[count.population.index()].name.as_str();
            let Outcome::Served { hop, .. } = count.ending.outcome else { continue };
            let expected = if matches!(name, "local" | "one") { 0 } else { 160 };
            assert_eq!(hop, Duration::from_millis(expected), "{name}");
        }
    }
}

/// Of the store so named, operations that were refused, of all runs: writes, reads.
fn refused(part: &Part, store: &str) -> (u64, u64) {
    let of_store = |seen: super::watch::Seen| {
        let at = seen
            .scenario
            .stores
            .iter()
            .position(|spec| spec.name == store)
            .expect("the store is there");
        let tally = seen
            .trace
            .quorums
            .iter()
            .find(|tally| tally.store.index() == at)
            .expect("it is followed");
        (tally.unavailable_writes, tally.unavailable_reads)
    };
    part.runs().map(of_store).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
}

/// 100 keys at even distances over 30 min: 33 or 34 in each outage of 10 min, 20 runs.
#[test]
fn followed_operations_are_refused_as_those_of_users_are() {
    let part = part("quorum-regions");
    for store in ["local", "one"] {
        assert_eq!(refused(&part, store), (0, 0), "{store}");
    }
    for store in ["each", "majority", "abroad"] {
        let (writes, _) = refused(&part, store);
        assert!((20 * 32..=20 * 35).contains(&writes), "{store}: {writes}");
    }
}

/// Reads of a store by number, of keys that were written within these hours; a key is read 10 h after its write, in either region.
fn reads(part: &Part, store: &str, number: u64, from: f64, to: f64) -> Vec<(QuorumRead, bool)> {
    let mut found = Vec::new();
    for seen in part.runs() {
        let at = seen
            .scenario
            .stores
            .iter()
            .position(|spec| spec.name == store)
            .expect("the store is there");
        let virginia = seen
            .scenario
            .regions
            .iter()
            .position(|region| region.name == "us-east-1")
            .expect("Virginia is there");
        let tally = seen
            .trace
            .quorums
            .iter()
            .find(|tally| tally.store.index() == at)
            .expect("it is followed");
        for read in &tally.reads {
            let written = read.sent.seconds() / 3_600.0 - read.since_write.seconds() / 3_600.0;
            let is_number = (read.since_write.seconds() / 36_000.0).round() as u64 == number;
            if is_number && written > from && written < to {
                found.push((*read, read.read_at.index() == virginia));
            }
        }
    }
    assert!(found.len() > 50, "{store}: {} reads", found.len());
    found
}

fn stale(reads: &[(QuorumRead, bool)]) -> (usize, usize) {
    let of = |in_virginia: bool| {
        reads.iter().filter(|(read, at)| *at == in_virginia && read.behind > 0).count()
    };
    (of(false), of(true))
}

fn in_virginia(reads: &[(QuorumRead, bool)]) -> usize {
    reads.iter().filter(|(_, at)| *at).count()
}

#[test]
fn hints_heal_an_outage_within_their_window_and_not_beyond() {
    let within = part("quorum-hints");
    assert_eq!(stale(&reads(&within, "hints", 1, 1.0, 3.0)), (0, 0));
    let long = changed("quorum-hints", &[("duration: \"2h\"", "duration: \"7h\"")]);
    assert_eq!(
        stale(&reads(&long, "hints", 1, 1.0, 4.0)),
        (0, 0),
        "kept while the window was open"
    );
    let missed = reads(&long, "hints", 1, 4.0, 8.0);
    assert_eq!(stale(&missed), (0, in_virginia(&missed)), "no hint was written any more");
    assert!(in_virginia(&missed) > 50);
    let after = reads(&long, "hints", 1, 8.0, 20.0);
    assert_eq!(stale(&after), (0, 0), "back for good");
}

#[test]
fn without_hints_only_a_read_or_a_comparison_heals() {
    let part = part("quorum-hints");
    let missed = reads(&part, "nothing", 1, 1.0, 3.0);
    assert_eq!(stale(&missed), (0, in_virginia(&missed)), "for ever");
    // One answer of both regions is enough, and it is the local one: the first read in Virginia is stale, and mends it.
    let first = reads(&part, "read repair", 1, 1.0, 3.0);
    assert_eq!(stale(&first), (0, in_virginia(&first)));
    assert!(in_virginia(&first) > 50);
    assert_eq!(
        stale(&reads(&part, "read repair", 2, 1.0, 3.0)),
        (0, 0),
        "a read of either region asked both"
    );
    assert_eq!(stale(&reads(&part, "compared", 1, 1.0, 3.0)), (0, 0), "two comparisons in 10 h");
}

/// The laws of the presets, by the share that is seen at once (print and an independent computation; tests/behaviour/pbs.rs has the rest).
#[test]
fn presets_have_the_published_laws() {
    let part = part("quorum-pbs");
    for (store, expected) in
        [(0, 0.973607), (1, 0.436689), (2, 0.892970), (3, 0.887197), (4, 0.33362)]
    {
        let reads: Vec<QuorumRead> =
            part.runs().flat_map(|seen| seen.trace.quorums[store].reads.clone()).collect();
        let share = reads.iter().filter(|read| read.threshold.is_zero()).count() as f64
            / reads.len() as f64;
        let error = (expected * (1.0_f64 - expected) / reads.len() as f64).sqrt();
        assert!((share - expected).abs() < 4.0 * error, "{store}: {share}");
    }
}
