//! The walk through a text that notes slips and goes on after them: each open bracket waits for something, and what comes
//! instead is the slip.

use super::brackets::{self, Bracket, Pair, closing, line};
use super::pieces::{Piece, Token, cut};
use super::{Found, Slip};

/// What an open bracket waits for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Waits<'t> {
    /// An item, or the bracket that closes.
    Item,
    /// What belongs to a word: a colon, a bracket, or nothing.
    Word { word: &'t str, is_value: bool },
    /// The value of a field.
    Value(&'t str),
    /// A comma, or the bracket that closes; a text that stands first could be a name in quotes.
    Comma { quoted: Option<&'t str> },
}

struct Frame<'t> {
    bracket: Bracket<'t>,
    waits: Waits<'t>,
    /// Nothing stands in it yet.
    is_empty: bool,
}

/// Goes through a text, piece by piece.
pub struct Walk<'t> {
    text: &'t str,
    frames: Vec<Frame<'t>>,
    pairs: Vec<Pair<'t>>,
    found: Vec<Found>,
    /// Where the last piece ends.
    end: usize,
    is_over: bool,
}

/// Around everything.
const ROOT: Bracket<'static> = Bracket { kind: ' ', start: 0, of: "" };

impl<'t> Walk<'t> {
    pub fn over(text: &'t str) -> Vec<Found> {
        let root = Frame { bracket: ROOT, waits: Waits::Value(""), is_empty: true };
        let mut walk = Walk {
            text,
            frames: vec![root],
            pairs: Vec::new(),
            found: Vec::new(),
            end: 0,
            is_over: false,
        };
        let pieces = cut(text);
        for (index, piece) in pieces.iter().enumerate() {
            let before = index.checked_sub(1).map(|before| pieces[before]);
            if walk.unpaired_quotes(&pieces[..index], before, piece) {
                walk.is_over = true;
            } else {
                walk.step(piece, &pieces[index + 1..]);
            }
            if walk.is_over {
                return walk.found;
            }
            walk.end = piece.end();
        }
        let open: Vec<Bracket> = walk.frames[1..].iter().map(|frame| frame.bracket).collect();
        if !open.is_empty() {
            let unclosed = brackets::unclosed(text, &open, &walk.pairs);
            walk.found.push(unclosed);
        }
        walk.found
    }

    fn note(
        &mut self,
        piece: &Piece,
        slip: Slip,
        what: impl Into<String>,
        help: impl Into<String>,
    ) {
        let (start, end) = (piece.start, piece.end());
        self.found.push(Found { start, end, slip, what: what.into(), help: help.into() });
    }

    /// Texts that touch words, or never end, begin where another should have ended: nothing after that can be trusted.
    fn unpaired_quotes(&mut self, earlier: &[Piece], before: Option<Piece>, piece: &Piece) -> bool {
        let touches = before.is_some_and(|before| {
            let is_word = |token| {
                matches!(
                    token,
                    Token::Word | Token::Number | Token::Text | Token::Bare | Token::Quantity
                )
            };
            before.end() == piece.start
                && (before.token == Token::Text && is_word(piece.token)
                    || piece.token == Token::Text && is_word(before.token))
        });
        if !touches && !matches!(piece.token, Token::Endless | Token::Unended) {
            return false;
        }
        if piece.token == Token::Unended {
            let open = Piece { text: &piece.text[..2], ..*piece };
            self.note(&open, Slip::Quotes, "this comment never ends", "end it with */");
            return true;
        }
        let goes_on = |piece: &&Piece| {
            piece.token == Token::Text
                && (piece.text.contains('\n') || piece.text.contains(['“', '”']))
        };
        let touching = before.filter(|before| touches && before.token == Token::Text);
        let guilty = earlier.iter().find(goes_on).copied().or(touching).unwrap_or(*piece);
        let guilty = Piece { text: guilty.text.lines().next().unwrap_or("\""), ..guilty };
        self.note(
            &guilty,
            Slip::Quotes,
            "the quotes of this text do not pair up",
            "begin and end each text with one \", and write \\\" inside it",
        );
        true
    }

