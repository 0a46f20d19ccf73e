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
use crate::read::{Fields, word};
use crate::units::{Duration, Rate, Share};
use serde::Serialize;

/// The rules of one store.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shipping {
    /// What becomes of writes that several regions took for one key.
    pub conflicts: Policy,
    /// From the answer to a write until another region has it, drawn for each write and region; never less than the way there.
    pub lag: Law,
    /// Beyond the lag, for objects: what the transfer takes.
    pub transfer: Option<Law>,
    pub order: Arrivals,
    /// Changes a second that one region takes from another; `None`: any number.
    pub capacity: Option<Rate>,
    pub waiting: Waiting,
    /// Share of changes that arrive twice.
    pub duplicates: Share,
    /// Whether a change that arrives twice is applied once.
    pub deduplicates: bool,
    /// False: deletes stay where they were made.
    pub deletes_travel: bool,
    /// Replicas exchange all that they have, so often; `None`: never.
    pub anti_entropy: Option<Duration>,
    /// False: only the first region takes writes.
    pub all_write: bool,
}

/// In which order the changes of one region arrive in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Arrivals {
    /// As their lags say: a later one may overtake.
    Unordered,
    /// As they were made: a late one holds up all behind it.
    InOrder,
}

/// Where changes are that have not arrived yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Waiting {
    /// In storage of the region that took them: they arrive when it is back.
    Stored,
    /// In the memory of a process there: they are gone when the region fails.
    InMemory,
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
        deletes_travel: true,
        anti_entropy: None,
        all_write: true,
    };

    /// Reads the fields of any such family over what is usual for it; only the lag has no default of its own.
    pub fn read(fields: &mut Fields, usual: Shipping, has_lag: bool) -> Option<Shipping> {
        let conflicts = fields.optional("conflicts");
        let lag: Option<Law> =
            if has_lag { Some(fields.or("lag", usual.lag)) } else { fields.required("lag") };
        let order = fields.with("order", |expr, reader| {
            word(
                expr,
                reader,
                &[("Unordered", Arrivals::Unordered), ("InOrder", Arrivals::InOrder)],
            )
        });
        let waiting = fields.with("waiting", |expr, reader| {
            word(expr, reader, &[("Stored", Waiting::Stored), ("InMemory", Waiting::InMemory)])
        });
        let deletes_travel = fields.with("deletes", |expr, reader| {
            word(expr, reader, &[("Travel", true), ("Stay", false)])
        });
        let all_write = fields
            .with("ways", |expr, reader| word(expr, reader, &[("Both", true), ("One", false)]));
        let shipping = Shipping {
            conflicts: conflicts.unwrap_or(usual.conflicts),
            lag: lag?,
            transfer: fields.optional("transfer").or(usual.transfer),
            order: order.unwrap_or(usual.order),
            capacity: fields.optional("capacity").or(usual.capacity),
            waiting: waiting.unwrap_or(usual.waiting),
            duplicates: fields.or("duplicates", usual.duplicates),
            deduplicates: fields.or("deduplicates", usual.deduplicates),
            deletes_travel: deletes_travel.unwrap_or(usual.deletes_travel),
            anti_entropy: fields.optional("anti_entropy").or(usual.anti_entropy),
            all_write: all_write.unwrap_or(usual.all_write),
        };
        shipping.check(fields);
        Some(shipping)
    }

    fn check(&self, fields: &mut Fields) {
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
        if self.anti_entropy.is_some() && !self.deletes_travel {
            let at = fields.place_of("anti_entropy");
            fields.reader().problem(
                at,
                "replicas that exchange everything exchange deletes as well",
                "write deletes: Travel, or leave anti_entropy out",
            );
        }
    }
}
