//! `mrsim trace`: one run told fact by fact, each with what caused it; then this run's measures and
//! where its time went.
//!
//! ```text
//!   since fault  since start   #  because  what happened
//!      +0.000 s    300.000 s   1           fault begins: Tokyo (ap-northeast-1) goes dark
//!     +41.213 s    341.213 s   6   <- 1    health check "tokyo" turns unhealthy
//! ```

use super::args::TraceArgs;
use super::facts::entries;
use super::{Failure, Outcome, Terminal, files};
use crate::measure::phases::{self, Phase};
use crate::measure::{ALL, Recovery, Replay, Scope, Served};
use crate::report::Unit;
use crate::report::numbers::{observed, quantity, whole};
use crate::report::text::Look;
use crate::trace::Trace;
use crate::units::Instant;
use crate::world::{self, Stage};
use std::io::Write;

pub fn execute(
    args: &TraceArgs,
    out: &mut dyn Write,
    terminal: &Terminal,
) -> Result<Outcome, Failure> {
    let files = files::chosen(std::slice::from_ref(&args.file), &args.settings);
    let file = &files[0];
    let scenario = files::scenario(file, &args.settings, terminal)?;
    let stage = Stage::new(scenario);
    let trace = world::run(&stage, args.seed, args.run)
        .map_err(|reached| Failure::limit(&reached.into()))?;
    let replay = Replay::new(&trace);
    let look = terminal.look();
    let name = files::name(file);
    writeln!(
        out,
        "{}",
        strong(
            look,
            &format!(
                "{name}: run {} of seed {}, {} facts, {} events",
                args.run,
                args.seed,
                whole(trace.facts.len() as u64),
                whole(trace.events)
            )
        )
    )?;
    facts(&trace, args.all, look, out)?;
    measures(&replay, look, out)?;
    budgets(&replay, look, out)?;
    Ok(Outcome::Done)
}

fn strong(look: Look, text: &str) -> String {
    if look.colour { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_string() }
}

fn facts(trace: &Trace, all: bool, look: Look, out: &mut dyn Write) -> Result<(), Failure> {
    let entries = entries(trace, all, &|at| since_fault(trace, at));
    writeln!(
        out,
        "\n{}",
        strong(
            look,
            &format!(
                "{:>13} {:>12} {:>4}  because  what happened",
                "since fault", "since start", "#"
            )
        )
    )?;
    for (index, entry) in entries.iter().enumerate() {
        let cause = entry
            .cause
            .and_then(|cause| entries.iter().position(|other| other.facts.contains(&cause)));
        let because = cause.map_or(String::new(), |cause| format!("<- {}", cause + 1));
        writeln!(
            out,
            "{:>13} {:>12} {:>4}  {because:<7}  {}",
            since_fault(trace, entry.at),
            seconds(entry.at),
            index + 1,
            entry.what
        )?;
    }
    if entries.is_empty() {
        writeln!(out, "  nothing happened")?;
    }
    Ok(())
}

fn since_fault(trace: &Trace, at: Instant) -> String {
    match trace.cast.first_fault {
        None => "-".to_string(),
        Some(fault) if at >= fault => {
            format!("+{}", seconds(Instant::from_nanos(at.since(fault).as_nanos())))
        }
        Some(fault) => format!("-{}", seconds(Instant::from_nanos(fault.since(at).as_nanos()))),
    }
}

/// Milliseconds are shown of one run: they tell the order of facts, not how sure a number is.
fn seconds(at: Instant) -> String {
    format!("{:.3} s", at.seconds())
}

fn measures(replay: &Replay, look: Look, out: &mut dyn Write) -> Result<(), Failure> {
    writeln!(out, "\n{}", strong(look, "This run's measures"))?;
    let width = ALL.iter().map(|measure| measure.label.chars().count()).max().unwrap_or(0);
    for measure in ALL {
        let value = match measure.of(replay) {
            None => format!("n/a: {}", measure.absent),
            Some(number) if number.is_censored && !measure.beyond.is_empty() => {
                format!("at least {}", observed(number.value, measure.unit))
            }
            Some(number) if number.is_censored => {
                format!("not within {}", crate::report::numbers::duration(number.value))
            }
            Some(number) => observed(number.value, measure.unit),
        };
        writeln!(out, "  {:<width$}  {value}", measure.label)?;
    }
    Ok(())
}

fn budgets(replay: &Replay, look: Look, out: &mut dyn Write) -> Result<(), Failure> {
    writeln!(out, "\n{}", strong(look, "Where this run's time went"))?;
    for served in Served::EVERY {
        let recovery = replay.recovery(Scope::AllUsers, served);
        let words = match (recovery, phases::budget(replay, recovery)) {
            (Recovery::After { time, .. }, Some(budget)) => {
                let spent =
                    Phase::ALL.into_iter().zip(budget).filter(|(_, length)| !length.is_zero());
                let parts: Vec<String> = spent
                    .map(|(phase, length)| {
                        format!("{} {}", phase.name(), quantity(length.seconds(), Unit::Seconds, 3))
                    })
                    .collect();
                format!("{} = {}", quantity(time.seconds(), Unit::Seconds, 3), parts.join(" + "))
            }
            (Recovery::NotWithin { time, .. }, _) => {
                format!("not back within {}", crate::report::numbers::duration(time.seconds()))
            }
            _ => "not interrupted".to_string(),
        };
        writeln!(out, "  {:<13} {words}", served.label())?;
    }
    Ok(())
}
