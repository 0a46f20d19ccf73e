//! Scenarios with something changed, and what one run of them costs.

use super::ratio::Fastest;
use criterion::Criterion;
use mrsim::campaign::RunNumbers;
use mrsim::scenario::Scenario;
use mrsim::world::{self, Stage};
use std::sync::Arc;

/// A scenario's text with each of `changes` made everywhere; a text that is not there is a mistake of the benchmark.
pub fn changed(text: &str, changes: &[(&str, &str)]) -> Arc<Scenario> {
    let text = changes.iter().fold(text.to_string(), |text, (from, to)| {
        assert!(text.contains(from), "{from:?} is in the scenario");
        text.replace(from, to)
    });
    Arc::new(
        Scenario::parse(&text)
            .unwrap_or_else(|problems| panic!("the changed scenario is valid: {problems:#?}")),
    )
}

/// One run with all its numbers; each iteration is another run, as in a campaign.
pub fn one_run(criterion: &mut Criterion, name: &str, scenario: Arc<Scenario>) -> Fastest {
    let stage = Stage::new(scenario);
    let (mut fastest, mut run) = (Fastest::default(), 0);
    criterion.bench_function(name, |bencher| {
        fastest.measure(bencher, || {
            run += 1;
            RunNumbers::of(&world::run(&stage, 1, run).expect("within the limits"))
        });
    });
    fastest
}
