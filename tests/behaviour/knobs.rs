//! Every value of every scenario has a path by the description, and earlier names of fields are the same scenario under the present ones.

use mrsim::read::node::{Body, Written};
use mrsim::read::path::Path;
use mrsim::read::{self, Node, Shape, edit, merge};
use mrsim::scenario::Scenario;

fn root() -> Shape {
    Shape::Struct(Scenario::record)
}

/// Scenarios and parts that are valid as they are.
fn scenarios() -> Vec<(String, String)> {
    let texts =
        crate::layout::texts().into_iter().map(|(path, text)| (path.display().to_string(), text));
    texts
        .filter(|(path, text)| !path.contains("rejected") && Scenario::parse(text).is_ok())
        .collect()
}

/// Paths to all values of a tree; items without a name of their own, and what stands in bare brackets, have none.
fn paths(node: &Node, path: &str, found: &mut Vec<(String, Node)>) {
    match &node.written {
        Written::List(items) => {
            for item in items {
                let Some(key) = merge::key(item).or(item.name()) else { continue };
                let same = |other: &&Node| merge::key(other).or(other.name()) == Some(key);
                if items.iter().filter(same).count() == 1 {
                    paths(item, &format!("{path}[{key}]"), found);
                }
            }
        }
        Written::Struct { body: Body::Fields(fields), .. } if !fields.is_empty() => {
            for field in fields {
                let dot = if path.is_empty() { "" } else { "." };
                paths(&field.value, &format!("{path}{dot}{}", field.name), found);
            }
        }
        _ => found.push((path.to_string(), node.clone())),
    }
}

#[test]
fn every_value_has_its_path() {
    let scenarios = scenarios();
    assert!(scenarios.len() > 80, "{} scenarios", scenarios.len());
    let mut count = 0;
    for (name, text) in scenarios {
        let tree = read::tree(&text, 0).expect("it is RON");
        let mut found = Vec::new();
        paths(&tree, "", &mut found);
        for (path, value) in found {
            let parsed = Path::parse(&path).unwrap_or_else(|problem| panic!("{path}: {problem}"));
            let targets = parsed
                .find(&tree, &root())
                .unwrap_or_else(|problem| panic!("{name}: {path}: {problem}"));
            assert!(targets.len() == 1 && targets[0].is_written(), "{name}: {path}");
            assert_eq!(targets[0].value.as_ref(), Some(&value), "{name}: {path}");
            // What stands there may be set there, and changes nothing.
            let set = edit::set(&text, &parsed, &value.to_string(), &root())
                .unwrap_or_else(|problem| panic!("{name}: {path} = {value}: {problem}"));
            assert!(read::tree(&set, 0).as_ref() == Ok(&tree), "{name}: {path}\n{set}");
            count += 1;
        }
    }
    assert!(count > 2_000, "{count} values");
}

#[test]
fn earlier_names_say_the_same() {
    let mut renamed = 0;
    for (name, text) in scenarios() {
        let upgraded = edit::upgrade(&text, &root()).expect("it is RON");
        assert_eq!(edit::upgrade(&upgraded, &root()).as_ref(), Ok(&upgraded), "{name}");
        renamed += usize::from(upgraded != text);
        let before = Scenario::parse(&text).expect("it is valid");
        let after = Scenario::parse(&upgraded)
            .unwrap_or_else(|problems| panic!("{name}: {problems}\n{upgraded}"));
        // Warnings have places, which move.
        assert!(
            Scenario { warnings: Vec::new(), ..before }
                == Scenario { warnings: Vec::new(), ..after },
            "{name}"
        );
        // A tree has no comments.
        let printed = read::tree(&upgraded, 0).expect("it is RON").to_string();
        for earlier in ["lasting:", "takes:", "hit_share:", "median:"] {
            assert!(!printed.contains(earlier), "{name} has {earlier}\n{upgraded}");
        }
    }
    // Nothing is shown where no scenario has an earlier name.
    assert!(renamed > 0 || scenarios().iter().all(|(_, text)| !text.contains("lasting:")));
}
