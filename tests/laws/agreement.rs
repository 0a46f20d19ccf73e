//! Regions that agree: who is served follows from who sees a majority, worked out here from nothing but the faults under way.

pub use crate::design::change::agreeing;
use crate::design::{Breaks, Design, Family, How};
use crate::generate::designs;
use crate::running::{CASES, RUNS, Verdict, for_all, holds, traces};
use mrsim::id::RegionId;
use mrsim::trace::{Operation, Trace, What};
use mrsim::units::Share;
use proptest::strategy::Strategy;

/// What is broken at an instant.
struct Truth<'d> {
    design: &'d Design,
    /// By fault: whether it is under way.
    active: Vec<bool>,
    leader: usize,
}

impl Truth<'_> {
    fn under_way(&self) -> impl Iterator<Item = &Breaks> {
        self.design
            .faults
            .iter()
            .zip(&self.active)
            .filter(|(_, active)| **active)
            .map(|(fault, _)| &fault.breaks)
    }

    /// Wrong content is the front's alone.
    fn is_up(&self, region: usize) -> bool {
        !self.under_way().any(|breaks| matches!(breaks, Breaks::Outage { region: of, how } if *of == region && *how != How::WrongContent))
    }

    fn answers(&self, region: usize) -> bool {
        !self
            .under_way()
            .any(|breaks| matches!(breaks, Breaks::Outage { region: of, .. } if *of == region))
    }

    fn is_cut(&self, one: usize, other: usize) -> bool {
        self.under_way().any(|breaks| match breaks {
            Breaks::Cut { from, to, both } => {
                *from == one && to.contains(&other) || *both && *from == other && to.contains(&one)
            }
            Breaks::Outage { .. } => false,
        })
    }

    /// Over their link, or over regions that forward and are up.
    fn reaches(&self, from: usize, to: usize) -> bool {
        let mut found = vec![from];
        let mut next = 0;
        while let Some(at) = found.get(next).copied() {
            next += 1;
            if at != from && !(self.design.transit.contains(&at) && self.is_up(at)) {
                continue;
            }
            let more: Vec<usize> = (0..self.design.regions.len())
                .filter(|other| !found.contains(other) && !self.is_cut(at, *other))
                .collect();
            found.extend(more);
        }
        found.contains(&to)
    }

    fn are_linked(&self, one: usize, other: usize) -> bool {
        self.reaches(one, other) && self.reaches(other, one)
    }

    fn sees_majority(&self, region: usize) -> bool {
        let store = &self.design.stores[0];
        let votes = std::iter::once(store.writer).chain(store.readers.iter().copied());
        self.is_up(region)
            && votes.filter(|vote| self.is_up(*vote) && self.are_linked(region, *vote)).count() >= 2
    }

    /// Whether a write that reaches a region is served; `None`: not told here.
    fn serves(&self, region: usize, has_leader: bool) -> Option<bool> {
        let store = &self.design.stores[0];
        let is_replica = store.writer == region || store.readers.contains(&region);
        match has_leader {
            _ if !self.answers(region) => Some(false),
            true => Some(
                (region == self.leader || self.are_linked(region, self.leader))
                    && self.sees_majority(self.leader),
            ),
            false => is_replica.then(|| self.sees_majority(region)),
        }
    }
}

/// Everyone with a majority is served and nobody else is, at the end of every instant.
fn majorities_serve(design: &Design, has_leader: bool) -> Verdict {
    let Some(Family::Agreed { .. }) = design.stores.first().map(|store| store.family) else {
        return Ok(false);
    };
    let mut occasion = false;
    for trace in &traces(design, RUNS) {
        occasion |= follow(design, trace, has_leader)?;
    }
    Ok(occasion)
}

fn follow(design: &Design, trace: &Trace, has_leader: bool) -> Result<bool, String> {
    let mut truth =
        Truth { design, active: vec![false; design.faults.len()], leader: design.stores[0].writer };
    let mut served: Vec<Option<bool>> = vec![None; trace.seats.len()];
    for seat in &trace.start_seat {
        served[seat.index()] = Some(
            trace.seats[seat.index()].served_at_first[Operation::Write as usize] > Share::NONE,
        );
    }
    let mut occasion = false;
    for (index, fact) in trace.facts.iter().enumerate() {
        match fact.what {
            What::FaultBegan { fault } => truth.active[fault.index()] = true,
            What::FaultEnded { fault } => truth.active[fault.index()] = false,
            What::LeaderElected { from, to, .. } => {
                let is_right = from == RegionId::at(truth.leader)
                    && !truth.sees_majority(truth.leader)
                    && truth.sees_majority(to.index());
                holds(is_right, || format!("{fact:?}: {} was the leader", truth.leader))?;
                truth.leader = to.index();
            }
            What::ServiceChanged { seat, operation: Operation::Write, served: share, .. } => {
                served[seat.index()] = Some(share > Share::NONE)
            }
            What::WritesLost { writes, .. } => holds(writes == 0, || format!("{fact:?}"))?,
            _ => {}
        }
        if trace.facts.get(index + 1).is_some_and(|next| next.at == fact.at) {
            continue;
        }
        for (seat, is_served) in trace.seats.iter().zip(&served) {
            let (Some(region), Some(is_served)) = (seat.region, *is_served) else { continue };
            let Some(expected) = truth.serves(region.index(), has_leader) else { continue };
            holds(is_served == expected, || {
                format!(
                    "at {}: writes at {} are served: {is_served}, expected {expected}",
                    fact.at, seat.label
                )
            })?;
            occasion |= !expected && truth.answers(region.index());
        }
    }
    Ok(occasion)
}

/// Without a leader a replica serves writes exactly while it sees a majority of the regions, whatever breaks.
/// So of two sides of a cut at most one serves, and nothing that was acknowledged is missing on the other.
#[test]
fn a_replica_serves_exactly_while_it_sees_a_majority() {
    for_all(2 * CASES, 0.08, designs().prop_map(|design| agreeing(design, false)), |design| {
        majorities_serve(design, false)
    });
}

/// With a leader everyone writes who reaches it while it sees a majority; another is elected only when it does not, among those who do.
#[test]
fn a_leader_serves_exactly_while_it_sees_a_majority() {
    for_all(2 * CASES, 0.1, designs().prop_map(|design| agreeing(design, true)), |design| {
        majorities_serve(design, true)
    });
}

/// The control: by the rule of a leader, replicas that need none are served when they should not be.
#[test]
#[should_panic(expected = "are served")]
fn a_wrong_rule_is_noticed() {
    for_all(2 * CASES, 0.0, designs().prop_map(|design| agreeing(design, false)), |design| {
        majorities_serve(design, true)
    });
}
