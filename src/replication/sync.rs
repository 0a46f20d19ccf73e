//! One writer that waits for standbys, for as long as it takes: nothing acknowledged is ever lost, and nothing is
//! acknowledged while too few standbys are in reach. PostgreSQL with `synchronous_standby_names = 'ANY k (..)'` works so.
//! Source: PostgreSQL documentation, "Log-Shipping Standby Servers", synchronous replication: commits wait without a limit.
//!
//! ```text
//!  way to standbys  =======X...............=============
//!  commits          waited for | hang      | waited for
//! ```
//!
//! A standby is promoted only when it and those that it reaches are so many that one of them confirmed every write: all but
//! `acks - 1` of them (source: Patroni, quorum commit: the nodes that can acknowledge and those that elect overlap). The
//! new writer waits for as many of the remaining standbys as `acks` says, or for all that are left (assumption: whoever
//! promotes sets `synchronous_standby_names` so; without any it goes on alone).

use super::followers::{ACKS, CATCHES_UP, judge_followers};
use super::{Replicates, Tail, Waits};
use crate::family::Kind;
use crate::law::Law;
use crate::read::{Fields, record};
use serde::Serialize;

record! {
    /// Commits wait for replicas without a limit.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct Sync as "Sync", check Sync::judge {
        /// From commit to applied on a standby: what lag checks and lag alarms see.
        pub lag: Law,
        /// How many replicas have to confirm a commit: 1 to the number of readers.
        #[source("MySQL's rpl_semi_sync_source_wait_for_replica_count is 1")]
        pub acks: u64 = ACKS,
        /// How many times as fast as it was written a backlog is shipped: 2 or more.
        #[source("an assumption: it depends on the load and the line")]
        pub catches_up: u64 = CATCHES_UP,
    }
}

impl Sync {
    pub const KIND: Kind = Kind {
        name: "Sync",
        summary: "commits wait for replicas without a limit: nothing acknowledged is lost, and nothing is written while too few are in reach",
        example: "Sync(lag: \"200ms\", acks: 1)",
    };

    fn judge(&mut self, fields: &mut Fields) {
        judge_followers(self.acks, self.catches_up, fields);
    }
}

impl Replicates for Sync {
    fn tail(&self) -> Tail<'_> {
        Tail::Confirmed
    }

    fn waits(&self) -> Waits<'_> {
        Waits::Replicas { acks: self.acks, timeout: None, catches_up: self.catches_up }
    }

    fn lag(&self) -> Option<&Law> {
        Some(&self.lag)
    }
}
