//! Who is followed: the cohorts of a scenario, what their caches are like, whose draws are shared out among them, and
//! how many users each has in a run.
//!
//! A cohort is a few of very many caches and users. Its own chance is that of one of them; together they must not show
//! more chance than the many have. So the cohorts of one class share out each draw ([`Place`](crate::engine::random::Place)),
//! and the users come to them one by one, as if each had drawn for himself.

use super::caches::{CacheLaw, Lifetime};
use super::quiet::Quiet;
use crate::engine::counts::binomial;
use crate::engine::random::{Stream, Streams};
use crate::id::PopulationId;
use crate::law::Law;
use crate::scenario::{Pin, Population, ResolverClass, Scenario};
use crate::trace::CohortCast;
use crate::world::stage::Stage;

/// The cohorts whose draws are spread evenly over the shares of each: those of one population and class of resolvers. Where a
/// cohort stands for itself (one of so many caches, one user) it draws alone.
#[derive(Clone, Copy, Debug)]
pub(in crate::world) struct Company {
    pub class: u32,
    /// Place among the caches of the class, and their number.
    pub of_caches: Option<(u32, u32)>,
    /// The same among all that tells clients apart.
    pub of_clients: Option<(u32, u32)>,
}

/// How users come to their cohorts in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::world) enum Scatter {
    /// As even as whole users allow.
    Evenly,
    /// Each to any cohort of its class of resolvers: so many users show the spread of so many draws.
    OverTheClass,
    /// Each to any cohort behind its resolver.
    BehindItsResolver,
}

impl Scatter {
    pub fn of(population: &Population) -> Scatter {
        let cohorts = population.simulated_caches().iter().sum::<u64>() * population.parts();
        if population.users == cohorts {
            Scatter::Evenly
        } else if population.caches_are_shown() {
            Scatter::OverTheClass
        } else if population.parts() > 1 {
            Scatter::BehindItsResolver
        } else {
            Scatter::Evenly
        }
    }
}

/// What is laid out cohort by cohort.
#[derive(Default)]
pub(in crate::world) struct Cohorts {
    pub cast: Vec<CohortCast>,
    /// By population: its first cohort.
    pub first: Vec<usize>,
    pub cache_laws: Vec<CacheLaw>,
    /// By cohort: the law of its resolver; those of its client follow.
    pub laws: Vec<usize>,
    pub serves_stale: Vec<bool>,
    pub company: Vec<Company>,
}

impl Cohorts {
    pub fn of(scenario: &Scenario) -> Cohorts {
        let mut cohorts = Cohorts::default();
        for (index, population) in scenario.populations.iter().enumerate() {
            cohorts.add(scenario, PopulationId::at(index), population);
        }
        cohorts
    }

    fn add(&mut self, scenario: &Scenario, id: PopulationId, population: &Population) {
        self.first.push(self.cast.len());
        let classes = &population.resolvers.classes;
        let mut first_laws = Vec::with_capacity(classes.len());
        for class in classes {
            first_laws.push(self.cache_laws.len());
            self.cache_laws.extend(laws_of_caches(scenario, population, class));
        }
        let (cells, parts) = (population.cells(), population.parts());
        let draws_alone = population.users == cells.len() as u64 * parts;
        for cell in cells {
            let place = (cell.member as u32, cell.members as u32);
            for part in 0..parts {
                self.cast.push(CohortCast { population: id, users: cell.users_of(part, parts) });
                self.laws.push(first_laws[cell.class]);
                self.serves_stale.push(classes[cell.class].serves_stale);
                self.company.push(Company {
                    class: cell.class as u32,
                    of_caches: population.caches_are_shown().then_some(place),
                    of_clients: (!draws_alone)
                        .then_some((place.0 * parts as u32 + part as u32, place.1 * parts as u32)),
                });
            }
        }
    }
}

/// The caches of one population behind resolvers of one class, from resolver to client.
pub(in crate::world) fn laws_of_caches(
    scenario: &Scenario,
    population: &Population,
    class: &ResolverClass,
) -> Vec<CacheLaw> {
    let pins = population.client.pins.iter().map(|pin| match pin {
        Pin::For(length) => Lifetime::Law(Law::Constant(*length)),
        Pin::Forever => Lifetime::Forever,
    });
    // The uppermost cache is asked by every request of its user, each other one by the one above it.
    let mut asked = population.reads.per_second() + population.writes.per_second();
    let connections = population.client.connections.map(|kept| Lifetime::Connection {
        idle: kept.idle,
        at_most: kept.at_most,
        quiet: Quiet::new(asked, kept.idle),
    });
    let lifetimes: Vec<Lifetime> = pins.chain(connections).collect();
    let top = lifetimes.len();
    let mut laws: Vec<CacheLaw> = Vec::new();
    for (index, lifetime) in lifetimes.into_iter().enumerate().rev() {
        let others = if index + 1 == top { asked } else { 0.0 };
        let law = CacheLaw { lifetime, queries: asked, others };
        asked = law.fetches();
        laws.push(law);
    }
    let queries = population.queries_per_cache(asked);
    // Without caches of their own users are not followed one by one: all their questions are drawn.
    let followed = if top == 0 { 0.0 } else { asked * population.parts() as f64 };
    laws.push(CacheLaw {
        lifetime: Lifetime::Law(class.keeps.lifetime(scenario.ttl)),
        queries,
        others: (queries - followed).max(0.0),
    });
    laws.reverse();
    laws
}

/// By cohort: its users in this run.
pub(in crate::world) fn scattered(stage: &Stage, streams: &Streams) -> Vec<u64> {
    let mut users: Vec<u64> = stage.cast.cohorts.iter().map(|cohort| cohort.users).collect();
    for (index, scatter) in stage.scatter.iter().enumerate() {
        let all = stage.cohorts_of(PopulationId::at(index));
        let parts = stage.scenario.populations[index].parts() as usize;
        let is_new_group = |at: usize| match scatter {
            Scatter::Evenly => false,
            Scatter::OverTheClass => {
                at == all.start || stage.company[at].class != stage.company[at - 1].class
            }
            Scatter::BehindItsResolver => (at - all.start).is_multiple_of(parts),
        };
        let mut starts: Vec<usize> = all.clone().filter(|at| is_new_group(*at)).collect();
        starts.push(all.end);
        if *scatter == Scatter::Evenly {
            continue;
        }
        let mut stream =
            streams.of(&format!("population/{}/users", stage.scenario.populations[index].name), 0);
        for group in starts.windows(2) {
            scatter_over(&mut users[group[0]..group[1]], &mut stream);
        }
    }
    users
}

/// The same users, each in any place alike: the multinomial law, place by place.
fn scatter_over(users: &mut [u64], stream: &mut Stream) {
    let mut left: u64 = users.iter().sum();
    let places = users.len();
    for (index, place) in users.iter_mut().enumerate() {
        *place = if index + 1 == places {
            left
        } else {
            binomial(left, 1.0 / (places - index) as f64, &mut || stream.share())
        };
        left -= *place;
    }
}
