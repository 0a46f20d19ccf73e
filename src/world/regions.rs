//! The truth about regions and the links between them: which effects are active now, and the
//! shortest way from one region to another over what is left.

use crate::fault::{ControlPlane, Effect, Gray};
use crate::health::Endpoint;
use crate::id::{DoorId, FaultId, RegionId, StoreId};
use crate::units::{Duration, Share};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeFiltered;

/// Active effects, as many times as they are active, so that overlapping faults end in any order at base.
#[derive(Clone, Debug)]
pub struct Regions {
    active: Vec<(FaultId, Effect)>,
    /// Nodes are regions, edges are links with their one-way time and the number of cuts on them.
    graph: DiGraph<(), Link>,
    /// One-way time over the shortest way left; `None`: unreachable.
    distance: Vec<Vec<Option<Duration>>>,
}

#[derive(Clone, Copy, Debug)]
struct Link {
    one_way: Duration,
    cuts: u32,
}

impl Regions {
    pub fn new(one_way: &[Vec<Duration>]) -> Regions {
        let count = one_way.len();
        let mut graph = DiGraph::new();
        let nodes: Vec<NodeIndex> = (0..count).map(|_| graph.add_node(())).collect();
        for from in 0..count {
            for to in (0..count).filter(|to| *to != from) {
                graph.add_edge(nodes[from], nodes[to], Link { one_way: one_way[from][to], cuts: 0 });
            }
        }
        // With every link up the direct way is used: routing follows the measured pair, even where
        // a detour would look shorter in the table.
        let distance = one_way.iter().map(|row| row.iter().map(|time| Some(*time)).collect()).collect();
        Regions { active: Vec::new(), graph, distance }
    }

    /// Begins or ends an effect of a fault.
    pub fn set(&mut self, fault: FaultId, effect: &Effect, active: bool) {
        if let Effect::Cut(from, to) = effect {
            let edge = self.graph.find_edge(node(*from), node(*to)).expect("every pair of regions has a link");
            let cuts = &mut self.graph[edge].cuts;
            *cuts = if active { *cuts + 1 } else { cuts.checked_sub(1).expect("an effect ends once") };
            self.measure_distances();
        } else if active {
            self.active.push((fault, effect.clone()));
        } else {
            let at = self.active.iter().position(|(of, known)| *of == fault && known == effect).expect("an effect ends once");
            self.active.remove(at);
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
        let (good, slow) = all.fold((Share::ALL.parts(), Duration::ZERO), |(good, slow), (_, gray)| {
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
        let fits = |asked: Option<RegionId>, region: RegionId| asked.is_none_or(|asked| asked == region);
        self.active.iter().any(|(_, effect)| matches!(effect, Effect::Stalled { store: of, from: a, to: b } if *of == store && fits(*a, from) && fits(*b, to)))
    }

    /// What changes of a store take beyond the usual.
    pub fn slower(&self, store: StoreId) -> Duration {
        let adds =
            self.active.iter().filter_map(|(_, effect)| if let Effect::Slower { store: of, adds } = effect { (*of == store).then_some(*adds) } else { None });
        adds.fold(Duration::ZERO, |sum, adds| sum + adds)
    }

    /// Whether an effect that needs no further question is active.
    pub fn is_active(&self, effect: &Effect) -> bool {
        self.active.iter().any(|(_, known)| known == effect)
    }

    /// Whether what stands behind the front of a region works: its databases, its replication. Wrong content and an empty
    /// load balancer are the front's alone.
    pub fn is_up(&self, region: RegionId) -> bool {
        matches!(self.endpoint(region), Endpoint::Answers | Endpoint::WrongContent | Endpoint::Empty)
    }

    /// One way between two regions over the links that are left, whether or not the ends are up.
    pub fn one_way(&self, from: RegionId, to: RegionId) -> Option<Duration> {
        self.distance[from.index()][to.index()]
    }

    /// There and back.
    pub fn round_trip(&self, from: RegionId, to: RegionId) -> Option<Duration> {
        Some(self.one_way(from, to)? + self.one_way(to, from)?)
    }

    fn measure_distances(&mut self) {
        let usable = EdgeFiltered::from_fn(&self.graph, |edge| edge.weight().cuts == 0);
        for from in 0..self.distance.len() {
            // The result is a hash map: it is only asked by key, never walked.
            let found = petgraph::algo::dijkstra(&usable, NodeIndex::new(from), None, |edge| edge.weight().one_way);
            for to in 0..self.distance.len() {
                let direct = self.graph.find_edge(NodeIndex::new(from), NodeIndex::new(to));
                let open = direct.filter(|edge| self.graph[*edge].cuts == 0).map(|edge| self.graph[edge].one_way);
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

    fn three() -> Regions {
        let ms = |row: [u64; 3]| row.map(Duration::from_millis).to_vec();
        Regions::new(&[ms([0, 10, 30]), ms([10, 0, 15]), ms([30, 15, 0])])
    }

    #[test]
    fn a_cut_link_is_gone_around_and_comes_back() {
        let (a, c) = (RegionId(0), RegionId(2));
        let mut regions = three();
        let base = regions.one_way(a, c);
        assert_eq!(base, Some(Duration::from_millis(30)), "the direct way, as measured");
        let set = |regions: &mut Regions, effect: Effect, active: bool| regions.set(FaultId(0), &effect, active);
        set(&mut regions, Effect::Cut(a, c), true);
        assert_eq!(regions.one_way(a, c), Some(Duration::from_millis(25)), "over the middle");
        set(&mut regions, Effect::Cut(a, RegionId(1)), true);
        assert_eq!(regions.one_way(a, c), None);
        assert_eq!(regions.one_way(c, a), Some(Duration::from_millis(30)), "the other way is open");
        set(&mut regions, Effect::Cut(a, c), false);
        set(&mut regions, Effect::Cut(a, RegionId(1)), false);
        assert_eq!(regions.one_way(a, c), base);
    }

    #[test]
    fn overlapping_effects_end_at_base() {
        let mut regions = three();
        let region = RegionId(1);
        let (silent, refuses) = (Effect::Meets(region, Endpoint::Silent), Effect::Meets(region, Endpoint::Refuses));
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
