//! What a cut link leaves, said before anything runs: the way that traffic takes instead, or that there is none.

use super::regions::{Detour, Edge, Regions};
use super::stage::Stage;
use crate::fault::{Effect, Fault};
use crate::id::{FaultId, RegionId};
use crate::units::{Duration, Instant};

impl Stage {
    /// A sentence for each pair of regions whose link a fault cuts. Nobody expects a way around where there are two regions.
    pub fn ways_left(&self) -> Vec<String> {
        if self.scenario.regions.len() < 3 {
            return Vec::new();
        }
        let mut sentences = Vec::new();
        for sentence in self.scenario.faults.iter().flat_map(|fault| self.ways_left_by(fault)) {
            if !sentences.contains(&sentence) {
                sentences.push(sentence);
            }
        }
        sentences
    }

    fn ways_left_by(&self, fault: &Fault) -> Vec<String> {
        let effects = fault.behaviour().effects();
        let mut regions = Regions::new(&self.one_way, &self.scenario.transit, self.ranks());
        let cuts: Vec<(RegionId, RegionId)> = effects
            .iter()
            .filter_map(|effect| if let Effect::Cut(a, b) = effect { Some((*a, *b)) } else { None })
            .collect();
        for (from, to) in &cuts {
            regions.turn(FaultId(0), &Effect::Cut(*from, *to), Edge::Begins, Instant::START);
        }
        let detours = regions.detours();
        let is_twin =
            |index: usize, (from, to): (RegionId, RegionId)| cuts[..index].contains(&(to, from));
        let pairs = cuts
            .iter()
            .enumerate()
            .filter(|(index, pair)| !is_twin(*index, **pair))
            .map(|(_, pair)| *pair);
        pairs
            .map(|(from, to)| {
                self.way_left(&regions, &detours, from, to, cuts.contains(&(to, from)))
            })
            .collect()
    }

    fn way_left(
        &self,
        regions: &Regions,
        detours: &[Detour],
        from: RegionId,
        to: RegionId,
        both: bool,
    ) -> String {
        let name = |region: RegionId| self.scenario.regions[region.index()].short();
        let pair = if both {
            format!("between {} and {}", name(from), name(to))
        } else {
            format!("from {} to {}", name(from), name(to))
        };
        let milliseconds = |time: Duration| time.seconds() * 1_000.0;
        let around = detours.iter().find(|detour| {
            [(from, to), (to, from)].contains(&detour.between)
                && regions.one_way(from, to).is_some()
        });
        match around {
            Some(Detour { by, round_trip, usual, .. }) => format!(
                "while their link is cut, traffic {pair} goes by {}: {:.0} ms there and back instead of {:.0} ms",
                name(*by),
                milliseconds(*round_trip),
                milliseconds(*usual)
            ),
            None => format!(
                "while their link is cut, no path is left {pair}: no region forwards traffic between them (transit)"
            ),
        }
    }
}
