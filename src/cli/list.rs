//! `mrsim list`: what a scenario can be built from, straight from the registries.

use super::args::{ListArgs, Topic};
use super::{Failure, Outcome, Terminal};
use crate::family::Kind;
use crate::measure::metric::Scope;
use crate::read::{Choice, Field, Record, Shelf, distributions};
use crate::report::text::Look;
use crate::scenario::presets;
use crate::{conflict, fault, front_door, health, places, replication, routing};
use clap::ValueEnum;
use std::io::Write;

pub fn execute(
    args: &ListArgs,
    out: &mut dyn Write,
    terminal: &Terminal,
) -> Result<Outcome, Failure> {
    match args.topic {
        Some(topic) => out.write_all(entries(topic).as_bytes())?,
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
        Topic::Regions => places::regions()
            .iter()
            .map(|region| (region.name.to_string(), region_words(region)))
            .collect(),
    })
}

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
    let was = field.was.map(|was| format!(", also read as {was}")).unwrap_or_default();
    let range = field.range.as_ref().map(|(least, most)| format!(", {least} to {most}"));
    let source = field.source.map(|source| format!(" ({source})")).unwrap_or_default();
    let meaning = field.meaning.trim().replace("\n", "");
    let range = range.unwrap_or_default();
    format!("{}{range}, {default}{was}: {meaning}{source}", field.shape)
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
    let line = |preset: &crate::read::preset::Preset| {
        (preset.name.clone(), format!("{kind}: {}", preset.summary))
    };
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
