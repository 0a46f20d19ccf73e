//! How each kind of value is read from an expression of the scenario.

use super::node::Written;
use super::{Declared, Names, Node, Reader, Shape, Value, Within, describe, place, variant};
use crate::id::{CheckId, DoorId, RegionId, StoreId};
use crate::problem::instead;
use crate::units::{DURATION_FITS, Duration, RATE_FITS, Rate, SHARE_FITS, Share, UnitError};

/// Text in quotes, or a problem; a bare number is told which units fit.
fn text<'e>(expr: &'e Node, reader: &mut Reader, kind: &str, fits: &str) -> Option<&'e str> {
    match &expr.written {
        Written::Text(text) => Some(text),
        Written::Number(number) => {
            reader.problem(
                place(expr),
                format!("{number} has no unit"),
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
    expr: &Node,
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

    fn shape() -> Shape {
        Shape::Duration
    }

    fn write(&self, _names: &Names) -> Node {
        Node::text(exact(*self))
    }

    fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        unit(expr, reader, "a length of time", DURATION_FITS)
    }
}

impl Value for Share {
    const EXAMPLE: &'static str = "\"99.9%\"";

    fn shape() -> Shape {
        Shape::Share
    }

    fn write(&self, _names: &Names) -> Node {
        Node::text(exact_share(*self))
    }

    fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        unit(expr, reader, "a share", SHARE_FITS)
    }
}

impl Value for Rate {
    const EXAMPLE: &'static str = "\"6 req/min\"";

    fn shape() -> Shape {
        Shape::Rate
    }

    fn write(&self, _names: &Names) -> Node {
        Node::text(exact_rate(*self))
    }

    fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        unit(expr, reader, "a rate", RATE_FITS)
    }
}

impl Value for String {
    const EXAMPLE: &'static str = "\"a name\"";

    fn shape() -> Shape {
        Shape::Text
    }

    fn write(&self, _names: &Names) -> Node {
        Node::text(self)
    }

    fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let Written::Text(text) = &expr.written else {
            reader.problem(
                place(expr),
                format!("{} is not a text", describe(expr)),
                "write it in quotes",
            );
            return None;
        };
        if text.chars().any(char::is_control) {
            reader.problem(place(expr), "the text has control characters", "write plain text");
            return None;
        }
        if text.chars().count() > 400 {
            reader.problem(place(expr), "the text is longer than 400 characters", "shorten it");
            return None;
        }
        Some(text.clone())
    }
}

impl Value for u64 {
    const EXAMPLE: &'static str = "1_000";

    fn shape() -> Shape {
        Shape::Count
    }

    fn write(&self, _names: &Names) -> Node {
        Node::number(grouped(*self))
    }

    fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let parsed = match &expr.written {
            Written::Number(number) => number.replace('_', "").parse().ok(),
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

    fn shape() -> Shape {
        Shape::Integer
    }

    fn write(&self, _names: &Names) -> Node {
        Node::number(self)
    }

    fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let parsed = match &expr.written {
            Written::Number(number) => number.replace('_', "").parse().ok(),
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

    fn shape() -> Shape {
        Shape::Number
    }

    fn write(&self, _names: &Names) -> Node {
        Node::number(decimal(*self))
    }

    fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let parsed: Option<f64> = match &expr.written {
            Written::Number(number) => number.replace('_', "").parse().ok(),
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

/// Resolves a name in quotes against a list of declared names.
fn resolve(
    expr: &Node,
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

    fn shape() -> Shape {
        Shape::Name("region")
    }

    fn write(&self, names: &Names) -> Node {
        name_of(&names.regions, self.index())
    }

    fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        resolve(expr, reader, "region", |names| &names.regions).map(RegionId::at)
    }
}

impl Value for CheckId {
    const EXAMPLE: &'static str = "\"the name of a health check\"";

    fn shape() -> Shape {
        Shape::Name("health check")
    }

    fn write(&self, names: &Names) -> Node {
        name_of(&names.checks, self.index())
    }

    fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        resolve(expr, reader, "health check", |names| &names.checks).map(CheckId::at)
    }
}

impl Value for StoreId {
    const EXAMPLE: &'static str = "\"the name of a store\"";

    fn shape() -> Shape {
        Shape::Name("store")
    }

    fn write(&self, names: &Names) -> Node {
        name_of(&names.stores, self.index())
    }

    fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        resolve(expr, reader, "store", |names| &names.stores).map(StoreId::at)
    }
}

impl Value for DoorId {
    const EXAMPLE: &'static str = "\"the name of a front door\"";

    fn shape() -> Shape {
        Shape::Name("front door")
    }

    fn write(&self, names: &Names) -> Node {
        name_of(&names.doors, self.index())
    }

    fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        resolve(expr, reader, "front door", |names| &names.doors).map(DoorId::at)
    }
}

impl Value for bool {
    const EXAMPLE: &'static str = "true";

    fn shape() -> Shape {
        Shape::Bool
    }

    fn write(&self, _names: &Names) -> Node {
        Node::of(Written::Bool(*self))
    }

    fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let Written::Bool(value) = &expr.written else {
            reader.problem(
                place(expr),
                format!("{} is neither true nor false", describe(expr)),
                "write true or false",
            );
            return None;
        };
        Some(*value)
    }
}

impl<T: Value> Value for Vec<T> {
    const EXAMPLE: &'static str = "[..]";
    fn shape() -> Shape {
        Shape::List(Box::new(T::shape()))
    }

