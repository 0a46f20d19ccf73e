//! How numbers are written, and what the verdict says.

use super::*;
use crate::report::text::Look;

#[test]
fn numbers_have_about_six_digits() {
    let cases = [
        (25.0, "25"),
        (0.0, "0"),
        (2.0 / 3.0, "0.666667"),
        (86.535898, "86.5359"),
        (1_010_099.999, "1010100"),
        (2.497_501_87e-7, "2.498e-7"),
        (f64::INFINITY, "never"),
        (f64::NAN, "nothing"),
        (12_345_678.9, "1.2346e7"),
    ];
    for (value, words) in cases {
        assert_eq!(number(value), words);
    }
    assert_eq!([Some(0.534), Some(-77.1), None].map(signed), ["+0.53", "-77", ""]);
}

fn row(id: &str, passes: bool) -> Row {
    Row {
        id: id.into(),
        what: "a test | of bars".into(),
        source: "made up".into(),
        expected: 25.0,
        ours: 25.5,
        n: 100,
        allowed: 0.4,
        z: Some(5.0),
        deviation: Some(5.0),
        passes,
    }
}

fn dossier(passes: bool, caught: bool) -> Dossier {
    let control = Control {
        mistake: "a slip",
        case: "X.1".into(),
        expected: 25.0,
        ours: 30.0,
        distance: Some(50.0),
        caught,
    };
    let unexpressed = vec![Unexpressed { beginning: "Y", cases: 3, reason: "nobody has built it" }];
    let family = Family {
        key: "x",
        title: "Things",
        file: "x.jsonl",
        rows: vec![row("X.1", passes)],
        unexpressed,
        refused: Vec::new(),
        corrected: Vec::new(),
    };
    Dossier {
        version: "1",
        scale: 0.5,
        partial: false,
        families: vec![family],
        relations: Vec::new(),
        coverage: Vec::new(),
        controls: vec![control],
        assumptions: Vec::new(),
    }
}

#[test]
fn one_wrong_number_or_one_missed_mistake_is_not_valid() {
    for (passes, caught, failures) in
        [(true, true, 0), (false, true, 1), (true, false, 1), (false, false, 2)]
    {
        let dossier = dossier(passes, caught);
        assert_eq!(dossier.failures().len(), failures);
        let (text, page) =
            (text::render(&dossier, Look::PLAIN), markdown::render(&dossier, None, "page.md"));
        assert_eq!(text.contains("NOT VALID") && page.contains("Not valid"), failures > 0);
        assert_eq!((text.contains("REJECTED"), page.contains("REJECTED")), (!passes, !passes));
        assert_eq!((text.contains("NOT CAUGHT"), page.contains("| NO |")), (!caught, !caught));
    }
}

#[test]
fn the_page_holds_the_scale_the_reasons_and_no_loose_bars() {
    let page = markdown::render(&dossier(true, true), None, "docs/page.md");
    assert!(
        page.contains("with 0.5 of the runs")
            && page.contains("mrsim validate-model --scale 0.5 --out docs/page.md"),
        "{page}"
    );
    assert!(page.contains("nobody has built it") && page.contains("a test \\| of bars"), "{page}");
}
