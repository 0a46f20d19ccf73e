//! Observed removal by its definition, without dots or contexts: a replica is the set of operations that it knows, each
//! with the list of operations that it replaced where it was made; what no known operation has replaced is in effect.
//! Nothing is ever thrown away, so it is as slow as it is plain.

use super::cluster::{Cluster, operations, policy};
use mrsim::conflict::{Content, Kind, Op};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use std::collections::{BTreeMap, BTreeSet};

const HISTORIES: u64 = 10_000;
const REPLICAS: usize = 3;

#[derive(Default)]
struct Definition {
    /// By number: the operation and what it replaced.
    operations: Vec<(Op, BTreeSet<usize>)>,
    known: [BTreeSet<usize>; REPLICAS],
}

/// Where a value lies: keys of maps from the outside, the kind, and the element of a set.
fn place(op: &Op) -> (Vec<(u64, Kind)>, Option<u64>) {
    match op {
        Op::Within(key, inner) => {
            let (mut path, element) = place(inner);
            path.insert(0, (*key, inner.kind()));
            (path, element)
        }
        Op::Insert(element) | Op::Remove(element) => (Vec::new(), Some(*element)),
        _ => (Vec::new(), None),
    }
}

/// A dropped key takes along every kind of value under it.
fn is_replaced(op: &Op, old: &Op) -> bool {
    match (op, old) {
        (Op::Within(key, op), Op::Within(other, old)) => {
            key == other && op.kind() == old.kind() && is_replaced(op, old)
        }
        (Op::Drop(key), Op::Within(other, _)) => key == other,
        (Op::Increment(_) | Op::Decrement(_), _) => false,
        (op, old) => op.kind() == old.kind() && place(op) == place(old),
    }
}

impl Definition {
    fn in_effect(&self, at: usize) -> Vec<usize> {
        let replaced: BTreeSet<usize> = self.known[at]
            .iter()
            .flat_map(|known| self.operations[*known].1.iter().copied())
            .collect();
        self.known[at]
            .difference(&replaced)
            .copied()
            .filter(|index| self.operations[*index].0.leaves_value())
            .collect()
    }

    fn write(&mut self, at: usize, op: Op) {
        let replaced = self
            .in_effect(at)
            .into_iter()
            .filter(|old| is_replaced(&op, &self.operations[*old].0))
            .collect();
        self.known[at].insert(self.operations.len());
        self.operations.push((op, replaced));
    }

    fn merge(&mut self, into: usize, from: usize) {
        let more = self.known[from].clone();
        self.known[into].extend(more);
    }

    /// What is in effect, as sorted (place, values): a counter is its sum, other values are listed.
    fn content(&self, at: usize) -> BTreeMap<Vec<(u64, Kind)>, Vec<i128>> {
        let mut content: BTreeMap<Vec<(u64, Kind)>, Vec<i128>> = BTreeMap::new();
        for index in self.in_effect(at) {
            let mut op = &self.operations[index].0;
            let path = place(op).0;
            while let Op::Within(_, inner) = op {
                op = inner;
            }
            let values = content.entry(path).or_default();
            let number = i128::from(op.number());
            match op {
                Op::Increment(_) | Op::Decrement(_) => {
                    let sum = values.pop().unwrap_or(0);
                    values.push(if matches!(op, Op::Decrement(_)) {
                        sum - number
                    } else {
                        sum + number
                    });
                }
                Op::Insert(_) if values.contains(&number) => {}
                _ => values.push(number),
            }
            values.sort_unstable();
        }
        content
    }
}

/// Our reading in the same form.
fn flattened(
    content: &Content,
    path: &[(u64, Kind)],
    into: &mut BTreeMap<Vec<(u64, Kind)>, Vec<i128>>,
) {
    let values = match content {
        Content::Entries(entries) => {
            return entries.iter().for_each(|(entry, content)| {
                flattened(content, &[path, &[*entry]].concat(), into)
            });
        }
        Content::Count(count) => vec![*count],
        Content::Values(values) | Content::Elements(values) => {
            values.iter().map(|value| i128::from(*value)).collect()
        }
    };
    if !values.is_empty() {
        into.insert(path.to_vec(), values);
    }
}

fn follows_the_definition(text: &str) {
    let policy = policy(text);
    let operations = operations(policy.behaviour());
    for seed in 0..HISTORIES {
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        let (mut ours, mut definition) =
            (Cluster::new(policy.behaviour(), REPLICAS), Definition::default());
        for _ in 0..chance.random_range(4..24) {
            let (at, other) = (chance.random_range(0..REPLICAS), chance.random_range(0..REPLICAS));
            if chance.random_range(0..5) < 2 {
                ours.merge(at, other);
                definition.merge(at, other);
            } else {
                let op = operations[chance.random_range(0..operations.len())].clone();
                ours.write(at, op.clone(), 0);
                definition.write(at, op);
            }
        }
        for at in 0..REPLICAS {
            let mut content = BTreeMap::new();
            flattened(&ours.content(at), &[], &mut content);
            assert_eq!(
                content,
                definition.content(at),
                "{text}, history {seed} at {at}: {:?}",
                definition.operations
            );
        }
    }
}

#[test]
fn sets_follow_the_definition() {
    follows_the_definition("OrSet()");
}

#[test]
fn registers_follow_the_definition() {
    follows_the_definition("MvRegister()");
    follows_the_definition("VectorClock()");
}

#[test]
fn maps_of_all_kinds_follow_the_definition() {
    follows_the_definition("CrdtMap()");
}
