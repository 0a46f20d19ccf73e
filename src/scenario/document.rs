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
    /// Named changes of it, in the order of the text.
    variants: Vec<Variant>,
}

/// A named change of a design, as it is written.
#[derive(Clone, Debug)]
struct Variant {
    name: String,
    /// Where its name stands.
    at: Place,
    written: Node,
}

/// How deep files may build on one another.
const DEPTH: usize = 8;
/// How many files one scenario may build on, each counted as often as it is built on.
const FILES: usize = 64;
/// How many variants one scenario may have: each is a reading of the whole.
const VARIANTS: usize = 64;

impl Document {
    /// Reads a text and the files that it builds on.
    pub fn open(text: &str, files: &dyn Files) -> Result<Document, Problems> {
        let mut gathering = Gathering { files, sources: Vec::new() };
        let document = read::tree(text, 0).and_then(|root| {
            let is_design = root.name() == Some("Design");
            let mut root = gathering.built(root, &[])?;
            let variants = variants_of(&mut root)?;
            Ok((root, is_design, variants))
        });
        let sources = gathering.sources;
        match document {
            Ok((root, is_design, variants)) => {
                let text = text.to_string();
                Ok(Document { root, is_design, text, sources, set: Vec::new(), variants })
            }
            Err(problems) => Err(Problems { problems, sources }),
        }
    }

    /// The names of its variants, in the order of the text.
    pub fn variants(&self) -> impl Iterator<Item = &str> {
        self.variants.iter().map(|variant| variant.name.as_str())
    }

    /// The design with the changes of a variant; `None`: there is none of this name.
    pub fn variant(&self, name: &str) -> Option<Result<Document, Problems>> {
        let variant = self.variants.iter().find(|variant| variant.name == name)?;
        let changed = changed(&self.root, variant);
        Some(match changed {
            Ok(root) => Ok(Document { root, variants: Vec::new(), ..self.clone() }),
            Err(problem) => {
                Err(Problems { problems: vec![problem], sources: self.sources.clone() })
            }
        })
    }

