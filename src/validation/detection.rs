//! Family A: from the fault to the belief that the region is down; probes that fail by chance; alarms over periods.

use super::case::Case;
use super::domain::{Domain, Input, Is, LONGEST_RUN, STATISTICS, free, may, needs, unless};
use super::plan::{Draw, Plan, Record, Statistic, believed_unhealthy, fault_began};
use super::spec::{Spec, WARM, population};
use super::{Family, Mistake};
use crate::trace::Trace;
use crate::units::Instant;

pub const FAMILY: Family = Family {
    key: "detection",
    title: "A. Detection: health checks and alarms",
    file: "src/validation/vectors/detection.jsonl",
    cases: include_str!("vectors/detection.jsonl"),
    plan: |case| plan(case).map(Plan::Drawn),
    unexpressed: &[],
    domains: DOMAINS,
    mistakes,
};

const INTERVAL: Input = needs("I", Is::Number(0.5, 3_600.0));
const THRESHOLD: Input = needs("k", Is::Whole(1, 10));
const TIMEOUT: Input = may("timeout", Is::Number(0.0, 60.0));
const CHECKERS: Input = may("checkers", Is::Whole(1, 1_000));
const CADENCE: Input = may("cadence", Is::Word(&["after response"]));
const ROUND_TRIP: Input = may("rtt", Is::Number(0.0, 10.0));
const RULE: Input = may("rule", Is::Word(&["healthy iff >18% report healthy"]));
/// What [`checks`] reads, for every group that does.
pub const CHECKS: [Input; 7] = [INTERVAL, THRESHOLD, TIMEOUT, CHECKERS, CADENCE, ROUND_TRIP, RULE];

const DOMAINS: &[Domain] = &[
    Domain {
        group: "A1",
        reads: STATISTICS,
        inputs: &[INTERVAL, THRESHOLD, TIMEOUT],
        also: checks_fit,
    },
    Domain {
        group: "A1b",
        reads: STATISTICS,
        inputs: &[INTERVAL, THRESHOLD, TIMEOUT, CADENCE, ROUND_TRIP],
        also: checks_fit,
    },
    Domain { group: "A2", reads: STATISTICS, inputs: &CHECKS, also: checks_fit },
    Domain {
        group: "A3",
        reads: &["", "mean"],
        inputs: &[
            needs("I", Is::Number(0.5, 600.0)),
            THRESHOLD,
            needs("probe_fail_prob", Is::Number(0.05, 1.0)),
        ],
        also: |case| {
            unless(
                gray_run(case) <= LONGEST_RUN / 10.0,
                "so many failures in a row are too rare for a run of a month",
            )
        },
    },
    Domain {
        group: "A4",
        reads: &["", "mean"],
        inputs: &[
            THRESHOLD,
            needs("probe_loss", Is::Number(1e-4, 0.99)),
            may("unit", Is::Word(&["probes"])),
        ],
        also: |case| {
            unless(
                10.0 * probes_of_a_run(case) <= 3e6,
                "so many lost probes in a row are too rare for runs of a month: A4x has one every second",
            )
        },
    },
    Domain {
        group: "A4x",
        reads: &["", "mean"],
        inputs: &[
            THRESHOLD,
            needs("probe_loss", Is::Number(1e-4, 0.99)),
            may("unit", Is::Word(&["probes"])),
        ],
        also: |case| {
            unless(
                0.6 * probes_of_a_run(case) <= MANY,
                "so many lost probes in a row are too rare for runs of half a year",
            )
        },
    },
    Domain {
        group: "A5",
        reads: &["", "mean"],
        inputs: &[
            needs("period", Is::Number(10.0, 3_600.0)),
            needs("eval_periods", Is::Whole(1, 20)),
            needs("min_bad_fraction", Is::Number(0.0, 0.99)),
            needs("publish_delay", Is::Number(0.0, 3_600.0)),
        ],
        also: free,
    },
];

