//! Addresses of a writer: caches that learn of a new one one by one, and records that wait for their control plane.

use super::watch::{Seen, changed, part};
use super::writers::roles;
use mrsim::id::StoreId;
use mrsim::measure::Replay;
use mrsim::measure::loss::Ledger;
use mrsim::trace::Operation::Write;
use mrsim::trace::What;

/// By region of the scenario: when its caches learned of the new writer, with the share that had then.
pub fn endpoint_moves(seen: &Seen) -> Vec<Vec<(f64, f64)>> {
    let mut moved = vec![Vec::new(); seen.scenario.regions.len()];
    let of = |what: &What| {
        if let What::EndpointMoved { region, share, .. } = *what {
            Some((region.index(), share.as_f64()))
        } else {
            None
        }
    };
    for (at, (region, share)) in seen.when(of) {
        moved[region].push((at, share));
    }
    moved
}

/// How long the old address was held between two instants, in seconds x the share of the caches that held it.
pub fn held(moves: &[(f64, f64)], from: f64, to: f64) -> f64 {
    // Each move shortens what is held by the share that it adds, from its instant to the end.
    let before = std::iter::once(0.0).chain(moves.iter().map(|(_, share)| *share));
    moves.iter().zip(before).fold(to - from, |held, ((at, share), before)| {
        held - (share - before) * (to - at.clamp(from, to))
    })
}

/// Promoted at 360 s, and the record is changed at 480 s: nobody has the address before, each of forty instances asks within a minute, and
/// writes that arrive are as many as the share of those that have asked says.
#[test]
fn a_region_finds_a_new_writer_instance_by_instance_once_the_record_is_changed() {
    let part = part("endpoint-caches");
    part.all_end("America", Write, 300, 480, &["timed out at N. Virginia"]);
    part.all_end("America", Write, 540, 900, &["N. Virginia"]);
    for seen in part.runs() {
        let facts = seen.when(|what| match what {
            What::Promoted { .. } => Some("promoted"),
            What::EndpointBlocked { .. } => Some("blocked"),
            What::EndpointRewritten { .. } => Some("rewritten"),
            _ => None,
        });
        assert_eq!(facts, [(360.0, "promoted"), (360.0, "blocked"), (480.0, "rewritten")]);
        let moves = &endpoint_moves(&seen)[1];
        assert!(moves.len() == 40 && moves[0].0 > 480.0 && moves[39].0 <= 540.0, "{moves:?}");
        assert!(
            (1..=40)
                .zip(moves)
                .all(|(asked, (_, share))| (share - f64::from(asked) / 40.0).abs() < 1e-6),
            "{moves:?}"
        );
        let failed: u64 = seen
            .endings("America", Write, 480, 540)
            .iter()
            .filter(|(words, _)| *words != "N. Virginia")
            .map(|(_, requests)| requests)
            .sum();
        let expected = held(moves, 480.0, 540.0) * 100_000.0 * 40.0 / 3_600.0;
        assert!(
            (failed as f64 - expected).abs() < 5.0 * expected.sqrt(),
            "{failed} failed, expected {expected}"
        );
    }
}

/// Where fencing fails and the record cannot be changed before 600 s, applications go on writing to the old writer until then, and by way
/// of the last cache until a TTL later: that is the end of it.
#[test]
fn a_fence_that_failed_waits_for_a_record_that_waits() {
    let impaired =
        "faults: [\n        ControlPlaneImpaired(plane: Names, at: \"400s\", duration: \"200s\"),";
    for seen in changed(
        "split-brain",
        &[("fencing: \"20s\"", "fencing_fails: \"100%\""), ("faults: [", impaired)],
    )
    .runs()
    {
        let last =
            endpoint_moves(&seen).iter().flatten().fold(0.0f64, |last, (at, _)| last.max(*at));
        assert!(last > 640.0 && last <= 660.0, "{last}");
        assert_eq!(roles(&seen), [(360.0, "ordered"), (420.0, "promoted"), (last, "fenced")]);
        let seconds: f64 =
            endpoint_moves(&seen).iter().map(|moves| held(moves, 420.0, 660.0)).sum();
        let expected = seconds * 100_000.0 * 40.0 / 3_600.0;
        let ledger = Ledger::of(&Replay::new(seen.trace), StoreId(0));
        assert!(
            seconds > 2.0 * 200.0
                && (ledger.forked as f64 - expected).abs() < 5.0 * expected.sqrt(),
            "{} forked, expected {expected}",
            ledger.forked
        );
    }
}
