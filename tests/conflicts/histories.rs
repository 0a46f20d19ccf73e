//! Generated histories with known ends: `data/conflict_histories.jsonl`, 64 of them. They are random histories over
//! replicas A, B and C, replayed by the crate `crdts` 7.3.2 and by a separate textbook model, which agreed on all of
//! 24,000; these are a sample.
//!
//! Fields: `ops` are ["inc"|"dec", replica, by], ["write", replica, value(, stamp)], ["add"|"rm", replica, element] and
//! ["merge", into, from], which sends the state of `from` to `into`; `local` are the states at A, B and C after them,
//! `merged` is the state after all three are joined. Of equal stamps the larger replica wins. `vclock` lines compare and
//! join two version vectors.

use super::cluster::{Cluster, policy};
use mrsim::conflict::{Causality, Content, Op, VersionVector};
use mrsim::id::RegionId;
use serde_json::Value;

fn lines() -> Vec<Value> {
    include_str!("../data/conflict_histories.jsonl").lines().map(|line| serde_json::from_str(line).expect("each line is a history")).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn number(value: &Value) -> u64 {
    value.as_u64().expect("a number")
}

fn replica(value: &Value) -> usize {
    ["A", "B", "C"].iter().position(|name| *name == text(value)).expect("A, B or C")
}

/// What a state is in the data: a number, or a list of numbers; nothing yet is an empty list.
fn expected(kind: &str, value: &Value) -> Content {
    let list = |value: &Value| value.as_array().map_or_else(|| value.as_u64().into_iter().collect(), |values| values.iter().map(number).collect::<Vec<_>>());
    match kind {
        "g_counter" | "pn_counter" => Content::Count(i128::from(value.as_i64().expect("a count"))),
        "or_set" => Content::Elements(list(value)),
        _ => Content::Values(list(value)),
    }
}

fn replayed(history: &Value, policy_text: &str) {
    let policy = policy(policy_text);
    let mut cluster = Cluster::new(policy.behaviour(), 3);
    for step in history["ops"].as_array().expect("a list of operations") {
        let (what, at) = (text(&step[0]), replica(&step[1]));
        let op = match what {
            "merge" => {
                cluster.merge(at, replica(&step[2]));
                continue;
            }
            "inc" => Op::Increment(number(&step[2])),
            "dec" => Op::Decrement(number(&step[2])),
            "write" => Op::Put(number(&step[2])),
            "add" => Op::Insert(number(&step[2])),
            "rm" => Op::Remove(number(&step[2])),
            other => panic!("there is no operation {other}"),
        };
        cluster.write(at, op, step[3].as_i64().unwrap_or(0));
    }
    let kind = text(&history["type"]);
    for at in 0..3 {
        assert_eq!(cluster.content(at), expected(kind, &history["local"][at]), "{policy_text} at {at}: {history}");
    }
    cluster.settle();
    for at in 0..3 {
        assert_eq!(cluster.content(at), expected(kind, &history["merged"]), "{policy_text} merged at {at}: {history}");
    }
}

/// Under every member that means the same: a register with siblings is also what vector clocks give to writers who
/// have read, and a last-writer-wins register is the store's policy without options.
#[test]
fn histories_end_as_two_other_implementations_say() {
    let mut replays = 0;
    for history in lines().iter().filter(|history| history["type"] != "vclock") {
        let members: &[&str] = match text(&history["type"]) {
            "g_counter" => &["GCounter()", "PnCounter()"],
            "pn_counter" => &["PnCounter()"],
            "lww" => &["LwwRegister()", "LastWriterWins()", "LastWriterWins(deletes: AlwaysWin)"],
            "mv_register" => &["MvRegister()", "VectorClock()", "VectorClock(versions: Plain)"],
            "or_set" => &["OrSet()"],
            other => panic!("there is no type {other}"),
        };
        members.iter().for_each(|member| replayed(history, member));
        replays += members.len();
    }
    assert_eq!(replays, 8 * (2 + 1 + 3 + 3 + 1));
}

#[test]
fn version_vectors_compare_and_join_as_they_should() {
    let vector = |value: &Value| -> VersionVector {
        let entries = value.as_object().expect("counters by replica").iter();
        entries.map(|(name, counter)| (RegionId::at(replica(&Value::from(name.as_str()))), number(counter))).collect()
    };
    let mut compared = 0;
    for line in lines().iter().filter(|line| line["type"] == "vclock") {
        let (a, b) = (vector(&line["a"]), vector(&line["b"]));
        let relation = match text(&line["rel"]) {
            "before" => Causality::Before,
            "after" => Causality::After,
            "equal" => Causality::Equal,
            "concurrent" => Causality::Concurrent,
            other => panic!("there is no relation {other}"),
        };
        assert_eq!((a.compare(&b), b.compare(&a)), (relation, relation.reversed()), "{line}");
        let mut sum = a;
        sum.join(&b);
        assert_eq!(sum, vector(&line["merge"]), "{line}");
        compared += 1;
    }
    assert_eq!(compared, 24);
}
