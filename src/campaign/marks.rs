//! Facts that explain a curve: which may be marked, and when each happened in a run.

use crate::measure::{Recovery, Replay, Scope, Served};
use crate::report::MarkKind;
use crate::trace::{Cast, Operation, What};

/// A fact that charts mark.
#[derive(Clone, Debug)]
pub struct MarkedKind {
    pub label: String,
    what: MarkedFact,
}

#[derive(Clone, Copy, Debug)]
enum MarkedFact {
    Began(usize),
    Ended(usize),
    Believed(usize),
    Published(usize),
    Ordered(usize),
    Promoted(usize),
    Hung(usize),
    Degraded(usize),
    Resumed(usize),
    Elected(usize),
    Recovered(Served),
}

/// Every fact that may be marked, in no order of time.
pub fn marks(cast: &Cast) -> Vec<MarkedKind> {
    let mut marks = Vec::new();
    let mut add = |label: String, what| marks.push(MarkedKind { label, what });
    for index in 0..cast.faults.len() {
        // The first fault is the origin of the picture.
        let which = if cast.faults.len() > 1 {
            format!("fault {}", index + 1)
        } else {
            "the fault".to_string()
        };
        add(format!("{which} begins"), MarkedFact::Began(index));
        add(format!("{which} ends"), MarkedFact::Ended(index));
    }
    for (index, check) in cast.checks.iter().enumerate() {
        add(format!("{check} detected unhealthy"), MarkedFact::Believed(index));
        add(format!("name servers know of {check}"), MarkedFact::Published(index));
    }
    for (index, store) in cast.stores.iter().enumerate() {
        add(format!("promotion of {store} decided"), MarkedFact::Ordered(index));
        add(format!("{store} has a new writer"), MarkedFact::Promoted(index));
        add(format!("commits of {store} hang"), MarkedFact::Hung(index));
        add(format!("{store} goes on unconfirmed"), MarkedFact::Degraded(index));
        add(format!("commits of {store} are back to normal"), MarkedFact::Resumed(index));
        add(format!("{store} has a new leader"), MarkedFact::Elected(index));
    }
    let asks =
        |operation| cast.populations.iter().any(|population| !population.rate(operation).is_zero());
    if asks(Operation::Read) {
        add("reads are back".into(), MarkedFact::Recovered(Served::Reads));
    }
    if asks(Operation::Write) {
        add("writes are back".into(), MarkedFact::Recovered(Served::Writes));
    }
    marks
}

impl MarkedKind {
    /// The position of the check that the fact is about.
    pub fn check(&self) -> Option<usize> {
        match self.what {
            MarkedFact::Believed(index) | MarkedFact::Published(index) => Some(index),
            _ => None,
        }
    }

    /// What it is, for programs.
    pub fn kind(&self) -> Option<MarkKind> {
        match self.what {
            MarkedFact::Began(_) => Some(MarkKind::FaultBegins),
            MarkedFact::Ended(_) => Some(MarkKind::FaultEnds),
            MarkedFact::Recovered(Served::Reads) => Some(MarkKind::ReadsBack),
            MarkedFact::Recovered(Served::Writes) => Some(MarkKind::WritesBack),
            _ => None,
        }
    }

    /// When it first happened in a run, in seconds from the fault.
    pub fn seconds(&self, run: &Replay) -> Option<f64> {
        let fault = run.fault?;
        let is_it = |what: &What| match (self.what, what) {
            (MarkedFact::Began(index), What::FaultBegan { fault }) => fault.index() == index,
            (MarkedFact::Ended(index), What::FaultEnded { fault }) => fault.index() == index,
            (MarkedFact::Believed(index), What::BeliefChanged { check, healthy: false, .. }) => {
                check.index() == index
            }
            (MarkedFact::Published(index), What::Published { check, healthy: false, .. }) => {
                check.index() == index
            }
            (MarkedFact::Ordered(index), What::PromotionOrdered { store, .. }) => {
                store.index() == index
            }
            (MarkedFact::Hung(index), What::CommitsHang { store }) => store.index() == index,
            (MarkedFact::Degraded(index), What::CommitsDegraded { store }) => {
                store.index() == index
            }
            (MarkedFact::Resumed(index), What::CommitsResumed { store }) => store.index() == index,
            (MarkedFact::Elected(index), What::LeaderElected { store, .. }) => {
                store.index() == index
            }
            (
                MarkedFact::Promoted(index),
                What::Promoted { store, .. } | What::SwitchedOver { store, .. },
            ) => store.index() == index,
            _ => false,
        };
        if let MarkedFact::Recovered(served) = self.what {
            return match run.recovery(Scope::AllUsers, served) {
                Recovery::After { time, origin, .. } => {
                    Some((origin + time).since(fault).seconds())
                }
                _ => None,
            };
        }
        run.trace
            .facts
            .iter()
            .find(|fact| fact.at >= fault && is_it(&fact.what))
            .map(|fact| fact.at.since(fault).seconds())
            .filter(|seconds| *seconds > 0.0)
    }
}