    fn top(&mut self) -> &mut Frame<'t> {
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    fn step(&mut self, piece: &Piece<'t>, rest: &[Piece]) {
        let is_root = self.frames.len() == 1;
        if is_root && matches!(self.top().waits, Waits::Comma { .. }) {
            self.after_the_end(piece);
            return;
        }
        match piece.token {
            Token::Hash => {
                self.note(piece, Slip::Hash, "# begins no comment", "comments are //");
            }
            Token::Other => self.other(piece),
            Token::Open(kind) => self.open(piece, kind),
            Token::Close(kind) => self.close(piece, kind, rest),
            Token::Comma => self.comma(piece),
            Token::Semicolon => {
                let is_after_comma = self.top().waits == Waits::Item;
                let help = if is_after_comma { "take it out" } else { "write a comma" };
                self.note(piece, Slip::Semicolon, "; separates nothing", help);
                self.top().waits = Waits::Item;
            }
            Token::Colon | Token::Equals => self.colon(piece),
            Token::Word => self.word(piece),
            _ => self.value(piece),
        }
    }

    /// What means nothing: told once where several stand together.
    fn other(&mut self, piece: &Piece) {
        let is_told = self.found.last().is_some_and(|found| {
            found.slip == Slip::Unknown && self.end == piece.start && self.end > 0
        });
        if !is_told {
            let what = format!("not RON: {} means nothing here", piece.text.escape_debug());
            let help = "take it out, or put the text that it belongs to in double quotes";
            self.note(piece, Slip::Unknown, what, help);
        }
    }

    /// Everything is closed.
    fn after_the_end(&mut self, piece: &Piece) {
        match piece.token {
            Token::Hash => self.note(piece, Slip::Hash, "# begins no comment", "comments are //"),
            Token::Semicolon => {
                self.note(piece, Slip::Semicolon, "; separates nothing", "take it out");
            }
            Token::Comma if self.text[piece.end()..].trim().is_empty() => {
                self.note(piece, Slip::Other, "a comma follows the end", "take it out");
            }
            Token::Close(kind) => {
                let what = format!("nothing is open that this {kind} could close");
                self.note(piece, Slip::Brackets, what, "take it out");
                self.is_over = true;
            }
            _ => {
                let found = brackets::overclosed(self.text, &self.pairs, piece.start);
                self.found.push(found);
                self.is_over = true;
            }
        }
    }

    /// Before something that is no comma: whether one should have stood there.
    fn expect_item(&mut self) {
        let end = self.end;
        let top = self.top();
        let (missing, help) = match top.waits {
            Waits::Comma { .. } => ("a comma is missing here", "write , after this".to_string()),
            Waits::Word { word, is_value: false } if !['[', ' '].contains(&top.bracket.kind) => {
                ("a colon is missing here", format!("write {word}: and its value"))
            }
            Waits::Word { .. } => ("a comma is missing here", "write , after this".to_string()),
            _ => return,
        };
        let is_colon = missing.starts_with("a colon");
        if let (true, Waits::Word { word, .. }) = (is_colon, top.waits) {
            top.waits = Waits::Value(word);
        } else {
            top.waits = Waits::Item;
        }
        let what = missing.to_string();
        self.found.push(Found { start: end, end, slip: Slip::Other, what, help });
    }

    fn open(&mut self, piece: &Piece<'t>, kind: char) {
        let mut of = "";
        let waits = self.top().waits;
        match waits {
            Waits::Word { word, .. } if kind != '[' => {
                of = word;
                if kind == '{' {
                    let help = format!("write {word}(name: value, ..)");
                    self.note(piece, Slip::Other, format!("{word} takes round brackets"), help);
                }
            }
            Waits::Value(field) => of = field,
            _ => self.expect_item(),
        }
        if let Waits::Value(field) = self.top().waits {
            of = if of.is_empty() { field } else { of };
        }
        let top = self.top();
        top.waits = Waits::Comma { quoted: None };
        top.is_empty = false;
        let bracket = Bracket { kind, start: piece.start, of };
        self.frames.push(Frame { bracket, waits: Waits::Item, is_empty: true });
    }

    fn close(&mut self, piece: &Piece, kind: char, rest: &[Piece]) {
        let open: Vec<Bracket> = self.frames[1..].iter().map(|frame| frame.bracket).collect();
        if open.last().is_none_or(|inner| closing(inner.kind) != kind) {
            let found = brackets::mismatch(self.text, &open, (kind, piece.start), rest);
            self.found.push(found);
            self.is_over = true;
            return;
        }
        self.no_value(piece);
        if let Some(frame) = self.frames.pop() {
            self.pairs.push(Pair { open: frame.bracket, close: piece.start });
        }
    }

