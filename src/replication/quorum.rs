//! Quorums of replicas that all take writes (Dynamo, Cassandra, Riak): a coordinator sends each write and each read to every
//! replica, and answers when enough of them have.
//!
//! ```text
//!             W  (write out)      A  (acknowledgement)
//!  coordinator -----> replica 1 -----> |
//!              -------> replica 2 -----> |  the write_quorum-th: the write is done
//!              ------------------> replica 3 ------> |
//!             R  (read out)       S  (response)
//!  coordinator ---> replica 3 ---> |  the read_quorum-th: the newest version that these replicas had when asked
//! ```
//!
//! The message model is WARS (Bailis et al., VLDB 2012): four one-way delays, drawn for each message on its own, and on top
//! the way between the regions of coordinator and replica. A read is sure to see a write when their quorums overlap
//! (`write_quorum + read_quorum > copies`), and otherwise likely, the more so the later it comes.

mod reading;

use super::{Replicates, Tail};
use crate::family::Kind;
use crate::law::Law;
use crate::law::mixture::Mixture;
use crate::read::{record, words};
use crate::units::Duration;
use serde::Serialize;

record! {
    /// Every replica takes writes; a write waits for some acknowledgements, a read for some responses.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct Quorum as "Quorum", check Quorum::judge {
        /// Replicas in each region of the store; 1 to 64 in all.
        pub copies: u64,
        /// Acknowledgements that a write waits for, counted as `level` says. 1 or more.
        pub write_quorum: u64,
        /// Responses that a read waits for, counted as `level` says. 1 or more.
        pub read_quorum: u64,
        /// Where acknowledgements and responses count.
        pub level: Level,
        /// Delays of one message without the path between regions.
        pub messages: Messages,
        /// False: a write stays on the replicas that acknowledged it first and never reaches the others (no hand-over, no
        /// anti-entropy), as the model of versions behind assumes.
        pub propagates: bool = true,
        /// What a replica that cannot be reached misses is kept for it by the coordinator until it has been away for so long, and
        /// handed over when it is back. Otherwise nothing is kept.
        pub hints: Option<Duration>,
        /// After a read the coordinator sends the newest version to those that answered with an older one, once all have answered.
        pub read_repair: bool = false,
        /// From one comparison of all replicas to the next; the run begins at a random moment between two. Otherwise never.
        pub anti_entropy: Option<Duration>,
        /// Operations that are followed.
        pub sample: Sample = Sample::default(),
    }
}

words! {
    /// Where acknowledgements and responses count.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
    pub enum Level {
        /// In the coordinator's region (LOCAL_QUORUM, LOCAL_ONE): other regions get writes, and no client waits for them; reads stay at home.
        Local,
        /// So many in each region of the store (EACH_QUORUM).
        Each,
        /// Anywhere (ONE, QUORUM, ALL; Dynamo's N, R, W).
        All,
    }
}

record! {
    /// Delays of messages (WARS), each drawn from a mixture of distributions.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct Messages as "Messages", flat true {
        /// From the coordinator's sending of a write until the replica has it.
        pub write: Mixture,
        /// From there until the coordinator has the acknowledgement.
        pub ack: Mixture,
        /// From the coordinator's sending of a read until the replica looks.
        pub read: Mixture,
        /// From there until the coordinator has the response.
        pub response: Mixture,
    }
}

record! {
    /// Operations that are followed message by message, each key on its own, at even distances over the run. Their coordinators
    /// run in any of the store's regions that is up, drawn evenly for each operation.
    #[derive(Clone, Copy, Debug, PartialEq, Serialize)]
    pub struct Sample as "Sample" {
        /// Keys in a run.
        pub keys: u64 = 100,
        /// Writes of a key, each begun when the one before is acknowledged. 1 or more.
        pub versions: u64 = 1,
        /// Reads of a key after its last write, one after the other. 1 or more.
        pub reads: u64 = 1,
        /// From the last acknowledgement to the first read, and from one read to the next.
        #[source("within a tenth of a second, where the interesting part of most curves lies (assumption)")]
        pub read_after: Law = READ_AFTER,
    }
}

/// Where the interesting part of most curves lies (assumption: what applications do is theirs to say).
const READ_AFTER: Law = Law::Uniform { from: Duration::ZERO, to: Duration::from_millis(100) };

impl Default for Sample {
    fn default() -> Self {
        Sample { keys: 100, versions: 1, reads: 1, read_after: READ_AFTER }
    }
}

