//! Consistency over runs: ratios of sums, pooled laws of arrival and staleness, lag over time.

use super::Pool;
use super::fold::Folded;
use super::statistics::{RatioSums, quantile_rank};
use crate::measure::consistency::{ConsistencyNumbers, Watched};
use crate::measure::metric::Scope;
use crate::measure::{Metric, grid};
use crate::report::Interval;
use crate::report::consistency::{
    Consistency, ConsistencyRow, ConsistentBy, LagPoint, LogLag, Quantiles,
};
use crate::scenario::Scenario;
use crate::trace::Cast;
use crate::trace::items::Histogram;

/// Runs whose lag over time is kept.
const LAG_RUNS: usize = 400;
/// Points of the curve of P(consistent at t).
const CURVE_POINTS: usize = 200;

/// One store over runs.
#[derive(Clone, Debug, Default)]
pub struct ConsistencyPool {
    runs: u64,
    arrivals: PooledLaw,
    everywhere: PooledLaw,
    staleness: PooledLaw,
    /// By step, over runs.
    waiting: Vec<f64>,
    waited: Vec<f64>,
    divergent: Vec<f64>,
    writes: f64,
    is_whole: bool,
    keys: u64,
    keys_simulated: u64,
}

impl ConsistencyPool {
    pub fn add(&mut self, run: &ConsistencyNumbers) {
        self.runs += 1;
        self.arrivals.add(&run.arrivals);
        self.everywhere.add(&run.everywhere);
        self.staleness.add(&run.staleness);
        for (sums, values) in [(&mut self.waiting, &run.waiting), (&mut self.waited, &run.waited)] {
            sums.resize(values.len(), 0.0);
            sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
        }
        self.divergent.resize(run.divergent.len(), 0.0);
        self.divergent.iter_mut().zip(&run.divergent).for_each(|(sum, keys)| *sum += keys);
        self.writes += run.writes_simulated;
        (self.is_whole, self.keys, self.keys_simulated) =
            (run.is_whole, run.keys, run.keys_simulated);
    }
}

/// How far replicas are behind over time, over runs.
#[derive(Clone, Debug, Default)]
pub struct LagPool {
    /// By run, by step, seconds.
    runs: Vec<Vec<f64>>,
}

impl LagPool {
    pub fn add(&mut self, lag: &[f64]) {
        if self.runs.len() < LAG_RUNS {
            self.runs.push(lag.to_vec());
        }
    }

    /// A point for the end of each step.
    fn points(&self, cast: &Cast) -> Vec<LagPoint> {
        let point = |step: usize| {
            let mut lags: Vec<f64> = self.runs.iter().map(|run| run[step]).collect();
            lags.sort_by(f64::total_cmp);
            let lag_p95 = lags[quantile_rank(lags.len() as u64, 0.95) as usize - 1];
            LagPoint {
                seconds: end_of(cast, step),
                lag: lags.iter().sum::<f64>() / lags.len() as f64,
                lag_p95,
                divergent: 0.0,
            }
        };
        (0..self.runs.iter().map(Vec::len).min().unwrap_or(0)).map(point).collect()
    }
}

/// Seconds from the fault at which a step ends.
fn end_of(cast: &Cast, step: usize) -> f64 {
    ((step + 1) as f64 * cast.step.seconds()).min(cast.run.seconds())
        - cast.first_fault.map_or(0.0, |fault| fault.seconds())
}

/// How far the replicas of stores that follow a log are behind.
pub fn log_lag(scenario: &Scenario, cast: &Cast, pool: &Pool) -> Vec<LogLag> {
    let lags = scenario.stores.iter().zip(&pool.log_lag);
    lags.map(|(store, lag)| LogLag { store: store.name.clone(), lag: lag.points(cast) })
        .filter(|lag| !lag.lag.is_empty())
        .collect()
}

/// A law pooled over all that happened in all runs. Its distribution function at a time is a ratio of two sums over
/// runs, with that ratio's interval; what had not happened by the end of a run counts as infinite.
#[derive(Clone, Debug, Default)]
struct PooledLaw {
    /// By cell of microseconds, up to the largest met so far: those in it or below.
    cells: Vec<RatioSums>,
}

/// The counts of a histogram up to rising cells.
struct Below<'h> {
    next: std::iter::Peekable<std::collections::btree_map::Iter<'h, usize, u64>>,
    sum: u64,
}

impl<'h> Below<'h> {
    fn new(histogram: &'h Histogram) -> Below<'h> {
        Below { next: histogram.iter().peekable(), sum: 0 }
    }

    fn up_to(&mut self, cell: usize) -> u64 {
        while let Some((_, count)) = self.next.next_if(|(of, _)| **of <= cell) {
            self.sum += count;
        }
        self.sum
    }
}

impl PooledLaw {
    fn add(&mut self, run: &Watched) {
        let largest = [&run.took, &run.all]
            .into_iter()
            .filter_map(|histogram| histogram.last_key_value())
            .map(|(cell, _)| cell + 1)
            .max()
            .unwrap_or(0);
        if self.cells.len() < largest {
            // All runs are equally long: only laws of which nothing is cut off can reach further in a later one.
            let last = self.cells.last().copied().unwrap_or_default();
            self.cells.resize(largest, last);
        }
        let total: u64 =
            if run.all.is_empty() { run.took.values().sum() } else { run.all.values().sum() };
        let [mut took, mut all, mut happened] =
            [&run.took, &run.all, &run.happened].map(Below::new);
        for (cell, sums) in self.cells.iter_mut().enumerate() {
            // Whoever was watched for less than this and did happen is among the quick ones, and does not count here.
            let (quick, unwatched, unwatched_quick) =
                (took.up_to(cell), all.up_to(cell), happened.up_to(cell));
            sums.add(
                quick.saturating_sub(unwatched_quick) as f64,
                total.saturating_sub(unwatched) as f64,
            );
        }
    }

