//! Looking at the runs of a part: where users are, what becomes of their requests, what is believed, and when.

use mrsim::id::{AudienceId, CheckId, PopulationId};
use mrsim::law::Law;
use mrsim::read::{Node, Reader, Value};
use mrsim::scenario::{Scenario, presets};
use mrsim::trace::{Ending, Operation, Outcome, Trace, What};
use mrsim::units::{Duration, Instant};
use mrsim::world::{Stage, run};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Runs of each part: enough that every quorum, cache and draw is met at several phases.
pub const RUNS: u64 = 20;
const SEED: u64 = 11;

/// A part with its runs.
pub struct Part {
    pub scenario: Arc<Scenario>,
    traces: Vec<Trace>,
}

/// One run of a part.
#[derive(Clone, Copy)]
pub struct Seen<'p> {
    pub scenario: &'p Scenario,
    pub trace: &'p Trace,
}

pub fn text(name: &str) -> String {
    std::fs::read_to_string(format!("scenarios/parts/{name}.ron"))
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

pub fn part(name: &str) -> Part {
    of_text(name, &text(name))
}

/// A part with some words of it replaced: each has to be there.
pub fn changed(name: &str, words: &[(&str, &str)]) -> Part {
    let mut changed = text(name);
    for (old, new) in words {
        assert!(changed.contains(old), "{name} does not say {old}");
        changed = changed.replace(old, new);
    }
    of_text(name, &changed)
}

fn of_text(name: &str, text: &str) -> Part {
    runs_of_text(name, text, RUNS)
}

/// As many runs of a scenario as its laws need to be told from others.
pub fn runs_of_text(name: &str, text: &str, runs: u64) -> Part {
    let scenario = Scenario::parse(text).unwrap_or_else(|problems| panic!("{name}: {problems:#?}"));
    let scenario = Arc::new(scenario);
    let stage = Stage::new(scenario.clone());
    let traces = (0..runs)
        .map(|index| {
            run(&stage, SEED, index).unwrap_or_else(|limit| panic!("{name}: {}", limit.what))
        })
        .collect();
    Part { scenario, traces }
}

impl Part {
    pub fn runs(&self) -> impl Iterator<Item = Seen<'_>> {
        self.traces.iter().map(|trace| Seen { scenario: &self.scenario, trace })
    }

    /// The same journey in every run.
    pub fn journey(&self, population: &str, expected: &[(f64, &str)]) {
        for seen in self.runs() {
            assert_eq!(seen.journey(population), told(expected), "{population}");
        }
    }

    /// The same changes of a check's status in every run.
    pub fn beliefs(&self, check: &str, expected: &[(f64, bool)]) {
        for seen in self.runs() {
            assert_eq!(seen.beliefs(check), expected, "{check}");
        }
    }

    /// How many requests of all runs together ended in each way.
    pub fn endings(
        &self,
        population: &str,
        operation: Operation,
        from: u64,
        to: u64,
    ) -> BTreeMap<String, u64> {
        let mut all = BTreeMap::new();
        for (words, requests) in
            self.runs().flat_map(|seen| seen.endings(population, operation, from, to))
        {
            *all.entry(words).or_default() += requests;
        }
        all
    }

    /// All requests of these seconds ended in just these ways, and each of them came.
    pub fn all_end(
        &self,
        population: &str,
        operation: Operation,
        from: u64,
        to: u64,
        expected: &[&str],
    ) {
        let found = self.endings(population, operation, from, to);
        let mut expected: Vec<&str> = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(
            found.keys().map(String::as_str).collect::<Vec<_>>(),
            expected,
            "{} of {population} in {from} s to {to} s",
            operation.plural()
        );
    }
}

/// Owned words for a table of expected ones.
fn told(expected: &[(f64, &str)]) -> Vec<(f64, String)> {
    expected.iter().map(|(at, label)| (*at, label.to_string())).collect()
}

