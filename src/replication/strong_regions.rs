//! Regions that agree before they answer: what a majority has taken is there after any loss that leaves a majority, and
//! a region that sees no majority serves nothing. Nobody is promoted, and no acknowledged write is lost.
//!
//! ```text
//!  leaderless (DynamoDB MRSC)                 with a leader (Spanner)
//!  A --write--> A + nearest of B, C           A --write--> leader B + nearest of A, C
//!  A --read---> A + nearest of B, C           A --read---> leader B
//!  A cut off:   A serves nothing, B and C do  B lost:      an election, then C leads
//! ```
//!
//! Source: DynamoDB Developer Guide, "How DynamoDB global tables work", multi-Region strong consistency: exactly three regions,
//! three replicas or two and a witness that serves nothing; a write is in another region before it is acknowledged. That a
//! write and a strong read take the round trip to the nearest other region follows from it. Spanner: Corbett et al., OSDI
//! 2012: a majority of the replicas, one leader with a lease of 10 s.
//!
//! Simplified: each region has one vote; a leader answers strong reads by its lease without asking others; leadership stays
//! where it was elected to; applications in a region without a replica use the one that is nearest when nothing is broken,
//! and no other.

use super::{Replicates, Tail, Waits};
use crate::family::Kind;
use crate::id::RegionId;
use crate::law::Law;
use crate::read::{record, words};
use serde::Serialize;

record! {
    /// A majority of the regions takes every write before it is acknowledged.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct StrongRegions as "StrongRegions" {
        /// A region that votes and serves nothing.
        pub witness: Option<RegionId>,
        /// The region that all writes and strong reads go to at the start; otherwise every replica takes them.
        pub leader: Option<RegionId>,
        /// From the loss of the leader to another one; needed with a leader.
        pub election: Option<Law>,
        /// What a read asks for.
        pub reads: Reads = Reads::Strong,
        /// What a region answers that sees no majority.
        pub isolated: Isolated = Isolated::Hangs,
    }
}

words! {
    /// What a read asks for.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
    pub enum Reads {
        /// The newest: it takes a majority, as a write does.
        Strong,
        /// Whatever the replica has.
        Eventual,
    }
}

words! {
    /// What a region answers that sees no majority.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
    pub enum Isolated {
        /// Nothing, until the client gives up.
        Hangs,
        /// An error at once.
        Refuses,
    }
}

impl StrongRegions {
    pub const KIND: Kind = Kind {
        name: "StrongRegions",
        summary: "a majority of the regions takes every write before it is acknowledged: nothing is lost, no replica is promoted, and a region cut off serves nothing",
        example: "StrongRegions(witness: \"eu-west-1\", reads: Strong, isolated: Hangs)",
    };

    /// How many others have to agree with a region, of so many that vote.
    pub fn others_needed(votes: usize) -> u64 {
        votes as u64 / 2
    }
}

impl Replicates for StrongRegions {
    fn tail(&self) -> Tail<'_> {
        Tail::Confirmed
    }

    fn waits(&self) -> Waits<'_> {
        Waits::Majority(self)
    }
}
