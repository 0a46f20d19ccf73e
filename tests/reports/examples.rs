//! The examples print what their first comment says.

#[allow(dead_code, reason = "an example has a main of its own")]
#[path = "../../examples/compare.rs"]
mod compare;
#[allow(dead_code, reason = "an example has a main of its own")]
#[path = "../../examples/own_measure.rs"]
mod own_measure;
#[allow(dead_code, reason = "an example has a main of its own")]
#[path = "../../examples/property.rs"]
mod property;
#[allow(dead_code, reason = "an example has a main of its own")]
#[path = "../../examples/run.rs"]
mod run;

use std::error::Error;

/// The text between the fences of the first comment.
fn said(source: &str) -> String {
    let comment = source.lines().map_while(|line| line.strip_prefix("//!"));
    let fenced = comment.skip_while(|line| !line.contains("```text")).skip(1);
    let lines = fenced.take_while(|line| !line.contains("```"));
    lines.map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line))).collect()
}

#[test]
fn examples_print_what_they_say() -> Result<(), Box<dyn Error>> {
    assert_eq!(run::answer()?, said(include_str!("../../examples/run.rs")));
    assert_eq!(compare::answer()?, said(include_str!("../../examples/compare.rs")));
    assert_eq!(own_measure::answer()?, said(include_str!("../../examples/own_measure.rs")));
    assert_eq!(property::answer()?, said(include_str!("../../examples/property.rs")));
    Ok(())
}
