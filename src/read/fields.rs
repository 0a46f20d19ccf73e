//! The fields of one struct while they are being read.

use super::node::{Body, Entry, Written};
use super::record::{Spec, Value};
use super::{Node, Reader, describe};
use crate::problem::{Place, instead_of_field, nearest};

/// The fields of one struct, and which of them were asked for.
pub struct Fields<'r, 'e> {
    reader: &'r mut Reader,
    owner: String,
    place: Place,
    fields: &'e [Entry],
    asked: Vec<&'static str>,
    /// Earlier names of fields, and what each is called.
    renamed: Vec<(&'static str, &'static str)>,
    /// Required fields that are not written, with an example. They are reported at the end, when it
    /// is known whether a misspelt field was meant.
    missing: Vec<(&'static str, String)>,
}

impl<'r, 'e> Fields<'r, 'e> {
    /// Opens `Name(field: value, ..)` or `(field: value, ..)`; anything else is a problem.
    pub fn open(reader: &'r mut Reader, node: &'e Node, owner: &str) -> Option<Self> {
        let fields: &[Entry] = match &node.written {
            Written::Struct { body: Body::Bare, .. } => &[],
            Written::Struct { body: Body::Fields(fields), .. } => fields,
            Written::Struct { name: Some(_), body: Body::Values(_) } => {
                reader.problem(
                    node.place,
                    format!("{owner} has values without field names"),
                    format!("write {owner}(name: value, ..)"),
                );
                return None;
            }
            _ => {
                reader.problem(
                    node.place,
                    format!("{} is not {owner}", describe(node)),
                    format!("write {owner}(name: value, ..)"),
                );
                return None;
            }
        };
        let mut opened = Fields {
            reader,
            owner: owner.to_string(),
            place: node.place,
            fields,
            asked: Vec::new(),
            renamed: Vec::new(),
            missing: Vec::new(),
        };
        opened.reject_duplicates();
        Some(opened)
    }

    fn reject_duplicates(&mut self) {
        for (index, field) in self.fields.iter().enumerate() {
            if self.fields[..index].iter().any(|earlier| earlier.name == field.name) {
                let what = format!("field {} is written twice in {}", field.name, self.owner);
                self.reader.problem(field.at, what, "keep one of them");
            }
        }
    }

    /// How many problems there are so far: rules that need sound fields ask whether it has grown.
    pub fn problems(&self) -> usize {
        self.reader.problems.len() + self.missing.len()
    }

    /// The place of the whole struct.
    pub fn place(&self) -> Place {
        self.place
    }

    pub fn reader(&mut self) -> &mut Reader {
        self.reader
    }

    /// Notes a problem at a field's value, or at the struct when the field is not written.
    pub fn reject(&mut self, name: &str, what: impl Into<String>, help: impl Into<String>) {
        let at = self.place_of(name);
        self.reader.problem(at, what, help);
    }

    /// What is written for a field.
    pub fn expr(&mut self, name: &'static str) -> Option<&'e Node> {
        self.asked.push(name);
        self.fields.iter().find(|field| field.name == name).map(|field| &field.value)
    }

    /// Whether a field is written, by its name or an earlier one.
    pub fn is_written(&self, name: &str) -> bool {
        self.fields.iter().any(|field| field.name == name)
    }

    /// Whether the scenario itself writes a field: what comes from a preset stands where the struct does.
    pub fn is_own(&self, name: &str) -> bool {
        let own = |field: &&Entry| field.name == name && field.at != self.place;
        self.fields.iter().any(|field| own(&field))
    }

    /// The place of a field's value, or of the struct when the field is not written.
    pub fn place_of(&self, name: &str) -> Place {
        self.fields
            .iter()
            .find(|field| field.name == name)
            .map_or(self.place, |field| field.value.place)
    }

    /// Takes a field by its description; not written, it is as usual or by default. After a problem the default stands in, so that
    /// reading goes on.
    pub fn take<T: Value>(&mut self, spec: &Spec<T>, usual: Option<&T>) -> Option<T> {
        let current = self.expr(spec.name);
        let earlier = spec.was.and_then(|was| self.earlier(was, spec.name));
        if let (Some(_), Some(earlier), Some(was)) = (current, earlier, spec.was) {
            let what = format!("{} and {was} of {} are one field", spec.name, self.owner);
            self.reader.problem(earlier.place, what, format!("keep {}", spec.name));
        }
        let instead =
            || usual.cloned().or_else(|| spec.default.map(|default| default())).or_else(T::absent);
        let Some(node) = current.or(earlier) else {
            let absent = instead();
            if absent.is_none() {
                self.missing.push((spec.name, T::EXAMPLE.to_string()));
            }
            return absent;
        };
        let value = T::read(node, self.reader);
        if let (Some(value), Some(range)) = (&value, &spec.range)
            && !(range.holds)(value)
        {
            let what = format!("{} is out of range", spec.name);
            self.reader.problem(node.place, what, range.help);
        }
        value.or_else(instead)
    }

    /// What is written under an earlier name of a field. It is known, but nobody is led to it.
    fn earlier(&mut self, was: &'static str, name: &'static str) -> Option<&'e Node> {
        self.renamed.push((was, name));
        let found = self.fields.iter().find(|field| field.name == was).map(|field| &field.value);
        if found.is_some() {
            self.asked.push(was);
        }
        found
    }

