//! Replication: how writes get from the region that acknowledges them to the others, and what is
//! left behind when that region dies.

pub mod async_log;
pub mod event_stream;
pub mod keys;
pub mod multi_writer;
pub mod object_replication;
pub mod shipping;
pub mod followers;
pub mod semi_sync;
pub mod quorum;
pub mod snapshots;
pub mod strong_regions;
pub mod sync;
pub mod writers;

use crate::family::family;
use crate::id::{CheckId, RegionId};
use crate::law::Law;
use crate::read::record;
use crate::units::{Duration, Instant};
use async_log::AsyncLog;
use keys::Keys;
use quorum::Quorum;
use shipping::Shipping;
use snapshots::Snapshots;
use strong_regions::StrongRegions;
use writers::{Afterwards, Forwarding, Standby, Switchover};

/// A replicated store.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Store {
    pub name: String,
    /// The region that takes writes at the start.
    pub writer: RegionId,
    /// Regions with a replica that serves reads.
    pub readers: Vec<RegionId>,
    pub replication: Replication,
    /// How long application servers keep the writer's address after it moves.
    pub endpoint_ttl: Duration,
    /// Caches of that address in each region, one in each instance of an application there; each asks at a phase of its own.
    pub endpoint_caches: u64,
    /// `None`: no replica is promoted, as is the truth of every managed database across regions.
    pub promotion: Option<Promotion>,
    /// What is written to, where replicas are simulated item by item.
    pub keys: Option<Keys>,
    /// What an operator plans ahead.
    pub switchovers: Vec<Switchover>,
    pub forwarding: Forwarding,
    /// What takes over in the writer's region; `None`: unknown.
    pub standby: Option<Standby>,
}

impl Store {
    /// Regions with a replica, the writer's first.
    pub fn replicas(&self) -> impl Iterator<Item = RegionId> + '_ {
        std::iter::once(self.writer).chain(self.readers.iter().copied())
    }

    /// Who has what is left when the writer's region is destroyed: the replica that is promoted, or else the first reader.
    pub fn promotion_target(&self) -> Option<RegionId> {
        self.promotion.as_ref().map(|promotion| promotion.to).or(self.readers.first().copied())
    }

    /// Whether the replica in a region takes writes itself.
    pub fn takes_writes(&self, region: RegionId) -> bool {
        match self.replication.behaviour().tail() {
            Tail::Items(shipping) if shipping.all_write() => {
                self.replicas().any(|replica| replica == region)
            }
            _ => region == self.writer,
        }
    }
}

record! {
    /// Who orders a replica to become the writer, when, and how long it takes.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct Promotion as "Promotion" {
        /// The region whose replica becomes the writer.
        pub to: RegionId,
        /// The order is given after this check turns unhealthy.
        #[written("trigger", was "watches")]
        pub watches: CheckId,
        /// From the detection to the order: alarm, notification, decision.
        pub decision: Law,
        /// From the order to a writable replica.
        pub duration: Law,
        /// What happens afterwards.
        pub afterwards: Afterwards,
    }
}

/// A write in flight to a replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Write {
    pub at: Instant,
    /// From commit to applied on the replica, while the channel is up.
    pub lag: Duration,
}

/// When the channel to a replica carried anything: closed-open windows in time order.
/// A write is applied when the channel stays up for its whole lag; after a gap it starts anew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Channel {
    pub up: Vec<(Instant, Instant)>,
}

impl Channel {
    /// When the write is applied, were the channel's future as recorded; `None`: never.
    pub fn applied(&self, write: Write) -> Option<Instant> {
        let first = self.up.partition_point(|(_, end)| *end <= write.at);
        self.up[first..].iter().find_map(|(begin, end)| {
            let done = write.at.max(*begin) + write.lag;
            (done <= *end).then_some(done)
        })
    }
}

/// The acknowledged writes that a replica does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Loss {
    pub writes: u64,
    /// When the oldest of them was acknowledged.
    pub oldest: Option<Instant>,
    /// The same of those from after the return of a writer's region that had been lost.
    pub oldest_since_return: Option<Instant>,
    /// How many of them were acknowledged before the run began.
    pub before: u64,
    /// What was acknowledged before the run began is not known: older ones may be missing too.
    pub is_least: bool,
}

/// What decides which writes another region lacks.
#[derive(Clone, Copy, Debug)]
pub enum Tail<'r> {
    Log(&'r AsyncLog),
    Snapshots(&'r Snapshots),
    /// Nothing is left behind as a tail: changes travel item by item.
    Items(&'r Shipping),
    /// Replicas confirm: what they lack follows from who was in step when.
    Confirmed,
    /// Every replica takes writes, and none is promoted.
    Quorum(&'r Quorum),
}

/// What a commit waits for.
#[derive(Clone, Copy, Debug)]
pub enum Waits<'r> {
    /// The writer alone.
    Nobody,
    /// So many replicas, and for how long; `None`: without a limit. A replica takes its backlog `catches_up` times as fast as it was written.
    Replicas { acks: u64, timeout: Option<Duration>, catches_up: u64 },
    /// At least one replica that is not further behind than this.
    Guard(Duration),
    /// A majority of the regions.
    Majority(&'r StrongRegions),
}

/// The behaviour of a replication family.
pub trait Replicates {
    fn tail(&self) -> Tail<'_>;

    fn waits(&self) -> Waits<'_> {
        Waits::Nobody
    }

    /// From commit to applied on a replica; `None`: nothing follows the writer.
    fn lag(&self) -> Option<&Law> {
        None
    }
}

family! {
    /// How a store replicates.
    pub enum Replication as Replicates, "a replication family" {
        AsyncLog in async_log,
        Snapshots in snapshots,
        MultiWriter in multi_writer,
        ObjectReplication in object_replication,
        EventStream in event_stream,
        SemiSync in semi_sync,
        Sync in sync,
        StrongRegions in strong_regions,
        Quorum in quorum,
    }
}

impl Replication {
    /// The log, where replicas follow one.
    pub fn log(&self) -> Option<&AsyncLog> {
        match self.behaviour().tail() {
            Tail::Log(log) => Some(log),
            Tail::Snapshots(_) | Tail::Items(_) | Tail::Confirmed | Tail::Quorum(_) => None,
        }
    }

    /// The quorum, where operations wait for some of all replicas.
    pub fn quorum(&self) -> Option<&Quorum> {
        if let Tail::Quorum(quorum) = self.behaviour().tail() { Some(quorum) } else { None }
    }

    /// The rules of changes that travel item by item.
    pub fn items(&self) -> Option<&Shipping> {
        if let Tail::Items(shipping) = self.behaviour().tail() { Some(shipping) } else { None }
    }
}

#[cfg(test)]
mod tests;
