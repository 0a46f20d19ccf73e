//! Counters as rows: what each replica has added and taken away, which only that replica ever changes.
//! Source: Shapiro, Preguiça, Baquero and Zawirski 2011, "A comprehensive study of Convergent and Commutative
//! Replicated Data Types", specifications 6 and 7.

use super::clock::{Dot, VersionVector};
use crate::id::RegionId;

/// What one replica did to the counter. The row with more writes is the newer one and includes the older.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Row {
    pub writes: u64,
    pub added: u64,
    pub taken: u64,
}

/// Rows by replica, sorted. A change is the row of its writer, so that a late row is told by its count of writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    rows: Vec<(RegionId, Row)>,
}

impl Rows {
    /// The row of the writer after one more write.
    pub fn change(&self, dot: Dot, added: u64, taken: u64) -> Rows {
        let row = self.row(dot.replica);
        assert!(row.writes < dot.counter, "a replica counts its own writes, each once");
        Rows {
            rows: vec![(
                dot.replica,
                Row { writes: dot.counter, added: row.added + added, taken: row.taken + taken },
            )],
        }
    }

    /// Takes the newer of each pair of rows; time in the number of replicas.
    pub fn merge(&mut self, other: &Rows) {
        for (replica, theirs) in &other.rows {
            match self.rows.binary_search_by_key(replica, |(replica, _)| *replica) {
                Ok(at) if self.rows[at].1.writes < theirs.writes => self.rows[at].1 = *theirs,
                Ok(_) => {}
                Err(at) => self.rows.insert(at, (*replica, *theirs)),
            }
        }
    }

    pub fn row(&self, replica: RegionId) -> Row {
        self.rows
            .binary_search_by_key(&replica, |(replica, _)| *replica)
            .map_or(Row::default(), |at| self.rows[at].1)
    }

    /// The sum of all rows. Wide enough for any number of full rows.
    pub fn total(&self) -> i128 {
        self.rows.iter().map(|(_, row)| i128::from(row.added) - i128::from(row.taken)).sum()
    }

    /// Which writes are included: all of a replica up to its row's count.
    pub fn included(&self) -> VersionVector {
        self.rows.iter().map(|(replica, row)| (*replica, row.writes)).collect()
    }
}
