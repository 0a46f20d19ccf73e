//! Negative controls: scenarios with a common mistake in them. The rule that the vectors pass by
//! must reject every one of them by far, or it could not be trusted to see such a mistake in the
//! simulator.

use super::caching::{client, client_spec, one_cache};
use super::detection::{checks, of_spec};
use super::losses;
use super::sample::{Adapter, Samples, number};
use super::spec::{Spec, WARM};
use super::vectors;
use serde_json::Value;

/// Standard errors by which a mistake has to show: far beyond the 4 that are allowed.
const FAR: f64 = 10.0;

fn mistakes(id: &str, inputs: &Value) -> Vec<(&'static str, Adapter)> {
    let losses = |lag: &str, order: &str, like: Adapter| Adapter { text: losses::spec(number(&inputs["write_rate"]), lag, order).text(), runs: 1_000, ..like };
    let like = || losses::adapter(&serde_json::json!({ "id": id, "inputs": inputs })).expect("a vector of lost writes");
    match id {
        "A2.mean.30.3.16" => vec![
            ("one failure more than the threshold", of_spec(id, Spec { threshold: 4, ..checks(inputs) })),
            ("18 % unhealthy is enough", of_spec(id, Spec { healthy_above: 82.0, ..checks(inputs) })),
            ("one checker stands for all", of_spec(id, Spec { checkers: 1, ..checks(inputs) })),
        ],
        "B2.stale.0.2.60" => vec![("every cache always holds an answer", one_cache(id, inputs, WARM.queries))],
        "B4.mean.30.3.300" => vec![("the push to the name servers takes no time", client(id, inputs, Spec { push: 0.0, ..client_spec(inputs) }))],
        "C1.mean.lognorm.50" => vec![("the mean lag is taken for its median", losses(&losses::lag(inputs, "median"), "Unordered", like()))],
        "C3.prefix.exp.50" => vec![("nothing waits for a late write", losses(&losses::lag(inputs, "mean"), "Unordered", like()))],
        _ => Vec::new(),
    }
}

#[test]
fn common_mistakes_are_rejected() {
    let mut samples = Samples::default();
    let mut rejected = 0;
    for vector in vectors() {
        let id = super::text(&vector["id"]);
        for (mistake, adapter) in mistakes(&id, &vector["inputs"]) {
            let verdict = samples.judge(&vector, &adapter);
            println!("{verdict}: {mistake}");
            assert!(!verdict.passes, "{id}: \"{mistake}\" passes");
            assert!(verdict.z.is_some_and(|z| z.abs() > FAR), "{id}: \"{mistake}\" is only {:?} standard errors away", verdict.z);
            rejected += 1;
        }
    }
    assert_eq!(rejected, 7, "every control was tried");
}
