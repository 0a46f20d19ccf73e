//! Reads Rust just far enough: which paths the code uses, and where its blocks end. A syntax tree would be
//! exact, but words and comments blanked is enough for code that rustfmt has seen.

/// The code with comments, strings and characters blanked, line by line as it was.
pub fn code(text: &str) -> String {
    let (bytes, mut out, mut at) = (text.as_bytes(), text.as_bytes().to_vec(), 0);
    while at < bytes.len() {
        let end = end_of_prose(&bytes[at..]).map(|length| (at + length).min(bytes.len()));
        if let Some(end) = end {
            out[at..end].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
        }
        at = end.unwrap_or(at + 1);
    }
    String::from_utf8(out).expect("whole characters are blanked")
}

/// The strings of a source, without their quotes.
pub fn literals(text: &str) -> Vec<String> {
    let (bytes, mut at, mut found) = (text.as_bytes(), 0, Vec::new());
    while at < bytes.len() {
        let Some(length) = end_of_prose(&bytes[at..]) else {
            at += 1;
            continue;
        };
        let end = (at + length).min(bytes.len());
        if matches!(bytes[at], b'"' | b'r') {
            found.push(text[at..end].trim_matches(['r', '#', '"']).to_string());
        }
        at = end;
    }
    found
}

/// How long the comment, string or character is that begins here.
fn end_of_prose(rest: &[u8]) -> Option<usize> {
    let find = |needle: &[u8], from: usize| {
        rest[from..]
            .windows(needle.len())
            .position(|window| window == needle)
            .map_or(rest.len(), |at| from + at + needle.len())
    };
    match rest {
        [b'/', b'/', ..] => Some(find(b"\n", 2) - 1),
        [b'/', b'*', ..] => Some(find(b"*/", 2)),
        [b'r', b'"', ..] => Some(find(b"\"", 2)),
        [b'r', b'#', b'"', ..] => Some(find(b"\"#", 3)),
        [b'"', ..] => {
            let mut at = 1;
            while at < rest.len() && rest[at] != b'"' {
                at += if rest[at] == b'\\' { 2 } else { 1 };
            }
            Some(at + 1)
        }
        [b'\'', b'\\', ..] => Some(find(b"'", 3)),
        // A quote around one character; else it begins a lifetime.
        [b'\'', first, ..] => {
            let width = [1, 2, 3, 4].into_iter().find(|width| {
                std::str::from_utf8(rest.get(1..1 + width).unwrap_or_default()).is_ok()
            })?;
            (*first != b'\'' && rest.get(1 + width) == Some(&b'\'')).then_some(2 + width)
        }
        _ => None,
    }
}

/// The end of the block whose opening brace comes first at or after `from`; `None`: a semicolon comes before.
pub fn block_end(code: &str, from: usize) -> Option<usize> {
    let (mut braces, mut others) = (0, 0);
    for (at, byte) in code.bytes().enumerate().skip(from) {
        match byte {
            b'(' | b'[' => others += 1,
            b')' | b']' => others -= 1,
            b'{' => braces += 1,
            b'}' if braces == 1 => return Some(at),
            b'}' => braces -= 1,
            b';' if braces == 0 && others == 0 => return None,
            _ => {}
        }
    }
    None
}

/// The code without its unit tests.
pub fn shipped(text: &str) -> String {
    let mut code = code(text);
    while let Some(at) = code.find("#[cfg(test)]") {
        let end = block_end(&code, at)
            .or_else(|| code[at..].find(';').map(|length| at + length))
            .unwrap_or(code.len() - 1);
        let lines = "\n".repeat(code[at..=end].matches('\n').count());
        code.replace_range(at..=end, &lines);
    }
    code
}

pub fn word(code: &str) -> &str {
    &code[..code.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(code.len())]
}

/// Every path in the code that begins with `first`, with its line; `a::{b, c::d}` is two.
pub fn paths(code: &str, first: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices(first) {
        let is_whole = word(&code[at..]) == first
            && !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
        if is_whole && code[at + first.len()..].trim_start().starts_with("::") {
            let mut ends = Vec::new();
            branches(&code[at + first.len()..], first, &mut ends);
            let line = 1 + code[..at].matches('\n').count();
            found.extend(ends.into_iter().map(|path| (line, path)));
        }
    }
    found
}

/// Follows a path, over all branches of a tree; gives what is left of the code.
fn branches<'a>(code: &'a str, path: &str, out: &mut Vec<String>) -> &'a str {
    let Some(mut rest) = code.trim_start().strip_prefix("::").map(str::trim_start) else {
        out.push(path.to_string());
        return code;
    };
    let Some(list) = rest.strip_prefix('{') else {
        let next = word(rest);
        if next.is_empty() {
            out.push(path.to_string());
            return rest;
        }
        return branches(&rest[next.len()..], &format!("{path}::{next}"), out);
    };
    rest = list.trim_start();
    while !rest.starts_with('}') && !rest.is_empty() {
        let next = word(rest);
        rest = branches(&rest[next.len().max(1)..], &format!("{path}::{next}"), out);
        // Over "as name" and the comma.
        rest = rest[rest.find([',', '}']).unwrap_or(rest.len())..]
            .trim_start_matches(',')
            .trim_start();
    }
    rest.strip_prefix('}').unwrap_or(rest)
}

/// Every path inside the crate that a file uses, from the crate's root.
pub fn inner_paths(file: &str, code: &str) -> Vec<(usize, String)> {
    let modules: Vec<&str> =
        file.trim_start_matches("src/").trim_end_matches(".rs").split('/').collect();
    let from_root = ["crate", "mrsim"].into_iter().flat_map(|first| paths(code, first));
    let mut found: Vec<_> = from_root
        .map(|(line, path)| {
            (line, path.split_once("::").map_or(String::new(), |(_, rest)| rest.to_string()))
        })
        .collect();
    for (line, path) in paths(code, "super") {
        let ups = path.split("::").take_while(|part| *part == "super").count();
        let parents = modules[..modules.len().saturating_sub(ups)].iter().copied();
        found
            .push((line, parents.chain(path.split("::").skip(ups)).collect::<Vec<_>>().join("::")));
    }
    found
}

/// The control: what this file looks for is found where it is, and not in words.
#[test]
fn the_scanner_can_fail() {
    let planted = "use crate::{world::{self, Stage}, units};\n// crate::chart\nfn f<'a>(x: &'a str) { let _ = (\"crate::cli\", 'x', '\\''); super::super::cli::run(); }\n#[cfg(test)]\nmod tests { use crate::scenario; }\nuse std::{fs, io::Write as _};\n";
    let code = shipped(planted);
    let inner: Vec<String> =
        inner_paths("src/chart/frame.rs", &code).into_iter().map(|(_, path)| path).collect();
    assert_eq!(inner, ["world::self", "world::Stage", "units", "cli::run"]);
    let outer: Vec<(usize, String)> = paths(&code, "std");
    assert_eq!(outer, [(6, "std::fs".to_string()), (6, "std::io::Write".to_string())]);
    assert_eq!(block_end("fn f(a: [u8; 2]) {\n{ }\n}\n", 0), Some(23));
}
