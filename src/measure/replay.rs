//! Who was served when: the facts of a trace walked once, so that every measure can ask.

mod walk;

use super::checks::{CheckNumbers, checks};
use super::consistency::{ConsistencyNumbers, consistency};
use super::loss::Ledger;
use super::metric::Thing;
use super::quorum::Pooled;
use super::users::UserLaw;
use crate::id::{CohortId, PopulationId, SeatId};
use crate::trace::{Fact, FactId, Operation, Trace, What};
use crate::units::{Duration, Instant, Rate};
use serde::{Deserialize, Serialize};
use std::cell::OnceCell;
use walk::Walk;

/// Which requests a recovery is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Served {
    #[serde(rename = "reads")]
    Reads,
    #[serde(rename = "writes")]
    Writes,
    /// All requests: reads and writes by their rates; for one user, both.
    #[serde(rename = "all requests")]
    All,
}

impl Served {
    pub const EVERY: [Served; 3] = [Served::All, Served::Reads, Served::Writes];

    /// The requests of one operation.
    pub fn of(operation: Operation) -> Served {
        match operation {
            Operation::Read => Served::Reads,
            Operation::Write => Served::Writes,
        }
    }

    pub fn includes(self, operation: Operation) -> bool {
        match self {
            Served::All => true,
            Served::Reads => operation == Operation::Read,
            Served::Writes => operation == Operation::Write,
        }
    }

    /// "all requests", "reads", "writes".
    pub fn label(self) -> &'static str {
        match self {
            Served::All => "all requests",
            Served::Reads => "reads",
            Served::Writes => "writes",
        }
    }
}

/// Whose requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    AllUsers,
    Population(PopulationId),
}

/// How the first interruption ended. Its origin is the beginning of the fault that caused it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// There was none.
    NoInterruption,
    /// Served again this long after `origin`; `fact` is what made it so.
    After { time: Duration, fact: Option<FactId>, origin: Instant },
    /// Not within the run, which went on this long after `origin`.
    NotWithin { time: Duration, origin: Instant },
}

/// From this instant on, what was served (yes or no), and the fact that changed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    pub at: Instant,
    pub served: bool,
    pub fact: Option<FactId>,
}

/// From an instant on, so many users of one population are served with one operation.
#[derive(Clone, Copy, Debug)]
struct Point {
    at: Instant,
    fact: Option<FactId>,
    /// Population x operation: see [`slot`].
    slot: usize,
    /// Users x the share of their requests that is served, in parts.
    good: u128,
}

/// The position of (population, operation) in tables by both.
fn slot(population: usize, operation: Operation) -> usize {
    population * 2 + operation as usize
}

/// The position of (seat, operation) in tables by both.
fn at(seat: SeatId, operation: Operation) -> usize {
    seat.index() * 2 + operation as usize
}

/// A trace with its facts walked.
pub struct Replay<'t> {
    pub trace: &'t Trace,
    pub fault: Option<Instant>,
    points: Vec<Point>,
    /// By seat and operation, see [`at`]: when requests there were served.
    service: Vec<Vec<Change>>,
    /// By cohort: where it went after the start.
    moves: Vec<Vec<(Instant, SeatId, FactId)>>,
    service_recovery: [OnceCell<Recovery>; 3],
    laws: [OnceCell<UserLaw>; 3],
    minutes: OnceCell<Vec<f64>>,
    ledgers: Vec<OnceCell<Ledger>>,
    checks: OnceCell<Vec<CheckNumbers>>,
    consistency: OnceCell<Vec<ConsistencyNumbers>>,
    quorums: Vec<OnceCell<Pooled>>,
}

