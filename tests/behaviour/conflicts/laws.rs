//! What merging has to be for every member, whatever was written and however it travelled. Laws are functions of a
//! policy and a script, so that `controls` can show each of them failing.
//! Source: Shapiro et al. 2011: a join semilattice and inflationary changes give strong eventual consistency.

use super::cluster::{Cluster, Step, drawn_scripts, every, played, scripts};
use mrsim::conflict::{Conflict, Content, Fate, How, KeyState, Policy, Replica, Update};
use mrsim::id::RegionId;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};

/// Random scripts per law and member.
const CASES: u32 = 1_500;

/// `Err` says how the law was broken.
pub type Verdict = Result<(), String>;
pub type Law = fn(&dyn Conflict, &[Step]) -> Verdict;

pub fn holds(condition: bool, sentence: impl FnOnce() -> String) -> Verdict {
    if condition { Ok(()) } else { Err(sentence()) }
}

fn join(policy: &dyn Conflict, a: &KeyState, b: &KeyState) -> KeyState {
    let mut sum = a.clone();
    policy.merge(&mut sum, b);
    sum
}

/// States to compare: the replicas', and single changes among them.
fn states(cluster: &Cluster) -> Vec<KeyState> {
    let changes = cluster.updates.iter().rev().take(2).map(|update| update.state.clone());
    cluster.replicas.iter().map(|replica| replica.state().clone()).chain(changes).collect()
}

fn for_pairs(
    policy: &dyn Conflict,
    script: &[Step],
    law: impl Fn(&KeyState, &KeyState) -> Verdict,
) -> Verdict {
    let cluster = played(policy, script);
    let states = states(&cluster);
    states.iter().try_for_each(|a| states.iter().try_for_each(|b| law(a, b)))
}

pub fn commutative(policy: &dyn Conflict, script: &[Step]) -> Verdict {
    for_pairs(policy, script, |a, b| {
        holds(join(policy, a, b) == join(policy, b, a), || {
            format!("{a:?}\nand {b:?}\ndepend on their order")
        })
    })
}

pub fn associative(policy: &dyn Conflict, script: &[Step]) -> Verdict {
    let third = played(policy, script).replicas[2].state().clone();
    for_pairs(policy, script, |a, b| {
        let (left, right) =
            (join(policy, &join(policy, a, b), &third), join(policy, a, &join(policy, b, &third)));
        holds(left == right, || {
            format!("{a:?}\nand {b:?}\nand {third:?}\ndepend on their grouping")
        })
    })
}

pub fn idempotent(policy: &dyn Conflict, script: &[Step]) -> Verdict {
    for_pairs(policy, script, |a, b| {
        let once = join(policy, a, b);
        holds(join(policy, a, a) == *a && join(policy, &once, b) == once, || {
            format!("{b:?}\nmerged twice into {a:?}\nis not as once")
        })
    })
}

/// A merge includes both: merging either again adds nothing, and nothing that a state knows gets less.
pub fn monotone(policy: &dyn Conflict, script: &[Step]) -> Verdict {
    for_pairs(policy, script, |a, b| {
        let sum = join(policy, a, b);
        let includes =
            |part: &KeyState| join(policy, &sum, part) == sum && knows_no_less(&sum, part);
        holds(includes(a) && includes(b), || format!("{sum:?}\nis less than {a:?}\nor {b:?}"))
    })
}

fn knows_no_less(sum: &KeyState, part: &KeyState) -> bool {
    match (sum, part) {
        (KeyState::Dots(sum), KeyState::Dots(part)) => sum.context().includes(part.context()),
        (KeyState::Rows(sum), KeyState::Rows(part)) => sum.included().descends(&part.included()),
        (KeyState::Sets { added, removed }, KeyState::Sets { added: a, removed: r }) => {
            added.is_superset(a) && removed.is_superset(r)
        }
        (KeyState::Winner(sum), KeyState::Winner(part)) => sum.is_some() || part.is_none(),
        (KeyState::Versions(sum), KeyState::Versions(part)) => {
            part.iter().all(|(clock, _)| sum.iter().any(|(newer, _)| newer.descends(clock)))
        }
        _ => false,
    }
}

/// The empty state is the neutral one.
pub fn neutral(policy: &dyn Conflict, script: &[Step]) -> Verdict {
    for_pairs(policy, script, |a, _| {
        holds(
            join(policy, &policy.empty(), a) == *a && join(policy, a, &policy.empty()) == *a,
            || format!("the empty state changes {a:?}"),
        )
    })
}