    /// The scenario that it is, once each of its variants could be read as well.
    pub fn scenario_of_sound_variants(&self) -> Result<Scenario, Problems> {
        let scenario = self.scenario()?;
        for variant in &self.variants {
            let read = self.variant(&variant.name).expect("it is one of them");
            let read = read.and_then(|document| document.scenario());
            if let Err(mut problems) = read {
                for problem in &mut problems.problems {
                    problem.what = format!("in variant \"{}\": {}", variant.name, problem.what);
                }
                return Err(problems);
            }
        }
        Ok(scenario)
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

/// Takes out what these paths point at.
fn taken_out(root: &mut Node, paths: &Node) -> Result<(), Problem> {
    for item in paths.items() {
        let Some(path) = item.as_text() else {
            let what = format!("{} is not a knob path", item.describe());
            let help = "write remove: [\"stores[orders].promotion\"]".to_string();
            return Err(Problem { place: item.place, what, help });
        };
        Path::parse(path)
            .and_then(|path| read::edit::remove(root, &path, &Shape::Struct(Scenario::record)))
            .map_err(|problem| at(item.place, problem))?;
    }
    Ok(())
}

fn at(place: Place, problem: PathProblem) -> Problem {
    Problem { place, what: problem.what, help: problem.help }
}

/// Takes the variants out of a tree: each has a name of its own.
fn variants_of(root: &mut Node) -> Result<Vec<Variant>, Vec<Problem>> {
    let Written::Struct { body: Body::Fields(fields), .. } = &mut root.written else {
        return Ok(Vec::new());
    };
    let Some(index) = fields.iter().position(|field| field.name == "variants") else {
        return Ok(Vec::new());
    };
    let written = fields.remove(index).value;
    let (mut variants, mut problems): (Vec<Variant>, Vec<Problem>) = (Vec::new(), Vec::new());
    let mut problem = |place: Place, what: String, help: &str| {
        problems.push(Problem { place, what, help: help.into() });
    };
    if written.items().len() > VARIANTS {
        let what = format!("{} variants; the limit is {VARIANTS}", written.items().len());
        problem(written.place, what, "split the file");
    }
    for item in written.items() {
        let is_variant = item.name().is_none_or(|name| name == "Variant");
        let name = item.field("name").and_then(|name| Some((name.as_text()?, name.place)));
        let Some((name, place)) = name.filter(|_| is_variant) else {
            let what = if is_variant {
                "Variant lacks the field name".to_string()
            } else {
                format!("{} is not Variant", item.describe())
            };
            problem(
                item.place,
                what,
                "write Variant(name: \"fast\", set: {\"routing.ttl\": \"20s\"})",
            );
            continue;
        };
        if name.is_empty()
            || name.contains(['#', '/', '\\', ':'])
            || name.contains(char::is_control)
        {
            let what = format!("{name:?} cannot be the name of a variant");
            problem(place, what, "it stands behind a file, my.ron#fast: leave out # / \\ and :");
            continue;
        }
        if variants.iter().any(|variant| variant.name == name) {
            let what = format!("variant \"{name}\" is declared twice");
            problem(place, what, "give each its own name");
            continue;
        }
        variants.push(Variant { name: name.to_string(), at: place, written: item.clone() });
    }
    if problems.is_empty() { Ok(variants) } else { Err(problems) }
}

/// A design with the changes of a variant: what it removes, then its parts, then the values that it sets.
fn changed(root: &Node, variant: &Variant) -> Result<Node, Problem> {
    let within = |problem: Problem| Problem {
        what: format!("in variant \"{}\": {}", variant.name, problem.what),
        ..problem
    };
    let mut tree = root.clone();
    if let Some(paths) = variant.written.field("remove") {
        taken_out(&mut tree, paths).map_err(within)?;
    }
    let parts: Vec<Entry> = variant
        .written
        .fields()
        .iter()
        .filter(|field| !["name", "set", "remove"].contains(&field.name.as_str()))
        .cloned()
        .collect();
    let parts = Node { place: root.place, ..Node::record("Scenario", parts) };
    tree = merge::over(&tree, &parts);
    if let Some(set) = variant.written.field("set") {
        let Written::Map(settings) = &set.written else {
            let what = format!("{} is not a map of values by knob paths", set.describe());
            let help = "write set: {\"routing.ttl\": \"20s\"}".into();
            return Err(within(Problem { place: set.place, what, help }));
        };
        for setting in settings {
            let shape = Shape::Struct(Scenario::record);
            Path::parse(&setting.name)
                .and_then(|path| read::edit::put_node(&mut tree, &path, &setting.value, &shape))
                .map_err(|problem| within(at(setting.at, problem)))?;
        }
    }
    if tree == *root {
        let what = format!("variant \"{}\" says nothing new", variant.name);
        let help =
            "write what it changes: set: {\"routing.ttl\": \"20s\"}, or any part of a scenario";
        return Err(Problem { place: variant.at, what, help: help.into() });
    }
    Ok(tree)
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
            return match fields.iter().find(|field| field.name == "remove") {
                Some(remove) => {
                    let what = "there is no file below to take anything out of".to_string();
                    let help = "write base: \"design.ron\", or leave remove out".to_string();
                    Err(vec![Problem { place: remove.at, what, help }])
                }
                None => Ok(root),
            };
        };
        let base = fields.remove(at).value;
        let remove = fields.iter().position(|field| field.name == "remove");
        let remove = remove.map(|at| fields.remove(at).value);
        let mut below: Option<Node> = None;
        for item in base.items() {
            let next = self.base(item, above)?;
            below = Some(match below {
                Some(below) => merge::over(&below, &next),
                None => next,
            });
        }
        let Some(mut below) = below else { return Ok(root) };
        if let Some(paths) = remove {
            taken_out(&mut below, &paths).map_err(|problem| vec![problem])?;
        }
        Ok(merge::over(&below, &root))
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
