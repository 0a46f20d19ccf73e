//! Probabilistically bounded staleness: quorums message by message, against curves, tables and integrals of others.
//!
//! ```text
//!  write --W--> replicas --A--> acknowledged (the W-th)      threshold of a read: the least time after the acknowledgement
//!  read  --R--> replicas --S--> answered (the R-th)          at which it would have seen the write
//! ```

use super::case::Case;
use super::domain::{Domain, Input, Is, may, unless};
use super::plan::{Draw, Plan, Record, Statistic};
use super::quorums::Quorums;
use super::{Family, Mistake};
use crate::trace::Trace;

pub const FAMILY: Family = Family {
    key: "quorums",
    title: "P. Quorums: probabilistically bounded staleness",
    file: "src/validation/vectors/quorums.jsonl",
    cases: include_str!("vectors/quorums.jsonl"),
    plan: |case| plan(case).map(Plan::Drawn),
    unexpressed: &[],
    domains: DOMAINS,
    mistakes,
};

const MODEL: Input =
    may("model", Is::Word(&["LNKD-SSD", "LNKD-DISK", "YMMR-3.50", "YMMR-3.35", "WAN"]));
const INPUTS: &[Input] = &[
    MODEL,
    may("write_rate", Is::Number(1e-3, 1e3)),
    may("other_rate", Is::Number(1e-3, 1e3)),
    may("N", Is::Whole(1, 20)),
    may("R", Is::Whole(1, 20)),
    may("W", Is::Whole(1, 20)),
    may("quorum", Is::Whole(1, 20)),
    may("operation", Is::Word(&["read", "write"])),
    may("t_ms", Is::Number(0.0, 1e5)),
];
const READS: &[&str] = &["share", "seen", "mean", "sd", "var", "p50", "p90", "p95", "p99", "p999"];

const DOMAINS: &[Domain] = &[
    Domain { group: "P1", reads: READS, inputs: INPUTS, also: quorum_fits },
    Domain { group: "P2", reads: READS, inputs: INPUTS, also: quorum_fits },
    Domain { group: "P3", reads: READS, inputs: INPUTS, also: quorum_fits },
    Domain { group: "P4", reads: READS, inputs: INPUTS, also: quorum_fits },
    Domain { group: "P5", reads: READS, inputs: INPUTS, also: quorum_fits },
];

/// The messages' laws are those of a model, or exponential with two rates a millisecond; no quorum is larger than its replicas.
fn quorum_fits(case: &Case) -> Option<String> {
    let has = |name: &str| !case.inputs[name].is_null();
    let copies = case.perhaps("N").unwrap_or(3.0);
    let is_rated = has("write_rate") && has("other_rate") && has("N");
    let largest =
        ["R", "W", "quorum"].iter().filter_map(|name| case.perhaps(name)).fold(0.0, f64::max);
    let rules = [
        (
            has("model") != has("write_rate"),
            "the distributions of messages are those of a model, or have write_rate, other_rate and N",
        ),
        (has("model") || is_rated, "write_rate asks for other_rate and N"),
        (has("R") == has("W"), "R and W come together"),
        (
            has("R") || has("operation") && has("quorum"),
            "a quorum is R and W, or an operation with its quorum",
        ),
        (largest <= copies, "R, W and quorum are at most N (3 where it is not written)"),
        (case.inputs["model"] != "WAN" || copies == 3.0, "the model WAN is about three replicas"),
        (
            (case.second() == "share") == has("t_ms"),
            "t_ms belongs to \"share\", and \"share\" to t_ms",
        ),
    ];
    rules.into_iter().find_map(|(holds, reason)| unless(holds, reason))
}

/// Runs of [`KEYS`] writes with a read each.
const RUNS: u64 = 20;
/// A 99.9th percentile of fewer is no number.
const LEAST: u64 = 10;
const KEYS: u64 = 10_000;

/// In milliseconds: a read's threshold, a read's latency, a write's latency. A row has what the n-th of each told; that it is not of one key
/// does not matter, since each is looked at alone. Operations that the end of the run cuts off are left out.
const FOLLOWED: Record = Record { name: "followed", of: followed };

fn followed(trace: &Trace) -> Vec<Vec<f64>> {
    let tally = &trace.quorums[0];
    assert_eq!((tally.unavailable_reads, tally.unavailable_writes), (0, 0), "nothing is refused");
    let pairs = tally.reads.iter().zip(&tally.writes);
    pairs
        .map(|(read, write)| {
            [read.threshold, read.latency, *write].map(|time| time.seconds() * 1e3).to_vec()
        })
        .collect()
}

