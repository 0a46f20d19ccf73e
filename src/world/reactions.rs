//! What one part says has changed, who reacts, and in which order. Only here does one part let another act; a part that changes something
//! says so and goes on when all that follows from it has happened.
//!
//! ```text
//!  Truth             channels and commits, items, quorums . then as Store, of all users
//!  Store, Writes     what requests meet is worked out anew . then deep checks look
//!  Requests          open connections that lead to something dead break
//!  Lag               checks that look at lag are asked again in time
//!  Status            promotions and the rewriting of records begin, or are called off
//!  Published         names, if they look at the check . doors that do: as Store, of all users . connections through them
//!  Names             name servers answer anew . caches and users follow
//!  NameServers       names . caches of stores' addresses
//!  Hearing           checkers are polled
//!  Switched          the status of the check
//!  ControlPlane      records, checks and endpoints that had to wait
//! ```
//!
//! The order is part of the model where two reactions come to one instant. `match` is exhaustive: a change or an effect of another kind
//! does not compile until somebody reacts to it, or is written off with a reason.

use super::World;
use super::regions::{Detour, Edge};
use crate::fault::Effect;
use crate::id::{AnswerId, CheckId, CohortId, FaultId, PopulationId, RegionId, SeatId, StoreId};
use crate::replication::Loss;
use crate::trace::{Ending, FactId, Operation, What};
use crate::units::Share;

/// What has changed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    /// Regions, links, doors or clocks: every fault is felt by whoever looks at them.
    Truth,
    /// Other checkers are heard than before.
    Hearing,
    /// Name servers have other records or statuses, or leave addresses out.
    Names,
    /// Name servers fall silent, or answer again.
    NameServers,
    /// A drill began or ended with this check.
    Switched(CheckId),
    /// The control plane works again.
    ControlPlane,
    /// The status of a check, as all see it that hear every checker.
    Status { check: CheckId, healthy: bool },
    /// Name servers and doors have heard of a status.
    Published(CheckId),
    /// What requests of one seat meet.
    Requests(SeatId),
    /// Replicas may have begun to fall behind, or have caught up.
    Lag,
    /// Who takes writes or serves reads of a store.
    Store(StoreId),
    /// Where applications of one region send writes of a store.
    Writes(StoreId, RegionId),
}

/// Shows that the books are closed up to now: what they are kept of cannot be changed without it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Booked(());

