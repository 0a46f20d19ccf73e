//! Runs folded into the numbers of a report: the one engine for every entry of the registry.
//!
//! ```text
//!  Sample of run 1, 2, 3 .. --in run order--> Sums --> Value: a count, a mean, a quantile with its interval
//! ```

use super::estimates::{quantile, sorted};
use super::statistics::{RatioSums, clopper_pearson, garwood, quantile_rank, quantile_ranks};
use crate::measure::metric::Scope;
use crate::measure::{Fold, Metric, Number, Replay, Sample, Thing, Unit, grid};
use crate::report::{Interval, Numbers, Value};
use crate::units::Duration;

/// What a metric needs to know of the runs so far.
#[derive(Clone, Debug)]
enum Sums {
    Count(u128),
    Number(f64),
    Most(u64),
    Occasions(Vec<Option<Number>>),
    Pair(u128, u128),
    Ratio(RatioSums),
    Times(Histogram),
    Alike(Option<Sample>),
}

/// The numbers of one thing in one run: one sample for each entry of its table.
pub fn samples(scope: Scope, run: &Replay, thing: Thing) -> Vec<Sample> {
    scope.metrics().iter().map(|metric| metric.sample(run, thing)).collect()
}

/// One thing over runs.
#[derive(Clone, Debug)]
pub struct Folded {
    scope: Scope,
    runs: u64,
    sums: Vec<Sums>,
}

impl Folded {
    pub fn new(scope: Scope) -> Folded {
        let sums = scope.metrics().iter().map(|metric| Sums::new(metric.fold)).collect();
        Folded { scope, runs: 0, sums }
    }

    /// Adds the next run; the order of calls is the order of runs.
    pub fn add(&mut self, samples: Vec<Sample>) {
        self.runs += 1;
        for (sums, sample) in self.sums.iter_mut().zip(samples) {
            sums.add(sample);
        }
    }

    /// The values of the report.
    pub fn numbers(&self, confidence: f64) -> Numbers {
        Numbers::of(
            self.entries().map(|(metric, sums)| {
                (metric.key, sums.value(metric, self.runs.max(1), confidence))
            }),
        )
    }

    fn entries(&self) -> impl Iterator<Item = (&'static Metric, &Sums)> {
        self.scope.metrics().iter().zip(&self.sums)
    }

    /// The number of each run, of an entry that keeps them.
    pub fn occasions(&self, metric: &Metric) -> &[Option<Number>] {
        match self.sums_of(metric.key) {
            Sums::Occasions(values) => values,
            other => panic!("{} keeps no numbers of runs: {other:?}", metric.key),
        }
    }

    /// The sum over runs of a count.
    pub fn total(&self, key: &str) -> u128 {
        match self.sums_of(key) {
            Sums::Count(total) => *total,
            other => panic!("{key} is no sum of counts: {other:?}"),
        }
    }

    fn sums_of(&self, key: &str) -> &Sums {
        let found = self.entries().find(|(metric, _)| metric.key == key);
        found.expect("the registry has the number").1
    }
}

impl Sums {
    fn new(fold: Fold) -> Sums {
        match fold {
            Fold::Spread(_) | Fold::Quantile(..) => Sums::Occasions(Vec::new()),
            Fold::Mean(_) | Fold::Total(_) | Fold::TotalSeconds(_) | Fold::RunsWith(_) => {
                Sums::Count(0)
            }
            Fold::MeanOf(_) => Sums::Number(0.0),
            Fold::Most(_) => Sums::Most(0),
            Fold::Ratio(_) | Fold::Proportion(_) | Fold::Rate(..) => Sums::Pair(0, 0),
            Fold::RatioOfSums(_) => Sums::Ratio(RatioSums::default()),
            Fold::Times(..) => Sums::Times(Histogram::default()),
            Fold::Alike(_)
            | Fold::Is(_)
            | Fold::OverRequests(_)
            | Fold::RequestsFailed
            | Fold::OverUsers(_)
            | Fold::UsersAffected
            | Fold::UsersInTime => Sums::Alike(None),
        }
    }

    fn add(&mut self, sample: Sample) {
        match (self, sample) {
            (Sums::Count(sum), Sample::Count(count)) => *sum += u128::from(count),
            (Sums::Count(sum), Sample::Is(is)) => *sum += u128::from(is),
            (Sums::Number(sum), Sample::Number(number)) => *sum += number,
            (Sums::Most(most), Sample::Count(count)) => *most = (*most).max(count),
            (Sums::Occasions(values), Sample::Occasion(number)) => values.push(number),
            (Sums::Pair(of, whole), Sample::Pair(one, two)) => {
                *of += u128::from(one);
                *whole += u128::from(two);
            }
            (Sums::Ratio(sums), Sample::Part(part)) => sums.add(part.of, part.whole),
            (Sums::Times(histogram), Sample::Times(times)) => histogram.add(&times),
            (Sums::Alike(last), sample) => *last = Some(sample),
            (sums, sample) => panic!("{sample:?} is no sample for {sums:?}"),
        }
    }