    fn points(&self, confidence: f64) -> Vec<(f64, Interval)> {
        let point = |(cell, sums): (usize, &RatioSums)| {
            sums.interval(confidence).map(|share| (grid::least(cell + 1) as f64 / 1e6, share))
        };
        self.cells.iter().enumerate().filter_map(point).collect()
    }

    fn quantiles(&self, confidence: f64) -> Quantiles {
        let points = self.points(confidence);
        let crossing = |p: f64, bound: fn(&Interval) -> Option<f64>| {
            points
                .iter()
                .find(|(_, share)| bound(share).is_some_and(|share| share >= p))
                .map(|(at, _)| *at)
        };
        let at = |p: f64| {
            let estimate = crossing(p, |share| share.estimate);
            (!points.is_empty()).then(|| Interval {
                low: crossing(p, |share| share.high),
                estimate,
                high: crossing(p, |share| share.low),
            })
        };
        Quantiles { p50: at(0.5), p99: at(0.99), p999: at(0.999) }
    }

    fn curve(&self, confidence: f64) -> Vec<ConsistentBy> {
        let points = self.points(confidence);
        let first = points
            .iter()
            .position(|(_, share)| share.estimate > Some(0.0))
            .unwrap_or(0)
            .saturating_sub(1);
        let last = points
            .iter()
            .position(|(_, share)| share.estimate >= Some(0.9995))
            .map_or(points.len(), |at| at + 1);
        let rising = &points[first.min(last)..last];
        let stride = rising.len().div_ceil(CURVE_POINTS).max(1);
        let kept = rising
            .iter()
            .enumerate()
            .filter(|(index, _)| index % stride == 0 || index + 1 == rising.len());
        kept.map(|(_, (seconds, share))| {
            let estimate = share.estimate.unwrap_or(0.0);
            ConsistentBy {
                seconds: *seconds,
                share: estimate,
                low: share.low.unwrap_or(0.0),
                high: share.high.unwrap_or(1.0).min(1.0),
            }
        })
        .collect()
    }
}

/// One entry per store that several regions write.
pub fn consistency(
    scenario: &Scenario,
    cast: &Cast,
    pool: &Pool,
    confidence: f64,
) -> Vec<Consistency> {
    let stores =
        scenario.stores.iter().filter_map(|store| Some((store, store.replication.items()?)));
    let tables = pool.table(Scope::Conflicts).iter().zip(pool.table(Scope::MultiWriter));
    stores
        .zip(&pool.consistency)
        .zip(tables)
        .map(|(((store, shipping), sampled), (ratios, single))| Consistency {
            store: store.name.clone(),
            policy: shipping.conflicts.name().to_string(),
            is_whole: sampled.is_whole,
            keys: sampled.keys,
            keys_simulated: sampled.keys_simulated,
            writes_simulated: sampled.writes / sampled.runs.max(1) as f64,
            rows: rows(ratios, confidence),
            arrival: sampled.arrivals.quantiles(confidence),
            everywhere: sampled.everywhere.quantiles(confidence),
            staleness: sampled.staleness.quantiles(confidence),
            numbers: single.numbers(confidence),
            consistent_by: sampled.arrivals.curve(confidence),
            lag: sampled.waiting_over_time(cast),
        })
        .collect()
}

/// The ratios that had an occasion.
fn rows(ratios: &Folded, confidence: f64) -> Vec<ConsistencyRow> {
    let numbers = ratios.numbers(confidence);
    let row = |metric: &'static Metric| {
        Some(ConsistencyRow {
            key: metric.key.to_string(),
            label: metric.label.to_string(),
            meaning: metric.meaning.to_string(),
            unit: metric.unit,
            value: numbers.interval(metric.key)?,
        })
    };
    Scope::Conflicts.metrics().iter().filter_map(row).collect()
}

impl ConsistencyPool {
    /// The mean age of the writes that some region lacks, over all of them in all runs: the oldest would depend on how many are simulated.
    fn waiting_over_time(&self, cast: &Cast) -> Vec<LagPoint> {
        let point = |step: usize| {
            let lag =
                if self.waiting[step] > 0.0 { self.waited[step] / self.waiting[step] } else { 0.0 };
            let divergent =
                self.divergent[step] / self.runs.max(1) as f64 / self.keys_simulated.max(1) as f64;
            LagPoint { seconds: end_of(cast, step), lag, lag_p95: lag, divergent }
        };
        (0..self.waiting.len()).map(point).collect()
    }
}
