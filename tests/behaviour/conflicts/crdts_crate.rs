//! Against the crate `crdts` 7.3.2, written by others after Riak's types: the same random histories through both, and the
//! same readings at every replica after every step. Histories are drawn from a fixed seed.

use super::cluster::{Cluster, policy};
use crdts::{CmRDT, CvRDT, GCounter, LWWReg, MVReg, Map, Orswot, PNCounter};
use mrsim::conflict::{Content, Kind, Op};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// Histories per type.
const HISTORIES: u64 = 10_000;
const REPLICAS: usize = 3;

/// A replicated type of the other crate, told in our operations.
trait Oracle: Clone + Default {
    fn apply_op(&mut self, at: usize, op: &Op, stamp: (i64, usize, u64));
    fn merge_from(&mut self, other: Self);
    fn content(&self) -> Content;
}

fn sorted(values: impl IntoIterator<Item = u64>) -> Vec<u64> {
    let mut values: Vec<u64> = values.into_iter().collect();
    values.sort_unstable();
    values
}

fn wrong(op: &Op) -> ! {
    panic!("{op:?} is not of this type")
}

impl Oracle for GCounter<usize> {
    fn apply_op(&mut self, at: usize, op: &Op, _: (i64, usize, u64)) {
        let Op::Increment(by) = op else { wrong(op) };
        self.apply(self.inc_many(at, *by));
    }
    fn merge_from(&mut self, other: Self) {
        self.merge(other);
    }
    fn content(&self) -> Content {
        Content::Count(self.read().to_string().parse().expect("a number"))
    }
}

impl Oracle for PNCounter<usize> {
    fn apply_op(&mut self, at: usize, op: &Op, _: (i64, usize, u64)) {
        match op {
            Op::Increment(by) => self.apply(self.inc_many(at, *by)),
            Op::Decrement(by) => self.apply(self.dec_many(at, *by)),
            _ => wrong(op),
        }
    }
    fn merge_from(&mut self, other: Self) {
        self.merge(other);
    }
    fn content(&self) -> Content {
        Content::Count(self.read().to_string().parse().expect("a number"))
    }
}

impl Oracle for LWWReg<Option<u64>, (i64, usize, u64)> {
    fn apply_op(&mut self, _: usize, op: &Op, stamp: (i64, usize, u64)) {
        let Op::Put(value) = op else { wrong(op) };
        self.update(Some(*value), stamp);
    }
    fn merge_from(&mut self, other: Self) {
        self.merge(other);
    }
    fn content(&self) -> Content {
        Content::Values(sorted(self.val))
    }
}

impl Oracle for MVReg<u64, usize> {
    fn apply_op(&mut self, at: usize, op: &Op, _: (i64, usize, u64)) {
        let Op::Put(value) = op else { wrong(op) };
        self.apply(self.write(*value, self.read_ctx().derive_add_ctx(at)));
    }
    fn merge_from(&mut self, other: Self) {
        self.merge(other);
    }
    fn content(&self) -> Content {
        Content::Values(sorted(self.read().val))
    }
}

impl Oracle for Orswot<u64, usize> {
    fn apply_op(&mut self, at: usize, op: &Op, _: (i64, usize, u64)) {
        match op {
            Op::Insert(element) => {
                self.apply(self.add(*element, self.read_ctx().derive_add_ctx(at)))
            }
            Op::Remove(element) => {
                self.apply(self.rm(*element, self.contains(element).derive_rm_ctx()))
            }
            _ => wrong(op),
        }
    }
    fn merge_from(&mut self, other: Self) {
        self.merge(other);
    }
    fn content(&self) -> Content {
        Content::Elements(sorted(self.read().val))
    }
}

type SetMap = Map<u64, Orswot<u64, usize>, usize>;

impl Oracle for SetMap {
    fn apply_op(&mut self, at: usize, op: &Op, _: (i64, usize, u64)) {
        let context = self.read_ctx().derive_add_ctx(at);
        match op {
            Op::Within(key, inner) => match **inner {
                Op::Insert(element) => {
                    self.apply(self.update(*key, context, |set, context| set.add(element, context)))
                }
                Op::Remove(element) => self.apply(self.update(*key, context, |set, _| {
                    set.rm(element, set.contains(&element).derive_rm_ctx())
                })),
                _ => wrong(op),
            },
            Op::Drop(key) => self.apply(self.rm(*key, self.get(key).derive_rm_ctx())),
            _ => wrong(op),
        }
    }
    fn merge_from(&mut self, other: Self) {
        self.merge(other);
    }
    /// An entry whose set is empty is one there and none here.
    fn content(&self) -> Content {
        let sets = self.iter().map(|entry| (*entry.val.0, sorted(entry.val.1.read().val)));
        Content::Entries(
            sets.filter(|(_, set)| !set.is_empty())
                .map(|(key, set)| ((key, Kind::Set), Content::Elements(set)))
                .collect(),
        )
    }
}

type RegisterMap = Map<u64, MVReg<u64, usize>, usize>;

