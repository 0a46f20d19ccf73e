//! The parts of the world know nothing of one another: none imports another, none makes another act, none writes another's fields.
//! What one part changes it says as a `Change`, and `src/world/reactions.rs` alone says who reacts. Exceptions are data with a reason.

use super::scan::{block_end, inner_paths, word};
use super::{none, shipped_files};
use std::collections::BTreeMap;

/// The parts, each with its struct.
const PARTS: &[(&str, &str)] = &[
    ("regions", "Regions"),
    ("health", "Health"),
    ("names", "Names"),
    ("clients", "Clients"),
    ("requests", "Requests"),
    ("accounting", "Accounting"),
    ("stores", "Stores"),
    ("items", "ItemStores"),
    ("quorums", "Quorums"),
];

/// A part, what it may import of another, and why.
const IMPORTS: &[(&str, &str, &str)] = &[
    ("requests", "regions", "what a request meets is the truth about regions"),
    (
        "stores",
        "regions",
        "who sees a majority, which end of a fault it is, what a channel carries",
    ),
    ("items", "regions::Link", "whether changes travel between two replicas"),
    ("requests", "stores::StoreState", "what a request meets at a store is read off its state"),
    ("requests", "stores::Serves", "and depends on who answers"),
    ("requests", "stores::commits", "a write waits for what its commit waits for"),
    ("clients", "names::Source", "what a resolver's question brings is the name servers' word"),
    ("stores", "accounting::Slice", "writes are dated by the time that was booked"),
];

/// Part, part that it makes act, how, and why nothing that anybody sees changes by that.
const ACTS: &[(&str, &str, &str, &str)] = &[
    ("clients", "names", "id_of", "an answer that was not met before gets a number"),
    ("clients", "names", "id_of_tried", "the same, of what clients come to try"),
];

/// Part, part whose `&self` method on the world it asks, which, and why.
const QUESTIONS: &[(&str, &str, &str, &str)] = &[
    ("clients", "names", "view", "a door that picks for a connection sees what name servers see"),
    ("requests", "names", "view", "a door that picks for a request sees it too"),
    (
        "clients",
        "requests",
        "is_accepted",
        "whether a connection opens is what a request would meet",
    ),
    ("health", "requests", "context_of", "a deep check meets what a request would meet"),
];

/// The part that a file belongs to; `None`: the story, which lets one part affect another.
fn part_of(file: &str) -> Option<&'static str> {
    let part = word(file.strip_prefix("src/world/")?);
    PARTS.iter().map(|(name, _)| *name).find(|name| *name == part)
}

/// Files of the world with their code.
fn files() -> Vec<(String, String)> {
    shipped_files().into_iter().filter(|(file, _)| file.starts_with("src/world")).collect()
}

/// How a method takes what it is called on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Takes {
    Shared,
    Mutable,
}

/// The methods of a file, with the type that they are of.
fn methods(code: &str) -> Vec<(String, String, Takes)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("\nimpl") {
        let Some(end) = block_end(code, at) else { continue };
        let head = &code[at + 1..at + code[at..].find('{').expect("a block has a brace")];
        if head.contains(" for ") {
            continue;
        }
        let of = head.trim_start_matches("impl").trim_start_matches("<'s>").trim();
        for (start, _) in code[at..end].match_indices("fn ") {
            let rest = &code[at + start + 3..end];
            let given = rest[rest.find('(').expect("a method has arguments") + 1..].trim_start();
            let takes = if given.starts_with("&mut self") {
                Takes::Mutable
            } else if given.starts_with("&self") {
                Takes::Shared
            } else {
                continue;
            };
            found.push((word(of).to_string(), word(rest).to_string(), takes));
        }
    }
    found
}

/// Names called on `start`, such as `self` or `self.names`.
fn calls<'a>(code: &'a str, start: &str) -> Vec<&'a str> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("self") {
        let mut rest = &code[at..];
        let is_met = start.split('.').all(|step| {
            let begins = rest.strip_prefix(step).is_some_and(|after| {
                !after.starts_with(|next: char| next.is_alphanumeric() || next == '_')
            });
            if begins {
                rest = rest[step.len()..].trim_start();
                rest = rest.strip_prefix('.').map_or("", str::trim_start);
            }
            begins
        });
        let name = word(rest);
        if is_met && !name.is_empty() && rest[name.len()..].starts_with('(') {
            found.push(name);
        }
    }
    found
}

