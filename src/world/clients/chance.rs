//! The chance of clients: streams of resolvers and of users' own caches, made when they are first needed; those of one class
//! share out their draws.

use super::Clients;
use crate::engine::random::{Place, Stream};
use crate::id::{CohortId, PopulationId};
use crate::units::{Duration, Instant};

impl Clients<'_> {
    /// What dates the cohort's single requests.
    pub fn arrivals(&mut self, cohort: CohortId) -> &mut Stream {
        let population = self.population(cohort).index();
        let part = (cohort.index() - self.first_cohort[population]) as u64;
        let (streams, label) = (self.streams, &self.labels[population]);
        let state = &mut self.cohorts[cohort.index()];
        state
            .arrivals
            .get_or_insert_with(|| Box::new(streams.of(&format!("{label}/arrivals"), part)))
    }

    /// A share from the resolver's stream.
    pub fn share(&mut self, cohort: CohortId) -> f64 {
        self.stream(cohort, 0).share()
    }

    /// The resolver's stream, for as long as a view of the world is borrowed; it has to be put back.
    pub fn take_chance(&mut self, cohort: CohortId) -> Box<Stream> {
        self.stream(cohort, 0);
        let resolver = self.cohorts[cohort.index()].resolver;
        self.resolvers[resolver].stream.take().expect("just looked at")
    }

    pub fn put_chance_back(&mut self, cohort: CohortId, stream: Box<Stream>) {
        let resolver = self.cohorts[cohort.index()].resolver;
        self.resolvers[resolver].stream = Some(stream);
    }

    /// The share that the cohort keeps for the whole run.
    pub fn own_share(&mut self, cohort: CohortId) -> f64 {
        if self.cohorts[cohort.index()].own_share.is_none() {
            let population = self.population(cohort).index();
            let part = (cohort.index() - self.first_cohort[population]) as u64;
            let stream = self.streams.of(&format!("{}/address", self.labels[population]), part);
            let share = stream.in_group(self.place_of(cohort, 1)).share();
            self.cohorts[cohort.index()].own_share = Some(share);
        }
        self.cohorts[cohort.index()].own_share.expect("just drawn")
    }

    /// The place of a cohort's resolver (layer 0), or of its clients, among those with which it shares out its draws.
    fn place_of(&self, cohort: CohortId, layer: usize) -> Option<Place> {
        let state = &self.cohorts[cohort.index()];
        let groups =
            self.groups[self.first_class[state.population.index()] + state.company.class as usize];
        let (group, place) = if layer == 0 {
            (groups[0], state.company.of_caches)
        } else {
            (groups[1], state.company.of_clients)
        };
        place.map(|(member, members)| Place { group, member, members })
    }

    /// All open connections of a population are met at one time: a new draw, shared out among them.
    pub fn meet(&mut self, population: PopulationId) {
        self.met[population.index()].1 += 1;
    }

    /// When the request comes that finds the open connection of a cohort dead, and then waits for so long; `None`: it ends before.
    pub fn next_use(&mut self, cohort: CohortId, now: Instant, waits: Duration) -> Option<Instant> {
        let top = self.depth(cohort) - 1;
        let (shares, law) = (self.met_shares(cohort), self.law(cohort, top));
        let old = self.entry(cohort, top);
        let (used, entry) = law.met(self.stream(cohort, top), shares, old, now, waits);
        self.set_entry(cohort, top, entry);
        used
    }

    /// Two shares of a cohort in the present meeting.
    fn met_shares(&mut self, cohort: CohortId) -> [f64; 2] {
        /// Far from the numbers of draws that streams reach.
        const MEETINGS: u64 = 1 << 40;
        let (population, place) = (self.population(cohort).index(), self.place_of(cohort, 1));
        let (streams, label) = (self.streams, &self.labels[population]);
        let (stream, meeting) = &mut self.met[population];
        let stream = stream.get_or_insert_with(|| Box::new(streams.of(&format!("{label}/met"), 0)));
        let draw = |side: u64, within: f64| {
            place.map_or(within, |place| place.share(MEETINGS + 2 * *meeting + side, within))
        };
        [draw(0, stream.share()), draw(1, stream.share())]
    }

    /// The chance of a cohort's resolver (layer 0), or of its own caches.
    pub fn stream(&mut self, cohort: CohortId, layer: usize) -> &mut Stream {
        let place = self.place_of(cohort, layer);
        let (streams, population) = (self.streams, self.population(cohort).index());
        let label = &self.labels[population];
        let state = &mut self.cohorts[cohort.index()];
        if layer == 0 {
            let part = (state.resolver - self.first_resolver[population]) as u64;
            return self.resolvers[state.resolver]
                .stream
                .get_or_insert_with(|| Box::new(streams.of(label, part).in_group(place)));
        }
        let part = (cohort.index() - self.first_cohort[population]) as u64;
        state.stream.get_or_insert_with(|| {
            Box::new(streams.of(&format!("{label}/client"), part).in_group(place))
        })
    }
}
