//! Verdicts: does each objective hold in the asked share of runs, and how sure is that?

use super::Pool;
use super::statistics::clopper_pearson;
use crate::measure::availability::FAILED_REQUESTS;
use crate::measure::latency::Window;
use crate::measure::loss::RPO_SECONDS;
use crate::measure::metric::Scope;
use crate::measure::recovery::{LONGEST_INTERRUPTION, RTO_SERVICE};
use crate::measure::{Metric, Number};
use crate::report::numbers::{estimate, percent, rare_percent, whole};
use crate::report::{Finding, Interval, Objective, Unit, Verdict};
use crate::scenario::Scenario;
use crate::trace::Operation;

/// Judges every objective of the scenario.
pub fn verdicts(scenario: &Scenario, pool: &mut Pool) -> Vec<Verdict> {
    let objectives = &scenario.objectives;
    let mut verdicts = Vec::new();
    if let Some(rto) = objectives.rto {
        let recovery = values_of(pool, &RTO_SERVICE);
        let longest = values_of(pool, &LONGEST_INTERRUPTION);
        // A service that comes back in time and then fails for longer has not kept the promise.
        let worse = |(first, longest): (&Option<Number>, &Option<Number>)| match (first, longest) {
            (Some(first), Some(longest)) => {
                Some(if longest.ordered() > first.ordered() { *longest } else { *first })
            }
            _ => *first,
        };
        let judged: Vec<Option<Number>> = recovery.iter().zip(&longest).map(worse).collect();
        let met = met(&judged, |value| value <= rto.seconds());
        let because = recovery_because(&recovery, &judged);
        verdicts.push(judge(
            Objective::Rto,
            format!("RTO (service) at most {rto}"),
            met,
            scenario,
            because,
        ));
    }
    if let Some(rpo) = objectives.rpo {
        let values = values_of(pool, &RPO_SECONDS);
        let because =
            loss_because(&values) + &reaching_back(&values) + &overwritten_besides(scenario, pool);
        // Without a promotion nothing is lost for good.
        let all: Vec<Option<Number>> =
            values.iter().map(|value| value.or(Some(Number::exact(0.0)))).collect();
        let judged = if scenario.stores.is_empty() { Vec::new() } else { all };
        verdicts.push(judge(
            Objective::Rpo,
            format!("RPO at most {rpo}"),
            met(&judged, |value| value <= rpo.seconds()),
            scenario,
            because,
        ));
    }
    if let Some(availability) = objectives.availability {
        verdicts.push(availability_verdict(scenario, pool, availability));
    }
    if let Some(limit) = objectives.read_latency_p99 {
        verdicts.push(latency_verdict(scenario, pool, limit));
    }
    verdicts
}

fn values_of(pool: &Pool, measure: &Metric) -> Vec<Option<Number>> {
    pool.values(measure).to_vec()
}

/// Runs that meet a bound, and runs with an occasion. A censored run never meets it.
fn met(values: &[Option<Number>], meets: impl Fn(f64) -> bool) -> (u64, u64) {
    let occasions = values.iter().flatten().count() as u64;
    let met = values.iter().flatten().filter(|number| meets(number.ordered())).count() as u64;
    (met, occasions)
}

/// Compares the interval of the share of runs that met it with the share that has to.
fn judge(
    kind: Objective,
    objective: String,
    (met, occasions): (u64, u64),
    scenario: &Scenario,
    because: String,
) -> Verdict {
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
        kind: Some(kind),
        objective,
        finding,
        runs_met: met,
        runs_with_occasion: occasions,
        share_met: share.map(|(low, high)| Interval {
            low: Some(low),
            estimate: Some(met as f64 / occasions as f64),
            high: Some(high),
        }),
        share_asked: asked,
        because,
    }
}

/// The value that this share of the runs does not exceed, as precise as its interval.
fn at_share(values: &[Option<Number>], share: f64, unit: Unit) -> Option<String> {
    let sorted = super::estimates::sorted(values);
    super::estimates::quantile(&sorted, share, 0.95).and_then(|interval| estimate(&interval, unit))
}

fn recovery_because(values: &[Option<Number>], judged: &[Option<Number>]) -> String {
    if values.iter().flatten().next().is_none() {
        return "the service was never interrupted".into();
    }
    let again = values.iter().zip(judged).filter(|(first, judged)| first != judged).count();
    let again = if again > 0 {
        format!(
            "; interrupted again, and longer, in {} of {} runs",
            whole(again as u64),
            whole(values.len() as u64)
        )
    } else {
        String::new()
    };
    let first = match (at_share(values, 0.5, Unit::Seconds), at_share(values, 0.95, Unit::Seconds))
    {
        (Some(median), Some(high)) => {
            format!("p50 {median}, p95 {high}")
        }
        (Some(median), None) => {
            format!("p50 {median}, p95 not within the run")
        }
        _ => "at least half of the runs do not recover before they end".into(),
    };
    first + &again
}

