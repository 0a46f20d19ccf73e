//! How requests end, and how equal requests end with which shares.

use crate::id::RegionId;
use crate::units::{Duration, Share};

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Answered; the data came from region `by` (`None`: from a cache at the edge), `hop` (a round trip) away
    /// from the region asked.
    Served { by: Option<RegionId>, hop: Duration },
    /// A write that the old writer took after another had been promoted: answered, on a side that will be discarded.
    Forked { by: RegionId, hop: Duration },
    /// An error at once: the client knows that nothing was done.
    Refused,
    /// No answer: the client cannot know whether a write was done.
    TimedOut,
    /// The name had no address: nobody was asked.
    Unresolved,
}

impl Outcome {
    pub fn is_served(self) -> bool {
        matches!(self, Outcome::Served { .. } | Outcome::Forked { .. })
    }
}

/// How a request ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ending {
    /// The region that was asked last; `None`: no region was.
    pub at: Option<RegionId>,
    pub outcome: Outcome,
    /// Time lost on addresses that gave nothing, and on a slow answer.
    pub lost: Duration,
}

/// The endings of equal requests, with the share of each. Shares are above zero and sum to the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mix {
    pub parts: Vec<(Share, Ending)>,
}

impl Mix {
    pub fn add(&mut self, share: Share, ending: Ending) {
        if share == Share::NONE {
            return;
        }
        match self.parts.iter_mut().find(|(_, known)| *known == ending) {
            Some((sum, _)) => *sum = Share::from_parts(sum.parts() + share.parts()),
            None => self.parts.push((share, ending)),
        }
    }

    /// Answers that come later than a user waits are timeouts.
    pub fn give_up_after(&mut self, limit: Duration) {
        for (share, ending) in std::mem::take(&mut self.parts) {
            let given_up = Ending { outcome: Outcome::TimedOut, lost: limit, ..ending };
            self.add(share, if ending.lost > limit { given_up } else { ending });
        }
    }

    /// Share of requests that are served.
    pub fn served(&self) -> Share {
        let parts = self
            .parts
            .iter()
            .filter(|(_, ending)| ending.outcome.is_served())
            .map(|(share, _)| share.parts())
            .sum();
        Share::from_parts(parts)
    }

    /// Share of writes that the writer takes into its log.
    pub fn logged(&self) -> Share {
        let parts = self
            .parts
            .iter()
            .filter(|(_, ending)| matches!(ending.outcome, Outcome::Served { .. }))
            .map(|(share, _)| share.parts())
            .sum();
        Share::from_parts(parts)
    }

    /// The ending at this share of the requests; `share` lies strictly between 0 and 1.
    pub fn at(&self, share: f64) -> Ending {
        let mut mark = (share * Share::ALL.parts() as f64) as u64;
        let met = self.parts.iter().find(|(share, _)| {
            let is_it = mark < share.parts();
            mark = mark.saturating_sub(share.parts());
            is_it
        });
        met.or(self.parts.last()).expect("a mix is never empty").1
    }

    /// The ending of most requests.
    pub fn main(&self) -> Ending {
        let largest =
            self.parts.iter().max_by_key(|(share, ending)| (*share, std::cmp::Reverse(*ending)));
        largest.map(|(_, ending)| *ending).expect("a mix is never empty")
    }
}
