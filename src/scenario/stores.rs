//! Reading a store: its regions, how it replicates, who promotes.

mod commits;
pub mod life;

use super::{presets, read_preset};
use crate::id::{CheckId, RegionId};
use crate::law::Law;
use crate::read::Node;
use crate::read::{Fields, Reader, variant};
use crate::replication::async_log::AsyncLog;
use crate::replication::event_stream::EventStream;
use crate::replication::keys::Keys;
use crate::replication::multi_writer::MultiWriter;
use crate::replication::object_replication::ObjectReplication;
use crate::replication::quorum::Quorum;
use crate::replication::semi_sync::SemiSync;
use crate::replication::snapshots::Snapshots;
use crate::replication::strong_regions::StrongRegions;
use crate::replication::sync::Sync;
use crate::replication::{Promotion, Replication, Store};
use crate::units::Duration;
use presets::StoreSettings;

/// Reads `Store(name: .., preset: "aurora-global", writer: .., readers: [..], promotion: Promotion(..))`, or with
/// `regions: [..]` where every replica takes writes.
pub fn read(expr: &Node, reader: &mut Reader) -> Option<Store> {
    let mut fields = Fields::open(reader, expr, "Store")?;
    let name = fields.required::<String>("name");
    let base = fields.with("preset", |expr, reader| {
        read_preset(expr, reader, "store preset", &presets::all().stores)
    });
    let settings = fields.with("preset", |expr, _| presets::written(expr));
    let before = fields.problems();
    let placed =
        commits::read_regions(&mut fields, base.as_ref().map(StoreSettings::replication).as_ref());
    let replication = read_replication(&mut fields, base.as_ref());
    let is_restored = matches!(replication, Some(Replication::Snapshots(_)));
    let items = replication.as_ref().and_then(Replication::items);
    let keys = fields.with("keys", Keys::read);
    if items.is_none() && keys.is_some() {
        fields.reject(
            "keys",
            "only where changes travel item by item does it matter which key is written",
            "leave keys out, or choose MultiWriter(..), ObjectReplication(..) or EventStream(..)",
        );
    }
    let keys = keys.or(items.map(|_| Keys::default()));
    let endpoint_ttl =
        fields.or("endpoint_ttl", base.as_ref().map_or(Duration::ZERO, |base| base.endpoint_ttl));
    let endpoint_caches = life::read_endpoint_caches(&mut fields, endpoint_ttl);
    let promotion = fields.with("promotion", |expr, reader| read_promotion(expr, reader, settings));
    let is_sound = fields.problems() == before;
    if items.is_some() {
        check_items(&mut fields, &placed, promotion.as_ref(), is_sound);
    }
    let is_agreed = matches!(replication, Some(Replication::StrongRegions(_)));
    let placed = commits::lead(placed, replication.as_ref());
    let switchovers = life::read_switchovers(&mut fields, settings);
    let forwarding = life::read_forwarding(&mut fields);
    let standby = life::read_standby(&mut fields, settings);
    if fields.problems() == before {
        check_regions(
            &mut fields,
            placed.writer,
            &placed.readers,
            promotion.as_ref().filter(|_| !is_restored && !is_agreed),
        );
        commits::check(&mut fields, &placed, replication.as_ref(), promotion.as_ref());
    }
    if let Some(Replication::Quorum(quorum)) = &replication {
        check_quorum(&mut fields, quorum, 1 + placed.readers.len(), promotion.is_some());
    }
    let commits::Placed { writer, readers, .. } = placed;
    let store = match (name, writer, replication) {
        (Some(name), Some(writer), Some(replication)) => Some(Store {
            name,
            writer,
            readers,
            replication,
            endpoint_ttl,
            endpoint_caches,
            promotion,
            keys,
            switchovers: switchovers.iter().map(|(switchover, _)| *switchover).collect(),
            forwarding,
            standby,
        }),
        _ => None,
    };
    if let Some(store) = store.as_ref().filter(|_| fields.problems() == before) {
        life::check(store, &switchovers, settings, &mut fields);
    }
    fields.close();
    store
}

/// Reads how a store replicates: as it says, over its preset.
fn read_replication(fields: &mut Fields, preset: Option<&StoreSettings>) -> Option<Replication> {
    let Some(base) = preset.map(StoreSettings::replication) else {
        return fields.required_with("replication", AsyncLog::KIND.example, Replication::read);
    };
    let written =
        fields.with("replication", |expr, reader| read_replication_over(expr, reader, &base));
    Some(written.unwrap_or(base))
}

