//! What faults add to the lag of a log, and when: a change that was made within a spike still takes its time after the spike is over,
//! and holds up all that follow it.
//!
//! ```text
//!  adds    ______/--------\______
//!  made        ^   ^    ^   ^
//!  applied        ....... 1 2 3 4      3 and 4 are in order behind 2
//! ```

use crate::units::{Duration, Instant};

/// What was added from each of these instants on.
#[derive(Clone, Debug)]
pub struct Spikes {
    since: Vec<(Instant, Duration)>,
}

impl Spikes {
    pub fn none() -> Spikes {
        Spikes { since: vec![(Instant::START, Duration::ZERO)] }
    }

    /// From now on so much is added.
    pub fn add(&mut self, adds: Duration, now: Instant) {
        if self.now() != adds {
            self.since.push((now, adds));
        }
    }

    pub fn now(&self) -> Duration {
        self.since.last().expect("it begins with none").1
    }

    /// What is added to the lag of a change made at this instant.
    pub fn at(&self, made: Instant) -> Duration {
        let after = self.since.partition_point(|(since, _)| *since <= made);
        self.since[after.max(1) - 1].1
    }

    pub fn most(&self) -> Duration {
        self.since.iter().map(|(_, adds)| *adds).max().expect("it begins with none")
    }

    /// When the oldest change was made that is missing, where `applied` says up to when those of one such addition are there.
    pub fn frontier(&self, applied: impl Fn(Duration) -> Option<Instant>) -> Option<Instant> {
        let ends = self.since[1..].iter().map(|(end, _)| Some(*end)).chain([None]);
        let missing = self.since.iter().zip(ends).filter_map(|((begin, adds), end)| {
            let oldest = applied(*adds).unwrap_or(Instant::START).max(*begin);
            end.is_none_or(|end| oldest < end).then_some(oldest)
        });
        missing.min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_in_a_spike_is_missing_until_it_is_there() {
        let at = |seconds: u64| Instant::START + Duration::from_secs(seconds);
        let mut spikes = Spikes::none();
        spikes.add(Duration::from_secs(30), at(100));
        spikes.add(Duration::ZERO, at(200));
        let lag = Duration::from_secs(2);
        let missing = |now: u64| spikes.frontier(|adds| Some(at(now) - (lag + adds)));
        assert_eq!(missing(101), Some(at(99)), "made before it");
        assert_eq!(missing(150), Some(at(118)), "made in it");
        assert_eq!(missing(210), Some(at(178)), "made in it, and it is over");
        assert_eq!(missing(231), Some(at(199)));
        assert_eq!(missing(233), Some(at(231)), "all that was made in it is there");
        assert_eq!(
            (spikes.at(at(99)), spikes.at(at(100)), spikes.at(at(200))),
            (Duration::ZERO, Duration::from_secs(30), Duration::ZERO)
        );
    }
}
