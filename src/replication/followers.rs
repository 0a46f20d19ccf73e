//! Replicas that confirm commits: which of them are in step with the writer, how long a commit waits for them, and how
//! far those behind are. Shared by the families whose writers wait.
//!
//! ```text
//!  writer   ==commits==|cut: commits go on |==commits==========|
//!  replica  ==in step==|   backlog grows   |catches up ==in step==
//! ```
//!
//! A backlog is a length of time: that of committing which the replica lacks. While nothing is committed none is added.

use crate::read::Fields;
use crate::units::{Duration, Instant};

/// How many replicas confirm unless a scenario says otherwise: MySQL's `rpl_semi_sync_source_wait_for_replica_count` is 1.
pub const ACKS: u64 = 1;
/// How many times as fast as it was written a backlog is shipped, unless a scenario says otherwise: an assumption, it
/// depends on the load and the line.
pub const CATCHES_UP: u64 = 10;

/// A replica that a writer may wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Follower {
    /// It gets what is written now, and what it says comes back.
    pub linked: bool,
    /// The time of committing that it lacks.
    pub backlog: Duration,
}

impl Follower {
    /// It has all that was committed, and gets what will be.
    pub fn in_step(&self) -> bool {
        self.linked && self.backlog.is_zero()
    }

    /// Time passes, in which the writer commits or does not. `speed`: how many times as fast as writes come it takes its backlog.
    pub fn pass(&mut self, time: Duration, commits: bool, speed: u64) {
        let (backlog, time) = (self.backlog.as_nanos(), time.as_nanos());
        let backlog = match (self.linked, commits) {
            (false, true) => backlog.saturating_add(time),
            (false, false) => backlog,
            (true, _) => backlog.saturating_sub(time.saturating_mul(pace(commits, speed))),
        };
        self.backlog = Duration::from_nanos(backlog);
    }

    /// How long until it is in step; `None`: not by itself.
    pub fn catches_up_in(&self, commits: bool, speed: u64) -> Option<Duration> {
        let is_behind = self.linked && !self.backlog.is_zero();
        is_behind
            .then(|| Duration::from_nanos(self.backlog.as_nanos().div_ceil(pace(commits, speed))))
    }
}

/// How fast a backlog shrinks: new writes are shipped besides.
fn pace(commits: bool, speed: u64) -> u64 {
    (if commits { speed - 1 } else { speed }).max(1)
}

/// The round trip to the last of the `acks` nearest, of these round trips to those in step; `None`: too few are.
pub fn confirmed_after(acks: u64, mut round_trips: Vec<Duration>) -> Option<Duration> {
    round_trips.sort();
    match acks {
        0 => Some(Duration::ZERO),
        acks => round_trips.get(acks as usize - 1).copied(),
    }
}

/// Up to when a replica has everything that was committed in these windows (in time order), when it lacks the last `backlog` of them.
pub fn known_until(windows: &[(Instant, Instant)], backlog: Duration) -> Instant {
    let mut left = backlog;
    for (from, to) in windows.iter().rev() {
        let length = to.since(*from);
        if length >= left {
            return *to - left;
        }
        left = Duration::from_nanos(left.as_nanos() - length.as_nanos());
    }
    Instant::START
}

/// What is wrong with how many confirm, and how fast they catch up.
pub fn judge_followers(acks: u64, catches_up: u64, fields: &mut Fields) {
    if acks == 0 {
        let help = "write how many replicas confirm a commit, or AsyncLog(lag: ..) for none";
        fields.reject("acks", "acks: 0 waits for no replica", help);
    }
    if !(2..=1_000_000).contains(&catches_up) {
        let what =
            format!("a replica that takes {catches_up} times what is written never catches up");
        let help = "write how many times as fast as it was written a backlog is shipped: 2 or more";
        fields.reject("catches_up", what, help);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Instant {
        Instant::START + Duration::from_secs(seconds)
    }

    #[test]
    fn a_backlog_grows_with_what_is_committed_and_shrinks_by_what_is_shipped_besides() {
        let mut cut = Follower { linked: false, backlog: Duration::ZERO };
        cut.pass(Duration::from_secs(10), false, 10);
        assert_eq!(cut.backlog, Duration::ZERO, "nothing was committed");
        cut.pass(Duration::from_secs(90), true, 10);
        assert_eq!(
            (cut.backlog, cut.catches_up_in(true, 10)),
            (Duration::from_secs(90), None),
            "cut off it stays behind"
        );
        let mut back = Follower { linked: true, ..cut };
        assert_eq!(
            back.catches_up_in(true, 10),
            Some(Duration::from_secs(10)),
            "nine a second while one is added"
        );
        assert_eq!(
            back.catches_up_in(false, 10),
            Some(Duration::from_secs(9)),
            "ten a second while none is"
        );
        back.pass(Duration::from_secs(4), true, 10);
        assert_eq!((back.backlog, back.in_step()), (Duration::from_secs(54), false));
        back.pass(Duration::from_secs(6), true, 10);
        assert!(back.in_step());
    }

    #[test]
    fn the_last_of_the_nearest_confirms() {
        let trips = || [160, 70, 220].map(Duration::from_millis).to_vec();
        let wait =
            [0, 1, 2, 3, 4].map(|acks| confirmed_after(acks, trips()).map(Duration::as_nanos));
        assert_eq!(wait, [Some(0), Some(70_000_000), Some(160_000_000), Some(220_000_000), None]);
    }

    #[test]
    fn what_is_known_ends_where_the_backlog_begins() {
        let windows = [(at(0), at(100)), (at(110), at(200))];
        let known = |seconds| known_until(&windows, Duration::from_secs(seconds));
        assert_eq!(
            [known(0), known(60), known(90), known(95), known(500)],
            [at(200), at(140), at(110), at(95), at(0)]
        );
    }
}
