//! Front doors: which region gets a connection or a request, what that costs, and what stays where it was.

use super::watch::{changed, part, share};
use mrsim::trace::Operation::{Read, Write};

/// Global Accelerator: failover ignores dials, a weight of 0 is never used, nothing healthy: the nearest. Statuses come
/// at once, those of recovery after 30 s (the preset's).
#[test]
fn a_dial_of_zero_gets_failover_traffic_and_a_weight_of_zero_never() {
    let part = part("accelerator");
    let spans = [
        (0, 300, "Tokyo"),
        (332, 600, "N. Virginia"),
        (620, 950, "timed out at Tokyo"),
        (950, 1_554, "N. Virginia"),
        (1_554, 2_400, "Tokyo"),
    ];
    for (from, to, ending) in spans {
        // Steps are 7 s wide: the one in which something changes is left out.
        part.all_end("Japan", Read, from, to, &[ending]);
    }
    assert!(
        !part.endings("Japan", Read, 0, 2_400).keys().any(|words| words.contains("Osaka")),
        "weight 0 is never used"
    );
}

/// Osaka is nearer than Virginia: with a weight it would have been the one.
#[test]
fn the_same_group_with_a_weight_is_the_first_to_fail_over_to() {
    let part = changed("accelerator", &[("weight: 0", "weight: 1, dial: \"0%\"")]);
    part.all_end("Japan", Read, 340, 600, &["Osaka"]);
}

/// Three groups are looked at, nearest first, then the door fails open; a fourth one never gets failover traffic.
#[test]
fn the_door_fails_open_after_three_groups() {
    let fourth = changed(
        "accelerator",
        &[
            ("\"ap-northeast-3\"]", "\"ap-northeast-3\", \"eu-west-1\", \"ap-northeast-2\"]"),
            (
                "Group(region: \"ap-northeast-3\", weight: 0)",
                "Group(region: \"ap-northeast-3\", check: \"tokyo\", dial: \"0%\"), Group(region: \"ap-northeast-2\", check: \"tokyo\", dial: \"0%\"), Group(region: \"eu-west-1\", dial: \"0%\")",
            ),
        ],
    );
    // By distance: Tokyo, Osaka, Seoul (all three unhealthy with Tokyo's check), then Virginia and Ireland, which are healthy.
    fourth.all_end("Japan", Read, 340, 600, &["timed out at Tokyo"]);
}

/// Of what reaches a group its dial lets a share in, and the rest goes on to the next nearest; what every dial turned away goes to the
/// nearest all the same. With dials of t in Tokyo and v in Virginia: Tokyo t + (1-t)(1-v), Virginia (1-t)v.
#[test]
fn a_dial_lets_its_share_in_and_the_rest_goes_on() {
    let osaka = (", \"ap-northeast-3\"],", "],");
    let group = ("            Group(region: \"ap-northeast-3\", weight: 0),\n", "");
    for (tokyo, virginia) in [(30, 100), (70, 100), (30, 70), (0, 100), (100, 0), (0, 0)] {
        let (first, second) =
            (format!("check: \"tokyo\", dial: \"{tokyo}%\""), format!("dial: \"{virginia}%\""));
        let dialled = changed(
            "accelerator",
            &[
                osaka,
                group,
                ("dial: \"0%\"", &second),
                (
                    "Group(region: \"ap-northeast-1\", check: \"tokyo\"",
                    &format!("Group(region: \"ap-northeast-1\", {first}"),
                ),
            ],
        );
        let (tokyo, virginia) = (f64::from(tokyo) / 100.0, f64::from(virginia) / 100.0);
        let endings = dialled.endings("Japan", Read, 0, 300);
        // 40 requests an hour of 1,000 users in 300 s of 20 runs are 66,667: a standard error of at most 0.2 points.
        let (here, there) = (
            share(&endings, |words| words == "Tokyo"),
            share(&endings, |words| words == "N. Virginia"),
        );
        let expected = tokyo + (1.0 - tokyo) * (1.0 - virginia);
        assert!(
            (here - expected).abs() < 0.008,
            "{tokyo} and {virginia}: {here} in Tokyo, expected {expected}"
        );
        assert!(
            (there - (1.0 - tokyo) * virginia).abs() < 0.008,
            "{tokyo} and {virginia}: {there} in Virginia"
        );
    }
}

