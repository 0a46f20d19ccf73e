//! The report of a campaign, part by part.

use super::charts::{chart_data, user_recovery};
use super::estimates::{estimate, mean_of};
use super::numbers::Spent;
use super::verdicts::verdicts;
use super::{Pool, Settings, advice};
use crate::measure::latency::Window;
use crate::measure::metric::Scope;
use crate::measure::phases::Phase;
use crate::measure::{ALL, Fold, Metric, Served};
use crate::report::{
    Budget, CheckRow, Estimate, Latency, Ledger, Numbers, PopulationRow, QuorumRow, Report, SCHEMA,
    Source, Users, Value,
};
use crate::scenario::Scenario;
use crate::trace::Operation;
use crate::world::Stage;

/// Writes the report.
pub fn report(name: &str, stage: &Stage, settings: &Settings, mut pool: Pool) -> Report {
    let scenario = &*stage.scenario;
    let confidence = scenario.objectives.confidence.as_f64();
    let verdicts = verdicts(scenario, &mut pool);
    let (user_recovery, curves) = user_recovery(scenario, &pool, confidence);
    let measures: Vec<Estimate> =
        ALL.iter().map(|measure| estimate(measure, pool.values(measure), confidence)).collect();
    let budgets = budgets(&pool, confidence);
    let latencies = latencies(scenario, &mut pool);
    let consistency = super::consistency::consistency(scenario, &stage.cast, &pool, confidence);
    let next = advice::late_promotions(&pool)
        .into_iter()
        .chain(advice::next_steps(&budgets, &verdicts, &measures, &latencies))
        .chain(advice::consistency(scenario, &consistency));
    let mut report = Report {
        schema: SCHEMA.to_string(),
        version: env!("CARGO_PKG_VERSION").to_string(),
        scenario: name.to_string(),
        question: scenario.question.clone(),
        seed: settings.seed,
        runs_asked: settings.runs,
        runs_done: pool.runs,
        partial: pool.runs < settings.runs,
        run_seconds: scenario.run.seconds(),
        digest: pool.digest(),
        confidence,
        faults: faults(scenario).into_iter().chain(stage.ways_left()).collect(),
        warnings: warnings(scenario),
        set: Vec::new(),
        next: next.collect(),
        verdicts,
        measures,
        user_recovery,
        budgets,
        ledgers: rows(&pool, Scope::Store, scenario, |store, numbers| Ledger { store, numbers }),
        log_lag: super::consistency::log_lag(scenario, &stage.cast, &pool),
        consistency,
        latencies,
        quorums: rows(&pool, Scope::Quorum, scenario, |store, numbers| QuorumRow {
            store,
            numbers,
        }),
        checks: rows(&pool, Scope::Check, scenario, |name, numbers| CheckRow { name, numbers }),
        populations: rows(&pool, Scope::Population, scenario, |name, numbers| PopulationRow {
            name,
            numbers,
        }),
        sources: sources(scenario),
        charts: chart_data(scenario, &stage.cast, &pool, curves),
    };
    report.digest = super::digest::of_answer(
        serde_json::to_value(&report).expect("a report has a JSON form"),
        std::iter::once(scenario),
    );
    // A value is the same whether the file says it or it was set: so is the digest.
    report.set = scenario.set.clone();
    report
}

pub fn faults(scenario: &Scenario) -> Vec<String> {
    let sentence = |fault: &crate::fault::Fault| {
        let behaviour = fault.behaviour();
        let window = behaviour.window();
        let again = if window.times > 1 {
            format!(", {} times, every {}", window.times, window.every)
        } else {
            String::new()
        };
        format!(
            "{} at {} for {}{again}",
            behaviour.sentence(&|region| scenario.region_name(region)),
            window.at,
            window.lasting
        )
    };
    let planned = scenario.stores.iter().flat_map(|store| {
        let words = |to: crate::id::RegionId| {
            format!("{} is switched over to {}, as planned", store.name, scenario.region_name(to))
        };
        store.switchovers.iter().map(move |switchover| {
            format!("{} at {} for {}", words(switchover.to), switchover.at, switchover.takes)
        })
    });
    scenario.faults.iter().map(sentence).chain(planned).collect()
}

