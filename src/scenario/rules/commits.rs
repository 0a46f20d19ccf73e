//! Rules across fields for stores whose regions agree: nothing there lags behind.

use crate::health::metric;
use crate::health::{Depends, Metric, Sensor};
use crate::id::StoreId;
use crate::read::Fields;
use crate::replication::Replication;
use crate::scenario::Scenario;

pub fn check(scenario: &Scenario, fields: &mut Fields) {
    let agrees = |store: &StoreId| {
        matches!(scenario.stores[store.index()].replication, Replication::StrongRegions(_))
    };
    for check in &scenario.health_checks {
        let lagging: Option<StoreId> = match &check.sensor {
            Sensor::Probes { depends, .. } => {
                let lags = depends.iter().filter_map(|depends| {
                    if let Depends::Lag { store, .. } = depends { Some(*store) } else { None }
                });
                lags.into_iter().find(&agrees)
            }
            Sensor::Alarm(alarm) => match &alarm.metric {
                Metric::ReplicaLag(metric::ReplicaLag { store, .. }) => {
                    Some(*store).filter(&agrees)
                }
                _ => None,
            },
            Sensor::Calculated { .. } => None,
        };
        if let Some(store) = lagging {
            let at = fields.place_of("health_checks");
            let what = format!(
                "\"{}\" looks at the lag of \"{}\", whose regions agree before they answer",
                check.name,
                scenario.stores[store.index()].name
            );
            fields.reader().problem(at, what, "look at its writes instead: deep: [Writes(\"..\")]");
        }
    }
}
