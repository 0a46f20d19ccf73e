//! Rules of stores whose keys are simulated: what the sample cannot show, and what would not fit into memory.

use crate::read::Fields;
use crate::replication::Store;
use crate::replication::keys::Keys;
use crate::scenario::Scenario;

/// Sampled writes x replicas: they bound what can wait for a region that is away.
const WAITING_LIMIT: u64 = 10_000_000;

pub fn check(scenario: &Scenario, fields: &mut Fields) {
    for store in &scenario.stores {
        if let Some(keys) = &store.keys {
            check_keys(scenario, store, keys, fields);
        }
    }
}

fn check_keys(scenario: &Scenario, store: &Store, keys: &Keys, fields: &mut Fields) {
    let replicas = store.replicas().count() as u64;
    if keys.sample.saturating_mul(replicas) > WAITING_LIMIT {
        let at = fields.place_of("stores");
        let what = format!("store \"{}\" simulates {} writes at {replicas} replicas", store.name, keys.sample);
        fields.reader().problem(at, what, format!("lower sample: to {} or less", WAITING_LIMIT / replicas));
    }
    let writes = scenario.write_rate(store) * scenario.run.seconds();
    if writes <= keys.sample as f64 {
        return;
    }
    let hottest = keys.hottest() * writes;
    if hottest > keys.sample as f64 / 2.0 {
        let at = fields.place_of("stores");
        let what = format!(
            "the hottest key of store \"{}\" gets {hottest:.0} of the {writes:.0} writes of a run: a sample of {} writes cannot hold it",
            store.name, keys.sample
        );
        let mend = format!(
            "write sample: {:.0} in its keys (it takes that much longer), or shorten run, lower the rate, or spread the writes over more keys",
            2.5 * hottest
        );
        fields.reader().problem(at, what, mend);
    }
}