    /// A field that must be there.
    pub fn required<T: Value>(&mut self, name: &'static str) -> Option<T> {
        match self.expr(name) {
            Some(expr) => T::read(expr, self.reader),
            None => {
                self.missing.push((name, T::EXAMPLE.to_string()));
                None
            }
        }
    }

    /// A field that may be left out.
    pub fn optional<T: Value>(&mut self, name: &'static str) -> Option<T> {
        self.expr(name).and_then(|expr| T::read(expr, self.reader))
    }

    /// A field with a default. After a problem the default stands in, so that reading can go on.
    pub fn or<T: Value>(&mut self, name: &'static str, default: T) -> T {
        self.optional(name).unwrap_or(default)
    }

    /// A field read by a function of its own.
    pub fn with<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&'e Node, &mut Reader) -> Option<T>,
    ) -> Option<T> {
        self.expr(name).and_then(|expr| read(expr, self.reader))
    }

    /// A required field read by a function of its own.
    pub fn required_with<T>(
        &mut self,
        name: &'static str,
        example: &str,
        read: impl FnOnce(&'e Node, &mut Reader) -> Option<T>,
    ) -> Option<T> {
        if !self.is_written(name) {
            self.asked.push(name);
            self.missing.push((name, example.to_string()));
            return None;
        }
        self.with(name, read)
    }

    /// A list in which each item is read by a function; a missing field is an empty list, one thing a list of one.
    pub fn list<T>(
        &mut self,
        name: &'static str,
        mut read: impl FnMut(&'e Node, &mut Reader) -> Option<T>,
    ) -> Vec<T> {
        let Some(node) = self.expr(name) else { return Vec::new() };
        node.items().iter().filter_map(|item| read(item, self.reader)).collect()
    }

    /// Says that a field is missing which only others in the struct make necessary.
    pub fn require(&mut self, name: &'static str, example: &str) {
        self.missing.push((name, example.to_string()));
    }

    /// Ends the reading: what nobody asked for is unknown.
    pub fn close(mut self) {
        for field in self.fields {
            let written: &str = &field.name;
            if self.asked.contains(&written) {
                continue;
            }
            // A field that is missing and one that nobody knows are one slip when their names are near.
            let earlier = self.renamed.iter().map(|(was, _)| *was);
            let meant = nearest(written, self.asked.iter().copied().chain(earlier));
            // Who nearly writes an earlier name is led to the present one.
            let present = self.renamed.iter().find(|(was, _)| Some(*was) == meant);
            let meant = present.map(|(_, name)| *name).or(meant);
            self.missing.retain(|(name, _)| Some(*name) != meant);
            let help = instead_of_field(meant, written, &self.owner, &self.asked);
            self.reader.problem(field.at, format!("{} has no field {written}", self.owner), help);
        }
    }
}

/// Missing fields are told however the reading ends.
impl Drop for Fields<'_, '_> {
    fn drop(&mut self) {
        for (name, example) in std::mem::take(&mut self.missing) {
            let what = format!("{} lacks the field {name}", self.owner);
            self.reader.problem(self.place, what, format!("add {name}: {example}"));
        }
    }
}
