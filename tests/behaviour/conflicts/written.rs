//! How policies are written in a scenario.

use super::cluster::{every, policy};
use mrsim::conflict::Policy;
use mrsim::conflict::last_writer_wins::{Clock, Deletes, LastWriterWins, Tie};
use mrsim::family::Kind;
use mrsim::read::{Value, read_text};
use std::collections::BTreeSet;

#[test]
fn every_member_says_what_it_does_and_its_example_reads() {
    for Kind { name, summary, example } in Policy::KINDS {
        assert!(
            summary.len() > 20 && !summary.contains('\n'),
            "{name} says in one line what it does"
        );
        assert!(example.starts_with(&format!("{name}(")), "the example of {name} shows {name}");
        assert_eq!(policy(example).name(), *name);
        assert_eq!(policy(&format!("{name}()")).name(), *name, "everything has a default");
    }
    let names: BTreeSet<String> = every().into_iter().map(|(name, _)| name).collect();
    assert_eq!((Policy::KINDS.len(), names.len()), (11, 17));
}

#[test]
fn options_have_defaults_and_mistakes_are_told() {
    let dynamo = LastWriterWins { clock: Clock::Wall, deletes: Deletes::ByTime, tie: Tie::Replica };
    assert_eq!(policy("LastWriterWins()"), Policy::LastWriterWins(dynamo));
    for (text, words) in [
        ("LastWriterWins(clock: Hybird)", "did you mean Hybrid?"),
        ("LastWriterWins(tie: Random)", "known: Replica, Unbroken"),
        ("OrSett()", "did you mean OrSet?"),
        ("GCounter(by: 2)", "GCounter has no field by"),
        ("\"OrSet\"", "is not a conflict policy"),
    ] {
        let problems = read_text(text, <Policy as Value>::read).expect_err("it is wrong");
        assert!(
            problems.iter().any(|problem| problem.to_string().contains(words)),
            "{text}: {problems:?}"
        );
    }
}
