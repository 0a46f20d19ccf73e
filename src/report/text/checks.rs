//! Health checks in the text answer: only where one is there to be looked at, or saw what was not there.

use super::page::Page;
use crate::report::numbers::Cells;
use crate::report::{Report, sections};

/// How soon each check sees a fault, and how often one that is not there.
pub fn table(page: &mut Page, report: &Report) {
    let some_are_observed = report.checks.iter().any(|check| check.numbers.flag("observed"));
    if !some_are_observed
        && report.checks.iter().all(|check| check.numbers.count("false_alarms") == 0)
    {
        return;
    }
    let mut checks = sections::checks(report);
    for (name, numbers) in &mut checks.rows {
        if some_are_observed && !numbers.flag("observed") {
            name.push_str(" (acted on)");
        }
    }
    page.things(&checks, "Health checks", &Cells::of(report));
}
