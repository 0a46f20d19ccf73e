//! Recovery times of the service, and when the facts on the way happened.

use super::{Measure, Number, Recovery, Replay, Scope, Served};
use crate::report::Unit;
use crate::trace::What;

/// From the start of the fault until the share of served requests stays at the threshold for the hold time.
pub struct Rto {
    served: Served,
    key: &'static str,
    label: &'static str,
}

pub const RTO_SERVICE: Rto = Rto { served: Served::All, key: "rto_service", label: "RTO, service (all requests)" };
pub const RTO_READS: Rto = Rto { served: Served::Reads, key: "rto_reads", label: "RTO, reads" };
pub const RTO_WRITES: Rto = Rto { served: Served::Writes, key: "rto_writes", label: "RTO, writes" };

/// A recovery as a number in seconds.
pub fn seconds(recovery: Recovery) -> Option<Number> {
    match recovery {
        Recovery::NoInterruption => None,
        Recovery::After { time, .. } => Some(Number::exact(time.seconds())),
        Recovery::NotWithin { time } => Some(Number { value: time.seconds(), is_censored: true }),
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
        "from the start of the fault until the share of served requests stays at the threshold (99 %) for the hold time (30 s)"
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

/// Fault to the first health check that turned unhealthy.
pub struct Detection;

impl Measure for Detection {
    fn key(&self) -> &'static str {
        "detection"
    }
    fn label(&self) -> &'static str {
        "fault to belief (detection)"
    }
    fn meaning(&self) -> &'static str {
        "from the start of the fault until the first health check is unhealthy"
    }
    fn unit(&self) -> Unit {
        Unit::Seconds
    }
    fn of(&self, run: &Replay) -> Option<Number> {
        first_fact(run, |what| matches!(what, What::BeliefChanged { healthy: false, .. }))
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
