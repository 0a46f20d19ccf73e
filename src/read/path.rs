//! Knob paths: they point at any value of a scenario as one would say it, `stores[orders].promotion.decision`. What they point at has
//! the type, the range and the default of its description, whether it is written or not.
//!
//! ```text
//!  health_checks[tokyo].interval    the item of this name, or that leads to it, or the only one of this kind
//!  health_checks[*].interval        all items that have the field
//!  users["a]b"].reads               a key with a bracket or a dot stands in quotes
//! ```

use super::node::{Body, Written, in_full};
use super::{Field, Node, Record, Shape, merge};
use crate::problem::{fields_of, nearest};
use std::fmt;

/// A way to values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Field(String),
    Key(String),
    All,
}

/// What is wrong with a path, or with a value for what it points at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathProblem {
    pub what: String,
    pub help: String,
}

/// What a path points at.
#[derive(Clone, Debug)]
pub struct Target {
    /// The path to it alone.
    pub path: String,
    pub shape: Shape,
    /// Least and largest value, as they would be written.
    pub range: Option<(String, String)>,
    /// What stands there: as it is written, or by default.
    pub value: Option<Node>,
    /// What stands where nothing is written, as it would be written; presets may know better.
    pub default: Option<String>,
    /// The way through the tree to it, or to the struct that lacks it.
    pub(super) route: Vec<Hop>,
    pub(super) lacks: Option<Lack>,
}

/// One step through a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Hop {
    /// A field, by the name that is written.
    Field(String),
    Item(usize),
    /// The value of `Name(value)`.
    Value,
}

/// What has to be written into a struct first.
#[derive(Clone, Debug)]
pub(super) struct Lack {
    /// The struct that lacks it, and the field that its short form is.
    pub record: &'static str,
    pub short: Option<&'static str>,
    /// The field that is missing, with what its value is without the next field; and so on.
    pub fields: Vec<(String, Option<Node>)>,
}

impl Target {
    /// Whether it is written, so that no default or preset stands there.
    pub fn is_written(&self) -> bool {
        self.lacks.is_none()
    }
}

impl PathProblem {
    pub fn new(what: impl Into<String>, help: impl Into<String>) -> PathProblem {
        PathProblem { what: what.into(), help: help.into() }
    }
}

impl fmt::Display for PathProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.what, self.help)
    }
}

impl std::error::Error for PathProblem {}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.steps.iter().enumerate() {
            match step {
                Step::Field(name) if index == 0 => f.write_str(name)?,
                Step::Field(name) => write!(f, ".{name}")?,
                Step::Key(key) => write!(f, "[{}]", spelled(key))?,
                Step::All => f.write_str("[*]")?,
            }
        }
        Ok(())
    }
}

/// A key as it stands in a path.
fn spelled(key: &str) -> String {
    let is_plain = !key.is_empty() && key != "*" && !key.contains(['[', ']', '.', '"']);
    if is_plain { key.to_string() } else { super::print::quoted(key) }
}

impl Path {
    pub fn parse(text: &str) -> Result<Path, PathProblem> {
        let wrong = |what: String| {
            PathProblem::new(
                what,
                "write a path such as routing.ttl or stores[orders].endpoint_ttl",
            )
        };
        let mut steps = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            if let Some(inside) = rest.strip_prefix('[').filter(|_| !steps.is_empty()) {
                let (step, after) = index(inside)
                    .ok_or_else(|| wrong(format!("a bracket of {text} is not closed")))?;
                steps.push(step);
                rest = after;
                continue;
            }
            let name = match rest.strip_prefix('.') {
                Some(name) if !steps.is_empty() => name,
                None if steps.is_empty() => rest,
                _ => return Err(wrong(format!("{text} is not a path"))),
            };
            let end = name.find(['.', '[']).unwrap_or(name.len());
            let (name, after) = name.split_at(end);
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if name.is_empty() || !name.chars().all(is_name) {
                return Err(wrong(format!("{text} is not a path")));
            }
            steps.push(Step::Field(name.to_string()));
            rest = after;
        }
        if steps.is_empty() {
            return Err(wrong("a path is empty".into()));
        }
        Ok(Path { steps })
    }

    /// A path and what it is set to: `routing.ttl=20s`.
    pub fn split(text: &str) -> Result<(Path, &str), PathProblem> {
        let mut is_key = false;
        let mut is_end = |(at, c): &(usize, char)| {
            is_key = match c {
                '[' => true,
                ']' => false,
                _ => is_key,
            };
            (*c == '=' && !is_key).then_some(*at)
        };
        match text.char_indices().find_map(|pair| is_end(&pair)) {
            Some(at) => Ok((Path::parse(&text[..at])?, &text[at + 1..])),
            None => {
                let what = format!("{text} sets nothing");
                Err(PathProblem::new(what, "write a path and a value, such as routing.ttl=20s"))
            }
        }
    }

    /// All that it points at, at least one.
    pub fn find(&self, root: &Node, shape: &Shape) -> Result<Vec<Target>, PathProblem> {
        let start = Walk {
            path: Path { steps: Vec::new() },
            node: Some(root.clone()),
            route: Vec::new(),
            lacks: None,
            shape: shape.clone(),
            field: None,
        };
        let mut walks = vec![start];
        for step in &self.steps {
            let mut found = Vec::new();
            let mut first_problem = None;
            for walk in walks {
                match walk.step(step) {
                    Ok(next) => found.extend(next),
                    Err(problem) => drop(first_problem.get_or_insert(problem)),
                }
            }
            // Of all items some may be of a kind that has no such field.
            match first_problem {
                Some(problem) if found.is_empty() => return Err(problem),
                _ => walks = found,
            }
        }
        Ok(walks.into_iter().map(Walk::target).collect())
    }
}

/// What stands in brackets, and what follows them.
fn index(inside: &str) -> Option<(Step, &str)> {
    if let Some(quoted) = inside.strip_prefix('"') {
        let mut key = String::new();
        let mut chars = quoted.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => key.push(chars.next()?.1),
                '"' => {
                    let after = quoted[at + 1..].strip_prefix(']')?;
                    return Some((Step::Key(key), after));
                }
                other => key.push(other),
            }
        }
        return None;
    }
    let (key, after) = inside.split_once(']')?;
    let key = key.trim();
    let step = if key == "*" { Step::All } else { Step::Key(key.to_string()) };
    (!key.is_empty()).then_some((step, after))
}

/// How far a path has gone.
#[derive(Clone)]
struct Walk {
    path: Path,
    /// What stands there.
    node: Option<Node>,
    route: Vec<Hop>,
    lacks: Option<Lack>,
    shape: Shape,
    field: Option<Field>,
}

impl Walk {
    fn target(self) -> Target {
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

    fn step(self, step: &Step) -> Result<Vec<Walk>, PathProblem> {
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
