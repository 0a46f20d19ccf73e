//! One design that many stories vary: users of Japan on Tokyo, Virginia as its standby, and a store between them.

use mrsim::campaign::{Quiet, Settings, run};
use mrsim::report::{Estimate, Report};
use mrsim::scenario::Scenario;
use std::sync::Arc;

/// A million users of Japan on Tokyo with Virginia as standby and a store with a constant lag of 400 ms.
pub fn tokyo(lines: &str) -> String {
    format!(
        r#"Scenario(
            question: "Is it right?", run: "30min", regions: ["ap-northeast-1", "us-east-1"],
            users: [Population(name: "Japan", place: "japan", users: 1_000_000, reads: "1 req/min", writes: "1 req/min")],
            health_checks: [HealthCheck(name: "tokyo", watches: "ap-northeast-1", preset: "route53-fast")],
            routing: Routing(ttl: "60s", policy: Failover(primary: To(region: "ap-northeast-1", check: "tokyo"), secondary: "us-east-1")),
            {lines}
        )"#
    )
}

pub const STORE: &str = r#"stores: [Store(name: "orders", writer: "ap-northeast-1", readers: ["us-east-1"], replication: AsyncLog(lag: "400ms"),
    promotion: Promotion(to: "us-east-1", watches: "tokyo", decision: "30s", duration: "60s"))],"#;

pub fn parsed(text: &str) -> Arc<Scenario> {
    Arc::new(Scenario::parse(text).unwrap_or_else(|problems| panic!("{problems:#?}")))
}

pub fn report(text: &str, runs: u64) -> Report {
    run("tokyo", &parsed(text), &Settings { runs, ..Settings::default() }, &Quiet)
        .expect("no limit is reached")
}

pub fn measure<'r>(report: &'r Report, key: &str) -> &'r Estimate {
    report.measures.iter().find(|measure| measure.key == key).expect("a registered measure")
}
