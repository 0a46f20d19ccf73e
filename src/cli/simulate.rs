//! A campaign with somebody watching: progress on a terminal, and Ctrl-C that keeps what is done.

use super::args::Sampling;
use super::{Failure, Terminal};
use crate::campaign::Stopped;
use crate::campaign::{self, Observer, Settings};
use crate::report::Report;
use crate::report::comparison::Comparison;
use crate::report::dossier::Dossier;
use crate::report::dossier::answers::Answer;
use crate::scenario::Scenario;
use crate::validation::brought::Brought;
use crate::validation::{self, Effort, Part};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Most runs of one campaign: their numbers are kept in memory, some kilobytes each.
const RUN_LIMIT: u64 = 1_000_000;
/// Most runs of a case, in multiples of the usual ones: memory grows with them.
const SCALE_LIMIT: f64 = 10.0;
/// More threads than any machine has cores.
const THREAD_LIMIT: u16 = 1_024;

/// Set by the first Ctrl-C.
static STOP: AtomicBool = AtomicBool::new(false);

/// Refuses what would exceed a limit, before any work.
pub fn refuse_excess(sampling: &Sampling) -> Result<(), Failure> {
    if sampling.runs > RUN_LIMIT {
        return Err(Failure::Limit(format!(
            "error: {} runs are more than the limit of {RUN_LIMIT}\nhelp: ask for fewer, or split them over several --seed",
            sampling.runs
        )));
    }
    if sampling.threads > THREAD_LIMIT {
        return Err(Failure::Limit(format!(
            "error: {} threads are more than the limit of {THREAD_LIMIT}\nhelp: leave --threads out to use every core",
            sampling.threads
        )));
    }
    Ok(())
}

/// Refuses more threads than any machine has cores, and efforts that are none or too much.
pub fn refuse_effort(scale: f64, threads: u16) -> Result<(), Failure> {
    if !(scale > 0.0 && scale.is_finite()) {
        return Err(Failure::Invalid(format!(
            "error: a scale of {scale} is no share of the runs\nhelp: 1 takes all runs, 0.1 a tenth"
        )));
    }
    if scale > SCALE_LIMIT {
        return Err(Failure::Limit(format!(
            "error: a scale of {scale} is more than the limit of {SCALE_LIMIT}\nhelp: 1 takes all runs, in some minutes"
        )));
    }
    refuse_excess(&Sampling { runs: 1, seed: 0, threads, quiet: true })
}

/// Refuses a comparison of so many designs that would keep more than the runs of one campaign.
pub fn refuse_excess_of(designs: usize, sampling: &Sampling) -> Result<(), Failure> {
    if sampling.runs.saturating_mul(designs as u64) <= RUN_LIMIT {
        return Ok(());
    }
    Err(Failure::Limit(format!(
        "error: {} runs of each of {designs} scenarios are together more than the limit of {RUN_LIMIT}\nhelp: ask for fewer runs, or compare fewer scenarios",
        sampling.runs
    )))
}

/// Runs the campaign.
pub fn simulate(
    name: &str,
    scenario: &Arc<Scenario>,
    sampling: &Sampling,
    terminal: &Terminal,
) -> Result<Report, Failure> {
    refuse_excess(sampling)?;
    watched(name, sampling, terminal, |settings, watcher| {
        campaign::run(name, scenario, settings, watcher)
    })
}

/// Runs a campaign of every design, by name, with common random numbers.
pub fn compare(
    designs: &[(String, Arc<Scenario>)],
    sampling: &Sampling,
    terminal: &Terminal,
) -> Result<Comparison, Failure> {
    let name = format!("{} designs", designs.len());
    watched(&name, sampling, terminal, |settings, watcher| {
        campaign::compare(designs, settings, watcher)
    })
}

/// Validates the model in these parts.
pub fn validate(
    parts: &[Part],
    effort: Effort,
    quiet: bool,
    terminal: &Terminal,
) -> Result<Dossier, Failure> {
    listen_for_interrupt();
    let work = parts.iter().map(|part| part.work()).sum();
    let watcher = Watcher {
        bar: if quiet { ProgressBar::hidden() } else { bar("validation", work, "cases", terminal) },
    };
    let result = validation::run_parts(parts, effort, &watcher);
    let took = watcher.bar.elapsed().as_secs_f64();
    watcher.bar.finish_and_clear();
    if !quiet {
        // Of the machine, not of the result: it stands on standard error alone.
        let _ = writeln!(std::io::stderr(), "took {took:.0} s");
    }
    result.map_err(|stopped| Failure::limit(&stopped))
}

/// Measures cases that a user brings; `None`: it was interrupted.
pub fn validate_cases(
    cases: &[Brought],
    effort: Effort,
    quiet: bool,
    terminal: &Terminal,
) -> Option<Vec<Answer>> {
    listen_for_interrupt();
    let watcher = Watcher {
        bar: if quiet {
            ProgressBar::hidden()
        } else {
            bar("cases", cases.len() as u64, "cases", terminal)
        },
    };
    let found = validation::brought::run(cases, effort, &watcher);
    watcher.bar.finish_and_clear();
    found
}

fn watched<R>(
    name: &str,
    sampling: &Sampling,
    terminal: &Terminal,
    work: impl FnOnce(&Settings, &Watcher) -> Result<R, Stopped>,
) -> Result<R, Failure> {
    listen_for_interrupt();
    let settings = Settings {
        seed: sampling.seed,
        runs: sampling.runs,
        threads: usize::from(sampling.threads),
    };
    let watcher = Watcher {
        bar: if sampling.quiet {
            ProgressBar::hidden()
        } else {
            bar(name, sampling.runs, "runs", terminal)
        },
    };
    let result = work(&settings, &watcher);
    watcher.bar.finish_and_clear();
    result.map_err(|stopped| Failure::limit(&stopped))
}

/// True once Ctrl-C was pressed: further campaigns are not begun.
pub fn is_interrupted() -> bool {
    STOP.load(Ordering::SeqCst)
}

struct Watcher {
    bar: ProgressBar,
}

impl Observer for Watcher {
    fn runs_done(&self, done: u64, _asked: u64) {
        self.bar.set_position(done);
    }

    fn wants_stop(&self) -> bool {
        is_interrupted()
    }
}

fn bar(name: &str, length: u64, what: &str, terminal: &Terminal) -> ProgressBar {
    if !terminal.progress {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr());
    let colour = if terminal.error_colour { ".cyan" } else { "" };
    let look =
        format!("{{msg}} {{bar:40{colour}}} {{human_pos}} of {{human_len}} {what}, {{eta}} left");
    if let Ok(style) = ProgressStyle::with_template(&look) {
        bar.set_style(style.progress_chars("█▉▊▋▌▍▎▏ "));
    }
    bar.set_message(name.to_string());
    bar
}

/// The first Ctrl-C asks for an early end, the second ends at once.
#[allow(
    clippy::disallowed_methods,
    reason = "the second Ctrl-C ends at once, from the thread of the handler: no caller is left to return an outcome to"
)]
fn listen_for_interrupt() {
    // A second campaign of one command finds the handler in place: that is fine.
    let _ = ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
        let _ = writeln!(
            std::io::stderr(),
            "\nstopping after the runs under way; Ctrl-C again stops at once"
        );
    });
}
