//! The checkers of all health checks while they run. Each probes at its own phase; one that no probe can
//! teach anything is parked until the truth changes, and is woken at the probe that it would have made. One
//! whose probes fail by chance jumps to the next that goes against its opinion. Cost follows changes, not time.

use crate::engine::random::{Stream, Streams};
use crate::fault::Gray;
use crate::health::{Checker, Endpoint, HealthCheck, Probing};
use crate::id::{CheckId, FaultId};
use crate::trace::FactId;
use crate::units::{Duration, Instant, Share};
use crate::world::generation::Generation;

/// One health check in action.
#[derive(Debug)]
pub struct Check {
    checkers: Vec<CheckerState>,
    /// By audience (name servers that hear the same checkers): what is believed there.
    pub believed: Vec<bool>,
    /// By audience: the last status sent, and when it arrives. Statuses arrive in the order in which they were sent.
    pub sent: Vec<(bool, Instant)>,
    /// What a drill has switched.
    pub switched: crate::health::Switched,
    /// The fact that made the checkers meet what they meet.
    pub cause: Option<FactId>,
    streams: Streams,
    label: String,
}

#[derive(Debug)]
struct CheckerState {
    opinion: Checker,
    meets: Meeting,
    /// Start of the next probe, or, while nothing is scheduled, of the probes from which it is counted on.
    next: Instant,
    is_idle: bool,
    /// Counts plans, so that a probe of a plan that was given up is not mistaken for one of the next.
    plan: Generation,
    in_flight: u32,
    stream: Option<Box<Stream>>,
}

/// What a checker's probes meet: how likely one passes, and how long probes last.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Meeting {
    passes: Share,
    pass_length: Duration,
    fail_length: Duration,
}

/// A probe to be made, or a result to come in.
#[derive(Clone, Copy, Debug)]
pub enum Probe {
    /// `against`: chance has already said that this one goes against the checker's opinion.
    Start {
        check: CheckId,
        checker: u32,
        plan: Generation,
        against: bool,
    },
    Result {
        check: CheckId,
        checker: u32,
        passed: bool,
    },
}

/// What a due probe leads to.
pub enum Due {
    /// Nothing can be learnt.
    Parked,
    /// The next probe that can teach something starts then.
    Jumps {
        to: Instant,
        plan: Generation,
    },
    Probes {
        done: Instant,
        passed: bool,
        next: Instant,
        plan: Generation,
    },
}

impl Meeting {
    /// What probes meet at an endpoint, behind gray failures, on a way that may be cut.
    pub fn of(probing: &Probing, endpoint: Endpoint, slow: Duration, errors: Share) -> Meeting {
        let whole = u128::from(Share::ALL.parts());
        let length = probing.probe_length(endpoint, slow);
        if !probing.passes(endpoint, slow) {
            return Meeting { passes: Share::NONE, pass_length: length, fail_length: length };
        }
        let kept = (whole - u128::from(errors.parts()))
            * (whole - u128::from(probing.loss.parts()))
            / whole;
        let passes = Share::from_parts(kept as u64);
        // A lost probe is waited for, an error is not.
        let fail_length =
            if errors == Share::NONE { probing.connect_timeout } else { probing.response_time };
        Meeting { passes, pass_length: length, fail_length }
    }

    fn is_certain(&self) -> bool {
        self.passes == Share::NONE || self.passes == Share::ALL
    }

    fn length(&self, passed: bool) -> Duration {
        if passed { self.pass_length } else { self.fail_length }
    }

    /// The length that probes have while they go on confirming an opinion.
    fn usual_length(&self, says_healthy: bool) -> Duration {
        if self.is_certain() {
            self.length(self.passes == Share::ALL)
        } else {
            self.length(says_healthy)
        }
    }
}

impl Check {
    pub fn new(spec: &HealthCheck, audiences: usize, streams: &Streams) -> Check {
        // A new check is healthy, an inverted one therefore not.
        let healthy = true;
        let status = spec.status(healthy, Default::default());
        Check {
            checkers: Vec::new(),
            believed: vec![healthy; audiences],
            sent: vec![(status, Instant::START); audiences],
            switched: Default::default(),
            cause: None,
            streams: *streams,
            label: format!("check/{}", spec.name),
        }
    }

    /// Puts the checkers to work, by what each meets at the start.
    pub fn start(
        &mut self,
        probing: &Probing,
        meets: impl Fn(u32) -> Meeting,
        mut schedule: impl FnMut(Instant, Probe),
        check: CheckId,
    ) {
        let mut phases = self.streams.of(&format!("{}/phase", self.label), 0);
        for index in 0..probing.checkers as u32 {
            let meets = meets(index);
            let cycle = probing.cycle(meets.usual_length(true));
            let drawn = Duration::from_seconds_f64(cycle.seconds() * phases.share());
            let next = Instant::START + probing.first_probe.unwrap_or(drawn);
            let is_idle = meets.passes == Share::ALL;
            if !is_idle {
                schedule(
                    next,
                    Probe::Start {
                        check,
                        checker: index,
                        plan: Generation::default(),
                        against: false,
                    },
                );
            }
            self.checkers.push(CheckerState {
                opinion: Checker::NEW,
                meets,
                next,
                is_idle,
                plan: Generation::default(),
                in_flight: 0,
                stream: None,
            });
        }
    }

