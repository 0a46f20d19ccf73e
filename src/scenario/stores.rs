//! Stores as they are written: their regions, how they replicate, who promotes.

mod commits;
pub mod life;

use super::presets;
use crate::id::RegionId;
use crate::read::{Fields, Names, Node, Reader, Shape, Value, record};
use crate::replication::keys::Keys;
use crate::replication::quorum::Quorum;
use crate::replication::writers::{Forwarding, Standby, Switchover};
use crate::replication::{Promotion, Replication, Store};
use crate::units::Duration;

record! {
    /// A store and its replicas. Where one region writes, `writer` and `readers` say where it is; where all replicas are alike,
    /// `regions` does.
    #[derive(Clone, Debug)]
    struct WrittenStore as "Store", preset presets::stores, check WrittenStore::judge {
        /// The name by which users, checks and faults refer to it.
        name: String,
        /// The region that takes writes at the start.
        writer: Option<RegionId>,
        /// Regions with a replica that serves reads, besides the writer's.
        readers: Vec<RegionId> = Vec::new(),
        /// The regions of a store whose replicas are all alike; instead of `writer` and `readers`.
        regions: Vec<RegionId> = Vec::new(),
        /// How it replicates. A preset knows it; what is written beside stands above that.
        replication: Replication,
        /// What it holds and how it is used, where changes travel item by item.
        keys: Option<Keys>,
        /// How long application servers keep the writer's address after it moves.
        endpoint_ttl: Duration = Duration::ZERO,
        /// Caches of that address in each region, one in each instance of an application there; each asks at a phase of its own.
        #[range(1u64, 10_000u64, "write 1 to 10_000: how many application instances of one region cache the writer's address")]
        #[source("an assumption: with so many the share that has a new address grows as a line over the TTL")]
        endpoint_caches: u64 = life::ENDPOINT_CACHES,
        /// Who promotes a replica, and how; otherwise none happens, as is the truth of every managed database across regions.
        promotion: Option<Promotion>,
        /// Switchovers that are planned ahead.
        switchovers: Vec<Switchover> = Vec::new(),
        /// Where the application servers of a region with a replica send their writes, and how fresh its reads are.
        forwarding: Forwarding = Forwarding::Off,
        /// What takes over when the writer's instance dies, in the same region.
        standby: Option<Standby>,
        /// More readers are refused.
        most_readers: Option<u64>,
    }
}

impl Value for Store {
    const EXAMPLE: &'static str = WrittenStore::EXAMPLE;

    fn shape() -> Shape {
        WrittenStore::shape()
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Store> {
        let written = WrittenStore::read(node, reader)?;
        Some(Store {
            name: written.name,
            writer: written.writer?,
            readers: written.readers,
            replication: written.replication,
            endpoint_ttl: written.endpoint_ttl,
            endpoint_caches: written.endpoint_caches,
            promotion: written.promotion,
            keys: written.keys,
            switchovers: written.switchovers,
            forwarding: written.forwarding,
            standby: written.standby,
        })
    }

    fn write(&self, names: &Names) -> Node {
        let store = self.clone();
        let is_alike = are_alike(&store.replication);
        let regions: Vec<RegionId> = self.replicas().filter(|_| is_alike).collect();
        let written = WrittenStore {
            name: store.name,
            writer: Some(store.writer).filter(|_| !is_alike),
            readers: if is_alike { Vec::new() } else { store.readers },
            regions,
            replication: store.replication,
            keys: store.keys,
            endpoint_ttl: store.endpoint_ttl,
            endpoint_caches: store.endpoint_caches,
            promotion: store.promotion,
            switchovers: store.switchovers,
            forwarding: store.forwarding,
            standby: store.standby,
            most_readers: None,
        };
        written.write(names)
    }
}

/// Whether all replicas are alike, so that none is the writer's.
fn are_alike(replication: &Replication) -> bool {
    replication.items().is_some()
        || replication.quorum().is_some()
        || matches!(replication, Replication::StrongRegions(_))
}

impl WrittenStore {
    /// Rules of the whole store. Afterwards its regions stand as writer and readers.
    fn judge(&mut self, fields: &mut Fields) {
        let could_be_read = fields.could_be_read();
        let before = fields.problems();
        let is_alike = self.place(fields);
        self.check_keys(fields);
        life::note_endpoint_caches(self.endpoint_ttl, fields);
        if self.replication.items().is_some() {
            let is_sound = could_be_read && fields.problems() == before;
            self.check_items(fields, is_sound);
        }
        commits::lead(self);
        if could_be_read && fields.problems() == before {
            self.check_regions(fields);
            commits::check(self, is_alike, fields);
        }
        if let Replication::Quorum(quorum) = &self.replication {
            check_quorum(fields, quorum, 1 + self.readers.len(), self.promotion.is_some());
        }
        if could_be_read && fields.problems() == before {
            life::check(self, fields);
        }
    }

