//! Prints what is written as RON, on one line.

use super::Node;
use super::node::{Body, Entry, Written};
use std::fmt;

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&flat(self))
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
