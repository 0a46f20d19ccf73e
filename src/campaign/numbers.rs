//! What one run contributes to a campaign: its measures, and what the charts draw.

use super::digest;
use crate::id::{PopulationId, StoreId};
use crate::measure::checks::{CheckNumbers, checks, healthy_time};
use crate::measure::consistency::{ConsistencyNumbers, consistency};
use crate::measure::latency::Tally;
use crate::measure::loss::{Ledger, rpo_of};
use crate::measure::phases::{Budget, budget};
use crate::measure::quorum::Pooled;
use crate::measure::timeline::{Bin, bins, by_step};
use crate::measure::users::UserLaw;
use crate::measure::{ALL, Number, Recovery, Replay, Scope, Served, recovery};
use crate::trace::{Cast, Operation, Trace, What};
use crate::units::Duration;

/// The numbers of one run.
#[derive(Clone, Debug)]
pub struct RunNumbers {
    /// In the order of [`ALL`].
    pub values: Vec<Option<Number>>,
    pub populations: Vec<PopulationNumbers>,
    /// Reads and writes.
    pub users: [UserLaw; 2],
    /// In the order of [`Served::EVERY`]: the phases and the recovery in seconds.
    pub budgets: [Option<(Budget, f64)>; 3],
    pub ledgers: Vec<Ledger>,
    /// By store: the age of its oldest lost write, seconds.
    pub rpo: Vec<Option<Number>>,
    /// By store that follows a log: how far its replicas are behind at the end of each step, seconds.
    pub log_lag: Vec<Option<Vec<f64>>>,
    /// Of stores that several regions write.
    pub consistency: Vec<ConsistencyNumbers>,
    /// A replica was promoted when every fault was over: it interrupts writes again, and for nothing.
    pub promoted_late: bool,
    pub checks: Vec<CheckNumbers>,
    /// Before anything broke.
    pub healthy_time: Duration,
    pub tally: Tally,
    /// Followed operations, by quorum store.
    pub quorums: Vec<(StoreId, Pooled)>,
    pub bins: Vec<Bin>,
    /// Seconds from the fault, in the order of `marks`.
    pub marks: Vec<Option<f64>>,
    /// A hash of everything that happened.
    pub digest: [u8; 32],
}

/// One population in one run.
#[derive(Clone, Copy, Debug)]
pub struct PopulationNumbers {
    pub recovery: [Option<Number>; 2],
    pub minutes_lost: f64,
    pub failed: u64,
    pub requests: u64,
}

impl RunNumbers {
    pub fn of(trace: &Trace) -> RunNumbers {
        let run = Replay::new(trace);
        let values: Vec<Option<Number>> = ALL.iter().map(|measure| measure.of(&run)).collect();
        let budgets = Served::EVERY.map(|served| {
            let recovery = run.recovery(Scope::AllUsers, served);
            let Recovery::After { time, .. } = recovery else { return None };
            budget(&run, recovery).map(|budget| (budget, time.seconds()))
        });
        RunNumbers {
            populations: (0..trace.cast.populations.len())
                .map(|index| population(&run, PopulationId::at(index)))
                .collect(),
            users: [run.user_law(Served::Reads).clone(), run.user_law(Served::Writes).clone()],
            budgets,
            ledgers: (0..trace.cast.stores.len())
                .map(|index| Ledger::of(&run, StoreId::at(index)))
                .collect(),
            rpo: (0..trace.cast.stores.len())
                .map(|index| rpo_of(&run, StoreId::at(index)))
                .collect(),
            log_lag: trace
                .log_lag
                .iter()
                .map(|lag| lag.as_ref().map(|lag| by_step(&run, lag, |lag| lag.seconds())))
                .collect(),
            consistency: consistency(&run),
            promoted_late: promoted_late(trace),
            checks: checks(&run),
            healthy_time: healthy_time(trace),
            tally: Tally::of(&run),
            quorums: trace
                .quorums
                .iter()
                .map(|tally| (tally.store, Pooled::of(trace, tally.store)))
                .collect(),
            bins: bins(&run),
            marks: marks(&trace.cast).iter().map(|mark| mark.seconds(&run)).collect(),
            digest: digest::of_run(trace, &values),
            values,
        }
    }
}

fn population(run: &Replay, population: PopulationId) -> PopulationNumbers {
    let of = |served| recovery::seconds(run.recovery(Scope::Population(population), served));
    let counts = run.trace.counts.iter().filter(|count| count.population == population);
    let (failed, requests) = counts.fold((0, 0), |(failed, all), count| {
        (
            failed + if count.ending.outcome.is_served() { 0 } else { count.requests },
            all + count.requests,
        )
    });
    PopulationNumbers {
        recovery: [of(Served::Reads), of(Served::Writes)],
        minutes_lost: run.minutes_lost()[population.index()],
        failed,
        requests,
    }
}

fn promoted_late(trace: &Trace) -> bool {
    let mut active = 0;
    trace.facts.iter().any(|fact| {
        match fact.what {
            What::FaultBegan { .. } => active += 1,
            What::FaultEnded { .. } => active -= 1,
            _ => {}
        }
        active == 0 && matches!(fact.what, What::Promoted { .. })
    })
}

/// A fact that charts mark.
#[derive(Clone, Debug)]
pub struct MarkKind {
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
pub fn marks(cast: &Cast) -> Vec<MarkKind> {
    let mut marks = Vec::new();
    let mut add = |label: String, what| marks.push(MarkKind { label, what });
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
        add(format!("{check} seen unhealthy"), MarkedFact::Believed(index));
        add(format!("name servers know of {check}"), MarkedFact::Published(index));
    }
    for (index, store) in cast.stores.iter().enumerate() {
        add(format!("promotion of {store} ordered"), MarkedFact::Ordered(index));
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

impl MarkKind {
    /// The position of the check that the fact is about.
    pub fn check(&self) -> Option<usize> {
        match self.what {
            MarkedFact::Believed(index) | MarkedFact::Published(index) => Some(index),
            _ => None,
        }
    }

    fn seconds(&self, run: &Replay) -> Option<f64> {
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
