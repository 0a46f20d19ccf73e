//! Users as cohorts: who shares one resolver cache and one client behaviour. Where each cohort's next
//! request goes follows from its caches; how many users spent how long with which answer is booked by seat.

pub mod caches;
pub mod cohorts;
mod chance;
mod connecting;
mod moving;
mod quiet;
mod single;

use super::reactions::Booked;
use super::stage::Stage;
use crate::engine::random::{Stream, Streams};
use crate::id::{AnswerId, CohortId, PopulationId, SeatId};
use crate::trace::FactId;
use crate::units::Instant;
use caches::{CacheLaw, Entry};
use cohorts::{Company, scattered};

#[derive(Debug)]
struct Cohort {
    population: PopulationId,
    users: u64,
    /// The answer that the next request goes by.
    seat: SeatId,
    /// What fetches got while nothing about the cohort could change.
    settled: AnswerId,
    /// Where connections by that answer led meanwhile; `None`: each is led by itself.
    led: Option<AnswerId>,
    /// Whether its caches are followed event by event: something in them is out of date, or answers are drawn.
    is_followed: bool,
    /// The pending event that counts; others in the agenda are void.
    awaited: Option<Instant>,
    /// The resolver that it shares with the other cohorts behind it.
    resolver: usize,
    /// Position of its client's first entry.
    first_entry: usize,
    /// Position of its resolver's law; those of the client follow.
    first_law: usize,
    /// Chance of its own caches; that of the resolver is the resolver's.
    stream: Option<Box<Stream>>,
    arrivals: Option<Box<Stream>>,
    company: Company,
    /// A share that is the cohort's own for the whole run: what its source address hashes to.
    own_share: Option<f64>,
}

/// A resolver and what it holds; `None`: in the stationary law, never looked at.
#[derive(Debug, Default)]
struct Resolver {
    entry: Option<Entry>,
    stream: Option<Box<Stream>>,
}

/// All cohorts of the run.
#[derive(Debug)]
pub struct Clients<'s> {
    cohorts: Vec<Cohort>,
    resolvers: Vec<Resolver>,
    /// Of clients' own caches; `None`: in the stationary law, never looked at.
    entries: Vec<Option<Entry>>,
    laws: &'s [CacheLaw],
    /// By population: caches from resolver to client.
    depth: Vec<usize>,
    labels: Vec<String>,
    first_cohort: Vec<usize>,
    /// By population: its first resolver, and the cohorts behind each.
    first_resolver: Vec<usize>,
    parts: Vec<usize>,
    /// By population: where the keys of its groups begin.
    first_class: Vec<usize>,
    /// By population and class of resolvers: the keys by which caches, and clients, share out their draws.
    groups: Vec<[u64; 2]>,
    /// By population: what open connections are met with, and how often they were met.
    met: Vec<(Option<Box<Stream>>, u64)>,
    /// By seat: the users there.
    users_at: Vec<u64>,
    /// By population: the last change of what name servers answer it, the cause of its users' later moves.
    answer_cause: Vec<Option<FactId>>,
    streams: Streams,
}

