//! The house keeps its shape: who may use whom, how large things are, and that what the documents
//! name is there. What is allowed is data with its reason; everything else is a violation.

#[path = "architecture/scan.rs"]
mod scan;
#[path = "architecture/words.rs"]
mod words;

use mrsim::family::Kind;
use mrsim::measure::metric::Scope;
use mrsim::{fault, front_door, health, replication, routing, scenario::Scenario};
use scan::{block_end, code, inner_paths, paths, shipped, word};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A room (module at the top of the crate), the rooms it may use, and why no more.
const ROOMS: &[(&str, &str, &str)] = &[
    ("units", "", "everything stands on it"),
    ("id", "", "indexes know nothing of what they count"),
    ("problem", "", "words about a place in a text"),
    ("law", "units", "laws of random times are arithmetic: a share in, a duration out"),
    ("places", "units", "tables of measured distances"),
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
    ("health", "family id law problem read units", "families never see each other"),
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
        "engine::counts fault id law measure replication report scenario trace units world",
        "many runs to one report; of the engine only the exact sums that tests of counts and intervals share",
    ),
    (
        "report",
        "measure::ALL measure::Fold measure::Metric measure::Served measure::Unit measure::availability measure::latency measure::loss measure::metric measure::phases measure::recovery",
        "the answer as data; what its numbers are called stands in the registry, beside how a run gives them, so that a number is one entry",
    ),
    ("chart", "report", "pictures of a report and of nothing else"),
    (
        "validation",
        "campaign conflict engine::random id law measure places read replication report::Interval report::dossier scenario trace units world",
        "cases become scenarios and traces become numbers; random designs come from streams of chance; what it finds is the report's to show",
    ),
    (
        "cli",
        "campaign chart fault family front_door health id law measure places problem read replication report routing scenario trace units validation world",
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
        "chart engine law campaign measure places validation world",
        "where floats with a logarithm or a sine are born: draws, laws, intervals, measures, distances on a sphere, log scales, lifetimes of connections",
    ),
    ("petgraph", "world", "the graph of regions lives in one part of the world"),
    ("plotters", "chart", "pictures"),
    ("png", "chart", "pictures"),
    ("rand", "engine world", "worlds draw; policies, stores and measures do not"),
    ("rand_chacha", "engine", "one place makes streams of chance"),
    ("rayon", "campaign", "only a campaign starts threads"),
    ("ron", "scenario", "the preset file"),
    (
        "ron2",
        "read family fault front_door routing health replication conflict scenario",
        "the syntax tree ends where a scenario begins",
    ),
    (
        "serde",
        "units law id family fault front_door routing health replication conflict scenario report measure chart",
        "presets in, reports out",
    ),
    (
        "serde_json",
        "cli campaign validation",
        "the report is data; its text is made at the edge, and the campaign digests it; cases are data that are read",
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
            violations
                .push(format!("Cargo.toml: {name} has no row in OUTSIDE of tests/architecture.rs"));
        }
    }
    none(&violations);
}

#[test]
fn files_and_functions_fit_a_head() {
    let mut violations = Vec::new();
    for file in
        ["src/", "tests/", "benches/"].into_iter().flat_map(|folder| files_like(folder, ".rs"))
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

#[test]
fn documents_name_what_is_there() {
    let files = files();
    let folders: BTreeSet<&str> =
        files.iter().flat_map(|file| file.match_indices('/').map(|(at, _)| &file[..at])).collect();
    let is_there = |path: &str| {
        let path = path.trim_end_matches('/');
        let is_it = |known: &str| known == path || known.ends_with(&format!("/{path}"));
        files.iter().any(|file| is_it(file)) || folders.iter().any(|folder| is_it(folder))
    };
    let is_path = |token: &str| {
        let plain = token.chars().all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c));
        let in_repository = token.split_once('/').is_some_and(|(top, _)| folders.contains(top));
        let is_file = [".rs", ".toml", ".ron", ".md", ".json", ".jsonl", ".svg", ".png", ".csv"]
            .iter()
            .any(|end| token.len() > end.len() && token.ends_with(end));
        plain
            && (in_repository || is_file && !token.starts_with("my"))
            && !token.starts_with("target/")
    };
    let mut violations = Vec::new();
    for file in files_like("", ".md").iter().filter(|file| !file.starts_with("reports/")) {
        let text = text(file);
        // Every other piece between backticks is code; fences only make empty pieces more.
        let named = text
            .lines()
            .flat_map(|line| line.split('`').skip(1).step_by(2))
            .filter(|token| is_path(token));
        violations.extend(
            named
                .filter(|path| !is_there(path))
                .map(|path| format!("{file} names `{path}`, which is not there")),
        );
    }
    none(&violations);
}

#[test]
fn every_scenario_asks_a_question_and_has_its_report() {
    let mut violations = Vec::new();
    for file in
        files_like("scenarios/", ".ron").iter().filter(|file| file.matches('/').count() == 1)
    {
        let text = text(file);
        let asks =
            text.lines().take_while(|line| line.starts_with("//")).any(|line| line.contains('?'));
        if !asks {
            violations.push(format!("{file} does not begin with a comment that asks its question"));
        }
        let name = file.trim_start_matches("scenarios/").trim_end_matches(".ron");
        let missing = ["report.md", "summary.json"]
            .map(|report| format!("reports/{name}/{report}"))
            .into_iter()
            .filter(|report| !root().join(report).exists());
        violations.extend(missing.map(|report| format!("{report} is missing: mrsim run {file}")));
    }
    none(&violations);
}

