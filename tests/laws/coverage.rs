//! Do intervals cover? Campaigns of 60 runs are repeated with other seeds on a design whose truth is a
//! closed form, and the 95% interval of the pooled quantile has to contain it about 95 times in a hundred.
//! Users of one run share its detection, so an interval that took users for independent would fail here.

use mrsim::campaign::{Quiet, Settings, run};
use mrsim::scenario::Scenario;
use std::sync::Arc;

/// Probes every 10 s, three in a row, 16 checkers, refused at once; then a cache with 60 s to live. Detection D
/// lies within 20 to 30 s with mean 20 + 10 * 14/17; the residual life is uniform on 60 s. Between 30 and 80 s
/// P(D + V <= x) = (x - E D) / 60, so the median is E D + 30 s.
const TRUE_MEDIAN: f64 = 58.235;
const REPETITIONS: u64 = 400;

#[test]
fn the_pooled_median_is_covered_as_often_as_it_says() {
    let text = r#"Scenario(
        question: "When are users back?", run: "10min", regions: ["ap-northeast-1", "us-east-1"],
        users: [Population(name: "Japan", place: "japan", users: 20, reads: "1 req/s", resolvers: Resolvers(caches: 20, queries: "1000000 req/s"))],
        health_checks: [HealthCheck(
            name: "tokyo", watches: "ap-northeast-1", preset: "route53-fast", cadence: Fixed, response_time: "0s", push: "0s",
        )],
        routing: Routing(ttl: "60s", policy: Failover(primary: To(region: "ap-northeast-1", check: "tokyo"), secondary: "us-east-1")),
        faults: [RegionOutage(region: "ap-northeast-1", at: "1min", lasting: "1h", how: FastFail)],
    )"#;
    let scenario =
        Arc::new(Scenario::parse(text).unwrap_or_else(|problems| panic!("{problems:#?}")));
    let covers = |seed: u64| {
        let report = run("coverage", &scenario, &Settings { seed, runs: 60, threads: 1 }, &Quiet)
            .expect("no limit is reached");
        let median = report.user_recovery[0].numbers.interval("p50").expect("users lost service");
        median.low.is_some_and(|low| low <= TRUE_MEDIAN)
            && median.high.is_some_and(|high| TRUE_MEDIAN <= high)
    };
    let covered = (0..REPETITIONS).filter(|seed| covers(*seed)).count() as f64 / REPETITIONS as f64;
    // The standard error of a share of 400 is 1.1%; cells of 0.4% widen intervals a little.
    assert!(
        (0.92..=0.985).contains(&covered),
        "the 95% interval covered the truth in {:.1}% of campaigns",
        100.0 * covered
    );
}