impl<'s> Clients<'s> {
    pub fn new(stage: &'s Stage, streams: Streams) -> Clients<'s> {
        let scenario = &stage.scenario;
        let parts: Vec<usize> =
            scenario.populations.iter().map(|population| population.parts() as usize).collect();
        let labels: Vec<String> = scenario
            .populations
            .iter()
            .map(|population| format!("population/{}/cache", population.name))
            .collect();
        let (mut first_resolver, mut first_class, mut groups) =
            (Vec::new(), Vec::new(), Vec::new());
        let mut resolvers = 0;
        for (index, population) in scenario.populations.iter().enumerate() {
            first_resolver.push(resolvers);
            resolvers += (stage.cohorts_of(PopulationId::at(index)).len()) / parts[index];
            first_class.push(groups.len());
            let key =
                |class: usize, of: &str| streams.group(&format!("{}/{of}/{class}", labels[index]));
            groups.extend(
                (0..population.resolvers.classes.len())
                    .map(|class| [key(class, "caches"), key(class, "clients")]),
            );
        }
        let users = scattered(stage, &streams);
        let mut entries = 0;
        let cohorts = stage.cast.cohorts.iter().enumerate().map(|(index, cast)| {
            let population = cast.population.index();
            let first_entry = entries;
            entries += stage.depth[population] - 1;
            Cohort {
                resolver: first_resolver[population]
                    + (index - stage.first_cohort[population]) / parts[population],
                population: cast.population,
                users: users[index],
                seat: SeatId(0),
                settled: AnswerId(0),
                led: None,
                is_followed: false,
                awaited: None,
                first_entry,
                first_law: stage.cohort_laws[index],
                stream: None,
                arrivals: None,
                company: stage.company[index],
                own_share: None,
            }
        });
        let cohorts: Vec<Cohort> = cohorts.collect();
        Clients {
            cohorts,
            resolvers: (0..resolvers).map(|_| Resolver::default()).collect(),
            entries: vec![None; entries],
            laws: &stage.cache_laws,
            depth: stage.depth.clone(),
            labels,
            first_cohort: stage.first_cohort.clone(),
            first_resolver,
            parts,
            first_class,
            groups,
            met: vec![(None, 0); scenario.populations.len()],
            users_at: Vec::new(),
            answer_cause: vec![None; scenario.populations.len()],
            streams,
        }
    }

    pub fn len(&self) -> usize {
        self.cohorts.len()
    }

    pub fn population(&self, cohort: CohortId) -> PopulationId {
        self.cohorts[cohort.index()].population
    }

    /// The cohorts of one population.
    pub fn of(&self, population: PopulationId) -> impl Iterator<Item = CohortId> + use<> {
        let from = self.first_cohort[population.index()];
        let to =
            self.first_cohort.get(population.index() + 1).copied().unwrap_or(self.cohorts.len());
        (from..to).map(CohortId::at)
    }

    pub fn users(&self, cohort: CohortId) -> u64 {
        self.cohorts[cohort.index()].users
    }

    /// By cohort: its users.
    pub fn all_users(&self) -> Vec<u64> {
        self.cohorts.iter().map(|cohort| cohort.users).collect()
    }

    pub fn seat(&self, cohort: CohortId) -> SeatId {
        self.cohorts[cohort.index()].seat
    }

    pub fn depth(&self, cohort: CohortId) -> usize {
        self.depth[self.population(cohort).index()]
    }

    pub fn is_followed(&self, cohort: CohortId) -> bool {
        self.cohorts[cohort.index()].is_followed
    }

    pub fn settled(&self, cohort: CohortId) -> AnswerId {
        self.cohorts[cohort.index()].settled
    }

    /// Where connections led while nothing about the cohort could change; `None`: each is led by itself.
    pub fn settled_lead(&self, cohort: CohortId) -> Option<AnswerId> {
        self.cohorts[cohort.index()].led
    }

    /// Nothing about the cohort changes until the answer does: every fetch gets this one, and connections by it lead to `led`.
    pub fn settle_on(&mut self, cohort: CohortId, answer: AnswerId, led: Option<AnswerId>) {
        let state = &mut self.cohorts[cohort.index()];
        state.settled = answer;
        state.led = led;
        state.is_followed = false;
        state.awaited = None;
    }

    pub fn follow(&mut self, cohort: CohortId) {
        self.cohorts[cohort.index()].is_followed = true;
    }

    pub fn law(&self, cohort: CohortId, layer: usize) -> &'s CacheLaw {
        &self.laws[self.cohorts[cohort.index()].first_law + layer]
    }

    /// The cohorts behind the same resolver.
    pub fn peers(&self, cohort: CohortId) -> impl Iterator<Item = CohortId> + use<> {
        let population = self.population(cohort).index();
        let first = self.first_cohort[population];
        let parts = self.parts[population];
        let from = first + (cohort.index() - first) / parts * parts;
        (from..from + parts).map(CohortId::at)
    }

