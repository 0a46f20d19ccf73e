//! A scenario as it is written: its text and the files that it builds on become one tree, which is read like any other.
//!
//! ```text
//!  design.ron   Design(regions: .., routing: Routing(ttl: "60s", ..), ..)
//!  mine.ron     Scenario(base: "design.ron", question: "..", routing: (ttl: "20s"), ..)
//!                 \--merge::over--> Scenario(question: "..", regions: .., routing: Routing(ttl: "20s", ..), ..) --read--> Scenario
//! ```

use super::Scenario;
use crate::problem::{Place, Problem, Problems, Source};
use crate::read::node::{Body, Entry, Written};
use crate::read::path::{Path, PathProblem};
use crate::read::{self, Node, Shape, merge};

/// Where the files come from that a scenario builds on.
pub trait Files {
    /// The file of this path, as it is written in the file `from`; or why it cannot be read.
    fn open(&self, from: Option<&str>, path: &str) -> Result<Source, String>;
}

/// A text alone: there is nothing beside it.
pub struct NoFiles;

impl Files for NoFiles {
    fn open(&self, _from: Option<&str>, _path: &str) -> Result<Source, String> {
        Err("a text that is no file has no other files beside it".into())
    }
}

/// A scenario as it is written, with the files that it builds on.
#[derive(Clone, Debug)]
pub struct Document {
    root: Node,
    /// True where it asks nothing: a file to build on.
    is_design: bool,
    text: String,
    sources: Vec<Source>,
    /// What was set beside the text: `routing.ttl=20s`.
    set: Vec<String>,
}

/// How deep files may build on one another.
const DEPTH: usize = 8;
/// How many files one scenario may build on, each counted as often as it is built on.
const FILES: usize = 64;

impl Document {
    /// Reads a text and the files that it builds on.
    pub fn open(text: &str, files: &dyn Files) -> Result<Document, Problems> {
        let mut gathering = Gathering { files, sources: Vec::new() };
        let root = read::tree(text, 0).and_then(|root| {
            let is_design = root.name() == Some("Design");
            gathering.built(root, &[]).map(|root| (root, is_design))
        });
        let sources = gathering.sources;
        match root {
            Ok((root, is_design)) => {
                Ok(Document { root, is_design, text: text.to_string(), sources, set: Vec::new() })
            }
            Err(problems) => Err(Problems { problems, sources }),
        }
    }

    /// The scenario that it is; a design is read with a question in its place.
    pub fn scenario(&self) -> Result<Scenario, Problems> {
        let mut texts = vec![self.text.as_str()];
        texts.extend(self.sources.iter().map(|source| source.text.as_str()));
        let root = if self.is_design { asking(&self.root) } else { self.root.clone() };
        let scenario = read::read_tree(&root, &texts, super::read)
            .map_err(|problems| Problems { problems, sources: self.sources.clone() })?;
        Ok(Scenario { set: self.set.clone(), ..scenario })
    }

    /// Sets all values that a path points at, wherever they are written: `routing.ttl=20s`.
    pub fn set(&mut self, setting: &str) -> Result<(), PathProblem> {
        let (path, value) = Path::split(setting)?;
        read::edit::put(&mut self.root, &path, value, &Shape::Struct(Scenario::record))?;
        self.set.push(setting.trim().to_string());
        Ok(())
    }

    /// True where it asks nothing: a file to build on.
    pub fn is_design(&self) -> bool {
        self.is_design
    }
}

/// A design with a question and a length of a run, where it has none of its own.
fn asking(root: &Node) -> Node {
    let question = Entry::new("question", Node::text("a design"));
    let below = Node::record("Scenario", vec![question, Entry::new("run", Node::text("1h"))]);
    merge::over(&below, root)
}

struct Gathering<'f> {
    files: &'f dyn Files,
    sources: Vec<Source>,
}

impl Gathering<'_> {
    /// A tree above those that it builds on. `above` are the files on the way here, by number.
    fn built(&mut self, mut root: Node, above: &[u16]) -> Result<Node, Vec<Problem>> {
        if let Written::Struct { name: Some(name), .. } = &mut root.written
            && name == "Design"
        {
            *name = "Scenario".into();
        }
        let Written::Struct { body: Body::Fields(fields), .. } = &mut root.written else {
            return Ok(root);
        };
        let Some(at) = fields.iter().position(|field| field.name == "base") else {
            return Ok(root);
        };
        let base = fields.remove(at).value;
        let mut below: Option<Node> = None;
        for item in base.items() {
            let next = self.base(item, above)?;
            below = Some(match below {
                Some(below) => merge::over(&below, &next),
                None => next,
            });
        }
        Ok(below.map_or(root.clone(), |below| merge::over(&below, &root)))
    }

    fn base(&mut self, item: &Node, above: &[u16]) -> Result<Node, Vec<Problem>> {
        let problem = |what: String, help: &str| {
            Err(vec![Problem { place: item.place, what, help: help.into() }])
        };
        let Some(path) = item.as_text() else {
            let what = format!("{} is not the path of a file", item.describe());
            return problem(what, "write base: \"design.ron\", relative to this file");
        };
        let from = above.last().map(|file| self.sources[usize::from(*file) - 1].path.clone());
        let source = match self.files.open(from.as_deref(), path) {
            Ok(source) => source,
            Err(why) => {
                return problem(
                    format!("{path} cannot be read: {why}"),
                    "the path is relative to this file",
                );
            }
        };
        let on_the_way = above.iter().map(|file| &self.sources[usize::from(*file) - 1]);
        if on_the_way.clone().any(|other| other.path == source.path) {
            return problem(format!("{path} builds on itself"), "take one of these lines out");
        }
        if above.len() >= DEPTH {
            let what = format!("files build on one another more than {DEPTH} deep");
            return problem(what, "join some of them");
        }
        if self.sources.len() >= FILES {
            return problem(format!("more than {FILES} files to build on"), "join some of them");
        }
        let text = source.text.clone();
        self.sources.push(source);
        let file = self.sources.len() as u16;
        let root = read::tree(&text, file).map_err(|problems| placed(problems, file))?;
        self.built(root, &[above, &[file]].concat())
    }
}

/// Problems in the file of this number.
fn placed(mut problems: Vec<Problem>, file: u16) -> Vec<Problem> {
    for problem in &mut problems {
        problem.place = Place { file, ..problem.place };
    }
    problems
}