fn at(seconds: f64) -> Instant {
    Instant::START + Duration::from_seconds_f64(seconds)
}

impl<'p> Seen<'p> {
    fn population(&self, name: &str) -> PopulationId {
        let found = self.scenario.populations.iter().position(|population| population.name == name);
        PopulationId::at(found.unwrap_or_else(|| panic!("there is no population {name}")))
    }

    fn check(&self, name: &str) -> CheckId {
        let found = self.scenario.health_checks.iter().position(|check| check.name == name);
        CheckId::at(found.unwrap_or_else(|| panic!("there is no check {name}")))
    }

    fn cohorts(&self, population: &str) -> Vec<usize> {
        let population = self.population(population);
        (0..self.trace.cast.cohorts.len())
            .filter(|cohort| self.trace.cast.cohorts[*cohort].population == population)
            .collect()
    }

    /// Share of a population's users by where they are at an instant.
    pub fn shares(&self, population: &str, seconds: f64) -> BTreeMap<&'p str, f64> {
        let mut seats = self.trace.start_seat.clone();
        for fact in self.trace.facts.iter().filter(|fact| fact.at <= at(seconds)) {
            if let What::UsersMoved { cohort, to, .. } = fact.what {
                seats[cohort.index()] = to;
            }
        }
        let cohorts = self.cohorts(population);
        let mut users: BTreeMap<&str, u64> = BTreeMap::new();
        for cohort in cohorts {
            *users.entry(self.trace.seats[seats[cohort].index()].label.as_str()).or_default() +=
                self.trace.cast.cohorts[cohort].users;
        }
        let all: u64 = users.values().sum();
        users.into_iter().map(|(label, users)| (label, users as f64 / all as f64)).collect()
    }

    /// Where the users are at an instant, by name; more than one place is a failure of the test.
    pub fn only_place(&self, population: &str, seconds: f64) -> &'p str {
        let shares = self.shares(population, seconds);
        assert_eq!(shares.len(), 1, "{population} at {seconds} s: {shares:?}");
        shares.into_keys().next().expect("there is one")
    }

    /// Where the population is at the start (0 s), and each instant at which all of it moves, with where to.
    pub fn journey(&self, population: &str) -> Vec<(f64, String)> {
        let mut instants: Vec<f64> = self.moves(population).iter().map(|(_, at, _)| *at).collect();
        instants.sort_by(f64::total_cmp);
        instants.dedup();
        let mut journey: Vec<(f64, String)> = std::iter::once(-1.0)
            .chain(instants)
            .map(|at| (at.max(0.0), self.only_place(population, at).to_string()))
            .collect();
        // There and back within one instant is no move.
        journey.dedup_by(|next, last| next.1 == last.1);
        journey
    }

    /// Moves of a population: cohort, when, where to.
    pub fn moves(&self, population: &str) -> Vec<(usize, f64, &'p str)> {
        let id = self.population(population);
        let moved = |fact: &mrsim::trace::Fact| match fact.what {
            What::UsersMoved { cohort, to, .. }
                if self.trace.cast.cohorts[cohort.index()].population == id =>
            {
                Some((
                    cohort.index(),
                    fact.at.seconds(),
                    self.trace.seats[to.index()].label.as_str(),
                ))
            }
            _ => None,
        };
        self.trace.facts.iter().filter_map(moved).collect()
    }

    /// By cohort of a population: when it last moved; never: infinite.
    pub fn last_moves(&self, population: &str) -> Vec<f64> {
        let moves = self.moves(population);
        let last = |cohort: &usize| {
            moves
                .iter()
                .rev()
                .find(|(moved, ..)| moved == cohort)
                .map_or(f64::INFINITY, |(_, at, _)| *at)
        };
        self.cohorts(population).iter().map(last).collect()
    }

    /// Changes of a check's status, as those see it who hear every checker.
    pub fn beliefs(&self, check: &str) -> Vec<(f64, bool)> {
        let id = self.check(check);
        self.when(|what| match what {
            What::BeliefChanged { check, healthy, audience: AudienceId::EVERY } if *check == id => {
                Some(*healthy)
            }
            _ => None,
        })
    }

    /// When name servers and front doors heard of them.
    pub fn published(&self, check: &str) -> Vec<(f64, bool)> {
        let id = self.check(check);
        self.when(|what| match what {
            What::Published { check, healthy, audience: AudienceId::EVERY } if *check == id => {
                Some(*healthy)
            }
            _ => None,
        })
    }

    /// Facts that `pick` knows what to say of, with their instants.
    pub fn when<T>(&self, pick: impl Fn(&What) -> Option<T>) -> Vec<(f64, T)> {
        self.trace
            .facts
            .iter()
            .filter_map(|fact| pick(&fact.what).map(|picked| (fact.at.seconds(), picked)))
            .collect()
    }

    /// Requests that were booked in steps within these seconds, by how they ended, in words.
    pub fn endings(
        &self,
        population: &str,
        operation: Operation,
        from: u64,
        to: u64,
    ) -> BTreeMap<String, u64> {
        let id = self.population(population);
        let within = |step: u32| {
            let step = self.trace.steps[step as usize];
            at(from as f64) <= step.from && step.to <= at(to as f64)
        };
        let mut endings = BTreeMap::new();
        for count in self.trace.counts.iter().filter(|count| {
            count.population == id && count.operation == operation && within(count.step)
        }) {
            *endings.entry(self.words(&count.ending)).or_default() += count.requests;
        }
        endings
    }

    /// "Tokyo", "Tokyo by N. Virginia", "edge", "N. Virginia after 3s", "timed out at Tokyo", "refused at Tokyo", "no address",
    /// "Tokyo forked by Tokyo".
    fn words(&self, ending: &Ending) -> String {
        let region = |id: Option<mrsim::id::RegionId>| {
            id.map_or("edge".to_string(), |id| {
                self.scenario.regions[id.index()].short().to_string()
            })
        };
        let lost =
            if ending.lost.is_zero() { String::new() } else { format!(" after {}", ending.lost) };
        let how = match ending.outcome {
            Outcome::Served { by, .. } if by == ending.at => region(ending.at),
            Outcome::Served { by, .. } => format!("{} by {}", region(ending.at), region(by)),
            Outcome::Forked { by, .. } => {
                format!("{} forked by {}", region(ending.at), region(Some(by)))
            }
            Outcome::Refused => format!("refused at {}", region(ending.at)),
            Outcome::TimedOut => format!("timed out at {}", region(ending.at)),
            Outcome::Unresolved => "no address".to_string(),
        };
        how + &lost
    }
}

