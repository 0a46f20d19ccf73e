//! The runs of a campaign folded together, in run order. Memory grows with the number of runs only
//! by a few hundred bytes each.

use super::numbers::{MarkKind, RunNumbers, marks};
use super::statistics::share_interval;
use crate::measure::latency::{Laws, Tally, Window};
use crate::measure::loss::Ledger;
use crate::measure::timeline::Bin;
use crate::measure::users::UserLaw;
use crate::measure::{Number, grid};
use crate::report::{CurvePoint, Interval};
use crate::trace::Operation;
use crate::world::Stage;
use sha2::{Digest, Sha256};

/// Runs whose availability per step is kept for the run-to-run band.
const BAND_RUNS: usize = 1_000;

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
    pub tally: Tally,
    /// By run: 99th percentile of the latency of reads over the run, milliseconds.
    pub read_p99: Vec<Option<f64>>,
    pub bins: Vec<Bin>,
    /// By step, by run: share of good requests in units of 1/65535.
    pub band: Vec<Vec<u16>>,
    pub mark_kinds: Vec<MarkKind>,
    pub marks: Vec<Vec<f64>>,
    pub laws: Laws,
    hash: Sha256,
}

/// One population over runs.
#[derive(Clone, Debug, Default)]
pub struct PopulationPool {
    pub recovery: [Vec<Option<Number>>; 2],
    pub minutes_lost: f64,
    pub failed: u64,
    pub requests: u64,
}

/// One store over runs.
#[derive(Clone, Copy, Debug, Default)]
pub struct LedgerPool {
    pub sum: Ledger,
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
            tally: Tally::default(),
            read_p99: Vec::new(),
            bins: Vec::new(),
            band: Vec::new(),
            marks: vec![Vec::new(); mark_kinds.len()],
            mark_kinds,
            laws: Laws::new(cast.clone(), stage.scenario.service_time),
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
            pool.failed += numbers.failed;
            pool.requests += numbers.requests;
        }
        for (pool, law) in self.users.iter_mut().zip(&run.users) {
            pool.add(law);
        }
        for (list, budget) in self.budgets.iter_mut().zip(&run.budgets) {
            list.extend(budget.map(|(phases, total)| (phases.map(|phase| phase.seconds()), total)));
        }
        for (pool, ledger) in self.ledgers.iter_mut().zip(&run.ledgers) {
            pool.add(ledger);
        }
        let reads = run.tally.served.iter().filter(|((operation, _, _), _)| *operation == Operation::Read);
        self.read_p99.push(self.laws.quantile(reads.map(|((_, _, class), requests)| (*class, *requests)), 0.99));
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
                if all == 0 { u16::MAX } else { (u128::from(good) * 65_535 / u128::from(all)) as u16 }
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
    pub fn served(&self, operation: Operation, window: Window, population: Option<usize>) -> Vec<(crate::measure::latency::Class, u64)> {
        let matches = |key: &(Operation, Window, crate::measure::latency::Class)| {
            key.0 == operation && key.1 == window && population.is_none_or(|only| key.2.population.index() == only)
        };
        self.tally.served.iter().filter(|(key, _)| matches(key)).map(|((_, _, class), requests)| (*class, *requests)).collect()
    }
}

impl LedgerPool {
    fn add(&mut self, ledger: &Ledger) {
        self.sum.offered += ledger.offered;
        self.sum.acknowledged += ledger.acknowledged;
        self.sum.refused += ledger.refused;
        self.sum.timed_out += ledger.timed_out;
        self.sum.lost += ledger.lost;
        self.runs_with_loss += u64::from(ledger.lost > 0);
        self.worst = self.worst.max(ledger.lost);
    }
}

