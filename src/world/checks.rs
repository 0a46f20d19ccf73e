//! The checkers of all health checks while they run. Each probes at its own phase; one whose opinion
//! agrees with the truth is parked, because no probe can change anything until the truth changes,
//! and is woken at the probe that it would have made. Cost follows changes, not simulated time.

use crate::engine::random::Streams;
use crate::health::{Checker, Endpoint, HealthCheck};
use crate::id::CheckId;
use crate::trace::FactId;
use crate::units::{Duration, Instant};

/// One health check in action.
#[derive(Clone, Debug)]
pub struct Check {
    checkers: Vec<Probing>,
    saying_healthy: u64,
    pub believed_healthy: bool,
    /// Statuses arrive in the order in which they were sent.
    pub last_push: Instant,
    /// What the checkers meet now, and the fact that made it so.
    endpoint: Endpoint,
    pub endpoint_cause: Option<FactId>,
}

#[derive(Clone, Copy, Debug)]
struct Probing {
    opinion: Checker,
    /// Start of the next probe, as of the moment of parking.
    next: Instant,
    is_parked: bool,
    in_flight: u32,
}

/// A probe to be made, or a result to come in.
#[derive(Clone, Copy, Debug)]
pub enum Probe {
    Start { check: CheckId, checker: u32 },
    Result { check: CheckId, checker: u32, passed: bool },
}

impl Check {
    pub fn new(spec: &HealthCheck, streams: &Streams) -> Check {
        let cycle = spec.probing.cycle(Endpoint::Answers);
        let mut phases = streams.of(&format!("check/{}/phase", spec.name), 0);
        let checkers = (0..spec.probing.checkers).map(|_| {
            let drawn = Duration::from_seconds_f64(cycle.seconds() * phases.share());
            let next = Instant::START + spec.probing.first_probe.unwrap_or(drawn);
            Probing { opinion: Checker::NEW, next, is_parked: true, in_flight: 0 }
        });
        Check {
            checkers: checkers.collect(),
            saying_healthy: spec.probing.checkers,
            believed_healthy: true,
            last_push: Instant::START,
            endpoint: Endpoint::Answers,
            endpoint_cause: None,
        }
    }

    /// The truth changed: wakes parked checkers. `schedule` gets the start of each one's next probe.
    pub fn truth_changed(&mut self, spec: &HealthCheck, now: Instant, endpoint: Endpoint, cause: FactId, mut schedule: impl FnMut(Instant, u32)) {
        if endpoint == self.endpoint {
            return;
        }
        let old_cycle = spec.probing.cycle(self.endpoint);
        self.endpoint = endpoint;
        self.endpoint_cause = Some(cause);
        for (index, checker) in self.checkers.iter_mut().enumerate().filter(|(_, checker)| checker.is_parked) {
            checker.is_parked = false;
            let behind = now.since(checker.next).as_nanos();
            checker.next = checker.next + old_cycle.times(behind.div_ceil(old_cycle.as_nanos()));
            schedule(checker.next, index as u32);
        }
    }

    /// A probe is due. Gives when its result comes in, whether it passes, and when the next is due;
    /// or parks the checker.
    pub fn probe_due(&mut self, spec: &HealthCheck, now: Instant, checker: u32) -> Option<(Instant, bool, Instant)> {
        let endpoint = self.endpoint;
        let state = &mut self.checkers[checker as usize];
        let passes = endpoint == Endpoint::Answers;
        let settled = state.opinion.says_healthy == passes && state.opinion.against == 0 && state.in_flight == 0;
        if settled {
            state.is_parked = true;
            state.next = now;
            return None;
        }
        state.in_flight += 1;
        Some((now + spec.probing.probe_length(endpoint), passes, now + spec.probing.cycle(endpoint)))
    }

    /// A result came in; true when the belief of the quorum changed.
    pub fn result(&mut self, spec: &HealthCheck, checker: u32, passed: bool) -> bool {
        let state = &mut self.checkers[checker as usize];
        state.in_flight -= 1;
        if state.opinion.observe(passed, spec.probing.threshold) {
            self.saying_healthy = if passed { self.saying_healthy + 1 } else { self.saying_healthy - 1 };
        }
        let healthy = spec.probing.is_healthy(self.saying_healthy);
        std::mem::replace(&mut self.believed_healthy, healthy) != healthy
    }
}
