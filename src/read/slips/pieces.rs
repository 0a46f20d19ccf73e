//! A text cut into pieces, also where it is no RON: what stands without quotes, or in quotes of another kind, is one piece.

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// A name or a plain word.
    Word,
    Number,
    /// In straight double quotes.
    Text,
    /// A text that never ends.
    Endless,
    /// A comment that never ends.
    Unended,
    /// A number with its unit, without quotes.
    Quantity,
    /// A name such as us-east-1, without quotes.
    Bare,
    /// A text in single quotes.
    Single,
    /// A text in typographic quotes.
    Smart,
    /// From a # to the end of its line.
    Hash,
    Open(char),
    Close(char),
    Comma,
    Colon,
    Equals,
    Semicolon,
    /// What means nothing anywhere.
    Other,
}

#[derive(Clone, Copy, Debug)]
pub struct Piece<'t> {
    pub token: Token,
    pub text: &'t str,
    pub start: usize,
}

impl Piece<'_> {
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// Cuts a text; comments and space are left out.
pub fn cut(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    while let Some(first) = text[start..].chars().next() {
        let rest = &text[start..];
        let (length, token) = match next(rest, first) {
            Next::Skip(length) => (length, None),
            Next::Piece(length, token) => (length, Some(token)),
        };
        if let Some(token) = token {
            pieces.push(Piece { token, text: &rest[..length], start });
        }
        start += length;
    }
    pieces
}

enum Next {
    Skip(usize),
    Piece(usize, Token),
}

fn next(rest: &str, first: char) -> Next {
    let one = |token| Next::Piece(first.len_utf8(), token);
    match first {
        _ if first.is_whitespace() => Next::Skip(first.len_utf8()),
        '/' if rest.starts_with("//") => Next::Skip(line(rest)),
        '/' if rest.starts_with("/*") => match comment(rest) {
            Some(length) => Next::Skip(length),
            None => Next::Piece(rest.len(), Token::Unended),
        },
        '#' if rest.starts_with("#!") => Next::Skip(line(rest)),
        '#' => Next::Piece(line(rest), Token::Hash),
        '(' | '[' | '{' => one(Token::Open(first)),
        ')' | ']' | '}' => one(Token::Close(first)),
        ',' => one(Token::Comma),
        ';' => one(Token::Semicolon),
        ':' if rest.starts_with(":=") => Next::Piece(2, Token::Equals),
        ':' => one(Token::Colon),
        '=' => Next::Piece(rest.len() - rest.trim_start_matches(['=', '>']).len(), Token::Equals),
        '"' => quoted(rest, 0),
        '\'' => until(rest, &['\''], Token::Single),
        '“' | '”' | '„' | '«' | '»' => {
            until(rest, &['”', '“', '»', '«', '"'], Token::Smart)
        }
        '‘' | '’' | '‚' => until(rest, &['’', '‘', '\''], Token::Smart),
        'r' | 'b' if raw(rest).is_some() => raw(rest).unwrap_or(Next::Skip(1)),
        '$' | '+' | '-' | '.' if rest[1..].starts_with(|next: char| next.is_ascii_digit()) => {
            number(rest)
        }
        _ if first.is_ascii_digit() => number(rest),
        _ if first.is_alphabetic() || first == '_' => word(rest),
        _ => one(Token::Other),
    }
}

fn line(rest: &str) -> usize {
    rest.find('\n').unwrap_or(rest.len())
}

/// The length of a block comment; they nest.
fn comment(rest: &str) -> Option<usize> {
    let (mut depth, mut at) = (0usize, 0);
    loop {
        let tail = &rest[at..];
        if tail.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if tail.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return Some(at);
            }
        } else {
            at += tail.chars().next()?.len_utf8();
        }
    }
}

/// A text whose quote stands at `opens`.
fn quoted(rest: &str, opens: usize) -> Next {
    let mut is_escaped = false;
    for (at, letter) in rest[opens + 1..].char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return Next::Piece(opens + at + 2, Token::Text),
            _ => {}
        }
    }
    Next::Piece(rest.len(), Token::Endless)
}

