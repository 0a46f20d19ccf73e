//! How changes travel between replicas that all take writes: each on its own or in order, once or more often, from where
//! they wait when the way is shut. What all such families share; each says what is usual for it.
//!
//! ```text
//!  taken in A --(wait for capacity)--(lag)--> B      up
//!  taken in A --.......................          the way is shut: it waits in A
//!                                      `--(lag)--> B   and goes when it opens: late, not lost
//! ```

use crate::conflict::Policy;
use crate::conflict::last_writer_wins::LastWriterWins;
use crate::law::Law;
use crate::read::{Fields, record, words};
use crate::units::{Duration, Rate, Share};
use serde::Serialize;

record! {
    /// How changes travel between replicas.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct Shipping as "Shipping", flat true, check Shipping::judge {
        /// What becomes of writes that several regions took for one key.
        pub conflicts: Policy,
        /// From the answer to a write until another region has it, drawn for each write and region; never less than the path there.
        #[required(always)]
        pub lag: Law,
        /// Beyond the lag, for objects: what the transfer takes.
        pub transfer: Option<Law>,
        /// In which order the changes of one region arrive in another.
        pub order: Arrivals,
        /// Changes a second that one region takes from another; otherwise any number.
        pub capacity: Option<Rate>,
        /// Where changes are that have not arrived yet.
        pub waiting: Waiting,
        /// Share of changes that arrive twice.
        pub duplicates: Share,
        /// Whether a change that arrives twice is applied once.
        pub deduplicates: bool,
        /// Whether deletes are changes like others.
        pub deletes: Deletes,
        /// Replicas exchange all that they have, so often; otherwise never.
        pub anti_entropy: Option<Duration>,
        /// Which regions take writes.
        pub ways: Ways,
    }
}

words! {
    /// Whether deletes are changes like others.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
    pub enum Deletes {
        /// They reach the other regions.
        Travel,
        /// They stay where they were made.
        Stay,
    }
}

words! {
    /// Which regions take writes.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
    pub enum Ways {
        /// All of them.
        Both,
        /// Only the first.
        One | "Forward",
    }
}

words! {
    /// In which order the changes of one region arrive in another.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
    pub enum Arrivals {
        /// As their lags say: a later one may overtake.
        Unordered,
        /// As they were made: a late one holds up all behind it.
        InOrder,
    }
}

words! {
    /// Where changes are that have not arrived yet.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
    pub enum Waiting {
        /// In storage of the region that took them: they arrive when it is back.
        Stored,
        /// In the memory of a process there: they are gone when the region fails.
        InMemory,
    }
}

impl Shipping {
    /// Whether time stamps decide which of two writes is kept, or which is refused.
    pub fn goes_by_clocks(&self) -> bool {
        match self.conflicts {
        Policy::LastWriterWins(_)
        | Policy::LwwRegister(_)
        | Policy::CrdtMap(_)
        // Versions are made of the time.
        | Policy::VersionedWrite(_) => true,
        Policy::VectorClock(_)
        | Policy::GCounter(_)
        | Policy::PnCounter(_)
        | Policy::MvRegister(_)
        | Policy::GSet(_)
        | Policy::TwoPhaseSet(_)
        | Policy::OrSet(_) => false,
    }
    }

    /// Whether every region takes writes.
    pub fn all_write(&self) -> bool {
        self.ways == Ways::Both
    }

    /// Whether deletes reach the other regions.
    pub fn deletes_travel(&self) -> bool {
        self.deletes == Deletes::Travel
    }

    /// Item by item, stored, to and from all, the last writer wins. Everybody has a lag of his own: this has none.
    pub const PLAIN: Shipping = Shipping {
        conflicts: Policy::LastWriterWins(LastWriterWins::DYNAMODB),
        lag: Law::Constant(Duration::ZERO),
        transfer: None,
        order: Arrivals::Unordered,
        capacity: None,
        waiting: Waiting::Stored,
        duplicates: Share::NONE,
        deduplicates: true,
        deletes: Deletes::Travel,
        anti_entropy: None,
        ways: Ways::Both,
    };

    fn judge(&mut self, fields: &mut Fields) {
        if self.capacity.is_some_and(|capacity| capacity.is_zero()) {
            let at = fields.place_of("capacity");
            fields.reader().problem(
                at,
                "nothing ever arrives at a capacity of 0",
                "write how many changes a second one region takes from another, or leave capacity out",
            );
        }
        if self.anti_entropy.is_some_and(|every| every < Duration::from_secs(1)) {
            let at = fields.place_of("anti_entropy");
            fields.reader().problem(
                at,
                "replicas that exchange everything more than once a second",
                "write a longer period, such as \"10min\", or leave anti_entropy out",
            );
        }
        if self.anti_entropy.is_some() && self.deletes == Deletes::Stay {
            let at = fields.place_of("anti_entropy");
            fields.reader().problem(
                at,
                "replicas that exchange everything exchange deletes as well",
                "write deletes: Travel, or leave anti_entropy out",
            );
        }
    }
}
