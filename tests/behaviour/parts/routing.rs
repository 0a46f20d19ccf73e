//! Routing policies: who is answered with what, and from when on.
//!
//! Where probes begin at 0 s, cost nothing and are pushed at once, a region that refuses from a multiple of 10 s on is
//! believed unhealthy 20 s later (the third probe), a dark one 32 s later (3 timeouts of 4 s, 10 s apart: 2 x 14 s + 4 s).

use super::watch::{changed, part, share};
use mrsim::trace::{Operation::Read, What};

/// Fail-back without damping at the third success; with both unhealthy the primary.
#[test]
fn failover_goes_back_by_itself_and_answers_the_primary_when_both_are_unhealthy() {
    part("failover").journey(
        "Japan",
        &[
            (0.0, "Tokyo"),
            (332.0, "N. Virginia"),
            (620.0, "Tokyo"),
            (920.0, "N. Virginia"),
            (1524.0, "Tokyo"),
        ],
    );
    // Both unhealthy, and the primary is dead: fail-open is no service.
    part("failover").all_end("Japan", Read, 630, 900, &["timed out at Tokyo"]);
}

#[test]
fn latency_sends_the_users_of_one_region_to_different_ones() {
    let part = part("latency");
    part.journey("Japan", &[(0.0, "Tokyo"), (332.0, "Oregon"), (922.0, "Tokyo")]);
    part.journey("Hong Kong", &[(0.0, "Tokyo"), (332.0, "Mumbai"), (922.0, "Tokyo")]);
    part.journey("Coast", &[(0.0, "Oregon")]);
}

/// All regions unhealthy: the nearest, as if all were healthy.
#[test]
fn latency_fails_open_to_the_nearest() {
    let all_refuse = ["ap-northeast-1", "us-west-2", "ap-south-1"].map(|region| {
        format!(
            "RegionOutage(region: \"{region}\", at: \"5min\", duration: \"10min\", how: FastFail),"
        )
    });
    let old = "RegionOutage(region: \"ap-northeast-1\", at: \"5min\", duration: \"10min\", how: BlackHole),";
    changed("latency", &[(old, &all_refuse.concat())]).journey("Japan", &[(0.0, "Tokyo")]);
}

#[test]
fn weight_zero_is_used_when_every_other_record_is_unhealthy() {
    let part = part("weighted");
    let (mut at_tokyo, mut at_virginia, runs) = ([0.0; 2], 0.0, super::watch::RUNS as f64);
    for seen in part.runs() {
        let of = |label: &str, seconds: f64| {
            seen.shares("Japan", seconds).get(label).copied().unwrap_or(0.0)
        };
        assert_eq!(of("Ireland", 299.0), 0.0, "weight 0 gets nobody");
        // Unhealthy at 320 s, 620 s and 920 s, and no cache keeps longer than 60 s.
        assert_eq!([of("Tokyo", 381.0), of("Ireland", 381.0)], [0.0, 0.0], "Virginia gets all");
        assert_eq!(of("Ireland", 681.0), 1.0, "the record of weight 0 gets all");
        assert_eq!(
            of("Ireland", 981.0),
            0.0,
            "with nothing healthy all weights count again, and its own is 0"
        );
        at_tokyo[0] += of("Tokyo", 299.0) / runs;
        at_tokyo[1] += of("Tokyo", 1_700.0) / runs;
        at_virginia += of("N. Virginia", 1_700.0) / runs;
    }
    // 20 runs of 200 caches: a standard error of 0.7 points.
    assert!(
        (at_tokyo[0] - 0.7).abs() < 0.035
            && (at_tokyo[1] - 0.7).abs() < 0.035
            && (at_virginia - 0.3).abs() < 0.035,
        "{at_tokyo:?} {at_virginia}"
    );
}

