//! Snapshots and backups copied to another region, and logs shipped in batches: what the other region has is as old as
//! its newest whole copy. Nothing there serves until it is restored, which is the promotion's duration.
//! RDS cross-region snapshot copies and automated backups (transaction logs every 5 min) work so.
//! Source: RDS User Guide, "Restoring a DB instance to a specified time" and "Replicating automated backups to another AWS Region".
//!
//! ```text
//!  writer    --[s1]----------[s2]----------[s3]---X dies      s3 was not copied in time:
//!  elsewhere ......[s1]............[s2]..........             everything since s2 is lost
//! ```

use super::{Replicates, Tail};
use crate::family::Kind;
use crate::law::Law;
use crate::read::{Fields, record};
use crate::units::Duration;
use serde::Serialize;

record! {
    /// Snapshots, or shipped logs, that are copied to another region.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct Snapshots as "Snapshots", check Snapshots::judge {
        /// From the start of one snapshot to the start of the next; the run begins at a random moment between two.
        pub every: Duration,
        /// From the start of a snapshot until a whole copy of it is in the other region.
        pub copy: Law,
    }
}

impl Snapshots {
    pub const KIND: Kind = Kind {
        name: "Snapshots",
        summary: "snapshots or shipped logs, copied to another region; what is newer than the newest whole copy is lost, and a restore takes its time",
        example: "Snapshots(every: \"1h\", copy: \"5min\")",
    };

    fn judge(&mut self, fields: &mut Fields) {
        if self.every < Duration::from_secs(1) {
            let help = "write a longer period, or describe a log: AsyncLog(lag: ..)";
            fields.reject("every", "snapshots less than 1s apart", help);
        }
    }
}

impl Replicates for Snapshots {
    fn tail(&self) -> Tail<'_> {
        Tail::Snapshots(self)
    }
}
