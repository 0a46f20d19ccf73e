//! Relations about time: its scale, the beginning and the end of faults and runs, the width of steps, and one request at a time.

use super::numbers::{
    changed, difference, equal, equal_but, interrupted, length, no_smaller, recoveries, traces,
};
use super::{Outcome, Relation, Rule};
use crate::engine::random::Stream;
use crate::id::PopulationId;
use crate::measure::{Replay, Scope, Served};
use crate::trace::Trace;
use crate::validation::designs::change::{lasting, scalable, scaled, shifted};
use crate::validation::designs::draw::{Chance, design, single_outage, struck};
use crate::validation::designs::{Breaks, Design, Fault, How, SECOND, Span};

pub const RELATIONS: &[Relation] = &[
    Relation {
        key: "scale-of-time",
        claim: "all times twice as long, all rates half as large: every recovery takes twice as long, to 2.2 µs",
        condition: "faults of constant length; a decision of a second or more; clients keep no connections, which are tried again after a second of their own",
        rule: Rule::Exact,
        least: 0.4,
        ask: |stream| twice(stream, |_| ()),
        mistake: "the TTL stays as it was",
        wrong: |stream| twice(stream, |slow| slow.ttl = slow.ttl / 2 + SECOND),
    },
    Relation {
        key: "later-fault",
        claim: "all faults begin 457 s later, the run is as much longer: recovery times stay",
        condition: "in the mean: phases of probes and caches meet the fault elsewhere",
        rule: Rule::Mean,
        least: 0.4,
        ask: |stream| later(stream, |_| ()),
        mistake: "meanwhile the TTL became 20 minutes",
        wrong: |stream| later(stream, |late| late.ttl = 1_200 * SECOND),
    },
    Relation {
        key: "shorter-fault",
        claim: "an outage that ends earlier never makes an interruption longer, of any population and kind of request",
        condition: "one outage; no replica is promoted; the policy is not drawn; clients keep no connections",
        rule: Rule::Ordered,
        least: 0.2,
        ask: |stream| {
            let (short, long) = shorter(stream);
            no_smaller(&short, &long, recoveries)
        },
        mistake: "the longer outage is taken for the shorter",
        wrong: |stream| {
            let (short, long) = shorter(stream);
            no_smaller(&long, &short, recoveries)
        },
    },
    Relation {
        key: "fault-after-recovery",
        claim: "a fault after the service is back for good, and has been for the hold time, changes no first recovery of the service",
        condition: "the first fault lasts beyond the end; the service is back in time for another",
        rule: Rule::Exact,
        least: 0.15,
        ask: |stream| another_fault(stream, |back, hold| back + hold + SECOND),
        mistake: "it comes before the service is back",
        wrong: |stream| another_fault(stream, |back, _| back - (back / 100).max(SECOND)),
    },
    Relation {
        key: "longer-run",
        claim: "a run that goes on for another ten minutes changes no fact of before",
        condition: "none",
        rule: Rule::Exact,
        least: 0.7,
        ask: |stream| longer(stream, 0),
        mistake: "the faults begin a second later as well",
        wrong: |stream| longer(stream, SECOND),
    },
    Relation {
        key: "width-of-steps",
        claim: "steps half as wide change no recovery time",
        condition: "none",
        rule: Rule::Exact,
        least: 0.4,
        ask: |stream| {
            let design = design(stream);
            equal(&design.text(), &changed(&design, |other| other.step /= 2), recoveries)
        },
        mistake: "health checks probe once per step",
        wrong: |stream| {
            let mut design = design(stream);
            let probing = |design: &mut Design| {
                let step = design.step;
                design.checks.iter_mut().for_each(|check| check.interval = step);
            };
            probing(&mut design);
            design.step /= 2;
            let halved = changed(&design, probing);
            design.step *= 2;
            equal(&design.text(), &halved, recoveries)
        },
    },
    Relation {
        key: "one-by-one",
        claim: "requests simulated one by one lose as much service as those that are counted by distribution",
        condition: "in the mean; few users, who keep nothing between the name and the request",
        rule: Rule::Mean,
        least: 0.3,
        ask: |stream| one_by_one(stream, 0),
        mistake: "one by one the TTL is two minutes longer",
        wrong: |stream| one_by_one(stream, 120 * SECOND),
    },
];

/// A drawn time is rounded to a nanosecond; a recovery adds up to a hundred of them.
const ROUNDING: u64 = 11 * 200;

