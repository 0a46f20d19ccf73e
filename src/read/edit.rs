//! Changes what is written: a value that a path points at, or earlier names of fields. In a text all else stays as it is, byte for byte.
//!
//! ```text
//!  routing.ttl = 20s      Routing(ttl: "60s", policy: ..) // kept    -->  Routing(ttl: "20s", policy: ..) // kept
//!  routing.negative_ttl   Routing(ttl: "60s", policy: ..)            -->  Routing(ttl: "60s", policy: .., negative_ttl: "5s")
//! ```

use super::node::{Body, Entry, Written, in_full};
use super::path::{Hop, Lack, Path, PathProblem, Target};
use super::{Node, Shape};
use crate::problem::{Place, Problem};

/// Indent of the fields of a struct that has none yet.
const INDENT: &str = "    ";

/// A change of a text: these bytes become others.
struct Edit {
    start: usize,
    end: usize,
    text: String,
}

/// A text in which every value that the path points at is another. The value may be typed without quotes.
pub fn set(text: &str, path: &Path, value: &str, shape: &Shape) -> Result<String, PathProblem> {
    let root = super::tree(text, 0).map_err(|problems| {
        let first = problems.first().map_or(String::new(), ToString::to_string);
        PathProblem::new("the text is not RON", first)
    })?;
    let mut edits = Vec::new();
    for target in path.find(&root, shape)? {
        let value = target.typed(value)?;
        let node = at(&root, &target.route);
        edits.extend(match &target.lacks {
            None => vec![replaced(node.place, value.to_string())],
            Some(lack) => inserted(text, node, lack, &value),
        });
    }
    Ok(applied(text, edits))
}

/// The same in a tree. What is new stands where the struct begins that has it.
pub fn put(
    root: &mut Node,
    path: &Path,
    value: &str,
    shape: &Shape,
) -> Result<Vec<Target>, PathProblem> {
    let targets = path.find(root, shape)?;
    for target in &targets {
        let value = target.typed(value)?;
        give(root, target, &value, None);
    }
    Ok(targets)
}

/// The same with a value that is written elsewhere, and stays there.
pub fn put_node(
    root: &mut Node,
    path: &Path,
    value: &Node,
    shape: &Shape,
) -> Result<(), PathProblem> {
    for target in path.find(root, shape)? {
        give(root, &target, value, Some(value.place));
    }
    Ok(())
}

/// Gives a target another value. What is new stands at its own place, or else where the struct begins that has it.
fn give(root: &mut Node, target: &Target, value: &Node, own: Option<Place>) {
    let node = at_mut(root, &target.route);
    let place = node.place;
    match &target.lacks {
        None => *node = value.with_places(&|at| if own.is_some() { at } else { place }),
        Some(lack) => {
            // Not the place of the struct itself: that is for what comes from a preset.
            let start = own.unwrap_or(Place { end: place.start, ..place });
            let full = in_full(node, lack.record, lack.short).into_owned();
            *node = with(full, lack, value, start);
        }
    }
}

/// Takes out what a path points at, a field or items of a list; what is not written cannot be taken out.
pub fn remove(root: &mut Node, path: &Path, shape: &Shape) -> Result<(), PathProblem> {
    let targets = path.find(root, shape)?;
    if let Some(absent) = targets.iter().find(|target| !target.is_written()) {
        let what = format!("{} is not written, so it cannot be taken out", absent.path);
        return Err(PathProblem::new(
            what,
            "what stands by default or by a preset stays: set another value",
        ));
    }
    // Later items first, so that the numbers of the earlier ones hold.
    for target in targets.iter().rev() {
        let Some((last, route)) = target.route.split_last() else {
            return Err(PathProblem::new("the whole cannot be taken out", "name a part of it"));
        };
        let node = at_mut(root, route);
        match (last, &mut node.written) {
            (Hop::Field(name), Written::Struct { body: Body::Fields(fields), .. }) => {
                fields.retain(|field| field.name != *name);
            }
            (Hop::Item(index), Written::List(items)) => {
                items.remove(*index);
            }
            _ => {
                let what = format!("{} cannot be taken out", target.path);
                return Err(PathProblem::new(what, "name the field that holds it"));
            }
        }
    }
    Ok(())
}