#[test]
fn open_connections_are_never_moved() {
    let part = part("accelerator-pinned");
    for seen in part.runs() {
        assert!(
            seen.moves("open connections").is_empty(),
            "each is used long before 340 s of silence"
        );
        assert_eq!(seen.only_place("open connections", 600.0), "Tokyo via ga");
    }
    for (from, to, ending) in [(0, 300, "Tokyo"), (300, 900, "N. Virginia"), (900, 1_800, "Tokyo")]
    {
        part.all_end("new connections", Read, from, to, &[ending]);
        part.all_end("open connections", Read, from, to, &["Tokyo"]);
    }
}

/// A connection that is silent for 340 s is closed, and the next one goes by the door's present opinion.
#[test]
fn a_connection_that_falls_silent_is_placed_anew() {
    let quiet = changed("accelerator-pinned", &[("reads: \"6 req/min\"", "reads: \"3 req/h\"")]);
    let moved: usize = quiet
        .runs()
        .map(|seen| {
            seen.moves("open connections")
                .iter()
                .filter(|(_, _, to)| *to == "N. Virginia via ga")
                .count()
        })
        .sum();
    assert!(
        moved > 500,
        "{moved} of 4,000 groups of users found their connection closed within 10 min"
    );
}

/// CloudFront: 3 attempts x 10 s at a silent origin, 3 x 30 s at one that accepts; writes are sent to the primary alone.
#[test]
fn a_read_pays_attempts_times_time_out_and_a_write_never_fails_over() {
    let part = part("cdn");
    part.all_end("Japan", Read, 0, 300, &["edge", "Tokyo"]);
    part.all_end("Japan", Read, 300, 600, &["edge", "N. Virginia after 30s"]);
    part.all_end("Japan", Write, 300, 600, &["timed out at Tokyo"]);
    part.all_end("Japan", Read, 1_200, 1_500, &["edge", "N. Virginia after 90s"]);
    part.all_end("Japan", Write, 1_200, 1_500, &["timed out at Tokyo"]);
    part.all_end("Japan", Write, 600, 1_200, &["Tokyo by N. Virginia"]);
    // Hits do not notice: 80% of more than a million reads.
    let hits = share(&part.endings("Japan", Read, 300, 600), |words| words == "edge");
    assert!((hits - 0.8).abs() < 0.005, "{hits}");
    // Nothing is remembered: the last read of the outage pays what the first did.
    part.all_end("Japan", Read, 570, 600, &["edge", "N. Virginia after 30s"]);
}

#[test]
fn one_attempt_of_two_seconds_costs_two_seconds() {
    let quick = changed(
        "cdn",
        &[(
            "hit_ratio: \"80%\"",
            "hit_ratio: \"80%\", attempts: 1, connect_timeout: \"2s\", response_timeout: \"5s\"",
        )],
    );
    quick.all_end("Japan", Read, 300, 600, &["edge", "N. Virginia after 2s"]);
    quick.all_end("Japan", Read, 1_200, 1_500, &["edge", "N. Virginia after 5s"]);
}

/// A client that waits 3 s does not wait for the 30 s that the door takes.
#[test]
fn a_client_does_not_wait_longer_for_a_door_than_for_a_region() {
    let hasty = changed("cdn", &[("timeout: \"5min\"", "timeout: \"3s\"")]);
    let late =
        share(&hasty.endings("Japan", Read, 300, 600), |words| words == "N. Virginia after 30s");
    assert_eq!(late, 0.0);
}

#[test]
fn only_a_check_that_comes_in_by_the_door_sees_that_it_is_down() {
    let part = part("front-door-outage");
    part.beliefs("www", &[(332.0, false), (922.0, true)]);
    part.beliefs("tokyo", &[]);
    part.journey("Japan", &[(0.0, "www"), (332.0, "N. Virginia"), (922.0, "www")]);
    // Edge caches are part of the door.
    part.all_end("Japan", Read, 300, 330, &["timed out at edge"]);
}
