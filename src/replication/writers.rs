//! The life of a single writer: what happens around a change of place beyond the promotion itself.
//!
//! ```text
//!  promotion   Tokyo ====X                 region dies          Tokyo writer . . fenced . . rebuilt . . replica
//!              Virginia   -----+======     promoted                          ~~~~~ forked: taken by a side that is discarded
//!
//!  switchover  Tokyo =====|read-only|----  replica              nothing is lost: it waits until the replica is in sync
//!              Virginia --------------====  writer
//! ```

use crate::id::RegionId;
use crate::law::Law;
use crate::read::{Fields, record, words};
use crate::units::{Duration, Share};

record! {
    /// What surrounds an unplanned promotion.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct Afterwards as "Afterwards", flat true, check Afterwards::judge {
        /// From the promotion until the old writer takes no more writes, if its region is up. By default it is fenced at once; Aurora
        /// fences on a best-effort basis, so the two sides can both take writes for a moment.
        pub fencing: Law = Law::Constant(Duration::ZERO),
        /// Chance that fencing fails: then the old writer takes writes until the last address of it has expired.
        pub fencing_fails: Share = Share::NONE,
        /// The promoted region holds data and no instance: one is created first, which takes so long on top.
        pub headless: Option<Law>,
        /// From the return of the old writer's region until it is a replica again; otherwise it never is. Needed with `failback`, unless
        /// the store's preset knows it.
        pub rebuild: Option<Law>,
        /// A planned switchover back; otherwise the writer stays where it was promoted.
        pub failback: Option<Failback>,
    }
}

impl Default for Afterwards {
    fn default() -> Self {
        Afterwards {
            fencing: Law::Constant(Duration::ZERO),
            fencing_fails: Share::NONE,
            headless: None,
            rebuild: None,
            failback: None,
        }
    }
}

impl Afterwards {
    fn judge(&mut self, fields: &mut Fields) {
        if self.failback.is_some() && self.rebuild.is_none() && !fields.is_written("rebuild") {
            fields.require("rebuild", "\"1h\"");
        }
    }
}

record! {
    /// A planned switchover back to the old writer's region once it is a replica again.
    #[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
    pub struct Failback as "Failback" {
        /// From the end of the rebuild to the order; refused, it is given again after as long, and at least a minute.
        #[source("assumption")]
        pub after: Law = FAILBACK_AFTER,
        /// How long it takes, without writes.
        #[written("duration", was "takes")]
        pub takes: Law,
    }
}

/// How long after a rebuild a person orders the failback (assumption).
const FAILBACK_AFTER: Law = Law::Constant(Duration::from_secs(10 * 60));

record! {
    /// A planned switchover: writes stop, the replica catches up, the roles change. Nothing is lost, and without a live writer it is
    /// refused.
    #[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
    pub struct Switchover as "Switchover" {
        /// The region that becomes the writer's.
        pub to: RegionId,
        /// When it is ordered, since the start of the run.
        pub at: Duration,
        /// How long no region takes writes; at least the replica's lag.
        #[written("duration", was "takes")]
        pub takes: Law,
    }
}

words! {
    /// Where the application servers of a region with a replica send their writes, and how fresh its reads are.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
    pub enum Forwarding {
        /// To the writer's endpoint.
        Off,
        /// To the replica, which hands them on to the writer; reads wait for nothing.
        Eventual,
        /// The same; a user's reads wait for their own writes.
        Session,
        /// The same; every read waits until the replica has what the writer had.
        Global,
    }
}

/// What takes over when the writer's instance dies, in the same region.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Standby {
    /// The preset that it comes from; `None`: the scenario's own numbers.
    pub preset: Option<String>,
    /// How long until it has.
    pub takes: Law,
    /// Other instances in the region serve reads meanwhile.
    pub reads_go_on: bool,
}
