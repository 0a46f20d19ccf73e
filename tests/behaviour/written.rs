//! What a scenario writes reads back as the same scenario: with every preset and every file below resolved, by our reader and by
//! another parser of RON.

use crate::rejected::ron_files;
use boon::{Compiler, SchemaIndex, Schemas};
use mrsim::read::schema::{as_json, schema};
use mrsim::read::{Catalogue, Shape, tree};
use mrsim::scenario::Scenario;
use serde_json::{Value, json};

/// The parts by which two scenarios are the same; where a number comes from, and places of warnings, are not written.
pub fn alike(scenario: &Scenario) -> Scenario {
    Scenario { sources: Vec::new(), warnings: Vec::new(), ..scenario.clone() }
}

/// Reads back what it writes, on one line and laid out.
pub fn reads_back(scenario: &Scenario, name: &str) {
    let node = scenario.write();
    for text in [node.to_string(), node.laid_out()] {
        let again =
            Scenario::parse(&text).unwrap_or_else(|problems| panic!("{name}: {problems}\n{text}"));
        assert_eq!(alike(&again), alike(scenario), "{name}\n{text}");
        assert_eq!(again.write(), node, "{name}");
        ron::from_str::<ron::Value>(&text)
            .unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
    }
}

#[test]
fn every_shipped_scenario_reads_back_as_it_is_written() {
    let files: Vec<_> = ["scenarios", "scenarios/parts"].into_iter().flat_map(ron_files).collect();
    assert!(files.len() > 80, "{} files", files.len());
    for path in files {
        let text = std::fs::read_to_string(&path).expect("readable");
        let scenario = Scenario::parse(&text).unwrap_or_else(|problems| panic!("{problems}"));
        reads_back(&scenario, &path.display().to_string());
    }
}

/// The JSON Schema, compiled by a validator that others have written.
pub struct Schema {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Schema {
    pub fn of_scenarios() -> Schema {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        let schema = schema("A scenario", Scenario::record);
        compiler.add_resource("scenario.json", schema).expect("a resource");
        let index = compiler.compile("scenario.json", &mut schemas).expect("a valid schema");
        Schema { schemas, index }
    }

    pub fn holds(&self, value: &Value) -> bool {
        self.schemas.validate(value, self.index).is_ok()
    }
}

#[test]
fn the_schema_holds_for_every_shipped_scenario() {
    let schema = Schema::of_scenarios();
    for path in ["scenarios", "scenarios/parts"].into_iter().flat_map(ron_files) {
        let text = std::fs::read_to_string(&path).expect("readable");
        let node = tree(&text, 0).expect("a tree");
        assert!(schema.holds(&as_json(&node)), "{}", path.display());
        let scenario = Scenario::parse(&text).expect("it is shipped");
        assert!(schema.holds(&as_json(&scenario.write())), "{} written out", path.display());
    }
}

/// What the schema is for: names, units and words that there are not.
#[test]
fn the_schema_refuses_what_is_not_of_the_language() {
    let schema = Schema::of_scenarios();
    let text = std::fs::read_to_string("scenarios/tokyo-outage.ron").expect("it is shipped");
    let whole = as_json(&tree(&text, 0).expect("a tree"));
    assert!(schema.holds(&whole));
    let mistakes: [(&str, Value); 6] = [
        ("/Scenario/run", json!("1 fortnight")),
        ("/Scenario/run", json!(3600)),
        ("/Scenario/routing/Routing/ttl", json!("60")),
        ("/Scenario/regions", json!([7])),
        ("/Scenario/faults", json!([{ "Earthquake": { "at": "5min" } }])),
        ("/Scenario", json!({ "question": "?" })),
    ];
    for (pointer, value) in mistakes {
        let mut broken = whole.clone();
        *broken.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is there")) = value;
        assert!(!schema.holds(&broken), "{pointer}");
    }
    let mut unknown = whole;
    unknown["Scenario"]["failure_threshold"] = json!(3);
    assert!(!schema.holds(&unknown));
}

/// A name stands for one thing wherever it is written, and every field says what it means.
#[test]
fn every_struct_and_field_is_described_once() {
    let catalogue = Catalogue::of(Scenario::record);
    assert!(catalogue.records.len() > 80, "{} structs", catalogue.records.len());
    let mut shapes: Vec<(&str, String)> = Vec::new();
    let mut walk = |record: mrsim::read::Record| {
        assert!(!record.meaning.trim().is_empty(), "{} says what it is", record.name);
        for field in &record.fields {
            let meaning = field.meaning.trim();
            assert!(meaning.ends_with('.'), "{}.{}: {meaning:?}", record.name, field.name);
            assert!(
                record.fields.iter().filter(|other| other.name == field.name).count() == 1,
                "{}.{} is there once",
                record.name,
                field.name
            );
            if let Some(short) = record.short {
                assert!(record.field(short).is_some(), "{} has {short}", record.name);
            }
            shapes.push((record.name, format!("{}: {}", field.name, field.shape)));
        }
    };
    catalogue.records.iter().cloned().for_each(&mut walk);
    let members = catalogue.choices.iter().flat_map(|choice| &choice.members);
    for (kind, record) in members {
        let record = record();
        assert_eq!(kind.name, record.name);
        let known = catalogue.record(record.name).expect("it is met on the way");
        let fields = |record: &mrsim::read::Record| -> Vec<String> {
            record.fields.iter().map(|field| format!("{}: {}", field.name, field.shape)).collect()
        };
        assert_eq!(fields(known), fields(&record), "{} is one thing", record.name);
    }
    assert!(matches!(catalogue.records[0].fields[0].shape, Shape::List(_)));
}

/// Earlier names of fields are the ones by which files below find what is written above them.
#[test]
fn earlier_names_are_known_to_the_rule_that_merges() {
    let described: std::collections::BTreeSet<(&str, &str)> = Catalogue::of(Scenario::record)
        .records
        .iter()
        .flat_map(|record| record.fields.clone())
        .filter_map(|field| Some((field.was?, field.name)))
        .collect();
    assert_eq!(described, mrsim::read::merge::EARLIER.into_iter().collect());
}
