//! Checkers that probe on their own, without coordination; each needs a run of equal results to change
//! its mind; the endpoint is healthy while more than a given share of the checkers say so.
//!
//! ```text
//!  probe --result--> Checker (streak, threshold) --opinion--> quorum (> 18% healthy) --> belief
//! ```

use crate::id::StoreId;
use crate::places;
use crate::problem::instead;
use crate::read::{Choice, Kind, Names, Node, Reader, Shape, Value, record, words};
use crate::units::{Duration, Share};
use serde::Serialize;

record! {
    /// How checkers probe an endpoint, and how their opinions make a status.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct Probing as "Probing", flat true {
        /// What a probe asks for.
        pub kind: ProbeKind,
        /// From one probe to the next, counted as `cadence` says.
        #[range(Duration::from_millis(1), LONGEST, "the interval is at least 1ms; Route 53 offers 10s and 30s")]
        pub interval: Duration,
        /// Failures in a row that turn a checker against the endpoint.
        #[range(1u64, 10u64, "the threshold is 1 to 10 results in a row (Route 53's own range)")]
        pub threshold: u64,
        /// Successes in a row that bring it back; as many as failures, if it is not written.
        #[range(1u64, 10u64, "the threshold is 1 to 10 results in a row")]
        pub threshold_up: Option<u64>,
        /// How many checkers probe, each at its own random phase.
        #[range(1u64, 1_000u64, "a check has 1 to 1,000 checkers; Route 53 uses about 16")]
        pub checkers: u64,
        /// AWS regions in which the checkers stand, in turn; an empty list: one place that every fault spares.
        pub locations: Vec<Stand>,
        /// Healthy while more than this share of the checkers say so.
        #[range(Share::NONE, ALMOST_ALL, "more than 100% of the checkers can never say healthy; Route 53 asks for more than 18%")]
        pub healthy_above: Share,
        /// What the interval is counted from.
        pub cadence: Cadence,
        /// How long a probe into a black hole takes to fail.
        pub connect_timeout: Duration,
        /// How long a probe waits for an answer once connected.
        pub answer_timeout: Duration,
        /// How long an answered or refused probe takes.
        pub response_time: Duration,
        /// Share of probes that are lost on the path and fail.
        #[range(Share::NONE, ALMOST_ALL, "a check that loses every probe sees nothing: write a share below 100%")]
        pub loss: Share = Share::NONE,
        /// When the first probes start; without it each checker begins at a random phase, as real ones do.
        pub first_probe: Option<Duration>,
        /// A load balancer without registered targets passes. Vendor texts contradict each other.
        pub empty_is_healthy: bool = false,
    }
}

/// No run is longer.
const LONGEST: Duration = Duration::from_secs(366 * 86_400);
const ALMOST_ALL: Share = Share::from_parts(999_999_999);

/// An AWS region in which checkers stand.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Stand(pub &'static str);

/// As its name, by which digests know it.
impl std::fmt::Debug for Stand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Value for Stand {
    const EXAMPLE: &'static str = "\"us-east-1\"";

    fn shape() -> Shape {
        Shape::Name("AWS region")
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let name = String::read(node, reader)?;
        let found = places::region(&name).map(|region| Stand(region.name));
        if found.is_none() {
            let help = instead(&name, places::regions().iter().map(|region| region.name));
            reader.problem(node.place, format!("\"{name}\" is not an AWS region"), help);
        }
        found
    }

    fn write(&self, _names: &Names) -> Node {
        Node::text(self.0)
    }
}

words! {
    /// What a probe asks for, and so what it can tell apart.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
    pub enum ProbeKind {
        /// A status of 2xx or 3xx; HTTPS is the same, certificates are not looked at.
        Http | "Https",
        /// As HTTP, and a text in the first 5,120 bytes of the body.
        StringMatch,
        /// A connection, nothing more.
        Tcp,
    }
}

words! {
    /// What the interval is counted from.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
    pub enum Cadence {
        /// The end of the previous probe (Route 53), so slow probes stretch the cycle.
        AfterResponse,
        /// The start of the previous probe.
        Fixed,
    }
}

/// What a deep health endpoint looks at before it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Depends {
    /// A read of this store, as the application in that region does it.
    Reads(StoreId),
    /// A write.
    Writes(StoreId),
    /// How far the replica there is behind the writer.
    Lag { store: StoreId, at_most: Duration },
}

