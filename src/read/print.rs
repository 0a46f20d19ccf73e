//! Prints what is written as RON: on one line, or laid out over many. What fits within a line stands on one; of the rest each field
//! and each item has lines of its own, with a comma at the end.
//!
//! ```text
//!  Node --Piece::from--+
//!                      +--> Piece, with comments --laid_out--> text
//!  text --comments::pieces--+
//! ```

use super::Node;
use super::node::{Body, Entry, Written};
use std::fmt;

/// Columns of a line; a comment at its end does not count.
pub const LINE: usize = 100;
const INDENT: usize = 4;

/// What is printed: a text as it is, or a group in brackets.
#[derive(Clone, Debug)]
pub enum Piece {
    Plain(String),
    Group(Group),
}

/// `Name(`, items, `)`; or a list, or a map.
#[derive(Clone, Debug)]
pub struct Group {
    pub open: String,
    pub close: &'static str,
    /// Comments on the line of the opening bracket.
    pub opening: Vec<String>,
    pub items: Vec<Item>,
    /// Comments below the last item.
    pub closing: Vec<Comment>,
}

/// A field, an entry or an item.
#[derive(Clone, Debug)]
pub struct Item {
    pub before: Vec<Comment>,
    /// A blank line stands between it and what comes before.
    pub is_apart: bool,
    pub key: Option<String>,
    pub value: Piece,
    /// Comments on the line of its end.
    pub after: Vec<String>,
}

/// A comment above something, or before it on the same line.
#[derive(Clone, Debug)]
pub struct Comment {
    pub text: String,
    pub is_apart: bool,
    /// What follows it stands on another line.
    pub ends_line: bool,
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Piece::from(self).flat().expect("what has no comments fits one line"))
    }
}

impl Node {
    /// As a text of many lines.
    pub fn laid_out(&self) -> String {
        document(&Group::of("", "", vec![Item::of(None, Piece::from(self))]))
    }

    /// As what stands behind `column`, in a struct that is indented so far; a comma follows.
    pub fn laid_out_at(&self, indent: usize, column: usize) -> String {
        Piece::from(self).at(indent, column)
    }
}

impl From<&Node> for Piece {
    fn from(node: &Node) -> Piece {
        let items =
            |nodes: &[Node]| nodes.iter().map(|node| Item::of(None, Piece::from(node))).collect();
        let fields = |entries: &[Entry], key: fn(&str) -> String| {
            let item = |entry: &Entry| Item::of(Some(key(&entry.name)), Piece::from(&entry.value));
            entries.iter().map(item).collect()
        };
        match &node.written {
            Written::Text(text) => Piece::Plain(quoted(text)),
            Written::Number(number) => Piece::Plain(number.clone()),
            Written::Bool(value) => Piece::Plain(value.to_string()),
            Written::List(list) => Piece::Group(Group::of("[", "]", items(list))),
            Written::Map(entries) => Piece::Group(Group::of("{", "}", fields(entries, quoted))),
            Written::Struct { name, body } => {
                let name = name.as_deref().unwrap_or("");
                let open = format!("{name}(");
                match body {
                    Body::Bare if !name.is_empty() => Piece::Plain(name.to_string()),
                    Body::Bare => Piece::Group(Group::of("(", ")", Vec::new())),
                    Body::Fields(entries) => {
                        Piece::Group(Group::of(&open, ")", fields(entries, str::to_string)))
                    }
                    Body::Values(values) => Piece::Group(Group::of(&open, ")", items(values))),
                }
            }
            Written::Other(what) => Piece::Plain(format!("/* {what} */")),
        }
    }
}

impl Group {
    fn of(open: &str, close: &'static str, items: Vec<Item>) -> Group {
        Group { open: open.to_string(), close, opening: Vec::new(), items, closing: Vec::new() }
    }

    /// Whether it is a list of several structs.
    fn is_list_of_structs(&self) -> bool {
        let is_struct =
            |item: &Item| matches!(&item.value, Piece::Group(group) if group.close == ")");
        self.close == "]" && self.items.len() > 1 && self.items.iter().all(is_struct)
    }

    /// `Some(..)` takes no comma.
    fn is_option(&self) -> bool {
        self.open == "Some("
    }

    /// A list or map that is all that a struct has stands in the struct's own brackets: `Weighted(to: [`.
    fn hugged(&self) -> Option<(&Item, &Group)> {
        let [item] = &self.items[..] else { return None };
        let is_plain = item.before.is_empty() && item.after.is_empty() && !item.is_apart;
        match &item.value {
            Piece::Group(inner)
                if self.close == ")"
                    && (inner.close != ")" || self.is_option())
                    && is_plain
                    && self.opening.is_empty()
                    && self.closing.is_empty() =>
            {
                Some((item, inner))
            }
            _ => None,
        }
    }

