//! Health checks that stand where the name of one is expected. Before names are declared each moves into `health_checks`, and its
//! name stays in its place. Places stay those of the text.
//!
//! ```text
//!  To(region: "a", check: HealthCheck(preset: "p"))
//!  --> health_checks: [HealthCheck(preset: "p", watches: "a", name: "a")]   To(region: "a", check: "a")
//! ```

use crate::read::node::{Body, Entry, Written};
use crate::read::{Node, Reader};
use std::borrow::Cow;

/// The scenario with all its checks in one list.
pub fn moved<'n>(root: &'n Node, reader: &mut Reader) -> Cow<'n, Node> {
    let mut mover = Mover { reader, doors: Vec::new(), taken: Vec::new(), found: Vec::new() };
    mover.doors.extend(names_of(root.field("front_doors")));
    mover.taken.extend(names_of(root.field("health_checks")));
    mover.note_names(root);
    let mut tree = root.clone();
    mover.walk(&mut tree);
    let found = mover.found;
    let Written::Struct { body: Body::Fields(fields), .. } = &mut tree.written else {
        return Cow::Borrowed(root);
    };
    if found.is_empty() {
        return Cow::Borrowed(root);
    }
    match fields.iter_mut().find(|field| field.name == "health_checks") {
        Some(list) => {
            let all = list.value.items().iter().cloned().chain(found).collect();
            list.value.written = Written::List(all);
        }
        None => {
            let value = Node { written: Written::List(found), place: root.place };
            fields.push(Entry { name: "health_checks".into(), at: root.place, value });
        }
    }
    Cow::Owned(tree)
}

/// Moves checks while it walks through the tree.
struct Mover<'r> {
    reader: &'r mut Reader,
    /// Names of front doors: a record that leads to one names no region.
    doors: Vec<String>,
    /// Names that checks have.
    taken: Vec<String>,
    found: Vec<Node>,
}

impl Mover<'_> {
    /// Notes the names that checks bring along, wherever they stand.
    fn note_names(&mut self, node: &Node) {
        let (owner, parts) = (node.name(), parts(node));
        for (field, part) in parts {
            let refers = field.is_some_and(|field| refers(owner, field));
            let checks = part.items().iter().filter(|item| refers && is_check(item));
            let names = checks.filter_map(|check| check.field("name")?.as_text());
            self.taken.extend(names.map(str::to_string));
            self.note_names(part);
        }
    }

    fn walk(&mut self, node: &mut Node) {
        let region = node.field("region").filter(|region| region.as_text().is_some()).cloned();
        let owner = node.name().map(str::to_string);
        match &mut node.written {
            Written::List(items) => items.iter_mut().for_each(|item| self.walk(item)),
            Written::Map(entries) => {
                entries.iter_mut().for_each(|entry| self.walk(&mut entry.value))
            }
            Written::Struct { body: Body::Values(values), .. } => {
                values.iter_mut().for_each(|value| self.walk(value));
            }
            Written::Struct { body: Body::Fields(fields), .. } => {
                for field in fields {
                    self.walk(&mut field.value);
                    if refers(owner.as_deref(), &field.name) {
                        self.take(&mut field.value, region.as_ref());
                    }
                }
            }
            _ => {}
        }
    }

    /// Takes the checks out of a field, and leaves their names.
    fn take(&mut self, value: &mut Node, region: Option<&Node>) {
        if let Written::List(items) = &mut value.written {
            items.iter_mut().for_each(|item| self.take(item, region));
        } else if is_check(value) {
            *value = self.add(value.clone(), region);
        }
    }

    /// Adds a check to the list, and gives its name.
    fn add(&mut self, mut check: Node, region: Option<&Node>) -> Node {
        let place = check.place;
        let region = region.filter(|region| {
            region.as_text().is_some_and(|name| !self.doors.iter().any(|door| door == name))
        });
        let mut fields = check.fields().to_vec();
        let probes = matches!(check.name(), Some("HealthCheck") | None);
        if let (true, None, Some(region)) = (probes, check.field("watches"), region) {
            fields.push(Entry { name: "watches".into(), at: place, value: region.clone() });
        }
        let name = match check.field("name") {
            Some(name) if name.as_text().is_none() => name.clone(),
            Some(name) => Node { place, ..name.clone() },
            None => {
                let name = Node { place, ..Node::text(self.name(&check, region)) };
                fields.push(Entry { name: "name".into(), at: place, value: name.clone() });
                name
            }
        };
        if let Written::Struct { body, .. } = &mut check.written {
            *body = Body::Fields(fields);
        }
        self.found.push(check);
        name
    }

    /// What a check without a name is called: as the region of the record that it stands in, or else as what it watches.
    fn name(&mut self, check: &Node, region: Option<&Node>) -> String {
        let metric = check.field("metric");
        let watched = check.field("watches").or_else(|| metric?.field("region"));
        let name = region.or(watched).and_then(Node::as_text);
        let place = check.place;
        // Another name stands in after a problem, so that reading goes on.
        let other = format!("check in line {}, column {}", place.line, place.column);
        match name {
            Some(name) if !self.taken.iter().any(|taken| taken == name) => {
                self.taken.push(name.to_string());
                name.to_string()
            }
            Some(name) => {
                let what = format!("two health checks would be called \"{name}\"");
                self.reader.problem(place, what, "give this one a name of its own: name: \"..\"");
                other
            }
            // Of a check that probes it is told that it lacks what it watches.
            None if matches!(check.name(), Some("HealthCheck") | None) => other,
            None => {
                let what = "nothing says what this health check is called";
                self.reader.problem(place, what, "give it a name: name: \"..\"");
                other
            }
        }
    }
}

/// Whether a field of a struct takes the name of a health check.
fn refers(owner: Option<&str>, field: &str) -> bool {
    match field {
        "check" | "target_health" | "trigger" | "of" => true,
        // Of a check it is the region.
        "watches" => owner != Some("HealthCheck"),
        _ => false,
    }
}

/// Whether it is a check that is written out; without a name of its kind it is one that probes.
fn is_check(node: &Node) -> bool {
    match &node.written {
        Written::Struct { name, body: Body::Fields(_) } => {
            matches!(name.as_deref(), Some("HealthCheck" | "Calculated" | "Alarm") | None)
        }
        Written::Struct { name, body: Body::Bare } => {
            matches!(name.as_deref(), Some("HealthCheck" | "Calculated" | "Alarm"))
        }
        _ => false,
    }
}

/// What a piece is made of, with the names of fields.
fn parts(node: &Node) -> Vec<(Option<&str>, &Node)> {
    match &node.written {
        Written::List(items) => items.iter().map(|item| (None, item)).collect(),
        Written::Map(entries) => entries.iter().map(|entry| (None, &entry.value)).collect(),
        Written::Struct { body: Body::Values(values), .. } => {
            values.iter().map(|value| (None, value)).collect()
        }
        Written::Struct { body: Body::Fields(fields), .. } => {
            fields.iter().map(|field| (Some(field.name.as_str()), &field.value)).collect()
        }
        _ => Vec::new(),
    }
}

/// The names of the things in a list.
fn names_of(list: Option<&Node>) -> Vec<String> {
    let items = list.map(Node::items).unwrap_or_default();
    items.iter().filter_map(|item| item.field("name")?.as_text()).map(str::to_string).collect()
}

#[cfg(test)]
mod tests;
