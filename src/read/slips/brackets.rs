//! Which bracket is the slip, when brackets do not pair up: the repair after which the rest of the text pairs up best, and where
//! that leaves a choice, the indentation.

use super::pieces::{Piece, Token};
use super::{Found, Slip};

/// A bracket that is open.
#[derive(Clone, Copy, Debug)]
pub struct Bracket<'t> {
    pub kind: char,
    pub start: usize,
    /// The name of the struct, or of the field whose list it is.
    pub of: &'t str,
}

impl Bracket<'_> {
    /// "the ( of Store", for messages.
    fn words(&self) -> String {
        match self.of {
            "" => format!("the {}", self.kind),
            of => format!("the {} of {of}", self.kind),
        }
    }

    pub fn is_never_closed(&self, help: String) -> Found {
        Found {
            start: self.start,
            end: self.start + 1,
            slip: Slip::Brackets,
            what: format!("{} is never closed", self.words()),
            help,
        }
    }
}

pub fn closing(kind: char) -> char {
    match kind {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}

pub fn line(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// A closing bracket that does not close the innermost one that is open.
pub fn mismatch(text: &str, open: &[Bracket], close: (char, usize), rest: &[Piece]) -> Found {
    let (kind, at) = close;
    let kinds: Vec<char> = open.iter().map(|bracket| bracket.kind).collect();
    let found = |what: String, help: String| Found {
        start: at,
        end: at + 1,
        slip: Slip::Brackets,
        what,
        help,
    };
    let Some(inner) = open.last() else {
        let what = format!("nothing is open that this {kind} could close");
        return found(what, "take it out, or find the bracket that closes too early".into());
    };
    let below = kinds.iter().rposition(|open| closing(*open) == kind);
    let never_closed = below.map(|below| kinds.len() - 1 - below + disorder(&kinds[..below], rest));
    let wrong_kind = 1 + disorder(&kinds[..kinds.len() - 1], rest);
    let too_many = 1 + disorder(&kinds, rest);
    let right = closing(inner.kind);
    if never_closed.is_some_and(|cost| cost <= wrong_kind.min(too_many)) {
        let here = line(text, at);
        return inner.is_never_closed(format!("write {right} before the {kind} in line {here}"));
    }
    if too_many < wrong_kind {
        return found(
            format!("nothing is open that this {kind} could close"),
            "take it out".into(),
        );
    }
    let opened = line(text, inner.start);
    found(
        format!("{}, in line {opened}, is closed by a {kind}", inner.words()),
        format!("write {right} instead"),
    )
}

/// How many brackets of the rest do not pair up with those that are open.
fn disorder(open: &[char], rest: &[Piece]) -> usize {
    let mut open = open.to_vec();
    let mut wrong = 0;
    for piece in rest {
        match piece.token {
            Token::Open(kind) => open.push(kind),
            Token::Close(kind) => match open.iter().rposition(|open| closing(*open) == kind) {
                Some(at) => {
                    wrong += open.len() - 1 - at;
                    open.truncate(at);
                }
                None => wrong += 1,
            },
            _ => {}
        }
    }
    wrong + open.len()
}

/// A pair of brackets, as they were paired up.
pub struct Pair<'t> {
    pub open: Bracket<'t>,
    pub close: usize,
}

/// The text ends and brackets are open: the first that is closed by what stands further left, else the innermost.
pub fn unclosed(text: &str, open: &[Bracket], pairs: &[Pair]) -> Found {
    let outer = |pair: &&Pair| {
        let before = begins(text, pair.close);
        before.trim().is_empty()
            && before.len() < indentation(text, pair.open.start)
            && line(text, pair.close) > line(text, pair.open.start)
    };
    if let Some(pair) = pairs.iter().filter(outer).min_by_key(|pair| pair.close) {
        let right = closing(pair.open.kind);
        let before = line(text, pair.close);
        return pair.open.is_never_closed(format!("write {right} before line {before}"));
    }
    let inner = open[open.len() - 1];
    inner.is_never_closed(format!("write {} at the end", closing(inner.kind)))
}

/// More follows after everything is closed: the first bracket that closes a block in the middle of a line, else the last.
pub fn overclosed(text: &str, pairs: &[Pair], more: usize) -> Found {
    let early = |pair: &&Pair| {
        let opened = &text[pair.open.start + 1..];
        let is_block = opened
            .lines()
            .next()
            .is_none_or(|rest| rest.trim().is_empty() || rest.trim_start().starts_with("//"));
        is_block && !begins(text, pair.close).trim().is_empty()
    };
    let guilty = pairs.iter().filter(early).min_by_key(|pair| pair.close).or(pairs.last());
    let (start, end) = guilty.map_or((more, more), |pair| (pair.close, pair.close + 1));
    Found {
        start,
        end,
        slip: Slip::Brackets,
        what: format!("everything is closed before line {}, and more follows", line(text, more)),
        help: "take this bracket out".into(),
    }
}

/// What stands before a place in its line.
fn begins(text: &str, at: usize) -> &str {
    text[..at].rsplit('\n').next().unwrap_or("")
}

fn indentation(text: &str, at: usize) -> usize {
    let begun = at - begins(text, at).len();
    let line = text[begun..].lines().next().unwrap_or("");
    line.len() - line.trim_start().len()
}