impl World<'_> {
    pub(super) fn changed(&mut self, change: Change, cause: FactId) {
        match change {
            Change::Truth => {
                self.refresh_channels(cause);
                self.refresh_ways(cause);
                self.refresh_quorums();
                self.rework(None, cause);
                self.refresh_checks(cause);
            }
            Change::Store(store) => {
                self.rework(Some(store), cause);
                self.refresh_checks(cause);
            }
            Change::Writes(store, region) => {
                self.rework_writes(store, region, cause);
                if self.is_probed_by_writes(store) {
                    self.refresh_checks(cause);
                }
            }
            Change::Requests(seat) => self.shake_connections(seat, cause),
            Change::Lag => self.await_lag(),
            Change::Status { check, healthy: true } => {
                self.call_off_promotions(check, cause);
                self.call_off_rewriting(check);
            }
            Change::Status { check, healthy: false } => {
                self.start_promotions(check, cause);
                self.start_rewriting(check, cause);
            }
            Change::Published(check) => {
                if self.stage.scenario.policy.looks_at(check) {
                    self.changed(Change::Names, cause);
                }
                let doors = &self.stage.scenario.doors;
                if doors.iter().any(|door| door.behaviour().checks().contains(&check)) {
                    self.rework(None, cause);
                    self.refresh_checks(cause);
                    self.reconsider_connections(cause);
                }
            }
            Change::Names => {
                let before = self.names.sources().to_vec();
                self.refresh_sources();
                self.follow_names(&before, cause);
            }
            Change::NameServers => {
                self.changed(Change::Names, cause);
                if self.regions.are_name_servers_down() {
                    self.name_servers_are_silent();
                } else {
                    self.name_servers_are_back(cause);
                }
            }
            Change::Hearing => self.hearing_changed(cause),
            Change::Switched(check) => self.check_switched(check, cause),
            Change::ControlPlane => {
                self.records_tried_again();
                for check in (0..self.stage.scenario.health_checks.len()).map(CheckId::at) {
                    self.check_switched(check, cause);
                }
                self.endpoints_tried_again();
            }
        }
    }

    /// Before anything changes that is booked: time so far is booked under what held until now, of all metrics and of these seats.
    pub(super) fn book(&mut self, seats: &[SeatId]) -> Booked {
        self.count_periods();
        for seat in seats {
            self.settle(*seat);
        }
        Booked(())
    }

    /// A fault begins or ends: the truth changes, and with it what probes, replication and requests meet.
    pub(super) fn fault_changes(&mut self, fault: FaultId, edge: Edge) {
        self.cut_step();
        self.book(&[]);
        let what = match edge {
            Edge::Begins => What::FaultBegan { fault },
            Edge::Ends => What::FaultEnded { fault },
        };
        let cause = self.note(what, None);
        let effects = self.stage.scenario.faults[fault.index()].behaviour().effects();
        let detours = self.regions.detours();
        let mut reached = Vec::new();
        for effect in &effects {
            self.regions.turn(fault, effect, edge, self.now);
            reached.extend(self.strike(fault, effect, edge));
        }
        for Detour { between, by, round_trip, usual } in
            self.regions.detours().into_iter().filter(|detour| !detours.contains(detour))
        {
            self.note(What::Detoured { between, by, round_trip, usual }, Some(cause));
        }
        self.changed(Change::Truth, cause);
        for change in reached {
            self.changed(change, cause);
        }
    }

    /// Whom an effect reaches beyond those who look at the truth after every fault. Exhaustive, so that an effect of another kind says so.
    fn strike(&mut self, fault: FaultId, effect: &Effect, edge: Edge) -> Option<Change> {
        match *effect {
            // All who depend on these look at them: see `Change::Truth`.
            Effect::Meets(..)
            | Effect::Gray(_)
            | Effect::Cut(..)
            | Effect::OutOfReach { .. }
            | Effect::DoorDown(_)
            | Effect::Stalled { .. }
            | Effect::Slower { .. }
            | Effect::Skew { .. } => None,
            Effect::Destroyed(region) => {
                if edge == Edge::Begins {
                    self.destroy_items(region);
                }
                None
            }
            Effect::WriterInstance(instance) => {
                self.stores.instance_fails(fault, instance, edge);
                None
            }
            Effect::Unheard { .. } => Some(Change::Hearing),
            Effect::EmptyAnswers => Some(Change::Names),
            Effect::NameServersDown => Some(Change::NameServers),
            Effect::CheckDisabled(check) | Effect::CheckInverted(check) => {
                Some(Change::Switched(check))
            }
            // What it holds up finds that out when it is tried.
            Effect::ControlPlane(_) => (edge == Edge::Ends).then_some(Change::ControlPlane),
        }
    }

    // ---- what several parts do together ----

    /// Books the time of a seat's users up to now; a store dates by it what they wrote.
    pub(super) fn settle(&mut self, seat: SeatId) {
        let Some(slice) = self.expose(seat) else { return };
        let cast = &self.stage.cast.populations[self.requests.population(seat).index()];
        let served = self.requests.mix(seat, Operation::Write).logged();
        if let (Some(store), true, false) = (cast.store, served > Share::NONE, self.is_by_request())
        {
            self.stores.acknowledged(store, slice, cast.writes, served);
        }
    }

    /// Ends the counting step, in the books of all parts.
    pub(super) fn cut_step(&mut self) {
        let Some(step) = self.begin_step() else { return };
        let acknowledged = self.draw_step(step);
        self.stores.close_step(&acknowledged);
        self.take_tally(step);
        self.items.close_step(self.now);
        self.write_down_lags();
        self.write_down_presence(step);
    }

    /// Before a store gets another writer: which of its writes the old one has acknowledged in the open step.
    pub(super) fn book_writes(&mut self, store: StoreId) {
        let acknowledged = self.draw_writes(store);
        self.stores.close_step_of(store, acknowledged);
    }

    /// The seat of users with an answer, a new one if it was not taken before.
    pub(super) fn seat_of(&mut self, population: PopulationId, answer: AnswerId) -> SeatId {
        if let Some(known) = self.requests.known(population, answer) {
            return known;
        }
        let seat = self.open_seat(population, answer);
        self.accounting.add_seat(self.now);
        self.clients.add_seat();
        seat
    }

    /// A request is an event: it is counted, dates a write, and may be of a key that is followed.
    pub(super) fn request(&mut self, cohort: CohortId) {
        self.ask_caches(cohort);
        let population = self.clients.population(cohort);
        let (operation, ending) = self.draw_request(self.clients.seat(cohort));
        self.book_request(cohort, operation, ending);
        if let Some(store) = self.stage.cast.populations[population.index()].store {
            self.stores.wrote(store, operation, ending, self.now);
            self.request_to_items(store, cohort, operation, ending);
        }
        self.await_request(cohort);
    }

    /// A request of a cohort was an event.
    pub(super) fn book_request(&mut self, cohort: CohortId, operation: Operation, ending: Ending) {
        self.accounting.count(self.clients.seat(cohort), operation, ending);
    }

    /// What was lost of the time before the run.
    pub(super) fn note_loss_before(&mut self, store: StoreId, loss: &Loss, lost: FactId) {
        if loss.before > 0 {
            self.note(What::LostFromBefore { store, writes: loss.before }, Some(lost));
        }
        if loss.is_least {
            self.note(What::LossIsLeast { store }, Some(lost));
        }
    }
}
