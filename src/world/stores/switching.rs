//! Roles: writers that are switched over as planned, old writers that are fenced late, rebuilt and given their role
//! back.
//!
//! ```text
//!  promoted --> unfenced? --> fenced --> region up --> rebuild --> replica --> failback = a switchover
//! ```

use super::PromotionState;
use super::roles::{Fence, Returning, Switching};
use crate::id::{RegionId, StoreId};
use crate::law::Law;
use crate::replication::writers::Afterwards;
use crate::trace::{FactId, What};
use crate::units::Duration;
use crate::world::generation::Generation;
use crate::world::reactions::Change;
use crate::world::{Event, Rank, World};

/// What is due with the roles of a store.
#[derive(Clone, Copy, Debug)]
pub(in crate::world) enum Due {
    /// The planned switchover of this number.
    Planned(u32),
    Failback {
        cause: FactId,
    },
    SwitchedOver {
        attempt: Generation,
    },
    Fenced {
        attempt: Generation,
        cause: FactId,
    },
    Rebuilt {
        attempt: Generation,
    },
}

/// A failback that was refused is tried again after its usual time, and at least so much (assumption).
const TRIED_AGAIN: Duration = Duration::from_secs(60);

impl World<'_> {
    pub(in crate::world) fn plan_switchovers(&mut self) {
        for (index, spec) in self.stage.scenario.stores.iter().enumerate() {
            for (number, switchover) in spec.switchovers.iter().enumerate() {
                self.role_due_at(switchover.at, StoreId::at(index), Due::Planned(number as u32));
            }
        }
    }

    fn role_due_at(&mut self, wait: Duration, store: StoreId, due: Due) {
        self.schedule(self.now + wait, Rank::Control, Event::Role { store, due });
    }

    pub(in crate::world) fn role_due(&mut self, store: StoreId, due: Due) {
        match due {
            Due::Planned(number) => {
                let switchover =
                    self.stage.scenario.stores[store.index()].switchovers[number as usize];
                self.switch_over(store, switchover.to, &switchover.takes, None);
            }
            Due::Failback { cause } => self.fail_back(store, cause),
            Due::SwitchedOver { attempt } => self.switched_over(store, attempt),
            Due::Fenced { attempt, cause } => self.fenced(store, attempt, cause),
            Due::Rebuilt { attempt } => self.rebuilt(store, attempt),
        }
    }

    /// A length drawn for the next change of roles of a store, from a stream of its own.
    fn drawn(&self, store: StoreId, purpose: &str, law: &Law) -> Duration {
        let (name, attempt) = (
            &self.stage.scenario.stores[store.index()].name,
            self.stores.states[store.index()].roles.attempt,
        );
        law.at(self.streams.of(&format!("store/{name}/{purpose}"), attempt.number()).share())
    }

    /// A region without an instance gets one before it is promoted.
    pub(in crate::world) fn instance_first(&self, store: StoreId) -> Duration {
        let headless = self.afterwards(store).and_then(|afterwards| afterwards.headless);
        headless.map_or(Duration::ZERO, |law| self.drawn(store, "instance", &law))
    }

    fn afterwards(&self, store: StoreId) -> Option<&Afterwards> {
        self.stage.scenario.stores[store.index()]
            .promotion
            .as_ref()
            .map(|promotion| &promotion.afterwards)
    }

    // ---- switchover ----

    /// Whether the regions of the writer and of a replica are up and hear each other.
    fn is_in_touch(&self, store: StoreId, to: RegionId) -> bool {
        let state = &self.stores.states[store.index()];
        self.regions.is_up(state.writer)
            && self.regions.is_up(to)
            && self.regions.round_trip(state.writer, to).is_some()
    }

    /// True when it begins; a refusal is noted. `cause` is `None` for what was planned.
    fn switch_over(
        &mut self,
        store: StoreId,
        to: RegionId,
        takes: &Law,
        cause: Option<FactId>,
    ) -> bool {
        let state = &self.stores.states[store.index()];
        let is_free = state.takes_writes()
            && state.roles.unfenced.is_none()
            && state.promotion != PromotionState::Promoting;
        if to == state.writer || !is_free || state.is_returning(to) || !self.is_in_touch(store, to)
        {
            self.note(What::SwitchoverRefused { store, to }, cause);
            return false;
        }
        let began = self.note(What::SwitchoverBegan { store, to }, cause);
        // At least what is on its way has to arrive.
        let in_sync = self.stores.states[store.index()].lag(to, self.now);
        let roles = &mut self.stores.states[store.index()].roles;
        let attempt = roles.next();
        roles.switching = Some(Switching { to, began, attempt });
        let takes = self.drawn(store, "switchover", takes).max(in_sync);
        self.role_due_at(takes, store, Due::SwitchedOver { attempt });
        self.changed(Change::Store(store), began);
        true
    }

    fn switched_over(&mut self, store: StoreId, attempt: Generation) {
        let state = &self.stores.states[store.index()];
        let Some(Switching { to, began, .. }) =
            state.roles.switching.filter(|switching| attempt.is_current(switching.attempt))
        else {
            return;
        };
        let from = state.writer;
        self.book_writes(store);
        let switched = self.note(What::SwitchedOver { store, from, to }, Some(began));
        // The writer took nothing since the replica began to catch up with it.
        self.note(What::WritesLost { store, writes: 0, age: Duration::ZERO }, Some(switched));
        self.stores.states[store.index()].switched(to, self.now);
        self.move_endpoints(store, switched);
        self.refresh_channels(switched);
        self.changed(Change::Store(store), switched);
    }

    /// Gives up a switchover that is under way: the writer stays, and takes writes again if it is up.
    pub(in crate::world) fn fail_switchover(&mut self, store: StoreId, cause: FactId) {
        let Some(Switching { to, .. }) = self.stores.states[store.index()].roles.switching.take()
        else {
            return;
        };
        self.note(What::SwitchoverFailed { store, to }, Some(cause));
    }

    // ---- after a promotion ----

    /// Another region was promoted: the old writer is fenced, in time or not, and comes back as a replica if that is planned.
    pub(in crate::world) fn demote(&mut self, store: StoreId, old: RegionId, promoted: FactId) {
        let attempt = self.stores.states[store.index()].roles.next();
        let Some(afterwards) = self.afterwards(store) else { return };
        let (fencing, fails, comes_back) =
            (afterwards.fencing, afterwards.fencing_fails.as_f64(), afterwards.rebuild.is_some());
        let mut length = self.drawn(store, "fencing", &fencing);
        let name = &self.stage.scenario.stores[store.index()].name;
        let has_failed = fails > 0.0
            && self.streams.of(&format!("store/{name}/fence"), attempt.number()).share() < fails;
        if has_failed {
            length = length.max(self.stage.scenario.stores[store.index()].endpoint_ttl);
        }
        let roles = &mut self.stores.states[store.index()].roles;
        roles.returning = comes_back.then_some(Returning { region: old, rebuild: None });
        roles.unfenced = (!length.is_zero()).then_some((old, attempt));
        roles.fence = if has_failed { Fence::Failed } else { Fence::Works };
        if !length.is_zero() {
            self.role_due_at(length, store, Due::Fenced { attempt, cause: promoted });
        }
    }

    /// The old writer takes no more writes; where fencing failed, once no address leads there.
    pub(in crate::world) fn fenced(&mut self, store: StoreId, attempt: Generation, cause: FactId) {
        let state = &mut self.stores.states[store.index()];
        let Some((region, _)) =
            state.roles.unfenced.filter(|(_, present)| attempt.is_current(*present))
        else {
            return;
        };
        if state.roles.fence != Fence::Works && state.endpoints.lead_to(region) {
            // The record could not be changed or read: who has the old address goes on writing there.
            state.roles.fence = Fence::AwaitsAddresses { attempt, cause };
            return;
        }
        (state.roles.unfenced, state.roles.fence) = (None, Fence::Works);
        let fact = self.note(What::Fenced { store, region }, Some(cause));
        self.changed(Change::Store(store), fact);
        self.follow_roles(fact);
    }

    /// What is up has changed: switchovers fail without it, rebuilds begin with it.
    pub(in crate::world) fn follow_roles(&mut self, cause: FactId) {
        for store in (0..self.stores.len()).map(StoreId::at) {
            if let Some(switching) = self.stores.states[store.index()].roles.switching
                && !(self.is_in_touch(store, switching.to)
                    && self.stores.states[store.index()]
                        .has_instance(self.stores.states[store.index()].writer))
            {
                self.fail_switchover(store, cause);
            }
            self.rebuild(store, cause);
        }
    }

    /// Begins the rebuild of an old writer that is up, fenced and in touch with the new one; gives it up when it is not.
    fn rebuild(&mut self, store: StoreId, cause: FactId) {
        let state = &self.stores.states[store.index()];
        let Some(Returning { region, rebuild }) = state.roles.returning else { return };
        let can = state.roles.unfenced.is_none() && self.is_in_touch(store, region);
        let Some(law) = self.afterwards(store).and_then(|afterwards| afterwards.rebuild) else {
            return;
        };
        match rebuild {
            Some(_) if !can => {
                self.stores.states[store.index()].roles.returning =
                    Some(Returning { region, rebuild: None })
            }
            None if can => {
                let fact = self.note(What::RebuildBegan { store, region }, Some(cause));
                let attempt = self.stores.states[store.index()].roles.next();
                self.stores.states[store.index()].roles.returning =
                    Some(Returning { region, rebuild: Some((fact, attempt)) });
                let takes = self.drawn(store, "rebuild", &law);
                self.role_due_at(takes, store, Due::Rebuilt { attempt });
            }
            _ => {}
        }
    }

    fn rebuilt(&mut self, store: StoreId, attempt: Generation) {
        let Some(Returning { region, rebuild: Some((began, present)) }) =
            self.stores.states[store.index()].roles.returning
        else {
            return;
        };
        if !attempt.is_current(present) {
            return;
        }
        let fact = self.note(What::Rebuilt { store, region }, Some(began));
        let state = &mut self.stores.states[store.index()];
        state.roles.returning = None;
        state.serves_reads[region.index()] = true;
        self.refresh_channels(fact);
        self.changed(Change::Store(store), fact);
        if let Some(failback) = self.afterwards(store).and_then(|afterwards| afterwards.failback) {
            self.stores.states[store.index()].roles.next();
            let wait = self.drawn(store, "failback", &failback.after);
            self.role_due_at(wait, store, Due::Failback { cause: fact });
        }
    }

    /// The planned way back to where the writer was at the start.
    fn fail_back(&mut self, store: StoreId, cause: FactId) {
        let home = self.stage.scenario.stores[store.index()].writer;
        let Some(failback) = self.afterwards(store).and_then(|afterwards| afterwards.failback)
        else {
            return;
        };
        if self.stores.states[store.index()].writer == home
            || self.switch_over(store, home, &failback.takes, Some(cause))
        {
            return;
        }
        self.stores.states[store.index()].roles.next();
        let wait = self.drawn(store, "failback", &failback.after).max(TRIED_AGAIN);
        self.role_due_at(wait, store, Due::Failback { cause });
    }
}
