//! A text with its comments, as pieces to be printed: every comment and every blank line stays with what it stands at.
//!
//! The parser's tree tells where things stand; what stands between two of them is read here, byte by byte: white space, comments
//! and commas.

use super::print::{Comment, Group, Item, Piece, document};
use crate::problem::Problem;
use ron2::ast::{Document, Expr, StructBody, StructField, TupleElement, parse_document};

/// The text laid out anew: the same tree and the same comments.
pub fn laid_out(text: &str) -> Result<String, Vec<Problem>> {
    // The limits and the words for what is not RON are those of every reading.
    super::tree(text, 0)?;
    let parsed = parse_document(text).expect("it was just parsed");
    Ok(document(&pieces(&parsed)))
}

/// A whole document: a group without brackets whose only item is the root.
fn pieces(parsed: &Document) -> Group {
    let text = Text {
        text: &parsed.source,
        attributes: parsed
            .attributes
            .iter()
            .map(|attribute| (attribute.span.start_offset, attribute.span.end_offset))
            .collect(),
    };
    let root = parsed.value.as_ref().expect("an empty file is a problem");
    let span = root.span();
    let found = Found {
        start: span.start_offset,
        end: span.end_offset,
        key: None,
        between: Vec::new(),
        value: root,
    };
    text.group(String::new(), 0, vec![found], text.text.len(), "")
}

struct Text<'t> {
    text: &'t str,
    /// Where attributes such as `#![enable(..)]` stand.
    attributes: Vec<(usize, usize)>,
}

/// An item as it was found.
struct Found<'t> {
    start: usize,
    end: usize,
    key: Option<String>,
    /// What stands between the name, the colon and the value.
    between: Vec<(usize, usize)>,
    value: &'t Expr<'t>,
}

/// What stands between two things.
#[derive(Clone, Debug, PartialEq)]
enum Bit {
    Comment(String),
    /// So many line breaks in a run of white space.
    Breaks(usize),
    Comma,
}

