//! Do intervals cover? Each kind of interval that a report gives is made many times, by the functions that the report is
//! made by, from runs of tiny scenarios whose law is known in closed form, and has to hold the truth as often as it says.
//!
//! ```text
//!  tiny scenario --event loop--> numbers of 2,000,000 runs --in samples of n--> campaign's estimate --> holds the truth?
//! ```
//!
//! Campaigns of 1,000 runs, 2,000 times over, for every kind would take an hour; so the runs of each scenario are taken once
//! and their numbers fed to `campaign::estimates`, `campaign::fold::rate` and so on, as a campaign does with its own. Of
//! the pooled users' quantile, the detections come from runs, the residual lives of answers from a stream.

use super::Progress;
use super::case::{Case, number};
use super::designs::draw::stream;
use super::detection::DETECTION;
use super::sample::{Effort, stage};
use super::spec::Spec;
use crate::campaign::Stopped;
use crate::campaign::estimates::{mean_difference, mean_of, quantile};
use crate::campaign::fold::rate;
use crate::campaign::statistics::{RatioSums, clopper_pearson};
use crate::campaign::{self, Observer, Settings, UserPool};
use crate::measure::Replay;
use crate::measure::checks::{MONTH_SECONDS, checks, healthy_time};
use crate::measure::users::UserLaw;
use crate::report::Interval;
use crate::report::dossier::{Control, Coverage, Dossier};

/// The file of the kinds and their truths.
pub const CASES: &str = include_str!("vectors/coverage.jsonl");

/// What all intervals here claim.
const CONFIDENCE: f64 = 0.95;
/// Sizes of samples.
const SIZES: [u64; 3] = [20, 100, 1_000];
/// Samples of each size at scale 1.
const SAMPLES: f64 = 2_000.0;
const LEAST_SAMPLES: f64 = 200.0;
/// What may be found at scale 1: nominal less 1.5%, plus 2.5%: 2,000 samples have a standard error of 0.5%.
const BELOW: f64 = 0.015;
const ABOVE: f64 = 0.025;
/// An interval that always holds the truth says less than it could, however few samples were asked.
const NEARLY_ALWAYS: f64 = 0.999;

/// Numbers of runs, of which samples are taken.
struct Runs {
    /// Time to detection at an interval of 10 s and, with common random numbers, of 20 s.
    times: Vec<[f64; 2]>,
    /// False alarms, and nanoseconds in which nothing was broken.
    alarms: Vec<(u64, u64)>,
}

/// A sample's place among the runs, for the streams that are drawn besides.
type Sample<'r> = (&'r Runs, std::ops::Range<usize>);

/// A planted mistake: what is wrong, the case, the size, and the wrong interval.
type Mistake = (&'static str, &'static str, u64, fn(&Case, &Sample) -> Option<Interval>);

const MISTAKES: [Mistake; 5] = [
    ("an interval of 50% for one of 95%", "I.median", 100, |case, sample| {
        quantile(&sorted(sample), case.number("p"), 0.5)
    }),
    ("the quantile of another share of runs", "I.p90", 1_000, |case, sample| {
        quantile(&sorted(sample), case.number("p") + 0.05, CONFIDENCE)
    }),
    ("users of one run taken as independent", "I.pooled-median", 100, |case, sample| {
        users_alone(case, sample)
    }),
    ("draws that two designs share, forgotten", "I.paired", 100, |_, sample| {
        let times = &sample.0.times[sample.1.clone()];
        let [one, other] = [0, 1].map(|design| {
            mean_of(&times.iter().map(|pair| pair[design]).collect::<Vec<_>>(), CONFIDENCE)
        });
        let (one, other) = (one?, other?);
        let half = |of: &Interval| Some((of.high? - of.low?) / 2.0);
        let wide = (half(&one)? * half(&one)? + half(&other)? * half(&other)?).sqrt();
        let mean = other.estimate? - one.estimate?;
        Some(Interval { low: Some(mean - wide), estimate: Some(mean), high: Some(mean + wide) })
    }),
    ("a mean of mostly zeros by Student's t", "I.mostly-zero", 20, |case, sample| {
        let (low, mean, high) =
            campaign::statistics::mean_interval(&spikes(case, sample), CONFIDENCE)?;
        Some(Interval { low: Some(low), estimate: Some(mean), high: Some(high) })
    }),
];

