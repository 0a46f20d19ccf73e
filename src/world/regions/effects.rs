//! Effects that are active, in a list for each kind, as many times as they are active: overlapping faults end in any order at base.

use super::Edge;
use crate::fault::{ControlPlane, Effect, Gray};
use crate::health::Endpoint;
use crate::id::{CheckId, DoorId, FaultId, LocationId, RegionId, StoreId};
use crate::places::UserPlace;
use crate::units::{Duration, Instant, SECOND};

/// Active effects of one kind, each with its fault.
#[derive(Clone, Debug)]
pub struct Active<T>(Vec<(FaultId, T)>);

impl<T> Default for Active<T> {
    fn default() -> Active<T> {
        Active(Vec::new())
    }
}

impl<T: PartialEq> Active<T> {
    fn turn(&mut self, fault: FaultId, effect: T, edge: Edge) {
        match edge {
            Edge::Begins => self.0.push((fault, effect)),
            Edge::Ends => self.end(fault, |known| *known == effect),
        }
    }

    fn end(&mut self, fault: FaultId, is_it: impl Fn(&T) -> bool) {
        let at = self.0.iter().position(|(of, known)| *of == fault && is_it(known));
        self.0.remove(at.expect("an effect ends once"));
    }

    pub fn iter(&self) -> impl Iterator<Item = &T> + '_ {
        self.0.iter().map(|(_, effect)| effect)
    }

    pub fn with_faults(&self) -> impl Iterator<Item = (FaultId, &T)> + '_ {
        self.0.iter().map(|(fault, effect)| (*fault, effect))
    }

    pub fn contains(&self, effect: &T) -> bool {
        self.iter().any(|known| known == effect)
    }
}

/// No changes of a store between two regions; `None`: any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stall {
    store: StoreId,
    from: Option<RegionId>,
    to: Option<RegionId>,
}

impl Stall {
    fn holds(&self, store: StoreId, from: RegionId, to: RegionId) -> bool {
        let fits =
            |asked: Option<RegionId>, region: RegionId| asked.is_none_or(|asked| asked == region);
        self.store == store && fits(self.from, from) && fits(self.to, to)
    }
}

/// A clock that is wrong, since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongClock {
    region: RegionId,
    nanos: i64,
    nanos_per_hour: i64,
    since: Instant,
}

/// All that is active. A list that nothing reads is an effect that does nothing: each has its question in [`super::Regions`].
#[derive(Clone, Debug, Default)]
pub struct Effects {
    pub meets: Active<(RegionId, Endpoint)>,
    pub gray: Active<Gray>,
    pub out_of_reach: Active<(LocationId, RegionId)>,
    pub unheard: Active<(LocationId, &'static UserPlace)>,
    pub empty_answers: Active<()>,
    pub name_servers_down: Active<()>,
    pub control_planes: Active<ControlPlane>,
    pub doors: Active<DoorId>,
    pub disabled: Active<CheckId>,
    pub inverted: Active<CheckId>,
    pub destroyed: Active<RegionId>,
    stalled: Active<Stall>,
    slower: Active<(StoreId, Duration)>,
    clocks: Active<WrongClock>,
}

impl Effects {
    /// Begins or ends an effect. Exhaustive, so that an effect of another kind gets its list, and with it its question.
    pub fn turn(&mut self, fault: FaultId, effect: &Effect, edge: Edge, now: Instant) {
        match *effect {
            Effect::Meets(region, endpoint) => self.meets.turn(fault, (region, endpoint), edge),
            Effect::Gray(gray) => self.gray.turn(fault, gray, edge),
            Effect::OutOfReach { checkers_in, region } => {
                self.out_of_reach.turn(fault, (checkers_in, region), edge);
            }
            Effect::Unheard { checkers_in, by } => {
                self.unheard.turn(fault, (checkers_in, by), edge);
            }
            Effect::EmptyAnswers => self.empty_answers.turn(fault, (), edge),
            Effect::NameServersDown => self.name_servers_down.turn(fault, (), edge),
            Effect::ControlPlane(plane) => self.control_planes.turn(fault, plane, edge),
            Effect::DoorDown(door) => self.doors.turn(fault, door, edge),
            Effect::CheckDisabled(check) => self.disabled.turn(fault, check, edge),
            Effect::CheckInverted(check) => self.inverted.turn(fault, check, edge),
            Effect::Destroyed(region) => self.destroyed.turn(fault, region, edge),
            Effect::Stalled { store, from, to } => {
                self.stalled.turn(fault, Stall { store, from, to }, edge);
            }
            Effect::Slower { store, adds } => self.slower.turn(fault, (store, adds), edge),
            Effect::Skew { region, nanos, nanos_per_hour } => match edge {
                Edge::Begins => {
                    let clock = WrongClock { region, nanos, nanos_per_hour, since: now };
                    self.clocks.turn(fault, clock, edge);
                }
                Edge::Ends => self.clocks.end(fault, |_| true),
            },
            // The graph of links counts its cuts, and a store knows which of its instances are down.
            Effect::Cut(..) | Effect::WriterInstance(_) => {}
        }
    }

    /// Whether changes of a store do not travel between these regions, for a reason of their own.
    pub fn is_stalled(&self, store: StoreId, from: RegionId, to: RegionId) -> bool {
        self.stalled.iter().any(|stall| stall.holds(store, from, to))
    }

    /// What changes of a store take beyond the usual.
    pub fn slower(&self, store: StoreId) -> Duration {
        let adds = self.slower.iter().filter(|(of, _)| *of == store);
        adds.fold(Duration::ZERO, |sum, (_, adds)| sum + *adds)
    }

    /// What a region's clock shows, in nanoseconds.
    pub fn wall(&self, region: RegionId, now: Instant) -> i64 {
        const HOUR: i64 = 3_600 * SECOND as i64;
        let nanos = |time: u64| i64::try_from(time).unwrap_or(i64::MAX / 4);
        let off = self.clocks.iter().filter(|clock| clock.region == region).map(|clock| {
            let hours = nanos(now.since(clock.since).as_nanos());
            clock.nanos
                + (i128::from(clock.nanos_per_hour) * i128::from(hours) / i128::from(HOUR)) as i64
        });
        nanos(now.as_nanos()) + off.sum::<i64>()
    }
}
