//! Clocks: version vectors and contexts are partial orders with joins; hybrid clocks follow causality.

use super::laws::{Verdict, for_all, holds};
use mrsim::conflict::{Causality, Context, VersionVector};
use mrsim::id::RegionId;
use proptest::collection::vec;
use proptest::strategy::Strategy;

fn vectors() -> impl Strategy<Value = VersionVector> {
    vec((0u32..3, 0u64..4), 0..4).prop_map(|entries| {
        entries.into_iter().map(|(replica, counter)| (RegionId(replica), counter)).collect()
    })
}

/// A partial order and its joins: exactly one of four cases, antisymmetric, transitive; equal both ways means equal.
fn is_partial_order<T: Clone + PartialEq + std::fmt::Debug>(
    a: &T,
    b: &T,
    c: &T,
    compare: fn(&T, &T) -> Causality,
    join: fn(&mut T, &T),
) -> Verdict {
    let mut sum = a.clone();
    join(&mut sum, b);
    let before = |a: &T, b: &T| matches!(compare(a, b), Causality::Before | Causality::Equal);
    holds(compare(a, a) == Causality::Equal, || format!("{a:?} is not equal to itself"))?;
    holds(compare(a, b) == compare(b, a).reversed(), || {
        format!("{a:?} and {b:?} compare one-sidedly")
    })?;
    holds((compare(a, b) == Causality::Equal) == (a == b), || {
        format!("{a:?} and {b:?} are equal and not the same")
    })?;
    holds(!(before(a, b) && before(b, c)) || before(a, c), || {
        format!("{a:?} <= {b:?} <= {c:?} is not transitive")
    })?;
    holds(before(a, &sum) && before(b, &sum), || {
        format!("{sum:?} does not include {a:?} and {b:?}")
    })?;
    holds(!(before(a, c) && before(b, c)) || before(&sum, c), || {
        format!("{sum:?} is not the least that includes {a:?} and {b:?}")
    })
}

#[test]
fn clocks_are_a_partial_order() {
    let three = (vectors(), vectors(), vectors());
    for_all(three, 20_000, |(a, b, c)| {
        is_partial_order(a, b, c, VersionVector::compare, VersionVector::join)
    })
    .unwrap();
    let contexts =
        || vec((0u32..2, 1u64..6), 0..7).prop_map(|dots| super::contexts::context(&dots));
    for_all((contexts(), contexts(), contexts()), 20_000, |(a, b, c)| {
        is_partial_order(a, b, c, Context::compare, Context::join)
    })
    .unwrap();
}

/// A stamp order is total and follows the hybrid clock: whoever has met a stamp stamps later.
#[test]
fn hybrid_clocks_follow_causality_whatever_the_skew() {
    use mrsim::conflict::Hlc;
    let walks = vec((0usize..3, 0usize..3, -50i64..50), 1..40);
    let law = |steps: &Vec<(usize, usize, i64)>| {
        let mut clocks = [Hlc::START; 3];
        let mut fastest = i64::MIN;
        for (at, from, wall) in steps {
            let (before, met) = (clocks[*at], clocks[*from]);
            clocks[*at] = if at == from { before.local(*wall) } else { before.receive(met, *wall) };
            fastest = fastest.max(*wall);
            let after = clocks[*at];
            holds(
                after > before && after > met && after.time >= *wall && after.time <= fastest,
                || format!("{before:?} met {met:?} at {wall}: {after:?}"),
            )?;
        }
        Ok(())
    };
    for_all(walks, 5_000, law).unwrap();
}