impl Oracle for RegisterMap {
    fn apply_op(&mut self, at: usize, op: &Op, _: (i64, usize, u64)) {
        match op {
            Op::Within(key, inner) => {
                let Op::Put(value) = **inner else { wrong(op) };
                self.apply(self.update(
                    *key,
                    self.read_ctx().derive_add_ctx(at),
                    |register, context| register.write(value, context),
                ));
            }
            _ => wrong(op),
        }
    }
    fn merge_from(&mut self, other: Self) {
        self.merge(other);
    }
    fn content(&self) -> Content {
        let registers = self.iter().map(|entry| (*entry.val.0, sorted(entry.val.1.read().val)));
        Content::Entries(
            registers
                .filter(|(_, values)| !values.is_empty())
                .map(|(key, values)| ((key, Kind::Register), Content::Values(values)))
                .collect(),
        )
    }
}

/// One history through both; `Err` says where they part.
fn compared<T: Oracle>(text: &str, seed: u64, ops: &dyn Fn(u64, u64) -> Op) -> Result<(), String> {
    let policy = policy(text);
    let mut ours = Cluster::new(policy.behaviour(), REPLICAS);
    let mut theirs: Vec<T> = vec![T::default(); REPLICAS];
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let mut told = Vec::new();
    for step in 0..chance.random_range(4..20u64) {
        let (at, other) = (chance.random_range(0..REPLICAS), chance.random_range(0..REPLICAS));
        if chance.random_range(0..5) < 2 {
            told.push(format!("{at} <- {other}"));
            ours.merge(at, other);
            let from = theirs[other].clone();
            theirs[at].merge_from(from);
        } else {
            let op = ops(chance.random_range(0..100), chance.random_range(0..4));
            let wall = chance.random_range(1..8);
            told.push(format!("{at}: {op:?} at {wall}"));
            ours.write(at, op.clone(), wall);
            theirs[at].apply_op(at, &op, (wall, at, step));
        }
        for (replica, other) in theirs.iter().enumerate() {
            let (mine, other) = (ours.content(replica), other.content());
            if mine != other {
                return Err(format!(
                    "{}\nat {replica}: {mine:?}\nbut crdts: {other:?}",
                    told.join("\n")
                ));
            }
        }
    }
    Ok(())
}

fn agrees<T: Oracle>(text: &str, ops: impl Fn(u64, u64) -> Op) {
    for seed in 0..HISTORIES {
        compared::<T>(text, seed, &ops)
            .unwrap_or_else(|differs| panic!("{text}, history {seed}:\n{differs}"));
    }
}

#[test]
fn growing_counters() {
    agrees::<GCounter<usize>>("GCounter()", |_, number| Op::Increment(number));
}

#[test]
fn counters_up_and_down() {
    agrees::<PNCounter<usize>>("PnCounter()", |coin, number| {
        if coin < 50 { Op::Increment(number) } else { Op::Decrement(number) }
    });
}

#[test]
fn registers_of_the_last_writer() {
    for text in ["LwwRegister()", "LastWriterWins()"] {
        agrees::<LWWReg<Option<u64>, (i64, usize, u64)>>(text, |coin, _| Op::Put(coin));
    }
}

#[test]
fn registers_with_siblings() {
    for text in ["MvRegister()", "VectorClock()", "VectorClock(versions: Plain)"] {
        agrees::<MVReg<u64, usize>>(text, |_, number| Op::Put(number));
    }
}

#[test]
fn sets_in_which_additions_win() {
    agrees::<Orswot<u64, usize>>("OrSet()", |coin, number| {
        if coin < 60 { Op::Insert(number) } else { Op::Remove(number) }
    });
}

#[test]
fn maps_of_sets_without_drops() {
    agrees::<SetMap>("CrdtMap()", |coin, number| {
        let inner = if coin < 65 { Op::Insert(number) } else { Op::Remove(number) };
        Op::Within(number / 2, Box::new(inner))
    });
}

/// With dropped keys, and with registers, the other crate's maps part from the definition of an observed remove now and
/// then: of an entry they remember only a version vector, so that a value that was seen and replaced can stay when
/// another one of its key is new. Ours is held against the definition itself (`tests/behaviour/conflicts/definition.rs`).
#[test]
fn maps_with_resets_are_comparable_most_of_the_time() {
    let sets = |coin: u64, number: u64| match coin {
        0..50 => Op::Within(number / 2, Box::new(Op::Insert(number))),
        50..75 => Op::Within(number / 2, Box::new(Op::Remove(number))),
        _ => Op::Drop(number / 2),
    };
    let registers = |_: u64, number: u64| Op::Within(number / 2, Box::new(Op::Put(number)));
    let of_sets = (0..HISTORIES)
        .filter(|seed| compared::<SetMap>("CrdtMap()", *seed, &sets).is_err())
        .count();
    let of_registers = (0..HISTORIES)
        .filter(|seed| compared::<RegisterMap>("CrdtMap()", *seed, &registers).is_err())
        .count();
    println!(
        "of {HISTORIES} histories differ: {of_sets} of sets with drops, {of_registers} of registers"
    );
    assert!(
        (1..HISTORIES as usize / 50).contains(&of_sets),
        "{of_sets} histories of sets with drops differ"
    );
    assert!(
        (1..HISTORIES as usize / 500).contains(&of_registers),
        "{of_registers} histories of registers differ"
    );
}

/// The comparison can fail.
#[test]
fn another_policy_is_told_apart() {
    let registers = |_: u64, number: u64| Op::Put(number);
    let differ = (0..200)
        .filter(|seed| {
            compared::<MVReg<u64, usize>>("LastWriterWins()", *seed, &registers).is_err()
        })
        .count();
    assert!(differ > 100, "siblings and last writers differ in only {differ} of 200 histories");
}
