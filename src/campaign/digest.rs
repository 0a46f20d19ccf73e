//! Digests: SHA-256 of the question that was asked and of its answer. Equal digests mean equal questions and equal results, to
//! the last printed number; in which words the numbers are told means nothing.
//!
//! ```text
//!  scenario, each list in an order of its own --+
//!  facts, counts and measures of every run -----+--> SHA-256
//!  numbers of the report by path and key --------+
//! ```
//!
//! What means nothing changes nothing: the name of the file, comments and blanks in it, the order in which it lists regions,
//! links, users, health checks, front doors, stores and faults, whether a number comes from a preset or is written; and every label,
//! sentence and reason of a report, so that words can be made better without a digest that cries wolf. An order that does mean
//! something stands within one of them and stays: records of a policy, replicas in the order in which they are promoted, pins of a
//! client.

use crate::measure::Number;
use crate::measure::quorum::Pooled;
use crate::read::Node;
use crate::read::node::Entry;
use crate::scenario::Scenario;
use crate::trace::{Cast, Outcome, Trace, What};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Lists of a report, or of a comparison, in the order of the scenario: sorted before they are hashed.
const AS_LISTED: [&str; 11] = [
    "faults",
    "ledgers",
    "consistency",
    "log_lag",
    "latencies",
    "checks",
    "quorums",
    "populations",
    "sources",
    "marks",
    "whereabouts",
];

/// Positions in the order of names, by position in the scenario.
struct Ranks(Vec<u32>);

impl Ranks {
    fn of<'n>(names: impl Iterator<Item = &'n String>) -> Ranks {
        let names: Vec<&String> = names.collect();
        let mut order: Vec<usize> = (0..names.len()).collect();
        order.sort_by_key(|index| names[*index]);
        let mut ranks = vec![0; names.len()];
        order.into_iter().enumerate().for_each(|(rank, index)| ranks[index] = rank as u32);
        Ranks(ranks)
    }

    fn stores(cast: &Cast) -> Ranks {
        Ranks::of(cast.stores.iter())
    }

    fn regions(cast: &Cast) -> Ranks {
        Ranks::of(cast.regions.iter())
    }
}

/// Of the facts, the counts and the measures of a run. Things of one instant come in the order of what they are.
pub fn of_run(trace: &Trace, values: &[Option<Number>]) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut facts: Vec<(u64, u8)> =
        trace.facts.iter().map(|fact| (fact.at.as_nanos(), kind_byte(&fact.what))).collect();
    facts.sort_unstable();
    for (at, kind) in facts {
        hash.update(at.to_le_bytes());
        hash.update([kind]);
    }
    let mut counts = counts(trace);
    counts.sort_unstable();
    counts.iter().for_each(|count| hash.update(count));
    let mut stores = stores(trace);
    stores.sort_unstable();
    stores.iter().for_each(|store| hash.update(store));
    for value in values {
        let (bits, flag) =
            value.map_or((0, 2), |number| (number.value.to_bits(), u8::from(number.is_censored)));
        hash.update(bits.to_le_bytes());
        hash.update([flag]);
    }
    hash.finalize().into()
}

/// Bytes of each count.
const COUNT_BYTES: usize = 38;

fn counts(trace: &Trace) -> Vec<[u8; COUNT_BYTES]> {
    let regions = Ranks::regions(&trace.cast);
    let populations = Ranks::of(trace.cast.populations.iter().map(|population| &population.name));
    let of = |count: &crate::trace::Count| {
        let (fate, hop) = match count.ending.outcome {
            Outcome::Served { hop, .. } => (0, hop.as_nanos()),
            Outcome::Refused => (1, 0),
            Outcome::TimedOut => (2, 0),
            Outcome::Unresolved => (3, 0),
            Outcome::Forked { hop, .. } => (4, hop.as_nanos()),
        };
        let at = count.ending.at.map_or(u32::MAX, |region| regions.0[region.index()]);
        let mut bytes = [0; COUNT_BYTES];
        bytes[..4].copy_from_slice(&count.step.to_be_bytes());
        bytes[4..8].copy_from_slice(&populations.0[count.population.index()].to_be_bytes());
        bytes[8..10].copy_from_slice(&[count.operation as u8, fate]);
        bytes[10..14].copy_from_slice(&at.to_be_bytes());
        bytes[14..22].copy_from_slice(&hop.to_be_bytes());
        bytes[22..30].copy_from_slice(&count.ending.lost.as_nanos().to_be_bytes());
        bytes[30..38].copy_from_slice(&count.requests.to_be_bytes());
        bytes
    };
    trace.counts.iter().map(of).collect()
}

