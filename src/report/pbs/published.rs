//! What is known of the four models: the printed table (Bailis et al., "Probabilistically Bounded Staleness for Practical Partial
//! Quorums", VLDB 2012) and an independent computation from the same laws.

use serde::Serialize;

/// A model of the paper, and the preset that has its laws.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Model {
    pub name: &'static str,
    pub preset: &'static str,
    /// Replicas in three regions, or in one.
    pub is_wide: bool,
}

pub const MODELS: [Model; 4] = [
    Model { name: "LNKD-SSD", preset: "pbs-lnkd-ssd", is_wide: false },
    Model { name: "LNKD-DISK", preset: "pbs-lnkd-disk", is_wide: false },
    Model { name: "YMMR", preset: "pbs-ymmr", is_wide: false },
    Model { name: "WAN", preset: "pbs-wan", is_wide: true },
];

/// A row of the printed table, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Printed {
    /// 99.9th percentile of reads and of writes.
    pub read: f64,
    pub write: f64,
    /// Until 99.9% of reads are consistent.
    pub seen: f64,
}

/// By model, R, W: read, write, seen. Other combinations are not compared.
const PRINTED: [(&str, u64, u64, f64, f64, f64); 19] = [
    ("LNKD-SSD", 1, 1, 0.66, 0.66, 1.85),
    ("LNKD-SSD", 1, 2, 0.66, 1.63, 1.79),
    ("LNKD-SSD", 2, 1, 1.63, 0.65, 0.0),
    ("LNKD-SSD", 3, 1, 4.14, 0.65, 0.0),
    ("LNKD-SSD", 1, 3, 0.65, 4.09, 0.0),
    ("LNKD-DISK", 1, 1, 0.66, 10.99, 45.5),
    ("LNKD-DISK", 1, 2, 0.65, 20.97, 43.3),
    ("LNKD-DISK", 2, 1, 1.63, 10.9, 13.6),
    ("LNKD-DISK", 1, 3, 0.65, 112.65, 0.0),
    ("YMMR", 1, 1, 5.58, 10.83, 1364.0),
    ("YMMR", 1, 2, 5.61, 427.1, 1352.0),
    ("YMMR", 2, 1, 32.6, 10.73, 202.0),
    ("YMMR", 3, 1, 219.27, 10.79, 0.0),
    ("YMMR", 1, 3, 5.63, 1870.9, 0.0),
    ("WAN", 1, 1, 3.4, 55.12, 113.0),
    ("WAN", 1, 2, 3.4, 167.64, 0.0),
    ("WAN", 2, 1, 151.3, 56.36, 30.2),
    ("WAN", 3, 1, 153.86, 55.19, 0.0),
    ("WAN", 1, 3, 3.44, 241.55, 0.0),
];

/// The printed row, where there is one.
pub fn printed(model: &str, read_quorum: u64, write_quorum: u64) -> Option<Printed> {
    let row =
        PRINTED.iter().find(|row| (row.0, row.1, row.2) == (model, read_quorum, write_quorum))?;
    Some(Printed { read: row.3, write: row.4, seen: row.5 })
}

/// An independent computation: share seen at once, milliseconds until 99.9% are, and four standard errors of that.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exact {
    pub at_once: f64,
    pub seen: f64,
    pub seen_error: f64,
}

/// By model, R, W; overlapping quorums see everything at once. Quadrature where the error is 0.
const EXACT: [(&str, u64, u64, f64, f64, f64); 12] = [
    ("LNKD-SSD", 1, 1, 0.973607, 1.968, 0.0),
    ("LNKD-SSD", 1, 2, 0.978278, 1.849, 0.004),
    ("LNKD-SSD", 2, 1, 0.999414, 0.0, 0.0),
    ("LNKD-DISK", 1, 1, 0.436689, 52.148, 0.0),
    ("LNKD-DISK", 1, 2, 0.712670, 48.35, 0.72),
    ("LNKD-DISK", 2, 1, 0.762765, 14.14, 0.08),
    ("YMMR", 1, 1, 0.892970, 1460.4, 0.0),
    ("YMMR", 1, 2, 0.919326, 1435.13, 8.92),
    ("YMMR", 2, 1, 0.990942, 219.83, 5.6),
    ("WAN", 1, 1, 0.33362, 116.11, 0.6),
    ("WAN", 1, 2, 0.999565, 0.0, 0.0),
    ("WAN", 2, 1, 0.858591, 30.88, 0.36),
];

pub fn exact(model: &str, read_quorum: u64, write_quorum: u64) -> Exact {
    let row = EXACT.iter().find(|row| (row.0, row.1, row.2) == (model, read_quorum, write_quorum));
    row.map_or(Exact { at_once: 1.0, seen: 0.0, seen_error: 0.0 }, |row| Exact {
        at_once: row.3,
        seen: row.4,
        seen_error: row.5,
    })
}
