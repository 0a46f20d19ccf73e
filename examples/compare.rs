//! Compares two designs run by run with common random numbers: `cargo run --example compare`. It prints:
//!
//! ```text
//! failed requests, anycast against dns: -166670438 [-166679504, -166658124]
//! fewer in 100 of 100 runs
//! ```

use mrsim::{Quiet, Scenario, Settings, compare};
use std::error::Error;
use std::sync::Arc;

fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", answer()?);
    Ok(())
}

/// How many requests fewer the second design fails than the first, and how sure that is.
pub fn answer() -> Result<String, Box<dyn Error>> {
    let designs = [
        ("dns", include_str!("../scenarios/tokyo-outage.ron")),
        ("anycast", include_str!("../scenarios/tokyo-outage-accelerator.ron")),
    ]
    .map(|(name, text)| Scenario::parse(text).map(|scenario| (name.into(), Arc::new(scenario))));
    let designs = designs.into_iter().collect::<Result<Vec<_>, _>>()?;
    let comparison = compare(&designs, &Settings { runs: 100, ..Settings::default() }, &Quiet)?;
    let pair =
        comparison.pairs.iter().find(|pair| pair.key == "failed_requests").ok_or("no such key")?;
    let difference = pair.difference.ok_or("no run has both")?;
    let [low, change, high] = [difference.low, difference.estimate, difference.high]
        .map(|end| end.map_or("n/a".to_string(), |requests| format!("{requests:.0}")));
    Ok(format!(
        "{}, {} against dns: {change} [{low}, {high}]\nfewer in {} of {} runs\n",
        pair.label, pair.scenario, pair.better, comparison.runs_done
    ))
}
