//! Knob paths: they point at any value of a scenario as one would say it, `stores[orders].promotion.decision`. What they point at has
//! the type, the range and the default of its description, whether it is written or not.
//!
//! ```text
//!  health_checks[tokyo].interval    the item of this name, or that leads to it, or the only one of this kind
//!  health_checks[*].interval        all items that have the field
//!  users["a]b"].reads               a key with a bracket or a dot stands in quotes
//! ```

use super::walk::Walk;
use super::{Node, Shape};
use std::fmt;

/// A way to values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    pub(super) steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
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
pub(super) fn spelled(key: &str) -> String {
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
        let mut walks = vec![Walk::from(root, shape)];
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
