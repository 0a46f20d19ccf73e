//! Recovery times of the service, and when the facts on the way happened.

use super::replay::Change;
use super::{Measure, Number, Recovery, Replay, Scope, Served};
use crate::report::Unit;
use crate::trace::What;

/// From the start of the fault until the share of served requests stays at the threshold for the hold time.
pub struct Rto {
    served: Served,
    key: &'static str,
    label: &'static str,
}

pub const RTO_SERVICE: Rto =
    Rto { served: Served::All, key: "rto_service", label: "RTO, service (all requests)" };
pub const RTO_READS: Rto = Rto { served: Served::Reads, key: "rto_reads", label: "RTO, reads" };
pub const RTO_WRITES: Rto = Rto { served: Served::Writes, key: "rto_writes", label: "RTO, writes" };

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

impl Measure for Rto {
    fn key(&self) -> &'static str {
        self.key
    }
    fn label(&self) -> &'static str {
        self.label
    }
    fn meaning(&self) -> &'static str {
        "from the start of the fault that interrupted it until the share of served requests stays at the threshold for the hold time; the first interruption"
    }
    fn unit(&self) -> Unit {
        Unit::Seconds
    }
    fn of(&self, run: &Replay) -> Option<Number> {
        seconds(run.recovery(Scope::AllUsers, self.served))
    }
}

/// Seconds from the first fault to the first fact of a kind after it.
fn first_fact(run: &Replay, is_it: impl Fn(&What) -> bool) -> Option<Number> {
    let fault = run.fault?;
    let fact = run.trace.facts.iter().find(|fact| fact.at >= fault && is_it(&fact.what))?;
    Some(Number::exact(fact.at.since(fault).seconds()))
}

/// Fault to the first health check that saw it.
pub struct Detection;

impl Measure for Detection {
    fn key(&self) -> &'static str {
        "detection"
    }
    fn label(&self) -> &'static str {
        "fault to belief (detection)"
    }
    fn meaning(&self) -> &'static str {
        "from the start of the fault until it has changed the status of the first health check on which something acts"
    }
    fn unit(&self) -> Unit {
        Unit::Seconds
    }
    fn of(&self, run: &Replay) -> Option<Number> {
        let seen = super::checks::checks(run)
            .into_iter()
            .zip(&run.trace.cast.is_observed)
            .filter(|(_, is_observed)| !**is_observed);
        seen.filter_map(|(check, _)| check.detection.filter(|time| !time.is_censored))
            .min_by(|a, b| a.value.total_cmp(&b.value))
    }
}

/// Fault to the first promoted replica.
pub struct Promotion;

impl Measure for Promotion {
    fn key(&self) -> &'static str {
        "promotion"
    }
    fn label(&self) -> &'static str {
        "fault to promoted replica"
    }
    fn meaning(&self) -> &'static str {
        "from the start of the fault until the first store has a new writer"
    }
    fn unit(&self) -> Unit {
        Unit::Seconds
    }
    fn of(&self, run: &Replay) -> Option<Number> {
        first_fact(run, |what| matches!(what, What::Promoted { .. }))
    }
}

/// The longest interruption of the service, whichever fault or promotion caused it.
pub struct LongestInterruption;

impl Measure for LongestInterruption {
    fn key(&self) -> &'static str {
        "longest_interruption"
    }
    fn label(&self) -> &'static str {
        "longest interruption"
    }
    fn meaning(&self) -> &'static str {
        "the longest time, after the first fault, for which the share of served requests was below the threshold; later interruptions count as well"
    }
    fn unit(&self) -> Unit {
        Unit::Seconds
    }
    fn of(&self, run: &Replay) -> Option<Number> {
        let end = run.trace.end();
        let length = |(began, back): &(Change, Option<Change>)| match back {
            Some(back) => Number::exact(back.at.since(began.at).seconds()),
            None => Number { value: end.since(began.at).seconds(), is_censored: true },
        };
        run.service_interruptions(Served::All)
            .iter()
            .map(length)
            .max_by(|a, b| a.ordered().total_cmp(&b.ordered()))
    }
}

/// How many interruptions the service had.
pub struct Interruptions;

impl Measure for Interruptions {
    fn key(&self) -> &'static str {
        "interruptions"
    }
    fn label(&self) -> &'static str {
        "interruptions of the service"
    }
    fn meaning(&self) -> &'static str {
        "times that the share of served requests fell below the threshold after the first fault; a return shorter than the hold time does not separate two"
    }
    fn unit(&self) -> Unit {
        Unit::Count
    }
    fn of(&self, run: &Replay) -> Option<Number> {
        run.fault.map(|_| Number::exact(run.service_interruptions(Served::All).len() as f64))
    }
}
