//! The truth about regions and the links between them: which effects are active now, and the way
//! from one region to another: their link, or while it is cut the shortest way over regions that forward traffic of others.

use crate::fault::{ControlPlane, Effect, Gray};
use crate::health::Endpoint;
use crate::id::{DoorId, FaultId, RegionId, StoreId};
use crate::units::{Duration, Share};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{EdgeFiltered, EdgeRef};

/// Active effects, as many times as they are active, so that overlapping faults end in any order at base.
#[derive(Clone, Debug)]
pub struct Regions {
    active: Vec<(FaultId, Effect)>,
    /// Nodes are regions, edges are links with their one-way time and the number of cuts on them.
    graph: DiGraph<(), Link>,
    /// Regions that forward traffic between others, as long as they are up.
    transit: Vec<RegionId>,
    /// Of regions at the same distance the one with the lower rank is nearer.
    ranks: Vec<u32>,
    /// One-way time over the way left; `None`: unreachable.
    distance: Vec<Vec<Option<Duration>>>,
}

/// Traffic between two regions whose link is cut, by way of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Detour {
    pub between: (RegionId, RegionId),
    /// The first region on the way.
    pub by: RegionId,
    /// There and back, and what it is over the link.
    pub round_trip: Duration,
    pub usual: Duration,
}

#[derive(Clone, Copy, Debug)]
struct Link {
    one_way: Duration,
    cuts: u32,
}

impl Regions {
    pub fn new(one_way: &[Vec<Duration>], transit: &[RegionId], ranks: Vec<u32>) -> Regions {
        let count = one_way.len();
        let mut graph = DiGraph::new();
        let nodes: Vec<NodeIndex> = (0..count).map(|_| graph.add_node(())).collect();
        for from in 0..count {
            for to in (0..count).filter(|to| *to != from) {
                graph.add_edge(
                    nodes[from],
                    nodes[to],
                    Link { one_way: one_way[from][to], cuts: 0 },
                );
            }
        }
        // With every link up the direct way is used: routing follows the measured pair, even where
        // a detour would look shorter in the table.
        let distance =
            one_way.iter().map(|row| row.iter().map(|time| Some(*time)).collect()).collect();
        Regions { active: Vec::new(), graph, transit: transit.to_vec(), ranks, distance }
    }

    /// Begins or ends an effect of a fault.
    pub fn set(&mut self, fault: FaultId, effect: &Effect, active: bool) {
        if let Effect::Cut(from, to) = effect {
            let edge = self
                .graph
                .find_edge(node(*from), node(*to))
                .expect("every pair of regions has a link");
            let cuts = &mut self.graph[edge].cuts;
            *cuts =
                if active { *cuts + 1 } else { cuts.checked_sub(1).expect("an effect ends once") };
        } else if active {
            self.active.push((fault, effect.clone()));
        } else {
            let at = self
                .active
                .iter()
                .position(|(of, known)| *of == fault && known == effect)
                .expect("an effect ends once");
            self.active.remove(at);
        }
        if matches!(effect, Effect::Cut(..))
            || !self.transit.is_empty() && matches!(effect, Effect::Meets(..))
        {
            self.measure_distances();
        }
    }

    /// What a caller from outside meets: of everything that is wrong, the worst.
    pub fn endpoint(&self, region: RegionId) -> Endpoint {
        let met = self.active.iter().filter_map(|(_, effect)| match effect {
            Effect::Meets(of, endpoint) if *of == region => Some(*endpoint),
            _ => None,
        });
        met.max_by_key(|endpoint| severity(*endpoint)).unwrap_or(Endpoint::Answers)
    }

    /// Gray failures of a region, with the fault that each belongs to.
    pub fn gray(&self, region: RegionId) -> impl Iterator<Item = (FaultId, Gray)> + '_ {
        self.active.iter().filter_map(move |(fault, effect)| match effect {
            Effect::Gray(gray) if gray.region == region => Some((*fault, *gray)),
            _ => None,
        })
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
    pub fn is_in_reach(&self, checkers_in: &str, region: RegionId) -> bool {
        let cut = |effect: &Effect| matches!(effect, Effect::OutOfReach { checkers_in: from, region: of } if from == checkers_in && *of == region);
        !self.active.iter().any(|(_, effect)| cut(effect))
    }

    pub fn is_door_down(&self, door: DoorId) -> bool {
        self.is_active(&Effect::DoorDown(door))
    }

    pub fn is_impaired(&self, plane: ControlPlane) -> bool {
        self.is_active(&Effect::ControlPlane(plane))
    }

    /// Whether changes of a store do not travel between these regions, for a reason of their own.
    pub fn is_stalled(&self, store: StoreId, from: RegionId, to: RegionId) -> bool {
        let fits =
            |asked: Option<RegionId>, region: RegionId| asked.is_none_or(|asked| asked == region);
        self.active.iter().any(|(_, effect)| matches!(effect, Effect::Stalled { store: of, from: a, to: b } if *of == store && fits(*a, from) && fits(*b, to)))
    }

    /// What changes of a store take beyond the usual.
    pub fn slower(&self, store: StoreId) -> Duration {
        let adds = self.active.iter().filter_map(|(_, effect)| {
            if let Effect::Slower { store: of, adds } = effect {
                (*of == store).then_some(*adds)
            } else {
                None
            }
        });
        adds.fold(Duration::ZERO, |sum, adds| sum + adds)
    }

