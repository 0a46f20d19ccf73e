//! Presets by name, read once from `presets.ron`: the settings, one line of what they are, and
//! where each number comes from.

use super::population::{Client, ResolverClass};
use super::stores::life::{LifeSettings, StandbySettings};
use crate::law::Law;
use crate::read::Shelf;
use crate::replication::Replication;
use crate::replication::async_log::AsyncLog;
use crate::replication::event_stream::EventStream;
use crate::replication::multi_writer::MultiWriter;
use crate::replication::object_replication::ObjectReplication;
use crate::replication::quorum::Quorum;
use crate::replication::semi_sync::SemiSync;
use crate::replication::shipping::Shipping;
use crate::replication::snapshots::Snapshots;
use crate::replication::strong_regions::StrongRegions;
use crate::replication::sync::Sync;
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

/// What a store preset sets.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreSettings {
    /// One of these.
    #[serde(default)]
    pub log: Option<AsyncLog>,
    #[serde(default)]
    pub snapshots: Option<Snapshots>,
    #[serde(default)]
    pub items: Option<ItemSettings>,
    #[serde(default)]
    pub semi_sync: Option<SemiSync>,
    #[serde(default)]
    pub sync: Option<Sync>,
    #[serde(default)]
    pub strong_regions: Option<StrongRegions>,
    #[serde(default)]
    pub quorum: Option<Quorum>,
    pub endpoint_ttl: Duration,
    /// From belief to order, when a promotion is configured; left out where nobody is ever promoted.
    #[serde(default = "at_once")]
    pub decision: Law,
    /// From order to a writable replica.
    #[serde(default = "at_once")]
    pub promotion: Law,
    /// What is known of the life of its writer beyond that.
    #[serde(default)]
    pub life: Option<LifeSettings>,
}

impl StoreSettings {
    pub fn replication(&self) -> Replication {
        self.ways().next().expect("a test holds that each shipped preset replicates somehow")
    }

    /// Every way in which it says that it replicates.
    fn ways(&self) -> impl Iterator<Item = Replication> {
        let ways = [
            self.log.clone().map(Replication::AsyncLog),
            self.snapshots.clone().map(Replication::Snapshots),
            self.semi_sync.clone().map(Replication::SemiSync),
            self.sync.clone().map(Replication::Sync),
            self.strong_regions.clone().map(Replication::StrongRegions),
            self.items.as_ref().map(ItemSettings::replication),
            self.quorum.clone().map(Replication::Quorum),
        ];
        ways.into_iter().flatten()
    }
}

/// How changes travel item by item: what a preset sets of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemSettings {
    pub family: ItemFamily,
    pub lag: Law,
    #[serde(default)]
    pub transfer: Option<Law>,
}

/// A family whose changes travel item by item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum ItemFamily {
    MultiWriter,
    ObjectReplication,
    EventStream,
}

impl ItemSettings {
    fn replication(&self) -> Replication {
        let over = |usual: Shipping| Shipping { lag: self.lag, transfer: self.transfer, ..usual };
        match self.family {
            ItemFamily::MultiWriter => {
                Replication::MultiWriter(MultiWriter { shipping: over(MultiWriter::USUAL) })
            }
            ItemFamily::ObjectReplication => Replication::ObjectReplication(ObjectReplication {
                shipping: over(ObjectReplication::USUAL),
            }),
            ItemFamily::EventStream => {
                Replication::EventStream(EventStream { shipping: over(EventStream::USUAL) })
            }
        }
    }
}

fn at_once() -> Law {
    Law::Constant(Duration::ZERO)
}

/// All shipped presets.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presets {
    pub stores: Vec<Preset<StoreSettings>>,
    /// What takes over in the region of a writer whose instance dies.
    pub standbys: Vec<Preset<StandbySettings>>,
    pub resolvers: Vec<Preset<Vec<ResolverClass>>>,
    /// The first is what a population has that does not say.
    pub clients: Vec<Preset<Client>>,
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
        let of_checks = health_checks().presets.iter().filter(|preset| preset.assumption);
        of_checks
            .map(|preset| (preset.name.clone(), preset.source.0.clone()))
            .chain(guessed(&self.stores))
            .chain(guessed(&self.resolvers))
            .chain(guessed(&self.clients))
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

/// Presets of health checks. The first is what a check has that names none.
pub fn health_checks() -> &'static Shelf {
    static SHELF: OnceLock<Shelf> = OnceLock::new();
    SHELF.get_or_init(|| {
        Shelf::read("health check preset", true, include_str!("presets/health_checks.ron"))
    })
}

/// A store preset by its name.
pub fn store(name: &str) -> Option<&'static Preset<StoreSettings>> {
    all().stores.iter().find(|preset| preset.name == name)
}

/// The settings of the store preset that is written here, if there is such a one.
pub fn written(expr: &crate::read::Node) -> Option<&'static StoreSettings> {
    let name = expr.as_text()?;
    store(name).map(|preset| &preset.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_presets_are_valid_and_say_their_source() {
        let presets = all();
        let names = health_checks()
            .presets
            .iter()
            .map(|p| (&p.name, &p.source.0))
            .chain(presets.stores.iter().map(|p| (&p.name, &p.source)));
        let names = names.chain(presets.standbys.iter().map(|p| (&p.name, &p.source)));
        let names = names
            .chain(presets.resolvers.iter().map(|p| (&p.name, &p.source)))
            .chain(presets.clients.iter().map(|p| (&p.name, &p.source)));
        assert!(
            presets.stores.iter().all(|preset| preset.value.ways().count() == 1),
            "each replicates in one way"
        );
        let standbys =
            presets.stores.iter().filter_map(|preset| preset.value.life.as_ref()?.standby.as_ref());
        for standby in standbys {
            assert!(
                presets.standbys.iter().any(|preset| preset.name == *standby),
                "{standby} is a preset"
            );
        }
        for (name, source) in names {
            assert!(source.len() > 20, "{name} names its source");
        }
    }
}
