//! Users as cohorts behind resolver caches: where each cohort's next request goes, and how many
//! users spent how long pointed at which region with which outcome.
//!
//! A cache holds an answer for its time to live, then asks again at its next question. Between
//! changes of the published answer nothing about a cache can be seen, so it is moved forward only
//! when the answer changes, from its stationary law or from where it was left.

use super::stage::Stage;
use crate::engine::random::{Stream, Streams};
use crate::id::{CohortId, PopulationId, RegionId};
use crate::trace::{Operation, Outcome};
use crate::units::{Duration, Instant, Rate};

/// Cycles of a cache that are followed one by one; after more, the phase is drawn anew: by then the
/// random waits between expiry and question have spread it out, or it was uniform to begin with.
const CYCLES_FOLLOWED: u64 = 64;

/// What a cache holds.
#[derive(Clone, Copy, Debug)]
struct Entry {
    answer: RegionId,
    /// The question that fetched it, or will: in the future while the cache is empty.
    fetched: Instant,
    expires: Instant,
}

#[derive(Clone, Debug)]
struct Cohort {
    population: PopulationId,
    users: u64,
    /// Where the next request goes.
    region: RegionId,
    /// `None`: in the stationary law, never looked at.
    entry: Option<Entry>,
    /// The pending expiry that counts; older ones in the agenda are void.
    awaited: Option<Instant>,
    stream: Option<Box<Stream>>,
}

/// Questions and lifetimes at the caches of one population.
#[derive(Clone, Copy, Debug)]
struct CacheLaw {
    ttl: Duration,
    queries: f64,
}

/// Users of one population pointed at one region.
#[derive(Clone, Debug, Default)]
struct Group {
    users: u64,
    since: Instant,
    /// By operation: outcome and users x nanoseconds, since the step began.
    exposure: [Vec<(Outcome, u128)>; 2],
    presence: u128,
}

/// All cohorts of the run.
#[derive(Debug)]
pub struct Clients {
    cohorts: Vec<Cohort>,
    laws: Vec<CacheLaw>,
    labels: Vec<String>,
    first_cohort: Vec<usize>,
    groups: Vec<Group>,
    regions: usize,
    streams: Streams,
}

/// Users pointed at one region for a while: what a store needs to date its writes.
#[derive(Clone, Copy, Debug)]
pub struct Slice {
    pub from: Instant,
    pub to: Instant,
    pub users: u64,
}

impl Clients {
    pub fn new(stage: &Stage, streams: Streams) -> Clients {
        let scenario = &stage.scenario;
        let laws = scenario
            .populations
            .iter()
            .map(|population| CacheLaw { ttl: scenario.ttl.max(population.resolvers.minimum_ttl), queries: population.queries_per_cache() });
        let cohorts = stage.cast.cohorts.iter().map(|cast| Cohort {
            population: cast.population,
            users: cast.users,
            region: RegionId(0),
            entry: None,
            awaited: None,
            stream: None,
        });
        Clients {
            cohorts: cohorts.collect(),
            laws: laws.collect(),
            labels: scenario.populations.iter().map(|population| format!("population/{}/cache", population.name)).collect(),
            first_cohort: stage.first_cohort.clone(),
            groups: vec![Group::default(); scenario.populations.len() * scenario.regions.len()],
            regions: scenario.regions.len(),
            streams,
        }
    }

    pub fn len(&self) -> usize {
        self.cohorts.len()
    }

    pub fn population(&self, cohort: CohortId) -> PopulationId {
        self.cohorts[cohort.index()].population
    }

    pub fn region(&self, cohort: CohortId) -> RegionId {
        self.cohorts[cohort.index()].region
    }

    /// Puts a cohort where it is at the start of the run.
    pub fn place(&mut self, cohort: CohortId, region: RegionId) {
        let state = &mut self.cohorts[cohort.index()];
        state.region = region;
        let at = state.population.index() * self.regions + region.index();
        self.groups[at].users += state.users;
    }

    /// A share from the cohort's own stream.
    pub fn share(&mut self, cohort: CohortId) -> f64 {
        self.stream(cohort).share()
    }

    fn stream(&mut self, cohort: CohortId) -> &mut Stream {
        let state = &mut self.cohorts[cohort.index()];
        let population = state.population.index();
        let part = (cohort.index() - self.first_cohort[population]) as u64;
        state.stream.get_or_insert_with(|| Box::new(self.streams.of(&self.labels[population], part)))
    }

    /// A memoryless wait for the next question at the cohort's cache.
    fn wait(&mut self, cohort: CohortId, queries: f64) -> Duration {
        if queries <= 0.0 {
            return Duration::MAX;
        }
        let unit = self.stream(cohort).exponential();
        Duration::from_seconds_f64(unit / queries)
    }

