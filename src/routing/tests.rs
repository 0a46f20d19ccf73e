//! Policies and their trees of records.

use super::testing::{checked, unchecked, view};
use super::*;

fn stops(policy: &Policy, healthy: &[bool]) -> Vec<Stop> {
    policy.settled_answer(&view(healthy)).expect("nothing is drawn").stops
}

fn tree(evaluate_target_health: bool) -> Policy {
    let branch = |primary: usize, secondary: usize| failover::Failover {
        primary: checked(primary),
        secondary: checked(secondary),
        trickle: None,
    };
    let alias = |inner: failover::Failover| Record {
        leads: Leads::Alias(Box::new(Policy::Failover(inner))),
        check: None,
        target_health: None,
        evaluate_target_health,
    };
    Policy::Failover(failover::Failover {
        primary: alias(branch(0, 1)),
        secondary: alias(branch(2, 3)),
        trickle: None,
    })
}

/// Route 53 Developer Guide, "How health checks work in complex Amazon Route 53 configurations".
#[test]
fn a_branch_is_healthy_while_one_of_its_records_is() {
    let region = |index| vec![Stop::Region(RegionId(index))];
    assert_eq!(stops(&tree(true), &[false, true, true, true]), region(1), "within the branch");
    assert_eq!(
        stops(&tree(true), &[false, false, false, true]),
        region(3),
        "back out to the other branch"
    );
    assert_eq!(stops(&tree(true), &[false; 4]), region(0), "everything fails open");
    assert_eq!(
        stops(&tree(false), &[false, false, true, true]),
        region(0),
        "without evaluation the dead branch is taken"
    );
}

#[test]
fn check_and_target_health_must_both_be_healthy() {
    let mut record = unchecked(0);
    record.check = Some(CheckId(0));
    record.target_health = Some(CheckId(1));
    let healthy = |statuses: [bool; 2]| view(&statuses).is_healthy(&record);
    assert_eq!(
        [healthy([true, true]), healthy([false, true]), healthy([true, false])],
        [true, false, false]
    );
}
