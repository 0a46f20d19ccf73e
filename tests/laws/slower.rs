//! Slower parts make slower recoveries: thresholds, intervals, TTLs.

use crate::design::Design;
pub use crate::design::change::{
    felt, lasting, one_probe_at_a_time, undrawn, with_interval, with_threshold, with_ttl,
};
use crate::generate::single_outages;
use crate::naive::Counted;
use crate::running::{CASES, RUNS, Verdict, for_all, holds, length, stage, trace, traces};
use mrsim::id::CohortId;
use mrsim::measure::{Replay, Scope, Served};
use mrsim::trace::{Trace, What};
use proptest::strategy::Strategy;

/// When each check was first seen unhealthy, in nanoseconds; never is the largest.
pub fn detections(trace: &Trace) -> Vec<u64> {
    let first = |index: usize| {
        let is_it = |what: What| matches!(what, What::BeliefChanged { check, healthy: false, .. } if check.index() == index);
        trace.facts.iter().find(|fact| is_it(fact.what)).map_or(u64::MAX, |fact| fact.at.as_nanos())
    };
    (0..trace.cast.checks.len()).map(first).collect()
}

/// In every run, `slow` detects no check earlier than `fast` does.
pub fn never_detects_earlier(fast: &Design, slow: &Design) -> Verdict {
    let mut detected = false;
    for (fast, slow) in traces(fast, RUNS).iter().zip(&traces(slow, RUNS)) {
        for (check, (fast, slow)) in detections(fast).into_iter().zip(detections(slow)).enumerate()
        {
            detected |= fast < u64::MAX;
            holds(slow >= fast, || {
                format!("check {check}: the slower detects at {slow} ns, the faster at {fast} ns")
            })?;
        }
    }
    Ok(detected)
}

/// A higher threshold never detects earlier, in any run.
///
/// Because: phases do not depend on the threshold, so every checker sees the same results, and a row
/// of k + 1 failures has a row of k before it. Condition: one fault, so that nothing detected under
/// the lower threshold has already been taken back, and a checker's probes do not overlap.
#[test]
fn a_higher_threshold_never_detects_earlier() {
    for_all(CASES, 0.4, single_outages().prop_map(one_probe_at_a_time), |design| {
        never_detects_earlier(design, &with_threshold(design, 1))
    });
}

fn square(x: f64) -> f64 {
    x * x
}

/// Mean and standard error of the differences of paired numbers.
pub fn paired(pairs: &[(f64, f64)]) -> (f64, f64) {
    let n = pairs.len() as f64;
    let mean = pairs.iter().map(|(one, other)| other - one).sum::<f64>() / n;
    let variance =
        pairs.iter().map(|(one, other)| square(other - one - mean)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

/// The mean of the second numbers is not below that of the first by more than 4 standard errors.
fn not_below(what: &str, pairs: &[(f64, f64)]) -> Verdict {
    let (mean, error) = paired(pairs);
    holds(mean >= -4.0 * error - 1e-6, || {
        format!("{what} fell by {} s on average, standard error {error}", -mean)
    })?;
    Ok(pairs.iter().any(|(one, other)| one != other))
}

/// A longer interval does not detect earlier in the mean over runs.
///
/// Because: the time to a checker's next probe is uniform over its cycle, and grows with the cycle in
/// law; so does the row of failures after it. Not run by run: a phase is a share of the cycle, and
/// where in its cycle the fault meets a checker changes with the cycle (`controls` shows such runs).
/// Condition: one fault that outlasts the run.
#[test]
fn a_longer_interval_detects_later_in_the_mean() {
    for_all(64, 0.4, single_outages().prop_map(lasting), |design| {
        let (fast, slow) = (stage(design), stage(&with_interval(design, 2)));
        let seen = |trace: &Trace| {
            detections(trace)
                .into_iter()
                .map(|at| at.min(trace.end().as_nanos()) as f64 / 1e9)
                .sum::<f64>()
        };
        let pairs: Vec<(f64, f64)> =
            (0..60).map(|run| (seen(&trace(&fast, run)), seen(&trace(&slow, run)))).collect();
        not_below("time of detection", &pairs)
    });
}

/// In every run, no cohort and no service recovers earlier with `long` than with `short`.
pub fn never_recovers_earlier(short: &Design, long: &Design) -> Verdict {
    let mut later = false;
    for (short, long) in traces(short, RUNS).iter().zip(&traces(long, RUNS)) {
        let counted = Counted::new(short);
        let (short, long) = (Replay::new(short), Replay::new(long));
        for cohort in (0..short.trace.cast.cohorts.len()).map(CohortId::at) {
            for served in Served::EVERY {
                let [one, other] = [&short, &long]
                    .map(|run| length(run.recover(&run.cohort_changes(cohort, served))));
                holds(one <= other, || {
                    format!(
                        "{cohort:?} {}: {one:?} with the shorter, {other:?} with the longer",
                        served.label()
                    )
                })?;
                later |= one < other;
            }
        }
        for served in Served::EVERY {
            let at_once =
                counted.interruption(Scope::AllUsers, served).began == short.trace.cast.first_fault;
            let [one, other] =
                [&short, &long].map(|run| length(run.recovery(Scope::AllUsers, served)));
            holds(!at_once || one <= other, || {
                format!(
                    "service, {}: {one:?} with the shorter, {other:?} with the longer",
                    served.label()
                )
            })?;
        }
    }
    Ok(later)
}

/// A longer TTL never lets a user, nor the service, recover earlier, in any run.
///
/// Because: whether a cache holds an answer and how long it still does grow with the TTL on
/// the common random numbers, and whoever comes later to a region meets the same service there.
/// Condition: one outage that outlasts the run (else who stayed may be back before who left), a policy
/// that is not drawn and clients without caches of their own (else the number of draws before a given one
/// depends on the TTL), and, for the service, an interruption that begins with the fault: a later
/// first interruption has a later recovery.
#[test]
fn a_longer_ttl_never_recovers_earlier() {
    for_all(CASES, 0.15, single_outages().prop_map(undrawn), |design| {
        never_recovers_earlier(design, &with_ttl(design, 3))
    });
}

/// A longer TTL does not shorten users' time without service in the mean over runs, with
/// any policy.
///
/// Because: until the failure is published, the share of users with the dead region does not depend
/// on the TTL; after that, they leave as their caches expire. Time without service and not
/// recovery time: with drawn answers and a short TTL nearly everybody meets the dead region
/// once before it is published, and is then interrupted where a longer one would have spared them.
/// Condition: one outage that outlasts the run.
#[test]
fn a_longer_ttl_costs_service_in_the_mean() {
    for_all(64, 0.3, single_outages().prop_map(felt), |design| {
        let (short, long) = (stage(design), stage(&with_ttl(design, 3)));
        let lost = |trace: &Trace| Replay::new(trace).minutes_lost().iter().sum::<f64>();
        let pairs: Vec<(f64, f64)> =
            (0..60).map(|run| (lost(&trace(&short, run)), lost(&trace(&long, run)))).collect();
        not_below("time without service", &pairs)
    });
}
