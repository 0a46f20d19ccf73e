//! The fields of one struct while they are being read.

use super::elsewhere::foreign;
use super::node::{Body, Entry, Written};
use super::record::{Spec, Value};
use super::{Catalogue, Node, Reader, Shelf, describe, preset};
use crate::problem::{Place, fields_of, nearest};

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
    /// Problems that there were before.
    before: usize,
    /// A preset stands below what is written.
    is_over_preset: bool,
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
            before: reader.problems.len(),
            is_over_preset: false,
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

    /// The same fields, of a struct of which problems have been noted since there were so many.
    pub fn since(mut self, before: usize) -> Self {
        self.before = before;
        self
    }

    /// The fields of a struct that a preset of this shelf may stand below.
    pub fn over(&mut self, shelf: &'static Shelf) {
        self.expr(preset::field(shelf).name);
        self.is_over_preset = true;
    }

    /// Whether its preset is known and every field so far could be read: rules across fields say nothing of what only stands in.
    pub fn could_be_read(&self) -> bool {
        self.problems() == self.before
    }

    /// Whether all that is written for a field could be read: what follows from it is not told otherwise.
    pub fn is_sound(&self, name: &str) -> bool {
        let is_unknown = |field: &&Entry| !self.asked.contains(&field.name.as_str());
        let is_meant = |field: &Entry| self.instead_of(field, false).0 == Some(name);
        if self.fields.iter().filter(is_unknown).any(is_meant) {
            return false;
        }
        let Some(written) = self.fields.iter().find(|field| field.name == name) else {
            return self.missing.iter().all(|(missing, _)| *missing != name);
        };
        let Place { start, end, .. } = written.value.place;
        let is_within = |place: Place| (start..=end).contains(&place.start) || place == written.at;
        self.reader.problems.iter().all(|problem| !is_within(problem.place))
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
        let instead = || spec.usual(usual).or_else(T::absent);
        let Some(node) = current.or(earlier) else {
            let absent = instead();
            if absent.is_none() {
                self.missing.push((spec.name, T::EXAMPLE.to_string()));
            }
            return absent;
        };
        let noted = self.reader.sources.len();
        let value = T::read(node, self.reader);
        // What a preset sets is of that preset, and noted with it.
        if self.is_over_preset && node.place == self.place {
            self.reader.sources.truncate(noted);
        }
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
        let fields = self.fields;
        let is_unknown = |field: &&Entry| !self.asked.contains(&field.name.as_str());
        let unknown: Vec<&Entry> = fields.iter().filter(is_unknown).collect();
        let is_alone = unknown.len() == 1;
        for field in unknown {
            let written: &str = &field.name;
            let (meant, help) = self.instead_of(field, is_alone);
            // A field that is missing and one that nobody knows are one slip when the one means the other.
            self.missing.retain(|(name, _)| Some(*name) != meant);
            let has = fields_of(&self.owner, written, &self.asked);
            let help = help.map_or(has.clone(), |help| format!("{help} {has}"));
            self.reader.problem(field.at, format!("{} has no field {written}", self.owner), help);
        }
    }

    /// The field that is meant by an unknown one, and what to say about it.
    fn instead_of(&self, field: &Entry, is_alone: bool) -> (Option<&'static str>, Option<String>) {
        let written: &str = &field.name;
        if let Some(foreign) = foreign(&self.owner, written, &self.asked) {
            return (Some(foreign.field), Some(format!("{}.", foreign.help())));
        }
        let earlier = self.renamed.iter().map(|(was, _)| *was);
        if let Some(near) = nearest(written, self.asked.iter().copied().chain(earlier)) {
            // Who nearly writes an earlier name is led to the present one.
            let present = self.renamed.iter().find(|(was, _)| *was == near);
            let meant = present.map_or_else(
                || self.asked.iter().copied().find(|name| *name == near),
                |(_, name)| Some(*name),
            );
            return (meant, meant.map(|name| format!("did you mean {name}?")));
        }
        let homes =
            self.reader.root.map_or_else(Vec::new, |root| Catalogue::of(root).homes(written));
        if (1..=HOMES_NAMED).contains(&homes.len()) {
            return (None, Some(format!("it belongs to {}.", homes.join(" or "))));
        }
        match self.missing[..] {
            [(missing, ref example)] if is_alone && is_alike(&field.value, example) => {
                (Some(missing), Some(format!("is it {missing}, which is missing?")))
            }
            _ => (None, None),
        }
    }
}

/// Structs that are named as the home of a field; more of them lead nowhere.
const HOMES_NAMED: usize = 3;

/// Whether a value could be one that is written as in an example.
fn is_alike(value: &Node, example: &str) -> bool {
    match &value.written {
        Written::Text(_) => example.starts_with('"'),
        Written::Number(_) => example.starts_with(|first: char| first.is_ascii_digit()),
        Written::List(_) => example.starts_with('['),
        Written::Struct { name: Some(name), .. } => example.starts_with(name.as_str()),
        _ => false,
    }
}

/// Missing fields are told however the reading ends.
impl Drop for Fields<'_, '_> {
    fn drop(&mut self) {
        // A preset that could not be read would have given them.
        let preset = self.fields.iter().find(|field| field.name == "preset");
        let is_at = |place: Place| self.reader.problems.iter().any(|told| told.place == place);
        if preset.is_some_and(|preset| is_at(preset.value.place)) {
            return;
        }
        for (name, example) in std::mem::take(&mut self.missing) {
            let what = format!("{} lacks the field {name}", self.owner);
            self.reader.problem(self.place, what, format!("add {name}: {example}"));
        }
    }
}
