//! Followed operations of quorum stores over the runs of a campaign: pooled, then read off with intervals.

use super::fold::proportion;
use super::statistics::{quantile_rank, quantile_ranks};
use super::{BLOCK, Settings, Stopped, threads};
use crate::id::StoreId;
use crate::measure::quorum::{Pooled, at_rank};
use crate::report::Interval;
use crate::scenario::Scenario;
use crate::units::Duration;
use crate::world::{self, Stage};
use rayon::prelude::*;
use std::sync::Arc;

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
    proportion(pooled.consistent_at(after), pooled.thresholds.len() as u64, confidence)
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
