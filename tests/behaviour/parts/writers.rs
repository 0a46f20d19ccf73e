//! The life of a single writer: fenced late, switched over, rebuilt, failing within its region; what applications meet meanwhile.

use super::addresses::{endpoint_moves, held};
use super::watch::{Seen, changed, part};
use mrsim::id::StoreId;
use mrsim::measure::Replay;
use mrsim::measure::loss::Ledger;
use mrsim::trace::Operation::{Read, Write};
use mrsim::trace::{Outcome, What};
use std::collections::BTreeMap;

/// When facts of roles happened, in words.
pub fn roles(seen: &Seen) -> Vec<(f64, &'static str)> {
    seen.when(|what| match what {
        What::PromotionOrdered { .. } => Some("ordered"),
        What::Promoted { .. } => Some("promoted"),
        What::Fenced { .. } => Some("fenced"),
        What::RebuildBegan { .. } => Some("rebuild began"),
        What::Rebuilt { .. } => Some("rebuilt"),
        What::SwitchoverBegan { .. } => Some("switchover began"),
        What::SwitchoverRefused { .. } => Some("switchover refused"),
        What::SwitchoverFailed { .. } => Some("switchover failed"),
        What::SwitchedOver { .. } => Some("switched over"),
        _ => None,
    })
}

/// Writes of a population, step by step of a second: whether they were taken, forked or refused, by the second in which the step begins.
fn writes_by_second(seen: &Seen, population: usize) -> BTreeMap<u64, Vec<&'static str>> {
    let mut seconds: BTreeMap<u64, Vec<&'static str>> = BTreeMap::new();
    for count in seen
        .trace
        .counts
        .iter()
        .filter(|count| count.population.index() == population && count.operation == Write)
    {
        let step = seen.trace.steps[count.step as usize];
        let fate = match count.ending.outcome {
            Outcome::Served { .. } => "taken",
            Outcome::Forked { .. } => "forked",
            _ => "failed",
        };
        let fates = seconds.entry(step.from.seconds() as u64).or_default();
        if !fates.contains(&fate) {
            fates.push(fate);
        }
    }
    seconds
}

/// Promoted at 420 s, fenced at 440 s. A write by way of a cache that still has the old address forks until the fence and is refused from
/// then on; one by way of a cache that has asked is taken by the new writer.
#[test]
fn writes_fork_from_the_promotion_to_the_fence_or_the_expiry_of_the_address() {
    let part = part("split-brain");
    for seen in part.runs() {
        assert_eq!(roles(&seen), [(360.0, "ordered"), (420.0, "promoted"), (440.0, "fenced")]);
        // Japan's applications are in Tokyo (region 0), America's in Virginia (region 1).
        for (population, moves) in endpoint_moves(&seen).into_iter().enumerate() {
            let (first, last) = (moves[0].0, moves[moves.len() - 1].0);
            assert!(
                moves.len() == 100 && first < 425.0 && last > 470.0 && last < 480.0,
                "100 caches ask within the minute: {first} to {last}"
            );
            for (second, fates) in writes_by_second(&seen, population) {
                let (from, to) = (second as f64, second as f64 + 1.0);
                let touches = |begin: f64, end: f64| from < end && to > begin;
                // Eleven writes a second go by way of each cache: by way of the first or the last few a second may be without one.
                let is_shared = touches(first, 430.0) || touches(470.0, last);
                assert!(
                    is_shared || fates.contains(&"forked") == touches(420.0, 440.0),
                    "{fates:?} at {second} s"
                );
                assert!(
                    is_shared || fates.contains(&"failed") == touches(440.0, last),
                    "{fates:?} at {second} s, addresses until {last}"
                );
                assert!(
                    is_shared || fates.contains(&"taken") == (touches(0.0, 420.0) || to > first),
                    "{fates:?} at {second} s, addresses from {first}"
                );
            }
        }
    }
}

/// The ledger counts them once: 2 x 100,000 users x 40/h = 2,222 writes a second, in both regions for 20 s by way of the caches
/// that have the old address.
#[test]
fn the_ledger_tells_forked_writes_from_lost_ones() {
    for seen in part("split-brain").runs() {
        let ledger = Ledger::of(&Replay::new(seen.trace), StoreId(0));
        let seconds: f64 =
            endpoint_moves(&seen).iter().map(|moves| held(moves, 420.0, 440.0)).sum();
        let expected = seconds * 100_000.0 * 40.0 / 3_600.0;
        assert!(
            (ledger.forked as f64 - expected).abs() < 5.0 * expected.sqrt() + 5.0,
            "{} forked, expected {expected}",
            ledger.forked
        );
        let lost: u64 =
            seen.when(|what| {
                if let What::WritesLost { writes, .. } = what { Some(*writes) } else { None }
            })
            .iter()
            .map(|(_, writes)| writes)
            .sum();
        assert_eq!(
            (ledger.lost, ledger.kept()),
            (lost, ledger.acknowledged - lost - ledger.forked)
        );
        // The tail that Virginia lacked was taken before the promotion: at most a few seconds of it.
        assert!(lost > 0 && lost < 10 * 2_222, "{lost}");
    }
}