impl Text<'_> {
    fn piece(&self, expr: &Expr) -> Piece {
        let raw = |start: usize, end: usize| self.text[start..end].to_string();
        let span = expr.span();
        let (start, end) = (span.start_offset, span.end_offset);
        match expr {
            Expr::Unit(_) => self.brackets(start, start + 1, Vec::new(), end),
            Expr::Option(option) => match &option.value {
                Some(value) => {
                    let open = value.open_paren.end_offset;
                    self.named(start + "Some".len(), start, open, vec![found(&value.expr)], end)
                }
                None => Piece::Plain(raw(start, end)),
            },
            Expr::Seq(list) => {
                let items = list.items.iter().map(|item| found(&item.expr)).collect();
                self.brackets(start, start + 1, items, end)
            }
            Expr::Map(map) => {
                let entries = map.entries.iter().map(|entry| {
                    let key = entry.key.span();
                    let colon = (entry.colon.start_offset, entry.colon.end_offset);
                    self.keyed((key.start_offset, key.end_offset), colon, &entry.value)
                });
                self.brackets(start, start + 1, entries.collect(), end)
            }
            Expr::Tuple(tuple) => self.brackets(start, start + 1, elements(&tuple.elements), end),
            Expr::AnonStruct(group) => {
                self.brackets(start, start + 1, self.fields(&group.fields), end)
            }
            Expr::Struct(named) => match &named.body {
                None => Piece::Plain(raw(start, end)),
                Some(StructBody::Tuple(body)) => {
                    let open = body.open_paren.end_offset;
                    self.named(
                        named.name.span.end_offset,
                        start,
                        open,
                        elements(&body.elements),
                        end,
                    )
                }
                Some(StructBody::Fields(body)) => {
                    let open = body.open_brace.end_offset;
                    self.named(
                        named.name.span.end_offset,
                        start,
                        open,
                        self.fields(&body.fields),
                        end,
                    )
                }
            },
            _ => Piece::Plain(raw(start, end)),
        }
    }

    fn fields<'e>(&self, fields: &'e [StructField<'e>]) -> Vec<Found<'e>> {
        let field = |field: &'e StructField<'e>| {
            let name = (field.name.span.start_offset, field.name.span.end_offset);
            let colon = (field.colon.start_offset, field.colon.end_offset);
            self.keyed(name, colon, &field.value)
        };
        fields.iter().map(field).collect()
    }

    fn keyed<'e>(
        &self,
        key: (usize, usize),
        colon: (usize, usize),
        value: &'e Expr<'e>,
    ) -> Found<'e> {
        let span = value.span();
        Found {
            start: key.0,
            end: span.end_offset,
            key: Some(self.text[key.0..key.1].to_string()),
            between: vec![(key.1, colon.0), (colon.1, span.start_offset)],
            value,
        }
    }

    /// A struct with a name; a comment between the name and the bracket goes inside.
    fn named(
        &self,
        name_end: usize,
        start: usize,
        open: usize,
        items: Vec<Found>,
        end: usize,
    ) -> Piece {
        let mut piece = self.brackets(start, open, items, end);
        if let Piece::Group(group) = &mut piece {
            group.open = format!("{}(", &self.text[start..name_end]);
            let stray = self.stray(&[(name_end, open - 1)]);
            match group.items.first_mut() {
                Some(first) => drop(first.before.splice(0..0, stray)),
                None => drop(group.closing.splice(0..0, stray.into_iter().map(on_its_line))),
            }
        }
        piece
    }

    fn brackets(&self, start: usize, open: usize, items: Vec<Found>, end: usize) -> Piece {
        let close = match &self.text[end - 1..end] {
            "]" => "]",
            "}" => "}",
            _ => ")",
        };
        Piece::Group(self.group(self.text[start..open].to_string(), open, items, end - 1, close))
    }

    /// The items between an opening bracket, which ends at `open`, and a closing one at `close`.
    fn group(
        &self,
        bracket: String,
        open: usize,
        items: Vec<Found>,
        close: usize,
        closing: &'static str,
    ) -> Group {
        let mut group = Group {
            open: bracket,
            close: closing,
            opening: Vec::new(),
            items: Vec::new(),
            closing: Vec::new(),
        };
        let mut from = open;
        for found in &items {
            let (same_line, before, is_apart) = self.gap(from, found.start, true);
            self.at_end(&mut group, same_line);
            group.items.push(self.item(found, before, is_apart));
            from = found.end;
        }
        let (same_line, before, _) = self.gap(from, close, false);
        self.at_end(&mut group, same_line);
        group.closing = before;
        // Nothing is apart from a bracket.
        let first = group.items.first_mut();
        if let Some(comment) = first.map_or(group.closing.first_mut(), |item| {
            if item.before.is_empty() {
                item.is_apart = false;
            }
            item.before.first_mut()
        }) {
            comment.is_apart = false;
        }
        group
    }

    fn item(&self, found: &Found, mut before: Vec<Comment>, mut is_apart: bool) -> Item {
        let mut stray = self.stray(&found.between);
        if let Some(first) = stray.first_mut() {
            std::mem::swap(&mut first.is_apart, &mut is_apart);
        }
        before.extend(stray);
        Item {
            before,
            is_apart,
            key: found.key.clone(),
            value: self.piece(found.value),
            after: Vec::new(),
        }
    }

    /// Comments at the end of the line of an item, or of the bracket.
    fn at_end(&self, group: &mut Group, comments: Vec<String>) {
        match group.items.last_mut() {
            Some(item) => item.after = comments,
            None => group.opening = comments,
        }
    }

    /// Comments where none is expected: they go before the item.
    fn stray(&self, gaps: &[(usize, usize)]) -> Vec<Comment> {
        let bits = gaps.iter().flat_map(|(start, end)| self.bits(*start, *end));
        let comment = |bit: Bit| match bit {
            Bit::Comment(text) => {
                let ends_line = text.starts_with("//");
                Some(Comment { text, is_apart: false, ends_line })
            }
            _ => None,
        };
        bits.filter_map(comment).collect()
    }

    /// What stands between two things: comments that end the line of the first, comments before the second, and whether a blank
    /// line parts it from them. Where all is on one line, a comment behind the comma, or behind the bracket, is before the second.
    fn gap(&self, start: usize, end: usize, has_next: bool) -> (Vec<String>, Vec<Comment>, bool) {
        let bits = self.bits(start, end);
        let line = bits.iter().position(|bit| matches!(bit, Bit::Breaks(_)));
        let is_at_bracket = self.text[..start].ends_with(['(', '[', '{']);
        let comma = bits.iter().position(|bit| *bit == Bit::Comma);
        let first_line = match line {
            // No bracket opens a document.
            _ if start == 0 => 0,
            Some(line) => line,
            None if !has_next => bits.len(),
            None if is_at_bracket => 0,
            None => comma.unwrap_or(0),
        };
        let same_line = bits[..first_line].iter().filter_map(|bit| match bit {
            Bit::Comment(text) => Some(text.clone()),
            _ => None,
        });
        let mut before: Vec<Comment> = Vec::new();
        let mut is_apart = false;
        for bit in &bits[first_line..] {
            match bit {
                Bit::Comma => {}
                Bit::Breaks(count) => {
                    is_apart |= *count > 1;
                    if let Some(last) = before.last_mut() {
                        last.ends_line = true;
                    }
                }
                Bit::Comment(text) => {
                    before.push(Comment { text: text.clone(), is_apart, ends_line: false });
                    is_apart = false;
                }
            }
        }
        (same_line.collect(), before, is_apart)
    }

    fn bits(&self, start: usize, end: usize) -> Vec<Bit> {
        let mut bits = Vec::new();
        let mut at = start;
        while at < end {
            let rest = &self.text[at..end];
            let length = match self.attributes.iter().find(|(start, _)| *start == at) {
                Some((start, end)) => end - start,
                None if rest.starts_with('/') => length(rest),
                None if rest.starts_with(',') => 1,
                None => rest.find(['/', ',', '#']).unwrap_or(rest.len()).max(1),
            };
            let bit = &rest[..length];
            match bit.as_bytes()[0] {
                b'/' | b'#' => bits.push(Bit::Comment(bit.trim_end().to_string())),
                b',' => bits.push(Bit::Comma),
                _ => match bit.matches('\n').count() {
                    0 => {}
                    count => bits.push(Bit::Breaks(count)),
                },
            }
            at += length;
        }
        bits
    }
}

fn on_its_line(comment: Comment) -> Comment {
    Comment { ends_line: true, ..comment }
}

/// The bytes of the comment with which a text begins. One of several lines may hold others.
pub fn length(rest: &str) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    let (mut depth, mut at) = (0usize, 0);
    while at < rest.len() {
        let mark = &rest.as_bytes()[at..];
        if mark.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if mark.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

fn found<'e>(expr: &'e Expr<'e>) -> Found<'e> {
    let span = expr.span();
    Found {
        start: span.start_offset,
        end: span.end_offset,
        key: None,
        between: Vec::new(),
        value: expr,
    }
}

fn elements<'e>(elements: &'e [TupleElement<'e>]) -> Vec<Found<'e>> {
    elements.iter().map(|element| found(&element.expr)).collect()
}
