//! Family G: what a campaign says about its own certainty: intervals that cover, bounds of probabilities, and what
//! common random numbers save.

use super::caching::pair;
use super::case::Case;
use super::detection::{CHECKS, DETECTION, checks, checks_fit};
use super::domain::{Domain, Input, Is, may, needs, unless};
use super::plan::{Beside, Draw, Draws, Plan, Statistic};
use super::spec::Spec;
use super::{Family, Mistake};
use crate::campaign::statistics::{Sides, clopper_pearson, runs_needed, wilson};

pub const FAMILY: Family = Family {
    key: "statistics",
    title: "G. Statistics: how sure is it?",
    file: "src/validation/vectors/statistics.jsonl",
    cases: include_str!("vectors/statistics.jsonl"),
    plan,
    unexpressed: &[
        (
            "G4.",
            "probability that a queue overflows: regions have no queues yet, and rare events are not sampled specially",
        ),
        (
            "G5.",
            "probability of 2.5 in ten million that two regions are down at once: rare events are not sampled specially",
        ),
        ("G6.", "Sobol indices: a campaign does not say yet which input the spread comes from"),
        (
            "G7.",
            "Sobol indices of a recovery time: a campaign does not say yet which input the spread comes from",
        ),
        (
            "G8.",
            "waiting times in a queue: regions have no queues yet, and runs are independent of one another",
        ),
    ],
    domains: DOMAINS,
    mistakes,
};

const SHARE: Input = needs("p", Is::Number(1e-4, 0.9999));
const CONFIDENCE: Input = needs("conf", Is::Number(0.5, 0.9999));

const DOMAINS: &[Domain] = &[
    Domain {
        group: "G1",
        reads: &["cov"],
        inputs: &[
            needs("n", Is::Whole(1, 5_000)),
            SHARE,
            CONFIDENCE,
            may("I", Is::Number(0.5, 3_600.0)),
            may("k", Is::Whole(1, 10)),
            may("truth", Is::Number(0.0, 1e6)),
        ],
        also: |case| {
            let given = ["I", "k", "truth"].map(|name| !case.inputs[name].is_null());
            unless(
                given == [given[0]; 3],
                "I, k and truth come together: without them detection is uniform on 20 s to 30 s",
            )
            .or_else(|| checks_fit(&detected(case)))
        },
    },
    Domain {
        group: "G2",
        reads: &["one", "two"],
        inputs: &[SHARE, CONFIDENCE],
        also: super::domain::free,
    },
    Domain {
        group: "G3",
        reads: &["cp_hi", "cp_lo", "wilson_hi", "wilson_lo"],
        inputs: &[
            needs("k", Is::Whole(0, 1_000_000_000)),
            needs("n", Is::Whole(1, 1_000_000_000)),
            may("method", Is::Word(&["Clopper-Pearson 95%", "Wilson 95%"])),
        ],
        also: |case| unless(case.whole("k") <= case.whole("n"), "k events are at most n"),
    },
    Domain {
        group: "G9",
        reads: &["crn", "ind"],
        inputs: &[
            CHECKS[0],
            CHECKS[1],
            needs("T1", Is::Number(1.0, 43_200.0)),
            needs("T2", Is::Number(1.0, 43_200.0)),
            needs("scheme", Is::Word(&["common random numbers", "independent"])),
        ],
        also: checks_fit,
    },
];

/// Runs that the intervals of G1 are taken from, in groups of as many as a case asks for.
const POOL: u64 = 1_000_000;
/// At small scales: 20 groups of the largest size.
const LEAST_POOL: u64 = 100_000;
/// Pairs of runs.
const PAIRS: u64 = 20_000;

fn plan(case: &Case) -> Option<Plan> {
    match case.group() {
        "G1" => Some(Plan::Drawn(covered(case, case.number("conf")))),
        "G2" => Some(runs_for_a_bound(case)),
        "G3" => Some(bound_of_a_share(case)),
        "G9" => Some(Plan::Drawn(compared(case, draws(case)))),
        _ => None,
    }
}

/// The case with times to detect whose quantiles are known. Ranks cover the same whatever the law, so a case need not name one.
fn detected(case: &Case) -> Case {
    let mut case = case.clone();
    if case.inputs["I"].is_null() {
        let at = 20.0 + 10.0 * case.number("p");
        (case.inputs["I"], case.inputs["k"], case.inputs["truth"]) =
            (10.into(), 3.into(), at.into());
    }
    case
}

/// How often the interval of a quantile of detection times holds the true quantile.
fn covered(case: &Case, confidence: f64) -> Draw {
    let case = &detected(case);
    let (n, p, truth) = (case.whole("n") as usize, case.number("p"), case.number("truth"));
    let checks = checks(case);
    // No longer than the last detection takes: there are a million runs.
    let run = checks.fault_at + checks.threshold as f64 * checks.interval + 10.0;
    let draw = Draw::new(Spec { run, step: run, ..checks }.text(), POOL, DETECTION);
    Draw { least: LEAST_POOL, ..draw.statistic(Statistic::Covers { n, p, confidence, truth }) }
}

fn runs_for_a_bound(case: &Case) -> Plan {
    let sides = if case.second() == "one" { Sides::Upper } else { Sides::Range };
    let (p, confidence) = (case.number("p"), case.number("conf"));
    Plan::Told(Box::new(move || runs_needed(p, confidence, sides) as f64))
}

fn bound_of_a_share(case: &Case) -> Plan {
    let interval = if case.second().starts_with("cp_") { clopper_pearson } else { wilson };
    let (k, n, is_low) = (case.whole("k"), case.whole("n"), case.second().ends_with("_lo"));
    Plan::Told(Box::new(move || {
        let (low, high) = interval(k, n, 0.95);
        if is_low { low } else { high }
    }))
}

/// The difference of one client's recovery between two designs, run by run.
fn compared(case: &Case, draws: Draws) -> Draw {
    let with = |ttl| {
        let (ttl, checks) = (case.number(ttl), checks(case));
        let run = (checks.run + ttl - 60.0).max(checks.run);
        Spec { ttl, run, step: run, ..checks }.text()
    };
    let draw = pair(with("T1"), Beside { text: with("T2"), draws });
    Draw { runs: PAIRS, ..draw }.pick(|row| Some(row[0] - row[1])).statistic(Statistic::Variance)
}

fn draws(case: &Case) -> Draws {
    if case.text("scheme") == "independent" { Draws::Own } else { Draws::Same }
}

fn mistakes(case: &Case) -> Vec<Mistake> {
    match case.id.as_str() {
        "G1.cov.100.0.5" => vec![Mistake {
            mistake: "half the confidence that was asked for",
            plan: Plan::Drawn(covered(case, 0.5)),
        }],
        "G9.crn.10" => {
            vec![Mistake {
                mistake: "one stream for all: the other's draws shift",
                plan: Plan::Drawn(compared(case, Draws::Own)),
            }]
        }
        _ => Vec::new(),
    }
}