record! {
    /// A read of a store, as the application in that region does it.
    #[derive(Clone, Debug)]
    pub struct Reads as "Reads", short store {
        /// The store that is read.
        pub store: StoreId,
    }
}

record! {
    /// A write to a store, as the application in that region does it.
    #[derive(Clone, Debug)]
    pub struct Writes as "Writes", short store {
        /// The store that is written to.
        pub store: StoreId,
    }
}

record! {
    /// How far the replica in that region is behind the writer.
    #[derive(Clone, Debug)]
    pub struct Lag as "Lag" {
        /// The store whose replica it is.
        pub store: StoreId,
        /// Further behind, the endpoint answers with an error.
        pub at_most: Duration,
    }
}

/// What a deep health check can look at.
pub fn depends() -> Choice {
    let kind = |name, summary, example| Kind { name, summary, example };
    Choice {
        what: "what a deep health check looks at",
        members: vec![
            (kind("Reads", "a read of a store", "Reads(\"orders\")"), Reads::record),
            (kind("Writes", "a write to a store", "Writes(\"orders\")"), Writes::record),
            (
                kind(
                    "Lag",
                    "how far the replica in the region is behind the writer",
                    "Lag(store: \"orders\", at_most: \"10s\")",
                ),
                Lag::record,
            ),
        ],
    }
}

impl Value for Depends {
    const EXAMPLE: &'static str = "Reads(\"orders\")";

    fn shape() -> Shape {
        Shape::Choice(depends)
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        match node.name() {
            Some("Reads") => Reads::read(node, reader).map(|reads| Depends::Reads(reads.store)),
            Some("Writes") => {
                Writes::read(node, reader).map(|writes| Depends::Writes(writes.store))
            }
            Some("Lag") => Lag::read(node, reader)
                .map(|Lag { store, at_most }| Depends::Lag { store, at_most }),
            _ => {
                let what =
                    format!("{} is nothing that a deep health check looks at", node.describe());
                let help = "write Reads(\"orders\"), Writes(\"orders\") or Lag(store: \"orders\", at_most: \"10s\")";
                reader.problem(node.place, what, help);
                None
            }
        }
    }

    fn write(&self, names: &Names) -> Node {
        match *self {
            Depends::Reads(store) => Reads { store }.write(names),
            Depends::Writes(store) => Writes { store }.write(names),
            Depends::Lag { store, at_most } => Lag { store, at_most }.write(names),
        }
    }
}

/// What a caller meets at an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    Answers,
    /// Answers in time with the wrong thing.
    WrongContent,
    /// Answers with an error at once (5xx).
    Errors,
    /// A load balancer with nothing behind it: an error at once, and a special case for its own check.
    Empty,
    /// Refuses the connection at once.
    Refuses,
    /// Accepts after so long, then says nothing.
    Hangs(Duration),
    /// Nothing comes back.
    Silent,
}

impl Probing {
    /// True when a probe that meets this passes; `slow` is what an answer takes beyond the usual.
    pub fn passes(&self, endpoint: Endpoint, slow: Duration) -> bool {
        let in_time = slow < self.answer_timeout;
        match (self.kind, endpoint) {
            (ProbeKind::Tcp, Endpoint::Hangs(accepts)) => accepts <= self.connect_timeout,
            (ProbeKind::Tcp, endpoint) => !matches!(endpoint, Endpoint::Refuses | Endpoint::Silent),
            (_, Endpoint::Answers) => in_time,
            (ProbeKind::Http, Endpoint::WrongContent) => in_time,
            (_, Endpoint::Empty) => self.empty_is_healthy,
            _ => false,
        }
    }

    /// How long a probe lasts that meets this.
    pub fn probe_length(&self, endpoint: Endpoint, slow: Duration) -> Duration {
        match endpoint {
            Endpoint::Refuses => self.response_time,
            Endpoint::Silent => self.connect_timeout,
            Endpoint::Hangs(accepts) if self.kind == ProbeKind::Tcp => {
                self.response_time.max(accepts.min(self.connect_timeout))
            }
            Endpoint::Hangs(accepts) if accepts > self.connect_timeout => self.connect_timeout,
            Endpoint::Hangs(accepts) => accepts + self.answer_timeout,
            _ if self.kind == ProbeKind::Tcp => self.response_time,
            _ => self.response_time + slow.min(self.answer_timeout),
        }
    }

