//! The mistakes that are easily made here, and that the tests would find.

use super::curves::{differences, preset_of, rows};
use super::sample::{is_quantile, is_share, milliseconds, preset, share};

fn expected(model: &str, read: &str, write: &str) -> Vec<f64> {
    rows("curve").into_iter().find(|(of, words, _)| *of == model && *words == [read, write]).expect("a row").2
}

#[test]
fn read_and_write_quorum_cannot_be_confused() {
    for model in ["LNKD-DISK", "YMMR-3.50", "WAN", "LNKD-SSD"] {
        let swapped = preset(preset_of(model), 1, 2, 20);
        assert!(differences(&swapped, &expected(model, "1", "2")).is_empty(), "{model}: as it should be");
        assert!(!differences(&swapped, &expected(model, "2", "1")).is_empty(), "{model}: R and W confused");
    }
}

/// Both papers print the condition of consistency as "at most the delay of the write", the wrong way round. With R = 1 that
/// turns every curve upside down.
#[test]
fn the_printed_inequality_is_found_wrong() {
    for model in ["LNKD-SSD", "LNKD-DISK", "YMMR-3.50", "WAN"] {
        let pooled = preset(preset_of(model), 1, 1, 20);
        let reversed = 1.0 - share(&pooled, 0.0);
        assert!(!is_share(reversed, pooled.thresholds.len(), expected(model, "1", "1")[0], 1.1e-4), "{model}: {reversed}");
    }
}

/// The printed shape of the Pareto law of YMMR is not the one behind the printed numbers: 89.3 % at once.
#[test]
fn the_printed_shape_is_found_wrong() {
    let [printed, behind] = ["pbs-ymmr-printed", "pbs-ymmr"].map(|name| preset(name, 1, 1, 50));
    let is_893 = |pooled| (share(pooled, 0.0) - 0.893).abs() <= 0.003;
    assert!(is_893(&behind) && !is_893(&printed), "{} and {}", share(&behind, 0.0), share(&printed, 0.0));
}

/// One batch of reads after the other, each a millisecond later, until one shows 99.9 %: too early. The quantile is not.
#[test]
fn a_first_passage_is_no_quantile() {
    let pooled = preset("pbs-lnkd-disk", 1, 1, 50);
    let batches = pooled.thresholds.chunks(5_000);
    let passes = |(at, batch): (usize, &[u64])| {
        let seen = batch.iter().filter(|threshold| **threshold <= milliseconds(at as f64).as_nanos()).count();
        (seen as f64 >= 0.999 * batch.len() as f64).then_some(at as f64)
    };
    let first = batches.enumerate().find_map(passes).expect("one batch passes");
    assert!(is_quantile(&pooled.thresholds, 0.999, 52.148, 0.0), "the quantile is right");
    assert!(!is_quantile(&pooled.thresholds, 0.999, first, 0.0), "the first passage at {first} ms is not");
    assert!(first < 52.148, "and too early: {first} ms");
}