/// Rows and mistakes.
pub fn work() -> u64 {
    (Case::read(CASES).len() * SIZES.len() + MISTAKES.len()) as u64
}

/// All of them into the dossier.
pub(super) fn validate(
    dossier: &mut Dossier,
    effort: Effort,
    progress: &mut Progress,
) -> Result<(), Stopped> {
    let samples = (SAMPLES * effort.scale).max(LEAST_SAMPLES) as u64;
    let Some(runs) = runs(samples * SIZES[SIZES.len() - 1], effort, progress.observer)? else {
        dossier.partial = true;
        return Ok(());
    };
    let cases = Case::read(CASES);
    for (case, n) in cases.iter().flat_map(|case| SIZES.map(|n| (case, n))) {
        let Some(row) = row(case, n, samples, &runs, interval, effort, progress.observer)? else {
            dossier.partial = true;
            return Ok(());
        };
        dossier.coverage.push(row);
        progress.one_more();
    }
    for (mistake, id, n, wrong) in MISTAKES {
        let case = cases.iter().find(|case| case.id == id).expect("a mistake is about a case");
        let Some(row) = row(case, n, samples, &runs, wrong, effort, progress.observer)? else {
            dossier.partial = true;
            return Ok(());
        };
        let case = format!("coverage {}, n = {n}", row.key);
        dossier.controls.push(Control {
            mistake,
            case,
            expected: CONFIDENCE,
            ours: row.covered,
            distance: None,
            caught: !row.passes,
        });
        progress.one_more();
    }
    Ok(())
}

/// The numbers of so many runs of the two scenarios.
fn runs(count: u64, effort: Effort, observer: &dyn Observer) -> Result<Option<Runs>, Stopped> {
    let settings = |seed| Settings { seed, runs: count, threads: effort.threads };
    let times = |interval: f64| {
        let text =
            Spec { run: 170.0, step: 170.0, interval, users: String::new(), ..Spec::default() };
        let text =
            Spec { users: super::spec::population("users", 1, 1e-6, super::spec::WARM), ..text }
                .text();
        campaign::readings(&stage(&text), &settings(61), observer, |trace| {
            (DETECTION.of)(trace)[0][0]
        })
    };
    let (short, long) = (times(10.0)?, times(20.0)?);
    let noisy = Spec {
        fault_at: 500.0,
        run: 510.0,
        step: 510.0,
        threshold: 1,
        probe_loss: Some(0.1),
        ..Spec::default()
    }
    .text();
    let alarms = campaign::readings(&stage(&noisy), &settings(62), observer, |trace| {
        (checks(&Replay::new(trace))[0].false_alarms, healthy_time(trace).as_nanos())
    })?;
    let is_whole = [short.len(), long.len(), alarms.len()].iter().all(|runs| *runs as u64 == count);
    Ok(is_whole.then(|| Runs {
        times: short.into_iter().zip(long).map(|(short, long)| [short, long]).collect(),
        alarms,
    }))
}

/// How often the intervals of one case hold the truth.
fn row(
    case: &Case,
    n: u64,
    samples: u64,
    runs: &Runs,
    interval: fn(&Case, &Sample) -> Option<Interval>,
    effort: Effort,
    observer: &dyn Observer,
) -> Result<Option<Coverage>, Stopped> {
    let found = campaign::each(samples, effort.threads, observer, |index| {
        let from = (index * n) as usize;
        let interval = interval(case, &(runs, from..from + n as usize))?;
        let (low, high) = (interval.low?, interval.high?);
        Some(low <= case.expected && case.expected <= high)
    })?;
    let Some(found) = found else { return Ok(None) };
    let given: Vec<bool> = found.into_iter().flatten().collect();
    let covered = given.iter().filter(|holds| **holds).count() as f64 / given.len().max(1) as f64;
    let is_declined = case.inputs["declined"]
        .as_array()
        .is_some_and(|sizes| sizes.iter().any(|size| number(size) == n as f64));
    let room = (SAMPLES / samples as f64).sqrt();
    let high =
        if is_conservative(case) { 1.0 } else { (CONFIDENCE + ABOVE * room).min(NEARLY_ALWAYS) };
    let allowed = (!is_declined).then_some((CONFIDENCE - BELOW * room, high));
    let passes = match allowed {
        None => given.is_empty(),
        Some((low, high)) => !given.is_empty() && (low..=high).contains(&covered),
    };
    Ok(Some(Coverage {
        key: case.id.trim_start_matches("I.").to_string(),
        what: case.what.clone(),
        truth: case.expected,
        by: by(case),
        n,
        samples,
        declined: samples - given.len() as u64,
        covered,
        allowed,
        passes,
    }))
}

