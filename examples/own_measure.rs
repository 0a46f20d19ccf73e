//! A number of one's own, read from the trace of every run: `cargo run --example own_measure`. It prints:
//!
//! ```text
//! the first users have moved after 38.9 to 51.2 s, median 45.8 s
//! ```

use mrsim::trace::{Trace, What};
use mrsim::{Quiet, Scenario, Settings, Stage, readings};
use std::error::Error;
use std::sync::Arc;

fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", answer()?);
    Ok(())
}

/// Seconds from the first fault to the first group of users that is somewhere else; `None`: nobody moved.
fn first_move(trace: &Trace) -> Option<f64> {
    let when = |is_it: fn(&What) -> bool| trace.facts.iter().find(|fact| is_it(&fact.what));
    let fault = when(|what| matches!(what, What::FaultBegan { .. }))?;
    let moved = when(|what| matches!(what, What::UsersMoved { .. }))?;
    Some(moved.at.seconds() - fault.at.seconds())
}

/// When the first users are in another region, over 200 runs.
pub fn answer() -> Result<String, Box<dyn Error>> {
    let scenario = Arc::new(Scenario::parse(include_str!("../scenarios/tokyo-outage.ron"))?);
    let settings = Settings { runs: 200, ..Settings::default() };
    let mut times: Vec<f64> = readings(&Stage::new(scenario), &settings, &Quiet, first_move)?
        .into_iter()
        .flatten()
        .collect();
    times.sort_by(f64::total_cmp);
    let [least, median, most] = [0, times.len() / 2, times.len() - 1].map(|rank| times[rank]);
    Ok(format!(
        "the first users have moved after {least:.1} to {most:.1} s, median {median:.1} s\n"
    ))
}