    /// What the cohort's cache holds at `now`, given that every fetch up to now got `answer`:
    /// the answer held and its expiry, or `None` while the cache is empty.
    pub fn held(&mut self, cohort: CohortId, now: Instant, answer: RegionId) -> Option<(RegionId, Instant)> {
        let law = self.laws[self.cohorts[cohort.index()].population.index()];
        if law.ttl.is_zero() {
            return None;
        }
        let mut entry = match self.cohorts[cohort.index()].entry {
            Some(entry) if now.since(entry.expires).as_nanos() / law.ttl.as_nanos() <= CYCLES_FOLLOWED => entry,
            _ => self.stationary(cohort, law, now, answer),
        };
        while entry.expires <= now {
            let fetched = entry.expires + self.wait(cohort, law.queries);
            entry = Entry { answer, fetched, expires: fetched + law.ttl };
        }
        self.cohorts[cohort.index()].entry = Some(entry);
        (entry.fetched <= now).then_some((entry.answer, entry.expires))
    }

    /// A cache met at a random time: holding with probability qT/(1+qT), its age then uniform.
    fn stationary(&mut self, cohort: CohortId, law: CacheLaw, now: Instant, answer: RegionId) -> Entry {
        let demand = law.queries * law.ttl.seconds();
        let holds = self.share(cohort) * (1.0 + demand) < demand;
        if holds {
            let left = Duration::from_seconds_f64(law.ttl.seconds() * self.share(cohort));
            let expires = now + Duration::from_nanos(left.as_nanos().max(1));
            return Entry { answer, fetched: Instant::START, expires };
        }
        let fetched = now + Duration::from_nanos(self.wait(cohort, law.queries).as_nanos().max(1));
        Entry { answer, fetched, expires: fetched + law.ttl }
    }

    /// The cache is empty from `now` on and will hold `answer` from its next question.
    /// Gives the expiry of that answer.
    pub fn refill(&mut self, cohort: CohortId, now: Instant, answer: RegionId) -> Instant {
        let law = self.laws[self.cohorts[cohort.index()].population.index()];
        let fetched = now + self.wait(cohort, law.queries);
        let expires = fetched + law.ttl;
        self.cohorts[cohort.index()].entry = Some(Entry { answer, fetched, expires });
        expires
    }

    /// The question that an empty cache will ask next brings this answer instead.
    pub fn will_fetch(&mut self, cohort: CohortId, answer: RegionId) {
        if let Some(entry) = &mut self.cohorts[cohort.index()].entry {
            entry.answer = answer;
        }
    }

    /// Marks that an expiry at `at` is awaited; true when it has to be scheduled.
    pub fn await_expiry(&mut self, cohort: CohortId, at: Instant) -> bool {
        self.cohorts[cohort.index()].awaited.replace(at) != Some(at)
    }

    /// True when the expiry that just came due is the awaited one.
    pub fn expiry_counts(&mut self, cohort: CohortId, now: Instant) -> bool {
        let awaited = &mut self.cohorts[cohort.index()].awaited;
        let counts = *awaited == Some(now);
        if counts {
            *awaited = None;
        }
        counts
    }

    /// Points a cohort at another region. Settle both regions first.
    pub fn point(&mut self, cohort: CohortId, to: RegionId) {
        let state = &mut self.cohorts[cohort.index()];
        let row = state.population.index() * self.regions;
        self.groups[row + state.region.index()].users -= state.users;
        self.groups[row + to.index()].users += state.users;
        state.region = to;
    }

    /// Books the time since the last change for users of `population` at `region`, with the outcomes
    /// that held during it. Gives the slice when there was any.
    pub fn settle(&mut self, population: PopulationId, region: RegionId, now: Instant, outcomes: [Outcome; 2]) -> Option<Slice> {
        let group = &mut self.groups[population.index() * self.regions + region.index()];
        let from = std::mem::replace(&mut group.since, now);
        let time = now.since(from).as_nanos();
        if group.users == 0 || time == 0 {
            return None;
        }
        let exposed = u128::from(group.users) * u128::from(time);
        group.presence += exposed;
        for (operation, outcome) in Operation::BOTH.iter().zip(outcomes) {
            let list = &mut group.exposure[*operation as usize];
            match list.iter_mut().find(|(known, _)| *known == outcome) {
                Some((_, sum)) => *sum += exposed,
                None => list.push((outcome, exposed)),
            }
        }
        Some(Slice { from, to: now, users: group.users })
    }

    /// Takes what was booked for one population and region since the last step.
    pub fn take_step(&mut self, population: PopulationId, region: RegionId, mut booked: impl FnMut(Operation, Outcome, u128)) -> u128 {
        let group = &mut self.groups[population.index() * self.regions + region.index()];
        for operation in Operation::BOTH {
            for (outcome, exposed) in group.exposure[operation as usize].drain(..) {
                booked(operation, outcome, exposed);
            }
        }
        std::mem::take(&mut group.presence)
    }
}

/// The mean number of requests of users x nanoseconds at a rate per user.
pub fn mean_requests(user_nanoseconds: u128, rate: Rate) -> f64 {
    user_nanoseconds as f64 * 1e-9 * rate.per_second()
}
