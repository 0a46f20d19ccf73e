//! What is written to a key and what is read from it. Values, elements and keys of maps are opaque numbers:
//! what a simulated application would put there does not matter, only which write it came from.

use super::Write;
use super::WriteId;
use std::collections::BTreeMap;

/// An operation on a key. Which ones a key takes is its policy's matter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Op {
    /// Sets a register.
    Put(u64),
    /// Sets a register if the replica holds no version or a smaller one.
    PutVersion { value: u64, version: u64 },
    /// Empties a register.
    Delete,
    /// Adds to a counter.
    Increment(u64),
    /// Takes from a counter.
    Decrement(u64),
    /// Puts an element into a set.
    Insert(u64),
    /// Takes an element out of a set.
    Remove(u64),
    /// Does something to the value under a key of a map. As in Riak's maps a key is a number *and* a kind: a register
    /// and a counter under one number are two entries.
    Within(u64, Box<Op>),
    /// Takes a key out of a map, with all that its values hold.
    Drop(u64),
}

/// What kind of value an operation is for, inside a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Register,
    Counter,
    Set,
    Map,
}

impl Op {
    pub fn kind(&self) -> Kind {
        match self {
            Op::Put(_) | Op::PutVersion { .. } | Op::Delete => Kind::Register,
            Op::Increment(_) | Op::Decrement(_) => Kind::Counter,
            Op::Insert(_) | Op::Remove(_) => Kind::Set,
            Op::Within(..) | Op::Drop(_) => Kind::Map,
        }
    }

    /// Whether one can replace the other: they are about the same register, element or entry. Additions to a
    /// counter never do.
    pub fn competes(&self, other: &Op) -> bool {
        match (self, other) {
            (Op::Insert(mine) | Op::Remove(mine), Op::Insert(theirs) | Op::Remove(theirs)) => {
                mine == theirs
            }
            (Op::Within(key, mine), Op::Within(other_key, theirs)) => {
                key == other_key && mine.competes(theirs)
            }
            (
                Op::Drop(key) | Op::Within(key, _),
                Op::Drop(other_key) | Op::Within(other_key, _),
            ) => key == other_key,
            (mine, theirs) => mine.kind() == Kind::Register && theirs.kind() == Kind::Register,
        }
    }

    /// False for operations that only take away.
    pub fn leaves_value(&self) -> bool {
        match self {
            Op::Delete | Op::Remove(_) | Op::Drop(_) => false,
            Op::Within(_, inner) => inner.leaves_value(),
            _ => true,
        }
    }

    /// What the operation puts, adds, takes or is about.
    pub fn number(&self) -> u64 {
        match self {
            Op::Put(number)
            | Op::PutVersion { value: number, .. }
            | Op::Increment(number)
            | Op::Decrement(number) => *number,
            Op::Insert(number) | Op::Remove(number) | Op::Within(number, _) | Op::Drop(number) => {
                *number
            }
            Op::Delete => 0,
        }
    }
}

/// What a client is given.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Content {
    /// The values of a register in their order: none, one, or siblings. Equal siblings are two, not one.
    Values(Vec<u64>),
    Count(i128),
    /// The elements of a set in their order.
    Elements(Vec<u64>),
    /// The entries of a map by key and kind; a key without content is not there.
    Entries(BTreeMap<(u64, Kind), Content>),
}

impl Content {
    /// The entries of a map, made of its live operations.
    pub fn of_map<'w>(live: &[(&'w Op, &'w Write)]) -> Content {
        let mut inner: BTreeMap<(u64, Kind), Vec<(&Op, &Write)>> = BTreeMap::new();
        for (op, write) in live {
            let Op::Within(key, op) = op else { panic!("{op:?} cannot live in a map") };
            inner.entry((*key, op.kind())).or_default().push((op, write));
        }
        Content::Entries(
            inner
                .into_iter()
                .map(|(entry, live)| (entry, Content::of_kind(entry.1, &live)))
                .collect(),
        )
    }

    fn of_kind<'w>(kind: Kind, live: &[(&'w Op, &'w Write)]) -> Content {
        let mut numbers: Vec<u64> = live.iter().map(|(op, _)| op.number()).collect();
        numbers.sort_unstable();
        match kind {
            Kind::Register => Content::Values(numbers),
            Kind::Counter => Content::Count(live.iter().map(|(op, _)| signed(op)).sum()),
            Kind::Set => {
                numbers.dedup();
                Content::Elements(numbers)
            }
            Kind::Map => Content::of_map(live),
        }
    }
}

fn signed(op: &Op) -> i128 {
    if matches!(op, Op::Decrement(_)) { -i128::from(op.number()) } else { i128::from(op.number()) }
}

/// Live writes of registers that have another live write beside them, by number.
pub fn siblings(live: &[(&Op, &Write)]) -> Vec<WriteId> {
    let mut registers: BTreeMap<Vec<u64>, Vec<WriteId>> = BTreeMap::new();
    for (op, write) in live {
        let (mut path, mut op) = (Vec::new(), *op);
        while let Op::Within(key, inner) = op {
            path.push(*key);
            op = inner;
        }
        if op.kind() == Kind::Register {
            registers.entry(path).or_default().push(write.id);
        }
    }
    let mut siblings: Vec<WriteId> =
        registers.into_values().filter(|ids| ids.len() > 1).flatten().collect();
    siblings.sort_unstable();
    siblings
}
