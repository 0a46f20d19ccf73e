//! Reading a store: its regions, how it replicates, who promotes.

use super::{presets, read_preset};
use crate::id::{CheckId, RegionId};
use crate::law::Law;
use crate::read::{Fields, Reader, Value, variant};
use crate::replication::async_log::AsyncLog;
use crate::replication::quorum::Quorum;
use crate::replication::snapshots::Snapshots;
use crate::replication::{Promotion, Replication, Store};
use crate::units::Duration;
use presets::StoreSettings;
use ron2::ast::Expr;

/// Reads `Store(name: .., preset: "aurora-global", writer: .., readers: [..], promotion: Promotion(..))`.
pub fn read(expr: &Expr, reader: &mut Reader) -> Option<Store> {
    let mut fields = Fields::open(reader, expr, "Store")?;
    let name = fields.required::<String>("name");
    let base = fields.with("preset", |expr, reader| read_preset(expr, reader, "store preset", &presets::all().stores));
    let before = fields.problems();
    let (writer, readers) = read_regions(&mut fields);
    let replication = match base.as_ref().map(|base| base.replication()) {
        Some(base) => Some(fields.with("replication", |expr, reader| read_replication_over(expr, reader, &base)).unwrap_or(base)),
        None => fields.required_with("replication", AsyncLog::KIND.example, Replication::read),
    };
    let is_restored = matches!(replication, Some(Replication::Snapshots(_)));
    let endpoint_ttl = fields.or("endpoint_ttl", base.as_ref().map_or(Duration::ZERO, |base| base.endpoint_ttl));
    let promotion = fields.with("promotion", |expr, reader| read_promotion(expr, reader, base.as_ref()));
    if fields.problems() == before {
        check_regions(&mut fields, writer, &readers, promotion.as_ref().filter(|_| !is_restored));
    }
    if let Some(Replication::Quorum(quorum)) = &replication {
        check_quorum(&mut fields, quorum, 1 + readers.len(), promotion.is_some());
    }
    fields.close();
    Some(Store { name: name?, writer: writer?, readers, replication: replication?, endpoint_ttl, promotion })
}

/// Reads a family over a preset of the same one; another family stands for itself.
fn read_replication_over(expr: &Expr, reader: &mut Reader, base: &Replication) -> Option<Replication> {
    match (base, variant(expr)) {
        (Replication::AsyncLog(base), Some("AsyncLog") | None) => AsyncLog::read_over(expr, reader, Some(base)).map(Replication::AsyncLog),
        (Replication::Snapshots(base), Some("Snapshots") | None) => Snapshots::read_over(expr, reader, Some(base)).map(Replication::Snapshots),
        (Replication::Quorum(base), Some("Quorum") | None) => Quorum::read_over(expr, reader, Some(base)).map(Replication::Quorum),
        _ => Replication::read(expr, reader),
    }
}

/// `regions: [..]` of a store whose replicas all take writes, or `writer` and `readers`.
fn read_regions(fields: &mut Fields) -> (Option<RegionId>, Vec<RegionId>) {
    let Some(regions) = fields.with("regions", <Vec<RegionId> as Value>::read) else {
        return (fields.required("writer"), fields.optional("readers").unwrap_or_default());
    };
    if fields.expr("writer").is_some() || fields.expr("readers").is_some() {
        let at = fields.place_of("regions");
        fields.reader().problem(at, "a store has either regions, which all take writes, or a writer and readers", "keep one of the two");
    }
    let Some((first, others)) = regions.split_first() else {
        let at = fields.place_of("regions");
        fields.reader().problem(at, "the store is in no region", "write regions: [\"ap-northeast-1\", ..]");
        return (None, Vec::new());
    };
    (Some(*first), others.to_vec())
}

fn check_quorum(fields: &mut Fields, quorum: &Quorum, regions: usize, is_promoted: bool) {
    let at = fields.place_of("replication");
    for (what, mend) in quorum.problems(regions) {
        fields.reader().problem(at, what, mend);
    }
    if is_promoted {
        let at = fields.place_of("promotion");
        fields.reader().problem(at, "every replica of a quorum takes writes: nobody is promoted", "leave promotion out");
    }
}

fn read_promotion(expr: &Expr, reader: &mut Reader, base: Option<&StoreSettings>) -> Option<Promotion> {
    let mut fields = Fields::open(reader, expr, "Promotion")?;
    let to = fields.required::<RegionId>("to");
    let watches = fields.required::<CheckId>("watches");
    let (decision, duration) = match base {
        Some(base) => (Some(fields.or("decision", base.decision)), Some(fields.or("duration", base.promotion))),
        None => (fields.required::<Law>("decision"), fields.required::<Law>("duration")),
    };
    fields.close();
    Some(Promotion { to: to?, watches: watches?, decision: decision?, duration: duration? })
}

fn check_regions(fields: &mut Fields, writer: Option<RegionId>, readers: &[RegionId], promotion: Option<&Promotion>) {
    let Some(writer) = writer else { return };
    let at = fields.place_of("readers");
    if readers.contains(&writer) {
        fields.reader().problem(at, "the writer's region is listed among the readers", "list only the other regions: the writer serves reads as well");
    }
    if readers.iter().enumerate().any(|(index, reader)| readers[..index].contains(reader)) {
        fields.reader().problem(at, "a region is listed twice among the readers", "list each region once");
    }
    if let Some(promotion) = promotion
        && !readers.contains(&promotion.to)
    {
        let at = fields.place_of("promotion");
        fields.reader().problem(at, "the promoted region has no replica", "promote one of the regions in readers: [..]");
    }
}
