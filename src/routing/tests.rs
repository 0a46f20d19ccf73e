//! Policies and their trees of records.

use super::testing::{checked, unchecked, view};
use super::*;
use crate::read::{Declared, Reader, Value, read_text};

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

fn reader_names(reader: &mut Reader) {
    let declared = |names: &[&str]| {
        let declared = |name: &&str| Declared { name: name.to_string(), place: Default::default() };
        names.iter().map(declared).collect()
    };
    reader.names.regions = declared(&["ap-northeast-1", "us-east-1", "eu-west-1"]);
    reader.names.checks = declared(&["tokyo", "virginia"]);
    reader.names.doors = declared(&["www"]);
}

/// What is read of a text, and how it is written again.
fn read<T: Value>(text: &str) -> Result<(T, String), String> {
    let read = read_text(text, |node, reader| {
        reader_names(reader);
        let value = T::read(node, reader)?;
        let written = value.write(&reader.names).to_string();
        Some((value, written))
    });
    read.map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}

#[test]
fn every_policy_reads_back() {
    let more = [
        "Failover(primary: To(door: \"www\", check: \"tokyo\"), secondary: \"us-east-1\", trickle: \"10%\")",
        "Latency(to: [To(alias: Simple(to: [\"us-east-1\"]), evaluate_target_health: false)], drift: \"5%\")",
        "RegionList(default: [\"www\", \"us-east-1\"], timeout: \"3s\", retries_errors: false)",
        "Rewritten(before: \"ap-northeast-1\", after: \"us-east-1\", watches: \"tokyo\")",
    ];
    for text in Policy::KINDS.iter().map(|kind| kind.example).chain(more) {
        let (policy, written) = read::<Policy>(text).unwrap_or_else(|problem| panic!("{problem}"));
        let again =
            read::<Policy>(&written).unwrap_or_else(|problem| panic!("{written}: {problem}"));
        assert_eq!((&again.0, &again.1), (&policy, &written), "{text}");
    }
}

#[test]
fn what_a_record_cannot_have_is_told_once() {
    let records = |policy: &str, record: &str| format!("{policy}(to: [{record}])");
    let region = "region: \"us-east-1\"";
    for (text, expected) in [
        (
            records("Latency", &format!("To({region}, weight: 10)")),
            "weight of a record belongs to Weighted; leave it out, or make that the policy",
        ),
        (
            records("Weighted", &format!("To({region}, weight: 10, bias: 5)")),
            "bias of a record belongs to Geoproximity; leave it out, or make that the policy",
        ),
        (
            records("Weighted", &format!("To({region}, weight: 256)")),
            "weight is out of range; weights are 0 to 255; only their proportion counts",
        ),
        (records("Weighted", "\"us-east-1\""), "To lacks the field weight; add weight: 1_000"),
        (
            records("Latency", "To(door: \"www\", region: \"us-east-1\")"),
            "a record leads to one place; write just one of region: \"..\", door: \"..\", alias: Weighted(..)",
        ),
        (
            records("Latency", "To(region: \"us-east-2\")"),
            "there is no region \"us-east-2\"; did you mean us-east-1?",
        ),
        (
            format!("Failover(primary: To({region}, check: \"tokio\"), secondary: \"eu-west-1\")"),
            "there is no health check \"tokio\"; did you mean tokyo?",
        ),
    ] {
        let problems = read::<Policy>(&text).expect_err(&text);
        assert!(
            problems.contains(expected) && problems.matches("1:").count() == 1,
            "{text}: {problems}"
        );
    }
    let slip = read::<Policy>("Weighted(to: [To(region: \"us-east-1\", wieght: 10)])");
    let slip = slip.expect_err("nobody knows wieght");
    assert!(slip.contains("did you mean weight") && !slip.contains("lacks"), "{slip}");
}
