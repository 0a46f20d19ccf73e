//! One writer that waits for replicas, but not for ever: after a timeout it goes on alone, and nobody is told.
//! MySQL's semi-synchronous replication works so.
//! Source: MySQL 8 Reference Manual, "Semisynchronous Replication": `rpl_semi_sync_source_timeout` 10,000 ms,
//! `rpl_semi_sync_source_wait_for_replica_count` 1, `rpl_semi_sync_source_wait_no_replica` ON; it is back when a replica
//! has caught up.
//!
//! ```text
//!  way to replicas  =======X.........................=============
//!  commits          waited for | hang | alone .............. | waited for
//!                              timeout                catch up
//!  a replica lacks  nothing             all since X            nothing
//! ```
//!
//! Simplified: writes that are begun while it waits time out for their clients, even those that the writer acknowledges
//! when it goes on alone. A confirmed write is received, not applied: whoever is promoted applies it first. Of the replicas
//! that the promoted one reaches the most advanced gives it what it lacks (as Orchestrator and Patroni see to: assumption).

use super::followers::{ACKS, CATCHES_UP, judge_followers};
use super::{Replicates, Tail, Waits};
use crate::family::Kind;
use crate::law::Law;
use crate::read::{Fields, record};
use crate::units::Duration;
use serde::Serialize;

record! {
    /// Commits wait for replicas until a timeout, then the writer goes on alone and silently.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct SemiSync as "SemiSync", check SemiSync::judge {
        /// From commit to applied on a replica: what lag checks and lag alarms see, and what a replica lacks while the writer goes on
        /// alone.
        pub lag: Law,
        /// How many replicas have to confirm a commit: 1 to the number of readers.
        #[source("MySQL's rpl_semi_sync_source_wait_for_replica_count is 1")]
        pub acks: u64 = ACKS,
        /// How long commits wait after the path to the replicas was lost; then the writer goes on alone. Above zero.
        #[source("MySQL's rpl_semi_sync_source_timeout is 10,000 ms")]
        pub timeout: Duration = TIMEOUT,
        /// How many times as fast as it was written a backlog is shipped: 2 or more.
        #[source("an assumption: it depends on the load and the line")]
        pub catches_up: u64 = CATCHES_UP,
    }
}

/// MySQL's default of `rpl_semi_sync_source_timeout`.
const TIMEOUT: Duration = Duration::from_secs(10);

impl SemiSync {
    pub const KIND: Kind = Kind {
        name: "SemiSync",
        summary: "commits wait for replicas until a timeout, then the writer goes on alone and silently: nothing is lost, but in a partition everything since it began",
        example: "SemiSync(lag: \"200ms\", timeout: \"10s\", acks: 1)",
    };

    fn judge(&mut self, fields: &mut Fields) {
        judge_followers(self.acks, self.catches_up, fields);
        if self.timeout.is_zero() {
            let help = "write a timeout, or AsyncLog(lag: ..)";
            fields.reject("timeout", "a timeout of no time waits for no replica", help);
        }
    }
}

impl Replicates for SemiSync {
    fn tail(&self) -> Tail<'_> {
        Tail::Confirmed
    }

    fn waits(&self) -> Waits<'_> {
        Waits::Replicas {
            acks: self.acks,
            timeout: Some(self.timeout),
            catches_up: self.catches_up,
        }
    }

    fn lag(&self) -> Option<&Law> {
        Some(&self.lag)
    }
}
