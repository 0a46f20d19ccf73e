//! Counting: users' time becomes numbers of requests at the end of every step, and acknowledged
//! writes become history of their store.

use super::World;
use super::stage::Stage;
use crate::engine::counts::poisson;
use crate::engine::random::{Stream, Streams};
use crate::id::{RegionId, SeatId, StoreId};
use crate::scenario::Population;
use crate::trace::{Count, Ending, Operation, Outcome, Presence, Step};
use crate::units::{Instant, Rate, Share};
use std::collections::BTreeMap;

/// Time that users spent, shares of them counted as such: users x nanoseconds x parts of a share, so that nothing is rounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct UserTime(u128);

impl UserTime {
    /// The time of a share of the users of a slice.
    fn of(slice: Slice, share: Share) -> UserTime {
        let nanoseconds = u128::from(slice.to.since(slice.from).as_nanos());
        UserTime(nanoseconds * u128::from(slice.users) * u128::from(share.parts()))
    }

    /// Whole users x nanoseconds.
    fn user_nanoseconds(self) -> u128 {
        self.0 / u128::from(Share::ALL.parts())
    }

    /// The mean number of requests in it, at a rate per user.
    fn mean_requests(self, rate: Rate) -> f64 {
        self.0 as f64 / Share::ALL.parts() as f64 * 1e-9 * rate.per_second()
    }
}

impl std::ops::AddAssign for UserTime {
    fn add_assign(&mut self, more: UserTime) {
        self.0 += more.0;
    }
}

/// By operation: how requests ended, and for how long, since the step began.
type Exposure = [Vec<(Ending, UserTime)>; 2];

/// Users with one answer for a while: what a store needs to date its writes.
#[derive(Clone, Copy, Debug)]
pub struct Slice {
    pub from: Instant,
    pub to: Instant,
    pub users: u64,
}

/// The books of the open step.
#[derive(Debug)]
pub(super) struct Accounting {
    /// By seat: users' time since the step began.
    exposures: Vec<Exposure>,
    /// By seat: up to when its users' time is booked.
    since: Vec<Instant>,
    /// Requests since the step began that were met one by one.
    tally: BTreeMap<(SeatId, Operation, Ending), u64>,
    step_began: Instant,
    /// By region, and one more for none: what is booked of the open step.
    presence_so_far: Vec<UserTime>,
    /// By population: what says how many requests there were, and how single ones end.
    streams: Vec<Stream>,
}

impl Accounting {
    pub fn new(stage: &Stage, streams: &Streams) -> Accounting {
        let stream = |population: &Population| {
            streams.of(&format!("population/{}/requests", population.name), 0)
        };
        Accounting {
            exposures: Vec::new(),
            since: Vec::new(),
            tally: BTreeMap::new(),
            step_began: Instant::START,
            presence_so_far: vec![UserTime::default(); stage.scenario.regions.len() + 1],
            streams: stage.scenario.populations.iter().map(stream).collect(),
        }
    }

    /// A seat that was not there before.
    pub fn add_seat(&mut self, now: Instant) {
        self.exposures.push(Exposure::default());
        self.since.push(now);
    }

    /// A request was met by itself.
    pub fn count(&mut self, seat: SeatId, operation: Operation, ending: Ending) {
        *self.tally.entry((seat, operation, ending)).or_default() += 1;
    }
}

