//! The table of quorum stores in report.md.

use super::super::numbers::{whole, with_interval};
use super::super::{Interval, Report, Unit};
use super::{Page, escaped};

/// How soon a write is seen, and how long operations take.
pub fn table(page: &mut Page, report: &Report) {
    if report.quorums.is_empty() {
        return;
    }
    page.heading("Quorums");
    page.paragraph(
        "Operations that were followed message by message, pooled over all runs. *Seen*: of reads sent so long after the acknowledgement of a write, those that \
         see it by its own messages alone. *Stale*: reads that did not see it when they came, hints and repairs included. Latency is that of coordinator and \
         replicas, without the way to the user. Intervals take operations for independent, which those of one outage are not.",
    );
    let cell = |interval: &Option<Interval>, unit: Unit| match interval {
        None => "no occasion".to_string(),
        Some(interval) => {
            with_interval(interval, unit, "needs more runs").unwrap_or_else(|| "never".to_string())
        }
    };
    let rows: Vec<(&str, Vec<String>)> = vec![
        ("followed writes", report.quorums.iter().map(|row| whole(row.writes)).collect()),
        ("followed reads", report.quorums.iter().map(|row| whole(row.reads)).collect()),
        (
            "seen at once",
            report.quorums.iter().map(|row| cell(&row.at_once, Unit::Share)).collect(),
        ),
        (
            "seen 10 ms later",
            report.quorums.iter().map(|row| cell(&row.after_10_ms, Unit::Share)).collect(),
        ),
        (
            "seen 100 ms later",
            report.quorums.iter().map(|row| cell(&row.after_100_ms, Unit::Share)).collect(),
        ),
        (
            "seen by 99.9% after",
            report
                .quorums
                .iter()
                .map(|row| cell(&row.seen_p999_milliseconds, Unit::Milliseconds))
                .collect(),
        ),
        (
            "stale reads",
            report.quorums.iter().map(|row| cell(&row.share_stale, Unit::Share)).collect(),
        ),
        (
            "read latency, median",
            report
                .quorums
                .iter()
                .map(|row| cell(&row.read_p50_milliseconds, Unit::Milliseconds))
                .collect(),
        ),
        (
            "read latency, 99.9%",
            report
                .quorums
                .iter()
                .map(|row| cell(&row.read_p999_milliseconds, Unit::Milliseconds))
                .collect(),
        ),
        (
            "write latency, median",
            report
                .quorums
                .iter()
                .map(|row| cell(&row.write_p50_milliseconds, Unit::Milliseconds))
                .collect(),
        ),
        (
            "write latency, 99.9%",
            report
                .quorums
                .iter()
                .map(|row| cell(&row.write_p999_milliseconds, Unit::Milliseconds))
                .collect(),
        ),
        (
            "reads refused: too few replicas",
            report
                .quorums
                .iter()
                .map(|row| cell(&row.share_unavailable_reads, Unit::Share))
                .collect(),
        ),
        (
            "writes refused: too few replicas",
            report
                .quorums
                .iter()
                .map(|row| cell(&row.share_unavailable_writes, Unit::Share))
                .collect(),
        ),
    ];
    let names: Vec<String> = report.quorums.iter().map(|row| escaped(&row.store)).collect();
    let head: Vec<&str> = std::iter::once("").chain(names.iter().map(String::as_str)).collect();
    page.table(
        &head,
        rows.into_iter()
            .map(|(name, cells)| std::iter::once(name.to_string()).chain(cells).collect()),
        true,
    );
}
