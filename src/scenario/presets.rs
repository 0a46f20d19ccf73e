//! Presets by name, read once from `presets.ron`: the settings, one line of what they are, and
//! where each number comes from.

use crate::health::Probing;
use crate::law::Law;
use crate::read::Shelf;
use serde::Deserialize;
use std::sync::{LazyLock, OnceLock};

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

/// All shipped presets.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presets {
    pub health_checks: Vec<Preset<CheckSettings>>,
}

impl Presets {
    /// Presets with a number that nobody has published: name, source.
    pub fn assumptions(&self) -> Vec<(String, String)> {
        fn guessed<T>(presets: &[Preset<T>]) -> impl Iterator<Item = (String, String)> {
            presets
                .iter()
                .filter(|preset| preset.assumption)
                .map(|preset| (preset.name.clone(), preset.source.clone()))
        }
        guessed(&self.health_checks)
            .chain(stores().assumptions())
            .chain(resolvers().assumptions())
            .chain(clients().assumptions())
            .collect()
    }
}

/// The shipped presets. The file is part of the program and a test reads it.
pub fn all() -> &'static Presets {
    static PRESETS: OnceLock<Presets> = OnceLock::new();
    PRESETS.get_or_init(|| {
        ron::from_str(include_str!("presets.ron")).expect("the shipped presets are valid")
    })
}

/// How resolver caches keep answers.
pub fn resolvers() -> &'static Shelf {
    static SHELF: LazyLock<Shelf> = LazyLock::new(|| {
        Shelf::read("resolver preset", false, include_str!("presets/resolvers.ron"))
    });
    &SHELF
}

/// What clients keep between a name and a request.
pub fn clients() -> &'static Shelf {
    static SHELF: LazyLock<Shelf> =
        LazyLock::new(|| Shelf::read("client preset", true, include_str!("presets/clients.ron")));
    &SHELF
}

/// Stores: how each replicates, and what is known of the life of its writer.
pub fn stores() -> &'static Shelf {
    static SHELF: LazyLock<Shelf> =
        LazyLock::new(|| Shelf::read("store preset", false, include_str!("presets/stores.ron")));
    &SHELF
}

/// What takes over in the region of a writer whose instance dies.
pub fn standbys() -> &'static Shelf {
    static SHELF: LazyLock<Shelf> = LazyLock::new(|| {
        Shelf::read("standby preset", false, include_str!("presets/standbys.ron"))
    });
    &SHELF
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_preset_says_its_source_and_each_standby_is_a_preset() {
        let shelves = [resolvers(), clients(), stores(), standbys()];
        for preset in shelves.iter().flat_map(|shelf| &shelf.presets) {
            assert!(preset.source.0.len() > 20, "{} names its source", preset.name);
        }
        for preset in &stores().presets {
            let standby = preset.value.field("standby").and_then(|standby| standby.as_text());
            let is_known = standby.is_none_or(|standby| standbys().find(standby).is_some());
            assert!(is_known, "the standby of {} is a preset", preset.name);
        }
    }
}
