//! Rows of numbers: what one thing's numbers are, by the keys of the registry.

use super::Interval;
use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

/// One number of a row.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    Flag(bool),
    Count(u64),
    Number(f64),
    Interval(Interval),
    /// No occasion to measure it.
    Absent(()),
}

/// The numbers of one thing by key, in the order of the registry. In JSON they are fields of the row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Numbers(Vec<(Cow<'static, str>, Value)>);

impl Numbers {
    pub fn of(numbers: impl IntoIterator<Item = (&'static str, Value)>) -> Numbers {
        Numbers(numbers.into_iter().map(|(key, value)| (Cow::Borrowed(key), value)).collect())
    }

    /// The number with this key; none where a report of another version lacks it.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(of, _)| of == key).map(|(_, value)| value)
    }

    /// Sets or adds a number.
    pub fn set(&mut self, key: &'static str, value: Value) {
        match self.0.iter_mut().find(|(of, _)| of == key) {
            Some((_, old)) => *old = value,
            None => self.0.push((Cow::Borrowed(key), value)),
        }
    }

    /// A plain number, or the estimate of an interval; 0 where there is none.
    pub fn number(&self, key: &str) -> f64 {
        self.maybe(key).unwrap_or(0.0)
    }

    /// The same, where there is one.
    pub fn maybe(&self, key: &str) -> Option<f64> {
        match self.get(key)? {
            Value::Count(count) => Some(*count as f64),
            Value::Number(number) => Some(*number),
            Value::Interval(interval) => interval.estimate,
            Value::Flag(_) | Value::Absent(()) => None,
        }
    }

    /// A whole number; 0 where there is none.
    pub fn count(&self, key: &str) -> u64 {
        match self.get(key) {
            Some(Value::Count(count)) => *count,
            _ => 0,
        }
    }

    pub fn interval(&self, key: &str) -> Option<Interval> {
        match self.get(key)? {
            Value::Interval(interval) => Some(*interval),
            _ => None,
        }
    }

    pub fn flag(&self, key: &str) -> bool {
        self.get(key) == Some(&Value::Flag(true))
    }
}

impl From<Option<Interval>> for Value {
    fn from(interval: Option<Interval>) -> Value {
        interval.map_or(Value::Absent(()), Value::Interval)
    }
}

impl From<Option<f64>> for Value {
    fn from(number: Option<f64>) -> Value {
        number.map_or(Value::Absent(()), Value::Number)
    }
}

impl Serialize for Numbers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Numbers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Numbers, D::Error> {
        deserializer.deserialize_map(Fields)
    }
}

/// Reads fields one by one, in their order.
struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Numbers;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("numbers by key")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Numbers, A::Error> {
        let mut numbers = Vec::new();
        while let Some((key, value)) = map.next_entry::<String, Value>()? {
            numbers.push((Cow::Owned(key), value));
        }
        Ok(Numbers(numbers))
    }
}
