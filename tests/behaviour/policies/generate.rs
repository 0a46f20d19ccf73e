//! Random policies of each kind, and what the name servers know when they are asked.

use super::planted::Planted;
use mrsim::id::{CheckId, RegionId};
use mrsim::law::Law;
use mrsim::places::{self, UserPlace};
use mrsim::routing::failover::Failover;
use mrsim::routing::geolocation::Geolocation;
use mrsim::routing::geoproximity::Geoproximity;
use mrsim::routing::latency::Latency;
use mrsim::routing::location::Location;
use mrsim::routing::multivalue::Multivalue;
use mrsim::routing::priority::Priority;
use mrsim::routing::region_list::RegionList;
use mrsim::routing::rewritten::Rewritten;
use mrsim::routing::simple::Simple;
use mrsim::routing::weighted::Weighted;
use mrsim::routing::{Leads, Patience, Policy, Record, Rewriting, Routing, Stop, View};
use mrsim::units::{Duration, Share};
use proptest::prelude::*;

pub const REGIONS: usize = 12;
const CHECKS: usize = 6;

/// What is asked: a policy of the registry, or one that was planted.
#[derive(Clone, Debug)]
pub enum Asked {
    Real(Policy),
    Planted(Planted),
}

impl Asked {
    pub fn behaviour(&self) -> &dyn Routing {
        match self {
            Asked::Real(policy) => policy.behaviour(),
            Asked::Planted(planted) => planted,
        }
    }
}

/// A policy, what its name servers know, and draws.
#[derive(Clone, Debug)]
pub struct Case {
    pub asked: Asked,
    pub healthy: Vec<bool>,
    pub round_trip: Vec<Duration>,
    pub distance_km: Vec<f64>,
    pub asker: Option<&'static UserPlace>,
    pub rewritten: bool,
    pub draws: Vec<f64>,
    /// A region and an order, for laws that change something.
    pub other: usize,
    pub turn: usize,
}

impl Case {
    pub fn view<'a>(&'a self, healthy: &'a [bool]) -> View<'a> {
        View {
            believed_healthy: healthy,
            round_trip: &self.round_trip,
            distance_km: &self.distance_km,
            asker: self.asker,
            rewritten: self.rewritten,
        }
    }
}

/// A record of a region, with up to two checks.
fn leaf(can_fail: bool) -> BoxedStrategy<Record> {
    let check = || proptest::option::weighted(0.8, (0..CHECKS).prop_map(CheckId::at));
    let record =
        (0..REGIONS, check(), proptest::option::weighted(0.2, (0..CHECKS).prop_map(CheckId::at)))
            .prop_map(move |(region, check, target_health)| Record {
                leads: Leads::Stop(Stop::Region(RegionId::at(region))),
                check: check.filter(|_| can_fail),
                target_health: target_health.filter(|_| can_fail),
                evaluate_target_health: true,
            });
    record.boxed()
}

