//! Faults: what checks and requests make of each.

use super::watch::{changed, part, share};
use mrsim::trace::Operation::{Read, Write};
use mrsim::trace::What;

#[test]
fn each_way_of_going_down_has_its_detection_and_its_ending() {
    let part = part("region-outage");
    // Faults begin at 300 s, 900 s, .. and last 5 min. Each probe costs 4 s in the dark and 2.1 s in a hang, so probes are off the tens afterwards.
    let endings = [
        "timed out at Tokyo",
        "refused at Tokyo",
        "refused at Tokyo",
        "timed out at Tokyo",
        "refused at Tokyo",
    ];
    for (index, ending) in endings.into_iter().enumerate() {
        let begins = 300 + 600 * index as u64;
        part.all_end("Japan", Read, begins, begins + 300, &[ending]);
        part.all_end("Japan", Read, begins + 300, begins + 600, &["Tokyo"]);
    }
    for seen in part.runs() {
        let unhealthy: Vec<f64> = seen
            .beliefs("tokyo")
            .into_iter()
            .filter(|(_, healthy)| !healthy)
            .map(|(at, _)| at)
            .collect();
        assert_eq!(unhealthy.len(), 4, "an HTTP check passes a page that is wrong");
        assert_eq!(unhealthy[0], 332.0, "3 x 4 s and 2 x 10 s");
        // After a phase of up to 10 s: 2 cycles and the last probe.
        for (begins, cycles_and_probe) in [(900.0, 20.0), (1_500.0, 20.0), (2_100.0, 26.3)] {
            let found = unhealthy
                .iter()
                .filter(|at| {
                    (begins + cycles_and_probe..begins + cycles_and_probe + 10.0).contains(*at)
                })
                .count();
            assert_eq!(found, 1, "{begins}: {unhealthy:?}");
        }
    }
}

/// Down for 22 s of every 50 s: a checker needs failures at t, t + 10 s and t + 20 s, so only one in five gets three in a row
/// (phases 0 s to 2 s of 10 s, and 50 s are five intervals). 14 of 16 would be needed.
#[test]
fn a_flapping_region_stays_healthy() {
    let part = part("flapping-region");
    part.beliefs("tokyo", &[]);
    part.journey("Japan", &[(0.0, "Tokyo")]);
    let failed = share(&part.endings("Japan", Read, 300, 800), |words| words == "refused at Tokyo");
    assert!((failed - 22.0 / 50.0).abs() < 0.01, "{failed}");
    for seen in part.runs() {
        assert_eq!(
            seen.when(|what| matches!(what, What::FaultBegan { .. }).then_some(())).len(),
            10
        );
        let jumpy = seen.beliefs("jumpy");
        // At a threshold of 1 each flap is believed within an interval, and taken back as soon.
        assert_eq!(jumpy.len(), 20, "{jumpy:?}");
        for (index, (at, healthy)) in jumpy.into_iter().enumerate() {
            let began = 300.0 + 50.0 * (index / 2) as f64 + if healthy { 22.0 } else { 0.0 };
            assert!(
                at >= began && at < began + 10.0 && healthy == (index % 2 == 1),
                "{index}: {at} {healthy}"
            );
        }
    }
}

/// Three of 16 are 18.75% and more than 18%; two are 12.5%.
#[test]
fn a_gray_failure_that_three_checkers_do_not_see_never_trips() {
    let part = part("gray-failure");
    // 81% of 16 are 13 checkers, 88% are 14; the latter from 2,100 s to 3,300 s.
    part.beliefs("tokyo", &[(2_120.0, false), (3_320.0, true)]);
    part.journey("Japan", &[(0.0, "Tokyo"), (2_120.0, "N. Virginia"), (3_320.0, "Tokyo")]);
    let failed =
        share(&part.endings("Japan", Read, 300, 1_500), |words| words == "refused at Tokyo");
    assert!((failed - 0.3).abs() < 0.005, "{failed}");
}

/// A probe waits 2 s for a status: 2 cycles of 12 s and a last wait of 2 s. Users wait 3 s and are served.
#[test]
fn a_slow_region_is_dead_for_the_check_and_alive_for_its_users() {
    let part = part("gray-slow");
    // 50 cycles of 12 s fill the 600 s of the fault, so probes are at the tens again.
    part.beliefs("tokyo", &[(326.0, false), (920.0, true)]);
    part.all_end("Japan", Read, 300, 326, &["Tokyo after 3s"]);
    part.all_end("Japan", Read, 330, 900, &["N. Virginia"]);
}