/// The share of a number of requests that ended in ways that `is_it` picks.
pub fn share(endings: &BTreeMap<String, u64>, is_it: impl Fn(&str) -> bool) -> f64 {
    let all: u64 = endings.values().sum();
    assert!(all > 0, "there were requests");
    endings.iter().filter(|(words, _)| is_it(words)).map(|(_, requests)| *requests).sum::<u64>()
        as f64
        / all as f64
}

/// The distribution that is written here.
pub fn law(node: Option<&Node>) -> Law {
    let node = node.expect("it is written");
    Law::read(node, &mut Reader::default()).expect("a distribution")
}

/// How long the decision and the promotion of a store preset take.
pub fn promotion_laws(preset: &str) -> [Law; 2] {
    let preset = presets::stores().find(preset).expect("it is shipped");
    let promotion = preset.completes[0].parts.field("promotion").expect("it knows promotions");
    ["decision", "duration"].map(|name| law(promotion.field(name)))
}

/// How long application servers keep the address of a store preset.
pub fn endpoint_ttl(preset: &str) -> Duration {
    let preset = presets::stores().find(preset).expect("it is shipped");
    let ttl = preset.value.field("endpoint_ttl").expect("it is written");
    Duration::read(ttl, &mut Reader::default()).expect("a length of time")
}