fn twice(stream: &mut Stream, spoil: impl Fn(&mut Design)) -> Outcome {
    let fast = scalable(design(stream));
    // Rates are whole numbers of events in 10^9 s.
    let fast = scaled(&fast, 2);
    let mut slow = scaled(&fast, 2);
    spoil(&mut slow);
    let mut outcome = Outcome::Nothing;
    for (one, other) in traces(&fast.text(), 2).iter().zip(&traces(&slow.text(), 2)) {
        for (one, other) in recoveries(one).into_iter().zip(recoveries(other)) {
            if one.0 != other.0 || (2 * one.1).abs_diff(other.1) > ROUNDING {
                return Outcome::Broken(format!("a recovery of {one:?} became {other:?}"));
            }
            if one.0 == 1 {
                outcome = Outcome::Holds;
            }
        }
    }
    outcome
}

fn later(stream: &mut Stream, spoil: impl Fn(&mut Design)) -> Outcome {
    let design = struck(design(stream));
    let mut late = shifted(&design, 457 * SECOND);
    spoil(&mut late);
    difference(&design.text(), &late.text(), interrupted)
}

/// The same outage for a shorter and a longer time.
fn shorter(stream: &mut Stream) -> (String, String) {
    let mut design = struck(single_outage(stream)).without_connections();
    design.stores.iter_mut().for_each(|store| store.promotion = None);
    let design = crate::validation::designs::change::undrawn(design.without_idle_checks());
    let short = Span::Constant(stream.seconds(5, 300));
    let long = Span::Constant(stream.seconds(300, 900));
    (
        changed(&design, |design| design.faults[0].lasting = short),
        changed(&design, |design| design.faults[0].lasting = long),
    )
}

/// Another fault, that takes every region down, when the service is back.
fn another_fault(stream: &mut Stream, when: fn(u64, u64) -> u64) -> Outcome {
    let design = lasting(single_outage(stream));
    let first = |text: &str| {
        Some(length(Replay::new(traces(text, 1).first()?).recovery(Scope::AllUsers, Served::All)))
    };
    let Some(recovered) = first(&design.text()) else { return Outcome::Nothing };
    let back = design.faults[0].at + recovered.1;
    let at = when(back, design.hold);
    if recovered.0 != 1
        || recovered.1 < 2 * SECOND
        || at <= design.faults[0].at
        || at + SECOND > design.run
    {
        return Outcome::Nothing;
    }
    let regions = 0..design.regions.len();
    let other = changed(&design, |design| {
        let fault = |region| Fault {
            breaks: Breaks::Outage { region, how: How::FastFail },
            at,
            lasting: Span::Constant(100 * SECOND),
        };
        design.faults.extend(regions.map(fault));
    });
    match first(&other) {
        None => Outcome::Nothing,
        Some(same) if same == recovered => Outcome::Holds,
        same => Outcome::Broken(format!("a recovery of {recovered:?} became {same:?}")),
    }
}

fn longer(stream: &mut Stream, later: u64) -> Outcome {
    let design = design(stream);
    let long = changed(&design, |long| {
        long.run += 600 * SECOND;
        long.faults.iter_mut().for_each(|fault| fault.at += later);
    });
    let end = design.run;
    let before = move |trace: &Trace| {
        trace.facts.iter().filter(|fact| fact.at.as_nanos() < end).copied().collect::<Vec<_>>()
    };
    equal_but(&design.text(), &long, before, before)
}

fn one_by_one(stream: &mut Stream, longer: u64) -> Outcome {
    let mut design = struck(single_outage(stream)).without_own_caches();
    design.populations.truncate(1);
    let first = &mut design.populations[0];
    (first.users, first.caches) = (first.caches * 3, first.caches);
    (first.reads, first.writes) = (100_000_000, 0);
    first.queries = None;
    design.ttl = design.ttl.max(SECOND);
    design.run = design.run.min(design.faults[0].at + 600 * SECOND);
    let single = changed(&design, |single| {
        single.more += "fidelity: Requests,";
        single.ttl += longer;
    });
    let failed = |trace: &Trace| {
        let failed = trace.counts.iter().filter(|count| {
            count.population == PopulationId(0) && !count.ending.outcome.is_served()
        });
        failed.map(|count| count.requests as f64).sum::<f64>()
            / trace.cast.populations[0].users as f64
    };
    difference(&design.text(), &single, failed)
}
