//! A path on its way through a tree, with the description beside it.

use super::node::{Body, Written, in_full};
use super::path::{Hop, Lack, Path, PathProblem, Step, Target, spelled};
use super::{Field, Node, Record, Shape, merge};
use crate::problem::{fields_of, nearest};

/// How far a path has gone.
#[derive(Clone)]
pub(super) struct Walk {
    path: Path,
    /// What stands there.
    node: Option<Node>,
    route: Vec<Hop>,
    lacks: Option<Lack>,
    shape: Shape,
    field: Option<Field>,
}

impl Walk {
    pub fn from(root: &Node, shape: &Shape) -> Walk {
        Walk {
            path: Path { steps: Vec::new() },
            node: Some(root.clone()),
            route: Vec::new(),
            lacks: None,
            shape: shape.clone(),
            field: None,
        }
    }

    pub fn target(self) -> Target {
        let default = self.field.as_ref().and_then(|field| field.default.clone());
        Target {
            path: self.path.to_string(),
            shape: self.shape,
            range: self.field.and_then(|field| field.range),
            value: self.node,
            default,
            route: self.route,
            lacks: self.lacks,
        }
    }

    /// What it is, for messages.
    fn said(&self) -> String {
        if self.path.steps.is_empty() { "the scenario".into() } else { self.path.to_string() }
    }

    /// One step further: to one place, or to all items of a list.
    pub fn step(self, step: &Step) -> Result<Vec<Walk>, PathProblem> {
        match step {
            Step::Field(name) => self.only()?.into_field(name).map(|next| vec![next]),
            Step::Key(key) => self.into_item(key).map(|next| vec![next]),
            Step::All => {
                let items = self.items()?;
                if items.is_empty() {
                    let what = format!("{} is empty", self.said());
                    return Err(PathProblem::new(what, "name what is there"));
                }
                Ok(items)
            }
        }
    }

    /// A list of one thing needs no index.
    fn only(self) -> Result<Walk, PathProblem> {
        if self.shape.item().is_none() {
            return Ok(self);
        }
        let path = self.path.clone();
        let mut items = self.items()?;
        match items.len() {
            1 => {
                let mut only = items.remove(0);
                only.path = path;
                Ok(only)
            }
            count => {
                let what = format!("{} has {count} items", self.said());
                Err(PathProblem::new(what, format!("say which: {}", self.known(&items))))
            }
        }
    }

    /// What a list holds.
    fn items(&self) -> Result<Vec<Walk>, PathProblem> {
        let Some(node) = self.node.as_ref().filter(|_| self.lacks.is_none()) else {
            let what = format!("{} is not written, so it has no items", self.said());
            return Err(PathProblem::new(what, "write it first"));
        };
        let is_list = matches!(node.written, Written::List(_));
        let shape = self.shape.item().cloned().unwrap_or_else(|| self.shape.clone());
        let item = |(index, item): (usize, &Node)| {
            let mut walk = self.clone();
            walk.node = Some(item.clone());
            walk.shape = shape.clone();
            walk.field = None;
            if is_list {
                walk.route.push(Hop::Item(index));
            }
            let key = merge::key(item).or(item.name()).unwrap_or("*");
            walk.path.steps.push(Step::Key(key.to_string()));
            walk
        };
        Ok(node.items().iter().enumerate().map(item).collect())
    }

    /// The keys of items, and the kinds of those without.
    fn known(&self, items: &[Walk]) -> String {
        let mut keys: Vec<String> = items
            .iter()
            .filter_map(|item| item.node.as_ref().and_then(|node| merge::key(node).or(node.name())))
            .map(spelled)
            .collect();
        keys.dedup();
        keys.join(", ")
    }

