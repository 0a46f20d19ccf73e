//! Recovery times of the service, and when the facts on the way happened.

use super::metric::{Fold, Metric, Unit, metric};
use super::replay::Change;
use super::{Number, Recovery, Replay, Scope, Served};
use crate::trace::What;

/// From the start of the fault until the share of served requests stays at the threshold for the hold time.
const fn rto(key: &'static str, label: &'static str, fold: Fold) -> Metric {
    let meaning = "from the start of the fault that interrupted it until the share of served requests stays at the threshold for the hold time; the first interruption";
    metric(key, Unit::Seconds, label, meaning, fold).on_screen("").absent("no interruption")
}

pub const RTO_SERVICE: Metric = rto(
    "rto_service",
    "RTO, service (all requests)",
    Fold::Spread(|run, _| seconds(run.recovery(Scope::AllUsers, Served::All))),
);
pub const RTO_READS: Metric = rto(
    "rto_reads",
    "RTO, reads",
    Fold::Spread(|run, _| seconds(run.recovery(Scope::AllUsers, Served::Reads))),
);
pub const RTO_WRITES: Metric = rto(
    "rto_writes",
    "RTO, writes",
    Fold::Spread(|run, _| seconds(run.recovery(Scope::AllUsers, Served::Writes))),
);

/// A recovery as a number in seconds.
pub fn seconds(recovery: Recovery) -> Option<Number> {
    match recovery {
        Recovery::NoInterruption => None,
        Recovery::After { time, .. } => Some(Number::exact(time.seconds())),
        Recovery::NotWithin { time, .. } => {
            Some(Number { value: time.seconds(), is_censored: true })
        }
    }
}

/// Seconds from the first fault to the first fact of a kind after it.
fn first_fact(run: &Replay, is_it: impl Fn(&What) -> bool) -> Option<Number> {
    let fault = run.fault?;
    let fact = run.trace.facts.iter().find(|fact| fact.at >= fault && is_it(&fact.what))?;
    Some(Number::exact(fact.at.since(fault).seconds()))
}

/// Fault to the first health check that saw it.
pub const DETECTION: Metric = metric(
    "detection",
    Unit::Seconds,
    "fault to detection",
    "from the start of the fault until it has changed the status of the first health check on which something acts",
    Fold::Spread(|run, _| {
        let seen = run.checks().iter().zip(&run.trace.cast.is_observed);
        seen.filter(|(_, is_observed)| !**is_observed)
            .filter_map(|(check, _)| check.detection.filter(|time| !time.is_censored))
            .min_by(|a, b| a.value.total_cmp(&b.value))
    }),
)
.absent("nothing detected");

/// Fault to the first promoted replica.
pub const PROMOTION: Metric = metric(
    "promotion",
    Unit::Seconds,
    "fault to promoted replica",
    "from the start of the fault until the first store has a new writer",
    Fold::Spread(|run, _| first_fact(run, |what| matches!(what, What::Promoted { .. }))),
)
.absent("no promotion");

/// The longest interruption of the service, whichever fault or promotion caused it.
pub const LONGEST_INTERRUPTION: Metric = metric(
    "longest_interruption",
    Unit::Seconds,
    "longest interruption",
    "the longest time, after the first fault, for which the share of served requests was below the threshold; later interruptions count as well",
    Fold::Spread(|run, _| {
        let end = run.trace.end();
        let length = |(began, back): &(Change, Option<Change>)| match back {
            Some(back) => Number::exact(back.at.since(began.at).seconds()),
            None => Number { value: end.since(began.at).seconds(), is_censored: true },
        };
        run.service_interruptions(Served::All)
            .iter()
            .map(length)
            .max_by(|a, b| a.ordered().total_cmp(&b.ordered()))
    }),
)
.absent("no interruption");

/// How many interruptions the service had.
pub const INTERRUPTIONS: Metric = metric(
    "interruptions",
    Unit::Count,
    "interruptions of the service",
    "times that the share of served requests fell below the threshold after the first fault; a return shorter than the hold time does not separate two",
    Fold::Spread(|run, _| {
        run.fault.map(|_| Number::exact(run.service_interruptions(Served::All).len() as f64))
    }),
)
.absent("nothing breaks");
