//! What is the same in every run of a scenario: distances, names, labels. Made once per campaign.

use crate::engine::random::{Stream, Streams};
use crate::fault::Fault;
use crate::id::{PopulationId, RegionId};
use crate::places;
use crate::scenario::Scenario;
use crate::trace::{Cast, CohortCast, PopulationCast};
use crate::units::{Duration, Instant};
use std::sync::Arc;

/// The scenario, ready to run.
#[derive(Clone, Debug)]
pub struct Stage {
    pub scenario: Arc<Scenario>,
    pub cast: Arc<Cast>,
    /// Half a measured round trip, from row to column.
    pub one_way: Vec<Vec<Duration>>,
    /// By population, by region: median round trip, what latency routing goes by.
    pub user_round_trip: Vec<Vec<Duration>>,
    /// The first cohort of each population.
    pub first_cohort: Vec<usize>,
}

impl Stage {
    pub fn new(scenario: Arc<Scenario>) -> Stage {
        let populations: Vec<PopulationCast> = scenario.populations.iter().map(|population| cast_population(&scenario, population)).collect();
        let mut cohorts = Vec::new();
        let mut first_cohort = Vec::new();
        for (index, population) in scenario.populations.iter().enumerate() {
            first_cohort.push(cohorts.len());
            let users = (0..population.resolvers.caches).map(|cache| population.users_behind(cache));
            cohorts.extend(users.map(|users| CohortCast { population: PopulationId::at(index), users }));
        }
        let user_round_trip = populations.iter().map(|population| population.round_trip.iter().map(|(median, _)| *median).collect()).collect();
        let cast = Cast {
            run: scenario.run,
            step: scenario.step,
            threshold: scenario.objectives.threshold,
            hold: scenario.objectives.hold,
            first_fault: scenario.first_fault().map(|at| Instant::START + at),
            regions: scenario.regions.iter().map(|region| region.label()).collect(),
            checks: scenario.health_checks.iter().map(|check| check.name.clone()).collect(),
            stores: scenario.stores.iter().map(|store| store.name.clone()).collect(),
            faults: scenario.faults.iter().map(|fault| fault.behaviour().sentence(&|region| scenario.region_name(region))).collect(),
            groups: scenario.stores.len() + usize::from(populations.iter().any(|population| population.store.is_none())),
            populations,
            cohorts,
        };
        Stage { one_way: one_way(&scenario), user_round_trip, first_cohort, cast: Arc::new(cast), scenario }
    }
}

impl Stage {
    /// The stream that draws how long a fault lasts. Faults have no names: they are told apart by
    /// kind, beginning and what they break, so that neither another fault in the list nor the order of
    /// the list changes a draw of this one. Regions count by where they are: their names are free.
    pub fn fault_stream(&self, streams: &Streams, index: usize) -> Stream {
        let place = |region: RegionId| self.scenario.regions[region.index()].near.name.to_string();
        let label = |fault: &Fault| format!("fault/{}/{}/{}", fault.name(), fault.behaviour().window().at, fault.behaviour().sentence(&place));
        let own = label(&self.scenario.faults[index]);
        let twins = self.scenario.faults[..index].iter().filter(|fault| label(fault) == own).count();
        streams.of(&own, twins as u64)
    }
}

fn cast_population(scenario: &Scenario, population: &crate::scenario::Population) -> PopulationCast {
    let round_trip = |region: &crate::scenario::Region| {
        let measured = places::user_round_trip(population.place, region.near.name).expect("both places are in the measured table");
        (measured.p50, measured.p90)
    };
    PopulationCast {
        name: population.name.clone(),
        users: population.users,
        reads: population.reads,
        writes: population.writes,
        // The last group is for populations without a store.
        group: population.store.map_or(scenario.stores.len(), |store| store.index()),
        store: population.store,
        round_trip: scenario.regions.iter().map(round_trip).collect(),
    }
}

/// Half the measured round trip between regions, or half of the scenario's own.
fn one_way(scenario: &Scenario) -> Vec<Vec<Duration>> {
    let half = |duration: Duration| Duration::from_nanos(duration.as_nanos() / 2);
    let measured = |from: &crate::scenario::Region, to: &crate::scenario::Region| {
        places::round_trip(from.near.name, to.near.name).map_or(Duration::ZERO, |trip| half(trip.p50))
    };
    let mut table: Vec<Vec<Duration>> = scenario.regions.iter().map(|from| scenario.regions.iter().map(|to| measured(from, to)).collect()).collect();
    for (index, row) in table.iter_mut().enumerate() {
        row[index] = Duration::ZERO;
    }
    for link in &scenario.links {
        table[link.from.index()][link.to.index()] = half(link.round_trip);
        table[link.to.index()][link.from.index()] = half(link.round_trip);
    }
    table
}
