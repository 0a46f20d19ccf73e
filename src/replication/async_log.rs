//! One writer, an asynchronous log: the writer commits and answers at once; replicas apply the log
//! later. Whoever is promoted without the writer's help lacks the tail that was not applied.
//! Aurora Global Database, RDS cross-region replicas and ElastiCache Global Datastore work so.
//!
//! ```text
//!  writer  --c1--c2--c3--c4--c5--X dies
//!  replica ----a1----a2----a3    |          c4, c5 were acknowledged and are lost
//! ```

use super::{Channel, Loss, Replicates, Tail, Waits, Write};
use crate::family::Kind;
use crate::law::Law;
use crate::read::{Fields, record, words};
use crate::units::{Duration, Instant};
use serde::Serialize;

record! {
    /// One writer and an asynchronous log: the writer commits and answers at once, replicas apply the log later.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct AsyncLog as "AsyncLog", check AsyncLog::judge {
        /// From commit to applied, never less than the one-way path between the regions.
        pub lag: Law,
        /// What has a lag of its own.
        pub lag_varies: LagVaries = LagVaries::Stream,
        /// In which order a replica applies.
        pub order: Order = Order::InOrder,
        /// How long the channel takes to ship one write, one after the other, before the lag; otherwise it takes any load. Needs
        /// `lag_varies: EachWrite`.
        pub ships: Option<Law>,
        /// Commits hang while every replica is further behind than this, until one is not: `rds.global_db_rpo` of Aurora PostgreSQL
        /// global databases (Aurora User Guide, "Managing RPOs for Aurora PostgreSQL-based global databases"). Off by default.
        #[range(LEAST_GUARD, MOST_GUARD, "write \"20s\" to \"2147483647s\" (rds.global_db_rpo), or leave it out")]
        pub rpo_guard: Option<Duration>,
    }
}

words! {
    /// What has a lag of its own.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
    pub enum LagVaries {
        /// The stream: one lag for all writes near the fault, as replica-lag metrics show it.
        Stream,
        /// Each write on its own.
        EachWrite,
    }
}

words! {
    /// In which order a replica applies.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
    pub enum Order {
        /// As committed: a late write holds up all later ones (logs).
        InOrder,
        /// As they arrive (item by item).
        Unordered,
    }
}

impl AsyncLog {
    pub const KIND: Kind = Kind {
        name: "AsyncLog",
        summary: "single writer, asynchronous log; promotion without the writer loses the tail not yet applied",
        example: "AsyncLog(lag: Lognormal(p50: \"400ms\", sigma: 0.4), lag_varies: Stream, order: InOrder)",
    };

    fn judge(&mut self, fields: &mut Fields) {
        if self.ships.is_some() && self.lag_varies != LagVaries::EachWrite {
            fields.reject(
                "ships",
                "writes that are shipped one by one have lags of their own",
                "add lag_varies: EachWrite, or leave ships out",
            );
        }
    }
}

/// The range of `rds.global_db_rpo`.
const LEAST_GUARD: Duration = Duration::from_secs(20);
const MOST_GUARD: Duration = Duration::from_secs(2_147_483_647);

impl Replicates for AsyncLog {
    fn tail(&self) -> Tail<'_> {
        Tail::Log(self)
    }

    fn waits(&self) -> Waits<'_> {
        self.rpo_guard.map_or(Waits::Nobody, Waits::Guard)
    }

    fn lag(&self) -> Option<&Law> {
        Some(&self.lag)
    }
}

impl AsyncLog {
    /// How far back a write can be and still be on its way, when so many come a second: all but one in 10^9 are
    /// applied by then, and a queue before the channel has long been empty.
    pub fn lookback(&self, writes_per_second: f64) -> Duration {
        let own = self.lag.at(1.0 - 1e-9);
        let Some(ships) = &self.ships else { return own };
        let load = writes_per_second * ships.mean();
        if load >= 1.0 {
            // It never catches up: everything since the start may still wait.
            return Duration::MAX;
        }
        // The relaxation time of the queue, with room to spare for service that varies.
        let relaxation = ships.mean() / ((1.0 - load) * (1.0 - load));
        own + Duration::from_seconds_f64(40.0 * relaxation)
    }

