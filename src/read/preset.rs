//! Presets: fields under a name, each shelf in a file of its own, written as a scenario is. What is written beside the name of a
//! preset stands above it.

use super::node::{Body, Entry, Written};
use super::{Field, Node, Reader, Shape, merge, record};
use crate::problem::{Place, instead};
use std::borrow::Cow;

record! {
    /// Fields under a name.
    #[derive(Clone, Debug)]
    pub struct Preset as "Preset" {
        /// By which it is chosen.
        pub name: String,
        /// What it is, in a line.
        pub summary: String,
        /// Where its numbers come from.
        pub source: Prose,
        /// Whether no source gives at least one of its numbers: the source says which.
        pub assumption: bool,
        /// What it sets.
        pub value: Node,
        /// What it knows of parts that are there only where they are written.
        pub completes: Vec<Completion> = Vec::new(),
    }
}

record! {
    /// Completes parts that are written, and makes none.
    #[derive(Clone, Debug)]
    pub struct Completion as "Completion" {
        /// Where these numbers come from, if not from where the preset's do.
        pub source: Option<Prose>,
        /// What is noted beside that source.
        pub of: Option<String>,
        /// A field beside which alone a part is completed.
        pub beside: Option<String>,
        /// The parts, with what each lacks.
        pub parts: Node,
    }
}

/// A text of any length.
#[derive(Clone, Debug)]
pub struct Prose(pub String);

/// The presets of one kind.
#[derive(Debug)]
pub struct Shelf {
    /// Such as "store preset".
    pub kind: &'static str,
    pub presets: Vec<Preset>,
    /// Whether the first stands below what names none.
    pub has_usual: bool,
}

impl Shelf {
    /// Reads the presets of a shelf, `[Preset(..), ..]`. They are part of the program.
    pub fn read(kind: &'static str, has_usual: bool, text: &str) -> Shelf {
        let presets = super::read_text(text, super::Value::read);
        match presets {
            Ok(presets) => Shelf { kind, presets, has_usual },
            Err(problems) => panic!("the shipped {kind}s are valid: {problems:?}"),
        }
    }

    /// Those with a number that no source gives: name, source.
    pub fn assumptions(&self) -> impl Iterator<Item = (String, String)> {
        let guessed = self.presets.iter().filter(|preset| preset.assumption);
        guessed.map(|preset| (preset.name.clone(), preset.source.0.clone()))
    }

    pub fn find(&self, name: &str) -> Option<&Preset> {
        self.presets.iter().find(|preset| preset.name == name)
    }
}

/// The field that names a preset.
pub fn field(shelf: &Shelf) -> Field {
    let usual = shelf.presets.first().filter(|_| shelf.has_usual);
    Field {
        name: "preset",
        was: None,
        shape: Shape::Preset(shelf.kind),
        is_required: false,
        default: usual.map(|preset| format!("{:?}", preset.name)),
        range: None,
        source: None,
        meaning: "Sets the fields that are not written.\n",
        example: format!("{:?}", shelf.presets[0].name),
    }
}

/// Fields above a shelf: what each preset sets need not be written, and the usual preset gives the defaults.
pub fn described(mut fields: Vec<Field>, shelf: &Shelf) -> Vec<Field> {
    let usual = shelf.presets.first().filter(|_| shelf.has_usual);
    for field in &mut fields {
        if shelf.presets.iter().all(|preset| preset.value.field(field.name).is_some()) {
            field.is_required = false;
        }
        if let Some(value) = usual.and_then(|preset| preset.value.field(field.name)) {
            field.default = Some(value.to_string());
        }
    }
    fields
}

/// What is written above its preset. A preset that there is not is a problem, and any other stands in, so that reading goes on.
pub fn below<'n>(node: &'n Node, reader: &mut Reader, shelf: &'static Shelf) -> Cow<'n, Node> {
    let preset = match node.field("preset") {
        Some(name) => named(name, reader, shelf).or(shelf.presets.first()),
        None => shelf.presets.first().filter(|_| shelf.has_usual),
    };
    let is_struct =
        matches!(&node.written, Written::Struct { body: Body::Fields(_) | Body::Bare, .. });
    match preset.filter(|_| is_struct) {
        Some(preset) => Cow::Owned(above(preset, node, reader)),
        None => Cow::Borrowed(node),
    }
}

fn named(name: &Node, reader: &mut Reader, shelf: &'static Shelf) -> Option<&'static Preset> {
    let text = <String as super::Value>::read(name, reader)?;
    let Some(preset) = shelf.find(&text) else {
        let known = shelf.presets.iter().map(|preset| preset.name.as_str());
        let what = format!("there is no {} \"{text}\"", shelf.kind);
        reader.problem(name.place, what, instead(&text, known));
        return None;
    };
    let what = format!("{} {text}", shelf.kind);
    reader.sources.push((what, &preset.source.0, preset.assumption));
    Some(preset)
}

/// A struct above a preset. What comes from the preset stands where the struct does.
fn above(preset: &'static Preset, node: &Node, reader: &mut Reader) -> Node {
    let mut both = merge::over(&placed(&preset.value, node.place), node);
    if let Written::Struct { name, .. } = &mut both.written {
        *name = node.name().map(str::to_string);
    }
    for completion in &preset.completes {
        let is_used = complete(&completion.parts, completion.beside.as_deref(), &mut both);
        if let (true, Some(source), Some(of)) = (is_used, &completion.source, &completion.of) {
            reader.sources.push((of.clone(), &source.0, preset.assumption));
        }
    }
    both
}

/// Gives a struct what it lacks, and its parts what they lack; a part that is not there is not made. Says whether anything was given.
fn complete(lacks: &Node, beside: Option<&str>, node: &mut Node) -> bool {
    let place = node.place;
    if let Written::List(items) = &mut node.written {
        return items.iter_mut().fold(false, |used, item| complete(lacks, beside, item) | used);
    }
    if let Written::Struct { body: body @ Body::Bare, .. } = &mut node.written {
        *body = Body::Fields(Vec::new());
    }
    let Written::Struct { body: Body::Fields(fields), .. } = &mut node.written else {
        return false;
    };
    let is_beside = beside.is_none_or(|beside| fields.iter().any(|field| field.name == beside));
    let mut is_used = false;
    for part in lacks.fields() {
        let is_value = part.value.fields().is_empty() || merge::is_distribution(&part.value);
        match fields.iter_mut().find(|field| merge::is_same_field(&field.name, &part.name)) {
            Some(_) if is_value => {}
            Some(field) => is_used |= complete(&part.value, beside, &mut field.value),
            None if is_value && is_beside => {
                let value = placed(&part.value, place);
                fields.push(Entry { name: part.name.clone(), at: place, value });
                is_used = true;
            }
            None => {}
        }
    }
    is_used
}

/// The same at another place.
fn placed(node: &Node, place: Place) -> Node {
    node.with_places(&|_| place)
}
