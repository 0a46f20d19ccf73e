//! Several designs with common random numbers: their reports side by side, and their differences run by run.
//!
//! ```text
//!  run k of design 1 --\
//!  run k of design 2 ---+--> difference of run k --in run order--> median, interval, better / equal / worse
//!  run k of design 3 --/
//! ```

mod differences;

use super::estimates::sorted;
use super::statistics::quantile_rank;
use super::{Pool, Settings, Stopped, add_runs, in_blocks, summary, threads};
use crate::measure::recovery::RTO_SERVICE;
use crate::report::comparison::{Comparison, Design, SCHEMA};
use crate::report::numbers::observed_after_fault;
use crate::report::{Report, Users};
use crate::scenario::{Objectives, Scenario};
use crate::world::Stage;
use differences::Runs;
use std::sync::Arc;

/// Runs a campaign of every design, by name, on the same seed. An interrupted comparison has the same runs
/// of every design: all advance block by block.
pub fn compare(
    designs: &[(String, Arc<Scenario>)],
    settings: &Settings,
    observer: &dyn super::Observer,
) -> Result<Comparison, Stopped> {
    assert!(designs.len() > 1, "one design is no comparison");
    let threads = threads(settings)?;
    let stages: Vec<Stage> =
        designs.iter().map(|(_, scenario)| Stage::new(scenario.clone())).collect();
    let mut pools: Vec<Pool> = stages.iter().map(Pool::new).collect();
    in_blocks(settings, observer, |block| {
        for (((name, _), stage), pool) in designs.iter().zip(&stages).zip(&mut pools) {
            add_runs(pool, stage, settings.seed, block.clone(), &threads)
                .map_err(|stopped| stopped.in_design(name))?;
        }
        Ok(())
    })?;
    // The reports use the pools up, so the runs are compared first.
    let confidence = designs[0].1.objectives.confidence.as_f64();
    let runs: Vec<Runs> = designs
        .iter()
        .zip(&pools)
        .map(|((name, scenario), pool)| Runs { name, objectives: &scenario.objectives, pool })
        .collect();
    let pairs = differences::pairs(&runs, confidence);
    let runs_done = pools[0].runs;
    let reports = designs.iter().zip(&stages).zip(pools).map(|(((name, _), stage), pool)| {
        let recoveries = sorted(pool.values(&RTO_SERVICE));
        design(summary::report(name, stage, settings, pool), &recoveries)
    });
    let mut comparison = Comparison {
        schema: SCHEMA.to_string(),
        version: env!("CARGO_PKG_VERSION").to_string(),
        seed: settings.seed,
        runs_asked: settings.runs,
        runs_done,
        partial: runs_done < settings.runs,
        digest: String::new(),
        confidence,
        notes: notes(designs),
        designs: reports.collect(),
        pairs,
    };
    let answer = serde_json::to_value(&comparison).expect("a comparison has a JSON form");
    comparison.digest =
        super::digest::of_answer(answer, designs.iter().map(|(_, scenario)| &**scenario));
    // A value is the same whether a file says it or it was set: so is the digest.
    for (design, (_, scenario)) in comparison.designs.iter_mut().zip(designs) {
        design.set = scenario.set.clone();
    }
    Ok(comparison)
}

/// The parts of a report that are compared.
fn design(report: Report, recoveries: &[f64]) -> Design {
    let least = (!recoveries.is_empty())
        .then(|| recoveries[quantile_rank(recoveries.len() as u64, 0.05) as usize - 1]);
    Design {
        observed_seconds: observed_after_fault(&report).filter(|_| !report.faults.is_empty()),
        scenario: report.scenario,
        question: report.question,
        digest: report.digest,
        run_seconds: report.run_seconds,
        confidence: report.confidence,
        faults: report.faults,
        set: Vec::new(),
        verdicts: report.verdicts,
        measures: report.measures,
        rto_service_p05_seconds: least.filter(|seconds| seconds.is_finite()),
        user_recovery: report.user_recovery,
        budgets: report.budgets,
        ledgers: report.ledgers,
        consistency: report.consistency,
        latencies: report
            .latencies
            .into_iter()
            .filter(|row| row.population == Users::ALL)
            .collect(),
    }
}

/// What besides the design is not the same in all scenarios, a sentence each.
fn notes(designs: &[(String, Arc<Scenario>)]) -> Vec<String> {
    let first = &designs[0].1;
    let differs = |is_other: &dyn Fn(&Scenario) -> bool| {
        designs.iter().any(|(_, scenario)| is_other(scenario))
    };
    let definition = |objectives: &Objectives| (objectives.threshold, objectives.hold);
    let users = |scenario: &Scenario| -> Vec<_> {
        scenario
            .populations
            .iter()
            .map(|population| {
                (
                    population.name.clone(),
                    population.place.name,
                    population.users,
                    population.reads,
                    population.writes,
                )
            })
            .collect()
    };
    let found = [
        (
            differs(&|other| other.run != first.run),
            "runs are not equally long: failed requests and availability are those of each design's own run, and \"not within\" of its own end",
        ),
        (
            differs(&|other| summary::faults(other) != summary::faults(first)),
            "what breaks is not the same in all scenarios: differences are not of the design alone",
        ),
        (
            differs(&|other| users(other) != users(first)),
            "users or their rates differ: numbers of requests and of writes do not compare",
        ),
        (
            differs(&|other| definition(&other.objectives) != definition(&first.objectives)),
            "threshold or hold differ: what counts as a recovery is not the same in all scenarios",
        ),
        (
            differs(&|other| other.objectives != first.objectives),
            "objectives differ: MET and NOT MET are about each design's own",
        ),
    ];
    found.into_iter().filter(|(is_so, _)| *is_so).map(|(_, note)| note.to_string()).collect()
}