    /// Puts writes (sorted by time) through the channel one after the other: what they wait and take there adds to their lag.
    pub fn queue(&self, writes: &mut [Write], mut share: impl FnMut() -> f64) {
        let Some(ships) = &self.ships else { return };
        let mut free = Instant::START;
        for write in writes {
            free = write.at.max(free) + ships.at(share());
            write.lag = write.lag + free.since(write.at);
        }
    }

    /// What `writes` (sorted by time) a replica lacks at `now`.
    pub fn missing(&self, writes: &[Write], channel: &Channel, now: Instant) -> Loss {
        let is_missing =
            |write: &Write| channel.applied(*write).is_none_or(|applied| applied > now);
        let Some(first) = writes.iter().position(is_missing) else { return Loss::default() };
        let writes_missing = match self.order {
            Order::InOrder => writes.len() - first,
            Order::Unordered => writes[first..].iter().filter(|write| is_missing(write)).count(),
        };
        Loss { writes: writes_missing as u64, oldest: Some(writes[first].at), ..Loss::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Duration;

    fn log(order: Order) -> AsyncLog {
        AsyncLog {
            lag: Law::Constant(Duration::ZERO),
            lag_varies: LagVaries::EachWrite,
            order,
            ships: None,
            rpo_guard: None,
        }
    }

    /// A write every 0.1 s from 0 to 100 s; the write at 100 s meets the fault and is refused.
    fn every_tenth(lag: impl Fn(u64) -> Duration) -> Vec<Write> {
        (0..1000)
            .map(|k| Write { at: Instant::START + Duration::from_millis(100 * k), lag: lag(k) })
            .collect()
    }

    fn died_at_100() -> (Channel, Instant) {
        let death = Instant::START + Duration::from_secs(100);
        (Channel { up: vec![(Instant::START, death)] }, Instant::START + Duration::from_secs(200))
    }

    fn age(loss: Loss) -> Duration {
        (Instant::START + Duration::from_secs(100)).since(loss.oldest.expect("something is lost"))
    }

    #[test]
    fn constant_lag_loses_the_last_three() {
        let (channel, now) = died_at_100();
        let writes = every_tenth(|_| Duration::from_millis(350));
        let loss = log(Order::InOrder).missing(&writes, &channel, now);
        assert_eq!((loss.writes, age(loss)), (3, Duration::from_millis(300)));
    }

    #[test]
    fn one_late_write_holds_up_the_log() {
        let (channel, now) = died_at_100();
        let writes =
            every_tenth(
                |k| if k == 980 { Duration::from_secs(5) } else { Duration::from_millis(50) },
            );
        let unordered = log(Order::Unordered).missing(&writes, &channel, now);
        let in_order = log(Order::InOrder).missing(&writes, &channel, now);
        assert_eq!((unordered.writes, age(unordered)), (1, Duration::from_secs(2)));
        assert_eq!((in_order.writes, age(in_order)), (20, Duration::from_secs(2)));
    }

    #[test]
    fn a_gap_delays_and_does_not_lose() {
        let at = |seconds| Instant::START + Duration::from_secs(seconds);
        let channel = Channel { up: vec![(at(0), at(10)), (at(20), at(100))] };
        let write = Write { at: at(9), lag: Duration::from_secs(2) };
        assert_eq!(channel.applied(write), Some(at(22)));
        assert_eq!(log(Order::InOrder).missing(&[write], &channel, at(21)).writes, 1);
        assert_eq!(log(Order::InOrder).missing(&[write], &channel, at(22)).writes, 0);
    }
}