/// Numbers that scatter without a generator, from the script itself.
fn scattered(script: &[Step], count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    let salt = script.len().wrapping_mul(0x9E37_79B9);
    order.sort_by_key(|index| {
        (index.wrapping_mul(2_654_435_761).wrapping_add(salt) ^ salt.rotate_left(7))
            .wrapping_mul(0x85EB_CA6B)
            >> 7
            & 0xFFFF
    });
    order
}

/// Two replicas that received the same updates, one in the order in which they were made, one scattered, in groups and
/// twice.
fn received<'p>(policy: &'p dyn Conflict, script: &[Step]) -> (Cluster<'p>, Replica, Replica) {
    let cluster = played(policy, script);
    let (mut in_order, mut scattering) =
        (Replica::new(policy, RegionId(8)), Replica::new(policy, RegionId(9)));
    for update in &cluster.updates {
        in_order.receive(policy, &cluster.history, update);
    }
    let order = scattered(script, cluster.updates.len());
    for group in order.chunks(3) {
        let mut grouped: Update = cluster.updates[group[0]].clone();
        group[1..].iter().for_each(|index| grouped.join(policy, &cluster.updates[*index]));
        scattering.receive(policy, &cluster.history, &grouped);
        scattering.receive(policy, &cluster.history, &cluster.updates[group[0]]);
    }
    order.iter().rev().step_by(2).for_each(|index| {
        drop(scattering.receive(policy, &cluster.history, &cluster.updates[*index]))
    });
    (cluster, in_order, scattering)
}

/// Any order, grouping and repetition of the same updates gives the same state, and so does exchanging whole states.
pub fn eventually_consistent(policy: &dyn Conflict, script: &[Step]) -> Verdict {
    let (mut cluster, in_order, scattering) = received(policy, script);
    let same = |a: &Replica, b: &Replica| {
        a.state() == b.state() && a.applied() == b.applied() && a.read(policy) == b.read(policy)
    };
    holds(same(&in_order, &scattering), || {
        format!("{:?}\nin order,\n{:?}\nscattered", in_order.state(), scattering.state())
    })?;
    cluster.settle();
    let differs = cluster.replicas.iter().find(|replica| !same(replica, &in_order));
    holds(differs.is_none(), || {
        format!(
            "{:?}\nfrom whole states,\n{:?}\nfrom updates",
            differs.map(Replica::state),
            in_order.state()
        )
    })
}

/// Every write that arrived has one fate, which is the truth about it; replicas with the same writes agree.
pub fn fates_are_true(policy: &dyn Conflict, script: &[Step]) -> Verdict {
    let (cluster, in_order, scattering) = received(policy, script);
    for replica in cluster.replicas.iter().chain([&in_order]) {
        let siblings = replica.read(policy).siblings;
        for write in cluster.history.writes().filter(|write| replica.applied().contains(write.dot))
        {
            let shows = policy.has_effect(replica.state(), write);
            let is_true = match replica.fate(policy, &cluster.history, write.id) {
                Fate::Absent => false,
                Fate::InEffect => shows && !siblings.contains(&write.id),
                Fate::Sibling => shows && siblings.contains(&write.id),
                Fate::Superseded { by } => {
                    !shows
                        && cluster.history.write(by).is_some_and(|by| by.seen.contains(write.dot))
                }
                Fate::Lost { to: Some(to), how: How::AlthoughLater } => {
                    !shows
                        && cluster.history.write(to).is_some_and(|kept| {
                            write.seen.contains(kept.dot) && policy.overrides(kept, write)
                        })
                }
                Fate::Lost { to: Some(to), how: How::Concurrently } => {
                    let unseen = |kept: &mrsim::conflict::Write| {
                        !kept.seen.contains(write.dot) || policy.overrides(write, kept)
                    };
                    !shows
                        && cluster.history.write(to).is_some_and(|kept| {
                            policy.has_effect(replica.state(), kept) && unseen(kept)
                        })
                }
                Fate::Lost { to: None, .. } => false,
            };
            let fate = || replica.fate(policy, &cluster.history, write.id);
            holds(is_true, || format!("{write:?}\nis not {:?}\nin {:?}", fate(), replica.state()))?;
        }
    }
    let agree = cluster.history.writes().all(|write| {
        in_order.fate(policy, &cluster.history, write.id)
            == scattering.fate(policy, &cluster.history, write.id)
    });
    holds(agree, || "replicas with the same writes disagree about a fate".into())
}