/// A text with the present names of fields that have an earlier one.
pub fn upgrade(text: &str, shape: &Shape) -> Result<String, Vec<Problem>> {
    let root = super::tree(text, 0)?;
    let mut edits = Vec::new();
    rename(&root, shape, &mut edits);
    Ok(applied(text, edits))
}

fn rename(node: &Node, shape: &Shape, edits: &mut Vec<Edit>) {
    if let (Written::List(items), Some(item)) = (&node.written, shape.item()) {
        items.iter().for_each(|node| rename(node, item, edits));
        return;
    }
    let shape = shape.item().unwrap_or(shape);
    let records = shape.records(Some(node));
    for entry in node.fields() {
        let fields = records.iter().filter_map(|record| record.field(&entry.name));
        // A name that is an earlier one in one kind may be a present one in another.
        let mut fields: Vec<_> = fields.collect();
        fields.sort_by_key(|field| field.name != entry.name);
        let Some(field) = fields.first() else { continue };
        // Both names at once are a mistake, which only who wrote them can settle.
        if field.name != entry.name && node.field(field.name).is_none() {
            edits.push(replaced(entry.at, field.name.to_string()));
        }
        rename(&entry.value, &field.shape, edits);
    }
    if let Some(value) = node.only_value() {
        let main = records.iter().find_map(|record| record.field(record.short?));
        if let Some(main) = main {
            rename(value, &main.shape, edits);
        }
    }
}

fn at<'n>(root: &'n Node, route: &[Hop]) -> &'n Node {
    let step = |node: &'n Node, hop: &Hop| match hop {
        Hop::Field(name) => node.field(name),
        Hop::Item(index) => node.items().get(*index),
        Hop::Value => node.only_value(),
    };
    route.iter().fold(root, |node, hop| step(node, hop).expect("the route was found in this tree"))
}

fn at_mut<'n>(root: &'n mut Node, route: &[Hop]) -> &'n mut Node {
    let mut node = root;
    for hop in route {
        let next = match (hop, &mut node.written) {
            (Hop::Field(name), Written::Struct { body: Body::Fields(fields), .. }) => {
                fields.iter_mut().find(|entry| entry.name == *name).map(|entry| &mut entry.value)
            }
            (Hop::Item(index), Written::List(items)) => items.get_mut(*index),
            (Hop::Value, Written::Struct { body: Body::Values(values), .. }) => values.first_mut(),
            _ => None,
        };
        node = next.expect("the route was found in this tree");
    }
    node
}

/// What a missing field becomes.
fn built(lack: &Lack, value: &Node) -> Node {
    let (_, inner) = lack.fields.split_first().expect("a field is missing");
    let bases = lack.fields.iter().filter_map(|(_, base)| base.as_ref());
    let pairs: Vec<_> = bases.zip(inner).collect();
    pairs.into_iter().rev().fold(value.clone(), |value, (base, (name, _))| {
        let mut node = base.clone();
        let entry = Entry::new(name, value);
        match &mut node.written {
            Written::Struct { body: Body::Fields(fields), .. } => {
                fields.retain(|field| field.name != *name);
                fields.push(entry);
            }
            Written::Struct { body, .. } => *body = Body::Fields(vec![entry]),
            _ => {}
        }
        node
    })
}

/// A struct with what it lacks.
fn with(mut node: Node, lack: &Lack, value: &Node, start: Place) -> Node {
    let value = built(lack, value).with_places(&|_| start);
    let entry = Entry::new(&lack.fields[0].0, value);
    match &mut node.written {
        Written::Struct { body: Body::Fields(fields), .. } => fields.push(entry),
        Written::Struct { body, .. } => *body = Body::Fields(vec![entry]),
        _ => {}
    }
    node
}

fn replaced(place: Place, text: String) -> Edit {
    Edit { start: place.start, end: place.end, text }
}

fn new_text(at: usize, text: String) -> Edit {
    Edit { start: at, end: at, text }
}

fn applied(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| std::cmp::Reverse((edit.start, edit.end)));
    let mut text = text.to_string();
    for edit in edits {
        text.replace_range(edit.start..edit.end, &edit.text);
    }
    text
}

