//! What is the same in every run of a scenario: distances, names, labels. Made once per campaign.

use super::clients::caches::CacheLaw;
use super::clients::cohorts::{Cohorts, Company, Scatter, laws_of_caches};
use super::items::sample::Plan;
use crate::engine::random::{Stream, Streams};
use crate::fault::{Effect, Fault};
use crate::health::{HealthCheck, Sensor};
use crate::id::{AudienceId, CohortId, LocationId, PopulationId, RegionId, StoreId};
use crate::places::{self, UserPlace};
use crate::scenario::{Population, Scenario};
use crate::trace::{Cast, CohortCast, Operation, PopulationCast, SetUp};
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
    /// By population, by region: what geoproximity goes by.
    pub distance_km: Vec<Vec<f64>>,
    /// The first cohort of each population.
    pub first_cohort: Vec<usize>,
    /// Laws of caches: for each population and class of resolvers those of its caches, from resolver to client.
    pub(super) cache_laws: Vec<CacheLaw>,
    /// By cohort: the law of its resolver; those of its client follow.
    pub(super) cohort_laws: Vec<usize>,
    /// By population: caches from resolver to client.
    pub(super) depth: Vec<usize>,
    /// By cohort: whether its resolver serves stale data.
    pub(super) serves_stale: Vec<bool>,
    /// By cohort: whom it shares out its draws with.
    pub(super) company: Vec<Company>,
    /// By population: how the numbers of users of its cohorts are drawn.
    pub(super) scatter: Vec<Scatter>,
    /// By store: which of its keys are simulated.
    pub(super) item_plans: Vec<Option<Plan>>,
    /// By store, by operation: who asks.
    pub(super) askers: Vec<[Asking; 2]>,
    /// By check: where its checkers stand, in turn; `None`: where no region of AWS is.
    pub(super) locations: Vec<Vec<Option<LocationId>>>,
    /// Name servers that hear the same checkers: those near a place of users that some fault singles out, or
    /// (the first) all others, who hear every checker.
    pub(super) audiences: Vec<Option<&'static UserPlace>>,
    /// By population: whose answers it gets.
    pub(super) audience_of: Vec<AudienceId>,
}

impl Stage {
    pub fn new(scenario: Arc<Scenario>) -> Stage {
        let populations: Vec<PopulationCast> = scenario
            .populations
            .iter()
            .map(|population| cast_population(&scenario, population))
            .collect();
        let cohorts = Cohorts::of(&scenario);
        let user_round_trip = populations
            .iter()
            .map(|population| population.round_trip.iter().map(|(median, _)| *median).collect())
            .collect();
        let kilometres = |population: &Population| {
            let from = population.place.coordinates();
            scenario
                .regions
                .iter()
                .map(|region| places::distance_km(from, region.near.coordinates))
                .collect()
        };
        let (audiences, audience_of) = audiences(&scenario);
        let cast = Cast {
            run: scenario.run,
            step: scenario.step,
            threshold: scenario.objectives.threshold,
            hold: scenario.objectives.hold,
            first_fault: scenario.first_fault().map(|at| Instant::START + at),
            regions: scenario.regions.iter().map(|region| region.label()).collect(),
            checks: scenario.health_checks.iter().map(|check| check.name.clone()).collect(),
            is_observed: scenario.health_checks.iter().map(|check| check.is_observed).collect(),
            stores: scenario.stores.iter().map(|store| store.name.clone()).collect(),
            faults: scenario
                .faults
                .iter()
                .map(|fault| fault.behaviour().sentence(&|region| scenario.region_name(region)))
                .collect(),
            populations,
            cohorts: cohorts.cast,
        };
        Stage {
            one_way: one_way(&scenario),
            user_round_trip,
            distance_km: scenario.populations.iter().map(kilometres).collect(),
            first_cohort: cohorts.first,
            cache_laws: cohorts.cache_laws,
            cohort_laws: cohorts.laws,
            depth: scenario
                .populations
                .iter()
                .map(|population| {
                    1 + population.client.pins.len()
                        + usize::from(population.client.connections.is_some())
                })
                .collect(),
            serves_stale: cohorts.serves_stale,
            company: cohorts.company,
            scatter: scenario.populations.iter().map(Scatter::of).collect(),
            item_plans: scenario.stores.iter().map(|store| item_plan(&scenario, store)).collect(),
            askers: (0..scenario.stores.len())
                .map(|store| {
                    Operation::BOTH
                        .map(|operation| Asking::new(&cast, StoreId::at(store), operation))
                })
                .collect(),
            locations: scenario.health_checks.iter().map(locations).collect(),
            audiences,
            audience_of,
            cast: Arc::new(cast),
            scenario,
        }
    }
}