#[test]
fn a_simple_record_goes_on_answering_with_the_dead_address() {
    let part = part("simple");
    for seen in part.runs() {
        assert!(
            seen.when(|what| matches!(what, What::Published { .. }).then_some(())).is_empty(),
            "nobody checks"
        );
    }
    part.all_end("one try", Read, 310, 890, &["N. Virginia", "timed out at Tokyo"]);
    part.all_end("two tries", Read, 310, 890, &["N. Virginia", "N. Virginia after 3s"]);
    // Each order of the two values comes as often as the other: 20 runs of 200 caches, of about ten answers each.
    let dead = share(&part.endings("one try", Read, 310, 890), |words| words.contains("timed out"));
    assert!((dead - 0.5).abs() < 0.03, "{dead}");
}

#[test]
fn a_multivalue_answer_survives_by_the_second_address_and_loses_the_dead_one_at_detection() {
    let part = part("multivalue");
    // Two of three addresses in random order: the dead one is first in a third of the answers.
    part.all_end(
        "two tries",
        Read,
        305,
        330,
        &["N. Virginia", "N. Virginia after 3s", "Ireland", "Ireland after 3s"],
    );
    part.all_end("one try", Read, 305, 330, &["N. Virginia", "Ireland", "timed out at Tokyo"]);
    let dead = share(&part.endings("one try", Read, 305, 330), |words| words.contains("timed out"));
    assert!((dead - 1.0 / 3.0).abs() < 0.04, "{dead}");
    // Believed at 332 s, in caches for 60 s more.
    for population in ["one try", "two tries"] {
        part.all_end(population, Read, 395, 890, &["N. Virginia", "Ireland"]);
        for seen in part.runs() {
            assert!(
                seen.shares(population, 395.0).keys().all(|label| !label.contains("Tokyo")),
                "no answer names Tokyo"
            );
        }
    }
}

#[test]
fn geolocation_has_no_answer_for_who_is_nowhere_and_the_larger_location_for_who_is_down() {
    let part = part("geolocation");
    part.journey(
        "Japan",
        &[
            (0.0, "Tokyo"),
            (320.0, "N. Virginia"),
            (620.0, "Tokyo"),
            (920.0, "N. Virginia"),
            (1520.0, "Tokyo"),
        ],
    );
    // Nothing larger is left for Korea: everything counts as healthy.
    part.journey("Korea", &[(0.0, "N. Virginia")]);
    part.journey("Europe", &[(0.0, "no address")]);
    part.all_end("Europe", Read, 0, 1_800, &["no address"]);
}

#[test]
fn with_a_default_nobody_is_without_an_address() {
    let default = changed(
        "geolocation",
        &[(
            "to: To(region: \"us-east-1\", check: \"virginia\")),\n    ])",
            "to: To(region: \"us-east-1\", check: \"virginia\")),\n    ], default: \"us-east-1\")",
        )],
    );
    default.journey("Europe", &[(0.0, "N. Virginia")]);
}

#[test]
fn a_bias_moves_the_border_on_the_map() {
    let part = part("geoproximity");
    part.journey("Hong Kong", &[(0.0, "Tokyo"), (332.0, "Singapore"), (922.0, "Tokyo")]);
    part.journey("Southeast Asia", &[(0.0, "Singapore")]);
    changed("geoproximity", &[(", bias: 20", "")]).journey("Hong Kong", &[(0.0, "Singapore")]);
}

/// Traffic Manager: the 4th failure in a row (3 x 30 s after the first, and the timeout of 10 s, or 0.1 s when refused),
/// and the first success.
#[test]
fn priority_goes_down_the_list_and_comes_back_at_the_first_success() {
    part("priority").journey(
        "Japan",
        &[
            (0.0, "Tokyo"),
            (400.0, "N. Virginia"),
            (690.1, "Ireland"),
            (900.1, "N. Virginia"),
            (1500.1, "Tokyo"),
        ],
    );
}

