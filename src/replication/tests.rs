//! Every replication family reads, writes and reads back alike, and asks for what has no default.

use super::Replication;
use super::keys::Keys;
use super::quorum::Quorum;
use crate::read::{Declared, Names, Value, read_text};

/// Regions that examples name.
fn names() -> Names {
    let region = |name: &str| Declared { name: name.to_string(), ..Declared::default() };
    let regions = ["ap-northeast-1", "us-east-1", "eu-west-1"].map(region).to_vec();
    Names { regions, ..Names::default() }
}

fn read<T: Value>(text: &str) -> Result<T, String> {
    let read = read_text(text, |node, reader| {
        reader.names = names();
        T::read(node, reader)
    });
    read.map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}

fn reads_back<T: Value + PartialEq + std::fmt::Debug>(text: &str) {
    let value = read::<T>(text).unwrap_or_else(|problems| panic!("{text}: {problems}"));
    let written = value.write(&names()).to_string();
    assert_eq!(read::<T>(&written).as_ref(), Ok(&value), "{text}, written as {written}");
}

#[test]
fn every_family_reads_back() {
    for kind in Replication::KINDS {
        reads_back::<Replication>(kind.example);
    }
}

/// Beyond the examples: each field with another value than its default.
#[test]
fn every_field_reads_back() {
    for text in [
        "AsyncLog(lag: \"1s\", lag_varies: EachWrite, order: Unordered, ships: \"1ms\", rpo_guard: \"20s\")",
        "Snapshots(every: \"1h\", copy: Uniform(from: \"1min\", to: \"2min\"))",
        "MultiWriter(lag: \"1s\", conflicts: LastWriterWins(clock: Hybrid), transfer: \"2s\", order: InOrder, capacity: \"10/s\", waiting: InMemory, duplicates: \"1%\", deduplicates: false, deletes: Stay, ways: One)",
        "MultiWriter(lag: \"1s\", anti_entropy: \"10min\")",
        "ObjectReplication(lag: \"1s\", deletes: Travel, ways: Both)",
        "EventStream(lag: \"1s\", order: Unordered)",
        "SemiSync(lag: \"1s\", acks: 2, timeout: \"3s\", catches_up: 4)",
        "Sync(lag: \"1s\", acks: 2, catches_up: 4)",
        "StrongRegions(witness: \"eu-west-1\", leader: \"us-east-1\", election: \"5s\", reads: Eventual, isolated: Refuses)",
        "Quorum(copies: 3, write_quorum: 2, read_quorum: 1, level: Each, write: [Part(share: \"38%\", law: \"1ms\"), Part(share: \"62%\", law: Exponential(mean: \"5ms\"))], ack: \"1ms\", read: \"1ms\", response: \"2ms\", propagates: false, hints: \"3h\", read_repair: true, anti_entropy: \"1h\", sample: Sample(keys: 7, versions: 2, reads: 3, read_after: \"1s\"))",
    ] {
        reads_back::<Replication>(text);
    }
    for text in [
        "Keys()",
        "Keys(count: 7, popularity: Zipf(0.99), reads_first: \"1%\", deletes: \"2%\", transactions: \"3%\", reads_back: \"4s\", sample: 500)",
    ] {
        reads_back::<Keys>(text);
    }
}

/// How far replicas are behind is never guessed, whatever else is usual for a family.
#[test]
fn every_lag_is_asked_for() {
    for family in
        ["AsyncLog", "MultiWriter", "ObjectReplication", "EventStream", "SemiSync", "Sync"]
    {
        let problem = read::<Replication>(&format!("{family}()")).expect_err(family);
        assert!(problem.contains(&format!("{family} lacks the field lag")), "{problem}");
    }
    let record = super::multi_writer::MultiWriter::record();
    assert!(record.field("lag").expect("it has a lag").is_required);
    assert!(Quorum::record().field("ack").expect("it has messages").is_required);
}