/// A record: a region, or an alias to a tree that is less deep.
fn record(
    kinds: &[&'static str],
    depth: u32,
    evaluates: bool,
    can_fail: bool,
) -> BoxedStrategy<Record> {
    if depth == 0 {
        return leaf(can_fail);
    }
    let flag = if evaluates { Just(true).boxed() } else { any::<bool>().boxed() };
    let check = proptest::option::weighted(0.3, (0..CHECKS).prop_map(CheckId::at));
    let alias = (tree(kinds, depth - 1, evaluates), flag, check).prop_map(
        move |(policy, evaluate_target_health, check)| Record {
            leads: Leads::Alias(Box::new(policy)),
            check: check.filter(|_| can_fail),
            target_health: None,
            evaluate_target_health,
        },
    );
    prop_oneof![2 => leaf(can_fail), 1 => alias].boxed()
}

/// Records that lead to different places, so that two of them are two answers.
fn records(of: BoxedStrategy<Record>, most: usize) -> BoxedStrategy<Vec<Record>> {
    let distinct = |records: Vec<Record>| {
        let mut kept: Vec<Record> = Vec::new();
        for record in records {
            if !kept.iter().any(|known| known.leads == record.leads) {
                kept.push(record);
            }
        }
        kept
    };
    proptest::collection::vec(of, 1..=most).prop_map(distinct).boxed()
}

fn pair(of: &BoxedStrategy<Record>) -> BoxedStrategy<(Record, Record)> {
    (of.clone(), of.clone())
        .prop_filter("two places", |(one, other)| one.leads != other.leads)
        .boxed()
}

/// Locations that users of the tables are in, each once: some match an asker, some do not.
fn locations() -> BoxedStrategy<Vec<Location>> {
    let all = vec![
        Location::Country("Japan"),
        Location::Country("South Korea"),
        Location::Country("India"),
        Location::Continent("Asia"),
        Location::Continent("Europe"),
        Location::Continent("North America"),
    ];
    proptest::sample::subsequence(all, 1..=6).prop_shuffle().boxed()
}

fn geolocation(
    records: impl Strategy<Value = Vec<Record>> + 'static,
    default: impl Strategy<Value = Record> + 'static,
) -> BoxedStrategy<Policy> {
    (locations(), records, proptest::option::of(default))
        .prop_map(|(locations, to, default)| {
            let rules: Vec<(Location, Record)> = locations.into_iter().zip(to).collect();
            let default = default
                .filter(|record| !rules.iter().any(|(_, known)| known.leads == record.leads));
            Policy::Geolocation(Geolocation { rules, default })
        })
        .boxed()
}

/// A policy of one kind; its aliases are of any of `kinds`.
fn of_kind(
    kind: &str,
    kinds: &[&'static str],
    depth: u32,
    evaluates: bool,
) -> BoxedStrategy<Policy> {
    let any_record = || record(kinds, depth, evaluates, true);
    match kind {
        "Failover" => (pair(&any_record()), proptest::option::weighted(0.3, 1..100_u64))
            .prop_map(|((primary, secondary), percent)| {
                let trickle =
                    percent.map(|percent| Share::from_parts(Share::ALL.parts() / 100 * percent));
                Policy::Failover(Failover { primary, secondary, trickle })
            })
            .boxed(),
        "Latency" => records(any_record(), 6)
            .prop_map(|to| Policy::Latency(Latency { to, drift: Share::NONE }))
            .boxed(),
        "Weighted" => (
            records(any_record(), 6),
            proptest::collection::vec(prop_oneof![2 => Just(0), 3 => 1..=20_u64], 6),
        )
            .prop_map(|(to, weights)| {
                Policy::Weighted(Weighted { to: to.into_iter().zip(weights).collect() })
            })
            .boxed(),
        // What these two cannot have: checks, and aliases.
        "Simple" => records(leaf(false), 10).prop_map(|to| Policy::Simple(Simple { to })).boxed(),
        "Multivalue" => {
            records(leaf(true), 12).prop_map(|to| Policy::Multivalue(Multivalue { to })).boxed()
        }
        "Geolocation" => geolocation(records(any_record(), 6), any_record()),
        "Geoproximity" => (records(any_record(), 6), proptest::collection::vec(-99..=99_i64, 6))
            .prop_map(|(to, biases)| {
                Policy::Geoproximity(Geoproximity { to: to.into_iter().zip(biases).collect() })
            })
            .boxed(),
        "Priority" => {
            records(any_record(), 6).prop_map(|to| Policy::Priority(Priority { to })).boxed()
        }
        "RegionList" => (
            locations(),
            proptest::collection::vec(records(leaf(false), 4), 6),
            records(leaf(false), 4),
        )
            .prop_map(|(locations, lists, default)| {
                let wait = Duration::from_secs(3);
                let patience =
                    Patience { connect: wait, answer: wait, tries: 1, retries_errors: true };
                Policy::RegionList(RegionList {
                    lists: locations.into_iter().zip(lists).collect(),
                    default,
                    patience,
                })
            })
            .boxed(),
        "Rewritten" => pair(&record(kinds, depth, evaluates, false))
            .prop_map(|(before, after)| {
                let rewriting = Rewriting {
                    watches: CheckId(0),
                    decision: Law::Constant(Duration::ZERO),
                    propagation: Law::Constant(Duration::ZERO),
                };
                Policy::Rewritten(Rewritten { before, after, rewriting })
            })
            .boxed(),
        other => panic!("nobody has said how to make a {other}: a new policy needs a line here"),
    }
}

fn tree(kinds: &[&'static str], depth: u32, evaluates: bool) -> BoxedStrategy<Policy> {
    let members: Vec<BoxedStrategy<Policy>> =
        kinds.iter().map(|kind| of_kind(kind, kinds, depth, evaluates)).collect();
    proptest::strategy::Union::new(members).boxed()
}

/// What name servers know, around what they are asked.
pub fn around(asked: BoxedStrategy<Asked>) -> BoxedStrategy<Case> {
    let places: Vec<Option<&'static UserPlace>> =
        std::iter::once(None).chain(places::user_places().iter().map(Some)).collect();
    // Distances all differ: which of two equally near regions is answered, no vendor says.
    let ranks = Just((1..=REGIONS as u64).collect::<Vec<u64>>()).prop_shuffle();
    let kilometres = Just((1..=REGIONS as u64).collect::<Vec<u64>>()).prop_shuffle();
    let beliefs = prop_oneof![1 => Just(vec![false; CHECKS]), 4 => proptest::collection::vec(any::<bool>(), CHECKS)];
    let draws = proptest::collection::vec(0.000_1..0.999_9, 64);
    (
        asked,
        beliefs,
        ranks,
        kilometres,
        proptest::sample::select(places),
        any::<bool>(),
        draws,
        0..REGIONS,
        0..6_usize,
    )
        .prop_map(|(asked, healthy, ranks, kilometres, asker, rewritten, draws, other, turn)| {
            Case {
                asked,
                healthy,
                round_trip: ranks
                    .into_iter()
                    .map(|rank| Duration::from_millis(10 * rank))
                    .collect(),
                distance_km: kilometres.into_iter().map(|rank| 137.0 * rank as f64).collect(),
                asker,
                rewritten,
                draws,
                other,
                turn,
            }
        })
        .boxed()
}

/// A policy of this kind alone.
pub fn case_of(kind: &'static str) -> BoxedStrategy<Case> {
    around(of_kind(kind, &[], 0, true).prop_map(Asked::Real).boxed())
}

/// A tree of policies of these kinds.
pub fn case(kinds: &[&'static str], depth: u32, evaluates: bool) -> BoxedStrategy<Case> {
    around(tree(kinds, depth - 1, evaluates).prop_map(Asked::Real).boxed())
}
