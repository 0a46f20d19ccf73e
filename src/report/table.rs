//! The one table of the reports: its cells come from the registry, and the screen and markdown print it alike.
//!
//! ```text
//!  entries of a scope, rows of numbers --> Table --+--> text: columns set apart by blanks
//!                                                  `--> markdown: columns between bars
//! ```

use super::Numbers;
use super::numbers::{Cells, Detail};
use crate::measure::Metric;
use crate::measure::metric::{Scope, Shown};

/// A table with its head; the first column stands to the left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What it shows. On the screen it is the head of the first column.
    pub title: String,
    /// The heads of the other columns.
    pub head: Vec<String>,
    pub rows: Vec<Vec<String>>,
    /// What has to be said about single rows, a sentence each.
    pub remarks: Vec<String>,
    pub align: Align,
}

/// Where the columns after the first stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// Things of one scope by name, with their numbers.
pub struct Things<'r> {
    pub scope: Scope,
    pub rows: Vec<(String, &'r Numbers)>,
}

impl Things<'_> {
    /// The entries that are shown at such a place.
    pub fn entries(&self, least: Shown) -> impl Iterator<Item = &'static Metric> {
        self.scope.metrics().iter().filter(move |metric| metric.shown >= least)
    }

    /// A row for each thing, a column for each entry.
    pub fn by_thing(&self, title: &str, cells: &Cells, least: Shown) -> Table {
        let detail = |metric: &Metric| match least {
            Shown::Screen if !metric.with_interval => Detail::Plain,
            _ => Detail::Full,
        };
        let head = |metric: &'static Metric| match least {
            Shown::Screen => metric.head(),
            _ => metric.label,
        };
        let row = |(name, numbers): &(String, &Numbers)| {
            let cells =
                self.entries(least).map(|metric| cells.cell(metric, numbers, detail(metric)));
            [name.clone()].into_iter().chain(cells).collect()
        };
        Table {
            title: title.to_string(),
            head: self.entries(least).map(|metric| head(metric).to_string()).collect(),
            rows: self.rows.iter().map(row).collect(),
            remarks: Vec::new(),
            align: Align::Right,
        }
    }

    /// A row for each entry, a column for each thing.
    pub fn by_entry(&self, title: &str, cells: &Cells, least: Shown) -> Table {
        let row = |metric: &'static Metric| {
            let numbers = self.rows.iter();
            let cells = numbers.map(|(_, numbers)| cells.cell(metric, numbers, Detail::Full));
            [metric.label.to_string()].into_iter().chain(cells).collect()
        };
        Table {
            title: title.to_string(),
            head: self.rows.iter().map(|(name, _)| name.clone()).collect(),
            rows: self.entries(least).map(row).collect(),
            remarks: Vec::new(),
            align: Align::Right,
        }
    }
}
