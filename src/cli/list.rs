//! `mrsim list`: what a scenario can be built from, straight from the registries.

use super::args::{ListArgs, Topic};
use super::{Failure, Outcome, Terminal};
use crate::family::Kind;
use crate::measure::metric::Scope;
use crate::problem::nearest;
use crate::read::preset::Preset;
use crate::read::{Catalogue, Choice, Field, Record, Shelf, distributions, reference};
use crate::report::text::Look;
use crate::scenario::{Objectives, Scenario, presets};
use crate::{conflict, fault, front_door, health, places, replication, routing};
use clap::ValueEnum;
use std::io::Write;

pub fn execute(
    args: &ListArgs,
    out: &mut dyn Write,
    terminal: &Terminal,
) -> Result<Outcome, Failure> {
    match &args.topic {
        Some(topic) => out.write_all(named(topic)?.as_bytes())?,
        None => {
            for (index, topic) in Topic::value_variants().iter().enumerate() {
                let gap = if index == 0 { "" } else { "\n" };
                writeln!(out, "{gap}{}", heading(*topic, terminal.look()))?;
                for line in entries(*topic).lines() {
                    writeln!(out, "  {line}")?;
                }
            }
        }
    }
    Ok(Outcome::Done)
}

/// A topic, or a struct of the scenario, by its name.
fn named(name: &str) -> Result<String, Failure> {
    if let Ok(topic) = Topic::from_str(name, true) {
        return Ok(entries(topic));
    }
    let catalogue = Catalogue::of(Scenario::record);
    let records = &catalogue.records;
    if let Some(record) = records.iter().find(|record| record.name.eq_ignore_ascii_case(name)) {
        return Ok(described(record, &catalogue));
    }
    let shelves = presets::SHELVES.iter().map(|shelf| shelf());
    let found: Vec<String> = shelves
        .filter_map(|shelf| Some((shelf.kind, shelf.find(name)?)))
        .map(|(kind, preset)| whole_preset(kind, preset))
        .collect();
    if !found.is_empty() {
        return Ok(found.join("\n"));
    }
    let topics = Topic::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    let topics: Vec<String> = topics.map(|topic| topic.get_name().to_string()).collect();
    let structs = records.iter().map(|record| record.name);
    let near = nearest(name, topics.iter().map(String::as_str).chain(structs));
    let meant = near.map_or(String::new(), |near| format!("did you mean {near}? "));
    Err(Failure::Invalid(format!(
        "error: there is nothing to list by the name {name}\nhelp: {meant}topics are {}; `mrsim list structs` names the structs of a scenario",
        topics.join(", ")
    )))
}

/// A preset: what it is, where its numbers come from, and what it sets.
fn whole_preset(kind: &str, preset: &Preset) -> String {
    let kind_of = if preset.assumption { " (holds assumptions)" } else { "" };
    let mut text = format!("{}: {kind}{kind_of}: {}\n", preset.name, preset.summary);
    text += &format!("source: {}\n{}\n", preset.source.0, preset.value.laid_out());
    for completion in &preset.completes {
        text += &format!("completes what is written of: {}\n", completion.parts.laid_out());
    }
    text
}

/// A struct: what it is, and a line for each of its fields.
fn described(record: &Record, catalogue: &Catalogue) -> String {
    let mut text = format!("{}: {}\n", record.name, reference::sentence(record.meaning));
    let member = catalogue.choices.iter().find_map(|choice| {
        let kind = choice.members.iter().find(|(kind, _)| kind.name == record.name)?;
        Some((choice.what, kind.0.example))
    });
    if let Some((what, example)) = member {
        text += &format!("It is {what}, such as {example}\n");
    }
    if let Some(short) = record.short {
        text += &format!("Short: what is written alone is its {short}.\n");
    }
    let fields = record.fields.iter().map(|field| (field.name.to_string(), field_words(field)));
    text + &aligned(fields.collect())
}

fn heading(topic: Topic, look: Look) -> String {
    let value = topic.to_possible_value();
    let (name, help) = value.as_ref().map_or(("", String::new()), |value| {
        (value.get_name(), value.get_help().map(ToString::to_string).unwrap_or_default())
    });
    if look.colour {
        format!("\u{1b}[1m{name}\u{1b}[0m: {help}")
    } else {
        format!("{name}: {help}")
    }
}