    fn into_item(self, key: &str) -> Result<Walk, PathProblem> {
        let items = self.items()?;
        let of = |is: &dyn Fn(&Node) -> bool| -> Vec<Walk> {
            items.iter().filter(|item| item.node.as_ref().is_some_and(is)).cloned().collect()
        };
        let mut found = of(&|item| merge::key(item) == Some(key));
        if found.is_empty() {
            found = of(&|item| item.name() == Some(key));
        }
        if found.len() > 1 {
            let what = format!("{} items of {} are {key}", found.len(), self.said());
            return Err(PathProblem::new(what, "give them names, or take all of them with [*]"));
        }
        let Some(found) = found.pop() else {
            let known = self.known(&items);
            let meant = nearest(key, known.split(", ").filter(|known| !known.is_empty()));
            let meant = meant.map_or(String::new(), |meant| format!("did you mean {meant}? "));
            let place =
                if key.parse::<usize>().is_ok() { "an item goes by its name; " } else { "" };
            let what = format!("{} has no item {key}", self.said());
            return Err(PathProblem::new(what, format!("{meant}{place}there is {known}")));
        };
        Ok(found)
    }

    /// Where anything may stand, the fields are those that are written, and any other may be added.
    fn into_any(mut self, name: &str) -> Result<Walk, PathProblem> {
        let Some(node) = self.node.take().filter(Node::is_struct) else {
            let what = format!("{} has no fields", self.said());
            return Err(PathProblem::new(what, "end the path here"));
        };
        self.path.steps.push(Step::Field(name.to_string()));
        self.node = node.field(name).cloned();
        if self.node.is_some() {
            self.route.push(Hop::Field(name.to_string()));
        } else {
            let fields = vec![(name.to_string(), None)];
            self.lacks = Some(Lack { record: "", short: None, fields });
        }
        Ok(self)
    }

    fn into_field(mut self, name: &str) -> Result<Walk, PathProblem> {
        if matches!(self.shape, Shape::Any) {
            return self.into_any(name);
        }
        // A plain default makes room for a struct; a plain value does not.
        let is_written = self.lacks.is_none();
        let node = self.node.as_ref().filter(|node| is_written || node.is_struct());
        let records = self.shape.records(node);
        if records.is_empty() {
            let what = format!("{} is {} and has no fields", self.said(), self.shape);
            return Err(PathProblem::new(what, "end the path here"));
        }
        let having: Vec<(&Record, &Field)> = records
            .iter()
            .filter_map(|record| record.field(name).map(|field| (record, field)))
            .collect();
        let Some(&(record, field)) = having.first() else {
            let known: Vec<&str> =
                records.iter().flat_map(|record| &record.fields).map(|field| field.name).collect();
            let owner = self.said();
            let has = fields_of(&owner, name, &known);
            let help = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean {near}? {has}"),
                None => has,
            };
            return Err(PathProblem::new(format!("{owner} has no field {name}"), help));
        };
        let field = field.clone();
        // Which of several kinds is meant is said by a field that only one of them has.
        let kind = (records.len() == 1 || having.len() == 1).then_some(record.name);
        let (record, short) = (record.name, record.short);
        self.path.steps.push(Step::Field(field.name.to_string()));
        self.shape = field.shape.clone();
        let default = || field.default.as_deref().and_then(|text| super::tree(text, 0).ok());
        if let Some(lacks) = &mut self.lacks {
            let inside = self.node.take().filter(|node| node.is_struct());
            let next = inside.as_ref().and_then(|node| node.field(field.name)).cloned();
            if let Some((_, base)) = lacks.fields.last_mut() {
                *base = Some(inside.unwrap_or_else(|| empty(kind)));
            }
            lacks.fields.push((field.name.to_string(), None));
            self.node = next.or_else(default);
        } else if let Some(node) = self.node.take() {
            let full = in_full(&node, record, short);
            let is_short = matches!(full, std::borrow::Cow::Owned(_));
            let written = full.fields().iter().find(|entry| {
                entry.name == field.name || field.was.is_some_and(|was| entry.name == was)
            });
            self.node = written.map(|entry| entry.value.clone()).or_else(default);
            match written {
                Some(_) if is_short && node.only_value().is_some() => self.route.push(Hop::Value),
                Some(_) if is_short => {}
                Some(entry) => self.route.push(Hop::Field(entry.name.clone())),
                None => {
                    let fields = vec![(field.name.to_string(), None)];
                    self.lacks = Some(Lack { record, short, fields });
                }
            }
        }
        self.field = Some(field);
        Ok(self)
    }
}

fn empty(kind: Option<&str>) -> Node {
    let name = kind.map(str::to_string);
    Node::of(Written::Struct { name, body: Body::Fields(Vec::new()) })
}
