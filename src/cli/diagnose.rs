//! Problems of a scenario as rustc shows them: the place, the line, what is wrong, how to fix it.

use crate::problem::{Problem, Problems};
use crate::report::numbers::plural;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use std::path::Path;

/// All problems of a file, and how many there are.
pub fn all(path: &Path, text: &str, problems: &Problems, colour: bool) -> String {
    let path = path.display().to_string();
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    for problem in problems {
        let (path, text) = match problems.source(problem) {
            Some(source) => (source.path.as_str(), source.text.as_str()),
            None => (path.as_str(), text),
        };
        out.push_str(&one(path, text, problem, &renderer));
        out.push_str("\n\n");
    }
    let limit = if problems.len() >= crate::read::PROBLEM_LIMIT {
        " (the first; there may be more)"
    } else {
        ""
    };
    out + &format!("{} in {path}{limit}", plural(problems.len() as u64, "problem"))
}

fn one(path: &str, text: &str, problem: &Problem, renderer: &Renderer) -> String {
    let span = marked(text, problem);
    let snippet = Snippet::source(text).path(path).annotation(AnnotationKind::Primary.span(span));
    let group = Level::ERROR
        .primary_title(clean(&problem.what))
        .element(snippet)
        .element(Level::HELP.message(clean(&problem.help)));
    renderer.render(&[group])
}

/// The bytes to underline: within the text, between characters, on the first line of the place.
fn marked(text: &str, problem: &Problem) -> std::ops::Range<usize> {
    let boundary = |at: usize| {
        (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
    };
    let start = boundary(problem.place.start);
    let end = boundary(problem.place.end).max(start);
    let line = text[start..end].find(['\n', '\r']).map_or(end, |length| start + length);
    start..line
}

/// Control characters of a hostile file name or value must not reach the terminal.
fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    #[test]
    fn a_problem_shows_place_line_and_mend() {
        let text = "Scenario(\n    question: \"?\",\n    run: 30,\n)\n";
        let problems = Scenario::parse(text).unwrap_err();
        let shown = all(Path::new("dir/my.ron"), text, &problems, false);
        assert!(shown.contains("dir/my.ron:3:10"), "{shown}");
        assert!(
            shown.contains("30 has no unit") && shown.contains("^^") && shown.contains("help: "),
            "{shown}"
        );
        assert!(shown.ends_with(" in dir/my.ron"), "{shown}");
    }

    #[test]
    fn odd_places_do_not_panic() {
        let text = "é\u{fffd}(\n";
        for (start, end) in [(0, 0), (1, 3), (5, 2), (90, 99), (0, 90)] {
            let problem = Problem {
                place: crate::problem::Place { file: 0, line: 1, column: 1, start, end },
                what: "\u{7}what".into(),
                help: "help".into(),
            };
            let problems = Problems { problems: vec![problem], sources: Vec::new() };
            let shown = all(Path::new("a.ron"), text, &problems, true);
            assert!(!shown.contains('\u{7}'), "{shown}");
        }
    }
}
