//! Presets by name, read once from `presets.ron`: the settings, one line of what they are, and
//! where each number comes from.

use super::population::{Client, ResolverClass};
use crate::health::Probing;
use crate::law::Law;
use crate::replication::Replication;
use crate::replication::async_log::AsyncLog;
use crate::replication::snapshots::Snapshots;
use crate::units::Duration;
use serde::Deserialize;
use std::sync::OnceLock;

/// Settings under a name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset<T> {
    pub name: String,
    /// One line for `mrsim list`.
    pub summary: String,
    /// Where the numbers come from.
    pub source: String,
    /// True when at least one number is our guess.
    pub assumption: bool,
    pub value: T,
}

/// What a health check preset sets.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckSettings {
    pub probing: Probing,
    /// From a change of belief to the name servers' answers.
    pub push: Law,
    /// The same for a return to health; left out: as `push`.
    #[serde(default)]
    pub push_up: Option<Law>,
}

/// What a store preset sets.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreSettings {
    /// One of the two.
    #[serde(default)]
    pub log: Option<AsyncLog>,
    #[serde(default)]
    pub snapshots: Option<Snapshots>,
    pub endpoint_ttl: Duration,
    /// From belief to order, when a promotion is configured.
    pub decision: Law,
    /// From order to a writable replica.
    pub promotion: Law,
}

impl StoreSettings {
    pub fn replication(&self) -> Replication {
        match (&self.log, &self.snapshots) {
            (Some(log), _) => Replication::AsyncLog(log.clone()),
            (None, Some(snapshots)) => Replication::Snapshots(snapshots.clone()),
            (None, None) => unreachable!("a test holds that each shipped preset replicates somehow"),
        }
    }
}

/// All shipped presets.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presets {
    pub health_checks: Vec<Preset<CheckSettings>>,
    pub stores: Vec<Preset<StoreSettings>>,
    pub resolvers: Vec<Preset<Vec<ResolverClass>>>,
    /// The first is what a population has that does not say.
    pub clients: Vec<Preset<Client>>,
}

impl Presets {
    /// Presets with a number that nobody has published: name, source.
    pub fn assumptions(&self) -> Vec<(String, String)> {
        fn guessed<T>(presets: &[Preset<T>]) -> impl Iterator<Item = (String, String)> {
            presets.iter().filter(|preset| preset.assumption).map(|preset| (preset.name.clone(), preset.source.clone()))
        }
        guessed(&self.health_checks).chain(guessed(&self.stores)).chain(guessed(&self.resolvers)).chain(guessed(&self.clients)).collect()
    }
}

/// The shipped presets. The file is part of the program and a test reads it.
pub fn all() -> &'static Presets {
    static PRESETS: OnceLock<Presets> = OnceLock::new();
    PRESETS.get_or_init(|| ron::from_str(include_str!("presets.ron")).expect("the shipped presets are valid"))
}

/// A store preset by its name.
pub fn store(name: &str) -> Option<&'static Preset<StoreSettings>> {
    all().stores.iter().find(|preset| preset.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_presets_are_valid_and_say_their_source() {
        let presets = all();
        let names = presets.health_checks.iter().map(|p| (&p.name, &p.source)).chain(presets.stores.iter().map(|p| (&p.name, &p.source)));
        let names = names.chain(presets.resolvers.iter().map(|p| (&p.name, &p.source))).chain(presets.clients.iter().map(|p| (&p.name, &p.source)));
        assert!(presets.stores.iter().all(|preset| preset.value.log.is_some() != preset.value.snapshots.is_some()), "each replicates in one way");
        for (name, source) in names {
            assert!(source.len() > 20, "{name} names its source");
        }
    }
}