    /// Each item on lines of its own.
    fn broken(&self, indent: usize) -> String {
        if let Some((item, inner)) = self.hugged() {
            return format!("{}{}{}{}", self.open, item.label(), inner.broken(indent), self.close);
        }
        let mut out = self.open.clone();
        for comment in &self.opening {
            out += &format!(" {comment}");
        }
        let inside = indent + INDENT;
        let comma = if self.is_option() { "" } else { "," };
        for item in &self.items {
            out += &item.lines(inside, comma, |column| item.value.at(inside, column));
        }
        out += &lines_of(&self.closing, inside);
        out + "\n" + &" ".repeat(indent) + self.close
    }
}

impl Item {
    fn of(key: Option<String>, value: Piece) -> Item {
        Item { before: Vec::new(), is_apart: false, key, value, after: Vec::new() }
    }

    fn label(&self) -> String {
        self.key.as_ref().map_or(String::new(), |key| format!("{key}: "))
    }

    /// Its lines, each begun with a line break; `value` prints what stands behind a column.
    fn lines(&self, indent: usize, end: &str, value: impl Fn(usize) -> String) -> String {
        let mut out = lines_of(&self.before, indent);
        let mut column = indent;
        // What stands before it on the same line moves it.
        match self.before.last() {
            Some(comment) if !comment.ends_line => {
                out += " ";
                column = width(out.rsplit('\n').next().unwrap_or(""));
            }
            _ => out += &line_break(self.is_apart, indent),
        }
        let label = self.label();
        out += &format!("{label}{}{end}", value(column + width(&label)));
        for comment in &self.after {
            out += &format!(" {comment}");
        }
        out
    }

    fn flat(&self) -> Option<String> {
        let is_in_line = |comment: &Comment| !comment.ends_line && is_in_line(&comment.text);
        if self.is_apart
            || !self.before.iter().all(is_in_line)
            || !self.after.iter().all(|comment| is_in_line_end(comment))
        {
            return None;
        }
        let before: String = self.before.iter().map(|comment| comment.text.clone() + " ").collect();
        let after: String = self.after.iter().map(|comment| format!(" {comment}")).collect();
        Some(format!("{before}{}{}{after}", self.label(), self.value.flat()?))
    }
}

impl Piece {
    /// On one line; `None`: a comment or a text of several lines forbids it.
    fn flat(&self) -> Option<String> {
        let group = match self {
            Piece::Plain(text) => return is_in_line(text).then(|| text.clone()),
            Piece::Group(group) => group,
        };
        if !group.opening.is_empty() || !group.closing.is_empty() {
            return None;
        }
        let items: Option<Vec<String>> = group.items.iter().map(Item::flat).collect();
        Some(format!("{}{}{}", group.open, items?.join(", "), group.close))
    }

    fn at(&self, indent: usize, column: usize) -> String {
        match (self.flat(), self) {
            (Some(flat), _) if column + width(&flat) < LINE => flat,
            (_, Piece::Plain(text)) => text.clone(),
            (Some(flat), Piece::Group(group)) if group.items.is_empty() => flat,
            (_, Piece::Group(group)) => group.broken(indent),
        }
    }
}

/// A whole text: the one item of the group is its root. A list of several structs in the root stands on lines of its own, however
/// short it is.
pub fn document(whole: &Group) -> String {
    let root = |column: usize, item: &Item| match &item.value {
        Piece::Group(root) if root.items.iter().any(is_long) => root_lines(root),
        value => value.at(0, column),
    };
    let mut out = String::new();
    for item in &whole.items {
        out += &item.lines(0, "", |column| root(column, item));
    }
    out += &lines_of(&whole.closing, 0);
    out.trim_start_matches('\n').to_string() + "\n"
}

fn is_long(item: &Item) -> bool {
    matches!(&item.value, Piece::Group(group) if group.is_list_of_structs())
}

fn root_lines(root: &Group) -> String {
    let mut out = root.open.clone();
    for comment in &root.opening {
        out += &format!(" {comment}");
    }
    for item in &root.items {
        out += &item.lines(INDENT, ",", |column| match &item.value {
            Piece::Group(group) if group.is_list_of_structs() => group.broken(INDENT),
            value => value.at(INDENT, column),
        });
    }
    out + &lines_of(&root.closing, INDENT) + "\n" + root.close
}

/// Comments, each behind a line break, or behind one that goes on.
fn lines_of(comments: &[Comment], indent: usize) -> String {
    let mut out = String::new();
    let mut goes_on = false;
    for comment in comments {
        out += &if goes_on { " ".to_string() } else { line_break(comment.is_apart, indent) };
        out += &comment.text;
        goes_on = !comment.ends_line;
    }
    out
}

fn line_break(is_apart: bool, indent: usize) -> String {
    format!("{}{}", if is_apart { "\n\n" } else { "\n" }, " ".repeat(indent))
}

fn is_in_line(text: &str) -> bool {
    !text.contains('\n')
}

/// Whether a comment leaves room behind it.
fn is_in_line_end(comment: &str) -> bool {
    is_in_line(comment) && !comment.starts_with("//")
}

fn width(text: &str) -> usize {
    text.chars().count()
}

/// A text in quotes.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