fn is_conservative(case: &Case) -> bool {
    case.inputs["conservative"].as_bool().unwrap_or(false)
}

/// The function that a report uses for it.
fn by(case: &Case) -> &'static str {
    match case.text("kind") {
        "quantile" => "estimates::quantile (ranks)",
        "mean" | "spikes" => "estimates::mean_of (Student's t)",
        "share" => "clopper_pearson, as verdicts do (exact)",
        "users" => "UserPool::quantile (ratio, inverted)",
        "paired" => "estimates::mean_difference (Student's t)",
        "ratio" => "RatioSums::interval (linearised)",
        _ => "fold::rate, by garwood (exact)",
    }
}

/// The interval of a sample, as a report would give it.
fn interval(case: &Case, sample: &Sample) -> Option<Interval> {
    let times = &sample.0.times[sample.1.clone()];
    match case.text("kind") {
        "quantile" => quantile(&sorted(sample), case.number("p"), CONFIDENCE),
        "mean" => mean_of(&times.iter().map(|[time, _]| *time).collect::<Vec<_>>(), CONFIDENCE),
        "spikes" => mean_of(&spikes(case, sample), CONFIDENCE),
        "share" => {
            let beyond = spikes(case, sample).iter().sum::<f64>() as u64;
            let (low, high) = clopper_pearson(beyond, times.len() as u64, CONFIDENCE);
            Some(Interval { low: Some(low), estimate: None, high: Some(high) })
        }
        "users" => {
            let mut pool = UserPool::default();
            residual_lives(sample, |law| pool.add(&law, None));
            Some(pool.quantile(&pool.curve(CONFIDENCE), case.number("p")))
        }
        "paired" => mean_difference(
            &times.iter().map(|[one, other]| other - one).collect::<Vec<_>>(),
            CONFIDENCE,
        ),
        "ratio" => {
            let mut sums = RatioSums::default();
            times.iter().for_each(|[time, _]| sums.add((time - 25.0).max(0.0), *time));
            sums.interval(CONFIDENCE)
        }
        _ => {
            let alarms = &sample.0.alarms[sample.1.clone()];
            let events = alarms.iter().map(|(alarms, _)| alarms).sum();
            let healthy: u128 = alarms.iter().map(|(_, nanos)| u128::from(*nanos)).sum();
            rate(events, healthy as f64 / 1e9, MONTH_SECONDS, CONFIDENCE)
        }
    }
}

fn sorted(sample: &Sample) -> Vec<f64> {
    let mut sorted: Vec<f64> =
        sample.0.times[sample.1.clone()].iter().map(|[time, _]| *time).collect();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// 1 for each run beyond a time, else 0.
fn spikes(case: &Case, sample: &Sample) -> Vec<f64> {
    let beyond = case.number("beyond");
    sample.0.times[sample.1.clone()].iter().map(|[time, _]| f64::from(*time > beyond)).collect()
}

/// Users of each run and run.
const USERS: u64 = 20;
/// A TTL, seconds.
const LIFE: f64 = 60.0;

/// The users of each run: back when the failure was seen and their answer had expired.
fn residual_lives(sample: &Sample, mut add: impl FnMut(UserLaw)) {
    for run in sample.1.clone() {
        let mut lives = stream("residual lives", run as u64);
        let mut back: Vec<u64> = (0..USERS)
            .map(|_| ((sample.0.times[run][1] + LIFE * lives.share()) * 1e9) as u64)
            .collect();
        back.sort_unstable();
        add(UserLaw {
            recovered: back.into_iter().map(|nanos| (Some(nanos), 1)).collect(),
            users: USERS,
            observed: 125_000_000_000,
        });
    }
}

/// The quantile over users by ranks, as if each were a run: a mistake.
fn users_alone(case: &Case, sample: &Sample) -> Option<Interval> {
    let mut all = Vec::new();
    residual_lives(sample, |law| {
        all.extend(
            law.recovered
                .into_iter()
                .filter_map(|(nanos, _)| nanos.map(|nanos| nanos as f64 / 1e9)),
        )
    });
    all.sort_by(f64::total_cmp);
    quantile(&all, case.number("p"), CONFIDENCE)
}
