//! The truth about regions and the links between them: which effects are active now, and what follows from them.

mod effects;
mod links;

pub use links::Detour;

use crate::fault::{ControlPlane, Effect, Gray};
use crate::health::Endpoint;
use crate::id::{CheckId, DoorId, FaultId, LocationId, RegionId, StoreId};
use crate::places::UserPlace;
use crate::units::{Duration, Instant, Share};
use effects::Effects;
use links::Links;

/// Which end of a fault's time it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    Begins,
    Ends,
}

/// Whether something carries what is sent over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    Up,
    Down,
}

/// What is true of all regions.
#[derive(Clone, Debug)]
pub struct Regions {
    effects: Effects,
    links: Links,
    /// Of regions at the same distance the one with the lower rank is nearer.
    ranks: Vec<u32>,
}

impl Regions {
    pub fn new(one_way: &[Vec<Duration>], transit: &[RegionId], ranks: Vec<u32>) -> Regions {
        Regions { effects: Effects::default(), links: Links::new(one_way, transit), ranks }
    }

    /// Begins or ends an effect of a fault.
    pub fn turn(&mut self, fault: FaultId, effect: &Effect, edge: Edge, now: Instant) {
        self.effects.turn(fault, effect, edge, now);
        if let Effect::Cut(from, to) = effect {
            self.links.cut(*from, *to, if edge == Edge::Begins { 1 } else { -1 });
        }
        if matches!(effect, Effect::Cut(..))
            || self.links.have_transit() && matches!(effect, Effect::Meets(..))
        {
            let Regions { effects, links, .. } = self;
            links.measure(|region| is_up(effects, region));
        }
    }

    /// What a caller from outside meets: of everything that is wrong, the worst.
    pub fn endpoint(&self, region: RegionId) -> Endpoint {
        endpoint(&self.effects, region)
    }

    /// Gray failures of a region, with the fault that each belongs to.
    pub fn gray(&self, region: RegionId) -> impl Iterator<Item = (FaultId, Gray)> + '_ {
        let all = self.effects.gray.with_faults();
        all.filter(move |(_, gray)| gray.region == region).map(|(fault, gray)| (fault, *gray))
    }

    /// Share of a region's requests that get an error, and what the others take beyond the usual.
    pub fn gray_share(&self, region: RegionId) -> (Share, Duration) {
        Self::share_of(self.gray(region))
    }

    /// What probes meet of it: failures that strike certain checkers are those checkers' alone.
    pub fn gray_for_probes(&self, region: RegionId) -> (Share, Duration) {
        let (_, slow) = self.gray_share(region);
        (Self::share_of(self.gray(region).filter(|(_, gray)| gray.checkers.is_none())).0, slow)
    }

    fn share_of(all: impl Iterator<Item = (FaultId, Gray)>) -> (Share, Duration) {
        let whole = u128::from(Share::ALL.parts());
        let (good, slow) =
            all.fold((Share::ALL.parts(), Duration::ZERO), |(good, slow), (_, gray)| {
                let left = whole - u128::from(gray.errors.parts());
                ((u128::from(good) * left / whole) as u64, slow + gray.slow)
            });
        (Share::from_parts(Share::ALL.parts() - good), slow)
    }

    /// Whether checkers in a place reach a region.
    pub fn is_in_reach(&self, checkers_in: LocationId, region: RegionId) -> bool {
        !self.effects.out_of_reach.contains(&(checkers_in, region))
    }

    /// Whether name servers near some users hear the checkers in a place.
    pub fn is_heard(&self, checkers_in: LocationId, by: &'static UserPlace) -> bool {
        !self.effects.unheard.contains(&(checkers_in, by))
    }

    /// Whether name servers leave addresses out of their answers.
    pub fn answers_are_empty(&self) -> bool {
        self.effects.empty_answers.contains(&())
    }

    pub fn are_name_servers_down(&self) -> bool {
        self.effects.name_servers_down.contains(&())
    }

    pub fn is_door_down(&self, door: DoorId) -> bool {
        self.effects.doors.contains(&door)
    }

    pub fn is_impaired(&self, plane: ControlPlane) -> bool {
        self.effects.control_planes.contains(&plane)
    }

    /// What drills do to a check at present.
    pub fn switched(&self, check: CheckId) -> crate::health::Switched {
        crate::health::Switched {
            disabled: self.effects.disabled.contains(&check),
            inverted: self.effects.inverted.contains(&check),
        }
    }

    /// Whether what a region stored is gone for good.
    pub fn is_destroyed(&self, region: RegionId) -> bool {
        self.effects.destroyed.contains(&region)
    }

    /// Whether changes of a store do not travel between these regions, for a reason of their own.
    pub fn is_stalled(&self, store: StoreId, from: RegionId, to: RegionId) -> bool {
        self.effects.is_stalled(store, from, to)
    }

    /// Whether changes of a store travel from one region to another: both are up, a way is left, and nothing stalls them.
    pub fn channel(&self, store: StoreId, from: RegionId, to: RegionId) -> Link {
        let carries = self.is_up(from)
            && self.is_up(to)
            && self.one_way(from, to).is_some()
            && !self.is_stalled(store, from, to);
        if carries { Link::Up } else { Link::Down }
    }

    /// What changes of a store take beyond the usual.
    pub fn slower(&self, store: StoreId) -> Duration {
        self.effects.slower(store)
    }

    /// What a region's clock shows, in nanoseconds.
    pub fn wall(&self, region: RegionId, now: Instant) -> i64 {
        self.effects.wall(region, now)
    }

    /// Whether what stands behind the front of a region works: its databases, its replication. Wrong content and an empty
    /// load balancer are the front's alone.
    pub fn is_up(&self, region: RegionId) -> bool {
        is_up(&self.effects, region)
    }

    /// One way between two regions over the links that are left, whether or not the ends are up.
    pub fn one_way(&self, from: RegionId, to: RegionId) -> Option<Duration> {
        self.links.one_way(from, to)
    }

    /// There and back.
    pub fn round_trip(&self, from: RegionId, to: RegionId) -> Option<Duration> {
        self.links.round_trip(from, to)
    }

    /// Orders regions by how near they are; equally near ones by where they are, never by their place in the scenario.
    pub fn nearness(&self, trip: Duration, region: RegionId) -> (Duration, u32) {
        (trip, self.ranks[region.index()])
    }

    /// The pairs of regions that reach one another by way of a third.
    pub fn detours(&self) -> Vec<Detour> {
        self.links.detours(|region| self.is_up(region))
    }
}

