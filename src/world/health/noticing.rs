//! Noticing: what checkers meet, what is believed of it, and who hears of that.

use super::checks::{Due, Meeting, Probe, is_struck, ranks};
use crate::fault::ControlPlane;
use crate::health::{Depends, Endpoint, Sensor};
use crate::id::{AudienceId, CheckId, LocationId, RegionId, StoreId};
use crate::trace::{FactId, Operation, What};
use crate::units::{Duration, Instant, Share};
use crate::world::reactions::Change;
use crate::world::{Event, Rank, World};

impl World<'_> {
    pub(in crate::world) fn start_checks(&mut self) {
        let audiences = self.stage.audiences.len();
        for (check, spec) in self.stage.scenario.health_checks.iter().enumerate() {
            // Other checks first had to say what they begin with.
            let Sensor::Calculated { of, at_least } = &spec.sensor else { continue };
            let healthy =
                of.iter().filter(|child| self.health.checks[child.index()].sent[0].0).count()
                    as u64
                    >= *at_least;
            let state = &mut self.health.checks[check];
            state.believed.fill(healthy);
            state.sent.fill((spec.status(healthy, state.switched), Instant::START));
        }
        self.health.published =
            vec![self.health.checks.iter().map(|check| check.sent[0].0).collect(); audiences];
        for check in (0..self.health.checks.len()).map(CheckId::at) {
            match &self.stage.scenario.health_checks[check.index()].sensor {
                Sensor::Probes { probing, .. } => {
                    let meetings = self.meetings(check);
                    let agenda = &mut self.agenda;
                    let schedule =
                        |at, probe| agenda.schedule(at, Rank::Probe as u8, Event::Probe(probe));
                    self.health.checks[check.index()].start(
                        probing,
                        |index| meetings[index as usize],
                        schedule,
                        check,
                    );
                }
                Sensor::Alarm(_) => self.start_periods(check),
                Sensor::Calculated { .. } => {}
            }
        }
    }

    /// What each checker of a check meets now.
    fn meetings(&self, check: CheckId) -> Vec<Meeting> {
        let spec = &self.stage.scenario.health_checks[check.index()];
        let Sensor::Probes { watches, through, probing, depends } = &spec.sensor else {
            return Vec::new();
        };
        let is_shut = through.is_some_and(|door| self.regions.is_door_down(door));
        let endpoint =
            if is_shut { Endpoint::Silent } else { self.deep_endpoint(*watches, depends) };
        let (errors, slow) = self.regions.gray_for_probes(*watches);
        let struck: Vec<_> =
            self.regions.gray(*watches).filter(|(_, gray)| gray.checkers.is_some()).collect();
        let orders: Vec<Vec<u32>> = struck
            .iter()
            .map(|(fault, _)| ranks(&self.streams, &spec.name, *fault, probing.checkers))
            .collect();
        let of_checker = |index: usize| {
            let is_cut_off = self
                .location(check, index)
                .is_some_and(|place| !self.regions.is_in_reach(place, *watches));
            if is_cut_off {
                return Meeting::of(probing, Endpoint::Silent, Duration::ZERO, Share::NONE);
            }
            let seen = |order: &Vec<u32>, gray| {
                is_struck(gray, order[index], probing.checkers) == Some(true)
            };
            if struck.iter().zip(&orders).any(|((_, gray), order)| seen(order, gray)) {
                Meeting::of(probing, Endpoint::Errors, Duration::ZERO, Share::NONE)
            } else {
                Meeting::of(probing, endpoint, slow, errors)
            }
        };
        (0..probing.checkers as usize).map(of_checker).collect()
    }

    /// Where a checker stands: the places of a check are manned in turn.
    fn location(&self, check: CheckId, checker: usize) -> Option<LocationId> {
        let places = &self.stage.locations[check.index()];
        places.get(checker % places.len().max(1)).copied().flatten()
    }

    /// What an endpoint answers that looks at its data first.
    fn deep_endpoint(&self, region: RegionId, depends: &[Depends]) -> Endpoint {
        let own = self.regions.endpoint(region);
        if own != Endpoint::Answers {
            return own;
        }
        let of_data = |store: StoreId, operation| {
            let context = self.context_of(Some(store));
            context.endpoint_of_data(region, operation)
        };
        let found = depends.iter().map(|depends| match depends {
            Depends::Reads(store) => of_data(*store, Operation::Read),
            Depends::Writes(store) => of_data(*store, Operation::Write),
            Depends::Lag { store, at_most }
                if self.stores[store.index()].lag(region, self.now) >= *at_most =>
            {
                Endpoint::Errors
            }
            Depends::Lag { .. } => Endpoint::Answers,
        });
        found
            .into_iter()
            .find(|endpoint| *endpoint != Endpoint::Answers)
            .unwrap_or(Endpoint::Answers)
    }

    /// The truth may have changed: checkers that meet something else are woken.
    pub(in crate::world) fn refresh_checks(&mut self, cause: FactId) {
        for check in (0..self.health.checks.len()).map(CheckId::at) {
            let Sensor::Probes { probing, .. } =
                &self.stage.scenario.health_checks[check.index()].sensor
            else {
                continue;
            };
            let meetings = self.meetings(check);
            let agenda = &mut self.agenda;
            let schedule =
                |at: Instant, probe| agenda.schedule(at, Rank::Probe as u8, Event::Probe(probe));
            self.health.checks[check.index()].truth_changed(
                probing,
                self.now,
                cause,
                |index| meetings[index as usize],
                schedule,
                check,
            );
        }
    }

    /// Whether some check looks at whether writes to a store fare well.
    pub(in crate::world) fn is_probed_by_writes(&self, store: StoreId) -> bool {
        self.stage.scenario.health_checks.iter().any(|check| match &check.sensor {
            Sensor::Probes { depends, .. } => depends.contains(&Depends::Writes(store)),
            _ => false,
        })
    }

    pub(in crate::world) fn probe(&mut self, probe: Probe) {
        let (Probe::Start { check, .. } | Probe::Result { check, .. }) = probe;
        let Sensor::Probes { probing, .. } =
            &self.stage.scenario.health_checks[check.index()].sensor
        else {
            return;
        };
        match probe {
            Probe::Start { checker, plan, against, .. } => {
                if !self.health.checks[check.index()].is_current(checker, plan) {
                    return;
                }
                match self.health.checks[check.index()]
                    .probe_due(probing, self.now, checker, against)
                {
                    Due::Parked => {}
                    Due::Jumps { to, plan } => self.schedule(
                        to,
                        Rank::Probe,
                        Event::Probe(Probe::Start { check, checker, plan, against: true }),
                    ),
                    Due::Probes { done, passed, next, plan } => {
                        self.schedule(
                            done,
                            Rank::Probe,
                            Event::Probe(Probe::Result { check, checker, passed }),
                        );
                        self.schedule(
                            next,
                            Rank::Probe,
                            Event::Probe(Probe::Start { check, checker, plan, against: false }),
                        );
                    }
                }
            }
            Probe::Result { checker, passed, .. } => {
                if self.health.checks[check.index()].result(probing, checker, passed) {
                    let cause = self.health.checks[check.index()].cause;
                    self.poll_checkers(check, cause);
                }
            }
        }
    }

    /// Works out anew what each audience makes of the checkers that it hears.
    fn poll_checkers(&mut self, check: CheckId, cause: Option<FactId>) {
        let Sensor::Probes { probing, .. } =
            &self.stage.scenario.health_checks[check.index()].sensor
        else {
            return;
        };
        for audience in self.stage.audiences() {
            let hears = |checker: usize| match (
                self.stage.audiences[audience.index()],
                self.location(check, checker),
            ) {
                (Some(place), Some(location)) => self.regions.is_heard(location, place),
                _ => true,
            };
            // An audience that hears nobody keeps what it believed (assumption: the vendor does not say).
            let Some(healthy) = self.health.checks[check.index()].quorum(probing, hears) else {
                continue;
            };
            self.believe(check, audience, healthy, cause);
        }
    }

    /// Name servers hear other checkers than before.
    pub(in crate::world) fn hearing_changed(&mut self, cause: FactId) {
        for check in (0..self.health.checks.len()).map(CheckId::at) {
            self.poll_checkers(check, Some(cause));
        }
    }

    /// A drill disabled or inverted a check, or took that back. That is a change over the control plane.
    pub(in crate::world) fn check_switched(&mut self, check: CheckId, cause: FactId) {
        if self.regions.is_impaired(ControlPlane::Names) {
            return;
        }
        self.health.checks[check.index()].switched = self.regions.switched(check);
        for audience in self.stage.audiences() {
            self.send_status(check, audience, Some(cause));
        }
    }

    /// An audience now believes this of what the check senses.
    pub(in crate::world) fn believe(
        &mut self,
        check: CheckId,
        audience: AudienceId,
        healthy: bool,
        cause: Option<FactId>,
    ) {
        let was = std::mem::replace(
            &mut self.health.checks[check.index()].believed[audience.index()],
            healthy,
        );
        if was != healthy {
            self.send_status(check, audience, cause);
        }
    }

    /// A status may have changed: name servers will hear of it, checks that look at it follow, and automation that watches starts to decide.
    fn send_status(&mut self, check: CheckId, audience: AudienceId, cause: Option<FactId>) {
        let spec = &self.stage.scenario.health_checks[check.index()];
        let state = &self.health.checks[check.index()];
        let healthy = spec.status(state.believed[audience.index()], state.switched);
        let (sent, last) = state.sent[audience.index()];
        if sent == healthy {
            return;
        }
        self.book(&[]);
        let fact = self.note(What::BeliefChanged { check, healthy, audience }, cause);
        let law = spec.push_up.filter(|_| healthy).unwrap_or(spec.push);
        let arrives = (self.now + law.at(self.health.pushes[check.index()].share())).max(last);
        self.health.checks[check.index()].sent[audience.index()] = (healthy, arrives);
        self.schedule(
            arrives,
            Rank::NameServers,
            Event::Push { check, healthy, audience, cause: fact },
        );
        self.recalculate(check, audience, fact);
        if audience == AudienceId::EVERY {
            self.changed(Change::Status { check, healthy }, fact);
        }
    }

    /// A status reaches the name servers and front doors of an audience.
    pub(in crate::world) fn publish(
        &mut self,
        check: CheckId,
        healthy: bool,
        audience: AudienceId,
        cause: FactId,
    ) {
        self.health.published[audience.index()][check.index()] = healthy;
        let fact = self.note(What::Published { check, healthy, audience }, Some(cause));
        self.changed(Change::Published(check), fact);
    }

    /// Calculated checks that look at this one.
    fn recalculate(&mut self, child: CheckId, audience: AudienceId, cause: FactId) {
        for parent in (0..self.health.checks.len()).map(CheckId::at) {
            let Sensor::Calculated { of, at_least } =
                &self.stage.scenario.health_checks[parent.index()].sensor
            else {
                continue;
            };
            if of.contains(&child) {
                let healthy = of
                    .iter()
                    .filter(|check| self.health.checks[check.index()].sent[audience.index()].0)
                    .count() as u64;
                self.believe(parent, audience, healthy >= *at_least, Some(cause));
            }
        }
    }

    // ---- lag ----

    /// Deep checks that look at lag are asked again when it will have grown too far.
    pub(in crate::world) fn await_lag(&mut self) {
        for check in &self.stage.scenario.health_checks {
            let Sensor::Probes { watches, depends, .. } = &check.sensor else { continue };
            for depends in depends {
                let Depends::Lag { store, at_most } = depends else { continue };
                if let Some(reached) = self.stores[store.index()]
                    .lag_reaches(*watches, *at_most)
                    .filter(|at| *at > self.now)
                {
                    self.agenda.schedule(
                        reached,
                        Rank::Probe as u8,
                        Event::LagGrows { store: *store },
                    );
                }
            }
        }
    }

    pub(in crate::world) fn lag_grows(&mut self, store: StoreId) {
        // A lag that grows was cut off by something.
        if let Some(cause) = self.stores[store.index()].cut_cause {
            self.refresh_checks(cause);
        }
    }
}
