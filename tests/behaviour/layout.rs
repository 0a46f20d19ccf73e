//! `mrsim fmt` lays texts out anew: the same tree, every comment, and a second time it changes nothing.

use mrsim::read::{self, Node, comments::laid_out};
use std::path::{Path, PathBuf};

/// All scenarios of the repository, with those that are rejected for what they mean, templates and presets.
pub fn texts() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    let mut folders = vec![root.join("scenarios"), root.join("src"), root.join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("it is there") {
            let path = entry.expect("it can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "ron") {
                files.push(path);
            }
        }
    }
    files.sort();
    let text = |path: PathBuf| {
        let text = std::fs::read(&path).ok().and_then(|bytes| String::from_utf8(bytes).ok())?;
        tree(&text).map(|_| (path, text))
    };
    files.into_iter().filter_map(text).collect()
}

fn tree(text: &str) -> Option<Node> {
    read::tree(text, 0).ok()
}

/// The comments of a text in which no string holds a slash pair.
fn comments(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let (mut at, mut is_quoted) = (0, false);
    while at < text.len() {
        let rest = &text[at..];
        let length = match rest.as_bytes()[0] {
            b'"' => {
                is_quoted = !is_quoted;
                1
            }
            b'\\' if is_quoted => 2,
            b'/' if !is_quoted && rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            b'/' if !is_quoted && rest.starts_with("/*") => block(rest),
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
        if length > 1 && rest.starts_with('/') {
            found.push(rest[..length].trim_end().to_string());
        }
        at += length;
    }
    found.sort();
    found
}

/// The length of a comment that may hold others.
fn block(rest: &str) -> usize {
    let balanced = |end: &usize| {
        let comment = &rest[..*end];
        comment.matches("/*").count() == comment.matches("*/").count()
    };
    rest.match_indices("*/").map(|(at, _)| at + 2).find(balanced).expect("it ends")
}

fn holds(name: &str, text: &str) {
    let once = laid_out(text).unwrap_or_else(|problems| panic!("{name}: {problems:?}\n{text}"));
    let twice = laid_out(&once).unwrap_or_else(|problems| panic!("{name}: {problems:?}\n{once}"));
    assert!(twice == once, "{name}: not the same twice\n{text}\n--\n{once}\n--\n{twice}");
    assert!(tree(&once) == tree(text), "{name}: another tree\n{text}\n--\n{once}");
    assert_eq!(comments(&once), comments(text), "{name}\n{text}\n--\n{once}");
}

#[test]
fn every_scenario_keeps_its_tree_and_its_comments() {
    let texts = texts();
    assert!(texts.len() > 200, "{} files", texts.len());
    for (path, text) in texts {
        holds(&path.display().to_string(), &text);
        let once = laid_out(&text).expect("it was just laid out");
        assert!(
            once.ends_with('\n') && !once.contains(" \n") && !once.contains("\n\n\n"),
            "{once}"
        );
    }
}

/// A tree that no text has is laid out as its text would be.
#[test]
fn a_tree_prints_as_its_text_does() {
    for (path, text) in texts() {
        let node = tree(&text).expect("it was parsed before");
        if text.contains("Some(") {
            continue;
        }
        let printed = node.laid_out();
        assert!(tree(&printed) == Some(node), "{}\n{printed}", path.display());
        assert_eq!(laid_out(&printed).expect("it is RON"), printed, "{}", path.display());
    }
}

#[test]
fn what_fits_stands_on_one_line() {
    let text = "Scenario(question: \"?\",run:\"1h\", // an hour

 regions: [\"ap-northeast-1\",
   \"us-east-1\"], routing: Routing(ttl: \"60s\", policy: Latency(to: [To(region: \"ap-northeast-1\"), To(region: \"us-east-1\", check: \"x\")])),

 // What breaks.
 faults: [A(at: \"1s\"), B(at: \"2s\")])";
    let expected = "Scenario(
    question: \"?\",
    run: \"1h\", // an hour

    regions: [\"ap-northeast-1\", \"us-east-1\"],
    routing: Routing(
        ttl: \"60s\",
        policy: Latency(to: [To(region: \"ap-northeast-1\"), To(region: \"us-east-1\", check: \"x\")]),
    ),

    // What breaks.
    faults: [
        A(at: \"1s\"),
        B(at: \"2s\"),
    ],
)
";
    assert_eq!(laid_out(text).expect("it is RON"), expected);
}

/// A comment anywhere between two words stays, and the text settles at once.
#[test]
fn a_comment_may_stand_anywhere() {
    let text = "#![enable(implicit_some)]\nScenario(question: \"?\", users: [Population(name: \"a\", b: 1), Some(2),],\n\n run: (), x: {\"k\": [], \"l\": Foo(\"x\")})";
    let at = |text: &str| -> Vec<usize> {
        let is_edge = |at: &usize| {
            let sides = (text[..*at].chars().next_back(), text[*at..].chars().next());
            let is_mark = |c: Option<char>| c.is_none_or(|c| "()[]{}:, \n".contains(c));
            let is_quoted = text[..*at].matches('"').count() % 2 == 1;
            !is_quoted && (is_mark(sides.0) || is_mark(sides.1)) && *at > 25
        };
        (0..=text.len()).filter(is_edge).collect()
    };
    let marks =
        ["/* a */", " // b\n", "\n// c\n", "\n\n/* d\n e */\n", "\n", "\n\n", "/* f /* g */ */"];
    for first in at(text) {
        for mark in marks {
            let one = format!("{}{mark}{}", &text[..first], &text[first..]);
            if tree(&one).is_none() {
                continue;
            }
            holds("one comment", &one);
            for second in at(&one).into_iter().step_by(9) {
                for mark in marks {
                    let two = format!("{}{mark}{}", &one[..second], &one[second..]);
                    if tree(&two).is_some()
                        && two.matches("/*").count() == two.matches("*/").count()
                    {
                        holds("two comments", &two);
                    }
                }
            }
        }
    }
}
