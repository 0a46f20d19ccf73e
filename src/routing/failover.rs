//! Route 53 failover: the primary while it is healthy, else the secondary; the primary again when
//! both are unhealthy (fail-open). No damping: it fails back by itself.
//! Source: Route 53 Developer Guide, "Active-active and active-passive failover" and "How Amazon
//! Route 53 determines whether a health check is healthy".

use super::{Routing, Target, View};
use crate::family::Kind;
use crate::id::RegionId;
use crate::read::{Fields, Reader};
use ron2::ast::Expr;

/// `Failover(primary: To(region: .., check: ..), secondary: To(region: ..))`
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Failover {
    pub primary: Target,
    pub secondary: Target,
}

impl Failover {
    pub const KIND: Kind = Kind {
        name: "Failover",
        summary: "the primary while healthy, else the secondary; both unhealthy: the primary (Route 53 failover)",
        example: "Failover(primary: To(region: \"ap-northeast-1\", check: \"tokyo\"), secondary: To(region: \"us-east-1\"))",
    };

    pub fn read(expr: &Expr, reader: &mut Reader) -> Option<Self> {
        let mut fields = Fields::open(reader, expr, "Failover")?;
        let before = fields.problems();
        let primary = fields.required_with("primary", "To(region: .., check: ..)", Target::read);
        let secondary = fields.required_with("secondary", "To(region: ..)", Target::read);
        if let (Some(first), Some(second)) = (primary, secondary) {
            if first.region == second.region {
                let at = fields.place_of("secondary");
                fields.reader().problem(at, "primary and secondary are the same region", "name another region as secondary");
            }
            if first.check.is_none() && fields.problems() == before {
                let at = fields.place_of("primary");
                fields.reader().problem(at, "the primary has no health check, so it counts as healthy for ever", "add check: \"..\" to the primary");
            }
        }
        fields.close();
        Some(Failover { primary: primary?, secondary: secondary? })
    }
}

impl Routing for Failover {
    fn targets(&self) -> Vec<Target> {
        vec![self.primary, self.secondary]
    }

    fn answer(&self, view: &View, _share: f64) -> RegionId {
        if view.is_healthy(&self.primary) || !view.is_healthy(&self.secondary) { self.primary.region } else { self.secondary.region }
    }

    fn is_drawn(&self, _view: &View) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::CheckId;

    #[test]
    fn both_unhealthy_means_the_primary() {
        let target = |index: usize| Target { region: RegionId::at(index), check: Some(CheckId::at(index)) };
        let policy = Failover { primary: target(0), secondary: target(1) };
        let answer = |healthy: [bool; 2]| policy.answer(&View { believed_healthy: &healthy, round_trip: &[] }, 0.5).index();
        assert_eq!([answer([true, true]), answer([false, true]), answer([true, false]), answer([false, false])], [0, 1, 0, 0]);
    }

    #[test]
    fn a_secondary_without_a_check_is_always_healthy() {
        let primary = Target { region: RegionId(0), check: Some(CheckId(0)) };
        let policy = Failover { primary, secondary: Target { region: RegionId(1), check: None } };
        assert_eq!(policy.answer(&View { believed_healthy: &[false], round_trip: &[] }, 0.5), RegionId(1));
    }
}
