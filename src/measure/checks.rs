//! Health checks: how long each takes to see the first fault, and how often it sees one that is not there.

use super::metric::{Fold, Metric, Unit, metric};
use super::{Number, Replay};
use crate::id::AudienceId;
use crate::trace::{Fact, Trace, What};
use crate::units::{Duration, Instant};

/// One check in one run. What counts is its status leaving what it was at the start: an inverted check
/// starts unhealthy and alarms by turning healthy.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CheckNumbers {
    /// Seconds from the first fault until it made the status change; censored where it never did. `None`: nothing
    /// breaks, or the status had changed before.
    pub detection: Option<Number>,
    /// Changes before the first fault, or in the whole run where nothing breaks.
    pub false_alarms: u64,
}

/// What a fault detection is worth knowing of: the numbers of a check, in the order of the report.
pub const CHECK: &[Metric] = &[
    metric(
        "observed",
        Unit::Count,
        "observed only",
        "nothing acts on it: it is there to be looked at",
        Fold::Is(|run, check| run.trace.cast.is_observed[check.0]),
    ),
    metric(
        "occasions",
        Unit::Count,
        "runs with a fault to detect",
        "runs with a fault before which the status had not changed, or had changed back",
        Fold::RunsWith(|run, check| run.check(check).detection.is_some()),
    ),
    metric(
        "seen",
        Unit::Count,
        "runs that detected it",
        "of the runs with a fault to detect, those in which the fault made the status change",
        Fold::RunsWith(|run, check| is_seen(run.check(check))),
    )
    .as_data(),
    metric(
        "share_seen",
        Unit::Share,
        "detected in",
        "`seen` as a share of `occasions` (Clopper-Pearson)",
        Fold::Proportion(|run, check| {
            let numbers = run.check(check);
            (u64::from(is_seen(numbers)), u64::from(numbers.detection.is_some()))
        }),
    )
    .on_screen("")
    .absent("no fault"),
    metric(
        "detection_p50",
        Unit::Seconds,
        "detected after (p50)",
        "from the start of the first fault to that change, seconds: median over the runs with a fault to detect; runs without it count as infinite",
        Fold::Quantile(|run, check| run.check(check).detection, 0.5),
    )
    .on_screen("fault detected after")
    .with_interval()
    .absent("no fault"),
    metric(
        "detection_p95",
        Unit::Seconds,
        "detected after (p95)",
        "time to detection that 5% of the runs with a fault exceed; runs without it count as infinite",
        Fold::Quantile(|run, check| run.check(check).detection, 0.95),
    )
    .on_screen("p95")
    .absent("no fault"),
    metric(
        "false_alarms",
        Unit::Count,
        "false alarms",
        "changes of status before the first fault, in all runs; one that swings counts each time",
        Fold::Total(|run, check| run.check(check).false_alarms),
    ),
    metric(
        "healthy_seconds",
        Unit::Seconds,
        "time without a fault",
        "time before the first fault (the whole run where nothing breaks), in all runs",
        Fold::TotalSeconds(|run, _| healthy_time(run.trace)),
    )
    .as_data(),
    metric(
        "false_alarms_per_30_days",
        Unit::Count,
        "false alarms in 30 days",
        "false alarms in 30 days of such time, with the exact Poisson interval (Garwood), which takes alarms for independent; where none was seen the estimate is 0 and `high` is what can be said",
        Fold::Rate(|run, check| (run.check(check).false_alarms, healthy_time(run.trace)), MONTH_SECONDS),
    )
    .on_screen("")
    .absent("no time without a fault"),
];

/// What rates are counted in: an operator's month.
pub const MONTH_SECONDS: f64 = 30.0 * 86_400.0;

fn is_seen(numbers: CheckNumbers) -> bool {
    numbers.detection.is_some_and(|time| !time.is_censored)
}

/// How long a run is watched before anything breaks. What follows a fault counts for nothing here, even where
/// the fault is over: a status that still swings is no false alarm.
pub fn healthy_time(trace: &Trace) -> Duration {
    trace
        .cast
        .first_fault
        .map_or(trace.cast.run, |fault| fault.min(trace.end()).since(Instant::START))
}

/// The numbers of all checks, in their order.
pub fn checks(run: &Replay) -> Vec<CheckNumbers> {
    let mut walks = vec![Walk::default(); run.trace.cast.checks.len()];
    for fact in &run.trace.facts {
        // Audience 0 hears every checker.
        if let What::BeliefChanged { check, healthy, audience: AudienceId::EVERY } = fact.what {
            walks[check.index()].take(run, fact, healthy);
        }
    }
    walks.into_iter().map(|walk| walk.numbers(run)).collect()
}

/// One check while the facts are walked.
#[derive(Clone, Copy, Debug, Default)]
struct Walk {
    /// The status at the start: the opposite of the first that the check changed to.
    start: Option<bool>,
    was_away: bool,
    false_alarms: u64,
    seen: Option<Instant>,
}

impl Walk {
    fn take(&mut self, run: &Replay, fact: &Fact, healthy: bool) {
        let is_away = healthy != *self.start.get_or_insert(!healthy);
        if run.fault.is_none_or(|fault| fact.at < fault) {
            self.was_away = is_away;
            self.false_alarms += u64::from(is_away);
        } else if is_away && self.seen.is_none() && is_of_a_fault(run.trace, fact) {
            self.seen = Some(fact.at);
        }
    }

    fn numbers(&self, run: &Replay) -> CheckNumbers {
        let detection = run.fault.filter(|_| !self.was_away).map(|fault| match self.seen {
            Some(at) => Number::exact(at.since(fault).seconds()),
            None => Number { value: run.trace.end().since(fault).seconds(), is_censored: true },
        });
        CheckNumbers { detection, false_alarms: self.false_alarms }
    }
}

/// Probes get lost after a fault as before it: an alarm is about a fault only where its causes lead to one.
fn is_of_a_fault(trace: &Trace, fact: &Fact) -> bool {
    let mut root = fact;
    while let Some(cause) = root.cause {
        root = &trace.facts[cause.0 as usize];
    }
    matches!(root.what, What::FaultBegan { .. } | What::FaultEnded { .. })
}
