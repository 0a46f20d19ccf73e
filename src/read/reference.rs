//! The reference of what can be written, as a page and for a terminal.

use super::{Catalogue, Choice, Field, Record, Shape};
use std::fmt::Write;

/// The page: every struct with every field, families first where they are met.
pub fn page(root: fn() -> Record) -> String {
    let catalogue = Catalogue::of(root);
    let mut page = String::new();
    for record in &catalogue.records {
        let _ = write!(page, "{}", section(record, &catalogue));
    }
    page
}

/// A struct as a section: what it is, an entry a field.
fn section(record: &Record, catalogue: &Catalogue) -> String {
    let mut section = format!("## {}\n\n{}\n", record.name, sentence(record.meaning));
    if let Some((kind, choice)) = membership(record, catalogue) {
        let _ = write!(section, "\nOne of: {}. `{}`\n", choice.what, kind.example);
    }
    if let Some(short) = record.short {
        let _ = write!(section, "\nShort: what is written alone is its `{short}`.\n");
    }
    if record.fields.is_empty() {
        return section + "\nIt has no fields.\n\n";
    }
    section += "\n| field | value | default | meaning |\n|---|---|---|---|\n";
    for field in &record.fields {
        let _ = writeln!(
            section,
            "| `{}` | {} | {} | {} |",
            field.name,
            cell(&shape(field)),
            cell(&default(field)),
            cell(&meaning(field)),
        );
    }
    section + "\n"
}

/// The family that a struct belongs to, if it does.
fn membership<'c>(record: &Record, catalogue: &'c Catalogue) -> Option<(super::Kind, &'c Choice)> {
    catalogue.choices.iter().find_map(|choice| {
        let member = choice.members.iter().find(|(kind, _)| kind.name == record.name)?;
        Some((member.0, choice))
    })
}

/// What can be written for a field, with its range.
pub fn shape(field: &Field) -> String {
    let range = field.range.as_ref().map(|(least, most)| format!(", {least} to {most}"));
    format!("{}{}", field.shape, range.unwrap_or_default())
}

/// What stands where a field is not written.
pub fn default(field: &Field) -> String {
    match &field.default {
        _ if field.is_required => "required".to_string(),
        Some(default) => default.clone(),
        None => "none".to_string(),
    }
}

/// What a field means, where its default comes from, and what else it is called.
pub fn meaning(field: &Field) -> String {
    let mut meaning = sentence(field.meaning);
    if let Some(source) = field.source {
        let _ = write!(meaning, " Default: {source}.");
    }
    if let Shape::Words(words) = &field.shape {
        for (word, what) in words() {
            let _ = write!(meaning, " {word}: {}", sentence(what));
        }
    }
    if let Some(was) = field.was {
        let _ = write!(meaning, " Also read as {was}.");
    }
    meaning
}

/// Sentences on one line.
pub fn sentence(meaning: &str) -> String {
    meaning.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