/// What a case looks at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Threshold = 0,
    Read = 1,
    Write = 2,
}

fn plan(case: &Case) -> Option<Draw> {
    let column = match case.inputs["operation"].as_str() {
        None => Column::Threshold,
        Some("read") => Column::Read,
        Some("write") => Column::Write,
        Some(other) => panic!("there is no operation \"{other}\""),
    };
    Some(read_off(case, &quorums(case, column), column))
}

/// The quorum of a case. Latency depends on the size of its own quorum alone: cases that name no other share the runs of the
/// curves, with a quorum of one for the other operation.
fn quorums(case: &Case, column: Column) -> Quorums {
    let (read, write) = match (case.perhaps("R"), column) {
        (Some(_), _) => (case.whole("R"), case.whole("W")),
        (None, Column::Write) => (1, case.whole("quorum")),
        (None, _) => (case.whole("quorum"), 1),
    };
    let of_size = Quorums { read, write, keys: KEYS, ..Quorums::default() };
    if let Some(writes) = case.perhaps("write_rate") {
        let law = |rate: f64| format!("Exponential(mean: \"{}us\")", 1_000.0 / rate);
        let other = law(case.number("other_rate"));
        let fields =
            format!("write: {}, ack: {other}, read: {other}, response: {other},", law(writes));
        return Quorums { copies: case.whole("N"), fields, ..of_size };
    }
    let preset = preset(case.text("model"));
    let fields = match case.perhaps("N") {
        Some(copies) if copies != 3.0 => format!("copies: {copies},"),
        _ => String::new(),
    };
    Quorums { preset, is_wide: preset == "pbs-wan", fields, ..of_size }
}

fn preset(model: &str) -> &'static str {
    match model {
        "LNKD-SSD" => "pbs-lnkd-ssd",
        "LNKD-DISK" => "pbs-lnkd-disk",
        "YMMR-3.50" => "pbs-ymmr",
        "YMMR-3.35" => "pbs-ymmr-printed",
        "WAN" => "pbs-wan",
        other => panic!("there is no model \"{other}\""),
    }
}

/// A share by a time, or a quantile.
fn read_off(case: &Case, quorums: &Quorums, column: Column) -> Draw {
    let draw = Draw { least: LEAST, ..Draw::new(quorums.text(), RUNS, FOLLOWED) };
    match (case.second(), case.perhaps("t_ms")) {
        // Times are whole nanoseconds; the case's may be rounded.
        ("share", Some(by)) => draw.pick(move |row| Some(f64::from(row[column as usize] <= by))),
        ("seen", _) => {
            draw.pick(move |row| Some(row[column as usize])).statistic(Statistic::Quantile(0.999))
        }
        _ => draw.pick(move |row| Some(row[column as usize])).statistic(Statistic::named(case)),
    }
}

// ---- mistakes ----

fn mistakes(case: &Case) -> Vec<Mistake> {
    let right = quorums(case, Column::Threshold);
    let mistaken = |mistake, draw: Draw| vec![Mistake { mistake, plan: Plan::Drawn(draw) }];
    match case.id.as_str() {
        // With R = 1 that turns the curve upside down.
        "P3.share.LNKD-DISK.3" => {
            let reversed =
                read_off(case, &right, Column::Threshold).pick(|row| Some(f64::from(row[0] > 0.0)));
            mistaken("consistent when the write comes later", reversed)
        }
        "P1.share.LNKD-DISK.1.2.0" => {
            let confused = Quorums { read: right.write, write: right.read, ..right };
            mistaken("R and W are confused", read_off(case, &confused, Column::Threshold))
        }
        "P3.p999.LNKD-DISK.3" => {
            // One batch of a thousand reads after the other, each a millisecond later; the paper's were larger.
            let draw = read_off(case, &right, Column::Threshold)
                .statistic(Statistic::FirstPassage { n: 1_000, share: 0.999 });
            mistaken("the first crossing taken for the quantile", Draw { least: 100, ..draw })
        }
        "P3.share.YMMR-3.50.3" => {
            let printed = Quorums { preset: "pbs-ymmr-printed", ..right };
            // So many that the small difference shows by far.
            mistaken(
                "the printed shape of the YMMR distribution",
                Draw { least: 60, ..read_off(case, &printed, Column::Threshold) },
            )
        }
        _ => Vec::new(),
    }
}