fn endpoint(effects: &Effects, region: RegionId) -> Endpoint {
    let met = effects.meets.iter().filter(|(of, _)| *of == region).map(|(_, endpoint)| *endpoint);
    met.max_by_key(|endpoint| severity(*endpoint)).unwrap_or(Endpoint::Answers)
}

fn is_up(effects: &Effects, region: RegionId) -> bool {
    matches!(
        endpoint(effects, region),
        Endpoint::Answers | Endpoint::WrongContent | Endpoint::Empty
    )
}

/// Which of two wrongs hides the other.
fn severity(endpoint: Endpoint) -> (u8, Duration) {
    match endpoint {
        Endpoint::Answers => (0, Duration::ZERO),
        Endpoint::WrongContent => (1, Duration::ZERO),
        Endpoint::Errors => (2, Duration::ZERO),
        Endpoint::Empty => (3, Duration::ZERO),
        Endpoint::Hangs(accepts) => (4, accepts),
        Endpoint::Refuses => (5, Duration::ZERO),
        Endpoint::Silent => (6, Duration::ZERO),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: RegionId = RegionId(0);
    const B: RegionId = RegionId(1);
    const C: RegionId = RegionId(2);

    fn three(transit: &[RegionId]) -> Regions {
        let ms = |row: [u64; 3]| row.map(Duration::from_millis).to_vec();
        Regions::new(&[ms([0, 10, 30]), ms([10, 0, 15]), ms([30, 15, 0])], transit, vec![0, 1, 2])
    }

    fn set(regions: &mut Regions, effect: Effect, edge: Edge) {
        regions.turn(FaultId(0), &effect, edge, Instant::START);
    }

    #[test]
    fn a_cut_link_is_gone_around_where_a_region_forwards_and_comes_back() {
        let mut regions = three(&[B]);
        let base = regions.one_way(A, C);
        assert_eq!(base, Some(Duration::from_millis(30)), "the direct way, as measured");
        set(&mut regions, Effect::Cut(A, C), Edge::Begins);
        assert_eq!(regions.one_way(A, C), Some(Duration::from_millis(25)), "over the middle");
        assert_eq!(regions.one_way(C, A), Some(Duration::from_millis(30)), "the other way is open");
        let detour = Detour {
            between: (A, C),
            by: B,
            round_trip: Duration::from_millis(55),
            usual: Duration::from_millis(60),
        };
        assert_eq!(regions.detours(), [detour]);
        let down = Effect::Meets(B, Endpoint::Silent);
        set(&mut regions, down.clone(), Edge::Begins);
        assert_eq!(
            (regions.one_way(A, C), regions.detours()),
            (None, Vec::new()),
            "who is down forwards nothing"
        );
        set(&mut regions, down, Edge::Ends);
        set(&mut regions, Effect::Cut(A, B), Edge::Begins);
        assert_eq!(regions.one_way(A, C), None);
        set(&mut regions, Effect::Cut(A, C), Edge::Ends);
        set(&mut regions, Effect::Cut(A, B), Edge::Ends);
        assert_eq!((regions.one_way(A, C), regions.detours()), (base, Vec::new()));
    }

    /// A region that is only listed is no network.
    #[test]
    fn a_region_that_does_not_forward_is_no_way_around() {
        let mut regions = three(&[]);
        set(&mut regions, Effect::Cut(A, C), Edge::Begins);
        assert_eq!(
            (regions.one_way(A, C), regions.one_way(A, B), regions.detours()),
            (None, Some(Duration::from_millis(10)), Vec::new())
        );
    }

    #[test]
    fn overlapping_effects_end_at_base() {
        let mut regions = three(&[]);
        let region = RegionId(1);
        let (silent, refuses) =
            (Effect::Meets(region, Endpoint::Silent), Effect::Meets(region, Endpoint::Refuses));
        for effect in [&silent, &refuses, &silent] {
            regions.turn(FaultId(0), effect, Edge::Begins, Instant::START);
        }
        assert_eq!(regions.endpoint(region), Endpoint::Silent, "silence hides a refusal");
        regions.turn(FaultId(0), &silent, Edge::Ends, Instant::START);
        regions.turn(FaultId(0), &silent, Edge::Ends, Instant::START);
        assert_eq!(regions.endpoint(region), Endpoint::Refuses);
        regions.turn(FaultId(0), &refuses, Edge::Ends, Instant::START);
        assert!(regions.is_up(region));
    }
}