    /// One thing stands for a list of one.
    fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let items = expr.items();
        let values: Vec<T> = items.iter().filter_map(|item| T::read(item, reader)).collect();
        (values.len() == items.len()).then_some(values)
    }

    fn write(&self, names: &Names) -> Node {
        Node::list(self.iter().map(|item| item.write(names)).collect())
    }
}

/// What may be left out.
impl<T: Value> Value for Option<T> {
    const EXAMPLE: &'static str = T::EXAMPLE;

    fn shape() -> Shape {
        T::shape()
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        T::read(node, reader).map(Some)
    }

    fn write(&self, names: &Names) -> Node {
        self.as_ref().map_or_else(|| Node::list(Vec::new()), |value| value.write(names))
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Value> Value for Box<T> {
    const EXAMPLE: &'static str = T::EXAMPLE;

    fn shape() -> Shape {
        T::shape()
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        T::read(node, reader).map(Box::new)
    }

    fn write(&self, names: &Names) -> Node {
        (**self).write(names)
    }
}

/// A reference, with the name that the scenario uses for it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Named<T> {
    pub id: T,
    pub name: String,
}

impl<T: Value> Value for Named<T> {
    const EXAMPLE: &'static str = T::EXAMPLE;

    fn shape() -> Shape {
        T::shape()
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let id = T::read(node, reader)?;
        Some(Named { id, name: node.as_text()?.to_string() })
    }

    fn write(&self, names: &Names) -> Node {
        self.id.write(names)
    }
}

macro_rules! ordered {
    ($($plain:ty),*) => {
        $(
            impl Within<$plain> for $plain {
                fn within(&self, least: &$plain, most: &$plain) -> bool {
                    (least..=most).contains(&self)
                }
            }

            impl Within<$plain> for Option<$plain> {
                fn within(&self, least: &$plain, most: &$plain) -> bool {
                    self.is_none_or(|value| value.within(least, most))
                }
            }
        )*
    };
}

ordered!(Duration, Share, Rate, u64, i64, f64);

/// Reads one of a few plain words, such as `BlackHole`.
pub fn word<T: Copy>(expr: &Node, reader: &mut Reader, known: &[(&'static str, T)]) -> Option<T> {
    let found = variant(expr).and_then(|name| known.iter().find(|(known, _)| *known == name));
    if found.is_none() {
        let mend = instead(variant(expr).unwrap_or(""), known.iter().map(|(name, _)| *name));
        reader.problem(place(expr), format!("{} is not known here", describe(expr)), mend);
    }
    found.map(|(_, value)| *value)
}

/// The name of a thing by its number.
fn name_of(declared: &[Declared], index: usize) -> Node {
    Node::text(&declared[index].name)
}

/// A length of time in the largest unit that writes it in full with at most three decimals, or else in nanoseconds.
fn exact(length: Duration) -> String {
    const UNITS: [(&str, u64); 6] = [
        ("d", 86_400_000_000_000),
        ("h", 3_600_000_000_000),
        ("min", 60_000_000_000),
        ("s", 1_000_000_000),
        ("ms", 1_000_000),
        ("us", 1_000),
    ];
    let nanos = length.as_nanos();
    if nanos == 0 {
        return "0s".to_string();
    }
    let whole = UNITS.iter().find(|(_, scale)| nanos.is_multiple_of(*scale));
    if let Some((unit, scale)) = whole.filter(|(unit, _)| matches!(*unit, "d" | "h" | "min" | "s"))
    {
        return format!("{}{unit}", grouped(nanos / scale));
    }
    let decimal = UNITS[3..].iter().find(|(_, scale)| {
        nanos >= *scale && (u128::from(nanos) * 1_000).is_multiple_of(u128::from(*scale))
    });
    match decimal {
        Some((unit, scale)) => {
            let parts = u128::from(nanos) * 1_000 / u128::from(*scale);
            format!("{}{unit}", thousandths(parts))
        }
        None => format!("{nanos}ns"),
    }
}

/// A number of thousandths without needless zeros.
fn thousandths(parts: u128) -> String {
    let text = format!("{}.{:03}", parts / 1_000, parts % 1_000);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// A share in percent, to the last of its parts.
fn exact_share(share: Share) -> String {
    let parts = share.parts();
    let text = format!("{}.{:07}", parts / 10_000_000, parts % 10_000_000);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

/// A rate in the unit of time in which it is written shortest and in full.
fn exact_rate(rate: Rate) -> String {
    for (unit, seconds) in [("s", 1u64), ("min", 60), ("h", 3_600), ("d", 86_400)] {
        let events = u128::from(rate.nano_hertz()) * u128::from(seconds);
        if events.is_multiple_of(1_000_000) || rate.is_zero() {
            return format!("{} req/{unit}", thousandths(events / 1_000_000));
        }
    }
    // What was written per minute, hour or day is rounded to a billionth of an event per second: the text that reads back alike.
    let written =
        [("min", 60u64), ("h", 3_600), ("d", 86_400)].into_iter().find_map(|(unit, seconds)| {
            let thousandth =
                (u128::from(rate.nano_hertz()) * u128::from(seconds) + 500_000) / 1_000_000;
            let text = format!("{} req/{unit}", thousandths(thousandth));
            (text.parse::<Rate>() == Ok(rate)).then_some(text)
        });
    let nano = rate.nano_hertz();
    written.unwrap_or_else(|| format!("{}.{:09} req/s", nano / 1_000_000_000, nano % 1_000_000_000))
}

/// A count with its thousands set apart.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    if digits.len() < 4 {
        return digits;
    }
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).expect("digits are ASCII"))
        .collect();
    groups.join("_")
}

/// The shortest decimal number that reads back alike.
fn decimal(number: f64) -> String {
    format!("{number:?}")
}
