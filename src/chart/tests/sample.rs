//! Reports to draw: one without data, and a small one with all of it.

use super::{ledger, store};
use crate::report::{
    AvailabilityPoint, Budget, ChartData, CheckRow, CurvePoint, Interval, Mark, Numbers, Phase,
    PhaseName, RecoveryCurve, Report, SCHEMA, Served, Value, Whereabouts,
};

/// A report without any data for charts.
pub fn empty() -> Report {
    Report {
        schema: SCHEMA.to_string(),
        version: "0.0.0".to_string(),
        scenario: "tokyo-outage".to_string(),
        question: String::new(),
        seed: 1,
        runs_asked: 1_000,
        runs_done: 1_000,
        partial: false,
        run_seconds: 1_800.0,
        digest: String::new(),
        confidence: 0.95,
        faults: Vec::new(),
        warnings: Vec::new(),
        set: Vec::new(),
        verdicts: Vec::new(),
        measures: Vec::new(),
        user_recovery: Vec::new(),
        budgets: Vec::new(),
        ledgers: Vec::new(),
        consistency: Vec::new(),
        log_lag: Vec::new(),
        quorums: Vec::new(),
        latencies: Vec::new(),
        checks: Vec::new(),
        populations: Vec::new(),
        next: Vec::new(),
        sources: Vec::new(),
        charts: ChartData::default(),
    }
}

pub fn interval(estimate: f64) -> Interval {
    Interval { low: Some(estimate * 0.9), estimate: Some(estimate), high: Some(estimate * 1.1) }
}

/// A check that is only looked at, with its median and its false alarms in 30 days.
pub fn check(name: &str, seconds: f64, alarms: f64) -> CheckRow {
    let rate = match alarms {
        0.0 => Interval { low: Some(0.0), estimate: Some(0.0), high: Some(0.23) },
        alarms => interval(alarms),
    };
    CheckRow {
        name: name.to_string(),
        numbers: Numbers::of([
            ("observed", Value::Flag(true)),
            ("detection_p50", Value::Interval(interval(seconds))),
            ("healthy_seconds", Value::Number(4e7)),
            ("false_alarms_per_30_days", Value::Interval(rate)),
        ]),
    }
}

/// Full service but for a hundred seconds.
pub fn point(index: u32) -> AvailabilityPoint {
    let seconds = f64::from(index) * 10.0 - 50.0;
    let share = if (0.0..100.0).contains(&seconds) { 0.4 } else { 1.0 };
    let band = (Some(share - 0.1), Some(share));
    AvailabilityPoint {
        seconds,
        reads: Some(share),
        writes: Some(share - 0.05),
        low: band.0,
        high: band.1,
    }
}

/// One of everything that a chart draws.
pub fn small() -> Report {
    let mut report = empty();
    let curve = |operation| RecoveryCurve {
        operation,
        points: (0..20)
            .map(|index| {
                let share = f64::from(index) / 19.0;
                CurvePoint { seconds: f64::from(index) * 7.0, low: share * 0.9, share, high: share }
            })
            .collect(),
    };
    let area = |region: &str, before: f64, after: f64| Whereabouts {
        region: region.to_string(),
        points: vec![(-50.0, before), (0.0, before), (60.0, after), (200.0, after)],
    };
    let phase = |name, seconds| Phase {
        name,
        meaning: "fault to detection".into(),
        seconds: interval(seconds),
    };
    report.budgets = vec![Budget {
        operation: Served::Reads,
        runs: 1_000,
        phases: vec![phase(PhaseName::Detect, 30.0), phase(PhaseName::Act, 50.0)],
        total: interval(80.0),
    }];
    report.checks = vec![
        check("single", 9.0, 5_000.0),
        check("double", 23.0, 100.0),
        check("majority", 24.0, 0.0),
    ];
    report.consistency = vec![store("stock")];
    report.ledgers = vec![ledger("stock", 500.0, [100.0, 20.0, 0.0])];
    report.charts = ChartData {
        availability: (0..40).map(point).collect(),
        marks: vec![Mark {
            label: "Tokyo seen unhealthy".to_string(),
            kind: None,
            median_seconds: 30.0,
            low_seconds: 25.0,
            high_seconds: 40.0,
            runs: 900,
        }],
        recovery: vec![curve(Served::Reads), curve(Served::Writes)],
        rto_objective: Some(60.0),
        lost_writes: vec![0.0, 10.0, 12.0, 40.0],
        rpo_seconds: vec![0.0, 1.0, 1.5, 4.0],
        rpo_objective: Some(5.0),
        whereabouts: vec![area("tokyo", 0.6, 0.0), area("osaka", 0.4, 1.0)],
    };
    report
}
