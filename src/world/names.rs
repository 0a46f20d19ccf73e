//! Names: what the name servers answer to each population, by the statuses that they hold and the records that they have.

mod rewriting;

use super::World;
use super::stage::Stage;
use crate::engine::random::Streams;
use crate::id::{AnswerId, PopulationId};
use crate::routing::{Answer, View};
use crate::scenario::{Population, Region};
use crate::units::{Duration, Share};
use rewriting::RewritingState;
use std::collections::BTreeMap;

/// What a population's resolvers get from the name servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The same answer, whoever asks.
    Fixed(AnswerId),
    /// A fresh draw for every question.
    Drawn,
    /// Nothing: the name servers do not answer.
    Unreachable,
}

/// What name servers know and answer.
#[derive(Debug)]
pub(super) struct Names {
    /// Answers that were met, by number.
    answers: Vec<Answer>,
    answer_ids: BTreeMap<Answer, AnswerId>,
    /// By population: what the name servers answer.
    sources: Vec<Source>,
    /// By population, by region: round trips as the name servers know them.
    measured: Vec<Vec<Duration>>,
    rewriting: RewritingState,
    rewritten: bool,
}

impl Names {
    pub fn new(stage: &Stage, streams: &Streams) -> Names {
        Names {
            answers: vec![Answer::default()],
            answer_ids: BTreeMap::from([(Answer::default(), AnswerId(0))]),
            sources: vec![Source::Fixed(AnswerId(0)); stage.scenario.populations.len()],
            measured: measured(stage, streams),
            rewriting: RewritingState::new(stage.scenario.policy.rewriting(), streams),
            rewritten: false,
        }
    }

    pub fn answer(&self, answer: AnswerId) -> &Answer {
        &self.answers[answer.index()]
    }

    /// The number of an answer, a new one if it was not met before.
    pub fn id_of(&mut self, answer: Answer) -> AnswerId {
        if let Some(known) = self.answer_ids.get(&answer) {
            return *known;
        }
        let fresh = AnswerId::at(self.answers.len());
        self.answers.push(answer.clone());
        self.answer_ids.insert(answer, fresh);
        fresh
    }

    /// The same of an answer of which clients come to try so many addresses: the rest makes no difference.
    pub fn id_of_tried(&mut self, mut answer: Answer, attempts: u64) -> AnswerId {
        if answer.patience.is_none() {
            answer.stops.truncate(attempts as usize);
        }
        self.id_of(answer)
    }

    /// By population: what the name servers answer it.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }
}

/// Round trips as the name servers know them: the table, each off by as much as the policy's drift allows.
fn measured(stage: &Stage, streams: &Streams) -> Vec<Vec<Duration>> {
    let drift = stage.scenario.policy.drift();
    if drift == Share::NONE {
        return stage.user_round_trip.clone();
    }
    let of_population = |(population, trips): (&Population, &Vec<Duration>)| {
        let off = |(region, trip): (&Region, &Duration)| {
            let share = streams
                .of(&format!("routing/drift/{}/{}", population.place.name, region.near.name), 0)
                .share();
            Duration::from_seconds_f64(
                trip.seconds() * (1.0 + drift.as_f64() * (2.0 * share - 1.0)),
            )
        };
        stage.scenario.regions.iter().zip(trips).map(off).collect()
    };
    stage.scenario.populations.iter().zip(&stage.user_round_trip).map(of_population).collect()
}

impl World<'_> {
    /// What name servers and front doors for one population go by.
    pub(super) fn view(&self, population: PopulationId) -> View<'_> {
        let index = population.index();
        View {
            believed_healthy: self.health.published(self.stage.audience_of[index]),
            round_trip: &self.names.measured[index],
            distance_km: &self.stage.distance_km[index],
            asker: Some(self.stage.scenario.populations[index].place),
            rewritten: self.names.rewritten,
        }
    }

    /// Works out, for each population, what the name servers answer by the statuses that they hold.
    pub(super) fn refresh_sources(&mut self) {
        for population in (0..self.stage.cast.populations.len()).map(PopulationId::at) {
            let answer = self.stage.scenario.policy.settled_answer(&self.view(population));
            let is_resolved = self.stage.scenario.policy.behaviour().is_resolved();
            self.names.sources[population.index()] = match answer {
                _ if is_resolved && self.regions.are_name_servers_down() => Source::Unreachable,
                _ if is_resolved && self.regions.answers_are_empty() => {
                    Source::Fixed(self.names.id_of(Answer::default()))
                }
                Some(answer) => {
                    let client = &self.stage.scenario.populations[population.index()].client;
                    Source::Fixed(self.names.id_of_tried(answer, client.attempts))
                }
                None => Source::Drawn,
            };
        }
    }
}
