//! report.md: the complete report for people. It holds nothing of the machine or the day, so the
//! same scenario, seed and number of runs give the same bytes, and a diff shows what a change moved.
//!
//! ```text
//!  verdicts -> how to read it -> over runs -> over users -> phases -> losses -> consistency -> latency
//!           -> populations -> health checks -> charts -> assumptions -> how to reproduce
//! ```

mod consistency;
mod sections;

use super::Report;
use super::numbers::{duration, plural, whole};
use super::table::{Align, Table};
use super::text::{finding_words, per_cent, share_words};

/// A chart that stands beside the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// The file's name, relative to the report.
    pub file: String,
    /// One sentence that says what is seen.
    pub alt: String,
}

/// The whole report, ending in a line break.
pub fn render(report: &Report, images: &[Image]) -> String {
    let mut page = Page::default();
    head(&mut page, report);
    verdicts(&mut page, report);
    next(&mut page, report);
    charts(&mut page, images);
    how_to_read(&mut page, report);
    sections::over_runs(&mut page, report);
    sections::over_users(&mut page, report);
    sections::phases(&mut page, report);
    sections::ledger(&mut page, report);
    consistency::sections(&mut page, report);
    sections::latency(&mut page, report);
    sections::quorums(&mut page, report);
    sections::populations(&mut page, report);
    sections::checks(&mut page, report);
    sections::facts(&mut page, report);
    sections::sources(&mut page, report);
    reproduce(&mut page, report);
    page.text
}

/// Markdown so far.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub text: String,
}

impl Page {
    pub fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    pub fn paragraph(&mut self, text: &str) {
        self.line("");
        self.line(text);
    }

    pub fn heading(&mut self, text: &str) {
        self.paragraph(&format!("## {text}"));
    }

    /// A table whose heads come from a scenario or from the registry.
    pub fn print(&mut self, table: Table) {
        let head: Vec<String> =
            [&table.title].into_iter().chain(&table.head).map(|head| escaped(head)).collect();
        let head: Vec<&str> = head.iter().map(String::as_str).collect();
        self.table(&head, table.rows, table.align == Align::Right);
    }

    /// A table; columns from the second on are set to the right where `right` says so.
    pub fn table(
        &mut self,
        head: &[&str],
        rows: impl IntoIterator<Item = Vec<String>>,
        right: bool,
    ) {
        let rule = |index: usize| if index > 0 && right { "---:" } else { "---" };
        self.paragraph(&format!("| {} |", head.join(" | ")));
        self.line(&format!("| {} |", (0..head.len()).map(rule).collect::<Vec<_>>().join(" | ")));
        for row in rows {
            let cells: Vec<String> = row.iter().map(|cell| escaped(cell)).collect();
            self.line(&format!("| {} |", cells.join(" | ")));
        }
    }
}

/// Text that means itself: names come from a file and must not turn into markup.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let after = rest.peek().copied().unwrap_or(' ');
        // Brackets mean a link only before ( [ or :, and _ means emphasis only at the edge of a word.
        let is_markup = match c {
            '|' | '<' | '*' | '`' | '\\' => true,
            ']' => matches!(after, '(' | '[' | ':'),
            '_' => !(before.is_alphanumeric() && after.is_alphanumeric()),
            _ => false,
        };
        if is_markup {
            safe.push('\\');
        }
        safe.push(if c.is_control() { ' ' } else { c });
        before = c;
    }
    safe
}

fn head(page: &mut Page, report: &Report) {
    page.line(&format!("# {}", escaped(&report.scenario)));
    page.paragraph(&format!("**{}**", escaped(&report.question)));
    if report.partial {
        page.paragraph(&format!(
            "**Partial: interrupted after {} of {}.**",
            plural(report.runs_done, "run"),
            plural(report.runs_asked, "run")
        ));
    }
    let sample = format!(
        "{} of {}, seed {}",
        plural(report.runs_done, "run"),
        duration(report.run_seconds),
        report.seed
    );
    page.paragraph(&format!(
        "{sample}; every interval has {} confidence.",
        per_cent(report.confidence)
    ));
    match report.faults.as_slice() {
        [] => page.paragraph("Nothing breaks in this scenario."),
        faults => {
            page.line("");
            for fault in faults {
                page.line(&format!("- Fault: {}", escaped(fault)));
            }
        }
    }
    for setting in &report.set {
        page.paragraph(&format!("**Set beside the file:** {}", escaped(setting)));
    }
    for warning in &report.warnings {
        page.paragraph(&format!("**Warning:** {}", escaped(warning)));
    }
}

