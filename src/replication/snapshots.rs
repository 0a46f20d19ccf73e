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
use crate::read::Node;
use crate::read::{Fields, Reader};
use crate::units::Duration;
use serde::{Deserialize, Serialize};

/// `Snapshots(every: "1h", copy: "5min")`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshots {
    /// From the start of one snapshot to the start of the next; the run begins at a random moment between two.
    pub every: Duration,
    /// From the start of a snapshot until a whole copy of it is in the other region.
    pub copy: Law,
}

impl Snapshots {
    pub const KIND: Kind = Kind {
        name: "Snapshots",
        summary: "snapshots or shipped logs, copied to another region; what is newer than the newest whole copy is lost, and a restore takes its time",
        example: "Snapshots(every: \"1h\", copy: \"5min\")",
    };

    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        Self::read_over(expr, reader, None)
    }

    /// Reads snapshots whose missing fields come from a preset.
    pub fn read_over(expr: &Node, reader: &mut Reader, base: Option<&Snapshots>) -> Option<Self> {
        let mut fields = Fields::open(reader, expr, "Snapshots")?;
        let every: Option<Duration> = match base {
            Some(base) => Some(fields.or("every", base.every)),
            None => fields.required("every"),
        };
        let copy = match base {
            Some(base) => Some(fields.or("copy", base.copy)),
            None => fields.required("copy"),
        };
        if every.is_some_and(|every| every < Duration::from_secs(1)) {
            let at = fields.place_of("every");
            fields.reader().problem(
                at,
                "snapshots less than 1s apart",
                "write a longer period, or describe a log: AsyncLog(lag: ..)",
            );
        }
        fields.close();
        Some(Snapshots { every: every?, copy: copy? })
    }
}

impl Replicates for Snapshots {
    fn tail(&self) -> Tail<'_> {
        Tail::Snapshots(self)
    }
}
