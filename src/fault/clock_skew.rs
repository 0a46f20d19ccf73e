//! A region's clocks are wrong: ahead or behind, and perhaps drifting further. Nothing fails; but where the last writer
//! wins, time stamps decide which acknowledged write is kept. A clock that is ahead by more than the lag wins even against
//! writers who had seen what it wrote.
//! Sources: Kulkarni et al. 2014 (hybrid logical clocks); Amazon EC2 User Guide, "Set the time" (Amazon Time Sync: within a
//! millisecond, or microseconds, while it works). A naive local time read as UTC is nine hours off in Tokyo.

use super::{Breaks, Effect, Window};
use crate::family::Kind;
use crate::id::RegionId;
use crate::read::{Fields, record};
use crate::units::Duration;

record! {
    /// A region's clocks are ahead or behind, and may drift.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct ClockSkew as "ClockSkew", check ClockSkew::judge {
        /// The region.
        pub region: RegionId,
        /// So much ahead when the fault begins, up to a year; this or `behind`.
        pub ahead: Option<Duration>,
        /// So much behind when the fault begins, up to a year; this or `ahead`.
        pub behind: Option<Duration>,
        /// Further in the same direction with every hour of the fault, up to 1 h.
        pub drift_per_hour: Duration = Duration::ZERO,
        /// When, and for how long.
        pub window: Window,
    }
}

/// How a clock is wrong when the fault begins: by up to a year.
#[derive(Clone, Copy)]
enum Skew {
    Ahead(Duration),
    Behind(Duration),
}

impl ClockSkew {
    pub const KIND: Kind = Kind {
        name: "ClockSkew",
        summary: "a region's clocks are ahead or behind, and may drift: where the last writer wins, they decide",
        example: "ClockSkew(region: \"us-east-1\", ahead: \"50ms\", drift_per_hour: \"36ms\", at: \"0s\", duration: \"1h\")",
    };

    fn judge(&mut self, fields: &mut Fields) {
        let at = fields.place();
        if self.ahead.is_some() == self.behind.is_some() {
            let help = "write one of ahead: \"50ms\" and behind: \"50ms\"";
            fields.reader().problem(at, "a clock is ahead or behind", help);
        }
        if self.drift_per_hour > FASTEST {
            let what = format!("a clock that drifts by more than {FASTEST} an hour");
            let help = "write less: a bad quartz drifts by 0.4 s an hour (100 ppm)";
            fields.reject("drift_per_hour", what, help);
        }
        if self.ahead.max(self.behind).is_some_and(|wrong| wrong > LARGEST) {
            let what = format!("a clock that is wrong by more than {LARGEST}");
            fields.reader().problem(at, what, "write less: a wrong time zone is at most 14h");
        }
    }
}

/// Beyond any real clock, and small enough to add up.
const LARGEST: Duration = Duration::from_secs(366 * 86_400);
/// The same for its drift in an hour.
const FASTEST: Duration = Duration::from_secs(3_600);

impl ClockSkew {
    /// How its clock is wrong when the fault begins.
    fn skew(&self) -> Skew {
        match self.behind {
            Some(behind) => Skew::Behind(behind),
            None => Skew::Ahead(self.ahead.unwrap_or(Duration::ZERO)),
        }
    }
}

impl Breaks for ClockSkew {
    fn window(&self) -> &Window {
        &self.window
    }

    fn effects(&self) -> Vec<Effect> {
        let nanos = |duration: Duration| {
            i64::try_from(duration.as_nanos()).expect("a year of nanoseconds fits")
        };
        let (sign, off) = match self.skew() {
            Skew::Ahead(by) => (1, nanos(by)),
            Skew::Behind(by) => (-1, nanos(by)),
        };
        vec![Effect::Skew {
            region: self.region,
            nanos: sign * off,
            nanos_per_hour: sign * nanos(self.drift_per_hour),
        }]
    }

    fn sentence(&self, region_name: &dyn Fn(RegionId) -> String) -> String {
        let (by, which) = match self.skew() {
            Skew::Ahead(by) => (by, "ahead"),
            Skew::Behind(by) => (by, "behind"),
        };
        let drift = if self.drift_per_hour.is_zero() {
            String::new()
        } else {
            format!(", {} more every hour", self.drift_per_hour)
        };
        format!("the clocks of {} are {by} {which}{drift}", region_name(self.region))
    }
}
