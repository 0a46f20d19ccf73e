//! Records and views for the tests of policies.
use super::*;

/// A record of region `index`, spoken for by check `index`.
pub fn checked(index: usize) -> Record {
    Record { check: Some(CheckId::at(index)), ..unchecked(index) }
}

/// A record of region `index` without a check.
pub fn unchecked(index: usize) -> Record {
    Record {
        leads: Leads::Stop(Stop::Region(RegionId::at(index))),
        check: None,
        target_health: None,
        evaluate_target_health: true,
    }
}

pub fn view(believed_healthy: &[bool]) -> View<'_> {
    View { believed_healthy, round_trip: &[], distance_km: &[], asker: None, rewritten: false }
}

/// The regions chosen, by number.
pub fn chosen(policy: &impl Routing, view: &View, share: f64) -> Vec<usize> {
    let region = |record: &Record| match &record.leads {
        Leads::Stop(Stop::Region(region)) => region.index(),
        other => panic!("{other:?} is no region"),
    };
    policy.choose(view, &mut || share).into_iter().map(region).collect()
}
