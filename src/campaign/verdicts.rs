//! Verdicts: does each objective hold in the asked share of runs, and how sure is that?

use super::Pool;
use super::statistics::clopper_pearson;
use crate::measure::latency::Window;
use crate::measure::{Number, position};
use crate::report::numbers::{estimate, percent};
use crate::report::{Finding, Interval, Unit, Verdict};
use crate::scenario::Scenario;
use crate::trace::Operation;

/// Judges every objective of the scenario.
pub fn verdicts(scenario: &Scenario, pool: &mut Pool) -> Vec<Verdict> {
    let objectives = &scenario.objectives;
    let mut verdicts = Vec::new();
    if let Some(rto) = objectives.rto {
        let values = values_of(pool, "rto_service");
        let because = recovery_because(&values);
        let met = met(&values, |value| value <= rto.seconds());
        verdicts.push(judge(format!("RTO (service) at most {rto}"), met, scenario, because));
    }
    if let Some(rpo) = objectives.rpo {
        let values = values_of(pool, "rpo_seconds");
        let because = loss_because(&values);
        let met = met(&values, |value| value <= rpo.seconds());
        verdicts.push(judge(format!("RPO at most {rpo}"), met, scenario, because));
    }
    if let Some(availability) = objectives.availability {
        verdicts.push(availability_verdict(scenario, pool, availability));
    }
    if let Some(limit) = objectives.read_latency_p99 {
        verdicts.push(latency_verdict(scenario, pool, limit));
    }
    verdicts
}

fn values_of(pool: &Pool, key: &str) -> Vec<Option<Number>> {
    pool.values[position(key).expect("the registry has the measure")].clone()
}

/// Runs that meet a bound, and runs with an occasion. A censored run never meets it.
fn met(values: &[Option<Number>], meets: impl Fn(f64) -> bool) -> (u64, u64) {
    let occasions = values.iter().flatten().count() as u64;
    let met = values.iter().flatten().filter(|number| meets(number.ordered())).count() as u64;
    (met, occasions)
}

/// Compares the interval of the share of runs that met it with the share that has to.
fn judge(objective: String, (met, occasions): (u64, u64), scenario: &Scenario, because: String) -> Verdict {
    let asked = scenario.objectives.met_in.as_f64();
    let confidence = scenario.objectives.confidence.as_f64();
    let share = (occasions > 0).then(|| clopper_pearson(met, occasions, confidence));
    let finding = match share {
        None => Finding::NoOccasion,
        Some((low, _)) if low >= asked => Finding::Met,
        Some((_, high)) if high < asked => Finding::NotMet,
        Some(_) => Finding::Undecided,
    };
    Verdict {
        objective,
        finding,
        runs_met: met,
        runs_with_occasion: occasions,
        share_met: share.map(|(low, high)| Interval { low: Some(low), estimate: Some(met as f64 / occasions as f64), high: Some(high) }),
        share_asked: asked,
        because,
    }
}

/// The value that this share of the runs does not exceed, as precise as its interval.
fn at_share(values: &[Option<Number>], share: f64, unit: Unit) -> Option<String> {
    let sorted = super::estimates::sorted(values);
    super::estimates::quantile(&sorted, share, 0.95).and_then(|interval| estimate(&interval, unit))
}

fn recovery_because(values: &[Option<Number>]) -> String {
    if values.iter().flatten().next().is_none() {
        return "the service was never interrupted".into();
    }
    match (at_share(values, 0.5, Unit::Seconds), at_share(values, 0.95, Unit::Seconds)) {
        (Some(median), Some(high)) => format!("median {median}, one outage in twenty {high} or more"),
        (Some(median), None) => format!("median {median}, one outage in twenty outlasts the run"),
        _ => "at least half of the outages outlast the run".into(),
    }
}

fn loss_because(values: &[Option<Number>]) -> String {
    match (at_share(values, 0.5, Unit::Seconds), at_share(values, 0.95, Unit::Seconds)) {
        (Some(median), Some(high)) => format!("oldest lost write: median {median}, one outage in twenty {high} or more"),
        _ => "no replica was promoted: nothing is lost for good".into(),
    }
}

fn availability_verdict(scenario: &Scenario, pool: &Pool, asked: crate::units::Share) -> Verdict {
    let over = scenario.objectives.availability_over;
    let rate = |population: &crate::scenario::Population| population.users as f64 * (population.reads.per_second() + population.writes.per_second());
    let requests: f64 = scenario.populations.iter().map(rate).sum::<f64>() * over.seconds();
    let availability = |failed: f64| 1.0 - failed / requests;
    let values = values_of(pool, "failed_requests");
    let met = met(&values, |failed| availability(failed) >= asked.as_f64());
    let sorted = super::estimates::sorted(&values);
    let because = match super::estimates::quantile(&sorted, 0.5, 0.95).and_then(|interval| interval.estimate) {
        Some(median) => {
            let spent = median / ((1.0 - asked.as_f64()) * requests);
            format!("median {} of requests succeed; the outage spends {} of the error budget", percent(availability(median), 2), percent(spent, 2))
        }
        None => "there were no requests".into(),
    };
    judge(format!("availability at least {asked} over {over} with one such outage"), met, scenario, because)
}

fn latency_verdict(scenario: &Scenario, pool: &mut Pool, limit: crate::units::Duration) -> Verdict {
    let milliseconds = limit.seconds() * 1_000.0;
    let occasions = pool.read_p99.iter().flatten().count() as u64;
    let met = pool.read_p99.iter().flatten().filter(|p99| **p99 <= milliseconds).count() as u64;
    let mut parts = Vec::new();
    for window in Window::ALL {
        let counts = pool.served(Operation::Read, window, None);
        if let Some(p99) = pool.laws.quantile(counts, 0.99) {
            parts.push(format!("{p99:.0} ms {}", window.name()));
        }
    }
    let because = format!("p99 of successful reads: {} the interruption", parts.join(", "));
    judge(format!("read latency p99 at most {limit}, over the run"), (met, occasions), scenario, because)
}