/// Fenced at once, as by default, nothing forks; where fencing always fails, the addresses alone end it.
#[test]
fn without_a_gap_nothing_forks_and_without_a_fence_addresses_end_it() {
    for seen in changed("split-brain", &[(", fencing: \"20s\"", "")]).runs() {
        assert_eq!(Ledger::of(&Replay::new(seen.trace), StoreId(0)).forked, 0);
        assert_eq!(roles(&seen), [(360.0, "ordered"), (420.0, "promoted")]);
    }
    for seen in changed("split-brain", &[("fencing: \"20s\"", "fencing_fails: \"100%\"")]).runs() {
        for (population, moves) in endpoint_moves(&seen).into_iter().enumerate() {
            let moved = moves[moves.len() - 1].0;
            let forked: Vec<u64> = writes_by_second(&seen, population)
                .into_iter()
                .filter(|(_, fates)| fates.contains(&"forked"))
                .map(|(at, _)| at)
                .collect();
            // By way of one cache in a hundred eleven writes a second fork: the last seconds may be without.
            assert!(
                forked.len() as f64 > 0.95 * (moved - 420.0)
                    && forked.iter().all(|second| (420..moved.ceil() as u64).contains(second)),
                "until {moved}"
            );
        }
        assert!(
            roles(&seen).contains(&(480.0, "fenced")),
            "when the last address has expired at the latest"
        );
    }
    let mut failed = 0;
    for seen in changed("split-brain", &[("fencing: \"20s\"", "fencing_fails: \"50%\"")]).runs() {
        failed += u32::from(Ledger::of(&Replay::new(seen.trace), StoreId(0)).forked > 0);
    }
    // 10 of 20 expected, a standard error of 2.2.
    assert!((3..=17).contains(&failed), "{failed} of 20");
}

/// A dead old writer takes nothing, fenced or not.
#[test]
fn a_region_that_is_down_forks_nothing() {
    let dark = "RegionOutage(region: \"ap-northeast-1\", at: \"5min\", duration: \"9min\", how: BlackHole)";
    for seen in changed(
        "split-brain",
        &[("CheckInverted(check: \"pager\", at: \"5min\", duration: \"9min\")", dark)],
    )
    .runs()
    {
        assert!(roles(&seen).iter().any(|(_, what)| *what == "promoted"));
        assert_eq!(Ledger::of(&Replay::new(seen.trace), StoreId(0)).forked, 0);
    }
}

#[test]
fn a_switchover_refuses_writes_and_loses_none_and_needs_both_sides() {
    let part = part("switchover");
    for seen in part.runs() {
        let expected = [
            (300.0, "switchover began"),
            (320.0, "switched over"),
            (960.0, "switchover refused"),
            (1_320.0, "switchover began"),
            (1_340.0, "switched over"),
            (1_500.0, "switchover began"),
            (1_560.0, "switchover failed"),
        ];
        assert_eq!(roles(&seen), expected);
        let ledger = Ledger::of(&Replay::new(seen.trace), StoreId(0));
        assert_eq!((ledger.lost, ledger.forked), (0, 0));
    }
    for (from, to, ending) in [
        (0, 300, "Tokyo"),
        (300, 320, "refused at Tokyo"),
        (320, 900, "Tokyo by N. Virginia"),
        (900, 1_200, "timed out at Tokyo"),
        (1_200, 1_320, "Tokyo by N. Virginia"),
        (1_320, 1_340, "refused at Tokyo"),
        (1_340, 1_500, "Tokyo"),
        (1_500, 1_560, "refused at Tokyo"),
        // The switchover failed: Tokyo stays the writer, and takes writes at once.
        (1_560, 2_100, "Tokyo"),
    ] {
        part.all_end("Japan", Write, from, to, &[ending]);
    }
    // Both regions keep a replica throughout.
    part.all_end("Japan", Read, 0, 2_100, &["Tokyo"]);
}

/// However short a switchover is said to be, what is on its way has to arrive.
#[test]
fn a_switchover_takes_at_least_the_lag() {
    let lagging = [
        ("endpoint_ttl: \"0s\"", "endpoint_ttl: \"0s\", replication: AsyncLog(lag: \"500ms\")"),
        ("duration: \"20s\"", "duration: \"0s\""),
    ];
    for seen in changed("switchover", &lagging).runs() {
        assert_eq!(roles(&seen)[..2], [(300.0, "switchover began"), (300.5, "switched over")]);
    }
}