fn warnings(scenario: &Scenario) -> Vec<String> {
    let warnings = scenario.warnings.iter();
    warnings
        .map(|warning| format!("line {}: {}; {}", warning.place.line, warning.what, warning.help))
        .collect()
}

fn sources(scenario: &Scenario) -> Vec<Source> {
    let source = |(what, source, assumption): &(String, String, bool)| Source {
        what: what.clone(),
        source: source.clone(),
        assumption: *assumption,
    };
    scenario.sources.iter().map(source).collect()
}

/// The names of the things of a scope, in the order of the scenario.
fn names(scope: Scope, scenario: &Scenario) -> Vec<String> {
    let stores = scenario.stores.iter();
    match scope {
        Scope::Quorum => stores
            .filter(|store| store.replication.quorum().is_some())
            .map(|store| store.name.clone())
            .collect(),
        Scope::Check => scenario.health_checks.iter().map(|check| check.name.clone()).collect(),
        Scope::Population => scenario.populations.iter().map(|users| users.name.clone()).collect(),
        _ => stores.map(|store| store.name.clone()).collect(),
    }
}

/// A row for each thing of a scope, by name.
fn rows<T>(
    pool: &Pool,
    scope: Scope,
    scenario: &Scenario,
    row: fn(String, Numbers) -> T,
) -> Vec<T> {
    let confidence = scenario.objectives.confidence.as_f64();
    let numbers = pool.table(scope).iter().map(|folded| folded.numbers(confidence));
    let names = names(scope, scenario).into_iter();
    names.zip(numbers).map(|(name, numbers)| row(name, numbers)).collect()
}

fn budgets(pool: &Pool, confidence: f64) -> Vec<Budget> {
    let of = |(served, runs): (Served, &Vec<Spent>)| {
        let totals: Vec<f64> = runs.iter().map(|spent| spent.total).collect();
        let phase = |phase: Phase| {
            let times: Vec<f64> = runs.iter().map(|spent| spent.phases[phase as usize]).collect();
            let seconds = mean_of(&times, confidence)?;
            (seconds.estimate? > 0.0).then_some(crate::report::Phase {
                name: phase,
                meaning: phase.meaning().to_string(),
                seconds,
            })
        };
        Some(Budget {
            operation: served,
            runs: runs.len() as u64,
            phases: Phase::ALL.into_iter().filter_map(phase).collect(),
            total: mean_of(&totals, confidence)?,
        })
    };
    Served::EVERY.into_iter().zip(&pool.budgets).filter_map(of).collect()
}

fn latencies(scenario: &Scenario, pool: &mut Pool) -> Vec<Latency> {
    let mut rows = Vec::new();
    let names = scenario.populations.iter().map(|population| population.name.clone());
    let scopes: Vec<(Option<usize>, Users)> = [(None, Users::ALL)]
        .into_iter()
        .chain(names.enumerate().map(|(index, name)| (Some(index), Users::Population(name))))
        .collect();
    for (scope, population) in scopes {
        for operation in Operation::BOTH {
            for window in Window::ALL {
                let served = pool.served(operation, window, scope);
                let good: u128 = served.iter().map(|(_, requests)| requests).sum();
                let failed = pool.tally.failed(operation, window, scope);
                if good + failed == 0 {
                    continue;
                }
                let mut value = |metric: &Metric| match metric.fold {
                    Fold::OverRequests(share) => {
                        pool.laws.quantile(served.iter().copied(), share).into()
                    }
                    _ => Value::Number(failed as f64 / (good + failed) as f64),
                };
                let metrics = Scope::Requests.metrics().iter();
                rows.push(Latency {
                    population: population.clone(),
                    operation: Served::of(operation),
                    window,
                    numbers: Numbers::of(metrics.map(|metric| (metric.key, value(metric)))),
                });
            }
        }
    }
    rows
}
