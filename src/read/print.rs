//! Prints what is written as RON: on one line where it fits, else an entry a line.

use super::Node;
use super::node::{Body, Entry, Written};
use std::fmt;

/// The width of a line.
const WIDTH: usize = 100;
/// Blanks by which what is inside stands in.
const INDENT: usize = 4;

impl fmt::Display for Node {
    /// On one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&flat(self))
    }
}

impl Node {
    /// Over as many lines as it needs.
    pub fn pretty(&self) -> String {
        let mut text = String::new();
        lay_out(self, 0, 0, &mut text);
        text.push('\n');
        text
    }
}

fn flat(node: &Node) -> String {
    let joined = |nodes: &[Node]| nodes.iter().map(flat).collect::<Vec<_>>().join(", ");
    match &node.written {
        Written::Text(text) => quoted(text),
        Written::Number(number) => number.clone(),
        Written::Bool(value) => value.to_string(),
        Written::List(items) => format!("[{}]", joined(items)),
        Written::Map(entries) => format!("{{{}}}", entries_flat(entries, true)),
        Written::Struct { name, body } => {
            let name = name.as_deref().unwrap_or("");
            match body {
                Body::Bare if name.is_empty() => "()".into(),
                Body::Bare => name.into(),
                Body::Fields(fields) => format!("{name}({})", entries_flat(fields, false)),
                Body::Values(values) => format!("{name}({})", joined(values)),
            }
        }
        Written::Other(what) => format!("/* {what} */"),
    }
}

fn entries_flat(entries: &[Entry], is_map: bool) -> String {
    let entry = |entry: &Entry| format!("{}: {}", key(entry, is_map), flat(&entry.value));
    entries.iter().map(entry).collect::<Vec<_>>().join(", ")
}

fn key(entry: &Entry, is_map: bool) -> String {
    if is_map { quoted(&entry.name) } else { entry.name.clone() }
}

/// Writes a node that begins in `column` of a line that is indented by `indent`.
fn lay_out(node: &Node, column: usize, indent: usize, text: &mut String) {
    let line = flat(node);
    if column + line.chars().count() < WIDTH && !is_whole_file(node, indent) {
        text.push_str(&line);
        return;
    }
    let inner = indent + INDENT;
    let mut lines = |open: &str, close: &str, entries: Vec<(String, &Node)>| {
        text.push_str(open);
        text.push('\n');
        for (key, value) in entries {
            text.push_str(&" ".repeat(inner));
            text.push_str(&key);
            lay_out(value, inner + key.chars().count() + 1, inner, text);
            text.push_str(",\n");
        }
        text.push_str(&" ".repeat(indent));
        text.push_str(close);
    };
    let keyed = |entries: &'_ [Entry], is_map: bool| -> Vec<(String, usize)> {
        let keys = entries.iter().enumerate();
        keys.map(|(index, entry)| (format!("{}: ", key(entry, is_map)), index)).collect()
    };
    match &node.written {
        Written::List(items) => {
            lines("[", "]", items.iter().map(|item| (String::new(), item)).collect());
        }
        Written::Map(entries) => {
            let keys = keyed(entries, true);
            lines("{", "}", keys.into_iter().map(|(key, at)| (key, &entries[at].value)).collect());
        }
        Written::Struct { name, body: Body::Fields(entries) } => {
            let keys = keyed(entries, false);
            let open = format!("{}(", name.as_deref().unwrap_or(""));
            lines(
                &open,
                ")",
                keys.into_iter().map(|(key, at)| (key, &entries[at].value)).collect(),
            );
        }
        Written::Struct { name, body: Body::Values(values) } => {
            let open = format!("{}(", name.as_deref().unwrap_or(""));
            lines(&open, ")", values.iter().map(|value| (String::new(), value)).collect());
        }
        _ => text.push_str(&line),
    }
}

/// The outermost struct is broken into lines however short it is.
fn is_whole_file(node: &Node, indent: usize) -> bool {
    indent == 0 && !node.fields().is_empty()
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