    /// What the checkers meet may have changed: wakes those that have nothing scheduled that counts.
    pub fn truth_changed(
        &mut self,
        probing: &Probing,
        now: Instant,
        cause: FactId,
        meets: impl Fn(u32) -> Meeting,
        mut schedule: impl FnMut(Instant, Probe),
        check: CheckId,
    ) {
        for (index, checker) in self.checkers.iter_mut().enumerate() {
            let fresh = meets(index as u32);
            if fresh == checker.meets {
                continue;
            }
            let old_cycle = probing.cycle(checker.meets.usual_length(checker.opinion.says_healthy));
            checker.meets = fresh;
            self.cause = Some(cause);
            if !checker.is_idle {
                continue;
            }
            let behind = now.since(checker.next).as_nanos();
            checker.next =
                checker.next + old_cycle.times(behind.div_ceil(old_cycle.as_nanos().max(1)));
            checker.is_idle = false;
            let plan = checker.plan.next();
            schedule(
                checker.next,
                Probe::Start { check, checker: index as u32, plan, against: false },
            );
        }
    }

    /// True when the probe belongs to the checker's present plan.
    pub fn is_current(&self, checker: u32, plan: Generation) -> bool {
        plan.is_current(self.checkers[checker as usize].plan)
    }

    /// A probe is due.
    pub fn probe_due(
        &mut self,
        probing: &Probing,
        now: Instant,
        checker: u32,
        against: bool,
    ) -> Due {
        let CheckerState { opinion, meets, in_flight, plan, .. } = &self.checkers[checker as usize];
        let (opinion, meets, in_flight, plan) = (*opinion, *meets, *in_flight, *plan);
        let is_at_rest = opinion.against == 0 && in_flight == 0;
        let passes = meets.passes.as_f64();
        let passed = match meets.is_certain() {
            true => meets.passes == Share::ALL,
            false if against => !opinion.says_healthy,
            false if is_at_rest => {
                // Probes that confirm the opinion teach nothing: on to the one that does not.
                let confirmed = self.stream(checker).successes(if opinion.says_healthy {
                    passes
                } else {
                    1.0 - passes
                });
                if confirmed > 0 {
                    let state = &mut self.checkers[checker as usize];
                    (state.is_idle, state.next) = (true, now);
                    let cycle = probing.cycle(meets.length(opinion.says_healthy));
                    return Due::Jumps { to: now + cycle.times(confirmed), plan };
                }
                !opinion.says_healthy
            }
            false => self.stream(checker).share() < passes,
        };
        let state = &mut self.checkers[checker as usize];
        if is_at_rest && meets.is_certain() && opinion.says_healthy == passed {
            (state.is_idle, state.next) = (true, now);
            return Due::Parked;
        }
        state.is_idle = false;
        state.in_flight += 1;
        let length = meets.length(passed);
        state.next = now + probing.cycle(length);
        Due::Probes { done: now + length, passed, next: state.next, plan: state.plan }
    }

    fn stream(&mut self, checker: u32) -> &mut Stream {
        let (streams, label) = (self.streams, &self.label);
        let state = &mut self.checkers[checker as usize];
        state.stream.get_or_insert_with(|| {
            Box::new(streams.of(&format!("{label}/probes"), u64::from(checker)))
        })
    }

    /// A result came in; true when the checker changed its mind.
    pub fn result(&mut self, probing: &Probing, checker: u32, passed: bool) -> bool {
        let state = &mut self.checkers[checker as usize];
        state.in_flight -= 1;
        state.opinion.observe(passed, probing.threshold_to(passed))
    }

    /// What an audience believes that hears some of the checkers; `None` when it hears none of them.
    pub fn quorum(&self, probing: &Probing, hears: impl Fn(usize) -> bool) -> Option<bool> {
        let heard = self.checkers.iter().enumerate().filter(|(index, _)| hears(*index));
        let (heard, healthy) = heard.fold((0, 0), |(heard, healthy), (_, checker)| {
            (heard + 1, healthy + u64::from(checker.opinion.says_healthy))
        });
        (heard > 0).then(|| probing.is_healthy(healthy, heard))
    }
}

/// Whether a gray failure is all that this checker sees; `None`: it fails probe by probe. Which checkers those
/// are is drawn once per run: their ranks in a random order.
pub fn is_struck(gray: &Gray, rank: u32, checkers: u64) -> Option<bool> {
    gray.checkers.map(|share| f64::from(rank) < (share.as_f64() * checkers as f64).round())
}

/// A random order of a check's checkers for one fault.
pub fn ranks(streams: &Streams, check: &str, fault: FaultId, checkers: u64) -> Vec<u32> {
    let mut stream = streams.of(&format!("check/{check}/order"), fault.index() as u64);
    let mut ranks: Vec<u32> = (0..checkers as u32).collect();
    for index in (1..ranks.len()).rev() {
        let other = (stream.share() * (index as f64 + 1.0)) as usize;
        ranks.swap(index, other.min(index));
    }
    ranks
}
