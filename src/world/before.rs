//! What was under way when the run begins: a run shows a piece of a history that has no beginning.
//!
//! ```text
//!  writes  --x------x---x--|the run begins
//!            |      `------+---> arrives in the run: under way
//!            `--> arrived  |
//! ```
//!
//! Writes come at random, each arrives after a time of its own. So those under way are as many as a Poisson law of mean rate x mean
//! time says, each met at a random time within its own: a long one is met more often, and a uniform share of it has passed (M/G/infinity).

use super::World;
use crate::engine::counts::poisson;
use crate::engine::random::Stream;
use crate::id::StoreId;
use crate::law::Law;
use crate::trace::{Operation, Outcome};
use crate::units::Duration;

/// Earlier writes that one store may hold in memory. Where there would be more, the history is not known.
pub(super) const LIMIT: f64 = 2e6;

/// How long a change takes: these times one after the other, and never less than the way.
#[derive(Clone, Debug)]
pub(super) struct Takes {
    pub laws: Vec<Law>,
    pub floor: Duration,
}

/// A change that is under way: made so long ago, and what it takes in all, which is more.
#[derive(Clone, Copy, Debug)]
pub(super) struct UnderWay {
    pub age: Duration,
    pub takes: Duration,
}

impl Takes {
    pub fn draw(&self, stream: &mut Stream) -> Duration {
        self.laws
            .iter()
            .fold(Duration::ZERO, |sum, law| sum + law.at(stream.share()))
            .max(self.floor)
    }

    /// Mean time, in seconds; not less than the truth.
    pub fn at_most(&self) -> f64 {
        self.laws.iter().map(Law::mean).sum::<f64>() + self.floor.seconds()
    }

    /// Longer than all but so many in 10^9.
    pub fn longest(&self) -> Duration {
        self.laws.iter().fold(Duration::ZERO, |sum, law| sum + law.at(1.0 - 1e-9)).max(self.floor)
    }

    /// All that are under way at a random time, where so many set out a second.
    pub fn under_way(&self, rate: f64, stream: &mut Stream) -> Vec<UnderWay> {
        let mean: f64 = self.laws.iter().map(Law::mean).sum();
        let mut all = Vec::new();
        // Those that are there in less than the way takes are under way for just as long, whatever their law says.
        for _ in 0..poisson(rate * mean, &mut || stream.share()) {
            let met = self.met(mean, stream);
            let age = Duration::from_seconds_f64(met * stream.share());
            if age >= self.floor {
                all.push(UnderWay { age, takes: Duration::from_seconds_f64(met) });
            }
        }
        for _ in 0..poisson(rate * self.floor.seconds(), &mut || stream.share()) {
            let age = Duration::from_seconds_f64(self.floor.seconds() * stream.share());
            all.push(UnderWay { age, takes: self.draw(stream) });
        }
        all
    }

    /// The sum of the times, in seconds, that a random time falls into: it falls into one of them, in proportion to their means.
    fn met(&self, mean: f64, stream: &mut Stream) -> f64 {
        let mut mark = stream.share() * mean;
        let mut is_found = false;
        let mut sum = 0.0;
        for (index, law) in self.laws.iter().enumerate() {
            mark -= law.mean();
            let (first, second) = (stream.share(), stream.share());
            let is_it = !is_found && (mark < 0.0 || index + 1 == self.laws.len());
            sum += if is_it { law.met(first, second) } else { law.at(first).seconds() };
            is_found |= is_it;
        }
        sum
    }
}

impl World<'_> {
    /// By store, by region: writes a second that are taken there, as requests end now.
    fn writes_taken(&self) -> Vec<Vec<f64>> {
        let mut taken = vec![vec![0.0; self.stage.scenario.regions.len()]; self.stores.len()];
        for seat in self.requests.seats() {
            let population = &self.stage.cast.populations[self.requests.population(seat).index()];
            let Some(store) = population.store else { continue };
            let rate =
                population.rate(Operation::Write).per_second() * self.clients.users_at(seat) as f64;
            for (share, ending) in &self.requests.mix(seat, Operation::Write).parts {
                if let Outcome::Served { by: Some(region), .. } = ending.outcome {
                    taken[store.index()][region.index()] += rate * share.as_f64();
                }
            }
        }
        taken
    }

    /// Stores have a history before the run: the load at its start, for ever.
    pub(super) fn remember(&mut self) {
        for (index, taken) in self.writes_taken().into_iter().enumerate() {
            let name = &self.stage.scenario.stores[index].name;
            let stream = self.streams.of(&format!("store/{name}/before"), 0);
            self.stores.remember(StoreId::at(index), taken.iter().sum(), stream);
            self.remember_items(StoreId::at(index), &taken);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::random::Streams;

    const SECOND: Duration = Duration::from_secs(1);

    /// Number, and how many were made more than `x` before, are Poisson: of means rate x E[T] and rate x the integral of P(T > u) from x on.
    /// T = 2 s + exponential of mean 1 s, and at least 4 s: E[T] = 4 + e^-2; beyond 5 s: e^-3. 40,000 samples: 4 standard errors.
    #[test]
    fn what_is_under_way_is_a_poisson_field() {
        let takes = Takes {
            laws: vec![Law::Constant(SECOND.times(2)), Law::Exponential { mean: SECOND }],
            floor: SECOND.times(4),
        };
        let mut stream = Streams::new(1, 0).of("field", 0);
        let (mut count, mut old, mut squares, samples) = (0.0, 0.0, 0.0, 40_000.0);
        for _ in 0..samples as usize {
            let all = takes.under_way(0.5, &mut stream);
            assert!(all.iter().all(|one| one.takes >= one.age && one.takes >= takes.floor));
            count += all.len() as f64 / samples;
            squares += (all.len() * all.len()) as f64 / samples;
            old += all.iter().filter(|one| one.age > SECOND.times(5)).count() as f64 / samples;
        }
        let (mean, beyond) = (0.5 * (4.0 + libm::exp(-2.0)), 0.5 * libm::exp(-3.0));
        assert!((count - mean).abs() < 4.0 * (mean / samples).sqrt(), "{count} of {mean}");
        assert!((old - beyond).abs() < 4.0 * (beyond / samples).sqrt(), "{old} of {beyond}");
        let variance = squares - count * count;
        assert!((variance / mean - 1.0).abs() < 0.05, "{variance} of {mean}");
    }
}