/// Rules of stores whose changes travel item by item.
fn check_items(
    fields: &mut Fields,
    placed: &commits::Placed,
    promotion: Option<&Promotion>,
    is_sound: bool,
) {
    if promotion.is_some() {
        fields.reject(
            "promotion",
            "nobody is promoted here: each replica takes writes, or none but the first ever does",
            "leave promotion out",
        );
    } else if placed.writer.is_some() && placed.readers.is_empty() && is_sound {
        let at = fields.place();
        fields.reader().problem(
            at,
            "one region alone replicates nothing",
            "list two regions or more: regions: [\"ap-northeast-1\", \"us-east-1\"]",
        );
    }
}

/// Reads a family over a preset of the same one; another family stands for itself.
fn read_replication_over(
    expr: &Node,
    reader: &mut Reader,
    base: &Replication,
) -> Option<Replication> {
    match (base, variant(expr)) {
        (Replication::AsyncLog(base), Some("AsyncLog") | None) => {
            AsyncLog::read_over(expr, reader, Some(base)).map(Replication::AsyncLog)
        }
        (Replication::Snapshots(base), Some("Snapshots") | None) => {
            Snapshots::read_over(expr, reader, Some(base)).map(Replication::Snapshots)
        }
        (Replication::MultiWriter(base), Some("MultiWriter") | None) => {
            MultiWriter::read_over(expr, reader, Some(base)).map(Replication::MultiWriter)
        }
        (Replication::ObjectReplication(base), Some("ObjectReplication") | None) => {
            ObjectReplication::read_over(expr, reader, Some(base))
                .map(Replication::ObjectReplication)
        }
        (Replication::EventStream(base), Some("EventStream") | None) => {
            EventStream::read_over(expr, reader, Some(base)).map(Replication::EventStream)
        }
        (Replication::SemiSync(base), Some("SemiSync") | None) => {
            SemiSync::read_over(expr, reader, Some(base)).map(Replication::SemiSync)
        }
        (Replication::Sync(base), Some("Sync") | None) => {
            Sync::read_over(expr, reader, Some(base)).map(Replication::Sync)
        }
        (Replication::StrongRegions(base), Some("StrongRegions") | None) => {
            StrongRegions::read_over(expr, reader, Some(base)).map(Replication::StrongRegions)
        }
        (Replication::Quorum(base), Some("Quorum") | None) => {
            Quorum::read_over(expr, reader, Some(base)).map(Replication::Quorum)
        }
        _ => Replication::read(expr, reader),
    }
}

fn check_quorum(fields: &mut Fields, quorum: &Quorum, regions: usize, is_promoted: bool) {
    let at = fields.place_of("replication");
    for (what, mend) in quorum.problems(regions) {
        fields.reader().problem(at, what, mend);
    }
    if is_promoted {
        let at = fields.place_of("promotion");
        fields.reader().problem(
            at,
            "every replica of a quorum takes writes: nobody is promoted",
            "leave promotion out",
        );
    }
}

fn read_promotion(
    expr: &Node,
    reader: &mut Reader,
    base: Option<&'static StoreSettings>,
) -> Option<Promotion> {
    let mut fields = Fields::open(reader, expr, "Promotion")?;
    let to = fields.required::<RegionId>("to");
    let watches = fields.required::<CheckId>("watches");
    let (decision, duration) = match base {
        Some(base) => (
            Some(fields.or("decision", base.decision)),
            Some(fields.or("duration", base.promotion)),
        ),
        None => (fields.required::<Law>("decision"), fields.required::<Law>("duration")),
    };
    let afterwards = life::read_afterwards(&mut fields, base);
    fields.close();
    Some(Promotion {
        to: to?,
        watches: watches?,
        decision: decision?,
        duration: duration?,
        afterwards: afterwards?,
    })
}

fn check_regions(
    fields: &mut Fields,
    writer: Option<RegionId>,
    readers: &[RegionId],
    promotion: Option<&Promotion>,
) {
    let Some(writer) = writer else { return };
    let at = fields.place_of("readers");
    if readers.contains(&writer) {
        fields.reader().problem(
            at,
            "the writer's region is listed among the readers",
            "list only the other regions: the writer serves reads as well",
        );
    }
    if readers.iter().enumerate().any(|(index, reader)| readers[..index].contains(reader)) {
        fields.reader().problem(
            at,
            "a region is listed twice among the readers",
            "list each region once",
        );
    }
    if let Some(promotion) = promotion
        && !readers.contains(&promotion.to)
    {
        let at = fields.place_of("promotion");
        fields.reader().problem(
            at,
            "the promoted region has no replica",
            "promote one of the regions in readers: [..]",
        );
    }
}