/// Replicas of one store: each is a few bytes and events of every key.
pub const REPLICA_LIMIT: u64 = 64;
/// Operations of one run that are followed.
pub const SAMPLE_LIMIT: u64 = 1_000_000;

impl Quorum {
    pub const KIND: Kind = Kind {
        name: "Quorum",
        summary: "every replica takes writes; a write waits for W acknowledgements, a read for R responses, in the region, in each, or anywhere",
        example: "Quorum(copies: 3, write_quorum: 2, read_quorum: 2, level: Local, write: \"1ms\", ack: \"1ms\", read: \"1ms\", response: \"1ms\")",
    };

    /// Whether `answered`, replicas that did so by position of their region, are enough for a coordinator in the region `home`.
    pub fn is_enough(
        &self,
        needed: u64,
        home: usize,
        regions: usize,
        answered: impl Fn(usize) -> u64,
    ) -> bool {
        match self.level {
            Level::Local => answered(home) >= needed,
            Level::Each => (0..regions).all(|region| answered(region) >= needed),
            Level::All => (0..regions).map(answered).sum::<u64>() >= needed,
        }
    }

    /// How far away the farthest replica is that has to answer, when the regions of the store are so far from the
    /// coordinator in `home` (round trips; `None`: out of reach); `None`: too few can be reached.
    pub fn farthest(
        &self,
        needed: u64,
        home: usize,
        round_trips: &[Option<Duration>],
    ) -> Option<Duration> {
        let within = |limit: Duration| {
            move |region: usize| {
                if round_trips[region].is_some_and(|trip| trip <= limit) { self.copies } else { 0 }
            }
        };
        let mut trips: Vec<Duration> = round_trips.iter().flatten().copied().collect();
        trips.sort();
        trips
            .into_iter()
            .find(|limit| self.is_enough(needed, home, round_trips.len(), within(*limit)))
    }

    /// Whether a write is kept for a replica that has been out of reach for so long.
    pub fn keeps_hint(&self, away: Duration) -> bool {
        self.propagates && self.hints.is_some_and(|window| away <= window)
    }

    /// Whether a read may go on to contact a replica in another region.
    pub fn reads_from(&self, home: usize, region: usize) -> bool {
        self.level != Level::Local || home == region
    }
}

impl Replicates for Quorum {
    fn tail(&self) -> Tail<'_> {
        Tail::Quorum(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(level: Level, needed: u64) -> Quorum {
        let message = || Mixture::from(Law::Constant(Duration::from_millis(1)));
        Quorum {
            copies: 3,
            write_quorum: needed,
            read_quorum: needed,
            level,
            messages: Messages {
                write: message(),
                ack: message(),
                read: message(),
                response: message(),
            },
            propagates: true,
            hints: None,
            read_repair: false,
            anti_entropy: None,
            sample: Sample::default(),
        }
    }

    /// Three regions with three replicas each: home, 10 ms away, 100 ms away.
    #[test]
    fn the_level_says_who_counts() {
        let ms = Duration::from_millis;
        let all = [Some(ms(0)), Some(ms(10)), Some(ms(100))];
        let cut = [Some(ms(0)), Some(ms(10)), None];
        let alone = [Some(ms(0)), None, None];
        let far = |level, needed, trips: &[Option<Duration>]| {
            of(level, needed).farthest(needed, 0, trips)
        };
        assert_eq!(
            [far(Level::Local, 2, &all), far(Level::Local, 2, &alone)],
            [Some(ms(0)), Some(ms(0))]
        );
        assert_eq!([far(Level::Each, 2, &all), far(Level::Each, 2, &cut)], [Some(ms(100)), None]);
        assert_eq!(
            [far(Level::All, 3, &all), far(Level::All, 4, &all), far(Level::All, 7, &all)],
            [Some(ms(0)), Some(ms(10)), Some(ms(100))]
        );
        assert_eq!(
            [far(Level::All, 6, &cut), far(Level::All, 7, &cut), far(Level::All, 4, &alone)],
            [Some(ms(10)), None, None]
        );
    }

    #[test]
    fn hints_end_with_their_window() {
        let hours = |hours: u64| Duration::from_secs(3_600 * hours);
        let quorum = Quorum { hints: Some(hours(3)), ..of(Level::Local, 2) };
        assert!(
            quorum.keeps_hint(hours(3)) && !quorum.keeps_hint(hours(3) + Duration::from_nanos(1))
        );
        assert!(!of(Level::Local, 2).keeps_hint(Duration::ZERO));
    }
}
