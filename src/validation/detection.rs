//! Family A: from the fault to the belief that the region is down; probes that fail by chance; alarms over periods.

use super::case::Case;
use super::plan::{Draw, Plan, Record, Statistic, believed_unhealthy, fault_began};
use super::spec::{Spec, WARM, population};
use super::{Family, Mistake};
use crate::trace::Trace;
use crate::units::Instant;

pub const FAMILY: Family = Family {
    key: "detection",
    title: "A. Detection: health checks and alarms",
    file: "tests/validation/detection.jsonl",
    cases: include_str!("../../tests/validation/detection.jsonl"),
    plan: |case| plan(case).map(Plan::Drawn),
    unexpressed: &[],
    mistakes,
};

const RUNS: u64 = 20_000;

/// Seconds from the fault to the belief.
pub const DETECTION: Record = Record { name: "detection", of: detection };

fn detection(trace: &Trace) -> Vec<Vec<f64>> {
    let noticed = believed_unhealthy(trace).expect("the fault outlasts every detection");
    vec![vec![noticed.since(fault_began(trace)).seconds()]]
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
    Spec {
        interval: case.number("I"),
        threshold: case.whole("k"),
        checkers: case.inputs["checkers"].as_u64().unwrap_or(1),
        // A failure without a time-out is a refusal at once; with one, silence.
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
    let fault = format!("GrayFailure(region: \"ap-northeast-1\", at: \"100s\", lasting: \"30d\", errors: \"{percent}%\")");
    let spec = Spec { run: 6_000.0, interval: case.number("I"), threshold: case.whole("k"), fault: Some(fault), ..Spec::default() };
    Draw::new(spec.text(), RUNS, DETECTION)
}

// ---- A4: probes until a false alarm ----

/// Probes at 0, 10, 20, .. s until the check is believed unhealthy.
const PROBES: Record = Record { name: "probes", of: |trace| vec![vec![false_alarm(trace) / 10.0 + 1.0]] };

fn false_alarm(trace: &Trace) -> f64 {
    believed_unhealthy(trace).expect("the run is long enough for a false alarm").since(Instant::START).seconds()
}

fn lost_probes(case: &Case) -> Draw {
    let spec = Spec { run: 40_000.0, fault_at: 39_999.0, step: 600.0, ..losing(case) };
    Draw::new(spec.text(), RUNS, PROBES)
}

fn losing(case: &Case) -> Spec {
    let probe_loss = Some(100.0 * case.number("probe_loss"));
    Spec { threshold: case.whole("k"), first_probe: Some(0.0), connect_timeout: 0.0, probe_loss, ..Spec::default() }
}

/// The same with a probe every second: a false alarm comes once in a million of them. Probes that pass are jumped over.
const MANY_PROBES: Record = Record { name: "many probes", of: |trace| vec![vec![false_alarm(trace) + 1.0]] };

fn rarely_lost_probes(case: &Case) -> Draw {
    let run = 15_000_000.0;
    let spec = Spec { run, fault_at: run - 1.0, step: 36_000.0, users: population("users", 1, 0.001, WARM), interval: 1.0, ..losing(case) };
    Draw { least: 40, ..Draw::new(spec.text(), 200, MANY_PROBES) }
}

// ---- A5: an alarm over periods of the clock on the wall ----

fn alarm(case: &Case) -> Draw {
    let (period, periods, bad, delay) =
        (case.number("period"), case.whole("eval_periods"), 100.0 * case.number("min_bad_fraction"), case.number("publish_delay"));
    let check = format!(
        "Alarm(name: \"primary\", metric: Canary(region: \"ap-northeast-1\", above: \"{bad}%\"), period: \"{period}s\", periods: {periods},
            delay: \"{delay}s\", push: \"0s\")"
    );
    let spec = Spec { run: 1_200.0, fault_at: 600.0, check: Some(check), ..Spec::default() };
    Draw::new(spec.text(), RUNS, DETECTION)
}

// ---- mistakes ----

fn mistakes(case: &Case) -> Vec<Mistake> {
    let mistaken = |mistake, spec: Spec| Mistake { mistake, plan: Plan::Drawn(of_spec(case, &spec)) };
    let right = || checks(case);
    match case.id.as_str() {
        "A1.mean.10.3.0" => vec![
            // The fault comes at 100 s: one probe at that instant, or the last one just before it.
            mistaken("phase ignored: first probe at the fault", Spec { first_probe: Some(0.0), ..right() }),
            mistaken("phase ignored: always interval x threshold", Spec { first_probe: Some(9.999), ..right() }),
            mistaken("one failure beyond the threshold is needed", Spec { threshold: 4, ..right() }),
        ],
        "A1b.mean.10.3" => vec![mistaken("a time-out does not delay the next probe", Spec { cadence: "Fixed", ..right() })],
        "A2.mean.30.3.16" => vec![
            mistaken("one failure more, 16 checkers", Spec { threshold: 4, ..right() }),
            mistaken("18 % unhealthy are enough", Spec { healthy_above: 82.0, ..right() }),
            mistaken("a majority decides: 9 of 16", Spec { healthy_above: 45.0, ..right() }),
            mistaken("one checker stands for all", Spec { checkers: 1, ..right() }),
        ],
        _ => Vec::new(),
    }
}
