//! The house keeps its shape: who may use whom, how large things are, and that what the documents
//! name is there. What is allowed is data with its reason; everything else is a violation.

mod documents;
mod members;
mod scan;
mod words;
mod world;

use scan::{block_end, code, inner_paths, paths, shipped, word};
use std::fs;
use std::path::Path;

/// A room (module at the top of the crate), the rooms it may use, and why no more.
const ROOMS: &[(&str, &str, &str)] = &[
    ("units", "", "everything stands on it"),
    ("id", "", "indexes know nothing of what they count"),
    ("problem", "", "words about a place in a text"),
    ("law", "units", "laws of random times are arithmetic: a share in, a duration out"),
    ("places", "id units", "tables of measured distances"),
    ("read", "id law problem units", "text to values; it must not know what is read"),
    ("family", "problem read", "one macro for all families"),
    ("engine", "units", "it knows nothing of regions, users or stores"),
    (
        "fault",
        "family health::Endpoint id law places problem read units",
        "families decide, draw nothing and own no clock; what a caller meets is health's word, checkers and users stand at places",
    ),
    (
        "routing",
        "family id law places problem read units",
        "a policy sees belief and places that are handed in, never health checks or truth",
    ),
    (
        "front_door",
        "family id problem read routing::Draw routing::Patience routing::View units",
        "a door sees what a policy sees and picks as patiently; it knows no policy",
    ),
    (
        "health",
        "family id law places problem read units",
        "families never see each other; checkers stand at places",
    ),
    (
        "replication",
        "conflict family id law problem read units",
        "a store names the policy that settles its conflicts; other families it never sees",
    ),
    (
        "conflict",
        "family id problem read units",
        "policies decide from states and stamps that are handed in: no clock, no chance, no network",
    ),
    (
        "scenario",
        "family fault front_door health id law places problem read replication routing units",
        "what is written; nothing that runs",
    ),
    ("trace", "id law units", "what happened, in plain values: measures need no world to read it"),
    (
        "world",
        "conflict engine fault front_door health id law places replication routing scenario trace units",
        "it runs; what its facts mean is for measures to say",
    ),
    ("measure", "id law units trace", "a number may depend on the trace alone"),
    (
        "campaign",
        "engine::counts fault id law measure read replication report scenario trace units world",
        "many runs to one report; of the engine only the exact sums that tests of counts and intervals share",
    ),
    (
        "report",
        "measure::ALL measure::Fold measure::Metric measure::Served measure::Unit measure::availability measure::latency measure::loss measure::metric measure::phases measure::recovery",
        "the answer as data; what its numbers are called stands in the registry, beside how a run gives them, so that a number is one entry",
    ),
    (
        "chart",
        "report measure::metric::Scope",
        "pictures of a report and of nothing else; a test looks whether every fate in the registry has its colour",
    ),
    (
        "validation",
        "campaign conflict engine::random id law measure places read replication report::Interval report::dossier scenario trace units world",
        "cases become scenarios and traces become numbers; random designs come from streams of chance; what it finds is the report's to show",
    ),
    (
        "cli",
        "campaign chart conflict fault family front_door health id law measure places problem read replication report routing scenario trace units validation world",
        "the outermost room",
    ),
    ("main", "cli", "arguments in, exit code out"),
];

/// A path outside the crate, the rooms that may use it, and why. Every dependency has its row.
const OUTSIDE: &[(&str, &str, &str)] = &[
    ("std::fs", "cli", "files belong to whoever answers for them to the user"),
    ("std::env", "cli main", "a result depends on scenario, seed and version alone"),
    ("std::time", "", "simulated time is units::Instant; nobody here reads the wall clock"),
    ("std::process", "cli main", "a library never ends the program"),
    ("std::net", "", "nothing here talks to a network"),
    ("std::thread", "campaign", "only a campaign starts threads"),
    ("std::io::stdout", "cli main", "the library is silent"),
    ("std::io::stderr", "cli main", "the library is silent"),
    ("std::collections::HashMap", "", "its order differs from run to run"),
    ("std::collections::HashSet", "", "its order differs from run to run"),
    ("annotate_snippets", "cli", "the look of errors"),
    ("clap", "cli main", "the words of the command line"),
    ("comfy_table", "cli report", "tables of text"),
    ("ctrlc", "cli", "an interrupt is a wish of the user"),
    ("indicatif", "cli", "progress is for people on a terminal"),
    (
        "libm",
        "chart engine law campaign measure places read validation world",
        "where floats with a logarithm or a sine are born: draws, laws, intervals, measures, distances on a sphere, log scales, lifetimes of connections, the width between two quantiles",
    ),
    ("petgraph", "world", "the graph of regions lives in one part of the world"),
    ("plotters", "chart", "pictures"),
    ("png", "chart", "pictures"),
    ("rand", "engine world", "worlds draw; policies, stores and measures do not"),
    ("rand_chacha", "engine", "one place makes streams of chance"),
    ("rayon", "campaign", "only a campaign starts threads"),
    ("boon", "", "tests hold the JSON Schema against it"),
    ("ron", "", "tests read what we write by it"),
    ("ron2", "read", "the syntax tree of the parser ends where a scenario is a tree of its own"),
    (
        "serde",
        "units law id read family fault front_door routing health replication conflict scenario report measure chart",
        "reports out, and back in",
    ),
    (
        "serde_json",
        "cli campaign read validation",
        "the report is data; its text is made at the edge, and the campaign digests it; cases are data that are read; a schema is JSON",
    ),
    ("sha2", "campaign", "the digest of a result"),
    ("strsim", "problem", "the nearest name"),
    ("ttf_parser", "chart", "widths of letters"),
];