    /// A field that ends before it has a value.
    fn no_value(&mut self, piece: &Piece) {
        if let Waits::Value(field) = self.top().waits {
            let help = format!("write {field}: and its value, or leave the field out");
            self.note(piece, Slip::Other, format!("{field} has no value"), help);
        }
    }

    fn comma(&mut self, piece: &Piece) {
        match self.top().waits {
            Waits::Item => {
                self.note(piece, Slip::Other, "there is a comma too many", "take it out");
            }
            _ => self.no_value(piece),
        }
        let top = self.top();
        top.waits = Waits::Item;
        top.is_empty = false;
    }

    fn colon(&mut self, piece: &Piece<'t>) {
        let is_equals = piece.token == Token::Equals;
        let top = self.top();
        let kind = top.bracket.kind;
        let name = match top.waits {
            Waits::Word { word, is_value: false } => Some((word, false)),
            Waits::Comma { quoted: Some(quoted) } => Some((quoted, true)),
            _ => None,
        };
        let Some((name, is_quoted)) = name else {
            let help = "a field is written name: value";
            self.note(piece, Slip::Other, format!("{} means nothing here", piece.text), help);
            return;
        };
        let bare = name.trim_matches(['"', '\'', '“', '”', '‘', '’']);
        match kind {
            ' ' => {
                let help = "write Scenario(name: value, ..), or let `mrsim new` write a start";
                let what = "the file does not begin with Scenario(";
                let first = Piece { text: name, start: 0, ..*piece };
                let begins = self.text.find(name).unwrap_or(0);
                self.note(&Piece { start: begins, ..first }, Slip::Brackets, what, help);
                self.is_over = true;
                return;
            }
            '[' => {
                self.field_in_list(bare, piece);
                return;
            }
            '(' if is_quoted => {
                let at = Piece { text: name, start: self.end - name.len(), ..*piece };
                let what = "names of fields stand without quotes";
                self.note(&at, Slip::QuotedName, what, format!("write {bare}:"));
            }
            _ => {}
        }
        if is_equals {
            let what = format!("{} sets no field", piece.text);
            self.note(piece, Slip::Equals, what, format!("write {bare}: and the value"));
        }
        self.top().waits = Waits::Value(bare);
    }

    /// A field where values are listed: the list was never closed, or it should be a struct.
    fn field_in_list(&mut self, name: &str, piece: &Piece) {
        let top = self.top();
        let bracket = top.bracket;
        if top.is_empty {
            let at = Piece { text: "[", start: bracket.start, ..*piece };
            let help = format!("write [Name({name}: value, ..)], or ( and ) instead of [ and ]");
            self.note(&at, Slip::Brackets, format!("{name}: is in a list"), help);
        } else {
            let here = line(self.text, piece.start);
            let help = format!("write ] before {name}, in line {here}");
            self.found.push(bracket.is_never_closed(help));
        }
        self.is_over = true;
    }

    fn word(&mut self, piece: &Piece<'t>) {
        let is_field = self.text[piece.end()..].trim_start().starts_with([':', '=']);
        if is_field && self.top().bracket.kind == '[' {
            self.field_in_list(piece.text, piece);
            return;
        }
        self.expect_item();
        let is_value = matches!(self.top().waits, Waits::Value(_)) && self.frames.len() > 1;
        match piece.text {
            "Some" if !is_field => {
                let help = "write the value alone, without Some( )";
                self.note(piece, Slip::OptionWord, "Some is not used", help);
            }
            "None" if !is_field => {
                let help = "leave the field out";
                self.note(piece, Slip::OptionWord, "None is not used", help);
            }
            _ => {}
        }
        self.top().waits = Waits::Word { word: piece.text, is_value };
    }

    fn value(&mut self, piece: &Piece<'t>) {
        self.expect_item();
        let bare = piece.text.trim_matches(['"', '\'', '“', '”', '„', '«', '»', '‘', '’', '‚']);
        let what = format!("{} stands without quotes", piece.text);
        let help = format!("write \"{bare}\"");
        match piece.token {
            Token::Quantity | Token::Bare => self.note(piece, Slip::Other, what, help),
            Token::Single => {
                self.note(piece, Slip::Single, "texts are written in double quotes", help);
            }
            Token::Smart => {
                self.note(piece, Slip::Smart, "texts are written in straight quotes", help);
            }
            _ => {}
        }
        let top = self.top();
        let is_item = top.waits == Waits::Item;
        top.waits = Waits::Comma { quoted: is_item.then_some(piece.text) };
    }
}