#[test]
fn no_part_of_the_world_imports_another() {
    let mut violations = Vec::new();
    let mut unused: Vec<&(&str, &str, &str)> = IMPORTS.iter().collect();
    for (file, code) in files() {
        let Some(part) = part_of(&file) else { continue };
        for (line, path) in inner_paths(&file, &code) {
            let Some(path) = path.strip_prefix("world::") else { continue };
            let is_other = word(path) != part && PARTS.iter().any(|(name, _)| *name == word(path));
            if !is_other {
                continue;
            }
            let allows = |row: &&(&str, &str, &str)| row.0 == part && path.starts_with(row.1);
            unused.retain(|row| !allows(row));
            if !IMPORTS.iter().any(|row| allows(&row)) {
                violations
                    .push(format!("{file}:{line}: {part} imports {path}: say it as a Change"));
            }
        }
    }
    violations.extend(unused.iter().map(|row| format!("nobody needs {row:?} of IMPORTS")));
    none(&violations);
}

/// Who crosses to whom by which call, and what it takes.
fn crossings(files: &[(String, String)]) -> Vec<(String, String, String, Takes)> {
    let mut of_world: BTreeMap<String, (&str, Takes)> = BTreeMap::new();
    let mut of_parts: Vec<(&str, String)> = Vec::new();
    let mut own: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (file, code) in files {
        let Some(part) = part_of(file) else { continue };
        for (of, name, takes) in methods(code) {
            own.entry(part).or_default().push(name.clone());
            match PARTS.iter().find(|(_, known)| *known == of) {
                Some((owner, _)) if takes == Takes::Mutable => of_parts.push((*owner, name)),
                None if of == "World" => {
                    of_world.insert(name, (part, takes));
                }
                _ => {}
            }
        }
    }
    let mut found = Vec::new();
    for (file, code) in files {
        let Some(part) = part_of(file) else { continue };
        for name in calls(code, "self") {
            let is_own = own.get(part).is_some_and(|names| names.iter().any(|own| own == name));
            if let Some((owner, takes)) = of_world.get(name).filter(|_| !is_own) {
                found.push((part.to_string(), owner.to_string(), name.to_string(), *takes));
            }
        }
        for (owner, _) in PARTS.iter().filter(|(owner, _)| *owner != part) {
            for name in calls(code, &format!("self.{owner}")) {
                if of_parts.iter().any(|(of, known)| of == owner && known == name) {
                    let (part, owner, name) = (part.into(), owner.to_string(), name.to_string());
                    found.push((part, owner, name, Takes::Mutable));
                }
            }
        }
    }
    found.sort_by(|one, other| (&one.0, &one.1, &one.2).cmp(&(&other.0, &other.1, &other.2)));
    found.dedup();
    found
}

#[test]
fn no_part_of_the_world_makes_another_act() {
    let found = crossings(&files());
    let mut violations = Vec::new();
    for (part, owner, name, takes) in &found {
        let rows = if *takes == Takes::Mutable { ACTS } else { QUESTIONS };
        if !rows.iter().any(|row| (row.0, row.1, row.2) == (part, owner, name)) {
            violations.push(format!("{part} calls {name} of {owner} ({takes:?})"));
        }
    }
    for row in ACTS.iter().chain(QUESTIONS) {
        if !found.iter().any(|(part, owner, name, _)| (row.0, row.1, row.2) == (part, owner, name))
        {
            violations.push(format!("nobody needs {row:?}"));
        }
    }
    none(&violations);
}

/// Fields of a part are its own: the compiler lets nobody else write them, as long as none is public.
#[test]
fn the_fields_of_a_part_are_its_own() {
    let mut violations = Vec::new();
    for (part, name) in PARTS {
        let of_part = files().into_iter().filter(|(file, _)| part_of(file) == Some(part));
        let bodies: Vec<String> = of_part
            .filter_map(|(_, code)| {
                let at = code.find(&format!("struct {name}"))?;
                Some(code[at..block_end(&code, at)?].to_string())
            })
            .collect();
        match bodies.as_slice() {
            [body]
                if body.lines().skip(1).any(|line| {
                    ["pub ", "pub("].iter().any(|begin| line.trim().starts_with(begin))
                }) =>
            {
                violations.push(format!("{name} of {part} has a public field"));
            }
            [_] => {}
            _ => violations.push(format!("{part} has {} structs {name}", bodies.len())),
        }
    }
    none(&violations);
}

/// The control: a part that calls another, or imports it, is found.
#[test]
fn a_crossing_is_found() {
    let file = |name: &str, code: &str| (name.to_string(), code.to_string());
    let planted = [
        file("src/world/names.rs", "\nimpl World<'_> {\n    fn refresh(&mut self) {}\n}\n"),
        file(
            "src/world/health/noticing.rs",
            "\nimpl World<'_> {\n    fn publish(&mut self) { self\n    .refresh(); self.names.turn(1); }\n}\n",
        ),
        file(
            "src/world/names/turned.rs",
            "\nimpl Names {\n    fn turn(&mut self, by: u32) {}\n}\n",
        ),
    ];
    let found: Vec<String> = crossings(&planted)
        .into_iter()
        .map(|(part, owner, name, _)| format!("{part} {owner} {name}"))
        .collect();
    assert_eq!(found, ["health names refresh", "health names turn"]);
}