fn loss_because(values: &[Option<Number>]) -> String {
    let promoted = values.iter().flatten().count();
    let among = if promoted == values.len() {
        String::new()
    } else {
        format!(
            "a replica was promoted or a region destroyed in {} of {} runs; there the ",
            whole(promoted as u64),
            whole(values.len() as u64)
        )
    };
    match (at_share(values, 0.5, Unit::Seconds), at_share(values, 0.95, Unit::Seconds)) {
        (Some(median), Some(high)) => {
            format!("{among}oldest lost write: p50 {median}, p95 {high}")
        }
        (Some(median), None) if promoted > 0 => {
            format!("{among}oldest lost write: p50 {median}, p95 from before the run")
        }
        _ if promoted > 0 => {
            format!("{among}oldest lost write is from before the run in at least half")
        }
        _ => "no replica was promoted and no region destroyed: nothing is lost for good".into(),
    }
}

/// A loss of what was there before the run, and is not known, meets no bound.
fn reaching_back(values: &[Option<Number>]) -> String {
    let back: Vec<Option<Number>> = values
        .iter()
        .flatten()
        .filter(|number| number.is_censored)
        .map(|number| Some(Number::exact(number.value)))
        .collect();
    if back.is_empty() {
        return String::new();
    }
    let of_run = at_share(&back, 0.5, Unit::Seconds)
        .map_or(String::new(), |median| format!(" (what the run itself shows: median {median})"));
    let runs = format!("{} of {} runs", whole(back.len() as u64), whole(values.len() as u64));
    format!(
        "; in {runs} writes from before the run may be lost as well, and how old they are is not known{of_run}"
    )
}

/// What an RPO does not count, and the ledger does: writes that another region's writes replaced unseen.
fn overwritten_besides(scenario: &Scenario, pool: &Pool) -> String {
    let books = scenario.stores.iter().zip(pool.table(Scope::Store));
    let shown = books.filter(|(_, book)| book.total("overwritten") > 0);
    let words = shown.map(|(store, book)| {
        let share = book.total("overwritten") as f64 / book.total("acknowledged").max(1) as f64;
        format!(
            "; {} of the acknowledged writes to {} are overwritten all the same",
            rare_percent(share),
            store.name
        )
    });
    words.collect()
}

fn availability_verdict(scenario: &Scenario, pool: &Pool, asked: crate::units::Share) -> Verdict {
    let over = scenario.objectives.availability_over;
    let requests = scenario.request_rate() * over.seconds();
    let availability = |failed: f64| 1.0 - failed / requests;
    let recovery = values_of(pool, &RTO_SERVICE);
    // What fails after the end of a run is not counted, so a run that ends without service cannot keep the promise.
    let outlasts = |recovery: &Option<Number>| recovery.is_some_and(|number| number.is_censored);
    let values: Vec<Option<Number>> = values_of(pool, &FAILED_REQUESTS)
        .into_iter()
        .zip(&recovery)
        .map(|(failed, recovery)| {
            failed.map(|failed| Number { is_censored: outlasts(recovery), ..failed })
        })
        .collect();
    let met = met(&values, |failed| availability(failed) >= asked.as_f64());
    let sorted = super::estimates::sorted(&values);
    let because = match super::estimates::quantile(&sorted, 0.5, 0.95)
        .map(|interval| interval.estimate)
    {
        Some(Some(median)) => {
            let spent = median / ((1.0 - asked.as_f64()) * requests);
            format!(
                "median {} of requests succeed; consumes {} of the error budget; no failure after the run is counted",
                percent(availability(median), 2),
                percent(spent, 2)
            )
        }
        Some(None) => "at least half of the runs end without service: lengthen run".into(),
        None => "there were no requests".into(),
    };
    judge(
        Objective::Availability,
        format!("availability at least {asked} over {over}, this incident once"),
        met,
        scenario,
        because,
    )
}

fn latency_verdict(scenario: &Scenario, pool: &mut Pool, limit: crate::units::Duration) -> Verdict {
    let milliseconds = limit.seconds() * 1_000.0;
    let occasions = pool.read_p99.iter().flatten().count() as u64;
    let met = pool.read_p99.iter().flatten().filter(|p99| **p99 <= milliseconds).count() as u64;
    let mut sorted: Vec<f64> = pool.read_p99.iter().flatten().copied().collect();
    sorted.sort_by(f64::total_cmp);
    let over_run = super::estimates::quantile(&sorted, 0.5, 0.95)
        .and_then(|interval| estimate(&interval, Unit::Milliseconds));
    let mut parts = Vec::new();
    for window in Window::ALL {
        let counts = pool.served(Operation::Read, window, None);
        if let Some(p99) = pool.laws.quantile(counts, 0.99) {
            parts.push(format!("{p99:.0} ms {}", window.name()));
        }
    }
    let because = format!(
        "median over runs {}; {} the interruption",
        over_run.unwrap_or_else(|| "unknown".into()),
        parts.join(", ")
    );
    judge(
        Objective::ReadLatency,
        format!("read latency p99 at most {limit}, over the run"),
        (met, occasions),
        scenario,
        because,
    )
}
