//! The table of health checks in report.md.

use super::super::numbers::{Cells, observed, percent, rate, trimmed, whole, with_interval};
use super::super::{CheckRow, Report, Unit};
use super::Page;

/// How soon each check sees a fault, and how often one that is not there.
pub fn table(page: &mut Page, report: &Report) {
    let Some(first) = report.checks.first() else { return };
    page.heading("Health checks");
    let watched = match first.healthy_seconds {
        seconds if seconds > 0.0 => format!("all runs together have {} of it", trimmed(seconds)),
        _ => "these runs have none of it".to_string(),
    };
    page.paragraph(&format!(
        "*Seen*: from the start of the first fault until it made the status of the check change; a run in which it never did counts as infinite, one in which \
         the status had already changed before the fault is left out. *False alarm*: the status changed before the first fault; only that time counts, and \
         {watched}. An inverted check counts by leaving the status that it has at the start. Rates stand with their exact Poisson interval, which takes alarms \
         for independent of each other."
    ));
    let cells = Cells::of(report);
    let rows = report.checks.iter().map(|check| {
        let [median, worst] =
            [&check.detection_p50, &check.detection_p95].map(|quantile| match quantile {
                None => "no occasion".to_string(),
                Some(_) if check.seen == 0 => "never seen".to_string(),
                Some(quantile) => with_interval(quantile, Unit::Seconds, &cells.beyond)
                    .unwrap_or_else(|| cells.beyond.clone()),
            });
        let rate = check
            .false_alarms_per_30_days
            .as_ref()
            .map_or("no time without a fault".to_string(), rate);
        let acts = if check.observed { "no" } else { "yes" };
        vec![
            check.name.clone(),
            acts.to_string(),
            median,
            worst,
            seen(check),
            observed(check.false_alarms as f64, Unit::Count),
            rate,
        ]
    });
    page.table(
        &[
            "check",
            "acted on",
            "fault seen after (median of runs)",
            "the worst 5% of runs",
            "runs that saw it",
            "false alarms",
            "false alarms in 30 days",
        ],
        rows,
        true,
    );
}

fn seen(check: &CheckRow) -> String {
    match (check.occasions, &check.share_seen) {
        (0, _) | (_, None) => "no occasion".to_string(),
        (occasions, Some(share)) => {
            let bounds = with_interval(share, Unit::Share, "?")
                .unwrap_or_else(|| percent(check.seen as f64 / occasions as f64, 2));
            format!("{} of {}: {bounds}", whole(check.seen), whole(occasions))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Interval;

    #[test]
    fn a_share_stands_with_its_counts() {
        let share_seen = Some(Interval { low: Some(0.9963), estimate: Some(1.0), high: Some(1.0) });
        let check = CheckRow {
            name: "tokyo".into(),
            observed: true,
            occasions: 1_000,
            seen: 1_000,
            share_seen,
            detection_p50: None,
            detection_p95: None,
            false_alarms: 0,
            healthy_seconds: 0.0,
            false_alarms_per_30_days: None,
        };
        assert_eq!(seen(&check), "1,000 of 1,000: 100% [99.63%, 100%]");
        assert_eq!(seen(&CheckRow { occasions: 0, ..check }), "no occasion");
    }
}
