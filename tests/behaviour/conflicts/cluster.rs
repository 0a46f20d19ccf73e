//! Replicas of one key that write, exchange and read, by script: what laws and oracles are asked of.

use mrsim::conflict::{
    Conflict, Content, Context, History, Op, Outcome, Policy, Refused, Replica, Request, Update,
    WriteId,
};
use mrsim::id::RegionId;
use mrsim::read::{Value, read_text};
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngSeed, TestRunner};

/// A policy as it is written in a scenario.
pub fn policy(text: &str) -> Policy {
    read_text(text, <Policy as Value>::read)
        .unwrap_or_else(|problems| panic!("{text}: {problems:?}"))
}

/// Every member of the family by its own example, and every option that the examples leave out.
pub fn every() -> Vec<(String, Policy)> {
    let options = [
        "LastWriterWins(clock: Hybrid)",
        "LastWriterWins(deletes: AlwaysWin)",
        "LastWriterWins(clock: Hybrid, deletes: AlwaysWin)",
        "LastWriterWins(tie: Unbroken)",
        "VersionedWrite(arrivals: ByTime)",
        "VectorClock(versions: Plain)",
    ];
    let texts = Policy::KINDS.iter().map(|kind| kind.example).chain(options);
    texts.map(|text| (text.to_string(), policy(text))).collect()
}

pub struct Cluster<'p> {
    pub policy: &'p dyn Conflict,
    pub replicas: Vec<Replica>,
    pub history: History,
    /// Every change that was made, in order.
    pub updates: Vec<Update>,
    /// Ids that were reported as hidden, by replica.
    pub reported: Vec<Vec<WriteId>>,
    next: u64,
}

impl<'p> Cluster<'p> {
    pub fn new(policy: &'p dyn Conflict, replicas: usize) -> Self {
        let replicas: Vec<Replica> =
            (0..replicas).map(|index| Replica::new(policy, RegionId::at(index))).collect();
        Cluster {
            policy,
            reported: vec![Vec::new(); replicas.len()],
            replicas,
            history: History::new(),
            updates: Vec::new(),
            next: 1,
        }
    }

    /// A write by somebody who has just read at the replica.
    pub fn write(&mut self, at: usize, op: Op, wall: i64) -> WriteId {
        let seen = self.replicas[at].read(self.policy).context;
        self.write_seen(at, op, wall, seen).expect("nothing here refuses")
    }

    /// A write by somebody who has read nothing.
    pub fn blind(&mut self, at: usize, op: Op, wall: i64) -> WriteId {
        self.write_seen(at, op, wall, Context::new()).expect("nothing here refuses")
    }

    pub fn write_seen(
        &mut self,
        at: usize,
        op: Op,
        wall: i64,
        seen: Context,
    ) -> Result<WriteId, Refused> {
        let id = WriteId(self.next);
        let (update, outcome) = self.replicas[at].write(
            self.policy,
            &mut self.history,
            Request { id, op, wall, seen },
        )?;
        self.next += 1;
        self.updates.push(update);
        self.book(at, &outcome);
        Ok(id)
    }

    /// An update arrives, by its number.
    pub fn deliver(&mut self, update: usize, to: usize) -> Outcome {
        let outcome = self.replicas[to].receive(self.policy, &self.history, &self.updates[update]);
        self.book(to, &outcome);
        outcome
    }

    /// The whole state of one replica goes to another.
    pub fn merge(&mut self, into: usize, from: usize) -> Outcome {
        let whole = self.replicas[from].whole();
        let outcome = self.replicas[into].receive(self.policy, &self.history, &whole);
        self.book(into, &outcome);
        outcome
    }

    /// Everybody gets everything.
    pub fn settle(&mut self) {
        for _ in 0..2 {
            for into in 0..self.replicas.len() {
                (0..self.replicas.len())
                    .filter(|from| *from != into)
                    .for_each(|from| drop(self.merge(into, from)));
            }
        }
    }

    pub fn content(&self, at: usize) -> Content {
        self.replicas[at].read(self.policy).content
    }

    pub fn values(&self, at: usize) -> Vec<u64> {
        match self.content(at) {
            Content::Values(numbers) | Content::Elements(numbers) => numbers,
            other => panic!("{other:?} has no list of values"),
        }
    }

    fn book(&mut self, at: usize, outcome: &Outcome) {
        self.reported[at].extend(outcome.hidden.iter().map(|hidden| hidden.id));
    }
}

/// One step of a script; the numbers are taken modulo what there is to choose from.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    what: u8,
    who: u8,
    other: u8,
    op: u16,
    wall: u8,
}

pub fn scripts() -> impl Strategy<Value = Vec<Step>> {
    let step = (any::<u8>(), any::<u8>(), any::<u8>(), any::<u16>(), 0u8..6);
    vec(step.prop_map(|(what, who, other, op, wall)| Step { what, who, other, op, wall }), 1..24)
}

/// Scripts of a fixed seed, for tests that look for something among many.
pub fn drawn_scripts(count: usize) -> impl Iterator<Item = Vec<Step>> {
    let mut runner = TestRunner::new(Config {
        rng_seed: RngSeed::Fixed(11),
        failure_persistence: None,
        ..Config::default()
    });
    (0..count).map(move |_| {
        scripts().new_tree(&mut runner).expect("scripts are never rejected").current()
    })
}

/// A few of each operation that the policy takes; few numbers, so that they meet.
pub fn operations(policy: &dyn Conflict) -> Vec<Op> {
    let plain = |number: u64| {
        let version = Op::PutVersion { value: number, version: number / 2 };
        [
            Op::Put(number),
            version,
            Op::Delete,
            Op::Increment(number),
            Op::Decrement(number),
            Op::Insert(number),
            Op::Remove(number),
        ]
    };
    let all: Vec<Op> = (0..4).flat_map(plain).collect();
    let within = |key: u64| all.iter().cloned().map(move |op| Op::Within(key, Box::new(op)));
    let deep = [
        Op::Within(1, Box::new(Op::Within(2, Box::new(Op::Insert(3))))),
        Op::Within(1, Box::new(Op::Drop(2))),
    ];
    let in_maps = within(1)
        .chain(within(2))
        .chain([Op::Drop(1), Op::Drop(2), Op::Drop(1), Op::Drop(2)])
        .chain(deep);
    all.iter().cloned().chain(in_maps).filter(|op| policy.takes(op)).collect()
}

/// Runs a script on three replicas whose clocks stand far apart. Readers may have read anywhere, or nothing.
pub fn played<'p>(policy: &'p dyn Conflict, script: &[Step]) -> Cluster<'p> {
    let operations = operations(policy);
    let mut cluster = Cluster::new(policy, 3);
    for (index, step) in script.iter().enumerate() {
        let (who, other) = (usize::from(step.who) % 3, usize::from(step.other) % 3);
        match step.what % 8 {
            0..=3 => {
                let seen = match step.other % 5 {
                    0 => Context::new(),
                    1 => cluster.replicas[other].read(policy).context,
                    _ => cluster.replicas[who].read(policy).context,
                };
                let op = operations[usize::from(step.op) % operations.len()].clone();
                // Clocks are coarse and skewed, so that times meet and run backwards.
                let wall = index as i64 / 4 + i64::from(step.wall) - 2 * who as i64;
                let _refused_or_not = cluster.write_seen(who, op, wall, seen);
            }
            4 | 5 if !cluster.updates.is_empty() => {
                drop(cluster.deliver(usize::from(step.op) % cluster.updates.len(), who))
            }
            _ => drop(cluster.merge(who, other)),
        }
    }
    cluster
}