/// Somebody has ordered a promotion at 360 s for 420 s, on a false alarm, and somebody else switches over to the same region.
#[test]
fn a_switchover_and_a_promotion_do_not_both_happen() {
    let planned = |at: &str, takes: &str| {
        let switchovers = format!(
            "endpoint_ttl: \"60s\", switchovers: [Switchover(to: \"us-east-1\", at: \"{at}\", duration: \"{takes}\")]"
        );
        let part = changed("split-brain", &[("endpoint_ttl: \"60s\"", &switchovers)]);
        let each: Vec<Vec<(f64, &str)>> = part.runs().map(|seen| roles(&seen)).collect();
        assert!(each.iter().all(|roles| *roles == each[0]));
        each[0].clone()
    };
    let (ordered, promoted, fenced) = ((360.0, "ordered"), (420.0, "promoted"), (440.0, "fenced"));
    assert_eq!(
        planned("340s", "10s"),
        [(340.0, "switchover began"), (350.0, "switched over")],
        "nobody is left to promote"
    );
    assert_eq!(
        planned("350s", "20s"),
        [(350.0, "switchover began"), ordered, (370.0, "switched over")],
        "the order comes to nothing"
    );
    assert_eq!(
        planned("350s", "80s"),
        [(350.0, "switchover began"), ordered, (420.0, "switchover failed"), promoted, fenced]
    );
    assert_eq!(planned("410s", "20s"), [ordered, (410.0, "switchover refused"), promoted, fenced]);
    assert_eq!(
        planned("430s", "20s"),
        [ordered, promoted, (430.0, "switchover refused"), fenced],
        "it is the writer already"
    );
}

/// Request by request the same writes fork: 200 users x 40/h = 2.2 a second in each region.
#[test]
fn single_requests_fork_as_counts_do() {
    let words =
        [("step: \"1s\"", "step: \"1s\", fidelity: Requests"), ("users: 100_000", "users: 200")];
    let (mut forked, mut expected) = (0, 0.0);
    for seen in changed("split-brain", &words).runs() {
        let ledger = Ledger::of(&Replay::new(seen.trace), StoreId(0));
        forked += ledger.forked;
        expected +=
            endpoint_moves(&seen).iter().map(|moves| held(moves, 420.0, 440.0)).sum::<f64>()
                * 200.0
                * 40.0
                / 3_600.0;
    }
    assert!(
        expected > 500.0 && (forked as f64 - expected).abs() < 5.0 * expected.sqrt(),
        "{forked}, expected {expected}"
    );
}

/// The time without writes is the recovery time, and all of it is the switchover's own.
#[test]
fn a_planned_switchover_is_an_interruption_with_its_origin() {
    use mrsim::measure::{Recovery, Scope, Served};
    for seen in part("switchover").runs() {
        let recovery = Replay::new(seen.trace).recovery(Scope::AllUsers, Served::Writes);
        let Recovery::After { time, origin, .. } = recovery else { panic!("{recovery:?}") };
        assert_eq!((origin.seconds(), time.seconds()), (300.0, 20.0));
    }
}

#[test]
fn a_region_comes_back_before_its_database_and_the_writer_goes_home_last() {
    let part = part("rebuild-failback");
    for seen in part.runs() {
        let expected = [
            (392.0, "ordered"),
            (452.0, "promoted"),
            (900.0, "rebuild began"),
            (1_500.0, "rebuilt"),
            (1_800.0, "switchover began"),
            (1_820.0, "switched over"),
        ];
        assert_eq!(roles(&seen)[..6], expected);
        // At home again, it is promoted away again: ordered and promoted a minute each after the check has noticed.
        assert_eq!(
            roles(&seen)[6..].iter().map(|(_, what)| *what).collect::<Vec<_>>(),
            ["ordered", "promoted"]
        );
        let recovered = seen.beliefs("tokyo")[1].0;
        assert!((900.0..960.0).contains(&recovered), "{recovered}");
    }
    // Names go back by themselves by 960 s, to a database that is not there, then a replica, then read-only, then the writer.
    part.all_end("Japan", Read, 960, 1_500, &["Tokyo by N. Virginia"]);
    part.all_end("Japan", Read, 1_500, 2_100, &["Tokyo"]);
    part.all_end("Japan", Write, 960, 1_800, &["Tokyo by N. Virginia"]);
    part.all_end("Japan", Write, 1_800, 1_820, &["refused at Tokyo"]);
    part.all_end("Japan", Write, 1_820, 2_100, &["Tokyo"]);
}

/// A rebuild starts anew when the region dies again; without one the old region never has a replica again.
#[test]
fn a_rebuild_that_is_cut_short_starts_anew() {
    let again = changed(
        "rebuild-failback",
        &[("at: \"35min\", duration: \"1h\"", "at: \"20min\", duration: \"5min\"")],
    );
    for seen in again.runs() {
        let rebuilds: Vec<(f64, &str)> =
            roles(&seen).into_iter().filter(|(_, what)| what.starts_with("rebuil")).collect();
        assert_eq!(
            rebuilds,
            [(900.0, "rebuild began"), (1_500.0, "rebuild began"), (2_100.0, "rebuilt")]
        );
    }
    let never = changed(
        "rebuild-failback",
        &[("rebuild: \"10min\", failback: Failback(after: \"5min\", duration: \"20s\"),", "")],
    );
    never.all_end("Japan", Read, 960, 2_100, &["Tokyo by N. Virginia"]);
    never.all_end("Japan", Write, 960, 2_100, &["Tokyo by N. Virginia"]);
}