fn verdicts(page: &mut Page, report: &Report) {
    page.heading("Objectives");
    let Some(first) = report.verdicts.first() else {
        page.paragraph("The scenario has no objectives.");
        return;
    };
    page.paragraph(&format!(
        "An objective is met when at least {} of the runs meet it and the sample shows so at {} confidence.",
        per_cent(first.share_asked),
        per_cent(report.confidence)
    ));
    let rows = report.verdicts.iter().map(|verdict| {
        let runs = format!("{} of {}", whole(verdict.runs_met), whole(verdict.runs_with_occasion));
        vec![
            verdict.objective.clone(),
            finding_words(verdict.finding).0.to_string(),
            runs,
            share_words(verdict),
            verdict.because.clone(),
        ]
    });
    page.table(&["objective", "verdict", "runs that met it", "share", "because"], rows, false);
}

fn next(page: &mut Page, report: &Report) {
    if report.next.is_empty() {
        return;
    }
    page.heading("Recommendations");
    page.line("");
    for (index, step) in report.next.iter().enumerate() {
        page.line(&format!("{}. {}", index + 1, escaped(step)));
    }
}

fn charts(page: &mut Page, images: &[Image]) {
    if images.is_empty() {
        return;
    }
    page.heading("Charts");
    for image in images {
        page.paragraph(&format!("![{}]({})", escaped(&image.alt), image.file));
    }
}

fn how_to_read(page: &mut Page, report: &Report) {
    page.heading("How to read it");
    page.line("");
    let lines = [
        "A *run* is one outage: the same design and fault, with newly drawn probe phases, cache ages, lags and delays.",
        "*Over runs*: one number a run, then quantiles of those numbers. *p95* is what all but one outage in twenty stay within.",
        "*Over users (pooled)*: all users of all runs in one pot. A pooled p99 and the p99 of a run's users are different numbers.",
        "*RTO (service)* counts from the start of the fault until enough requests succeed again, and keep succeeding for the hold time.",
        "*RPO* is the age of the oldest acknowledged write that the promoted replica does not have; it is about writes that were lost for good.",
        "Numbers stand with their interval in brackets, to the last digit that the interval supports. *not within ..*: the run ended before; such runs count as infinite, never dropped.",
        "*n/a*: no run gave anything to measure, for the reason that follows; it is not a zero. *needs more runs*: the sample is too small for that bound.",
    ];
    for line in lines {
        page.line(&format!("- {line}"));
    }
    if report.runs_done == 1 {
        page.line("- This is a single run: it shows what can happen, not how likely it is.");
    }
}

fn reproduce(page: &mut Page, report: &Report) {
    page.heading("How to reproduce it");
    page.line("");
    page.line("```sh");
    page.line(&format!(
        "mrsim run {} --runs {} --seed {}{}",
        crate::report::text::quoted(&crate::report::text::file_of(&report.scenario, "scenarios/")),
        report.runs_asked,
        report.seed,
        crate::report::text::settings(&report.set)
    ));
    page.line("```");
    page.line("");
    page.line(
        "The same command gives the same bytes, on any machine and with any number of threads.",
    );
    page.line("");
    page.line(&format!("- digest: `{}` (SHA-256 over every number of every run)", report.digest));
    page.line(&format!(
        "- mrsim {}, schema `{}`: all numbers, unrounded, in [summary.json](summary.json)",
        report.version, report.schema
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_do_not_turn_into_markup() {
        assert_eq!(
            escaped("a|b <i> *x* [y](z) 0% [0%, 1%] set_service_time _e_"),
            "a\\|b \\<i> \\*x\\* [y\\](z) 0% [0%, 1%] set_service_time \\_e\\_"
        );
        assert_eq!(escaped("two\nlines"), "two lines");
    }
}
