//! Laws over drawn designs: any policy, family, lag, keys and faults.

use super::spec::Spec;
use mrsim::conflict::Policy;
use mrsim::measure::Replay;
use mrsim::measure::loss::Ledger;
use mrsim::trace::items::{ItemTally, RegionTally, Sampled};
use proptest::prelude::*;

const FAULTS: [&str; 7] = [
    "",
    "LinkCut(from: \"ap-northeast-1\", to: [\"us-east-1\"], at: \"100s\", lasting: \"120s\"),",
    "LinkCut(from: \"us-east-1\", to: [\"ap-northeast-1\"], ways: Forward, at: \"50s\", lasting: \"30d\"),",
    "RegionOutage(region: \"ap-northeast-1\", at: \"150s\", lasting: \"60s\"),",
    "ReplicationStalled(store: \"s\", at: \"200s\", lasting: \"30s\", every: \"60s\", times: 3),",
    "ClockSkew(region: \"us-east-1\", ahead: \"3s\", drift_per_hour: \"1min\", at: \"20s\", lasting: \"200s\"),",
    "LagSpike(store: \"s\", adds: \"20s\", at: \"120s\", lasting: \"100s\"),",
];

#[derive(Clone, Debug)]
struct Design {
    family: String,
    keys: String,
    faults: String,
}

fn designs() -> impl Strategy<Value = Design> {
    let policy = (0..Policy::KINDS.len()).prop_map(|index| Policy::KINDS[index].example);
    let family = (policy, 0usize..3, prop::bool::ANY, 1u64..8).prop_map(|(policy, family, in_order, lag)| {
        let name = ["MultiWriter", "EventStream", "ObjectReplication"][family];
        let order = if in_order { "InOrder" } else { "Unordered" };
        format!("{name}(conflicts: {policy}, ways: Both, lag: Exponential(mean: \"{lag}00ms\"), order: {order}, deletes: Travel)")
    });
    let keys = (1u64..200, 0u64..=10, 0u64..=3).prop_map(|(count, informed, deletes)| {
        format!(
            "count: {count}, reads_first: \"{}%\", deletes: \"{}%\", sample: 1_000_000",
            informed * 10,
            deletes * 10
        )
    });
    let faults = prop::collection::vec(0..FAULTS.len(), 0..3)
        .prop_map(|chosen| chosen.into_iter().map(|index| FAULTS[index]).collect::<String>());
    (family, keys, faults).prop_map(|(family, keys, faults)| Design { family, keys, faults })
}

fn total(tally: &ItemTally, of: fn(&RegionTally) -> Sampled) -> u64 {
    tally.regions.iter().map(|region| of(region).hot + of(region).rest).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_acknowledged_write_has_one_fate(design in designs()) {
        let trace = Spec { family: &design.family, keys: &design.keys, faults: &design.faults, ..Spec::default() }.run(0);
        let tally = &trace.items[0];
        let fates = [|r: &RegionTally| r.kept, |r: &RegionTally| r.late, |r: &RegionTally| r.overwritten, |r: &RegionTally| r.sibling, |r: &RegionTally| r.lost];
        prop_assert_eq!(total(tally, |r| r.writes), fates.into_iter().map(|fate| total(tally, fate)).sum::<u64>());
        let ledger = Ledger::of(&Replay::new(&trace), mrsim::id::StoreId(0));
        prop_assert_eq!(ledger.acknowledged, total(tally, |r| r.writes), "every key is simulated, so the counts are the same");
        prop_assert_eq!(total(tally, |r| r.lost), 0, "nothing is destroyed here");
        prop_assert!(total(tally, |r| r.pending) <= total(tally, |r| r.late));
        let held = design.faults.contains("LinkCut") || design.faults.contains("Outage") || design.faults.contains("Stalled");
        prop_assert!(held || total(tally, |r| r.late) == 0, "nothing held anything up");
    }

    #[test]
    fn what_converges_converges_and_what_cannot_hide_hides_nothing(design in designs()) {
        let trace = Spec { family: &design.family, keys: &design.keys, faults: &design.faults, ..Spec::default() }.run(1);
        let tally = &trace.items[0];
        let is_guard = design.family.contains("VersionedWrite");
        prop_assert!(is_guard || tally.diverged_for_good == 0, "{} keys differ", tally.diverged_for_good);
        if design.family.contains("GCounter") || design.family.contains("PnCounter") {
            prop_assert_eq!(total(tally, |r| r.overwritten) + total(tally, |r| r.sibling), 0);
            prop_assert_eq!(tally.updates, tally.counted, "every increment counts once");
        }
        prop_assert!(tally.reads.iter().all(|reads| reads.stale <= reads.reads && reads.missed_own <= reads.read_back));
    }
}