/// A raw text r"..", r#".."#, or one of bytes.
fn raw(rest: &str) -> Option<Next> {
    let tail = rest.trim_start_matches(['b', 'r']);
    let prefix = rest.len() - tail.len();
    if tail.starts_with('"') && prefix == 1 && rest.starts_with('b') {
        return Some(quoted(rest, prefix));
    }
    let hashes = tail.len() - tail.trim_start_matches('#').len();
    let body = tail[hashes..].strip_prefix('"')?;
    let ends = format!("\"{}", "#".repeat(hashes));
    let begun = rest.len() - body.len();
    Some(match body.find(&ends) {
        Some(at) => Next::Piece(begun + at + ends.len(), Token::Text),
        None => Next::Piece(rest.len(), Token::Endless),
    })
}

/// A text in quotes of another kind, which ends on its line.
fn until(rest: &str, ends: &[char], token: Token) -> Next {
    let first = rest.chars().next().map_or(1, char::len_utf8);
    let within = &rest[first..line(rest).max(first)];
    match within.char_indices().find(|(_, letter)| ends.contains(letter)) {
        Some((at, letter)) => Next::Piece(first + at + letter.len_utf8(), token),
        None => Next::Piece(first, Token::Other),
    }
}

/// A number, or a number with a unit behind it.
fn number(rest: &str) -> Next {
    let digits = digits(rest);
    let tail = &rest[digits..];
    let unit_ends = tail.find([',', ')', ']', '}', ';', '\n', '"', ':', '=', '(', '#']);
    let unit = &tail[..unit_ends.unwrap_or(tail.len())];
    let unit = unit.split("//").next().unwrap_or("").trim_end();
    // A name with a colon behind it is the next field.
    let is_next_field = unit_ends.is_some_and(|at| tail[at..].starts_with([':', '=', '(']));
    let is_unit = !unit.is_empty()
        && unit.chars().all(|letter| letter.is_alphanumeric() || " /%._-".contains(letter));
    if is_unit && !is_next_field {
        return Next::Piece(digits + unit.len(), Token::Quantity);
    }
    let close = tail
        .find(|letter: char| !(letter.is_alphanumeric() || "%_/".contains(letter)))
        .unwrap_or(tail.len());
    let is_close = close > 0 && !tail.starts_with("//") && !tail.starts_with("/*");
    let is_money = rest.starts_with('$');
    match is_close || is_money {
        true => Next::Piece(digits + if is_close { close } else { 0 }, Token::Quantity),
        false => Next::Piece(digits, Token::Number),
    }
}

fn digits(rest: &str) -> usize {
    let body = rest.trim_start_matches(['$', '+', '-']);
    let sign = rest.len() - body.len();
    if body.starts_with("0x") || body.starts_with("0b") || body.starts_with("0o") {
        let tail = body[2..]
            .trim_start_matches(|letter: char| letter.is_ascii_hexdigit() || letter == '_');
        return rest.len() - tail.len();
    }
    let plain = |text: &str| {
        text.find(|letter: char| !(letter.is_ascii_digit() || letter == '_' || letter == '.'))
            .unwrap_or(text.len())
    };
    let mantissa = sign + plain(body);
    let exponent = rest[mantissa..].strip_prefix(['e', 'E']).map(|tail| {
        let signed = tail.strip_prefix(['+', '-']).unwrap_or(tail);
        (tail.len() - signed.len(), plain(signed))
    });
    match exponent {
        Some((sign, digits)) if digits > 0 => mantissa + 1 + sign + digits,
        _ => mantissa,
    }
}

/// A word, or a name with dashes, dots or slashes that stands without quotes.
fn word(rest: &str) -> Next {
    let within = |letter: char| letter.is_alphanumeric() || letter == '_';
    let plain = rest.find(|letter| !within(letter)).unwrap_or(rest.len());
    let mut end = plain;
    loop {
        let tail = &rest[end..];
        let Some(joined) = tail.strip_prefix(['-', '.', '/']) else { break };
        if !joined.starts_with(within) {
            break;
        }
        end += 1 + joined.find(|letter| !within(letter)).unwrap_or(joined.len());
    }
    Next::Piece(end, if end > plain { Token::Bare } else { Token::Word })
}