/// Two rules of any check: at a fixed cadence a probe is over before the next, and of so many checkers so many have to fail.
pub fn checks_fit(case: &Case) -> Option<String> {
    let (timeout, is_fixed) =
        (case.perhaps("timeout").unwrap_or(0.0), case.inputs["cadence"].is_null());
    let (checkers, asked) =
        (case.perhaps("checkers").unwrap_or(1.0), case.perhaps("unhealthy_needed"));
    let needed = checkers - (18.0 * checkers / 100.0).floor();
    unless(
        !is_fixed || timeout <= case.number("I"),
        "a probe outlasts the interval: cadence \"after response\" waits for it",
    )
    .or_else(|| {
        unless(
            asked.is_none_or(|asked| asked == needed),
            format!(
                "of {checkers} checkers {needed} have to fail: healthy iff more than 18% say so"
            ),
        )
    })
}

const RUNS: u64 = 20_000;

/// Seconds from the fault to the belief.
pub const DETECTION: Record = Record { name: "detection", of: detection };

fn detection(trace: &Trace) -> Vec<Vec<f64>> {
    let noticed = believed_unhealthy(trace).filter(|at| *at >= fault_began(trace));
    vec![vec![noticed.map_or(f64::INFINITY, |at| at.since(fault_began(trace)).seconds())]]
}

fn plan(case: &Case) -> Option<Draw> {
    match case.group() {
        "A1" | "A1b" | "A2" => Some(of_spec(case, &checks(case))),
        "A3" => Some(gray(case)),
        "A4" => Some(lost_probes(case)),
        "A4x" => Some(rarely_lost_probes(case)),
        "A5" => Some(alarm(case)),
        _ => None,
    }
}

/// The checks of a case that gives `I`, `k` and perhaps `timeout`, `checkers`, `cadence` and `rtt`.
pub fn checks(case: &Case) -> Spec {
    let timeout = case.perhaps("timeout").unwrap_or(0.0);
    let cycle = case.number("I") + timeout + case.perhaps("rtt").unwrap_or(0.0);
    // Every checker has probed before the fault, and the last has failed often enough before the end.
    let fault_at = (2.0 * cycle).max(100.0);
    let run = (fault_at + (case.whole("k") + 1) as f64 * cycle + 60.0).max(600.0);
    Spec {
        fault_at,
        run,
        step: run,
        interval: case.number("I"),
        threshold: case.whole("k"),
        checkers: case.inputs["checkers"].as_u64().unwrap_or(1),
        // A failure without a timeout is a refusal at once; with one, silence.
        how: if timeout > 0.0 { "BlackHole".into() } else { "FastFail".into() },
        connect_timeout: timeout,
        response_time: case.perhaps("rtt").unwrap_or(0.0),
        cadence: if case.inputs["cadence"].is_null() { "Fixed" } else { "AfterResponse" },
        ..Spec::default()
    }
}

/// Detection times under the checks of a scenario.
pub fn of_spec(case: &Case, spec: &Spec) -> Draw {
    Draw::new(spec.text(), RUNS, DETECTION).statistic(Statistic::named(case))
}

// ---- A3: each probe of a gray failure fails with a probability of its own ----

fn gray(case: &Case) -> Draw {
    let percent = 100.0 * case.number("probe_fail_prob");
    let fault = format!(
        "GrayFailure(region: \"ap-northeast-1\", at: \"100s\", lasting: \"30d\", errors: \"{percent}%\")"
    );
    let (interval, run) = (case.number("I"), gray_run(case));
    let fault = if interval > 50.0 {
        fault.replace("100s", &format!("{}s", 2.0 * interval))
    } else {
        fault
    };
    let spec = Spec {
        run,
        step: (run / 5_000.0).max(600.0),
        interval,
        threshold: case.whole("k"),
        fault: Some(fault),
        ..Spec::default()
    };
    Draw::new(spec.text(), RUNS, DETECTION)
}

/// So long that k probes in a row, of those that come one after the other, have failed in all but e^-24 of runs.
fn gray_run(case: &Case) -> f64 {
    let (interval, threshold) = (case.number("I"), case.number("k"));
    let in_a_row = libm::pow(case.number("probe_fail_prob"), threshold);
    (100.0 + 2.0 * interval + 24.0 * interval * threshold / in_a_row).max(6_000.0)
}

// ---- A4: probes until a false alarm ----

/// Probes at 0, 10, 20, .. s until the check is believed unhealthy.
const PROBES: Record =
    Record { name: "probes", of: |trace| vec![vec![false_alarm(trace) / 10.0 + 1.0]] };

