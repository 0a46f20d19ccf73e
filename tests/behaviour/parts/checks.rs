//! Health checks: what each kind sees, what follows from others, and what a switch does to it.
//!
//! Probes start at 0 s and every 10 s after each response; the third result in a row counts.

use super::watch::{changed, part};
use mrsim::trace::Operation::{Read, Write};

/// Route 53: a status, a text, or nothing but a connection.
#[test]
fn each_kind_of_probe_sees_what_it_asks_for() {
    let part = part("probe-kinds");
    // The page is wrong from 300 s, errors come from 900 s, answers hang from 1,500 s (each probe 0.1 s to connect and 2 s to wait:
    // 2 cycles of 12.1 s and a last wait of 2.1 s; these leave the probes 2.5 s off the tens), refusals from 2,400 s.
    let of_status = [
        (920.0, false),
        (1_220.0, true),
        (1_526.3, false),
        (1_822.5, true),
        (2_422.5, false),
        (2_722.5, true),
    ];
    let of_text: Vec<(f64, bool)> =
        [(320.0, false), (620.0, true)].into_iter().chain(of_status).collect();
    part.beliefs("http", &of_status);
    part.beliefs("text", &of_text);
    // Connections during the hang take 0.1 s: 30 cycles of 10.1 s leave the probes 3 s off.
    part.beliefs("tcp", &[(2_423.0, false), (2_723.0, true)]);
}

/// 2 of 3 follows at the second failure, 4 of 3 is never healthy, 0 of 3 always.
#[test]
fn calculated_checks_count_their_children() {
    let part = part("calculated");
    part.beliefs("two of three", &[(620.0, false)]);
    // Unhealthy from the beginning: nothing ever changes.
    part.beliefs("four of three", &[]);
    part.beliefs("none of three", &[]);
    part.beliefs("virginia", &[(920.0, false)]);
    part.journey("Japan", &[(0.0, "Tokyo"), (620.0, "N. Virginia")]);
    // Every child of it is unhealthy, and so is the region that it speaks for.
    part.all_end("Japan", Read, 930, 1_800, &["refused at N. Virginia"]);
}

#[test]
fn an_inverted_check_starts_unhealthy_and_follows_upside_down() {
    let part = part("check-inverted");
    part.beliefs("marker", &[(320.0, true), (920.0, false)]);
    part.journey("Japan", &[(0.0, "N. Virginia"), (320.0, "Tokyo"), (920.0, "N. Virginia")]);
}

#[test]
fn a_disabled_check_is_healthy_whatever_happens() {
    let part = part("check-disabled");
    part.beliefs("tokyo", &[]);
    part.beliefs("both", &[]);
    part.journey("Japan", &[(0.0, "Tokyo")]);
    part.all_end("Japan", Read, 300, 900, &["timed out at Tokyo"]);
    // With the check enabled the same outage moves them, and the calculated check follows.
    let enabled = changed("check-disabled", &[(", disabled: true", "")]);
    enabled.beliefs("both", &[(332.0, false), (922.0, true)]);
}

/// Route 53 looks at disabled before inverted: a disabled check counts as healthy.
#[test]
fn a_disabled_check_is_healthy_even_when_inverted() {
    changed("check-disabled", &[("disabled: true", "disabled: true, inverted: true")])
        .journey("Japan", &[(0.0, "Tokyo")]);
}

#[test]
fn disabling_the_check_of_a_dead_region_brings_its_users_back() {
    let part = part("check-disabled-drill");
    part.journey(
        "Japan",
        &[
            (0.0, "Tokyo"),
            (332.0, "N. Virginia"),
            (600.0, "Tokyo"),
            (1_200.0, "N. Virginia"),
            (1_832.0, "Tokyo"),
        ],
    );
    part.all_end("Japan", Read, 600, 1_200, &["timed out at Tokyo"]);
}

#[test]
fn inverting_a_check_empties_a_healthy_region_and_fills_it_again() {
    let part = part("check-inverted-drill");
    part.journey("Japan", &[(0.0, "Tokyo"), (300.0, "N. Virginia"), (900.0, "Tokyo")]);
    part.all_end("Japan", Read, 0, 1_800, &["Tokyo", "N. Virginia"]);
}

