//! The JSON Schema of what can be written, and a scenario as JSON: for editors and checkers that know no RON.
//!
//! ```text
//!  RON                               JSON
//!  Failover(primary: "a")            {"Failover": {"primary": "a"}}
//!  (primary: "a")                    {"primary": "a"}
//!  BlackHole                         "BlackHole"
//!  AtLeast("5min")                   {"AtLeast": "5min"}
//! ```

use super::node::{Body, Written};
use super::{Catalogue, Choice, Field, Node, Record, Shape};
use crate::units::TIME_UNITS;
use serde_json::{Map, Value, json};

/// The schema of a struct and of all that its fields lead to.
pub fn schema(title: &str, root: fn() -> Record) -> Value {
    let catalogue = Catalogue::of(root);
    let mut definitions = Map::new();
    for record in &catalogue.records {
        definitions.insert(fields_of(record.name), fields(record));
        definitions.insert(record.name.into(), named(record));
    }
    for choice in &catalogue.choices {
        definitions.insert(choice.what.into(), one_of(choice));
    }
    let record = root();
    let required: Vec<&str> =
        record.fields.iter().filter(|field| field.is_required).map(|field| field.name).collect();
    // What is not written may come from a preset or from a file below, at any depth: only a root without one is whole.
    let is_whole = json!({ "not": { "required": ["base"] } });
    definitions[&fields_of(record.name)]["if"] = is_whole;
    definitions[&fields_of(record.name)]["then"] = json!({ "required": required });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "anyOf": [tagged(&record), design(&record)],
        "$defs": definitions,
    })
}

/// A file to build on: the fields of the root, of which none has to be there.
fn design(root: &Record) -> Value {
    let fields: Map<String, Value> =
        fields(root)["properties"].as_object().cloned().unwrap_or_default();
    json!({
        "type": "object",
        "properties": { "Design": { "type": "object", "properties": fields, "additionalProperties": false } },
        "required": ["Design"],
        "additionalProperties": false,
    })
}

/// The definition that holds the fields of a struct.
fn fields_of(name: &str) -> String {
    format!("fields of {name}")
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{}", name.replace(' ', "%20")) })
}

/// The fields of a struct, by their present and earlier names.
fn fields(record: &Record) -> Value {
    let mut properties = Map::new();
    for field in &record.fields {
        properties.insert(field.name.into(), property(field));
        if let Some(was) = field.was {
            let mut earlier = property(field);
            earlier["deprecated"] = true.into();
            properties.insert(was.into(), earlier);
        }
    }
    json!({
        "type": "object",
        "description": one_line(record.meaning),
        "properties": properties,
        "additionalProperties": false,
    })
}

fn property(field: &Field) -> Value {
    let mut property = value(&field.shape);
    let mut description = one_line(field.meaning);
    if let Some((least, most)) = &field.range {
        description += &format!(" From {least} to {most}.");
    }
    if field.is_required {
        description += " Required.";
    }
    if let Some(default) = &field.default {
        description += &format!(" Default: {default}.");
    }
    property["description"] = description.into();
    property
}

/// A struct with or without its name, or short: its main field alone.
fn named(record: &Record) -> Value {
    let mut forms = vec![tagged(record), reference(&fields_of(record.name))];
    forms.extend(main_field(record));
    json!({ "anyOf": forms })
}

/// The main field of a struct that may be written short.
fn main_field(record: &Record) -> Option<Value> {
    record.short.and_then(|short| record.field(short)).map(|field| value(&field.shape))
}

/// A struct under its name.
fn tagged(record: &Record) -> Value {
    let mut forms = vec![reference(&fields_of(record.name))];
    forms.extend(main_field(record));
    json!({
        "type": "object",
        "properties": { record.name: { "anyOf": forms } },
        "required": [record.name],
        "additionalProperties": false,
    })
}

/// One of several structs, under its name; one without fields may be its bare name.
fn one_of(choice: &Choice) -> Value {
    let tagged = choice.members.iter().map(|(_, record)| tagged(&record()));
    let bare: Vec<&str> = choice.members.iter().map(|(kind, _)| kind.name).collect();
    // Above a preset or another file the name may be left out.
    let unnamed = choice.members.iter().map(|(_, record)| reference(&fields_of(record().name)));
    let forms: Vec<Value> = tagged.chain([json!({ "enum": bare })]).chain(unnamed).collect();
    json!({ "anyOf": forms })
}

fn value(shape: &Shape) -> Value {
    match shape {
        Shape::Text | Shape::Name(_) | Shape::Preset(_) => json!({ "type": "string" }),
        Shape::Bool => json!({ "type": "boolean" }),
        Shape::Count => json!({ "type": "integer", "minimum": 0 }),
        Shape::Integer => json!({ "type": "integer" }),
        Shape::Number => json!({ "type": "number" }),
        Shape::Duration => quantity(&format!("({})", TIME_UNITS.map(|(unit, _)| unit).join("|"))),
        Shape::Share => quantity("%"),
        Shape::Rate => quantity("((req|reads|writes) ?)?/ ?(s|min|h|d)"),
        Shape::Any => json!({}),
        Shape::Settings => json!({ "type": "object" }),
        Shape::Words(words) => {
            let words: Vec<&str> = words().into_iter().map(|(word, _)| word).collect();
            json!({ "enum": words })
        }
        Shape::Struct(record) => json!({ "anyOf": [reference(record().name)] }),
        Shape::Choice(choice) => json!({ "anyOf": [reference(choice().what)] }),
        Shape::List(item) => {
            let item = value(item);
            json!({ "anyOf": [{ "type": "array", "items": item.clone() }, item] })
        }
        Shape::Either(shapes) => {
            json!({ "anyOf": shapes.iter().map(value).collect::<Vec<_>>() })
        }
    }
}

/// A number and its unit.
fn quantity(unit: &str) -> Value {
    let pattern = format!("^ *[0-9][0-9_]*([.][0-9_]+)? *{unit} *$");
    json!({ "type": "string", "pattern": pattern })
}

fn one_line(meaning: &str) -> String {
    meaning.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is written, as JSON.
pub fn as_json(node: &Node) -> Value {
    let object = |entries: &[super::node::Entry]| {
        let fields = entries.iter().map(|entry| (entry.name.clone(), as_json(&entry.value)));
        Value::Object(fields.collect())
    };
    match &node.written {
        Written::Text(text) => text.as_str().into(),
        Written::Number(number) => serde_json::from_str(&number.replace('_', ""))
            .unwrap_or_else(|_| number.as_str().into()),
        Written::Bool(value) => (*value).into(),
        Written::List(items) => Value::Array(items.iter().map(as_json).collect()),
        Written::Map(entries) => object(entries),
        Written::Struct { name, body } => {
            let inner = match body {
                Body::Bare => return name.as_deref().unwrap_or("").into(),
                Body::Fields(fields) => object(fields),
                Body::Values(values) if values.len() == 1 => as_json(&values[0]),
                Body::Values(values) => Value::Array(values.iter().map(as_json).collect()),
            };
            match name {
                Some(name) => json!({ name.as_str(): inner }),
                None => inner,
            }
        }
        Written::Other(what) => (*what).into(),
    }
}