/// How often requests of a population need a new connection, and for that an address.
fn set_up(scenario: &Scenario, population: &Population) -> SetUp {
    let requests = population.reads.per_second() + population.writes.per_second();
    if population.client.connections.is_none() || requests <= 0.0 {
        return SetUp::default();
    }
    let mut set_up = SetUp::default();
    for class in &population.resolvers.classes {
        let laws = laws_of_caches(scenario, population, class);
        let (resolver, clients) = laws.split_first().expect("every population has a resolver");
        let connections = clients.last().expect("connections are kept");
        // Each cache passes on the questions that it cannot answer; the resolver those that find it empty.
        set_up.connects += class.share.as_f64() * connections.fetches() / requests;
        let asked = clients.first().expect("connections are kept").fetches();
        set_up.resolves += class.share.as_f64() * asked / requests;
        set_up.asks_on += class.share.as_f64() * asked
            / requests
            / (1.0 + resolver.queries * resolver.mean_lifetime());
    }
    set_up
}

/// Where the checkers of a check stand.
fn locations(check: &HealthCheck) -> Vec<Option<LocationId>> {
    match &check.sensor {
        Sensor::Probes { probing, .. } => {
            probing.locations.iter().map(|stand| places::location(stand.0)).collect()
        }
        Sensor::Alarm(_) | Sensor::Calculated { .. } => Vec::new(),
    }
}

/// Audiences, and to which each population belongs.
fn audiences(scenario: &Scenario) -> (Vec<Option<&'static UserPlace>>, Vec<AudienceId>) {
    let mut audiences = vec![None];
    for effect in scenario.faults.iter().flat_map(|fault| fault.behaviour().effects()) {
        if let Effect::Unheard { by, .. } = effect
            && !audiences.contains(&Some(by))
        {
            audiences.push(Some(by));
        }
    }
    let of = |population: &Population| {
        let own = audiences.iter().position(|place| *place == Some(population.place));
        own.map_or(AudienceId::EVERY, AudienceId::at)
    };
    let audience_of = scenario.populations.iter().map(of).collect();
    (audiences, audience_of)
}

/// Which keys of a store are simulated, where they are.
pub fn item_plan(scenario: &Scenario, store: &crate::replication::Store) -> Option<Plan> {
    store.replication.items()?;
    Some(Plan::new(store.keys.as_ref()?, scenario.write_rate(store) * scenario.run.seconds()))
}

/// Who asks a store for one operation: cohorts by their requests a second. They stand in the order of the names of their
/// populations: a draw that picks one of them may not depend on which population a file lists first.
#[derive(Clone, Debug)]
pub struct Asking {
    cohorts: Vec<CohortId>,
    cumulative: Vec<f64>,
}

impl Asking {
    fn new(cast: &Cast, store: StoreId, operation: Operation) -> Asking {
        let mut sum = 0.0;
        let rate = |cohort: &CohortCast| {
            let population = &cast.populations[cohort.population.index()];
            if population.store == Some(store) {
                population.rate(operation).per_second() * cohort.users as f64
            } else {
                0.0
            }
        };
        let mut cohorts: Vec<CohortId> = (0..cast.cohorts.len()).map(CohortId::at).collect();
        cohorts.sort_by_key(|cohort| {
            &cast.populations[cast.cohorts[cohort.index()].population.index()].name
        });
        let add = |cohort: &CohortId| {
            sum += rate(&cast.cohorts[cohort.index()]);
            sum
        };
        Asking { cumulative: cohorts.iter().map(add).collect(), cohorts }
    }

    /// Requests a second.
    pub fn total(&self) -> f64 {
        self.cumulative.last().copied().unwrap_or(0.0)
    }

    /// The cohort at a share of the requests.
    pub fn at(&self, share: f64) -> CohortId {
        let mark = share * self.total();
        self.cohorts
            [self.cumulative.partition_point(|sum| *sum <= mark).min(self.cumulative.len() - 1)]
    }
}

