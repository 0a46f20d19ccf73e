//! Differences run by run: what one run of two designs says, and what all of them show.
//!
//! Censored runs are infinite, and two of them undecided; the interval of the median difference allows for
//! whatever an undecided run may be. Which design is better more often is a sign test.

use super::super::Pool;
use super::super::estimates::mean_difference;
use super::super::statistics::{clopper_pearson, quantile_rank, quantile_ranks};
use crate::measure::availability::FAILED_REQUESTS;
use crate::measure::loss::RPO_SECONDS;
use crate::measure::recovery::RTO_SERVICE;
use crate::measure::{Metric, Number, Unit};
use crate::report::Interval;
use crate::report::comparison::{Pair, Standing};
use crate::scenario::Objectives;

/// What a run without an occasion counts as, beside a run of the other design that has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Absent {
    /// Better than any number: a service that was not interrupted has no RTO, not even one of 0.
    Best,
    /// Zero: where nobody was promoted, nothing is lost for good.
    Zero,
}

/// The measures that are compared run by run; of all of them less is better.
const COMPARED: [(Metric, Absent); 3] =
    [(RTO_SERVICE, Absent::Best), (FAILED_REQUESTS, Absent::Zero), (RPO_SECONDS, Absent::Zero)];

/// The runs of one design.
pub struct Runs<'a> {
    pub name: &'a str,
    pub objectives: &'a Objectives,
    pub pool: &'a Pool,
}

impl Runs<'_> {
    /// A measure's number in each run.
    fn numbers(&self, measure: &Metric) -> impl Iterator<Item = Option<Number>> {
        self.pool.values(measure).iter().map(|number| at_least(*number, self.objectives))
    }
}

/// Every design after the first against the first, measure by measure; all have the same runs.
pub fn pairs(designs: &[Runs], confidence: f64) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (measure, absent) in &COMPARED {
        for (index, runs) in designs.iter().enumerate().skip(1) {
            let gaps: Vec<Gap> = designs[0]
                .numbers(measure)
                .zip(runs.numbers(measure))
                .map(|(first, other)| gap(first, other, *absent, measure.unit))
                .collect();
            let tally = Tally::of(&gaps);
            pairs.push(Pair {
                key: measure.key.to_string(),
                label: measure.label.to_string(),
                unit: measure.unit,
                design: index,
                scenario: runs.name.to_string(),
                standing: tally.standing(confidence),
                difference: median(&gaps, confidence),
                mean_difference: mean(&gaps, confidence),
                better: tally.better,
                equal: tally.equal,
                worse: tally.worse,
                undecided: tally.undecided,
                neither: tally.neither,
                better_beyond: gaps.iter().filter(|gap| **gap == Gap::By(f64::NEG_INFINITY)).count()
                    as u64,
                worse_beyond: gaps.iter().filter(|gap| **gap == Gap::By(f64::INFINITY)).count()
                    as u64,
            });
        }
    }
    pairs
}

/// What a censored number is at least: a service that came back within the hold time before the end of the
/// run was not seen to stay.
fn at_least(number: Option<Number>, objectives: &Objectives) -> Option<Number> {
    number.map(|number| match number.is_censored {
        true => Number { value: number.value - objectives.hold.seconds(), ..number },
        false => number,
    })
}

/// One run of two designs: the second's number less the first's.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Gap {
    /// Less is better; infinite where only one of them has a finite number.
    By(f64),
    /// Both numbers lie beyond the end of their runs, or one beyond the end of a shorter one.
    Undecided,
    /// Neither has a number.
    Neither,
}

/// Times nearer than this are the same: instants are whole nanoseconds, and an age is rounded to one.
const RESOLUTION: f64 = 1e-6;

fn gap(first: Option<Number>, other: Option<Number>, absent: Absent, unit: Unit) -> Gap {
    let size = |number: Option<Number>| match (number, absent) {
        (Some(number), _) => number.ordered(),
        (None, Absent::Best) => f64::NEG_INFINITY,
        (None, Absent::Zero) => 0.0,
    };
    match (first, other) {
        (None, None) => Gap::Neither,
        (Some(first), Some(other)) if !is_ordered(first, other) => Gap::Undecided,
        _ => match size(other) - size(first) {
            by if unit == Unit::Seconds && by.abs() < RESOLUTION => Gap::By(0.0),
            by => Gap::By(by),
        },
    }
}