/// What the stores with keys, and those that answer by quorum, told.
fn stores(trace: &Trace) -> Vec<Vec<u8>> {
    let (ranks, regions) = (Ranks::stores(&trace.cast), Ranks::regions(&trace.cast));
    let items = trace.items.iter().map(|tally| {
        let mut tally = tally.clone();
        tally.store.0 = ranks.0[tally.store.index()];
        tally.places.iter_mut().for_each(|region| region.0 = regions.0[region.index()]);
        without_field_names(&format!("{tally:?}")).into_bytes()
    });
    let quorums = trace.quorums.iter().map(|tally| {
        let pooled = Pooled::of(trace, tally.store);
        let numbers = [&pooled.writes, &pooled.reads, &pooled.thresholds, &pooled.behind]
            .into_iter()
            .flatten();
        let others = [pooled.unavailable_writes, pooled.unavailable_reads, pooled.unfinished];
        let bytes = numbers.copied().chain(others).flat_map(u64::to_le_bytes);
        ranks.0[tally.store.index()].to_be_bytes().into_iter().chain(bytes).collect()
    });
    items.chain(quorums).collect()
}

fn kind_byte(what: &What) -> u8 {
    match what {
        What::FaultBegan { .. } => 0,
        What::FaultEnded { .. } => 1,
        What::BeliefChanged { healthy, .. } => 2 + u8::from(*healthy),
        What::Published { healthy, .. } => 4 + u8::from(*healthy),
        What::UsersMoved { .. } => 6,
        What::PromotionOrdered { .. } => 7,
        What::PromotionCalledOff { .. } => 8,
        What::PromotionFailed { .. } => 9,
        What::Promoted { .. } => 10,
        What::WritesLost { .. } => 11,
        What::EndpointMoved { .. } => 12,
        What::ServiceChanged { .. } => 13,
        What::RecordsOrdered => 14,
        What::RecordsBlocked => 15,
        What::RecordsRewritten => 16,
        What::ReplicationHeld { .. } => 17,
        What::ReplicationResumed { .. } => 18,
        What::CaughtUp { .. } => 19,
        What::CommitsHang { .. } => 20,
        What::CommitsDegraded { .. } => 21,
        What::CommitsResumed { .. } => 22,
        What::LeaderElected { .. } => 23,
        What::PromotionUnsafe { .. } => 24,
        What::Fenced { .. } => 25,
        What::RebuildBegan { .. } => 26,
        What::Rebuilt { .. } => 27,
        What::SwitchoverBegan { .. } => 28,
        What::SwitchoverRefused { .. } => 29,
        What::SwitchoverFailed { .. } => 30,
        What::SwitchedOver { .. } => 31,
        What::EndpointBlocked { .. } => 32,
        What::EndpointRewritten { .. } => 33,
        What::LostFromBefore { .. } => 34,
        What::LossIsLeast { .. } => 35,
        What::Detoured { .. } => 36,
    }
}

/// Strings of an answer that say what a number is about: a key of the registry, a name from the scenario, a member of an enum. All
/// others are words.
const NAMES: [&str; 13] = [
    "digest",
    "finding",
    "key",
    "kind",
    "name",
    "operation",
    "policy",
    "population",
    "region",
    "standing",
    "store",
    "unit",
    "window",
];