/// The control plane takes no changes: neither the drill nor its end happens before it works again.
#[test]
fn a_drill_needs_the_control_plane() {
    let impaired = |at: &str, lasting: &str| {
        let drill = "CheckInverted(check: \"tokyo\", at: \"5min\", duration: \"10min\"),";
        changed(
            "check-inverted-drill",
            &[(
                drill,
                &format!(
                    "{drill} ControlPlaneImpaired(plane: Names, at: \"{at}\", duration: \"{lasting}\"),"
                ),
            )],
        )
    };
    impaired("4min", "4min")
        .journey("Japan", &[(0.0, "Tokyo"), (480.0, "N. Virginia"), (900.0, "Tokyo")]);
    impaired("10min", "10min")
        .journey("Japan", &[(0.0, "Tokyo"), (300.0, "N. Virginia"), (1_200.0, "Tokyo")]);
    impaired("4min", "20min").journey("Japan", &[(0.0, "Tokyo")]);
}

/// The secondary's probe connects, then waits 2 s for a write to the dead writer: 2 x 12 s + 2 s; the primary's takes 32 s.
/// Both unhealthy: the primary is answered, dead as it is, and reads that the secondary has the data for are lost.
#[test]
fn a_deep_check_takes_the_secondary_down_with_the_primary() {
    let part = part("deep-writes");
    for seen in part.runs() {
        assert_eq!(seen.beliefs("virginia")[0], (326.0, false));
        assert_eq!(seen.beliefs("tokyo")[0], (332.0, false));
        assert_eq!(seen.only_place("Japan", 1_199.0), "Tokyo");
    }
    part.all_end("Japan", Read, 300, 1_200, &["timed out at Tokyo"]);
    // Shallow checks save the reads, if not the writes: nothing is promoted here.
    let shallow = changed("deep-writes", &[(", deep: [Writes(\"orders\")]", "")]);
    shallow.all_end("Japan", Read, 340, 1_200, &["N. Virginia"]);
    shallow.all_end("Japan", Write, 340, 1_200, &["timed out at N. Virginia"]);
}

/// The replica reaches an age of 10 s within 10 s of the cut, less the lag that it had: probes of 310 s, 320 s and 330 s fail,
/// or those of 300 s on if it was 10 s old already (it never is).
#[test]
fn a_check_on_lag_empties_a_region_that_a_check_on_reads_keeps() {
    let part = part("deep-lag");
    part.beliefs("tokyo", &[]);
    part.beliefs("reads", &[]);
    part.journey("Coast", &[(0.0, "N. Virginia"), (330.0, "Tokyo"), (920.0, "N. Virginia")]);
    part.all_end("Coast", Read, 0, 1_800, &["N. Virginia", "Tokyo"]);
}

/// Application Load Balancer: 2 failures, 30 s apart; 5 successes, 30 s apart. Empty: by one edition unhealthy, by another healthy.
#[test]
fn a_load_balancer_without_targets_is_what_the_switch_says() {
    let (unhealthy, healthy) = (part("targets-gone"), part("targets-gone-healthy"));
    unhealthy.journey("Japan", &[(0.0, "Tokyo"), (330.0, "N. Virginia"), (1_020.0, "Tokyo")]);
    unhealthy.all_end("Japan", Read, 300, 330, &["refused at Tokyo"]);
    unhealthy.all_end("Japan", Read, 330, 1_020, &["N. Virginia"]);
    healthy.journey("Japan", &[(0.0, "Tokyo")]);
    healthy.all_end("Japan", Read, 300, 900, &["refused at Tokyo"]);
    // The switch is about emptiness alone: a region that is dark is unhealthy in both readings.
    let gone = "TargetsGone(region: \"ap-northeast-1\"";
    changed("targets-gone-healthy", &[(gone, "RegionOutage(region: \"ap-northeast-1\"")])
        .beliefs("tokyo", &[(335.0, false), (1_020.0, true)]);
}