impl<'t> Replay<'t> {
    pub fn new(trace: &'t Trace) -> Replay<'t> {
        let mut walk = Walk::new(trace);
        for (index, fact) in trace.facts.iter().enumerate() {
            walk.take(fact, FactId(index as u32));
        }
        Replay {
            trace,
            fault: trace.cast.first_fault,
            points: walk.points,
            service: walk.service,
            moves: walk.moves,
            service_recovery: Default::default(),
            laws: Default::default(),
            minutes: OnceCell::new(),
            ledgers: vec![OnceCell::new(); trace.cast.stores.len()],
            checks: OnceCell::new(),
            consistency: OnceCell::new(),
            quorums: vec![OnceCell::new(); trace.quorums.len()],
        }
    }

    /// The law over users, worked out once.
    pub fn user_law(&self, served: Served) -> &UserLaw {
        self.laws[served as usize].get_or_init(|| UserLaw::of(self, served))
    }

    /// By population: user-minutes without full service, worked out once.
    pub fn minutes_lost(&self) -> &[f64] {
        self.minutes.get_or_init(|| super::availability::user_minutes(self))
    }

    /// What became of the writes to a store, worked out once.
    pub fn ledger(&self, store: Thing) -> Ledger {
        *self.ledgers[store.0].get_or_init(|| Ledger::of(self, store.store()))
    }

    /// The health checks, worked out once.
    pub fn checks(&self) -> &[CheckNumbers] {
        self.checks.get_or_init(|| checks(self))
    }

    pub fn check(&self, check: Thing) -> CheckNumbers {
        self.checks()[check.0]
    }

    /// A store that several regions write, by its place among those of the trace.
    pub fn consistency(&self, store: Thing) -> &ConsistencyNumbers {
        &self.consistency.get_or_init(|| consistency(self))[store.0]
    }

    /// A store that replicates by quorum, by its place among those of the trace.
    pub fn quorum(&self, store: Thing) -> &Pooled {
        let of = self.trace.quorums[store.0].store;
        self.quorums[store.0].get_or_init(|| Pooled::of(self.trace, of))
    }

    /// How the service recovered after the first fault, for these requests of these users.
    pub fn recovery(&self, scope: Scope, served: Served) -> Recovery {
        let work_out = || {
            self.service_changes(scope, served)
                .map_or(Recovery::NoInterruption, |changes| self.recover(&changes))
        };
        match scope {
            Scope::AllUsers => *self.service_recovery[served as usize].get_or_init(work_out),
            Scope::Population(_) => work_out(),
        }
    }

    /// When the share of served requests was at least the threshold; `None` when there are no such requests.
    fn service_changes(&self, scope: Scope, served: Served) -> Option<Vec<Change>> {
        let weights = self.weights(scope, served);
        let offered: u128 = weights
            .iter()
            .zip(self.user_counts())
            .map(|(rate, users)| u128::from(rate.nano_hertz()) * u128::from(users))
            .sum();
        if offered == 0 {
            return None;
        }
        let threshold = u128::from(self.trace.cast.threshold.parts());
        let mut parts = vec![0u128; weights.len()];
        let mut good = 0u128;
        let mut changes: Vec<Change> = Vec::new();
        for point in &self.points {
            let rate = u128::from(weights[point.slot].nano_hertz());
            good -= rate * parts[point.slot];
            parts[point.slot] = point.good;
            good += rate * point.good;
            let change = Change {
                at: point.at,
                served: at_least(good, offered, threshold),
                fact: point.fact,
            };
            // Of the points of one instant the last one counts.
            match changes.last_mut() {
                Some(last) if last.at == point.at => *last = change,
                _ => changes.push(change),
            }
        }
        Some(changes)
    }

    /// By population x operation: the rate per user that counts.
    fn weights(&self, scope: Scope, served: Served) -> Vec<Rate> {
        let mut weights = Vec::with_capacity(self.trace.cast.populations.len() * 2);
        for (index, population) in self.trace.cast.populations.iter().enumerate() {
            let in_scope = match scope {
                Scope::AllUsers => true,
                Scope::Population(only) => only.index() == index,
            };
            for operation in Operation::BOTH {
                let counts = in_scope && served.includes(operation);
                weights.push(if counts { population.rate(operation) } else { Rate::ZERO });
            }
        }
        weights
    }

    fn user_counts(&self) -> impl Iterator<Item = u64> + '_ {
        self.trace.cast.populations.iter().flat_map(|population| [population.users; 2])
    }

    /// True when this population makes such requests.
    pub fn asks(&self, population: PopulationId, served: Served) -> bool {
        let cast = &self.trace.cast.populations[population.index()];
        Operation::BOTH
            .iter()
            .any(|operation| served.includes(*operation) && !cast.rate(*operation).is_zero())
    }

