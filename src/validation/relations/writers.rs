//! Relations about stores that several regions write: what a conflict policy keeps, and how fast waiting changes arrive.

use super::numbers::{equal, ledger, no_smaller};
use super::{Outcome, Relation, Rule};
use crate::engine::random::Stream;
use crate::measure::Replay;
use crate::measure::consistency::consistency;
use crate::trace::Trace;
use crate::validation::designs::draw::Chance;

pub const RELATIONS: &[Relation] = &[
    Relation {
        key: "no-conflict",
        claim: "while one region alone writes, the last writer wins and vector clocks give every write the same fate: none is overwritten, none has a sibling",
        condition: "every write reads its key first; clocks are right",
        rule: Rule::Exact,
        least: 0.5,
        ask: |stream| no_conflict(stream, false),
        mistake: "the other region writes as well",
        wrong: |stream| no_conflict(stream, true),
    },
    Relation {
        key: "counters-add-up",
        claim: "with counters that add up (PnCounter) no update of any region is overwritten or stands beside another",
        condition: "no region is destroyed",
        rule: Rule::Exact,
        least: 0.9,
        ask: |stream| keeps_all(&Shared::draw(stream).text("PnCounter()")),
        mistake: "the last writer wins",
        wrong: |stream| keeps_all(&Shared::draw(stream).text("LastWriterWins()")),
    },
    Relation {
        key: "vector-clocks-keep",
        claim: "with vector clocks every write that no writer had seen is kept or stands beside others: none is overwritten",
        condition: "every write reads its key first",
        rule: Rule::Exact,
        least: 0.5,
        ask: |stream| never_overwritten(&Shared::draw(stream).text("VectorClock()")),
        mistake: "the last writer wins instead",
        wrong: |stream| never_overwritten(&Shared::draw(stream).text("LastWriterWins()")),
    },
    Relation {
        key: "higher-capacity",
        claim: "twice the capacity of replication never lengthens the catch-up after a cut",
        condition: "the way opens again in time to catch up at the lower capacity",
        rule: Rule::Ordered,
        least: 0.3,
        ask: |stream| {
            let shared = Shared::draw(stream);
            no_smaller(&shared.with_capacity(40), &shared.with_capacity(20), caught_up)
        },
        mistake: "the higher capacity is taken for the lower",
        wrong: |stream| {
            let shared = Shared::draw(stream);
            no_smaller(&shared.with_capacity(20), &shared.with_capacity(40), caught_up)
        },
    },
];

/// Two regions, a busy user at each, a store that both write, and a cut between them.
struct Shared {
    lag: u64,
    keys: u64,
    /// Writes a second in each region.
    writes: [u64; 2],
    cut_at: u64,
    cut_for: u64,
    capacity: String,
}

impl Shared {
    fn draw(chance: &mut dyn Chance) -> Shared {
        Shared {
            lag: chance.whole(50, 2_000),
            keys: chance.whole(2, 100),
            writes: [chance.whole(1, 3), chance.whole(1, 3)],
            cut_at: chance.whole(10, 30),
            cut_for: chance.whole(10, 40),
            capacity: String::new(),
        }
    }

    fn with_capacity(&self, per_second: u64) -> String {
        let capacity = format!(", capacity: \"{per_second} writes/s\"");
        Shared { capacity, writes: self.writes.map(|writes| 3 * writes), ..*self }
            .text("LastWriterWins()")
    }

    fn text(&self, policy: &str) -> String {
        let Shared { lag, keys, cut_at, cut_for, capacity, .. } = self;
        let user = |name: &str, place: &str, writes: u64| {
            format!(
                "Population(name: \"{name}\", place: \"{place}\", users: 1, writes: \"{writes} req/s\", reads: \"1 req/s\"),"
            )
        };
        format!(
            "Scenario(
    question: \"What becomes of writes?\", run: \"120s\", step: \"10s\",
    regions: [\"ap-northeast-1\", \"us-east-1\"],
    users: [{}{}],
    routing: Routing(ttl: \"60s\", policy: Latency(to: [To(region: \"ap-northeast-1\"), To(region: \"us-east-1\")])),
    stores: [Store(name: \"s\", regions: [\"ap-northeast-1\", \"us-east-1\"],
        replication: MultiWriter(conflicts: {policy}, lag: Exponential(mean: \"{lag}ms\"){capacity}),
        keys: Keys(count: {keys}, sample: 1_000_000, reads_first: \"100%\"))],
    faults: [LinkCut(from: \"ap-northeast-1\", to: [\"us-east-1\"], at: \"{cut_at}s\", lasting: \"{cut_for}s\")],
)",
            user("Japan", "japan", self.writes[0]),
            user("America", "north-america-east", self.writes[1])
        )
    }
}

fn no_conflict(stream: &mut Stream, both: bool) -> Outcome {
    let mut shared = Shared::draw(stream);
    if !both {
        shared.writes[1] = 0;
    }
    // Held up is what had not arrived, whatever the policy: the fate that is left is being kept.
    let fates = |trace: &Trace| {
        let ledger = ledger(trace);
        let late = ledger.late;
        [ledger.acknowledged, ledger.kept() + late, ledger.overwritten, ledger.sibling].to_vec()
    };
    match keeps_all(&shared.text("LastWriterWins()")) {
        Outcome::Holds => {
            equal(&shared.text("LastWriterWins()"), &shared.text("VectorClock()"), fates)
        }
        other => other,
    }
}

fn keeps_all(text: &str) -> Outcome {
    fates(text, |ledger| ledger.overwritten + ledger.sibling + ledger.lost)
}

fn never_overwritten(text: &str) -> Outcome {
    fates(text, |ledger| ledger.overwritten + ledger.lost)
}

fn fates(text: &str, gone: impl Fn(&crate::measure::loss::Ledger) -> u64) -> Outcome {
    super::numbers::always(text, |trace| {
        let ledger = ledger(trace);
        (ledger.acknowledged > 0)
            .then(|| if gone(&ledger) == 0 { Ok(()) } else { Err(format!("{ledger:?}")) })
    })
}

/// How long the store took to catch up; never is the largest.
fn caught_up(trace: &Trace) -> Vec<u64> {
    let numbers = consistency(&Replay::new(trace));
    numbers
        .iter()
        .filter_map(|store| store.caught_up)
        .map(|number| (number.ordered() * 1e9) as u64)
        .collect()
}
