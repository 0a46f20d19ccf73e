//! Random scenarios over the whole language: shipped ones are changed at random by the description itself, field after field, and what is
//! still a scenario reads back as it is written.

use crate::layout::texts;
use crate::written::{Schema, reads_back};
use mrsim::places;
use mrsim::read::node::{Entry, Written};
use mrsim::read::path::Path;
use mrsim::read::schema::as_json;
use mrsim::read::{Catalogue, Field, Node, Record, Shape, comments, edit, merge, tree};
use mrsim::scenario::{Scenario, presets};
use std::collections::BTreeSet;

/// Scenarios that are read back.
const DRAWN: usize = 10_000;
/// Changes that a shipped scenario goes through before the next one is taken.
const WALK: usize = 60;

/// A generator of chance for tests: SplitMix64.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }

    fn happens(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn one<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[self.below(of.len())]
    }
}

/// Draws what can be written for a shape; names are those of a scenario.
struct Drawer<'s> {
    chance: &'s mut Chance,
    scenario: &'s Scenario,
}

impl Drawer<'_> {
    fn value(&mut self, shape: &Shape, depth: usize) -> Option<Node> {
        const DURATIONS: [&str; 16] = [
            "0s", "1ns", "999us", "1.5ms", "100ms", "333ms", "1s", "2.5s", "10s", "30s", "90s",
            "5min", "7min", "1h", "36h", "3d",
        ];
        const SHARES: [&str; 9] =
            ["0%", "0.0000001%", "1%", "12.5%", "33.3333333%", "50%", "95%", "99.9%", "100%"];
        const RATES: [&str; 6] =
            ["0 req/s", "1 req/d", "3 req/h", "7 req/min", "0.3 req/s", "250 req/s"];
        const COUNTS: [u64; 12] = [0, 1, 1, 2, 2, 3, 5, 16, 100, 128, 1_000, 1_000_000];
        const NUMBERS: [f64; 7] = [0.0, 0.001, 0.5, 0.99, 1.5, 2.0, 12.0];
        Some(match shape {
            Shape::Text => {
                Node::text(self.chance.one(&["a text", "a \"quoted\" \\ one", "überall, 東京"]))
            }
            Shape::Bool => Node::of(Written::Bool(self.chance.happens(50))),
            Shape::Count => Node::number(self.chance.one(&COUNTS)),
            Shape::Integer => Node::number(self.chance.one(&[-99i64, -20, 0, 7, 99])),
            Shape::Number => Node::number(format!("{:?}", self.chance.one(&NUMBERS))),
            Shape::Duration => Node::text(self.chance.one(&DURATIONS)),
            Shape::Share => Node::text(self.chance.one(&SHARES)),
            Shape::Rate => Node::text(self.chance.one(&RATES)),
            Shape::Name(kind) => Node::text(self.name(kind)?),
            Shape::Preset(kind) => {
                let shelf = presets::SHELVES.iter().map(|shelf| shelf());
                let shelf = shelf.into_iter().find(|shelf| shelf.kind == *kind)?;
                Node::text(&self.chance.one(&shelf.presets).name)
            }
            Shape::Words(words) => Node::word(self.chance.one(&words()).0),
            Shape::Either(shapes) => {
                let shape = self.chance.one(shapes);
                self.value(shape, depth)?
            }
            Shape::List(item) => {
                let items = (0..self.chance.below(3)).map(|_| self.value(item, depth));
                Node::list(items.collect::<Option<_>>()?)
            }
            Shape::Struct(record) => self.record(&record(), depth)?,
            Shape::Choice(choice) => {
                let choice = choice();
                let (_, record) = *self.chance.one(&choice.members);
                self.record(&record(), depth)?
            }
            Shape::Any | Shape::Settings => return None,
        })
    }

    /// A struct with what it needs and some of the rest.
    fn record(&mut self, record: &Record, depth: usize) -> Option<Node> {
        if depth > 5 {
            return None;
        }
        let mut entries = Vec::new();
        // One needs the other.
        let comes_back = self.chance.happens(30);
        for field in &record.fields {
            let percent = match field.name {
                "every" | "times" => 100 * usize::from(comes_back),
                "preset" => 10,
                _ if field.is_required => 100,
                _ => 40,
            };
            if self.chance.happens(percent) {
                entries.push(Entry::new(field.name, self.field(field, depth + 1)?));
            }
        }
        Some(Node::record(record.name, entries))
    }

    /// A value for a field, at times an end of its range.
    fn field(&mut self, field: &Field, depth: usize) -> Option<Node> {
        if let Some((least, most)) = field.range.as_ref().filter(|_| self.chance.happens(30)) {
            let end = if self.chance.happens(50) { least } else { most };
            return tree(end, 0).ok();
        }
        self.value(&field.shape, depth)
    }

    fn name(&mut self, kind: &str) -> Option<String> {
        let scenario = self.scenario;
        let names: Vec<String> = match kind {
            "region" => scenario.regions.iter().map(|region| region.name.clone()).collect(),
            "health check" => {
                scenario.health_checks.iter().map(|check| check.name.clone()).collect()
            }
            "store" => scenario.stores.iter().map(|store| store.name.clone()).collect(),
            "front door" => {
                scenario.doors.iter().map(|door| door.behaviour().name().to_string()).collect()
            }
            "AWS region" => {
                places::regions().iter().map(|region| region.name.to_string()).collect()
            }
            "place of users" => {
                places::user_places().iter().map(|place| place.name.to_string()).collect()
            }
            "country" => ["Japan", "Germany", "Brazil"].map(String::from).to_vec(),
            "continent" => ["Asia", "Europe", "Africa"].map(String::from).to_vec(),
            other => panic!("nobody draws the name of a {other}"),
        };
        (!names.is_empty()).then(|| self.chance.one(&names).clone())
    }
}

