//! A promise that has to hold for every setting that somebody may choose, as a test in a user's own CI: a service is back
//! within the detection, the TTL and a probe. `cargo run --example property` prints:
//!
//! ```text
//! 18 designs are back within their limit in each of 50 runs
//! ```

use mrsim::{Quiet, Scenario, Settings, simulate};
use std::error::Error;
use std::sync::Arc;

fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", answer()?);
    Ok(())
}

/// What the operators of a service may turn: seconds, seconds, probes.
struct Knobs {
    interval: u64,
    ttl: u64,
    threshold: u64,
}

impl Knobs {
    fn scenario(&self) -> Result<Arc<Scenario>, Box<dyn Error>> {
        let Knobs { interval, ttl, threshold } = self;
        let text = format!(
            r#"Scenario(
                question: "Is the service back in time?", run: "20min", regions: ["eu-west-1", "eu-central-1"],
                users: [Population(name: "Europe", place: "europe-west", users: 100_000, reads: "1 req/min")],
                health_checks: [HealthCheck(name: "ireland", watches: "eu-west-1", preset: "route53-fast",
                    interval: "{interval}s", threshold: {threshold})],
                routing: Routing(ttl: "{ttl}s", policy: Failover(
                    primary: To(region: "eu-west-1", check: "ireland"), secondary: "eu-central-1")),
                faults: [RegionOutage(region: "eu-west-1", at: "5min", duration: "1h", how: FastFail)],
            )"#
        );
        Ok(Arc::new(Scenario::parse(&text)?))
    }

    /// Failures in a row, one interval more for the phase, two seconds for the answers, and what caches still hold.
    fn limit(&self) -> f64 {
        ((self.threshold + 1) * self.interval + self.ttl + 10) as f64
    }
}

/// Asks the worst of 50 runs of every design.
pub fn answer() -> Result<String, Box<dyn Error>> {
    let mut designs = 0;
    for (interval, ttl) in [(10, 10), (10, 60), (10, 300), (30, 10), (30, 60), (30, 300)] {
        for threshold in [1, 3, 10] {
            let knobs = Knobs { interval, ttl, threshold };
            let settings = Settings { runs: 50, ..Settings::default() };
            let report = simulate("property", &knobs.scenario()?, &settings, &Quiet)?;
            let rto = report.measures.iter().find(|measure| measure.key == "rto_service");
            let worst = rto.and_then(|rto| rto.max).ok_or("the service did not come back")?;
            if worst > knobs.limit() {
                return Err(format!(
                    "{interval} s x {threshold}, TTL {ttl} s: back after {worst:.0} s, promised {:.0} s",
                    knobs.limit()
                )
                .into());
            }
            designs += 1;
        }
    }
    Ok(format!("{designs} designs are back within their limit in each of 50 runs\n"))
}
