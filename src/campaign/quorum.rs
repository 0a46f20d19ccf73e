//! Followed operations of quorum stores over the runs of a campaign: pooled, then read off with intervals.

use super::statistics::{clopper_pearson, quantile_rank, quantile_ranks};
use super::{BLOCK, Settings, Stopped, threads};
use crate::id::StoreId;
use crate::measure::grid;
use crate::measure::quorum::{Pooled, at_rank};
use crate::report::{Interval, QuorumRow};
use crate::scenario::Scenario;
use crate::units::Duration;
use crate::world::{self, Stage};
use rayon::prelude::*;
use std::sync::Arc;

/// Followed operations of one store over the runs of a campaign, in cells: memory does not grow with the number of runs.
#[derive(Clone, Debug)]
pub struct QuorumPool {
    pub store: StoreId,
    thresholds: Histogram,
    reads: Histogram,
    writes: Histogram,
    /// Reads that would see the last write so long after it, by [`MOMENTS`].
    seen: [u64; 3],
    /// Reads that did not see it at the moment at which they came.
    stale: u64,
    unavailable_reads: u64,
    unavailable_writes: u64,
}

/// How long after a write the report looks.
const MOMENTS: [Duration; 3] =
    [Duration::ZERO, Duration::from_millis(10), Duration::from_millis(100)];

/// Counts of nanoseconds by cell of [`grid`], which knows a value to 0.4 %.
#[derive(Clone, Debug, Default)]
struct Histogram {
    cells: Vec<u64>,
    count: u64,
}

impl Histogram {
    fn add(&mut self, values: &[u64]) {
        for value in values {
            let cell = grid::cell(*value);
            if self.cells.len() <= cell {
                self.cells.resize(cell + 1, 0);
            }
            self.cells[cell] += 1;
        }
        self.count += values.len() as u64;
    }

    /// The value of a rank in milliseconds; `None`: it has no end.
    fn at(&self, rank: u64) -> Option<f64> {
        let mut below = 0;
        let cell = self.cells.iter().position(|count| {
            below += count;
            below >= rank
        })?;
        (cell < grid::cell(Duration::MAX.as_nanos())).then(|| grid::least(cell) as f64 / 1e6)
    }

    fn quantile(&self, share: f64, confidence: f64) -> Option<Interval> {
        if self.count == 0 {
            return None;
        }
        let (low, high) = quantile_ranks(self.count, share, confidence);
        let at = |rank: u64| self.at(rank);
        Some(Interval {
            low: low.and_then(at),
            estimate: at(quantile_rank(self.count, share)),
            high: high.and_then(at),
        })
    }
}

impl QuorumPool {
    pub fn new(store: StoreId) -> QuorumPool {
        let (thresholds, reads, writes) = Default::default();
        QuorumPool {
            store,
            thresholds,
            reads,
            writes,
            seen: [0; 3],
            stale: 0,
            unavailable_reads: 0,
            unavailable_writes: 0,
        }
    }

    pub fn add(&mut self, run: &Pooled) {
        self.thresholds.add(&run.thresholds);
        self.reads.add(&run.reads);
        self.writes.add(&run.writes);
        for (sum, moment) in self.seen.iter_mut().zip(MOMENTS) {
            *sum += run.consistent_at(moment);
        }
        self.stale += run.behind.iter().skip(1).sum::<u64>();
        self.unavailable_reads += run.unavailable_reads;
        self.unavailable_writes += run.unavailable_writes;
    }

    /// The row of the report.
    pub fn row(&self, name: &str, confidence: f64) -> QuorumRow {
        let all = self.thresholds.count;
        let share = |part: u64, all: u64| {
            let (low, high) =
                if all == 0 { return None } else { clopper_pearson(part, all, confidence) };
            Some(Interval {
                low: Some(low),
                estimate: Some(part as f64 / all as f64),
                high: Some(high),
            })
        };
        let [at_once, after_10_ms, after_100_ms] = self.seen.map(|seen| share(seen, all));
        QuorumRow {
            store: name.to_string(),
            reads: all,
            writes: self.writes.count,
            at_once,
            after_10_ms,
            after_100_ms,
            seen_p999_milliseconds: self.thresholds.quantile(0.999, confidence),
            read_p50_milliseconds: self.reads.quantile(0.5, confidence),
            read_p999_milliseconds: self.reads.quantile(0.999, confidence),
            write_p50_milliseconds: self.writes.quantile(0.5, confidence),
            write_p999_milliseconds: self.writes.quantile(0.999, confidence),
            share_stale: share(self.stale, all),
            share_unavailable_reads: share(self.unavailable_reads, self.unavailable_reads + all),
            share_unavailable_writes: share(
                self.unavailable_writes,
                self.unavailable_writes + self.writes.count,
            ),
        }
    }
}

/// All followed operations of one store, in run order whatever the number of threads.
pub fn followed(
    scenario: &Arc<Scenario>,
    store: StoreId,
    settings: &Settings,
) -> Result<Pooled, Stopped> {
    let stage = Stage::new(scenario.clone());
    let threads = threads(settings)?;
    let mut pooled = Pooled::default();
    for first in (0..settings.runs).step_by(BLOCK as usize) {
        let block = first..(first + BLOCK).min(settings.runs);
        let of_run = |run| Ok(Pooled::of(&world::run(&stage, settings.seed, run)?, store));
        let runs: Result<Vec<Pooled>, Stopped> =
            threads.install(|| block.into_par_iter().map(of_run).collect());
        for run in runs? {
            pooled.add(run);
        }
    }
    Ok(pooled)
}

/// The share of reads that see the last write so long after it; `None`: no read was answered.
pub fn consistent_at(pooled: &Pooled, after: Duration, confidence: f64) -> Option<Interval> {
    let (seen, all) = (pooled.consistent_at(after), pooled.thresholds.len() as u64);
    let (low, high) = if all == 0 { return None } else { clopper_pearson(seen, all, confidence) };
    Some(Interval { low: Some(low), estimate: Some(seen as f64 / all as f64), high: Some(high) })
}

/// A quantile of pooled nanoseconds, in milliseconds; `None` in it where the sample is too small or the time has no end.
pub fn quantile(values: &mut [u64], share: f64, confidence: f64) -> Option<Interval> {
    let n = values.len() as u64;
    if n == 0 {
        return None;
    }
    let (low, high) = quantile_ranks(n, share, confidence);
    let mut at = |rank: u64| {
        Some(at_rank(values, rank))
            .filter(|nanos| *nanos != Duration::MAX.as_nanos())
            .map(|nanos| nanos as f64 / 1e6)
    };
    Some(Interval {
        low: low.and_then(&mut at),
        estimate: at(quantile_rank(n, share)),
        high: high.and_then(&mut at),
    })
}