/// Paths to the structs of a tree that have a path of their own.
fn structs(node: &Node, path: &str, found: &mut Vec<String>) {
    for item in node.items() {
        if let Written::List(_) = node.written {
            let Some(key) = merge::key(item).or(item.name()) else { continue };
            let same = |other: &&Node| merge::key(other).or(other.name()) == Some(key);
            if node.items().iter().filter(same).count() == 1 {
                structs(item, &format!("{path}[{key:?}]"), found);
            }
            continue;
        }
        if !node.fields().is_empty() {
            found.push(path.to_string());
        }
        for field in node.fields() {
            let dot = if path.is_empty() { "" } else { "." };
            structs(&field.value, &format!("{path}{dot}{}", field.name), found);
        }
    }
}

/// One change at random: a field gets another value, a list one item more, or something is taken out.
fn changed(root: &Node, scenario: &Scenario, chance: &mut Chance) -> Option<Node> {
    let shape = Shape::Struct(Scenario::record);
    let mut paths = Vec::new();
    structs(root, "", &mut paths);
    // Families of many members stand in few of these structs.
    let is_rich = |path: &&String| path.starts_with("stores") || path.starts_with("faults");
    let rich: Vec<String> = paths.iter().filter(is_rich).cloned().collect();
    let of = if rich.is_empty() || chance.happens(40) { &paths } else { &rich };
    let path = chance.one(of).clone();
    let record = if path.is_empty() {
        Scenario::record()
    } else {
        let target = Path::parse(&path).ok()?.find(root, &shape).ok()?.pop()?;
        target.shape.records(target.value.as_ref()).pop()?
    };
    let field = chance.one(&record.fields).clone();
    if ["base", "remove", "variants", "question"].contains(&field.name) {
        return None;
    }
    let dot = if path.is_empty() { "" } else { "." };
    let of_struct = format!("{path}{dot}");
    let path = Path::parse(&format!("{of_struct}{}", field.name)).ok()?;
    let written = path.find(root, &shape).ok()?.pop()?;
    let mut tree = root.clone();
    if written.is_written() && !field.is_required && chance.happens(25) {
        edit::remove(&mut tree, &path, &shape).ok()?;
        return Some(tree);
    }
    if ["every", "times"].contains(&field.name) {
        // One needs the other, and all beginnings have to lie in the run.
        for (name, value) in [("every", Node::text("2s")), ("times", Node::number(3))] {
            let path = Path::parse(&format!("{of_struct}{name}")).ok()?;
            edit::put_node(&mut tree, &path, &value, &shape).ok()?;
        }
        return Some(tree);
    }
    let mut drawer = Drawer { chance, scenario };
    let value = match (&field.shape, &written.value) {
        (Shape::List(item), Some(list)) if written.is_written() => {
            let mut items = list.items().to_vec();
            items.push(drawer.value(item, 0)?);
            Node::list(items)
        }
        _ => drawer.field(&field, 0)?,
    };
    edit::put_node(&mut tree, &path, &value, &shape).ok()?;
    Some(tree)
}

