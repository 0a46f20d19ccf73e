//! What is lost with a writer's region: how many writes, and how old the oldest of them is.

use crate::tokyo::{STORE, measure, report, tokyo};
use mrsim::report::Finding;

/// The age of a loss counts from the fault, however long before it the channel went down.
#[test]
fn a_loss_is_as_old_as_the_writes_that_never_left() {
    let faults = r#"faults: [
        LinkCut(from: "ap-northeast-1", to: ["us-east-1"], at: "100s", lasting: "4h"),
        RegionOutage(region: "ap-northeast-1", at: "300s", lasting: "4h")],
        objectives: Objectives(rpo: "1s"),"#;
    let report = report(&tokyo(&(STORE.to_string() + faults)), 20);
    let age = measure(&report, "rpo_seconds");
    assert!(
        age.min > Some(200.3) && age.max < Some(200.41),
        "writes since 99.6 s are gone, and Tokyo went dark at 300 s: {age:?}"
    );
    assert_eq!(report.verdicts[0].finding, Finding::NotMet);
}

/// A log was 400 ms behind before the run as well, so a fault in its first moment loses as much as any other: a million users write once
/// a minute.
#[test]
fn a_loss_in_the_first_moment_is_a_whole_one() {
    let report = report(
        &tokyo(
            &(STORE.to_string()
                + r#"faults: [RegionOutage(region: "ap-northeast-1", at: "0s", lasting: "1h")],"#),
        ),
        50,
    );
    let (age, lost) = (measure(&report, "rpo_seconds"), measure(&report, "rpo_writes"));
    let expected: f64 = 1_000_000.0 / 60.0 * 0.4;
    assert!(age.min > Some(0.399) && age.max <= Some(0.4), "{age:?}");
    assert!(
        lost.min > Some(expected - 6.0 * expected.sqrt())
            && lost.max < Some(expected + 6.0 * expected.sqrt()),
        "{lost:?}, expected {expected}"
    );
}

/// With a lag per write, writes since a link was cut are counted, however many: drawn one by one they would take all day.
#[test]
fn what_was_never_shipped_is_counted_and_not_drawn() {
    let store = STORE
        .replace(r#"AsyncLog(lag: "400ms")"#, r#"AsyncLog(lag: "400ms", lag_varies: EachWrite)"#);
    let faults = r#"faults: [
        LinkCut(from: "ap-northeast-1", to: ["us-east-1"], at: "100s", lasting: "4h"),
        RegionOutage(region: "ap-northeast-1", at: "300s", lasting: "4h")],"#;
    let report = report(&tokyo(&(store + faults)), 10);
    // A million users write once a minute, from 400 ms before the cut to the outage; the count is Poisson.
    let expected = 1_000_000.0 / 60.0 * 200.4;
    let lost = measure(&report, "rpo_writes");
    let far = 6.0 * f64::sqrt(expected);
    assert!(
        lost.min > Some(expected - far) && lost.max < Some(expected + far),
        "{lost:?}, expected {expected}"
    );
    assert!(measure(&report, "rpo_seconds").max < Some(200.41));
}

/// A store that nobody writes to has no RPO that it could keep.
#[test]
fn without_writes_there_is_nothing_to_lose() {
    let text = tokyo(
        &(STORE.to_string()
            + r#"faults: [RegionOutage(region: "ap-northeast-1", at: "5min", lasting: "4h")],"#),
    );
    let report = report(&text.replace(r#", writes: "1 req/min""#, ""), 5);
    assert_eq!(
        (measure(&report, "promotion").occasions, measure(&report, "rpo_seconds").occasions),
        (5, 0)
    );
}