/// What shows no more was reported when it happened, and nothing else was; only a removal can come into effect again.
pub fn outcomes_balance(policy: &dyn Conflict, script: &[Step]) -> Verdict {
    let cluster = played(policy, script);
    for (replica, reported) in cluster.replicas.iter().zip(&cluster.reported) {
        for write in cluster.history.writes().filter(|write| replica.applied().contains(write.dot))
        {
            let (shows, was_reported) =
                (policy.has_effect(replica.state(), write), reported.contains(&write.id));
            let balances = shows != was_reported || shows && !write.op.leaves_value();
            holds(balances, || {
                format!("{write:?}\nshows: {shows}, reported as hidden: {was_reported}")
            })?;
        }
    }
    Ok(())
}

pub fn for_all<T: std::fmt::Debug>(
    strategy: impl Strategy<Value = T>,
    cases: u32,
    law: impl Fn(&T) -> Verdict,
) -> Result<(), String> {
    let config = Config {
        cases,
        rng_seed: RngSeed::Fixed(7),
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&strategy, |value| law(&value).map_err(TestCaseError::fail))
        .map_err(|broken| broken.to_string())
}

fn for_every(keep: impl Fn(&Policy) -> bool, law: Law) {
    let members: Vec<_> = every().into_iter().filter(|(_, policy)| keep(policy)).collect();
    assert!(members.len() > 13, "the registry is not empty: {}", members.len());
    for (name, policy) in members {
        for_all(scripts(), CASES, |script| law(policy.behaviour(), script))
            .unwrap_or_else(|broken| panic!("{name}: {broken}"));
    }
}

fn converges(policy: &Policy) -> bool {
    policy.behaviour().converges()
}

#[test]
fn merging_is_commutative() {
    for_every(converges, commutative);
}

#[test]
fn merging_is_associative() {
    for_every(|_| true, associative);
}

#[test]
fn merging_is_idempotent() {
    for_every(|_| true, idempotent);
}

#[test]
fn merging_only_adds() {
    for_every(|_| true, monotone);
}

#[test]
fn the_empty_state_is_neutral() {
    for_every(|_| true, neutral);
}

#[test]
fn the_same_updates_give_the_same_state() {
    for_every(converges, eventually_consistent);
}

#[test]
fn every_write_has_its_true_fate() {
    for_every(converges, fates_are_true);
}

#[test]
fn what_is_hidden_is_reported_once_it_happens() {
    for_every(|_| true, outcomes_balance);
}

/// Members that say that they diverge do so; the scripts are no kinder to the others.
#[test]
fn members_that_document_it_diverge() {
    let diverging: Vec<_> = every().into_iter().filter(|(_, policy)| !converges(policy)).collect();
    assert_eq!(diverging.len(), 2, "the strict guard on time and the guard on versions");
    for (name, policy) in diverging {
        let differ = drawn_scripts(500)
            .filter(|script| eventually_consistent(policy.behaviour(), script).is_err())
            .count();
        assert!(differ > 50, "{name}: replicas differ in only {differ} of 500 scripts");
    }
}

/// The scripts reach what the laws are about: hidden writes, siblings, every kind of loss.
#[test]
fn scripts_give_occasions() {
    let mut seen = [0u32; 5];
    for (_, policy) in every() {
        let policy = policy.behaviour();
        for script in drawn_scripts(60) {
            let cluster = played(policy, &script);
            let fates = cluster.history.writes().flat_map(|write| {
                cluster
                    .replicas
                    .iter()
                    .map(|replica| replica.fate(policy, &cluster.history, write.id))
            });
            for fate in fates {
                let kind = match fate {
                    Fate::Absent => 0,
                    Fate::InEffect => 1,
                    Fate::Sibling => 2,
                    Fate::Superseded { .. } => 3,
                    Fate::Lost { how: How::Concurrently, .. } => 4,
                    Fate::Lost { how: How::AlthoughLater, .. } => continue,
                };
                seen[kind] += 1;
            }
            assert!(!matches!(cluster.content(0), Content::Entries(entries) if entries.len() > 8));
        }
    }
    assert!(
        seen.iter().all(|count| *count > 200),
        "absent, in effect, sibling, superseded, lost: {seen:?}"
    );
}
