//! Changes as events that a consumer carries to the other region and applies there: at least once, in the order of their
//! shard. An event that is applied twice counts twice, unless the consumer knows events by their number. A consumer that
//! holds events in its memory loses them with its region: fan-out by the application itself works so.
//! Sources: Kinesis Data Streams Developer Guide, "Handling duplicate records" (producers retry, consumers restart: at least
//! once) and "Read data from Kinesis" (records of a shard in order); streams are regional, what carries them on is the user's.
//!
//! ```text
//!  write --> stream A --e1 e2 e3--> consumer --e1 e2 e2 e3--> B      e2 came twice: known by its number, or added again
//! ```

use super::shipping::{Arrivals, Shipping};
use super::{Replicates, Tail};
use crate::family::Kind;
use crate::read::record;
use serde::Serialize;

record! {
    /// Changes travel as events, in order and at least once.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct EventStream as "EventStream" {
        /// How changes travel.
        pub shipping: Shipping = EventStream::USUAL,
    }
}

impl EventStream {
    pub const KIND: Kind = Kind {
        name: "EventStream",
        summary: "changes travel as events, in order and at least once; duplicates count twice unless events are known by number (Kinesis, application fan-out)",
        example: "EventStream(conflicts: GCounter(), lag: Lognormal(p50: \"1s\", sigma: 0.5), duplicates: \"0.1%\", deduplicates: false, waiting: InMemory)",
    };

    /// What is usual, but for the lag.
    pub const USUAL: Shipping = Shipping { order: Arrivals::InOrder, ..Shipping::PLAIN };
}

impl Replicates for EventStream {
    fn tail(&self) -> Tail<'_> {
        Tail::Items(&self.shipping)
    }
}