    /// From the start of a probe of this length to the start of the next.
    pub fn cycle(&self, length: Duration) -> Duration {
        match self.cadence {
            Cadence::Fixed => self.interval,
            Cadence::AfterResponse => self.interval + length,
        }
    }

    /// Results in a row that change an opinion to this one.
    pub fn threshold_to(&self, healthy: bool) -> u64 {
        if healthy { self.threshold_up.unwrap_or(self.threshold) } else { self.threshold }
    }

    /// The quorum rule, in integers: healthy iff more than `healthy_above` of the checkers that are heard say so.
    pub fn is_healthy(&self, saying_healthy: u64, heard: u64) -> bool {
        u128::from(saying_healthy) * u128::from(Share::ALL.parts())
            > u128::from(self.healthy_above.parts()) * u128::from(heard)
    }
}

/// One checker's opinion: it changes after a row of equal results against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checker {
    pub says_healthy: bool,
    /// Results in a row that contradict the opinion.
    pub against: u64,
}

impl Checker {
    /// A new check counts as healthy.
    pub const NEW: Checker = Checker { says_healthy: true, against: 0 };

    /// Takes a result; true when the opinion changed. `threshold` is that of the opinion `passed`.
    pub fn observe(&mut self, passed: bool, threshold: u64) -> bool {
        if passed == self.says_healthy {
            self.against = 0;
            return false;
        }
        self.against += 1;
        if self.against < threshold {
            return false;
        }
        *self = Checker { says_healthy: passed, against: 0 };
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::Fields;

    fn fast() -> Probing {
        let preset = &crate::scenario::presets::health_checks().presets[0];
        let mut reader = Reader::default();
        let mut fields = Fields::open(&mut reader, &preset.value, "HealthCheck").expect("a struct");
        Probing::take_fields(&mut fields, None).expect("it says how it probes")
    }

    /// The largest number of healthy checkers that is still unhealthy, by the documented 18% rule.
    #[test]
    fn the_quorum_is_decided_in_integers() {
        let expected = [
            (3, 0),
            (5, 0),
            (8, 1),
            (10, 1),
            (11, 1),
            (12, 2),
            (15, 2),
            (16, 2),
            (50, 9),
            (100, 18),
        ];
        for (checkers, unhealthy_at_most) in expected {
            let probing = fast();
            assert!(
                !probing.is_healthy(unhealthy_at_most, checkers),
                "{unhealthy_at_most} of {checkers}"
            );
            assert!(
                probing.is_healthy(unhealthy_at_most + 1, checkers),
                "{} of {checkers}",
                unhealthy_at_most + 1
            );
        }
    }

    #[test]
    fn only_an_unbroken_row_changes_an_opinion() {
        let mut checker = Checker::NEW;
        let observed: Vec<bool> = [false, false, true, false, false, false]
            .iter()
            .map(|passed| checker.observe(*passed, 3))
            .collect();
        assert_eq!(observed, [false, false, false, false, false, true]);
        assert!(!checker.says_healthy);
    }

    /// What each kind of probe can tell apart (Route 53 Developer Guide, "How Route 53 determines whether a health check is healthy").
    #[test]
    fn a_probe_sees_what_it_asks_for() {
        let table = [
            (Endpoint::Answers, [true, true, true]),
            (Endpoint::WrongContent, [true, false, true]),
            (Endpoint::Errors, [false, false, true]),
            (Endpoint::Refuses, [false, false, false]),
            (Endpoint::Hangs(Duration::ZERO), [false, false, true]),
            (Endpoint::Silent, [false, false, false]),
        ];
        for (endpoint, expected) in table {
            let passes = [ProbeKind::Http, ProbeKind::StringMatch, ProbeKind::Tcp]
                .map(|kind| Probing { kind, ..fast() }.passes(endpoint, Duration::ZERO));
            assert_eq!(passes, expected, "{endpoint:?}");
        }
        assert!(
            !fast().passes(Endpoint::Answers, Duration::from_secs(2)),
            "an answer after 2 s is too late"
        );
        assert_eq!(
            fast().probe_length(Endpoint::Hangs(Duration::from_secs(4)), Duration::ZERO),
            Duration::from_secs(6)
        );
    }
}
