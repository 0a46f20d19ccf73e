//! Rules of stores whose keys are simulated: what a sample cannot show (the hottest key; the oldest write that is lost, which needs all of
//! them), and what would not fit into memory.

use crate::fault::Effect;
use crate::id::RegionId;
use crate::read::Fields;
use crate::replication::Store;
use crate::replication::keys::{Keys, SAMPLE_LIMIT};
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

/// Regions whose data a fault destroys.
fn destroyed(scenario: &Scenario) -> impl Iterator<Item = RegionId> + '_ {
    let effects = scenario.faults.iter().flat_map(|fault| fault.behaviour().effects());
    effects.filter_map(
        |effect| if let Effect::Destroyed(region) = effect { Some(region) } else { None },
    )
}

fn check_keys(scenario: &Scenario, store: &Store, keys: &Keys, fields: &mut Fields) {
    let replicas = store.replicas().count() as u64;
    if keys.sample.saturating_mul(replicas) > WAITING_LIMIT {
        let at = fields.place_of("stores");
        let what = format!(
            "store \"{}\" simulates {} writes at {replicas} replicas",
            store.name, keys.sample
        );
        fields.reader().problem(
            at,
            what,
            format!("lower sample: to {} or less", WAITING_LIMIT / replicas),
        );
    }
    let writes = scenario.write_rate(store) * scenario.run.seconds();
    if writes <= keys.sample as f64 {
        return;
    }
    if let Some(region) =
        destroyed(scenario).find(|region| store.replicas().any(|replica| replica == *region))
    {
        let at = fields.place_of("stores");
        let what = format!(
            "{} is destroyed, and of the {writes:.0} writes of a run to store \"{}\" only {} are simulated: the oldest lost write may not be among them",
            scenario.region_name(region),
            store.name,
            keys.sample
        );
        fields.reader().problem(at, what, whole(writes));
    }
    if store.replication.items().is_some_and(|shipping| shipping.capacity.is_some()) {
        let at = fields.place_of("stores");
        let what = format!(
            "store \"{}\" has a capacity, and of the {writes:.0} writes of a run only {} are simulated: what is not simulated would not queue",
            store.name, keys.sample
        );
        fields.reader().problem(at, what, whole(writes));
    }
    let hottest = keys.hottest() * writes;
    if hottest > keys.sample as f64 / 2.0 {
        let at = fields.place_of("stores");
        let what = format!(
            "the hottest key of store \"{}\" gets {hottest:.0} of the {writes:.0} writes of a run: a sample of {} writes cannot hold it",
            store.name, keys.sample
        );
        fields.reader().problem(
            at,
            what,
            whole(2.5 * hottest) + ", or spread the writes over more keys",
        );
    }
}

/// How to have so many writes simulated.
fn whole(writes: f64) -> String {
    if writes * 1.1 > SAMPLE_LIMIT as f64 {
        return "shorten run, or lower the rate".into();
    }
    format!(
        "write sample: {:.0} in its keys (it takes that much longer), or shorten run, or lower the rate",
        (writes * 1.1).ceil()
    )
}
