//! Why a campaign has no report: a run reached a limit, or there were no threads to run it on.

use crate::world::LimitReached;
use std::error::Error;
use std::fmt;

/// What kept a campaign from its report. An observer that wants an early end is no such thing: what was done by then is reported.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stopped {
    /// A run would have taken more events than a run may take.
    Limit(LimitReached),
    /// The operating system gave fewer threads than were asked for.
    Threads { asked: usize, why: String },
}

impl Stopped {
    /// What would get further.
    pub fn help(&self) -> &str {
        match self {
            Stopped::Limit(reached) => &reached.help,
            Stopped::Threads { .. } => "ask for fewer with --threads",
        }
    }

    /// The same of one of several designs.
    pub(super) fn in_design(self, name: &str) -> Stopped {
        match self {
            Stopped::Limit(LimitReached { what, help }) => {
                Stopped::Limit(LimitReached { what: format!("{name}: {what}"), help })
            }
            threads => threads,
        }
    }
}

impl From<LimitReached> for Stopped {
    fn from(reached: LimitReached) -> Stopped {
        Stopped::Limit(reached)
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stopped::Limit(reached) => f.write_str(&reached.what),
            Stopped::Threads { asked, why } => write!(f, "cannot start {asked} threads: {why}"),
        }
    }
}

impl Error for Stopped {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Stopped::Limit(reached) => Some(reached),
            Stopped::Threads { .. } => None,
        }
    }
}