    /// Of `regions` the first stands for the writer. Says whether they were written so.
    fn place(&mut self, fields: &mut Fields) -> bool {
        if fields.is_written("regions") {
            if fields.is_written("writer") || fields.is_written("readers") {
                let what = "the store has regions, and a writer or readers besides";
                let help = "keep regions: [..], or writer: .. and readers: [..]";
                fields.reject("regions", what, help);
            }
            if self.regions.is_empty() {
                // An unknown region has been told already.
                if fields.expr("regions").is_some_and(|regions| regions.items().is_empty()) {
                    let help = "list the regions with a replica";
                    fields.reject("regions", "the store has no region", help);
                }
                return true;
            }
            self.writer = Some(self.regions.remove(0));
            self.readers = std::mem::take(&mut self.regions);
            return true;
        }
        if self.writer.is_none() && !fields.is_written("writer") {
            let (name, example) = if are_alike(&self.replication) {
                ("regions", "[\"ap-northeast-1\", \"us-east-1\"]")
            } else {
                ("writer", RegionId::EXAMPLE)
            };
            fields.require(name, example);
        }
        false
    }

    fn check_keys(&mut self, fields: &mut Fields) {
        if self.replication.items().is_some() {
            self.keys.get_or_insert_default();
        } else if self.keys.is_some() {
            fields.reject(
                "keys",
                "only where changes travel item by item does it matter which key is written",
                "leave keys out, or choose MultiWriter(..), ObjectReplication(..) or EventStream(..)",
            );
        }
    }

    /// Rules of stores whose changes travel item by item.
    fn check_items(&self, fields: &mut Fields, is_sound: bool) {
        if self.promotion.is_some() {
            fields.reject(
                "promotion",
                "no replica is promoted here: each replica takes writes, or none but the first ever does",
                "leave promotion out",
            );
        } else if self.writer.is_some() && self.readers.is_empty() && is_sound {
            let at = fields.place();
            fields.reader().problem(
                at,
                "one region alone replicates nothing",
                "list two regions or more: regions: [\"ap-northeast-1\", \"us-east-1\"]",
            );
        }
    }

    fn check_regions(&self, fields: &mut Fields) {
        let Some(writer) = self.writer else { return };
        if self.readers.contains(&writer) {
            let help = "list only the other regions: the writer serves reads as well";
            fields.reject("readers", "the writer's region is listed among the readers", help);
        }
        let again = |(index, reader)| self.readers[..index].contains(reader);
        if self.readers.iter().enumerate().any(again) {
            let what = "a region is listed twice among the readers";
            fields.reject("readers", what, "list each region once");
        }
        let is_promoted =
            !matches!(self.replication, Replication::Snapshots(_) | Replication::StrongRegions(_));
        let promotion = self.promotion.as_ref().filter(|_| is_promoted);
        if promotion.is_some_and(|promotion| !self.readers.contains(&promotion.to)) {
            let help = "promote one of the regions in readers: [..]";
            fields.reject("promotion", "the promoted region has no replica", help);
        }
    }
}

fn check_quorum(fields: &mut Fields, quorum: &Quorum, regions: usize, is_promoted: bool) {
    for (what, help) in quorum.problems(regions) {
        fields.reject("replication", what, help);
    }
    if is_promoted {
        let what = "every replica of a quorum takes writes: no replica is promoted";
        fields.reject("promotion", what, "leave promotion out");
    }
}

#[cfg(test)]
mod tests;
