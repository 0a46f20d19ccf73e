//! How each kind of value is read from an expression of the scenario.

use super::{Declared, Fields, Reader, describe, place, variant};
use crate::id::{CheckId, DoorId, RegionId, StoreId};
use crate::law::{Centre, Law};
use crate::problem::instead;
use crate::units::{DURATION_FITS, Duration, RATE_FITS, Rate, SHARE_FITS, Share, UnitError};
use ron2::ast::{Expr, StructBody};

/// A value that can stand in a scenario.
pub trait Value: Sized {
    /// What to write, for the message about a missing field.
    const EXAMPLE: &'static str;
    /// Reads it, or notes a problem and gives none.
    fn read(expr: &Expr, reader: &mut Reader) -> Option<Self>;
}

/// Text in quotes, or a problem; a bare number is told which units fit.
fn text<'e>(expr: &'e Expr, reader: &mut Reader, kind: &str, fits: &str) -> Option<&'e str> {
    match expr {
        Expr::String(text) => Some(&text.value),
        Expr::Number(number) => {
            reader.problem(
                place(expr),
                format!("{} has no unit", number.raw),
                format!("write {kind} in quotes with its unit: {fits}"),
            );
            None
        }
        _ => {
            reader.problem(
                place(expr),
                format!("{} is not {kind}", describe(expr)),
                format!("write it in quotes with its unit: {fits}"),
            );
            None
        }
    }
}

fn unit<T: std::str::FromStr<Err = UnitError>>(
    expr: &Expr,
    reader: &mut Reader,
    kind: &str,
    fits: &str,
) -> Option<T> {
    match text(expr, reader, kind, fits)?.parse() {
        Ok(value) => Some(value),
        Err(error) => {
            reader.problem(place(expr), error.what, error.mend);
            None
        }
    }
}

impl Value for Duration {
    const EXAMPLE: &'static str = "\"30s\"";
    fn read(expr: &Expr, reader: &mut Reader) -> Option<Self> {
        unit(expr, reader, "a length of time", DURATION_FITS)
    }
}

impl Value for Share {
    const EXAMPLE: &'static str = "\"99.9%\"";
    fn read(expr: &Expr, reader: &mut Reader) -> Option<Self> {
        unit(expr, reader, "a share", SHARE_FITS)
    }
}

impl Value for Rate {
    const EXAMPLE: &'static str = "\"6 req/min\"";
    fn read(expr: &Expr, reader: &mut Reader) -> Option<Self> {
        unit(expr, reader, "a rate", RATE_FITS)
    }
}

impl Value for String {
    const EXAMPLE: &'static str = "\"a name\"";
    fn read(expr: &Expr, reader: &mut Reader) -> Option<Self> {
        let Expr::String(text) = expr else {
            reader.problem(
                place(expr),
                format!("{} is not a text", describe(expr)),
                "write it in quotes",
            );
            return None;
        };
        if text.value.chars().any(char::is_control) {
            reader.problem(place(expr), "the text has control characters", "write plain text");
            return None;
        }
        if text.value.chars().count() > 400 {
            reader.problem(place(expr), "the text is longer than 400 characters", "shorten it");
            return None;
        }
        Some(text.value.clone())
    }
}

impl Value for u64 {
    const EXAMPLE: &'static str = "1_000";
    fn read(expr: &Expr, reader: &mut Reader) -> Option<Self> {
        let parsed = match expr {
            Expr::Number(number) => number.raw.replace('_', "").parse().ok(),
            _ => None,
        };
        if parsed.is_none() {
            let what = format!("{} is not a whole number from 0 to {}", describe(expr), u64::MAX);
            reader.problem(place(expr), what, "write digits, such as 1_000");
        }
        parsed
    }
}

impl Value for i64 {
    const EXAMPLE: &'static str = "-20";
    fn read(expr: &Expr, reader: &mut Reader) -> Option<Self> {
        let parsed = match expr {
            Expr::Number(number) => number.raw.replace('_', "").parse().ok(),
            _ => None,
        };
        if parsed.is_none() {
            reader.problem(
                place(expr),
                format!("{} is not a whole number", describe(expr)),
                "write digits, with a minus sign where it is below zero, such as -20",
            );
        }
        parsed
    }
}

