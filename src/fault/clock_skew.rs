//! A region's clocks are wrong: ahead or behind, and perhaps drifting further. Nothing fails; but where the last writer
//! wins, time stamps decide which acknowledged write is kept. A clock that is ahead by more than the lag wins even against
//! writers who had seen what it wrote.
//! Sources: Kulkarni et al. 2014 (hybrid logical clocks); Amazon EC2 User Guide, "Set the time" (Amazon Time Sync: within a
//! millisecond, or microseconds, while it works). A naive local time read as UTC is nine hours off in Tokyo.

use super::{Breaks, Effect, Window};
use crate::family::Kind;
use crate::id::RegionId;
use crate::read::Node;
use crate::read::{Fields, Reader};
use crate::units::Duration;

/// `ClockSkew(region: "us-east-1", ahead: "50ms", drift_per_hour: "36ms", at: "0s", lasting: "1h")`
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct ClockSkew {
    pub region: RegionId,
    pub skew: Skew,
    /// Further in the same direction with every hour of the fault, up to 1 h. Default nothing.
    pub drift_per_hour: Duration,
    pub window: Window,
}

/// How a clock is wrong when the fault begins: by up to a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Skew {
    Ahead(Duration),
    Behind(Duration),
}

impl ClockSkew {
    pub const KIND: Kind = Kind {
        name: "ClockSkew",
        summary: "a region's clocks are ahead or behind, and may drift: where the last writer wins, they decide",
        example: "ClockSkew(region: \"us-east-1\", ahead: \"50ms\", drift_per_hour: \"36ms\", at: \"0s\", lasting: \"1h\")",
    };

    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let mut fields = Fields::open(reader, expr, "ClockSkew")?;
        let region = fields.required("region");
        let (ahead, behind): (Option<Duration>, Option<Duration>) =
            (fields.optional("ahead"), fields.optional("behind"));
        let drift_per_hour = fields.or("drift_per_hour", Duration::ZERO);
        let window = Window::take_fields(&mut fields, None);
        let skew = match (ahead, behind) {
            (Some(ahead), None) => Some(Skew::Ahead(ahead)),
            (None, Some(behind)) => Some(Skew::Behind(behind)),
            _ => {
                let at = fields.place();
                fields.reader().problem(
                    at,
                    "a clock is ahead or behind",
                    "write one of ahead: \"50ms\" and behind: \"50ms\"",
                );
                None
            }
        };
        if drift_per_hour > FASTEST {
            let at = fields.place_of("drift_per_hour");
            let what = format!("a clock that drifts by more than {FASTEST} an hour");
            fields.reader().problem(
                at,
                what,
                "write less: a bad quartz drifts by 0.4 s an hour (100 ppm)",
            );
        }
        let wrong = [ahead, behind].into_iter().flatten().max();
        if wrong.is_some_and(|wrong| wrong > LARGEST) {
            let at = fields.place();
            fields.reader().problem(
                at,
                format!("a clock that is wrong by more than {LARGEST}"),
                "write less: a wrong time zone is at most 14h",
            );
        }
        fields.close();
        Some(ClockSkew { region: region?, skew: skew?, drift_per_hour, window: window? })
    }
}

/// Beyond any real clock, and small enough to add up.
const LARGEST: Duration = Duration::from_secs(366 * 86_400);
/// The same for its drift in an hour.
const FASTEST: Duration = Duration::from_secs(3_600);

impl Breaks for ClockSkew {
    fn window(&self) -> &Window {
        &self.window
    }

    fn effects(&self) -> Vec<Effect> {
        let nanos = |duration: Duration| {
            i64::try_from(duration.as_nanos()).expect("a year of nanoseconds fits")
        };
        let (sign, off) = match self.skew {
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
        let (by, which) = match self.skew {
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