/// Whether it is known which is larger. A censored number says only that the truth is larger than so much:
/// beside a longer run in which the other took still more, it says nothing.
fn is_ordered(one: Number, two: Number) -> bool {
    match (one.is_censored, two.is_censored) {
        (true, true) => false,
        (true, false) => two.value <= one.value + RESOLUTION,
        (false, true) => one.value <= two.value + RESOLUTION,
        (false, false) => true,
    }
}

/// The runs of a pair by what they say.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    better: u64,
    equal: u64,
    worse: u64,
    undecided: u64,
    neither: u64,
}

impl Tally {
    fn of(gaps: &[Gap]) -> Tally {
        let mut tally = Tally::default();
        for gap in gaps {
            let count = match gap {
                Gap::By(by) if *by < 0.0 => &mut tally.better,
                Gap::By(by) if *by > 0.0 => &mut tally.worse,
                Gap::By(_) => &mut tally.equal,
                Gap::Undecided => &mut tally.undecided,
                Gap::Neither => &mut tally.neither,
            };
            *count += 1;
        }
        tally
    }

    /// The sign test: of the runs that differ, are more than half better, or worse? Equal runs say nothing;
    /// an undecided one counts against either answer.
    fn standing(&self, confidence: f64) -> Standing {
        let differ = self.better + self.worse + self.undecided;
        let is_most = |runs: u64| clopper_pearson(runs, differ, confidence).0 > 0.5;
        match differ {
            0 if self.equal == 0 => Standing::NoOccasion,
            0 => Standing::Equal,
            _ if is_most(self.better) => Standing::Better,
            _ if is_most(self.worse) => Standing::Worse,
            _ => Standing::NotShown,
        }
    }
}

/// The median difference of the decided runs with its distribution-free interval. An undecided run may lie
/// anywhere: it counts as low for the lower bound and as high for the upper, so the interval still covers.
fn median(gaps: &[Gap], confidence: f64) -> Option<Interval> {
    let in_order = |undecided: Option<f64>| -> Vec<f64> {
        let value = |gap: &Gap| match gap {
            Gap::By(by) => Some(*by),
            Gap::Undecided => undecided,
            Gap::Neither => None,
        };
        let mut values: Vec<f64> = gaps.iter().filter_map(value).collect();
        values.sort_by(f64::total_cmp);
        values
    };
    let (low, known, high) =
        (in_order(Some(f64::NEG_INFINITY)), in_order(None), in_order(Some(f64::INFINITY)));
    if known.is_empty() {
        return None;
    }
    let finite = |values: &[f64], rank: u64| {
        Some(values[rank as usize - 1]).filter(|value| value.is_finite())
    };
    let ranks = quantile_ranks(low.len() as u64, 0.5, confidence);
    Some(Interval {
        low: ranks.0.and_then(|rank| finite(&low, rank)),
        estimate: finite(&known, quantile_rank(known.len() as u64, 0.5)),
        high: ranks.1.and_then(|rank| finite(&high, rank)),
    })
}

