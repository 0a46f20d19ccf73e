//! What the charts draw, from the pooled runs.

use super::Pool;
use super::estimates::sorted;
use super::marks::MarkedKind;
use super::pool::NO_REQUESTS;
use super::statistics::clopper_pearson;
use super::users::UserPool;
use crate::measure::loss::{RPO_SECONDS, RPO_WRITES};
use crate::measure::metric::Scope;
use crate::measure::{Fold, Metric, Served};
use crate::report::{
    AvailabilityPoint, ChartData, CurvePoint, Interval, Mark, Numbers, RecoveryCurve, UserRecovery,
    Value, Whereabouts,
};
use crate::scenario::Scenario;
use crate::trace::Cast;

/// Points of a recovery curve in the report: enough for a smooth line.
const CURVE_POINTS: usize = 400;

/// The law over users, and the curves it was read from.
pub fn user_recovery(
    scenario: &Scenario,
    pool: &Pool,
    confidence: f64,
) -> (Vec<UserRecovery>, Vec<RecoveryCurve>) {
    let mut laws = Vec::new();
    let mut curves = Vec::new();
    for (users, operation) in pool.users.iter().zip([Served::Reads, Served::Writes]) {
        let curve = users.curve(confidence);
        if curve.is_empty() {
            continue;
        }
        let has_objective = scenario.objectives.rto.is_some();
        let value = |metric: &Metric| match metric.fold {
            Fold::UsersAffected => Value::Number(users.share_affected()),
            Fold::OverUsers(share) => Value::Interval(users.quantile(&curve, share)),
            _ if has_objective => within_objective(users, confidence).into(),
            _ => Value::Absent(()),
        };
        let numbers = Scope::Users.metrics().iter().map(|metric| (metric.key, value(metric)));
        laws.push(UserRecovery { operation, numbers: Numbers::of(numbers) });
        curves.push(RecoveryCurve { operation, points: thinned(&curve) });
    }
    (laws, curves)
}

fn within_objective(users: &UserPool, confidence: f64) -> Option<Interval> {
    users.within_objective(confidence).map(|share| honest(share, users.runs, confidence))
}

/// Where every run says none or all, the spread over runs is zero, but certainty is not: the bound is
/// that of as many runs without an exception (Clopper-Pearson).
fn honest(share: Interval, runs: u64, confidence: f64) -> Interval {
    match share.estimate {
        Some(0.0) => Interval { high: Some(clopper_pearson(0, runs, confidence).1), ..share },
        Some(1.0) => Interval { low: Some(clopper_pearson(runs, runs, confidence).0), ..share },
        _ => share,
    }
}

/// Only the part that rises, at most so many points.
fn thinned(curve: &[CurvePoint]) -> Vec<CurvePoint> {
    let first =
        curve.iter().position(|point| point.share > 0.0).unwrap_or(curve.len()).saturating_sub(1);
    let last = curve
        .iter()
        .rposition(|point| point.share < curve[curve.len() - 1].share)
        .map_or(first, |at| at + 1);
    let rising = &curve[first.min(curve.len() - 1)..=last.max(first).min(curve.len() - 1)];
    let stride = rising.len().div_ceil(CURVE_POINTS).max(1);
    rising
        .iter()
        .enumerate()
        .filter(|(index, _)| index % stride == 0 || index + 1 == rising.len())
        .map(|(_, point)| *point)
        .collect()
}

/// Everything for the charts.
pub fn chart_data(
    scenario: &Scenario,
    cast: &Cast,
    pool: &Pool,
    recovery: Vec<RecoveryCurve>,
) -> ChartData {
    // A run in which nobody was promoted lost nothing for good: it belongs into the picture as zero,
    // unless no run had a promotion.
    let with_none_lost = |measure: &Metric| -> Vec<f64> {
        let values = pool.values(measure);
        let lost = sorted(values);
        let none = if lost.is_empty() { 0 } else { values.len() - lost.len() };
        std::iter::repeat_n(0.0, none).chain(lost).collect()
    };
    ChartData {
        availability: availability(cast, pool),
        marks: marks(scenario, pool),
        recovery,
        rto_objective: scenario.objectives.rto.map(|rto| rto.seconds()),
        lost_writes: with_none_lost(&RPO_WRITES),
        rpo_seconds: with_none_lost(&RPO_SECONDS),
        rpo_objective: scenario.objectives.rpo.map(|rpo| rpo.seconds()),
        whereabouts: whereabouts(cast, pool),
    }
}

/// Seconds from the fault at which a step begins.
fn seconds_of(cast: &Cast, bin: usize) -> f64 {
    bin as f64 * cast.step.seconds() - cast.first_fault.map_or(0.0, |fault| fault.seconds())
}

fn availability(cast: &Cast, pool: &Pool) -> Vec<AvailabilityPoint> {
    let share = |good: u128, all: u128| (all > 0).then(|| good as f64 / all as f64);
    let point = |(index, bin): (usize, &crate::measure::timeline::Bin)| {
        let mut runs: Vec<u16> =
            pool.band.iter().map(|run| run[index]).filter(|share| *share != NO_REQUESTS).collect();
        runs.sort_unstable();
        let at = |share: f64| {
            let rank = || super::statistics::quantile_rank(runs.len() as u64, share) as usize;
            (!runs.is_empty()).then(|| f64::from(runs[rank() - 1]) / 65_534.0)
        };
        AvailabilityPoint {
            seconds: seconds_of(cast, index),
            reads: share(bin.good[0], bin.all[0]),
            writes: share(bin.good[1], bin.all[1]),
            low: at(0.05),
            high: at(0.95),
        }
    };
    pool.bins.iter().enumerate().map(point).collect()
}

/// Facts that happened in at least one run of a hundred, in the order of their medians. What a check sees that
/// nothing acts on explains no curve: it stands in the table of checks.
fn marks(scenario: &Scenario, pool: &Pool) -> Vec<Mark> {
    let is_observed = |kind: &MarkedKind| {
        kind.check().is_some_and(|index| scenario.health_checks[index].is_observed)
    };
    let mut marks: Vec<Mark> = pool
        .mark_kinds
        .iter()
        .zip(&pool.marks)
        .filter(|(kind, times)| {
            !is_observed(kind) && !times.is_empty() && times.len() as u64 * 100 >= pool.runs
        })
        .map(|(kind, times)| {
            let mut times = times.clone();
            times.sort_by(f64::total_cmp);
            let at = |share: f64| {
                times[super::statistics::quantile_rank(times.len() as u64, share) as usize - 1]
            };
            Mark {
                label: kind.label.clone(),
                kind: kind.kind(),
                median_seconds: at(0.5),
                low_seconds: at(0.05),
                high_seconds: at(0.95),
                runs: times.len() as u64,
            }
        })
        .collect();
    marks.sort_by(|a, b| a.median_seconds.total_cmp(&b.median_seconds));
    marks
}

fn whereabouts(cast: &Cast, pool: &Pool) -> Vec<Whereabouts> {
    let total =
        |bin: &crate::measure::timeline::Bin| bin.presence.iter().sum::<u128>().max(1) as f64;
    let nowhere = "edge, or no address".to_string();
    let places = cast.regions.iter().chain([&nowhere]).enumerate();
    places
        .filter(|(region, _)| pool.bins.iter().any(|bin| bin.presence[*region] > 0))
        .map(|(region, name)| Whereabouts {
            region: name.clone(),
            points: pool
                .bins
                .iter()
                .enumerate()
                .map(|(index, bin)| {
                    (seconds_of(cast, index), bin.presence[region] as f64 / total(bin))
                })
                .collect(),
        })
        .collect()
}
