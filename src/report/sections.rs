//! The things of a report, scope by scope, as the printers walk them.

use super::table::Things;
use super::{Numbers, Report, UserRecovery};
use crate::measure::metric::Scope;

/// The stores of one scope.
pub fn stores(scope: Scope, report: &Report) -> Things<'_> {
    let rows: Vec<(String, &Numbers)> = match scope {
        Scope::Quorum => {
            report.quorums.iter().map(|row| (row.store.clone(), &row.numbers)).collect()
        }
        Scope::MultiWriter => {
            report.consistency.iter().map(|row| (row.store.clone(), &row.numbers)).collect()
        }
        _ => report.ledgers.iter().map(|row| (row.store.clone(), &row.numbers)).collect(),
    };
    Things { scope, rows }
}

pub fn checks(report: &Report) -> Things<'_> {
    let rows = report.checks.iter().map(|row| (row.name.clone(), &row.numbers)).collect();
    Things { scope: Scope::Check, rows }
}

pub fn populations(report: &Report) -> Things<'_> {
    let rows = report.populations.iter().map(|row| (row.name.clone(), &row.numbers)).collect();
    Things { scope: Scope::Population, rows }
}

/// Operations, of those that are picked.
pub fn users(report: &Report, is_shown: impl Fn(&UserRecovery) -> bool) -> Things<'_> {
    let shown = report.user_recovery.iter().filter(|law| is_shown(law));
    let rows = shown.map(|law| (law.operation.label().to_string(), &law.numbers)).collect();
    Things { scope: Scope::Users, rows }
}

pub fn latencies(report: &Report) -> Things<'_> {
    let name = |row: &super::Latency| {
        format!("{}, {}, {}", row.population.label(), row.operation.label(), row.window.name())
    };
    let rows = report.latencies.iter().map(|row| (name(row), &row.numbers)).collect();
    Things { scope: Scope::Requests, rows }
}
