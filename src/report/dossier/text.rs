//! The dossier on a terminal: every case in its family, the planted mistakes, and what it comes to.

use super::sections;
use super::{Control, Dossier, Family, Row, allowance, number, share, signed};
use crate::report::numbers::plural;
use crate::report::text::{Look, Page, Tone};

/// The whole dossier, ending in a line break.
pub fn render(dossier: &Dossier, look: Look) -> String {
    let mut page = Page::new(look);
    page.line(&page.paint(
        Tone::Strong,
        &format!("Validation of mrsim {} at scale {}", dossier.version, dossier.scale),
    ));
    for family in &dossier.families {
        self::family(&mut page, family);
    }
    sections::on_screen(&mut page, dossier);
    controls(&mut page, &dossier.controls);
    page.gap();
    verdict(&mut page, dossier);
    page.finish()
}

/// Only what it comes to.
pub fn render_verdict(dossier: &Dossier, look: Look) -> String {
    let mut page = Page::new(look);
    verdict(&mut page, dossier);
    page.finish()
}

fn family(page: &mut Page, family: &Family) {
    page.heading(&format!("{} ({})", family.title, family.key));
    if !family.rows.is_empty() {
        let cells = |row: &Row| {
            let mark = if row.passes { "" } else { "REJECTED" };
            let (expected, ours) = (number(row.expected), number(row.ours));
            vec![
                row.id.clone(),
                family.source(row),
                expected,
                ours,
                allowance(row),
                row.n.to_string(),
                signed(row.z),
                mark.to_string(),
            ]
        };
        let head = ["case", "source", "expected", "ours", "allowed", "n", "z", ""];
        page.table(&head, family.rows.iter().map(cells).collect(), &[1, 2, 3, 4, 5, 6]);
        for (index, source) in family.sources().into_iter().enumerate() {
            page.wrapped(&format!("  source {}: ", index + 1), source);
        }
    }
    for group in &family.unexpressed {
        page.wrapped(
            "  not yet: ",
            &format!(
                "{} ({}): {}",
                group.beginning,
                plural(group.cases as u64, "case"),
                group.reason
            ),
        );
    }
}

fn controls(page: &mut Page, controls: &[Control]) {
    if controls.is_empty() {
        return;
    }
    page.heading("Mistakes that were planted, and the cases that catch them");
    let cells = |control: &Control| {
        let mark = if control.caught { "caught" } else { "NOT CAUGHT" };
        let (expected, ours) = (number(control.expected), number(control.ours));
        vec![
            control.mistake.to_string(),
            control.case.clone(),
            expected,
            ours,
            signed(control.distance),
            mark.to_string(),
        ]
    };
    page.table(
        &["mistake", "case", "expected", "mistaken", "z", ""],
        controls.iter().map(cells).collect(),
        &[2, 3, 4],
    );
}

/// What it comes to, a sentence each.
pub fn summary(dossier: &Dossier) -> Vec<String> {
    let (cases, passes) = (dossier.rows().count(), dossier.passes());
    let mut lines = Vec::new();
    if !dossier.families.is_empty() {
        let cases = plural(cases as u64, "case");
        lines.push(format!(
            "{cases}, {passes} of them as expected; {} cannot be expressed in a scenario yet.",
            dossier.unexpressed()
        ));
    }
    let z = dossier.z();
    if let Some(largest) = dossier.largest() {
        let percent = |is_it: &dyn Fn(f64) -> bool| 100.0 * share(&z, is_it);
        lines.push(format!(
            "{} in standard errors: largest {largest:+.2}; {:.1}% beyond 2 (expected 5%), {:.1}% beyond 1 (32%), {:.1}% positive (50%).",
            plural(z.len() as u64, "deviation"),
            percent(&|z| z.abs() > 2.0),
            percent(&|z| z.abs() > 1.0),
            percent(&|z| z > 0.0)
        ));
    }
    lines.extend(sections::summary(dossier));
    if !dossier.controls.is_empty() {
        let caught = dossier.controls.iter().filter(|control| control.caught).count();
        lines.push(format!(
            "{} planted on purpose, {caught} of them caught.",
            plural(dossier.controls.len() as u64, "mistake")
        ));
    }
    lines
}

fn verdict(page: &mut Page, dossier: &Dossier) {
    summary(dossier).iter().for_each(|line| page.wrapped("", line));
    let failures = dossier.failures();
    if dossier.partial {
        page.line("PARTIAL: interrupted; cases are missing");
    }
    match failures.is_empty() {
        true => page.line(&page.paint(Tone::Good, "VALID: every number above is reproduced")),
        false => {
            page.line(&page.paint(
                Tone::Bad,
                &format!("NOT VALID: {}", plural(failures.len() as u64, "failure")),
            ))
        }
    }
    failures.iter().for_each(|failure| page.wrapped("  ", failure));
}