/// Macros that print: for the command line only.
const PRINTING: [&str; 5] = ["println!", "print!", "eprintln!", "eprint!", "dbg!"];

const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 70;
/// What is larger, with its size. Numbers here only shrink, and no line is added.
const LARGER: &[(&str, usize)] = &[];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files of the repository in order, by their path from its root.
fn files() -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root().to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder can be read") {
            let path = entry.expect("an entry can be read").path();
            let name = path
                .strip_prefix(root())
                .expect("below the root")
                .to_str()
                .expect("names are UTF-8")
                .replace('\\', "/");
            match path.is_dir() {
                true if name == "target" || name == ".git" => {}
                true => folders.push(path),
                false => found.push(name),
            }
        }
    }
    found.sort();
    found
}

fn files_like(start: &str, end: &str) -> Vec<String> {
    files().into_iter().filter(|file| file.starts_with(start) && file.ends_with(end)).collect()
}

fn text(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn none(violations: &[String]) {
    assert!(violations.is_empty(), "{} violations:\n{}", violations.len(), violations.join("\n"));
}

fn room_of(file: &str) -> &str {
    word(file.trim_start_matches("src/"))
}

fn begins_with_path(path: &str, start: &str) -> bool {
    path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Files that are shipped: neither the list of rooms nor a file of unit tests.
fn shipped_files() -> Vec<(String, String)> {
    let files = files_like("src/", ".rs")
        .into_iter()
        .filter(|file| file != "src/lib.rs" && !file.ends_with("/tests.rs"));
    files.map(|file| (shipped(&text(&file)), file)).map(|(code, file)| (file, code)).collect()
}

#[test]
fn rooms_use_only_the_rooms_below_them() {
    let mut violations = Vec::new();
    for (file, code) in shipped_files() {
        let room = room_of(&file);
        let Some((_, allowed, why)) = ROOMS.iter().find(|(name, ..)| *name == room) else {
            violations.push(format!("{file}: the room {room} is not in ROOMS"));
            continue;
        };
        for (line, path) in inner_paths(&file, &code) {
            let is_allowed = path == "*"
                || begins_with_path(&path, room)
                || allowed.split_whitespace().any(|start| begins_with_path(&path, start));
            if !is_allowed {
                violations.push(format!(
                    "{file}:{line}: {room} uses {path}, but may use only [{allowed}]: {why}"
                ));
            }
        }
    }
    none(&violations);
}

#[test]
fn the_outside_is_used_where_it_belongs() {
    let mut violations = Vec::new();
    for (file, code) in shipped_files() {
        let room = room_of(&file);
        for (outside, rooms, why) in OUTSIDE
            .iter()
            .filter(|(_, rooms, _)| !rooms.split_whitespace().any(|allowed| allowed == room))
        {
            let uses = paths(&code, word(outside))
                .into_iter()
                .filter(|(_, path)| begins_with_path(path, outside));
            violations.extend(uses.map(|(line, path)| {
                format!("{file}:{line}: {room} uses {path}, which is for [{rooms}]: {why}")
            }));
        }
        let prints = PRINTING
            .into_iter()
            .filter(|name| room != "cli" && room != "main" && code.contains(name));
        violations.extend(
            prints.map(|name| format!("{file}: {room} uses {name}; the library is silent")),
        );
    }
    none(&violations);
}

#[test]
fn every_dependency_says_why_and_has_its_rooms() {
    let manifest = text("Cargo.toml");
    let mut violations = Vec::new();
    let mut section = "";
    for line in manifest.lines() {
        section = if line.starts_with('[') { line } else { section };
        let Some((name, _)) = line.split_once(" = ").filter(|_| section.contains("dependencies]"))
        else {
            continue;
        };
        if line.split_once("# ").is_none_or(|(_, why)| why.trim().len() < 10) {
            violations.push(format!("Cargo.toml: {name} has no comment that says what it is for"));
        }
        if section == "[dependencies]"
            && !OUTSIDE.iter().any(|(outside, ..)| *outside == name.replace('-', "_"))
        {
            violations.push(format!(
                "Cargo.toml: {name} has no row in OUTSIDE of tests/architecture/main.rs"
            ));
        }
    }
    none(&violations);
}

#[test]
fn files_and_functions_fit_a_head() {
    let mut violations = Vec::new();
    for file in ["src/", "tests/", "benches/", "examples/"]
        .into_iter()
        .flat_map(|folder| files_like(folder, ".rs"))
    {
        let text = text(&file);
        if !text.starts_with("//!") {
            violations
                .push(format!("{file}: the first line does not say what the file is for (//!)"));
        }
        let mut sizes = vec![(file.clone(), text.lines().count(), FILE_LINES)];
        let code = code(&text);
        for (at, _) in code
            .match_indices("fn ")
            .filter(|(at, _)| !code[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
        {
            if let Some(end) = block_end(&code, at) {
                sizes.push((
                    format!("{file}::{}", word(&code[at + 3..])),
                    1 + code[at..end].matches('\n').count(),
                    FUNCTION_LINES,
                ));
            }
        }
        for (what, size, limit) in sizes {
            match LARGER.iter().find(|(name, _)| *name == what) {
                Some((_, known)) if size <= limit => violations
                    .push(format!("{what} fits by now: take its line ({known}) out of LARGER")),
                Some((_, known)) if size < *known => violations.push(format!(
                    "{what} has shrunk to {size} lines: write so in LARGER, not {known}"
                )),
                Some((_, known)) if size == *known => {}
                _ if size > limit => {
                    violations.push(format!("{what} has {size} lines, more than {limit}"))
                }
                _ => {}
            }
        }
    }
    none(&violations);
}
