//! The links between regions: which are cut, and the way from one region to another, their link or, while it is cut, the shortest
//! way over regions that forward traffic of others.

use crate::id::RegionId;
use crate::units::Duration;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{EdgeFiltered, EdgeRef};

/// Which ways are open, as a graph.
#[derive(Clone, Debug)]
pub struct Links {
    /// Nodes are regions, edges are links with their one-way time and the number of cuts on them.
    graph: DiGraph<(), Link>,
    /// Regions that forward traffic between others, as long as they are up.
    transit: Vec<RegionId>,
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

impl Links {
    pub fn new(one_way: &[Vec<Duration>], transit: &[RegionId]) -> Links {
        let count = one_way.len();
        let mut graph = DiGraph::new();
        let nodes: Vec<NodeIndex> = (0..count).map(|_| graph.add_node(())).collect();
        for from in 0..count {
            for to in (0..count).filter(|to| *to != from) {
                let link = Link { one_way: one_way[from][to], cuts: 0 };
                graph.add_edge(nodes[from], nodes[to], link);
            }
        }
        // With every link up the direct way is used: routing follows the measured pair, even where
        // a detour would look shorter in the table.
        let distance =
            one_way.iter().map(|row| row.iter().map(|time| Some(*time)).collect()).collect();
        Links { graph, transit: transit.to_vec(), distance }
    }

    /// Whether some region forwards traffic of others: then which way is left depends on who is up.
    pub fn have_transit(&self) -> bool {
        !self.transit.is_empty()
    }

    /// Another fault cuts the link, or one that did has ended.
    pub fn cut(&mut self, from: RegionId, to: RegionId, by: i64) {
        let edge =
            self.graph.find_edge(node(from), node(to)).expect("every pair of regions has a link");
        let cuts = &mut self.graph[edge].cuts;
        *cuts = u32::try_from(i64::from(*cuts) + by).expect("an effect ends once");
    }

    /// One way between two regions over the links that are left, whether or not the ends are up.
    pub fn one_way(&self, from: RegionId, to: RegionId) -> Option<Duration> {
        self.distance[from.index()][to.index()]
    }

    /// There and back.
    pub fn round_trip(&self, from: RegionId, to: RegionId) -> Option<Duration> {
        Some(self.one_way(from, to)? + self.one_way(to, from)?)
    }

    /// The pairs of regions that reach one another by way of a third.
    pub fn detours(&self, is_up: impl Fn(RegionId) -> bool) -> Vec<Detour> {
        let count = self.distance.len();
        let pairs = (0..count).flat_map(|from| {
            (from + 1..count).map(move |to| (RegionId::at(from), RegionId::at(to)))
        });
        pairs.filter_map(|(from, to)| self.detour(from, to, &is_up)).collect()
    }

    fn detour(
        &self,
        from: RegionId,
        to: RegionId,
        is_up: &impl Fn(RegionId) -> bool,
    ) -> Option<Detour> {
        let (there, back) = (self.link(from, to), self.link(to, from));
        if there.cuts == 0 && back.cuts == 0 {
            return None;
        }
        let (start, end) = if there.cuts > 0 { (from, to) } else { (to, from) };
        let over = |by: &RegionId| Some(self.one_way(start, *by)? + self.one_way(*by, end)?);
        let others = self
            .transit
            .iter()
            .filter(|by| ![from, to].contains(by) && is_up(**by) && over(by).is_some());
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

    /// Finds the ways anew that are left.
    pub fn measure(&mut self, is_up: impl Fn(RegionId) -> bool) {
        let forwards: Vec<bool> = (0..self.distance.len())
            .map(|index| self.transit.contains(&RegionId::at(index)) && is_up(RegionId::at(index)))
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

fn node(region: RegionId) -> NodeIndex {
    NodeIndex::new(region.index())
}