/// Of a report or a comparison over these scenarios, in which the digests of all runs stand.
pub fn of_answer<'s>(mut answer: Value, asked: impl Iterator<Item = &'s Scenario>) -> String {
    let mut hash = Sha256::new();
    asked.flat_map(question).for_each(|line| hash.update(line));
    settle(&mut answer);
    hash.update(answer.to_string());
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Leaves of an answer its numbers at their paths, and by name what each is about.
fn settle(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.retain(|item| !item.is_string());
            items.iter_mut().for_each(settle);
        }
        Value::Object(fields) => {
            fields.retain(|key, value| !value.is_string() || NAMES.contains(&key.as_str()));
            fields.values_mut().for_each(settle);
            for list in AS_LISTED {
                if let Some(Value::Array(items)) = fields.get_mut(list) {
                    items.sort_by_cached_key(Value::to_string);
                }
            }
        }
        _ => {}
    }
}

/// All that a scenario says as it would be written, a line for each thing in it. Presets and other files are resolved, and defaults
/// are not written, so that neither how it is put nor where it stands means anything.
fn question(scenario: &Scenario) -> Vec<String> {
    let written = scenario.write();
    let lines = |field: &Entry| {
        let line = |item: &Node| format!("{}: {item}", field.name);
        field.value.items().iter().map(line).collect::<Vec<_>>()
    };
    let mut lines: Vec<String> = written.fields().iter().flat_map(lines).collect();
    lines.sort_unstable();
    lines
}

/// The form of a tally without the names of its fields, which are ours and may become better: `{ ttl: 60s, at: Tokyo }` is
/// `{ 60s, Tokyo }`. What stands in quotes is the scenario's own.
fn without_field_names(form: &str) -> String {
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let (mut plain, mut is_quoted, mut rest) = (String::new(), false, form);
    while let Some(c) = rest.chars().next() {
        let starts_here = plain.is_empty() || plain.ends_with([' ', '{', '(', '[']);
        let name = rest.len() - rest.trim_start_matches(is_name).len();
        if !is_quoted && starts_here && name > 0 && rest[name..].starts_with(": ") {
            rest = &rest[name + 2..];
            continue;
        }
        let is_escape = c == '\\' && is_quoted;
        is_quoted ^= c == '"';
        let length = c.len_utf8()
            + if is_escape { rest[1..].chars().next().map_or(0, char::len_utf8) } else { 0 };
        plain.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn digest(answer: Value) -> String {
        of_answer(answer, std::iter::empty())
    }

    #[test]
    fn words_mean_nothing_and_numbers_names_and_paths_do() {
        let answer = |label: &str, key: &str, value: f64| json!({ "measures": [{ "key": key, "label": label, "p50": value }], "next": [label] });
        let first = digest(answer("fault to detection", "detection", 40.0));
        assert_eq!(first, digest(answer("time to detect", "detection", 40.0)));
        assert_ne!(first, digest(answer("fault to detection", "detection", 41.0)));
        assert_ne!(first, digest(answer("fault to detection", "promotion", 40.0)));
        let elsewhere = json!({ "measures": [{ "key": "detection", "p95": 40.0 }], "next": [] });
        assert_ne!(first, digest(elsewhere));
    }

    #[test]
    fn names_of_fields_mean_nothing() {
        let form = r#"Population { name: "a: \"b: c\"", law: Some(Fixed { at: 5s }), users: [User { rate: 1 }] } question: 2"#;
        let plain = r#"Population { "a: \"b: c\"", Some(Fixed { 5s }), [User { 1 }] } 2"#;
        assert_eq!(without_field_names(form), plain);
    }

    #[test]
    fn the_order_of_a_list_of_the_scenario_means_nothing() {
        let stores =
            |names: [&str; 2]| json!({ "ledgers": names.map(|store| json!({ "store": store })) });
        assert_eq!(digest(stores(["a", "b"])), digest(stores(["b", "a"])));
        assert_ne!(digest(stores(["a", "b"])), digest(stores(["a", "c"])));
    }
}
