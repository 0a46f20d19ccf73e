//! comparison.md: the comparison for people, with its charts. It holds nothing of the machine or the day.

use super::Comparison;
use super::tables;
use crate::report::markdown::{Image, Page, escaped};
use crate::report::text::{per_cent, quoted};

/// The whole comparison, ending in a line break.
pub fn render(comparison: &Comparison, charts: &[Image]) -> String {
    let names: Vec<String> = comparison
        .designs
        .iter()
        .enumerate()
        .map(|(index, design)| format!("{} {}", index + 1, design.scenario))
        .collect();
    let mut page = Page::default();
    head(&mut page, comparison);
    for image in charts {
        page.paragraph(&format!("![{}]({})", escaped(&image.alt), image.file));
    }
    for table in tables::all(comparison, &names) {
        page.heading(&escaped(&table.title));
        let head: Vec<&str> =
            ["design"].into_iter().chain(table.head.iter().map(String::as_str)).collect();
        page.table(
            &head,
            table
                .rows
                .into_iter()
                .map(|row| row.iter().map(|cell| cell.trim().to_string()).collect()),
            true,
        );
        if !table.remarks.is_empty() {
            page.line("");
        }
        for remark in &table.remarks {
            page.line(&format!("- {}", escaped(remark)));
        }
    }
    how_to_read(&mut page, comparison);
    reproduce(&mut page, comparison);
    page.text
}

fn head(page: &mut Page, comparison: &Comparison) {
    let names: Vec<String> =
        comparison.designs.iter().map(|design| escaped(&design.scenario)).collect();
    page.line(&format!("# {} designs side by side", names.len()));
    if let Some(words) = tables::partial(comparison) {
        page.paragraph(&format!("**Partial: {words}.**"));
    }
    page.paragraph(&format!(
        "{}; intervals of differences have {} confidence.",
        tables::sample(comparison),
        per_cent(comparison.confidence)
    ));
    page.line("");
    for (index, (design, name)) in comparison.designs.iter().zip(names).enumerate() {
        page.line(&format!("{}. **{name}**: {}", index + 1, escaped(&design.question)));
        for fault in &design.faults {
            page.line(&format!("   - Fault: {}", escaped(fault)));
        }
        for setting in &design.set {
            page.line(&format!("   - Set: {}", escaped(setting)));
        }
    }
    for note in &comparison.notes {
        page.paragraph(&format!("**Note:** {}.", escaped(note)));
    }
}

fn how_to_read(page: &mut Page, comparison: &Comparison) {
    page.heading("How to read it");
    page.line("");
    let first =
        comparison.designs.first().map(|design| escaped(&design.scenario)).unwrap_or_default();
    let lines = [
        "Run k draws the same random numbers in every design. So designs are compared run by run, and what randomness does to both cancels: a difference that is small beside the spread of either design is still seen.".to_string(),
        format!("*Difference*: the number of a design less that of {first} in the same run; the median over runs, with an interval by order statistics. Negative is better."),
        "*better, equal, worse*: in how many runs. *more often*: better or worse when more than half of the runs that differ are, with that confidence (sign test); *not shown* otherwise; *equal*: no run differs.".to_string(),
        "A run that ends before the service is back counts as infinite. Where both designs do, or one ends before the other is back, which is worse is *undecided*, and the interval allows for either.".to_string(),
        "No interruption is better than any, and is not an RTO of 0. Without a promotion nothing is lost for good: a run that ends without one counts as an RPO of 0 beside one that lost writes.".to_string(),
        "*p95*: one run in twenty is worse. Means and medians stand to the last digit that their interval supports.".to_string(),
    ];
    for line in lines {
        page.line(&format!("- {line}"));
    }
}

fn reproduce(page: &mut Page, comparison: &Comparison) {
    page.heading("How to reproduce it");
    page.line("");
    page.line("```sh");
    // A name with a folder in it is a path already.
    let file = |name: &str| {
        let folder = if name.contains(['/', '\\']) { "" } else { "scenarios/" };
        crate::report::text::file_of(name, folder)
    };
    let files: Vec<String> =
        comparison.designs.iter().map(|design| quoted(&file(&design.scenario))).collect();
    // What is set is set in all of them.
    let set = comparison.designs.first().map_or(&[][..], |design| &design.set);
    page.line(&format!(
        "mrsim compare {} --runs {} --seed {}{}",
        files.join(" "),
        comparison.runs_asked,
        comparison.seed,
        crate::report::text::settings(set)
    ));
    page.line("```");
    page.line("");
    page.line(
        "The same command gives the same bytes, on any machine and with any number of threads.",
    );
    page.line("");
    page.line(&format!(
        "- digest: `{}` (SHA-256 over every number of every run)",
        comparison.digest
    ));
    page.line(&format!(
        "- mrsim {}, schema `{}`: all numbers, unrounded, in [comparison.json](comparison.json)",
        comparison.version, comparison.schema
    ));
}