impl Value for f64 {
    const EXAMPLE: &'static str = "0.5";
    fn read(expr: &Expr, reader: &mut Reader) -> Option<Self> {
        let parsed: Option<f64> = match expr {
            Expr::Number(number) => number.raw.replace('_', "").parse().ok(),
            _ => None,
        };
        match parsed {
            Some(number) if number.is_finite() => Some(number),
            _ => {
                reader.problem(
                    place(expr),
                    format!("{} is not a plain number", describe(expr)),
                    "write a decimal number, such as 0.5",
                );
                None
            }
        }
    }
}

/// A plain duration is a constant law; the others are named.
impl Value for Law {
    const EXAMPLE: &'static str = "\"1s\" or Uniform(from: \"1s\", to: \"10s\")";
    fn read(expr: &Expr, reader: &mut Reader) -> Option<Self> {
        let Some(name) = variant(expr) else {
            return Duration::read(expr, reader).map(Law::Constant);
        };
        match name {
            "Constant" => read_constant(expr, reader),
            "Uniform" => read_uniform(expr, reader),
            "Exponential" => {
                let mut fields = Fields::open(reader, expr, "Exponential")?;
                let mean = fields.required("mean");
                fields.close();
                Some(Law::Exponential { mean: mean? })
            }
            "Lognormal" => read_lognormal(expr, reader),
            "Pareto" => read_pareto(expr, reader),
            _ => {
                let known = ["Constant", "Uniform", "Exponential", "Lognormal", "Pareto"];
                reader.problem(
                    place(expr),
                    format!("{name} is not a law of time"),
                    instead(name, known),
                );
                None
            }
        }
    }
}

fn read_constant(expr: &Expr, reader: &mut Reader) -> Option<Law> {
    if let Expr::Struct(named) = expr
        && let Some(StructBody::Tuple(body)) = &named.body
        && let [only] = body.elements.as_slice()
    {
        return Duration::read(&only.expr, reader).map(Law::Constant);
    }
    reader.problem(
        place(expr),
        "Constant takes one length of time",
        "write Constant(\"1s\"), or just \"1s\"",
    );
    None
}

fn read_uniform(expr: &Expr, reader: &mut Reader) -> Option<Law> {
    let mut fields = Fields::open(reader, expr, "Uniform")?;
    let from: Option<Duration> = fields.required("from");
    let to: Option<Duration> = fields.required("to");
    let (from, to) = match (from, to) {
        (Some(from), Some(to)) => (from, to),
        _ => {
            fields.close();
            return None;
        }
    };
    if to < from {
        let at = fields.place_of("to");
        fields.reader().problem(
            at,
            format!("Uniform goes from {from} down to {to}"),
            "put the shorter one first",
        );
        return None;
    }
    fields.close();
    Some(Law::Uniform { from, to })
}

fn read_lognormal(expr: &Expr, reader: &mut Reader) -> Option<Law> {
    let mut fields = Fields::open(reader, expr, "Lognormal")?;
    let median: Option<Duration> = fields.optional("median");
    let mean: Option<Duration> = fields.optional("mean");
    let sigma: Option<f64> = fields.required("sigma");
    let at = fields.place();
    let centre = match (median, mean) {
        (Some(median), None) => Some(Centre::Median(median)),
        (None, Some(mean)) => Some(Centre::Mean(mean)),
        _ => {
            fields.reader().problem(
                at,
                "Lognormal takes its median or its mean, just one of them",
                "write Lognormal(median: \"1s\", sigma: 0.5)",
            );
            None
        }
    };
    if let Some(wrong) = sigma.filter(|sigma| !(0.0..=5.0).contains(sigma)) {
        let at = fields.place_of("sigma");
        fields.reader().problem(
            at,
            format!("sigma {wrong} is not between 0 and 5"),
            "it is the standard deviation of the logarithm: 0.5 is moderate, 1 is wide",
        );
        return None;
    }
    fields.close();
    Some(Law::Lognormal { centre: centre?, sigma: sigma? })
}