/// One line each.
fn entries(topic: Topic) -> String {
    let kinds = |kinds: &[Kind]| {
        kinds.iter().map(|kind| (kind.name.to_string(), kind.summary.to_string())).collect()
    };
    aligned(match topic {
        Topic::Presets => [
            shelf("health check", presets::health_checks()),
            shelf("store", presets::stores()),
            shelf("standby", presets::standbys()),
            shelf("resolvers", presets::resolvers()),
            shelf("client", presets::clients()),
        ]
        .concat(),
        Topic::Policies => kinds(routing::Policy::KINDS),
        Topic::FrontDoors => kinds(front_door::FrontDoor::KINDS),
        Topic::Faults => kinds(fault::Fault::KINDS),
        Topic::Checks => kinds(health::KINDS),
        Topic::Replication => kinds(replication::Replication::KINDS),
        Topic::Conflicts => kinds(conflict::Policy::KINDS),
        Topic::Distributions => members(&distributions()),
        Topic::Measures => Scope::EVERY.into_iter().flat_map(numbers).collect(),
        Topic::Places => places::user_places()
            .iter()
            .map(|place| {
                (place.name.to_string(), format!("{}, measured from {}", place.label, place.proxy))
            })
            .collect(),
        Topic::Objectives => Objectives::record()
            .fields
            .iter()
            .map(|field| (field.name.to_string(), field_words(field)))
            .collect(),
        Topic::Units => UNITS.map(|(what, how)| (what.to_string(), how.to_string())).to_vec(),
        Topic::Structs => Catalogue::of(Scenario::record)
            .records
            .iter()
            .map(|record| (record.name.to_string(), reference::sentence(record.meaning)))
            .collect(),
        Topic::Regions => places::regions()
            .iter()
            .map(|region| (region.name.to_string(), region_words(region)))
            .collect(),
    })
}

/// How quantities are written: in quotes, with their unit.
const UNITS: [(&str, &str); 4] = [
    (
        "a length of time",
        "\"98ms\", \"30s\", \"5min\", \"4h\", \"2d\": ns, us, ms, s, min, h, d, w; m alone is an error",
    ),
    ("a share", "\"40%\", \"99.9%\""),
    (
        "a rate",
        "\"250 req/s\", \"6 req/min\", \"1 req/h\", \"1 req/d\": of each user, where it is one of users; writes/s and reads/s are the same unit",
    ),
    ("a count, a number", "1_000, 0.5: without quotes"),
];

/// Members of a choice, each followed by its fields.
fn members(choice: &Choice) -> Vec<(String, String)> {
    let lines = |(kind, record): &(Kind, fn() -> Record)| {
        let fields = record().fields;
        let fields = fields.iter().map(|field| (format!("  {}", field.name), field_words(field)));
        let head = (kind.name.to_string(), format!("{}: {}", kind.summary, kind.example));
        std::iter::once(head).chain(fields).collect::<Vec<_>>()
    };
    choice.members.iter().flat_map(lines).collect()
}

/// What can be written for a field, and what it means.
fn field_words(field: &Field) -> String {
    let default = match &field.default {
        _ if field.is_required => "required".to_string(),
        Some(default) => format!("default {default}"),
        None => "optional".to_string(),
    };
    format!("{}, {default}: {}", reference::shape(field), reference::meaning(field))
}

/// The numbers of a scope by key, those of a table behind the place at which it stands in the JSON of a report.
fn numbers(scope: Scope) -> impl Iterator<Item = (String, String)> {
    scope.metrics().iter().map(move |metric| {
        let key = match scope {
            Scope::Service => metric.key.to_string(),
            table => format!("{}.{}", table.path(), metric.key),
        };
        (key, format!("{}: {}", metric.label, metric.meaning))
    })
}

/// Presets of one kind. Their names are alike from kind to kind, so each line says which it is.
fn shelf(kind: &str, shelf: &Shelf) -> Vec<(String, String)> {
    let line = |preset: &Preset| (preset.name.clone(), format!("{kind}: {}", preset.summary));
    shelf.presets.iter().map(line).collect()
}

fn region_words(region: &places::Region) -> String {
    if region.city == region.country {
        region.city.to_string()
    } else {
        format!("{}, {}", region.city, region.country)
    }
}

/// Names in one column, what they are in the next.
fn aligned(entries: Vec<(String, String)>) -> String {
    let width = entries.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    entries.iter().map(|(name, summary)| format!("{name:<width$}  {summary}\n")).collect()
}
