//! The steps of a request: which region it is tried at, how long, and what comes next when that fails.

use super::Try;
use crate::id::RegionId;
use crate::routing::Patience;
use crate::trace::{Ending, Outcome};
use crate::units::{Duration, Share};

/// A part of the requests on their way: how many they are, and the time lost so far.
#[derive(Clone, Copy)]
pub(super) struct Part {
    pub share: Share,
    pub lost: Duration,
    /// Of it, before the client's present try.
    pub before_try: Duration,
}

/// Where one try goes, and when it is given up for the next.
#[derive(Clone, Copy)]
pub(super) struct Step {
    pub target: Target,
    pub patience: Patience,
    /// The client's try that it belongs to: a door may go through several regions within one.
    pub try_number: usize,
}

#[derive(Clone, Copy)]
pub(super) enum Target {
    Region(RegionId),
    /// Answered by a front door itself.
    Edge,
    /// A front door that is down.
    Nowhere,
}

/// Steps that a share of the requests goes through.
pub(super) struct Plan {
    pub share: Share,
    pub steps: Vec<Step>,
}

/// What comes after a try.
pub(super) enum Next<'s> {
    Ends(Ending),
    GoesOn { rest: &'s [Step], part: Part },
}

impl Step {
    fn at(&self) -> Option<RegionId> {
        if let Target::Region(region) = self.target { Some(region) } else { None }
    }

    /// How long a part waits for a try that fails.
    fn waits(&self, tried: Try) -> Duration {
        match tried {
            Try::Silent => self.patience.connect.times(self.patience.tries),
            Try::Hangs => self.patience.answer.times(self.patience.tries),
            _ => Duration::ZERO,
        }
    }

    /// Where a part of the requests goes on that was tried here with this end; `rest` are the steps that are left.
    pub fn after<'s>(
        &self,
        tried: Try,
        part: Part,
        rest: &'s [Step],
        client: Patience,
    ) -> Next<'s> {
        let ends =
            |outcome, lost| Next::Ends(Ending { at: self.at(), outcome, lost: part.lost + lost });
        let tried = tried.within(self.patience.answer);
        let outcome = match tried {
            Try::Served { by, hop, slow } => return ends(Outcome::Served { by, hop }, slow),
            Try::Forked { by, hop, slow } => return ends(Outcome::Forked { by, hop }, slow),
            Try::Error | Try::Refused => Outcome::Refused,
            Try::Hangs | Try::Silent => Outcome::TimedOut,
        };
        let goes_on = self.patience.retries_errors || !matches!(tried, Try::Error);
        let Some(next) = rest.first().filter(|_| goes_on) else {
            return ends(outcome, Duration::ZERO);
        };
        let lost = part.lost + self.waits(tried);
        if next.try_number != self.try_number {
            return Next::GoesOn { rest, part: Part { lost, before_try: lost, ..part } };
        }
        // A client does not wait longer for a door than for a region: it gives up what the door still tries.
        let limit = part.before_try + client.answer.times(client.tries);
        if lost < limit {
            return Next::GoesOn { rest, part: Part { lost, ..part } };
        }
        let of_door = rest.iter().take_while(|next| next.try_number == self.try_number).count();
        match &rest[of_door..] {
            [] => Next::Ends(Ending { at: self.at(), outcome: Outcome::TimedOut, lost: limit }),
            rest => Next::GoesOn { rest, part: Part { lost: limit, before_try: limit, ..part } },
        }
    }
}

/// A plan that goes the way of an earlier try once more.
pub(super) fn again(mut plan: Plan, earlier: usize, try_number: usize) -> Plan {
    let same: Vec<Step> = plan
        .steps
        .iter()
        .filter(|step| step.try_number == earlier)
        .map(|step| Step { try_number, ..*step })
        .collect();
    plan.steps.extend(same);
    plan
}

/// One plan before each of several ways, by their shares; the last takes what rounding left.
pub(super) fn split(plan: &Plan, ways: &[Plan]) -> Vec<Plan> {
    let mut left = plan.share;
    let each = ways.iter().enumerate().map(|(index, way)| {
        let share = if index + 1 == ways.len() { left } else { of(plan.share, way.share) };
        left = less(left, share);
        Plan { share, steps: plan.steps.iter().chain(&way.steps).copied().collect() }
    });
    each.collect()
}

pub(super) fn of(whole: Share, share: Share) -> Share {
    Share::from_parts(
        (u128::from(whole.parts()) * u128::from(share.parts()) / u128::from(Share::ALL.parts()))
            as u64,
    )
}

pub(super) fn less(whole: Share, part: Share) -> Share {
    Share::from_parts(whole.parts() - part.parts())
}