    /// The entry of a cache that was looked at before.
    #[inline]
    pub fn entry(&self, cohort: CohortId, layer: usize) -> Entry {
        let state = &self.cohorts[cohort.index()];
        let entry = if layer == 0 {
            self.resolvers[state.resolver].entry
        } else {
            self.entries[state.first_entry + layer - 1]
        };
        entry.expect("caches are brought up to date before they are read")
    }

    pub fn set_entry(&mut self, cohort: CohortId, layer: usize, entry: Entry) {
        let state = &self.cohorts[cohort.index()];
        match layer {
            0 => self.resolvers[state.resolver].entry = Some(entry),
            _ => self.entries[state.first_entry + layer - 1] = Some(entry),
        }
    }

    /// Brings the caches of a cohort up to `now`, given that every fetch got the settled answer.
    pub fn catch_up(&mut self, cohort: CohortId, now: Instant) {
        let answer = self.settled(cohort);
        let old = self.resolvers[self.cohorts[cohort.index()].resolver].entry;
        let law = self.law(cohort, 0);
        let entry = law.caught_up(old, self.stream(cohort, 0), now, answer);
        self.set_entry(cohort, 0, entry);
        let depth = self.depth(cohort);
        if depth == 1 {
            return;
        }
        let first = self.cohorts[cohort.index()].first_entry;
        let old = self.entries[first..first + depth - 1].to_vec();
        let laws = &self.laws[self.cohorts[cohort.index()].first_law + 1..][..depth - 1];
        let fresh = caches::caught_up(laws, &old, self.stream(cohort, 1), now, answer);
        for (layer, entry) in fresh.into_iter().enumerate() {
            self.set_entry(cohort, layer + 1, entry);
        }
    }

    /// A cache is empty from `empty_since` on and asks at the next question that is not followed by itself.
    pub fn refill(
        &mut self,
        cohort: CohortId,
        layer: usize,
        empty_since: Instant,
        answer: AnswerId,
    ) -> Entry {
        let law = self.law(cohort, layer);
        let stream = self.stream(cohort, layer);
        let fetched = empty_since + law.wait_for_others(stream);
        let entry = law.fetch(stream, answer, fetched);
        self.set_entry(cohort, layer, entry);
        entry
    }

    /// A cache is asked now and gets this answer.
    pub fn fill(
        &mut self,
        cohort: CohortId,
        layer: usize,
        now: Instant,
        answer: AnswerId,
    ) -> Entry {
        let law = self.law(cohort, layer);
        let entry = law.fetch(self.stream(cohort, layer), answer, now);
        self.set_entry(cohort, layer, entry);
        entry
    }

    /// Marks that an event at `at` is awaited; true when it has to be scheduled.
    pub fn awaits(&mut self, cohort: CohortId, at: Instant) -> bool {
        self.cohorts[cohort.index()].awaited.replace(at) != Some(at)
    }

    /// True when the event that just came due is the awaited one.
    pub fn was_awaited(&mut self, cohort: CohortId, now: Instant) -> bool {
        let awaited = &mut self.cohorts[cohort.index()].awaited;
        let counts = *awaited == Some(now);
        if counts {
            *awaited = None;
        }
        counts
    }

    /// A seat that was not there before.
    pub fn add_seat(&mut self) {
        self.users_at.push(0);
    }

    /// Puts a cohort where it is at the start of the run.
    pub fn place(&mut self, cohort: CohortId, seat: SeatId) {
        let state = &mut self.cohorts[cohort.index()];
        state.seat = seat;
        self.users_at[seat.index()] += state.users;
    }

    /// Seats a cohort elsewhere.
    pub fn move_to(&mut self, cohort: CohortId, to: SeatId, _: Booked) {
        let state = &mut self.cohorts[cohort.index()];
        self.users_at[state.seat.index()] -= state.users;
        self.users_at[to.index()] += state.users;
        state.seat = to;
    }

    pub fn users_at(&self, seat: SeatId) -> u64 {
        self.users_at[seat.index()]
    }
}
