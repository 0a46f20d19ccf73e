//! One writer that waits for replicas, but not for ever: after a time-out it goes on alone, and nobody is told.
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

use super::followers::{Common, default_acks, default_catches_up};
use super::{Replicates, Tail, Waits};
use crate::family::Kind;
use crate::law::Law;
use crate::read::Node;
use crate::read::{Fields, Reader};
use crate::units::Duration;
use serde::{Deserialize, Serialize};

/// `SemiSync(lag: "200ms", timeout: "10s", acks: 1)`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SemiSync {
    /// From commit to applied on a replica: what lag checks and lag alarms see, and what a replica lacks while the writer goes on alone.
    pub lag: Law,
    /// How many replicas have to confirm a commit. 1 to the number of readers; default 1.
    #[serde(default = "default_acks")]
    pub acks: u64,
    /// How long commits wait after the way to the replicas was lost; then the writer goes on alone. Above zero; default 10 s.
    #[serde(default = "default_timeout")]
    pub timeout: Duration,
    /// How many times as fast as it was written a backlog is shipped. 2 or more; default 10 (assumption).
    #[serde(default = "default_catches_up")]
    pub catches_up: u64,
}

/// MySQL's default of `rpl_semi_sync_source_timeout`.
const TIMEOUT: Duration = Duration::from_secs(10);

fn default_timeout() -> Duration {
    TIMEOUT
}

impl SemiSync {
    pub const KIND: Kind = Kind {
        name: "SemiSync",
        summary: "commits wait for replicas until a time-out, then the writer goes on alone and silently: nothing is lost, but in a partition everything since it began",
        example: "SemiSync(lag: \"200ms\", timeout: \"10s\", acks: 1)",
    };

    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        Self::read_over(expr, reader, None)
    }

    /// Reads a store whose missing fields come from a preset.
    pub fn read_over(expr: &Node, reader: &mut Reader, base: Option<&SemiSync>) -> Option<Self> {
        let mut fields = Fields::open(reader, expr, "SemiSync")?;
        let common = base.map(|base| Common {
            lag: Some(base.lag),
            acks: base.acks,
            catches_up: base.catches_up,
        });
        let Common { lag, acks, catches_up } = Common::read(&mut fields, common);
        let timeout = fields.or("timeout", base.map_or(TIMEOUT, |base| base.timeout));
        if timeout.is_zero() {
            let at = fields.place_of("timeout");
            fields.reader().problem(
                at,
                "a writer that waits for no time waits for nobody",
                "write a timeout, or AsyncLog(lag: ..)",
            );
        }
        fields.close();
        Some(SemiSync { lag: lag?, acks, timeout, catches_up })
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
