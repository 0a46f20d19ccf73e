//! Health checking: how a failure becomes a belief. Checkers probe on their own, without
//! coordination; each needs a run of equal results to change its mind; the endpoint is healthy while
//! more than a given share of the checkers say so.
//!
//! ```text
//!  probe --result--> Checker (streak, threshold) --opinion--> quorum (> 18 % healthy) --belief--> push to name servers
//! ```
//!
//! Source of the rules: Route 53 Developer Guide, "How Amazon Route 53 determines whether a health
//! check is healthy" and "Values that you specify when you create or update health checks".

use crate::family::Kind;
use crate::id::RegionId;
use crate::law::Law;
use crate::units::{Duration, Share};
use serde::{Deserialize, Serialize};

/// A health check of a region's endpoint.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HealthCheck {
    pub name: String,
    pub watches: RegionId,
    pub probing: Probing,
}

/// How a check probes and decides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probing {
    /// From one probe to the next, counted as `cadence` says.
    pub interval: Duration,
    /// Equal results in a row that change a checker's mind, both ways. 1 to 10.
    pub threshold: u64,
    /// How many checkers probe, each at its own random phase.
    pub checkers: u64,
    /// Healthy while more than this share of the checkers say so.
    pub healthy_above: Share,
    pub cadence: Cadence,
    /// How long a probe into a black hole takes to fail.
    pub connect_timeout: Duration,
    /// How long an answered or refused probe takes.
    pub response_time: Duration,
    /// From a change of belief to the name servers' answers.
    pub push: Law,
    /// When the first probes start; `None`: each checker at a random phase (the truth).
    #[serde(default)]
    pub first_probe: Option<Duration>,
}

/// What the interval is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cadence {
    /// The end of the previous probe (Route 53), so slow probes stretch the cycle.
    AfterResponse,
    /// The start of the previous probe.
    Fixed,
}

/// The kinds of health check, for `mrsim list`.
pub const KINDS: &[Kind] = &[Kind {
    name: "HealthCheck",
    summary: "checkers that probe a region's endpoint; streaks per checker, a quorum over checkers",
    example: "HealthCheck(name: \"tokyo\", watches: \"ap-northeast-1\", preset: \"route53-fast\")",
}];

/// What a probe meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    Answers,
    Refuses,
    Silent,
}

impl Probing {
    /// How long a probe lasts.
    pub fn probe_length(&self, endpoint: Endpoint) -> Duration {
        match endpoint {
            Endpoint::Answers | Endpoint::Refuses => self.response_time,
            Endpoint::Silent => self.connect_timeout,
        }
    }

    /// From the start of a probe to the start of the next.
    pub fn cycle(&self, endpoint: Endpoint) -> Duration {
        match self.cadence {
            Cadence::Fixed => self.interval,
            Cadence::AfterResponse => self.interval + self.probe_length(endpoint),
        }
    }

    /// The quorum rule, in integers: healthy iff more than `healthy_above` of the checkers say so.
    pub fn is_healthy(&self, saying_healthy: u64) -> bool {
        u128::from(saying_healthy) * u128::from(Share::ALL.parts()) > u128::from(self.healthy_above.parts()) * u128::from(self.checkers)
    }
}

/// One checker's opinion: it changes after `threshold` equal results in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checker {
    pub says_healthy: bool,
    /// Results in a row that contradict the opinion.
    pub against: u64,
}

impl Checker {
    /// A new check counts as healthy.
    pub const NEW: Checker = Checker { says_healthy: true, against: 0 };

    /// Takes a result; true when the opinion changed.
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

    /// The largest number of healthy checkers that is still unhealthy, by the documented 18 % rule.
    #[test]
    fn the_quorum_is_decided_in_integers() {
        let expected = [(3, 0), (5, 0), (8, 1), (10, 1), (11, 1), (12, 2), (15, 2), (16, 2), (50, 9), (100, 18)];
        for (checkers, unhealthy_at_most) in expected {
            let mut probing = crate::scenario::presets::probing("route53-fast").expect("shipped").value.clone();
            probing.checkers = checkers;
            assert!(!probing.is_healthy(unhealthy_at_most), "{unhealthy_at_most} of {checkers}");
            assert!(probing.is_healthy(unhealthy_at_most + 1), "{} of {checkers}", unhealthy_at_most + 1);
        }
    }

    #[test]
    fn only_an_unbroken_row_changes_an_opinion() {
        let mut checker = Checker::NEW;
        let observed: Vec<bool> = [false, false, true, false, false, false].iter().map(|passed| checker.observe(*passed, 3)).collect();
        assert_eq!(observed, [false, false, false, false, false, true]);
        assert!(!checker.says_healthy);
    }
}
