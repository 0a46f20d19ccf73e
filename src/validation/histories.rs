//! Conflict policies: generated histories with known ends, and how version vectors compare, through the replicas and the
//! history that stores use.
//!
//! Histories are random, over replicas A, B and C. Their `ops` are ["inc"|"dec", replica, by], ["write", replica, value(,
//! stamp)], ["add"|"rm", replica, element] and ["merge", into, from], which sends the state of `from` to `into`; `local` are
//! the states at A, B and C after them, `merged` is the state after all three are joined. Of equal stamps the larger
//! replica wins. `policies` are all members of the family that mean the same: a register with siblings is also what vector
//! clocks give to writers who have read, and a last-writer-wins register is the store's policy without options.

use super::case::{Case, text};
use super::plan::Plan;
use super::{Family, Mistake};
use crate::conflict::{
    Causality, Conflict, Content, History, Op, Policy, Replica, Request, Update, VersionVector,
    WriteId,
};
use crate::id::RegionId;
use crate::read::read_text;
use serde_json::Value;

pub const FAMILY: Family = Family {
    key: "histories",
    title: "F. Conflicts: histories of replicas that write at the same time",
    file: "src/validation/vectors/histories.jsonl",
    cases: include_str!("vectors/histories.jsonl"),
    plan: |case| Some(plan(case)),
    unexpressed: &[],
    domains: &[],
    mistakes,
};

fn plan(case: &Case) -> Plan {
    let case = case.clone();
    Plan::Told(Box::new(move || match case.text("type") {
        "vclock" => differing_vectors(&case, VersionVector::compare) as f64,
        "tie" => winners_of_a_tie(&case, case.text("policy")) as f64,
        _ => policies(&case)
            .iter()
            .map(|policy| differing_states(&case, policy, |step, _| stamp_of(step)))
            .sum::<usize>() as f64,
    }))
}

/// The members that a history is replayed under.
pub fn policies(case: &Case) -> Vec<&str> {
    case.inputs["policies"].as_array().map_or(Vec::new(), |names| names.iter().map(text).collect())
}

/// A key at three replicas.
struct Key<'p> {
    policy: &'p dyn Conflict,
    replicas: Vec<Replica>,
    history: History,
    writes: u64,
}