    /// Whether an effect that needs no further question is active.
    pub fn is_active(&self, effect: &Effect) -> bool {
        self.active.iter().any(|(_, known)| known == effect)
    }

    /// Whether what stands behind the front of a region works: its databases, its replication. Wrong content and an empty
    /// load balancer are the front's alone.
    pub fn is_up(&self, region: RegionId) -> bool {
        matches!(
            self.endpoint(region),
            Endpoint::Answers | Endpoint::WrongContent | Endpoint::Empty
        )
    }

    /// One way between two regions over the links that are left, whether or not the ends are up.
    pub fn one_way(&self, from: RegionId, to: RegionId) -> Option<Duration> {
        self.distance[from.index()][to.index()]
    }

    /// Orders regions by how near they are; equally near ones by where they are, never by their place in the scenario.
    pub fn nearness(&self, trip: Duration, region: RegionId) -> (Duration, u32) {
        (trip, self.ranks[region.index()])
    }

    /// There and back.
    pub fn round_trip(&self, from: RegionId, to: RegionId) -> Option<Duration> {
        Some(self.one_way(from, to)? + self.one_way(to, from)?)
    }

    /// The pairs of regions that reach one another by way of a third.
    pub fn detours(&self) -> Vec<Detour> {
        let count = self.distance.len();
        let pairs = (0..count).flat_map(|from| {
            (from + 1..count).map(move |to| (RegionId::at(from), RegionId::at(to)))
        });
        pairs.filter_map(|(from, to)| self.detour(from, to)).collect()
    }

    fn detour(&self, from: RegionId, to: RegionId) -> Option<Detour> {
        let (there, back) = (self.link(from, to), self.link(to, from));
        if there.cuts == 0 && back.cuts == 0 {
            return None;
        }
        let (start, end) = if there.cuts > 0 { (from, to) } else { (to, from) };
        let over = |by: &RegionId| Some(self.one_way(start, *by)? + self.one_way(*by, end)?);
        let others = self
            .transit
            .iter()
            .filter(|by| ![from, to].contains(by) && self.is_up(**by) && over(by).is_some());
        let by = *others.min_by_key(|by| over(by))?;
        Some(Detour {
            between: (from, to),
            by,
            round_trip: self.round_trip(from, to)?,
            usual: there.one_way + back.one_way,
        })
    }

    fn link(&self, from: RegionId, to: RegionId) -> Link {
        self.graph
            [self.graph.find_edge(node(from), node(to)).expect("every pair of regions has a link")]
    }

    fn measure_distances(&mut self) {
        let forwards: Vec<bool> = (0..self.distance.len())
            .map(|index| {
                self.transit.contains(&RegionId::at(index)) && self.is_up(RegionId::at(index))
            })
            .collect();
        for from in 0..self.distance.len() {
            let usable = EdgeFiltered::from_fn(&self.graph, |edge| {
                let begins = edge.source().index();
                edge.weight().cuts == 0 && (begins == from || forwards[begins])
            });
            // The result is a hash map: it is only asked by key, never walked.
            let found = petgraph::algo::dijkstra(&usable, NodeIndex::new(from), None, |edge| {
                edge.weight().one_way
            });
            for to in 0..self.distance.len() {
                let direct = self.graph.find_edge(NodeIndex::new(from), NodeIndex::new(to));
                let open = direct
                    .filter(|edge| self.graph[*edge].cuts == 0)
                    .map(|edge| self.graph[edge].one_way);
                self.distance[from][to] = open.or_else(|| found.get(&NodeIndex::new(to)).copied());
            }
        }
    }
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

fn node(region: RegionId) -> NodeIndex {
    NodeIndex::new(region.index())
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

    fn set(regions: &mut Regions, effect: Effect, active: bool) {
        regions.set(FaultId(0), &effect, active);
    }

    #[test]
    fn a_cut_link_is_gone_around_where_a_region_forwards_and_comes_back() {
        let mut regions = three(&[B]);
        let base = regions.one_way(A, C);
        assert_eq!(base, Some(Duration::from_millis(30)), "the direct way, as measured");
        set(&mut regions, Effect::Cut(A, C), true);
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
        set(&mut regions, down.clone(), true);
        assert_eq!(
            (regions.one_way(A, C), regions.detours()),
            (None, Vec::new()),
            "who is down forwards nothing"
        );
        set(&mut regions, down, false);
        set(&mut regions, Effect::Cut(A, B), true);
        assert_eq!(regions.one_way(A, C), None);
        set(&mut regions, Effect::Cut(A, C), false);
        set(&mut regions, Effect::Cut(A, B), false);
        assert_eq!((regions.one_way(A, C), regions.detours()), (base, Vec::new()));
    }

    /// A region that is only listed is no network.
    #[test]
    fn a_region_that_does_not_forward_is_no_way_around() {
        let mut regions = three(&[]);
        set(&mut regions, Effect::Cut(A, C), true);
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
            regions.set(FaultId(0), effect, true);
        }
        assert_eq!(regions.endpoint(region), Endpoint::Silent, "silence hides a refusal");
        regions.set(FaultId(0), &silent, false);
        regions.set(FaultId(0), &silent, false);
        assert_eq!(regions.endpoint(region), Endpoint::Refuses);
        regions.set(FaultId(0), &refuses, false);
        assert!(regions.is_up(region));
    }
}