impl World<'_> {
    /// Ends the open step and begins the next; `None`: no time has passed in it.
    pub(super) fn begin_step(&mut self) -> Option<u32> {
        if self.now == self.accounting.step_began {
            return None;
        }
        let step = self.open_step();
        self.trace.steps.push(Step { from: self.accounting.step_began, to: self.now });
        self.accounting.step_began = self.now;
        Some(step)
    }

    /// Draws how many requests there were in a step, from the exact law of open-loop traffic (Poisson, split by outcome). By store:
    /// the writes that were acknowledged.
    pub(super) fn draw_step(&mut self, step: u32) -> Vec<u64> {
        let mut acknowledged = vec![0u64; self.stores.len()];
        for seat in self.requests.seats() {
            self.settle(seat);
            self.draw_requests(step, seat, &mut acknowledged);
        }
        acknowledged
    }

    /// How far the replica furthest behind is, of each store that follows a log.
    pub(super) fn write_down_lags(&mut self) {
        for (lags, store) in self.trace.log_lag.iter_mut().zip(self.stores.iter()) {
            if let Some(lags) = lags {
                lags.push(store.largest_lag(self.now));
            }
        }
    }

    pub(super) fn write_down_presence(&mut self, step: u32) {
        let regions = self.stage.scenario.regions.len();
        let none = vec![UserTime::default(); regions + 1];
        let presence = std::mem::replace(&mut self.accounting.presence_so_far, none);
        let times = presence.into_iter().map(UserTime::user_nanoseconds).enumerate();
        self.trace.presence.extend(times.filter(|(_, time)| *time > 0).map(|(at, time)| {
            Presence {
                step,
                region: (at < regions).then(|| RegionId::at(at)),
                user_nanoseconds: time,
            }
        }));
    }

    fn open_step(&self) -> u32 {
        u32::try_from(self.trace.steps.len()).expect("the limit on steps keeps them below 2^32")
    }

    /// Draws the requests of the open step up to now, of those who use this store alone; gives the writes that were acknowledged.
    pub(super) fn draw_writes(&mut self, store: StoreId) -> u64 {
        let step = self.open_step();
        let mut acknowledged = vec![0u64; self.stores.len()];
        for seat in self.requests.seats() {
            let population = self.requests.population(seat);
            if self.stage.cast.populations[population.index()].store == Some(store) {
                self.settle(seat);
                self.draw_requests(step, seat, &mut acknowledged);
            }
        }
        acknowledged[store.index()]
    }

    /// How one request of a seat that is an event ends.
    pub(super) fn draw_request(&mut self, seat: SeatId) -> (Operation, Ending) {
        let population = self.requests.population(seat);
        let cast = &self.stage.cast.populations[population.index()];
        let stream = &mut self.accounting.streams[population.index()];
        let all = cast.reads.per_second() + cast.writes.per_second();
        let operation = if stream.share() * all < cast.reads.per_second() {
            Operation::Read
        } else {
            Operation::Write
        };
        (operation, self.requests.mix(seat, operation).at(stream.share()))
    }

    fn draw_requests(&mut self, step: u32, seat: SeatId, acknowledged: &mut [u64]) {
        let population = self.requests.population(seat);
        let cast = &self.stage.cast.populations[population.index()];
        let exposure = std::mem::take(&mut self.accounting.exposures[seat.index()]);
        let nowhere = self.stage.scenario.regions.len();
        for (ending, exposed) in &exposure[Operation::Read as usize] {
            self.accounting.presence_so_far[ending.at.map_or(nowhere, |region| region.index())] +=
                *exposed;
        }
        if self.is_by_request() {
            return;
        }
        // Where every key is simulated each write is an event, and counted there.
        let by_event = cast.store.is_some_and(|store| self.items.is_whole(store));
        let stream = &mut self.accounting.streams[population.index()];
        for (operation, list) in Operation::BOTH.into_iter().zip(exposure) {
            if operation == Operation::Write && by_event {
                continue;
            }
            for (ending, exposed) in list {
                let mean = exposed.mean_requests(cast.rate(operation));
                let requests = poisson(mean, &mut || stream.share());
                if requests == 0 {
                    continue;
                }
                if let (Operation::Write, Outcome::Served { .. }, Some(store)) =
                    (operation, ending.outcome, cast.store)
                {
                    acknowledged[store.index()] += requests;
                }
                self.trace.counts.push(Count { step, population, operation, ending, requests });
            }
        }
    }

    /// Books users' time up to now under the outcomes that held; `None`: there was no time, or nobody.
    pub(super) fn expose(&mut self, seat: SeatId) -> Option<Slice> {
        let from = std::mem::replace(&mut self.accounting.since[seat.index()], self.now);
        let slice = Slice { from, to: self.now, users: self.clients.users_at(seat) };
        if slice.users == 0 || slice.to <= slice.from {
            return None;
        }
        for operation in Operation::BOTH {
            let list = &mut self.accounting.exposures[seat.index()][operation as usize];
            for (share, ending) in &self.requests.mix(seat, operation).parts {
                let exposed = UserTime::of(slice, *share);
                match list.iter_mut().find(|(known, _)| known == ending) {
                    Some((_, sum)) => *sum += exposed,
                    None => list.push((*ending, exposed)),
                }
            }
        }
        Some(slice)
    }

    /// Takes the requests of the open step that were met one by one.
    pub(super) fn take_tally(&mut self, step: u32) {
        for ((seat, operation, ending), requests) in std::mem::take(&mut self.accounting.tally) {
            let population = self.requests.population(seat);
            self.trace.counts.push(Count { step, population, operation, ending, requests });
        }
    }
}