/// Users' recovery pooled over runs: for every time the sum over runs of the share of affected users
/// who were back, and of its square. That gives the pooled law and an interval in which runs, not
/// users, are independent: users of one run share the detection.
#[derive(Clone, Debug, Default)]
pub struct UserPool {
    /// Runs in which users were affected.
    pub runs: u64,
    /// Sum over runs of affected users and of all users.
    affected: u128,
    users: u128,
    /// By cell of milliseconds: sum of shares in millionths, and of their squares.
    sums: Vec<(u64, u128)>,
    /// The longest time seen or observed, milliseconds.
    longest: u64,
}

const MILLIONTHS: u64 = 1_000_000;

impl UserPool {
    fn add(&mut self, law: &UserLaw) {
        self.users += u128::from(law.users);
        let affected = law.affected();
        if affected == 0 {
            return;
        }
        self.affected += u128::from(affected);
        // A later run may reach further: earlier runs stay where their last cell was.
        let observed = grid::cell(law.observed / 1_000_000) + 1;
        if self.sums.len() < observed {
            let last = self.sums.last().copied().unwrap_or((0, 0));
            self.sums.resize(observed, last);
        }
        self.runs += 1;
        self.longest = self.longest.max(law.observed / 1_000_000);
        let mut back = 0u64;
        let mut next = law.recovered.iter().peekable();
        for (cell, sum) in self.sums.iter_mut().enumerate() {
            while let Some((_, users)) = next.next_if(|(time, _)| time.is_some_and(|nanos| grid::cell(nanos / 1_000_000) <= cell)) {
                back += users;
            }
            let share = (u128::from(back) * u128::from(MILLIONTHS) / u128::from(affected)) as u64;
            sum.0 += share;
            sum.1 += u128::from(share) * u128::from(share);
        }
    }

    /// Affected users as a share of all users, over runs.
    pub fn share_affected(&self) -> f64 {
        if self.users == 0 { 0.0 } else { self.affected as f64 / self.users as f64 }
    }

    /// The pooled distribution function with its band, at the upper edge of every cell.
    pub fn curve(&self, confidence: f64) -> Vec<CurvePoint> {
        let edge = |cell: usize| grid::least(cell + 1) as f64 / 1_000.0;
        let million = MILLIONTHS as f64;
        let point = |(cell, sum): (usize, &(u64, u128))| {
            let (low, share, high) = share_interval(sum.0 as f64 / million, sum.1 as f64 / (million * million), self.runs, confidence);
            CurvePoint { seconds: edge(cell), low, share, high }
        };
        if self.runs == 0 { Vec::new() } else { self.sums.iter().enumerate().map(point).collect() }
    }

    /// The pooled quantile, with the interval found by inverting the band.
    pub fn quantile(curve: &[CurvePoint], p: f64) -> Interval {
        let crossing = |value: fn(&CurvePoint) -> f64| -> Option<f64> {
            // Shares are kept in millionths, rounded down.
            let at = curve.iter().position(|point| value(point) >= p - 2e-6)?;
            let (seconds, reached) = (curve[at].seconds, value(&curve[at]));
            let (before, started) = if at == 0 { (0.0, 0.0) } else { (curve[at - 1].seconds, value(&curve[at - 1])) };
            let way = if reached > started { ((p - started) / (reached - started)).clamp(0.0, 1.0) } else { 1.0 };
            Some(before + way * (seconds - before))
        };
        Interval { low: crossing(|point| point.high), estimate: crossing(|point| point.share), high: crossing(|point| point.low) }
    }

    /// Share of affected users who were back within `seconds`.
    pub fn within(curve: &[CurvePoint], seconds: f64) -> Option<Interval> {
        let at = curve.partition_point(|point| point.seconds <= seconds).checked_sub(1)?;
        let (here, next) = (curve[at], curve.get(at + 1).copied().unwrap_or(curve[at]));
        let way = if next.seconds > here.seconds { (seconds - here.seconds) / (next.seconds - here.seconds) } else { 0.0 };
        let between = |from: f64, to: f64| Some(from + way * (to - from));
        Some(Interval { low: between(here.low, next.low), estimate: between(here.share, next.share), high: between(here.high, next.high) })
    }
}
