//! Policies that are wrong in one way each, for the laws to find: records in order of distance, but for what is planted.

use super::generate::{Asked, Case, REGIONS, around};
use mrsim::id::{CheckId, RegionId};
use mrsim::routing::{Draw, Leads, Record, Routing, Stop, View};
use proptest::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    Nothing,
    /// Answers with a record that it does not declare.
    Stranger,
    /// Answers nobody when nothing is healthy.
    Closed,
    /// Takes the nearest, dead or alive.
    Blind,
    /// Takes the farthest when nothing is healthy.
    Panics,
    /// Avoids the healthy record next to an unhealthy one's place.
    Haunted,
    /// Goes through its records in turn, question by question.
    RoundRobin,
    /// Draws, and then does as it would have done anyway.
    Dice,
    /// Takes the first healthy one of the list.
    FirstOfList,
}

/// Each, with the law that has to reject it.
pub const PLANTED: &[(Wrong, &str)] = &[
    (Wrong::Stranger, "an answer names only declared records"),
    (Wrong::Closed, "an answer names only declared records"),
    (Wrong::Blind, "a healthy record is answered while there is one"),
    (Wrong::Panics, "with nothing healthy the answer is as if everything were"),
    (Wrong::Haunted, "an answer does not depend on what is unhealthy"),
    (Wrong::RoundRobin, "the same question with common random numbers has the same answer"),
    (Wrong::Dice, "chance is asked just where two answers are possible"),
    (Wrong::FirstOfList, "the order of records counts only where the vendor says so"),
];

#[derive(Clone, Debug)]
pub struct Planted {
    pub to: Vec<Record>,
    wrong: Wrong,
    stranger: Record,
    asked: Arc<AtomicUsize>,
}

fn of_region(region: usize, check: Option<usize>) -> Record {
    Record {
        leads: Leads::Stop(Stop::Region(RegionId::at(region))),
        check: check.map(CheckId::at),
        target_health: None,
        evaluate_target_health: true,
    }
}

fn region(record: &Record) -> usize {
    match record.leads {
        Leads::Stop(Stop::Region(region)) => region.index(),
        _ => panic!("planted records lead to regions"),
    }
}

impl Routing for Planted {
    fn records(&self) -> Vec<&Record> {
        self.to.iter().collect()
    }

    fn choose<'p>(&'p self, view: &View, draw: &mut Draw) -> Vec<&'p Record> {
        let far = |record: &&&Record| view.round_trip[region(record)];
        let (mut healthy, dead): (Vec<&Record>, Vec<&Record>) =
            self.to.iter().partition(|record| view.is_healthy(record));
        let is_open = healthy.is_empty();
        if is_open {
            healthy = dead.clone();
        }
        let nearest =
            |among: &[&'p Record]| among.iter().min_by_key(far).copied().into_iter().collect();
        match self.wrong {
            Wrong::Stranger => vec![&self.stranger],
            Wrong::Closed if is_open => Vec::new(),
            Wrong::Blind => nearest(&self.to.iter().collect::<Vec<_>>()),
            Wrong::Panics if is_open => {
                healthy.iter().max_by_key(far).copied().into_iter().collect()
            }
            Wrong::Haunted if !is_open => {
                let sum: usize = dead.iter().map(|record| region(record)).sum();
                vec![healthy[sum % healthy.len()]]
            }
            Wrong::RoundRobin => {
                vec![healthy[self.asked.fetch_add(1, Ordering::Relaxed) % healthy.len()]]
            }
            Wrong::FirstOfList => vec![healthy[0]],
            _ => {
                if self.wrong == Wrong::Dice {
                    draw();
                }
                nearest(&healthy)
            }
        }
    }
}

pub fn planted_case(wrong: Wrong) -> BoxedStrategy<Case> {
    let regions =
        proptest::sample::subsequence((0..REGIONS).collect::<Vec<_>>(), 1..=6).prop_shuffle();
    let checks = proptest::collection::vec(proptest::option::weighted(0.8, 0..6_usize), 6);
    let planted = (regions, checks).prop_map(move |(regions, checks)| {
        let to = regions
            .into_iter()
            .zip(checks)
            .map(|(region, check)| of_region(region, check))
            .collect();
        Asked::Planted(Planted { to, wrong, stranger: of_region(0, None), asked: Arc::default() })
    });
    around(planted.boxed())
}
