//! Runs a scenario and reads its verdicts: `cargo run --example run`. It prints:
//!
//! ```text
//! 200 runs of tokyo-outage
//! RTO (service) at most 1min: in 0 of 200 runs
//! RPO at most 1s: in 198 of 200 runs
//! availability at least 99.99% over 30d, this incident once: in 200 of 200 runs
//! read latency p99 at most 100ms, over the run: in 0 of 200 runs
//! ```

use mrsim::{Quiet, Scenario, Settings, simulate};
use std::error::Error;
use std::sync::Arc;

fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", answer()?);
    Ok(())
}

/// What is promised, and whether it holds.
pub fn answer() -> Result<String, Box<dyn Error>> {
    let scenario = Arc::new(Scenario::parse(include_str!("../scenarios/tokyo-outage.ron"))?);
    let settings = Settings { runs: 200, ..Settings::default() };
    let report = simulate("tokyo-outage", &scenario, &settings, &Quiet)?;
    let mut answer = format!("{} runs of {}\n", report.runs_done, report.scenario);
    for verdict in &report.verdicts {
        let (met, judged) = (verdict.runs_met, verdict.runs_with_occasion);
        answer += &format!("{}: in {met} of {judged} runs\n", verdict.objective);
    }
    Ok(answer)
}
