//! The schema pages of docs, written from the doc comments of the report and from the registry of numbers.
//!
//! ```text
//!  src/report*.rs, words of enums --+--> docs/result.md, docs/comparison.md: a section for each type
//!  registry of numbers -------------'
//! ```

use mrsim::measure::metric::{Fold, Metric, Scope};
use std::path::Path;

/// A page: its types in order, and the enums whose words it lists.
pub struct Page {
    pub file: &'static str,
    structs: &'static [&'static str],
    enums: &'static [(&'static str, &'static str)],
}

pub const PAGES: [Page; 2] = [
    Page {
        file: "docs/result.md",
        structs: &["src/report.rs", "src/report/consistency.rs", "src/report/drawn.rs"],
        enums: &[
            ("src/report.rs", "Finding"),
            ("src/report.rs", "Objective"),
            ("src/report/drawn.rs", "MarkKind"),
            ("src/measure/metric.rs", "Unit"),
            ("src/measure/replay.rs", "Served"),
            ("src/measure/latency.rs", "Window"),
            ("src/measure/phases.rs", "Phase"),
        ],
    },
    Page {
        file: "docs/comparison.md",
        structs: &["src/report/comparison.rs"],
        enums: &[("src/report/comparison.rs", "Standing")],
    },
];

/// Rows that are made of numbers of the registry.
const TABLES: [(&str, Scope); 7] = [
    ("UserRecovery", Scope::Users),
    ("Ledger", Scope::Store),
    ("Consistency", Scope::MultiWriter),
    ("Latency", Scope::Requests),
    ("CheckRow", Scope::Check),
    ("QuorumRow", Scope::Quorum),
    ("PopulationRow", Scope::Population),
];

impl Page {
    /// The page as it should be: its introduction stays, everything from the first section on is written anew.
    pub fn text(&self, root: &Path) -> String {
        let read = |file: &str| std::fs::read_to_string(root.join(file)).expect("a source file");
        let old = read(self.file);
        let mut page = old.split("\n## ").next().unwrap_or_default().trim_end().to_string() + "\n";
        for item in self.structs.iter().flat_map(|file| items(&read(file), "pub struct ")) {
            page += &format!("\n## {}\n\n{}\n\n", item.name, item.doc);
            page += "| field | type | meaning |\n|---|---|---|\n";
            for line in &item.lines {
                page += &row(&item.name, line);
            }
        }
        page += "\n## Words\n\n| type | values |\n|---|---|\n";
        for (file, name) in self.enums {
            let text = read(file);
            let found = items(&text, "pub enum ").into_iter().find(|item| item.name == *name);
            page += &words(&found.unwrap_or_else(|| panic!("{name} is in {file}")));
        }
        page
    }
}

/// A struct or an enum with its doc comment, and its fields or members with theirs.
struct Item {
    name: String,
    doc: String,
    snake: bool,
    lines: Vec<Line>,
}

struct Line {
    doc: String,
    code: String,
    renamed: Option<String>,
    is_flat: bool,
    is_optional: bool,
}

/// The items of a source file that are written to JSON.
fn items(text: &str, keyword: &str) -> Vec<Item> {
    let lines: Vec<&str> = text.lines().collect();
    let starts = lines.iter().enumerate().filter(|(_, line)| line.starts_with(keyword));
    let item = |(at, line): (usize, &&str)| {
        let before = lines[..at].iter().rposition(|line| line.trim().is_empty() || *line == "}");
        let head = &lines[before.map_or(0, |at| at + 1)..at];
        let end = at + lines[at..].iter().position(|line| line.starts_with('}'))?;
        let is_written = head.iter().any(|line| line.contains("Serialize"));
        let is_plain = line.ends_with('{') && !head.iter().any(|line| line.contains("untagged"));
        (is_written && is_plain).then(|| Item {
            name: line[keyword.len()..].trim_end_matches([' ', '{']).to_string(),
            doc: doc(head),
            snake: head.iter().any(|line| line.contains("snake_case")),
            lines: parts(&lines[at + 1..end]),
        })
    };
    starts.filter_map(item).filter(|item| item.name != "AllUsers").collect()
}