/// Notes every field and every kind that stands in a tree, by the names of their structs.
fn note(node: &Node, seen: &mut BTreeSet<String>) {
    for item in node.items() {
        if let Some(name) = item.name() {
            seen.insert(name.to_string());
            seen.extend(item.fields().iter().map(|field| format!("{name}.{}", field.name)));
        }
        item.fields().iter().for_each(|field| note(&field.value, seen));
        if let Some(value) = item.only_value() {
            note(value, seen);
        }
        if matches!(item.written, Written::List(_)) && !std::ptr::eq(item, node) {
            note(item, seen);
        }
    }
}

#[test]
fn ten_thousand_random_scenarios_read_back() {
    let bases: Vec<Node> = texts()
        .into_iter()
        .filter(|(path, _)| !path.display().to_string().contains("rejected"))
        .filter_map(|(_, text)| Some(Scenario::parse(&text).ok()?.write()))
        .collect();
    assert!(bases.len() > 80, "{} scenarios to begin with", bases.len());
    let (mut chance, schema) = (Chance(1), Schema::of_scenarios());
    let (mut seen, mut drawn, mut tried) = (BTreeSet::new(), 0usize, 0usize);
    let mut next = bases.iter().cycle();
    'all: loop {
        let mut root = next.next().expect("there are some").clone();
        let mut scenario = Scenario::parse(&root.to_string()).expect("it reads back");
        for _ in 0..WALK {
            let Some(tree) = changed(&root, &scenario, &mut chance) else { continue };
            tried += 1;
            let Ok(other) = Scenario::parse(&tree.to_string()) else { continue };
            drawn += 1;
            let name = format!("scenario {drawn}");
            reads_back(&other, &name);
            note(&other.write(), &mut seen);
            if drawn.is_multiple_of(25) {
                assert!(schema.holds(&as_json(&tree)), "{name}: {tree}");
                let text = tree.laid_out();
                assert_eq!(comments::laid_out(&text).as_ref().ok(), Some(&text), "{name}");
            }
            if drawn == DRAWN {
                break 'all;
            }
            (root, scenario) = (tree, other);
        }
    }
    // What is never written: what presets and other files are for, and what always follows from the rest.
    let never = [
        "Scenario.base",
        "Scenario.remove",
        "Scenario.variants",
        "HealthCheck.preset",
        "Store.preset",
        "Resolvers.preset",
        "Client.preset",
        "Resolvers.minimum_ttl",
        "Store.most_readers",
        "Lognormal.p90",
        "Lognormal.p95",
        "Lognormal.p99",
    ];
    let catalogue = Catalogue::of(Scenario::record);
    let fields = catalogue
        .records
        .iter()
        .filter(|record| !["Variant", "Constant"].contains(&record.name))
        .flat_map(|record| {
            record.fields.iter().map(|field| format!("{}.{}", record.name, field.name))
        });
    let fields: Vec<String> = fields.filter(|field| !never.contains(&field.as_str())).collect();
    let missing: Vec<&String> = fields.iter().filter(|field| !seen.contains(*field)).collect();
    // Some need several others at once; a member of a family is never missing.
    assert!(
        fields.len() > 350 && missing.len() * 30 < fields.len(),
        "of {} fields these are never written: {missing:?}",
        fields.len()
    );
    let members = catalogue.choices.iter().flat_map(|choice| &choice.members);
    for (kind, _) in members.filter(|(kind, _)| kind.name != "Constant") {
        assert!(seen.contains(kind.name), "{} is never written", kind.name);
    }
    assert!(tried < 10 * drawn, "of {tried} changes {drawn} were scenarios");
}