#[test]
fn a_list_that_clients_hold_costs_each_request_its_own_time_out() {
    let part = part("region-list");
    for population in ["Japan", "Coast"] {
        assert!(
            part.runs().all(|seen| seen.moves(population).is_empty()),
            "no name, no cache, nobody moves"
        );
    }
    for (from, to, ending) in [
        (0, 300, "Tokyo"),
        (300, 600, "N. Virginia after 3s"),
        (600, 900, "Tokyo"),
        (900, 1_200, "N. Virginia"),
    ] {
        part.all_end("Japan", Read, from, to, &[ending]);
    }
    // An answer after 5 s is too late for a client that waits 3 s.
    part.all_end("Japan", Read, 1_500, 1_800, &["N. Virginia after 3s"]);
    part.all_end("Coast", Read, 0, 2_400, &["N. Virginia"]);
}

/// Belief, 5 min to decide, 60 s to propagate; never back.
#[test]
fn a_rewritten_record_moves_users_once() {
    part("rewritten").journey("Japan", &[(0.0, "Tokyo"), (332.0 + 300.0 + 60.0, "N. Virginia")]);
}

#[test]
fn a_record_is_not_rewritten_when_the_region_is_back_before_the_decision() {
    let part = changed("rewritten", &[("duration: \"20min\"", "duration: \"2min\"")]);
    part.journey("Japan", &[(0.0, "Tokyo")]);
}

/// The call is refused at 632 s and goes through when the impairment ends (1,200 s); health checks and answers go on.
#[test]
fn an_impaired_control_plane_holds_up_changes_and_nothing_else() {
    let part = part("control-plane-impaired");
    part.journey("Japan", &[(0.0, "Tokyo"), (1_260.0, "N. Virginia")]);
    part.journey("Korea", &[(0.0, "Tokyo"), (332.0, "N. Virginia"), (2_126.0, "Tokyo")]);
    for seen in part.runs() {
        assert_eq!(
            seen.when(|what| matches!(what, What::RecordsBlocked).then_some(())),
            [(632.0, ())]
        );
    }
}

/// Unhealthy at 320 s, 620 s and 920 s, and 60 s of caches.
#[test]
fn an_evaluated_tree_gives_up_a_branch_when_all_of_it_is_dead() {
    let part = part("tree-evaluated");
    for seen in part.runs() {
        let places = |seconds: f64| seen.shares("Japan", seconds).into_keys().collect::<Vec<_>>();
        let only = |seconds: f64, allowed: &[&str]| {
            assert!(
                places(seconds).iter().all(|place| allowed.contains(place)),
                "{seconds}: {:?}",
                places(seconds)
            )
        };
        only(299.0, &["Tokyo", "Seoul"]);
        only(381.0, &["Osaka", "Seoul"]);
        only(681.0, &["Seoul"]);
        only(981.0, &["N. Virginia", "Oregon"]);
        // All three are back at 1,800 s, healthy at 1,820 s.
        only(1_881.0, &["Tokyo", "Seoul"]);
    }
}

#[test]
fn a_tree_that_does_not_evaluate_pins_the_dead_branch() {
    let part = part("tree-pinned");
    let mut at_tokyo = 0.0;
    for seen in part.runs() {
        for seconds in [299.0, 381.0, 681.0, 981.0, 1_799.0] {
            let places = seen.shares("Japan", seconds);
            assert!(
                places.keys().all(|place| ["Tokyo", "Osaka", "Seoul"].contains(place)),
                "{seconds}: {places:?}"
            );
        }
        at_tokyo += seen.shares("Japan", 1_700.0).get("Tokyo").copied().unwrap_or(0.0)
            / super::watch::RUNS as f64;
    }
    // Inside the dead branch all records count as healthy: 90% to the failover, which answers its primary.
    assert!((at_tokyo - 0.9).abs() < 0.03, "{at_tokyo}");
    assert!(
        share(&part.endings("Japan", Read, 990, 1_790), |words| words.starts_with("refused"))
            == 1.0,
        "nobody is served"
    );
}
