//! Relations about slower parts: thresholds, intervals, TTLs.

use super::numbers::{detections, difference, minutes_lost, no_smaller};
use super::{Relation, Rule};
use crate::engine::random::Stream;
use crate::trace::Trace;
use crate::validation::designs::Design;
use crate::validation::designs::change::{
    felt, lasting, one_probe_at_a_time, undrawn, with_interval, with_threshold, with_ttl,
};
use crate::validation::designs::draw::{single_outage, struck};

pub const RELATIONS: &[Relation] = &[
    Relation {
        key: "higher-threshold",
        claim: "a threshold higher by one never detects sooner",
        condition: "one outage; a checker's probes do not overlap",
        rule: Rule::Ordered,
        least: 0.4,
        ask: |stream| {
            let design = one_probe_at_a_time(single_outage(stream));
            no_smaller(&design.text(), &with_threshold(&design, 1).text(), detections)
        },
        mistake: "the higher threshold is taken for the lower",
        wrong: |stream| {
            let design = one_probe_at_a_time(single_outage(stream));
            no_smaller(&with_threshold(&design, 1).text(), &design.text(), detections)
        },
    },
    Relation {
        key: "longer-interval",
        claim: "an interval twice as long does not detect sooner",
        condition: "in the mean (a phase is a share of the cycle, and the fault meets another one); one outage that outlasts the run",
        rule: Rule::NoLess,
        least: 0.4,
        ask: |stream| {
            let design = lasting(single_outage(stream));
            difference(&design.text(), &with_interval(&design, 2).text(), seen)
        },
        mistake: "the longer interval taken for the shorter",
        wrong: |stream| {
            let design = lasting(single_outage(stream));
            difference(&with_interval(&design, 2).text(), &design.text(), seen)
        },
    },
    Relation {
        key: "longer-ttl",
        claim: "a TTL three times as long does not cost users less service",
        condition: "in the mean, with any policy; one outage that outlasts the run and strikes where users are",
        rule: Rule::NoLess,
        least: 0.3,
        ask: |stream| {
            let design = felt(single_outage(stream));
            difference(&design.text(), &with_ttl(&design, 3).text(), minutes_lost)
        },
        mistake: "the longer TTL is taken for the shorter",
        wrong: |stream| {
            let design = moving(stream);
            difference(&with_ttl(&design, 3).text(), &design.text(), minutes_lost)
        },
    },
    Relation {
        key: "longer-ttl-run-by-run",
        claim: "with a TTL three times as long no user is back sooner",
        condition: "one outage that outlasts the run; the policy is not drawn; clients keep no addresses and connections of their own",
        rule: Rule::Ordered,
        least: 0.15,
        ask: |stream| {
            let design = undrawn(single_outage(stream));
            no_smaller(&design.text(), &with_ttl(&design, 3).text(), by_cohort)
        },
        mistake: "the shorter TTL is taken for the longer",
        wrong: |stream| {
            let design = undrawn(single_outage(stream));
            no_smaller(&with_ttl(&design, 3).text(), &design.text(), by_cohort)
        },
    },
];

/// An outage of which everybody is moved away.
fn moving(stream: &mut Stream) -> Design {
    felt(struck(single_outage(stream)))
}

/// When all checks had seen it, in seconds; the end of the run where they never did.
fn seen(trace: &Trace) -> f64 {
    let end = trace.end().as_nanos();
    let times = detections(trace);
    if times.iter().all(|at| *at > end) {
        0.0
    } else {
        times.into_iter().map(|at| at.min(end) as f64 / 1e9).sum()
    }
}

/// When each cohort was back, for each kind of request.
fn by_cohort(trace: &Trace) -> Vec<(u8, u64)> {
    let replay = crate::measure::Replay::new(trace);
    let cohorts = (0..trace.cast.cohorts.len()).map(crate::id::CohortId::at);
    cohorts
        .flat_map(|cohort| {
            crate::measure::Served::EVERY.map(|served| {
                super::numbers::length(replay.recover(&replay.cohort_changes(cohort, served)))
            })
        })
        .collect()
}