fn read_pareto(expr: &Expr, reader: &mut Reader) -> Option<Law> {
    let mut fields = Fields::open(reader, expr, "Pareto")?;
    let minimum: Option<Duration> = fields.required("minimum");
    let shape: Option<f64> = fields.required("shape");
    // Without a mean there is no rate at which such intervals follow one another, nor anything that a campaign could average.
    if let Some(wrong) = shape.filter(|shape| *shape <= 1.0) {
        let at = fields.place_of("shape");
        fields.reader().problem(
            at,
            format!("a Pareto law of shape {wrong} has no finite mean"),
            "write a shape above 1: 1.5 is very heavy-tailed, 3 is moderate",
        );
        return None;
    }
    let at_most: Option<Duration> = fields.optional("at_most");
    if at_most.zip(minimum).is_some_and(|(most, minimum)| most <= minimum) {
        let at = fields.place_of("at_most");
        fields.reader().problem(
            at,
            "at_most is not above minimum",
            "write the longest time that there is, or leave at_most out",
        );
    }
    fields.close();
    Some(Law::Pareto { minimum: minimum?, shape: shape?, at_most })
}

/// Resolves a name in quotes against a list of declared names.
fn resolve(
    expr: &Expr,
    reader: &mut Reader,
    kind: &str,
    list: fn(&super::Names) -> &Vec<Declared>,
) -> Option<usize> {
    let name = String::read(expr, reader)?;
    let declared = list(&reader.names);
    if let Some(index) = declared.iter().position(|candidate| candidate.name == name) {
        return Some(index);
    }
    let mend = instead(&name, declared.iter().map(|candidate| candidate.name.as_str()));
    reader.problem(place(expr), format!("there is no {kind} \"{name}\""), mend);
    None
}

impl Value for RegionId {
    const EXAMPLE: &'static str = "\"us-east-1\"";
    fn read(expr: &Expr, reader: &mut Reader) -> Option<Self> {
        resolve(expr, reader, "region", |names| &names.regions).map(RegionId::at)
    }
}

impl Value for CheckId {
    const EXAMPLE: &'static str = "\"the name of a health check\"";
    fn read(expr: &Expr, reader: &mut Reader) -> Option<Self> {
        resolve(expr, reader, "health check", |names| &names.checks).map(CheckId::at)
    }
}

impl Value for StoreId {
    const EXAMPLE: &'static str = "\"the name of a store\"";
    fn read(expr: &Expr, reader: &mut Reader) -> Option<Self> {
        resolve(expr, reader, "store", |names| &names.stores).map(StoreId::at)
    }
}

impl Value for DoorId {
    const EXAMPLE: &'static str = "\"the name of a front door\"";
    fn read(expr: &Expr, reader: &mut Reader) -> Option<Self> {
        resolve(expr, reader, "front door", |names| &names.doors).map(DoorId::at)
    }
}

impl Value for bool {
    const EXAMPLE: &'static str = "true";
    fn read(expr: &Expr, reader: &mut Reader) -> Option<Self> {
        let Expr::Bool(value) = expr else {
            reader.problem(
                place(expr),
                format!("{} is neither true nor false", describe(expr)),
                "write true or false",
            );
            return None;
        };
        Some(value.value)
    }
}

impl<T: Value> Value for Vec<T> {
    const EXAMPLE: &'static str = "[..]";
    fn read(expr: &Expr, reader: &mut Reader) -> Option<Self> {
        let Expr::Seq(list) = expr else {
            reader.problem(
                place(expr),
                format!("{} is not a list", describe(expr)),
                "write [.., ..]",
            );
            return None;
        };
        let values: Vec<T> =
            list.items.iter().filter_map(|item| T::read(&item.expr, reader)).collect();
        (values.len() == list.items.len()).then_some(values)
    }
}

/// Reads one of a few plain words, such as `BlackHole`.
pub fn word<T: Copy>(expr: &Expr, reader: &mut Reader, known: &[(&'static str, T)]) -> Option<T> {
    let found = variant(expr).and_then(|name| known.iter().find(|(known, _)| *known == name));
    if found.is_none() {
        let mend = instead(variant(expr).unwrap_or(""), known.iter().map(|(name, _)| *name));
        reader.problem(place(expr), format!("{} is not known here", describe(expr)), mend);
    }
    found.map(|(_, value)| *value)
}
