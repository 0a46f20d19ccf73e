//! The answer on a terminal, for somebody who sees it for the first time: what was asked, which
//! promises hold, how long, how much is lost, where the time goes, what to do next.
//!
//! ```text
//!  title, question, fault
//!  objectives          MET / NOT MET / UNDECIDED, share of runs, because
//!  over runs           recovery time and data loss: median [interval], 95% of runs, worst run
//!  over users          pooled over all runs
//!  phases              a waterfall of text
//!  latency, ledger     a line or two each
//!  consistency         where several regions write: conflicts, stale reads, when all have it
//!  health checks       where one is there to be looked at, or saw a fault that was not there
//!  look at next, what is assumed, digest
//! ```

mod checks;
mod consistency;
mod page;
mod tables;

pub use consistency::{basis, laws};
pub use page::{Look, Tone};

use super::numbers::{duration, plural, with_interval};
use super::{Finding, Report, Unit, Verdict};
pub(super) use page::Page;

/// The whole answer, ending in a line break.
pub fn render(report: &Report, look: Look) -> String {
    let mut page = Page::new(look);
    title(&mut page, report);
    verdicts(&mut page, report);
    tables::over_runs(&mut page, report);
    tables::over_users(&mut page, report);
    tables::phases(&mut page, report);
    tables::latency(&mut page, report);
    tables::ledger(&mut page, report);
    consistency::blocks(&mut page, report);
    tables::quorums(&mut page, report);
    checks::table(&mut page, report);
    next(&mut page, report);
    foot(&mut page, report);
    page.finish()
}

/// Only the verdicts, one line each.
pub fn render_verdicts(report: &Report, look: Look) -> String {
    let mut page = Page::new(look);
    if report.partial {
        page.line(&partial(report));
    }
    verdict_lines(&mut page, report, false);
    page.finish()
}

/// The verdicts with their reasons.
pub fn render_reasons(report: &Report, look: Look) -> String {
    let mut page = Page::new(look);
    if report.partial {
        page.line(&partial(report));
    }
    verdict_lines(&mut page, report, true);
    page.finish()
}

fn title(page: &mut Page, report: &Report) {
    let runs = plural(report.runs_done, "run");
    let line = format!(
        "{}: {runs} of {}, seed {}",
        report.scenario,
        duration(report.run_seconds),
        report.seed
    );
    page.line(&page.paint(Tone::Strong, &line));
    if report.partial {
        page.line(&partial(report));
    }
    page.wrapped("", &report.question);
    for fault in &report.faults {
        page.wrapped("Fault: ", fault);
    }
    if report.faults.is_empty() {
        page.line("Nothing breaks in this scenario.");
    }
    for setting in &report.set {
        page.wrapped("Set: ", setting);
    }
    for warning in &report.warnings {
        page.wrapped("Warning: ", warning);
    }
}

fn partial(report: &Report) -> String {
    format!(
        "PARTIAL: interrupted after {} of {}",
        plural(report.runs_done, "run"),
        plural(report.runs_asked, "run")
    )
}

/// Words and tone of a finding.
pub fn finding_words(finding: Finding) -> (&'static str, Tone) {
    match finding {
        Finding::Met => ("MET", Tone::Good),
        Finding::NotMet => ("NOT MET", Tone::Bad),
        Finding::Undecided => ("UNDECIDED", Tone::Unsure),
        Finding::NoOccasion => ("N/A", Tone::Unsure),
    }
}

/// How sure we are: the share of the runs that met the objective.
pub fn share_words(verdict: &Verdict) -> String {
    match verdict.share_met.as_ref().and_then(|share| with_interval(share, Unit::Share, "?")) {
        Some(share) => format!("{share} of runs"),
        None => "nothing to judge in any run".to_string(),
    }
}

fn verdicts(page: &mut Page, report: &Report) {
    let Some(first) = report.verdicts.first() else { return };
    let rule = format!(
        "met in at least {} of runs, shown at {} confidence",
        per_cent(first.share_asked),
        per_cent(report.confidence)
    );
    page.heading(&format!("Objectives: {rule}"));
    verdict_lines(page, report, true);
}

/// A share that somebody set: 0.95 is "95%", 0.999 is "99.9%".
pub fn per_cent(share: f64) -> String {
    let text = format!("{:.7}", share * 100.0);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

/// Finding, objective and share on one line; the reason below it where it is wanted.
fn verdict_lines(page: &mut Page, report: &Report, with_reason: bool) {
    let widest = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or(0);
    let word =
        widest(&mut report.verdicts.iter().map(|verdict| finding_words(verdict.finding).0.len()));
    let objective =
        widest(&mut report.verdicts.iter().map(|verdict| verdict.objective.chars().count()));
    for verdict in &report.verdicts {
        let (finding, tone) = finding_words(verdict.finding);
        let mark = page.paint(tone, &format!("{finding:<word$}"));
        let promise = page.paint(Tone::Strong, &format!("{:<objective$}", verdict.objective));
        page.line(&format!("  {mark}  {promise}  {}", share_words(verdict)));
        if with_reason {
            page.wrapped(&" ".repeat(word + 4), &verdict.because);
        }
    }
}

fn next(page: &mut Page, report: &Report) {
    if report.next.is_empty() {
        return;
    }
    page.heading("Recommendations");
    for (index, step) in report.next.iter().enumerate() {
        page.wrapped(&format!("  {}. ", index + 1), step);
    }
}

fn foot(page: &mut Page, report: &Report) {
    page.gap();
    let assumed = report.sources.iter().filter(|source| source.assumption).count();
    if assumed > 0 {
        let verb = if assumed == 1 { "rests on an assumption" } else { "rest on assumptions" };
        page.wrapped(
            "",
            &format!(
                "{} {verb}: report.md lists each with its source.",
                plural(assumed as u64, "default")
            ),
        );
    }
    page.line(&page.paint(Tone::Faint, &format!("digest {}", report.digest)));
}

/// The file of a scenario, as it stands in a command, with the variant that was chosen.
pub fn file_of(scenario: &str, folder: &str) -> String {
    match scenario.split_once('#') {
        Some((stem, variant)) => format!("{folder}{stem}.ron#{variant}"),
        None => format!("{folder}{scenario}.ron"),
    }
}

/// What was set, as arguments of a command, each behind a space.
pub fn settings(set: &[String]) -> String {
    set.iter().map(|setting| format!(" --set {}", quoted(setting))).collect()
}

/// A word for a shell, in quotes where it needs them.
pub fn quoted(word: &str) -> String {
    let is_plain =
        !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || "-_./=:,+@%".contains(c));
    if is_plain { word.to_string() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}
