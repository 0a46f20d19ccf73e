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

use super::followers::{Common, default_acks, default_catches_up};
use super::{Replicates, Tail, Waits};
use crate::family::Kind;
use crate::law::Law;
use crate::read::Node;
use crate::read::{Fields, Reader};
use serde::{Deserialize, Serialize};

/// `Sync(lag: "200ms", acks: 1)`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sync {
    /// From commit to applied on a standby: what lag checks and lag alarms see.
    pub lag: Law,
    /// How many standbys have to confirm a commit. 1 to the number of readers; default 1.
    #[serde(default = "default_acks")]
    pub acks: u64,
    /// How many times as fast as it was written a backlog is shipped. 2 or more; default 10 (assumption).
    #[serde(default = "default_catches_up")]
    pub catches_up: u64,
}

impl Sync {
    pub const KIND: Kind = Kind {
        name: "Sync",
        summary: "commits wait for replicas without a limit: nothing acknowledged is lost, and nothing is written while too few are in reach",
        example: "Sync(lag: \"200ms\", acks: 1)",
    };

    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        Self::read_over(expr, reader, None)
    }

    /// Reads a store whose missing fields come from a preset.
    pub fn read_over(expr: &Node, reader: &mut Reader, base: Option<&Sync>) -> Option<Self> {
        let mut fields = Fields::open(reader, expr, "Sync")?;
        let common = base.map(|base| Common {
            lag: Some(base.lag),
            acks: base.acks,
            catches_up: base.catches_up,
        });
        let Common { lag, acks, catches_up } = Common::read(&mut fields, common);
        fields.close();
        Some(Sync { lag: lag?, acks, catches_up })
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
