//! The runs of a campaign folded together, in run order. Memory grows with the number of runs only
//! by a few hundred bytes each.

use super::consistency::{ConsistencyPool, LagPool};
use super::fold::Folded;
use super::marks::{MarkedKind, marks};
use super::numbers::{RunNumbers, Spent};
use super::users::UserPool;
use crate::measure::latency::{Laws, Tally, Window};
use crate::measure::metric::Scope;
use crate::measure::timeline::Bin;
use crate::measure::{Metric, Number};
use crate::trace::Operation;
use crate::units::Duration;
use crate::world::Stage;
use sha2::{Digest, Sha256};

/// Runs whose availability per step is kept for the run-to-run band.
const BAND_RUNS: usize = 1_000;

/// A step of a run in which nobody asked for anything.
pub const NO_REQUESTS: u16 = u16::MAX;

/// All runs so far.
pub struct Pool {
    pub runs: u64,
    /// By scope, in the order of [`Scope::EVERY`], and thing: what every run gave.
    tables: Vec<Vec<Folded>>,
    /// Reads and writes.
    pub users: [UserPool; 2],
    /// In the order of `Served::EVERY`: every run that recovered.
    pub budgets: [Vec<Spent>; 3],
    pub log_lag: Vec<LagPool>,
    pub consistency: Vec<ConsistencyPool>,
    /// Runs in which a replica was promoted when every fault was over.
    pub late_promotions: u64,
    pub tally: Tally,
    /// By run: 99th percentile of the latency of reads over the run, milliseconds.
    pub read_p99: Vec<Option<f64>>,
    pub bins: Vec<Bin>,
    /// By run, by step: share of good requests in units of 1/65534; `NO_REQUESTS` where there were none.
    pub band: Vec<Vec<u16>>,
    pub mark_kinds: Vec<MarkedKind>,
    pub marks: Vec<Vec<f64>>,
    pub laws: Laws,
    objective: Option<Duration>,
    hash: Sha256,
}

impl Pool {
    pub fn new(stage: &Stage) -> Pool {
        let cast = &stage.cast;
        let mark_kinds = marks(cast);
        Pool {
            runs: 0,
            tables: vec![Vec::new(); Scope::EVERY.len()],
            users: Default::default(),
            budgets: Default::default(),
            log_lag: vec![LagPool::default(); cast.stores.len()],
            consistency: vec![
                ConsistencyPool::default();
                stage
                    .scenario
                    .stores
                    .iter()
                    .filter(|store| store.replication.items().is_some())
                    .count()
            ],
            late_promotions: 0,
            tally: Tally::default(),
            read_p99: Vec::new(),
            bins: Vec::new(),
            band: Vec::new(),
            marks: vec![Vec::new(); mark_kinds.len()],
            mark_kinds,
            laws: Laws::new(cast.clone(), stage.scenario.service_time),
            objective: stage.scenario.objectives.rto,
            hash: Sha256::new(),
        }
    }

    /// Adds the next run; the order of calls is the order of runs.
    pub fn add(&mut self, run: RunNumbers) {
        self.runs += 1;
        self.hash.update(run.digest);
        for ((scope, table), run) in Scope::EVERY.into_iter().zip(&mut self.tables).zip(run.tables)
        {
            table.resize_with(run.len(), || Folded::new(scope));
            for (folded, samples) in table.iter_mut().zip(run) {
                folded.add(samples);
            }
        }
        for (pool, law) in self.users.iter_mut().zip(&run.users) {
            pool.add(law, self.objective);
        }
        for (list, budget) in self.budgets.iter_mut().zip(&run.budgets) {
            list.extend(budget);
        }
        for (pool, lag) in self.log_lag.iter_mut().zip(&run.log_lag) {
            if let Some(lag) = lag {
                pool.add(lag);
            }
        }
        for (pool, numbers) in self.consistency.iter_mut().zip(&run.consistency) {
            pool.add(numbers);
        }
        self.late_promotions += u64::from(run.promoted_late);
        let reads =
            run.tally.served.iter().filter(|((operation, _, _), _)| *operation == Operation::Read);
        self.read_p99.push(
            self.laws.quantile(reads.map(|((_, _, class), requests)| (*class, *requests)), 0.99),
        );
        self.tally.add(&run.tally);
        for (list, mark) in self.marks.iter_mut().zip(&run.marks) {
            list.extend(mark);
        }
        self.add_bins(run.bins);
    }

    fn add_bins(&mut self, bins: Vec<Bin>) {
        if self.band.len() < BAND_RUNS {
            let share = |bin: &Bin| {
                let (good, all) = (bin.good[0] + bin.good[1], bin.all[0] + bin.all[1]);
                (good * 65_534).checked_div(all).map_or(NO_REQUESTS, |share| share as u16)
            };
            self.band.push(bins.iter().map(share).collect());
        }
        if self.bins.is_empty() {
            self.bins = bins;
            return;
        }
        for (sum, bin) in self.bins.iter_mut().zip(bins) {
            for operation in 0..2 {
                sum.good[operation] += bin.good[operation];
                sum.all[operation] += bin.all[operation];
            }
            for (sum, time) in sum.presence.iter_mut().zip(bin.presence) {
                *sum += time;
            }
        }
    }

    /// The things of a scope, in the order of the scenario.
    pub fn table(&self, scope: Scope) -> &[Folded] {
        &self.tables[scope as usize]
    }

    /// A number of the service, in each run.
    pub fn values(&self, measure: &Metric) -> &[Option<Number>] {
        self.table(Scope::Service)[0].occasions(measure)
    }

    /// SHA-256 over all runs, in run order.
    pub fn digest(&self) -> String {
        self.hash.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Successful requests of one kind in one window, of one population or of all: (class, requests).
    pub fn served(
        &self,
        operation: Operation,
        window: Window,
        population: Option<usize>,
    ) -> Vec<(crate::measure::latency::Class, u128)> {
        let matches = |key: &(Operation, Window, crate::measure::latency::Class)| {
            key.0 == operation
                && key.1 == window
                && population.is_none_or(|only| key.2.population.index() == only)
        };
        self.tally
            .served
            .iter()
            .filter(|(key, _)| matches(key))
            .map(|((_, _, class), requests)| (*class, *requests))
            .collect()
    }
}
