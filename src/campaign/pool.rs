//! The runs of a campaign folded together, in run order. Memory grows with the number of runs only
//! by a few hundred bytes each.

use super::checks::CheckPool;
use super::consistency::{ConsistencyPool, LagPool};
use super::numbers::{MarkKind, RunNumbers, marks};
use super::quorum::QuorumPool;
use super::statistics::student_t_quantile;
use crate::measure::latency::{Laws, Tally, Window};
use crate::measure::loss::Ledger;
use crate::measure::timeline::Bin;
use crate::measure::users::UserLaw;
use crate::measure::{Number, grid};
use crate::report::{CurvePoint, Interval};
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
    /// By measure, by run.
    pub values: Vec<Vec<Option<Number>>>,
    /// By population: recoveries of reads and of writes by run, minutes lost and failed and all requests in sum.
    pub populations: Vec<PopulationPool>,
    /// Reads and writes.
    pub users: [UserPool; 2],
    /// By served: for every recovered run the phases and the total, seconds.
    pub budgets: [Vec<([f64; 6], f64)>; 3],
    pub ledgers: Vec<LedgerPool>,
    /// By store, by run.
    pub rpo: Vec<Vec<Option<Number>>>,
    pub log_lag: Vec<LagPool>,
    pub consistency: Vec<ConsistencyPool>,
    /// Runs in which a replica was promoted when every fault was over.
    pub late_promotions: u64,
    pub checks: Vec<CheckPool>,
    pub tally: Tally,
    pub quorums: Vec<QuorumPool>,
    /// By run: 99th percentile of the latency of reads over the run, milliseconds.
    pub read_p99: Vec<Option<f64>>,
    pub bins: Vec<Bin>,
    /// By run, by step: share of good requests in units of 1/65534; `NO_REQUESTS` where there were none.
    pub band: Vec<Vec<u16>>,
    pub mark_kinds: Vec<MarkKind>,
    pub marks: Vec<Vec<f64>>,
    pub laws: Laws,
    objective: Option<Duration>,
    hash: Sha256,
}

/// One population over runs.
#[derive(Clone, Debug, Default)]
pub struct PopulationPool {
    pub recovery: [Vec<Option<Number>>; 2],
    pub minutes_lost: f64,
    pub failed: u128,
    pub requests: u128,
}

/// One store over runs.
#[derive(Clone, Copy, Debug, Default)]
pub struct LedgerPool {
    pub offered: u128,
    pub acknowledged: u128,
    pub refused: u128,
    pub timed_out: u128,
    pub lost: u128,
    pub late: u128,
    pub overwritten: u128,
    pub sibling: u128,
    pub forked: u128,
    pub runs_with_loss: u64,
    pub worst: u64,
}