impl Stage {
    pub(super) fn audiences(&self) -> impl Iterator<Item = AudienceId> + use<> {
        (0..self.audiences.len()).map(AudienceId::at)
    }

    /// The cohorts of a population.
    pub(super) fn cohorts_of(&self, population: PopulationId) -> std::ops::Range<usize> {
        let end = self
            .first_cohort
            .get(population.index() + 1)
            .copied()
            .unwrap_or(self.cast.cohorts.len());
        self.first_cohort[population.index()]..end
    }

    /// A region by where it is, which names no user chose: what streams are named by.
    pub(super) fn region_label(&self, region: RegionId) -> String {
        let near = self.scenario.regions[region.index()].near.name;
        let twins = self.scenario.regions[..region.index()]
            .iter()
            .filter(|other| other.near.name == near)
            .count();
        if twins == 0 { near.to_string() } else { format!("{near}#{twins}") }
    }

    /// By region: its rank by where it is, by which ties between distances are broken.
    pub(super) fn ranks(&self) -> Vec<u32> {
        let regions = &self.scenario.regions;
        let order = |index: usize| (regions[index].near.name, regions[index].name.as_str());
        (0..regions.len())
            .map(|one| (0..regions.len()).filter(|other| order(*other) < order(one)).count() as u32)
            .collect()
    }

    /// The stream that draws how long a fault lasts. Faults have no names: they are told apart by
    /// kind, beginning and what they break, so that neither another fault in the list nor the order of
    /// the list changes a draw of this one. Regions count by where they are: their names are free.
    pub fn fault_stream(&self, streams: &Streams, index: usize) -> Stream {
        let place = |region: RegionId| self.scenario.regions[region.index()].near.name.to_string();
        let label = |fault: &Fault| {
            format!(
                "fault/{}/{}/{}",
                fault.name(),
                fault.behaviour().window().at,
                fault.behaviour().sentence(&place)
            )
        };
        let own = label(&self.scenario.faults[index]);
        // Those that differ in their lengths alone come in the order of these, wherever they stand in the list.
        let order = |index: usize| {
            (format!("{:?}", self.scenario.faults[index].behaviour().window()), index)
        };
        let is_earlier_twin = |other: &usize| {
            label(&self.scenario.faults[*other]) == own && order(*other) < order(index)
        };
        let twins = (0..self.scenario.faults.len()).filter(is_earlier_twin).count();
        streams.of(&own, twins as u64)
    }
}

fn cast_population(scenario: &Scenario, population: &Population) -> PopulationCast {
    let round_trip = |region: &crate::scenario::Region| {
        let measured = places::user_round_trip(population.place, region.near.name)
            .expect("both places are in the measured table");
        (measured.p50, measured.p90)
    };
    PopulationCast {
        name: population.name.clone(),
        users: population.users,
        reads: population.reads,
        writes: population.writes,
        store: population.store,
        round_trip: scenario.regions.iter().map(round_trip).collect(),
        // The last mile alone: edges are in every larger city (assumption).
        set_up: set_up(scenario, population),
        edge_round_trip: (
            Duration::from_micros(places::LAST_MILE_P50_MICROS),
            Duration::from_micros(places::LAST_MILE_P90_MICROS),
        ),
    }
}

/// Half the measured round trip between regions, or half of the scenario's own.
fn one_way(scenario: &Scenario) -> Vec<Vec<Duration>> {
    let half = |duration: Duration| Duration::from_nanos(duration.as_nanos() / 2);
    let measured = |from: &crate::scenario::Region, to: &crate::scenario::Region| {
        places::round_trip(from.near.name, to.near.name)
            .map_or(Duration::ZERO, |trip| half(trip.p50))
    };
    let mut table: Vec<Vec<Duration>> = scenario
        .regions
        .iter()
        .map(|from| scenario.regions.iter().map(|to| measured(from, to)).collect())
        .collect();
    for (index, row) in table.iter_mut().enumerate() {
        row[index] = Duration::ZERO;
    }
    for link in &scenario.links {
        table[link.from.index()][link.to.index()] = half(link.round_trip);
        table[link.to.index()][link.from.index()] = half(link.round_trip);
    }
    table
}