    fn value(&self, metric: &Metric, runs: u64, confidence: f64) -> Value {
        match (self, metric.fold) {
            (Sums::Count(sum), Fold::Mean(_)) => Value::Number(*sum as f64 / runs as f64),
            (Sums::Count(nanos), Fold::TotalSeconds(_)) => Value::Number(*nanos as f64 / 1e9),
            (Sums::Count(sum), _) => Value::Count(*sum as u64),
            (Sums::Number(sum), _) => Value::Number(sum / runs as f64),
            (Sums::Most(most), _) => Value::Count(*most),
            (Sums::Occasions(values), Fold::Quantile(_, share)) => {
                quantile(&sorted(values), share, confidence).into()
            }
            (Sums::Pair(of, whole), Fold::Ratio(_)) => {
                Value::Number(*of as f64 / (*whole).max(1) as f64)
            }
            (Sums::Pair(of, whole), Fold::Rate(_, seconds)) => {
                rate(*of as u64, *whole as f64 / 1e9, seconds, confidence).into()
            }
            (Sums::Pair(of, whole), _) => proportion(*of as u64, *whole as u64, confidence).into(),
            (Sums::Ratio(sums), _) => ratio(sums, metric.unit, confidence).into(),
            (Sums::Times(histogram), Fold::Times(_, share)) => {
                histogram.quantile(share, confidence).into()
            }
            (Sums::Alike(Some(Sample::Count(count))), _) => Value::Count(*count),
            (Sums::Alike(Some(Sample::Is(is))), _) => Value::Flag(*is),
            _ => Value::Absent(()),
        }
    }
}

/// A share of independent trials (Clopper-Pearson); `None` without trials.
pub fn proportion(of: u64, all: u64, confidence: f64) -> Option<Interval> {
    (all > 0).then(|| {
        let (low, high) = clopper_pearson(of, all, confidence);
        Interval { low: Some(low), estimate: Some(of as f64 / all as f64), high: Some(high) }
    })
}

/// Events in so many seconds, of those seen while `watched` (Garwood); `None` where nothing was watched.
pub fn rate(events: u64, watched: f64, seconds: f64, confidence: f64) -> Option<Interval> {
    let in_time = |events: f64| Some(events * seconds / watched);
    (watched > 0.0).then(|| {
        let (low, high) = garwood(events, confidence);
        Interval { low: in_time(low), estimate: in_time(events as f64), high: in_time(high) }
    })
}

/// A ratio of sums; a share is at most the whole.
fn ratio(sums: &RatioSums, unit: Unit, confidence: f64) -> Option<Interval> {
    let value = sums.interval(confidence)?;
    Some(match unit {
        Unit::Share => Interval { high: value.high.map(|high| high.min(1.0)), ..value },
        _ => value,
    })
}

/// Counts of nanoseconds by cell of [`grid`], which knows a value to 0.4%.
#[derive(Clone, Debug, Default)]
struct Histogram {
    cells: Vec<u64>,
    count: u64,
}

impl Histogram {
    fn add(&mut self, values: &[u64]) {
        for value in values {
            let cell = grid::cell(*value);
            if self.cells.len() <= cell {
                self.cells.resize(cell + 1, 0);
            }
            self.cells[cell] += 1;
        }
        self.count += values.len() as u64;
    }

    /// The value of a rank in milliseconds; `None`: it has no end.
    fn at(&self, rank: u64) -> Option<f64> {
        let mut below = 0;
        let cell = self.cells.iter().position(|count| {
            below += count;
            below >= rank
        })?;
        (cell < grid::cell(Duration::MAX.as_nanos())).then(|| grid::least(cell) as f64 / 1e6)
    }

    fn quantile(&self, share: f64, confidence: f64) -> Option<Interval> {
        if self.count == 0 {
            return None;
        }
        let (low, high) = quantile_ranks(self.count, share, confidence);
        let at = |rank: u64| self.at(rank);
        Some(Interval {
            low: low.and_then(at),
            estimate: at(quantile_rank(self.count, share)),
            high: high.and_then(at),
        })
    }
}