impl Pool {
    pub fn new(stage: &Stage) -> Pool {
        let cast = &stage.cast;
        let mark_kinds = marks(cast);
        Pool {
            runs: 0,
            values: vec![Vec::new(); crate::measure::ALL.len()],
            populations: vec![PopulationPool::default(); cast.populations.len()],
            users: Default::default(),
            budgets: Default::default(),
            ledgers: vec![LedgerPool::default(); cast.stores.len()],
            rpo: vec![Vec::new(); cast.stores.len()],
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
            checks: vec![CheckPool::default(); cast.checks.len()],
            tally: Tally::default(),
            quorums: Vec::new(),
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
        for (list, value) in self.values.iter_mut().zip(&run.values) {
            list.push(*value);
        }
        for (pool, numbers) in self.populations.iter_mut().zip(&run.populations) {
            for (list, value) in pool.recovery.iter_mut().zip(numbers.recovery) {
                list.push(value);
            }
            pool.minutes_lost += numbers.minutes_lost;
            pool.failed += u128::from(numbers.failed);
            pool.requests += u128::from(numbers.requests);
        }
        for (pool, law) in self.users.iter_mut().zip(&run.users) {
            pool.add(law, self.objective);
        }
        for (list, budget) in self.budgets.iter_mut().zip(&run.budgets) {
            list.extend(budget.map(|(phases, total)| (phases.map(|phase| phase.seconds()), total)));
        }
        for (pool, ledger) in self.ledgers.iter_mut().zip(&run.ledgers) {
            pool.add(ledger);
        }
        for (list, value) in self.rpo.iter_mut().zip(&run.rpo) {
            list.push(*value);
        }
        for (pool, lag) in self.log_lag.iter_mut().zip(&run.log_lag) {
            if let Some(lag) = lag {
                pool.add(lag);
            }
        }
        for (pool, numbers) in self.consistency.iter_mut().zip(&run.consistency) {
            pool.add(numbers);
        }
        for (pool, numbers) in self.checks.iter_mut().zip(&run.checks) {
            pool.add(numbers, run.healthy_time);
        }
        self.late_promotions += u64::from(run.promoted_late);
        let reads =
            run.tally.served.iter().filter(|((operation, _, _), _)| *operation == Operation::Read);
        self.read_p99.push(
            self.laws.quantile(reads.map(|((_, _, class), requests)| (*class, *requests)), 0.99),
        );
        self.tally.add(&run.tally);
        for (store, numbers) in &run.quorums {
            let known = self.quorums.iter().position(|pool| pool.store == *store);
            let at = known.unwrap_or_else(|| {
                self.quorums.push(QuorumPool::new(*store));
                self.quorums.len() - 1
            });
            self.quorums[at].add(numbers);
        }
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

impl LedgerPool {
    fn add(&mut self, ledger: &Ledger) {
        self.offered += u128::from(ledger.offered);
        self.acknowledged += u128::from(ledger.acknowledged);
        self.refused += u128::from(ledger.refused);
        self.timed_out += u128::from(ledger.timed_out);
        self.lost += u128::from(ledger.lost);
        self.late += u128::from(ledger.late);
        self.overwritten += u128::from(ledger.overwritten);
        self.sibling += u128::from(ledger.sibling);
        self.forked += u128::from(ledger.forked);
        self.runs_with_loss += u64::from(ledger.lost > 0);
        self.worst = self.worst.max(ledger.lost);
    }
}

/// Users' recovery pooled over the affected users of all runs: a run in which more users were affected
/// counts for more. The share who were back by a time is the ratio of two sums over runs, and its
/// interval that of a ratio estimator (linearised), in which runs, not users, are independent: users
/// of one run share the detection.
#[derive(Clone, Debug, Default)]
pub struct UserPool {
    /// Runs in which users were affected.
    pub runs: u64,
    /// Affected users of each run, in billionths of the population, summed, and their squares.
    affected: u128,
    affected_squared: u128,
    /// Runs in which such users exist at all.
    all_runs: u64,
    /// By cell of milliseconds: users who were back by its end.
    cells: Vec<Sums>,
    /// Users who were back within the RTO objective, to the nanosecond.
    within_objective: Sums,
}

/// Users who were back, in billionths, summed over runs; their squares; their products with the affected.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    back: u128,
    squared: u128,
    with_affected: u128,
}

const BILLION: u128 = 1_000_000_000;

impl Sums {
    fn add(&mut self, back: u128, affected: u128) {
        self.back += back;
        self.squared += back * back;
        self.with_affected += back * affected;
    }
}

impl UserPool {
    /// Adds the users of a run.
    pub fn add(&mut self, law: &UserLaw, objective: Option<Duration>) {
        self.all_runs += u64::from(law.users > 0);
        if law.affected() == 0 {
            return;
        }
        self.runs += 1;
        let parts = |users: u64| u128::from(users) * BILLION / u128::from(law.users);
        let affected = parts(law.affected());
        self.affected += affected;
        self.affected_squared += affected * affected;
        // A later run may reach further: earlier runs stay where their last cell was.
        let observed = grid::cell(law.observed / 1_000_000) + 1;
        if self.cells.len() < observed {
            let last = self.cells.last().copied().unwrap_or_default();
            self.cells.resize(observed, last);
        }
        let mut back = 0u64;
        let mut next = law.recovered.iter().peekable();
        for (cell, sums) in self.cells.iter_mut().enumerate() {
            while let Some((_, users)) = next.next_if(|(time, _)| {
                time.is_some_and(|nanos| grid::cell(nanos / 1_000_000) <= cell)
            }) {
                back += users;
            }
            sums.add(parts(back), affected);
        }
        let in_time = |time: &Option<u64>| {
            time.zip(objective).is_some_and(|(time, objective)| time <= objective.as_nanos())
        };
        let within =
            law.recovered.iter().filter(|(time, _)| in_time(time)).map(|(_, users)| users).sum();
        self.within_objective.add(parts(within), affected);
    }

    /// Affected users as a share of all users, over runs.
    pub fn share_affected(&self) -> f64 {
        if self.all_runs == 0 {
            0.0
        } else {
            self.affected as f64 / BILLION as f64 / self.all_runs as f64
        }
    }

    /// Half an interval in standard errors, by Student's t; a single run has none.
    fn half_widths(&self, confidence: f64) -> f64 {
        if self.runs < 2 {
            f64::INFINITY
        } else {
            student_t_quantile(0.5 + confidence / 2.0, self.runs as f64 - 1.0)
        }
    }

    /// The ratio of users back to users affected, with its interval; a single run has none.
    fn ratio(&self, sums: &Sums, half_widths: f64) -> (Option<f64>, f64, Option<f64>) {
        let share = sums.back as f64 / self.affected as f64;
        if self.runs < 2 {
            return (None, share, None);
        }
        // Exact where every run says the same: differences of large sums would not be.
        let same = sums.back == 0 || sums.back == self.affected;
        let residual = sums.squared as f64 - 2.0 * share * sums.with_affected as f64
            + share * share * self.affected_squared as f64;
        let runs = self.runs as f64;
        let error = if same {
            0.0
        } else {
            (residual.max(0.0) * runs / (runs - 1.0)).sqrt() / self.affected as f64
        };
        let half = half_widths * error;
        (Some((share - half).max(0.0)), share, Some((share + half).min(1.0)))
    }

    /// The pooled distribution function with its band, at the middle of every cell.
    pub fn curve(&self, confidence: f64) -> Vec<CurvePoint> {
        let middle = |cell: usize| (grid::least(cell) + grid::least(cell + 1)) as f64 / 2_000.0;
        let half_widths = self.half_widths(confidence);
        let point = |(cell, sums): (usize, &Sums)| {
            let (low, share, high) = self.ratio(sums, half_widths);
            CurvePoint {
                seconds: middle(cell),
                low: low.unwrap_or(0.0),
                share,
                high: high.unwrap_or(1.0),
            }
        };
        if self.runs == 0 { Vec::new() } else { self.cells.iter().enumerate().map(point).collect() }
    }

    /// The pooled quantile, with the interval found by inverting the band. It is known to the cell, 0.4 %.
    pub fn quantile(&self, curve: &[CurvePoint], p: f64) -> Interval {
        let crossing = |value: fn(&CurvePoint) -> f64| {
            curve.iter().find(|point| value(point) >= p - 1e-8).map(|point| point.seconds)
        };
        let known = |bound: Option<f64>| bound.filter(|_| self.runs > 1);
        Interval {
            low: known(crossing(|point| point.high)),
            estimate: crossing(|point| point.share),
            high: known(crossing(|point| point.low)),
        }
    }

    /// Share of affected users who were back within the objective.
    pub fn within_objective(&self, confidence: f64) -> Option<Interval> {
        let (low, share, high) = self.ratio(&self.within_objective, self.half_widths(confidence));
        (self.runs > 0).then_some(Interval { low, estimate: Some(share), high })
    }
}
