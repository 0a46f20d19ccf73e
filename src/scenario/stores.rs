//! Reading a store: its regions, how it replicates, who promotes.

use super::{presets, read_preset};
use crate::id::{CheckId, RegionId};
use crate::law::Law;
use crate::read::{Fields, Reader};
use crate::replication::async_log::AsyncLog;
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
    let writer = fields.required::<RegionId>("writer");
    let readers: Vec<RegionId> = fields.optional("readers").unwrap_or_default();
    let log = match &base {
        Some(base) => Some(fields.with("replication", |expr, reader| AsyncLog::read_over(expr, reader, Some(&base.log))).unwrap_or_else(|| base.log.clone())),
        None => fields.required_with("replication", AsyncLog::KIND.example, Replication::read).map(|family| family.log().clone()),
    };
    let endpoint_ttl = fields.or("endpoint_ttl", base.as_ref().map_or(Duration::ZERO, |base| base.endpoint_ttl));
    let promotion = fields.with("promotion", |expr, reader| read_promotion(expr, reader, base.as_ref()));
    if fields.problems() == before {
        check_regions(&mut fields, writer, &readers, promotion.as_ref());
    }
    fields.close();
    Some(Store { name: name?, writer: writer?, readers, replication: Replication::AsyncLog(log?), endpoint_ttl, promotion })
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