/// Infinite where the run was too short for one: no mean of such runs passes for a number.
fn false_alarm(trace: &Trace) -> f64 {
    let alarm = believed_unhealthy(trace).filter(|at| *at < fault_began(trace));
    alarm.map_or(f64::INFINITY, |at| at.since(Instant::START).seconds())
}

fn lost_probes(case: &Case) -> Draw {
    let run = (10.0 * probes_of_a_run(case)).max(40_000.0);
    let spec = Spec { run, fault_at: run - 1.0, step: (run / 5_000.0).max(600.0), ..losing(case) };
    Draw::new(spec.text(), RUNS, PROBES)
}

/// So many that all but e^-24 of runs have k lost ones in a row: a streak begins after a probe that passes.
fn probes_of_a_run(case: &Case) -> f64 {
    let loss = case.number("probe_loss");
    24.0 / (libm::pow(loss, case.number("k")) * (1.0 - loss))
}

fn losing(case: &Case) -> Spec {
    let probe_loss = Some(100.0 * case.number("probe_loss"));
    Spec {
        threshold: case.whole("k"),
        first_probe: Some(0.0),
        connect_timeout: 0.0,
        probe_loss,
        ..Spec::default()
    }
}

/// The same with a probe every second: a false alarm comes once in a million of them. Probes that pass are jumped over.
const MANY_PROBES: Record =
    Record { name: "many probes", of: |trace| vec![vec![false_alarm(trace) + 1.0]] };

/// Seconds of a run in which a false alarm comes once in a million.
const MANY: f64 = 15_000_000.0;

fn rarely_lost_probes(case: &Case) -> Draw {
    let run = MANY;
    let spec = Spec {
        run,
        fault_at: run - 1.0,
        step: 36_000.0,
        users: population("users", 1, 0.001, WARM),
        interval: 1.0,
        ..losing(case)
    };
    Draw { least: 40, ..Draw::new(spec.text(), 200, MANY_PROBES) }
}

// ---- A5: an alarm over periods of the clock on the wall ----

fn alarm(case: &Case) -> Draw {
    let (period, periods, bad, delay) = (
        case.number("period"),
        case.whole("eval_periods"),
        100.0 * case.number("min_bad_fraction"),
        case.number("publish_delay"),
    );
    let check = format!(
        "Alarm(name: \"primary\", metric: Canary(region: \"ap-northeast-1\", above: \"{bad}%\"), period: \"{period}s\", periods: {periods},
            delay: \"{delay}s\", push: \"0s\")"
    );
    let fault_at = (period * (periods + 2) as f64).max(600.0);
    let run = (fault_at + period * (periods + 3) as f64 + delay + 60.0).max(1_200.0);
    let spec = Spec {
        run,
        fault_at,
        step: (run / 5_000.0).max(600.0),
        check: Some(check),
        ..Spec::default()
    };
    Draw::new(spec.text(), RUNS, DETECTION)
}

// ---- mistakes ----

fn mistakes(case: &Case) -> Vec<Mistake> {
    let mistaken =
        |mistake, spec: Spec| Mistake { mistake, plan: Plan::Drawn(of_spec(case, &spec)) };
    let right = || checks(case);
    match case.id.as_str() {
        "A1.mean.10.3.0" => vec![
            // The fault comes at 100 s: one probe at that instant, or the last one just before it.
            mistaken(
                "phase ignored: first probe at the fault",
                Spec { first_probe: Some(0.0), ..right() },
            ),
            mistaken(
                "phase ignored: always interval x threshold",
                Spec { first_probe: Some(9.999), ..right() },
            ),
            mistaken(
                "one failure beyond the threshold is needed",
                Spec { threshold: 4, ..right() },
            ),
        ],
        "A1b.mean.10.3" => vec![mistaken(
            "a timeout does not delay the next probe",
            Spec { cadence: "Fixed", ..right() },
        )],
        "A2.mean.30.3.16" => vec![
            mistaken("one failure more, 16 checkers", Spec { threshold: 4, ..right() }),
            mistaken("18% unhealthy are enough", Spec { healthy_above: 82.0, ..right() }),
            mistaken("a majority decides: 9 of 16", Spec { healthy_above: 45.0, ..right() }),
            mistaken("one checker stands for all", Spec { checkers: 1, ..right() }),
        ],
        _ => Vec::new(),
    }
}
