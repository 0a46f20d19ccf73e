//! A comparison on a terminal: who is compared, what the differences are and how sure, then the numbers side by side.

use super::Comparison;
use super::{differences, tables};
use crate::report::table::Table;
use crate::report::text::{Look, Page, Tone};

/// Letters of a design's name in a table, with its number. Of longer names the middle is left out, since variants
/// of a design often differ at the end; the list on top has them whole.
const NAME: usize = 22;

/// The whole comparison, ending in a line break.
pub fn render(comparison: &Comparison, look: Look) -> String {
    let names = names(comparison);
    let mut page = Page::new(look);
    head(&mut page, comparison);
    for one in tables::all(comparison, &names) {
        table(&mut page, &one);
    }
    page.gap();
    page.line(&page.paint(Tone::Faint, &format!("digest {}", comparison.digest)));
    page.finish()
}

/// Only the differences.
pub fn render_differences(comparison: &Comparison, look: Look) -> String {
    let mut page = Page::new(look);
    if let Some(words) = tables::partial(comparison) {
        page.line(&format!("PARTIAL: {words}"));
    }
    if let Some(one) = differences::differences(comparison, &names(comparison)) {
        table(&mut page, &one);
    }
    page.finish()
}

/// The number tells apart what cutting makes alike. What the name has in common with the first design's, up to a hyphen, is
/// left out where the whole does not fit.
fn names(comparison: &Comparison) -> Vec<String> {
    let first = comparison.designs.first().map_or("", |design| design.scenario.as_str());
    let name = |(index, design): (usize, &super::Design)| {
        let own = match design.scenario.strip_prefix(first) {
            Some(rest) if rest.starts_with('-') && design.scenario.chars().count() + 3 > NAME => {
                format!("…{rest}")
            }
            _ => design.scenario.clone(),
        };
        let letters: Vec<char> = format!("{} {own}", index + 1).chars().collect();
        match letters.len() {
            ..=NAME => letters.into_iter().collect(),
            all => letters[..NAME / 2]
                .iter()
                .chain(&['…'])
                .chain(&letters[all + 1 + NAME / 2 - NAME..])
                .collect(),
        }
    };
    comparison.designs.iter().enumerate().map(name).collect()
}

fn head(page: &mut Page, comparison: &Comparison) {
    let title = format!("{} designs: {}", comparison.designs.len(), tables::sample(comparison));
    page.line(&page.paint(Tone::Strong, &title));
    if let Some(words) = tables::partial(comparison) {
        page.line(&format!("PARTIAL: {words}"));
    }
    let faults =
        comparison.designs.first().map(|design| design.faults.as_slice()).unwrap_or_default();
    let is_one = comparison.designs.iter().all(|design| design.faults == faults);
    for (index, design) in comparison.designs.iter().enumerate() {
        page.wrapped(
            &format!("{:>3} ", index + 1),
            &format!("{}: {}", design.scenario, design.question),
        );
        for fault in design.faults.iter().filter(|_| !is_one) {
            page.wrapped("    Fault: ", fault);
        }
    }
    for setting in comparison.designs.first().map_or(&[][..], |design| &design.set) {
        page.wrapped("Set in all: ", setting);
    }
    for fault in faults.iter().filter(|_| is_one) {
        page.wrapped("Fault: ", fault);
    }
    for note in &comparison.notes {
        page.wrapped("Note: ", note);
    }
}

fn table(page: &mut Page, table: &Table) {
    let head: Vec<&str> =
        [table.title.as_str()].into_iter().chain(table.head.iter().map(String::as_str)).collect();
    let rows = table
        .rows
        .iter()
        .map(|row| [format!("  {}", row[0])].into_iter().chain(row[1..].iter().cloned()).collect());
    page.table(&head, rows.collect(), &(1..head.len()).collect::<Vec<_>>());
    for remark in &table.remarks {
        page.wrapped("    ", remark);
    }
}
