//! Contexts against the plainest thing that could be one: a set of dots.

use super::laws::for_all;
use mrsim::conflict::{Context, Dot};
use mrsim::id::RegionId;
use proptest::collection::vec;
use std::collections::BTreeSet;

pub fn dot(replica: u32, counter: u64) -> Dot {
    Dot { replica: RegionId(replica), counter }
}

pub fn context(dots: &[(u32, u64)]) -> Context {
    dots.iter().map(|(replica, counter)| dot(*replica, *counter)).collect()
}

type Dots = Vec<(u32, u64)>;

#[test]
fn contexts_are_sets_of_dots() {
    let dots = || vec((0u32..3, 1u64..10), 0..14);
    let law = |(mine, theirs): &(Dots, Dots)| {
        let (a, b) = (context(mine), context(theirs));
        let set = |dots: &Dots| {
            dots.iter().map(|(replica, counter)| dot(*replica, *counter)).collect::<BTreeSet<Dot>>()
        };
        let (plain, other) = (set(mine), set(theirs));
        let same = |context: &Context, set: BTreeSet<Dot>| {
            context.dots().collect::<BTreeSet<_>>() == set && context.dots().count() == set.len()
        };
        let latest = |replica: u32| {
            plain
                .iter()
                .filter(|dot| dot.replica == RegionId(replica))
                .map(|dot| dot.counter)
                .max()
                .unwrap_or(0)
        };
        let is_right = same(&a, plain.clone())
            && same(&a.joined(&b), plain.union(&other).copied().collect())
            && same(&a.without(&b), plain.difference(&other).copied().collect())
            && a.includes(&b) == plain.is_superset(&other)
            && (0..3).all(|replica| a.latest(RegionId(replica)) == latest(replica))
            && (0..3).all(|replica| {
                (1..11).all(|counter| {
                    a.contains(dot(replica, counter)) == plain.contains(&dot(replica, counter))
                })
            });
        if is_right { Ok(()) } else { Err(format!("{a:?} and {b:?}")) }
    };
    for_all((dots(), dots()), 20_000, law).unwrap();
}

/// One gap costs one span, however long the history is.
#[test]
fn a_gap_costs_one_span() {
    let all_but_one: Context =
        (1..=10_000).filter(|counter| *counter != 5_000).map(|counter| dot(0, counter)).collect();
    assert_eq!(all_but_one.spans().len(), 2);
    assert_eq!(
        all_but_one.version_vector().get(RegionId(0)),
        10_000,
        "a version vector cannot say it"
    );
}
