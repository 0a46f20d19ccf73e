//! A run shows a piece of a history without beginning: what a region takes with it when it is lost does not depend on how long the run
//! went on before. Each family has its law, by its formula or by the same loss late in a run.

use libm::pow;
use mrsim::campaign::{Quiet, Settings, run};
use mrsim::measure::loss::Ledger;
use mrsim::measure::{Replay, loss};
use mrsim::report::Finding;
use mrsim::scenario::Scenario;
use mrsim::trace::Trace;
use mrsim::world::{self, Stage};
use std::sync::Arc;

/// One user writes `rate` times a second to a store of Tokyo, which is destroyed at `at` seconds.
#[derive(Clone, Copy)]
struct Lost<'t> {
    /// The store's regions or writer, its replication and keys.
    store: &'t str,
    rate: f64,
    at: f64,
    faults: &'t str,
}

const WRITER: &str = "writer: \"ap-northeast-1\", readers: [\"us-east-1\"],";
const KEYS: &str = "keys: Keys(count: 50, reads_first: \"0%\", sample: 1_000_000)";

impl Lost<'_> {
    fn text(&self) -> String {
        let Lost { store, rate, at, faults } = self;
        let run = at + 60.0;
        format!(
            "Scenario(
    question: \"what is lost?\", run: \"{run}s\", step: \"{step}s\",
    regions: [\"ap-northeast-1\", \"us-east-1\", \"eu-west-1\"],
    links: [
        Link(from: \"ap-northeast-1\", to: \"us-east-1\", round_trip: \"0s\"), Link(from: \"ap-northeast-1\", to: \"eu-west-1\", round_trip: \"0s\"),
    ],
    users: [Population(name: \"Japan\", place: \"japan\", users: 1, writes: \"{rate} req/s\", reads: \"1 req/d\")],
    health_checks: [HealthCheck(name: \"tokyo\", watches: \"ap-northeast-1\", preset: \"route53-fast\", observed: true)],
    routing: Routing(ttl: \"60s\", policy: Simple(to: [\"ap-northeast-1\"])),
    stores: [Store(name: \"s\", {store})],
    faults: [RegionOutage(region: \"ap-northeast-1\", at: \"{at}s\", lasting: \"30d\", destroys_data: true), {faults}],
    objectives: Objectives(rpo: \"30d\"),
)",
            step = (run / 40.0).ceil()
        )
    }

    fn scenario(&self) -> Arc<Scenario> {
        let text = self.text();
        Arc::new(Scenario::parse(&text).unwrap_or_else(|problems| panic!("{text}\n{problems:#?}")))
    }

    fn traces(&self, runs: u64) -> impl Iterator<Item = Trace> {
        let stage = Stage::new(self.scenario());
        (0..runs).map(move |run| world::run(&stage, 1, run).expect("within the limits"))
    }

    /// Number of lost writes and the age of the oldest in seconds, run by run; the books balance in each.
    fn losses(&self, runs: u64) -> Vec<(f64, f64)> {
        self.traces(runs).map(|trace| lost(&trace)).collect()
    }
}

fn lost(trace: &Trace) -> (f64, f64) {
    let replay = Replay::new(trace);
    // It checks itself: offered = acknowledged + refused + timed out, and nothing is lost that was not acknowledged in the run.
    let books = Ledger::of(&replay, mrsim::id::StoreId(0));
    let writes = loss::RPO_WRITES.of(&replay).expect("a region was destroyed");
    let age = loss::RPO_SECONDS.of(&replay).expect("a region was destroyed");
    assert!(books.lost as f64 <= writes.value && !writes.is_censored && !age.is_censored);
    (writes.value, age.value)
}

fn mean_and_variance(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let n = values.clone().count() as f64;
    let mean = values.clone().sum::<f64>() / n;
    (mean, values.map(|value| (value - mean) * (value - mean)).sum::<f64>() / (n - 1.0))
}

/// Lost writes are Poisson of this mean, and P(age of the oldest <= x) = exp(-expected older than x): within 4 standard errors, each at most 2%.
fn is_field(losses: &[(f64, f64)], older: impl Fn(f64) -> f64, at: &[f64], what: &str) {
    let n = losses.len() as f64;
    let (mean, variance) = mean_and_variance(losses.iter().map(|(writes, _)| *writes));
    let expected = older(0.0);
    assert!(
        (mean - expected).abs() < 4.0 * (expected / n).sqrt(),
        "{what}: {mean} lost, not {expected}"
    );
    // The variance of a sample variance of a Poisson law of mean m: (2 m^2 + m) / n.
    let spread = ((2.0 * expected * expected + expected) / n).sqrt();
    assert!(
        (variance - expected).abs() < 4.0 * spread,
        "{what}: variance {variance}, not {expected}"
    );
    for x in at {
        let p = libm::exp(-older(*x));
        let share = losses.iter().filter(|(_, age)| age <= x).count() as f64 / n;
        let error = (p * (1.0 - p) / n).sqrt();
        assert!(
            (share - p).abs() < 4.0 * error + 1e-9 && error < 0.02,
            "{what}: {share} of the oldest are at most {x} s old, not {p}"
        );
    }
}

/// Objects of S3: E[(D - x)+] x rate are older than x. D is a lognormal lag and a Pareto transfer that is cut off.
#[test]
fn the_oldest_object_that_is_lost_does_not_depend_on_how_long_the_run_has_run() {
    let text = std::fs::read_to_string("scenarios/s3-replication.ron").expect("it is shipped");
    let rate = 13_000.0 * 2.0 / 86_400.0;
    let (least, shape, most) = (0.05f64, 1.1f64, 14.0 * 3_600.0f64);
    let transfer = |z: f64| match z {
        z if z >= most => 0.0,
        z if z >= least => {
            pow(least, shape) * (pow(z, 1.0 - shape) - pow(most, 1.0 - shape)) / (shape - 1.0)
        }
        z => {
            least - z
                + pow(least, shape) * (pow(least, 1.0 - shape) - pow(most, 1.0 - shape))
                    / (shape - 1.0)
        }
    };
    // Over the normal law of the logarithm of the lag, from -8 to 8 standard deviations.
    let normal: Vec<(f64, f64)> = (-4_000..4_000)
        .map(|part| (f64::from(part) + 0.5) / 500.0)
        .map(|z| (z, libm::exp(-z * z / 2.0) / 500.0 / std::f64::consts::TAU.sqrt()))
        .collect();
    let older = |x: f64| {
        rate * normal
            .iter()
            .map(|(z, weight)| weight * transfer(x - 60.0 * libm::exp(1.3 * z)))
            .sum::<f64>()
    };
    for (at, run, runs) in [
        ("2min", "5min", 2_000),
        ("20min", "25min", 1_000),
        ("1h", "65min", 700),
        ("5h", "305min", 700),
    ] {
        let text = text
            .replace("run: \"75min\"", &format!("run: \"{run}\""))
            .replace("at: \"1h\"", &format!("at: \"{at}\""))
            .replace("2_000)", "50_000)");
        let stage = Stage::new(Arc::new(
            Scenario::parse(&text).unwrap_or_else(|problems| panic!("{problems:#?}")),
        ));
        let losses: Vec<(f64, f64)> = (0..runs)
            .map(|run| lost(&world::run(&stage, 1, run).expect("within the limits")))
            .collect();
        is_field(&losses, older, &[600.0, 1_200.0, 2_400.0, 3_600.0, 10_800.0], at);
    }
}

/// Exponential lags of mean m, to one region and to two: rate x m e^(-x/m), and rate x m/2 e^(-2x/m), since a write is lost when neither has it.
#[test]
fn changes_under_way_to_several_regions_are_lost_when_none_has_them() {
    let of = |regions: &str| {
        format!(
            "regions: [{regions}], replication: ObjectReplication(ways: One, lag: Exponential(mean: \"40s\")), {KEYS}"
        )
    };
    let two = of("\"ap-northeast-1\", \"us-east-1\"");
    let three = of("\"ap-northeast-1\", \"us-east-1\", \"eu-west-1\"");
    for at in [0.0, 5.0, 60.0] {
        let losses = |store| Lost { store, rate: 0.2, at, faults: "" }.losses(4_000);
        is_field(
            &losses(&two),
            |x| 0.2 * 40.0 * libm::exp(-x / 40.0),
            &[20.0, 60.0, 100.0, 200.0],
            "one region",
        );
        is_field(
            &losses(&three),
            |x| 0.2 * 20.0 * libm::exp(-x / 20.0),
            &[10.0, 30.0, 60.0, 100.0],
            "two regions",
        );
    }
}

/// Two samples of the same law: means of numbers and ages, and the shares below three ages, within 4 standard errors.
fn same_law(one: &[(f64, f64)], other: &[(f64, f64)], what: &str) {
    let differ = |of: &dyn Fn(&(f64, f64)) -> f64| {
        let [(a, va), (b, vb)] =
            [one, other].map(|losses| mean_and_variance(losses.iter().map(of)));
        let error = (va / one.len() as f64 + vb / other.len() as f64).sqrt();
        assert!((a - b).abs() <= 4.0 * error + 1e-9, "{what}: {a} and {b} +- {error}");
    };
    differ(&|(writes, _)| *writes);
    differ(&|(writes, _)| writes * writes);
    differ(&|(_, age)| *age);
    let mut ages: Vec<f64> = one.iter().chain(other).map(|(_, age)| *age).collect();
    ages.sort_by(f64::total_cmp);
    for part in [1, 2, 3] {
        let mark = ages[ages.len() * part / 4];
        differ(&|(_, age)| f64::from(*age < mark));
    }
}

/// A loss 3 s after the start has the law of one 5 min after it, where changes wait for one another: in order, for capacity, in pairs.
#[test]
fn what_waits_in_a_queue_waited_before_the_run() {
    let events = |more: &str, keys: &str| {
        format!(
            "regions: [\"ap-northeast-1\", \"us-east-1\"], replication: EventStream({more}), {keys}"
        )
    };
    let pairs = KEYS.replace("sample", "transactions: \"50%\", sample");
    for (store, rate) in [
        (events("lag: Exponential(mean: \"8s\")", KEYS), 0.5),
        (
            events(
                "order: Unordered, lag: Exponential(mean: \"4s\"), capacity: \"0.6 req/s\"",
                KEYS,
            ),
            0.45,
        ),
        (events("order: Unordered, lag: Uniform(from: \"4s\", to: \"30s\")", &pairs), 0.2),
    ] {
        let losses = |at: f64, runs| Lost { store: &store, rate, at, faults: "" }.losses(runs);
        same_law(&losses(3.0, 1_500), &losses(300.0, 1_500), &store);
    }
}

/// The same for logs whose lags are those of each write or of the stream, in any order, with a channel that ships one write after the other.
#[test]
fn a_log_was_behind_before_the_run() {
    for replication in [
        "AsyncLog(lag: Exponential(mean: \"20s\"))",
        "AsyncLog(lag: Exponential(mean: \"20s\"), lag_varies: EachWrite, order: Unordered)",
        "AsyncLog(lag: Exponential(mean: \"8s\"), lag_varies: EachWrite)",
        "AsyncLog(lag: Exponential(mean: \"2s\"), lag_varies: EachWrite, ships: Exponential(mean: \"3s\"))",
    ] {
        let store = format!("{WRITER} replication: {replication}");
        let losses =
            |at: f64, runs| Lost { store: &store, rate: 0.25, at, faults: "" }.losses(runs);
        same_law(&losses(3.0, 1_500), &losses(400.0, 1_500), &store);
    }
}

/// A replica that applies 30 min later lacks 30 min after 5 min of run: rate x 1,800 s writes, the oldest 1,800 s less an exponential time old.
#[test]
fn a_log_half_an_hour_behind_loses_half_an_hour() {
    for varies in ["Stream", "EachWrite"] {
        let store = format!("{WRITER} replication: AsyncLog(lag: \"30min\", lag_varies: {varies})");
        let losses = Lost { store: &store, rate: 0.1, at: 300.0, faults: "" }.losses(2_000);
        // 180 writes: the oldest is older than x unless none of 0.1 (1,800 - x) was made before.
        is_field(&losses, |x| 0.1 * (1_800.0 - x), &[1_770.0, 1_780.0, 1_790.0, 1_795.0], varies);
    }
}

/// A cut that ends before the fault: what was under way when it began sets out anew, so 3 s after it all of it is still missing.
#[test]
fn what_was_under_way_waits_behind_a_cut_as_well() {
    let store = format!(
        "regions: [\"ap-northeast-1\", \"us-east-1\"], replication: ObjectReplication(ways: One, lag: \"30s\"), {KEYS}"
    );
    let cut = "LinkCut(from: \"ap-northeast-1\", to: [\"us-east-1\"], at: \"1s\", lasting: \"1s\")";
    let losses = Lost { store: &store, rate: 0.5, at: 5.0, faults: cut }.losses(2_000);
    // Made in the 30 s before the cut at 1 s, or in the 4 s after it: at most 34 s old.
    is_field(&losses, |x| 0.5 * (34.0 - x), &[28.0, 31.0, 33.0], "cut");
}

/// Snapshots every 24 h that take an hour to copy: what is lost after 10 min of run is uniform on 1 h to 25 h old.
#[test]
fn snapshots_were_taken_before_the_run() {
    let store = "writer: \"ap-northeast-1\", replication: Snapshots(every: \"24h\", copy: \"1h\"),
        promotion: Promotion(to: \"us-east-1\", watches: \"tokyo\", decision: \"0s\", duration: \"0s\")";
    let lost = Lost { store, rate: 0.02, at: 600.0, faults: "" };
    let mut ages: Vec<f64> = lost.losses(4_000).into_iter().map(|(_, age)| age).collect();
    ages.sort_by(f64::total_cmp);
    let n = ages.len() as f64;
    // The oldest write since the snapshot is 50 s younger than it, in the mean; a Kolmogorov-Smirnov distance of 1.95 / sqrt(n) is met by chance once in 1,000.
    let distance = ages
        .iter()
        .enumerate()
        .map(|(k, age)| {
            ((k as f64 + 0.5) / n - ((age + 50.0 - 3_600.0) / 86_400.0).clamp(0.0, 1.0)).abs()
        })
        .fold(0.0, f64::max);
    assert!(distance < 1.95 / n.sqrt() + 50.0 / 86_400.0, "{distance}");
}

/// What cannot be told is not called an RPO: deletes that never leave, a backlog that only grows, a writer without a replica.
#[test]
fn an_unknown_history_meets_no_objective() {
    let deletes = KEYS.replace("sample", "deletes: \"20%\", sample");
    let objects = format!(
        "regions: [\"ap-northeast-1\", \"us-east-1\"], replication: ObjectReplication(ways: One, lag: \"1s\"), {deletes}"
    );
    let narrow = format!(
        "regions: [\"ap-northeast-1\", \"us-east-1\"], replication: EventStream(lag: \"1s\", capacity: \"0.5 req/s\"), {KEYS}"
    );
    let alone = "writer: \"ap-northeast-1\", replication: AsyncLog(lag: \"1s\")".to_string();
    for store in [objects, narrow, alone] {
        let scenario = Lost { store: &store, rate: 1.0, at: 100.0, faults: "" }.scenario();
        let report =
            run("unknown", &scenario, &Settings { runs: 60, ..Settings::default() }, &Quiet)
                .expect("no limit is reached");
        assert_eq!(
            (report.verdicts[0].finding, report.verdicts[0].runs_met),
            (Finding::NotMet, 0),
            "{store}"
        );
        assert!(
            report.verdicts[0]
                .because
                .contains("in 60 of 60 runs writes from before the run may be lost as well"),
            "{}",
            report.verdicts[0].because
        );
        let oldest = report
            .measures
            .iter()
            .find(|measure| measure.key == "rpo_seconds")
            .expect("a registered measure");
        assert_eq!((oldest.censored, oldest.max), (60, None));
    }
}
