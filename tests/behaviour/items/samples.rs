//! What the report says of items: fates, lags and shares that depend neither on the sample nor on when somebody looks.

use super::fates;
use super::spec::Spec;
use mrsim::trace::Trace;

fn consistency(spec: &Spec, runs: u64) -> mrsim::report::consistency::Consistency {
    let settings = mrsim::campaign::Settings { seed: 1, runs, threads: 0 };
    let mut report =
        mrsim::campaign::run("spec", &spec.scenario(), &settings, &mrsim::campaign::Quiet)
            .expect("within the limits");
    report.consistency.remove(0)
}

/// A write is overwritten, or it is not: whether its writer looked first, and how often replicas exchange what they have, can only
/// make conflicts rarer: fates that hung on how often the world looks for them would rise with every exchange.
#[test]
fn fates_do_not_depend_on_when_they_are_looked_for() {
    let overwritten = |family: &str, keys: &str| {
        let trace = Spec { family, keys, ..Spec::default() }.run(0);
        fates(&trace, |region| region.overwritten).iter().sum::<u64>()
    };
    let family =
        |more: &str| format!("MultiWriter(conflicts: LastWriterWins(), lag: \"2s\"{more})");
    let looks = overwritten(&family(""), "count: 50, reads_first: \"100%\", sample: 1_000_000");
    let does_not_look =
        overwritten(&family(""), "count: 50, reads_first: \"0%\", sample: 1_000_000");
    let exchanges = overwritten(
        &family(", anti_entropy: \"1s\""),
        "count: 50, reads_first: \"0%\", sample: 1_000_000",
    );
    assert_eq!(
        looks, does_not_look,
        "who writes without looking replaces what stands there all the same"
    );
    assert!(looks > 300 && exchanges < looks, "{exchanges} with exchanges, {looks} without");
}

/// A constant lag is every quantile of itself: writes of the last second of a run say nothing about what takes longer.
#[test]
fn the_end_of_a_run_is_no_late_arrival() {
    let arrival = consistency(&Spec { lag: "\"4s\"", ..Spec::default() }, 20).arrival;
    for quantile in [arrival.p50, arrival.p99, arrival.p999] {
        let seconds = quantile.and_then(|quantile| quantile.estimate).expect("all arrive");
        assert!((4.0..4.02).contains(&seconds), "{seconds}");
    }
}

/// How long what is missing has waited does not depend on how many writes are simulated; the oldest of them would.
#[test]
fn the_lag_of_a_sample_is_that_of_the_store() {
    let lag = |sample: u64, runs: u64| {
        let keys = format!("count: 2_000, sample: {sample}");
        let points = consistency(
            &Spec {
                lag: "Exponential(mean: \"5s\")",
                writes: [25.0, 25.0],
                keys: &keys,
                ..Spec::default()
            },
            runs,
        )
        .lag;
        let steady = &points[points.len() / 2..];
        steady.iter().map(|point| point.lag).sum::<f64>() / steady.len() as f64
    };
    // What is left of an exponential time is exponential again, and so is what has passed of it: 5 s in the mean.
    let (few, all) = (lag(500, 200), lag(1_000_000, 20));
    assert!((few - 5.0).abs() < 0.4 && (all - 5.0).abs() < 0.4, "{few} and {all}");
}

// ---- the sample ----

/// What a sample says about all keys is what all keys say, within the doubt that it states.
#[test]
fn a_sample_of_keys_says_what_all_keys_say() {
    let shares = |sample: u64, runs: u64| {
        let keys = format!("count: 400, popularity: Zipf(0.8), sample: {sample}");
        let of_run = |trace: Trace| {
            let tally = &trace.items[0];
            (
                tally.total(|region| region.pairs),
                tally.total(|region| region.overwritten),
                tally.total(|region| region.writes),
            )
        };
        let runs: Vec<(f64, f64, f64)> =
            Spec { lag: "Exponential(mean: \"2s\")", keys: &keys, ..Spec::default() }
                .runs(runs)
                .map(of_run)
                .collect();
        let n = runs.len() as f64;
        [0, 1, 2].map(|column| {
            let values: Vec<f64> = runs.iter().map(|run| [run.0, run.1, run.2][column]).collect();
            let mean = values.iter().sum::<f64>() / n;
            (
                mean,
                (values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>()
                    / (n - 1.0)
                    / n)
                    .sqrt(),
            )
        })
    };
    let (all, sampled) = (shares(1_000_000, 60), shares(1_000, 600));
    for ((mean, error), (estimate, doubt)) in all.into_iter().zip(sampled) {
        let z = (estimate - mean) / (error * error + doubt * doubt).sqrt();
        assert!(z.abs() < 4.0 && doubt / mean < 0.1, "{estimate} +- {doubt} for {mean} +- {error}");
    }
}

/// Another policy, another lag: the same users write the same keys at the same instants.
#[test]
fn designs_meet_the_same_writes() {
    let writes =
        |family: &str| fates(&Spec { family, ..Spec::default() }.run(3), |region| region.writes);
    let first = writes("MultiWriter(conflicts: LastWriterWins(), lag: \"1s\")");
    assert_eq!(first, writes("MultiWriter(conflicts: OrSet(), lag: \"9s\")"));
    assert_eq!(first, writes("EventStream(conflicts: PnCounter(), lag: \"2s\")"));
}

/// Requests one by one have the laws of the counts.
#[test]
fn both_fidelities_tell_the_same() {
    let share = |fidelity: &str| {
        let spec = Spec {
            lag: "Exponential(mean: \"1s\")",
            fidelity,
            keys: "count: 10, sample: 1_000_000",
            ..Spec::default()
        };
        let (stale, reads) = spec.runs(20).fold((0, 0), |(stale, reads), trace| {
            let tally = &trace.items[0];
            (
                stale + tally.total_read(|reads| reads.stale),
                reads + tally.total_read(|reads| reads.reads),
            )
        });
        stale as f64 / reads as f64
    };
    let (counted, single) = (share("Cohorts"), share("Requests"));
    assert!((counted - single).abs() < 0.01, "{counted} and {single}");
}
