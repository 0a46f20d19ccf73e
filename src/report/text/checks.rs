//! Health checks in the text answer: only where somebody asked for them, or one saw what was not there.

use super::page::Page;
use crate::report::numbers::{Cells, estimate, percent, rate, with_interval};
use crate::report::{CheckRow, Report, Unit};

/// How soon each check sees a fault, and how often one that is not there.
pub fn table(page: &mut Page, report: &Report) {
    let some_are_observed = report.checks.iter().any(|check| check.observed);
    if !some_are_observed && report.checks.iter().all(|check| check.false_alarms == 0) {
        return;
    }
    let cells = Cells::of(report);
    let row = |check: &CheckRow| {
        let name = if some_are_observed && !check.observed {
            format!("  {} (acted on)", check.name)
        } else {
            format!("  {}", check.name)
        };
        let [median, worst] = match (check.detection_p50, check.detection_p95) {
            (Some(_), Some(_)) if check.seen == 0 => ["never".to_string(), String::new()],
            (Some(median), Some(worst)) => [
                with_interval(&median, Unit::Seconds, &cells.beyond)
                    .unwrap_or_else(|| cells.beyond.clone()),
                estimate(&worst, Unit::Seconds).unwrap_or_else(|| cells.beyond.clone()),
            ],
            _ => ["no occasion".to_string(), String::new()],
        };
        let seen = if check.occasions == 0 {
            String::new()
        } else {
            percent(check.seen as f64 / check.occasions as f64, 2)
        };
        let rate = check
            .false_alarms_per_30_days
            .as_ref()
            .map_or("no time without a fault".to_string(), rate);
        vec![name, median, worst, seen, rate]
    };
    let head =
        ["Health checks", "fault seen after", "95% of runs", "in runs", "false alarms in 30 days"];
    page.table(&head, report.checks.iter().map(row).collect(), &[1, 2, 3, 4]);
}
