//! Generated histories with known ends, and how version vectors compare: the cases and their replays are those of the
//! validation dossier; here is how many there have to be.

use mrsim::campaign::Quiet;
use mrsim::validation::histories::{FAMILY, policies};
use mrsim::validation::{Effort, run};

#[test]
fn histories_end_as_two_other_implementations_say() {
    let dossier =
        run(&[&FAMILY], Effort { scale: 1.0, threads: 1 }, &Quiet).expect("no limit is reached");
    assert_eq!(dossier.failures(), Vec::<String>::new());
    assert_eq!(
        dossier.passes(),
        40 + 24 + 4,
        "histories, pairs of version vectors, and those written out by hand"
    );
}

/// Under every member that means the same.
#[test]
fn every_history_is_replayed_under_all_members_that_mean_the_same() {
    let cases = FAMILY.read();
    let of_kind = |kind: &str| cases.iter().filter(|case| case.text("type") == kind).count();
    for (kind, count, members) in [
        ("g_counter", 8, 2),
        ("pn_counter", 8, 1),
        ("lww", 8, 3),
        ("mv_register", 8, 3),
        ("or_set", 8, 1),
    ] {
        assert_eq!(of_kind(kind), count, "{kind}");
        assert!(
            cases
                .iter()
                .filter(|case| case.text("type") == kind)
                .all(|case| policies(case).len() == members),
            "{kind}"
        );
    }
    assert_eq!((of_kind("vclock"), of_kind("tie")), (24 + 3, 1));
}
