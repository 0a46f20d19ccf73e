//! Which keys are simulated: all, where they get no more writes than the sample may hold; otherwise the hottest, each of
//! which is a case of its own, and a few of the rest, drawn anew in every run, each of which stands for many.

use crate::engine::random::Stream;
use crate::replication::keys::{Keys, Popularity};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What is the same in every run.
#[derive(Clone, Debug)]
pub struct Plan {
    count: u64,
    /// By rank, the popularity of all keys up to it; `None`: all alike.
    cumulative: Option<Arc<Vec<f64>>>,
    /// Every key is simulated.
    pub is_whole: bool,
    pub hot: u64,
    /// Keys simulated of the rest.
    pub rest: u64,
    /// Writes of a run that the hottest key of the rest gets.
    pub largest: f64,
}

impl Plan {
    /// The plan for so many writes in a run.
    pub fn new(keys: &Keys, writes: f64) -> Plan {
        let cumulative = (keys.popularity != Popularity::Uniform)
            .then(|| Arc::new(sums(keys.shares().into_iter())));
        let mut plan = Plan {
            count: keys.count,
            cumulative,
            is_whole: writes <= keys.sample as f64,
            hot: 0,
            rest: 0,
            largest: 0.0,
        };
        if plan.is_whole {
            return plan;
        }
        let budget = keys.sample as f64 / 2.0;
        // Few writes make no key hot.
        while plan.hot < plan.count
            && plan.up_to(plan.hot + 1) * writes <= budget
            && plan.share(plan.hot) * writes > budget / 500.0
        {
            plan.hot += 1;
        }
        let left = plan.count - plan.hot;
        let per_key = (1.0 - plan.up_to(plan.hot)) * writes / left.max(1) as f64;
        let spent = plan.up_to(plan.hot) * writes;
        plan.rest = (((keys.sample as f64 - spent) / per_key).round() as u64).clamp(1, left.max(1));
        plan.is_whole = plan.rest >= left;
        plan.largest = if plan.hot < plan.count { plan.share(plan.hot) * writes } else { 0.0 };
        plan
    }

    /// The popularity of the keys before this rank, from 0.
    fn up_to(&self, rank: u64) -> f64 {
        match &self.cumulative {
            Some(cumulative) => rank.checked_sub(1).map_or(0.0, |last| cumulative[last as usize]),
            None => rank as f64 / self.count as f64,
        }
    }

    fn share(&self, rank: u64) -> f64 {
        self.up_to(rank + 1) - self.up_to(rank)
    }

    /// Keys of the rest that each simulated one stands for.
    pub fn rest_weight(&self) -> f64 {
        if self.is_whole { 1.0 } else { (self.count - self.hot) as f64 / self.rest as f64 }
    }

    /// The keys of one run.
    pub fn draw(&self, stream: &mut Stream) -> Sample {
        if self.is_whole {
            return Sample { plan: self.clone(), writes: Vec::new(), reads: Vec::new() };
        }
        let mut ranks: Vec<u64> = (0..self.hot).collect();
        ranks.extend(distinct(self.hot, self.count, self.rest, stream));
        let popularity: Vec<f64> = ranks.iter().map(|rank| self.share(*rank)).collect();
        let rest: f64 = popularity[self.hot as usize..].iter().sum();
        let stands_for = (1.0 - self.up_to(self.hot)) / rest;
        let weight = |index: usize| if index < self.hot as usize { 1.0 } else { stands_for };
        Sample {
            writes: sums(popularity.iter().copied()),
            reads: sums(popularity.iter().enumerate().map(|(index, share)| share * weight(index))),
            plan: self.clone(),
        }
    }
}

/// So many numbers of a range, each set of them as likely as any other (Floyd's algorithm).
fn distinct(from: u64, to: u64, count: u64, stream: &mut Stream) -> BTreeSet<u64> {
    let mut chosen = BTreeSet::new();
    for last in to - count..to {
        let drawn = from + (stream.share() * (last + 1 - from) as f64) as u64;
        if !chosen.insert(drawn) {
            chosen.insert(last);
        }
    }
    chosen
}

fn sums(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut sum = 0.0;
    values
        .map(|value| {
            sum += value;
            sum
        })
        .collect()
}

/// The keys that one run simulates, by position; the first are the hot ones.
#[derive(Clone, Debug)]
pub struct Sample {
    plan: Plan,
    /// By position, the popularity of all up to it, unless all keys are simulated.
    writes: Vec<f64>,
    reads: Vec<f64>,
}

impl Sample {
    /// Share of all writes that go to these keys.
    pub fn share(&self) -> f64 {
        self.writes.last().copied().unwrap_or(1.0)
    }

    /// The key that a write among these goes to.
    pub fn written(&self, share: f64) -> u32 {
        if self.plan.is_whole { self.of_all(share) } else { position(&self.writes, share) }
    }

    /// The key that a read of any key stands for.
    pub fn read(&self, share: f64) -> u32 {
        if self.plan.is_whole { self.of_all(share) } else { position(&self.reads, share) }
    }

    fn of_all(&self, share: f64) -> u32 {
        match &self.plan.cumulative {
            Some(cumulative) => position(cumulative, share),
            None => (share * self.plan.count as f64) as u32,
        }
    }

    /// Whether a key counts for itself alone.
    pub fn is_hot(&self, key: u32) -> bool {
        self.plan.is_whole || u64::from(key) < self.plan.hot
    }

    pub fn plan(&self) -> &Plan {
        &self.plan
    }
}

/// The position at a share of the whole of cumulative sums.
fn position(cumulative: &[f64], share: f64) -> u32 {
    let mark = share * cumulative[cumulative.len() - 1];
    cumulative.partition_point(|sum| *sum <= mark).min(cumulative.len() - 1) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::random::Streams;

    fn keys(count: u64, popularity: Popularity, sample: u64) -> Keys {
        Keys { count, popularity, sample, ..Keys::default() }
    }

    #[test]
    fn few_writes_are_all_simulated() {
        let plan = Plan::new(&keys(1_000, Popularity::Zipf(1.0), 2_000), 1_999.0);
        let sample = plan.draw(&mut Streams::new(1, 0).of("keys", 0));
        assert!(plan.is_whole && sample.is_hot(999) && sample.share() == 1.0);
    }

    #[test]
    fn the_sample_holds_about_as_many_writes_as_asked_for() {
        for popularity in [Popularity::Uniform, Popularity::Zipf(0.5), Popularity::Zipf(0.8)] {
            let writes = 100_000.0;
            let plan = Plan::new(&keys(100_000, popularity, 10_000), writes);
            let mean = (0..200)
                .map(|run| plan.draw(&mut Streams::new(1, run).of("keys", 0)).share() * writes)
                .sum::<f64>()
                / 200.0;
            assert!((8_000.0..12_000.0).contains(&mean), "{popularity:?}: {mean}");
        }
    }

    /// Estimates are unbiased: what the sampled keys get, each of the rest counted for as many as it stands for, is the whole in the mean.
    #[test]
    fn weights_make_up_for_the_keys_left_out() {
        let plan = Plan::new(&keys(10_000, Popularity::Zipf(0.6), 4_000), 100_000.0);
        assert!(plan.hot > 0 && !plan.is_whole);
        let scaled = |run: u64| {
            let sample = plan.draw(&mut Streams::new(2, run).of("keys", 0));
            let hot = sample.writes[plan.hot as usize - 1];
            hot + (sample.share() - hot) * plan.rest_weight()
        };
        let mean = (0..4_000).map(scaled).sum::<f64>() / 4_000.0;
        assert!((mean - 1.0).abs() < 0.01, "{mean}");
    }
}
