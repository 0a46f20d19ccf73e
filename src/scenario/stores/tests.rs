//! A store is written as it reads back, a preset says what is not written, and rules across fields say nothing of what could not be
//! read.

use crate::read::{Declared, Names, Value, read_text};
use crate::replication::writers::Standby;
use crate::replication::{Replication, Store};

fn names() -> Names {
    let named = |name: &str| Declared { name: name.to_string(), ..Declared::default() };
    let regions = ["ap-northeast-1", "us-east-1", "eu-west-1"].map(named).to_vec();
    Names { regions, checks: vec![named("c")], ..Names::default() }
}

/// A value, and the sources that were noted.
fn read<T: Value>(text: &str) -> Result<(T, Vec<String>), Vec<String>> {
    let read = read_text(text, |node, reader| {
        reader.names = names();
        let value = T::read(node, reader)?;
        let sources = reader.sources.iter().map(|(what, ..)| what.clone()).collect();
        Some((value, sources))
    });
    read.map_err(|problems| problems.into_iter().map(|problem| problem.what).collect())
}

fn store(fields: &str) -> Result<(Store, Vec<String>), Vec<String>> {
    read(&format!("Store(name: \"s\", {fields})"))
}

const HOME: &str = "writer: \"ap-northeast-1\", readers: [\"us-east-1\"]";

#[test]
fn a_store_reads_back() {
    let promotion = "promotion: Promotion(to: \"us-east-1\", trigger: \"c\", failback: Failback())";
    for fields in [
        format!("preset: \"aurora-global\", {HOME}, {promotion}"),
        format!(
            "{HOME}, replication: AsyncLog(lag: \"1s\"), endpoint_ttl: \"5s\", endpoint_caches: 7, forwarding: Session, \
             promotion: Promotion(to: \"us-east-1\", trigger: \"c\", decision: \"1s\", duration: \"2s\", fencing: \"3s\", \
             fencing_fails: \"4%\", headless: \"5s\", rebuild: \"6s\", failback: Failback(after: \"7s\", duration: \"8s\"))"
        ),
        format!(
            "preset: \"aurora-global\", {HOME}, switchovers: [Switchover(to: \"us-east-1\", at: \"1min\")]"
        ),
        "preset: \"dynamodb-mrec\", regions: [\"ap-northeast-1\", \"us-east-1\"]".to_string(),
        "preset: \"cassandra-local-quorum\", regions: [\"ap-northeast-1\", \"us-east-1\"]".to_string(),
        "preset: \"spanner\", regions: [\"ap-northeast-1\", \"us-east-1\", \"eu-west-1\"], replication: (leader: \"eu-west-1\")"
            .to_string(),
    ] {
        let (read, _) = store(&fields).unwrap_or_else(|problems| panic!("{fields}: {problems:?}"));
        let written = read.write(&names()).to_string();
        let (back, _) = self::read::<Store>(&written)
            .unwrap_or_else(|problems| panic!("{written}: {problems:?}"));
        assert_eq!(back, read, "{written}");
    }
}

#[test]
fn a_standby_reads_back_even_where_it_differs_from_its_preset() {
    for text in [
        "\"rds-multi-az\"",
        "Standby(preset: \"rds-multi-az-cluster\", reads_go_on: false)",
        "Standby(preset: \"rds-multi-az\", takes: \"7s\", reads_go_on: true)",
        "Standby(duration: \"7s\")",
    ] {
        let (standby, _) = read::<Standby>(text).expect(text);
        let written = standby.write(&names()).to_string();
        assert_eq!(read::<Standby>(&written).expect(&written).0, standby, "{written}");
    }
}

#[test]
fn what_is_written_stands_above_the_preset_field_by_field() {
    let lag = |fields: &str| {
        let (store, _) =
            store(&format!("preset: \"aurora-global\", {HOME}, {fields}")).expect(fields);
        store.replication.behaviour().lag().expect("it lags").mean()
    };
    assert_eq!(lag("replication: (lag: \"2s\")"), 2.0);
    assert_eq!(lag("replication: AsyncLog"), lag("endpoint_ttl: \"1s\""));
    let (other, _) =
        store(&format!("preset: \"aurora-global\", {HOME}, replication: Sync(lag: \"2s\")"))
            .expect("another family stands for itself");
    assert!(matches!(other.replication, Replication::Sync(_)));
}

/// The numbers of a preset are noted where they are used: those of its standby once a fault uses it.
#[test]
fn a_preset_is_noted_where_it_is_used() {
    let notes = |fields: &str| store(fields).expect(fields).1;
    let aurora = format!("preset: \"aurora-global\", {HOME}");
    assert_eq!(notes(&aurora), ["store preset aurora-global"]);
    let own = notes(&format!("{aurora}, standby: \"rds-multi-az\""));
    assert!(own.contains(&"standby preset rds-multi-az".to_string()), "{own:?}");
    let life = "life of the writer".to_string();
    let planned = |more: &str| {
        notes(&format!(
            "{aurora}, switchovers: [Switchover(to: \"us-east-1\", at: \"1min\"{more})]"
        ))
    };
    assert!(planned("").contains(&life) && !planned(", takes: \"20s\"").contains(&life));
    let promoted = |more: &str| {
        notes(&format!("{aurora}, promotion: Promotion(to: \"us-east-1\", watches: \"c\"{more})"))
    };
    assert!(!promoted("").contains(&life) && promoted(", failback: Failback()").contains(&life));
    let all = ", rebuild: \"1h\", failback: Failback(takes: \"20s\")";
    assert!(!promoted(all).contains(&life));
}

#[test]
fn what_could_not_be_read_is_told_once() {
    let promotion = "promotion: Promotion(to: \"us-east-1\", trigger: \"c\")";
    for (fields, expected) in [
        (
            format!(
                "preset: \"aurora-global\", writer: \"ap-northeast-1\", readers: [\"us-eest-1\"], {promotion}"
            ),
            "there is no region \"us-eest-1\"",
        ),
        (
            format!(
                "preset: \"aurora-global\", writer: \"tokyo\", readers: [\"us-east-1\"], {promotion}"
            ),
            "there is no region \"tokyo\"",
        ),
        (
            "preset: \"dynamodb-mrek\", regions: [\"ap-northeast-1\", \"us-east-1\"]".to_string(),
            "there is no store preset \"dynamodb-mrek\"",
        ),
        (
            "preset: \"dynamodb-mrec\", regions: [\"tokyo\"]".to_string(),
            "there is no region \"tokyo\"",
        ),
        (
            format!("preset: \"mysql-semi-sync\", {HOME}, replication: (acks: 3, timeout: \"0s\")"),
            "a timeout of no time waits for no replica",
        ),
        (
            format!(
                "preset: \"aurora-global\", {HOME}, endpoint_ttl: \"1s\", endpoint_ttl: \"2s\""
            ),
            "field endpoint_ttl is written twice in Store",
        ),
    ] {
        assert_eq!(store(&fields).expect_err(&fields), [expected], "{fields}");
    }
}
