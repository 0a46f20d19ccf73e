//! Every member of a family and every measure says what it does, in words of its own.

use mrsim::family::Kind;
use mrsim::measure::metric::Scope;
use mrsim::{fault, front_door, health, replication, routing, scenario::Scenario};
use std::collections::BTreeSet;

/// A scenario with a place for one member of each family.
struct Skeleton<'m> {
    policy: &'m str,
    store: &'m str,
    check: &'m str,
    fault: &'m str,
    door: &'m str,
}

/// The name in `Kind(name: "..", ..)`.
fn name_in(example: &str) -> &str {
    example.split('"').nth(1).expect("it begins with its name")
}

/// `Kind` of `Kind(..)`.
fn name_of(example: &str) -> &str {
    example.split('(').next().expect("it begins with its name")
}

impl Skeleton<'_> {
    fn text(&self) -> String {
        // What nothing uses is a mistake: checks are only looked at, and the name leads to the door and to the policy.
        let probes = [("tokyo", "ap-northeast-1"), ("virginia", "us-east-1")]
            .map(|(name, region)| format!("HealthCheck(name: \"{name}\", watches: \"{region}\")"));
        let checks = probes
            .iter()
            .map(String::as_str)
            .chain([self.check])
            .filter(|check| *check == self.check || name_in(check) != name_in(self.check));
        let checks: Vec<String> = checks
            .map(|check| format!("{}, observed: true)", check.strip_suffix(')').expect("a struct")))
            .collect();
        let to_door = format!(
            "Failover(primary: To(door: \"{}\", check: \"tokyo\"), secondary: To(alias: {}))",
            name_in(self.door),
            self.policy
        );
        // A list that clients hold has no name, so neither a TTL nor a place below another policy.
        let is_list = self.policy.starts_with("RegionList");
        let (ttl, policy) =
            if is_list { ("", self.policy) } else { ("ttl: \"60s\", ", to_door.as_str()) };
        let doors = if is_list { "" } else { self.door };
        // Clocks matter where several regions write.
        let store = if name_of(self.fault) == "ClockSkew" {
            "MultiWriter(lag: \"1s\")"
        } else {
            self.store
        };
        // Copies serve nobody before they are restored.
        let regions = match name_of(store) {
            "Snapshots" => "writer: \"ap-northeast-1\"",
            "StrongRegions" => "regions: [\"ap-northeast-1\", \"us-east-1\"]",
            _ => "writer: \"ap-northeast-1\", readers: [\"us-east-1\"]",
        };
        format!(
            "Scenario(question: \"Does the example read?\", run: \"30min\", regions: [\"ap-northeast-1\", \"us-east-1\", \"eu-west-1\"],
             users: [Population(name: \"Japan\", place: \"japan\", users: 1000, reads: \"40 req/h\", writes: \"4 req/h\")],
             health_checks: [{}], front_doors: [{doors}], routing: Routing({ttl}policy: {policy}),
             stores: [Store(name: \"orders\", {regions}, replication: {})],
             faults: [{}])",
            checks.join(", "),
            store,
            self.fault
        )
    }
}

#[test]
fn every_registered_member_says_what_it_does_and_its_example_reads() {
    let families = [
        routing::Policy::KINDS,
        replication::Replication::KINDS,
        health::KINDS,
        fault::Fault::KINDS,
        front_door::FrontDoor::KINDS,
    ];
    // A CDN by the name that the examples of faults have.
    let base = [0, 0, 0, 0, 1]
        .iter()
        .zip(families)
        .map(|(first, kinds): (&usize, &[Kind])| kinds[*first].example);
    let base: Vec<&str> = base.collect();
    for (slot, kinds) in families.into_iter().enumerate() {
        for Kind { name, summary, example } in kinds {
            assert!(
                summary.len() > 20 && !summary.contains('\n'),
                "{name} says in one line what it does"
            );
            assert!(example.starts_with(&format!("{name}(")), "the example of {name} shows {name}");
            let mut examples = base.clone();
            examples[slot] = example;
            let skeleton = Skeleton {
                policy: examples[0],
                store: examples[1],
                check: examples[2],
                fault: examples[3],
                door: examples[4],
            };
            if let Err(problems) = Scenario::parse(&skeleton.text()) {
                panic!("the example of {name} does not read: {problems:#?}");
            }
        }
    }
}

/// Every number of every table: a key of its own, a label, a line that says what it means to a reader who sees no other line.
#[test]
fn every_number_has_a_name_of_its_own_and_a_meaning() {
    for metrics in Scope::EVERY.map(Scope::metrics) {
        let keys: BTreeSet<&str> = metrics.iter().map(|metric| metric.key).collect();
        assert_eq!(keys.len(), metrics.len(), "keys are unique");
        for metric in metrics {
            let key = metric.key;
            let is_key = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            assert!(key.chars().all(is_key), "{key}: a key for programs");
            assert!(
                !metric.label.is_empty() && metric.meaning.len() > 12,
                "{key} says what it means"
            );
            assert!(!metric.meaning.starts_with("the same"), "{key} does not lean on another line");
            let whole = metric.part_of;
            assert!(whole.is_empty() || keys.contains(whole), "{key} is a part of {whole}");
        }
    }
}
