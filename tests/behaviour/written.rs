//! What a scenario writes reads back as the same scenario: with every preset and every file below resolved, by our reader and by
//! another parser of RON.

use crate::rejected::ron_files;
use mrsim::scenario::Scenario;

/// The parts by which two scenarios are the same; where a number comes from, and places of warnings, are not written.
pub fn alike(scenario: &Scenario) -> Scenario {
    Scenario { sources: Vec::new(), warnings: Vec::new(), ..scenario.clone() }
}

/// Reads back what it writes, on one line and laid out.
pub fn reads_back(scenario: &Scenario, name: &str) {
    let node = scenario.write();
    for text in [node.to_string(), node.laid_out()] {
        let again =
            Scenario::parse(&text).unwrap_or_else(|problems| panic!("{name}: {problems}\n{text}"));
        assert_eq!(alike(&again), alike(scenario), "{name}\n{text}");
        assert_eq!(again.write(), node, "{name}");
        ron::from_str::<ron::Value>(&text)
            .unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
    }
}

#[test]
fn every_shipped_scenario_reads_back_as_it_is_written() {
    let files: Vec<_> = ["scenarios", "scenarios/parts"].into_iter().flat_map(ron_files).collect();
    assert!(files.len() > 80, "{} files", files.len());
    for path in files {
        let text = std::fs::read_to_string(&path).expect("readable");
        let scenario = Scenario::parse(&text).unwrap_or_else(|problems| panic!("{problems}"));
        reads_back(&scenario, &path.display().to_string());
    }
}
