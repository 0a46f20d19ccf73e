//! Relations about stores with one writer: what is lost with it.

use super::numbers::{always, ledger, measures, no_smaller};
use super::{Outcome, Relation, Rule};
use crate::engine::random::Stream;
use crate::trace::{Trace, What};
use crate::validation::designs::change::{agreeing, instant_replication, waiting};
use crate::validation::designs::draw::design;
use crate::validation::designs::{Design, SECOND, Span};

pub const RELATIONS: &[Relation] = &[
    Relation {
        key: "zero-lag",
        claim: "with a lag of zero nothing that was acknowledged is lost",
        condition: "links take no time; only the writer's region breaks: one that is cut off acknowledges what no replica gets",
        rule: Rule::Exact,
        least: 0.15,
        ask: |stream| loses_nothing(&instant_replication(design(stream))),
        mistake: "replicas lag by five seconds",
        wrong: |stream| {
            let mut design = instant_replication(design(stream));
            design.stores.iter_mut().for_each(|store| store.lag = Span::Constant(5 * SECOND));
            busy(&mut design);
            loses_nothing(&design)
        },
    },
    Relation {
        key: "longer-lag",
        claim: "a lag three times as long never loses fewer writes, nor younger ones",
        condition: "the log is in order and its writes share one lag",
        rule: Rule::Ordered,
        least: 0.03,
        ask: |stream| {
            let [short, long] = lags(stream);
            no_smaller(&short, &long, lost)
        },
        mistake: "the longer lag is taken for the shorter",
        wrong: |stream| {
            let [short, long] = lags(stream);
            no_smaller(&long, &short, lost)
        },
    },
    Relation {
        key: "semi-sync-for-ever",
        claim: "semi-synchronous with a timeout that never comes is synchronous: every measure is equal, bit for bit",
        condition: "no replica is promoted: a promoted writer without any replica left hangs if semi-synchronous, and goes on if synchronous",
        rule: Rule::Exact,
        least: 0.4,
        ask: |stream| semi_sync(stream, 1_000_000 * SECOND),
        mistake: "the timeout is two seconds",
        wrong: |stream| semi_sync(stream, 2 * SECOND),
    },
    Relation {
        key: "waiting-writer",
        claim: "a writer that waits for replicas without a limit never loses an acknowledged write",
        condition: "none: whatever breaks, how often, in which order",
        rule: Rule::Exact,
        least: 0.15,
        ask: |stream| loses_nothing(&waiting(design(stream), 1, None)),
        mistake: "after two seconds it goes on alone",
        wrong: |stream| {
            let mut design = waiting(design(stream), 1, Some(2 * SECOND));
            busy(&mut design);
            loses_nothing(&design)
        },
    },
    Relation {
        key: "strong-regions",
        claim: "regions that agree on every write lose none and fork none",
        condition: "three regions, with a leader or without",
        rule: Rule::Exact,
        least: 0.3,
        ask: |stream| {
            let design = design(stream);
            let leader = design.ttl.is_multiple_of(2);
            agreed(&agreeing(design, leader))
        },
        mistake: "the store is a log with one writer",
        wrong: |stream| {
            let mut design = design(stream);
            busy(&mut design);
            agreed(&design)
        },
    },
];

/// Everyone writes, so that there is something to lose.
fn busy(design: &mut Design) {
    if !design.stores.is_empty() {
        design.populations.iter_mut().for_each(|population| population.writes = 20_000_000);
    }
}

fn loses_nothing(design: &Design) -> Outcome {
    always(&design.text(), |trace| {
        let losses = trace.facts.iter().filter_map(|fact| {
            if let What::WritesLost { writes, age, .. } = fact.what {
                Some((writes, age))
            } else {
                None
            }
        });
        let losses: Vec<_> = losses.collect();
        let gone = losses.iter().find(|(writes, age)| *writes > 0 || !age.is_zero());
        (!losses.is_empty()).then(|| {
            gone.map_or(Ok(()), |(writes, age)| {
                Err(format!("{writes} acknowledged writes lost, the oldest {age} old"))
            })
        })
    })
}

fn agreed(design: &Design) -> Outcome {
    if design.stores.is_empty() {
        return Outcome::Nothing;
    }
    always(&design.text(), |trace| {
        let ledger = ledger(trace);
        let occasion = ledger.acknowledged > 0 && super::numbers::is_eventful(trace);
        occasion.then(|| {
            if ledger.lost + ledger.forked == 0 { Ok(()) } else { Err(format!("{ledger:?}")) }
        })
    })
}

/// A design with a shorter and with a longer lag.
fn lags(stream: &mut Stream) -> [String; 2] {
    let mut design = design(stream);
    busy(&mut design);
    [1, 3].map(|times| {
        let mut design = design.clone();
        for store in &mut design.stores {
            (store.each_write, store.unordered, store.lag) = (false, false, store.lag.times(times));
        }
        design.text()
    })
}

/// Writes that the first promotion lost, and how old the oldest was.
fn lost(trace: &Trace) -> Vec<u64> {
    let first = trace.facts.iter().find_map(|fact| {
        if let What::WritesLost { writes, age, .. } = fact.what {
            Some(vec![writes, age.as_nanos()])
        } else {
            None
        }
    });
    first.unwrap_or_default()
}

fn semi_sync(stream: &mut Stream, timeout: u64) -> Outcome {
    let mut design = design(stream);
    if design.stores.is_empty() {
        return Outcome::Nothing;
    }
    design.stores.iter_mut().for_each(|store| store.promotion = None);
    let design = design.without_idle_checks();
    super::numbers::equal(
        &waiting(design.clone(), 1, Some(timeout)).text(),
        &waiting(design, 1, None).text(),
        measures,
    )
}