#[test]
fn no_file_names_a_place_on_somebodys_machine() {
    let places = ["work", "root", "tmp", "home", "Users"].map(|folder| format!("/{folder}/"));
    let mut violations = Vec::new();
    for file in files() {
        let Ok(text) = fs::read_to_string(root().join(&file)) else { continue };
        for (index, line) in text.lines().enumerate() {
            let is_absolute = |at: usize| {
                !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-}>".contains(c))
            };
            if places
                .iter()
                .any(|place| line.match_indices(place.as_str()).any(|(at, _)| is_absolute(at)))
            {
                violations.push(format!("{file}:{}: {}", index + 1, line.trim()));
            }
        }
    }
    none(&violations);
}

/// A scenario with a place for one member of each family.
struct Skeleton<'m> {
    policy: &'m str,
    store: &'m str,
    check: &'m str,
    fault: &'m str,
    door: &'m str,
}

/// The name in `Kind(name: "..", ..)`.
fn name_in(example: &str) -> &str {
    example.split('"').nth(1).expect("it begins with its name")
}

/// `Kind` of `Kind(..)`.
fn name_of(example: &str) -> &str {
    example.split('(').next().expect("it begins with its name")
}

impl Skeleton<'_> {
    fn text(&self) -> String {
        // What nothing uses is a mistake: checks are only looked at, and the name leads to the door and to the policy.
        let probes = [("tokyo", "ap-northeast-1"), ("virginia", "us-east-1")]
            .map(|(name, region)| format!("HealthCheck(name: \"{name}\", watches: \"{region}\")"));
        let checks = probes
            .iter()
            .map(String::as_str)
            .chain([self.check])
            .filter(|check| *check == self.check || name_in(check) != name_in(self.check));
        let checks: Vec<String> = checks
            .map(|check| format!("{}, observed: true)", check.strip_suffix(')').expect("a struct")))
            .collect();
        let to_door = format!(
            "Failover(primary: To(door: \"{}\", check: \"tokyo\"), secondary: To(alias: {}))",
            name_in(self.door),
            self.policy
        );
        // A list that clients hold has no name, so neither a time to live nor a place below another policy.
        let is_list = self.policy.starts_with("RegionList");
        let (ttl, policy) =
            if is_list { ("", self.policy) } else { ("ttl: \"60s\", ", to_door.as_str()) };
        let doors = if is_list { "" } else { self.door };
        // Clocks matter where several regions write.
        let store = if name_of(self.fault) == "ClockSkew" {
            "MultiWriter(lag: \"1s\")"
        } else {
            self.store
        };
        // Copies serve nobody before they are restored.
        let regions = match name_of(store) {
            "Snapshots" => "writer: \"ap-northeast-1\"",
            "StrongRegions" => "regions: [\"ap-northeast-1\", \"us-east-1\"]",
            _ => "writer: \"ap-northeast-1\", readers: [\"us-east-1\"]",
        };
        format!(
            "Scenario(question: \"Does the example read?\", run: \"30min\", regions: [\"ap-northeast-1\", \"us-east-1\", \"eu-west-1\"],
             users: [Population(name: \"Japan\", place: \"japan\", users: 1000, reads: \"40 req/h\", writes: \"4 req/h\")],
             health_checks: [{}], front_doors: [{doors}], routing: Routing({ttl}policy: {policy}),
             stores: [Store(name: \"orders\", {regions}, replication: {})],
             faults: [{}])",
            checks.join(", "),
            store,
            self.fault
        )
    }
}

#[test]
fn every_registered_member_says_what_it_does_and_its_example_reads() {
    let families = [
        routing::Policy::KINDS,
        replication::Replication::KINDS,
        health::KINDS,
        fault::Fault::KINDS,
        front_door::FrontDoor::KINDS,
    ];
    // A CDN by the name that the examples of faults have.
    let base = [0, 0, 0, 0, 1]
        .iter()
        .zip(families)
        .map(|(first, kinds): (&usize, &[Kind])| kinds[*first].example);
    let base: Vec<&str> = base.collect();
    for (slot, kinds) in families.into_iter().enumerate() {
        for Kind { name, summary, example } in kinds {
            assert!(
                summary.len() > 20 && !summary.contains('\n'),
                "{name} says in one line what it does"
            );
            assert!(example.starts_with(&format!("{name}(")), "the example of {name} shows {name}");
            let mut examples = base.clone();
            examples[slot] = example;
            let skeleton = Skeleton {
                policy: examples[0],
                store: examples[1],
                check: examples[2],
                fault: examples[3],
                door: examples[4],
            };
            if let Err(problems) = Scenario::parse(&skeleton.text()) {
                panic!("the example of {name} does not read: {problems:#?}");
            }
        }
    }
}

/// Every number of every table: a key of its own, a label, a line that says what it means to a reader who sees no other line.
#[test]
fn every_number_has_a_name_of_its_own_and_a_meaning() {
    for metrics in Scope::EVERY.map(Scope::metrics) {
        let keys: BTreeSet<&str> = metrics.iter().map(|metric| metric.key).collect();
        assert_eq!(keys.len(), metrics.len(), "keys are unique");
        for metric in metrics {
            let key = metric.key;
            let is_key = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            assert!(key.chars().all(is_key), "{key}: a key for programs");
            assert!(
                !metric.label.is_empty() && metric.meaning.len() > 12,
                "{key} says what it means"
            );
            assert!(!metric.meaning.starts_with("the same"), "{key} does not lean on another line");
            let whole = metric.part_of;
            assert!(whole.is_empty() || keys.contains(whole), "{key} is a part of {whole}");
        }
    }
}
