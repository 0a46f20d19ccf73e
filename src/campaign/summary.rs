//! The report of a campaign, part by part.

use super::charts::{chart_data, user_recovery};
use super::estimates::{estimate, mean_of, quantile, sorted};
use super::verdicts::verdicts;
use super::{Pool, Settings};
use crate::measure::latency::Window;
use crate::measure::phases::Phase;
use crate::measure::{ALL, Number, Served};
use crate::report::numbers::whole;
use crate::report::{Budget, Estimate, Latency, Ledger, PopulationRow, Report, SCHEMA, Source};
use crate::scenario::Scenario;
use crate::trace::Operation;
use crate::world::Stage;

/// Writes the report.
pub fn report(name: &str, stage: &Stage, settings: &Settings, mut pool: Pool) -> Report {
    let scenario = &*stage.scenario;
    let confidence = scenario.objectives.confidence.as_f64();
    let verdicts = verdicts(scenario, &mut pool);
    let (user_recovery, curves) = user_recovery(scenario, &pool, confidence);
    let measures: Vec<Estimate> = ALL
        .iter()
        .zip(&pool.values)
        .map(|(measure, values)| estimate(*measure, values, confidence))
        .collect();
    let budgets = budgets(&pool, confidence);
    let latencies = latencies(scenario, &mut pool);
    let consistency = super::consistency::consistency(scenario, &stage.cast, &pool, confidence);
    let next = late_promotions(&pool)
        .into_iter()
        .chain(next_steps(&budgets, &verdicts, &measures, &latencies))
        .chain(super::advice::consistency(&consistency));
    let mut report = Report {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
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
        warnings: scenario
            .warnings
            .iter()
            .map(|warning| {
                format!("line {}: {}; {}", warning.place.line, warning.what, warning.mend)
            })
            .collect(),
        next: next.collect(),
        verdicts,
        measures,
        user_recovery,
        budgets,
        ledgers: ledgers(scenario, &pool),
        log_lag: super::consistency::log_lag(scenario, &stage.cast, &pool),
        consistency,
        latencies,
        quorums: pool
            .quorums
            .iter()
            .map(|quorum| quorum.row(&scenario.stores[quorum.store.index()].name, confidence))
            .collect(),
        checks: super::checks::rows(scenario, &pool, confidence),
        populations: populations(scenario, &pool, confidence),
        sources: scenario
            .sources
            .iter()
            .map(|(what, source, assumption)| Source {
                what: what.clone(),
                source: source.clone(),
                assumption: *assumption,
            })
            .collect(),
        charts: chart_data(scenario, &stage.cast, &pool, curves),
    };
    report.digest = super::digest::of_answer(
        serde_json::to_value(&report).expect("a report has a JSON form"),
        std::iter::once(scenario),
    );
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

fn budgets(pool: &Pool, confidence: f64) -> Vec<Budget> {
    let of = |(served, runs): (Served, &Vec<([f64; 6], f64)>)| {
        let totals: Vec<f64> = runs.iter().map(|(_, total)| *total).collect();
        let phase = |phase: Phase| {
            let times: Vec<f64> = runs.iter().map(|(phases, _)| phases[phase as usize]).collect();
            let seconds = mean_of(&times, confidence)?;
            (seconds.estimate? > 0.0).then_some(crate::report::Phase {
                name: phase.name(),
                meaning: phase.meaning(),
                seconds,
            })
        };
        Some(Budget {
            operation: served.label(),
            runs: runs.len() as u64,
            phases: Phase::ALL.into_iter().filter_map(phase).collect(),
            total: mean_of(&totals, confidence)?,
        })
    };
    Served::EVERY.into_iter().zip(&pool.budgets).filter_map(of).collect()
}

fn ledgers(scenario: &Scenario, pool: &Pool) -> Vec<Ledger> {
    let runs = pool.runs as f64;
    let confidence = scenario.objectives.confidence.as_f64();
    let row = |((store, pool), ages): (
        (&crate::replication::Store, &super::pool::LedgerPool),
        &Vec<Option<Number>>,
    )| Ledger {
        store: store.name.clone(),
        offered: pool.offered as f64 / runs,
        acknowledged: pool.acknowledged as f64 / runs,
        refused: pool.refused as f64 / runs,
        timed_out: pool.timed_out as f64 / runs,
        kept: (pool.acknowledged
            - pool.lost
            - pool.late
            - pool.overwritten
            - pool.forked
            - pool.sibling) as f64
            / runs,
        lost: pool.lost as f64 / runs,
        late: pool.late as f64 / runs,
        overwritten: pool.overwritten as f64 / runs,
        forked: pool.forked as f64 / runs,
        sibling: pool.sibling as f64 / runs,
        runs_with_loss: pool.runs_with_loss,
        worst_loss: pool.worst,
        rpo_p50: quantile(&sorted(ages), 0.5, confidence),
        rpo_p95: quantile(&sorted(ages), 0.95, confidence),
    };
    scenario.stores.iter().zip(&pool.ledgers).zip(&pool.rpo).map(row).collect()
}

fn latencies(scenario: &Scenario, pool: &mut Pool) -> Vec<Latency> {
    let mut rows = Vec::new();
    let names = scenario.populations.iter().map(|population| population.name.clone());
    let scopes: Vec<(Option<usize>, String)> = [(None, "all users".to_string())]
        .into_iter()
        .chain(names.enumerate().map(|(index, name)| (Some(index), name)))
        .collect();
    for (scope, population) in scopes {
        for operation in Operation::BOTH {
            for window in Window::ALL {
                let served = pool.served(operation, window, scope);
                let good: u128 = served.iter().map(|(_, requests)| requests).sum();
                let counts = |key: &(Operation, Window, crate::id::PopulationId)| {
                    key.0 == operation
                        && key.1 == window
                        && scope.is_none_or(|only| key.2.index() == only)
                };
                let failed: u128 = pool
                    .tally
                    .failed
                    .iter()
                    .filter(|(key, _)| counts(key))
                    .map(|(_, requests)| requests)
                    .sum();
                if good + failed == 0 {
                    continue;
                }
                rows.push(Latency {
                    population: population.clone(),
                    operation: operation.plural(),
                    window: window.name(),
                    p50_milliseconds: pool.laws.quantile(served.iter().copied(), 0.5),
                    p99_milliseconds: pool.laws.quantile(served.iter().copied(), 0.99),
                    share_failed: Some(failed as f64 / (good + failed) as f64),
                });
            }
        }
    }
    rows
}

fn populations(scenario: &Scenario, pool: &Pool, confidence: f64) -> Vec<PopulationRow> {
    let row =
        |(population, numbers): (&crate::scenario::Population, &super::pool::PopulationPool)| {
            PopulationRow {
                name: population.name.clone(),
                users: population.users,
                recovery_reads: quantile(&sorted(&numbers.recovery[0]), 0.5, confidence),
                recovery_writes: quantile(&sorted(&numbers.recovery[1]), 0.5, confidence),
                share_failed: numbers.failed as f64 / numbers.requests.max(1) as f64,
                user_minutes_lost: numbers.minutes_lost / pool.runs as f64,
            }
        };
    scenario.populations.iter().zip(&pool.populations).map(row).collect()
}

/// A promotion that comes after the repair does harm.
fn late_promotions(pool: &Pool) -> Option<String> {
    let (late, runs) = (whole(pool.late_promotions), whole(pool.runs));
    let advice =
        "it interrupts writes again and loses the last of them: look again before promoting";
    (pool.late_promotions > 0).then(|| {
        format!(
            "in {late} of {runs} runs a replica was promoted after the fault had ended; {advice}"
        )
    })
}

/// What to look at next: the phases that take the most time, then what else keeps a promise from holding.
fn next_steps(
    budgets: &[Budget],
    verdicts: &[crate::report::Verdict],
    measures: &[Estimate],
    latencies: &[Latency],
) -> Vec<String> {
    let mut next = Vec::new();
    if let Some(budget) = budgets.first() {
        let mut phases: Vec<(&'static str, f64)> = budget
            .phases
            .iter()
            .filter_map(|phase| Some((phase.name, phase.seconds.estimate?)))
            .collect();
        phases.sort_by(|a, b| b.1.total_cmp(&a.1));
        let total = budget.total.estimate.unwrap_or(0.0).max(1e-9);
        for (name, seconds) in phases.into_iter().take(2) {
            let phase = Phase::ALL
                .into_iter()
                .find(|phase| phase.name() == name)
                .expect("phases come from the list");
            next.push(format!(
                "{name} ({:.0}% of the time to recovery): {}",
                100.0 * seconds / total,
                phase.knob()
            ));
        }
    }
    let censored = measures
        .iter()
        .find(|estimate| estimate.key == "rto_service")
        .is_some_and(|estimate| estimate.censored > 0);
    if censored {
        next.push(
            "some runs do not recover before they end: lengthen run, or find what never fails over"
                .into(),
        );
    }
    let again = measures
        .iter()
        .find(|estimate| estimate.key == "interruptions")
        .and_then(|estimate| estimate.max);
    if again.is_some_and(|most| most > 1.0) {
        next.push("the service is interrupted again after it came back: see \"longest interruption\", and `mrsim trace` for when".into());
    }
    let unmet = |start: &str| {
        verdicts.iter().any(|verdict| {
            verdict.objective.starts_with(start)
                && verdict.finding == crate::report::Finding::NotMet
        })
    };
    let reads = |row: &&Latency| row.population != "all users" && row.operation == "reads";
    let p99 = |row: &Latency| row.p99_milliseconds.unwrap_or(0.0);
    if unmet("read latency")
        && let Some(worst) = latencies
            .iter()
            .filter(reads)
            .max_by(|a, b| p99(a).total_cmp(&p99(b)).then_with(|| b.population.cmp(&a.population)))
    {
        let advice = match worst.window {
            "before" => "a nearer region (latency routing)",
            _ => "a nearer standby",
        };
        next.push(format!(
            "reads of {} take {:.0} ms at p99 {} the interruption: {advice}",
            worst.population,
            p99(worst),
            worst.window
        ));
    }
    next
}