#[test]
fn a_cut_link_is_gone_around_and_two_are_not() {
    let part = part("link-cut");
    part.beliefs("tokyo", &[]);
    part.beliefs("virginia", &[]);
    part.all_end("Coast", Read, 0, 1_800, &["N. Virginia"]);
    part.all_end("Coast", Write, 0, 900, &["N. Virginia by Tokyo"]);
    part.all_end("Coast", Write, 900, 1_200, &["timed out at N. Virginia"]);
    part.all_end("Coast", Write, 1_200, 1_800, &["N. Virginia by Tokyo"]);
    // The way around, by Ireland, is longer than the link.
    for seen in part.runs().take(1) {
        let hop = |from: f64| {
            let step = seen
                .trace
                .steps
                .iter()
                .position(|step| step.from.seconds() >= from)
                .expect("a step") as u32;
            let served = seen
                .trace
                .counts
                .iter()
                .find(|count| count.step == step && count.operation == Write)
                .expect("writes");
            match served.ending.outcome {
                mrsim::trace::Outcome::Served { hop, .. } => hop,
                other => panic!("{other:?}"),
            }
        };
        assert!(
            hop(310.0) > hop(10.0) && hop(700.0) == hop(10.0),
            "{} and {}",
            hop(310.0),
            hop(10.0)
        );
    }
}

/// A load balancer without targets in Tokyo: the database there is none of its targets, and Virginia's application writes to it as before.
#[test]
fn targets_that_are_gone_take_no_database_with_them() {
    let link = "LinkCut(from: \"ap-northeast-1\", to: [\"us-east-1\"], at:";
    let gone = changed("link-cut", &[(link, "TargetsGone(region: \"ap-northeast-1\", at:")]);
    gone.all_end("Coast", Write, 300, 600, &["N. Virginia by Tokyo"]);
}

#[test]
fn thirteen_checkers_cut_off_do_not_trip_and_fourteen_do() {
    let part = part("checkers-cut-off");
    // 13 of 16 from 300 s to 900 s: 3 are more than 18%. 14 from 1,200 s to 1,800 s, by timeouts of 4 s: 2 x 14 s + 4 s. The two
    // that see it all the time and the first of the others to get three in a row are three: in 1,800 s all come at once,
    // 42 whole cycles of 14 s and a part of one after 1,200 s.
    for seen in part.runs() {
        let beliefs = seen.beliefs("tokyo");
        assert_eq!(
            beliefs.iter().map(|(_, healthy)| *healthy).collect::<Vec<_>>(),
            [false, true],
            "{beliefs:?}"
        );
        // The 13 have lost time to timeouts and are up to a cycle off; the 14th is at the tens.
        assert!((1_228.0 + 4.0..1_242.0 + 4.0).contains(&beliefs[0].0), "{beliefs:?}");
        assert!((1_820.0..1_834.0).contains(&beliefs[1].0), "{beliefs:?}");
    }
    part.all_end("Japan", Read, 0, 2_400, &["Tokyo", "N. Virginia"]);
}

/// Japan's name servers hear two checkers, both cut off from 300 s on: 332 s. From 1,440 s they hear all 16 again, and 14 are content.
#[test]
fn two_users_get_different_answers_at_the_same_time() {
    let part = part("checkers-unheard");
    part.beliefs("tokyo", &[]);
    part.journey("Japan", &[(0.0, "Tokyo"), (332.0, "N. Virginia"), (1_440.0, "Tokyo")]);
    part.journey("Korea", &[(0.0, "Tokyo")]);
}

/// Without the partition the two checkers change nothing: the control.
#[test]
fn two_checkers_that_are_heard_among_others_move_nobody() {
    let unheard = changed(
        "checkers-unheard",
        &[("by: [\"japan\"], at: \"4min\"", "by: [\"japan\"], at: \"39min\"")],
    );
    for seen in unheard.runs() {
        assert_eq!(seen.only_place("Japan", 1_799.0), "Tokyo");
    }
}
