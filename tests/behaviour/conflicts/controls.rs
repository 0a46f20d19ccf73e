//! The laws can fail: merges that are wrong, each in its way, are caught by the law that they break.

use super::cluster::{drawn_scripts, policy};
use super::laws::{
    Law, associative, commutative, eventually_consistent, fates_are_true, idempotent, monotone,
    neutral, outcomes_balance,
};
use mrsim::conflict::rows::Rows;
use mrsim::conflict::{
    Conflict, Content, Context, Dot, KeyState, Op, Policy, Refused, Write, WriteId,
};
use mrsim::id::RegionId;
use std::sync::Arc;

/// A policy whose merge, or whose word on effects, was exchanged.
struct Planted {
    right: Policy,
    merge: fn(&Policy, &mut KeyState, &KeyState),
    tells_of_effects: bool,
}

impl Planted {
    fn merging(right: &str, merge: fn(&Policy, &mut KeyState, &KeyState)) -> Planted {
        Planted { right: policy(right), merge, tells_of_effects: true }
    }
}

impl Conflict for Planted {
    fn takes(&self, op: &Op) -> bool {
        self.right.behaviour().takes(op)
    }
    fn empty(&self) -> KeyState {
        self.right.behaviour().empty()
    }
    fn change(&self, state: &KeyState, write: &Arc<Write>) -> Result<KeyState, Refused> {
        self.right.behaviour().change(state, write)
    }
    fn merge(&self, into: &mut KeyState, from: &KeyState) {
        (self.merge)(&self.right, into, from);
    }
    fn content(&self, state: &KeyState) -> Content {
        self.right.behaviour().content(state)
    }
    fn siblings(&self, state: &KeyState) -> Vec<WriteId> {
        self.right.behaviour().siblings(state)
    }
    fn context(&self, state: &KeyState, applied: &Context) -> Context {
        self.right.behaviour().context(state, applied)
    }
    fn has_effect(&self, state: &KeyState, write: &Write) -> bool {
        // Nobody knows whether the first write shows: what it is said to be changes with every other write.
        self.right.behaviour().has_effect(state, write)
            && (self.tells_of_effects || write.id.0 != 1)
    }
}

/// In how many of 300 scripts the law is broken.
fn broken(planted: &Planted, law: Law) -> usize {
    drawn_scripts(300).filter(|script| law(planted, script).is_err()).count()
}

/// Adds up the counts of both sides, as if every merge brought only news.
fn sums(_: &Policy, into: &mut KeyState, from: &KeyState) {
    let mut sum = Rows::default();
    for replica in (0..3).map(RegionId) {
        let (mine, theirs) = (into.rows().row(replica), from.rows().row(replica));
        let dot = Dot { replica, counter: mine.writes.max(theirs.writes) };
        if dot.counter > 0 {
            sum.merge(&Rows::default().change(
                dot,
                mine.added + theirs.added,
                mine.taken + theirs.taken,
            ));
        }
    }
    *into = KeyState::Rows(sum);
}

/// Keeps what is there.
fn keeps_its_own(right: &Policy, into: &mut KeyState, from: &KeyState) {
    if *into == right.behaviour().empty() {
        into.clone_from(from);
    }
}

/// Keeps the earlier write, once both sides have one.
fn keeps_the_earlier(right: &Policy, into: &mut KeyState, from: &KeyState) {
    let mut sum = into.clone();
    right.behaviour().merge(&mut sum, from);
    let had_both = into.winner().is_some() && from.winner().is_some();
    if !had_both {
        *into = sum;
    } else if sum == *into {
        into.clone_from(from);
    }
}

/// Rock, paper, scissors: of values 0, 1 and 2 each beats the one before it, in a ring.
fn goes_round(_: &Policy, into: &mut KeyState, from: &KeyState) {
    let number =
        |state: &KeyState| state.winner().map(|write| (write.op.number() % 3, write.stamp));
    let is_beaten = match (number(into), number(from)) {
        (Some((mine, my_stamp)), Some((theirs, their_stamp))) => {
            (mine + 1) % 3 == theirs || mine == theirs && my_stamp < their_stamp
        }
        (mine, _) => mine.is_none(),
    };
    if is_beaten {
        into.clone_from(from);
    }
}

/// Forgets removals: whatever lives on either side lives, as if contexts were not kept.
fn forgets_removals(_: &Policy, into: &mut KeyState, from: &KeyState) {
    let mut sum = mrsim::conflict::dots::Dots::default();
    for write in into.dots().live().iter().chain(from.dots().live()) {
        sum.merge(&mrsim::conflict::dots::Dots::change(write, Context::new()));
    }
    *into = KeyState::Dots(sum);
}

/// Starts anew whenever something arrives.
fn forgets_everything(_: &Policy, into: &mut KeyState, from: &KeyState) {
    into.clone_from(from);
}

#[test]
fn each_law_catches_a_wrong_merge() {
    let catches = |name: &str, planted: Planted, law: Law| {
        let count = broken(&planted, law);
        println!("{name}: {count} of 300");
        assert!(count > 20, "{name}: caught in only {count} of 300 scripts");
    };
    catches("a sum of counts is not idempotent", Planted::merging("PnCounter()", sums), idempotent);
    catches(
        "a sum of counts does not converge",
        Planted::merging("GCounter()", sums),
        eventually_consistent,
    );
    catches(
        "keeping one's own is not commutative",
        Planted::merging("LwwRegister()", keeps_its_own),
        commutative,
    );
    catches(
        "keeping one's own does not converge",
        Planted::merging("GSet()", keeps_its_own),
        eventually_consistent,
    );
    catches(
        "a ring of winners is not associative",
        Planted::merging("LwwRegister()", goes_round),
        associative,
    );
    catches(
        "a ring of winners does not converge",
        Planted::merging("LwwRegister()", goes_round),
        eventually_consistent,
    );
    catches(
        "forgetting removals loses what was known",
        Planted::merging("OrSet()", forgets_removals),
        monotone,
    );
    catches(
        "forgetting resets loses what was known",
        Planted::merging("CrdtMap()", forgets_removals),
        monotone,
    );
    catches(
        "starting anew loses what was known",
        Planted::merging("MvRegister()", forgets_everything),
        monotone,
    );
    catches(
        "starting anew is not neutral",
        Planted::merging("TwoPhaseSet()", forgets_everything),
        neutral,
    );
    catches(
        "starting anew shows in reports",
        Planted::merging("GSet()", forgets_everything),
        outcomes_balance,
    );
    catches(
        "the earlier write lives on in untrue fates",
        Planted::merging("LwwRegister()", keeps_its_own),
        fates_are_true,
    );
}

/// A wrong rule that nevertheless converges: laws of merging cannot see it, fates can.
#[test]
fn keeping_the_earlier_write_passes_the_laws_of_merging() {
    let earlier = || Planted::merging("LwwRegister()", keeps_the_earlier);
    assert_eq!(
        broken(&earlier(), commutative)
            + broken(&earlier(), associative)
            + broken(&earlier(), eventually_consistent),
        0
    );
}

#[test]
fn a_policy_that_is_wrong_about_effects_is_caught() {
    let planted = Planted {
        tells_of_effects: false,
        ..Planted::merging("OrSet()", |right, into, from| right.behaviour().merge(into, from))
    };
    assert!(broken(&planted, fates_are_true) > 100);
}
