//! A measure's numbers as cells of a table, with the words for what is not a number:
//! "not within 25 min" (censored), "n/a: no interruption in any run", "needs more runs".

use super::{duration, estimate, observed, rare_percent, rate, whole, with_interval};
use crate::measure::metric::Scope;
use crate::measure::{Fold, Metric};
use crate::report::{Estimate, Interval, Numbers, Report, Unit, Value};

/// How long a run goes on after its first fault, in seconds; `None` when the report has no timeline.
pub fn observed_after_fault(report: &Report) -> Option<f64> {
    let first = report.charts.availability.first()?;
    Some(report.run_seconds + first.seconds).filter(|seconds| seconds.is_finite() && *seconds > 0.0)
}

/// Turns the numbers of one report into words.
#[derive(Clone, Debug)]
pub struct Cells {
    /// What is written for a truth beyond the end of the run.
    pub beyond: String,
    /// Runs in the numbers.
    runs: u64,
}

/// How much of a number is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// The estimate alone.
    Plain,
    /// With its interval.
    Full,
}

/// The sample is too small for a bound.
const TOO_FEW: &str = "needs more runs";

/// The entry of the registry.
fn entry(measure: &Estimate) -> Option<&'static Metric> {
    Scope::Service.metric(&measure.key)
}

impl Cells {
    pub fn of(report: &Report) -> Cells {
        Cells { runs: report.runs_done, ..Cells::within(observed_after_fault(report)) }
    }

    /// For runs that go on for so many seconds after their first fault.
    pub fn within(observed: Option<f64>) -> Cells {
        let beyond = match observed {
            Some(seconds) => format!("not within {}", duration(seconds)),
            None => "not within the run".to_string(),
        };
        Cells { beyond, runs: 0 }
    }

    /// Why no run gave a number: "no interruption".
    pub fn reason(measure: &Estimate) -> &'static str {
        entry(measure).map_or("nothing to measure", |metric| metric.absent)
    }

    /// The words for a number that is not known.
    fn open(&self, measure: &Estimate) -> &str {
        match entry(measure).map(|metric| metric.beyond) {
            _ if measure.censored == 0 => TOO_FEW,
            Some(beyond) if !beyond.is_empty() => beyond,
            _ => &self.beyond,
        }
    }

    /// A number of a row.
    pub fn cell(&self, metric: &Metric, numbers: &Numbers, detail: Detail) -> String {
        match numbers.get(metric.key) {
            None | Some(Value::Absent(())) => format!("n/a: {}", metric.absent),
            Some(Value::Flag(true)) => "yes".into(),
            Some(Value::Flag(false)) => "no".into(),
            Some(Value::Count(count)) => match metric.fold {
                Fold::RunsWith(_) => format!("{} of {}", whole(*count), whole(self.runs)),
                _ => whole(*count),
            },
            Some(Value::Number(number)) => match metric.unit {
                Unit::Share => rare_percent(*number),
                unit => observed(*number, unit),
            },
            Some(Value::Interval(interval)) => self.interval(metric, interval, detail),
        }
    }

    fn interval(&self, metric: &Metric, interval: &Interval, detail: Detail) -> String {
        let is_of_runs = matches!(metric.fold, Fold::Quantile(..) | Fold::OverUsers(_));
        let beyond = if metric.beyond.is_empty() { &self.beyond } else { metric.beyond };
        let open = match metric.beyond {
            "" if is_of_runs && metric.unit == Unit::Seconds => beyond,
            _ => TOO_FEW,
        };
        match (metric.fold, detail) {
            (Fold::Rate(..), _) => rate(interval),
            (_, Detail::Full) => {
                with_interval(interval, metric.unit, open).unwrap_or_else(|| beyond.into())
            }
            (_, Detail::Plain) => estimate(interval, metric.unit).unwrap_or_else(|| beyond.into()),
        }
    }

    /// Why there is no number.
    fn missing(&self, measure: &Estimate) -> String {
        match measure {
            none if none.occasions == 0 => format!("n/a: {} in any run", Cells::reason(measure)),
            censored if censored.censored > 0 => self.open(censored).to_string(),
            _ => TOO_FEW.to_string(),
        }
    }

    /// A quantile or mean without its interval.
    pub fn plain(&self, measure: &Estimate, interval: Option<&Interval>) -> String {
        interval
            .and_then(|interval| estimate(interval, measure.unit))
            .unwrap_or_else(|| self.missing(measure))
    }

    /// A quantile or mean with its interval.
    pub fn full(&self, measure: &Estimate, interval: Option<&Interval>) -> String {
        interval
            .and_then(|interval| with_interval(interval, measure.unit, self.open(measure)))
            .unwrap_or_else(|| self.missing(measure))
    }

    /// The largest number of any run.
    pub fn max(&self, measure: &Estimate) -> String {
        match measure.max.filter(|_| measure.censored == 0 && measure.occasions > 0) {
            Some(worst) => observed(worst, measure.unit),
            None => self.missing(measure),
        }
    }

    /// The least number of any run.
    pub fn min(&self, measure: &Estimate) -> String {
        measure
            .min
            .filter(|_| measure.occasions > 0)
            .map_or_else(|| self.missing(measure), |least| observed(least, measure.unit))
    }

    /// A number that may lie beyond the end of the run, such as a pooled quantile.
    pub fn time(&self, interval: &Interval) -> String {
        estimate(interval, Unit::Seconds).unwrap_or_else(|| self.beyond.clone())
    }

    /// The same with its interval.
    pub fn time_full(&self, interval: &Interval) -> String {
        with_interval(interval, Unit::Seconds, &self.beyond).unwrap_or_else(|| self.beyond.clone())
    }
}