/// The mean difference; where one is infinite or undecided there is none.
fn mean(gaps: &[Gap], confidence: f64) -> Option<Interval> {
    let differences: Option<Vec<f64>> = gaps
        .iter()
        .filter(|gap| **gap != Gap::Neither)
        .map(|gap| match gap {
            Gap::By(by) if by.is_finite() => Some(*by),
            _ => None,
        })
        .collect();
    mean_difference(&differences?, confidence)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATE: Option<Number> = Some(Number { value: 1_500.0, is_censored: true });

    fn at(value: f64) -> Option<Number> {
        Some(Number::exact(value))
    }

    #[test]
    fn every_kind_of_run_has_its_difference() {
        let (best, zero) = (Absent::Best, Absent::Zero);
        for (first, other, absent, expected) in [
            (at(140.0), at(100.0), best, Gap::By(-40.0)),
            (at(140.0), at(140.0), best, Gap::By(0.0)),
            (at(140.0), at(140.000_000_001), best, Gap::By(0.0)),
            // The run ended before the service was back: worse than any number.
            (at(140.0), LATE, best, Gap::By(f64::INFINITY)),
            (LATE, at(140.0), best, Gap::By(f64::NEG_INFINITY)),
            (LATE, LATE, best, Gap::Undecided),
            // Not back within 1,500 s: a longer run shows that the other took more, which decides nothing.
            (LATE, at(1_600.0), best, Gap::Undecided),
            (at(1_600.0), LATE, best, Gap::Undecided),
            // No interruption is better than any, and is not an RTO of 0.
            (at(140.0), None, best, Gap::By(f64::NEG_INFINITY)),
            (None, at(140.0), best, Gap::By(f64::INFINITY)),
            (None, LATE, best, Gap::By(f64::INFINITY)),
            (None, None, best, Gap::Neither),
            // Without a promotion nothing is lost for good.
            (at(0.4), None, zero, Gap::By(-0.4)),
            (None, None, zero, Gap::Neither),
        ] {
            assert_eq!(gap(first, other, absent, Unit::Seconds), expected, "{first:?} {other:?}");
        }
    }

    fn standing(gaps: &[Gap]) -> Standing {
        Tally::of(gaps).standing(0.95)
    }

    /// Ranks 40 and 61 enclose the median of 100 values with 95% confidence.
    #[test]
    fn the_interval_of_the_median_difference_is_by_ranks() {
        let gaps: Vec<Gap> = (1..=100).map(|by| Gap::By(f64::from(by))).collect();
        assert_eq!(
            median(&gaps, 0.95),
            Some(Interval { low: Some(40.0), estimate: Some(50.0), high: Some(61.0) })
        );
        assert_eq!(
            median(&[Gap::By(0.0); 100], 0.95),
            Some(Interval { low: Some(0.0), estimate: Some(0.0), high: Some(0.0) })
        );
        assert_eq!(median(&[Gap::Neither; 100], 0.95), None);
        assert_eq!(mean(&gaps, 0.95).and_then(|mean| mean.estimate), Some(50.5));
        assert_eq!(mean(&[Gap::By(1.0), Gap::By(f64::INFINITY)], 0.95), None);
    }

    #[test]
    fn better_and_worse_are_shown_by_the_runs_that_differ() {
        let runs = |better: usize, equal: usize, worse: usize| -> Vec<Gap> {
            let of = |by, count| std::iter::repeat_n(Gap::By(by), count);
            of(-1.0, better).chain(of(0.0, equal)).chain(of(1.0, worse)).collect()
        };
        assert_eq!(standing(&runs(97, 445, 458)), Standing::Worse);
        assert_eq!(standing(&runs(105, 895, 0)), Standing::Better);
        assert_eq!(standing(&runs(50, 0, 50)), Standing::NotShown);
        assert_eq!(standing(&runs(0, 100, 0)), Standing::Equal);
        assert_eq!(standing(&[Gap::Neither; 100]), Standing::NoOccasion);
        // Five runs all agree by chance once in 16, six once in 32.
        assert_eq!(standing(&runs(5, 0, 0)), Standing::NotShown);
        assert_eq!(standing(&runs(6, 0, 0)), Standing::Better);
    }

    /// An undecided run could be any difference: it widens the interval to both sides and speaks for nobody.
    #[test]
    fn undecided_runs_widen_the_interval() {
        let gaps: Vec<Gap> =
            (1..=80).map(|by| Gap::By(f64::from(by))).chain([Gap::Undecided; 20]).collect();
        assert_eq!(
            median(&gaps, 0.95),
            Some(Interval { low: Some(20.0), estimate: Some(40.0), high: Some(61.0) })
        );
        assert_eq!(standing(&gaps), Standing::Worse);
        let half: Vec<Gap> = gaps[..60].iter().copied().chain([Gap::Undecided; 40]).collect();
        assert_eq!(standing(&half), Standing::NotShown);
        assert_eq!(median(&[Gap::Undecided; 100], 0.95), None);
        assert_eq!(standing(&[Gap::Undecided; 100]), Standing::NotShown);
    }
}
