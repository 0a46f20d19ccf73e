//! The truth about regions and the links between them: which effects are active now, and the
//! shortest way from one region to another over what is left.

use crate::fault::Effect;
use crate::health::Endpoint;
use crate::id::RegionId;
use crate::units::Duration;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeFiltered;

/// Active effects as counts, so that overlapping faults end in any order at base.
#[derive(Clone, Debug)]
pub struct Regions {
    dark: Vec<u32>,
    refusing: Vec<u32>,
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
        Regions { dark: vec![0; count], refusing: vec![0; count], graph, distance }
    }

    /// Begins or ends an effect.
    pub fn set(&mut self, effect: Effect, active: bool) {
        let step = |count: &mut u32| *count = if active { *count + 1 } else { count.checked_sub(1).expect("an effect ends once") };
        match effect {
            Effect::Dark(region) => step(&mut self.dark[region.index()]),
            Effect::Refusing(region) => step(&mut self.refusing[region.index()]),
            Effect::Cut(from, to) => {
                let edge = self.graph.find_edge(node(from), node(to)).expect("every pair of regions has a link");
                step(&mut self.graph[edge].cuts);
                self.measure_distances();
            }
        }
    }

    /// What a caller from outside meets.
    pub fn endpoint(&self, region: RegionId) -> Endpoint {
        match (self.dark[region.index()], self.refusing[region.index()]) {
            (0, 0) => Endpoint::Answers,
            (0, _) => Endpoint::Refuses,
            _ => Endpoint::Silent,
        }
    }

    pub fn is_up(&self, region: RegionId) -> bool {
        self.endpoint(region) == Endpoint::Answers
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
        regions.set(Effect::Cut(a, c), true);
        assert_eq!(regions.one_way(a, c), Some(Duration::from_millis(25)), "over the middle");
        regions.set(Effect::Cut(a, RegionId(1)), true);
        assert_eq!(regions.one_way(a, c), None);
        assert_eq!(regions.one_way(c, a), Some(Duration::from_millis(30)), "the other way is open");
        regions.set(Effect::Cut(a, c), false);
        regions.set(Effect::Cut(a, RegionId(1)), false);
        assert_eq!(regions.one_way(a, c), base);
    }

    #[test]
    fn overlapping_effects_end_at_base() {
        let mut regions = three();
        let region = RegionId(1);
        for effect in [Effect::Dark(region), Effect::Refusing(region), Effect::Dark(region)] {
            regions.set(effect, true);
        }
        assert_eq!(regions.endpoint(region), Endpoint::Silent, "silence hides a refusal");
        regions.set(Effect::Dark(region), false);
        regions.set(Effect::Dark(region), false);
        assert_eq!(regions.endpoint(region), Endpoint::Refuses);
        regions.set(Effect::Refusing(region), false);
        assert!(regions.is_up(region));
    }
}
