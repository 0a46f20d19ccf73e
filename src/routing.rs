//! Routing policies: which region the name answers with. A policy sees belief (what health checks
//! say and what was measured before), never truth, and holds no chance: a drawn share is handed in.

pub mod failover;
pub mod latency;
pub mod weighted;

use crate::family::family;
use crate::id::{CheckId, RegionId};
use crate::read::{Fields, Reader};
use crate::units::Duration;
use ron2::ast::Expr;

/// One record: a region, and the health check that speaks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Target {
    pub region: RegionId,
    /// Without a check a record is always healthy (Route 53 Developer Guide, "How Amazon Route 53 chooses records").
    pub check: Option<CheckId>,
}

/// What the name servers know when they answer one asker.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// By check: the status that the name servers hold.
    pub believed_healthy: &'a [bool],
    /// By region: measured round trip from the asker, for latency routing.
    pub round_trip: &'a [Duration],
}

impl View<'_> {
    pub fn is_healthy(&self, target: &Target) -> bool {
        target.check.is_none_or(|check| self.believed_healthy[check.index()])
    }
}

/// The behaviour of a policy.
pub trait Routing {
    /// The records, in the order written.
    fn targets(&self) -> Vec<Target>;
    /// The region answered. `share` is uniform on (0, 1); only drawn policies look at it.
    fn answer(&self, view: &View, share: f64) -> RegionId;
    /// True when two questions at the same time may get different answers.
    fn is_drawn(&self, view: &View) -> bool;
}

family! {
    /// The policy of the name that users ask for.
    pub enum Policy as Routing, "a routing policy" {
        Failover in failover,
        Latency in latency,
        Weighted in weighted,
    }
}

impl Target {
    /// Reads `"us-east-1"` (no check: always healthy) or `To(region: "us-east-1", check: "virginia")`.
    pub fn read(expr: &Expr, reader: &mut Reader) -> Option<Target> {
        if matches!(expr, Expr::String(_)) {
            let region = <RegionId as crate::read::Value>::read(expr, reader)?;
            return Some(Target { region, check: None });
        }
        let mut fields = Fields::open(reader, expr, "To")?;
        let target = Target::from_fields(&mut fields);
        fields.close();
        target
    }

    fn from_fields(fields: &mut Fields) -> Option<Target> {
        let region = fields.required("region");
        let check = fields.optional("check");
        Some(Target { region: region?, check })
    }
}