    /// When one cohort was served: all the operations that its users ask for and `served` includes.
    pub fn cohort_changes(&self, cohort: CohortId, served: Served) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut stay = (Instant::START, self.trace.start_seat[cohort.index()], None);
        for &(at, seat, fact) in &self.moves[cohort.index()] {
            self.add_stay(cohort, served, stay, at, &mut changes);
            stay = (at, seat, Some(fact));
        }
        self.add_stay(cohort, served, stay, Instant::NEVER, &mut changes);
        changes
    }

    fn add_stay(
        &self,
        cohort: CohortId,
        served: Served,
        stay: (Instant, SeatId, Option<FactId>),
        until: Instant,
        changes: &mut Vec<Change>,
    ) {
        let cast = &self.trace.cast;
        let population = &cast.populations[cast.cohorts[cohort.index()].population.index()];
        let (from, seat, fact) = stay;
        let relevant: Vec<&[Change]> = Operation::BOTH
            .iter()
            .filter(|operation| {
                served.includes(**operation) && !population.rate(**operation).is_zero()
            })
            .map(|operation| self.service[at(seat, *operation)].as_slice())
            .collect();
        let served_at = |at: Instant| relevant.iter().all(|list| in_force(list, at).served);
        changes.push(Change { at: from, served: served_at(from), fact });
        let mut within: Vec<&Change> = relevant
            .iter()
            .flat_map(|list| list.iter())
            .filter(|change| change.at > from && change.at < until)
            .collect();
        within.sort_by_key(|change| (change.at, change.fact));
        changes.extend(
            within.into_iter().map(|change| Change { served: served_at(change.at), ..*change }),
        );
    }

    /// Interruptions after the first fault, each with its first change and the one that ended it for at
    /// least the hold time; `None`: not within the run.
    pub fn interruptions(&self, changes: &[Change]) -> Vec<(Change, Option<Change>)> {
        let Some(fault) = self.fault else { return Vec::new() };
        let hold = self.trace.cast.hold;
        let mut found: Vec<(Change, Option<Change>)> = Vec::new();
        let first = changes.partition_point(|change| change.at <= fault).saturating_sub(1);
        for change in
            changes[first..].iter().map(|change| Change { at: change.at.max(fault), ..*change })
        {
            match (change.served, found.last_mut()) {
                // Too short a return is no return.
                (false, Some((_, back)))
                    if back.is_none_or(|back| change.at.since(back.at) < hold) =>
                {
                    *back = None
                }
                (false, _) => found.push((change, None)),
                (true, Some((_, back))) if back.is_none() => *back = Some(change),
                (true, _) => {}
            }
        }
        if let Some((_, back)) = found.last_mut() {
            *back = back.filter(|back| self.trace.end().since(back.at) >= hold);
        }
        found
    }

    /// The first interruption and its lasting end.
    pub fn recover(&self, changes: &[Change]) -> Recovery {
        match self.interruptions(changes).first() {
            None => Recovery::NoInterruption,
            Some((began, Some(back))) => {
                let origin = self.origin(began);
                Recovery::After { time: back.at.since(origin), fact: back.fact, origin }
            }
            Some((began, None)) => {
                let origin = self.origin(began);
                Recovery::NotWithin { time: self.trace.end().since(origin), origin }
            }
        }
    }

    /// The beginning of the fault, or of the planned switchover, that caused a change; the first fault where no cause leads to one.
    fn origin(&self, change: &Change) -> Instant {
        let mut root = change.fact.map(|id| &self.trace.facts[id.0 as usize]);
        while let Some(cause) = root.and_then(|fact| fact.cause) {
            root = Some(&self.trace.facts[cause.0 as usize]);
        }
        match root {
            Some(Fact {
                what: What::FaultBegan { .. } | What::SwitchoverBegan { .. }, at, ..
            }) => *at,
            _ => self.fault.unwrap_or(Instant::START),
        }
    }

    /// Interruptions of the service for all users.
    pub fn service_interruptions(&self, served: Served) -> Vec<(Change, Option<Change>)> {
        self.service_changes(Scope::AllUsers, served)
            .map_or_else(Vec::new, |changes| self.interruptions(&changes))
    }

    /// How long one was not served between the fault and the end of the run.
    pub fn time_without(&self, changes: &[Change]) -> Duration {
        let Some(fault) = self.fault else { return Duration::ZERO };
        let end = self.trace.end();
        let ends = changes.iter().skip(1).map(|change| change.at).chain([Instant::NEVER]);
        let without = changes
            .iter()
            .zip(ends)
            .filter(|(change, _)| !change.served)
            .map(|(change, until)| until.min(end).since(change.at.max(fault)));
        without.fold(Duration::ZERO, |sum, time| sum + time)
    }
}

/// good / (offered x 10^9) >= threshold / 10^9. The limit of 10^12 requests a second keeps the products below 2^128.
fn at_least(good: u128, offered: u128, threshold_parts: u128) -> bool {
    good >= offered * threshold_parts
}

fn in_force(changes: &[Change], at: Instant) -> Change {
    changes[changes.partition_point(|change| change.at <= at) - 1]
}