/// What to change so that a struct has the field that it lacks.
fn inserted(text: &str, node: &Node, lack: &Lack, value: &Node) -> Vec<Edit> {
    let name = &lack.fields[0].0;
    let value = built(lack, value);
    let flat = format!("{name}: {value}");
    let place = node.place;
    let short = lack.short.unwrap_or("");
    match &node.written {
        Written::Struct { body: Body::Fields(fields), .. } => match fields.last() {
            Some(last) => vec![behind(text, last, place.end - 1, name, &value)],
            None => vec![first(text, place, &flat)],
        },
        Written::Struct { body: Body::Values(values), .. } => {
            let (start, end) = (values[0].place.start, values[0].place.end);
            vec![new_text(start, format!("{short}: ")), new_text(end, format!(", {flat}"))]
        }
        Written::Struct { name: None, body: Body::Bare } => vec![first(text, place, &flat)],
        Written::Struct { body: Body::Bare, .. } => vec![new_text(place.end, format!("({flat})"))],
        _ => vec![
            new_text(place.start, format!("{}({short}: ", lack.record)),
            new_text(place.end, format!(", {flat})")),
        ],
    }
}

/// The first field of a struct that ends in a bracket; comments in it stay.
fn first(text: &str, place: Place, flat: &str) -> Edit {
    let before = text[place.start..place.end - 1].trim_end();
    let end = place.start + before.len();
    if !text[end..place.end].contains('\n') && !before.contains('\n') {
        return new_text(end, if before.ends_with('(') { flat.into() } else { format!(" {flat}") });
    }
    let indent = indent_of(text, place.end - 1);
    new_text(end, format!("\n{indent}{INDENT}{flat},"))
}

/// A field behind the last one, on the same line or on a line of its own.
fn behind(text: &str, last: &Entry, close: usize, name: &str, value: &Node) -> Edit {
    let end = last.value.place.end;
    let gap = Gap::of(&text[end..close]);
    let Some(line_end) = gap.line_end else {
        // All on one line.
        return match gap.comma {
            Some(comma) => new_text(end + comma + 1, format!(" {name}: {value},")),
            None => new_text(end, format!(", {name}: {value}")),
        };
    };
    let indent = indent_of(text, last.at.start);
    let label = format!("{name}: ");
    let laid_out = value.laid_out_at(indent.len(), indent.len() + label.len());
    let line = format!("\n{indent}{label}{laid_out}");
    match gap.comma {
        // The comma of the last field may stand below its line.
        Some(comma) => new_text(end + line_end.max(gap.line_end_after(comma)), line + ","),
        None => {
            let kept = &text[end..end + line_end];
            Edit { start: end, end: end + line_end, text: format!(",{kept}{line}") }
        }
    }
}

/// What stands between the last field and the bracket.
struct Gap {
    comma: Option<usize>,
    /// The first line break outside comments.
    line_end: Option<usize>,
    breaks: Vec<usize>,
}

impl Gap {
    fn of(text: &str) -> Gap {
        let mut gap = Gap { comma: None, line_end: None, breaks: Vec::new() };
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            at += match rest.as_bytes()[0] {
                b'/' => super::comments::length(rest),
                b',' => {
                    gap.comma = Some(at);
                    1
                }
                b'\n' => {
                    gap.breaks.push(at);
                    1
                }
                _ => rest.chars().next().map_or(1, char::len_utf8),
            };
        }
        // A carriage return belongs to its line break.
        let is_return = |at: usize| at > 0 && text.as_bytes()[at - 1] == b'\r';
        for at in &mut gap.breaks {
            *at -= usize::from(is_return(*at));
        }
        gap.line_end = gap.breaks.first().copied();
        gap
    }

    /// The first line break behind a position, or that position.
    fn line_end_after(&self, position: usize) -> usize {
        self.breaks.iter().copied().find(|at| *at > position).unwrap_or(position + 1)
    }
}

/// The white space at the beginning of a line.
fn indent_of(text: &str, at: usize) -> &str {
    let line = text[..at].rfind('\n').map_or(0, |at| at + 1);
    let rest = &text[line..];
    &rest[..rest.len() - rest.trim_start_matches([' ', '\t']).len()]
}
