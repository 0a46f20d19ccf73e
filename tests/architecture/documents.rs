//! What documents and scenarios say: paths that are there, a question, a report, and no place on somebody's machine.

use crate::{files, files_like, none, root, text};
use std::collections::BTreeSet;
use std::fs;

#[test]
fn documents_name_what_is_there() {
    let files = files();
    let folders: BTreeSet<&str> =
        files.iter().flat_map(|file| file.match_indices('/').map(|(at, _)| &file[..at])).collect();
    let is_there = |path: &str| {
        let path = path.trim_end_matches('/');
        let is_it = |known: &str| known == path || known.ends_with(&format!("/{path}"));
        files.iter().any(|file| is_it(file)) || folders.iter().any(|folder| is_it(folder))
    };
    let is_path = |token: &str| {
        let plain = token.chars().all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c));
        let in_repository = token.split_once('/').is_some_and(|(top, _)| folders.contains(top));
        let is_file = [".rs", ".toml", ".ron", ".md", ".json", ".jsonl", ".svg", ".png", ".csv"]
            .iter()
            .any(|end| token.len() > end.len() && token.ends_with(end));
        plain
            && (in_repository || is_file && !token.starts_with("my"))
            && !token.starts_with("target/")
    };
    let mut violations = Vec::new();
    for file in files_like("", ".md").iter().filter(|file| !file.starts_with("reports/")) {
        let text = text(file);
        // Every other piece between backticks is code; fences only make empty pieces more.
        let named = text
            .lines()
            .flat_map(|line| line.split('`').skip(1).step_by(2))
            .filter(|token| is_path(token));
        violations.extend(
            named
                .filter(|path| !is_there(path))
                .map(|path| format!("{file} names `{path}`, which is not there")),
        );
    }
    none(&violations);
}

#[test]
fn every_scenario_asks_a_question_and_has_its_report() {
    let mut violations = Vec::new();
    for file in
        files_like("scenarios/", ".ron").iter().filter(|file| file.matches('/').count() == 1)
    {
        let text = text(file);
        let asks =
            text.lines().take_while(|line| line.starts_with("//")).any(|line| line.contains('?'));
        if !asks {
            violations.push(format!("{file} does not begin with a comment that asks its question"));
        }
        let name = file.trim_start_matches("scenarios/").trim_end_matches(".ron");
        let missing = ["report.md", "summary.json"]
            .map(|report| format!("reports/{name}/{report}"))
            .into_iter()
            .filter(|report| !root().join(report).exists());
        violations.extend(missing.map(|report| format!("{report} is missing: mrsim run {file}")));
    }
    none(&violations);
}

#[test]
fn no_file_names_a_place_on_somebodys_machine() {
    let places = ["work", "root", "tmp", "home", "Users"].map(|folder| format!("/{folder}/"));
    let mut violations = Vec::new();
    for file in files() {
        let Ok(text) = fs::read_to_string(root().join(&file)) else { continue };
        for (index, line) in text.lines().enumerate() {
            let is_absolute = |at: usize| {
                !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-}>".contains(c))
            };
            if places
                .iter()
                .any(|place| line.match_indices(place.as_str()).any(|(at, _)| is_absolute(at)))
            {
                violations.push(format!("{file}:{}: {}", index + 1, line.trim()));
            }
        }
    }
    none(&violations);
}