fn doc(lines: &[&str]) -> String {
    let words = lines.iter().filter_map(|line| line.trim().strip_prefix("/// "));
    words
        .collect::<Vec<_>>()
        .join(" ")
        .replace("`None`", "`null`")
        .replace("[`SCHEMA`]", "the name above")
}

/// Fields or members, each behind its comments and attributes.
fn parts(lines: &[&str]) -> Vec<Line> {
    let mut found = Vec::new();
    let mut head: Vec<&str> = Vec::new();
    for line in lines.iter().map(|line| line.trim()) {
        if line.starts_with("//") || line.starts_with('#') {
            head.push(line);
            continue;
        }
        let has = |word: &str| head.iter().any(|line| line.starts_with('#') && line.contains(word));
        let rename = head.iter().find_map(|line| line.split("rename = \"").nth(1));
        if !has("serde(skip)") {
            found.push(Line {
                doc: doc(&head),
                code: line.trim_start_matches("pub ").trim_end_matches(',').to_string(),
                renamed: rename.and_then(|word| word.split('"').next()).map(str::to_string),
                is_flat: has("flatten"),
                is_optional: has("skip_serializing_if"),
            });
        }
        head.clear();
    }
    found
}

/// The rows of a field: one, or those of all numbers of a table.
fn row(of: &str, line: &Line) -> String {
    if line.is_flat {
        let (_, scope) = TABLES.iter().find(|(name, _)| *name == of).expect("a table of numbers");
        return scope.metrics().iter().map(number).collect();
    }
    let (name, kind) = line.code.split_once(": ").expect("a field with its type");
    let left_out = if line.is_optional { " Left out where there is none." } else { "" };
    format!("| `{name}` | {} | {}{left_out} |\n", kind_words(kind), line.doc)
}

fn number(metric: &Metric) -> String {
    let kind = match metric.fold {
        Fold::Total(_) | Fold::Most(_) | Fold::RunsWith(_) | Fold::Alike(_) => "integer",
        Fold::Is(_) => "true or false",
        Fold::Mean(_) | Fold::MeanOf(_) | Fold::TotalSeconds(_) | Fold::Ratio(_) => "number",
        Fold::OverRequests(_) | Fold::RequestsFailed => "optional number",
        Fold::UsersAffected => "number",
        _ => "optional Interval",
    };
    let mut meaning = metric.meaning.to_string();
    meaning[..1].make_ascii_uppercase();
    format!("| `{}` | {kind} | {meaning}. |\n", metric.key)
}

fn kind_words(kind: &str) -> String {
    let inner = |prefix: &str| kind.strip_prefix(prefix).and_then(|rest| rest.strip_suffix('>'));
    if let Some(kind) = inner("Vec<") {
        return format!("list of {}", kind_words(kind));
    }
    if let Some(kind) = inner("Option<") {
        return format!("optional {}", kind_words(kind));
    }
    match kind.rsplit("::").next().unwrap_or(kind) {
        "String" | "Users" => "string".into(),
        "bool" => "true or false".into(),
        "u64" | "usize" => "integer".into(),
        "f64" => "number".into(),
        "(f64, f64)" => "(number, number)".into(),
        other => other.into(),
    }
}

/// The values of an enum, with what each means where that is said.
fn words(item: &Item) -> String {
    let value = |line: &Line| {
        let name = line.renamed.clone().unwrap_or_else(|| match item.snake {
            true => snake(&line.code),
            false => line.code.clone(),
        });
        match line.doc.is_empty() {
            true => format!("`\"{name}\"`"),
            false => format!("`\"{name}\"`: {}", line.doc.trim_end_matches('.')),
        }
    };
    let values: Vec<String> = item.lines.iter().map(value).collect();
    let name = if item.name == "Phase" { "PhaseName" } else { &item.name };
    format!("| {name} | {} |\n", values.join("; "))
}

fn snake(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.push(c.to_ascii_lowercase());
    }
    text
}
