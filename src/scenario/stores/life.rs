//! The life of a writer as it is written: the standby within its region, and rules that need the whole store.

use super::WrittenStore;
use crate::fault::Fault;
use crate::id::RegionId;
use crate::law::Law;
use crate::problem::Place;
use crate::read::node::{Body, Entry, Written};
use crate::read::{Fields, Names, Node, Reader, Shape, Value, record};
use crate::replication::Store;
use crate::replication::writers::{Forwarding, Standby};
use crate::scenario::presets;
use crate::units::Duration;

/// Caches of the writer's address in one region: an assumption. With so many the share that has a new address grows as a line over the
/// TTL; with a handful it would be steps.
pub const ENDPOINT_CACHES: u64 = 100;
const ENDPOINT_CACHES_SOURCE: &str = "how many instances of an application, each with a cache of its own, there are in each region: only you can know it for \
    your application; set endpoint_caches";

/// Notes the default of `endpoint_caches` where a writer may move.
pub fn note_endpoint_caches(ttl: Duration, fields: &mut Fields) {
    let moves = fields.is_written("promotion") || fields.is_written("switchovers");
    if !fields.is_written("endpoint_caches") && moves && !ttl.is_zero() {
        let what = format!("caches of a store's address in each region: {ENDPOINT_CACHES}");
        fields.reader().sources.push((what, ENDPOINT_CACHES_SOURCE, true));
    }
}

record! {
    /// What takes over when the writer's instance dies, in the same region.
    #[derive(Clone, Debug)]
    struct WrittenStandby as "Standby", short preset, preset presets::standbys {
        /// How long until it has.
        #[written("duration", was "takes")]
        takes: Law,
        /// Whether other instances in the region serve reads meanwhile.
        reads_go_on: bool = false,
    }
}

impl Value for Standby {
    const EXAMPLE: &'static str = "\"rds-multi-az\"";

    fn shape() -> Shape {
        WrittenStandby::shape()
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Standby> {
        let WrittenStandby { takes, reads_go_on } = WrittenStandby::read(node, reader)?;
        let name = node.field("preset").and_then(Node::as_text).or(node.as_text());
        let name = name.or(node.only_value().and_then(Node::as_text));
        Some(Standby { preset: name.map(str::to_string), takes, reads_go_on })
    }

    fn write(&self, names: &Names) -> Node {
        let written = WrittenStandby { takes: self.takes, reads_go_on: self.reads_go_on };
        let mut node = written.write(names);
        if let (Some(name), Written::Struct { body, .. }) = (&self.preset, &mut node.written)
            && let Body::Fields(fields) = body
        {
            fields.insert(0, Entry::new("preset", Node::text(name)));
            if !self.reads_go_on {
                // The preset may say otherwise.
                fields.push(Entry::new("reads_go_on", self.reads_go_on.write(names)));
            }
        }
        node
    }
}

/// A fault of a writer's instance that does not say how long it lasts takes that from the store's standby.
pub fn lend(faults: &mut [Fault], stores: &[Store], reader: &mut Reader) {
    for fault in faults {
        let Fault::WriterInstanceFails(fault) = fault else { continue };
        let Some(standby) = stores
            .iter()
            .find(|store| store.name == fault.store.name)
            .and_then(|store| store.standby.as_ref())
        else {
            continue;
        };
        fault.reads_go_on = fault.reads_go_on.or(Some(standby.reads_go_on));
        if fault.is_known {
            continue;
        }
        (fault.window.lasting, fault.is_known) = (standby.takes, true);
        let preset = standby.preset.as_ref().and_then(|name| presets::standbys().find(name));
        if let Some(preset) = preset {
            let what = format!("standby preset {}", preset.name);
            reader.sources.push((what, &preset.source.0, preset.assumption));
        }
    }
}

/// Rules that need the whole store.
pub(super) fn check(store: &WrittenStore, fields: &mut Fields) {
    let is_replica =
        |region: RegionId| Some(region) == store.writer || store.readers.contains(&region);
    let places: Vec<Place> = fields
        .expr("switchovers")
        .map(|written| written.items().iter().map(|item| item.place).collect())
        .unwrap_or_default();
    for (switchover, at) in store.switchovers.iter().zip(&places) {
        if !is_replica(switchover.to) {
            fields.reader().problem(
                *at,
                "the region to switch over to has no replica",
                "name the writer or one of the regions in readers: [..]",
            );
        } else if store.promotion.as_ref().is_some_and(|promotion| {
            promotion.to == switchover.to && promotion.afterwards.headless.is_some()
        }) {
            let help = "leave headless out of the promotion: a headless region is given an instance before a switchover is planned";
            fields.reader().problem(*at, "the region to switch over to has no instance", help);
        }
    }
    if store.replication.log().is_none() {
        let afterwards = store.promotion.as_ref().map(|promotion| &promotion.afterwards);
        let written = [
            ("switchovers", !store.switchovers.is_empty(), "a switchover"),
            ("forwarding", store.forwarding != Forwarding::Off, "forwarding"),
            (
                "promotion",
                afterwards.is_some_and(|after| after.rebuild.is_some() || after.headless.is_some()),
                "a rebuild or a headless replica",
            ),
        ];
        for (name, _, what) in written.into_iter().filter(|(_, is_written, _)| *is_written) {
            let at = fields.place_of(name);
            let family = store.replication.name();
            fields.reader().problem(
                at,
                format!(
                    "{what} needs a replica that follows a log of one writer, and {family} has none"
                ),
                "take it out",
            );
        }
    }
    if store.standby.is_some()
        && (store.replication.items().is_some() || store.replication.quorum().is_some())
    {
        let at = fields.place_of("standby");
        let what = format!(
            "a standby takes over from one writer, and every replica of {} is served by its region",
            store.replication.name()
        );
        fields.reader().problem(at, what, "take it out");
    }
    if store.forwarding != Forwarding::Off && store.readers.is_empty() {
        let at = fields.place_of("forwarding");
        fields.reader().problem(
            at,
            "no region has a replica that could forward",
            "list regions in readers: [..], or leave forwarding out",
        );
    }
    if let Some(most) = store.most_readers.filter(|most| store.readers.len() as u64 > *most) {
        let what =
            format!("{} secondary regions; this database has at most {most}", store.readers.len());
        fields.reject("readers", what, "list fewer readers");
    }
}