impl<'p> Key<'p> {
    fn new(policy: &'p dyn Conflict, replicas: usize) -> Key<'p> {
        let replicas =
            (0..replicas).map(|index| Replica::new(policy, RegionId::at(index))).collect();
        Key { policy, replicas, history: History::new(), writes: 0 }
    }

    /// A write by somebody who has just read there.
    fn write(&mut self, at: usize, op: Op, wall: i64) -> Update {
        self.writes += 1;
        let seen = self.replicas[at].read(self.policy).context;
        let request = Request { id: WriteId(self.writes), op, wall, seen };
        let (update, _) = self.replicas[at]
            .write(self.policy, &mut self.history, request)
            .expect("nothing here is refused");
        update
    }

    fn receive(&mut self, at: usize, update: &Update) {
        self.replicas[at].receive(self.policy, &self.history, update);
    }

    /// The whole state of one replica goes to another.
    fn merge(&mut self, into: usize, from: usize) {
        let whole = self.replicas[from].whole();
        self.receive(into, &whole);
    }

    /// Everybody gets everything.
    fn settle(&mut self) {
        for _ in 0..2 {
            for into in 0..self.replicas.len() {
                (0..self.replicas.len())
                    .filter(|from| *from != into)
                    .for_each(|from| self.merge(into, from));
            }
        }
    }

    fn content(&self, at: usize) -> Content {
        self.replicas[at].read(self.policy).content
    }
}

fn policy(written: &str) -> Policy {
    read_text(written, <Policy as crate::read::Value>::read)
        .unwrap_or_else(|problems| panic!("{written}: {problems:?}"))
}

fn whole(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is not a whole number"))
}

fn replica(name: &str) -> usize {
    ["A", "B", "C"]
        .iter()
        .position(|known| *known == name)
        .unwrap_or_else(|| panic!("there is no replica {name}"))
}

fn stamp_of(step: &Value) -> i64 {
    step[3].as_i64().unwrap_or(0)
}

/// What a state is in the data: a number, or a list of numbers; nothing yet is an empty list.
fn expected(kind: &str, value: &Value) -> Content {
    let list = |value: &Value| {
        value.as_array().map_or_else(
            || value.as_u64().into_iter().collect(),
            |values| values.iter().map(whole).collect::<Vec<_>>(),
        )
    };
    match kind {
        "g_counter" | "pn_counter" => Content::Count(i128::from(value.as_i64().expect("a count"))),
        "or_set" => Content::Elements(list(value)),
        _ => Content::Values(list(value)),
    }
}

/// States that differ from the expected ones, of the six: at each replica, and at each after all are joined. `wall` gives
/// the clock of a write from its step and its number in the history.
fn differing_states(case: &Case, written: &str, wall: impl Fn(&Value, usize) -> i64) -> usize {
    let policy = policy(written);
    let mut key = Key::new(policy.behaviour(), 3);
    for (index, step) in
        case.inputs["ops"].as_array().expect("a list of operations").iter().enumerate()
    {
        let (what, at) = (text(&step[0]), replica(text(&step[1])));
        let op = match what {
            "merge" => {
                key.merge(at, replica(text(&step[2])));
                continue;
            }
            "inc" => Op::Increment(whole(&step[2])),
            "dec" => Op::Decrement(whole(&step[2])),
            "write" => Op::Put(whole(&step[2])),
            "add" => Op::Insert(whole(&step[2])),
            "rm" => Op::Remove(whole(&step[2])),
            other => panic!("{}: there is no operation {other}", case.id),
        };
        key.write(at, op, wall(step, index));
    }
    let kind = case.text("type");
    let local =
        (0..3).filter(|at| key.content(*at) != expected(kind, &case.inputs["local"][at])).count();
    key.settle();
    local + (0..3).filter(|at| key.content(*at) != expected(kind, &case.inputs["merged"])).count()
}

/// How two version vectors compare both ways, and their join: what differs of the three.
fn differing_vectors(
    case: &Case,
    compare: fn(&VersionVector, &VersionVector) -> Causality,
) -> usize {
    let vector = |name: &str| -> VersionVector {
        let entries = case.inputs[name].as_object().expect("counters by replica").iter();
        entries.map(|(name, counter)| (RegionId::at(replica(name)), whole(counter))).collect()
    };
    let (a, b) = (vector("a"), vector("b"));
    let relation = match case.text("rel") {
        "before" => Causality::Before,
        "after" => Causality::After,
        "equal" => Causality::Equal,
        "concurrent" => Causality::Concurrent,
        other => panic!("{}: there is no relation {other}", case.id),
    };
    let mut sum = a.clone();
    sum.join(&b);
    [compare(&a, &b) != relation, compare(&b, &a) != relation.reversed(), sum != vector("merge")]
        .into_iter()
        .filter(|differs| *differs)
        .count()
}

/// Two regions write with the same stamp, and each receives the other's: how many values are kept, over both.
fn winners_of_a_tie(case: &Case, written: &str) -> usize {
    let policy = policy(written);
    let mut key = Key::new(policy.behaviour(), 2);
    let stamp = case.inputs["stamp"].as_i64().expect("a stamp");
    let updates = [0, 1].map(|at| key.write(at, Op::Put(whole(&case.inputs["values"][at])), stamp));
    key.receive(0, &updates[1]);
    key.receive(1, &updates[0]);
    1 + usize::from(key.content(0) != key.content(1))
}

// ---- mistakes ----

/// A comparison in which whoever knows no less comes after: equal vectors are ordered both ways.
fn reflexive(a: &VersionVector, b: &VersionVector) -> Causality {
    match a.compare(b) {
        Causality::Equal => Causality::Before,
        other => other,
    }
}

fn mistakes(case: &Case) -> Vec<Mistake> {
    let own = case.clone();
    let mistaken =
        |mistake, tell: Box<dyn Fn() -> f64>| vec![Mistake { mistake, plan: Plan::Told(tell) }];
    match case.id.as_str() {
        "DET9" => mistaken(
            "last writer wins without a tie-break",
            Box::new(move || winners_of_a_tie(&own, "LastWriterWins(tie: Unbroken)") as f64),
        ),
        "DET10.1" => mistaken(
            "happens-before is reflexive",
            Box::new(move || differing_vectors(&own, reflexive) as f64),
        ),
        // Every clock shows the order in which the operations really came.
        "lww.0" => mistaken(
            "the skew of clocks is ignored",
            Box::new(move || {
                differing_states(&own, "LwwRegister()", |_, index| index as i64) as f64
            }),
        ),
        "mv_register.1" => mistaken(
            "siblings are collapsed into one value",
            Box::new(move || {
                differing_states(&own, "LwwRegister()", |_, index| index as i64) as f64
            }),
        ),
        "or_set.1" => mistaken(
            "a removed element never comes back",
            Box::new(move || differing_states(&own, "TwoPhaseSet()", |_, _| 0) as f64),
        ),
        _ => Vec::new(),
    }
}
