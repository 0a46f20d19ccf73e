//! Cases that are kept for what a scenario cannot express yet: queues, and availability over years. Whoever makes one of them
//! expressible takes its family from here into a file of its own.

use super::Family;

pub const QUEUES: Family = Family {
    key: "queues",
    title: "D. Queues",
    file: "src/validation/vectors/queues.jsonl",
    cases: include_str!("vectors/queues.jsonl"),
    plan: |_| None,
    unexpressed: &[(
        "D",
        "waiting, loss and backlog: regions have no queues yet, the survivor is assumed to hold the load",
    )],
    domains: &[],
    mistakes: |_| Vec::new(),
};

pub const AVAILABILITY: Family = Family {
    key: "availability",
    title: "E. Availability over years",
    file: "src/validation/vectors/availability.jsonl",
    cases: include_str!("vectors/availability.jsonl"),
    plan: |_| None,
    unexpressed: &[(
        "E",
        "failures that come at random over years: faults come at stated times, once or every so often",
    )],
    domains: &[],
    mistakes: |_| Vec::new(),
};
